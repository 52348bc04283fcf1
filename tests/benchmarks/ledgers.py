"""What does the workbook of all measures take, read from the database row by row, and is it whole?

Memory and time. Of the open period, from its kept figures, and of the last closed one, whose rows are held
against its seal.
"""

import re
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from zipfile import ZipFile

from langfang_policy import clock
from measures.models import PeriodState, ReportingPeriod
from measures.reports.copies import key_of
from measures.reports.kinds import KINDS, Asked
from tests.benchmarks.acts import open_period
from tests.benchmarks.goals import Figure, Unit
from tests.benchmarks.measuring import Spread, spent_on
from tests.benchmarks.memory import peak_of
from tests.benchmarks.visitors import Place, count_queries
from tests.benchmarks.worlds import World

ROUNDS = 3


@dataclass(frozen=True)
class MeasuredLedger:
    """`rows` of measures stand in it; `milliseconds` are of processor, all from the query to the file."""

    name: str
    rows: int
    queries: int
    milliseconds: Spread
    megabytes: float | None


def measure_ledgers(limit: float) -> list[MeasuredLedger]:
    place = Place.last()
    period = open_period(place)
    closed = ReportingPeriod.objects.filter(policy=period.policy, state=PeriodState.CLOSED)
    last = closed.select_related("policy__coordinator", "edition").latest("starts_on")
    return [_measured(name, found, limit) for name, found in (("open", period), ("closed", last))]


def _measured(name: str, period: ReportingPeriod, limit: float) -> MeasuredLedger:
    act = partial(made, period)
    content = act()  # brings the kept figures up to the day
    spent = [1000 * spent_on(act).processor for _round in range(ROUNDS)]
    return MeasuredLedger(
        name, rows_of(content), count_queries(act), Spread.of(spent), peak_of(act, 30 * limit)
    )


def made(period: ReportingPeriod) -> bytes:
    """As somebody gets it who asks for it first: read, found by the hash of its rows, written."""
    document = KINDS["ledger"].build(Asked(period, clock.today(), demo=True))
    key_of(document, "xlsx", "")
    return document.xlsx()


def rows_of(workbook: bytes) -> int:
    """Those that have a second cell: neither title nor heading of a section, less the head."""
    with ZipFile(BytesIO(workbook)) as packed, packed.open("xl/worksheets/sheet1.xml") as sheet:
        return len(re.findall(rb'<c r="B\d+"[^/>]*>', sheet.read())) - 1


def figures_of_ledgers(database: str, world: World, found: list[MeasuredLedger]) -> list[Figure]:
    figures = []
    for row in found:
        what = f"ledger.xlsx of the {row.name} period, from the database"
        megabytes = None if row.megabytes is None else Spread.exactly(row.megabytes)
        each = Spread(*(value / row.rows for value in (row.milliseconds.median, *_ends(row.milliseconds))))
        note = f"{row.rows:,} of {world.measures:,} measures, {row.queries} queries"
        figures += [
            Figure(f"{what}: memory", database, world.name, megabytes, Unit.MEGABYTES, "memory", note),
            Figure(f"{what}: a row", database, world.name, each, Unit.MILLISECONDS),
        ]
    return figures


def _ends(spread: Spread) -> tuple[float, float]:
    return spread.least, spread.most
