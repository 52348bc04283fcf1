"""The pages of an update: what I owe, the form, the update with its history.

GET never writes. Text that arrives when nobody is signed in waits for its writer (`held_text`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from departments.actors import ActingRequest, Actor
from departments.kept_text import give_text_back
from departments.models import Role
from langfang_policy import clock
from measures import permissions
from measures.forms import UpdateForm, Words
from measures.models import (
    TEXT_FIELDS,
    WRITABLE_STATES,
    Act,
    Event,
    HeldText,
    PeriodState,
    ProgressUpdate,
    UpdateState,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages import held_text
from measures.pages.conflict import Difference, differences
from measures.pages.offers import Refused, hindrances, offers
from measures.pages.update_history import events_shown, versions
from measures.pages.updates import (
    Desk,
    last_confirmed,
    last_returns,
    return_place,
    role_words,
    stages,
    text_in_force,
    update_for,
    with_texts,
)
from measures.workflow import texts, updates
from measures.workflow.errors import StaleVersionError, WorkflowError

# --- what I owe ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwedUpdate:
    """A row of the list: the update, why it came back, whether its day is past and nothing was ever filed."""

    update: ProgressUpdate
    role: str
    returned: Event | None
    place: Words
    late: bool


@require_safe
def my_updates(request: ActingRequest) -> HttpResponse:
    """What is owed now, the returned first; folded below what is done, and what closed periods still lack."""
    own = [department.pk for department in request.actor.departments(Role.REPORTER)]
    if not own:
        raise PermissionDenied
    on = clock.today()
    updates = ProgressUpdate.objects.with_context().prefetch_related("measure__responsibilities")
    mine = updates.filter(department__in=own).in_document_order()
    done = mine.filter(period__state=PeriodState.OPEN).exclude(state__in=WRITABLE_STATES)
    late = mine.filter(period__state=PeriodState.CLOSED, state__in=WRITABLE_STATES - {UpdateState.RETURNED})
    owed = owed_rows(updates.owed_by(own).in_document_order(), on)
    periods = {row.update.period for row in owed}
    context = {
        "owed": owed,
        "period": periods.pop() if len(periods) == 1 else None,
        "done": list(done),
        "late": list(late.order_by("-period__starts_on", "measure__section__ordinal", "measure__ordinal")),
        "on": on,
        "several": len(own) > 1,
    }
    return render(request, "measures/my_updates.html", context)


def owed_rows(updates: Iterable[ProgressUpdate], on: date) -> list[OwedUpdate]:
    ordered = sorted(
        updates, key=lambda update: (update.state != UpdateState.RETURNED, update.effective_due_on)
    )
    returns = last_returns(update for update in ordered if update.state == UpdateState.RETURNED)
    rows = []
    for update in ordered:
        event = returns.get(update.pk)
        late = update.first_submitted_at is None and update.effective_due_on < on
        rows.append(OwedUpdate(update, role_words(update), event, return_place(event) if event else "", late))
    return rows


# --- the form ------------------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def update_edit(request: ActingRequest, uuid: UUID) -> HttpResponse:
    """Everybody else has no such page; text that comes without its writer's session is kept."""
    if request.method == "POST" and (kept := _kept_for_its_writer(request, uuid)):
        return kept
    if request.actor.user is None:
        return redirect_to_login(request.get_full_path())
    update = _own_update(request.actor, uuid)
    if not permissions.can_write(request.actor, update):
        raise PermissionDenied
    if request.method == "POST":
        return _take(request, update)
    held = held_text.held_for(request.actor.person, update, clock.now())
    if held is None and not updates.is_possible(update, Act.SAVE):
        return redirect("measures:update_detail", update.uuid)
    initial = UpdateForm.initial_of(update, update.latest_revision) | held_text.as_initial(held)
    form = UpdateForm(update, texts.entered_subjects(update), initial=initial)
    return _edit_page(request, update, form, held=held)


def _own_updates(actor: Actor) -> ProgressUpdateQuerySet:
    own = actor.departments(Role.REPORTER, Role.REVIEWER)
    return with_texts(ProgressUpdate.objects.filter(department__in=own))


def _own_update(actor: Actor, uuid: UUID) -> ProgressUpdate:
    update = _own_updates(actor).filter(uuid=uuid).first()
    if update is None:
        raise Http404("no such update")
    return update


def _kept_for_its_writer(request: ActingRequest, uuid: UUID) -> HttpResponse | None:
    """Holds text whose sender is not, or no longer, signed in as the one for whom the form was made."""
    writer = held_text.writer_of(request.POST.get("token", ""), uuid)
    if request.actor.user is not None and writer in {None, request.actor.user}:
        return None
    update = ProgressUpdate.objects.filter(uuid=uuid).first()
    if writer is None or update is None:
        written = any(request.POST.get(name, "").strip() for name in TEXT_FIELDS)
        return give_text_back(request) if written else redirect_to_login(request.get_full_path())
    held_text.hold(writer, update, request.POST.dict(), clock.now())
    messages.warning(
        request,
        _("You are no longer signed in. Your text is kept for two hours: sign in as %(name)s to go on.")
        % {"name": writer.username},
    )
    return redirect("/") if request.actor.user else redirect_to_login(request.get_full_path())


def csrf_failure(request: ActingRequest, reason: str = "") -> HttpResponse:
    """A form that was opened before its writer signed in anew: the text waits in the form of today.

    Nobody else can have made such a post: the token in it is signed for this person and this update.
    """
    match = request.resolver_match
    if match is None or match.view_name != "measures:update_edit":
        return give_text_back(request)
    uuid = match.kwargs["uuid"]
    update = _own_updates(request.actor).filter(uuid=uuid).first()
    if update is None or held_text.writer_of(request.POST.get("token", ""), uuid) != request.actor.user:
        return _kept_for_its_writer(request, uuid) or give_text_back(request)
    held_text.hold(request.actor.person, update, request.POST.dict(), clock.now())
    return redirect(request.path)


def _take(request: ActingRequest, update: ProgressUpdate) -> HttpResponse:
    """One of four buttons: save, submit, begin with the last text, throw away what was kept."""
    act = request.POST.get("act", "save")
    subjects = list(texts.entered_subjects(update))
    if act == "discard":
        held_text.discard(request.actor.person, update)
        messages.success(request, _("The kept text is thrown away."))
        return redirect("measures:update_edit", update.uuid)
    if act == "start":
        return _edit_page(request, update, UpdateForm(update, subjects, initial=_begun(request, update)))
    form = UpdateForm(update, subjects, request.POST)
    status, stale = 422, None
    if form.is_valid():
        try:
            return _store(request, update, form, submit=act == "submit")
        except ValidationError as error:
            form.refuse(error)
        except WorkflowError as error:
            status, stale = 409, error
            form.add_error(None, str(error))
    return _edit_page(request, update, form, status=status, refused=stale)


def _store(request: ActingRequest, update: ProgressUpdate, form: UpdateForm, submit: bool) -> HttpResponse:
    at, version, text = clock.now(), form.cleaned_data["version"], form.text()
    if submit:
        updates.submit(request.actor, update, version, at, text=text)
        done = _("Submitted for the department's review.")
    else:
        updates.save(request.actor, update, version, text, at)
        done = _("Saved at %(time)s. It is not submitted yet.") % {"time": time_format(at, "H:i")}
    held_text.discard(request.actor.person, update)
    messages.success(request, f"{update.measure.code} {update.department}：{done}")
    return redirect("measures:my_updates") if submit else redirect("measures:update_edit", update.uuid)


def _begun(request: ActingRequest, update: ProgressUpdate) -> dict[str, Any]:
    """What was typed, and in fields that are still empty the words that were last confirmed."""
    typed: dict[str, Any] = request.POST.dict()
    before = last_confirmed([update]).get(update.pk)
    if before is None:
        return typed
    if not any(typed.get(name, "").strip() for name in TEXT_FIELDS):
        typed["situation"] = before.situation
    return typed | {name: getattr(before, name) for name in TEXT_FIELDS if not typed.get(name, "").strip()}


def _edit_page(
    request: ActingRequest,
    update: ProgressUpdate,
    form: UpdateForm,
    *,
    status: int = 200,
    held: HeldText | None = None,
    refused: WorkflowError | None = None,
) -> HttpResponse:
    """The form beside the clause. After a stale save it carries the present version and shows both texts."""
    theirs: list[Difference] = []
    if isinstance(refused, StaleVersionError):
        update = _own_update(request.actor, update.uuid)
        theirs = differences(refused.latest, form.text(), form.subjects)
        form.data = {**request.POST.dict(), "version": str(update.version)}
    desk = Desk(update, clock.today())
    context = {
        "update": update,
        "desk": desk,
        "form": form,
        "fields": form.shown(desk.returned),
        "commitments": form.shown_commitments(desk.last),
        "token": held_text.token_for(request.actor.person, update),
        "differences": theirs,
        "rival": Event.objects.of_update(update).for_display().last() if theirs else None,
        "held": held,
        "writable": updates.is_possible(update, Act.SAVE),
    }
    return render(request, "measures/update_edit.html", context, status=status)


# --- the update ------------------------------------------------------------------------------------


@require_safe
def update_detail(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return render(request, "measures/update_detail.html", update_context(request, uuid))


def update_context(request: ActingRequest, uuid: UUID, refused: Refused | None = None) -> dict[str, Any]:
    """What may be read of the update, its record, and the acts that are possible; after a refused act too."""
    actor, update = request.actor, update_for(request.actor, uuid)
    reads = permissions.can_read_working_text(actor, update)
    sees = permissions.can_see_filing_state(actor, update)
    history = versions(actor, update) if reads else []
    possible = offers(actor, update, refused)
    return {
        "update": update,
        "role": role_words(update),
        "stages": stages(update) if sees else [],
        "working": history[0] if history and not history[0].is_in_force else None,
        "in_force": text_in_force(update),
        "history": history,
        "events": events_shown(actor, update) if sees else [],
        "offers": possible,
        "hindrances": hindrances(actor, update),
        "refused": refused,
        "is_offered": refused is not None and refused.act in {offer.act for offer in possible},
        "may_write": permissions.can_write(actor, update) and updates.is_possible(update, Act.SAVE),
        "on": clock.today(),
        "sees": sees,
    }
