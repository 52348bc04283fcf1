"""What does the frame around every page show? Product, policy, navigation, who is signed in.

A context processor; it reads the actor that the middleware loaded, and asks for the policies once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from departments import second_factor
from departments.actors import Actor
from departments.models import Language, Role
from langfang_policy import clock
from measures.models import Policy
from measures.pages.policy_choice import policy_at_hand, policy_of_page


@dataclass(frozen=True)
class NavigationItem:
    """An entry of the main navigation; `views` are the pages behind it. Some need to know of which policy."""

    label: str | Promise
    view: str
    views: tuple[str, ...]
    visible_to: Callable[[Actor], bool]
    is_of_policy: bool = False

    def shown_at(self, here: str, policy: Policy | None = None) -> dict[str, str]:
        """`here` is aria-current: this very page, or a page behind it."""
        place = "page" if here == self.view else "true" if here in self.views else ""
        words = {"policy": policy.slug} if policy and self.is_of_policy else {}
        return {"label": str(self.label), "href": reverse(self.view, kwargs=words), "here": place}


def everybody(actor: Actor) -> bool:
    return True


def holds(*roles: Role) -> Callable[[Actor], bool]:
    return lambda actor: actor.has_role(*roles)


def is_clerk_or_signer(actor: Actor) -> bool:
    return actor.serves_an_office(Role.CLERK, Role.SIGNER)


NAVIGATION = (
    NavigationItem(_("Overview"), "measures:overview", (), everybody, is_of_policy=True),
    NavigationItem(
        _("My updates"),
        "measures:my_updates",
        ("measures:update_edit", "measures:update_submit", "measures:update_withdraw"),
        holds(Role.REPORTER),
    ),
    NavigationItem(_("Review"), "measures:review_queue", (), holds(Role.REVIEWER)),
    NavigationItem(_("Check"), "measures:check_queue", ("measures:policy_check_queue",), is_clerk_or_signer),
    NavigationItem(
        _("Measures"),
        "measures:measure_list",
        (
            *(f"measures:measure_{page}" for page in ("detail", "state", "closure")),
            *(f"measures:closure_{act}" for act in ("request", "agree", "refuse")),
            "measures:light_override",
            "measures:matter_resolve",
        ),
        everybody,
        is_of_policy=True,
    ),
    NavigationItem(
        _("Departments"),
        "measures:department_list",
        ("measures:department_detail",),
        everybody,
        is_of_policy=True,
    ),
    NavigationItem(
        _("Periods"),
        "measures:period_list",
        tuple(f"measures:period_{act}" for act in ("detail", "plan", "open", "close", "reopen", "archive")),
        everybody,
        is_of_policy=True,
    ),
    NavigationItem(_("Reports"), "measures:report_list", (), everybody, is_of_policy=True),
    NavigationItem(_("Administration"), "admin:index", (), lambda actor: actor.is_admin),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Pages that fail early have no actor: they get the product's name only."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"product_name": settings.PRODUCT_NAME}
    return {
        "product_name": settings.PRODUCT_NAME,
        "demo_date": clock.demo_date(),
        "policy": policy_of_page(request),
        "nav": navigation_of(actor, request),
        "person": person_of(actor),
        "other_language": other_language(),
    }


def navigation_of(actor: Actor, request: HttpRequest) -> list[dict[str, str]]:
    if actor.user is None or actor.user.must_change_password or is_code_due(request):
        return []
    here = request.resolver_match.view_name if request.resolver_match else ""
    policy = policy_at_hand(request)
    return [
        item.shown_at(here, policy)
        for item in NAVIGATION
        if item.visible_to(actor) and (policy is not None or not item.is_of_policy)
    ]


def is_code_due(request: HttpRequest) -> bool:
    """The password was right, the second factor is still to be shown. Early failures have no session."""
    session = getattr(request, "session", {})
    return bool(session.get(second_factor.STATE) == second_factor.DUE)


def person_of(actor: Actor) -> dict[str, str] | None:
    if actor.user is None:
        return None
    roles = [str(Role(row.role).label) for row in actor.memberships]
    if actor.is_admin:
        roles.append(str(_("administrator")))
    return {
        "name": str(actor.user),
        "roles": pgettext("between words of a list", ", ").join(dict.fromkeys(roles)),
        "departments": "、".join(str(department) for department in actor.departments()),
    }


def other_language() -> dict[str, str]:
    other = Language.ENGLISH if get_language() == Language.CHINESE else Language.CHINESE
    return {"code": other.value, "name": str(other.label)}
