"""Which reports were issued, and how does one become so? The register, drafts and their acts."""

import hashlib
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from measures import report_permissions
from measures.models import (
    FROZEN_PERIODS,
    Act,
    IssuedReport,
    Policy,
    ReportDraft,
)
from measures.models.issuing import IssuedReportQuerySet
from measures.office_forms import ReasonForm
from measures.pages.draft_words import proposed_of, words_shown
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.issuing import BUTTONS, DraftButton, Offer, obstacle_to, offers_of, typed_in
from measures.pages.overrides import overrides_of_period
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.report_forms import NewDraftForm, SectionsForm
from measures.reports import issuing as documents
from measures.reports.copies import copy_of
from measures.reports.documents import UnknownPartError
from measures.reports.kinds import Asked
from measures.reports.pdf import PdfUnavailable
from measures.views.reports import CONTENT_TYPES
from measures.workflow import issuing

PER_PAGE: Final = 20
SUBMIT: Final = BUTTONS[Act.SUBMIT_REPORT]


def visible_reports(actor: Actor, policy: Policy) -> IssuedReportQuerySet:
    """Of the kinds that the reader may have."""
    kinds = [name for name, kind in documents.ISSUED_KINDS.items() if kind.may(actor, policy)]
    return IssuedReport.objects.filter(policy=policy, kind__in=kinds).for_display()


@require_safe
@of_policy
def issued_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """The register: what was issued, the latest first; for the office also what is being drafted."""
    return _list_shown(request, policy)


def _list_shown(request: ActingRequest, policy: Policy, sent: NewDraftForm | None = None) -> HttpResponse:
    page = page_of(visible_reports(request.actor, policy), request.GET.get("page", ""), PER_PAGE)
    sees_drafts = report_permissions.can_see_drafts(request.actor, policy)
    drafts_now = report_permissions.can_draft_report(request.actor, policy)
    asked = request.GET.get("period", "")  # chosen in the report room
    context = {
        "page": page,
        "drafts": issuing.in_work(policy) if sees_drafts else [],
        "form": sent or (new_draft_form(policy, period=asked) if drafts_now else None),
    }
    return render(request, "measures/issued_list.html", context, status=422 if sent else 200)


def new_draft_form(policy: Policy, sent: Any = None, period: str = "") -> NewDraftForm:
    periods = policy.periods.filter(state__in=FROZEN_PERIODS).order_by("-starts_on")
    return NewDraftForm(sent, periods=periods, initial={"period": period})


@require_POST
@of_policy
def draft_create(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Begin a report of a closed period, with the words that the document has."""
    if not report_permissions.can_draft_report(request.actor, policy):
        raise PermissionDenied
    form = new_draft_form(policy, request.POST)

    def begin() -> HttpResponse:
        period, kind = form.cleaned_data["period"], form.cleaned_data["kind"]
        asked = Asked(period, clock.today(), demo=clock.demo_date() is not None)
        texts = documents.proposed_texts(kind, asked)
        draft = issuing.draft_report(request.actor, period, kind, texts, clock.now())
        messages.success(request, _("The report is drafted; now put it into your words."))
        return redirect("measures:draft_detail", policy.slug, draft.uuid)

    return try_act(form, begin) or _list_shown(request, policy, form)


def load_draft(actor: Actor, policy: Policy, uuid: UUID) -> ReportDraft:
    """For those who read reports before they are issued. Http404, PermissionDenied."""
    about = ("period__policy__coordinator", "period__edition", "period__figures", "snapshot", "issued")
    rows = ReportDraft.objects.select_related(*about, "drafted_by", "checked_by", "signed_by")
    draft = get_object_or_404(rows.defer("issued__content"), uuid=uuid, period__policy=policy)
    if not report_permissions.can_see_drafts(actor, policy):
        raise PermissionDenied
    return draft


@require_safe
@of_policy
def draft_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The words of a draft, who did what with it, and what this person may do now."""
    return _draft_shown(request, load_draft(request.actor, policy, uuid))


def _draft_shown(
    request: ActingRequest,
    draft: ReportDraft,
    *,
    sections: SectionsForm | None = None,
    sent: Offer | None = None,
    status: int = 200,
) -> HttpResponse:
    if sections or sent:  # it may have moved on while the act was tried
        draft = load_draft(request.actor, draft.period.policy, draft.uuid)
    period, is_current = draft.period, draft.is_in_work and issuing.is_current(draft)
    number = request.GET.get("overrides", "")
    edits = Act.EDIT_REPORT in issuing.possible_acts(request.actor, draft)
    proposed = proposed_of(draft, is_current=is_current, demo=clock.demo_date() is not None)
    words = words_shown(draft, proposed, edits=edits, sent=sections)
    offers = offers_of(request.actor, draft, sent)
    context = {
        "draft": draft,
        "issued": getattr(draft, "issued", None),
        "words": words,
        "typed": words.typed or typed_in(sent, offers),
        # What is typed goes with the act that hands it on: its button stands below the words.
        "offers": [offer for offer in offers if offer.button != SUBMIT] if edits else offers,
        "submits": SUBMIT if edits else None,
        "refused": sections or (sent.form if sent else None),
        "obstacle": obstacle_to(draft, request.actor, is_current=is_current),
        "overrides": overrides_of_period(period, clock.today(), number) if period.is_frozen else None,
    }
    return render(request, "measures/draft_detail.html", context, status=status)


@require_POST
@of_policy
def draft_edit(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Store the words of the sections; hand the report on in them, where that was pressed."""
    draft = load_draft(request.actor, policy, uuid)
    if not report_permissions.is_drafter(request.actor, draft):
        raise PermissionDenied
    form = SectionsForm(draft, draft.texts, request.POST)

    def save() -> HttpResponse:
        submits = request.POST.get("act") == SUBMIT.name
        act = issuing.submit_in_words if submits else issuing.edit_report
        act(request.actor, draft, form.cleaned_data["version"], form.texts, clock.now())
        messages.success(request, str(SUBMIT.done) if submits else _("The words are saved."))
        return redirect("measures:draft_detail", policy.slug, draft.uuid)

    return try_act(form, save) or _draft_shown(request, draft, sections=form, status=http_status_of(form))


def view_of(button: DraftButton) -> Callable[..., HttpResponse]:
    """The view that does the act; it is called draft_<name>, as its address."""

    @require_POST
    @of_policy
    def view(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
        draft = load_draft(request.actor, policy, uuid)
        if not report_permissions.as_clerk_or_signer(request.actor, draft):
            raise PermissionDenied
        form = button.form(request.POST, auto_id=f"{button.name}-%s")
        act = _issue if button.act == Act.ISSUE_REPORT else _do
        done = try_act(form, lambda: act(request, draft, button, form))
        return done or _draft_shown(request, draft, sent=Offer(button, form), status=422)

    view.__name__ = f"draft_{button.name}"
    return view


def _do(request: ActingRequest, draft: ReportDraft, button: DraftButton, form: Form) -> HttpResponse:
    button.carry_out(request.actor, draft, form.cleaned_data, clock.now())
    messages.success(request, str(button.done))
    return redirect("measures:draft_detail", draft.period.policy.slug, draft.uuid)


def _issue(request: ActingRequest, draft: ReportDraft, button: DraftButton, form: Form) -> HttpResponse:
    """Lays the file out with its number, and keeps both."""
    slug, demo = draft.period.policy.slug, clock.demo_date() is not None
    version, now = form.cleaned_data["version"], clock.now()
    try:
        report = issuing.issue_report(
            request.actor, draft, version, lambda numbered: documents.file_of(numbered, demo=demo), now
        )
    except PdfUnavailable as problem:
        messages.error(request, _("The document could not be made. %(problem)s") % {"problem": problem})
        return redirect("measures:draft_detail", slug, draft.uuid)
    messages.success(request, f"{button.done} {report.reference}")
    return redirect("measures:issued_detail", slug, report.uuid)


@require_safe
@of_policy
def draft_file(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The draft as a PDF, or as a Word file (?format=docx); each says that it is not issued."""
    draft = load_draft(request.actor, policy, uuid)
    form = request.GET.get("format", "pdf")
    try:
        document = documents.document_of(draft, demo=clock.demo_date() is not None, form=form)
        content = copy_of(document, form)
    except UnknownPartError as error:
        return render(request, "404.html", {"told": error}, status=404)
    except PdfUnavailable as problem:
        messages.error(request, _("The document could not be made. %(problem)s") % {"problem": problem})
        return redirect("measures:draft_detail", policy.slug, draft.uuid)
    return file_response(content, documents.name_of_draft(document, form), form)


def file_response(content: bytes, name: str, form: str = "pdf") -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


# --- what was issued -----------------------------------------------------------------------------


def load_report(actor: Actor, policy: Policy, uuid: UUID) -> IssuedReport:
    """Http404 for who may not have documents of that kind."""
    report = visible_reports(actor, policy).filter(uuid=uuid).first()
    if report is None:
        raise Http404("no such report")
    return report


@of_policy
def issued_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """One report: number, people, hashes, file; the signer withdraws it here (POST)."""
    report = load_report(request.actor, policy, uuid)
    if request.method == "POST" and not report_permissions.can_withdraw_report(request.actor, policy):
        raise PermissionDenied
    form = ReasonForm(posted_data(request))

    def withdraw() -> HttpResponse:
        issuing.withdraw_report(request.actor, report, form.cleaned_data["reason"], clock.now())
        messages.success(request, _("The report is withdrawn; it stays in the register."))
        return redirect("measures:issued_detail", policy.slug, report.uuid)

    if answer := try_act(form, withdraw):
        return answer
    return _report_shown(request, report, form, status=http_status_of(form))


def _report_shown(
    request: ActingRequest, report: IssuedReport, form: ReasonForm, *, status: int, problem: str = ""
) -> HttpResponse:
    policy = report.policy
    withdraws = report_permissions.can_withdraw_report(request.actor, policy) and not report.is_withdrawn
    context = {
        "report": report,
        "form": form if withdraws else None,
        "draft": report.draft if report_permissions.can_see_drafts(request.actor, policy) else None,
        "problem": problem,
    }
    return render(request, "measures/issued_detail.html", context, status=status)


@require_safe
@of_policy
def issued_file(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The file as it was issued, its hash verified; an altered one is not handed out."""
    report = load_report(request.actor, policy, uuid)
    content = bytes(report.content)
    if hashlib.sha256(content).hexdigest() != report.sha256:
        problem = _("The file of %(report)s was altered since it was issued, and is not handed out.")
        problem = problem % {"report": report.reference}
        return _report_shown(request, report, ReasonForm(), status=409, problem=problem)
    return file_response(content, f"{report.reference}{report.title}.pdf")
