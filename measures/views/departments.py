"""What do departments answer for, and what did one of them file? The list and the page of each."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from departments.models import Department, DepartmentKind
from langfang_policy import clock
from langfang_policy.compiled_queries import compiled
from measures import permissions, summaries
from measures.charts import Column, light_trend
from measures.lights import FilingState
from measures.models import (
    LightColour,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    UpdateState,
    Urge,
)
from measures.pages.paging import number_of, paged
from measures.pages.period_choice import Choice, choose_period
from measures.pages.policy_choice import of_policy
from measures.pages.unknown_filters import known_or_left_out
from measures.workflow import department_changes

# How many duties, and how many updates of a period, stand on one page; of how many periods it shows counts.
ROWS: Final = 50
PERIODS: Final = 8
# What the chart of the filing record draws.
DRAWN: Final = (FilingState.ON_TIME, FilingState.LATE, FilingState.MISSING)
# A department, and all whose work has come to it by a day, through however many successions.
WITH_PREDECESSORS: Final = """
    WITH RECURSIVE before(id) AS (
        SELECT predecessor_id FROM departments_succession AS first
        JOIN departments_department AS heir ON heir.id = first.successor_id
        WHERE heir.slug = %s AND first.valid_from <= %s
        UNION
        SELECT next.predecessor_id FROM departments_succession AS next
        JOIN before ON next.successor_id = before.id WHERE next.valid_from <= %s
    ) SELECT id FROM before UNION SELECT id FROM departments_department WHERE slug = %s"""


@require_safe
@of_policy
def department_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Those that the policy binds, and those that owed something in the chosen period, by kind.

    In protocol order; with their filing for those who may see it.
    """
    choice = choose_period(request, policy, clock.today())
    filing = filing_by_department(request, choice)
    departments = [
        row
        for row in summaries.bound_departments(policy, clock.today())
        if row.leads or row.participations or row.slug in filing
    ]
    groups = [
        {"kind": kind, "rows": [(row, filing.get(row.slug)) for row in departments if row.kind == kind]}
        for kind in DepartmentKind
    ]
    context = {"choice": choice, "groups": [g for g in groups if g["rows"]], "sees_filing": bool(filing)}
    return render(request, "measures/department_list.html", context)


def filing_by_department(request: ActingRequest, choice: Choice) -> dict[str, summaries.DepartmentRow]:
    """Empty for those who may not see who has filed."""
    if choice.period is None:
        return {}
    if not permissions.can_see_filing_board(request.actor, choice.policy):
        return {}
    kept = summaries.kept_period(choice.period, clock.today())
    return {row.department.slug: row for row in kept.departments}


@require_safe
@of_policy
def department_detail(request: ActingRequest, policy: Policy, slug: str) -> HttpResponse:
    """Its measures of this policy by role, its filing record there, and its updates of the chosen period.

    ?state keeps the updates in one state.
    """
    department, successors = department_at_work(request.actor, policy, slug, clock.today())
    choice = choose_period(request, policy, clock.today())
    number = request.GET.get("page", "")
    page = shown_duties(number, ROWS, policy.pk, slug, clock.today(), taken_over=not successors)
    sees = sees_filing(request, department, choice)
    entries = record(department, choice) if sees else []
    context = {
        "department": department,
        "choice": choice,
        "duties": page,
        **by_role(page, slug),
        "sees_filing": sees,
        "may_ring": may_ring(request, department, choice),
        "keeps": department_changes.keeps(request.actor, policy, department),
        "successors": successors,
        "record": entries,
        "record_chart": record_chart(entries),
        "drawn": DRAWN,
        **(updates(request, department, choice.period) if sees and choice.period else {}),
    }
    return render(request, "measures/department_detail.html", context)


@paged
def shown_duties(policy: int, slug: str, on: date, *, taken_over: bool) -> QuerySet[Responsibility]:
    answered = with_taken_over(policy, slug, on) if taken_over else duties(policy, slug, on)
    return answered.select_related("department", "measure__section__edition")


def duties(policy: int | Policy, slug: str, on: date) -> QuerySet[Responsibility]:
    """What binds the department that day, leads first. The lead wins: docs/domain.md 9.3."""
    of_its_text = Responsibility.objects.filter(measure__section__edition__policy=policy)
    rows = of_its_text.filter(department__slug=slug).in_force(on).exclude(participates_beside_leading(on))
    return rows.order_by("role", "measure__section__ordinal", "measure__ordinal", "position")


def participates_beside_leading(on: date) -> Q:
    """A participation in a measure that the same department leads."""
    leads = Responsibility.objects.in_force(on).filter(
        measure=OuterRef("measure"), department=OuterRef("department"), role=ResponsibilityRole.LEAD
    )
    return Q(Exists(leads), role=ResponsibilityRole.PARTICIPANT)


def by_role(answered: Iterable[Responsibility], slug: str) -> dict[str, list[Responsibility]]:
    """What the text lays on the department itself, as lead and as participant, and what it took over."""
    found: dict[str, list[Responsibility]] = {"leads": [], "participations": [], "taken_over": []}
    for row in answered:
        own = "leads" if row.role == ResponsibilityRole.LEAD else "participations"
        found[own if row.department.slug == slug else "taken_over"].append(row)
    return found


def with_taken_over(policy: int, slug: str, on: date) -> QuerySet[Responsibility]:
    """Its own first, then what the text lays on those whose last successor it is (docs/domain.md 9.1)."""
    of_its_text = Responsibility.objects.filter(measure__section__edition__policy=policy).in_force(on)
    they = RawSQL(WITH_PREDECESSORS, (slug, on, on, slug))  # noqa: S611  # follows the chain to its end
    answered = of_its_text.filter(department_id__in=they).exclude(
        participates_beside_leading(on), department__slug=slug
    )
    is_own = Case(When(department__slug=slug, then=0), default=1)
    return answered.order_by(is_own, "role", "measure__section__ordinal", "measure__ordinal", "position")


def department_at_work(actor: Actor, policy: Policy, slug: str, on: date) -> tuple[Department, list[str]]:
    """With counts of its leads, participations and slips, and who performs its duties today. One query."""
    found = _with_counts(actor, policy.pk, slug, on)
    if not found:
        raise Http404("no such department")
    return found[0], [name for row in found if (name := row.performed_by)]


@compiled
def _with_counts(actor: Actor, policy: int, slug: str, on: date) -> QuerySet[Any]:
    bound = duties(policy, slug, on)
    named = department_changes.with_people_managed(Department.objects.filter(slug=slug), actor)
    since = Q(successions__valid_from__lte=on)
    rows: QuerySet[Any] = named.annotate(
        now=FilteredRelation("successions", condition=since),
        performed_by=F("now__successor__name"),
        lead_count=number_of(bound.filter(role=ResponsibilityRole.LEAD)),
        participation_count=number_of(bound.filter(role=ResponsibilityRole.PARTICIPANT)),
        slip_count=number_of(Urge.objects.filter(policy=policy, department__slug=slug)),
    )
    return rows.order_by("now__valid_from")


def may_ring(request: ActingRequest, department: Department, choice: Choice) -> bool:
    """The department itself, the leads of its measures, clerk, signer and leader."""
    office = permissions.can_see_telephones(request.actor, choice.policy)
    own = permissions.belongs_to(request.actor, department)
    return office or own or permissions.leads_with(request.actor, department)


def sees_filing(request: ActingRequest, department: Department, choice: Choice) -> bool:
    if permissions.belongs_to(request.actor, department):
        return True
    return permissions.can_see_filing_board(request.actor, choice.policy)


def record(department: Department, choice: Choice) -> list[summaries.PeriodFiling]:
    """How the department filed in the chosen period and those around it, newest first."""
    here = choice.periods.index(choice.period) if choice.period else 0
    start = here // PERIODS * PERIODS
    return summaries.department_record(department, choice.periods[start : start + PERIODS], clock.today())


def record_chart(entries: list[summaries.PeriodFiling]) -> SafeString:
    """Filed on time, late and not at all, oldest first; by the colours of the filing light."""
    columns = [
        Column(
            row.code,
            {
                LightColour.GREEN: row.count.on_time,
                LightColour.YELLOW: row.count.late,
                LightColour.RED: row.count.missing,
            }
            if row.count
            else None,
            # What was filed after the closing stands there too: the numbers are those of the closing.
            dict.fromkeys([state.colour for state in DRAWN], f"?period={row.code}#updates"),
        )
        for row in reversed(entries)
    ]
    return light_trend(columns, _("Filing record"), {state.colour: state.label for state in DRAWN})


def updates(request: ActingRequest, department: Department, period: ReportingPeriod) -> dict[str, Any]:
    """Those of the period, one by one."""
    wanted = known_or_left_out(request, "state", UpdateState.values)
    state = UpdateState(wanted) if wanted else None
    page = shown_updates(request.GET.get("updates", ""), ROWS, department.pk, period.pk, state)
    return {
        "state": state,
        "update_page": page,
        "updates": [(row.measure.code, summaries.update_status(row)) for row in page],
    }


@paged
def shown_updates(department: int, period: int, state: UpdateState | None) -> QuerySet[ProgressUpdate]:
    rows = summaries.updates_of(department, period)
    return rows.filter(state=state) if state else rows
