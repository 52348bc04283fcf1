"""How does a department work on all its updates of a period at once? The Excel form out and in again.

Storing saves drafts and nothing else; submitting is a step of its own.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.validators import FileExtensionValidator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.actors import ActingRequest
from departments.models import Department
from departments.sheets import refuse_large_file
from departments.workbooks import UnreadableFileError
from langfang_policy import clock
from measures import permissions
from measures.models import STILL_OWED, Policy, ReportingPeriod, Revision
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages.policy_choice import of_policy
from measures.pages.sheet_upload import PreviewGoneError, packed, preview_of, unpacked
from measures.pages.update_loading import own_updates
from measures.update_sheets.reading import read_form
from measures.update_sheets.writing import form_workbook
from measures.views.periods import load_period
from measures.workflow import many_updates
from measures.workflow.many_updates import NotAllError
from measures.workflow.texts import entered_subjects_of

# Rows of one Excel form: of a department that owes more there are several.
ROWS_OF_A_FORM: Final = 500
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    """Which file; its kind is told by its name."""

    file = forms.FileField(
        label=gettext_lazy("Filled-in form (.xlsx, or .csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        validators=[
            FileExtensionValidator(
                ["xlsx", "csv"], gettext_lazy("Choose the form (.xlsx, or .csv). Save an old .xls as .xlsx.")
            ),
            refuse_large_file,
        ],
    )


@dataclass(frozen=True)
class Own:
    """The updates of one's own department in a period."""

    period: ReportingPeriod
    department: Department
    updates: ProgressUpdateQuerySet
    may_write: bool


def own_of(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> Own:
    """Raises Http404 for everybody else, and where the department owes nothing in the period."""
    own = {row.slug: row for row in permissions.speaks_for(request.actor)}
    if slug not in own:
        raise Http404("not of this person")
    department, period = own[slug], load_period(policy, uuid)
    updates = own_updates(request.actor).filter(period=period, department=department).in_document_order()
    if not updates.exists():
        raise Http404("nothing is owed")
    may_write = department in permissions.writes_for(request.actor)
    return Own(period, department, updates, may_write)


@require_safe
@of_policy
def sheet_download(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """The form as a workbook; with ?part= of one part where there are very many."""
    own = own_of(request, policy, uuid, slug)
    part = Paginator(own.updates, ROWS_OF_A_FORM).get_page(request.GET.get("part"))
    updates = list(part)
    content = form_workbook(own.period, own.department, updates, entered_subjects_of(updates))
    number = f"-{part.number}" if part.has_other_pages() else ""
    name = f"{own.period.official_name}{own.department.short_name}填报表{number}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, WORKBOOK, headers={"Content-Disposition": disposition})


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def sheet_form(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """Download and upload; what was uploaded is shown before it is stored."""
    own = own_of(request, policy, uuid, slug)
    if request.method != "POST":
        return _page(request, own, UploadForm())
    if not own.may_write:
        raise PermissionDenied
    if "changes" in request.POST:
        return _store(request, own)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _preview(request, own, form)
        except UnreadableFileError as error:
            form.add_error("file", str(error))
    return _page(request, own, form, status=422)


def _preview(request: ActingRequest, own: Own, form: UploadForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    filed = read_form(file.name, file.read())
    updates = list(own.updates)
    preview = preview_of(filed, updates, entered_subjects_of(updates))
    changes = packed(request.actor.person, own.department.pk, preview.changes)
    if not changes:
        form.add_error("file", _("The file changes too much at once. Divide it."))
        return _page(request, own, form, status=422)
    status = 422 if preview.problems else 200
    return _page(request, own, UploadForm(), status, preview=preview, changes=changes, file_name=file.name)


def _store(request: ActingRequest, own: Own) -> HttpResponse:
    """All that was previewed and chosen, or nothing."""
    updates = list(own.updates)
    chosen = request.POST.getlist("over")
    try:
        texts = unpacked(request.actor.person, own.department.pk, request.POST["changes"], updates, chosen)
        stored = many_updates.save_all(request.actor, texts, clock.now())
    except PreviewGoneError:
        messages.error(request, _("The preview is gone and nothing was stored. Upload the file again."))
    except NotAllError as error:
        told = _("Nothing was stored, because of %(names)s: %(reason)s Upload the file again.")
        names = "、".join(refusal.update.measure.code for refusal in error.refusals)
        messages.error(request, told % {"names": names, "reason": error.refusals[0].reason})
    else:
        told = ngettext(
            "%(count)d update was saved from the form. Nothing is submitted yet.",
            "%(count)d updates were saved from the form. Nothing is submitted yet.",
            stored,
        )
        messages.success(request, told % {"count": stored})
    return redirect("measures:sheet_form", own.period.policy.slug, own.period.uuid, own.department.slug)


@require_POST
@of_policy
def sheet_submit(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """Submit what was written when the page was opened; what is not complete is named and stays."""
    own = own_of(request, policy, uuid, slug)
    if not own.may_write:
        raise PermissionDenied
    seen = dict(sent.rpartition(":")[::2] for sent in request.POST.getlist("update"))
    found = own.updates.filter(uuid__in=[key for key in seen if is_uuid(key)])
    rows = [(row, int(seen[str(row.uuid)])) for row in found if seen[str(row.uuid)].isdecimal()]
    refusals = many_updates.submit_each(request.actor, rows, clock.now())
    if done := len(rows) - len(refusals):
        told = ngettext(
            "%(count)d update was submitted for review.", "%(count)d updates were submitted for review.", done
        )
        messages.success(request, told % {"count": done})
    elif not rows:
        messages.warning(request, _("There is no text to submit yet."))
    for refusal in refusals:
        messages.warning(request, f"{refusal.update.measure.code}：{refusal.reason}")
    return redirect("measures:sheet_form", policy.slug, own.period.uuid, slug)


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def written_of(own: Own) -> ProgressUpdateQuerySet:
    """Those whose text is in work: at most one revision is open at a time."""
    in_work = Revision.objects.filter(frozen_at=None, update__period=own.period)
    return own.updates.filter(STILL_OWED, pk__in=in_work.values("update"))


def _page(request: ActingRequest, own: Own, form: UploadForm, status: int = 200, **more: Any) -> HttpResponse:
    total = own.updates.count()
    context = {
        "own": own,
        "period": own.period,
        "department": own.department,
        "form": form,
        "total": total,
        "parts": range(1, -(-total // ROWS_OF_A_FORM) + 1),
        "to_submit": list(written_of(own).prefetch_related(None).values_list("uuid", "version")),
        **more,
    }
    return render(request, "measures/sheet_form.html", context, status=status)
