"""How does a department work on all its updates of a period at once? The Excel form out and in again.

Storing saves drafts and nothing else; submitting is a step of its own.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.core.validators import FileExtensionValidator
from django.http import Http404, HttpResponse, QueryDict
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
from langfang_policy.punctuation import listed
from measures import permissions
from measures.models import STILL_OWED, Policy, ProgressUpdate, ReportingPeriod, Revision
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages import held_text
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.pages.set_aside import EARLIER, set_aside
from measures.pages.sheet_upload import (
    Preview,
    PreviewGoneError,
    packed,
    preview_of,
    unpacked,
    with_typed,
)
from measures.pages.update_loading import own_rows
from measures.pages.update_parts import with_leads
from measures.pages.update_sheet import (
    SheetRow,
    asked_about,
    headings,
    mark_approvable,
    mark_texts,
    open_rows,
    prefix_of,
    read_rows,
    repetitions,
    sent_keys,
    sheet_rows,
    to_write_first,
    with_marks,
    with_refusals,
)
from measures.pages.update_writing import load_to_write
from measures.update_sheets.reading import read_form
from measures.update_sheets.writing import form_workbook
from measures.views.chosen_updates import approve, chosen, name
from measures.views.lost_session import hold_rows_if_signed_out
from measures.views.periods import load_period
from measures.workflow import many_updates
from measures.workflow.many_updates import Chosen, NotAllError, Refusal
from measures.workflow.texts import entered_subjects_of

# Rows of one Excel form: of a department that owes more there are several.
ROWS_OF_A_FORM: Final = 500
ROWS_OF_A_PAGE: Final = 20
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
    may_review: bool


def own_of(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> Own:
    """Raises Http404 for everybody else."""
    own = {row.slug: row for row in permissions.speaks_for(request.actor)}
    if slug not in own:
        raise Http404("not of this person")
    department, period = own[slug], load_period(policy, uuid)
    updates = own_rows(request.actor).filter(period=period, department=department).in_document_order()
    may_write = department in permissions.writes_for(request.actor)
    may_review = department in permissions.reviews_for(request.actor)
    return Own(period, department, updates, may_write, may_review)


@require_safe
@of_policy
def sheet_download(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """The form as a workbook; with ?part= of one part where there are very many."""
    own = own_of(request, policy, uuid, slug)
    part = page_of(own.updates, request.GET.get("part", ""), ROWS_OF_A_FORM)
    updates = list(part)
    if not updates:
        raise Http404("nothing is owed")
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
    updates = list(held_text.with_held(own.updates, request.actor.person, clock.now()))
    subjects = entered_subjects_of(updates)
    preview = preview_of(filed, updates, subjects)
    preview.changes = with_typed(request.actor.person, preview.changes, subjects)
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
        names = listed(refusal.update.measure.code for refusal in error.refusals)
        messages.error(request, told % {"names": names, "reason": error.refusals[0].reason})
    else:
        told = ngettext(
            "%(count)d update was saved from the form. Nothing is submitted yet.",
            "%(count)d updates were saved from the form. Nothing is submitted yet.",
            stored,
        )
        set_aside(request.actor.person, [text.update for text in texts])
        messages.success(request, told % {"count": stored})
    return redirect("measures:sheet_form", own.period.policy.slug, own.period.uuid, own.department.slug)


@login_not_required  # what is typed when a session ends is kept
@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def sheet_edit(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """All updates of the department on one page, to write, save and submit."""
    if request.actor.user is None:
        theirs = ProgressUpdate.objects.filter(period__uuid=uuid, department__slug=slug).with_context()
        return hold_rows_if_signed_out(request, theirs) or redirect_to_login(request.get_full_path())
    own = own_of(request, policy, uuid, slug)
    if request.method == "POST" and not own.may_write:
        raise PermissionDenied
    updates = rows_to_write(request, own)
    page = page_of(updates, request.GET.get("page", ""), ROWS_OF_A_PAGE)
    if not page:
        raise Http404("nothing is owed")
    sent = request.POST if request.method == "POST" else QueryDict()
    moved = sent_keys(sent) - {row.pk for row in page}
    shown = [*page, *(updates.filter(pk__in=moved) if moved else ())]
    rows = rows_of(request, own, shown, sent or None)
    if request.method == "POST":
        return _write(request, own, page, rows)
    return _sheet(request, own, page, rows)


def rows_to_write(request: ActingRequest, own: Own) -> ProgressUpdateQuerySet:
    """With what this person typed and has not saved; `rows_of` reads their texts."""
    held = held_text.with_held(own.updates.prefetch_related(None), request.actor.person, clock.now())
    marked = with_marks(with_leads(held))
    return to_write_first(marked) if own.may_write else marked


def rows_of(
    request: ActingRequest, own: Own, updates: list[ProgressUpdate], sent: QueryDict | None = None
) -> list[SheetRow]:
    """`updates` as `rows_to_write` has them."""
    load_to_write(updates, for_reader=request.actor.person.pk)
    if not own.may_write:
        return read_rows(updates)
    return sheet_rows(updates, sent, request.actor.person)


def _write(
    request: ActingRequest, own: Own, page: Page[ProgressUpdate], rows: list[SheetRow]
) -> HttpResponse:
    """Saves each row that was changed; then submits, where that was asked for, what is stored and whole."""
    new = [text for row in rows if (text := row.new_text)]
    refusals = many_updates.save_each(request.actor, new, clock.now())
    refused = {refusal.update.pk for refusal in refusals}
    going = [row for row in rows if row.form and row.form.is_bound and not row.form.errors]
    stored = [row for row in going if row.update.pk not in refused]
    forget_typed(request, rows, stored)
    if saved := len(new) - len(refusals):
        told = ngettext("%(count)d update was saved.", "%(count)d updates were saved.", saved)
        in_the_browser = " ".join(str(row.update.uuid) for row in stored)  # see autosave.js
        messages.success(request, told % {"count": saved}, extra_tags=in_the_browser)
    if request.POST.get("act") == "submit":
        refusals += _submit(request, own, stored)
    now = {row.pk: row for row in rows_to_write(request, own).filter(pk__in=[row.update.pk for row in rows])}
    fresh = rows_of(request, own, [now[row.update.pk] for row in rows])
    shown = with_refusals(rows, fresh, refusals)
    if any(row.problem or (row.form and row.form.errors) for row in shown):
        return _sheet(request, own, page, shown, status=422)
    return redirect(request.get_full_path())


def forget_typed(request: ActingRequest, rows: list[SheetRow], stored: list[SheetRow]) -> None:
    """What stands stored needs to wait no more; no query where nothing waited."""
    open_rows(request.actor.person, rows, request.POST)
    for row in stored:
        if row.typing and held_text.loaded_held(request.actor.person, row.update):
            sent = {"page": row.typing.page, "continues": row.typing.continues, EARLIER: row.typing.earlier}
            held_text.discard(request.actor.person, row.update, sent)


def _submit(request: ActingRequest, own: Own, rows: list[SheetRow]) -> list[Refusal]:
    """Those with a text in work, in the version that this page has seen or has just saved."""
    seen = {row.update.pk: row.form.cleaned_data["version"] + bool(row.new_text) for row in rows if row.form}
    going = [(row, seen[row.pk]) for row in written_of(own).filter(pk__in=seen)]
    accepted = [row for row, _version in going if request.POST.get(f"{prefix_of(row)}-repeated")]
    return submit_those(request, going, accepted)


def submit_those(request: ActingRequest, going: Chosen, accepted: list[ProgressUpdate]) -> list[Refusal]:
    """A text that nearly repeats the last one goes only if it is `accepted`. Answers what stays, and why."""
    asked = asked_about([row for row, _version in going], accepted)
    sent = [(row, version) for row, version in going if row not in asked]
    refusals = many_updates.submit_each(request.actor, sent, clock.now())
    if done := len(sent) - len(refusals):
        messages.success(request, submitted_words(done))
    return [*asked.values(), *refusals]


def submitted_words(number: int) -> str:
    told = ngettext(
        "%(count)d update was submitted for review.", "%(count)d updates were submitted for review.", number
    )
    return told % {"count": number}


def _sheet(
    request: ActingRequest, own: Own, page: Page[ProgressUpdate], rows: list[SheetRow], status: int = 200
) -> HttpResponse:
    person = request.actor.person
    open_rows(person, rows, request.POST)
    mark_texts(rows)
    if own.may_review:
        mark_approvable(request.actor, rows)
    context = {
        "own": own,
        "period": own.period,
        "department": own.department,
        "page": page,
        "rows": rows,
        "headings": headings(),
        "approvable": sum(row.approvable for row in rows),
        "wrong": [row for row in rows if row.problem or (row.form and row.form.errors)],
        "on": clock.today(),
    }
    return render(request, "measures/sheet_edit.html", context, status=status)


@require_POST
@of_policy
def sheet_submit(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """Submit what was written when the page was opened; what is not complete is named and stays."""
    own = own_of(request, policy, uuid, slug)
    if not own.may_write:
        raise PermissionDenied
    rows, said = chosen(request, own.updates), set(request.POST.getlist("repeated"))
    refusals = submit_those(request, rows, [row for row, _version in rows if str(row.uuid) in said])
    if not rows:
        messages.warning(request, _("There is no text to submit yet."))
    name(request, refusals)
    return redirect("measures:sheet_form", policy.slug, own.period.uuid, slug)


@require_POST
@of_policy
def sheet_approve(request: ActingRequest, policy: Policy, uuid: UUID, slug: str) -> HttpResponse:
    """Approve the chosen texts of those that were read; what may not be approved is named and stays."""
    own = own_of(request, policy, uuid, slug)
    if not own.may_review:
        raise PermissionDenied
    rows = chosen(request, own.updates)
    approve(request, rows)
    return redirect("measures:sheet_edit", policy.slug, own.period.uuid, slug)


def written_of(own: Own) -> ProgressUpdateQuerySet:
    """Those whose text is in work: at most one revision is open at a time."""
    in_work = Revision.objects.filter(frozen_at=None, update__period=own.period)
    return own.updates.filter(STILL_OWED, pk__in=in_work.values("update"))


def _page(request: ActingRequest, own: Own, form: UploadForm, status: int = 200, **more: Any) -> HttpResponse:
    total = own.updates.count()
    if not total:
        raise Http404("nothing is owed")
    context = {
        "own": own,
        "period": own.period,
        "department": own.department,
        "form": form,
        "total": total,
        "parts": range(1, -(-total // ROWS_OF_A_FORM) + 1),
        "may_submit": not form.errors and not _waits(more.get("preview")),
        **_to_submit(own),
        **more,
    }
    return render(request, "measures/sheet_form.html", context, status=status)


def _waits(preview: Preview | None) -> bool:
    """Something of the file is to be mended or stored first: the drafts to submit are others."""
    return preview is not None and bool(preview.problems or preview.changes)


def _to_submit(own: Own) -> dict[str, Any]:
    """What is written and not submitted; which of it nearly repeats the last text, and is asked about."""
    written = list(written_of(own))
    words = repetitions(written) if own.may_write else {}
    return {
        "to_submit": [(row.uuid, row.version) for row in written],
        "repeated": [(row, words[row.pk]) for row in written if row.pk in words],
    }
