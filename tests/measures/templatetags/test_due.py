"""How deadlines are said."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test.html import parse_html
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import strip_tags

from measures.models import ProgressUpdate
from measures.templatetags.due import day_words, due_words, is_past, remaining

DUE = date(2020, 7, 7)


@pytest.mark.parametrize(
    ("on", "words", "past"),
    [
        (date(2020, 7, 3), "4 days left", False),
        (date(2020, 7, 6), "1 day left", False),
        (date(2020, 7, 7), "due today", False),
        (date(2020, 7, 8), "1 day overdue", True),
        (date(2020, 7, 10), "3 days overdue", True),
    ],
)
def test_remaining_counts_days_and_includes_the_last(on: date, words: str, past: bool) -> None:
    with translation.override("en"):
        assert (remaining(DUE, on), is_past(DUE, on)) == (words, past)


def test_dates_are_written_without_leading_zeros_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert date_format(DUE, "MONTH_DAY_FORMAT") == "7月7日"


@pytest.mark.parametrize(("on", "words"), [(DUE, "7月7日"), (date(2021, 1, 4), "2020年7月7日")])
def test_day_of_another_year_is_said_with_its_year(on: date, words: str) -> None:
    with translation.override("zh-hans"):
        assert day_words(DUE, on) == words


DUE_WORDS = """{% load due i18n %}
{% with until=update.effective_due_on|day_words:on first=update.due_on|day_words:on %}
  {% if update.state == "returned" and update.back_due_on %}
    <span>{% blocktranslate trimmed %}
      Was due {{ first }}; bring it back by <b>{{ until }} (included)</b>
    {% endblocktranslate %}</span>
  {% else %}
    <span>{% blocktranslate %}Due <b>{{ until }} (included)</b>{% endblocktranslate %}</span>
  {% endif %}
  {% if update.first_submitted_at %} ·
    <span>{% blocktranslate trimmed with day=update.first_submitted_at|date:"MONTH_DAY_FORMAT" %}
      first submitted {{ day }}
    {% endblocktranslate %}</span>
  {% endif %}
  {% if update.is_still_owed %} ·
    <span class="nowrap{% if not update.first_submitted_at and update.due_on|is_past:on %} late{% endif %}"
      >{{ update.effective_due_on|remaining:on }}</span>
  {% endif %}
{% endwith %}"""
LATE_IN_THE_EVENING = datetime(2020, 7, 5, 17, tzinfo=UTC)  # the 6th in China


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("on", [date(2020, 7, 6), date(2020, 7, 20), date(2021, 1, 4)])
@pytest.mark.parametrize("submitted", [None, LATE_IN_THE_EVENING])
@pytest.mark.parametrize(
    ("state", "back"),
    [
        ("due", None),
        ("returned", date(2020, 7, 14)),
        ("returned", None),
        ("submitted", None),
        ("waived", None),
    ],
)
def test_due_words_are_the_markup_that_a_template_made(
    language: str, on: date, submitted: datetime | None, state: str, back: date | None
) -> None:
    update = ProgressUpdate(state=state, due_on=DUE, back_due_on=back, first_submitted_at=submitted)
    context = Context({"update": update, "on": on})
    with translation.override(language):
        markup = Template("{% load due %}{% due_words update on %}").render(context)
        assert parse_html(markup) == parse_html(Template(DUE_WORDS).render(context))


def test_due_words_set_their_parts_apart() -> None:
    update = ProgressUpdate(
        state="returned", due_on=DUE, back_due_on=DUE, first_submitted_at=LATE_IN_THE_EVENING
    )
    with translation.override("zh-hans"):
        words = strip_tags(due_words(update, date(2020, 7, 11)))
    assert words == "原截止 7月7日，退回后请于 7月7日（含）前重新报送 · 7月6日首次报送 · 已过 4 天"
