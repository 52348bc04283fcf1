"""How does a row of a list show its light, and a counter its number? Markup made here, without a template.

A page shows a hundred lights; as a template of its own each would cost more than the query that found it.
"""

from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from measures.charts import COLOURS
from measures.lights import FilingState, Light
from measures.models import LightColour

register = template.Library()

Shown = LightColour | Light | FilingState


@register.simple_tag
def light(shown: Shown, reason: str | Promise = "", *, word: bool = False) -> SafeString:
    """Shape, word, colour, and the reason in a sentence; `word` adds what the colour says of a measure.

    Marked where the office set it lighter than the rules would (docs/domain.md 6.13).
    """
    colour = shown if isinstance(shown, LightColour) else shown.colour
    markup = _face(colour, get_language())
    if word:
        markup += format_html(' <span class="soft">{}</span>', colour.word)
    if isinstance(shown, Light) and shown.lighter:
        markup += format_html(' <span class="tag tag-strong">{}</span>', _("lighter than the rules"))
    if reason:
        markup += format_html(' <span class="light-reason">{}</span>', reason)
    return markup


@lru_cache
def _face(colour: LightColour, language: str | None) -> SafeString:
    """What all lights of the colour have in common; `language` is the active one, which the words are in."""
    return format_html(
        '<span class="light light-{}"><i class="light-shape" aria-hidden="true">{}</i>{}</span>',
        colour.value,
        colour.shape,
        colour.label,
    )


@register.simple_tag
def counter(
    label: LightColour | str, value: object, note: str = "", *, href: str = "", here: bool = False
) -> SafeString:
    """One counter of a <ul class="counters">; with an address it is a filter, which is on where it is `here`.

    Its label is words, or a colour, which has its own.
    """
    inner = format_html(
        '<span class="counter-label">{}</span> <span class="counter-value">{}</span>'
        ' <span class="counter-note">{}</span>',
        light(label, word=True) if isinstance(label, LightColour) else label,
        value,
        note,
    )
    if not href:
        return format_html('<li><div class="counter">{}</div></li>', inner)
    current = SafeString(' aria-current="true"') if here else ""
    return format_html('<li><a class="counter" href="{}"{}>{}</a></li>', href, current, inner)


@register.simple_tag
def light_cells(counts: Mapping[LightColour, int], place: str) -> SafeString:
    """How many measures show each light, in the order of the legend: the last cells of a row of a table.

    Each leads to these measures; `place` is their list, narrowed to what the row counts.
    """
    language = get_language()
    cells = (
        format_html('<a href="{}&amp;light={}">{}</a>', place, colour.value, counts[colour])
        if counts[colour]
        else "0"
        for colour in COLOURS
    )
    pairs = zip((_beginning(colour, language) for colour in COLOURS), cells, strict=True)
    return format_html_join("", "{}{}</td>", pairs)


@lru_cache
def _beginning(colour: LightColour, language: str | None) -> SafeString:
    """Of a cell; `language` is the active one, which the label is in."""
    return format_html('<td class="figure" data-label="{}">', colour.label)
