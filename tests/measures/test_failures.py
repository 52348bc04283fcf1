"""A snapshot that was altered is never shown: a page that says so, or a sentence in its place on a list."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from langfang_policy import clock
from measures import summaries
from measures.models import CommitmentCycle, LightColour, PeriodSnapshot, ReportingPeriod, UpdateState
from measures.models.fingerprints import digest
from measures.workflow import periods
from tests import builders, cast
from tests.retold import retold
from tests.tampering import alter_snapshot, unguarded

pytestmark = pytest.mark.django_db

ALTERED: Final = "2020年第二季度的快照在生成后被改动"
HEADLINE: Final = "举办全市职业技能竞赛2场"


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)


@pytest.fixture
@retold
def altered() -> ReportingPeriod:
    """A closed period with one confirmed text, whose snapshot now says something else."""
    period = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    alter_snapshot(period, HEADLINE, "举办全市职业技能竞赛9场")
    return period


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(cast.clerk().person)
    return client


def addresses(period: ReportingPeriod) -> dict[str, str]:
    return {
        "overview": reverse("measures:overview", args=["a-policy"]),
        "measures": reverse("measures:measure_list", args=["a-policy"]),
        "departments": reverse("measures:department_list", args=["a-policy"]),
        "report": reverse("measures:report_document", args=["a-policy", "status", period.uuid]),
    }


@pytest.mark.parametrize("page", ["overview", "measures", "departments", "report"])
def test_page_of_figures_names_the_period_and_what_to_do(
    page: str, clerk: Client, altered: ReportingPeriod
) -> None:
    answer = clerk.get(addresses(altered)[page])
    body = answer.content.decode()
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("text/html")
    assert ALTERED in body
    assert "verify_record" in body
    assert "9场" not in body


def test_page_is_in_the_language_of_the_reader(client: Client, altered: ReportingPeriod) -> None:
    leader = cast.leader().person
    leader.language = "en"
    leader.save()
    client.force_login(leader)
    body = client.get(addresses(altered)["overview"]).content.decode()
    assert "The snapshot of 2020 Q2 was changed after it was taken" in body


def test_page_of_the_period_keeps_dates_acts_and_record(client: Client, altered: ReportingPeriod) -> None:
    """Reopening and closing again makes a new snapshot from the rows: the way to it stays open."""
    client.force_login(cast.signer().person)
    answer = client.get(reverse("measures:period_detail", args=["a-policy", altered.uuid]))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert ALTERED in body
    assert reverse("measures:period_reopen", args=["a-policy", altered.uuid]) in body
    assert "9场" not in body

    periods.reopen_period(cast.signer(), altered, "快照被改动", builders.moment())
    periods.close_period(cast.clerk(), altered, "", builders.moment())
    overview = client.get(addresses(altered)["overview"])
    assert overview.status_code == 200
    assert HEADLINE in overview.content.decode()


def test_list_of_reports_says_it_in_the_row_and_offers_no_file(
    clerk: Client, altered: ReportingPeriod
) -> None:
    other = builders.an_open_period(altered.edition, "2020Q1")
    answer = clerk.get(reverse("measures:report_list", args=["a-policy"]))
    body = answer.content.decode()
    assert body.count(ALTERED) == 1  # in the place of all its files
    assert reverse("measures:report_document", args=["a-policy", "status", altered.uuid]) not in body
    assert reverse("measures:report_document", args=["a-policy", "status", other.uuid]) in body


def test_record_of_a_department_says_it_in_place_of_the_counts(
    clerk: Client, altered: ReportingPeriod
) -> None:
    answer = clerk.get(reverse("measures:department_detail", args=["a-policy", "zgh"]))
    assert answer.status_code == 200
    assert ALTERED in answer.content.decode()
    [row] = answer.context["record"]
    assert row.count is None
    assert len(answer.context["updates"]) == 1


def test_measure_leaves_out_the_year_and_says_so(clerk: Client) -> None:
    measure = builders.a_measure()
    builders.a_commitment(measure, cycle=CommitmentCycle.YEARLY)
    [subject] = measure.commitments.get().subjects.all()
    for code, number in (("2019Q4", 2), ("2020Q1", 1)):
        text = builders.a_text(values={subject.pk: (number, None)})
        builders.an_update(UpdateState.CONFIRMED, measure=measure, code=code, text=text)
    period = ReportingPeriod.objects.select_related("policy", "edition").get(code="2019Q4")
    periods.close_period(cast.clerk(), period, "", builders.moment(date(2020, 1, 15)))
    page = reverse("measures:measure_detail", args=["a-policy", measure.uuid])
    [years] = clerk.get(page).context["history"].years
    assert [row.year for row in years] == [2019, 2020]

    alter_snapshot(period)

    answer = clerk.get(page)
    [years] = answer.context["history"].years
    assert [row.year for row in years] == [2020]
    assert "2019年第四季度的快照在生成后被改动" in answer.content.decode()


def test_command_says_it_and_writes_no_file(altered: ReportingPeriod, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"{ALTERED}.*verify_record"):
        call_command(
            "export_report", "status", policy="a-policy", period="2020Q2", output=str(tmp_path / "a.pdf")
        )
    assert not list(tmp_path.iterdir())


def test_content_with_a_hash_of_its_own_that_is_no_summary_is_told_too(
    clerk: Client, altered: ReportingPeriod
) -> None:
    unguarded_content = '{"schema":1}'
    PeriodSnapshot.objects.update(
        content=unguarded_content, parts="", seal="", sha256=digest(unguarded_content)
    )
    answer = clerk.get(addresses(altered)["overview"])
    assert answer.status_code == 409
    assert "2020年第二季度的快照无法由本版本读取" in answer.content.decode()
    answer = clerk.get(reverse("measures:policy_list"))
    assert answer.status_code == 200
    assert "2020年第二季度的快照无法由本版本读取" in answer.content.decode()


def test_snapshot_as_it_was_written_is_shown(clerk: Client) -> None:
    period = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    unguarded()
    assert summaries.read_period(period, cast.DAY).summary.counts[LightColour.GREEN] == 1
    assert clerk.get(addresses(period)["overview"]).status_code == 200
