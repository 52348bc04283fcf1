"""What is different in two snapshots of one period, or since the last? Counts, and measure by measure.

Lights, texts, values, matters. Snapshots are verified whole; one of an old schema is upgraded as ever
(docs/decisions/0032).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from measures.charts import COLOURS
from measures.lights import Light
from measures.models import TEXT_FIELDS, LightColour, PeriodSnapshot, ReportingPeriod, Situation
from measures.summaries.counts import FilingCount, PeriodSummary
from measures.summaries.heads import SnapshotReference, snapshot_reference
from measures.summaries.kept import kept_period
from measures.summaries.portions import GOES_ON
from measures.summaries.seals import whole_summary
from measures.summaries.snapshot_json import from_json, to_json
from measures.summaries.source import live_summary
from measures.summaries.types import CommitmentStatus, ConfirmedText, MeasureStatus


@dataclass(frozen=True)
class Difference:
    """What one snapshot says and the other says otherwise; empty where it says nothing of it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangedMeasure:
    """A measure that is not the same in both; a light is None where the snapshot does not have the measure.

    `texts` and `matters` (those that are open) are by department, `values` by commitment.
    """

    uuid: str
    code: str
    title: str
    before: Light | None
    after: Light | None
    texts: tuple[Difference, ...]
    values: tuple[Difference, ...]
    matters: tuple[Difference, ...]

    @property
    def is_other(self) -> bool:
        return self.has_another_light or bool(self.texts or self.values or self.matters)

    @property
    def has_another_light(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Compared:
    """One of the two: which it is, and what it counts."""

    snapshot: SnapshotReference
    counts: dict[LightColour, int]
    filing: FilingCount
    confirmed: int

    @property
    def on_time(self) -> str:
        """Both numbers that the rate is made of (docs/domain.md 4.10)."""
        return f"{self.filing.on_time}/{self.filing.owed}"


@dataclass(frozen=True)
class Comparison:
    """`measures` are in document order, those that only the first one has at the end."""

    before: Compared
    after: Compared
    measures: tuple[ChangedMeasure, ...]

    @property
    def sides(self) -> tuple[Compared, Compared]:
        return self.before, self.after

    @property
    def lights(self) -> list[tuple[LightColour, int, int]]:
        """Each colour with how many measures show it in the one and in the other; as overviews order them."""
        return [(colour, self.before.counts[colour], self.after.counts[colour]) for colour in COLOURS]

    @property
    def is_same(self) -> bool:
        """Nothing that is compared differs."""
        one, other = ((row.counts, row.filing, row.confirmed) for row in self.sides)
        return one == other and not self.measures


@dataclass(frozen=True)
class SinceClosing:
    """What would differ from the last snapshot, if the period were closed now."""

    snapshot: SnapshotReference
    measures: tuple[ChangedMeasure, ...]


def changes_since_closing(period: ReportingPeriod, on: date) -> SinceClosing | None:
    """None for a period that was never closed. Loaded as for `kept_period`.

    Raises SnapshotError where the last snapshot was altered.
    """
    last = period.snapshots.annotate(goes_on=GOES_ON).order_by("-number").first()
    if last is None:
        return None
    found = _changed(whole_summary(last, period.name), _as_it_is(period, on))
    return SinceClosing(snapshot_reference(last), tuple(found))


def _as_it_is(period: ReportingPeriod, on: date) -> PeriodSummary:
    """Of a closed one as it would be if it were open; in the form that snapshots are read in."""
    if period.is_frozen:
        return from_json(to_json(live_summary(period, on)))
    return kept_period(period, on).summary()


def compare_snapshots(before: PeriodSnapshot, after: PeriodSnapshot, period: str) -> Comparison:
    """Of a period with that name. Raises SnapshotError where one of them was altered."""
    old, new = (whole_summary(row, period) for row in (before, after))
    return Comparison(_compared(before, old), _compared(after, new), tuple(_changed(old, new)))


def _compared(row: PeriodSnapshot, summary: PeriodSummary) -> Compared:
    return Compared(snapshot_reference(row), summary.counts, summary.filing, summary.confirmed_count)


def _changed(old: PeriodSummary, new: PeriodSummary) -> Iterator[ChangedMeasure]:
    before, after = ({row.uuid: row for row in summary.measures} for summary in (old, new))
    for uuid, named in {**after, **before, **after}.items():
        found = _change(named, before.get(uuid), after.get(uuid))
        if found.is_other:
            yield found


def _change(named: MeasureStatus, one: MeasureStatus | None, other: MeasureStatus | None) -> ChangedMeasure:
    """What is different, which may be nothing; `named` is one of both."""
    return ChangedMeasure(
        named.uuid,
        named.code,
        named.title,
        one.light if one else None,
        other.light if other else None,
        tuple(_differences(_texts(one), _texts(other))),
        tuple(_differences(_values(one), _values(other))),
        tuple(_differences(_matters(one), _matters(other))),
    )


def _differences(before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    for label in dict.fromkeys([*before, *after]):
        one, other = before.get(label, ""), after.get(label, "")
        if one != other:
            yield Difference(label, one, other)


def _texts(status: MeasureStatus | None) -> dict[str, str]:
    updates = status.updates if status else ()
    return {row.department.short_name: _said(row.text) for row in updates if row.text}


def _said(text: ConfirmedText) -> str:
    """All that it says, a paragraph a field."""
    situation = [] if text.situation == Situation.PROGRESS else [str(text.situation.label)]
    fields = [getattr(text, name) for name in TEXT_FIELDS if getattr(text, name)]
    return "\n".join([*situation, *fields, str(text.self_assessment.label)])


def _values(status: MeasureStatus | None) -> dict[str, str]:
    return {row.label: _valued(row) for row in (status.commitments if status else ())}


def _matters(status: MeasureStatus | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in status.matters if status else ():
        said = found.get(row.department.short_name)
        found[row.department.short_name] = f"{said}\n{row.text}" if said else row.text
    return found


def _valued(row: CommitmentStatus) -> str:
    named = [
        f"{subject.name} {_number(subject.number)}"
        for subject in row.subjects
        if subject.name and subject.number is not None
    ]
    return "\n".join([row.words, *named])


def _number(number: Decimal) -> str:
    return f"{number:f}"
