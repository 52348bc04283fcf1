"""Can the body of a request be read? If not, the request ends here with 400, before anybody asks for a field.

Django reads a form lazily: the first to ask would be the check of the CSRF token, then the page of its own
failure, and a body that cannot be read would fail in each of them.
"""

import codecs
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.template import loader
from django.utils.http import parse_header_parameters

from departments.posted_text import texts_of

Application = Callable[[dict[str, Any], Any], Any]  # of WSGI
FOREIGN_CHARSET = "departments.foreign_charset"  # in the environment of a request
FORM = "application/x-www-form-urlencoded"
UNREADABLE = (
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
    UnreadablePostError,
    LookupError,
    ValueError,
)
CHUNK = 64 * 1024  # bytes
# What may follow after the answer is known is read and thrown away: a connection that is closed while its
# sender still writes shows a browser no page at all.
MOST_DISCARDED = 64 * 1024 * 1024  # bytes
# Encodings of office computers, in which text is given back after it was refused.
GUESSES = ("utf-8", "gb18030")


def with_readable_charset(application: Application) -> Application:
    """Around the whole site: Django reads the address by the charset of the body before any middleware runs,
    and one that is no text (rot13, hex) ends the connection without an answer.
    """

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        kind, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        charset = parameters.get("charset", "utf-8")
        if not is_utf8(charset):
            boundary = parameters.get("boundary", "")
            environ["CONTENT_TYPE"] = f"{kind}; boundary={boundary}" if boundary else kind
            environ[FOREIGN_CHARSET] = charset
        return application(environ, start_response)

    return wrapped


def readable_body(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request) if is_readable(request) else refusal(request)
        discard_rest(request)
        return response

    return middleware


def is_readable(request: HttpRequest) -> bool:
    """Every page of ours is UTF-8, so every form is. Reads the form once; later readers find it ready."""
    charset = request.META.get(FOREIGN_CHARSET) or (request.content_params or {}).get("charset")
    if charset is not None:
        if request.method not in {"GET", "HEAD"} and not is_utf8(charset):
            return False
        # Django knows UTF-8 under one name only, and would read the address by it too.
        request.encoding = "utf-8"
    try:
        request.POST  # noqa: B018  # reads and keeps it
        return request.content_type != FORM or is_form_in_utf8(request.body)
    except UNREADABLE:
        return False


def is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def is_form_in_utf8(body: bytes) -> bool:
    """Django would put U+FFFD in place of what it cannot read, and the text would be stored damaged."""
    try:
        parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def refusal(request: HttpRequest) -> HttpResponse:
    """The 400 page, with the texts of the form as far as any encoding makes sense of them."""
    page = loader.render_to_string("400.html", {"texts": texts_of(guessed_fields(request))})
    return HttpResponse(page, status=400)


def guessed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        body = request.body
    except (*UNREADABLE, RawPostDataException):
        return []
    if request.content_type != FORM:
        return []
    for encoding in GUESSES:
        try:
            return parse_qsl(body.decode(encoding), encoding=encoding, errors="strict")
        except UnicodeDecodeError:
            continue
    return parse_qsl(body.decode("utf-8", "replace"), errors="replace")


def discard_rest(request: HttpRequest) -> None:
    try:
        for _chunk in range(MOST_DISCARDED // CHUNK):
            if not request.read(CHUNK):
                return
    except (OSError, *UNREADABLE):
        return
