"""The board of a period: each update in its cell, totals, whom to call, filters, one cost at any size."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import DemoMode
from langfang_policy import clock
from measures import summaries
from measures.models import PeriodState, ReportingPeriod, Situation, UpdateState
from measures.pages.board import COLUMNS, DEPARTMENTS
from tests import builders, cast
from tests.retold import retold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
LATE_DAY = date(2020, 7, 8)


def board_of(period: ReportingPeriod) -> str:
    return f"/p/a-policy/periods/{period.uuid}/board/"


def cells(page: str) -> dict[str, str]:
    """What is said of each update: `department code` → class of its mark and words."""
    found = re.findall(r'mark mark-([\w-]+)( mark-lead)?"\s+href="[^"]*"\s+title="(\S+ \S+) ([^"]*)"', page)
    return {place: f"{name}{'!' if lead else ''} {words}" for name, lead, place, words in found}


def silent_department(slug: str, **changes: str) -> None:
    cast.a_department(slug, **changes)
    builders.a_measure(leads=(slug,))


@pytest.fixture
@retold
def period(db: None) -> ReportingPeriod:
    """One update in each state; one that was due yesterday."""
    builders.a_working_calendar()
    for state in S:
        builders.an_update(state)
    nothing = builders.a_text(headline="", situation=Situation.NO_PROGRESS, reason="本期没有安排")
    builders.an_update(S.CONFIRMED, text=nothing)
    builders.an_update(S.CONFIRMED, at=builders.moment(LATE_DAY))
    measure = builders.a_measure(leads=("jyj",), participants=("czj",))
    period = builders.an_open_period(measure.section.edition)
    for slug, name, number in (("jyj", "王教育", "0316-111"), ("czj", "李财政", "0316-222")):
        department = cast.a_department(slug)
        department.contact, department.telephone = name, number
        department.save()
    builders.update_of(measure, "czj")
    period.updates.filter(department__slug="czj").update(due_on=date(2020, 6, 30))
    return period


def test_a_cell_says_its_state_by_sign_class_and_words(
    browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    page = browser_of(cast.clerk()).get(board_of(period)).content.decode()
    assert cells(page) == {
        "市总工会 二（一）": "due! due · lead department",
        "市总工会 二（二）": "draft! being written · lead department",
        "市总工会 二（三）": "in-review! in review · lead department",
        "市总工会 二（四）": "returned! returned · lead department",
        "市总工会 二（五）": "submitted! submitted · lead department",
        "市总工会 二（六）": "confirmed! confirmed · lead department",
        "市总工会 二（七）": "waived! waived · lead department",
        "市总工会 二（八）": "nothing-new! no new progress, confirmed · lead department",
        "市总工会 二（九）": "confirmed! confirmed · filed late · lead department",
        "市教育局 二（十）": "due! due · lead department",
        "市财政局 二（十）": "missing not filed",
    }
    assert page.count("mark-missing") == 2, "late is red in its cell and in the legend, and nothing else is"
    for update in period.updates.all():
        assert f"/p/a-policy/updates/{update.uuid}/" in page


def test_a_draft_past_its_day_is_missing_and_says_that_it_is_being_written(
    browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    period.updates.filter(state=S.DRAFT).update(due_on=date(2020, 6, 30))
    shown = cells(browser_of(cast.clerk()).get(board_of(period)).content.decode())
    assert shown["市总工会 二（二）"] == "missing! not filed · being written · lead department"


def test_totals_are_those_of_the_kept_figures(period: ReportingPeriod) -> None:
    kept = summaries.kept_period(period, cast.DAY)
    board = summaries.Board(period, cast.DAY)
    by_department = {row.department.slug: row.tally for row in board.rows(0, 9)}
    assert by_department == {
        row.department.slug: summaries.Tally(
            row.count.owed, row.count.filed, row.confirmed, row.count.missing
        )
        for row in kept.departments
    }
    whole = summaries.Tally(kept.filing.owed, kept.filing.filed, kept.confirmed_count, kept.filing.missing)
    assert board.totals == summaries.Totals(whole, departments=3, silent=1, measures=10, sections=1)
    assert [column.tally for column in board.section_columns(0, 9)] == [whole]
    columns = board.measure_columns(0, 99)
    assert [column.measure.code for column in columns if column.measure][:2] == ["二（一）", "二（二）"]
    assert sum(column.tally.owed for column in columns) == whole.owed


@pytest.mark.parametrize(
    ("who", "may_ring"),
    [(cast.clerk, True), (cast.signer, True), (cast.leader, True), (cast.auditor, False)],
)
def test_whom_to_call_stands_above_for_those_who_may(
    browser_of: BrowserOf, period: ReportingPeriod, who: Callable[[], Actor], may_ring: bool
) -> None:
    page = browser_of(who()).get(board_of(period)).content.decode()
    above = page.split('class="sheet board-silent"')[1].split("</section>")[0]
    assert "1 department has not filed" in above
    assert "市财政局" in above
    assert ("李财政 0316-222" in above) is may_ring
    assert "0316-111" not in page, "nobody needs to call who has still time"


def test_how_often_and_how_strongly_a_silent_department_was_urged_stands_above(
    browser_of: BrowserOf, queries_of: QueriesOf, period: ReportingPeriod
) -> None:
    """Of this period, on the print too; with a link to the slips, at no price in queries."""
    clerk, address = browser_of(cast.clerk()), board_of(period)
    before = queries_of(clerk, address)
    assert "urged" not in clerk.get(address).content.decode()
    update = period.updates.select_related("period__policy", "department").get(department__slug="czj")
    for number, level in enumerate(("blue", "yellow"), start=1):
        day = date(2020, 7, number)
        builders.an_urge(update, number=number, level=level, day=day, at=builders.moment(day))
    other = builders.an_update(measure=update.measure, slug="czj", code="2020Q3")
    builders.an_urge(other, number=3, level="red")
    above = clerk.get(address).content.decode().split('class="sheet board-silent"')[1].split("</section>")[0]
    assert ("urged 2 times" in above, "◆◆</span> yellow slip" in above) == (True, True)
    [slips] = re.findall(r'href="([^"]*urges/[^"]*)"', above)
    assert len(clerk.get(slips.replace("&amp;", "&")).context["page"]) == 2
    assert queries_of(clerk, address) == before


@pytest.mark.parametrize(
    ("day", "who", "narrowed", "offered"),
    [
        (LATE_DAY, cast.clerk, "", ["urge!", "close"]),
        (cast.DAY, cast.clerk, "", ["urge", "close!"]),
        (LATE_DAY, cast.clerk, "?role=participant", ["urge!", "close"]),
        (LATE_DAY, cast.signer, "", []),
    ],
)
def test_urging_is_in_reach_while_updates_are_missing_and_in_grace_comes_before_closing(
    browser_of: BrowserOf,
    period: ReportingPeriod,
    day: date,
    who: Callable[[], Actor],
    narrowed: str,
    offered: list[str],
) -> None:
    """`!`: the one primary button."""
    DemoMode.objects.update(on=day)
    clock.forget()
    page = browser_of(who()).get(board_of(period) + narrowed).content.decode()
    assert acts_on(page) == offered


def acts_on(page: str) -> list[str]:
    found = re.findall(r'class="button( button-primary)?"\s+href="[^"]*/(urge|close)/"', page)
    return [f"{name}{'!' if main else ''}" for main, name in found]


def test_urging_comes_before_closing_on_the_page_of_a_period_in_grace(
    browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    place, clerk = f"/p/a-policy/periods/{period.uuid}/", browser_of(cast.clerk())
    assert acts_on(clerk.get(place).content.decode()) == ["close!", "urge"]
    DemoMode.objects.update(on=LATE_DAY)
    clock.forget()
    assert acts_on(clerk.get(place).content.decode()) == ["urge!", "close"]


def test_a_period_of_which_all_is_filed_offers_no_urging(browser_of: BrowserOf) -> None:
    update = builders.an_update(S.SUBMITTED)
    page = browser_of(cast.clerk()).get(board_of(update.period)).content.decode()
    assert ("/urge/" in page, "/close/" in page) == (False, True)


def test_others_have_no_such_page(browser_of: BrowserOf, period: ReportingPeriod) -> None:
    for actor in (cast.reporter(), cast.reviewer(), cast.clerk_elsewhere(), cast.admin()):
        assert browser_of(actor).get(board_of(period)).status_code == 404


def test_filters_narrow_rows_columns_and_totals(browser_of: BrowserOf, period: ReportingPeriod) -> None:
    other = builders.a_measure(section=builders.a_section(ordinal=3, title="组织实施"), leads=("jyj",))
    builders.an_open_period()
    clerk = browser_of(cast.clerk())

    def rows(**chosen: str) -> list[tuple[str, int]]:
        shown = clerk.get(board_of(period), chosen).context["board"]
        return [(row.department.slug, row.tally.owed) for row in shown.rows]

    assert rows() == [("zgh", 8), ("jyj", 2), ("czj", 1)]
    assert rows(shows="missing") == [("czj", 1)]
    assert rows(role="participant") == [("czj", 1)]
    assert rows(section="3") == [("jyj", 1)]
    assert rows(section="3", role="participant") == []
    assert rows(section="77", role="nonsense", shows="?") == rows(), "an unknown value filters nothing"
    shown = clerk.get(board_of(period), {"section": "3"}).context["board"]
    assert [column.measure.pk for column in shown.columns] == [other.pk]


def test_before_opening_the_board_says_so(browser_of: BrowserOf) -> None:
    page = browser_of(cast.clerk()).get(board_of(builders.a_planned_period())).content.decode()
    assert "has not been opened" in page


def test_a_closed_period_shows_what_came_in_late(browser_of: BrowserOf, period: ReportingPeriod) -> None:
    update = period.updates.get(department__slug="czj")
    builders.set_period_state(period, PeriodState.CLOSED)
    builders.brought_to(S.SUBMITTED, builders.update_of(update.measure, "czj"))
    shown = cells(browser_of(cast.clerk()).get(board_of(period)).content.decode())
    assert shown["市财政局 二（十）"] == "submitted submitted · filed late"


def test_any_size_costs_the_same_queries_and_a_page_of_cells(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    measure = builders.a_measure()
    period = builders.an_open_period(measure.section.edition)
    clerk = browser_of(cast.clerk())
    one = queries_of(clerk, board_of(period))
    several = ("d0", "d1", "d2")
    for number in range(COLUMNS):
        builders.a_measure(
            section=builders.a_section(ordinal=3, title="保障"), leads=several, ordinal=number + 1
        )
    for number in range(3, DEPARTMENTS + 3):
        builders.a_responsibility(measure, f"d{number}", position=number)
    builders.an_open_period()
    address = board_of(period)
    assert queries_of(clerk, address) == one <= 10
    folded = clerk.get(address).context["board"]
    assert folded.folded, "more measures than fit: a column is a section"
    assert (len(folded.rows), len(folded.columns)) == (DEPARTMENTS, 2)
    assert len(clerk.get(address, {"page": "2"}).context["board"].rows) == 4
    assert queries_of(clerk, f"{address}?section=3") == one
    section = clerk.get(address, {"section": "3"}).context["board"]
    assert (len(section.rows), len(section.columns)) == (3, COLUMNS)
