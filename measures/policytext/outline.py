"""In what values is a policy text told, word for word? Names are not resolved and nothing is stored."""

from dataclasses import dataclass
from datetime import date

from measures.models import EditionStatus, LeadMode, ResponsibilityRole
from measures.numerals import chinese_numeral


@dataclass(frozen=True)
class Consultation:
    """From when to when the public may comment, both days included. `wording` quotes the text.

    An end without a year lies in the year of the start.
    """

    start: date | None = None
    end: date | None = None
    wording: str = ""
    email: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Notice:
    """What comes before the title. `issuer` is the department that issued it, as it is named there."""

    title: str
    issuer: str
    consultation: Consultation


@dataclass(frozen=True)
class Clause:
    """The bracket that ends a measure. Names are as in the text, in protocol order.

    `lead_mode` is None where the clause cannot be read; that never means "nobody named".
    """

    text: str
    label: str = ""
    lead_mode: LeadMode | None = None
    leads: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()

    @property
    def links(self) -> tuple[tuple[ResponsibilityRole, int, str], ...]:
        """(role, position from 1 within the role, name) of every department that is bound."""
        groups = ((ResponsibilityRole.LEAD, self.leads), (ResponsibilityRole.PARTICIPANT, self.participants))
        return tuple((role, place, name) for role, names in groups for place, name in enumerate(names, 1))


@dataclass(frozen=True)
class MeasureOutline:
    ordinal: int
    title: str
    text: str
    clause: Clause | None = None

    @property
    def lead_mode(self) -> LeadMode | None:
        return self.clause.lead_mode if self.clause else LeadMode.NONE


@dataclass(frozen=True)
class SectionOutline:
    ordinal: int
    title: str
    measures: tuple[MeasureOutline, ...]

    def code(self, measure: MeasureOutline) -> str:
        return f"{chinese_numeral(self.ordinal)}（{chinese_numeral(measure.ordinal)}）"


@dataclass(frozen=True)
class Outline:
    """`title` never contains （征求意见稿）: that is the `status` (docs/domain.md 1.3)."""

    title: str
    status: EditionStatus
    basis: str
    preamble: str
    general_requirements: str
    sections: tuple[SectionOutline, ...]
    notice: Notice | None = None

    @property
    def measures(self) -> tuple[tuple[str, MeasureOutline], ...]:
        """(code, measure) in document order; codes look like 二（一）."""
        return tuple((part.code(measure), measure) for part in self.sections for measure in part.measures)
