"""Lights and counters as tags: the markup that the pages had while each of them was a template of its own."""

from collections.abc import Iterator

import pytest
from django.template import Context, Template
from django.test.html import parse_html
from django.utils import translation

from measures.lights import FilingState, Light
from measures.models import LightColour, LightReason

LIGHT = Template("""{% load i18n %}
  <span class="light light-{{ colour.value }}"
    ><i class="light-shape" aria-hidden="true">{{ colour.shape }}</i>{{ colour.label }}</span>
  {% if word %} <span class="soft">{{ colour.word }}</span>{% endif %}
  {% if lighter %} <span class="tag tag-strong">{% translate "lighter than the rules" %}</span>{% endif %}
  {% if reason %}<span class="light-reason">{{ reason }}</span>{% endif %}
""")
COUNTER = Template("""
<li>
  {% if href %}<a class="counter" href="{{ href }}"{% if here %} aria-current="true"{% endif %}>{% else %}<div
      class="counter">{% endif %}
    <span class="counter-label">{{ label|safe }}</span>
    <span class="counter-value">{{ value }}</span>
    <span class="counter-note">{{ note }}</span>
  {% if href %}</a>{% else %}</div>{% endif %}
</li>
""")


@pytest.fixture(autouse=True, params=["en", "zh-hans"])
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    with translation.override(request.param):
        yield


def shown(tag: str, **context: object) -> str:
    return Template("{% load lights %}{% " + tag + " %}").render(Context(context))


def as_before(template: Template, **context: object) -> object:
    return parse_html(template.render(Context(context)))


@pytest.mark.parametrize("colour", LightColour)
@pytest.mark.parametrize("reason", ["", "“落后”<b> & 其他"])
@pytest.mark.parametrize("lighter", [False, True])
def test_a_light_is_the_markup_that_the_template_made(
    colour: LightColour, reason: str, lighter: bool
) -> None:
    light = Light(colour, LightReason.OVERRIDDEN, lighter=lighter)
    markup = shown("light light reason=reason", light=light, reason=reason)
    assert parse_html(markup) == as_before(LIGHT, colour=colour, reason=reason, lighter=lighter)
    assert ("tag-strong" in markup) is lighter


@pytest.mark.parametrize("colour", LightColour)
def test_a_colour_alone_is_shown_with_its_word(colour: LightColour) -> None:
    assert parse_html(shown("light colour word=True", colour=colour)) == as_before(
        LIGHT, colour=colour, word=True
    )


@pytest.mark.parametrize("state", FilingState)
def test_a_filing_light_has_the_colour_of_its_state(state: FilingState) -> None:
    markup = shown("light state reason=state.label", state=state)
    assert parse_html(markup) == as_before(LIGHT, colour=state.colour, reason=state.label)


@pytest.mark.parametrize(("href", "here"), [("", False), ("?colour=red&a=<", False), ("?colour=red", True)])
def test_a_counter_is_the_markup_that_the_template_made(href: str, here: bool) -> None:
    markup = shown(
        "counter label value note href=href here=here", label="措施", value=7, note="&", href=href, here=here
    )
    assert parse_html(markup) == as_before(COUNTER, label="措施", value=7, note="&", href=href, here=here)


def test_a_counter_of_a_colour_has_its_words() -> None:
    label = shown("light colour word=True", colour=LightColour.RED)
    markup = shown("counter colour 3 'x'", colour=LightColour.RED)
    assert parse_html(markup) == as_before(COUNTER, label=label, value=3, note="x")
