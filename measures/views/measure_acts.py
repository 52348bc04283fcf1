"""What may the clerk do to a measure? Its state, the office's word on its light, an open matter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from measures import permissions, summaries
from measures.models import Act, CoordinationMatter, Event, Measure, PeriodState, Policy, ReportingPeriod
from measures.office_forms import MatterForm, MeasureStateForm, OverrideForm
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.policy_choice import of_policy
from measures.views.measures import detail_context, load_measure
from measures.workflow import light_overrides, matters, measures
from measures.workflow.errors import WrongStateError


def managed_measure(actor: Actor, policy: Policy, uuid: UUID) -> Measure:
    """The measure, for whoever manages the measures of its policy. PermissionDenied else."""
    measure = load_measure(policy, uuid)
    if not permissions.can_manage_measures(actor, policy):
        raise PermissionDenied
    return measure


def done(request: ActingRequest, measure: Measure, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("measures:measure_detail", measures.policy_of(measure).slug, measure.uuid)


@of_policy
def measure_state(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The clerk's page: the state with a basis, and below it the override of the light."""
    measure = managed_measure(request.actor, policy, uuid)
    form = MeasureStateForm(posted_data(request), measure=measure)

    def change() -> HttpResponse:
        act, basis, now = form.cleaned_data["act"], form.cleaned_data["basis"], clock.now()
        measures.change_state(request.actor, measure, act, basis, now)
        return done(request, measure, what_followed(measure, act, now))

    if answer := try_act(form, change):
        return answer
    context = state_context(measure, form, OverrideForm())
    return render(request, "measures/measure_state.html", context, status=http_status_of(form))


def what_followed(measure: Measure, act: Act, at: datetime) -> str:
    """What was done, and how many updates of open periods followed it."""
    words = _("Done: %(act)s.") % {"act": act.label}
    followed = Event.objects.filter(update__measure=measure, at=at)
    if n := followed.filter(act=Act.END_DUTY).count():
        words += ngettext(" %(n)s open update is waived.", " %(n)s open updates are waived.", n) % {"n": n}
    if n := followed.filter(act=Act.ADD_DUTY).count():
        words += ngettext(" %(n)s update is due again.", " %(n)s updates are due again.", n) % {"n": n}
    return words


def state_context(measure: Measure, form: MeasureStateForm, override: OverrideForm) -> dict[str, Any]:
    period = latest_open_period(measure)
    status = summaries.live_measure(period, measure, clock.today()) if period else None
    return {
        "measure": measure,
        "form": form,
        "override": override,
        "period": period,
        "light": status.light if status else None,
    }


def latest_open_period(measure: Measure) -> ReportingPeriod | None:
    """The latest open period of the measure's edition, in which a light can be set."""
    rows = ReportingPeriod.objects.filter(edition=measure.section.edition, state=PeriodState.OPEN)
    return rows.select_related("policy__coordinator", "edition").order_by("-starts_on").first()


@require_POST
@of_policy
def light_override(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Set the light of the open period against the rules."""
    measure = managed_measure(request.actor, policy, uuid)
    form = OverrideForm(request.POST)

    def override() -> HttpResponse:
        return done(request, measure, set_light(request.actor, measure, form.cleaned_data))

    if answer := try_act(form, override):
        return answer
    context = state_context(measure, MeasureStateForm(measure=measure), form)
    return render(request, "measures/measure_state.html", context, status=422)


def set_light(actor: Actor, measure: Measure, data: dict[str, Any]) -> str:
    """Override the light, or go back to the rules; the words that say so."""
    period = latest_open_period(measure)
    if period is None:
        raise WrongStateError(_("No period is open in which a light could be set."))
    if data["colour"] is None:
        light_overrides.lift_override(actor, period, measure, data["reason"], clock.now())
        return _("The light follows the rules again.")
    light_overrides.override_light(actor, period, measure, data["colour"], data["reason"], clock.now())
    return _("The light is set for this period; the rules' light stays on record.")


@require_POST
@of_policy
def matter_resolve(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Settle a coordination matter with an answer."""
    matter = get_object_or_404(CoordinationMatter.objects.select_related("measure"), uuid=uuid)
    measure = managed_measure(request.actor, policy, matter.measure.uuid)
    form = MatterForm(request.POST, prefix=str(matter.uuid))

    def resolve() -> HttpResponse:
        matters.resolve_matter(request.actor, matter, form.cleaned_data["answer"], clock.now())
        return done(request, measure, _("The matter is settled."))

    if answer := try_act(form, resolve):
        return answer
    context = detail_context(request, measure, refused=(str(matter.uuid), form))
    return render(request, "measures/measure_detail.html", context, status=422)
