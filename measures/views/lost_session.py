"""What becomes of a form whose writer's session is over? Its text is held for the writer (`held_text`)."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from departments.actors import ActingRequest
from departments.late_posts import answer_late_post, answer_outdated_post
from departments.posted_text import give_text_back
from langfang_policy import clock
from langfang_policy.punctuation import listed
from measures.models import TEXT_FIELDS, ProgressUpdate
from measures.pages import held_text
from measures.pages.update_loading import own_updates
from measures.pages.update_sheet import as_sent_alone, prefix_of, sheet_rows
from measures.pages.update_writing import load_to_write

# Where the text of an update is sent to.
FORMS: Final = frozenset({"measures:update_edit", "measures:evidence_add"})


def hold_if_signed_out(request: ActingRequest, uuid: UUID) -> HttpResponse | None:
    """Holds text whose sender is not, or no longer, signed in as the one for whom the form was made."""
    if request.method != "POST":
        return None
    writer = held_text.writer_of(request.POST.get("token", ""), uuid)
    if request.actor.user is not None and writer in {None, request.actor.user}:
        return None
    update = ProgressUpdate.objects.filter(uuid=uuid).first()
    if writer is None or update is None:
        return _of_no_form_of_ours(request)
    held_text.hold(writer, update, request.POST.dict(), clock.now())
    messages.warning(
        request,
        _("You are no longer signed in. Your text is kept for two hours: sign in as %(name)s to go on.")
        % {"name": writer.username},
    )
    return redirect("/") if request.actor.user else redirect_to_login(request.get_full_path())


def _of_no_form_of_ours(request: ActingRequest) -> HttpResponse:
    """The token is missing or too old: then the sign-in says whose it was, as of any other form."""
    if request.actor.user is None:
        return answer_late_post(request, request.get_full_path())
    written = any(request.POST.get(name, "").strip() for name in TEXT_FIELDS)
    return give_text_back(request) if written else redirect_to_login(request.get_full_path())


def hold_rows_if_signed_out(request: ActingRequest, rows: Iterable[ProgressUpdate]) -> HttpResponse | None:
    """The same of the sheet of a department: each row that was changed waits in the form of its update."""
    if request.method != "POST" or request.actor.user is not None:
        return None
    held = [row for row in rows if _hold_row(request, row)]
    if not held:
        return answer_late_post(request, request.get_full_path())
    told = _("You are no longer signed in. What you typed is kept for two hours in the forms of: %(names)s")
    messages.warning(request, told % {"names": listed(row.measure.code for row in held)})
    return redirect_to_login(request.get_full_path())


def _hold_row(request: ActingRequest, update: ProgressUpdate) -> bool:
    writer = held_text.writer_of(request.POST.get(f"{prefix_of(update)}-token", ""), update.uuid)
    if writer is None:
        return False
    load_to_write([update])
    [row] = sheet_rows([update], request.POST)
    if row.form is None or not row.form.is_bound or not row.form.has_changed():
        return False
    held_text.hold(writer, update, as_sent_alone(row), clock.now())
    return True


def csrf_failure(request: ActingRequest, reason: str = "") -> HttpResponse:
    """A form that was opened before its writer signed in anew: the text waits in the form of today.

    Nobody else can have made such a post: the token in it is signed for this person and this update. The
    words of every other form are held for whoever sent them.
    """
    match = request.resolver_match
    if match and match.view_name == "measures:update_autosave":  # a script asks, and a page is no answer
        sentence = _("Open this page again, then it is sent.")
        return HttpResponse(sentence, status=403, content_type="text/plain; charset=utf-8")
    if match is None or match.view_name not in FORMS:
        return answer_outdated_post(request)
    uuid = match.kwargs["uuid"]
    update = own_updates(request.actor).filter(uuid=uuid).first()
    if update is None or held_text.writer_of(request.POST.get("token", ""), uuid) != request.actor.user:
        return hold_if_signed_out(request, uuid) or give_text_back(request)
    held_text.hold(request.actor.person, update, request.POST.dict(), clock.now())
    return redirect(request.path)
