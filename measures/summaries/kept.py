"""What do pages read of a period? Its kept figures, and never more rows of them than they show.

The figures of an open period are brought up to date first, where the day has changed (`keeping.refresh`).
Those of a closed one are what its snapshot says, which is verified at every reading.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from django.db.models import Case, Count, F, Q, QuerySet, TextField, Value, When

from langfang_policy.compiled_queries import compiled
from measures.lights import FilingState, Light
from measures.models import (
    DepartmentFigures,
    LightColour,
    Measure,
    MeasureFigures,
    PeriodFigures,
    PeriodState,
    ReportingPeriod,
    Section,
)
from measures.models.fingerprints import digest_of
from measures.summaries.building import department_name
from measures.summaries.counts import FilingCount, PeriodSummary, SectionStatus
from measures.summaries.heads import (
    Contact,
    SnapshotReference,
    contact_of,
    edition_head,
    period_head,
    policy_head,
    snapshot_reference,
)
from measures.summaries.keeping import COUNTED, SCHEMA, refresh, take_over
from measures.summaries.seals import (
    Lights,
    Parts,
    read_parts,
    whole_summary,
    with_needed_content,
)
from measures.summaries.snapshot_json import part_from_json, pieces_of_json, ruled_light
from measures.summaries.types import (
    DepartmentName,
    EditionHead,
    MeasureRow,
    MeasureStatus,
    PeriodHead,
    PolicyHead,
)

# Of how many measures the texts are in memory at once.
AT_ONCE: Final = 100
_NOTHING: Final = Value("", TextField())


@dataclass(frozen=True)
class SectionRow:
    """A section of the policy and how many of its measures show which light, in the order of the legend."""

    ordinal: int
    title: str
    counts: dict[LightColour, int]

    @property
    def heading(self) -> str:
        """Made where it is shown: of many sections a page shows few."""
        return Section(ordinal=self.ordinal, title=self.title).heading


@dataclass(frozen=True)
class DepartmentRow:
    """What one department owes in the period and what became of it."""

    department: DepartmentName
    count: FilingCount
    confirmed: int
    contact: Contact
    slips: int = 0  # where they were counted (see `count_states`)

    @property
    def state(self) -> FilingState:
        """The worst of its updates."""
        found = {
            FilingState.MISSING: self.count.missing,
            FilingState.RETURNED: self.count.returned,
            FilingState.LATE: self.count.late,
            FilingState.ON_TIME: self.count.on_time,
            FilingState.NOT_DUE: self.count.not_due,
            FilingState.WAIVED: self.count.waived,
        }
        return next((state for state, number in found.items() if number), FilingState.NOT_DUE)


@dataclass(frozen=True)
class KeptPeriod:
    """An opened period with its kept figures; what is not asked for is not read. See `kept_period`.

    `sealed` is what the snapshot of a closed one vouches for: whatever is read is compared with it. `only`
    is a condition on the measures, see `narrowed_to`; documents are of all.
    """

    row: ReportingPeriod
    as_of: date
    snapshot: SnapshotReference | None
    sealed: Parts | None = None
    only: Q | None = None

    def narrowed_to(self, condition: Q) -> "KeptPeriod":
        """The same of some measures alone; what departments filed stays that of all.

        The snapshot of a closed one vouches for the counts of all: what counts those of some reads these too
        (`check_all`).
        """
        return replace(self, only=condition)

    @property
    def _figures(self) -> QuerySet[MeasureFigures]:
        rows = MeasureFigures.objects.filter(period=self.row)
        return rows if self.only is None else rows.filter(self.only)

    @property
    def policy(self) -> PolicyHead:
        return policy_head(self.row)

    @property
    def edition(self) -> EditionHead:
        return edition_head(self.row)

    @property
    def period(self) -> PeriodHead:
        return period_head(self.row)

    def verify(self) -> None:
        """Reads what is counted, so that what was altered is found now. Raises SnapshotError. Two queries."""
        if self.sealed:
            _ = self._counted, self.departments

    @cached_property
    def previous(self) -> str | None:
        """The name of the period before."""
        earlier = ReportingPeriod.objects.filter(policy=self.row.policy_id, starts_on__lt=self.row.starts_on)
        row = earlier.exclude(state=PeriodState.PLANNED).order_by("-starts_on").first()
        return row.official_name if row else None

    @property
    def measures(self) -> QuerySet[MeasureFigures]:
        """In document order, without the whole statuses: filter and cut it, then `rows`."""
        return self._figures.defer("content", "filing").order_by("place")

    def rows(self, figures: Iterable[MeasureFigures]) -> list[MeasureRow]:
        """What lists show of these measures. Raises SnapshotError where it is not what was sealed."""
        pairs = [(kept, part_from_json(kept.row, MeasureRow)) for kept in figures]
        if self.sealed:
            for kept, row in pairs:
                self.sealed.check_row(kept, row.uuid)
        return [row for _kept, row in pairs]

    def statuses(self, contents: Iterable[str]) -> list[MeasureStatus]:
        """Whole ones, of what is kept. Raises SnapshotError where it is not what was sealed."""
        found = [(content, part_from_json(content, MeasureStatus)) for content in contents]
        if self.sealed:
            for content, status in found:
                self.sealed.check_content(content, status.uuid)
        return [status for _content, status in found]

    # --- counts ---

    @cached_property
    def _counted(self) -> list[tuple[int, str, str, str, int]]:
        """(section's number, section's title, light, light before, number of measures). One query."""
        if self.only is not None:
            return list(_by_section(self._figures))
        return self._checked(_with_names(_lights_by_section(self.row.pk, self.row.edition_id)))

    def _checked(self, found: list[tuple[int, str, str, str, int]]) -> list[tuple[int, str, str, str, int]]:
        if self.sealed and self.only is None:
            self.sealed.check_lights(lights_of(found))
        return found

    def check_all(self, found: Iterable[tuple[int, str, str, str, int]]) -> None:
        """Of a part of the measures: the counts of all of them. Raises SnapshotError."""
        if self.sealed:
            self.sealed.check_lights(lights_of(found))

    def take_counted(self, found: list[tuple[int, str, str, str, int]]) -> None:
        """What `_counted` would ask, from a query that asked more. Raises SnapshotError."""
        vars(self)["_counted"] = self._checked(sorted(found))

    @cached_property
    def sections(self) -> tuple[SectionRow, ...]:
        counts: dict[tuple[int, str], Counter[str]] = {}
        for ordinal, title, colour, _before, number in self._counted:
            counts.setdefault((ordinal, title), Counter())[colour] += number
        return tuple(
            SectionRow(ordinal, title, _all_colours(found)) for (ordinal, title), found in counts.items()
        )

    @cached_property
    def total(self) -> int:
        """How many measures there are."""
        return sum(number for *_, number in self._counted)

    @cached_property
    def counts(self) -> dict[LightColour, int]:
        return _all_colours(_sum((colour, number) for _o, _t, colour, _b, number in self._counted))

    @cached_property
    def previous_counts(self) -> dict[LightColour, int] | None:
        """The counts of the period before; None without one, or if its lights were never stored."""
        before = _sum((colour, number) for _o, _t, _c, colour, number in self._counted if colour)
        return _all_colours(before) if before else None

    # --- departments ---

    @cached_property
    def departments(self) -> tuple[DepartmentRow, ...]:
        """Every department that owes something, in protocol order. One query."""
        rows = _departments(self.row.pk)
        if self.sealed:
            self.sealed.check_departments(counts_of(rows))
        return tuple(
            DepartmentRow(
                department_name(row.department), _count_of(row), row.confirmed, contact_of(row.department)
            )
            for row in rows
        )

    @cached_property
    def filing(self) -> FilingCount:
        """All departments together."""
        return FilingCount(
            *(sum(getattr(row.count, name) for row in self.departments) for name in COUNTED[:-1])
        )

    @property
    def confirmed_count(self) -> int:
        return sum(row.confirmed for row in self.departments)

    # --- what stands out ---

    @property
    def changed(self) -> QuerySet[MeasureFigures]:
        """Measures whose light differs from the period before, the darkest first."""
        return changed_of(self.measures)

    @property
    def with_matters(self) -> QuerySet[MeasureFigures]:
        """Measures with a coordination matter that is open."""
        return with_matters_of(self.measures)

    @property
    def with_missing(self) -> QuerySet[MeasureFigures]:
        """Measures on which an update is past due and was never filed."""
        return with_missing_of(self.measures)

    @cached_property
    def changed_count(self) -> int:
        return sum(number for *_, colour, before, number in self._counted if before not in {"", colour})

    # --- all of it ---

    def summary(self) -> PeriodSummary:
        """For documents and snapshots. Three queries and every measure."""
        return replace(self.heads(), sections=self._whole())

    def pieces(self) -> Iterator[str]:
        """What `to_json` makes of `summary`, of the statuses as they are kept: none of them is made.

        Two queries; no more than `AT_ONCE` of the statuses are held.
        """
        return text_of_statuses(self.heads(), self._kept_texts())

    def _kept_texts(self) -> Iterator[tuple[int, str, str]]:
        rows = MeasureFigures.objects.filter(period=self.row).order_by("place")
        return rows.values_list("section__ordinal", "section__title", "content").iterator(AT_ONCE)

    @property
    def sha256(self) -> str:
        """That of the snapshot, else that of the text that would be written; without holding it."""
        return self.snapshot.sha256 if self.snapshot else digest_of(self.pieces())

    def status_of(self, measure: Measure) -> MeasureStatus | None:
        """One measure of it; None where it is not in it. Raises SnapshotError. One query."""
        rows = MeasureFigures.objects.filter(period=self.row, measure=measure)
        return next(iter(self.statuses(rows.values_list("content", flat=True))), None)

    def in_order(self) -> Iterator[tuple[str, MeasureStatus]]:
        """The heading of its section and each measure, one held at a time. One query.

        Raises SnapshotError.
        """
        for ordinal, title, content in self._kept_texts():
            [status] = self.statuses([content])
            yield _section(ordinal, title, ()).heading, status

    def ruled_lights(self) -> Iterator[tuple[int, Light]]:
        """What the rules say of each measure, whatever the office set. One query."""
        rows = MeasureFigures.objects.filter(period=self.row).order_by("place")
        for measure, content in rows.values_list("measure", "content").iterator(AT_ONCE):
            yield measure, ruled_light(content)

    def heads(self) -> PeriodSummary:
        """What it is about, without a measure."""
        return PeriodSummary(self.policy, self.edition, self.period, self.as_of, self.previous, ())

    def _whole(self) -> tuple[SectionStatus, ...]:
        found: dict[tuple[int, str], list[MeasureStatus]] = {}
        rows = MeasureFigures.objects.filter(period=self.row).order_by("place")
        for ordinal, title, content in rows.values_list("section__ordinal", "section__title", "content"):
            found.setdefault((ordinal, title), []).append(part_from_json(content, MeasureStatus))
        return tuple(
            _section(ordinal, title, tuple(measures)) for (ordinal, title), measures in found.items()
        )


def changed_of(measures: QuerySet[MeasureFigures]) -> QuerySet[MeasureFigures]:
    darkest = Case(*(When(colour=colour, then=-colour.severity) for colour in LightColour))
    return measures.exclude(before=F("colour")).exclude(before="").order_by(darkest, "place")


def with_matters_of(measures: QuerySet[MeasureFigures]) -> QuerySet[MeasureFigures]:
    return measures.filter(matters__gt=0)


def with_missing_of(measures: QuerySet[MeasureFigures]) -> QuerySet[MeasureFigures]:
    return measures.filter(missing__gt=0)


def _section(ordinal: int, title: str, measures: tuple[MeasureStatus, ...]) -> SectionStatus:
    return SectionStatus(ordinal, Section(ordinal=ordinal, title=title).heading, title, measures)


@compiled
def _departments(period: int) -> QuerySet[DepartmentFigures]:
    figures = DepartmentFigures.objects.filter(period=period, total__gt=0).select_related("department")
    return figures.order_by("department__position", "department__slug")


@compiled
def _lights_by_section(period: int, edition: int) -> QuerySet[MeasureFigures, tuple[Any, ...]]:
    """Counted in an index by the keys of the sections, whose names come as rows without a light."""
    columns = ("section", "title", "colour", "before")
    figures = MeasureFigures.objects.filter(period=period).order_by()
    counted = figures.annotate(title=_NOTHING).values_list(*columns).annotate(n=Count("pk"))
    names = Section.objects.filter(edition=edition).order_by().annotate(colour=_NOTHING, before=_NOTHING)
    return counted.union(names.values_list("pk", "title", "colour", "before", "ordinal"), all=True)


def _with_names(
    rows: Iterable[tuple[int, str, str, str, int]],
) -> list[tuple[int, str, str, str, int]]:
    """With the number and the title of each section instead of its key, in the order of the document."""
    found = list(rows)
    names = {key: (ordinal, title) for key, title, colour, _before, ordinal in found if not colour}
    return sorted((*names[key], colour, before, n) for key, _title, colour, before, n in found if colour)


def _by_section(figures: QuerySet[MeasureFigures]) -> QuerySet[MeasureFigures, tuple[Any, ...]]:
    columns = ("section__ordinal", "section__title", "colour", "before")
    return figures.order_by("section__ordinal").values_list(*columns).annotate(n=Count("pk"))


def kept_period(period: ReportingPeriod, on: date) -> KeptPeriod:
    """`period` with policy, coordinator and edition loaded.

    Brings the figures of an open period up to the day: writes, where nobody has read it that day. Raises
    ValueError for a period that was never opened, SnapshotError when the snapshot was altered.
    """
    if period.state == PeriodState.PLANNED:
        raise ValueError("a planned period has no figures")
    if not period.is_frozen:
        refresh(period, on)
        return KeptPeriod(period, on, None)
    row = with_needed_content(period.snapshots.all()).latest("number")
    sealed = read_parts(row, period.name, SCHEMA)
    figures: PeriodFigures | None = getattr(period, "figures", None)
    if figures is None or (figures.schema, figures.snapshot_sha256) != (SCHEMA, row.sha256):
        figures = take_over(period, whole_summary(row, period.name), row.sha256)
    return KeptPeriod(period, figures.as_of or on, snapshot_reference(row), sealed)


def text_of_statuses(heads: PeriodSummary, statuses: Iterable[tuple[int, str, str]]) -> Iterator[str]:
    """The text of the summary with these statuses, piece by piece; of each (section's number, title, status).

    They come in document order.
    """
    sections = groupby(statuses, key=lambda row: row[:2])
    return pieces_of_json(
        heads,
        (
            (_section(ordinal, title, ()), (status for *_, status in rows))
            for (ordinal, title), rows in sections
        ),
    )


def counts_to_seal(kept: KeptPeriod) -> tuple[Lights, dict[str, list[int]]]:
    """Of the lights and of the departments, for the seal of a period that is being closed. Two queries."""
    owing = DepartmentFigures.objects.filter(period=kept.row, total__gt=0).select_related("department")
    return lights_of(kept._counted), counts_of(owing)


def lights_of(counted: Iterable[tuple[int, str, str, str, int]]) -> Lights:
    """Of all sections together."""
    found: Counter[tuple[str, str]] = Counter()
    for _ordinal, _title, colour, before, number in counted:
        found[colour, before] += number
    return sorted((colour, before, number) for (colour, before), number in found.items())


def counts_of(rows: Iterable[DepartmentFigures]) -> dict[str, list[int]]:
    """By department, as they are sealed."""
    return {row.department.slug: [getattr(row, name) for name in COUNTED] for row in rows}


def _count_of(row: DepartmentFigures) -> FilingCount:
    return FilingCount(*(getattr(row, name) for name in COUNTED[:-1]))


def _sum(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, number in pairs:
        found[name] += number
    return found


def _all_colours(counts: Counter[str]) -> dict[LightColour, int]:
    """All five colours, in the order of the legend."""
    return {colour: counts[colour] for colour in LightColour}
