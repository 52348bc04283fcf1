"""The text of a long snapshot goes on in portions: the same text, read, compared and verified as ever."""

import json
import tracemalloc
from collections.abc import Callable
from copy import copy
from typing import Final
from uuid import uuid4

import pytest
from django.db import transaction

from measures import summaries
from measures.models import Measure, MeasureFigures, PeriodFigures, PeriodSnapshot, ReportingPeriod
from measures.models import SnapshotPortion as Portion
from measures.models import UpdateState as S
from measures.models.fingerprints import digest
from measures.summaries import portions
from measures.workflow import periods
from tests import builders, cast
from tests.measures.test_verification import damages
from tests.retold import history
from tests.tampering import unguarded, unsealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
ALTERED: Final = "份快照的内容被改动"


def loaded() -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get()


def closed(length: int, monkeypatch: pytest.MonkeyPatch) -> PeriodSnapshot:
    monkeypatch.setattr(portions, "LENGTH", length)
    return periods.close_period(cast.clerk(), loaded(), "", builders.moment())


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> PeriodSnapshot:
    """Of two measures, the text of which is cut into four pieces or more."""
    for title in ("开展劳动和技能竞赛", "推行新型学徒制"):
        builders.an_update(S.CONFIRMED, measure=builders.a_measure(title=title))
    return closed(500, monkeypatch)


def test_a_long_snapshot_says_in_portions_what_a_short_one_says_in_one_piece(
    long: PeriodSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same hash, byte for byte; both stay readable beside each other, as those of before do."""
    in_portions = summaries.read_period(loaded(), cast.DAY)
    assert Portion.objects.filter(snapshot=long).count() >= 3
    periods.reopen_period(cast.signer(), loaded(), "核对", builders.moment())
    short = closed(1 << 18, monkeypatch)
    assert not short.portions.exists()
    assert summaries.text_of(long) == short.content == summaries.to_json(in_portions.summary)
    assert json.loads(long.seal) == json.loads(short.seal)
    assert json.loads(long.seal)["content"] == digest(summaries.text_of(long))
    assert summaries.read_period(loaded(), cast.DAY).summary == in_portions.summary
    assert summaries.compare_snapshots(long, short, "2020 Q2").is_same
    assert all(summaries.is_whole(row) for row in (long, short))
    assert (damages(), summaries.figure_faults(loaded())) == ([], [])


def test_a_text_that_ends_where_it_is_cut_leaves_no_empty_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "LENGTH", 4)
    assert list(portions.portions_of(["ab", "cd", "e", "fgh"])) == ["abcd", "efgh"]
    assert list(portions.portions_of(["abcd", "e"])) == ["abcd", "e"]


TOUCHED: Final[dict[str, Callable[[], object]]] = {
    "a word": lambda: Portion.objects.filter(number=2).update(text="举办竞赛9场"),
    "a blank": lambda: Portion.objects.filter(number=1).update(text=" " + Portion.objects.get(number=1).text),
    "one gone": lambda: Portion.objects.filter(number=2).delete(),
    "all gone": lambda: Portion.objects.all().delete(),
    "in another order": lambda: Portion.objects.filter(number=1).update(number=1000),
    "one more": lambda: Portion.objects.create(snapshot=the_snapshot(), number=1000, text=" "),
}


def the_snapshot() -> PeriodSnapshot:
    return PeriodSnapshot.objects.get()


@pytest.mark.parametrize("what", TOUCHED)
@pytest.mark.usefixtures("long")
def test_a_portion_that_was_altered_is_told_and_nothing_of_the_snapshot_is_read(what: str) -> None:
    unguarded()
    TOUCHED[what]()
    assert not summaries.is_whole(the_snapshot())
    with pytest.raises(summaries.AlteredSnapshotError):
        summaries.read_period(loaded(), cast.DAY)
    assert [sentence for sentence in damages() if ALTERED in sentence]


def test_a_portion_that_was_added_to_a_snapshot_of_before_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    builders.an_update(S.CONFIRMED)
    closed(1 << 18, monkeypatch)
    unsealed(loaded())
    assert summaries.is_whole(the_snapshot())
    TOUCHED["one more"]()
    assert not summaries.is_whole(the_snapshot())
    with pytest.raises(summaries.AlteredSnapshotError):
        summaries.read_period(loaded(), cast.DAY)


# --- memory ------------------------------------------------------------------------------------------

WORDS: Final = "字" * 20_000  # of a measure: 20 measures are some 800 KB
AT_ONCE: Final = 10


def grow_to(measures: int) -> None:
    """So many copies of the one measure, each with as much to say."""
    first = MeasureFigures.objects.select_related("measure").order_by("place")[0]
    if WORDS not in first.content:
        first.content = first.content.replace('"title":"', f'"title":"{WORDS}', 1)
        first.save()
    rows = []
    for place in range(Measure.objects.count() + 1, measures + 1):
        measure, figures = copy(first.measure), copy(first)
        measure.pk, measure.uuid, measure.ordinal = None, uuid4(), place
        figures.pk, figures.measure, figures.place = None, measure, first.place + place
        rows.append((measure, figures))
    Measure.objects.bulk_create(measure for measure, _figures in rows)
    MeasureFigures.objects.bulk_create((figures for _measure, figures in rows), batch_size=AT_ONCE)
    PeriodFigures.objects.update(as_of=cast.DAY)  # a new measure takes it away


def peak_of_closing() -> int:
    """Bytes of Python's own, at most."""
    with transaction.atomic():
        tracemalloc.start()
        try:
            periods.close_period(cast.clerk(), loaded(), "期限已到", builders.moment())
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert sum(map(len, summaries.pieces_of(the_snapshot()))) > Measure.objects.count() * len(WORDS)
        transaction.set_rollback(True)
    return peak


@pytest.mark.once("what Python holds does not depend on the database")
def test_closing_many_measures_holds_no_more_of_the_snapshot_than_closing_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for place in ("summaries.kept.AT_ONCE", "summaries.closing.AT_ONCE", "workflow.periods.LIGHTS_AT_ONCE"):
        monkeypatch.setattr(f"measures.{place}", AT_ONCE)
    monkeypatch.setattr(portions, "LENGTH", len(WORDS))
    builders.an_update(S.DUE)
    summaries.refresh(loaded(), cast.DAY)
    monkeypatch.setattr(history, "now", None)  # the tests' own memory of what was written
    grow_to(2 * AT_ONCE)
    peak_of_closing()  # the texts of the queries are kept from here on
    few = peak_of_closing()
    grow_to(10 * AT_ONCE)
    many, more_to_say = peak_of_closing(), 8 * AT_ONCE * 2 * len(WORDS)
    assert many - few < more_to_say / 10, (few, many)
