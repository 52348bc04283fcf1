"""How are several updates waived in one act? Those of participants of a measure, or of one department.

One page shows which and asks for one reason; each gets its own event, and what is refused is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from departments.actors import ActingRequest
from departments.models import Department
from langfang_policy import clock
from measures import permissions
from measures.models import (
    Act,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    ResponsibilityRole,
    UpdateState,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.office_forms import WaiverForm
from measures.pages.form_handling import posted_data
from measures.pages.policy_choice import of_policy
from measures.views import chosen_updates
from measures.views.measures import load_measure
from measures.workflow import many_updates, updates


@dataclass(frozen=True)
class Waivable:
    """What could be waived together. `of` names it; `back` is the page that it was reached from."""

    of: str
    back: str
    label: str
    period: ReportingPeriod | None
    rows: Sequence[ProgressUpdate]

    @property
    def possible(self) -> list[ProgressUpdate]:
        return [row for row in self.rows if updates.is_possible(row, Act.WAIVE)]

    @property
    def keyed(self) -> list[tuple[str, ProgressUpdate]]:
        """Each with what its tick sends: which update, in which version."""
        return [(f"{row.uuid}:{row.version}", row) for row in self.possible]

    @property
    def others(self) -> list[ProgressUpdate]:
        """What is waived already is left out."""
        there = [row for row in self.rows if row.state != UpdateState.WAIVED]
        return [row for row in there if not updates.is_possible(row, Act.WAIVE)]


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def measure_waive(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """All participants of a measure: for a clerk, and for a reviewer of its convenor."""
    measure, period = load_measure(policy, uuid), asked_period(request, policy)
    found = updates_of(period).filter(measure=measure, role=ResponsibilityRole.PARTICIPANT)
    rows = list(found.order_by("position", "pk"))
    in_office = permissions.can_manage_measures(request.actor, policy)
    # What holds of one participant of the measure in the period holds of all.
    if not in_office and not any(updates.may_ever(request.actor, Act.WAIVE, row) for row in rows[:1]):
        raise PermissionDenied
    back = reverse("measures:measure_detail", args=[policy.slug, measure.uuid])
    title = f"{measure.code} {measure.title}"
    return _page(request, "measures/measure_waive.html", Waivable(title, back, measure.code, period, rows))


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def department_waive(request: ActingRequest, policy: Policy, slug: str) -> HttpResponse:
    """All updates of a department: for a clerk."""
    department = get_object_or_404(Department, slug=slug)
    if not permissions.can_manage_measures(request.actor, policy):
        raise PermissionDenied
    period = asked_period(request, policy)
    rows = list(updates_of(period).filter(department=department).in_document_order())
    back = reverse("measures:department_detail", args=[policy.slug, slug])
    waivable = Waivable(str(department), back, department.short_name, period, rows)
    return _page(request, "measures/department_waive.html", waivable)


def asked_period(request: ActingRequest, policy: Policy) -> ReportingPeriod | None:
    """From ?period=2020Q2, else the open one that began last. Raises Http404 for one that is not open."""
    rows = policy.periods.filter(state=PeriodState.OPEN).order_by("-starts_on")
    code = request.GET.get("period", "")
    if not code:
        return rows.first()
    period = rows.filter(code=code).first()
    if period is None:
        raise Http404("no such open period")
    return period


def updates_of(period: ReportingPeriod | None) -> ProgressUpdateQuerySet:
    return ProgressUpdate.objects.with_context().filter(period=period)


def _page(request: ActingRequest, template: str, waivable: Waivable) -> HttpResponse:
    """Sent, it waives what is ticked, and goes back unless everything was refused."""
    ticked = {key for key, _row in waivable.keyed}
    form, status = WaiverForm(posted_data(request)), 200
    if request.method == "POST":
        sent = set(request.POST.getlist("update"))
        wanted = [row.pk for row in waivable.rows]
        rows = chosen_updates.chosen(request, ProgressUpdate.objects.with_context().filter(pk__in=wanted))
        if not rows:
            form.add_error(None, _("Choose the updates to waive."))
        ticked, status = ticked & sent, 422
        if form.is_valid():
            if _waive(request, rows, form.cleaned_data["reason"]):
                return redirect(waivable.back)
            status = 409
    context = {"waivable": waivable, "form": form, "ticked": ticked, "period": waivable.period}
    return render(request, template, context, status=status)


def _waive(request: ActingRequest, rows: many_updates.Chosen, reason: str) -> int:
    """How many were waived; the others are named."""
    refusals = many_updates.waive_each(request.actor, rows, reason, clock.now())
    done = len(rows) - len(refusals)
    if done:
        told = ngettext("%(count)d update was waived.", "%(count)d updates were waived.", done)
        messages.success(request, told % {"count": done})
    chosen_updates.name(request, refusals)
    return done
