"""What does a period's summary consist of? Frozen dataclasses for screens, documents and snapshots.

Whatever can be derived is a property, so that a stored summary holds no number twice. No query here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from measures.lights import FilingFacts, FilingState, Light, filing_state
from measures.models import (
    CommitmentKind,
    EditionStatus,
    LeadMode,
    LightColour,
    MeasureState,
    PeriodState,
    ReportedTexts,
    ResponsibilityRole,
    SelfAssessment,
    Situation,
    UpdateState,
    translated_period_name,
)


@dataclass(frozen=True)
class DepartmentName:
    """A department as a page or document names it."""

    slug: str
    name: str
    short_name: str
    position: int


@dataclass(frozen=True, kw_only=True)
class ConfirmedText(ReportedTexts):
    """The text in force of an update, as confirmed. A text that an old snapshot does not hold is empty."""

    situation: Situation
    self_assessment: SelfAssessment
    revision: int
    confirmed_on: date
    corrected: bool

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            situation: Situation,
            self_assessment: SelfAssessment,
            revision: int,
            confirmed_on: date,
            corrected: bool,
            **texts: str,
        ) -> None: ...

    @property
    def sentence(self) -> str:
        """One sentence for a leader: the headline, or the situation with its reason."""
        if self.situation == Situation.PROGRESS:
            return self.headline
        return f"{self.situation.label}（{self.reason}）"


@dataclass(frozen=True)
class UpdateStatus:
    """One department's duty on one measure in the period, and its text where one is in force."""

    uuid: str
    department: DepartmentName
    role: ResponsibilityRole
    position: int
    state: UpdateState
    due_on: date
    back_due_on: date | None
    filed_on: date | None
    filed_after_closing: bool
    confirmed_after_closing: bool
    text: ConfirmedText | None

    @property
    def is_lead(self) -> bool:
        return self.role == ResponsibilityRole.LEAD

    @property
    def waived(self) -> bool:
        return self.state == UpdateState.WAIVED

    @property
    def on_time(self) -> bool:
        return self.filed_on is not None and self.filed_on <= self.due_on

    @property
    def facts(self) -> FilingFacts:
        return FilingFacts(self.due_on, self.filed_on, self.back_due_on, self.waived)

    def filing(self, on: date) -> FilingState:
        return filing_state(self.facts, on)


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
    def rate(self) -> str:
        """Filed on time, of all that is owed, in percent with at most one decimal (docs/domain.md 4.10).

        A dash before anything was filed or missed. Always show it with both numbers.
        """
        settled = self.filed + self.missing
        return percent(self.on_time, self.owed) if settled else "—"


def percent(part: int, whole: int) -> str:
    """Like 88% or 82.6%; a dash if the whole is 0."""
    if whole == 0:
        return "—"
    tenths = (Decimal(100 * part) / whole).quantize(Decimal("0.1"))
    return f"{tenths.normalize():f}%"


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
    """A department's updates in one period, and the counts of their filing states.

    `problem` says why there are no counts.
    """

    period: str
    count: FilingCount | None
    updates: tuple[tuple[str, UpdateStatus], ...]
    problem: str = ""


@dataclass(frozen=True)
class SubjectStatus:
    """One place, occasion or group of a commitment; the name is empty for the whole."""

    name: str
    number: Decimal | None
    out_of: Decimal | None
    met: bool


@dataclass(frozen=True)
class CommitmentStatus:
    """A commitment in its present cycle, by the latest texts in force."""

    label: str
    wording: str
    kind: CommitmentKind
    binding: bool
    unit: str
    year: int | None
    figure: str
    target: str
    percent: int | None
    met: bool
    unmet: bool
    stated_in: str
    subjects: tuple[SubjectStatus, ...]

    @property
    def is_limit(self) -> bool:
        """Only a ceiling: something that must not be exceeded."""
        return self.target.startswith("≤")

    @property
    def stated_in_words(self) -> str:
        """The period in the language of the screen; empty where no text states it."""
        return translated_period_name(self.stated_in)

    @property
    def words(self) -> str:
        """The figure as people read it: 9/11 个, 28/36（77.8%）."""
        if self.kind == CommitmentKind.COMPARISON:
            return f"{self.figure}（{self._share}）"
        return f"{self.figure} {self.unit}".strip()

    @property
    def _share(self) -> str:
        subject = self.subjects[0]
        return percent(int(subject.number or 0), int(subject.out_of or 0))


@dataclass(frozen=True)
class PastLight:
    """The light of an earlier period as it was stored; None where there was none."""

    period: str
    colour: LightColour | None


@dataclass(frozen=True)
class Matter:
    """An open coordination matter."""

    uuid: str
    measure: str
    code: str
    department: DepartmentName
    text: str
    raised_on: date


class PrintedTexts:
    """Whose texts are printed for a measure in a period (docs/domain.md 7.2)."""

    lead_mode: LeadMode
    updates: tuple[UpdateStatus, ...]

    @property
    def convenor(self) -> UpdateStatus | None:
        if self.lead_mode == LeadMode.SEPARATE:
            return None
        return next((update for update in self.updates if update.is_lead and update.position == 1), None)

    @property
    def printed(self) -> tuple[UpdateStatus, ...]:
        """Whose texts are printed: the convenor's, each separate lead's, a silent convenor's co-leads'."""
        if self.convenor is not None and self.convenor.text is not None:
            return (self.convenor,)
        return tuple(update for update in self.updates if update.is_lead and update.text is not None)

    @property
    def not_printed(self) -> tuple[UpdateStatus, ...]:
        """The inputs beside the printed ones: co-leads and participants."""
        speaking = self.printed
        return tuple(update for update in self.updates if update not in speaking)

    @property
    def is_consolidated(self) -> bool:
        """Whether the convenor's text is there; separate leads need no consolidated text."""
        if self.lead_mode == LeadMode.SEPARATE:
            return True
        return self.convenor is not None and self.convenor.text is not None

    @property
    def sentence(self) -> str:
        """For the overview: the convenor's sentence, or that of each lead with its name; may be empty."""
        texts = [(update.department.short_name, update.text) for update in self.printed if update.text]
        if self.lead_mode != LeadMode.SEPARATE and self.is_consolidated:
            return texts[0][1].sentence
        return "；".join(f"{name}：{text.sentence.rstrip('。')}" for name, text in texts)


@dataclass(frozen=True)
class MeasureStatus(PrintedTexts):
    """One measure in the period: light, texts, commitments."""

    uuid: str
    code: str
    title: str
    state: MeasureState
    lead_mode: LeadMode
    clause_text: str
    clause_label: str
    leads: tuple[DepartmentName, ...]
    participants: tuple[DepartmentName, ...]
    light: Light
    ruled_light: Light
    before: LightColour | None
    history: tuple[PastLight, ...]
    updates: tuple[UpdateStatus, ...]
    commitments: tuple[CommitmentStatus, ...]
    matters: tuple[Matter, ...]

    @property
    def first_lead(self) -> DepartmentName | None:
        return self.leads[0] if self.leads else None

    @property
    def has_changed(self) -> bool:
        return self.before is not None and self.before != self.light.colour


@dataclass(frozen=True)
class MeasureRow:
    """A measure in the period as a row of a list shows it."""

    uuid: str
    code: str
    title: str
    state: MeasureState
    lead_mode: LeadMode
    leads: tuple[DepartmentName, ...]
    participants: tuple[DepartmentName, ...]
    light: Light
    before: LightColour | None
    history: tuple[PastLight, ...]
    sentence: str

    @classmethod
    def of(cls, status: MeasureStatus) -> "MeasureRow":
        return cls(**{field.name: getattr(status, field.name) for field in fields(cls)})


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
class PolicyHead:
    slug: str
    title: str
    short_title: str
    coordinator: DepartmentName


@dataclass(frozen=True)
class EditionHead:
    number: int
    full_title: str
    status: EditionStatus
    basis: str


@dataclass(frozen=True)
class PeriodHead:
    uuid: str
    code: str
    name: str
    state: PeriodState
    starts_on: date
    ends_on: date
    participant_due_on: date
    lead_due_on: date
    check_due_on: date
    grace_ends_on: date

    @property
    def label(self) -> str:
        """The name in the language of the screen."""
        return translated_period_name(self.name)


@dataclass(frozen=True)
class DepartmentFiling:
    """What one department owed in the period and what became of it."""

    department: DepartmentName
    count: FilingCount
    state: FilingState
    updates: tuple[tuple[MeasureStatus, UpdateStatus], ...]


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

    @property
    def confirmed_count(self) -> int:
        return sum(update.text is not None for _row, update in self.updates())
