"""The review queue and the check queue: what waits, for whom, and that the place in the list is kept."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import Department, Role
from measures.models import Act, PeriodState, UpdateState
from measures.views import queues
from measures.workflow import updates
from tests import builders, cast
from tests.builders import a_measure, a_text, a_working_calendar, an_update, returned_by_office

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
REVIEW, CHECK = "/review/", "/check/"
OWN = "?own=yes"


def acts_of(row: queues.QueueRow) -> list[Act]:
    return [offer.act for offer in row.offers]


# --- review --------------------------------------------------------------------------------------


def test_review_queue_shows_the_whole_texts_of_the_own_department(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW, text=a_text(progress="全文在此"))
    an_update(S.IN_REVIEW, slug="jyj", text=a_text(progress="别家的"))
    an_update(S.DRAFT)
    page = browser_of(cast.reviewer()).get(REVIEW)
    assert [row.update for row in page.context["rows"]] == [update]
    assert acts_of(page.context["rows"][0]) == [Act.APPROVE_AND_SUBMIT, Act.RETURN]
    assert ("全文在此" in page.content.decode(), "别家的" in page.content.decode()) == (True, False)


@pytest.mark.parametrize(("assessment", "shown"), [("stalled", True), ("normal", False)])
def test_review_queue_shows_an_assessment_that_darkens_also_without_progress(
    browser_of: BrowserOf, assessment: str, shown: bool
) -> None:
    """And no word of progress that the form has hidden."""
    quiet = {"situation": "no_progress", "reason": "尚未部署", "self_assessment": assessment}
    text = builders.a_text("藏起的一句", progress="藏起的一段", **quiet)
    builders.an_update(UpdateState.IN_REVIEW, text=text)
    body = browser_of(cast.reviewer()).get(REVIEW).content.decode()
    assert ("self-assessment:" in body, "尚未部署" in body, "藏起" in body) == (shown, True, False)


def test_review_queue_puts_the_most_urgent_first(browser_of: BrowserOf) -> None:
    lead = an_update(S.IN_REVIEW)
    participant = an_update(S.IN_REVIEW, measure=a_measure(leads=["jyj"], participants=["zgh"]))
    rows = browser_of(cast.reviewer()).get(REVIEW).context["rows"]
    assert [row.update for row in rows] == [participant, lead]


def test_review_queue_does_not_offer_approval_to_who_wrote(browser_of: BrowserOf) -> None:
    """It is not in the queue; a sentence says so and leads to it."""
    colleague, update = cast.colleague(), an_update()
    updates.submit_for_review(colleague, update, update.version, builders.moment(), text=a_text())
    page = browser_of(colleague).get(REVIEW)
    assert list(page.context["rows"]) == []
    assert "1 text of your own waits for somebody else." in page.content.decode()
    assert f'href="{OWN}"' in page.content.decode()
    own = browser_of(colleague).get(f"{REVIEW}{OWN}")
    assert acts_of(own.context["rows"][0]) == [Act.RETURN]
    assert "You wrote in this text, so somebody else has to review it." in own.content.decode()
    Department.objects.filter(slug="zgh").update(allow_self_review=True)
    assert acts_of(browser_of(colleague).get(REVIEW).context["rows"][0]) == [
        Act.APPROVE_AND_SUBMIT,
        Act.RETURN,
    ]


def test_review_queue_reminds_of_the_last_return(browser_of: BrowserOf) -> None:
    a_working_calendar()
    update = returned_by_office(an_update(S.SUBMITTED))
    updates.submit_for_review(cast.reporter(), update, update.version, builders.moment())
    page = browser_of(cast.reviewer()).get(REVIEW).content.decode()
    assert "Returned before:" in page
    assert "请补充数据" in page


def test_review_queue_is_for_reviewers(browser_of: BrowserOf) -> None:
    outsiders = [cast.reporter(), cast.clerk(), cast.leader(), cast.admin()]
    assert {browser_of(actor).get(REVIEW).status_code for actor in outsiders} == {403}


def test_empty_queues_say_what_happens_next(browser_of: BrowserOf) -> None:
    assert "Nothing waits for your review" in browser_of(cast.reviewer()).get(REVIEW).content.decode()
    builders.a_policy()
    assert "Nothing waits for confirmation" in browser_of(cast.clerk()).get(CHECK).content.decode()


# --- check ---------------------------------------------------------------------------------------


def test_check_queue_lays_the_last_text_beside_this_one(browser_of: BrowserOf) -> None:
    before = an_update(S.CONFIRMED, code="2020Q1", text=a_text("上期一句话"))
    update = an_update(S.SUBMITTED, measure=before.measure, text=a_text("本期一句话"))
    page = browser_of(cast.clerk()).get(CHECK)
    row = page.context["rows"][0]
    assert (row.update, row.before.revision) == (update, before.in_force)
    assert "上期一句话" in page.content.decode()
    assert acts_of(row) == [Act.CONFIRM, Act.RETURN]


def test_check_queue_takes_the_latest_of_earlier_texts_never_a_later_one(browser_of: BrowserOf) -> None:
    first = an_update(S.CONFIRMED, code="2019Q4")
    second = an_update(S.CONFIRMED, measure=first.measure, code="2020Q1")
    an_update(S.SUBMITTED, measure=first.measure)
    an_update(S.CONFIRMED, measure=first.measure, code="2020Q3")
    row = browser_of(cast.clerk()).get(CHECK).context["rows"][0]
    assert row.before.revision == second.in_force


def test_check_queue_says_why_a_clerk_may_not_confirm(browser_of: BrowserOf) -> None:
    lent = cast.lent_clerk()
    update = an_update()
    update = updates.submit_for_review(lent, update, update.version, builders.moment(), text=a_text())
    updates.approve_and_submit(cast.reviewer(), update, update.version, builders.moment())
    cast.clerk()
    assert list(browser_of(lent).get(CHECK).context["rows"]) == []
    page = browser_of(lent).get(f"{CHECK}{OWN}")
    assert acts_of(page.context["rows"][0]) == [Act.RETURN]
    assert "You wrote in this text, so another clerk has to confirm it." in page.content.decode()


def test_check_queue_says_that_an_approver_may_not_confirm(browser_of: BrowserOf) -> None:
    double = cast.a_person("double", ("rsj", Role.CLERK), ("zgh", Role.REVIEWER))
    update = an_update(S.IN_REVIEW)
    updates.approve_and_submit(double, update, update.version, builders.moment())
    cast.clerk()
    assert list(browser_of(double).get(CHECK).context["rows"]) == []
    page = browser_of(double).get(f"{CHECK}{OWN}").content.decode()
    assert "You approved this text for its department" in page


def test_check_queue_leaves_confirming_to_the_clerk_while_there_is_one(browser_of: BrowserOf) -> None:
    an_update(S.SUBMITTED)
    signer, clerk = cast.signer(), cast.clerk()
    assert acts_of(browser_of(signer).get(CHECK).context["rows"][0]) == []
    clerk.person.memberships.update(valid_to=cast.SINCE)
    assert acts_of(browser_of(signer).get(CHECK).context["rows"][0]) == [Act.CONFIRM]


def test_check_queue_is_for_the_coordinating_office(browser_of: BrowserOf) -> None:
    an_update(S.SUBMITTED)
    outsiders = [cast.reporter(), cast.leader(), cast.auditor(), cast.admin(), cast.clerk_elsewhere()]
    assert {browser_of(actor).get(CHECK).status_code for actor in outsiders} == {403}


def test_check_queue_keeps_late_filings_of_closed_periods_and_no_archived_ones(browser_of: BrowserOf) -> None:
    update = an_update(S.SUBMITTED)
    client = browser_of(cast.clerk())
    builders.set_period_state(update.period, PeriodState.CLOSED)
    assert len(client.get(CHECK).context["rows"]) == 1
    builders.set_period_state(update.period, PeriodState.ARCHIVED)
    assert len(client.get(CHECK).context["rows"]) == 0


# --- both ----------------------------------------------------------------------------------------


def test_check_queue_marks_what_was_filed_after_closing(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.SUBMITTED)
    assert "filed after closing" not in browser_of(cast.clerk()).get(CHECK).content.decode()
    builders.set_period_state(update.period, PeriodState.CLOSED)
    assert "filed after closing" in browser_of(cast.clerk()).get(CHECK).content.decode()


def test_queue_keeps_its_place_after_an_act(browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "PER_PAGE", 2)
    updates = [an_update(S.IN_REVIEW) for _number in range(3)]
    client = browser_of(cast.reviewer())
    rows = client.get(REVIEW).context["rows"]
    there = rows[0].offers[0].form.initial["next"]
    assert there == f"/review/?page=1#update-{rows[1].update.uuid}"
    last = client.get(f"{REVIEW}?page=2").context["rows"]
    assert [row.update for row in last] == updates[2:]
    assert last[0].offers[0].form.initial["next"] == "/review/?page=2"
    address = f"/p/a-policy/updates/{last[0].update.uuid}/approve/"
    answer = client.post(address, {"version": last[0].update.version, "next": "/review/?page=2"}, follow=True)
    assert [row.update for row in answer.context["rows"]] == updates[:2]


def test_queue_says_since_when_each_waits(browser_of: BrowserOf) -> None:
    """From the latest hand-over: the review since the text came, the office since it was approved."""
    early = builders.moment(cast.DAY - timedelta(days=3))
    in_review = an_update(S.IN_REVIEW, at=early)
    review = browser_of(cast.reviewer()).get(REVIEW)
    assert review.context["rows"][0].handed_on == cast.DAY - timedelta(days=3)
    assert "handed on June 28, waits 3 days" in review.content.decode()
    updates.approve_and_submit(cast.reviewer(), in_review, in_review.version, builders.moment())
    check = browser_of(cast.clerk()).get(CHECK)
    assert check.context["rows"][0].handed_on == cast.DAY
    assert "handed on today" in check.content.decode()


def test_queue_narrows_to_department_and_role_and_keeps_that(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PER_PAGE", 1)
    measure = a_measure(leads=["zgh"], participants=["jyj"])
    leads = [an_update(S.SUBMITTED, measure=measure), an_update(S.SUBMITTED)]
    [participant] = [an_update(S.SUBMITTED, measure=measure, slug="jyj")]
    client = browser_of(cast.clerk())
    page = client.get(f"{CHECK}?department=zgh&role=lead")
    narrow = page.context["narrow"]
    assert (narrow.count, [slug for slug, _name in narrow.departments]) == (2, ["zgh", "jyj"])
    assert [role for role, _label in narrow.roles] == ["lead", "participant"]
    assert 'href="?department=zgh&amp;role=lead&amp;page=2"' in page.content.decode()
    second = client.get(f"{CHECK}?department=zgh&role=lead&page=2")
    assert [row.update for row in (*page.context["rows"], *second.context["rows"])] == leads
    next_one = second.context["rows"][0].offers[0].form.initial["next"]
    assert next_one == f"{CHECK}?department=zgh&role=lead&page=2"
    only = client.get(f"{CHECK}?role=participant").context["rows"]
    assert [row.update for row in only] == [participant]
    updates.confirm(cast.clerk(), participant, participant.version, builders.moment())
    emptied = client.get(f"{CHECK}?department=jyj")
    assert (list(emptied.context["rows"]), emptied.context["narrow"].departments[-1][0]) == ([], "jyj")
    wrong = [f"{CHECK}?department=nowhere", f"{CHECK}?role=chief"]
    assert [client.get(address).status_code for address in wrong] == [404, 404]


@pytest.mark.both("asks the database since when a text waits")
def test_queue_narrows_to_what_waits_for_more_than_so_many_working_days(browser_of: BrowserOf) -> None:
    """The day is Wednesday 1 July; of the days before it the 25th to the 27th of June were off."""
    a_working_calendar()
    days = {day: builders.moment(date(2020, 6, day), hour=16) for day in (30, 29, 28, 24)}
    in_review = {day: an_update(S.IN_REVIEW, at=at) for day, at in days.items()}
    measure = in_review[24].measure
    client = browser_of(cast.reviewer())

    def found(address: str) -> list[int]:
        page = client.get(address)
        shown = {row.update.pk for row in page.context["rows"]}
        assert page.context["narrow"].count == len(shown)
        return [day for day, update in in_review.items() if update.pk in shown]

    asked = {age: found(f"{REVIEW}?age={age}") for age in ("", "1", "3", "5")}
    assert asked == {"": [30, 29, 28, 24], "1": [29, 28, 24], "3": [24], "5": []}
    assert found(f"{REVIEW}?age=1&measure={measure.uuid}") == [24]
    words = " ".join(client.get(REVIEW).content.decode().split())
    assert (">more than 1 working day<" in words, ">more than 3 working days<" in words) == (True, True)
    assert found(f"{REVIEW}?measure={measure.uuid}") == [24]
    updates.approve_and_submit(cast.reviewer(), in_review[24], in_review[24].version, builders.moment())
    assert (found(f"{REVIEW}?age=3"), len(browser_of(cast.clerk()).get(CHECK).context["rows"])) == ([], 1)
    assert list(browser_of(cast.clerk()).get(f"{CHECK}?age=1").context["rows"]) == []
    wrong = [f"{REVIEW}?age=2", f"{REVIEW}?measure=1", f"{REVIEW}?measure=x"]
    assert [client.get(address).status_code for address in wrong] == [404, 404, 404]


def test_queue_keeps_the_age_while_paging_and_says_where_the_calendar_lacks_it(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PER_PAGE", 1)
    early = builders.moment(date(2020, 6, 22))
    rows = [an_update(S.IN_REVIEW, at=early) for _number in range(2)]
    client = browser_of(cast.reviewer())
    without = client.get(f"{REVIEW}?age=5")
    assert "load_calendar 2020" in without.content.decode()
    assert without.context["narrow"].count == 2
    a_working_calendar()
    page = client.get(f"{REVIEW}?age=5")
    assert 'href="?age=5&amp;page=2"' in page.content.decode()
    second = client.get(f"{REVIEW}?age=5&page=2").context["rows"]
    assert [row.update for row in (*page.context["rows"], *second)] == rows
    assert second[0].offers[0].form.initial["next"] == f"{REVIEW}?age=5&page=2"


def test_own_work_is_counted_on_no_start_page(browser_of: BrowserOf) -> None:
    """What waits for somebody else is on the start page among what was sent; what a clerk entered, too."""
    clerk = cast.clerk()
    builders.perform(Act.FILE_ON_BEHALF, clerk, an_update())
    an_update(S.SUBMITTED)
    page = browser_of(clerk).get("/")
    start_page = page.context["start_page"]
    assert (len(start_page.waiting), [row.update.measure.ordinal for row in start_page.sent]) == (1, [1])
    assert page.context["tasks"][0].waiting == 1
    cast.second_clerk()
    assert browser_of(clerk).get(CHECK).context["narrow"].own_count == 1


@pytest.mark.both("asks the database what no other test that runs again asks")
@pytest.mark.parametrize(
    ("state", "who", "page"), [(S.IN_REVIEW, cast.reviewer, REVIEW), (S.SUBMITTED, cast.clerk, CHECK)]
)
def test_queues_ask_as_often_for_five_rows_as_for_one(
    browser_of: BrowserOf,
    queries_of: Callable[[Client, str], int],
    state: S,
    who: Callable[[], Actor],
    page: str,
) -> None:
    def one_more() -> None:
        measure = a_measure(leads=["zgh"])
        subject = builders.a_commitment(measure).subjects.get()
        text = a_text(values={subject.pk: (Decimal(1), None)})
        an_update(S.CONFIRMED, measure=measure, code="2020Q1", text=text)
        an_update(state, measure=measure, text=text, at=builders.moment(date(2020, 6, 22)))

    a_working_calendar()
    one_more()
    client = browser_of(who())
    one, narrowed = queries_of(client, page), queries_of(client, f"{page}?age=1")
    for _number in range(4):
        one_more()
    assert queries_of(client, page) == one
    assert queries_of(client, f"{page}?age=1") == narrowed


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_check_queue_read_period_by_period_shows_each_text_once(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    """Pages that begin, end or lie within a period; own work is counted in none of them."""
    monkeypatch.setattr(queues, "PER_PAGE", length)
    double = cast.a_person("double", ("rsj", Role.CLERK), ("zgh", Role.REVIEWER))
    measures = [a_measure() for _number in range(3)]
    quarters = [(code, measure) for code in ("2020Q1", "2020Q2") for measure in measures]
    own = quarters.pop(1)
    update = an_update(S.IN_REVIEW, measure=own[1], code=own[0])
    updates.approve_and_submit(double, update, update.version, builders.moment())
    waiting = [an_update(S.SUBMITTED, measure=measure, code=code) for code, measure in quarters]
    client, found = browser_of(double), []
    last = client.get(CHECK).context["page"].paginator.num_pages
    for number in range(1, last + 1):
        page = client.get(CHECK, {"page": number})
        found += [row.update for row in page.context["rows"]]
    assert found == waiting
