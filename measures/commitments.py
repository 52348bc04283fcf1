"""How far is a commitment, and how far should it be on a day?

Pure functions: facts and a date in, exact fractions out. Percentage points are points of the target. What a
delay means for a light is decided in `measures.lights`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from measures.models import Commitment, CommitmentCycle, CommitmentKind

_WHOLE = Fraction(100)
# Of which a unit consists whose numbers are whole: 人, 个, 人次, 台套. Not 万人, 平方米, 万元, %.
COUNTING_WORDS: Final = frozenset(
    "个名人位次家场处项所户件座台套栋幢辆条种批期届门本份只张块对组班队村校站岗"
)


@dataclass(frozen=True)
class Interim:
    """A target that the office planned for a day. It is owed from the day after; nothing is owed before."""

    on: date
    target: Decimal


@dataclass(frozen=True)
class CommitmentFacts:
    """The facts of one commitment.

    `done` of `total`: subjects that reached their target, where the commitment names several (for a
    comparison: complied of checked); otherwise `actual` counts. `floor` is None where the text sets no
    target. The cycle is the one in which the period lies, so that a December that is judged in January
    still answers for its year; both its ends are None for a commitment that is fulfilled once.
    """

    label: str
    kind: CommitmentKind
    binding: bool = True
    yes_no: bool = False
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    actual: Decimal | None = None
    done: int = 0
    total: int = 0
    cycle_start: date | None = None
    cycle_end: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    interim: tuple[Interim, ...] = ()

    @property
    def target(self) -> Fraction | None:
        """The number of subjects, or the floor; without one 100 % of a comparison, 1 of other kinds."""
        if self.kind == CommitmentKind.COMPARISON:
            return _WHOLE if self.floor is None else Fraction(self.floor)
        if self.total:
            return Fraction(self.total)
        if self.floor is not None:
            return Fraction(self.floor)
        if self.limit is not None:
            return None
        return Fraction(1) if self.yes_no or self.kind == CommitmentKind.DELIVERABLE else None

    @property
    def limit(self) -> Fraction | None:
        """A ceiling without a floor: what must not be exceeded. Nothing has to be reached."""
        if self.total or self.floor is not None or self.ceiling is None:
            return None
        counted = self.kind in {CommitmentKind.NUMBER, CommitmentKind.RECURRING}
        return Fraction(self.ceiling) if counted else None

    @property
    def value(self) -> Fraction:
        """In the unit of `target`. Where nothing was entered, it is 0."""
        if self.total and self.kind == CommitmentKind.COMPARISON:
            return Fraction(100 * self.done, self.total)
        return Fraction(self.done) if self.total else Fraction(self.actual or 0)

    @property
    def met(self) -> bool:
        """At or above the target; more than the ceiling of a range is over-fulfilled and so met too.

        A limit is met while a value is stated and does not exceed it.
        """
        if self.limit is not None:
            return self.actual is not None and self.value <= self.limit
        return self.target is not None and self.value >= self.target

    @property
    def unmet(self) -> bool:
        """Not the opposite of `met`: without a target, or with a limit and no value, it is neither."""
        if self.limit is not None:
            return self.value > self.limit
        return self.target is not None and self.value < self.target

    @property
    def nothing_done(self) -> bool:
        """Never of a limit: it is kept by doing nothing."""
        if self.limit is not None:
            return False
        if self.kind == CommitmentKind.COMPARISON:
            return self.total == 0 and self.actual is None
        return self.value == 0

    @property
    def deadline(self) -> date | None:
        """The end of the cycle or of the commitment, whichever comes first; that day is included."""
        return min((day for day in (self.cycle_end, self.ends_on) if day), default=None)

    @property
    def figure(self) -> str:
        """9/11, 1/1—2, 3/≤5: what is done of what is asked, the same in every language."""
        if self.total:
            return f"{self.done}/{self.total}"
        percent = "%" if self.kind == CommitmentKind.COMPARISON else ""
        done = format_number(self.actual or Decimal(0)) + percent
        if self.limit is not None:
            return f"{done}/≤{format_number(self.ceiling or Decimal(0))}"
        if self.target is None:
            return done
        floor = format_number(Decimal(self.target.numerator) / self.target.denominator)
        above = self.ceiling is not None and Fraction(self.ceiling) > self.target
        return f"{done}/{floor}{'—' + format_number(self.ceiling or Decimal(0)) if above else ''}{percent}"


def format_number(number: Decimal) -> str:
    """As people write numbers: 12.50 → 12.5, 100.00 → 100."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_counted(commitment: Commitment) -> bool:
    """Whether there are only whole ones: people, places, events. Not a share, not money, area or 万人.

    A number without a unit may be anything, so it keeps its decimals.
    """
    unit = commitment.unit
    return commitment.kind == CommitmentKind.DELIVERABLE or (bool(unit) and COUNTING_WORDS.issuperset(unit))


def target_words(floor: Decimal | None, ceiling: Decimal | None) -> str:
    """≥ 1, 1—2, ≤ 5 for a limit, or nothing where the text sets no number."""
    if floor is None:
        return f"≤ {format_number(ceiling)}" if ceiling is not None else ""
    return (
        f"{format_number(floor)}—{format_number(ceiling)}"
        if ceiling is not None and ceiling > floor
        else f"≥ {format_number(floor)}"
    )


def cycle_year(promise: Commitment, year: int) -> int | None:
    """The year in which a yearly commitment is judged (docs/decisions/0015); None for others."""
    if promise.cycle != CommitmentCycle.YEARLY:
        return None
    return min(year, promise.ends_on.year) if promise.ends_on else year


def planned_points(commitment: CommitmentFacts, on: date) -> Fraction | None:
    """What should be done by `on`, in percent of the target; None where there is no plan."""
    if commitment.limit is not None:
        return None
    if commitment.interim:
        return _stepped(commitment, on)
    begin, end = commitment.starts_on, commitment.ends_on
    if begin is None or end is None or not _grows_evenly(commitment):
        return None
    if on <= begin:
        return Fraction(0)
    return _WHOLE if on >= end else Fraction(100 * (on - begin).days, (end - begin).days)


def projected(commitment: CommitmentFacts, on: date, at: date) -> Fraction | None:
    """What there will be `at` a day if it goes on as from the start to `on`: docs/domain.md 12.14.

    None where the plan is not even: a recurring duty, a comparison, a single deliverable, a plan in steps,
    no start or no end. Never more than there are subjects, and nothing grows after the end.
    """
    begin, end = commitment.starts_on, commitment.ends_on
    if commitment.interim or begin is None or end is None or not _grows_evenly(commitment):
        return None
    if not begin < on < at or on >= end:
        return None
    reached = commitment.value * (min(at, end) - begin).days / (on - begin).days
    return min(reached, Fraction(commitment.total)) if commitment.total else reached


def _stepped(commitment: CommitmentFacts, on: date) -> Fraction | None:
    """Interim targets are steps: "5 by 30 June" owes five from 1 July."""
    whole = _whole(commitment)
    if whole == 0:
        return None
    owed = interim_owed(commitment, on)
    return 100 * Fraction(owed.target if owed else 0) / whole


def interim_owed(commitment: CommitmentFacts, on: date) -> Interim | None:
    """The interim target that a light is judged by on that day: the last whose day is past."""
    return max((step for step in _steps(commitment) if step.on < on), key=lambda step: step.on, default=None)


def interim_ahead(commitment: CommitmentFacts, on: date) -> Interim | None:
    """The interim target that comes next in the cycle."""
    last = commitment.cycle_end or date.max
    ahead = (step for step in _steps(commitment) if on <= step.on <= last)
    return min(ahead, key=lambda step: step.on, default=None)


def _steps(commitment: CommitmentFacts) -> tuple[Interim, ...]:
    """Those of earlier cycles do not count, and a limit has no plan."""
    since = commitment.cycle_start
    if commitment.limit is not None:
        return ()
    return tuple(step for step in commitment.interim if since is None or step.on >= since)


def _whole(commitment: CommitmentFacts) -> Fraction:
    """What counts as 100 points: the target, or the highest interim target where there is none."""
    return commitment.target or Fraction(max(step.target for step in commitment.interim))


def _grows_evenly(commitment: CommitmentFacts) -> bool:
    """Whether the plan is linear: only for numbers and for deliverables of several (docs/domain.md 6.9)."""
    if commitment.yes_no or commitment.cycle_start or not commitment.target:
        return False
    if commitment.kind == CommitmentKind.DELIVERABLE:
        return commitment.target > 1
    return commitment.kind == CommitmentKind.NUMBER


def points_behind(commitment: CommitmentFacts, on: date) -> Fraction:
    """Planned minus actual in percentage points; 0 without a plan, and when the plan is kept."""
    planned = planned_points(commitment, on)
    if planned is None:
        return Fraction(0)
    return max(Fraction(0), planned - 100 * commitment.value / _whole(commitment))


def half_gone(commitment: CommitmentFacts, on: date) -> bool:
    """Whether half of the cycle is over, by whole days with both ends. False without a cycle."""
    start, end = commitment.cycle_start, commitment.deadline
    if start is None or end is None:
        return False
    if commitment.starts_on is not None:
        start = max(start, commitment.starts_on)
    return 2 * (on - start).days >= (end - start).days + 1
