"""How is a later date asked for on screen, and how does the office decide? Its list, and a form for each."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures import permissions
from measures.models import Extension, ExtensionOutcome, Policy
from measures.office_forms import ExtensionDecisionForm, ExtensionForm
from measures.pages.extensions import AskedDate, decision_form
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.policy_choice import named, of_policy
from measures.pages.unknown_filters import known_or_left_out
from measures.pages.update_loading import readable_update
from measures.workflow import extensions

PER_PAGE: Final = 20
DECIDED: Final = "decided"


@of_policy
def update_extension(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The department asks for a later date of one update."""
    update = readable_update(request.actor, policy, uuid)
    if not permissions.can_ask_for_extension(request.actor, update):
        raise PermissionDenied
    form = ExtensionForm(posted_data(request))

    def ask() -> HttpResponse:
        day, reason = form.cleaned_data["new_due_on"], form.cleaned_data["reason"]
        extensions.request_extension(request.actor, update, day, reason, clock.now())
        words = _("The later date is asked for; until the office decides, the present one counts.")
        messages.success(request, after_label(named(request, update), words))
        return redirect("measures:update_detail", policy.slug, update.uuid)

    if answer := try_act(form, ask):
        return answer
    context = {
        "update": update,
        "form": form,
        "on": clock.today(),
        "pending": update.extensions.filter(outcome="").first(),
        "why_not": extensions.why_not_asked(update, clock.today()),
    }
    return render(request, "measures/update_extension.html", context, status=http_status_of(form))


@require_safe
@of_policy
def extension_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """What waits, the nearest date first; with ?list=decided what was decided, the latest first."""
    if not permissions.can_read_submitted_texts(request.actor, policy):
        raise PermissionDenied
    return _shown(request, policy)


@require_POST
@of_policy
def extension_decide(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Grant a later date, or do not."""
    rows = Extension.objects.filter(update__period__policy=policy)
    extension = get_object_or_404(rows.select_related("update__measure__section"), uuid=uuid)
    if not permissions.can_decide(request.actor, policy):
        raise PermissionDenied
    form = decision_form(extension, request.POST)

    def decide() -> HttpResponse:
        answer, now = form.cleaned_data["answer"], clock.now()
        if form.cleaned_data["outcome"] == ExtensionOutcome.GRANTED:
            extensions.grant_extension(request.actor, extension, answer, now)
            words = _("The later date is granted.")
        else:
            extensions.refuse_extension(request.actor, extension, answer, now)
            words = _("The date stays as it was; the department reads why.")
        asked = f"{extension.update.measure.code} {extension.update.department}"
        messages.success(request, after_label(asked, words))
        return redirect("measures:extension_list", policy.slug)

    return try_act(form, decide) or _shown(request, policy, (extension, form))


def _shown(
    request: ActingRequest, policy: Policy, refused: tuple[Extension, ExtensionDecisionForm] | None = None
) -> HttpResponse:
    """The list; `refused` is a decision that was sent and not accepted, told above and at its row."""
    asked = known_or_left_out(request, "list", (DECIDED,))
    mine = Extension.objects.filter(update__period__policy=policy).select_related(
        "asked_by", "decided_by", "update__department", "update__measure__section", "update__period"
    )
    is_decided = asked == DECIDED
    rows = mine.exclude(outcome="").order_by("-decided_at", "-pk") if is_decided else mine.pending()
    rows = rows if is_decided else rows.order_by("update__due_on", "pk")
    page = page_of(rows, request.GET.get("page", ""), PER_PAGE)
    office = permissions.Office.of(policy, request.actor.on)
    sent = {refused[0].pk: refused[1]} if refused else {}
    context = {
        "page": page,
        "rows": [AskedDate.of(request.actor, row, office, sent.get(row.pk)) for row in page],
        "refused": refused[1] if refused else None,
        "is_decided": is_decided,
        "on": clock.today(),
    }
    return render(request, "measures/extension_list.html", context, status=422 if refused else 200)
