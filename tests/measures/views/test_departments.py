"""The pages of departments: what each answers for, its filing record, and who may see and ring whom."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import Department, Succession
from measures.models import Extension, ExtensionOutcome, ReportingPeriod, ResponsibilityRole, UpdateState
from measures.views import departments as department_views
from measures.workflow import periods
from tests import builders, cast

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
LIST, UNION = "/p/a-policy/departments/", "/p/a-policy/departments/zgh/"


def test_department_list_is_in_protocol_order_with_counts(browser_of: BrowserOf) -> None:
    builders.a_measure(leads=("zgh", "czj"), participants=("jyj",))
    builders.a_measure(leads=("jyj",), participants=("zgh",))
    over = builders.a_measure(leads=("zgh",))
    over.responsibilities.update(valid_to=cast.DAY - timedelta(days=1))
    page = browser_of(cast.stranger()).get(LIST)
    rows = [row for group in page.context["groups"] for row, _filing in group["rows"]]
    assert [row.slug for row in rows] == ["zgh", "jyj", "czj"]
    assert {row.slug: (row.leads, row.participations) for row in rows}["zgh"] == (1, 1)


@pytest.mark.once("who may is decided over loaded rows; the list is opened on both by its neighbours")
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (cast.clerk, True),
        (cast.leader, True),
        (cast.auditor, True),
        (cast.reporter, False),
        (cast.admin, False),
        (cast.clerk_elsewhere, False),
    ],
)
def test_department_list_shows_who_filed_to_the_office_only(
    browser_of: BrowserOf, who: Callable[[], Actor], sees: bool
) -> None:
    builders.an_update(UpdateState.SUBMITTED)
    page = browser_of(who()).get(LIST)
    assert page.context["sees_filing"] is sees
    assert ("1/1" in page.content.decode()) is sees


def test_department_detail_counts_one_measure_as_one(browser_of: BrowserOf) -> None:
    builders.a_measure(leads=("zgh",))
    assert "leads 1 measure, participates in 0" in browser_of(cast.stranger()).get(UNION).content.decode()
    builders.a_measure(leads=("zgh",), participants=("czj",))
    assert "leads 2 measures, participates in 0" in browser_of(cast.stranger()).get(UNION).content.decode()


def test_department_detail_names_its_measures_by_role(browser_of: BrowserOf) -> None:
    led = builders.a_measure(leads=("czj", "zgh"))
    joined = builders.a_measure(leads=("czj",), participants=("zgh",))
    page = browser_of(cast.stranger()).get(UNION)
    assert [row.measure for row in page.context["leads"]] == [led]
    assert [row.measure for row in page.context["participations"]] == [joined]
    assert "廊坊市总工会" in page.content.decode()


def test_department_detail_names_a_measure_once_where_two_roles_meet(browser_of: BrowserOf) -> None:
    measure = builders.a_measure(leads=("zgh",), participants=("zgh",))
    page = browser_of(cast.leader()).get(UNION)
    assert [row.measure for row in page.context["leads"]] == [measure]
    assert page.context["participations"] == []


def test_department_detail_without_a_clause_says_so(browser_of: BrowserOf) -> None:
    builders.a_policy()
    cast.a_department("zgh")
    body = browser_of(cast.stranger()).get(UNION).content.decode()
    assert "No clause names this department." in body


def test_department_detail_says_who_performs_its_duties_today(browser_of: BrowserOf) -> None:
    builders.a_measure(leads=("zgh",))
    Succession.objects.create(
        predecessor=cast.a_department("zgh"),
        successor=cast.a_department("jyj"),
        valid_from=date(2019, 3, 1),
        basis="机构改革方案",
    )
    body = browser_of(cast.leader()).get(UNION).content.decode()
    assert "now performed by" in body
    assert "市教育局" in body


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_department_detail_names_what_it_performs_for_others_today(browser_of: BrowserOf) -> None:
    """To the end of a chain and from its day on; who was followed itself performs nothing for others."""
    builders.a_measure(leads=("zgh",))
    builders.a_measure(leads=("czj",), participants=("zgh",))
    builders.a_measure(leads=("jyj",))

    def succeeds(before: str, after: str, day: date) -> None:
        ends = cast.a_department(before), cast.a_department(after)
        Succession.objects.create(
            predecessor=ends[0], successor=ends[1], valid_from=day, basis="机构改革方案"
        )

    def shown(slug: str) -> list[tuple[str, str]]:
        page = browser_of(cast.leader()).get(f"/p/a-policy/departments/{slug}/")
        assert ("Performed today for others" in page.content.decode()) is bool(page.context["taken_over"])
        return [(row.measure.code, row.department.slug) for row in page.context["taken_over"]]

    succeeds("zgh", "czj", date(2019, 3, 1))
    assert shown("czj") == [("二（一）", "zgh"), ("二（二）", "zgh")]
    succeeds("czj", "jyj", cast.DAY)
    succeeds("jyj", "gzw", cast.DAY + timedelta(days=1))
    assert shown("jyj") == [("二（一）", "zgh"), ("二（二）", "czj"), ("二（二）", "zgh")]
    assert (shown("czj"), shown("gzw")) == ([], [])
    page = browser_of(cast.leader()).get("/p/a-policy/departments/jyj/")
    assert [row.measure.code for row in page.context["leads"]] == ["二（三）"]


def test_department_record_counts_slips_and_later_dates_by_period(browser_of: BrowserOf) -> None:
    update = builders.an_update()
    builders.an_urge(update)
    for number, outcome in enumerate((ExtensionOutcome.GRANTED, ExtensionOutcome.REFUSED, "")):
        decided = {"decided_by": cast.clerk().person, "decided_at": builders.moment(), "answer": "同意"}
        Extension.objects.create(
            update=update,
            due_on=update.due_on,
            new_due_on=update.due_on + timedelta(days=number + 1),
            reason="数据未出",
            asked_by=cast.reporter().person,
            asked_at=builders.moment(),
            outcome=outcome,
            **(decided if outcome else {}),
        )
    builders.an_update(UpdateState.CONFIRMED, code="2020Q1", at=builders.moment(date(2020, 4, 20)))
    page = browser_of(cast.leader()).get(UNION)
    body = page.content.decode()
    assert [(row.slips, row.asked, row.granted) for row in page.context["record"]] == [(1, 3, 1), (0, 0, 0)]
    assert "later dates asked for: 3, granted: 1" in body
    assert 'urges/?department=zgh&amp;period=2020Q2"' in body
    chart = "<title>Filing record</title><desc>2020Q1 filed on time 0, filed late 1, not filed 1; 2020Q2 "
    assert chart in body
    drawn = body.split(chart)[1].split("</svg>")[0]
    assert drawn.count('<a href="?period=2020Q1#updates">') == 2, "late, and not filed"
    assert 'id="updates"' in body
    assert "filed late 1" not in browser_of(cast.reporter("jyj")).get(UNION).content.decode()


@pytest.mark.parametrize(
    ("who", "record", "telephone"),
    [
        (cast.clerk, True, True),
        (cast.signer, True, True),
        (cast.leader, True, True),
        (cast.auditor, True, False),
        (cast.reporter, True, True),
        (lambda: cast.reporter("czj"), False, True),
        (lambda: cast.reporter("jyj"), False, False),
        (cast.stranger, False, False),
        (cast.admin, False, False),
    ],
)
def test_department_detail_shows_record_and_telephone_to_who_may_see_them(
    browser_of: BrowserOf, who: Callable[[], Actor], record: bool, telephone: bool
) -> None:
    measure = builders.a_measure(leads=("czj",), participants=("zgh", "jyj"))
    builders.an_update(UpdateState.DRAFT, measure=measure)
    Department.objects.filter(slug="zgh").update(contact="周联络", telephone="0316-2012345")
    body = browser_of(who()).get(UNION).content.decode()
    assert ("2020 Q2" in body) is record
    assert ("0316-2012345" in body) is telephone
    assert ("Seen by the department itself and the coordinating office." in body) is not record


def test_department_detail_tells_late_waived_and_missing(browser_of: BrowserOf) -> None:
    late_day = builders.moment(date(2020, 4, 20))
    late = builders.an_update(UpdateState.CONFIRMED, code="2020Q1", at=late_day)
    periods.close_period(cast.clerk(), late.period, "", builders.moment())
    builders.an_update(UpdateState.WAIVED)
    page = browser_of(cast.leader()).get(UNION)
    now, before = page.context["record"]
    assert (now.period, now.count.waived, now.count.total) == ("2020 Q2", 1, 2)
    assert (before.period, before.count.late, before.count.rate) == ("2020 Q1", 1, "0%")
    assert "late 1" in page.content.decode()


def test_department_detail_of_an_unknown_code_is_no_page(browser_of: BrowserOf) -> None:
    page = browser_of(cast.leader()).get("/p/a-policy/departments/nosuch/")
    assert page.status_code == 404
    assert "There is no such page" in page.content.decode()


def test_department_pages_cost_the_same_for_one_row_and_for_five(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    people = [browser_of(actor) for actor in (cast.leader(), cast.reporter(), cast.admin())]
    builders.an_update(UpdateState.CONFIRMED)
    few = [queries_of(person, address) for person in people for address in (LIST, UNION)]
    for slug in ("a", "b", "c", "d"):
        builders.an_update(UpdateState.CONFIRMED, measure=builders.a_measure(participants=(slug,)))
    for code in ("2020Q1", "2019Q4", "2019Q3", "2019Q2"):
        builders.an_open_period(code=code)
    assert [queries_of(person, address) for person in people for address in (LIST, UNION)] == few


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_department_pages_cost_ten_queries_and_the_same_html_for_many_measures(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    """With a closed period behind the open one; the whole page is full at fifty rows of each list."""
    measure = builders.a_measure(leads=("zgh",))
    for code in ("2020Q1", "2020Q2"):
        builders.an_update(measure=measure, code=code)
    first = ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code="2020Q1")
    periods.close_period(cast.clerk(), first, "下期补报", builders.moment())
    people = [browser_of(actor) for actor in (cast.leader(), cast.reporter(), cast.reporter("jyj"))]
    pages = (LIST, UNION, f"{UNION}?state=due", f"{UNION}?period=2020Q1")
    few = [queries_of(person, page) for person in people for page in pages]
    section = builders.a_section()
    for _number in range(49):
        builders.an_update(measure=builders.a_measure(section=section, leads=("zgh",)))
    assert [queries_of(person, page) for person in people for page in pages] == few
    assert max(few) <= 10
    full = [len(person.get(page).content) for person in people for page in pages]
    for _number in range(5):
        builders.an_update(measure=builders.a_measure(section=section, leads=("zgh",)))
    longer = [len(person.get(page).content) for person in people for page in pages]
    assert all(after < before + 2000 for before, after in zip(full, longer, strict=True))


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_department_detail_pages_measures_and_updates_each_for_itself(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(department_views, "ROWS", 2)
    section = builders.a_section()
    for leads, participants in ((("czj",), ("zgh",)), (("zgh",), ()), (("zgh",), ()), (("zgh",), ())):
        measure = builders.a_measure(section=section, leads=leads, participants=participants)
        builders.an_update(measure=measure)
    leader = browser_of(cast.leader())
    page = leader.get(UNION)
    roles = [row.role for row in page.context["duties"]]
    assert (roles, page.context["duties"].paginator.count) == ([ResponsibilityRole.LEAD] * 2, 4)
    assert "leads 3 measures, participates in 1" in page.content.decode()
    codes = [code for code, _update in page.context["updates"]]
    second = leader.get(f"{UNION}?period=2020Q2&updates=2")
    assert [row.role for row in second.context["duties"]] == roles
    assert len({*codes, *(code for code, _update in second.context["updates"])}) == 4
    assert 'href="?updates=2#updates"' in page.content.decode()
    assert 'href="?period=2020Q2&amp;updates=2&amp;page=2"' in second.content.decode()


def test_department_detail_keeps_the_updates_of_one_state(browser_of: BrowserOf) -> None:
    builders.an_update(UpdateState.DRAFT)
    update = builders.an_update(UpdateState.SUBMITTED)
    leader = browser_of(cast.leader())
    page = leader.get(f"{UNION}?period=2020Q2&state=submitted")
    assert [row.uuid for _code, row in page.context["updates"]] == [str(update.uuid)]
    assert 'href="?period=2020Q2#updates"' in page.content.decode()
    assert "No update is in this state." in leader.get(f"{UNION}?state=waived").content.decode()
    assert len(leader.get(f"{UNION}?state=nonsense").context["updates"]) == 2


def test_department_detail_leads_from_each_period_to_its_updates(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(department_views, "PERIODS", 2)
    measure = builders.a_measure(leads=("zgh",))
    for code in ("2019Q4", "2020Q1", "2020Q2"):
        builders.an_update(measure=measure, code=code)
    leader = browser_of(cast.leader())
    page = leader.get(UNION)
    assert [entry.code for entry in page.context["record"]] == ["2020Q2", "2020Q1"]
    assert 'href="?period=2020Q1#updates"' in page.content.decode()
    oldest = leader.get(f"{UNION}?period=2019Q4")
    assert [entry.code for entry in oldest.context["record"]] == ["2019Q4"]
    assert len(oldest.context["updates"]) == 1


def test_department_list_leaves_out_whom_the_policy_does_not_bind(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    cast.a_department("gsl")
    page = browser_of(cast.clerk()).get(LIST)
    names = [department.slug for group in page.context["groups"] for department, _filing in group["rows"]]
    assert names == [row.department.slug for row in measure.responsibilities.all()]
