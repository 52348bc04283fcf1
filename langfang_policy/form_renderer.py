"""How does a page draw the boxes of its forms? As Django does, the plain ones without its templates.

A queue has a form in each row: its boxes are a hundred templates, which cost more than all that is read. What
is drawn here is, letter by letter, what Django's own templates draw; widgets of other kinds still use them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]


class PlainRenderer(DjangoTemplates):
    """Named in the settings."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return draw(context["widget"]).strip()


def attributes(widget: Widget) -> str:
    """With a blank before each; True stands without a value, False not at all."""
    drawn = (
        f" {conditional_escape(name)}" + ("" if value is True else f'="{conditional_escape(str_of(value))}"')
        for name, value in widget["attrs"].items()
        if value is not False
    )
    return "".join(drawn)


def str_of(value: object) -> str:
    """What is marked as safe stays so."""
    return value if isinstance(value, SafeString) else str(value)


def box(widget: Widget) -> str:
    """Of one line, hidden or seen, or a mark to set."""
    value = widget["value"]
    said = "" if value is None else f' value="{conditional_escape(str_of(value))}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{said}{attributes(widget)}>'


def lines(widget: Widget) -> str:
    """A box of several lines."""
    value = widget["value"]
    said = conditional_escape(localize(value)) if value else ""
    return f'<textarea name="{conditional_escape(widget["name"])}"{attributes(widget)}>\n{said}</textarea>'


def choice(widget: Widget) -> str:
    """A list to choose from, in groups or without."""
    groups = "".join(group(label, options) for label, options, _number in widget["optgroups"])
    return f'<select name="{conditional_escape(widget["name"])}"{attributes(widget)}>{groups}\n</select>'


def group(label: str | None, options: Iterable[Widget]) -> str:
    drawn = "".join(f"\n  {option(row)}" for row in options)
    return f'\n  <optgroup label="{conditional_escape(label)}">{drawn}\n  </optgroup>' if label else drawn


def option(widget: Widget) -> str:
    value, label = (
        conditional_escape(str_of(widget["value"])),
        conditional_escape(str_of(localize(widget["label"]))),
    )
    return f'<option value="{value}"{attributes(widget)}>{label}</option>\n'


DRAWN: Final[Mapping[str, Callable[[Widget], str]]] = {
    f"django/forms/widgets/{name}.html": draw
    for names, draw in (
        (("hidden", "input", "text", "number", "email", "password", "date"), box),
        (("textarea",), lines),
        (("select",), choice),
    )
    for name in names
}
