"""What do departments answer for, and what did one of them file? The list and the page of each."""

from datetime import date
from typing import Any, Final

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from departments.models import Department, DepartmentKind
from langfang_policy import clock
from measures import permissions, summaries
from measures.models import Policy, ReportingPeriod, Responsibility, ResponsibilityRole, UpdateState, Urge
from measures.pages.paging import number_of, page_of
from measures.pages.period_choice import Choice, choose_period
from measures.pages.policy_choice import of_policy
from measures.workflow import department_changes

# How many duties, and how many updates of a period, stand on one page; of how many periods it shows counts.
ROWS: Final = 50
PERIODS: Final = 8


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
    bound = duties(policy, slug, clock.today())
    department, successors = department_at_work(policy, slug, bound)
    choice = choose_period(request, policy, clock.today())
    page = page_of(bound.select_related("measure__section__edition"), request.GET.get("page", ""), ROWS)
    sees = sees_filing(request, department, choice)
    context = {
        "department": department,
        "choice": choice,
        "duties": page,
        "leads": [row for row in page if row.role == ResponsibilityRole.LEAD],
        "participations": [row for row in page if row.role != ResponsibilityRole.LEAD],
        "sees_filing": sees,
        "may_ring": may_ring(request, department, choice),
        "keeps": department_changes.keeps(request.actor, policy, department),
        "successors": successors,
        "record": record(department, choice) if sees else [],
        **(updates(request, department, choice.period) if sees and choice.period else {}),
    }
    return render(request, "measures/department_detail.html", context)


def duties(policy: Policy, slug: str, on: date) -> QuerySet[Responsibility]:
    """What binds the department that day, leads first. The lead wins: docs/domain.md 9.3."""
    of_its_text = Responsibility.objects.filter(measure__section__edition__policy=policy)
    rows = of_its_text.filter(department__slug=slug).in_force(on)
    led = rows.filter(role=ResponsibilityRole.LEAD).values("measure")
    found = rows.exclude(role=ResponsibilityRole.PARTICIPANT, measure__in=led)
    return found.order_by("role", "measure__section__ordinal", "measure__ordinal", "position")


def department_at_work(
    policy: Policy, slug: str, bound: QuerySet[Responsibility]
) -> tuple[Department, list[str]]:
    """With counts of its leads, participations and slips, and who performs its duties today. One query."""
    since = Q(successions__valid_from__lte=clock.today())
    rows: QuerySet[Any] = Department.objects.filter(slug=slug).annotate(
        now=FilteredRelation("successions", condition=since),
        performed_by=F("now__successor__name"),
        lead_count=number_of(bound.filter(role=ResponsibilityRole.LEAD)),
        participation_count=number_of(bound.filter(role=ResponsibilityRole.PARTICIPANT)),
        slip_count=number_of(Urge.objects.filter(policy=policy, department__slug=slug)),
    )
    found = list(rows.order_by("now__valid_from"))
    if not found:
        raise Http404("no such department")
    return found[0], [name for row in found if (name := row.performed_by)]


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


def updates(request: ActingRequest, department: Department, period: ReportingPeriod) -> dict[str, Any]:
    """Those of the period, one by one."""
    rows = summaries.updates_of(department, period)
    wanted = request.GET.get("state", "")
    state = UpdateState(wanted) if wanted in UpdateState.values else None
    page = page_of(rows.filter(state=state) if state else rows, request.GET.get("updates", ""), ROWS)
    return {
        "state": state,
        "update_page": page,
        "updates": [(row.measure.code, summaries.update_status(row)) for row in page],
    }
