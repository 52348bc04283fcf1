"""What is done to a measure: its state, its closure, an open matter, the office's word on its light."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest, Actor
from departments.models import Department, Role, User
from langfang_policy import clock
from measures import duties, permissions, summaries
from measures.models import (
    Act,
    Closure,
    ClosureOutcome,
    CoordinationMatter,
    Event,
    Measure,
    PeriodState,
    ReportingPeriod,
)
from measures.office_forms import ClosureForm, MatterForm, MeasureStateForm, OverrideForm, ReasonForm
from measures.pages.refusals import refuse, status_of
from measures.views.measures import detail_context, load_measure
from measures.workflow import closures, light_overrides, matters, measures
from measures.workflow.errors import WorkflowError


def measure_state(request: ActingRequest, uuid: UUID) -> HttpResponse:
    """The clerk's page: the state with a basis, and below it the override of the light."""
    measure = load_measure(uuid)
    if not permissions.can_manage_measures(request.actor, measures.policy_of(measure)):
        raise PermissionDenied
    form = MeasureStateForm(request.POST or None, measure=measure)
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, clock.now()
        try:
            measures.change_state(request.actor, measure, data["act"], data["basis"], now)
        except (WorkflowError, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, done_words(measure, data["act"], now))
            return redirect("measures:measure_detail", measure.uuid)
    context = state_context(measure, form, OverrideForm())
    return render(request, "measures/measure_state.html", context, status=status_of(form))


def done_words(measure: Measure, act: Act, at: datetime) -> str:
    """What was done, and how many updates of open periods followed it."""
    words = _("Done: %(act)s.") % {"act": act.label}
    followed = Event.objects.filter(update__measure=measure, at=at)
    if n := followed.filter(act=Act.END_DUTY).count():
        words += ngettext(" %(n)s open update is waived.", " %(n)s open updates are waived.", n) % {"n": n}
    if n := followed.filter(act=Act.ADD_DUTY).count():
        words += ngettext(" %(n)s update is due again.", " %(n)s updates are due again.", n) % {"n": n}
    return words


def state_context(measure: Measure, form: MeasureStateForm, override: OverrideForm) -> dict[str, Any]:
    period = open_period(measure)
    status = summaries.live_summary(period, clock.today()).measure(measure.uuid) if period else None
    return {
        "measure": measure,
        "form": form,
        "override": override,
        "period": period,
        "light": status.light if status else None,
    }


def open_period(measure: Measure) -> ReportingPeriod | None:
    """The latest open period of the measure's edition, in which a light can be set."""
    rows = ReportingPeriod.objects.filter(edition=measure.section.edition, state=PeriodState.OPEN)
    return rows.select_related("policy__coordinator", "edition").order_by("-starts_on").first()


@require_POST
def light_override(request: ActingRequest, uuid: UUID) -> HttpResponse:
    """Set the light of the open period against the rules."""
    measure = load_measure(uuid)
    period = open_period(measure)
    if not permissions.can_manage_measures(request.actor, measures.policy_of(measure)):
        raise PermissionDenied
    form = OverrideForm(request.POST)
    if period is None:
        form.add_error(None, _("No period is open in which a light could be set."))
    elif form.is_valid():
        try:
            messages.success(request, set_light(request.actor, period, measure, form.cleaned_data))
        except (WorkflowError, ValidationError) as error:
            refuse(form, error)
        else:
            return redirect("measures:measure_detail", measure.uuid)
    context = state_context(measure, MeasureStateForm(measure=measure), form)
    return render(request, "measures/measure_state.html", context, status=422)


def set_light(actor: Actor, period: ReportingPeriod, measure: Measure, data: dict[str, Any]) -> str:
    """Override the light, or go back to the rules; the words that say so."""
    if data["colour"] is None:
        light_overrides.lift_override(actor, period, measure, data["reason"], clock.now())
        return _("The light follows the rules again.")
    light_overrides.override_light(actor, period, measure, data["colour"], data["reason"], clock.now())
    return _("The light is set for this period; the rules' light stays on record.")


def measure_closure(request: ActingRequest, uuid: UUID) -> HttpResponse:
    """Ask for closure, agree, or refuse. POST carries do=request|clerk|signer|refuse."""
    measure = load_measure(uuid)
    page = closure_page(request, measure)
    if not (page["leads"] or page["office_roles"]):
        raise PermissionDenied
    if request.method == "POST":
        try:
            if done := close_step(request, measure, page):
                messages.success(request, f"{measure.code}：{done}")
                return redirect("measures:measure_closure", measure.uuid)
        except (WorkflowError, ValidationError) as error:
            refuse(page["form"] if page["form"].is_bound else page["refusal"], error)
        return render(request, "measures/measure_closure.html", page, status=422)
    return render(request, "measures/measure_closure.html", page)


def closure_page(request: ActingRequest, measure: Measure) -> dict[str, Any]:
    """Who has asked and agreed so far, and what this person may do about it."""
    policy = measures.policy_of(measure)
    asking = [
        lead
        for lead in duties.lead_departments(measure, clock.today())
        if permissions.can_request_closure(request.actor, measure, lead)
    ]
    last = measure.closures.select_related("clerk", "signer").last()
    closure = last if last and not last.outcome else None
    office = [
        role for role in (Role.CLERK, Role.SIGNER) if permissions.is_in_office(request.actor, policy, role)
    ]
    doing = request.POST.get("do", "") if request.method == "POST" else None
    return {
        "measure": measure,
        "closure": closure,
        "last": last,
        "requests": last.requests.select_related("department", "user") if last else [],
        "decisions": decisions(last) if last else [],
        "refused": refused(last) if last else None,
        "waiting_for": closures.missing_requests(closure, clock.today()) if closure else [],
        "possible": measures.is_possible(measure, Act.CLOSE_MEASURE),
        "leads": asking,
        "office_roles": office,
        "agreeing": [role for role in office if closure and may_still_agree(request.actor, closure, role)],
        "form": ClosureForm(request.POST if doing == "request" else None, leads=asking),
        "refusal": ReasonForm(request.POST if doing is not None and doing != "request" else None),
    }


def decisions(closure: Closure) -> list[tuple[Role, User | None, datetime | None]]:
    """Clerk and signer, each with the moment of agreement; nobody while that is open."""
    agreed = closure.measure.events.filter(act=Act.AGREE_CLOSURE).order_by("pk")
    moments = dict(agreed.values_list("user", "at"))
    people = ((Role.CLERK, closure.clerk), (Role.SIGNER, closure.signer))
    return [(role, person, moments.get(person.pk) if person else None) for role, person in people]


def refused(last: Closure) -> Event | None:
    """The event by which the measure's last closure was refused, with the reason."""
    if last.outcome != ClosureOutcome.REFUSED:
        return None
    return last.measure.events.filter(act=Act.REFUSE_CLOSURE).last()


def may_still_agree(actor: Actor, closure: Closure, role: Role) -> bool:
    """The role's word is still open, and the other one's was not given by the same person."""
    agreed = {Role.CLERK: closure.clerk_id, Role.SIGNER: closure.signer_id}
    return agreed[role] is None and actor.person.pk not in agreed.values()


def close_step(request: ActingRequest, measure: Measure, page: dict[str, Any]) -> str:
    """Do what the POST asks and say what was done; empty when its form is not valid."""
    doing, closure, now = request.POST.get("do"), page["closure"], clock.now()
    if doing == "request":
        form: ClosureForm = page["form"]
        if not form.is_valid():
            return ""
        lead: Department = form.cleaned_data["lead"]
        closures.request_closure(request.actor, measure, lead, form.cleaned_data["basis"], now)
        return _("Closure is asked for; clerk and signer decide.")
    if closure is None:
        raise WorkflowError(_("Nobody has asked for closure."))
    if doing in {Role.CLERK.value, Role.SIGNER.value}:
        agreed = closures.agree_to_closure(request.actor, closure, Role(doing), now)
        return _("The measure is closed.") if agreed.outcome else _("You have agreed; the other one decides.")
    refusal: ReasonForm = page["refusal"]
    if not refusal.is_valid():
        return ""
    closures.refuse_closure(request.actor, closure, refusal.cleaned_data["reason"], now)
    return _("Closure is refused; the leads may ask again.")


@require_POST
def matter_resolve(request: ActingRequest, uuid: UUID) -> HttpResponse:
    """Settle a coordination matter with an answer."""
    matter = get_object_or_404(CoordinationMatter.objects.select_related("measure"), uuid=uuid)
    measure = load_measure(matter.measure.uuid)
    if not permissions.can_manage_measures(request.actor, measures.policy_of(measure)):
        raise PermissionDenied
    form = MatterForm(request.POST, prefix=str(matter.uuid))
    if form.is_valid():
        try:
            matters.resolve_matter(request.actor, matter, form.cleaned_data["answer"], clock.now())
        except (WorkflowError, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("The matter is settled."))
            return redirect("measures:measure_detail", measure.uuid)
    context = detail_context(request, measure, refused=(str(matter.uuid), form))
    return render(request, "measures/measure_detail.html", context, status=422)
