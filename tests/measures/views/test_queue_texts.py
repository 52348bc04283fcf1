"""What stands beside a text that is decided on: what has changed since it came back, and the targets."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import InterimTarget, ProgressUpdate, UpdateState
from measures.workflow import updates
from tests import builders, cast
from tests.builders import a_commitment, a_measure, a_text, an_update, returned_by_office

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("the same pages over the same rows"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
NOW = builders.moment()
MARKED = "举办竞赛<del>2</del><ins>3</ins>场"
NOTHING = "No word and no value was changed since the return."


@pytest.fixture
def calendar(db: None) -> None:
    builders.a_working_calendar()


def page_of(update: ProgressUpdate) -> str:
    return f"/p/a-policy/updates/{update.uuid}/"


def read(browser_of: BrowserOf, actor: Actor, *places: str) -> list[str]:
    return [browser_of(actor).get(place).content.decode() for place in places]


# --- what has changed since it came back ---------------------------------------------------------


def test_what_has_changed_since_the_return_is_marked_where_it_is_decided_on(browser_of: BrowserOf) -> None:
    """By the reviewer, who returned it within the department, and by the office, which returned it later."""
    goal = a_commitment(a_measure())
    key = goal.subjects.get().pk
    first = a_text("举办竞赛2场", values={key: (Decimal(1), None)})
    second = a_text("举办竞赛3场", values={key: (Decimal(2), None)})
    update = returned_by_office(an_update(S.SUBMITTED, measure=goal.measure, text=first))
    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, second)
    value = "<del>1</del><ins>2</ins>"
    for shown in read(browser_of, cast.reviewer(), "/review/", page_of(update)):
        assert (MARKED in shown, value in shown, "Changed since the return: 2 fields" in shown) == (True,) * 3
    updates.approve_and_submit(cast.reviewer(), update, update.version, NOW)
    for shown in read(browser_of, cast.clerk(), "/check/", page_of(update)):
        assert (MARKED in shown, value in shown) == (True, True)
    [row] = browser_of(cast.clerk()).get("/check/").context["rows"]
    assert [change.name for change in row.since_return] == ["headline", f"number_{key}"]


def test_a_text_that_comes_again_as_it_was_says_so(browser_of: BrowserOf) -> None:
    update = returned_by_office(an_update(S.SUBMITTED))
    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW)
    shown = read(browser_of, cast.reviewer(), "/review/", page_of(update))
    assert [NOTHING in page for page in shown] == [True, True]


def test_the_office_compares_with_what_it_returned_and_learns_of_no_return_inside(
    browser_of: BrowserOf,
) -> None:
    update = returned_by_office(an_update(S.SUBMITTED, text=a_text("举办竞赛2场")))
    for inside, words in (("办内意见", "内部稿"), ("", "举办竞赛3场")):
        update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, a_text(words))
        if inside:
            update = updates.return_for_revision(cast.reviewer(), update, update.version, inside, NOW)
    [own] = browser_of(cast.reviewer()).get("/review/").context["rows"]
    assert (own.returned.comment, [change.theirs for change in own.since_return]) == ("办内意见", ["内部稿"])
    update = updates.approve_and_submit(cast.reviewer(), update, update.version, NOW)
    for shown in read(browser_of, cast.clerk(), "/check/", page_of(update)):
        assert (MARKED in shown, "内部稿" in shown, "办内意见" in shown) == (True, False, False)
    assert "请补充数据" in read(browser_of, cast.clerk(), "/check/")[0]


def test_a_return_before_the_text_in_force_is_over_when_that_is_corrected(browser_of: BrowserOf) -> None:
    update = returned_by_office(an_update(S.SUBMITTED))
    assert browser_of(cast.clerk()).get(page_of(update)).context["since_return"] is None
    update = builders.in_correction(builders.brought_to(S.CONFIRMED, update))
    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, a_text("更正后"))
    [row] = browser_of(cast.reviewer()).get("/review/").context["rows"]
    assert (row.correction is not None, row.since_return) == (True, None)
    assert browser_of(cast.reviewer()).get(page_of(update)).context["since_return"] is None


# --- what is to be reached -----------------------------------------------------------------------

AIMS = (
    "<b>14 个</b></span> "
    '<span class="small soft">target ≥ 120 · Interim target: 40 个 by June 30, 2020, in the light from '
    "July 1, 2020; then 120 个 by December 31, 2020, in the light from January 1, 2021</span>"
)


def test_a_value_stands_beside_its_targets_where_it_is_decided_on(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    """As the form says them; every value once, however many steps its commitment has; no query more."""
    goal = a_commitment(a_measure(), unit="个", floor=Decimal(120))
    key = goal.subjects.get().pk
    text = a_text(values={key: (Decimal(14), None)})
    update = an_update(S.IN_REVIEW, measure=goal.measure, text=text)
    reviewer, places = browser_of(cast.reviewer()), ("/review/", page_of(update))
    before = [queries_of(reviewer, place) for place in places]
    assert "target ≥ 120</span>" in read(browser_of, cast.reviewer(), "/review/")[0]
    for month, day, target in ((6, 30, 40), (12, 31, 120)):
        InterimTarget.objects.create(commitment=goal, on=date(2020, month, day), target=target)
    assert [AIMS in page for page in read(browser_of, cast.reviewer(), *places)] == [True, True]
    assert [queries_of(reviewer, place) for place in places] == before
    [row] = reviewer.get("/review/").context["rows"]
    assert [len(values) for values in row.text.values.values()] == [1]
    update = updates.approve_and_submit(cast.reviewer(), update, update.version, NOW)
    assert AIMS in read(browser_of, cast.clerk(), "/check/")[0]
    updates.confirm(cast.clerk(), update, update.version, NOW)
    assert AIMS in read(browser_of, cast.leader(), page_of(update))[0]


def test_targets_of_several_subjects_are_counted_over_all_of_them(browser_of: BrowserOf) -> None:
    """Of which the text states one: the interim target is so many of two."""
    goal = a_commitment(a_measure(), "市区", "开发区", floor=Decimal(3))
    InterimTarget.objects.create(commitment=goal, on=date(2020, 6, 30), target=1)
    key = goal.subjects.get(name="市区").pk
    an_update(S.IN_REVIEW, measure=goal.measure, text=a_text(values={key: (Decimal(2), None)}))
    [page] = read(browser_of, cast.reviewer(), "/review/")
    assert "target ≥ 3 · Interim target: 1/2 by June 30, 2020" in page
