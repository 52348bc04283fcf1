"""Each row of the sheet keeps what is typed by itself, as the form of its update does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from departments.actors import Actor
from langfang_policy import clock
from measures.models import HeldText, ProgressUpdate, ReportingPeriod, UpdateState
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("the same pages over the same rows; held text itself is tried on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


@pytest.fixture
def period(db: None) -> ReportingPeriod:
    builders.a_working_calendar()
    for _number in range(2):
        builders.a_measure()
    return builders.an_open_period()


@pytest.fixture
def reporter(browser_of: BrowserOf) -> Client:
    return browser_of(cast.reporter())


def address(period: ReportingPeriod) -> str:
    return f"/p/a-policy/periods/{period.uuid}/departments/zgh/sheet/"


def row_of(page: Any, ordinal: int) -> Any:
    return next(row for row in page.context["rows"] if row.update.measure.ordinal == ordinal)


def typed(row: Any, **words: str) -> dict[str, str]:
    """The fields of a row without their prefix, as its script sends them."""
    data = {name: str(row.form[name].value() or "") for name in row.form.fields}
    carried = {name: getattr(row.typing, name) for name in ("token", "page", "continues")}
    return {**data, **carried, **words}


def as_posted(row: Any, **words: str) -> dict[str, str]:
    return {f"{row.form.prefix}-{name}": value for name, value in typed(row, **words).items()}


def autosave(client: Client, row: Any, **words: str) -> int:
    return client.post(f"/p/a-policy/updates/{row.update.uuid}/autosave/", typed(row, **words)).status_code


def draft_of(update: ProgressUpdate) -> list[str]:
    return list(update.revisions.values_list("headline", flat=True))


def test_a_row_is_kept_by_itself_and_is_back_on_the_sheet_and_on_its_form(
    reporter: Client, period: ReportingPeriod
) -> None:
    row = row_of(reporter.get(address(period)), 1)
    assert autosave(reporter, row, headline="办赛2场") == 200
    assert draft_of(row.update) == []
    page = reporter.get(address(period))
    back, other = row_of(page, 1), row_of(page, 2)
    assert (back.form["headline"].value(), back.typing.continues) == ("办赛2场", row.typing.page)
    assert (other.form["headline"].value(), other.typing.held) == ("", None)
    assert "Your text is back." in page.content.decode()
    form = reporter.get(f"/p/a-policy/updates/{row.update.uuid}/edit/")
    assert form.context["form"]["headline"].value() == "办赛2场"


def test_saving_the_sheet_forgets_what_was_kept_here_and_in_the_browser(
    reporter: Client, period: ReportingPeriod
) -> None:
    page = reporter.get(address(period))
    rows = [row_of(page, n) for n in (1, 2)]
    for row in rows:
        assert autosave(reporter, row, headline="办赛2场") == 200
    late = {"situation": "elsewhere"}  # this one is wrong: nothing of it is forgotten
    data = as_posted(rows[0], headline="办赛3场") | as_posted(rows[1], headline="办赛2场", **late)
    answer = reporter.post(address(period), {**data, "act": "save"})
    assert answer.status_code == 422
    assert draft_of(rows[0].update) == ["办赛3场"]
    assert [held.update for held in HeldText.objects.all()] == [rows[1].update]
    assert f'data-stored="{rows[0].update.uuid}"' in answer.content.decode()


def test_submitting_the_sheet_takes_what_was_typed_on_it(reporter: Client, period: ReportingPeriod) -> None:
    row = row_of(reporter.get(address(period)), 1)
    autosave(reporter, row, headline="办赛2场")
    back = row_of(reporter.get(address(period)), 1)
    reporter.post(address(period), {**as_posted(back), "act": "submit"})
    row.update.refresh_from_db()
    assert (row.update.state, draft_of(row.update)) == (S.IN_REVIEW, ["办赛2场"])
    assert builders.held_for(cast.reporter().person, row.update, clock.now()) is None


def test_what_was_typed_on_another_page_since_stays_when_the_sheet_is_saved(
    reporter: Client, period: ReportingPeriod
) -> None:
    row = row_of(reporter.get(address(period)), 1)
    elsewhere = typed(row, headline="另一页写的") | {"page": "another", "continues": ""}
    reporter.post(f"/p/a-policy/updates/{row.update.uuid}/autosave/", elsewhere)
    assert autosave(reporter, row, headline="本页写的") == 409
    reporter.post(address(period), {**as_posted(row, headline="本页写的"), "act": "save"})
    held = builders.held_for(cast.reporter().person, row.update, clock.now())
    assert held is not None
    assert (held.fields["headline"], draft_of(row.update)) == ("另一页写的", ["本页写的"])
