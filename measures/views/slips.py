"""How does a department sign on paper (报送单)? The slip as a page and a PDF; who signed is noted here.

?update= narrows the slip to one update of the department.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from departments.actors import ActingRequest, Actor
from departments.models import Department
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures.models import Policy, ProgressUpdate, ReportingPeriod, Revision, SignedSlip
from measures.pages.form_handling import came_too_late, http_status_of, posted_data, posted_files, try_act
from measures.pages.policy_choice import named, of_policy
from measures.pages.signatures import Signature, can_correct, can_print, load_scans, signatures_by_update
from measures.pages.update_loading import readable_update
from measures.reports.copies import copy_of
from measures.reports.filing_slip import FilingSlip, slip_of, slip_rows
from measures.reports.pdf import PdfUnavailable
from measures.signature_forms import ScanForm, SignatureCorrectionForm, SignatureForm
from measures.views.periods import load_period
from measures.workflow.signature_scans import add_scans, note_with_scans
from measures.workflow.signatures import (
    correct_signatures,
    noted_for,
    noted_together,
    signed_text,
)


@dataclass(frozen=True)
class Slip:
    """What one person may print of a department in a period."""

    period: ReportingPeriod
    department: Department
    updates: Sequence[ProgressUpdate]
    narrowed: bool

    @property
    def document(self) -> FilingSlip:
        return slip_of(self.period, self.department, self.updates, demo=clock.demo_date() is not None)


def slip_for(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> Slip:
    """Raises Http404 where the person may read none of it."""
    period, one = load_period(policy, uuid), request.GET.get("update", "")
    rows = slip_rows(ProgressUpdate.objects.filter(period=period, department__slug=slug))
    readable = [row for row in rows if can_print(request.actor, row)]
    updates = [row for row in readable if one in {"", str(row.uuid)}]
    if not updates:
        raise Http404("nothing to print")
    return Slip(period, updates[0].department, updates, narrowed=bool(one))


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def filing_slip(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """The slip as a page to print; below, for who may note it, that it was signed."""
    slip = slip_for(request, policy, uuid, slug)
    signed = signatures_by_update(slip.updates)
    texts = notable_texts(request.actor, slip, signed)
    form = SignatureForm(posted_data(request), posted_files(request), texts=texts)
    if request.method == "POST" and not any(noted_for(request.actor, row) for row in slip.updates):
        raise PermissionDenied

    if answer := try_act(form, lambda: _note(request, form)):
        return answer
    shown = [(row, signed[row.pk]) for row in slip.updates if row.pk in signed]
    load_scans(request.actor, [(row, signature.slip.revision) for row, signature in shown])
    context = {
        "slip": slip,
        "signed": shown,
        "correctable": [row for row, signature in shown if can_correct(request.actor, row, signature)],
        "form": form,
        "most": settings.EVIDENCE_MAX_BYTES >> 20,
        "query": request.GET.urlencode(),
    }
    return render(request, "measures/filing_slip.html", context, status=http_status_of(form))


def _note(request: ActingRequest, form: SignatureForm) -> HttpResponse:
    data = form.cleaned_data
    said = (data["signed_by"], data["signed_on"], data["scans"])
    noted = note_with_scans(request.actor, form.chosen(), *said, clock.now())
    words = ngettext(
        "The signature of %(n)s text is noted.", "The signatures of %(n)s texts are noted.", len(noted)
    )
    messages.success(request, words % {"n": len(noted)})
    return redirect(request.get_full_path())


def notable_texts(actor: Actor, slip: Slip, signed: Mapping[int, Signature]) -> list[Revision]:
    """Which texts stand on the slip without a signature of their own, where this person may note one."""
    found = [(row, text) for row in slip.updates if (text := signed_text(row)) and noted_for(actor, row)]
    return [text for row, text in found if row.pk not in signed or signed[row.pk].slip.revision != text]


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def signature_correct(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """A note that was wrong gets another in its place, with a reason, as do those of its paper."""
    slip, update = notable_slip(request.actor, policy, uuid)
    said = {"signed_by": slip.signed_by, "signed_on": slip.signed_on}
    together = correctable_together(request.actor, slip)
    form = SignatureCorrectionForm(posted_data(request), initial=said, slips=together)

    def correct() -> HttpResponse:
        data = form.cleaned_data
        words = (data["signed_by"], data["signed_on"], data["reason"])
        done = correct_signatures(request.actor, form.chosen(), *words, clock.now())
        told = ngettext(
            "The noted signature is corrected.", "%(n)s noted signatures are corrected.", len(done)
        )
        messages.success(request, after_label(named(request, update), told % {"n": len(done)}))
        return redirect("measures:update_detail", policy.slug, update.uuid)

    if answer := try_act(form, correct):
        return answer
    signature = signatures_by_update([update])[update.pk]
    possible = signature.slip == slip and can_correct(request.actor, update, signature)
    context = {"update": update, "step": _("Correct a noted signature"), "signature": signature}
    context |= {"form": form, "possible": possible}
    status = 409 if came_too_late(form) else http_status_of(form)
    return render(request, "measures/signature_correct.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def signature_scan(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The scan of the signed paper, where it was not at hand when the signature was noted."""
    slip, update = notable_slip(request.actor, policy, uuid)
    together = correctable_together(request.actor, slip)
    form = ScanForm(posted_data(request), posted_files(request), slips=together)

    def add() -> HttpResponse:
        add_scans(request.actor, form.chosen(), form.cleaned_data["scans"], clock.now())
        told = _("The scan of the signed slip is added.")
        messages.success(request, after_label(named(request, update), told))
        return redirect("measures:update_detail", policy.slug, update.uuid)

    if answer := try_act(form, add):
        return answer
    signature = signatures_by_update([update])[update.pk]
    context = {
        "update": update,
        "step": _("Add the scan of a signed slip"),
        "signature": signature,
        "form": form,
        "possible": signature.slip == slip and can_correct(request.actor, update, signature),
        "most": settings.EVIDENCE_MAX_BYTES >> 20,
    }
    status = 409 if came_too_late(form) else http_status_of(form)
    return render(request, "measures/signature_scan.html", context, status=status)


def notable_slip(actor: Actor, policy: Policy, uuid: UUID) -> tuple[SignedSlip, ProgressUpdate]:
    """A note and its update, for whoever may note signatures there. Raises Http404, PermissionDenied."""
    rows = SignedSlip.objects.select_related("revision__update__measure__section", "noted_by")
    slip = get_object_or_404(rows, uuid=uuid, revision__update__period__policy=policy)
    update = readable_update(actor, policy, slip.revision.update.uuid)
    if noted_for(actor, update) is None:
        raise PermissionDenied
    return slip, update


def correctable_together(actor: Actor, slip: SignedSlip) -> list[SignedSlip]:
    """This note, and the others of its paper that this person may correct now."""
    notes = {row.revision.update_id: row for row in noted_together(slip) if row != slip}
    updates = slip_rows(ProgressUpdate.objects.filter(pk__in=notes))
    last = signatures_by_update(updates)
    others = [row for row in updates if can_correct(actor, row, last[row.pk])]
    return [slip, *(notes[row.pk] for row in others if last[row.pk].slip == notes[row.pk])]


@require_safe
@of_policy
def filing_slip_document(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """The same as a PDF in the form of an official paper. Chinese always."""
    document = slip_for(request, policy, uuid, slug).document
    try:
        pdf = copy_of(document)
    except PdfUnavailable as problem:
        messages.error(request, _("The PDF could not be made. %(problem)s") % {"problem": problem})
        return redirect("measures:filing_slip", policy.slug, uuid, slug)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, document.file_name)
    response["Cache-Control"] = "private, no-store"
    return response
