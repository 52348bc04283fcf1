"""How far is the status report, and one that is unchanged, from what WeasyPrint needs for the same HTML?"""

import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from langfang_policy import clock
from measures.reports import pdf, press
from measures.reports.documents import Document
from measures.reports.kinds import Asked, kind_of
from tests.benchmarks.acts import open_period
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.measuring import Comparison, Spread, by_turns
from tests.benchmarks.visitors import Place, Visitor, address_of
from tests.benchmarks.worlds import World

# Paper and margins of an official document (GB/T 9704); type that gives about as many pages as ours.
PLAIN: Final = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm }
body { font: 12pt/20pt "FandolFang", "Noto Serif CJK SC", serif }
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
    press_megabytes: float  # the most that the process beside the site took


def measure_report(budget: float) -> MeasuredReport:
    place = Place.last()
    document = kind_of("status").build(Asked(open_period(place), clock.today(), demo=True))
    html = document.html()
    pdf.warm_up()

    def floor() -> object:
        return plain(html).write_pdf()

    visitor, address = Visitor.named("leader"), address_of("report_document", place, "status", place.period)
    document.pdf(html)  # beside the site
    visitor.page(address)  # from here on it is stored
    again = partial(visitor.page, address)
    return MeasuredReport(
        fresh=by_turns(partial(made, document, html), floor, budget=budget, limit=LONG),
        stored=by_turns(again, floor, budget=budget, limit=LONG),
        pages=len(pdf._laid_out(html).pages),
        plain_pages=len(plain(html).pages),
        press_megabytes=_most_of_the_press(),
    )


def _most_of_the_press() -> float:
    process = press.press._process
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii") if process else ""
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def made(document: Document, html: str) -> bytes:
    """The product's way from HTML to the file, past whatever it keeps."""
    return pdf.render_pdf(
        html, css=document.css, fits=document.compact, attached=document.attached(), **document.properties
    )


def plain(html: str) -> Any:
    """The floor, laid out. What can be kept from one document to the next is kept, as in the product."""
    return weasyprint.HTML(string=html).render(font_config=_fonts(), stylesheets=[_sheet()])


@cache
def _fonts() -> Any:
    return FontConfiguration()


@cache
def _sheet() -> Any:
    return weasyprint.CSS(string=PLAIN, font_config=_fonts())


def figures_of_report(database: str, world: World, report: MeasuredReport) -> list[Figure]:
    note = f"{report.fresh.told}, {report.pages} pages; plain {report.plain_pages}"
    rows = (
        ("status report / plain WeasyPrint", report.fresh, "report", note),
        ("unchanged report / plain WeasyPrint", report.stored, "stored report", ""),
    )
    beside = Spread.exactly(report.press_megabytes)
    return [
        *(
            Figure(what, database, world.name, comparison.worked, Unit.TIMES, goal, words)
            for what, comparison, goal, words in rows
        ),
        Figure("process beside the site: all its memory", database, world.name, beside, Unit.MEGABYTES),
    ]
