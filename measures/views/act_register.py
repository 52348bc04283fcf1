"""Who did what, of all that was done on a policy? The auditor's register, as a page and as a workbook.

And the snapshots of its periods, each with its whole hash, worked out anew.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions, register, summaries
from measures.models import Act, Event, Measure, PeriodSnapshot, Policy
from measures.models.fingerprints import as_typed
from measures.office_forms import RegisterFilterForm
from measures.pages.paging import page_of, page_of_counted
from measures.pages.policy_choice import of_policy
from measures.reports.act_register import WORKBOOK_TYPE, register_workbook

PER_PAGE: Final = 50
SNAPSHOTS_PER_PAGE: Final = 10
# More take minutes to write and no spreadsheet shows them well; the reader is told, and narrows the span.
ROWS_OF_A_WORKBOOK: Final = 50_000


@require_safe
@of_policy
def act_register(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Narrowed by person, act, kind, department, measure and span of days; the latest first."""
    form = _filter_of(request, policy)
    keys = register.keys_of(policy, form.wanted())
    found = page_of_counted(keys, request.GET.get("page", ""), PER_PAGE, keys.count())
    context = {
        "form": form,
        "page": found,
        "rows": register.rows_of(request.actor, found),
        "asked": request.GET.urlencode(),
    }
    return render(request, "measures/act_register.html", context)


@require_safe
@of_policy
def act_register_workbook(request: ActingRequest, policy: Policy) -> Any:
    """The same rows, all of them."""
    form = _filter_of(request, policy)
    keys = register.keys_of(policy, form.wanted())
    if not form.is_valid() or keys.count() > ROWS_OF_A_WORKBOOK:
        if form.is_valid():
            words = _("These are more than %(limit)d acts. Choose a shorter span of days for the workbook.")
            messages.warning(request, words % {"limit": ROWS_OF_A_WORKBOOK})
        page = reverse("measures:act_register", args=[policy.slug])
        return redirect(f"{page}?{request.GET.urlencode()}")
    book = register_workbook(f"{policy.short_title}办理记录", register.all_rows(request.actor, keys))
    name = f"{policy.short_title}办理记录{clock.today():%Y%m%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=WORKBOOK_TYPE)


def _filter_of(request: ActingRequest, policy: Policy) -> RegisterFilterForm:
    if not permissions.can_read_submitted_texts(request.actor, policy):
        raise Http404("not for this person")
    measures = Measure.objects.of_policy(policy)
    return RegisterFilterForm(request.GET, departments=register.departments_of(policy), measures=measures)


@dataclass(frozen=True)
class Checked:
    """`is_whole`: as it was written; `is_recorded`: the closing of the period recorded this very hash."""

    snapshot: PeriodSnapshot
    is_whole: bool
    is_recorded: bool


@require_safe
@of_policy
def snapshot_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Each is worked out anew as it is shown; ?sha256= finds the one of a hash, or of its beginning."""
    if not permissions.can_read_submitted_texts(request.actor, policy):
        raise Http404("not for this person")
    typed = as_typed(request.GET.get("sha256", ""))[:64]
    rows = PeriodSnapshot.objects.filter(period__policy=policy, sha256__startswith=typed)
    rows = rows.select_related("period").order_by("-taken_at", "-pk")
    page = page_of(_recorded(rows), request.GET.get("page", ""), SNAPSHOTS_PER_PAGE)
    context = {"page": page, "rows": _checked(page), "typed": typed}
    return render(request, "measures/snapshot_list.html", context)


def _recorded(rows: QuerySet[PeriodSnapshot]) -> QuerySet[PeriodSnapshot]:
    closing = Event.objects.filter(
        Q(period=OuterRef("period"), act=Act.CLOSE_PERIOD, content_sha256=OuterRef("sha256"))
    )
    return rows.annotate(recorded=Exists(closing))


def _checked(page: Page[PeriodSnapshot]) -> list[Checked]:
    return [
        Checked(row, summaries.is_whole(row), row.recorded)  # type: ignore[attr-defined]  # annotated above
        for row in page
    ]
