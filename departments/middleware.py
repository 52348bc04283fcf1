"""Who is asking, in which language, and may the request go on? Decided before any view runs.

It signs out who was idle, loads request.actor, sends strangers to the sign-in page and holders of
a first password to the password page. What somebody may do is not decided here.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from departments import accounts, second_factor
from departments.actors import ACTING_FOR, Actor
from departments.addresses import referring_page
from departments.late_posts import answer_late_post
from departments.models import Language, User
from departments.posted_text import give_text_back, posted_fields, texts_of
from departments.sessions import LAST_SEEN
from langfang_policy import clock

GetResponse = Callable[[HttpRequest], HttpResponse]

REWRITE_AFTER = 60  # seconds: a busy page must not write the session at every request


def never_cached(get_response: GetResponse) -> GetResponse:
    """No browser and no proxy keeps a page: the next person at the computer must not find it by going back.

    Static files are answered before, by WhiteNoise, with rules of their own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return middleware


def chosen_language(get_response: GetResponse) -> GetResponse:
    """The person's choice, else the cookie, else Chinese; the browser's own wish is not asked.

    Instead of Django's LocaleMiddleware: office computers often come with an English browser.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def language_of(request: HttpRequest) -> str:
    chosen = request.user.language if isinstance(request.user, User) else ""
    wanted = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in Language.values else settings.LANGUAGE_CODE


def dated_as_acts(get_response: GetResponse) -> GetResponse:
    """What a request records of accounts stands at the time of acts: in a demo on the demo's own day."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with accounts.recorded_at(clock.now()):
            return get_response(request)

    return middleware


def idle_time_out(get_response: GetResponse) -> GetResponse:
    """Signs out who has not asked for anything for IDLE_MINUTES, then lets the request run on.

    A page that asks for itself anew (?watch=) is looked on by nobody who acts: it puts nothing off.

    The view then sees an anonymous visitor, so views without `login_not_required` redirect to the
    sign-in page. A view that keeps posted text is marked `login_not_required`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            leave_if_idle(request)
        return get_response(request)

    return middleware


def leave_if_idle(request: HttpRequest) -> None:
    moment = int(timezone.now().timestamp())  # not the demo clock: that one runs in circles
    idle = moment - request.session.get(LAST_SEEN, moment - REWRITE_AFTER)
    if idle > settings.IDLE_MINUTES * 60:
        logout(request)
        messages.warning(
            request,
            _("You were signed out after %(minutes)d minutes without activity. Please sign in again.")
            % {"minutes": settings.IDLE_MINUTES},
        )
    elif idle >= REWRITE_AFTER and "watch" not in request.GET:
        request.session[LAST_SEEN] = moment


def acting_person(get_response: GetResponse) -> GetResponse:
    """Sets request.actor: one query for a signed-in person, none for a visitor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        actor = Actor.load(request.user, clock.today(), request.session.get(ACTING_FOR))
        request.actor = actor  # type: ignore[attr-defined]  # see actors.ActingRequest
        return get_response(request)

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Every page needs a signed-in person unless its view says `login_not_required`."""

    def handle_no_permission(  # type: ignore[override]  # text of nobody known comes back in a page
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """After an act that came too late the person returns to the page that they acted on."""
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        return answer_late_post(request, referring_page(request))


class SecondFactorRequired:
    """Who has given the password only, where a code is due too, can only show the code, or leave."""

    OPEN = frozenset({"departments:logout", "departments:language", "admin:logout", "healthz"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        page = page_of_second_factor(request)
        if not page or (request.resolver_match and request.resolver_match.view_name in {page, *self.OPEN}):
            return None
        return redirect_to_due_page(request, page)


def redirect_to_due_page(request: HttpRequest, page: str) -> HttpResponse:
    """To the page that is due first; but who was writing gets the text back."""
    if request.method == "POST" and texts_of(posted_fields(request)):
        return give_text_back(request)
    return redirect(page)


def page_of_second_factor(request: HttpRequest) -> str:
    """Where a code is asked for, or the telephone is set up; empty when nothing is due."""
    state = request.session.get(second_factor.STATE)
    if not isinstance(request.user, User) or state == second_factor.SHOWN:
        return ""
    if state == second_factor.DUE:
        return "departments:second_factor_check"
    actor = request.actor  # type: ignore[attr-defined]  # see actors.ActingRequest
    if not second_factor.is_required(actor) or clock.demo_date():
        return ""  # a demo is stepped into without a password
    has_device = second_factor.device_of(request.user) is not None
    return "departments:second_factor_check" if has_device else "departments:second_factor"


class PasswordChangeRequired:
    """Who holds a password that somebody else chose can only change it, or leave."""

    OPEN = frozenset(
        {
            "departments:password_change",
            "departments:second_factor",
            "departments:second_factor_check",
            "departments:logout",
            "departments:language",
            "admin:logout",
            "healthz",
        }
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or not user.must_change_password:
            return None
        if request.resolver_match and request.resolver_match.view_name in self.OPEN:
            return None
        return redirect_to_due_page(request, "departments:password_change")


def method_not_allowed_page(get_response: GetResponse) -> GetResponse:
    """An act's address opened as a page: our page says that nothing was done; Django says nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return middleware
