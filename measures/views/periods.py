"""How does the clerk run a period? Planning, opening, watching, closing, reopening, archiving."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import Case, Exists, F, OuterRef, QuerySet, When
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from langfang_policy.compiled_queries import compiled
from langfang_policy.progress import told_to
from measures import duties, permissions, summaries
from measures.models import (
    Act,
    Event,
    Extension,
    FormerDates,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    UpdateState,
)
from measures.models.extensions import asked_until
from measures.office_forms import ReasonForm
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.moved_dates import MovedDates, moves_of
from measures.pages.opening import remarks_on_opening
from measures.pages.overrides import ListedOverrides, list_overrides, overrides_of_period
from measures.pages.paging import number_of, page_of, paged
from measures.pages.policy_choice import of_policy
from measures.pages.reclosing import reclosing_of
from measures.pages.reopening import not_reopened
from measures.period_forms import (
    ChangedDatesForm,
    ClosingForm,
    NextPeriodForm,
    PeriodDatesForm,
    PlanPeriodForm,
)
from measures.workflow import periods
from measures.workflow.errors import WorkflowError

# How many periods, and on the page of one how many events and updates that nobody may confirm.
SHOWN: Final = 20
OF_A_LINK: Final = ("measure__section", "department")
FORMER: Final = ("participant_due_on", "lead_due_on", "check_due_on", "grace_ends_on", "reason", "changed_at")
# Measures that are listed before opening, and updates before closing, on one page.
PER_PAGE: Final = 50
Filing: TypeAlias = list[tuple[summaries.DepartmentRow, Mapping[UpdateState, int]]]


@require_safe
@of_policy
def period_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """All periods of the policy, newest first, and for its clerk the way to plan and open the next.

    The main act only once its opening is due; before, folded.
    """
    rows = policy.periods.order_by("-starts_on")
    page = page_of(rows, request.GET.get("page", ""), SHOWN)
    runs = permissions.can_run_periods(request.actor, policy)
    coming = periods.period_to_open(policy, clock.today()) if runs else None
    context = {"page": page, "runs": runs, "on": clock.today(), "coming": coming}
    return render(request, "measures/period_list.html", context)


def load_period(policy: Policy, uuid: UUID, *, watched: bool = False) -> ReportingPeriod:
    """With all that `kept_period` asks for, its former dates (see `moved_dates_of`), and what waits in it.

    `watched`: also whether something is submitted that nobody may confirm.
    Http404 for a forged id, and for a period of another policy.
    """
    on = clock.today()
    office = policy.coordinator_id
    rows = list(_watched(policy.pk, office, uuid, on) if watched else _periods(policy.pk, uuid, on))
    if not rows:
        raise Http404("no such period")
    vars(rows[0])["former"] = [vars(row) for row in rows if vars(row)["former_reason"]]
    return rows[0]


@compiled
def _watched(policy: int, coordinator: int, uuid: UUID, on: date) -> QuerySet[ReportingPeriod]:
    stuck = permissions.updates_without_confirmer([coordinator], on, OuterRef(OuterRef("pk")))
    return _one(policy, uuid, on).annotate(stuck=Exists(stuck))


@compiled
def _periods(policy: int, uuid: UUID, on: date) -> QuerySet[ReportingPeriod]:
    return _one(policy, uuid, on)


def _one(policy: int, uuid: UUID, on: date) -> QuerySet[ReportingPeriod]:
    """That one, once for each time when its dates were moved; or none."""
    of_period = ProgressUpdate.objects.filter(period=OuterRef(OuterRef("pk")))
    pending = Extension.objects.pending(of_period)
    return (
        summaries.with_freshness(ReportingPeriod.objects.filter(policy=policy, uuid=uuid), on)
        .select_related("policy__coordinator", "edition", "figures")
        .annotate(
            **{f"former_{name}": F(f"former_dates__{name}") for name in FORMER},
            extensions_pending=number_of(pending),
            overridden=number_of(summaries.overridden_lights(OuterRef("pk"))),
            without_people=number_of(permissions.owing_without_people(OuterRef(OuterRef("pk")), on)),
        )
        .order_by("former_dates")
    )


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
        policy=policy,
        choices=periods.periods_to_plan(policy, proposed),
    )

    def plan() -> HttpResponse:
        period = periods.plan_period(request.actor, policy, form.cleaned_data["code"], clock.now())
        words = _("%(name)s is planned and not opened yet.") % {"name": capfirst(period.name)}
        messages.success(request, words)
        return redirect("measures:period_open", policy.slug, period.uuid)

    if answer := try_act(form, plan):
        return answer
    return render(request, "measures/period_plan.html", {"form": form}, status=http_status_of(form))


@of_policy
def period_next(request: ActingRequest, policy: Policy) -> HttpResponse:
    """The next period as it follows from the last one, to be planned and opened in one act."""
    if not permissions.can_run_periods(request.actor, policy):
        raise PermissionDenied
    if there := policy.periods.filter(code=request.POST.get("code", "")[:7]).first():
        return done(request, _("%(name)s is there already.") % {"name": capfirst(there.name)}, there)
    if waiting := policy.periods.filter(state=PeriodState.PLANNED).order_by("starts_on").first():
        return redirect("measures:period_open", policy.slug, waiting.uuid)
    try:
        period = periods.proposed_period(policy, clock.today())
    except (WorkflowError, ValidationError) as error:
        messages.warning(
            request, " ".join(error.messages if isinstance(error, ValidationError) else [str(error)])
        )
        return redirect("measures:period_plan", policy.slug)
    form = NextPeriodForm.of(period, posted_data(request))

    def open_now() -> HttpResponse:
        code = form.cleaned_data["code"]
        with told_to(request):
            count = periods.open_next_period(request.actor, policy, code, form.dates(), clock.now())
        words = _("The period is open: %(updates)d updates are owed.") % {"updates": count}
        return done(request, words, policy.periods.get(code=code))

    if answer := try_act(form, open_now):
        return answer
    context = {"period": period, "form": form, "remarks": remarks_on_opening(period.span, clock.today())}
    context |= owed_in(request, period)
    return render(request, "measures/period_next.html", context, status=http_status_of(form))


def owed_in(request: ActingRequest, period: ReportingPeriod) -> dict[str, Any]:
    """What opening the period today would create, a page of it by measure."""
    on = clock.today()
    updates, bodies = duties.count_duties(period, on)
    measures = duties.owing_with_duties(period, on).select_related("section")
    page = page_of(measures, request.GET.get("page", ""), PER_PAGE)
    by_measure = duties.duties_by_measure(list(page), on, duties.Performers(on))
    shown = Page([*by_measure.items()], page.number, page.paginator)  # type: ignore[misc]  # of other entries
    return {"updates": updates, "page": shown, "bodies": bodies}


@of_policy
def period_open(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Shows what opening will create and when it is due; POST opens."""
    period = period_for(request.actor, policy, uuid, permissions.can_run_periods)
    form = PeriodDatesForm.of(period, posted_data(request))

    def open_now() -> HttpResponse:
        with told_to(request):
            count = periods.open_period(request.actor, period, form.dates(), clock.now())
        words = _("The period is open: %(updates)d updates are owed.") % {"updates": count}
        return done(request, words, period)

    if answer := try_act(form, open_now):
        return answer
    possible = periods.is_possible(period, Act.OPEN_PERIOD)
    context = {"period": period, "form": form, "possible": possible}
    if possible:
        context["remarks"] = remarks_on_opening(period.span, clock.today())
        context |= owed_in(request, period)
    return render(request, "measures/period_open.html", context, status=http_status_of(form))


@require_safe
@of_policy
def period_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Dates, how far filing is by department, what nobody may confirm, the acts and the record."""
    period = load_period(policy, uuid, watched=True)
    may_see = permissions.can_see_filing_board(request.actor, period.policy)
    kept, by_department, problem = figures_of(period, sees_filing=may_see)
    stuck = unconfirmable(period) if may_see and vars(period)["stuck"] else None
    reopens = permissions.can_reopen_period(request.actor, period.policy)
    context = {
        "period": period,
        "problem": problem,
        "kept": kept,
        "sees_filing": may_see,
        "reads_snapshots": permissions.can_read_submitted_texts(request.actor, period.policy),
        "may_ring": permissions.can_see_telephones(request.actor, period.policy),
        "filing": by_department,
        "runs": permissions.can_run_periods(request.actor, period.policy),
        "reopens": reopens,
        "refused": not_reopened(period) if reopens else None,
        "on": clock.today(),
        "moved_dates": moved_dates_of(period),
        "decides": permissions.can_decide(request.actor, period.policy),
        "unconfirmable": stuck.object_list if stuck else [],
        "unconfirmable_count": stuck.paginator.count if stuck else 0,
        "events": _record_of(request.GET.get("page", ""), SHOWN, period.pk),
        "overrides": overrides_on(request, period, kept),
        **urging(request.actor, period, missing=bool(kept and kept.filing.missing)),
    }
    return render(request, "measures/period_detail.html", context)


def urging(actor: Actor, period: ReportingPeriod, *, missing: bool) -> dict[str, bool]:
    """Who may urge is offered it while something is missing; in grace it comes before closing."""
    urges = missing and period.state == PeriodState.OPEN and permissions.can_urge(actor, period.policy)
    return {"urges": urges, "urges_first": urges and period.in_grace(clock.today())}


def overrides_on(
    request: ActingRequest, period: ReportingPeriod, kept: summaries.KeptPeriod | None
) -> ListedOverrides | None:
    """None before it is opened; no query where the office has set no light (see `load_period`)."""
    if kept is None:
        return None
    if not vars(period)["overridden"]:
        return ListedOverrides([])
    return list_overrides(kept, request.GET.get("overrides", ""))


def moved_dates_of(period: ReportingPeriod) -> list[MovedDates]:
    """What was moved first comes first; of a period from `load_period`, which brought the former dates."""
    rows = vars(period)["former"]
    return moves_of(
        FormerDates(period=period, **{name: row[f"former_{name}"] for name in FORMER}) for row in rows
    )


def figures_of(
    period: ReportingPeriod, *, sees_filing: bool
) -> tuple[summaries.KeptPeriod | None, Filing, str]:
    """With the filing for who sees it. Nothing before the period is opened.

    A sentence in their place where the snapshot was altered: the acts stay at hand.
    """
    if period.state == PeriodState.PLANNED:
        return None, [], ""
    try:
        kept = summaries.kept_period(period, clock.today())
        if sees_filing:
            return kept, filing(kept), ""
        kept.verify()
    except summaries.SnapshotError as error:
        return None, [], str(error)
    return kept, [], ""


def filing(kept: summaries.KeptPeriod) -> Filing:
    """Each department with how it stands and how often it was urged; its updates by state.

    Two queries, which verify what they count.
    """
    states, slips = summaries.count_states(kept)
    return [
        (replace(row, slips=slips.get(row.department.slug, 0)), states.get(row.department.slug, {}))
        for row in kept.departments
    ]


def unconfirmable(period: ReportingPeriod) -> Page[ProgressUpdate]:
    """The first submitted updates that nobody may confirm: each clerk and signer had a part in them."""
    return _stuck("", SHOWN, period.pk, period.policy.coordinator_id, clock.today())


@paged
def _stuck(period: int, coordinator: int, on: date) -> QuerySet[ProgressUpdate]:
    asked = ReportingPeriod(pk=period, policy=Policy(coordinator_id=coordinator))
    rows = permissions.nobody_may_confirm(asked, on)
    return rows.select_related(*OF_A_LINK).in_document_order()


@paged
def _record_of(period: int) -> QuerySet[Event]:
    return Event.objects.filter(period=period).for_display()


@of_policy
def period_dates(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Move dates of an open period, with a reason; the updates that were never submitted follow."""
    period = period_for(request.actor, policy, uuid, permissions.can_run_periods)
    form = ChangedDatesForm.of(period, posted_data(request))

    def change() -> HttpResponse:
        reason = form.cleaned_data["reason"]
        moved = periods.change_dates(request.actor, period, form.dates(), reason, clock.now())
        words = ngettext(
            "The dates are changed; %(n)s update is due later.",
            "The dates are changed; %(n)s updates are due later.",
            len(moved),
        )
        return done(request, words % {"n": len(moved)}, period)

    if answer := try_act(form, change):
        return answer
    context = {"period": period, "form": form, "possible": periods.is_possible(period, Act.CHANGE_DATES)}
    return render(request, "measures/period_dates.html", context, status=http_status_of(form))


@of_policy
def period_close(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Lists what is not confirmed, and what closing again would change; asks for a reason; POST closes."""
    period = period_for(request.actor, policy, uuid, permissions.can_run_periods)
    possible = periods.is_possible(period, Act.CLOSE_PERIOD)
    again = reclosing_of(period, clock.today(), request.GET.get("differs", "")) if possible else None
    form = ClosingForm(posted_data(request), asks=again is not None and again.must_be_read)

    def close() -> HttpResponse:
        with told_to(request):
            periods.close_period(request.actor, period, form.cleaned_data["reason"], clock.now())
        return done(request, _("The period is closed; its numbers stand still from now on."), period)

    if answer := try_act(form, close):
        return answer
    context = {
        "period": period,
        "form": form,
        "possible": possible,
        "again": again,
        "in_time": clock.today() <= period.grace_ends_on,
        **not_confirmed_in(request, period),
    }
    if possible:
        number = request.GET.get("overrides", "")
        context["overrides"] = overrides_of_period(period, clock.today(), number)
    return render(request, "measures/period_close.html", context, status=http_status_of(form))


def not_confirmed_in(request: ActingRequest, period: ReportingPeriod) -> dict[str, Any]:
    """A page of it, before all what is not filed because its later day was granted, and how much of that.

    Also which later days were asked for and not answered: after closing nobody answers them.
    """
    on, found = clock.today(), periods.outstanding(period)
    left = periods.has_time_left(on)
    rows: QuerySet[Any] = found.annotate(
        asked_until=asked_until(),
        has_time=Case(When(left, then=True), default=False),
        of_these=number_of(found.filter(left)),
    )
    page = page_of(rows.order_by("-has_time", *found.query.order_by), request.GET.get("page", ""), PER_PAGE)
    granted = page[0].of_these if page else 0
    return {"page": page, "rows": page.object_list, "granted": granted, "on": on}


@of_policy
def period_reopen(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """The signer's act, with a reason; the page lists what closing again would change."""
    period = period_for(request.actor, policy, uuid, permissions.can_reopen_period)
    form = ReasonForm(posted_data(request))

    def reopen() -> HttpResponse:
        periods.reopen_period(request.actor, period, form.cleaned_data["reason"], clock.now())
        return done(request, _("The period is open again."), period)

    if answer := try_act(form, reopen):
        return answer
    possible, refused = periods.is_possible(period, Act.REOPEN_PERIOD), not_reopened(period)
    context = {"period": period, "form": form, "possible": possible, "refused": refused}
    if possible and not refused:
        context["again"] = reclosing_of(period, clock.today(), request.GET.get("differs", ""))
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
        "unconfirmed": periods.outstanding(period).count(),
        "possible": periods.is_possible(period, Act.ARCHIVE_PERIOD),
    }
    return render(request, "measures/period_archive.html", context, status=http_status_of(form))
