"""The pages of urging: whom to call, one or several, the slips, their receipts and answers, the print."""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import DemoMode, Department
from langfang_policy import clock
from measures.models import Act, PeriodState, ProgressUpdate, UpdateState, Urge
from measures.reports.urge_slip import urge_slip
from measures.workflow import urges
from tests import builders, cast
from tests.measures.reports.reading import text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
SLIPS = "/p/a-policy/urges/"
LATE = date(2020, 7, 10)


@pytest.fixture
def update() -> Iterator[ProgressUpdate]:
    """Of zgh; it was due on 7 July, and it is the 10th. Nor has jyj filed."""
    builders.a_working_calendar()
    found = builders.an_update(UpdateState.DRAFT)
    builders.an_update(UpdateState.DUE, slug="jyj")
    Department.objects.filter(slug="zgh").update(contact="李主任", telephone="0316-1234567")
    DemoMode.objects.create(pk=1, on=LATE)
    clock.forget()
    yield found
    clock.forget()


def page_of(update: ProgressUpdate) -> str:
    return f"/p/a-policy/periods/{update.period.uuid}/urge/"


def test_page_names_who_has_not_filed_with_whom_to_call_and_what_comes_next(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    body = browser_of(cast.clerk()).get(page_of(update)).content.decode()
    for words in ("李主任", "0316-1234567", update.measure.code, "yellow slip", "◆◆"):
        assert words in body
    assert "light-red" not in body


@pytest.mark.parametrize(
    ("sent", "urged"),
    [
        ({"departments": ["jyj"]}, ["jyj"]),
        ({"departments": ["zgh", "jyj"]}, ["jyj", "zgh"]),
    ],
)
def test_one_or_several_are_urged_at_once(
    browser_of: BrowserOf, update: ProgressUpdate, sent: dict[str, object], urged: list[str]
) -> None:
    clerk = browser_of(cast.clerk())
    page = clerk.post(page_of(update), sent, follow=True)
    assert f"{len(urged)} department" in page.content.decode()
    assert sorted(Urge.objects.values_list("department__slug", flat=True)) == urged
    again = clerk.post(page_of(update), {"departments": urged})
    assert again.status_code == 422
    assert "was urged today already" in again.content.decode()
    assert Urge.objects.count() == len(urged)


def test_urging_nobody_says_what_to_do(browser_of: BrowserOf, update: ProgressUpdate) -> None:
    answer = browser_of(cast.clerk()).post(page_of(update), {})
    assert answer.status_code == 422
    assert "Choose the departments to urge." in answer.content.decode()


def test_all_are_ticked_by_one_press_and_urged_by_the_next(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    """Slips cannot be taken back: no press sends any that was not chosen."""
    clerk = browser_of(cast.clerk())
    assert 'href="?all=on"' in clerk.get(page_of(update)).content.decode()
    page = clerk.get(f"{page_of(update)}?all=on")
    body = page.content.decode()
    assert set(re.findall(r'name="departments" value="(\w+)"\s+checked', body)) == {"zgh", "jyj"}
    assert "2 departments are ticked, nobody is urged yet" in " ".join(body.split())
    assert not Urge.objects.exists()
    assert clerk.post(page_of(update), {"everybody": "on"}).status_code == 422, "as the page did before"
    assert not Urge.objects.exists()
    urges.urge(cast.clerk(), update.period, [update.department], builders.moment(LATE))
    body = clerk.get(f"{page_of(update)}?all=on").content.decode()
    assert re.findall(r'name="departments" value="(\w+)"\s+checked', body) == ["jyj"]


def test_a_closed_period_offers_no_urging(browser_of: BrowserOf, update: ProgressUpdate) -> None:
    clerk, place = browser_of(cast.clerk()), f"/p/a-policy/periods/{update.period.uuid}/"
    assert page_of(update) in clerk.get(place).content.decode()
    assert page_of(update) not in browser_of(cast.leader()).get(place).content.decode()
    builders.set_period_state(update.period, PeriodState.CLOSED)
    answer = clerk.post(page_of(update), {"departments": ["zgh"]})
    assert answer.status_code == 422
    assert "only while the period is open" in answer.content.decode()


def test_the_department_signs_and_answers_on_the_page_of_the_slip(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    slip = builders.an_urge(update)
    place, reporter = f"{SLIPS}{slip.uuid}/", browser_of(cast.reporter())
    assert f'action="{place}sign/"' in reporter.get(place).content.decode()
    assert f'action="{place}answer/"' not in browser_of(cast.leader()).get(place).content.decode()
    assert "Signed for." in reporter.post(f"{place}sign/", follow=True).content.decode()
    assert f'action="{place}sign/"' not in reporter.get(place).content.decode()
    page = reporter.post(f"{place}answer/", {"reason": "本周内报送"}, follow=True)
    assert "本周内报送" in page.content.decode()
    late = reporter.post(f"{place}answer/", {"reason": "再答复"})
    assert late.status_code == 422
    assert "was answered already" in late.content.decode()


def test_slips_are_seen_by_the_office_and_by_the_department_alone(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    slip = builders.an_urge(update)
    place = f"{SLIPS}{slip.uuid}/"
    for actor, seen in ((cast.clerk(), 1), (cast.leader(), 1), (cast.reporter(), 1), (cast.stranger(), 0)):
        browser = browser_of(actor)
        assert len(browser.get(SLIPS).context["page"]) == seen
        assert browser.get(place).status_code == (200 if seen else 404)
        assert browser.get(f"{place}slip/").status_code == (200 if seen else 404)


def test_slips_are_counted_on_the_pages_of_period_and_department(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    builders.an_urge(update)
    clerk = browser_of(cast.clerk())
    for place in (f"/p/a-policy/periods/{update.period.uuid}/", "/p/a-policy/departments/zgh/"):
        assert "urged 1 time" in " ".join(clerk.get(place).content.decode().split())
    assert "urged" not in browser_of(cast.stranger()).get("/p/a-policy/departments/zgh/").content.decode()


def test_slips_narrow_to_a_period_and_a_department(browser_of: BrowserOf, update: ProgressUpdate) -> None:
    builders.an_urge(update)
    cast.a_department("jyj")
    builders.a_planned_period(update.measure.section.edition, code="2020Q1")
    clerk = browser_of(cast.clerk())
    for query, seen in (
        ("period=2020Q2", 1),
        ("period=2020Q1", 0),
        ("department=zgh", 1),
        ("department=jyj", 0),
    ):
        assert len(clerk.get(f"{SLIPS}?{query}").context["page"]) == seen


@pytest.mark.parametrize("query", ["period=2031Q9", "department=nobody"])
def test_slips_leave_out_what_they_do_not_know_and_say_so(
    browser_of: BrowserOf, update: ProgressUpdate, query: str
) -> None:
    builders.an_urge(update)
    page = browser_of(cast.clerk()).get(f"{SLIPS}?{query}")
    assert len(page.context["page"]) == 1
    assert query.partition("=")[2] in page.content.decode()


def test_pages_of_urging_ask_the_same_at_any_size(
    browser_of: BrowserOf, queries_of: QueriesOf, update: ProgressUpdate
) -> None:
    clerk = browser_of(cast.clerk())
    urges.urge(cast.clerk(), update.period, [update.department], builders.moment(LATE))
    one = [queries_of(clerk, place) for place in (page_of(update), SLIPS)]
    for number in range(2, 24):
        late = builders.an_update(UpdateState.DUE, slug=f"late{number}")
        builders.an_urge(late, number=number)
    assert [queries_of(clerk, place) for place in (page_of(update), SLIPS)] == one
    assert max(one) <= 10
    assert len(clerk.get(f"{SLIPS}?page=2").context["page"]) == 3


def test_a_printed_slip_says_what_is_missing_and_leaves_room_for_the_signature(
    update: ProgressUpdate,
) -> None:
    type(update.measure).objects.update(title="举措𠅤䶮㛃")
    [slip] = urges.urge(cast.clerk(), update.period, [update.department], builders.moment(LATE))
    document = urge_slip(Urge.objects.with_effect().for_display().get(), list(slip.updates.all()))
    html, printed = document.html(), document.pdf()
    for words in (
        "市总工会：",
        "技术工人待遇　2020年第1号　黄色催办单",
        "截至2020年7月10日，你单位尚有1条未报",
        "1．二（一）举措𠅤䶮㛃（牵头，应于2020年7月7日前报送，含当日）",
        "市人力资源和社会保障局",
    ):
        assert words in html
    assert dict(document.returned) == {"签收": "", "答复": "", "催办后报送": ""}
    again = urge_slip(Urge.objects.with_effect().for_display().get(), list(slip.updates.all()))
    assert again.pdf() == printed
    assert "举措𠅤䶮㛃" in text_of(printed)


def test_a_printed_slip_says_what_came_of_it(update: ProgressUpdate) -> None:
    [slip] = urges.urge(cast.clerk(), update.period, [update.department], builders.moment(LATE))
    urges.answer(cast.reporter(), slip, "当日报送", builders.moment(LATE, hour=11))
    fresh = builders.update_of(update.measure, "zgh")
    fresh = builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), fresh, builders.moment(LATE, hour=12))
    builders.perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), fresh, builders.moment(LATE, hour=13))
    document = urge_slip(Urge.objects.with_effect().for_display().get(), list(slip.updates.all()))
    assert dict(document.returned) == {
        "签收": "张zgh-reporter　2020年7月10日11:00",
        "答复": "当日报送（张zgh-reporter　2020年7月10日11:00）",
        "催办后报送": "1条，共1条",
    }
