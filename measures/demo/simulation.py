"""How does the demo come about? Every act is done at its time, in order, as the person who would do it.

It changes the record only through `measures.workflow`; what that refuses, it does not do.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from heapq import heappop, heappush
from typing import Final
from zlib import crc32

from django.db.models import QuerySet
from django.utils import translation

from departments.actors import Actor
from departments.models import Department
from departments.workdays import add_working_days
from measures import permissions
from measures.demo import issued, messages, paper, reopened, staff
from measures.demo.data import (
    OFFICE_TIME,
    DemoData,
    MovedDates,
    Office,
    OfficeAct,
    Place,
    Quarter,
    Scenario,
)
from measures.demo.evidence import FILES, files_of
from measures.demo.people import DemoPeople
from measures.demo.scenarios import SCENARIOS, Step
from measures.evidence_storage import kept
from measures.models import (
    Act,
    Closure,
    Commitment,
    CommitmentSubject,
    CoordinationMatter,
    Extension,
    InterimTarget,
    LightColour,
    Measure,
    Policy,
    ProgressUpdate,
    ReceivedBy,
    ReportingPeriod,
    ResponsibilityRole,
)
from measures.workflow import (
    closures,
    designations,
    evidence,
    extensions,
    light_overrides,
    matters,
    measures,
    periods,
    updates,
)
from measures.workflow.acting import figures_later
from measures.workflow.receipts import Receipt
from measures.workflow.sources import Inserted, handed_in, with_source
from measures.workflow.texts import Text

Action = Callable[[datetime], object]
Tell = Callable[[str], None]


def simulate(policies: Iterable[DemoData], people: DemoPeople, tell: Tell) -> None:
    """Do all acts of all policies from an empty record up to the demo date. Call it inside one transaction.

    `tell` is called with one sentence for each quarter.
    """
    agenda = Agenda()
    for data in policies:
        policy = Policy.objects.select_related("coordinator").get(slug=data.policy)
        Simulation(data, policy, people, agenda, tell).begin()
    for moment, act in (*messages.nightly_commands(), *staff.acts_of(people)):
        agenda.schedule(moment, act)
    agenda.run()


class Agenda:
    """The acts that are still to do, of every policy, in the order of time: there is one record."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Action]] = []
        self._written = 0

    def schedule(self, moment: datetime, action: Action) -> None:
        """Acts of the same moment keep the order in which they were scheduled."""
        self._written += 1
        heappush(self._acts, (moment, self._written, action))

    def run(self) -> None:
        while self._acts:
            moment, _order, action = heappop(self._acts)
            action(moment)


class Simulation:
    """One policy: its present periods, measures and updates."""

    def __init__(
        self, data: DemoData, policy: Policy, people: DemoPeople, agenda: Agenda, tell: Tell
    ) -> None:
        self.data, self.policy, self.people, self.agenda, self.tell = data, policy, people, agenda, tell
        self.periods: dict[str, ReportingPeriod] = {}
        self.updates: dict[Place, ProgressUpdate] = {}
        self.measures = _measures(policy)
        self.subjects = _subjects(policy)
        self.closing = {quarter.code for quarter in data.quarters if quarter.closes}

    def begin(self) -> None:
        """Store what the office entered beforehand, and put the office's own acts on the agenda."""
        self.store_targets()
        for quarter in self.data.quarters:
            self.agenda.schedule(quarter.opens, partial(self.open, quarter))
        for act in self.data.acts:
            self.agenda.schedule(act.at, partial(self.perform, act))

    def actor(self, username: str, at: datetime) -> Actor:
        return self.people.actor(username, on_day(at))

    @property
    def office(self) -> Office:
        return self.data.office

    # --- what the office entered beforehand ---

    def store_targets(self) -> None:
        """Store interim targets and end dates that the text does not give. They are reference data."""
        commitments = {(_key(row.measure), row.position): row for row in _commitments(self.policy)}
        for where, targets in self.data.interim_targets.items():
            for day, target in targets.items():
                InterimTarget.objects.create(commitment=commitments[where], on=day, target=Decimal(target))
        for where, ends_on in self.data.ends.items():
            commitments[where].ends_on = ends_on
            commitments[where].save(update_fields=["ends_on"])

    # --- periods ---

    def open(self, quarter: Quarter, at: datetime) -> None:
        clerk = self.actor(self.office.clerk, at)
        period = periods.plan_period(clerk, self.policy, quarter.code, at - timedelta(minutes=40))
        dates = periods.default_dates(self.policy, period.ends_on)
        count = periods.open_period(clerk, period, dates, at)
        self.periods[quarter.code] = period
        self.schedule_updates(period)
        if quarter.moved:
            self.agenda.schedule(quarter.moved.at, partial(self.move_dates, quarter, quarter.moved))
        if quarter.closes:
            self.agenda.schedule(quarter.closes, partial(self.close, quarter))
        else:
            others = paper.acts_of(period, self.actor)
            for moment, act in (*messages.acts_of(period, self.office, self.actor), *others):
                self.agenda.schedule(moment, act)
            self.tell(
                in_both_languages(
                    period, f"开启时应报 {count} 条，进行中。", f"{count} updates owed at its opening, open."
                )
            )

    def move_dates(self, quarter: Quarter, moved: MovedDates, at: datetime) -> None:
        period = self.periods[quarter.code]
        dates = replace(periods.Dates.of(period), grace_ends_on=moved.grace_ends_on)
        periods.change_dates(self.actor(self.office.clerk, at), period, dates, moved.reason, at)

    def close(self, quarter: Quarter, at: datetime) -> None:
        period = self.periods[quarter.code]
        unsettled = periods.outstanding(period).count()
        periods.close_period(self.actor(self.office.clerk, at), period, quarter.reason, at)
        period.refresh_from_db()
        whose = period, self.office, self.actor
        for moment, act in (*reopened.acts_of(*whose), *issued.acts_of(*whose)):
            self.agenda.schedule(moment, act)
        updates = period.updates.count()
        self.tell(
            in_both_languages(
                period,
                f"填报 {updates} 条，已截止，截止时 {unsettled} 条未确认。",
                f"{updates} updates, closed, {unsettled} of them not confirmed then.",
            )
        )

    # --- updates ---

    def schedule_updates(self, period: ReportingPeriod) -> None:
        """Those that are new."""
        for update in period.updates.select_related("measure__section", "department").order_by("pk"):
            place = Place(period.code, _key(update.measure), update.department.slug)
            if place not in self.updates:
                self.updates[place] = update
                self.schedule_acts_of(update, place)

    def schedule_acts_of(self, update: ProgressUpdate, place: Place) -> None:
        if place not in self.data.texts and place not in self.data.scenarios:
            return
        scenario = self.data.scenarios.get(place, Scenario("confirmed", 0, "", ""))
        chance = crc32(repr(place).encode())  # times stay as they are while the class keeps its name
        # On the due date or a day before, and not at the full hour, so that it looks like the work of people.
        day = add_working_days(update.due_on, scenario.days or -(chance % 2))
        for step in SCENARIOS[scenario.name]:
            when = _clock(add_working_days(day, step.days), step.hour, chance % 53)
            if step == SCENARIOS[scenario.name][0] and place in FILES and step.act != "file_on_behalf":
                self.agenda.schedule(when - timedelta(minutes=20), partial(self.hand_in, place))
            self.agenda.schedule(when, partial(self.do, step, place, scenario))

    def hand_in(self, place: Place, at: datetime) -> None:
        """The files of an update, before the first act on its text."""
        reporter = self.actor(self.people.reporter(place.department, on_day(at)), at)
        evidence.add_files(reporter, self.updates[place], files_of(place), at)

    def do(self, step: Step, place: Place, scenario: Scenario, at: datetime) -> None:
        # A closing works out the figures of its day anyway; what stays open keeps each change of a light.
        with figures_later() if place.period in self.closing else nullcontext():
            self.updates[place] = ACTS[step.act](ScheduledAct(self, place, step, scenario, at))

    def text(self, place: Place, *, rough: bool) -> Text:
        """The text of an update with its values. A rough text ends after its first sentence."""
        text = self.data.texts[place]
        stated = [
            (self.subjects[place.measure, value.commitment][name], value)
            for value in self.data.values.get(place, ())
            for name in value.subjects or ("",)
        ]
        values = {subject: (value.number, value.out_of) for subject, value in stated}
        decreases = {subject: value.why_less for subject, value in stated if value.why_less}
        progress = f"{text.progress.split('。')[0]}。" if rough and text.progress else text.progress
        return Text(**{**text.columns(), "progress": progress}, values=values, decreases=decreases)

    # --- measures ---

    def perform(self, act: OfficeAct, at: datetime) -> None:
        MEASURE_ACTS[act.act](self, act, self.measures[act.measure], at)


@dataclass(frozen=True)
class ScheduledAct:
    """One act on an update, about to be done."""

    simulation: Simulation
    place: Place
    step: Step
    scenario: Scenario
    at: datetime

    @property
    def row(self) -> ProgressUpdate:
        return self.simulation.updates[self.place]

    @property
    def text(self) -> Text:
        return self.simulation.text(self.place, rough=self.step.rough)

    def by(self, username: str) -> tuple[Actor, ProgressUpdate, int]:
        """The first arguments of every act."""
        return self.simulation.actor(username, self.at), self.row, self.row.version

    @property
    def reporter(self) -> str:
        return self.simulation.people.reporter(self.place.department, on_day(self.at))

    @property
    def reviewer(self) -> str:
        return self.simulation.people.reviewer(self.place.department, on_day(self.at))

    @property
    def clerk(self) -> str:
        """The updates of the office itself are checked by the clerk who took no part in them."""
        office, coordinator = self.simulation.office, self.simulation.policy.coordinator.slug
        return office.second_clerk if self.place.department == coordinator else office.clerk

    @property
    def convenor(self) -> str:
        """The reviewer of the first lead of the same measure."""
        for place, row in self.simulation.updates.items():
            if (place.period, place.measure) == (self.place.period, self.place.measure) and row.is_convenor:
                return f"{place.department}-reviewer"
        raise ValueError(f"{self.place} has no convenor")

    @property
    def receipt(self) -> Receipt:
        """The comment of the scenario names who telephoned."""
        return Receipt(self.scenario.comment, ReceivedBy.TELEPHONE, self.at.date())

    @property
    def reasons(self) -> list[str]:
        """Why it is waived, and why it is due again; why a later date is asked for, and the answer."""
        return self.scenario.comment.split("|")


def _return(act: ScheduledAct, username: str) -> ProgressUpdate:
    return updates.return_for_revision(*act.by(username), act.scenario.comment, act.at, act.scenario.field)


def _file_on_behalf(act: ScheduledAct) -> ProgressUpdate:
    clerk = act.by(act.simulation.office.clerk)
    with kept(files_of(act.place)) as files:
        return updates.file_on_behalf(*clerk, act.text, act.receipt, act.at, files)


def _submit_with_input(act: ScheduledAct) -> ProgressUpdate:
    """The convenor's own words, and below them those of the department that the scenario names."""
    source = act.simulation.updates[replace(act.place, department=act.scenario.comment)]
    revision, field = handed_in(source), act.scenario.field
    if revision is None:
        raise ValueError(f"{act.place}: nothing of {act.scenario.comment} is handed in")
    own = act.text
    words = f"{getattr(own, field)}\n{with_source(getattr(revision, field), revision)}"
    text = Text(**{**own.columns(), field: words}, values=own.values, decreases=own.decreases)
    inserted = [Inserted(revision.uuid, field)]
    return updates.submit_for_review(*act.by(act.reporter), act.at, text, inserted)


def _ask_for_later_date(act: ScheduledAct) -> ProgressUpdate:
    reporter, row, _version = act.by(act.reporter)
    day = add_working_days(row.due_on, act.scenario.days)
    return extensions.request_extension(reporter, row, day, act.reasons[0], act.at).update


def _decide_on_later_date(decide: Callable[..., Extension]) -> Callable[[ScheduledAct], ProgressUpdate]:
    def act_on(act: ScheduledAct) -> ProgressUpdate:
        clerk, row, _version = act.by(act.clerk)
        return decide(clerk, row.extensions.get(outcome=""), act.reasons[-1], act.at).update

    return act_on


ACTS: Final[Mapping[str, Callable[[ScheduledAct], ProgressUpdate]]] = {
    "save": lambda act: updates.save(*act.by(act.reporter), act.text, act.at),
    "submit": lambda act: updates.submit_for_review(*act.by(act.reporter), act.at, act.text),
    "submit_with_input": _submit_with_input,
    "ask_for_later_date": _ask_for_later_date,
    "grant_later_date": _decide_on_later_date(extensions.grant_extension),
    "refuse_later_date": _decide_on_later_date(extensions.refuse_extension),
    "withdraw": lambda act: updates.withdraw(*act.by(act.reporter), act.at),
    "correct": lambda act: updates.correct(*act.by(act.reporter), act.scenario.comment, act.at),
    "return_inside": lambda act: _return(act, act.reviewer),
    "return": lambda act: _return(act, act.clerk),
    "return_as_convenor": lambda act: _return(act, act.convenor),
    "approve": lambda act: updates.approve_and_submit(*act.by(act.reviewer), act.at),
    "approve_as_clerk": lambda act: updates.approve_and_submit(*act.by(act.simulation.office.clerk), act.at),
    "file_on_behalf": _file_on_behalf,
    "confirm_as_other_clerk": lambda act: updates.confirm(
        *act.by(act.simulation.office.second_clerk), act.at
    ),
    "confirm": lambda act: updates.confirm(*act.by(act.clerk), act.at),
    "waive": lambda act: updates.waive(*act.by(act.clerk), act.reasons[0], act.at),
    "waive_as_convenor": lambda act: updates.waive(*act.by(act.convenor), act.reasons[0], act.at),
    "restore": lambda act: updates.restore(*act.by(act.clerk), act.reasons[-1], act.at),
}


def _resolve(simulation: Simulation, act: OfficeAct, measure: Measure, at: datetime) -> None:
    matter = CoordinationMatter.objects.open().get(measure=measure, department__slug=act.department)
    matters.resolve_matter(simulation.actor(simulation.office.clerk, at), matter, act.text, at)


def _override(simulation: Simulation, act: OfficeAct, measure: Measure, at: datetime) -> None:
    period, colour = simulation.periods[act.period], LightColour(act.colour)
    light_overrides.override_light(
        simulation.actor(simulation.office.clerk, at), period, measure, colour, act.text, at
    )


def _make_routine(simulation: Simulation, act: OfficeAct, measure: Measure, at: datetime) -> None:
    measures.change_state(
        simulation.actor(simulation.office.clerk, at), measure, Act.MAKE_ROUTINE, act.text, at
    )


def _designate(simulation: Simulation, act: OfficeAct, measure: Measure, at: datetime) -> None:
    """From that day on; its update is owed at once."""
    clerk = simulation.actor(simulation.office.clerk, at)
    department, role = Department.objects.get(slug=act.department), ResponsibilityRole(act.role)
    designations.designate(clerk, measure, department, role, on_day(at), act.text, at)
    simulation.schedule_updates(simulation.periods[act.period])


def _request_closure(simulation: Simulation, act: OfficeAct, measure: Measure, at: datetime) -> None:
    lead = Department.objects.get(slug=act.department)
    closures.request_closure(simulation.actor(f"{act.department}-reporter", at), measure, lead, act.text, at)


def _agree(
    username_in: Callable[[Office], str],
) -> Callable[["Simulation", OfficeAct, Measure, datetime], None]:
    def agree(simulation: Simulation, act: OfficeAct, measure: Measure, at: datetime) -> None:
        closure = Closure.objects.get(measure=measure, outcome="")
        actor = simulation.actor(username_in(simulation.office), at)
        [role] = permissions.closing_roles(actor, measures.policy_of(measure))
        closures.agree_to_closure(actor, closure, role, at)

    return agree


MEASURE_ACTS: Final[Mapping[str, Callable[[Simulation, OfficeAct, Measure, datetime], None]]] = {
    "resolve_matter": _resolve,
    "override_light": _override,
    "make_routine": _make_routine,
    "designate": _designate,
    "request_closure": _request_closure,
    "agree_as_clerk": _agree(lambda office: office.clerk),
    "agree_as_signer": _agree(lambda office: office.signer),
}


# --- looking things up ---------------------------------------------------------------------------


def _key(measure: Measure) -> str:
    """二（一） as the script writes it: 2-1."""
    return f"{measure.section.ordinal}-{measure.ordinal}"


def _measures(policy: Policy) -> dict[str, Measure]:
    rows = Measure.objects.of_policy(policy).select_related("section")
    return {_key(row): row for row in rows}


def _commitments(policy: Policy) -> QuerySet[Commitment]:
    rows = Commitment.objects.filter(measure__section__edition__policy=policy)
    return rows.select_related("measure__section")


def _subjects(policy: Policy) -> dict[tuple[str, int], dict[str, int]]:
    """By measure and position of the commitment: the subject's name → its id."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    rows = CommitmentSubject.objects.filter(commitment__in=_commitments(policy))
    for row in rows.select_related("commitment__measure__section"):
        commitment = row.commitment
        found.setdefault((_key(commitment.measure), commitment.position), {})[row.name] = row.pk
    return found


def in_both_languages(period: ReportingPeriod, chinese: str, english: str) -> str:
    """What is told of a period to whoever waits for the demo."""
    with translation.override("en"):
        there = f"{period.policy.slug} {period.name}"
    return f"{period.policy.short_title} {period.official_name}：{chinese} · {there}: {english}"


def on_day(at: datetime) -> date:
    return at.astimezone(OFFICE_TIME).date()


def _clock(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), OFFICE_TIME)
