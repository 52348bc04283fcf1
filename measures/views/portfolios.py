"""Which leader is in charge of what? The page on which the clerk says so."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions
from measures.models import Policy, Portfolio
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.people_forms import PortfolioEndForm, PortfolioForm
from measures.workflow import portfolios

PER_PAGE: Final = 50


@of_policy
def portfolio_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Those that hold or will, and the form that gives one."""
    if not permissions.can_give_portfolios(request.actor, policy):
        raise PermissionDenied
    form = PortfolioForm(posted_data(request), policy=policy, on=clock.today())

    def give() -> HttpResponse:
        row = portfolios.give_portfolio(
            request.actor, policy, form.person(), form.subject(), form.span(), request
        )
        words = _("%(person)s is in charge of %(what)s.")
        messages.success(request, words % {"person": row.person, "what": row})
        return redirect("measures:portfolio_list", policy.slug)

    return try_act(form, give) or _shown(request, policy, form)


@require_POST
@of_policy
def portfolio_end(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """It gets its last day."""
    row = get_object_or_404(policy.portfolios.select_related("person", "section", "department"), uuid=uuid)
    if not permissions.can_give_portfolios(request.actor, policy):
        raise PermissionDenied
    form = PortfolioEndForm(request.POST, prefix=str(row.uuid))

    def end() -> HttpResponse:
        portfolios.end_portfolio(request.actor, row, form.cleaned_data["valid_to"], request)
        messages.success(request, _("%(person)s: the last day is set.") % {"person": row.person})
        return redirect("measures:portfolio_list", policy.slug)

    if answer := try_act(form, end):
        return answer
    return _shown(request, policy, PortfolioForm(policy=policy, on=clock.today()), (row, form))


def _shown(
    request: ActingRequest,
    policy: Policy,
    form: PortfolioForm,
    refused: tuple[Portfolio, PortfolioEndForm] | None = None,
) -> HttpResponse:
    rows = policy.portfolios.exclude(valid_to__lt=clock.today())
    page = page_of(
        rows.select_related("person", "section", "department"), request.GET.get("page", ""), PER_PAGE
    )
    sent = dict([refused]) if refused else {}
    initial = {"valid_to": clock.today()}
    context = {
        "form": form,
        "page": page,
        "refused": refused[1] if refused else None,
        "rows": [
            (row, sent.get(row) or PortfolioEndForm(prefix=str(row.uuid), initial=initial)) for row in page
        ],
    }
    status = http_status_of(refused[1] if refused else form)
    return render(request, "measures/portfolio_list.html", context, status=status)
