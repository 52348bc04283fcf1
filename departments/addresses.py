"""From where does a request come, and where may it go on to, as far as what it says can be believed?"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def client_address(request: HttpRequest) -> str:
    """The peer; behind a proxy on this machine, the address that the proxy wrote last, if it is one.

    Asked by the lock-out: without it everybody behind the proxy would share one address, and a stranger
    could lock anybody out.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return forwarded if is_address(forwarded) and (peer in LOOPBACK or not peer) else peer


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_page_of_ours(request: HttpRequest, wanted: str) -> bool:
    """A path on this site; a bare word is none, redirect() would take it for the name of a view."""
    return wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )


def comes_from_page_of_ours(request: HttpRequest) -> bool:
    """What the browser itself says of the page that sends a form; where it says nothing, no.

    The cookie of the session is kept from other sites (SameSite), not from a neighbour below the same domain.
    """
    told = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER", "")
    is_whole = told.startswith(("http://", "https://"))  # "null" would pass for a path
    return is_whole and url_has_allowed_host_and_scheme(
        told, {request.get_host()}, require_https=request.is_secure()
    )


def referring_page(request: HttpRequest) -> str:
    """The path of the page that sent this request, if it is one of ours; else the start."""
    referer = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
