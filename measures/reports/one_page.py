"""Which rows does a document of one page leave out? Those at the end of its tables that find no room.

How high everything is says whoever lays it out: WeasyPrint's boxes for a PDF, an estimate for a Word file.
It must not import WeasyPrint.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

# Of the room: so much of it an earlier table is sure of, where it needs so much.
SURE: Final = 0.3
# A line of such a document, in WeasyPrint's pixels: 22 pt.
LINE: Final = 22 * 96 / 72


@dataclass
class Part:
    """A table: how high its head is, each of its rows, and the line that counts what is left out.

    `told` is that line with a place for the number; `beyond`: how many rows were left out before.
    """

    name: str = ""
    told: str = ""
    beyond: int = 0
    head: float = 0.0
    line: float = 0.0
    rows: list[float] = field(default_factory=list)

    def height(self, shown: int) -> float:
        head = self.head if shown else 0
        return head + sum(self.rows[:shown]) + (self.line if self.left_out(shown) else 0)

    def left_out(self, shown: int) -> int:
        return len(self.rows) - shown + self.beyond

    def sure_of(self, room: float) -> float:
        """Whatever stands after it: one row at least."""
        return min(self.height(len(self.rows)), max(SURE * room, self.height(1)))


def rows_that_fit(parts: Sequence[Part], room: float) -> list[int]:
    """How many of each table. The last, on which a decision is asked, comes first; it crowds out no other."""
    found, rest = [], room
    for place, part in reversed(list(enumerate(parts))):
        kept = sum(earlier.sure_of(room) for earlier in parts[:place])
        fitting = (shown for shown in range(len(part.rows) + 1) if part.height(shown) <= rest - kept)
        found.append(max(fitting, default=0))
        rest -= part.height(found[-1])
    return found[::-1]


def one_fewer(parts: Sequence[Part], shown: Sequence[int]) -> list[int]:
    """Of the table that shows most."""
    most = max(range(len(parts)), key=lambda place: shown[place])
    return [max(number - (place == most), 0) for place, number in enumerate(shown)]


# --- what WeasyPrint has laid out -------------------------------------------------------------------


def measured(pages: Iterable[Any]) -> tuple[list[Part], float]:
    """The tables of a document that runs over its page, and the room that all else leaves to them."""
    found: dict[Any, Part] = {}
    boxes = [page._page_box for page in pages]
    room = boxes[0].height
    for box in (child for page in boxes for child in _body_of(page)):
        if box.element.get("data-fits"):
            part = found.setdefault(box.element, _part_of(box))
            part.rows += [row.height for row in rows_of(box)]
        elif box.element.get("class") != "left-out":
            room -= box.margin_height()
    return list(found.values()), room


def _part_of(box: Any) -> Part:
    """Without its rows, which other pages have too."""
    told = box.element
    # What stands above it stands below it too, though not where the end of a page cuts it.
    around = 2 * (box.margin_top + box.border_top_width)
    head = sum(row.height for row in rows_of(box, of_head=True)) + around
    return Part(told.get("class"), told.get("data-fits"), int(told.get("data-beyond")), head, LINE)


def _body_of(page: Any) -> Iterator[Any]:
    """The blocks of the element that holds all of them."""
    [html, *_margin_boxes] = page.children
    [body] = html.children
    for box in body.children:
        if "compact" in (box.element.get("class") or ""):
            yield from box.children


def rows_of(box: Any, *, of_head: bool = False, in_head: bool = False) -> Iterator[Any]:
    """Those of the body, or those of the head."""
    for child in getattr(box, "children", ()):
        if child.element_tag != "tr":
            yield from rows_of(child, of_head=of_head, in_head=getattr(child, "is_header", False))
        elif in_head == of_head:
            yield child


def style_of(parts: Sequence[Part], shown: Sequence[int]) -> str:
    """The style sheet that leaves out the others, and counts them."""
    return "\n".join(rule for part, number in zip(parts, shown, strict=True) for rule in _rules(part, number))


def _rules(part: Part, shown: int) -> Iterator[str]:
    rows = f" tbody tr:nth-child(n + {shown + 1})" if shown else ""
    yield f".{part.name}{rows} {{ display: none }}"
    if left := part.left_out(shown):
        yield f".{part.name} + .left-out {{ display: block }}"
        yield f".{part.name} + .left-out span {{ display: none }}"
        yield f'.{part.name} + .left-out::before {{ content: "{part.told.format(left)}" }}'
