"""From where are models imported? From here; each group of nouns has a module of its own."""

from measures.cadence import Cadence, CalendarPeriod, translated_period_name, year_to_date
from measures.models.closures import Closure, ClosureOutcome, ClosureRequest
from measures.models.commitments import (
    AnswerKind,
    Commitment,
    CommitmentCycle,
    CommitmentKind,
    CommitmentSubject,
    InterimTarget,
)
from measures.models.documents import StoredDocument
from measures.models.events import Act, Event
from measures.models.evidence import EvidenceFile
from measures.models.extensions import Extension, ExtensionOutcome, FormerDates
from measures.models.figures import DepartmentFigures, MeasureFigures, PeriodFigures
from measures.models.filing import (
    PRIVATE_STATES,
    STILL_OWED,
    TEXT_COLUMNS,
    TEXT_FIELDS,
    TEXTS,
    WRITABLE_STATES,
    CoordinationMatter,
    ProgressUpdate,
    ReceivedBy,
    ReportedTexts,
    Revision,
    SelfAssessment,
    Situation,
    UpdateState,
)
from measures.models.kept_texts import HeldText, ReplacedText
from measures.models.lights import LightColour, LightReason, MeasureLight
from measures.models.messages import (
    ANNOUNCEMENT_LENGTH,
    NIGHTLY_KINDS,
    TARGETS,
    Announcement,
    MailChoice,
    Message,
    MessageDigest,
    MessageKind,
)
from measures.models.periods import (
    FROZEN_PERIODS,
    PeriodSnapshot,
    PeriodState,
    ReportingPeriod,
    official_period_name,
    period_name,
)
from measures.models.policy import (
    STATES_AT_REST,
    Edition,
    EditionStatus,
    LeadMode,
    Measure,
    MeasureState,
    Policy,
    Responsibility,
    ResponsibilityRole,
    Section,
    effective_lead_mode,
)
from measures.models.portfolios import Portfolio
from measures.models.signed_slips import SignedSlip
from measures.models.sources import InputUse, UsedInput
from measures.models.texts import Asked, Words
from measures.models.urges import Urge, UrgeAnswer, UrgeLevel, UrgeReceipt
from measures.models.values import CommitmentValue

__all__ = [
    "ANNOUNCEMENT_LENGTH",
    "FROZEN_PERIODS",
    "NIGHTLY_KINDS",
    "PRIVATE_STATES",
    "STATES_AT_REST",
    "STILL_OWED",
    "TARGETS",
    "TEXTS",
    "TEXT_COLUMNS",
    "TEXT_FIELDS",
    "WRITABLE_STATES",
    "Act",
    "Announcement",
    "AnswerKind",
    "Asked",
    "Cadence",
    "CalendarPeriod",
    "Closure",
    "ClosureOutcome",
    "ClosureRequest",
    "Commitment",
    "CommitmentCycle",
    "CommitmentKind",
    "CommitmentSubject",
    "CommitmentValue",
    "CoordinationMatter",
    "DepartmentFigures",
    "Edition",
    "EditionStatus",
    "Event",
    "EvidenceFile",
    "Extension",
    "ExtensionOutcome",
    "FormerDates",
    "HeldText",
    "InputUse",
    "InterimTarget",
    "LeadMode",
    "LightColour",
    "LightReason",
    "MailChoice",
    "Measure",
    "MeasureFigures",
    "MeasureLight",
    "MeasureState",
    "Message",
    "MessageDigest",
    "MessageKind",
    "PeriodFigures",
    "PeriodSnapshot",
    "PeriodState",
    "Policy",
    "Portfolio",
    "ProgressUpdate",
    "ReceivedBy",
    "ReplacedText",
    "ReportedTexts",
    "ReportingPeriod",
    "Responsibility",
    "ResponsibilityRole",
    "Revision",
    "Section",
    "SelfAssessment",
    "SignedSlip",
    "Situation",
    "StoredDocument",
    "UpdateState",
    "Urge",
    "UrgeAnswer",
    "UrgeLevel",
    "UrgeReceipt",
    "UsedInput",
    "Words",
    "effective_lead_mode",
    "official_period_name",
    "period_name",
    "translated_period_name",
    "year_to_date",
]
