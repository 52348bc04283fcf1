"""Who stands where with which measure of a period today? Counts and cells of the board, from its updates.

They are of today, of a closed period too: what is filed late goes on there. Of departments and columns no
more is read than a page shows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from departments.models import Department
from measures.lights import FilingFacts, FilingState, filing_state
from measures.models import (
    Extension,
    Measure,
    ProgressUpdate,
    ReportingPeriod,
    ResponsibilityRole,
    Revision,
    Section,
    SignedSlip,
    Situation,
    UpdateState,
    Urge,
    UrgeLevel,
)
from measures.models.extensions import asked_until
from measures.models.filing import ProgressUpdateQuerySet


@dataclass(frozen=True)
class Tally:
    """How many updates are owed, filed, in force with a text, and past due without ever having been filed."""

    owed: int
    filed: int
    confirmed: int
    missing: int

    @property
    def not_due(self) -> int:
        """Never submitted, and its day has not passed."""
        return self.owed - self.filed - self.missing


@dataclass(frozen=True)
class Totals:
    """Of all that the board covers, beyond the page; `silent` departments miss something."""

    tally: Tally
    departments: int
    silent: int
    measures: int
    sections: int


@dataclass(frozen=True)
class BoardColumn:
    """A measure, or a whole section where there are too many measures for a page."""

    key: int
    section: Section
    measure: Measure | None
    tally: Tally


@dataclass(frozen=True)
class BoardCell:
    """An update; `nothing_new` where the text in force says that there was no progress.

    `is_signed`: the slip with its latest text was signed on paper. `asked_until`: the later day that the
    office has not answered.
    """

    uuid: UUID
    state: UpdateState
    is_lead: bool
    filing: FilingState
    due_on: date
    nothing_new: bool
    is_signed: bool
    asked_until: date | None


@dataclass(frozen=True)
class BoardRow:
    """`slips`: how often it was urged in the period, and how strongly the last time; only of silent ones.

    And of how many of what it misses a later day was `asked` for and not answered, the latest of these days.
    """

    department: Department
    tally: Tally
    slips: int = 0
    level: UrgeLevel | None = None
    asked: int = 0
    asked_until: date | None = None


_TALLY: Final = ("owed", "filed", "confirmed", "missing")
_CELL: Final = (
    "department_id",
    "measure_id",
    "uuid",
    "state",
    "role",
    "due_on",
    "back_due_on",
    "first_submitted_at",
    "in_force__situation",
    "is_signed",
    "asked_until",
)


@dataclass(frozen=True)
class Board:
    """The updates of an opened period, narrowed to a section and a role where these are chosen."""

    period: ReportingPeriod
    on: date
    section: int | None = None
    role: str = ""

    @cached_property
    def totals(self) -> Totals:
        """One query."""
        found = self._updates.aggregate(
            **_tally(self.on),
            departments=Count("department", distinct=True),
            silent=Count("department", distinct=True, filter=_is_missing(self.on)),
            measures=Count("measure", distinct=True),
            sections=Count("measure__section", distinct=True),
        )
        return Totals(tally=_told(found), **{name: found[name] for name in _OF_TOTALS})

    def rows(self, start: int, length: int, *, silent: bool = False) -> list[BoardRow]:
        """So many departments in protocol order; `silent`: of those that miss something. One query."""
        departments: Any = Department.objects.filter(**self._scope("updates__"))
        counted = departments.annotate(**_tally(self.on, "updates__")).order_by("position", "slug")
        if not silent:
            return [BoardRow(row, _told(vars(row))) for row in counted[start : start + length]]
        missing = counted.filter(missing__gt=0).annotate(**self._urged, **self._asked)
        return [
            BoardRow(
                row,
                _told(found),
                found["slips"] or 0,
                found["level"] and UrgeLevel(found["level"]),
                found["asked"] or 0,
                found["asked_until"],
            )
            for row in missing[start : start + length]
            for found in [vars(row)]
        ]

    def measure_columns(self, start: int, length: int) -> list[BoardColumn]:
        """So many measures in document order. One query."""
        names = ("measure__ordinal", "measure__title", "measure__uuid")
        return [
            BoardColumn(
                row["measure"],
                section := _section(row),
                Measure(
                    pk=row["measure"],
                    section=section,
                    ordinal=row["measure__ordinal"],
                    title=row["measure__title"],
                    uuid=row["measure__uuid"],
                ),
                _told(row),
            )
            for row in self._grouped("measure", *names)[start : start + length]
        ]

    def section_columns(self, start: int, length: int) -> list[BoardColumn]:
        """So many sections. One query."""
        return [
            BoardColumn(row["measure__section"], _section(row), None, _told(row))
            for row in self._grouped()[start : start + length]
        ]

    def cells(
        self, rows: Sequence[BoardRow], columns: Sequence[BoardColumn]
    ) -> dict[tuple[int, int], BoardCell]:
        """By department and measure. One query."""
        updates = self._of(rows).filter(measure__in=[column.key for column in columns])
        found = (
            updates.order_by().annotate(is_signed=_signed(), asked_until=asked_until()).values_list(*_CELL)
        )
        return {(department, measure): _cell(facts, self.on) for department, measure, *facts in found}

    def tallies(
        self, rows: Sequence[BoardRow], columns: Sequence[BoardColumn]
    ) -> dict[tuple[int, int], Tally]:
        """By department and section. One query."""
        updates = self._of(rows).filter(measure__section__in=[column.key for column in columns])
        keys = ("department_id", "measure__section_id")
        found = updates.order_by().values_list(*keys).annotate(**_tally(self.on))
        return {(department, section): Tally(*numbers) for department, section, *numbers in found}

    # --- of a department in a query ---

    @property
    def _urged(self) -> dict[str, Subquery]:
        urges = Urge.objects.filter(period=self.period, department=OuterRef("pk"))
        number = urges.order_by().values("department").annotate(n=Count("pk")).values("n")
        last = urges.order_by("-at", "-number").values("level")[:1]
        return {"slips": Subquery(number), "level": Subquery(last)}

    @property
    def _asked(self) -> dict[str, Subquery]:
        pending = Extension.objects.pending(self._updates.not_filed(self.on))
        of_one = pending.filter(update__department=OuterRef("pk")).order_by().values("update__department")
        return {
            "asked": Subquery(of_one.annotate(n=Count("pk")).values("n")),
            "asked_until": Subquery(of_one.annotate(day=Max("new_due_on")).values("day")),
        }

    # --- which updates ---

    @property
    def _updates(self) -> ProgressUpdateQuerySet:
        return ProgressUpdate.objects.filter(**self._scope())

    def _scope(self, prefix: str = "") -> dict[str, Any]:
        narrowed: dict[str, Any] = {"period": self.period}
        if self.section is not None:
            narrowed["measure__section__ordinal"] = self.section
        if self.role:
            narrowed["role"] = self.role
        return {f"{prefix}{name}": value for name, value in narrowed.items()}

    def _of(self, rows: Iterable[BoardRow]) -> ProgressUpdateQuerySet:
        return self._updates.filter(department__in=[row.department.pk for row in rows])

    def _grouped(self, *names: str) -> Any:
        ordinals = ["measure__section__ordinal", *(["measure__ordinal"] if names else [])]
        section = ("measure__section", "measure__section__ordinal", "measure__section__title")
        return self._updates.order_by(*ordinals).values(*section, *names).annotate(**_tally(self.on))


_OF_TOTALS: Final = ("departments", "silent", "measures", "sections")


def _is_missing(on: date, prefix: str = "") -> Q:
    """As `lights.filing_state` says it of one."""
    unfiled = Q(**{f"{prefix}first_submitted_at": None, f"{prefix}due_on__lt": on})
    return unfiled & ~Q(**{f"{prefix}state": UpdateState.WAIVED})


def _tally(on: date, prefix: str = "") -> dict[str, Count]:
    found = {
        "owed": ~Q(**{f"{prefix}state": UpdateState.WAIVED}),
        "filed": Q(**{f"{prefix}first_submitted_at__isnull": False}),
        "confirmed": Q(**{f"{prefix}in_force__isnull": False}),
        "missing": _is_missing(on, prefix),
    }
    return {name: Count(f"{prefix}pk", filter=condition) for name, condition in found.items()}


def _told(found: dict[str, Any]) -> Tally:
    return Tally(*(found[name] for name in _TALLY))


def _section(row: dict[str, Any]) -> Section:
    """Without a row of its own: what its name is made of."""
    return Section(
        pk=row["measure__section"],
        ordinal=row["measure__section__ordinal"],
        title=row["measure__section__title"],
    )


def _cell(facts: list[Any], on: date) -> BoardCell:
    uuid, state, role, due_on, back_due_on, submitted, situation, is_signed, asked = facts
    filed: datetime | None = submitted
    filed_on = timezone.localdate(filed) if filed else None
    waived = state == UpdateState.WAIVED
    return BoardCell(
        uuid=uuid,
        state=UpdateState(state),
        is_lead=role == ResponsibilityRole.LEAD,
        filing=filing_state(FilingFacts(due_on, filed_on, back_due_on, waived), on),
        due_on=back_due_on if state == UpdateState.RETURNED and back_due_on else due_on,
        nothing_new=situation not in {None, Situation.PROGRESS},
        is_signed=is_signed,
        asked_until=asked,
    )


def _signed() -> Exists:
    """Of an update in a query: a signature of the last text that was submitted, none of an earlier one."""
    submitted = Revision.objects.filter(update=OuterRef("revision__update"), frozen_at__isnull=False)
    later = submitted.filter(number__gt=OuterRef("revision__number"))
    return Exists(SignedSlip.objects.filter(~Exists(later), revision__update=OuterRef("pk")))
