"""Which documents can be made, and how does one get them? The report room."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from departments.models import Department
from langfang_policy import clock
from langfang_policy.compiled_queries import compiled
from measures import permissions, summaries
from measures.models import (
    DepartmentFigures,
    Measure,
    PeriodSnapshot,
    PeriodState,
    Policy,
    ReportingPeriod,
    Responsibility,
)
from measures.pages.paging import paged
from measures.pages.policy_choice import of_policy
from measures.pages.report_room import Documents, documents_for
from measures.report_permissions import can_draft_report
from measures.reports.blocks import cut
from measures.reports.documents import UnknownPartError
from measures.reports.kinds import Asked, Kind, kind_of
from measures.reports.pdf import PdfUnavailable
from measures.reports.status import FULL

PER_PAGE = 20
ROWS_ON_A_PAGE = 200
MEASURES_TO_CHOOSE = 100
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@of_policy
def report_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Every opened period, newest first, with what its documents rest on; those that the reader may have."""
    page = opened_periods(request.GET.get("page", ""), PER_PAGE, policy.pk)
    for row in page:
        row.policy = policy
    named = departments_for(request.actor, policy)
    documents = documents_for(request, policy, named) if page else Documents("")
    context = {
        "periods": bases_of(list(page), documents),
        "page": page,
        "measures": _measures_to_choose(page[0].edition_id) if page else [],
        "today": clock.today(),
        "drafts_now": can_draft_report(request.actor, policy),
        "sees_register": permissions.can_read_submitted_texts(request.actor, policy),
    }
    return render(request, "measures/report_list.html", context)


@compiled
def _measures_to_choose(edition: int) -> QuerySet[Measure]:
    """What is offered while a number is typed; any other measure of the policy is taken as well.

    Of one text, the latest that is shown: so they stand in the index in their order, and are cut there.
    """
    rows = Measure.objects.filter(section__edition=edition).select_related("section")
    return rows.only("ordinal", "title", "section__ordinal").in_document_order()[:MEASURES_TO_CHOOSE]


@paged
def opened_periods(policy: int) -> QuerySet[ReportingPeriod]:
    opened = ReportingPeriod.objects.filter(policy=policy).exclude(state=PeriodState.PLANNED)
    return opened.order_by("-starts_on")


def departments_for(actor: Actor, policy: Policy) -> QuerySet[Department]:
    """About whom somebody may have a document: bound at any time, or owing something in a period."""
    board = permissions.can_see_filing_board(actor, policy)
    seen = Q() if board else Q(pk__in=[row.pk for row in permissions.speaks_for(actor)])
    owing = DepartmentFigures.objects.filter(period__policy=policy, department=OuterRef("pk"))
    bound = Responsibility.objects.filter(measure__section__edition__policy=policy, department=OuterRef("pk"))
    return Department.objects.filter(seen, Exists(owing) | Exists(bound)).order_by("position", "slug")


@dataclass(frozen=True)
class Basis:
    """What the documents of a period rest on; `problem`: it was altered, so that none can be made.

    `snapshot`: the last one; after a reopening it is kept and nothing rests on it, as `reopened` says.
    `documents`: the rows that offer them.
    """

    period: ReportingPeriod
    snapshot: PeriodSnapshot | None
    problem: str
    reopened: str
    documents: SafeString


def bases_of(found: Sequence[ReportingPeriod], documents: Documents) -> list[Basis]:
    """One query. Their seals are verified; the document verifies all that it is made of."""
    kept = {row.period_id: row for row in _last_snapshots([row.pk for row in found])}
    return [_basis(row, kept.get(row.pk), documents) for row in found]


def _basis(period: ReportingPeriod, snapshot: PeriodSnapshot | None, documents: Documents) -> Basis:
    reopened = ""
    if snapshot and not period.is_frozen:
        reopened = summaries.reopening_since(snapshot).words(clock.today())
    return Basis(period, snapshot, problem_of(period, snapshot), reopened, documents.of(period))


@compiled
def _last_snapshots(periods: list[int]) -> QuerySet[PeriodSnapshot]:
    later = PeriodSnapshot.objects.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
    last = PeriodSnapshot.objects.filter(~Exists(later), period__in=periods).defer("parts")
    return summaries.with_reopening(summaries.with_needed_content(last))


def problem_of(period: ReportingPeriod, snapshot: PeriodSnapshot | None) -> str:
    """Why there is no document of a closed period; empty where nothing is against it."""
    if snapshot is None or not period.is_frozen:
        return ""
    try:
        summaries.verified_seal(snapshot, period.name)
    except summaries.SnapshotError as error:
        return str(error)
    return ""


@require_safe
@of_policy
def report_document(request: ActingRequest, policy: Policy, kind: str, uuid: UUID) -> HttpResponse:
    """A document of a period: ?department= it is about, ?format= if not the usual. Chinese always.

    One that takes long is not made here: the page offers to have it made in the background.
    """
    try:
        asked_kind, asked = asked_for(request, policy, kind, uuid)
        form = asked_kind.format_of(request.GET.get("format", ""))
        if takes_long(asked_kind, asked, form):
            return _background_offered(request, asked_kind, asked, form)
        document = asked_kind.build(asked)
    except UnknownPartError as error:
        return render(request, "404.html", {"told": error}, status=404)
    try:
        content = asked_kind.file_of(document, form)
    except PdfUnavailable as problem:
        messages.error(request, _("The document could not be made. %(problem)s") % {"problem": problem})
        return redirect("measures:report_list", policy.slug)
    response = HttpResponse(content, content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, document.file_name_as(form))
    response["Cache-Control"] = "private, no-store"
    set_arrival_cookie(request, response)
    return response


@require_safe
@of_policy
def report_preview(request: ActingRequest, policy: Policy, kind: str, uuid: UUID) -> HttpResponse:
    """The same on the screen, of long tables the first rows. Chinese always."""
    try:
        asked_kind, asked = asked_for(request, policy, kind, uuid)
        document = asked_kind.build(asked)
    except UnknownPartError as error:
        return render(request, "404.html", {"told": error}, status=404)
    if not asked_kind.has_page:
        raise Http404
    with translation.override("zh-hans"):
        body = render_to_string(
            "reports/preview.html",
            {"document": document, "blocks": [cut(block, ROWS_ON_A_PAGE) for block in document.blocks]},
        )
    context = {"kind": asked_kind, "document": document, "body": body, "uuid": uuid, "query": request.GET}
    return render(request, "measures/report_preview.html", context)


def takes_long(kind: Kind, asked: Asked, form: str) -> bool:
    """See docs/domain.md 7.16. One query, for kinds that can be long."""
    if not kind.is_long:
        return False
    measures = Measure.objects.filter(section__edition=asked.period.edition)
    return kind.takes_long(form, measures.count())


def _background_offered(request: ActingRequest, kind: Kind, asked: Asked, form: str) -> HttpResponse:
    context = {"kind": kind, "asked": asked, "form": form, "limit": settings.BACKGROUND_MEASURES}
    return render(request, "measures/report_document.html", context)


def asked_for(request: ActingRequest, policy: Policy, kind: str, uuid: UUID) -> tuple[Kind, Asked]:
    """What the address names. Raises UnknownPartError, telling what there is; Http404; PermissionDenied."""
    asked = kind_of(kind)
    opened = policy.periods.exclude(state=PeriodState.PLANNED)
    period = get_object_or_404(opened.select_related("policy__coordinator", "edition"), uuid=uuid)
    department, measure = (request.GET.get(name, "") for name in ("department", "measure"))
    if not asked.may_about(request.actor, policy, department):
        raise PermissionDenied
    return asked, Asked(
        period,
        clock.today(),
        demo=clock.demo_date() is not None,
        department=department,
        measure=measure,
        length=request.GET.get("length", FULL),
    )


def set_arrival_cookie(request: ActingRequest, response: HttpResponse) -> None:
    """That the document has come: the page's script asked with a number of its own (static/js/pressed.js)."""
    number = request.GET.get("number", "")
    if re.fullmatch(r"[0-9]{1,20}", number):
        response.set_cookie(
            "document", number, max_age=60, secure=settings.SESSION_COOKIE_SECURE, samesite="Strict"
        )
