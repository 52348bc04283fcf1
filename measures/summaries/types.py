"""What is the status of a measure and its updates in a period? Frozen dataclasses for screens and snapshots.

Whatever can be derived is a property, so that a stored summary holds no number twice. No query here.
"""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from langfang_policy.punctuation import after_label, sentences_in_a_row, with_addition
from measures.commitments import Interim
from measures.lights import FilingFacts, FilingState, Light, filing_state, interim_words
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
    filed_by: str = ""  # the office, where it entered the text for the department

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            situation: Situation,
            self_assessment: SelfAssessment,
            revision: int,
            confirmed_on: date,
            corrected: bool,
            filed_by: str = "",
            **texts: str,
        ) -> None: ...

    @property
    def sentence(self) -> str:
        """One sentence for a leader: the headline, or the situation with its reason."""
        if self.situation == Situation.PROGRESS:
            return self.headline
        return with_addition(self.situation.label, self.reason)


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


def percent(part: int, whole: int) -> str:
    """Like 88% or 82.6%; a dash if the whole is 0."""
    if whole == 0:
        return "—"
    tenths = (Decimal(100 * part) / whole).quantize(Decimal("0.1"))
    return f"{tenths.normalize():f}%"


@dataclass(frozen=True)
class SubjectStatus:
    """One place, occasion or group of a commitment; the name is empty for the whole."""

    name: str
    number: Decimal | None
    out_of: Decimal | None
    met: bool
    fell_from: Decimal | None = None
    decrease_reason: str = ""


@dataclass(frozen=True)
class CommitmentStatus:
    """A commitment in its present cycle, by the latest texts in force.

    `owed` and `ahead`: the interim target that its light is judged by on the day, and the next one.
    """

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
    owed: Interim | None = None
    ahead: Interim | None = None

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
            return with_addition(self.figure, self._share)
        return f"{self.figure} {self.unit}".strip()

    @property
    def interim_words(self) -> str:
        """Which interim target may turn the light, and from when (docs/domain.md 4.29); may be empty."""
        counted = self.kind != CommitmentKind.COMPARISON
        total = len(self.subjects) if counted and len(self.subjects) > 1 else 0
        return interim_words(self.owed, self.ahead, self.kind, self.unit, total)

    @property
    def fallen(self) -> tuple[SubjectStatus, ...]:
        """Those whose value is lower than it was, and says why (docs/domain.md 4.28)."""
        return tuple(row for row in self.subjects if row.fell_from is not None)

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
        return sentences_in_a_row(after_label(name, text.sentence.rstrip("。")) for name, text in texts)


@dataclass(frozen=True)
class Designation:
    """A department that the office designated because the text names nobody; `day`: if it is known."""

    department: DepartmentName
    office: str
    day: date | None


@dataclass(frozen=True)
class MeasureStatus(PrintedTexts):
    """One measure in the period: light, texts, commitments.

    `designations` are of a measure whose text names nobody; a snapshot of before they were kept has none.
    """

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
    designations: tuple[Designation, ...] = ()

    @property
    def first_lead(self) -> DepartmentName | None:
        return self.leads[0] if self.leads else None

    @property
    def has_changed(self) -> bool:
        return self.before is not None and self.before != self.light.colour

    @property
    def matter_count(self) -> int:
        return len(self.matters)


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
    is_consolidated: bool

    @property
    def first_lead(self) -> DepartmentName | None:
        return self.leads[0] if self.leads else None

    @classmethod
    def of(cls, status: MeasureStatus) -> "MeasureRow":
        return cls(**{field.name: getattr(status, field.name) for field in fields(cls)})


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
