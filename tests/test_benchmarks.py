"""Can the figures of the benchmarks be believed? Their arithmetic, their judgement, and what they measure in.

The measuring itself is run by `python -m tests.benchmarks`.
"""

import gc
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import docx
import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from departments.actors import Actor
from departments.models import User
from langfang_policy import clock
from measures import summaries, verification
from measures.models import Measure, Policy, ProgressUpdate, ReportingPeriod, UpdateState
from measures.models.append_only import guard_faults
from measures.reports.ledger import ledger
from measures.workflow import updates
from tests.benchmarks import backend, documents, goals, ledgers, load, table
from tests.benchmarks.acts import MeasuredPeriod, Results, figures_of_acts
from tests.benchmarks.block import POLICY, Block, read_block
from tests.benchmarks.forgetful import Forgetful
from tests.benchmarks.goals import GOALS, Figure, Unit, Verdict
from tests.benchmarks.identifiers import IDENTIFIER
from tests.benchmarks.load import Visits
from tests.benchmarks.mass_insertion import swiftly
from tests.benchmarks.measuring import Comparison, Spent, Spread, TooLongError, at_most, by_turns, spent_on
from tests.benchmarks.pages import Measured, figures_of_pages
from tests.benchmarks.run import Clock, Plan, measure_alone
from tests.benchmarks.visitors import Place, Visitor, main_pages
from tests.benchmarks.world import fill
from tests.benchmarks.worlds import BLOCK, World, worlds
from tests.conftest import connected_to, fresh_database
from tests.measures.reports import samples

ONE, MANY = World(1, 20), World(50, 20)


# --- arithmetic ------------------------------------------------------------------------------------


def comparison(ours: list[float], base: list[float]) -> Comparison:
    return Comparison(tuple(Spent(9 * s, s) for s in ours), tuple(Spent(3 * s, s) for s in base))


def test_ratio_is_the_median_of_pairs_not_the_ratio_of_medians() -> None:
    """In the second pair the machine was busy: both took ten times as long, their ratio is as before."""
    found = comparison([3, 30, 4], [1, 10, 2]).worked
    assert (found.median, found.least, found.most) == (3, 2, 3)


def test_ratio_counts_what_the_database_worked_in_a_process_of_its_own() -> None:
    """And nothing of what others on the machine did meanwhile."""
    found = Comparison((Spent(90, 4, database=8),), (Spent(5, 2, database=1),))
    assert found.worked.median == 4
    assert found.told == "4000.0 ms of processor and 8000.0 of the database"
    assert comparison([3], [1]).told == "3000.0 ms of processor"


def test_ratio_is_by_the_clock_when_the_database_was_not_watched_in_a_single_round() -> None:
    found = Comparison((Spent(90, 4, 8), Spent(90, 4, watched=False)), (Spent(45, 2, 1), Spent(30, 2, 1)))
    assert (found.worked.least, found.worked.most) == (2, 3)
    assert found.told == "90000.0 ms by the clock"


def test_less_a_part_is_watched_where_both_were() -> None:
    assert Spent(9, 5, 3).less(Spent(4, 2, 1)) == Spent(5, 3, 2)
    assert not Spent(9, 5, 3).less(Spent(4, 2, watched=False)).watched


@pytest.mark.django_db
def test_work_of_the_database_is_seen_where_it_has_a_process_of_its_own() -> None:
    """Half a million numbers are nothing to this process, and something to PostgreSQL's."""

    def count() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM generate_series(1, 500000)" if is_own_process else "SELECT 1"
            )

    is_own_process = connection.vendor == "postgresql"
    spent = spent_on(count)
    assert spent.watched
    assert (spent.database > spent.processor) is is_own_process
    assert (spent.database > 0) is is_own_process


def test_only_a_process_of_that_role_and_database_is_taken_for_the_own(tmp_path: Path) -> None:
    """Its number may be of another machine, where here something else runs, or nothing."""
    assert backend.seconds_of(tmp_path / "none", "tracker", "site") is None
    (tmp_path / "schedstat").write_text("2500000000 70 3\n")
    (tmp_path / "cmdline").write_text("postgres: main: tracker site [local] idle\0")
    assert backend.seconds_of(tmp_path, "tracker", "site") == 2.5
    assert backend.seconds_of(tmp_path, "tracker", "other") is None
    (tmp_path / "cmdline").write_text("less\0notes about tracker site \0")
    assert backend.seconds_of(tmp_path, "tracker", "site") is None


def test_of_a_process_that_began_meanwhile_all_is_counted_but_none_stands_in_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backend, "seen", lambda: backend.Seen(7, 3))
    assert backend.worked_since(backend.Seen(7, 1)) == 2
    assert backend.worked_since(backend.Seen()) == 3
    assert backend.worked_since(backend.Seen(6, 1)) is None
    assert backend.worked_since(None) is None


def test_growth_is_as_wide_as_both_spreads_allow() -> None:
    assert Spread(6, 4, 9).over(Spread(3, 2, 4)) == Spread(2, 1, 4.5)


def test_rounds_are_done_by_turns_after_one_that_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append("."))  # of all tests before it takes seconds
    found = by_turns(lambda: done.append("A"), lambda: done.append("b"), budget=0, limit=60)
    assert "".join(done) == "Ab" + 3 * "b.Ab.b"  # each round of either comes after one of the base
    assert len(found.ours) == len(found.base) == 3


def test_round_that_takes_too_long_is_stopped_whatever_catches_exceptions() -> None:
    def busy() -> None:
        try:
            end = time.process_time() + 30
            while time.process_time() < end:
                pass
        except Exception:  # as Django's own handler does
            pytest.fail("an exception would have become a page that says sorry")

    with pytest.raises(TooLongError), at_most(0.05):
        busy()


def test_p95_is_what_all_but_one_in_twenty_have_not_exceeded() -> None:
    visits = Visits(lasted=50)
    for second in range(101):
        visits.add("list", second)
    assert visits.p95("list") == 95
    assert visits.a_second == 101 / 50


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(500)

    def log_message(self, *_words: object) -> None:
        """To nobody."""


def test_an_answer_that_is_no_page_stops_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a PDF "is made" that is refused at once, the list would look quick."""
    monkeypatch.setattr(load, "SECONDS", 0.1)
    report = load.Errand("status report", "/report/", "")
    with ThreadingHTTPServer((load.HOST, 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(RuntimeError, match="status report answered 500"):
            load.visit(server.server_port, [], 0, beside=report)
        server.shutdown()


def test_a_folder_that_keeps_nothing_takes_everything() -> None:
    folder = Forgetful()
    assert folder.save("report.pdf", ContentFile(b"%PDF")) == "report.pdf"
    assert not folder.exists("report.pdf")
    with pytest.raises(FileNotFoundError):
        folder.open("report.pdf")


# --- judgement -------------------------------------------------------------------------------------


def figure(value: float | None, goal: str = "page", **more: Any) -> Figure:
    spread = None if value is None else Spread(value, value / 2, 2 * value)
    return Figure("list", "SQLite", "1 × 20", spread, Unit.TIMES, goal, **more)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(3.5, Verdict.MET), (3.504, Verdict.MET), (3.51, Verdict.MISSED), (None, Verdict.MISSED)],
)
def test_goal_is_judged_by_the_median_as_it_is_printed(value: float | None, verdict: Verdict) -> None:
    """Its spread reaches from far below to far above; what took too long has missed it."""
    assert figure(value).verdict == verdict


def test_figure_without_a_goal_or_left_out_misses_none() -> None:
    shown, left_out = figure(99, goal=""), figure(None, left_out=True)
    assert (shown.verdict, left_out.verdict) == (Verdict.SHOWN, Verdict.LEFT_OUT)
    assert goals.missed([figure(1), shown, left_out]) == []
    assert goals.missed([figure(1), figure(9)]) == [figure(9)]


def test_goals_are_those_of_the_issue() -> None:
    """Whoever changes one of them changes it here too."""
    assert {name: (goal.limit, goal.unit) for name, goal in GOALS.items()} == {
        "page": (3.5, Unit.TIMES),
        "growth": (1.7, Unit.TIMES),
        "queries": (10, Unit.QUERIES),
        "more queries": (0, Unit.QUERIES),
        "act": (2, Unit.TIMES),
        "act growth": (1.7, Unit.TIMES),
        "closing": (3, Unit.MILLISECONDS),
        "closing growth": (1.3, Unit.TIMES),
        "memory": (64, Unit.MEGABYTES),
        "report": (1.3, Unit.TIMES),
        "stored report": (0.05, Unit.TIMES),
    }


def test_pages_are_judged_beside_the_bare_view_when_small_and_beside_the_small_when_large() -> None:
    small = Measured("list", comparison([3, 3, 3], [1, 1, 1]), queries=8)
    large = Measured("list", comparison([6, 6, 6], [1, 1, 1]), queries=9)
    found = figures_of_pages("SQLite", [(ONE, [small]), (MANY, [large])], limit=10)
    assert [(row.goal, row.value.median if row.value else None, row.verdict) for row in found] == [
        ("page", 3, Verdict.MET),
        ("queries", 8, Verdict.MET),
        ("", 6, Verdict.SHOWN),
        ("growth", 2, Verdict.MISSED),
        ("queries", 9, Verdict.MET),
        ("more queries", 1, Verdict.MISSED),
    ]


def test_page_that_took_too_long_misses_its_goal() -> None:
    small = Measured("list", comparison([3, 3, 3], [1, 1, 1]), queries=8)
    found = figures_of_pages("SQLite", [(ONE, [small]), (MANY, [Measured("list", None)])], limit=10)
    assert [row.verdict for row in found if row.world == MANY.name] == [Verdict.MISSED]


def test_closing_that_even_the_goal_leaves_no_time_for_is_left_out() -> None:
    """Of 92,000 updates the goal itself takes 276 seconds; of 920 there is no excuse."""
    rows: Results = [(ONE, ([], [MeasuredPeriod("closing", count, None)])) for count in (92_000, 920)]
    found = figures_of_acts("SQLite", rows, limit=10)
    assert [row.verdict for row in found] == [Verdict.LEFT_OUT, Verdict.MISSED]


def test_table_names_machine_versions_and_goals() -> None:
    told = table.machine(["SQLite 3.40.1"])
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d · .+ cores, load .+ · Python 3.+ · Django 5.+ · SQLite 3.40.1", told
    )
    [_headings, line] = table.as_text([figure(4.25)]).splitlines()
    assert re.split(r"\s{2,}", line) == [
        "list", "SQLite", "1 × 20", "4.25 ×", "2.12 – 8.50", "≤ 3.50 ×", "MISSED",
    ]  # fmt: skip
    page = table.as_page(told, ["--sizes", "20"], [figure(4.25)])
    assert "`python -m tests.benchmarks --sizes 20`" in page
    assert "0 of 1 goals met, 1 missed." in page
    assert all(goal.source in page for goal in GOALS.values())


def test_world_for_which_no_time_is_left_is_not_begun() -> None:
    """What filling and measuring take is learnt from the worlds before; one that is kept needs no filling.

    The largest tells it best, and what every world takes beside is not counted a thousand times.
    """
    clock, large = Clock(until=time.monotonic() + 100), World(1, 20_000)
    assert clock.allows(large, is_filled=False)
    clock.learn(World(1, 500), 0, 20, 30, was_filled=False)
    clock.learn(ONE, 0, 9, 10, was_filled=True)
    assert clock.needs(large, is_filled=False) == 10 + 400
    assert not clock.allows(large, is_filled=False)
    assert clock.needs(large, is_filled=True) == 10
    assert clock.allows(large, is_filled=True)
    clock.learn(World(1, 2000), 0, 10, 20, was_filled=False)
    clock.learn(World(1, 100), 0, 50, 60, was_filled=False)
    assert clock.needs(large, is_filled=False) == 10 + 100


# --- worlds ----------------------------------------------------------------------------------------


def test_worlds_are_both_ways_of_each_size_the_smallest_first() -> None:
    assert worlds([1000, 20]) == [World(1, 20), World(1, 1000), World(50, 20)]


def test_world_of_20_000_is_one_policy_or_a_thousand() -> None:
    assert World.of(20_000, one_policy=True) == World(1, 20_000)
    assert World.of(20_000, one_policy=False) == World(1000, 20)
    assert World.named("1000x20") == World(1000, 20)
    assert World.named(World(1, 1000).argument) == World(1, 1000)


def test_part_for_which_no_time_is_left_is_told_with_the_arguments_that_measure_it() -> None:
    """A busy machine takes longer by the clock: the worlds before have shown by how much."""
    clock = Clock(until=time.monotonic() + 200)
    assert clock.allows_part("documents")
    clock.learn_pace(elapsed=30, processor=10)
    assert not clock.allows_part("documents")
    plan = Plan(["documents"], [ONE], budget=0, limit=10, clock=clock)
    [found] = measure_alone(plan, "SQLite", ONE, "sqlite:///nowhere")
    assert (found.verdict, found.what) == (Verdict.LEFT_OUT, "documents")
    assert "--database sqlite --worlds 1x20 --only documents" in found.note
    assert measure_alone(plan, "PostgreSQL", ONE, "") == []  # no matter of the database


@pytest.fixture(scope="module")
def block(played_demo: str, django_db_blocker: DjangoDbBlocker) -> Block:
    with django_db_blocker.unblock(), connected_to(played_demo):
        return read_block()


@pytest.fixture(scope="module")
def of_the_demo(played_demo: str, django_db_blocker: DjangoDbBlocker) -> dict[str, list[str]]:
    """By quarter, what every measure shows where the acts of the demo have been done."""
    with django_db_blocker.unblock(), connected_to(played_demo):
        return {row.code: shown_in(row) for row in opened_periods() if row.policy.slug == POLICY}


def opened_periods() -> list[ReportingPeriod]:
    return list(ReportingPeriod.objects.select_related("policy__coordinator", "edition").order_by("pk"))


def shown_in(period: ReportingPeriod) -> list[str]:
    """All figures of each measure, but for its identifiers and its number."""
    summary = summaries.read_period(period, clock.today()).summary
    shown = []
    for section in json.loads(summaries.to_json(summary))["sections"]:
        for measure in section["measures"]:
            for numbered in (measure, *measure["matters"]):
                del numbered["code"]
            shown.append(IDENTIFIER.sub("", json.dumps(measure, sort_keys=True)))
    return shown


@pytest.fixture(scope="module", params=[World(2, 20), World(1, 40)], ids=["two policies", "one policy"])
def filled(
    request: pytest.FixtureRequest, block: Block, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    with fresh_database(django_db_blocker):
        clock.forget()
        fill(block, request.param)
        yield request.param


@pytest.fixture
def world(filled: World) -> Iterator[World]:
    """It takes seconds to fill; what a test does in it is undone."""
    clock.forget()
    with transaction.atomic():
        yield filled
        transaction.set_rollback(True)


@pytest.mark.unmeasured("reads copies by the hundred; the tests of summaries are measured")
def test_world_shows_in_each_copy_what_the_acts_of_the_demo_have_led_to(
    world: World, of_the_demo: dict[str, list[str]]
) -> None:
    """Open quarters worked out of the rows, closed ones read from their snapshots."""
    assert Policy.objects.count() == world.policies
    assert Measure.objects.count() == world.total
    for period in opened_periods():
        copies = world.measures // BLOCK
        assert shown_in(period) == copies * of_the_demo[period.code]


@pytest.mark.unmeasured("verifies copies by the hundred; the tests of what verifies are measured")
def test_world_is_a_whole_record(world: World) -> None:
    """Every hash, signature, state and link is as acts write it, and the next act goes on from there."""
    assert guard_faults(connection) == []
    assert list(verification.record_faults()) == []
    assert [fault for row in opened_periods() for fault in summaries.figure_faults(row)] == []
    assert summaries.repeated_faults() == []
    connection.check_constraints()
    assert faults_of_rows() == []
    update = ProgressUpdate.objects.with_context().filter(state=UpdateState.SUBMITTED).latest("pk")
    at = clock.now()
    clerk = Actor.load(User.objects.get(username="rsj-clerk-2"), clock.today())
    confirmed = updates.confirm(clerk, update, update.version, at)
    assert confirmed.state == UpdateState.CONFIRMED
    assert list(verification.record_faults()) == []


def faults_of_rows() -> list[str]:
    """What SQLite was told not to check while the rows went in; PostgreSQL has refused it."""
    if connection.vendor == "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return [words for (words,) in cursor.fetchall() if words != "ok"]


GUARDS: Final = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') ORDER BY name",
    "postgresql": ("SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger ORDER BY 1, 2"),
}


def _guards() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(GUARDS[connection.vendor])
        return list(cursor.fetchall())


@pytest.mark.usefixtures("django_db_setup")
def test_what_is_laid_aside_for_filling_is_put_back(django_db_blocker: DjangoDbBlocker) -> None:
    with fresh_database(django_db_blocker):
        before = _guards()
        with swiftly(connection):
            meanwhile = _guards()
        assert _guards() == before != meanwhile


@pytest.mark.usefixtures("filled")
def test_world_has_an_address_for_each_main_page_of_its_last_policy() -> None:
    """Each request closes its connection, so nothing is undone: the last test in a world."""
    place = Place.last()
    assert place.slug == Policy.objects.latest("pk").slug
    for page in main_pages(place):
        assert Visitor.named(page.username).page(page.address).body


def test_floors_of_documents_hold_the_words_of_the_document() -> None:
    """A floor that wrote less would be no floor."""
    document = ledger(samples.open_summary())
    ours, floor = (
        [
            [cell for cell in row if cell not in (None, "")]
            for row in openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        ]
        for content in (document.xlsx(), documents.plain_workbook(document.sheets))
    )
    assert ours == floor
    word = docx.Document(BytesIO(documents.plain_word(document)))
    assert len(word.tables[0].rows) == len(list(document.table.paper_rows)) + 1  # the head
    said = "".join(paragraph.text for paragraph in word.paragraphs)
    assert all(words in said for words in (document.title, document.under_title, document.facts[0][1]))


def test_ledger_of_a_world_says_how_many_of_its_measures_stand_in_it() -> None:
    content = ledger(samples.open_summary()).xlsx()
    whole = samples.open_summary().summary.measure_count
    assert ledgers.rows_of(content) == whole
    found = ledgers.MeasuredLedger("open", whole, 6, Spread(60, 40, 80), 65.0)
    memory, a_row = ledgers.figures_of_ledgers("SQLite", ONE, [found])
    assert (memory.verdict, memory.note) == (Verdict.MISSED, f"{whole} of 20 measures, 6 queries")
    assert a_row.value == Spread(60 / whole, 40 / whole, 80 / whole)


def test_each_form_of_a_document_is_a_row_with_its_floor_and_goal() -> None:
    measured = documents.MeasuredDocument("ledger", "xlsx", comparison([3, 3, 3], [3, 3, 3]))
    row, memory = documents.figures_of_documents("SQLite", ONE, [measured], 20.0)
    assert (row.what, row.verdict) == ("ledger.xlsx / plain XlsxWriter", Verdict.MET)
    assert (memory.what, memory.verdict) == ("ledger.xlsx of 20,000 rows: memory", Verdict.MET)
    assert documents.figures_of_documents("SQLite", ONE, [], None)[0].verdict == Verdict.MISSED
