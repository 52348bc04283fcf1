"""Where is another page of a list, where a page has several of them? page_address."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def page_address(context: dict[str, Any], name: str, number: int, anchor: str = "") -> str:
    """This address with the number of the page in the parameter of that name; all else is kept."""
    query = context["request"].GET.copy()
    query[name or "page"] = str(number)
    return f"?{query.urlencode()}{f'#{anchor}' if anchor else ''}"
