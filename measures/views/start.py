"""Where does a person begin? At what each role came for, or at what an empty database needs first."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from departments.models import Department, User, WorkingDay
from langfang_policy import clock
from measures import permissions, report_permissions, summaries
from measures.models import Closure, PeriodState, Policy, ReportingPeriod
from measures.pages.paging import paged
from measures.pages.policy_choice import policies_of, policy_at_hand
from measures.pages.start_page import StartPage, start_page_of, work_of
from measures.pages.waiting_reports import reports_waiting

PER_PAGE = 20  # closures to decide


@require_safe
@login_not_required
def start(request: ActingRequest) -> HttpResponse:
    """The start page of who has something to do here; for who only reads, what is read.

    Nobody or nothing yet: the steps of the first day.
    """
    actor = request.actor
    if actor.user is None and User.objects.exists():
        return redirect("departments:login")
    if actor.user is None or actor.is_admin:
        steps = first_steps()
        if actor.is_admin and all(step["done"] for step in steps):
            return redirect("admin:index")
        return render(request, "measures/start.html", {"steps": steps})
    work = work_of(actor)
    waiting = summaries.count_tasks(work)
    tasks = tasks_of(request, waiting)
    if len(tasks) == 1 and tasks[0].waiting is None:
        return redirect(tasks[0].href)
    page = closures_to_decide(request.GET.get("page", ""), PER_PAGE, actor)
    start_page = start_page_of(actor, work)
    context = {
        "tasks": tasks,
        "closures": list(page),
        "page": page,
        "start_page": start_page,
        "left_out": leaves_out(actor),
        "on": clock.today(),
        **of_the_office(request, start_page),
    }
    return render(request, "measures/start.html", context)


@paged
def closures_to_decide(actor: Actor) -> QuerySet[Closure]:
    offices = actor.narrowed(permissions.decides_for(actor))
    policies = Policy.objects.filter(coordinator__in=offices).order_by()
    rows = Closure.objects.filter(policy__in=policies.values("pk"), outcome="")
    return rows.select_related("measure__section__edition__policy")


def of_the_office(request: ActingRequest, start_page: StartPage) -> dict[str, Any]:
    """Open periods at a glance, reports on their way, what else it keeps; where the actor decides."""
    actor = request.actor
    shown = actor.narrowed(permissions.decides_for(actor))
    decided = [
        row
        for row in policies_of(request).values()
        if permissions.can_decide(actor, row) and row.coordinator in shown
    ]
    return {
        "glances": summaries.open_periods(decided, actor, clock.today()) if decided else [],
        "reports": reports_waiting(actor, decided) if start_page.reports_in_work else [],
        "offices": [row for row in decided if permissions.can_manage_measures(actor, row)],
        "urges": any(permissions.can_urge(actor, row) for row in decided),
    }


def leaves_out(actor: Actor) -> bool:
    """Whether something waits, or could, that the start page does not show: see `Actor.narrowed`."""
    kinds = (permissions.writes_for, permissions.reviews_for, permissions.decides_for)
    return actor.leaves_out(*(of(actor) for of in kinds))


@dataclass(frozen=True)
class Task:
    """What a role came for; `waiting` is how much of it waits, where that can be counted."""

    href: str
    label: str
    waiting: int | None = None


def tasks_of(request: ActingRequest, waiting: summaries.TaskCounts) -> list[Task]:
    """What each role came for, the pressing first; all may read the overview."""
    actor = request.actor
    clerk = permissions.checks_in_an_office(actor)
    reviewer, reporter = bool(permissions.reviews_for(actor)), bool(permissions.writes_for(actor))
    queues = [
        (clerk, "measures:check_queue", _("Check what was submitted"), waiting.to_check),
        (reviewer, "measures:review_queue", _("Review what colleagues wrote"), waiting.to_review),
        (reporter, "measures:my_updates", _("Write what is owed"), waiting.owed),
    ]
    mine = [Task(reverse(view), label, number) for held, view, label, number in queues if held]
    mine[clerk:clerk] = periods_to_run(request)  # a clerk checks first
    if not mine and (own := read_of_own_office(request)):
        return [own]
    only_one_duty = len(mine) == 1 and not permissions.looks_at_the_whole(actor)
    return mine if only_one_duty else [*mine, *to_read(request)]


def periods_to_run(request: ActingRequest) -> list[Task]:
    """The periods of each policy that the actor's office coordinates, by name where there are several."""
    policies = policies_of(request).values()
    several = len(policies) > 1
    return [
        Task(
            reverse("measures:period_list", args=[policy.slug]),
            _("Run the reporting periods of “%(policy)s”") % {"policy": policy.short_title}
            if several
            else _("Run the reporting periods"),
        )
        for policy in policies
        if permissions.can_decide(request.actor, policy)
    ]


def read_of_own_office(request: ActingRequest) -> Task | None:
    """What leader and auditor came for, where their office has one policy: its overview, or its register."""
    own = [
        row for row in policies_of(request).values() if permissions.can_see_filing_board(request.actor, row)
    ]
    if len(own) != 1:
        return None
    page = "act_register" if report_permissions.audits(request.actor, own[0]) else "overview"
    return Task(reverse(f"measures:{page}", args=[own[0].slug]), _("See where everything stands"))


def to_read(request: ActingRequest) -> list[Task]:
    """The policy at hand, and where there are several, all of them."""
    policy, several = policy_at_hand(request), len(policies_of(request)) > 1
    every = Task(reverse("measures:policy_list"), _("See where everything stands"))
    if policy is None:
        return [every]
    if not several:
        return [Task(reverse("measures:overview", args=[policy.slug]), every.label)]
    words = _("See where “%(policy)s” stands") % {"policy": policy.short_title}
    return [every, Task(reverse("measures:overview", args=[policy.slug]), words)]


def first_steps() -> list[dict[str, Any]]:
    """What a new office does, in order, and what of it is done."""
    return [
        {
            "label": _("Create the administrator"),
            "how": "python manage.py createsuperuser",
            "done": User.objects.filter(is_superuser=True).exists(),
        },
        {
            "label": _("Load the working days"),
            "how": "python manage.py load_calendar",
            "done": WorkingDay.objects.exists(),
        },
        {
            "label": _("Load the departments"),
            "how": "python manage.py loaddata departments",
            "done": Department.objects.exists(),
        },
        {
            "label": _("Load the policy"),
            "how": "python manage.py load_policy fixtures/policies/skilled-workers-2019.txt",
            "done": Policy.objects.exists(),
        },
        {
            "label": _("Create people and give them their roles, in the administration"),
            "how": "",
            "done": permissions.some_office_has_a_clerk(),
        },
        {
            "label": _("As the clerk: plan and open the first period"),
            "how": "",
            "done": ReportingPeriod.objects.exclude(state=PeriodState.PLANNED).exists(),
        },
    ]
