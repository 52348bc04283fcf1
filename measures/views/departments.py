"""What do departments answer for, and what did one of them file? The list and the page of each."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from departments.models import Department, DepartmentKind
from langfang_policy import clock
from measures import permissions, summaries
from measures.models import Policy, ProgressUpdate, Responsibility, ResponsibilityRole
from measures.pages.period_choice import Choice, choose_period
from measures.pages.policy_choice import of_policy


@require_safe
@of_policy
def department_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """By kind, in protocol order; with the filing of the chosen period for those who may see it."""
    choice = choose_period(request, policy, clock.today())
    departments = summaries.bound_departments(policy, clock.today())
    filing = filing_by_department(request, choice)
    groups = [
        {"kind": kind, "rows": [(row, filing.get(row.slug)) for row in departments if row.kind == kind]}
        for kind in DepartmentKind
    ]
    context = {"choice": choice, "groups": [g for g in groups if g["rows"]], "sees_filing": bool(filing)}
    return render(request, "measures/department_list.html", context)


def filing_by_department(request: ActingRequest, choice: Choice) -> dict[str, summaries.DepartmentFiling]:
    """Empty for those who may not see who has filed."""
    if choice.period is None:
        return {}
    if not permissions.can_see_filing_board(request.actor, choice.policy):
        return {}
    summary = summaries.read_period(choice.period, clock.today()).summary
    return {row.department.slug: row for row in summary.departments}


@require_safe
@of_policy
def department_detail(request: ActingRequest, policy: Policy, slug: str) -> HttpResponse:
    """Its measures of this policy by role, and its filing record there."""
    department = get_object_or_404(Department.objects.prefetch_related("aliases"), slug=slug)
    choice = choose_period(request, policy, clock.today())
    of_its_text = Responsibility.objects.filter(measure__section__edition__policy=policy)
    rows = of_its_text.filter(department=department).in_force(clock.today())
    duties = rows.select_related("measure__section__edition").in_clause_order()
    leads = [row for row in duties if row.role == ResponsibilityRole.LEAD]
    led = {row.measure_id for row in leads}  # the lead wins: docs/domain.md 9.3
    sees = sees_filing(request, department, choice)
    successions = department.successions.filter(valid_from__lte=clock.today())
    context = {
        "department": department,
        "choice": choice,
        "leads": leads,
        "participations": [row for row in duties if row.measure_id not in led],
        "own": permissions.belongs_to(request.actor, department),
        "sees_filing": sees,
        "may_ring": may_ring(request, department, choice),
        "successions": successions.select_related("successor"),
        "record": record(department, choice) if sees else [],
    }
    return render(request, "measures/department_detail.html", context)


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
    """Each opened period of the policy with this department's updates, newest first."""
    own = ProgressUpdate.objects.filter(department=department, period__in=choice.periods)
    updates = list(own.with_context().in_document_order())
    stored = summaries.stored_summaries(choice.periods)
    return summaries.filing_record(choice.periods, updates, clock.today(), stored)
