"""How does the clerk run a period? Planning, opening, watching, closing, reopening, archiving."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from measures import duties, permissions, summaries
from measures.models import Act, PeriodState, Policy, ProgressUpdate, ReportingPeriod, UpdateState
from measures.office_forms import PeriodDatesForm, PlanPeriodForm, ReasonForm
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.policy_choice import of_policy
from measures.workflow import periods


@require_safe
@of_policy
def period_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """All periods of the policy, newest first, and for its clerk the way to plan the next."""
    rows = policy.periods.order_by("-starts_on")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    runs = permissions.can_run_periods(request.actor, policy)
    context = {"page": page, "runs": runs, "on": clock.today()}
    return render(request, "measures/period_list.html", context)


def load_period(policy: Policy, uuid: UUID) -> ReportingPeriod:
    """With policy, coordinator and edition; Http404 for a forged id, and for a period of another policy."""
    rows = policy.periods.select_related("policy__coordinator", "edition")
    return get_object_or_404(rows, uuid=uuid)


def period_for(
    actor: Actor, policy: Policy, uuid: UUID, may: Callable[[Actor, Policy], bool]
) -> ReportingPeriod:
    """The period, for whoever may do this with periods of its policy. PermissionDenied else."""
    period = load_period(policy, uuid)
    if not may(actor, policy):
        raise PermissionDenied
    return period


def done(request: ActingRequest, words: str, period: ReportingPeriod) -> HttpResponse:
    messages.success(request, words)
    return redirect("measures:period_detail", period.policy.slug, period.uuid)


@of_policy
def period_plan(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Plan the next period of the policy; the working-day table proposes the dates."""
    if not permissions.can_run_periods(request.actor, policy):
        raise PermissionDenied
    proposed = periods.next_period(policy, clock.today())
    form = PlanPeriodForm(
        posted_data(request),
        initial={"code": proposed.code},
        choices=periods.periods_to_plan(policy, proposed),
    )

    def plan() -> HttpResponse:
        period = periods.plan_period(request.actor, policy, form.cleaned_data["code"], clock.now())
        return redirect("measures:period_open", policy.slug, period.uuid)

    if answer := try_act(form, plan):
        return answer
    return render(request, "measures/period_plan.html", {"form": form}, status=http_status_of(form))


@of_policy
def period_open(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Shows what opening will create and when it is due; POST opens."""
    period = period_for(request.actor, policy, uuid, permissions.can_run_periods)
    form = PeriodDatesForm.of(period, posted_data(request))

    def open_now() -> HttpResponse:
        updates = periods.open_period(request.actor, period, form.dates(), clock.now())
        words = _("The period is open: %(updates)d updates are owed.") % {"updates": len(updates)}
        return done(request, words, period)

    if answer := try_act(form, open_now):
        return answer
    owed = duties.duties_for_period(period, clock.today())
    context = {
        "period": period,
        "form": form,
        "duties": owed,
        "bodies": len({duty.department for duty in owed}),
        "possible": periods.is_possible(period, Act.OPEN_PERIOD),
    }
    return render(request, "measures/period_open.html", context, status=http_status_of(form))


@require_safe
@of_policy
def period_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Dates, how far filing is by department, what nobody may confirm, the acts and the record."""
    period = load_period(policy, uuid)
    may_see = permissions.can_see_filing_board(request.actor, period.policy)
    may_ring = permissions.can_see_telephones(request.actor, period.policy)
    sourced, problem = figures_of(period)
    context = {
        "period": period,
        "problem": problem,
        "sourced": sourced,
        "summary": sourced.summary if sourced else None,
        "sees_filing": may_see,
        "filing": filing(sourced, may_ring) if sourced and may_see else [],
        "runs": permissions.can_run_periods(request.actor, period.policy),
        "reopens": permissions.can_reopen_period(request.actor, period.policy),
        "on": clock.today(),
        "unconfirmable": unconfirmable(period) if may_see else [],
        "events": period.events.for_display(),
    }
    return render(request, "measures/period_detail.html", context)


def figures_of(period: ReportingPeriod) -> tuple[summaries.SourcedSummary | None, str]:
    """None before it is opened, and with a sentence where its snapshot was altered: the acts stay at hand."""
    if period.state == PeriodState.PLANNED:
        return None, ""
    try:
        return summaries.read_period(period, clock.today()), ""
    except summaries.SnapshotError as error:
        return None, str(error)


def filing(sourced: summaries.SourcedSummary, may_ring: bool) -> list[dict[str, Any]]:
    """Each department with how it stands; whom to ring where an update is missing."""
    return [
        {
            "row": row,
            "states": by_state(row),
            "contact": sourced.contacts.get(row.department.slug) if may_ring and row.count.missing else None,
        }
        for row in sourced.summary.departments
    ]


Pairs = list[tuple[summaries.MeasureStatus, summaries.UpdateStatus]]


def by_state(row: summaries.DepartmentFiling) -> list[tuple[UpdateState, Pairs]]:
    """The department's updates with their measures, those with the most still to do first."""
    found = {state: [pair for pair in row.updates if pair[1].state == state] for state in UpdateState}
    return [(state, pairs) for state, pairs in found.items() if pairs]


def unconfirmable(period: ReportingPeriod) -> list[ProgressUpdate]:
    """Submitted updates that nobody may confirm: each clerk and signer wrote or approved them."""
    office = permissions.Office.of(period.policy, clock.today())
    rows = ProgressUpdate.objects.filter(period=period, state=UpdateState.SUBMITTED)
    waiting = rows.with_context().with_revisions().in_document_order()
    return [
        row
        for row in waiting
        if row.latest_revision is not None and not permissions.confirmers(row.latest_revision, office)
    ]


@of_policy
def period_close(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Lists what is not confirmed and asks for a reason when there is any; POST closes."""
    period = period_for(request.actor, policy, uuid, permissions.can_run_periods)
    form = ReasonForm(posted_data(request))

    def close() -> HttpResponse:
        periods.close_period(request.actor, period, form.cleaned_data["reason"], clock.now())
        return done(request, _("The period is closed; its numbers stand still from now on."), period)

    if answer := try_act(form, close):
        return answer
    context = {
        "period": period,
        "form": form,
        "rows": periods.outstanding(period),
        "possible": periods.is_possible(period, Act.CLOSE_PERIOD),
        "in_time": clock.today() <= period.grace_ends_on,
    }
    return render(request, "measures/period_close.html", context, status=http_status_of(form))


@of_policy
def period_reopen(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The signer's act, with a reason."""
    period = period_for(request.actor, policy, uuid, permissions.can_reopen_period)
    form = ReasonForm(posted_data(request))

    def reopen() -> HttpResponse:
        periods.reopen_period(request.actor, period, form.cleaned_data["reason"], clock.now())
        return done(request, _("The period is open again."), period)

    if answer := try_act(form, reopen):
        return answer
    context = {"period": period, "form": form, "possible": periods.is_possible(period, Act.REOPEN_PERIOD)}
    return render(request, "measures/period_reopen.html", context, status=http_status_of(form))


@of_policy
def period_archive(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The clerk's last act: no late filing and no correction any more. The page asks, POST does it."""
    period = period_for(request.actor, policy, uuid, permissions.can_run_periods)
    form = Form(posted_data(request))

    def archive() -> HttpResponse:
        periods.archive_period(request.actor, period, clock.now())
        return done(request, _("The period is archived; nothing of it changes any more."), period)

    if answer := try_act(form, archive):
        return answer
    context = {
        "period": period,
        "form": form,
        "rows": periods.outstanding(period),
        "possible": periods.is_possible(period, Act.ARCHIVE_PERIOD),
    }
    return render(request, "measures/period_archive.html", context, status=http_status_of(form))
