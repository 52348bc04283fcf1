"""How does a list of people come in: upload, preview of every row, confirm, first passwords once; and go out?

The file waits between preview and confirmation; the form carries a signed note of which, and of whose it is.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from import_export.results import Result
from import_export.tmp_storages import MediaStorage

from departments.actors import ActingRequest
from departments.sheets import Csv, Workbook
from departments.workbooks import UnreadableFileError
from langfang_policy import clock
from measures import permissions
from measures.pages.form_handling import http_status_of
from measures.people_forms import PeopleFileForm
from measures.people_resources import MembershipResource, NewPerson

# How long a preview may wait for its confirmation, in seconds.
WAITS: Final = 3600
SALT: Final = "a list of people"
KINDS: Final[Mapping[str, type[Workbook] | type[Csv]]] = {".xlsx": Workbook, ".csv": Csv}


def people_import(request: ActingRequest) -> HttpResponse:
    """Upload; then what each row would do, or what is wrong with it. Nothing is stored yet."""
    if not permissions.manages_people(request.actor):
        raise PermissionDenied
    sent = request.method == "POST"
    form = PeopleFileForm(request.POST, request.FILES) if sent else PeopleFileForm()
    result, token = None, ""
    if form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            result = imported(resource_for(request), content, file.name, dry_run=True)
        except UnreadableFileError as error:
            form.add_error("file", str(error))
        if result and can_be_stored(result):
            token = kept(request, content, file.name)
    context = {"form": form, "result": result, "token": token, "headings": headings()}
    refused = result is not None and not token and is_wrong(result)
    return render(
        request, "measures/people_import.html", context, status=422 if refused else http_status_of(form)
    )


@never_cache
@require_POST
def people_confirm(request: ActingRequest) -> HttpResponse:
    """Store what was previewed; the first passwords of new accounts are on the answer, by department."""
    if not permissions.manages_people(request.actor):
        raise PermissionDenied
    resource = resource_for(request)
    try:
        result = imported(resource, *taken(request), dry_run=False)
    except (signing.BadSignature, FileNotFoundError):
        messages.error(request, _("The preview is gone and nothing was stored. Upload the file again."))
        return redirect("measures:people_import")
    if is_wrong(result):
        messages.error(request, _("The data have changed since the preview. Nothing was stored."))
        context = {"form": PeopleFileForm(), "result": result, "token": "", "headings": headings()}
        return render(request, "measures/people_import.html", context, status=422)
    messages.success(
        request, _("Imported: %(new)d new, %(update)d changed, %(skip)d unchanged.") % result.totals
    )
    if not resource.new_people:
        return redirect("measures:people_list")
    context = {"sheets": sheets(resource.new_people)}
    return render(request, "measures/people_confirm.html", context)


@require_safe
def people_export(request: ActingRequest) -> HttpResponse:
    """Who holds which role, as a workbook that comes back as no change."""
    if not permissions.manages_people(request.actor):
        raise PermissionDenied
    content = Workbook().export_data(resource_for(request).export())
    response = HttpResponse(content, content_type=Workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="people-{clock.today().isoformat()}.xlsx"'
    return response


# --- steps ---------------------------------------------------------------------------------------


def resource_for(request: ActingRequest) -> MembershipResource:
    return MembershipResource(actor=request.actor, at=clock.now(), request=request)


def headings() -> list[str]:
    return [field.column_name for field in MembershipResource.fields.values()]


def imported(resource: MembershipResource, content: bytes, name: str, *, dry_run: bool) -> Result:
    """The file whole or not at all. Raises UnreadableFileError."""
    dataset = KINDS[PurePath(name).suffix.lower()]().create_dataset(content)
    result: Result = resource.import_data(
        dataset,
        dry_run=dry_run,
        use_transactions=True,
        rollback_on_validation_errors=True,
        raise_errors=False,
        file_name=name,
    )
    return result


def is_wrong(result: Result) -> bool:
    return bool(result.has_errors() or result.has_validation_errors())


def can_be_stored(result: Result) -> bool:
    return not is_wrong(result) and bool(result.totals["new"] or result.totals["update"])


def kept(request: ActingRequest, content: bytes, name: str) -> str:
    """A signed note of where the file waits, and for whom."""
    storage = MediaStorage()
    storage.save(content)
    note = {"name": storage.name, "file": name, "person": request.actor.person.pk}
    return signing.dumps(note, salt=SALT)


def taken(request: ActingRequest) -> tuple[bytes, str]:
    """The file that waits, once. Raises BadSignature, FileNotFoundError."""
    note: dict[str, Any] = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=WAITS)
    if note["person"] != request.actor.person.pk:
        raise signing.BadSignature
    storage = MediaStorage(name=note["name"])
    content: bytes = storage.read()
    storage.remove()
    return content, note["file"]


def sheets(people: Iterable[NewPerson]) -> list[tuple[Any, list[Any]]]:
    """For each department its new accounts: one is printed and cut off for each."""
    rows = sorted(people, key=lambda row: (row.department.position, row.department.slug))
    grouped = groupby(rows, key=lambda row: row.department)
    return [(department, [row.account for row in group]) for department, group in grouped]
