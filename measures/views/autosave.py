"""What is an open form told that sends itself a second after typing stops (`static/js/autosave.js`)?

Nothing is decided and nothing recorded here: what is kept waits for its writer (`pages.held_text`).
"""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions
from measures.models import Act, Policy
from measures.pages import held_text
from measures.pages.policy_choice import of_policy
from measures.pages.update_writing import own_update
from measures.workflow import updates


@login_not_required  # a page of sign-in would be no answer to a script
@require_POST
@of_policy
def update_autosave(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The time at which it was kept; else a sentence that says why it was not, and what to do."""
    if request.actor.user is None:
        return _told(_("You are no longer signed in."), HTTPStatus.UNAUTHORIZED)
    at = clock.now()
    update = own_update(request.actor, policy, uuid, at)
    if not permissions.can_write(request.actor, update):
        raise PermissionDenied
    if held_text.writer_of(request.POST.get("token", ""), uuid) != request.actor.user:
        return _told(_("Somebody else is signed in here now."), HTTPStatus.UNAUTHORIZED)
    if not updates.is_possible(update, Act.SAVE):
        return _told(_("This update cannot be changed now."), HTTPStatus.CONFLICT)
    if sum(map(len, request.POST.values())) > held_text.MOST:
        return _told(_("This is too much text to keep."), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if held_text.is_older_than_own_save(request.actor.person, update, request.POST.get("version", "")):
        return _told(_("You have written here on another page since."), HTTPStatus.CONFLICT)
    if not held_text.autosave(request.actor.person, update, request.POST.dict(), at):
        return _told(_("You have written here on another page since."), HTTPStatus.CONFLICT)
    return _told(time_format(at, "H:i:s"), HTTPStatus.OK)


def _told(sentence: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
