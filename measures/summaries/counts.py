"""Where do the numbers of pages and documents come from? Each is counted here, once.

Lights: `count_lights`. Filing: `count_filing`, the rate `FilingCount.rate`. All else: `PeriodSummary`. What
is counted are the statuses of measures, which `building` works out: a light by `measures.lights`, the value
of a commitment by its latest texts in force. `source.read_period` gives the summary: of the
rows while the period is open, of its snapshot once it is closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from measures.lights import FilingState
from measures.models import LightColour
from measures.summaries.types import (
    DepartmentName,
    EditionHead,
    Matter,
    MeasureStatus,
    PeriodHead,
    PolicyHead,
    UpdateStatus,
    percent,
)


@dataclass(frozen=True)
class FilingCount:
    """How many updates are in which filing state. `returned` ones are also counted as filed."""

    total: int
    waived: int
    on_time: int
    late: int
    missing: int
    not_due: int
    returned: int

    @property
    def owed(self) -> int:
        return self.total - self.waived

    @property
    def filed(self) -> int:
        return self.on_time + self.late

    @property
    def share(self) -> Decimal | None:
        """The rate as a number, exactly; None before anything was filed or missed, or owed."""
        return Decimal(self.on_time) / self.owed if self.owed and self.filed + self.missing else None

    @property
    def rate(self) -> str:
        """Filed on time, of all that is owed, in percent with at most one decimal (docs/domain.md 4.10).

        A dash before anything was filed or missed. Always show it with both numbers.
        """
        settled = self.filed + self.missing
        return percent(self.on_time, self.owed) if settled else "—"


def count_filing(updates: list[UpdateStatus], on: date) -> FilingCount:
    states = [update.filing(on) for update in updates]
    return FilingCount(
        total=len(updates),
        waived=states.count(FilingState.WAIVED),
        on_time=sum(update.on_time and not update.waived for update in updates),
        late=sum(
            update.filed_on is not None and not update.on_time and not update.waived for update in updates
        ),
        missing=states.count(FilingState.MISSING),
        not_due=states.count(FilingState.NOT_DUE),
        returned=states.count(FilingState.RETURNED),
    )


@dataclass(frozen=True)
class PeriodFiling:
    """How a department filed in one period. `problem` says why there are no counts.

    `slips`: how often it was urged; `asked`, `granted`: of how many updates it asked for a later date.
    """

    period: str
    code: str
    count: FilingCount | None
    problem: str = ""
    slips: int = 0
    asked: int = 0
    granted: int = 0


@dataclass(frozen=True)
class SectionStatus:
    ordinal: int
    heading: str
    title: str
    measures: tuple[MeasureStatus, ...]

    @property
    def counts(self) -> dict[LightColour, int]:
        return count_lights(self.measures)


def count_lights(measures: tuple[MeasureStatus, ...]) -> dict[LightColour, int]:
    """All five colours, in the order of the legend."""
    colours = [row.light.colour for row in measures]
    return {colour: colours.count(colour) for colour in LightColour}


@dataclass(frozen=True)
class DepartmentFiling:
    """What one department owed in the period and what became of it."""

    department: DepartmentName
    count: FilingCount
    state: FilingState
    updates: tuple[tuple[MeasureStatus, UpdateStatus], ...]

    @property
    def update_count(self) -> int:
        return len(self.updates)


@dataclass(frozen=True)
class DepartmentStatus:
    """What one department answers for in the period: the measures that it leads, those it takes part in."""

    department: DepartmentName
    led: tuple[MeasureStatus, ...]
    joined: tuple[MeasureStatus, ...]
    filing: FilingCount

    @property
    def measures(self) -> tuple[MeasureStatus, ...]:
        return (*self.led, *self.joined)

    @property
    def measure_count(self) -> int:
        return len(self.measures)

    @property
    def lead_count(self) -> int:
        return len(self.led)

    @property
    def participation_count(self) -> int:
        return len(self.joined)

    @property
    def counts(self) -> dict[LightColour, int]:
        """The lights of the measures that it leads."""
        return count_lights(self.led)

    @property
    def confirmed_count(self) -> int:
        return sum(row.text is not None for row in map(self.update_of, self.measures) if row)

    @property
    def matters(self) -> tuple[Matter, ...]:
        """Those that it raised itself."""
        own = (matter for row in self.measures for matter in row.matters)
        return tuple(matter for matter in own if matter.department.slug == self.department.slug)

    @property
    def matter_count(self) -> int:
        return len(self.matters)

    def update_of(self, measure: MeasureStatus) -> UpdateStatus | None:
        """Its own update on the measure; None where it owes none."""
        own = (row for row in measure.updates if row.department.slug == self.department.slug)
        return next(own, None)


@dataclass(frozen=True)
class PeriodSummary:
    """Everything that is reported on a policy in a period, on a date. Only confirmed texts count."""

    policy: PolicyHead
    edition: EditionHead
    period: PeriodHead
    as_of: date
    previous: str | None
    sections: tuple[SectionStatus, ...]

    @cached_property
    def measures(self) -> tuple[MeasureStatus, ...]:
        return tuple(row for section in self.sections for row in section.measures)

    def measure(self, uuid: str | UUID) -> MeasureStatus:
        """Raises KeyError for a measure of another edition."""
        for row in self.measures:
            if row.uuid == str(uuid):
                return row
        raise KeyError(uuid)

    @cached_property
    def counts(self) -> dict[LightColour, int]:
        return count_lights(self.measures)

    @cached_property
    def previous_counts(self) -> dict[LightColour, int] | None:
        """The counts of the period before; None without one, or if its lights were never stored."""
        colours = [row.before for row in self.measures]
        if all(colour is None for colour in colours):
            return None
        return {colour: colours.count(colour) for colour in LightColour}

    @property
    def differences(self) -> dict[LightColour, int] | None:
        """How many more, or fewer, of each colour there are than in the period before; None without one."""
        before = self.previous_counts
        if before is None:
            return None
        return {colour: self.counts[colour] - before[colour] for colour in LightColour}

    @cached_property
    def changed(self) -> tuple[MeasureStatus, ...]:
        """The measures whose light differs from the period before, the darkest first."""
        rows = [row for row in self.measures if row.has_changed]
        return tuple(sorted(rows, key=lambda row: -row.light.colour.severity))

    @cached_property
    def matters(self) -> tuple[Matter, ...]:
        return tuple(matter for row in self.measures for matter in row.matters)

    def updates(self) -> Iterator[tuple[MeasureStatus, UpdateStatus]]:
        return ((row, update) for row in self.measures for update in row.updates)

    @cached_property
    def filing(self) -> FilingCount:
        return count_filing([update for _row, update in self.updates()], self.as_of)

    @cached_property
    def departments(self) -> tuple[DepartmentFiling, ...]:
        """Every department that owed something, in protocol order."""
        rows: dict[DepartmentName, list[tuple[MeasureStatus, UpdateStatus]]] = {}
        for measure, update in self.updates():
            rows.setdefault(update.department, []).append((measure, update))
        return tuple(
            self._filing_of(department, rows[department])
            for department in sorted(rows, key=lambda p: p.position)
        )

    def _filing_of(
        self, department: DepartmentName, pairs: list[tuple[MeasureStatus, UpdateStatus]]
    ) -> DepartmentFiling:
        updates = [update for _row, update in pairs]
        states = {update.filing(self.as_of) for update in updates}
        worst = next((state for state in FilingState if state in states), FilingState.NOT_DUE)
        return DepartmentFiling(department, count_filing(updates, self.as_of), worst, tuple(pairs))

    @cached_property
    def missing(self) -> tuple[DepartmentFiling, ...]:
        """The departments with an update past due and never filed, with just those updates."""
        found = []
        for row in self.departments:
            late = tuple(pair for pair in row.updates if pair[1].filing(self.as_of) == FilingState.MISSING)
            if late:
                found.append(DepartmentFiling(row.department, row.count, FilingState.MISSING, late))
        return tuple(found)

    @cached_property
    def punctual(self) -> tuple[DepartmentFiling, ...]:
        """The departments that filed all that they owed, and in time; nothing of it is out."""
        return tuple(
            row
            for row in self.departments
            if row.count.owed and row.count.on_time == row.count.owed and not row.count.returned
        )

    @property
    def punctual_count(self) -> int:
        return len(self.punctual)

    @cached_property
    def bound(self) -> tuple[DepartmentName, ...]:
        """Every department that answers for a measure or owed an update, in protocol order."""
        named = {
            department
            for row in self.measures
            for department in (*row.leads, *row.participants, *(update.department for update in row.updates))
        }
        return tuple(sorted(named, key=lambda row: (row.position, row.slug)))

    def department(self, slug: str) -> DepartmentStatus:
        """Raises KeyError for one that is bound to nothing here. Who leads a measure does not join it too."""
        found = {row.slug: row for row in self.bound}[slug]
        led = tuple(row for row in self.measures if _is_led_by(found, row))
        joined = tuple(row for row in self.measures if row not in led and _is_joined_by(found, row))
        updates = [update for _row, update in self.updates() if update.department == found]
        return DepartmentStatus(found, led, joined, count_filing(updates, self.as_of))

    @property
    def lighter_count(self) -> int:
        """How many lights the office set lighter than the rules."""
        return sum(row.light.lighter for row in self.measures)

    @property
    def changed_count(self) -> int:
        return len(self.changed)

    @property
    def section_count(self) -> int:
        return len(self.sections)

    @property
    def measure_count(self) -> int:
        return len(self.measures)

    @property
    def matter_count(self) -> int:
        return len(self.matters)

    @property
    def missing_department_count(self) -> int:
        return len(self.missing)

    @property
    def confirmed_count(self) -> int:
        return sum(update.text is not None for _row, update in self.updates())


def _is_led_by(department: DepartmentName, measure: MeasureStatus) -> bool:
    own = (update for update in measure.updates if update.department == department)
    return department in measure.leads or any(update.is_lead for update in own)


def _is_joined_by(department: DepartmentName, measure: MeasureStatus) -> bool:
    return department in measure.participants or any(
        update.department == department for update in measure.updates
    )
