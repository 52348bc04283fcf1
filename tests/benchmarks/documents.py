"""How far is each kind of document, in each of its forms, from what its library needs for the same content?

And how much memory does a ledger of 20,000 rows take? All on the smallest world, without what the database
takes: the document is there, and is laid out or written.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from io import BytesIO
from itertools import islice
from typing import Any, Final

import docx
from django.utils import translation
from xlsxwriter import Workbook

from langfang_policy import clock
from measures.reports import blocks, pdf
from measures.reports.copies import key_of
from measures.reports.documents import Document
from measures.reports.kinds import KINDS, Asked
from measures.reports.ledger import ledger
from measures.reports.status import BRIEF
from measures.reports.tables import Band, Cell, Table
from measures.reports.word import word_file
from measures.reports.workbook import Sheet, workbook
from measures.summaries import MeasureStatus, SourcedSummary
from tests.benchmarks.acts import open_period
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.measuring import Comparison, Spread, by_turns
from tests.benchmarks.memory import peak_of
from tests.benchmarks.report import LONG, made, plain
from tests.benchmarks.visitors import Place
from tests.benchmarks.worlds import World

LONG_LEDGER: Final = 20_000  # rows
FLOORS: Final = {"pdf": "plain WeasyPrint", "docx": "plain python-docx", "xlsx": "plain XlsxWriter"}


@dataclass(frozen=True)
class MeasuredDocument:
    kind: str
    form: str
    comparison: Comparison


def measure_documents(budget: float) -> tuple[list[MeasuredDocument], float | None]:
    """Each beside its floor; and the MiB above idle that a long ledger takes."""
    place = Place.last()
    asked = Asked(open_period(place), clock.today(), demo=True)
    pdf.warm_up()
    found = [
        MeasuredDocument(name, form, by_turns(ours, floor, budget=budget, limit=LONG))
        for name, form, document in _documents(asked, place)
        for ours, floor in [_ways(document, form)]
    ]
    return found, peak_of(partial(_long_ledger, asked), LONG)


def _documents(asked: Asked, place: Place) -> Iterator[tuple[str, str, Document]]:
    """Of each kind that is made of blocks, in each of its forms."""
    code = asked.sourced.summary.measures[0].code
    about = replace(asked, department=place.department, measure=code)
    with translation.override("zh-hans"):
        for kind in KINDS.values():
            if kind.has_page:
                yield from ((kind.name, form, kind.build(about)) for form in kind.formats)
        yield "status, short", "pdf", KINDS["status"].build(replace(asked, length=BRIEF))


def _ways(document: Document, form: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """The product's way and that of the library, to the same content."""
    if form == "pdf":
        html = document.html()
        return partial(made, document, html), lambda: plain(html).write_pdf()
    if form == "docx":
        return partial(word_file, document), partial(plain_word, document)
    held = [replace(sheet, rows=tuple(sheet.rows)) for sheet in document.sheets]
    ours = partial(workbook, held, title=document.title, author=document.issuer, created=document.created)
    return ours, partial(plain_workbook, held)


def plain_workbook(sheets: Sequence[Sheet]) -> bytes:
    """XlsxWriter with the same titles, heads, words, numbers and days, as its documentation shows."""
    stream = BytesIO()
    with Workbook(stream, {"default_date_format": "yyyy-mm-dd"}) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            above = [[sheet.title], *([note] for note in sheet.notes)]
            heads = [column.heading for column in sheet.columns]
            for place, row in enumerate([*above, heads, *map(_said, sheet.rows)]):
                page.write_row(place, 0, row)
    return stream.getvalue()


def _said(row: tuple[Cell, ...] | Band) -> list[Any]:
    if isinstance(row, Band):
        return [row.words]
    return [_counted(cell) if cell.value is not None else "\n".join(cell.in_a_sheet)[:32_767] for cell in row]


def _counted(cell: Cell) -> object:
    """A share is a number to the library as well."""
    return cell.value if isinstance(cell.value, date) else float(cell.value or 0)


def plain_word(document: Document) -> bytes:
    """python-docx with the same words, as its documentation shows."""
    file = docx.Document()
    for line in document.title_lines:
        file.add_heading(line, 0)
    for words in (document.under_title, document.addressee, *document.lead_in):
        file.add_paragraph(words)
    for block in document.blocks:
        if isinstance(block, blocks.Heading):
            file.add_heading(block.text, block.level)
        elif isinstance(block, blocks.Paragraph):
            file.add_paragraph(f"{block.who}{block.text}")
        for table in blocks.tables_of([block]):
            _add_table(file, table)
    for label, value in document.facts:
        file.add_paragraph(f"{label}：{value}")
    stream = BytesIO()
    file.save(stream)
    return stream.getvalue()


def _add_table(file: Any, table: Table) -> None:
    rows = [
        ["\n".join(cell.lines) for _column, cell in row.cells] or [row.band or row.text]
        for row in table.paper_rows
    ]
    drawn = file.add_table(len(rows) + 1, len(table.head))
    for row, words in zip(drawn.rows, [table.head, *rows], strict=True):
        for said, cell in zip(words, row.cells, strict=False):
            cell.text = said


@dataclass(frozen=True)
class Repeated(SourcedSummary):
    """As many measures as nobody holds: those that there are, over and over, one at a time."""

    def in_order(self) -> Iterator[tuple[str, MeasureStatus]]:
        once = list(super().in_order())
        return islice((row for _time in range(LONG_LEDGER) for row in once), LONG_LEDGER)


def _long_ledger(asked: Asked) -> None:
    """Written whole, and found by the hash of all its rows."""
    document = ledger(Repeated(asked.sourced.summary, None), demo=True)
    key_of(document, "xlsx", "")
    document.xlsx()


def figures_of_documents(
    database: str, world: World, found: list[MeasuredDocument], long_ledger: float | None
) -> list[Figure]:
    rows = [
        Figure(
            f"{row.kind}.{row.form} / {FLOORS[row.form]}",
            database,
            world.name,
            row.comparison.worked,
            Unit.TIMES,
            "report",
            row.comparison.told,
        )
        for row in found
    ]
    value = None if long_ledger is None else Spread.exactly(long_ledger)
    what = f"ledger.xlsx of {LONG_LEDGER:,} rows: memory"
    return [*rows, Figure(what, database, world.name, value, Unit.MEGABYTES, "memory")]
