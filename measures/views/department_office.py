"""How does the office keep a department: whom to call there, and who performs for it today?"""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from departments.actors import ActingRequest
from departments.models import Department
from langfang_policy import clock
from measures.department_forms import ContactForm, SuccessionForm
from measures.models import Event, Policy, Responsibility
from measures.pages.form_handling import posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.workflow import department_changes

# Former contacts, of which the last are shown; acts of the record on a page.
FORMER: Final = 20
RECORD_LENGTH: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def department_office(request: ActingRequest, policy: Policy, slug: str) -> HttpResponse:
    """The contact, the successions, the record of both; sends a new contact."""
    department = kept_department(request, policy, slug)
    stored = {"contact": department.contact, "telephone": department.telephone}
    form = ContactForm(posted_data(request), initial=stored)

    def change() -> HttpResponse:
        contact, telephone = form.cleaned_data["contact"], form.cleaned_data["telephone"]
        department_changes.change_contact(request.actor, policy, department, contact, telephone, clock.now())
        messages.success(request, _("%(department)s: the contact is changed.") % {"department": department})
        return redirect("measures:department_office", policy.slug, department.slug)

    if answer := try_act(form, change):
        return answer
    record = Event.objects.filter(about_department=department).for_display()
    context = {
        "department": department,
        "form": form,
        "former": department.history.select_related("history_user").order_by("-history_id")[:FORMER],
        "successions": department.successions.select_related("successor"),
        "inheritances": department.inheritances.select_related("predecessor"),
        "events": page_of(record, request.GET.get("record", ""), RECORD_LENGTH),
    }
    return render(request, "measures/department_office.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def department_succession(request: ActingRequest, policy: Policy, slug: str) -> HttpResponse:
    """Who performs from now on: first what it means is shown, then it is confirmed."""
    department = kept_department(request, policy, slug)
    form = SuccessionForm(posted_data(request), predecessor=department)

    def go_on() -> HttpResponse:
        if not request.POST.get("confirmed"):
            shown = confirmation(policy, department, form)
            return render(request, "measures/department_succession.html", shown)
        return record_it(request, policy, department, form)

    if answer := try_act(form, go_on):
        return answer
    context = {"department": department, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "measures/department_succession.html", context, status=status)


def record_it(
    request: ActingRequest, policy: Policy, department: Department, form: SuccessionForm
) -> HttpResponse:
    successor, day, basis = (form.cleaned_data[name] for name in ("successor", "valid_from", "basis"))
    now = clock.now()
    department_changes.record_succession(request.actor, policy, department, successor, day, basis, now)
    words = _("From %(day)s on %(successor)s performs what texts assign to %(department)s.")
    said = {"day": date_format(day, "DATE_FORMAT"), "successor": successor, "department": department}
    messages.success(request, words % said)
    return redirect("measures:department_office", policy.slug, department.slug)


def kept_department(request: ActingRequest, policy: Policy, slug: str) -> Department:
    """Http404, PermissionDenied."""
    department = get_object_or_404(Department, slug=slug)
    if not department_changes.keeps(request.actor, policy, department):
        raise PermissionDenied
    return department


def confirmation(policy: Policy, department: Department, form: SuccessionForm) -> dict[str, Any]:
    """What will follow: how many measures name the department today, and who reports on them then."""
    bound = Responsibility.objects.in_force(clock.today()).filter(
        department=department, measure__section__edition__policy=policy
    )
    return {
        "department": department,
        "form": form,
        "asked": form.cleaned_data,
        "measures": bound.values("measure").distinct().count(),
    }
