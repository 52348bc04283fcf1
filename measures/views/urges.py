"""Whom did the office urge, and what did they say? The clerk's page to urge, and the slips."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from departments.actors import ActingRequest, Actor
from departments.models import Department
from langfang_policy import clock
from measures import permissions
from measures.models import Policy, Urge
from measures.office_forms import UrgeAnswerForm, UrgeForm
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.pages.unknown_filters import known_or_left_out
from measures.reports.copies import copy_of
from measures.reports.pdf import PdfUnavailable
from measures.reports.urge_slip import urge_slip
from measures.views.periods import period_for
from measures.workflow import urges

PER_PAGE: Final = 20


@of_policy
def period_urge(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Who has not filed in the period, with whom to call; ?all ticks each, POST urges those ticked."""
    period = period_for(request.actor, policy, uuid, permissions.can_urge)
    missing = urges.missing_departments(period, clock.today())
    ticked = "all" in request.GET
    form = UrgeForm(posted_data(request), missing=missing, ticks_all=ticked)

    def urge_now() -> HttpResponse:
        slips = urges.urge(request.actor, period, form.chosen(), clock.now())
        words = ngettext("%(n)s department is urged.", "%(n)s departments are urged.", len(slips))
        messages.success(request, words % {"n": len(slips)})
        return redirect("measures:period_urge", policy.slug, period.uuid)

    if answer := try_act(form, urge_now):
        return answer
    context = {"period": period, "form": form, "missing": missing, "on": clock.today(), "ticked": ticked}
    return render(request, "measures/period_urge.html", context, status=http_status_of(form))


@require_safe
@of_policy
def urge_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """The slips of the policy that the reader may see, newest first; ?period and ?department narrow them."""
    rows = permissions.visible_urges(request.actor, policy).with_effect().for_display()
    period = known_or_left_out(request, "period", policy.periods.values_list("code", flat=True))
    department = known_or_left_out(request, "department", Department.objects.values_list("slug", flat=True))
    rows = rows.filter(period__code=period) if period else rows
    rows = rows.filter(department__slug=department) if department else rows
    page = page_of(rows.order_by("-at", "-number"), request.GET.get("page", ""), PER_PAGE)
    context = {"page": page, "narrowed": bool(period or department)}
    return render(request, "measures/urge_list.html", context)


def load_urge(actor: Actor, policy: Policy, uuid: UUID) -> Urge:
    """Http404 for a slip of another policy, and for who may not see it."""
    slip = get_object_or_404(Urge.objects.with_effect().for_display(), policy=policy, uuid=uuid)
    if not permissions.can_see_urge(actor, slip):
        raise Http404("no such slip")
    return slip


@require_safe
@of_policy
def urge_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """One slip: what was not filed, who signed for it, what was said, and what was filed since."""
    slip = load_urge(request.actor, policy, uuid)
    return render(request, "measures/urge_detail.html", detail_context(request, slip, UrgeAnswerForm()))


def detail_context(request: ActingRequest, slip: Urge, form: UrgeAnswerForm) -> dict[str, Any]:
    updates = slip.updates.select_related("measure__section", "period").in_document_order()
    return {
        "slip": slip,
        "receipt": getattr(slip, "receipt", None),
        "given": getattr(slip, "answer", None),
        "updates": list(updates),
        "answers": permissions.can_answer_urge(request.actor, slip),
        "form": form,
    }


def answered_slip(request: ActingRequest, policy: Policy, uuid: UUID) -> Urge:
    """The slip, for the department that is urged. Http404 and PermissionDenied else."""
    slip = load_urge(request.actor, policy, uuid)
    if not permissions.can_answer_urge(request.actor, slip):
        raise PermissionDenied
    return slip


@require_POST
@of_policy
def urge_sign(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Somebody of the department has read it."""
    slip = answered_slip(request, policy, uuid)
    urges.sign(request.actor, slip, clock.now())
    messages.success(request, _("Signed for."))
    return redirect("measures:urge_detail", policy.slug, slip.uuid)


@require_POST
@of_policy
def urge_answer(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """What the department says to it."""
    slip = answered_slip(request, policy, uuid)
    form = UrgeAnswerForm(request.POST)

    def give() -> HttpResponse:
        urges.answer(request.actor, slip, form.cleaned_data["reason"], clock.now())
        messages.success(request, _("Answered; the office is told."))
        return redirect("measures:urge_detail", policy.slug, slip.uuid)

    if answer := try_act(form, give):
        return answer
    return render(request, "measures/urge_detail.html", detail_context(request, slip, form), status=422)


@require_safe
@of_policy
def urge_document(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The slip as a PDF, to print and to file. Chinese always."""
    slip = load_urge(request.actor, policy, uuid)
    updates = list(slip.updates.select_related("measure__section").in_document_order())
    document = urge_slip(slip, updates, demo=clock.demo_date() is not None)
    try:
        pdf = copy_of(document)
    except PdfUnavailable as problem:
        messages.error(request, _("The PDF could not be made. %(problem)s") % {"problem": problem})
        return redirect("measures:urge_detail", policy.slug, slip.uuid)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, document.file_name)
    response["Cache-Control"] = "private, no-store"
    return response
