"""Which light has each measure on which a department answers? Departments × measures, with the roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from departments.models import Department
from measures.models import LeadMode, LightColour, MeasureFigures, ResponsibilityRole, Section
from measures.pages.paging import page_of
from measures.summaries import KeptPeriod, MeasureRow

DEPARTMENTS: Final = 40
COLUMNS: Final = 30
_FIRST: Final = pgettext_lazy("mark of a first lead", "F")
_LEAD: Final = pgettext_lazy("mark of a lead", "L")
_PARTICIPANT: Final = pgettext_lazy("mark of a participant", "P")


@dataclass(frozen=True)
class MatrixCell:
    """`words` say all that sign, colour and role mark do; the first of several leads consolidates."""

    colour: LightColour
    is_lead: bool
    mark: str
    words: str


@dataclass(frozen=True)
class MatrixColumn:
    """二（一） in its two parts: below the band of its section the second is enough."""

    row: MeasureRow
    section: str
    numeral: str


@dataclass(frozen=True)
class MatrixRow:
    department: Department
    cells: list[tuple[MeasureRow, MatrixCell | None]]


@dataclass(frozen=True)
class Matrix:
    """`bands`: the sections above the columns, each with how many it spans."""

    rows: list[MatrixRow]
    columns: list[MatrixColumn]
    bands: list[tuple[Section, int]]
    page: Page[Department]
    column_page: Page[MeasureFigures]


def matrix_page(summary: KeptPeriod, page: str = "", columns: str = "") -> Matrix:
    """From the kept figures: a page of measures, of departments, and the sections; a query each."""
    column_page = page_of(summary.measures, columns, COLUMNS)
    departments = page_of(named_in(summary.measures), page, DEPARTMENTS)
    measures = summary.rows(column_page)
    section_of = {row.ordinal: Section(ordinal=row.ordinal, title=row.title) for row in summary.sections}
    found = groupby(figures.section_ordinal for figures in column_page)
    return Matrix(
        rows=[_row(department, measures) for department in departments],
        columns=[_column(row) for row in measures],
        bands=[(section_of[ordinal], len(list(group))) for ordinal, group in found],
        page=departments,
        column_page=column_page,
    )


def named_in(measures: QuerySet[MeasureFigures]) -> QuerySet[Department]:
    """The departments that answer for one of them, in protocol order."""
    slug = Concat(Value(" "), OuterRef("slug"), Value(" "))
    of_any = measures.order_by().filter(Q(leads__contains=slug) | Q(participants__contains=slug))
    return Department.objects.filter(Exists(of_any)).order_by("position", "slug")


def _column(row: MeasureRow) -> MatrixColumn:
    section, bracket, numeral = row.code.partition("（")
    return MatrixColumn(row, section, f"{bracket}{numeral}")


def _row(department: Department, measures: Sequence[MeasureRow]) -> MatrixRow:
    return MatrixRow(department, [(row, _cell(department, row)) for row in measures])


def _cell(department: Department, row: MeasureRow) -> MatrixCell | None:
    """Who leads a measure does not join it too."""
    is_lead = department.slug in {found.slug for found in row.leads}
    if not is_lead and department.slug not in {found.slug for found in row.participants}:
        return None
    is_first = is_lead and row.lead_mode == LeadMode.JOINT and department.slug == row.leads[0].slug
    role = ResponsibilityRole.LEAD if is_lead else ResponsibilityRole.PARTICIPANT
    mark = _FIRST if is_first else _LEAD if is_lead else _PARTICIPANT
    words = _("first lead, consolidates") if is_first else role.label
    colour = row.light.colour
    said = _("%(light)s · %(role)s") % {"light": colour.label, "role": words}
    return MatrixCell(colour, is_lead, str(mark), said)
