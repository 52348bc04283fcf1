"""The charts as markup: well formed, told in words, readable without colour, free of what a CSP refuses."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.test.html import parse_html
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from measures.charts import (
    COLOURS,
    Column,
    StripCell,
    light_counts,
    light_steps,
    light_strip,
    light_trend,
    mark_of,
    progress_bar,
)
from measures.models import LightColour

SVG = "{http://www.w3.org/2000/svg}"
GREEN, RED, GREY = LightColour.GREEN, LightColour.RED, LightColour.GREY
SIX = [
    StripCell("2019年第一季度", None),
    *(StripCell(f"第{number}期", colour) for number, colour in enumerate(COLOURS)),
]


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def read(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup[markup.index("<svg") :])  # noqa: S314  # our own markup


def told(svg: ElementTree.Element) -> str:
    title = svg.find(f"{SVG}title")
    assert title is not None
    return title.text or ""


def texts(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def attributes(svg: ElementTree.Element, tag: str, name: str) -> list[str]:
    return [element.get(name, "") for element in svg.iter(f"{SVG}{tag}")]


@pytest.mark.parametrize(
    "markup",
    [
        light_strip(SIX),
        light_counts({GREEN: 3, RED: 1}),
        light_counts({}),
        progress_bar("窗口", "9/11", 9, 11),
    ],
)
def test_chart_is_an_image_with_a_title_and_nothing_that_a_csp_refuses(markup: str) -> None:
    svg = read(markup)
    assert svg.get("role") == "img"
    assert told(svg)
    for element in svg.iter():
        assert not {"style", "id", "onload"} & set(element.keys())
        assert element.tag not in {f"{SVG}style", f"{SVG}script"}


def test_strip_tells_every_period_and_frames_the_newest() -> None:
    svg = read(light_strip(SIX))
    assert told(svg).startswith("Lights by period: 2019年第一季度 no light; 第0期 green light; ")
    frames = attributes(svg, "rect", "stroke")
    assert frames[:-1] == ["none"] * 5
    assert frames[-1] != "none"


def test_strip_tells_lights_apart_by_shape() -> None:
    svg = read(light_strip(SIX))
    shapes = [(path.get("d"), path.get("fill") == "none") for path in svg.iter(f"{SVG}path")]
    assert len(set(shapes)) == 6


STRIP = Template("""
<svg class="chart chart-strip" xmlns="http://www.w3.org/2000/svg" width="{{ width }}" height="18"
    viewBox="0 0 {{ width }} 18" role="img">
  <title>{{ words }}</title>
  {% for tile in tiles %}
    <g transform="translate({{ tile.x }} 1)">
      <title>{{ tile.words }}</title>
      <rect width="16" height="16" rx="2" fill="{{ tile.mark.tint }}"
          stroke="{% if forloop.last %}#1f1e1a{% else %}none{% endif %}" stroke-width="1.2" />
      <path d="{{ tile.mark.path }}" fill="{{ tile.mark.fill }}"
          stroke="{{ tile.mark.stroke }}" stroke-width="1.8" />
    </g>
  {% endfor %}
</svg>""")


@pytest.mark.parametrize("cells", [SIX, SIX[:1], [], [StripCell("<b> & “期”", RED)]])
def test_strip_is_the_markup_that_a_template_made(cells: list[StripCell]) -> None:
    markup = light_strip(cells)
    tiles = [
        {"x": x, "mark": mark_of(cell.colour), "words": cell.words}
        for x, cell in zip(range(1, 500, 19), cells, strict=False)
    ]
    context = {"width": 19 * len(cells), "words": told(read(markup)), "tiles": tiles}
    assert parse_html(markup) == parse_html(STRIP.render(Context(context)))


def test_strip_of_nothing_is_empty_and_well_formed() -> None:
    assert attributes(read(light_strip([])), "rect", "x") == []


def test_names_are_escaped() -> None:
    assert "<b>" not in light_strip([StripCell("<b>", GREEN)])
    assert told(read(progress_bar("<i> & co", "1/2", 1, 2))) == "<i> & co 1/2"


def test_counts_show_every_light_with_its_number() -> None:
    svg = read(light_counts({GREEN: 10, RED: 2, GREY: 3}))
    legend = texts(svg)[-5:]
    assert legend == ["green light 10", "yellow light 0", "red light 2", "blue light 0", "grey light 3"]
    assert texts(svg)[:-5] == ["10", "2", "3"]
    assert told(svg).endswith("; ".join(legend))


def test_counts_leave_a_narrow_number_to_the_legend() -> None:
    svg = read(light_counts({GREEN: 99, RED: 1}))
    assert texts(svg)[:-5] == ["99"]
    assert "red light 1" in texts(svg)


def test_single_measure_of_twenty_keeps_its_number_in_the_bar() -> None:
    assert texts(read(light_counts({GREEN: 19, RED: 1})))[:-5] == ["19", "1"]


@given(st.dictionaries(st.sampled_from(LightColour), st.integers(0, 500)))
def test_segments_follow_each_other_and_fill_the_bar(counts: Mapping[LightColour, int]) -> None:
    rects = list(read(light_counts(counts)).iter(f"{SVG}rect"))
    ends = [float(rect.get("x", "")) + float(rect.get("width", "")) for rect in rects]
    starts = [float(rect.get("x", "")) for rect in rects]
    assert starts[0] == 0
    assert ends[-1] == pytest.approx(559 if sum(counts.values()) else 560, abs=0.02)
    for end, start in zip(ends, starts[1:], strict=False):
        assert start - end == pytest.approx(1, abs=0.02)


def bar(markup: str) -> tuple[str, str, list[str]]:
    """Length and colour of the done part, and the marks from the left."""
    svg = read(markup)
    rects = list(svg.iter(f"{SVG}rect"))
    return rects[1].get("width", ""), rects[1].get("fill", ""), attributes(svg, "path", "d")


def test_progress_is_measured_against_floor_and_ceiling() -> None:
    assert bar(progress_bar("基地", "1/1—2", 1, 1, 2)) == ("80", "#1f6b45", ["M160 2v12", "M80 1v14"])


def test_progress_above_the_ceiling_shows() -> None:
    length, _colour, marks = bar(progress_bar("基地", "4/1—2", Decimal(4), Decimal(1), Decimal(2)))
    assert (length, marks) == ("160", ["M80 2v12", "M40 1v14"])


def test_progress_is_red_only_when_late_and_unmet() -> None:
    assert bar(progress_bar("窗口", "9/11", Fraction(9), Fraction(11)))[1] == "#1e3a4f"
    assert bar(progress_bar("窗口", "9/11", 9, 11, late=True))[1] == "#a3211c"
    assert bar(progress_bar("窗口", "11/11", 11, 11, late=True))[1] == "#1f6b45"


def test_progress_without_a_target_has_no_marks() -> None:
    assert bar(progress_bar("服务活动", "4", 4)) == ("160", "#1e3a4f", [])
    assert bar(progress_bar("服务活动", "0", 0))[0] == "0"


def test_mark_at_the_very_start_is_drawn() -> None:
    assert bar(progress_bar("承诺", "3/0", 3, 0))[2] == ["M0 1v14"]


def test_equal_floor_and_ceiling_are_one_mark() -> None:
    assert bar(progress_bar("承诺", "0/1", 0, 1, 1))[2] == ["M160 1v14"]


def test_charts_are_template_tags() -> None:
    tags = "{% light_strip cells %}{% light_counts counts %}{% progress_bar '窗口' '9/11' 9 11 late=True %}"
    template = Template("{% load charts %}" + tags)
    assert template.render(Context({"cells": SIX, "counts": {RED: 1}})).count("<svg") == 3


def test_numbers_are_written_for_machines_in_every_language() -> None:
    with translation.override("de"):
        assert bar(progress_bar("承诺", "1/3", 1, 3))[0] == "53.33"


def test_progress_bar_marks_the_interim_target_and_what_is_projected() -> None:
    bar = progress_bar("新签", "3/8", 3, 8, interim=4, projected=6, description="interim target 4")
    svg = read(bar)
    assert [element.text for element in svg.iter(f"{SVG}desc")] == ["interim target 4"]
    assert attributes(svg, "rect", "width") == ["160", "120", "60"]
    assert any(path.startswith("M80 9") for path in attributes(svg, "path", "d"))
    plain = progress_bar("新签", "3/8", 3, 8, projected=3)
    assert ("<desc>" in plain, attributes(read(plain), "rect", "width")) == (False, ["160", "60"])


def test_light_trend_stacks_the_lights_of_each_period_and_tells_them_in_words() -> None:
    """One of 31 has its number; a whole column too low for one is drawn all the same."""
    columns = [Column("2019Q4", None), Column("2020Q1", {GREEN: 30, RED: 1}), Column("2020Q2", {GREEN: 1})]
    svg = read(light_trend(columns))
    told_of = svg.find(f"{SVG}desc")
    assert told_of is not None
    assert (told_of.text or "").startswith(
        "2019Q4 no light; 2020Q1 green light 30, yellow light 0, red light 1"
    )
    assert texts(svg) == ["2019Q4", "1", "30", "2020Q1", "2020Q2"]
    assert attributes(svg, "rect", "height") == ["11", "107", "2.87"], "red, green, and green alone"
    assert len(attributes(svg, "rect", "height")) == 3
    assert attributes(read(light_trend([])), "rect", "height") == []


def test_light_trend_leads_from_each_part_to_its_rows_where_it_is_told_where_they_are() -> None:
    """An image has no links inside: with them the whole is a group. Words and numbers stay the same."""
    counts = {GREEN: 3, RED: 1}
    places = {colour: f"/rows/?period=2020Q1&light={colour}" for colour in counts}
    linked = read(light_trend([Column("2020Q1", counts, places), Column("2020Q2", None)]))
    plain = read(light_trend([Column("2020Q1", counts), Column("2020Q2", None)]))
    assert [(link.get("href"), told(link)) for link in linked.iter(f"{SVG}a")] == [
        (places[RED], "2020Q1 red light 1"),
        (places[GREEN], "2020Q1 green light 3"),
    ]
    assert [len(list(link.iter(f"{SVG}rect"))) for link in linked.iter(f"{SVG}a")] == [1, 1]
    assert (linked.get("role"), plain.get("role")) == ("group", "img")
    assert (list(plain.iter(f"{SVG}a")), texts(linked)) == ([], texts(plain))


def test_light_steps_join_periods_that_follow_each_other_and_leave_gaps_open() -> None:
    cells = [StripCell("一", GREEN), StripCell("二", RED), StripCell("三", None), StripCell("四", GREY)]
    svg = read(light_steps(cells))
    assert told(svg) == "History of the light"
    paths = attributes(svg, "path", "d")
    assert [path for path in paths if "L" in path and path.startswith("M91 ")] == ["M91 36L149 108"]
    assert len(attributes(svg, "rect", "rx")) == 3
    assert texts(svg)[-4:] == ["一", "二", "三", "四"]
    assert [element.text for element in svg.iter(f"{SVG}desc")] == [
        "一 green light; 二 red light; 三 no light; 四 grey light"
    ]
