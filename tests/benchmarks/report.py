"""How far is the status report, and one that is unchanged, from what WeasyPrint needs for the same HTML?"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Final

import weasyprint

from langfang_policy import clock
from measures import summaries
from measures.reports.documents import Document
from measures.reports.kinds import kind_of
from measures.reports.pdf import render_pdf, warm_up
from tests.benchmarks.acts import open_period
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.measuring import Comparison, by_turns
from tests.benchmarks.visitors import Place, Visitor, address_of
from tests.benchmarks.worlds import World

# Paper, margins and size of type of an official document (GB/T 9704), and nothing else.
PLAIN: Final = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm }
body { font: 16pt/28pt "FandolFang", "Noto Serif CJK SC", serif }
table { border-collapse: collapse; font-size: 10.5pt; line-height: 1.3 }
td, th { border: 0.5pt solid }
"""
LONG: Final = 600.0  # seconds: a document may take long, it is compared all the same


@dataclass(frozen=True)
class MeasuredReport:
    """The document beside the floor, and the second request of an unchanged one beside it."""

    fresh: Comparison
    stored: Comparison
    pages: int
    plain_pages: int


def measure_report(budget: float) -> MeasuredReport:
    place = Place.last()
    sourced = summaries.read_period(open_period(place), clock.today())
    document = kind_of("status").build(sourced, demo=True)
    html = document.html()
    warm_up()
    floor = partial(_plain, html)
    visitor, address = Visitor.named("leader"), address_of("report_document", place, "status", place.period)
    visitor.page(address)  # from here on it could be stored
    again = partial(visitor.page, address)
    return MeasuredReport(
        fresh=by_turns(partial(_made, document, html), floor, budget=budget, limit=LONG),
        stored=by_turns(again, floor, budget=budget, limit=LONG),
        pages=_pages(_made(document, html)),
        plain_pages=_pages(_plain(html)),
    )


def _made(document: Document, html: str) -> bytes:
    """The product's way from HTML to the file, past whatever it keeps."""
    facts = {"title": document.title, "identifier": document.identifier, "author": document.issuer}
    return render_pdf(html, created=document.created, **facts)


def _plain(html: str) -> bytes:
    sheet = weasyprint.CSS(string=PLAIN)
    written: bytes = weasyprint.HTML(string=html).write_pdf(stylesheets=[sheet])
    return written


def _pages(pdf: bytes) -> int:
    """Each is an object of its own, written uncompressed."""
    return len(re.findall(rb"/Type ?/Page[^s]", pdf))


def figures_of_report(database: str, world: World, report: MeasuredReport) -> list[Figure]:
    note = (
        f"{report.fresh.milliseconds:.0f} ms of processor, {report.pages} pages; plain {report.plain_pages}"
    )
    rows = (
        ("status report / plain WeasyPrint", report.fresh, "report", note),
        ("unchanged report / plain WeasyPrint", report.stored, "stored report", ""),
    )
    return [
        Figure(what, database, world.name, comparison.processor, Unit.TIMES, goal, words)
        for what, comparison, goal, words in rows
    ]
