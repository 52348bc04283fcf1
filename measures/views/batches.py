"""Which documents are made in the background, how far are they, and how does one get them? Batches."""

from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from langfang_policy.punctuation import listed
from measures import report_permissions
from measures.models import (
    BATCHES_IN_WORK,
    KINDS_OF_MANY,
    Batch,
    BatchDocumentState,
    BatchState,
    PeriodState,
    Policy,
)
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.report_forms import BatchActForm, BatchForm
from measures.reports import background, kinds
from measures.reports import batches as documents
from measures.reports.equal_batches import equal_batch
from measures.views.reports import CONTENT_TYPES
from measures.workflow import batches
from measures.workflow.batches import Wanted

PER_PAGE: Final = 20
# Of the page to which somebody comes who asked for the same once more.
ASKED_AGAIN: Final = "equal"
Answer = TypeVar("Answer", bound=HttpResponseBase)
DOCUMENTS_ON_A_PAGE: Final = 50
# Somebody who has waited for less is not told "0 minutes".
WORTH_TELLING: Final = timedelta(minutes=1)


@require_safe
@of_policy
def batch_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """What was asked for and is still kept, the latest first; and the form that asks for more."""
    return _list_shown(request, policy)


def _list_shown(request: ActingRequest, policy: Policy, sent: BatchForm | None = None) -> HttpResponse:
    form = sent or new_batch_form(request.actor, policy)
    context = {
        "page": page_of(documents.visible_to(request.actor, policy), request.GET.get("page", ""), PER_PAGE),
        "form": form if form.offers_something else None,
        "refused": sent,
        "waits": not background.is_anybody_working(timezone.now()),
    }
    return render(request, "measures/batch_list.html", context, status=422 if sent else 200)


def new_batch_form(actor: Actor, policy: Policy, sent: Any = None) -> BatchForm:
    """With the kinds of which this person may have many at once."""
    asks = report_permissions.can_ask_for_batch(actor)
    offered = [kind for kind in KINDS_OF_MANY if asks and kinds.kind_of(kind).may(actor, policy)]
    periods = policy.periods.exclude(state=PeriodState.PLANNED).order_by("-starts_on")
    return BatchForm(sent, periods=periods.select_related("policy__coordinator", "edition"), offered=offered)


@require_POST
@of_policy
def batch_create(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Have documents made: many of a kind, or one that is long."""
    form = new_batch_form(request.actor, policy, request.POST)

    def begin() -> HttpResponse:
        asked = form.cleaned_data
        wanted = Wanted(
            asked["kind"], asked["format"], asked["length"], clock.today(), clock.demo_date() is not None
        )
        equal = None if asked["again"] else equal_batch(request.actor, asked["period"], wanted)
        if equal is not None:
            page = reverse("measures:batch_detail", args=[policy.slug, equal.uuid])
            return redirect(f"{page}?{ASKED_AGAIN}=1")
        batch = documents.begin(request.actor, asked["period"], wanted, clock.now())
        messages.success(request, _("This is made in the background: you need not wait on this page."))
        return redirect("measures:batch_detail", policy.slug, batch.uuid)

    return try_act(form, begin) or _list_shown(request, policy, form)


# --- one batch -------------------------------------------------------------------------------------


def load_batch(actor: Actor, policy: Policy, uuid: UUID) -> Batch:
    """Http404 for whoever may not have each of its documents."""
    batch = documents.visible_to(actor, policy).filter(uuid=uuid).first()
    if batch is None:
        raise Http404("no such batch")
    batch.policy = policy
    return batch


@require_safe
@of_policy
def batch_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """How far it is, what is being made now, what could not be made and why; and the file."""
    batch = load_batch(request.actor, policy, uuid)
    return _batch_shown(request, batch, is_equal=ASKED_AGAIN in request.GET)


def _batch_shown(
    request: ActingRequest,
    batch: Batch,
    *,
    refused: BatchActForm | None = None,
    problem: str = "",
    status: int = 200,
    is_equal: bool = False,
) -> HttpResponse:
    failed_first = Case(
        When(state=BatchDocumentState.FAILED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows, now = batch.documents.order_by(failed_first, "position"), timezone.now()
    context = {
        "batch": batch,
        "page": page_of(rows, request.GET.get("page", ""), DOCUMENTS_ON_A_PAGE),
        "making": batch.documents.filter(state=BatchDocumentState.MAKING).first(),
        "waits": batch.is_in_work and not background.is_anybody_working(now),
        "waited": batch.state == BatchState.QUEUED and batch.waiting_since <= now - WORTH_TELLING,
        "changes": report_permissions.can_change_batch(request.actor, batch),
        "form": BatchActForm(initial={"state": batch.state}),
        "refused": refused,
        "problem": problem,
        "kept_days": settings.BATCH_DAYS,
        "is_equal": is_equal and batch.state in (*BATCHES_IN_WORK, BatchState.DONE),
        # Of one person the same is made once at a time.
        "may_repeat": not (batch.is_in_work and batch.asked_by == request.actor.person),
    }
    return render(request, "measures/batch_detail.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def batch_cancel(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Asks once, and makes nothing more of it."""
    batch = load_batch(request.actor, policy, uuid)
    if not report_permissions.can_change_batch(request.actor, batch):
        raise PermissionDenied
    form = BatchActForm(posted_data(request), initial={"state": batch.state})

    def cancel() -> HttpResponse:
        batches.cancel_batch(request.actor, batch, clock.now())
        messages.success(request, _("Nothing more is made of this batch."))
        return redirect("measures:batch_detail", policy.slug, batch.uuid)

    if done := try_act(form, cancel):
        return done
    context = {"batch": batch, "form": form}
    return render(request, "measures/batch_cancel.html", context, status=http_status_of(form))


@require_POST
@of_policy
def batch_retry(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """What could not be made waits again, and what was made stays."""
    batch = load_batch(request.actor, policy, uuid)
    if not report_permissions.can_change_batch(request.actor, batch):
        raise PermissionDenied
    form = BatchActForm(request.POST)

    def again() -> HttpResponse:
        documents.try_again(request.actor, batch)
        messages.success(request, _("What was missing is made again; what is made stays."))
        return redirect("measures:batch_detail", policy.slug, batch.uuid)

    return try_act(form, again) or _batch_shown(request, batch, refused=form, status=422)


@require_safe
@of_policy
def batch_file(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponseBase:
    """The ZIP, written while it is sent; of a batch of one the document itself. Never what was altered."""
    batch = load_batch(request.actor, policy, uuid)
    if batch.is_in_work or not batch.made:
        raise Http404("nothing to be handed out yet")
    if lost := documents.damaged(batch):
        problem = _("Files were lost or altered since they were made: %(names)s. Have them made again.")
        names = listed(document.name for document in lost)
        return _batch_shown(request, batch, problem=problem % {"names": names}, status=409)
    return _one_document(batch) if batch.total == 1 else _all_documents(batch)


def _one_document(batch: Batch) -> HttpResponse:
    document = documents.made_of(batch).get()
    response = HttpResponse(documents.read(document) or b"", content_type=CONTENT_TYPES[batch.form])
    return _as_attachment(response, document.file_name)


def _all_documents(batch: Batch) -> StreamingHttpResponse:
    with translation.override("zh-hans"):
        name = f"{batch.policy.short_title}{batch.period.official_name}{batch.get_kind_display()}.zip"
    response = StreamingHttpResponse(documents.zip_of(batch), content_type="application/zip")
    return _as_attachment(response, name)


def _as_attachment(response: Answer, name: str) -> Answer:
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response
