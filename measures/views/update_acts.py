"""How is an act on an update done by a button? A POST: load, may ever, form, one domain call, go on.

The views are made from the table of buttons. What was refused is shown on the update's page with its reason
and everything that was typed; an act of one's own that comes twice is told as done.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest
from departments.addresses import is_page_of_ours
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures.forms import ActForm
from measures.models import Policy, ProgressUpdate
from measures.pages.form_handling import add_refusal
from measures.pages.offers import OVERTAKEN, Button, Refused, button_of
from measures.pages.policy_choice import named, of_policy
from measures.pages.update_loading import is_still_readable, readable_without_texts
from measures.views.updates import update_context
from measures.workflow import updates
from measures.workflow.errors import WorkflowError

DONE: Final = 200


def view_of(button: Button) -> Callable[..., HttpResponse]:
    """The view that does the act; it is called update_<name>, as its address."""

    @require_POST
    @of_policy
    def view(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
        return _act(request, policy, uuid, button)

    view.__name__ = f"update_{button.name}"
    return view


def _act(request: ActingRequest, policy: Policy, uuid: UUID, button: Button) -> HttpResponse:
    try:
        update = readable_without_texts(request.actor, policy, uuid)
    except Http404:
        return _done_and_gone(request, policy, uuid, button)
    if not updates.may_ever(request.actor, button.act, update):
        raise PermissionDenied
    form = _form(request, update, button)
    status = _try(request, update, form, button)
    if status == DONE:
        return _done(request, update, button)
    return _refuse(request, update, Refused(button.act, form, status))


def _try(request: ActingRequest, update: ProgressUpdate, form: ActForm, button: Button) -> int:
    """DONE, by this click or the one before it; else the status with which the form says why not."""
    if not form.is_valid():
        return 422
    try:
        button.carry_out(request.actor, update, form, clock.now())
    except ValidationError as error:
        add_refusal(form, error)
        return 422
    except PermissionDenied as error:
        form.add_error(None, str(error))
        return 403
    except WorkflowError as error:
        if _is_second_click(request, update, form, button):
            return DONE
        form.add_error(None, str(error))
        return OVERTAKEN
    return DONE


def _form(request: ActingRequest, update: ProgressUpdate, button: Button) -> ActForm:
    departments = updates.acting_for(request.actor, button.act, update)
    acting = request.actor.preferred(departments)
    return button.form(
        update, departments, request.POST, auto_id=f"{button.act}-{update.pk}-%s", acting=acting
    )


def _is_second_click(request: ActingRequest, update: ProgressUpdate, form: ActForm, button: Button) -> bool:
    data = form.cleaned_data
    words = {"reason": data.get("reason", ""), "field": data.get("field", "")}
    return updates.already_done(request.actor, update, button.act, data["version"], **words)


def _done_and_gone(request: ActingRequest, policy: Policy, uuid: UUID, button: Button) -> HttpResponse:
    """A second click where the first has put the update out of sight. Raises Http404 for everybody else."""
    rows = ProgressUpdate.objects.with_context().with_revisions()
    update = get_object_or_404(rows, uuid=uuid, period__policy=policy)
    form = _form(request, update, button)
    if form.is_valid() and _is_second_click(request, update, form, button):
        return _done(request, update, button)
    raise Http404("no such update")


def _done(request: ActingRequest, update: ProgressUpdate, button: Button) -> HttpResponse:
    """Says what was done, and leads to the queue that it was done in, or on to what may be read."""
    words = button_of(button.act, update).done_words(update)
    messages.success(request, after_label(named(request, update), words))
    return redirect(_next(request, update))


def _next(request: ActingRequest, update: ProgressUpdate) -> str:
    """Back to the queue that the act was done in, else to the update's page while it may be read."""
    wanted = request.POST.get("next", "")
    if is_page_of_ours(request, wanted):
        return wanted
    if not is_still_readable(request.actor, update):
        return resolve_url("measures:start")
    return resolve_url("measures:update_detail", update.period.policy.slug, update.uuid)


def _refuse(request: ActingRequest, update: ProgressUpdate, refused: Refused) -> HttpResponse:
    """The update's page with the form as it was filled in; where it is out of sight, the words alone."""
    try:
        context = update_context(request, update.period.policy, update.uuid, refused)
    except Http404:
        for sentence in refused.form.non_field_errors():
            messages.error(request, after_label(named(request, update), f"{sentence} {refused.reason}"))
        return redirect(_next(request, update))
    return render(request, "measures/update_detail.html", context, status=refused.status)
