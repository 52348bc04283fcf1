"""Which filters in the address does a page not know? They are left out, and the frame of the page says so."""

from collections.abc import Container

from django.http import HttpRequest

LONGEST = 40  # characters of a value that are said again


def known_or_left_out(request: HttpRequest, name: str, known: Container[str]) -> str:
    """What the address asks for under that name; empty, and to be told, where there is no such thing."""
    asked: str = request.GET.get(name, "")
    if not asked or asked in known:
        return asked
    left_out = [*getattr(request, "left_out", []), asked[:LONGEST]]
    request.left_out = left_out  # type: ignore[attr-defined]  # the frame of the page alone reads it
    return ""
