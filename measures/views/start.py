"""Where does a person begin? At what each role came for, or at what an empty database needs first."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from departments.models import Department, Membership, Role, User, WorkingDay
from measures import summaries
from measures.models import PeriodState, Policy, ReportingPeriod


@require_safe
@login_not_required
def start(request: ActingRequest) -> HttpResponse:
    """One role: its page. Several: a choice. Nobody or nothing yet: the steps of the first day."""
    actor = request.actor
    if actor.user is None and User.objects.exists():
        return redirect("departments:login")
    if actor.user is None or actor.is_admin:
        steps = first_steps()
        if actor.is_admin and all(step["done"] for step in steps):
            return redirect("admin:index")
        return render(request, "measures/start.html", {"steps": steps})
    waiting = summaries.count_tasks(actor)
    tasks = tasks_of(actor, waiting)
    if len(tasks) == 1:
        return redirect(tasks[0]["view"])
    return render(request, "measures/start.html", {"tasks": tasks, "closures": waiting.closures})


def tasks_of(actor: Actor, waiting: summaries.TaskCounts) -> list[dict[str, Any]]:
    """What each role came for, the pressing first, and how much of it waits; all may read the overview."""
    clerk = actor.serves_an_office(Role.CLERK)
    office = clerk or actor.serves_an_office(Role.SIGNER)
    reviewer, reporter = actor.has_role(Role.REVIEWER), actor.has_role(Role.REPORTER)
    tasks = [
        (clerk, "measures:check_queue", _("Check what was submitted"), waiting.to_check),
        (office, "measures:period_list", _("Run the reporting periods"), None),
        (reviewer, "measures:review_queue", _("Review what colleagues wrote"), waiting.to_review),
        (reporter, "measures:my_updates", _("Write what is owed"), waiting.owed),
    ]
    mine = [{"view": view, "label": label, "waiting": number} for held, view, label, number in tasks if held]
    overview = {"view": "measures:overview", "label": _("See where everything stands"), "waiting": None}
    only_one_duty = len(mine) == 1 and not actor.has_role(Role.LEADER, Role.AUDITOR, Role.SIGNER)
    return mine if only_one_duty else [*mine, overview]


def first_steps() -> list[dict[str, Any]]:
    """What a new office does, in order, and what of it is done."""
    offices = Policy.objects.values("coordinator")
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
            "done": Membership.objects.filter(role=Role.CLERK, department__in=offices).exists(),
        },
        {
            "label": _("As the clerk: plan and open the first period"),
            "how": "",
            "done": ReportingPeriod.objects.exclude(state=PeriodState.PLANNED).exists(),
        },
    ]
