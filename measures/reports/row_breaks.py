"""When does a row of a table that may be cut move whole? Where so few lines find room that its page is full.

CSS can forbid a row to be cut, but WeasyPrint asks nothing of one that may be: it cuts after a single line.
This lets it heed `orphans` of the cells: where fewer lines find room, the row moves. It wraps one private
function, in the versions it was tried with; with others such rows are cut wherever a page ends.
"""

import logging
from typing import Any

import weasyprint
from weasyprint.formatting_structure.boxes import TableCellBox
from weasyprint.layout import block
from weasyprint.text.line_break import strut

from measures.reports.justify import TRIED_VERSION

logger = logging.getLogger(__name__)

_laid_out = block.block_container_layout


def _block_laid_out(
    context: Any, box: Any, bottom_space: float, skip_stack: Any, *rest: Any, **named: Any
) -> Any:
    """The layout of a block; the end of a page may cut a cell only where its `orphans` find room.

    What may be asked of a row is asked of its cells, when all are laid out. A row that goes on from the page
    before has been cut already.
    """
    if isinstance(box, TableCellBox):
        room = context.page_bottom - bottom_space - box.position_y
        line, _baseline = strut(box.style)
        moves = skip_stack is None and room < box.style["orphans"] * line
        box.style["break_inside"] = "avoid" if moves else "auto"
    return _laid_out(context, box, bottom_space, skip_stack, *rest, **named)


def install() -> None:
    if not weasyprint.__version__.startswith(TRIED_VERSION):
        logger.warning("WeasyPrint %s: long rows are cut wherever a page ends.", weasyprint.__version__)
        return
    block.block_container_layout = _block_laid_out
