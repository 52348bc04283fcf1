"""How is a measure closed on screen? Its page, and the acts: a lead asks, the office agrees or refuses."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures.models import Closure, Measure, Policy
from measures.office_forms import AgreementForm, ClosureForm, ReasonForm
from measures.pages.closure import ClosurePage, closure_page
from measures.pages.form_handling import try_act
from measures.pages.policy_choice import of_policy
from measures.views.measures import load_measure
from measures.workflow import closures
from measures.workflow.errors import WrongStateError


@require_safe
@of_policy
def measure_closure(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Who has asked and agreed so far, for those who ask or decide."""
    measure, page = measure_and_page(request, policy, uuid)
    if not page.concerns_reader:
        raise PermissionDenied
    return _shown(request, measure, page)


@require_POST
@of_policy
def closure_request(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """A lead asks for closure, with its basis."""
    measure, page = measure_and_page(request, policy, uuid)
    if not page.leads:
        raise PermissionDenied
    form = ClosureForm(request.POST, leads=page.leads)

    def ask() -> HttpResponse:
        lead, basis = form.cleaned_data["lead"], form.cleaned_data["basis"]
        closures.request_closure(request.actor, measure, lead, basis, clock.now())
        return done(request, measure, _("Closure is asked for; clerk and signer decide."))

    return try_act(form, ask) or _shown(request, measure, page, form=form)


@require_POST
@of_policy
def closure_agree(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Clerk or signer agrees; the second of them closes the measure."""
    measure, page = measure_and_page(request, policy, uuid)
    if not page.office_roles:
        raise PermissionDenied
    form = AgreementForm(request.POST, roles=page.office_roles)

    def agree() -> HttpResponse:
        role = form.cleaned_data["role"]
        closure = closures.agree_to_closure(request.actor, undecided(page), role, clock.now())
        closed, waits = _("The measure is closed."), _("You have agreed; the other one decides.")
        return done(request, measure, closed if closure.outcome else waits)

    return try_act(form, agree) or _shown(request, measure, page, agreement=form)


@require_POST
@of_policy
def closure_refuse(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Clerk or signer refuses with a reason; the leads may ask again."""
    measure, page = measure_and_page(request, policy, uuid)
    if not page.office_roles:
        raise PermissionDenied
    form = ReasonForm(request.POST)

    def refuse() -> HttpResponse:
        reason = form.cleaned_data["reason"]
        closures.refuse_closure(request.actor, undecided(page), reason, clock.now())
        return done(request, measure, _("Closure is refused; the leads may ask again."))

    return try_act(form, refuse) or _shown(request, measure, page, refusal=form)


def measure_and_page(request: ActingRequest, policy: Policy, uuid: UUID) -> tuple[Measure, ClosurePage]:
    measure = load_measure(policy, uuid)
    return measure, closure_page(request.actor, measure, clock.today())


def undecided(page: ClosurePage) -> Closure:
    if page.closure is None:
        raise WrongStateError(_("Nobody has asked for closure."))
    return page.closure


def done(request: ActingRequest, measure: Measure, words: str) -> HttpResponse:
    messages.success(request, after_label(measure.code, words))
    return redirect("measures:measure_closure", measure.section.edition.policy.slug, measure.uuid)


def _shown(request: ActingRequest, measure: Measure, page: ClosurePage, **refused: BaseForm) -> HttpResponse:
    """The page; `refused` is the form that was sent and not accepted, by its name on the page."""
    context = {
        "measure": measure,
        "page": page,
        "agreeing": page.agreeing(request.actor),
        "form": ClosureForm(leads=page.leads, initial={"lead": request.actor.preferred(page.leads)}),
        "agreement": AgreementForm(roles=page.office_roles),
        "refusal": ReasonForm(),
    }
    return render(request, "measures/measure_closure.html", context | refused, status=422 if refused else 200)
