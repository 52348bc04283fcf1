"""How is an update written on screen? The form with the text in work; a function for each of its buttons.

GET never writes. Text that arrives when its writer is not signed in waits (`lost_session`).
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions
from measures.forms import UpdateForm, ask_before_personal, ask_before_unchanged
from measures.models import Act, HeldText, Policy, ProgressUpdate
from measures.pages import held_text
from measures.pages.form_handling import came_too_late, http_status_of, try_act
from measures.pages.policy_choice import named, of_policy
from measures.pages.update_form import filled_from_last_confirmed, update_form, update_form_page, with_theirs
from measures.pages.update_loading import own_update
from measures.views.lost_session import hold_if_signed_out
from measures.workflow import updates
from measures.workflow.errors import StaleVersionError


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def update_edit(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """For those who write for the department; everybody else has no such page."""
    if kept := hold_if_signed_out(request, uuid):
        return kept
    if request.actor.user is None:
        return redirect_to_login(request.get_full_path())
    update = own_update(request.actor, policy, uuid, clock.now())
    if not permissions.can_write(request.actor, update):
        raise PermissionDenied
    if request.method == "POST":
        return BUTTONS.get(request.POST.get("act", "").partition(":")[0], save)(request, update)
    held = held_text.loaded_held(request.actor.person, update)
    if held is None and not updates.is_possible(update, Act.SAVE):
        return redirect("measures:update_detail", policy.slug, update.uuid)
    return _page(request, update, update_form(update, initial=held_text.as_initial(held)), held)


def save(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    form, at = update_form(update, request.POST), clock.now()

    def store() -> HttpResponse:
        version, text = form.cleaned_data["version"], form.text()
        try:
            updates.save(request.actor, update, version, text, at)
        except StaleVersionError:
            if not updates.already_done(request.actor, update, Act.SAVE, version, text=text):
                raise
        _say(
            request,
            update,
            _("Saved at %(time)s. It is not submitted yet.") % {"time": time_format(at, "H:i")},
        )
        return redirect("measures:update_edit", update.period.policy.slug, update.uuid)

    return try_act(form, store) or _refused(request, update, form)


def submit(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    form, at = update_form(update, request.POST), clock.now()

    def store() -> HttpResponse:
        version, text = form.cleaned_data["version"], form.text()
        ask_before_personal(text, request.POST.get("personal", ""))
        if request.POST["act"] != "submit_unchanged":
            ask_before_unchanged(update, text)
        try:
            updates.submit_for_review(request.actor, update, version, at, text=text)
        except StaleVersionError:
            if not updates.already_done(request.actor, update, Act.SUBMIT_FOR_REVIEW, version, text=text):
                raise
        _say(request, update, _("Submitted for the department's review."))
        return redirect("measures:my_updates")

    return try_act(form, store) or _refused(request, update, form)


def fill_in(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """Fill what is still empty with the text that was last confirmed; nothing is stored."""
    initial = filled_from_last_confirmed(update, request.POST.dict())
    return _page(request, update, update_form(update, initial=initial))


def merge(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """Two texts become one: put a field of theirs into mine, or after it; nothing is stored."""
    act, _colon, name = request.POST["act"].partition(":")
    typed = with_theirs(update, request.POST.dict(), name, join=act == "join")
    form = update_form(update, typed)
    form.is_valid()
    return _page(request, update, form, merging=True)


def discard(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """Throw away the held text."""
    held_text.discard(request.actor.person, update, request.POST.dict())
    messages.success(request, _("The held text is thrown away."), extra_tags=str(update.uuid))
    return redirect("measures:update_edit", update.period.policy.slug, update.uuid)


BUTTONS = {
    "save": save,
    "submit": submit,
    "submit_unchanged": submit,
    "start": fill_in,
    "discard": discard,
    "take": merge,
    "join": merge,
}


def _say(request: ActingRequest, update: ProgressUpdate, words: str) -> None:
    """What was done; the text is stored, so none needs to wait any more, nor in the browser (autosave.js)."""
    held_text.discard(request.actor.person, update, request.POST.dict())
    messages.success(request, f"{named(request, update)}：{words}", extra_tags=str(update.uuid))


def _refused(request: ActingRequest, update: ProgressUpdate, form: UpdateForm) -> HttpResponse:
    status = 409 if came_too_late(form) else http_status_of(form)
    fresh = own_update(request.actor, update.period.policy, update.uuid, clock.now())
    return _page(request, fresh, form, status=status)


def _page(
    request: ActingRequest,
    update: ProgressUpdate,
    form: UpdateForm,
    held: HeldText | None = None,
    status: int = 200,
    *,
    merging: bool = False,
) -> HttpResponse:
    sent = request.POST.dict()
    page = update_form_page(request.actor, update, form, clock.today(), held, sent, merging=merging)
    return render(request, "measures/update_edit.html", vars(page), status=status)
