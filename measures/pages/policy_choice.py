"""Which policy is a page about? The one in its address, /p/<slug>/…, loaded once a request.

A page of all policies has none; the frame then leads to the one that was visited last, which a cookie keeps.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from departments.actors import ActingRequest
from langfang_policy.compiled_queries import compiled
from measures.models import Message, Policy, ProgressUpdate
from measures.pages.paging import number_of

LAST_VISITED: Final = "policy"
A_YEAR: Final = 365 * 24 * 3600
Names = ParamSpec("Names")
Answer = TypeVar("Answer", bound=HttpResponseBase)


def policies_of(request: HttpRequest) -> dict[str, Policy]:
    """All policies by slug, in the order in which they were loaded. One query a request.

    With `unread`: it also counts the messages that wait for whoever asks, so that the frame needs no query.
    """
    found: dict[str, Policy] | None = getattr(request, "policies", None)
    if found is None:
        found = {row.slug: row for row in _policies(request.user.pk)}
        request.policies = found  # type: ignore[attr-defined]  # read here alone
    return found


@compiled
def _policies(person: int | None) -> QuerySet[Any]:
    inbox = Message.objects.unread().filter(person=person)
    rows = Policy.objects.select_related("coordinator").annotate(unread=number_of(inbox))
    return rows.order_by("pk")


def of_policy(
    view: Callable[Concatenate[ActingRequest, Policy, Names], Answer],
) -> Callable[..., Answer]:
    """Gives the view the policy that its address names; Http404 where there is no such policy."""

    @wraps(view)
    def opened(request: ActingRequest, policy: str, *args: Names.args, **names: Names.kwargs) -> Answer:
        found = policies_of(request).get(policy)
        if found is None:
            raise Http404("no such policy")
        request.policy = found  # type: ignore[attr-defined]  # read by policy_of_page alone
        response = view(request, found, *args, **names)
        remember(request, response, found)
        return response

    return opened


def remember(request: HttpRequest, response: HttpResponseBase, policy: Policy) -> None:
    """So that pages of all policies, and the next sign-in, lead back to it."""
    if request.COOKIES.get(LAST_VISITED) == policy.slug:
        return
    response.set_cookie(
        LAST_VISITED, policy.slug, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS
    )


def policy_of_page(request: HttpRequest) -> Policy | None:
    """The policy in the address; None on a page of all."""
    return getattr(request, "policy", None)


def policy_at_hand(request: HttpRequest) -> Policy | None:
    """The page's own, else the one visited last, else the only one; never one out of several."""
    own = policy_of_page(request)
    if own is not None:
        return own
    policies = policies_of(request)
    if len(policies) == 1:
        return next(iter(policies.values()))
    return policies.get(request.COOKIES.get(LAST_VISITED, ""))


def unread_of(request: HttpRequest) -> int:
    """How many messages wait for whoever asks; none is ever told before there is a policy."""
    return next((row.unread for row in policies_of(request).values()), 0)  # type: ignore[attr-defined]  # annotated


@dataclass(frozen=True)
class PolicyFilter:
    """Narrows a page of all to one policy; no `links` where there is nothing to choose."""

    chosen: Policy | None = None
    links: tuple[dict[str, str], ...] = ()


def policy_asked_for(request: HttpRequest) -> Policy | None:
    """From ?policy=; None without one. Raises Http404 for a policy that there is not."""
    policies, slug = policies_of(request), request.GET.get("policy", "")
    if slug and slug not in policies:
        raise Http404("no such policy")
    return policies.get(slug)


def narrowed_to(chosen: Policy | None, policies: Sequence[Policy], present: Collection[int]) -> PolicyFilter:
    """Offers those of the policies of which there is something, and the chosen one."""
    if len(policies) < 2:
        return PolicyFilter(chosen)
    offered = [row for row in policies if row.pk in present or row == chosen]
    places = {row.pk: f"?policy={row.slug}" for row in offered}
    return PolicyFilter(chosen, links_to(offered, chosen, places))


def links_to(
    policies: Sequence[Policy], chosen: Policy | None, places: Mapping[int, str], all_of_them: str = "?"
) -> tuple[dict[str, str], ...]:
    """All, and each policy at its place; none for a single policy that nobody has chosen."""
    if len(policies) < 2 and chosen is None:
        return ()
    every = {"label": str(_("All policies")), "href": all_of_them, "here": "" if chosen else "true"}
    return (
        every,
        *(
            {"label": row.short_title, "href": places[row.pk], "here": "true" if row == chosen else ""}
            for row in policies
        ),
    )


def named(request: HttpRequest, update: ProgressUpdate) -> str:
    """An update in a sentence about it: its policy too where there are several."""
    words = f"{update.measure.code} {update.department}"
    return f"{update.period.policy} {words}" if len(policies_of(request)) > 1 else words
