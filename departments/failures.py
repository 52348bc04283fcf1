"""What does a request get that failed by no fault of its sender: a busy database, a mistake of ours?

What was typed comes back in the page; after a busy database one button sends it again.
"""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from departments.posted_text import posted_fields, texts_of
from langfang_policy.locks import is_lock_conflict

RETRY_AFTER = 5  # seconds; no act holds its rows for longer
NOT_SENT_AGAIN = "password"


class BusyDatabase:
    """A view that met what somebody else held answers 503; nothing of it was stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return busy(request) if is_lock_conflict(exception) else None


def busy(request: HttpRequest) -> HttpResponse:
    """The page that sends the same form again: every field of it, but neither passwords nor files."""
    fields = posted_fields(request)
    whole = not request.FILES and not any(NOT_SENT_AGAIN in name for name, _value in fields)
    context = {
        "address": request.get_full_path(),
        "is_post": request.method == "POST",
        "fields": fields if whole else [],
        "texts": texts_of(fields),
    }
    page = loader.render_to_string("503.html", context)
    return HttpResponse(
        page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER)}
    )


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Outside of views, too, a busy database is no mistake of ours."""
    if is_lock_conflict(sys.exc_info()[1]):
        return busy(request)
    try:
        texts = texts_of(posted_fields(request))
    except Exception:  # the page must stand when nothing else does
        texts = []
    page = loader.render_to_string("500.html", {"texts": texts})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
