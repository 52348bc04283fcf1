"""Which parts of a page does a telephone show unfolded? Those that its address names: no script. fold."""

from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()


@dataclass(frozen=True)
class Fold:
    """A part that a telephone folds; `href` is this page with this one part turned over."""

    id: str
    is_open: bool
    href: str


@register.simple_tag(takes_context=True)
def fold(context: dict[str, Any], name: str, number: object = "") -> Fold:
    """The part of that name and number: ?open=section-2&open=changed. All else of the address is kept."""
    part = f"{name}-{number}" if number != "" else name
    request = context["request"]
    query = request.GET.copy()
    opened = query.getlist("open")
    is_open = part in opened
    query.setlist("open", [other for other in opened if other != part] if is_open else [*opened, part])
    asked = query.urlencode()
    return Fold(part, is_open, f"{request.path}{'?' if asked else ''}{asked}#{part}")
