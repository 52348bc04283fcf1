"""Plays the script: does every act at its time, in order, as the person who would do it.

It changes the record only through `measures.workflow`; what that refuses, it does not do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from heapq import heappop, heappush
from typing import Final
from zlib import crc32

from django.db.models import QuerySet

from departments.actors import Actor
from departments.models import Department, Role
from departments.workdays import add_working_days
from measures.demo.people import Cast
from measures.demo.scenarios import SCENARIOS, Step
from measures.demo.script import OFFICE_TIME, OfficeAct, Place, Quarter, Scenario, Script
from measures.models import (
    Act,
    Closure,
    Commitment,
    CommitmentSubject,
    CoordinationMatter,
    InterimTarget,
    LightColour,
    Measure,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
)
from measures.workflow import closures, light_overrides, matters, measures, periods, updates
from measures.workflow.texts import Text

Deed = Callable[[datetime], None]
Tell = Callable[[str], None]


def play(script: Script, policy: Policy, cast: Cast, tell: Tell) -> None:
    """Do all acts from an empty record up to the demo date. Call it inside one transaction.

    `tell` is called with one sentence for each quarter.
    """
    stage = Stage(script, policy, cast, tell)
    stage.enter_plans()
    for quarter in script.quarters:
        stage.at(quarter.opens, partial(stage.open, quarter))
    for act in script.acts:
        stage.at(act.at, partial(stage.perform, act))
    stage.run()


class Stage:
    """The acts that are still to do, and the present periods, measures and updates."""

    def __init__(self, script: Script, policy: Policy, cast: Cast, tell: Tell) -> None:
        self.script, self.policy, self.cast, self.tell = script, policy, cast, tell
        self.periods: dict[str, ReportingPeriod] = {}
        self.updates: dict[Place, ProgressUpdate] = {}
        self.measures = _measures(policy)
        self.subjects = _subjects(policy)
        self._agenda: list[tuple[datetime, int, Deed]] = []
        self._written = 0

    # --- the agenda ---

    def at(self, moment: datetime, deed: Deed) -> None:
        """Schedule an act. Acts of the same moment keep the order in which they were scheduled."""
        self._written += 1
        heappush(self._agenda, (moment, self._written, deed))

    def run(self) -> None:
        while self._agenda:
            moment, _order, deed = heappop(self._agenda)
            deed(moment)

    def actor(self, username: str, at: datetime) -> Actor:
        return self.cast.actor(username, at.astimezone(OFFICE_TIME).date())

    # --- what the office entered beforehand ---

    def enter_plans(self) -> None:
        """Store interim targets and end dates that the text does not give. They are reference data."""
        commitments = {(_key(row.measure), row.position): row for row in _commitments(self.policy)}
        for where, targets in self.script.interim_targets.items():
            for day, target in targets.items():
                InterimTarget.objects.create(commitment=commitments[where], on=day, target=Decimal(target))
        for where, ends_on in self.script.ends.items():
            commitments[where].ends_on = ends_on
            commitments[where].save(update_fields=["ends_on"])

    # --- periods ---

    def open(self, quarter: Quarter, at: datetime) -> None:
        clerk = self.actor("rsj-clerk", at)
        period = periods.plan_period(clerk, self.policy, quarter.code, at - timedelta(minutes=40))
        dates = periods.default_dates(self.policy, period.ends_on)
        updates = periods.open_period(clerk, period, dates, at)
        self.periods[quarter.code] = period
        for update in updates:
            self.enter(update, quarter.code)
        if quarter.closes:
            self.at(quarter.closes, partial(self.close, quarter))
        else:
            self.tell(f"{period.name}：{len(updates)} 条，进行中。")

    def close(self, quarter: Quarter, at: datetime) -> None:
        period = self.periods[quarter.code]
        unsettled = periods.outstanding(period).count()
        periods.close_period(self.actor("rsj-clerk", at), period, quarter.reason, at)
        updates = period.updates.count()
        self.tell(f"{period.name}：{updates} 条，已截止，截止时 {unsettled} 条未确认。")

    # --- updates ---

    def enter(self, update: ProgressUpdate, period: str) -> None:
        """Schedule the acts of an update."""
        place = Place(period, _key(update.measure), update.department.slug)
        self.updates[place] = update
        if place not in self.script.texts and place not in self.script.scenarios:
            return
        scenario = self.script.scenarios.get(place, Scenario("confirmed", 0, "", ""))
        chance = crc32(repr(place).encode())
        # On the due date or a day before, and not at the full hour, so that it looks like the work of people.
        day = add_working_days(update.due_on, scenario.days or -(chance % 2))
        for step in SCENARIOS[scenario.name]:
            when = _clock(add_working_days(day, step.days), step.hour, chance % 53)
            self.at(when, partial(self.do, step, place, scenario))

    def do(self, step: Step, place: Place, scenario: Scenario, at: datetime) -> None:
        self.updates[place] = ACTS[step.act](Cue(self, place, step, scenario, at))

    def text(self, place: Place, *, rough: bool) -> Text:
        """The text of an update with its values. A rough text ends after its first sentence."""
        text = self.script.texts[place]
        values = {
            self.subjects[place.measure, value.commitment][name]: (value.number, value.out_of)
            for value in self.script.values.get(place, ())
            for name in value.subjects or ("",)
        }
        progress = f"{text.progress.split('。')[0]}。" if rough and text.progress else text.progress
        return Text(**{**text.columns(), "progress": progress}, values=values)

    # --- measures ---

    def perform(self, act: OfficeAct, at: datetime) -> None:
        MEASURE_ACTS[act.act](self, act, self.measures[act.measure], at)


@dataclass(frozen=True)
class Cue:
    """One act on an update, about to be done."""

    stage: Stage
    place: Place
    step: Step
    scenario: Scenario
    at: datetime

    @property
    def row(self) -> ProgressUpdate:
        return self.stage.updates[self.place]

    @property
    def text(self) -> Text:
        return self.stage.text(self.place, rough=self.step.rough)

    def by(self, username: str) -> tuple[Actor, ProgressUpdate, int]:
        """The first arguments of every act."""
        return self.stage.actor(username, self.at), self.row, self.row.version

    @property
    def reporter(self) -> str:
        return f"{self.place.department}-reporter"

    @property
    def reviewer(self) -> str:
        return f"{self.place.department}-reviewer"

    @property
    def clerk(self) -> str:
        """The updates of the office itself are checked by the clerk who took no part in them."""
        return "rsj-clerk-2" if self.place.department == "rsj" else "rsj-clerk"

    @property
    def convenor(self) -> str:
        """The reviewer of the first lead of the same measure."""
        for place, row in self.stage.updates.items():
            if (place.period, place.measure) == (self.place.period, self.place.measure) and row.is_convenor:
                return f"{place.department}-reviewer"
        raise ValueError(f"{self.place} has no convenor")

    @property
    def reasons(self) -> list[str]:
        """The reason for waiving, and the reason for making it due again."""
        return self.scenario.comment.split("|")


def _return(cue: Cue, username: str) -> ProgressUpdate:
    return updates.return_for_revision(*cue.by(username), cue.scenario.comment, cue.at, cue.scenario.field)


ACTS: Final[Mapping[str, Callable[[Cue], ProgressUpdate]]] = {
    "save": lambda cue: updates.save(*cue.by(cue.reporter), cue.text, cue.at),
    "submit": lambda cue: updates.submit_for_review(*cue.by(cue.reporter), cue.at, cue.text),
    "withdraw": lambda cue: updates.withdraw(*cue.by(cue.reporter), cue.at),
    "correct": lambda cue: updates.correct(*cue.by(cue.reporter), cue.scenario.comment, cue.at),
    "return_inside": lambda cue: _return(cue, cue.reviewer),
    "return": lambda cue: _return(cue, cue.clerk),
    "return_as_convenor": lambda cue: _return(cue, cue.convenor),
    "approve": lambda cue: updates.approve_and_submit(*cue.by(cue.reviewer), cue.at),
    "approve_as_clerk": lambda cue: updates.approve_and_submit(*cue.by("rsj-clerk"), cue.at),
    "confirm": lambda cue: updates.confirm(*cue.by(cue.clerk), cue.at),
    "waive": lambda cue: updates.waive(*cue.by(cue.clerk), cue.reasons[0], cue.at),
    "waive_as_convenor": lambda cue: updates.waive(*cue.by(cue.convenor), cue.reasons[0], cue.at),
    "restore": lambda cue: updates.restore(*cue.by(cue.clerk), cue.reasons[-1], cue.at),
}


def _resolve(stage: Stage, act: OfficeAct, measure: Measure, at: datetime) -> None:
    matter = CoordinationMatter.objects.open().get(measure=measure, department__slug=act.department)
    matters.resolve_matter(stage.actor("rsj-clerk", at), matter, act.text, at)


def _override(stage: Stage, act: OfficeAct, measure: Measure, at: datetime) -> None:
    period, colour = stage.periods[act.period], LightColour(act.colour)
    light_overrides.override_light(stage.actor("rsj-clerk", at), period, measure, colour, act.text, at)


def _make_routine(stage: Stage, act: OfficeAct, measure: Measure, at: datetime) -> None:
    measures.change_state(stage.actor("rsj-clerk", at), measure, Act.MAKE_ROUTINE, act.text, at)


def _request_closure(stage: Stage, act: OfficeAct, measure: Measure, at: datetime) -> None:
    lead = Department.objects.get(slug=act.department)
    closures.request_closure(stage.actor(f"{act.department}-reporter", at), measure, lead, act.text, at)


def _agree(username: str, role: Role) -> Callable[["Stage", OfficeAct, Measure, datetime], None]:
    def agree(stage: Stage, act: OfficeAct, measure: Measure, at: datetime) -> None:
        closure = Closure.objects.get(measure=measure, outcome="")
        closures.agree_to_closure(stage.actor(username, at), closure, role, at)

    return agree


MEASURE_ACTS: Final[Mapping[str, Callable[[Stage, OfficeAct, Measure, datetime], None]]] = {
    "resolve_matter": _resolve,
    "override_light": _override,
    "make_routine": _make_routine,
    "request_closure": _request_closure,
    "agree_as_clerk": _agree("rsj-clerk", Role.CLERK),
    "agree_as_signer": _agree("rsj-signer", Role.SIGNER),
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


def _clock(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), OFFICE_TIME)
