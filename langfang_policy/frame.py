"""What does the frame around every page show? Product, policy, navigation, who is signed in.

A context processor; it reads the actor that the middleware loaded, and asks for the policies once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from departments import second_factor
from departments.actors import Actor
from departments.models import Language, Role
from langfang_policy import clock
from langfang_policy.punctuation import listed
from measures import permissions, report_permissions
from measures.models import Policy
from measures.pages.issuing import BUTTONS
from measures.pages.policy_choice import policies_of, policy_at_hand, policy_of_page, unread_of


@dataclass(frozen=True)
class NavigationItem:
    """An entry of the main navigation; `views` are the pages behind it. Some need to know of which policy.

    `of_whom`: who is shown it of that policy, where that is not the same for each.
    """

    label: str | Promise
    view: str
    views: tuple[str, ...]
    visible_to: Callable[[Actor], bool]
    is_of_policy: bool = False
    of_whom: Callable[[Actor, Policy], bool] | None = None

    def is_for(self, actor: Actor, policy: Policy | None) -> bool:
        if not self.visible_to(actor) or (policy is None and self.is_of_policy):
            return False
        return self.of_whom is None or (policy is not None and self.of_whom(actor, policy))

    def shown_at(self, here: str, policy: Policy | None = None) -> dict[str, str]:
        """`here` is aria-current: this very page, or a page behind it."""
        place = "page" if here == self.view else "true" if here in self.views else ""
        slug = policy.slug if policy and self.is_of_policy else ""
        return {"label": str(self.label), "href": address_of(self.view, slug), "here": place}


def address_of(view: str, slug: str = "") -> str:
    """Of a page, of a policy where there is a slug; every page leads to many, always the same."""
    return _address_of(view, slug, get_script_prefix(), get_urlconf())


@lru_cache(maxsize=1024)
def _address_of(view: str, slug: str, _prefix: str, _urlconf: str | None) -> str:
    return reverse(view, args=[slug] if slug else [])


def everybody(actor: Actor) -> bool:
    return True


def writes(actor: Actor) -> bool:
    return bool(permissions.writes_for(actor))


def reviews(actor: Actor) -> bool:
    return bool(permissions.reviews_for(actor))


CHECKING = ("measures:check_queue", "measures:policy_check_queue")
OF_AN_UPDATE = ("update_edit", "update_submit", "update_withdraw", "update_extension", "update_inputs")
DRAFT_BUTTONS = tuple(button.name for button in BUTTONS.values())
NAVIGATION = (
    NavigationItem(
        _("Overview"), "measures:overview", ("measures:portfolio_list",), everybody, is_of_policy=True
    ),
    NavigationItem(
        _("My updates"),
        "measures:my_updates",
        tuple(f"measures:{page}" for page in ("my_updates_folded", *OF_AN_UPDATE)),
        writes,
    ),
    NavigationItem(_("Review"), "measures:review_queue", (), reviews),
    NavigationItem(_("Check"), CHECKING[0], CHECKING[1:], permissions.decides_in_an_office),
    NavigationItem(
        _("Measures"),
        "measures:measure_list",
        (
            *(f"measures:measure_{page}" for page in ("detail", "state", "closure", "waive", "designate")),
            "measures:designation_list",
            "measures:measure_matrix",
            *(f"measures:closure_{act}" for act in ("request", "agree", "refuse")),
            "measures:light_override",
            "measures:matter_resolve",
            "measures:matter_list",
            "measures:commitment_list",
        ),
        everybody,
        is_of_policy=True,
    ),
    NavigationItem(
        _("Departments"),
        "measures:department_list",
        tuple(f"measures:department_{page}" for page in ("detail", "waive", "office", "succession")),
        everybody,
        is_of_policy=True,
    ),
    NavigationItem(
        _("Periods"),
        "measures:period_list",
        (
            *(
                f"measures:period_{page}"
                for page in (
                    "detail",
                    "board",
                    "plan",
                    "next",
                    "open",
                    "dates",
                    "close",
                    "reopen",
                    "archive",
                    "urge",
                )
            ),
            *(f"measures:urge_{page}" for page in ("list", "detail", "sign", "answer", "document")),
            *(f"measures:extension_{act}" for act in ("list", "decide")),
        ),
        everybody,
        is_of_policy=True,
    ),
    NavigationItem(
        _("Reports"),
        "measures:report_list",
        (
            *("measures:act_register", "measures:snapshot_list"),
            *(f"measures:batch_{page}" for page in ("list", "detail", "create", "cancel", "retry", "file")),
            *(f"measures:issued_{page}" for page in ("list", "detail")),
            *(f"measures:draft_{page}" for page in ("create", "detail", "edit", *DRAFT_BUTTONS)),
        ),
        everybody,
        is_of_policy=True,
    ),
    # Others come to it from the reports.
    NavigationItem(
        pgettext_lazy("of acts", "Register"),
        "measures:act_register",
        ("measures:snapshot_list",),
        everybody,
        is_of_policy=True,
        of_whom=report_permissions.audits,
    ),
    NavigationItem(
        _("People"),
        "measures:people_list",
        tuple(
            f"measures:people_{page}"
            for page in ("detail", "add", "create", "deputy", "handover", "end", "import", "confirm")
        ),
        permissions.manages_people,
    ),
    NavigationItem(_("Administration"), "admin:index", (), lambda actor: actor.is_admin),
)
# Of which list a page of a policy is part, that is for the same people in each policy.
LIST_OF = {
    view: item.view
    for item in NAVIGATION
    for view in (item.view, *item.views)
    if item.is_of_policy and item.of_whom is None
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Pages that fail early have no actor: they get the product's name only."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"product_name": settings.PRODUCT_NAME}
    return {
        "product_name": settings.PRODUCT_NAME,
        "demo_date": clock.demo_date(),
        "policy": policy_of_page(request),
        "several_policies": not must_sign_in_first(actor, request) and len(policies_of(request)) > 1,
        "chooser": chooser_of(actor, request),
        "nav": navigation_of(actor, request),
        "person": person_of(actor),
        "acting": acting_of(actor, request),
        "inbox": inbox_of(actor, request),
        "search": search_of(actor, request),
        "other_language": other_language(),
    }


def navigation_of(actor: Actor, request: HttpRequest) -> list[dict[str, str]]:
    if must_sign_in_first(actor, request):
        return []
    here, policy = view_of(request), policy_at_hand(request)
    items = [item for item in NAVIGATION if item.is_for(actor, policy)]
    shown = [item.shown_at(here, policy) for item in items]
    # A page behind two of them stands behind the latter, which is for fewer people.
    for item in [item for item in shown if item["here"]][:-1]:
        item["here"] = ""
    return shown


def view_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def must_sign_in_first(actor: Actor, request: HttpRequest) -> bool:
    """Signed out, or may do nothing yet but change the password or show a code."""
    return actor.user is None or actor.user.must_change_password or is_code_due(request)


@dataclass(frozen=True)
class Chooser:
    """What the navigation is about: `title` is empty until one of several policies was visited."""

    title: str
    choices: list[dict[str, str]]  # label, href, here: aria-current; none where there is nothing to choose
    here: str  # aria-current of the page of all policies


def chooser_of(actor: Actor, request: HttpRequest) -> Chooser | None:
    """Leads to the same kind of page of another policy. None before there is a policy, and at the door."""
    if must_sign_in_first(actor, request) or not policies_of(request):
        return None
    own, at_hand, here = policy_of_page(request), policy_at_hand(request), view_of(request)
    policies = list(policies_of(request).values())
    choices = [
        {
            "label": policy.short_title,
            "href": same_page_of(policy, here, actor),
            "here": "page" if policy == own else "true" if policy == at_hand else "",
        }
        for policy in policies
    ]
    place = "page" if here == "measures:policy_list" else ""
    return Chooser(at_hand.short_title if at_hand else "", choices if len(policies) > 1 else [], place)


def same_page_of(policy: Policy, here: str, actor: Actor) -> str:
    """The list that this page belongs to; else, or where that is not for the actor, the overview."""
    view = LIST_OF.get(here, "measures:overview")
    if here in CHECKING and permissions.can_decide(actor, policy):
        view = "measures:policy_check_queue"
    return address_of(view, policy.slug)


def inbox_of(actor: Actor, request: HttpRequest) -> dict[str, Any] | None:
    """The way to one's messages and how many are unread; None at the door."""
    if must_sign_in_first(actor, request):
        return None
    view = "measures:message_list"
    here = "page" if view_of(request) == view else ""
    return {"href": address_of(view), "here": here, "unread": unread_of(request)}


def search_of(actor: Actor, request: HttpRequest) -> dict[str, str] | None:
    """The way to search in the policy at hand; None at the door, and where several wait to be chosen from."""
    policy = None if must_sign_in_first(actor, request) else policy_at_hand(request)
    if policy is None:
        return None
    view = "measures:search"
    return {"href": address_of(view, policy.slug), "here": "page" if view_of(request) == view else ""}


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
        "uuid": str(actor.user.uuid),
        "roles": listed(dict.fromkeys(roles)),
        "departments": listed(actor.departments()),
    }


@dataclass(frozen=True)
class ActingChoice:
    """For which department somebody with several acts: `name` is empty while all of them count."""

    name: str
    choices: list[tuple[str, str]]  # slug and name


def acting_of(actor: Actor, request: HttpRequest) -> ActingChoice | None:
    """None for who belongs to one department or none, and at the door."""
    departments = actor.departments()
    if must_sign_in_first(actor, request) or len(departments) < 2:
        return None
    name = str(actor.acting_for) if actor.acting_for else ""
    return ActingChoice(name, [(row.slug, str(row)) for row in departments])


def other_language() -> dict[str, str]:
    other = Language.ENGLISH if get_language() == Language.CHINESE else Language.CHINESE
    return {"code": other.value, "name": str(other.label)}
