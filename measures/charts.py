"""How are lights and numbers drawn? As SVG, the same on screen and on paper.

Numbers in, markup out: no counting, no query. Colours are attributes, because style sheets do not reach the
SVG of a document. Every light keeps its shape, so that everything can be read in black and white.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from langfang_policy.punctuation import listed
from measures.models import LightColour

Number = int | float | Decimal | Fraction

# In the order in which people report them: what goes well first.
COLOURS = (LightColour.GREEN, LightColour.YELLOW, LightColour.RED, LightColour.BLUE, LightColour.GREY)

_TILE, _PITCH = 16, 19
_COUNTS_WIDTH, _LEGEND_PITCH = 560, 112
_ROOM_FOR_A_SHAPE, _DIGIT = 18, 8
_BAR_WIDTH = 160
_TRACK, _UNDER_WAY, _LATE = "#e4e0d4", "#1e3a4f", "#a3211c"
_FRAME = "#1f1e1a"


@dataclass(frozen=True)
class Mark:
    """How a light is drawn in a box of 16 by 16: the shapes of LightColour.shape, without a font.

    `character` is that shape, where there is nothing but text; without a colour there was no light.
    """

    path: str
    fill: str
    stroke: str
    tint: str
    colour: LightColour | None = None

    @property
    def character(self) -> str:
        return self.colour.shape if self.colour else "–"

    @property
    def word(self) -> str:
        """What somebody hears who does not see it."""
        return str(self.colour.label) if self.colour else self.character


_DISC = "M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z"
_MARKS = {
    mark.colour: mark
    for mark in (
        Mark(_DISC, "#1f6b45", "none", "#cfe7d8", LightColour.GREEN),
        Mark("M8 3.2 13 12.4H3z", "#7a5200", "none", "#f6dfa6", LightColour.YELLOW),
        Mark("M4 4h8v8H4z", "#a3211c", "none", "#f4c4bf", LightColour.RED),
        Mark("M3.6 8.4 7 11.8 12.6 4.6", "none", "#1f4e9b", "#cddcf4", LightColour.BLUE),
        Mark(_DISC, "none", "#57544b", "#e4e0d4", LightColour.GREY),
    )
}
_NO_LIGHT = Mark("M5.5 8h5", "none", "#8b8778", "none")


@dataclass(frozen=True)
class StripCell:
    """A period's name and its light; None where the measure had none."""

    label: str
    colour: LightColour | None

    @property
    def words(self) -> str:
        return f"{self.label} {self.colour.label if self.colour else _('no light')}"


def light_strip(cells: Sequence[StripCell]) -> SafeString:
    """The last periods' lights, oldest first; the newest is framed. A row of a list has one: no template."""
    language, last = get_language(), len(cells) - 1
    tiles = [_tile(cell, number, number == last, language) for number, cell in enumerate(cells)]
    lights = _("; ").join(words for words, _markup in tiles)
    return format_html(
        '<svg class="chart chart-strip" xmlns="http://www.w3.org/2000/svg" width="{0}" height="18"'
        ' viewBox="0 0 {0} 18" role="img"><title>{1}</title>{2}</svg>',
        len(cells) * _PITCH,
        _("Lights by period: %(lights)s") % {"lights": lights},
        SafeString("".join(markup for _words, markup in tiles)),
    )


@lru_cache(maxsize=1024)  # the rows of a list have the same periods
def _tile(cell: StripCell, number: int, newest: bool, language: str | None) -> tuple[str, SafeString]:
    """Its words, and its markup; `language` is the active one, which the words are in."""
    mark, words = mark_of(cell.colour), cell.words
    markup = format_html(
        '<g transform="translate({} 1)"><title>{}</title>'
        '<rect width="16" height="16" rx="2" fill="{}" stroke="{}" stroke-width="1.2" />'
        '<path d="{}" fill="{}" stroke="{}" stroke-width="1.8" /></g>',
        number * _PITCH + 1,
        words,
        mark.tint,
        _FRAME if newest else "none",
        mark.path,
        mark.fill,
        mark.stroke,
    )
    return words, markup


def mark_of(colour: LightColour | None) -> Mark:
    return _MARKS[colour] if colour else _NO_LIGHT


_STEP, _LEVEL, _STEPS_LEFT = 58, 24, 62


def light_steps(cells: Sequence[StripCell], title: str = "") -> SafeString:
    """One measure's lights, oldest first: the lighter the higher, joined where period follows on period.

    `title` is another one where the cells are not periods.
    """
    levels = sorted(COLOURS, key=lambda colour: colour.severity)
    height_of = {colour: _LEVEL * number + _LEVEL // 2 for number, colour in enumerate(levels)}
    places = [
        (_STEPS_LEFT + number * _STEP + _STEP // 2, height_of[cell.colour] if cell.colour else None)
        for number, cell in enumerate(cells)
    ]
    context = {
        "levels": [{"y": height_of[colour], "label": colour.label} for colour in levels],
        "marks": [
            {"x": x, "y": y, "label": cell.label, "mark": mark_of(cell.colour)}
            for cell, (x, y) in zip(cells, places, strict=True)
        ],
        "joints": [
            {"x": x, "y": y, "next_x": next_x, "next_y": next_y}
            for (x, y), (next_x, next_y) in pairwise(places)
            if y is not None and next_y is not None
        ],
        "left": _STEPS_LEFT,
        "width": _STEPS_LEFT + len(cells) * _STEP,
        "height": _LEVEL * len(levels),
        "title": title or _("History of the light"),
        "words": _("; ").join(cell.words for cell in cells),
    }
    return render_to_string("components/_chart_steps.html", context)


def light_counts(counts: Mapping[LightColour, int]) -> SafeString:
    """One bar of all measures by light, with every count in words below it, including zeros."""
    total = sum(counts.values())
    segments, before = [], 0
    for colour in COLOURS:
        if count := counts.get(colour, 0):
            start, end = (_COUNTS_WIDTH * part / total for part in (before, before + count))
            segments.append(_segment(colour, count, start, end))
            before += count
    legend = [
        {
            "x": number * _LEGEND_PITCH,
            "mark": mark_of(colour),
            "words": f"{colour.label} {counts.get(colour, 0)}",
        }
        for number, colour in enumerate(COLOURS)
    ]
    words = _("Measures by light: %(lights)s") % {"lights": _("; ").join(str(row["words"]) for row in legend)}
    context = {"segments": segments, "legend": legend, "width": _COUNTS_WIDTH, "words": words}
    return render_to_string("components/_chart_counts.html", context)


def _segment(colour: LightColour, count: int, start: float, end: float) -> dict[str, object]:
    """A thin gap separates the segments; a narrow one shows its number only in the legend."""
    width, digits = end - start - 1, len(str(count))
    return {
        "mark": mark_of(colour),
        "x": _short(start),
        "width": _short(width),
        "middle": _short(start + width / 2 - _DIGIT / 2 * (digits - 1)),
        "number": count if width >= _ROOM_FOR_A_SHAPE + _DIGIT * digits else "",
    }


@dataclass(frozen=True)
class Column:
    """A period's name and its measures by light; None where no light was stored.

    `places`: where the rows stand that a part counts; on the screen it is a link to them.
    """

    label: str
    counts: Mapping[LightColour, int] | None
    places: Mapping[LightColour, str] = field(default_factory=dict)


_COLUMN, _COLUMN_PITCH, _TREND_HEIGHT, _ROOM_FOR_A_NUMBER = 46, 62, 120, 12


def light_trend(
    columns: Sequence[Column], title: str = "", names: Mapping[LightColour, str | Promise] | None = None
) -> SafeString:
    """What each period has of each light as one column, oldest first: red below, then what is less dark.

    Measures, unless `title` and `names` of the lights say something else.
    """
    most = max((sum(column.counts.values()) for column in columns if column.counts), default=0)
    drawn = [
        {"x": number * _COLUMN_PITCH, "label": column.label, "parts": _parts(column, most, names or {})}
        for number, column in enumerate(columns)
    ]
    told = _("; ").join(f"{column.label} {_said(column, names or {})}" for column in columns)
    context = {
        "columns": drawn,
        "width": max(len(columns) * _COLUMN_PITCH, _COLUMN_PITCH),
        "column": _COLUMN,
        "height": _TREND_HEIGHT,
        "title": title or _("Lights by period"),
        "words": told,
        "has_links": any(column.places for column in columns),
    }
    return render_to_string("components/_chart_trend.html", context)


def _said(column: Column, names: Mapping[LightColour, str | Promise]) -> str:
    if column.counts is None:
        return _("no light")
    shown = [(names.get(colour, colour.label), colour) for colour in COLOURS if not names or colour in names]
    return listed(f"{name} {column.counts.get(colour, 0)}" for name, colour in shown)


def _parts(column: Column, most: int, names: Mapping[LightColour, str | Promise]) -> list[dict[str, object]]:
    """From the ground up; in a column that is too low for them the numbers are only in the table."""
    darkest_first = sorted(COLOURS, key=lambda found: -found.severity)
    counts = {c: n for c in darkest_first if (n := (column.counts or {}).get(c, 0))}
    heights = _heights(list(counts.values()), _TREND_HEIGHT * sum(counts.values()) / most) if counts else []
    parts, ground = [], float(_TREND_HEIGHT)
    for (colour, count), height in zip(counts.items(), heights, strict=True):
        ground -= height
        parts.append(
            {
                "mark": mark_of(colour),
                "y": _short(ground),
                "height": _short(max(height - 1, 1)),
                "middle": _short(ground + height / 2),
                "number": count if height >= _ROOM_FOR_A_NUMBER else "",
                "place": column.places.get(colour, ""),
                "words": f"{column.label} {names.get(colour, colour.label)} {count}",
            }
        )
    return parts


def _heights(counts: Sequence[int], whole: float) -> list[float]:
    """Of a column: the share of each part, but room for its number, which the larger parts give up."""
    low = list[int]()
    while len(low) * _ROOM_FOR_A_NUMBER <= whole:
        rest = whole - len(low) * _ROOM_FOR_A_NUMBER
        others = sum(count for place, count in enumerate(counts) if place not in low)
        heights = [
            float(_ROOM_FOR_A_NUMBER) if place in low else rest * count / others
            for place, count in enumerate(counts)
        ]
        lower = [place for place, height in enumerate(heights) if height < _ROOM_FOR_A_NUMBER]
        if not lower:
            return heights
        low += lower
    return [whole * count / sum(counts) for count in counts]


def progress_bar(
    label: str,
    figure: str,
    value: Number,
    floor: Number | None = None,
    ceiling: Number | None = None,
    *,
    late: bool = False,
    interim: Number | None = None,
    projected: Number | None = None,
    description: str = "",
) -> SafeString:
    """How far a commitment is: marks at floor and ceiling, a triangle at the interim target.

    A hatched part goes on to what is `projected`. The bar is as long as the largest of them, so that
    over-fulfilment is visible. It is green from the floor on and red only if `late`.
    """
    scale = max(value, floor or 0, ceiling or 0, interim or 0, projected or 0)
    met = floor is not None and value >= floor
    ahead = projected is not None and projected > value
    context = {
        "words": f"{label} {figure}",
        "description": description,
        "track": _TRACK,
        "bar_width": _BAR_WIDTH,
        "done": _along(value, scale),
        "colour": _MARKS[LightColour.GREEN].fill if met else _LATE if late else _UNDER_WAY,
        "floor": _along(floor, scale),
        "ceiling": _along(ceiling, scale) if ceiling != floor else "",
        "interim": _along(interim, scale),
        "projected": _along(projected, scale) if ahead else "",
    }
    return render_to_string("components/_chart_progress.html", context)


def _along(value: Number | None, scale: Number) -> str:
    """The place on the bar; empty without a mark. 0 of 0 is at the start."""
    if value is None:
        return ""
    return _short(_BAR_WIDTH * float(value) / float(scale)) if scale else "0"


def _short(number: float) -> str:
    """A coordinate as text, independent of the number format of the language."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
