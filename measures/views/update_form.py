"""How is an update written on screen? The form with the text in work; a function for each of its buttons.

GET never writes. Text that arrives when its writer is not signed in waits (`lost_session`).
"""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from departments.actors import ActingRequest
from langfang_policy import clock
from langfang_policy.punctuation import after_label, listed
from measures import permissions
from measures.evidence_forms import EvidenceForm
from measures.forms import UpdateForm, ask_before_personal, ask_before_repeated, ask_before_unchanged
from measures.models import Act, HeldText, Policy, ProgressUpdate, Words
from measures.models.evidence import NAME_LENGTH
from measures.pages import held_text, sources
from measures.pages.evidence import own_evidence
from measures.pages.form_handling import came_too_late, http_status_of, try_act
from measures.pages.policy_choice import named, of_policy
from measures.pages.set_aside import carried_by, throw_away
from measures.pages.update_form import (
    filled_from_last_confirmed,
    keep_typed,
    overtaken_form,
    update_form,
    update_form_page,
    with_theirs,
)
from measures.pages.update_writing import own_update
from measures.views.lost_session import hold_if_signed_out
from measures.workflow import evidence, updates
from measures.workflow.errors import StaleVersionError, WorkflowError
from measures.workflow.sources import mark_seen


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
    waits = held_text.in_the_form(held) or carried_by(held)
    if not waits and not updates.is_possible(update, Act.SAVE):
        return redirect("measures:update_detail", policy.slug, update.uuid)
    if form := overtaken_form(update, held):
        return _page(request, update, form, held, merging=True)
    return _page(request, update, update_form(update, initial=held_text.as_initial(held)), held)


def save(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    form, at = update_form(update, request.POST), clock.now()

    def store() -> HttpResponse:
        version, text = form.cleaned_data["version"], form.text()
        inserted = sources.inserted_in(request.POST)
        try:
            updates.save(request.actor, update, version, text, at, inserted)
        except StaleVersionError:
            if not updates.already_done(request.actor, update, Act.SAVE, version, text=text):
                raise
        if name := request.POST.get("evidence"):
            messages.warning(request, not_added(name))
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
        if name := request.POST.get("evidence"):
            raise WorkflowError(not_added(name))
        ask_before_personal(text, request.POST.get("personal", ""))
        if request.POST["act"] != "submit_unchanged":
            ask_before_unchanged(update, text)
        ask_before_repeated(update, text, request.POST.get("repeated", ""))
        try:
            updates.submit_for_review(
                request.actor, update, version, at, text, sources.inserted_in(request.POST)
            )
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


def insert(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """Put an input at the end of the fields that it is about; kept for its writer until it is saved.

    From the form with all that was typed there, from the page of inputs into what stands in the form.
    """
    if not updates.is_possible(update, Act.SAVE):
        messages.error(request, _("This update cannot be changed now."))
        return redirect("measures:update_inputs", update.period.policy.slug, update.uuid)
    _act, _colon, named = request.POST["act"].partition(":")
    uuid, _colon, field = named.partition(":")
    person, from_form = request.actor.person, "version" in request.POST
    typed = request.POST.dict() if from_form else sources.fields_as_they_stand(person, update)
    filled, labels = sources.with_input(update, typed, sources.source_of(uuid), field)
    kept = bool(labels) and held_text.autosave(person, update, filled, clock.now())
    if labels:  # what the browser has kept of a form that was sent stands in what is kept now
        tags = str(update.uuid) if kept and from_form else ""
        messages.success(request, _inserted_words(labels), extra_tags=tags)
    else:
        messages.error(request, _("This text is not handed in any more: nothing was inserted."))
    if kept:
        return redirect("measures:update_edit", update.period.policy.slug, update.uuid)
    return _page(request, update, update_form(update, initial=filled), sent=filled)


def _inserted_words(labels: list[Words]) -> str:
    fields = listed(labels)
    return _("Inserted with its source at the end of: %(fields)s. Save the draft to keep it.") % {
        "fields": fields
    }


def seen(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """A change of a source is known; the own text stays as it is."""
    source = sources.source_of(request.POST["act"].partition(":")[2])
    try:
        if source is None:
            raise Http404("no such text")
        mark_seen(request.actor, update, source, clock.now())
        messages.success(request, _("Marked as seen."))
    except WorkflowError as problem:
        messages.error(request, str(problem))
    if "version" in request.POST:
        return _page(request, update, update_form(update, initial=request.POST.dict()))
    return redirect("measures:update_inputs", update.period.policy.slug, update.uuid)


def discard(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """Throw away the held text."""
    held_text.discard(request.actor.person, update, request.POST.dict())
    messages.success(request, _("The held text is thrown away."), extra_tags=str(update.uuid))
    return redirect("measures:update_edit", update.period.policy.slug, update.uuid)


def discard_earlier(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """Throw away what was set aside, and nothing that was typed since."""
    throw_away(request.actor.person, update)
    messages.success(request, _("The words that were set aside are thrown away."))
    return redirect("measures:update_edit", update.period.policy.slug, update.uuid)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def evidence_add(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """From an update's form: its text comes along and stands there again, whatever becomes of the files."""
    edit = reverse("measures:update_edit", args=[policy.slug, uuid])
    if kept := hold_if_signed_out(request, uuid):
        return kept
    if request.actor.user is None:
        return redirect_to_login(edit)
    update = own_update(request.actor, policy, uuid, clock.now())
    if not permissions.can_write(request.actor, update):
        raise PermissionDenied
    if request.method != "POST":
        return redirect(edit)
    form = EvidenceForm(request.FILES)
    if held_text.writer_of(request.POST.get("token", ""), uuid) == request.actor.user:
        keep_typed(request.actor, update, request.POST.dict(), clock.now())

    def add() -> HttpResponse:
        rows = evidence.add_files(request.actor, update, form.cleaned_data["evidence"], clock.now())
        told = ngettext("%(count)d file is added.", "%(count)d files are added.", len(rows))
        messages.success(request, after_label(named(request, update), told % {"count": len(rows)}))
        fresh = own_update(request.actor, policy, uuid, clock.now())
        return _page(request, fresh, update_form(fresh, initial=request.POST.dict()))

    if done := try_act(form, add):
        return done
    typed = update_form(update, initial=request.POST.dict())
    status = 409 if came_too_late(form) else http_status_of(form)
    return _page(request, update, typed, files=form, status=status)


BUTTONS = {
    "save": save,
    "submit": submit,
    "submit_unchanged": submit,
    "start": fill_in,
    "discard": discard,
    "discard_earlier": discard_earlier,
    "take": merge,
    "join": merge,
    "insert": insert,
    "seen": seen,
}


def _say(request: ActingRequest, update: ProgressUpdate, words: str) -> None:
    """What was done; the text is stored, so none needs to wait any more, nor in the browser (autosave.js)."""
    held_text.discard(request.actor.person, update, request.POST.dict())
    messages.success(request, after_label(named(request, update), words), extra_tags=str(update.uuid))


def _refused(request: ActingRequest, update: ProgressUpdate, form: UpdateForm) -> HttpResponse:
    status = 409 if came_too_late(form) else http_status_of(form)
    fresh = own_update(request.actor, update.period.policy, update.uuid, clock.now())
    return _page(request, fresh, form, status=status)


def not_added(name: str) -> str:
    """Of a file that stands in its box when another button is pressed: its name alone has come."""
    told = _("“%(name)s” was chosen and not added: press “Add files” first, or choose none.")
    return told % {"name": name[-NAME_LENGTH:]}


def _page(
    request: ActingRequest,
    update: ProgressUpdate,
    form: UpdateForm,
    held: HeldText | None = None,
    status: int = 200,
    *,
    merging: bool = False,
    sent: Mapping[str, str] | None = None,
    files: EvidenceForm | None = None,
) -> HttpResponse:
    """`sent` is what goes on with the page, where that is more than what was posted; `files` were refused."""
    sent = request.POST.dict() if sent is None else sent
    page = update_form_page(request.actor, update, form, clock.today(), held, sent, merging=merging)
    context = {
        **vars(page),
        "evidence": own_evidence(request.actor, update),
        "files": files or EvidenceForm(),
        "most": settings.EVIDENCE_MAX_BYTES >> 20,
    }
    return render(request, "measures/update_edit.html", context, status=status)
