"""How does the office designate who answers where the text names nobody? A list; a page of each measure."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures import permissions
from measures.department_forms import DesignationForm, EndDesignationForm
from measures.models import Measure, Policy, Responsibility
from measures.pages.form_handling import posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.views.measure_acts import managed_measure
from measures.workflow import designations

PER_PAGE: Final = 50


@require_safe
@of_policy
def designation_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """The measures whose text names nobody, and who was designated for each."""
    if not permissions.can_manage_measures(request.actor, policy):
        raise PermissionDenied
    rows = Measure.objects.filter(section__edition__policy=policy, clause_text="")
    present = designated().exclude(valid_to__lt=clock.today())
    shown = (
        rows.select_related("section")
        .prefetch_related(Prefetch("responsibilities", present, to_attr="designated_now"))
        .in_document_order()
    )
    page = page_of(shown, request.GET.get("page", ""), PER_PAGE)
    return render(request, "measures/designation_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def measure_designate(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Designate a department; nobody where the text names somebody."""
    measure = unnamed_measure(request, policy, uuid)
    form = DesignationForm(posted_data(request), on=clock.today())

    def designate() -> HttpResponse:
        data = form.cleaned_data
        designations.designate(
            request.actor,
            measure,
            data["department"],
            data["role"],
            data["first"],
            data["reason"],
            clock.now(),
        )
        return done(request, measure, _("%(department)s is designated.") % {"department": data["department"]})

    return try_act(form, designate) or _shown(request, measure, form=form)


@require_POST
@of_policy
def measure_designation_end(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """A designation gets its last day."""
    measure = unnamed_measure(request, policy, uuid)
    form = EndDesignationForm(request.POST, rows=designated().filter(measure=measure))

    def end() -> HttpResponse:
        row, last = form.cleaned_data["responsibility"], form.cleaned_data["last"]
        ended = designations.end_designation(
            request.actor, row, last, form.cleaned_data["reason"], clock.now()
        )
        words = _("%(department)s: the last day is set.") % {"department": ended.department}
        return done(request, measure, words)

    return try_act(form, end) or _shown(request, measure, ending=form)


# --- what the pages share ------------------------------------------------------------------------


def unnamed_measure(request: ActingRequest, policy: Policy, uuid: UUID) -> Measure:
    """A measure without a clause, for whoever manages measures. Http404, PermissionDenied."""
    measure = managed_measure(request.actor, policy, uuid)
    if measure.clause_text:
        raise Http404("the text names who answers")
    return measure


def designated() -> QuerySet[Responsibility]:
    rows = Responsibility.objects.filter(designated=True).select_related("department")
    return rows.order_by("role", "position")


def done(request: ActingRequest, measure: Measure, words: str) -> HttpResponse:
    messages.success(request, after_label(measure.code, words))
    return redirect("measures:measure_designate", measure.section.edition.policy.slug, measure.uuid)


def _shown(request: ActingRequest, measure: Measure, **sent: BaseForm) -> HttpResponse:
    """The page; a form that was not accepted comes back as it was filled in."""
    today, rows = clock.today(), designated().filter(measure=measure)
    refused = any(form.is_bound for form in sent.values())
    context: dict[str, Any] = {
        "measure": measure,
        "rows": [(row, row.valid_to is None or row.valid_to > today) for row in rows],
        "form": DesignationForm(on=today),
        "on": today,
        **sent,
    }
    return render(request, "measures/measure_designate.html", context, status=422 if refused else 200)
