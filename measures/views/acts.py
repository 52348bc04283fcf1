"""The acts on an update, each a POST: load, may this person ever, form, one domain call, go on.

What was refused is shown on the update's page with its reason and everything that was typed.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest, Actor
from departments.addresses import is_page_of_ours
from langfang_policy import clock
from measures.forms import ActForm
from measures.models import Act, ProgressUpdate
from measures.pages.offers import FORMS, Refused, done_words
from measures.pages.updates import update_for
from measures.views.updates import update_context
from measures.workflow import updates
from measures.workflow.errors import WorkflowError


@require_POST
def update_submit(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return _act(request, uuid, Act.SUBMIT)


@require_POST
def update_withdraw(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return _act(request, uuid, Act.WITHDRAW)


@require_POST
def update_return(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return _act(request, uuid, Act.RETURN)


@require_POST
def update_approve(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return _act(request, uuid, Act.APPROVE)


@require_POST
def update_confirm(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return _act(request, uuid, Act.CONFIRM)


@require_POST
def update_waive(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return _act(request, uuid, Act.WAIVE)


@require_POST
def update_restore(request: ActingRequest, uuid: UUID) -> HttpResponse:
    return _act(request, uuid, Act.RESTORE)


def _act(request: ActingRequest, uuid: UUID, act: Act) -> HttpResponse:
    update = update_for(request.actor, uuid)
    if not updates.may_ever(request.actor, act, update):
        raise PermissionDenied
    departments = updates.acting_for(request.actor, act, update)
    form = FORMS.get(act, ActForm)(update, departments, request.POST, auto_id=f"{act}-{update.pk}-%s")
    status = 422
    if form.is_valid():
        try:
            _carry_out(request.actor, act, update, form)
        except ValidationError as error:
            form.refuse(error)
        except (WorkflowError, PermissionDenied) as error:
            status = 409 if isinstance(error, WorkflowError) else 403
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{update.measure.code} {update.department}：{done_words(act, update)}")
            return redirect(_next(request, update))
    return _refuse(request, update, Refused(act, form, status))


def _carry_out(actor: Actor, act: Act, update: ProgressUpdate, form: ActForm) -> None:
    data, at = form.cleaned_data, clock.now()
    version, reason = data["version"], data.get("reason", "")
    match act:
        case Act.RETURN:
            updates.return_for_revision(
                actor, update, version, reason, at, field=data["field"], department=form.department
            )
        case Act.WAIVE:
            updates.waive(actor, update, version, reason, at, form.department)
        case Act.RESTORE:
            updates.restore(actor, update, version, reason, at, form.department)
        case Act.SUBMIT:
            updates.submit(actor, update, version, at)
        case Act.WITHDRAW:
            updates.withdraw(actor, update, version, at)
        case Act.APPROVE:
            updates.approve(actor, update, version, at)
        case _:
            updates.confirm(actor, update, version, at)


def _next(request: ActingRequest, update: ProgressUpdate) -> str:
    """Back to the queue that the act was done in, else to the update's page while it may be read."""
    wanted = request.POST.get("next", "")
    if is_page_of_ours(request, wanted):
        return wanted
    try:
        update_for(request.actor, update.uuid)
    except Http404:
        return resolve_url("measures:start")
    return resolve_url("measures:update_detail", update.uuid)


def _refuse(request: ActingRequest, update: ProgressUpdate, refused: Refused) -> HttpResponse:
    """The update's page with the form as it was filled in; where it is out of sight, the words alone."""
    try:
        context = update_context(request, update.uuid, refused)
    except Http404:
        for sentence in refused.form.non_field_errors():
            messages.error(request, f"{update.measure.code} {update.department}：{sentence} {refused.reason}")
        return redirect(_next(request, update))
    return render(request, "measures/update_detail.html", context, status=refused.status)
