"""The report room: which documents can be made, and the documents themselves.

Documents are for everybody who is signed in, as the overview is: they hold confirmed texts only.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langfang_policy import clock
from measures import summaries
from measures.models import PeriodState, ReportingPeriod
from measures.reports.pdf import PdfUnavailable
from measures.reports.status import status_report


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Every opened period, newest first, with what its report rests on."""
    opened = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED).order_by("policy", "-starts_on")
    rows = opened.select_related("policy").prefetch_related("snapshots")
    periods = [
        {"period": row, "snapshot": max(row.snapshots.all(), key=_number, default=None)} for row in rows
    ]
    return render(request, "measures/report_list.html", {"periods": periods, "today": clock.today()})


def _number(snapshot: object) -> int:
    return int(getattr(snapshot, "number", 0))


@require_safe
def report_status(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The status report of a period as a PDF. Chinese always."""
    opened = ReportingPeriod.objects.exclude(state=PeriodState.PLANNED)
    period = get_object_or_404(opened.select_related("policy__coordinator", "edition"), uuid=uuid)
    sourced = summaries.read_period(period, clock.today())
    report = status_report(sourced, demo=clock.demo_date() is not None)
    try:
        pdf = report.pdf()
    except PdfUnavailable as problem:
        messages.error(request, _("The PDF could not be made. %(problem)s") % {"problem": problem})
        return redirect("measures:report_list")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, report.file_name)
    response["Cache-Control"] = "private, no-store"
    return response
