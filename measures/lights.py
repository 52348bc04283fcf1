"""Which light does a measure, or a department's filing, show on a day, and why? (docs/domain.md 6)

Pure functions: facts and a date in; colour, code of the reason and its parameters out. No query, no clock.
How far a commitment is and should be comes from `measures.commitments`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Final

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from langfang_policy.punctuation import listed
from measures.commitments import CommitmentFacts, Interim, format_number, half_gone, points_behind
from measures.models import (
    CommitmentKind,
    LeadMode,
    LightColour,
    LightReason,
    MeasureState,
    SelfAssessment,
    translated_period_name,
)

Parameters = Mapping[str, str | int]


@dataclass(frozen=True)
class Thresholds:
    """A policy's settings. Points are percentage points of the target."""

    yellow_points: int = 10
    red_points: int = 30
    ending_soon_days: int = 15


@dataclass(frozen=True)
class PastUpdate:
    """What became of one department's update in one period. `due_on` is None where no update was due."""

    due_on: date | None
    submitted_on: date | None = None
    waived: bool = False

    def missed(self, on: date) -> bool:
        """Not submitted by the end of its due date. A late update is missed too, for ever."""
        if self.due_on is None or self.waived or on <= self.due_on:
            return False
        return self.submitted_on is None or self.submitted_on > self.due_on

    def decided(self, on: date) -> bool:
        """Whether the period counts yet: an update was due, and it was waived, filed, or its day is past."""
        return self.due_on is not None and (self.waived or self.submitted_on is not None or on > self.due_on)


def missed_run(history: Sequence[PastUpdate], on: date) -> int:
    """How many periods were missed in a row up to `on`; `history` is oldest first (docs/domain.md 6.11)."""
    run = 0
    for update in history:
        if update.decided(on):
            run = run + 1 if update.missed(on) else 0
    return run


@dataclass(frozen=True)
class LeadFacts:
    """The facts of one lead.

    `silent_now`: its update of this period is past due and not filed. `assessment` is that of its latest text
    in force; `assessed_in` names the period of that text if it is an earlier one (沿用), else it is empty.
    If the convenor has changed, `missed_by` and `assessed_by` name those who were convenors then.
    `missed_in`: the official names of the periods of the run, oldest first.
    """

    department: str
    missed_run: int = 0
    silent_now: bool = False
    assessment: str = ""
    assessed_in: str = ""
    missed_by: str = ""
    assessed_by: str = ""
    missed_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeasureFacts:
    """Everything that the rules may know of a measure. `leads` are in protocol order, the convenor first.

    `lead_mode` is the effective one (docs/domain.md 1.6). `has_lead` is False when the text names leads but
    all their responsibilities have ended.
    """

    state: MeasureState
    lead_mode: LeadMode = LeadMode.SINGLE
    has_responsible: bool = True
    has_lead: bool = True
    leads: tuple[LeadFacts, ...] = ()
    commitments: tuple[CommitmentFacts, ...] = ()
    open_matters: int = 0
    ever_confirmed: bool = False

    @property
    def routine(self) -> bool:
        return self.state == MeasureState.ROUTINE

    @property
    def answering_leads(self) -> tuple[LeadFacts, ...]:
        """The leads whose missing updates change the light: the convenor, or every separate lead."""
        if self.routine:
            return ()
        return self.leads if self.lead_mode == LeadMode.SEPARATE else self.leads[:1]

    @property
    def answering_commitments(self) -> tuple[CommitmentFacts, ...]:
        """The commitments that count for the light (docs/domain.md 6.8, docs/decisions/0014)."""
        if not self.has_responsible:
            return ()
        return tuple(row for row in self.commitments if row.binding or not self.routine)

    @property
    def assessed(self) -> LeadFacts | None:
        """The lead whose self-assessment counts: the worst of those who answer (docs/domain.md 6.12)."""
        updates = self.answering_leads
        if self.lead_mode != LeadMode.SEPARATE and updates and updates[0].silent_now:
            updates = tuple(update for update in self.leads[1:] if update.assessment) or updates
        return max(updates, key=lambda update: _GRAVITY.get(update.assessment, 0), default=None)


_GRAVITY: dict[str, int] = {SelfAssessment.SLOW: 1, SelfAssessment.STALLED: 2}


@dataclass(frozen=True)
class Light:
    """A colour with its reason. Only `apply_override` sets `overridden` and `lighter`."""

    colour: LightColour
    reason: LightReason
    parameters: dict[str, str | int] = field(default_factory=dict)
    overridden: bool = False
    lighter: bool = False

    @property
    def sentence(self) -> str:
        """The reason in the language that is active now."""
        return reason_text(self.reason, self.parameters)


# --- The rules of a measure, in their order ------------------------------------------------------


def measure_light(facts: MeasureFacts, on: date, thresholds: Thresholds | None = None) -> Light:
    """The first rule that applies gives colour and reason (docs/domain.md 6.1)."""
    for rule in _RULES:
        if light := rule(facts, on, thresholds or Thresholds()):
            return light
    return _green(facts)


def _blue_closed(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    return Light(LightColour.BLUE, LightReason.CLOSED) if facts.state == MeasureState.CLOSED else None


def _grey_at_rest(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    reasons = {MeasureState.CANCELLED: LightReason.CANCELLED, MeasureState.SUSPENDED: LightReason.SUSPENDED}
    reason = reasons.get(facts.state)
    return Light(LightColour.GREY, reason) if reason else None


def _red_missed_run(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    update = _most_missed(facts)
    if update is None or update.missed_run < 2:
        return None
    parameters = {**_missed(update), "periods": update.missed_run}
    return Light(LightColour.RED, LightReason.MISSED_RUN, parameters)


def _red_overdue(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    for row in facts.answering_commitments:
        if row.binding and row.unmet and row.deadline is not None and on > row.deadline:
            return _dated(LightColour.RED, LightReason.COMMITMENT_OVERDUE, row, row.deadline)
    return None


def _red_far_behind(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    binding = [row for row in facts.answering_commitments if row.binding]
    row = _furthest_behind(binding, on)
    if row is None or points_behind(row, on) <= thresholds.red_points:
        return None
    return _counted(LightColour.RED, LightReason.FAR_BEHIND, row, on)


def _red_stalled(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    return _assessed_as(SelfAssessment.STALLED, LightColour.RED, LightReason.STALLED, facts)


def _yellow_missed_once(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    update = _most_missed(facts)
    if update is None or update.missed_run < 1:
        return None
    return Light(LightColour.YELLOW, LightReason.MISSED_ONCE, _missed(update))


def _yellow_ending_soon(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    """Also a soft commitment that is past its end: it never makes red, but must not be forgotten."""
    for row in facts.answering_commitments:
        if row.unmet and row.deadline and (row.deadline - on).days <= thresholds.ending_soon_days:
            return _dated(LightColour.YELLOW, LightReason.ENDING_SOON, row, row.deadline)
    return None


def _yellow_half_gone(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    for row in facts.answering_commitments:
        if row.nothing_done and not row.met and half_gone(row, on):
            return _figured(LightColour.YELLOW, LightReason.HALF_GONE, row)
    return None


def _yellow_behind(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    row = _furthest_behind(facts.answering_commitments, on)
    if row is None or points_behind(row, on) < thresholds.yellow_points:
        return None
    return _counted(LightColour.YELLOW, LightReason.BEHIND, row, on)


def _yellow_open_matter(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    if facts.routine or not facts.open_matters:
        return None
    return Light(LightColour.YELLOW, LightReason.OPEN_MATTER, {"matters": facts.open_matters})


def _yellow_slow(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    return _assessed_as(SelfAssessment.SLOW, LightColour.YELLOW, LightReason.SLOW, facts)


def _grey(facts: MeasureFacts, on: date, thresholds: Thresholds) -> Light | None:
    """Whatever was due and missed was caught by an earlier rule, so nothing here is due yet."""
    if not facts.has_responsible:
        return Light(LightColour.GREY, LightReason.NO_RESPONSIBLE)
    if not facts.has_lead:
        return Light(LightColour.GREY, LightReason.NO_LEAD)
    if facts.state == MeasureState.NOT_STARTED:
        return Light(LightColour.GREY, LightReason.NOT_STARTED)
    if facts.routine:
        return Light(LightColour.GREY, LightReason.ROUTINE)
    return None if facts.ever_confirmed else Light(LightColour.GREY, LightReason.NOTHING_CONFIRMED)


def _green(facts: MeasureFacts) -> Light:
    aimed = [row for row in facts.commitments if row.target is not None]
    if aimed and all(row.met for row in aimed):
        return Light(LightColour.GREEN, LightReason.TARGETS_MET)
    row = next((row for row in aimed if row.unmet and not row.nothing_done), None)
    if row is None:
        return Light(LightColour.GREEN, LightReason.ON_COURSE)
    return _figured(LightColour.GREEN, LightReason.ON_COURSE, row)


_RULES: tuple[Callable[[MeasureFacts, date, Thresholds], Light | None], ...] = (
    _blue_closed,
    _grey_at_rest,
    _red_missed_run,
    _red_overdue,
    _red_far_behind,
    _red_stalled,
    _yellow_missed_once,
    _yellow_ending_soon,
    _yellow_half_gone,
    _yellow_behind,
    _yellow_open_matter,
    _yellow_slow,
    _grey,
)


def _most_missed(facts: MeasureFacts) -> LeadFacts | None:
    return max(facts.answering_leads, key=lambda update: update.missed_run, default=None)


def _missed(update: LeadFacts) -> dict[str, str | int]:
    """Who missed, and in which periods: the one of this page may not be among them."""
    parameters: dict[str, str | int] = {"department": update.missed_by or update.department}
    if update.missed_in:
        parameters["missed_in"] = _BETWEEN_PERIODS.join(update.missed_in)
    return parameters


def _furthest_behind(rows: Sequence[CommitmentFacts], on: date) -> CommitmentFacts | None:
    return max(rows, key=lambda row: points_behind(row, on), default=None)


def _assessed_as(
    assessment: SelfAssessment, colour: LightColour, reason: LightReason, facts: MeasureFacts
) -> Light | None:
    update = facts.assessed
    if update is None or update.assessment != assessment:
        return None
    parameters: dict[str, str | int] = {"department": update.assessed_by or update.department}
    if update.assessed_in:
        parameters["period"] = update.assessed_in
    return Light(colour, reason, parameters)


def _figured(colour: LightColour, reason: LightReason, row: CommitmentFacts) -> Light:
    return Light(colour, reason, {"label": row.label, "figure": row.figure})


def _dated(colour: LightColour, reason: LightReason, row: CommitmentFacts, end: date) -> Light:
    return Light(colour, reason, {"label": row.label, "figure": row.figure, "end": end.isoformat()})


def _counted(colour: LightColour, reason: LightReason, row: CommitmentFacts, on: date) -> Light:
    points = Decimal(ceil(points_behind(row, on) * 10)) / 10
    return Light(colour, reason, {"label": row.label, "figure": row.figure, "points": format_number(points)})


# --- Override by the office ----------------------------------------------------------------------


def apply_override(light: Light, colour: LightColour, reason: str) -> Light:
    """The light that the office set instead of the rules' light. Raises ValueError without a reason."""
    if not reason.strip():
        raise ValueError("An override needs a reason.")
    parameters: dict[str, str | int] = {"because": reason.strip().rstrip("。"), "ruled": light.colour.value}
    lighter = colour.severity < light.colour.severity
    return Light(colour, LightReason.OVERRIDDEN, parameters, overridden=True, lighter=lighter)


# --- The reason in words -------------------------------------------------------------------------

_SENTENCES: dict[LightReason, Promise] = {
    LightReason.MISSED_RUN: _("%(department)s missed %(periods)s periods running"),
    LightReason.COMMITMENT_OVERDUE: _("%(label)s (%(figure)s) was due by %(end)s and is unmet"),
    LightReason.FAR_BEHIND: _("%(label)s (%(figure)s) is %(points)s points behind the plan"),
    LightReason.STALLED: _("%(department)s assesses the work as stalled"),
    LightReason.MISSED_ONCE: _("%(department)s did not file on time"),
    LightReason.ENDING_SOON: _("%(label)s (%(figure)s) falls due by %(end)s and is unmet"),
    LightReason.HALF_GONE: _("%(label)s (%(figure)s): half of the cycle gone, nothing done"),
    LightReason.BEHIND: _("%(label)s (%(figure)s) is %(points)s points behind the plan"),
    LightReason.OPEN_MATTER: _("matters awaiting coordination: %(matters)s"),
    LightReason.SLOW: _("%(department)s assesses the work as slow"),
    # Many commitments have no plan, and what is stored does not tell which: the words claim none.
    LightReason.ON_COURSE: _("on course"),
    LightReason.OVERRIDDEN: _("set by the office: %(because)s (by the rules: %(ruled)s)"),
}
# Reasons that were kept before they named their periods are said without them, as above.
_WITH_PERIODS: dict[LightReason, Promise] = {
    LightReason.MISSED_RUN: _("%(department)s missed %(periods)s periods running: %(missed_in)s"),
    LightReason.MISSED_ONCE: _("%(department)s did not file for %(missed_in)s on time"),
}
_BETWEEN_PERIODS: Final = "、"
_MOST_PERIODS_NAMED: Final = 4
_ON_COURSE_WITH_FIGURE = _("%(label)s %(figure)s, on course")
_CARRIED_OVER = _("%(reason)s (carried over from %(period)s)")


def reason_text(code: str, parameters: Parameters) -> str:
    """The sentence for a stored reason, in the language that is active now."""
    reason = LightReason(code)
    words = {key: _word(key, value) for key, value in parameters.items()}
    pattern = _SENTENCES.get(reason, reason.label)
    if reason == LightReason.ON_COURSE and "figure" in words:
        pattern = _ON_COURSE_WITH_FIGURE
    if "missed_in" in words:
        pattern = _WITH_PERIODS.get(reason, pattern)
    sentence = str(pattern) % words
    if "period" in words:
        return str(_CARRIED_OVER) % {"reason": sentence, "period": words["period"]}
    return sentence


def _word(key: str, value: str | int) -> str:
    if key == "end":
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    if key == "ruled":
        return str(LightColour(str(value)).label)
    if key == "missed_in":
        return _periods_words([translated_period_name(name) for name in str(value).split(_BETWEEN_PERIODS)])
    return translated_period_name(str(value)) if key == "period" else str(value)


def _periods_words(names: Sequence[str]) -> str:
    """Each by its name; of a long run the first and the last."""
    if len(names) > _MOST_PERIODS_NAMED:
        return str(_("%(first)s to %(last)s")) % {"first": names[0], "last": names[-1]}
    return listed(names)


# --- Interim targets in words --------------------------------------------------------------------


def interim_words(
    owed: Interim | None, ahead: Interim | None, kind: CommitmentKind, unit: str, total: int
) -> str:
    """Which interim target may turn the light, and from when; empty without one (docs/domain.md 4.29).

    `total`: how many subjects are counted, 0 where the number itself is.
    """
    steps = [_step_words(step, kind, unit, total) for step in (owed, ahead) if step]
    if not steps:
        return ""
    pattern = (
        _("interim target: %(step)s") if len(steps) == 1 else _("interim target: %(step)s; then %(next)s")
    )
    return str(pattern) % {"step": steps[0], "next": steps[-1]}


def _step_words(step: Interim, kind: CommitmentKind, unit: str, total: int) -> str:
    target = format_number(step.target)
    if total:
        aim = f"{target}/{total}"
    else:
        aim = f"{target}%" if kind == CommitmentKind.COMPARISON else f"{target} {unit}".strip()
    since = step.on + timedelta(days=1)
    return str(_("%(aim)s by %(end)s, in the light from %(since)s")) % {
        "aim": aim,
        "end": date_format(step.on, "DATE_FORMAT"),
        "since": date_format(since, "DATE_FORMAT"),
    }


# --- Filing --------------------------------------------------------------------------------------


class FilingState(TextChoices):
    """What became of one duty to report, worst first."""

    MISSING = "missing", _("not filed")
    RETURNED = "returned", _("returned and not back")
    LATE = "late", _("filed late")
    ON_TIME = "on_time", _("filed on time")
    NOT_DUE = "not_due", _("not yet due")
    WAIVED = "waived", _("waived")

    @property
    def colour(self) -> LightColour:
        return _FILING_COLOURS.get(self.value, LightColour.GREY)


_FILING_COLOURS = {
    "missing": LightColour.RED,
    "returned": LightColour.YELLOW,
    "late": LightColour.YELLOW,
    "on_time": LightColour.GREEN,
}


@dataclass(frozen=True)
class FilingFacts:
    """The facts of one update's filing. `back_due_on` is set while a submitted text is returned."""

    due_on: date
    first_submitted_on: date | None = None
    back_due_on: date | None = None
    waived: bool = False


def filing_state(facts: FilingFacts, on: date) -> FilingState:
    """The first submission decides between on time and late; a return makes it yellow until it is back."""
    if facts.waived:
        return FilingState.WAIVED
    if facts.first_submitted_on is None:
        return FilingState.MISSING if on > facts.due_on else FilingState.NOT_DUE
    if facts.back_due_on is not None and on > facts.back_due_on:
        return FilingState.RETURNED
    return FilingState.LATE if facts.first_submitted_on > facts.due_on else FilingState.ON_TIME
