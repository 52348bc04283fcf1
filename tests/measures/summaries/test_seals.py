"""What a page shows of a closed period is what its snapshot has sealed; what was altered is not shown."""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from django.test import Client
from django.urls import reverse

from measures import summaries
from measures.models import (
    CommitmentCycle,
    DepartmentFigures,
    Measure,
    MeasureFigures,
    PeriodFigures,
    PeriodSnapshot,
    ReportingPeriod,
    UpdateState,
)
from measures.models.fingerprints import to_text
from measures.summaries import keeping, seals
from measures.summaries.snapshot_json import UnreadableSnapshotError
from measures.workflow import periods
from tests import builders, cast
from tests.retold import retold
from tests.tampering import alter_snapshot, unguarded, unsealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
FIGURES: Final = "2019年第四季度留存的数字"
SNAPSHOT: Final = "2019年第四季度的快照"


@pytest.fixture
@retold
def closed() -> ReportingPeriod:
    """The last of its year, with a yearly commitment; the next is open."""
    measure = builders.a_measure()
    builders.a_commitment(measure, cycle=CommitmentCycle.YEARLY)
    [subject] = measure.commitments.get().subjects.all()
    for code, number in (("2019Q4", 2), ("2020Q1", 1)):
        text = builders.a_text(values={subject.pk: (number, None)})
        builders.an_update(UpdateState.CONFIRMED, measure=measure, code=code, text=text)
    periods.close_period(cast.clerk(), loaded(), "", builders.moment(date(2020, 1, 15)))
    return loaded()


def loaded() -> ReportingPeriod:
    rows = ReportingPeriod.objects.select_related("policy__coordinator", "edition")
    return rows.get(code="2019Q4")


def pages() -> dict[str, str]:
    """Every page that shows figures of closed periods."""
    period, chosen = loaded(), "?period=2019Q4"

    def of_policy(view: str, *arguments: object) -> str:
        return reverse(f"measures:{view}", args=["a-policy", *arguments])

    return {
        "overview": of_policy("overview") + chosen,
        "measures": of_policy("measure_list") + chosen,
        "departments": of_policy("department_list") + chosen,
        "department": of_policy("department_detail", "zgh") + chosen,
        "period": of_policy("period_detail", period.uuid),
        "measure": of_policy("measure_detail", Measure.objects.get().uuid),
        "policies": reverse("measures:policy_list"),
    }


def telling(browser: Client, words: str) -> set[str]:
    found = {name: browser.get(address).content.decode() for name, address in pages().items()}
    return {name for name, body in found.items() if words in body}


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(cast.clerk().person)
    return client


EVERY: Final = {"overview", "measures", "departments", "department", "period", "measure"}


def test_a_sealed_period_is_shown_without_its_content(closed: ReportingPeriod, clerk: Client) -> None:
    unguarded()
    PeriodSnapshot.objects.update(content="none of the pages reads it")
    assert telling(clerk, "不予显示") == set()
    with pytest.raises(summaries.AlteredSnapshotError):
        summaries.read_period(closed, cast.DAY)


@pytest.mark.parametrize("column", ["seal", "parts"])
def test_a_seal_that_was_altered_is_told_on_every_page(
    column: str, closed: ReportingPeriod, clerk: Client
) -> None:
    unguarded()
    snapshot = closed.snapshots.get()
    text = getattr(snapshot, column)
    other = "8" if text[-2] == "9" else "9"
    PeriodSnapshot.objects.update(**{column: f"{text[:-2]}{other}{text[-1]}"})
    needs_parts = {"overview", "measures", "departments", "period", "measure"}
    assert telling(clerk, SNAPSHOT) >= (EVERY if column == "seal" else needs_parts)
    assert not summaries.is_whole(closed.snapshots.get())


ALTERED: Final[dict[str, tuple[Callable[[], object], set[str]]]] = {
    "row of a list": (
        lambda: MeasureFigures.objects.update(row=first_figures().row.replace("举措1", "举措9")),
        {"overview", "measures"},
    ),
    "status of a measure": (
        lambda: MeasureFigures.objects.update(content=first_figures().content.replace("2/1", "9/1")),
        {"measure"},
    ),
    "status of a measure, gone": (lambda: MeasureFigures.objects.all().delete(), {"measure", "overview"}),
    "light": (
        lambda: MeasureFigures.objects.update(colour="red"),
        {"overview", "measures", "period"},
    ),
    "counts of a department": (
        lambda: DepartmentFigures.objects.update(total=9, on_time=9, late=0),
        {"overview", "departments", "department", "period"},
    ),
}


def first_figures() -> MeasureFigures:
    return MeasureFigures.objects.get(period=loaded())


@pytest.mark.parametrize("what", ALTERED)
def test_kept_figures_that_were_altered_are_not_shown(
    what: str, closed: ReportingPeriod, clerk: Client
) -> None:
    alter, where = ALTERED[what]
    assert telling(clerk, FIGURES) == set()
    alter()
    assert telling(clerk, FIGURES) >= where


def test_what_stands_out_of_a_sealed_period_is_verified_too(clerk: Client) -> None:
    builders.an_update(UpdateState.DUE, code="2019Q4")
    periods.close_period(cast.clerk(), loaded(), "有未报送", builders.moment(date(2020, 3, 31)))
    assert "overview" not in telling(clerk, FIGURES)
    content = first_figures().content
    MeasureFigures.objects.update(content=content.replace("举措1", "举措9"))
    assert first_figures().content != content
    assert "overview" in telling(clerk, FIGURES)


def test_all_policies_say_it_where_the_sums_are_not_those_that_were_sealed(clerk: Client) -> None:
    period = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    address = reverse("measures:policy_list")
    [(status, _lights)] = clerk.get(address).context["rows"]
    assert not status.problem
    MeasureFigures.objects.update(colour="red")
    [(status, _lights)] = clerk.get(address).context["rows"]
    assert "留存的数字" in status.problem


def test_all_policies_show_a_closed_period_in_which_nothing_was_owed(clerk: Client) -> None:
    builders.a_measure(leads=())
    period = builders.an_open_period()
    periods.close_period(cast.clerk(), period, "", builders.moment())
    [(status, _lights)] = clerk.get(reverse("measures:policy_list")).context["rows"]
    assert (status.problem, status.filing.total, sum(status.counts.values())) == ("", 0, 1)


def test_a_snapshot_of_before_there_were_seals_is_read_whole(closed: ReportingPeriod, clerk: Client) -> None:
    unsealed(closed)
    assert summaries.is_whole(closed.snapshots.get())
    assert telling(clerk, "不予显示") == set()
    alter_snapshot(closed)
    assert telling(clerk, SNAPSHOT) >= EVERY
    assert not summaries.is_whole(closed.snapshots.get())


def test_hashes_beside_a_snapshot_without_a_seal_are_found(closed: ReportingPeriod) -> None:
    unsealed(closed)
    PeriodSnapshot.objects.update(parts="x")
    assert not summaries.is_whole(closed.snapshots.get())


def test_figures_in_another_form_than_the_sealed_ones_are_shown_after_the_whole_was_verified(
    closed: ReportingPeriod, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = keeping.SCHEMA + 1
    for module in ("keeping", "kept", "several_periods", "measure_history"):
        monkeypatch.setattr(f"measures.summaries.{module}.SCHEMA", another)
    assert telling(clerk, "不予显示") == set()
    assert set(PeriodFigures.objects.filter(pk=closed.pk).values_list("schema", flat=True)) == {another}
    [years] = clerk.get(pages()["measure"]).context["history"].years
    assert [row.year for row in years] == [2019, 2020]
    alter_snapshot(closed)
    assert telling(clerk, SNAPSHOT) >= EVERY - {"department"}


def test_a_year_that_nobody_has_read_since_is_taken_from_the_whole_snapshot(
    closed: ReportingPeriod, clerk: Client
) -> None:
    PeriodFigures.objects.all().delete()
    MeasureFigures.objects.all().delete()
    [years] = clerk.get(pages()["measure"]).context["history"].years
    assert [(row.year, row.words) for row in years] == [(2019, "2/1"), (2020, "1/1")]


def test_a_measure_that_is_younger_than_the_closing_has_no_year_there(
    closed: ReportingPeriod, clerk: Client
) -> None:
    young = builders.a_measure(section=Measure.objects.get().section, ordinal=2)
    builders.a_commitment(young, cycle=CommitmentCycle.YEARLY)
    page = clerk.get(reverse("measures:measure_detail", args=["a-policy", young.uuid]))
    assert page.context["history"].problems == ()


def test_a_seal_of_a_newer_version_is_not_read() -> None:
    text = to_text({"schema": seals.SCHEMA + 1})
    with pytest.raises(UnreadableSnapshotError, match="2020 Q1"):
        seals.read_seal(text, summaries.digest(text), "2020 Q1")


def test_each_line_is_found_and_no_other() -> None:
    uuids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(9)]
    text = seals.parts_of(
        seals.line_of(uuid, number, f"content {number}", "row") for number, uuid in enumerate(uuids)
    )
    seal = seals.Seal("", summaries.digest(text), 1, [], {})
    parts = seals.Parts(text, seal, "2020 Q1")
    for number, uuid in enumerate(uuids):
        found = parts.find(uuid)
        assert found == seals.Part(number, summaries.digest(f"content {number}"), summaries.digest("row"))
    assert parts.find("ffffffff-0000-4000-8000-000000000000") is None
    assert parts.find("00000001-0000-4000-8000-000000000001") is None
    assert seals.Parts("", seals.Seal("", summaries.digest(""), 1, [], {}), "").find(uuids[0]) is None
