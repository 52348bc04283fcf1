"""How are several updates of a list decided on at once? Those that are ticked, in the version that was read.

What is refused is named with its reason and stops no other (docs/decisions/0041).
"""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest
from departments.addresses import is_page_of_ours
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures import permissions
from measures.models import ProgressUpdate
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages.policy_choice import named, policies_of
from measures.workflow import many_updates
from measures.workflow.many_updates import Chosen, Refusal


def chosen(request: ActingRequest, updates: ProgressUpdateQuerySet) -> Chosen:
    """Of these updates those that the page has sent, each with the version that it showed."""
    seen = {
        key: version
        for key, _colon, version in (one.rpartition(":") for one in request.POST.getlist("update"))
    }
    whole = {key: version for key, version in seen.items() if is_uuid(key) and is_version(version)}
    return [(row, int(whole[str(row.uuid)])) for row in updates.filter(uuid__in=whole)]


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def is_version(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def name(request: ActingRequest, refusals: Iterable[Refusal]) -> None:
    """Says which were refused, and why."""
    for refusal in refusals:
        messages.warning(request, after_label(named(request, refusal.update), refusal.reason))


def approve(request: ActingRequest, rows: Chosen) -> None:
    refusals = many_updates.approve_each(request.actor, rows, clock.now())
    done = len(rows) - len(refusals)
    told = ngettext(
        "%(count)d update was approved and submitted.", "%(count)d updates were approved and submitted.", done
    )
    _tell(request, told, done, rows)
    name(request, refusals)


def confirm(request: ActingRequest, rows: Chosen) -> None:
    refusals = many_updates.confirm_each(request.actor, rows, clock.now())
    done = len(rows) - len(refusals)
    told = ngettext("%(count)d update was confirmed.", "%(count)d updates were confirmed.", done)
    _tell(request, told, done, rows)
    name(request, refusals)


def _tell(request: ActingRequest, told: str, done: int, rows: Chosen) -> None:
    if done:
        messages.success(request, told % {"count": done})
    elif not rows:
        messages.warning(request, _("Nothing was chosen."))


@require_POST
def review_approve(request: ActingRequest) -> HttpResponse:
    """Those that are ticked in the queue of a reviewer."""
    own = permissions.reviews_for(request.actor)
    if not own:
        raise PermissionDenied
    approve(request, chosen(request, ProgressUpdate.objects.with_context().filter(department__in=own)))
    return _back(request, "measures:review_queue")


@require_POST
def check_confirm(request: ActingRequest) -> HttpResponse:
    """Those that are ticked in the queue of an office."""
    policies = [row for row in policies_of(request).values() if permissions.can_decide(request.actor, row)]
    if not policies:
        raise PermissionDenied
    updates = ProgressUpdate.objects.with_context().filter(period__policy__in=policies)
    confirm(request, chosen(request, updates))
    return _back(request, "measures:check_queue")


def _back(request: ActingRequest, queue: str) -> HttpResponse:
    wanted = request.POST.get("next", "")
    return redirect(wanted if is_page_of_ours(request, wanted) else queue)
