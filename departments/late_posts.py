"""What becomes of a form that arrives when the sign-in of its writer is over? No form has to think of it.

Who the writer was says a signed cookie, which names the last person whom this browser was signed in as. The
CSRF token is new at each sign-in: a form that is let through was opened in the sign-in that the cookie names.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments import held_posts
from departments.actors import ActingRequest
from departments.addresses import comes_from_page_of_ours, referring_page
from departments.held_posts import HeldPost
from departments.models import User
from departments.posted_text import give_text_back, kept_fields, posted_fields

COOKIE: Final = "writer"
SALT: Final = "departments.late_posts"
# Renewed while a session lasts, and read for longer than any: a form outlives the sign-in it was opened in.
RENEWED_AFTER: Final = timedelta(seconds=settings.SESSION_COOKIE_AGE)
READ_FOR: Final = RENEWED_AFTER + timedelta(hours=12)


def remember_writer(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """The browser keeps who is signed in. Signing out leaves it: another window may still send a form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        person = request.user
        if isinstance(person, User) and _named(request, RENEWED_AFTER) != person.pk:
            signed = signing.dumps(person.pk, salt=SALT)
            response.set_cookie(COOKIE, signed, httponly=True, samesite="Lax", secure=settings.HTTPS)
        return response

    return middleware


def writer_of(request: HttpRequest) -> User | None:
    """Who was signed in here last, if not too long ago, and may still sign in."""
    key = _named(request, READ_FOR)
    return None if key is None else User.objects.filter(pk=key, is_active=True).first()


def _named(request: HttpRequest, within: timedelta) -> int | None:
    try:
        return int(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=within))
    except signing.BadSignature:
        return None


def answer_late_post(request: HttpRequest, page: str) -> HttpResponse:
    """Nothing is carried out, and the way leads back to `page`, on which the form stood.

    What was typed waits for its writer; where nobody knows who that is it comes back at once.
    """
    writer, post = writer_of(request), _post_of(request, page)
    if post.fields and (writer is None or not held_posts.hold(writer, post)):
        return give_text_back(request)
    messages.warning(request, _told(writer, is_kept=bool(post.fields)))
    return redirect_to_login(page)


def answer_outdated_post(request: ActingRequest) -> HttpResponse:
    """Of a form that was opened before its sender signed in anew: the words come back at once, and are held.

    They are for whoever is signed in, and sent them: what no page of ours sends is kept for nobody.
    """
    post, person = _post_of(request, referring_page(request)), request.actor.user
    if person is None or not post.fields or not comes_from_page_of_ours(request):
        return give_text_back(request)
    if not held_posts.hold(person, post):
        return give_text_back(request)
    form = held_posts.form_sent_to(request.actor, post.address, post.fields)
    return give_text_back(request, post.until, form.labels if form else {})


def _post_of(request: HttpRequest, page: str) -> HeldPost:
    return HeldPost(timezone.now(), page, tuple(kept_fields(posted_fields(request))), request.path)


def _told(writer: User | None, *, is_kept: bool) -> str:
    if writer is None:
        return _("You were not signed in, so nothing was done. Sign in and repeat it.")
    if not is_kept:
        return _("You are no longer signed in, so nothing was done. Sign in and repeat it.")
    return _(
        "You are no longer signed in, so nothing was done. What you typed is kept for two hours: sign in as"
        " %(name)s to see it."
    ) % {"name": writer.username}
