"""The clerk's period on its pages: planned, opened, watched, closed, reopened; errors at their fields."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from departments.models import Department, Membership, Role, WorkingDay
from measures.models import Act, Cadence, Event, PeriodState, ReportingPeriod, UpdateState
from measures.workflow import periods, updates
from tests import builders, cast

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
LIST = "/p/a-policy/periods/"
PLAN = "/p/a-policy/periods/plan/"
DATES = {
    "participant_due_on": "2020-07-06",
    "lead_due_on": "2020-07-07",
    "check_due_on": "2020-07-10",
    "grace_ends_on": "2020-07-14",
}


def address(view: str, period: ReportingPeriod) -> str:
    return reverse(f"measures:period_{view}", args=["a-policy", period.uuid])


def state_of(period: ReportingPeriod) -> str:
    return ReportingPeriod.objects.get(pk=period.pk).state


# --- the list ------------------------------------------------------------------------------------


def test_period_list_before_the_first_says_who_begins(browser_of: BrowserOf) -> None:
    builders.a_measure()
    body = browser_of(cast.leader()).get(LIST).content.decode()
    assert "There is no period yet" in body
    assert "Plan the next period" not in body
    assert "Plan the next period" in browser_of(cast.clerk()).get(LIST).content.decode()


def test_period_list_shows_the_newest_first_with_the_state(browser_of: BrowserOf) -> None:
    builders.an_open_period(code="2020Q1")
    builders.a_planned_period(code="2020Q2")
    page = browser_of(cast.reporter()).get(LIST)
    assert [row.code for row in page.context["page"].object_list] == ["2020Q2", "2020Q1"]
    body = page.content.decode()
    assert body.index("2020 Q2") < body.index("2020 Q1")


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_period_list_is_paged(browser_of: BrowserOf) -> None:
    for year in range(2015, 2021):
        for quarter in range(1, 5):
            builders.a_planned_period(code=f"{year}Q{quarter}")
    leader = browser_of(cast.leader())
    assert len(leader.get(LIST).context["page"].object_list) == 20
    assert len(leader.get(LIST, {"page": "2"}).context["page"].object_list) == 4
    assert leader.get(LIST, {"page": "nonsense"}).context["page"].number == 1


def test_period_list_costs_the_same_for_one_row_and_for_five(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    people = [browser_of(actor) for actor in (cast.leader(), cast.clerk(), cast.admin())]
    builders.a_planned_period(code="2020Q2")
    few = [queries_of(person, LIST) for person in people]
    for code in ("2020Q1", "2019Q4", "2019Q3", "2019Q2"):
        builders.a_planned_period(code=code)
    assert [queries_of(person, LIST) for person in people] == few


@pytest.mark.parametrize(
    ("cadence", "code", "name"),
    [(Cadence.MONTHLY, "2020M06", "June 2020"), (Cadence.HALF_YEARLY, "2020H1", "First half of 2020")],
)
def test_period_of_each_cadence_has_its_name_where_it_stands_alone(
    browser_of: BrowserOf, cadence: Cadence, code: str, name: str
) -> None:
    edition = builders.an_edition(builders.a_policy(cadence=cadence))
    builders.a_measure()
    period = builders.an_open_period(edition, code)
    leader = browser_of(cast.leader())
    choice = f"/p/a-policy/?period={code}"
    for place in (LIST, address("detail", period), choice, "/p/a-policy/reports/"):
        assert f">{name}<" in leader.get(place).content.decode()
    assert leader.get("/p/a-policy/?period=2020Q2").status_code == 404


# --- planning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cadence", "proposed", "offered"),
    [
        (Cadence.MONTHLY, "2020M06", {"2019M06", "2020M06", "2021M05"}),
        (Cadence.QUARTERLY, "2020Q2", {"2019Q2", "2020Q2", "2021Q1"}),
        (Cadence.HALF_YEARLY, "2020H1", {"2019H1", "2020H1", "2020H2"}),
    ],
)
def test_period_plan_proposes_a_period_of_the_cadence(
    browser_of: BrowserOf, cadence: Cadence, proposed: str, offered: set[str]
) -> None:
    builders.an_edition(builders.a_policy(cadence=cadence))
    body = browser_of(cast.clerk()).get(PLAN).content.decode()
    found = dict(re.findall(r'<option value="(\w+)"(.*?)>', body))
    assert [code for code, chosen in found.items() if chosen] == [proposed]
    assert offered < set(found)
    assert len(found) == 2 * cadence.periods_a_year


def test_period_plan_offers_what_is_not_planned_in_the_language_of_the_screen(browser_of: BrowserOf) -> None:
    builders.a_planned_period(code="2020Q1")
    body = browser_of(cast.clerk()).get(PLAN).content.decode()
    assert '<option value="2020Q2" selected>2020 Q2</option>' in body
    assert '<option value="2020Q1"' not in body


def test_period_plan_counts_the_dates_and_goes_on_to_opening(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    builders.a_measure()
    answer = browser_of(cast.clerk()).post(PLAN, {"code": "2020Q2"})
    period = ReportingPeriod.objects.get()
    assert answer["Location"] == address("open", period)
    assert (period.participant_due_on, period.lead_due_on) == (builders.PARTICIPANTS_DUE, builders.LEADS_DUE)
    assert (period.check_due_on, period.grace_ends_on) == (builders.CHECK_DUE, builders.GRACE_ENDS)


@pytest.mark.parametrize("code", ["", "2020", "2020Q5", "Q2-2020", "二季度"])
def test_period_plan_refuses_what_is_no_quarter(browser_of: BrowserOf, code: str) -> None:
    builders.a_working_calendar()
    builders.a_measure()
    page = browser_of(cast.clerk()).post(PLAN, {"code": code})
    assert page.status_code == 422
    assert page.context["form"].errors
    assert not ReportingPeriod.objects.exists()


def test_period_plan_says_which_calendar_is_missing(browser_of: BrowserOf) -> None:
    builders.a_measure()
    page = browser_of(cast.clerk()).post(PLAN, {"code": "2020Q2"})
    assert page.status_code == 422
    [message] = page.context["form"].errors["code"]
    assert "2020" in message
    assert 'value="2020Q2"' in page.content.decode()


def test_period_plan_refuses_a_quarter_that_exists(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    builders.a_planned_period()
    page = browser_of(cast.clerk()).post(PLAN, {"code": "2020Q2"})
    assert page.status_code == 422
    assert page.context["form"].errors
    assert ReportingPeriod.objects.count() == 1


def test_period_plan_of_no_policy_is_no_page(browser_of: BrowserOf) -> None:
    clerk = browser_of(cast.clerk())
    for place in (
        "/p/none/periods/plan/",
        "/p/%00/periods/plan/",
        "/periods/plan/?policy=none",
        "/periods/plan/?policy=%00",
    ):
        page = clerk.get(place)
        assert page.status_code == 404
        assert "There is no such page" in page.content.decode()


# --- opening -------------------------------------------------------------------------------------


@pytest.fixture
def planned() -> ReportingPeriod:
    """A measure of three departments in a planned period, with the days counted."""
    builders.a_working_calendar()
    builders.a_measure(leads=("zgh", "czj"), participants=("jyj",))
    return builders.a_planned_period()


def test_period_open_shows_what_will_be_owed(browser_of: BrowserOf, planned: ReportingPeriod) -> None:
    page = browser_of(cast.clerk()).get(address("open", planned))
    ((_measure, shown),) = page.context["page"]
    assert [duty.department.slug for duty in shown] == ["zgh", "czj", "jyj"]
    assert (page.context["updates"], page.context["bodies"]) == (3, 3)
    assert 'value="2020-07-07"' in page.content.decode()


def test_period_open_creates_the_updates_and_says_how_many(
    browser_of: BrowserOf, planned: ReportingPeriod
) -> None:
    page = browser_of(cast.clerk()).post(address("open", planned), DATES, follow=True)
    assert "The period is open: 3 updates are owed." in page.content.decode()
    assert state_of(planned) == PeriodState.OPEN
    assert planned.updates.count() == 3
    assert Event.objects.filter(period=planned, act=Act.OPEN_PERIOD).count() == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"participant_due_on": "2020-06-30"}, "participant_due_on"),
        ({"participant_due_on": "2020-07-02"}, "participant_due_on"),
        ({"participant_due_on": "nonsense"}, "participant_due_on"),
        ({"grace_ends_on": ""}, "grace_ends_on"),
        ({"lead_due_on": "2020-07-03"}, "__all__"),
    ],
)
def test_period_open_says_at_the_field_what_is_wrong(
    browser_of: BrowserOf, planned: ReportingPeriod, changes: dict[str, str], wrong: str
) -> None:
    page = browser_of(cast.clerk()).post(address("open", planned), {**DATES, **changes})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [wrong]
    assert 'value="2020-07-10"' in page.content.decode()
    assert state_of(planned) == PeriodState.PLANNED


def test_period_open_without_the_years_calendar_says_so(
    browser_of: BrowserOf, planned: ReportingPeriod
) -> None:
    WorkingDay.objects.all().delete()
    page = browser_of(cast.clerk()).post(address("open", planned), DATES)
    assert page.status_code == 422
    assert "2020" in page.context["form"].errors["__all__"][0]


def test_period_open_twice_is_refused_in_words(browser_of: BrowserOf, planned: ReportingPeriod) -> None:
    clerk = browser_of(cast.clerk())
    clerk.post(address("open", planned), DATES)
    page = clerk.post(address("open", planned), DATES)
    assert page.status_code == 422
    assert "is not possible now" in page.content.decode()
    assert planned.updates.count() == 3


# --- while it runs -------------------------------------------------------------------------------


def test_period_detail_of_a_planned_period_owes_nothing(
    browser_of: BrowserOf, planned: ReportingPeriod
) -> None:
    body = browser_of(cast.clerk()).get(address("detail", planned)).content.decode()
    assert "Nothing is owed yet" in body
    assert address("open", planned) in body
    assert (
        address("open", planned)
        not in browser_of(cast.leader()).get(address("detail", planned)).content.decode()
    )


def test_period_detail_shows_filing_to_the_office_only(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.SUBMITTED)
    for actor, sees in ((cast.clerk(), True), (cast.auditor(), True), (cast.reporter(), False)):
        body = browser_of(actor).get(address("detail", update.period)).content.decode()
        assert ("Filing by department" in body) is sees


def test_period_detail_gives_telephones_of_the_missing_to_who_may_ring(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = builders.an_update(UpdateState.DRAFT)
    Department.objects.filter(slug="zgh").update(contact="周联络", telephone="0316-2012345")
    place = address("detail", update.period)
    assert "0316-2012345" not in browser_of(cast.clerk()).get(place).content.decode()
    monkeypatch.setattr("langfang_policy.clock.today", lambda: date(2020, 7, 20))
    for actor, sees in ((cast.clerk(), True), (cast.leader(), True), (cast.auditor(), False)):
        assert ("0316-2012345" in browser_of(actor).get(place).content.decode()) is sees


def test_period_detail_says_when_it_is_in_grace(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = builders.an_update().period
    pages = (LIST, address("detail", period), reverse("measures:report_list", args=["a-policy"]))
    clerk = browser_of(cast.clerk())
    assert not [place for place in pages if "in grace" in clerk.get(place).content.decode()]
    monkeypatch.setattr("langfang_policy.clock.today", lambda: date(2020, 7, 8))
    assert all("in grace" in clerk.get(place).content.decode() for place in pages)


def test_period_detail_leads_to_each_update(browser_of: BrowserOf) -> None:
    """By way of its department: which of its updates are in that state, and each of them."""
    update, other = builders.an_update(), builders.an_update(UpdateState.SUBMITTED)
    clerk = browser_of(cast.clerk())
    body = clerk.get(address("detail", update.period)).content.decode()
    links = re.findall(r'href="(/p/a-policy/departments/zgh/\?period=2020Q2&amp;state=(\w+)#updates)"', body)
    shown = {state: clerk.get(link.replace("&amp;", "&")).content.decode() for link, state in links}
    assert list(shown) == ["due", "submitted"]
    for row in (update, other):
        place = reverse("measures:update_detail", args=["a-policy", row.uuid])
        assert [state for state, page in shown.items() if place in page] == [row.state]


def test_period_detail_alerts_to_updates_that_nobody_may_confirm(browser_of: BrowserOf) -> None:
    only = cast.lent_clerk()
    update = builders.an_update(slug="zgh")
    update = updates.submit_for_review(
        only, update, update.version, builders.moment(), text=builders.a_text()
    )
    update = updates.approve_and_submit(cast.reviewer(), update, update.version, builders.moment())
    auditor = browser_of(cast.auditor())
    page = auditor.get(address("detail", update.period))
    assert [row.pk for row in page.context["unconfirmable"]] == [update.pk]
    assert "Nobody may confirm these updates" in page.content.decode()
    assert browser_of(cast.reporter()).get(address("detail", update.period)).context["unconfirmable"] == []
    cast.signer()
    assert auditor.get(address("detail", update.period)).context["unconfirmable"] == []
    Membership.objects.filter(role=Role.SIGNER).update(valid_to=date(2020, 6, 30))
    cast.clerk()
    assert auditor.get(address("detail", update.period)).context["unconfirmable"] == []


def test_period_detail_costs_the_same_for_one_line_and_for_five(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    people = [browser_of(actor) for actor in (cast.leader(), cast.clerk(), cast.reporter())]
    place = address("detail", builders.an_update(UpdateState.SUBMITTED).period)
    few = [queries_of(person, place) for person in people]
    for slug in ("jyj", "czj", "gzw", "gsl"):
        builders.an_update(UpdateState.SUBMITTED, slug=slug)
    assert [queries_of(person, place) for person in people] == few


# --- closing and reopening -----------------------------------------------------------------------


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_period_open_and_close_list_fifty_and_say_how_many_there_are(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    builders.a_working_calendar()
    section = builders.a_section()
    for _number in range(3):
        builders.a_measure(section=section)
    planned = builders.a_planned_period(code="2020Q3")
    opened = builders.an_open_period()
    clerk, places = browser_of(cast.clerk()), (address("open", planned), address("close", opened))
    few = [queries_of(clerk, place) for place in places]

    for _number in range(51):
        builders.a_measure(section=section)
    builders.an_open_period()

    assert [queries_of(clerk, place) for place in places] == few
    for place, total in zip(
        places, ("54 updates by 1 departments", "54 updates are not confirmed"), strict=True
    ):
        first, second = clerk.get(place), clerk.get(place, {"page": "2"})
        assert [len(page.context["page"].object_list) for page in (first, second)] == [50, 4]
        assert total in re.sub(r"\s+", " ", first.content.decode())
        assert "Page 1 of 2, 54 entries" in re.sub(r"\s+", " ", first.content.decode())


def test_period_close_lists_what_is_not_confirmed_and_asks_for_a_reason(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.DRAFT)
    builders.an_update(UpdateState.CONFIRMED, slug="jyj")
    clerk, place = browser_of(cast.clerk()), address("close", update.period)
    asked = clerk.get(place)
    assert [row.pk for row in asked.context["rows"]] == [update.pk]
    assert reverse("measures:update_detail", args=["a-policy", update.uuid]) in asked.content.decode()
    page = clerk.post(place, {"reason": ""})
    assert page.status_code == 422
    assert page.context["form"].errors == {
        "reason": ["Some updates are not confirmed: give the reason for closing now."]
    }
    assert state_of(update.period) == PeriodState.OPEN
    done = clerk.post(place, {"reason": "市总工会书面说明下期补报"}, follow=True)
    assert "its numbers stand still" in done.content.decode()
    assert state_of(update.period) == PeriodState.CLOSED


def test_period_close_warns_while_the_grace_runs(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, place = browser_of(cast.clerk()), address("close", builders.an_update().period)
    for today, warns in ((builders.GRACE_ENDS, True), (builders.GRACE_ENDS + timedelta(days=1), False)):
        monkeypatch.setattr("langfang_policy.clock.today", lambda today=today: today)
        assert ("The grace runs until" in clerk.get(place).content.decode()) is warns


def test_period_close_says_no_more_than_is_true(browser_of: BrowserOf) -> None:
    """It can be reopened: nothing is for good."""
    place = address("close", builders.an_update().period)
    body = browser_of(cast.clerk()).get(place).content.decode()
    assert [words in body for words in ("for good", "never", "reopen the period, with a reason")] == [
        False,
        False,
        True,
    ]


def test_period_close_needs_no_reason_when_all_is_confirmed(browser_of: BrowserOf) -> None:
    period = builders.an_update(UpdateState.CONFIRMED).period
    answer = browser_of(cast.clerk()).post(address("close", period), {"reason": ""})
    assert answer["Location"] == address("detail", period)
    assert period.snapshots.count() == 1


def test_period_close_keeps_a_reason_that_is_too_long(browser_of: BrowserOf) -> None:
    period = builders.an_update(UpdateState.DRAFT).period
    page = browser_of(cast.clerk()).post(address("close", period), {"reason": "长" * 201})
    assert page.status_code == 422
    assert "长" * 201 in page.content.decode()
    assert state_of(period) == PeriodState.OPEN


@pytest.fixture
def closed() -> ReportingPeriod:
    period = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment())
    return ReportingPeriod.objects.get()


def test_period_detail_of_a_closed_period_names_its_snapshot(
    browser_of: BrowserOf, closed: ReportingPeriod
) -> None:
    body = browser_of(cast.leader()).get(address("detail", closed)).content.decode()
    assert closed.snapshots.get().sha256[:12] in body
    assert address("reopen", closed) not in body
    assert (
        address("reopen", closed) in browser_of(cast.signer()).get(address("detail", closed)).content.decode()
    )


def test_period_reopen_is_the_signers_with_a_reason(browser_of: BrowserOf, closed: ReportingPeriod) -> None:
    signer = browser_of(cast.signer())
    page = signer.post(address("reopen", closed), {"reason": ""})
    assert page.status_code == 422
    assert page.context["form"].errors == {"reason": ["Give a reason."]}
    signer.post(address("reopen", closed), {"reason": "漏计一条已报送内容"})
    assert state_of(closed) == PeriodState.OPEN
    assert Event.objects.get(act=Act.REOPEN_PERIOD).comment == "漏计一条已报送内容"


def test_period_reopen_is_refused_once_a_report_was_issued(
    browser_of: BrowserOf, closed: ReportingPeriod
) -> None:
    ReportingPeriod.objects.update(report_issued_at=builders.moment())
    page = browser_of(cast.signer()).post(address("reopen", closed), {"reason": "漏计一条"})
    assert page.status_code == 422
    assert "A report of this period was issued" in page.content.decode()
    assert "漏计一条" in page.content.decode()


def test_period_whose_report_was_issued_offers_no_reopening_and_says_why(
    browser_of: BrowserOf, closed: ReportingPeriod
) -> None:
    """On its page, and on the page that would ask, before anything is written."""
    ReportingPeriod.objects.update(report_issued_at=builders.moment())
    signer, refused = browser_of(cast.signer()), "A report of this period was issued: it cannot be reopened."
    detail = signer.get(address("detail", closed)).content.decode()
    assert (refused in detail, address("reopen", closed) in detail) == (True, False)
    asked = signer.get(address("reopen", closed)).content.decode()
    assert (refused in asked, 'name="reason"' in asked) == (True, False)
    assert refused not in browser_of(cast.leader()).get(address("detail", closed)).content.decode()


def test_period_archive_says_what_it_ends_and_ends_it(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.RETURNED)
    period = update.period
    periods.close_period(cast.clerk(), period, "下期补报", builders.moment())
    clerk = browser_of(cast.clerk())
    assert address("archive", period) in clerk.get(address("detail", period)).content.decode()
    asked = clerk.get(address("archive", period)).content.decode()
    assert "This cannot be taken back." in asked
    assert "1 update is not confirmed and stays so." in asked
    assert state_of(period) == PeriodState.CLOSED
    done = clerk.post(address("archive", period), follow=True).content.decode()
    assert "nothing of it changes any more" in done
    assert address("archive", period) not in done
    assert (state_of(period), Event.objects.filter(act=Act.ARCHIVE_PERIOD).count()) == (
        PeriodState.ARCHIVED,
        1,
    )
    assert clerk.post(address("archive", period)).status_code == 422


@pytest.mark.parametrize(
    ("view", "who"),
    [("close", cast.clerk), ("reopen", cast.signer), ("open", cast.clerk), ("archive", cast.clerk)],
)
def test_period_act_out_of_turn_is_told(browser_of: BrowserOf, view: str, who: Callable[[], Actor]) -> None:
    period = builders.a_planned_period() if view != "open" else builders.an_open_period()
    page = browser_of(who()).get(address(view, period))
    assert page.context["possible"] is False
    assert 'name="reason"' not in page.content.decode()
