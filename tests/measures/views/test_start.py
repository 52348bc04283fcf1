"""The first page: where each role is sent, and what an empty database says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from departments.actors import Actor
from departments.models import Role, User
from measures.models import (
    Act,
    Closure,
    Extension,
    Measure,
    MeasureState,
    PeriodState,
    ProgressUpdate,
    UpdateState,
)
from measures.summaries import PeriodGlance
from measures.workflow import announcements, closures, extensions, urges
from tests import builders, cast
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
START = "/"


def address(view: str) -> str:
    """A page of the policy of the tests, or of all."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return reverse(view, args=["a-policy"])


def test_start_of_an_empty_database_says_what_to_do(client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = client.get(START)
    body = page.content.decode()
    assert [step["done"] for step in page.context["steps"]] == [False] * 6
    assert "python manage.py createsuperuser" in body
    assert body.index("load_calendar") < body.index("loaddata departments") < body.index("load_policy")


def test_start_ticks_off_what_is_done(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    admin = browser_of(cast.admin())
    done = [step["done"] for step in admin.get(START).context["steps"]]
    assert done == [True, True, False, False, False, False]
    builders.a_measure()
    cast.clerk()
    done = [step["done"] for step in admin.get(START).context["steps"]]
    assert done == [True, True, True, True, True, False]


def test_start_of_the_administrator_is_the_administration_once_all_is_set(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    cast.clerk()
    period = builders.a_planned_period()
    steps = browser_of(cast.admin()).get(START).context["steps"]
    assert [step["done"] for step in steps] == [True, True, True, True, True, False]
    builders.set_period_state(period, PeriodState.OPEN)
    assert browser_of(cast.admin()).get(START)["Location"] == reverse("admin:index")


def test_clerk_of_a_department_that_coordinates_nothing_is_no_clerk(browser_of: BrowserOf) -> None:
    builders.a_policy()
    stranger = cast.a_person("stranger", ("jyj", Role.CLERK), ("jyj", Role.SIGNER))
    assert not browser_of(cast.admin()).get(START).context["steps"][4]["done"]
    page = browser_of(stranger).get(START, follow=True)
    assert page.redirect_chain == [(reverse("measures:overview", args=["a-policy"]), 302)]
    assert reverse("measures:check_queue") not in page.content.decode()


def test_start_sends_strangers_to_the_door_once_there_are_people(client: Client) -> None:
    User.objects.create_user(username="admin", name="管理员")
    assert client.get(START)["Location"] == reverse("departments:login")


@pytest.mark.parametrize(
    ("who", "view"),
    [
        (cast.leader, "measures:overview"),
        (cast.auditor, "measures:act_register"),
        (cast.former_reporter, "measures:overview"),
    ],
)
def test_start_leads_who_only_reads_straight_to_what_is_read(
    browser_of: BrowserOf, who: Callable[[], Actor], view: str
) -> None:
    builders.a_policy()
    assert browser_of(who()).get(START)["Location"] == address(view)


@pytest.mark.parametrize(
    ("who", "views"),
    [
        (cast.clerk, ["measures:check_queue", "measures:period_list", "measures:overview"]),
        (cast.signer, ["measures:period_list", "measures:overview"]),
        (cast.colleague, ["measures:review_queue", "measures:my_updates", "measures:overview"]),
        (
            lambda: cast.a_person("both", ("rsj", Role.LEADER), ("zgh", Role.REPORTER)),
            ["measures:my_updates", "measures:overview"],
        ),
    ],
)
def test_start_offers_several_tasks_the_pressing_first(
    browser_of: BrowserOf, who: Callable[[], Actor], views: list[str]
) -> None:
    builders.a_policy()
    page = browser_of(who()).get(START)
    assert [task.href for task in page.context["tasks"]] == [address(view) for view in views]
    assert all(f'href="{address(view)}"' in page.content.decode() for view in views)


def test_start_says_how_much_waits_and_which_closures(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.SUBMITTED)
    Measure.objects.update(state=MeasureState.IN_PROGRESS)
    closures.request_closure(
        cast.reporter(), update.measure, update.department, "任务已全部完成", builders.moment()
    )
    clerk = browser_of(cast.clerk()).get(START)
    assert [task.waiting for task in clerk.context["tasks"]] == [1, None, None]
    signer = browser_of(cast.signer()).get(START)
    assert [closure.measure for closure in signer.context["closures"]] == [update.measure]
    assert (
        reverse("measures:measure_closure", args=["a-policy", update.measure.uuid]) in signer.content.decode()
    )
    said = signer.content.decode()
    assert ('<a href="#closures">Closures to decide</a> 1' in said, "Nothing waits" in said) == (True, False)
    closures.refuse_closure(cast.clerk(), Closure.objects.get(), "尚有遗留问题", builders.moment())
    assert "Nothing waits for you." in browser_of(cast.signer()).get(START).content.decode()


# --- the start page -----------------------------------------------------------------------------------


def rows(page: Any, name: str) -> list[tuple[str, str]]:
    """Code of the measure and what is said of it, of each row of a list on the start_page."""
    return [(row.update.measure.code, str(row.words)) for row in getattr(page.context["start_page"], name)]


def first_period(browser: Client) -> PeriodGlance:
    found: PeriodGlance = browser.get(START).context["glances"][0].periods[0]
    return found


def test_start_page_says_what_waits_the_returned_first_and_since_when(browser_of: BrowserOf) -> None:
    builders.an_update(UpdateState.DUE)
    returned = builders.an_update(UpdateState.RETURNED, at=builders.moment(hour=9))
    builders.an_update(UpdateState.IN_REVIEW)
    builders.an_update(UpdateState.DUE, slug="jyj")
    page = browser_of(cast.reporter()).get(START)
    assert rows(page, "waiting") == [
        (returned.measure.code, "came back: to write anew"),
        ("二（一）", "due"),
    ]
    first, second = page.context["start_page"].waiting
    assert (first.since, second.since) == (builders.moment(hour=9), returned.period.opened_at)
    assert f'href="{first.href}"' in page.content.decode()
    assert first.href.endswith(f"/updates/{returned.uuid}/edit/")
    reviewer = browser_of(cast.reviewer()).get(START)
    assert [words for _code, words in rows(reviewer, "waiting")] == ["to review"]


def test_start_page_calls_what_is_to_be_written_as_the_list_of_updates_calls_it(
    browser_of: BrowserOf,
) -> None:
    builders.an_update(UpdateState.DRAFT)
    builders.an_update(UpdateState.DUE)
    browser = browser_of(cast.reporter())
    assert {words for _code, words in rows(browser.get(START), "waiting")} == {"being written", "due"}
    listed = browser.get("/my/").content.decode()
    for words in ("being written", "due"):
        assert f">{words}</span>" in listed


def test_start_page_calls_a_correction_so_and_names_no_day(browser_of: BrowserOf) -> None:
    """As the list of updates does (4.8); its reviewer, too, reads that it is one."""
    update = builders.in_correction(builders.an_update(UpdateState.CONFIRMED))
    for place in (START, reverse("measures:my_updates")):
        body = browser_of(cast.reporter()).get(place).content.decode()
        assert "correction, no day set" in body
        assert "(included)</b>" not in body.split("Dates of my department")[0]
    [row] = browser_of(cast.reporter()).get(START).context["start_page"].waiting
    assert row.words == "being corrected"
    builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    page = browser_of(cast.reviewer()).get(START)
    assert [row.words for row in page.context["start_page"].waiting] == ["to review"]
    assert "· corrected" in " ".join(page.content.decode().split())


def test_start_page_says_how_much_more_waits_than_it_shows_and_where(browser_of: BrowserOf) -> None:
    for _n in range(9):
        builders.an_update(UpdateState.SUBMITTED, slug="jyj")
        builders.an_update(UpdateState.DUE)
    clerk = cast.a_person("both", ("rsj", Role.CLERK), ("zgh", Role.REPORTER))
    for who in (clerk, cast.clerk(), cast.reporter()):
        page = browser_of(who).get(START)
        shown = [row.update.state for row in page.context["start_page"].waiting]
        counts = {task.href: task.waiting for task in page.context["tasks"] if task.waiting}
        rest = {row.href: row.words for row in page.context["start_page"].rest}
        kinds = (("measures:check_queue", "check", "submitted"), ("measures:my_updates", "write", "due"))
        expected = {
            reverse(view): f"{more} more to {word}"
            for view, word, state in kinds
            if (more := counts.get(reverse(view), 0) - shown.count(state))
        }
        assert (rest, len(shown)) == (expected, 8)
        for href, words in rest.items():
            assert f'<li><a href="{href}">{words}</a></li>' in page.content.decode()
    few = browser_of(cast.reviewer()).get(START)
    assert few.context["start_page"].rest == []


def test_start_page_says_of_what_waits_that_its_period_is_closed(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    returned = builders.returned_by_office(builders.an_update(UpdateState.SUBMITTED))
    reporter = browser_of(cast.reporter())
    assert "period closed" not in reporter.get(START).content.decode()
    builders.set_period_state(returned.period, PeriodState.CLOSED)
    assert "period closed, filed after closing" in " ".join(reporter.get(START).content.decode().split())


def test_start_page_says_where_it_is_what_one_sent(browser_of: BrowserOf) -> None:
    sent = builders.an_update(UpdateState.SUBMITTED)
    builders.an_update(UpdateState.RETURNED)
    other = builders.an_update(UpdateState.SUBMITTED, slug="jyj")
    for actor in (cast.reporter(), cast.reviewer()):
        page = browser_of(actor).get(START)
        assert rows(page, "sent") == [(sent.measure.code, "submitted")]
    assert rows(browser_of(cast.clerk()).get(START), "waiting") == [
        (sent.measure.code, "to check"),
        (other.measure.code, "to check"),
    ]


def test_start_page_shows_answers_and_the_dates_of_the_own_department(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.RETURNED)
    builders.an_update(UpdateState.CONFIRMED)
    page = browser_of(cast.reporter()).get(START)
    assert [row.kind for row in page.context["start_page"].answers] == ["confirmed", "returned"]
    [due] = page.context["start_page"].dates
    assert (due.day, due.total, due.to_come) == (update.due_on, 2, 1)
    assert "2 updates, 1 not submitted yet" in page.content.decode()
    assert browser_of(cast.reporter("jyj")).get(START).context["start_page"].dates == []


def test_start_page_names_the_policy_of_an_answer_where_there_are_several(browser_of: BrowserOf) -> None:
    """Each policy numbers its slips from 1."""
    update = builders.an_update(UpdateState.DUE)
    ProgressUpdate.objects.update(due_on=cast.DAY - timedelta(days=1))
    builders.a_working_calendar()
    [slip] = urges.urge(cast.clerk(), update.period, [update.department], builders.moment())
    urges.answer(cast.reporter(), slip, "本周内报送", builders.moment())
    browser, named = browser_of(cast.clerk()), f"· {update.period.policy}"

    def answered() -> str:
        body = browser.get(START).content.decode()
        return " ".join(body.split("Answered</h2>")[1].split("</section>")[0].split())

    assert named not in answered()
    builders.a_policy("another", title="另一件", short_title="另一件")
    assert named in answered()


def test_start_page_of_the_office_has_each_open_period_at_a_glance(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    late = builders.an_update(UpdateState.DUE)
    builders.an_update(UpdateState.DUE)
    ProgressUpdate.objects.update(due_on=cast.DAY - timedelta(days=1))
    builders.an_update(UpdateState.SUBMITTED, slug="jyj")
    builders.an_update(UpdateState.CONFIRMED, slug="czj", text=builders.a_text(coordination="请明确资金渠道"))
    builders.an_urge(late)
    page = browser_of(cast.clerk()).get(START)
    [of_policy] = page.context["glances"]
    [glance] = of_policy.periods
    assert (glance.missing_departments, glance.missing) == (1, 2)
    assert (glance.to_confirm, glance.unanswered) == (1, 1)
    assert (of_policy.to_confirm, of_policy.closures, of_policy.matters) == (0, 0, 1)
    assert (glance.unconfirmable, glance.extensions) == (0, 0)
    Extension.objects.create(
        update=late,
        due_on=late.due_on,
        new_due_on=late.due_on + timedelta(days=9),
        reason="数据待核",
        asked_by=cast.reporter().person,
        asked_at=builders.moment(),
    )
    assert first_period(browser_of(cast.clerk())).extensions == 1
    assert reverse("measures:period_urge", args=["a-policy", late.period.uuid]) in page.content.decode()
    assert browser_of(cast.reporter()).get(START).context["glances"] == []


def test_start_page_counts_the_later_dates_that_its_reader_may_decide(browser_of: BrowserOf) -> None:
    """The signer only where no clerk is left who did not ask."""
    update = builders.an_update()
    extensions.request_extension(
        cast.reporter(), update, update.due_on + timedelta(days=1), "数据待核", builders.moment()
    )
    clerk, signer = cast.clerk(), cast.signer()
    counted = {who.person.username: first_period(browser_of(who)).extensions for who in (clerk, signer)}
    assert counted == {"rsj-clerk": 1, "rsj-signer": 0}
    unguarded()  # no act changes who asked
    Extension.objects.update(asked_by=clerk.person)
    assert first_period(browser_of(clerk)).extensions == 0
    assert first_period(browser_of(signer)).extensions == 1


def test_start_page_of_the_office_warns_of_what_nobody_may_confirm(browser_of: BrowserOf) -> None:
    """The only clerk reviewed it for the department, and there is no signer."""
    both = cast.a_person("rsj-clerk", ("rsj", Role.CLERK), ("zgh", Role.REVIEWER))
    update = builders.an_update(UpdateState.IN_REVIEW)
    assert first_period(browser_of(both)).unconfirmable == 0
    builders.perform(Act.APPROVE_AND_SUBMIT, both, update)
    assert first_period(browser_of(both)).unconfirmable == 1


def test_a_slip_waits_on_the_start_page_until_it_is_answered(browser_of: BrowserOf) -> None:
    """Among the tasks of whoever answers it, and not among what was answered."""
    builders.a_working_calendar()
    late = builders.an_update(UpdateState.DUE)
    ProgressUpdate.objects.update(due_on=cast.DAY - timedelta(days=1))
    (slip,) = urges.urge(cast.clerk(), late.period, [late.department], builders.moment())
    page = browser_of(cast.reporter()).get(START)
    assert page.context["start_page"].slips == [slip]
    assert page.context["start_page"].answers == []
    waiting = page.content.decode().split("Waits for me")[1].split("</section>")[0]
    assert reverse("measures:urge_detail", args=["a-policy", slip.uuid]) in waiting
    assert "to sign for and to answer" in waiting
    assert browser_of(cast.reporter("jyj")).get(START).context["start_page"].slips == []
    urges.answer(cast.reporter(), slip, "下周报送", builders.moment())
    assert browser_of(cast.reporter()).get(START).context["start_page"].slips == []


@pytest.mark.parametrize("filed", [True, False])
def test_a_slip_asks_for_nothing_once_nothing_is_owed_by_it(browser_of: BrowserOf, filed: bool) -> None:
    """Whether all was filed or waived: nobody has to sign for what is done."""
    builders.a_working_calendar()
    late = builders.an_update(UpdateState.DUE)
    ProgressUpdate.objects.update(due_on=cast.DAY - timedelta(days=1))
    urges.urge(cast.clerk(), late.period, [late.department], builders.moment())
    late.refresh_from_db()
    builders.brought_to(UpdateState.SUBMITTED if filed else UpdateState.WAIVED, late)
    assert browser_of(cast.reporter()).get(START).context["start_page"].slips == []


def test_an_announcement_is_on_the_start_page_of_those_told_until_they_read_it(browser_of: BrowserOf) -> None:
    update = builders.an_update()
    reporter, reviewer = browser_of(cast.reporter()), browser_of(cast.reviewer())
    announcements.announce(
        cast.clerk(), update.period.policy, "填报口径", "只报本市数据。", builders.moment()
    )
    (told,) = reporter.get(START).context["start_page"].announcements
    assert "填报口径" in reporter.get(START).content.decode()
    reporter.post(reverse("measures:message_read", args=[told.uuid]), {"open": "on"})
    assert "填报口径" not in reporter.get(START).content.decode()
    assert "填报口径" in reviewer.get(START).content.decode()


def test_start_page_of_the_office_counts_by_period_as_its_queue_and_tells_nothing_twice(
    browser_of: BrowserOf,
) -> None:
    """Own work waits for others; what came after closing, or is of no period, stands under the policy."""
    both = cast.a_person("rsj-both", ("rsj", Role.CLERK), ("zgh", Role.REVIEWER))
    builders.perform(Act.APPROVE_AND_SUBMIT, both, builders.an_update(UpdateState.IN_REVIEW))
    measure = builders.an_update(UpdateState.SUBMITTED, slug="jyj").measure
    text = builders.a_text(coordination="请明确资金渠道")
    builders.an_update(UpdateState.CONFIRMED, slug="jyj", code="2020Q3", measure=measure, text=text)
    late = builders.an_update(UpdateState.SUBMITTED, slug="czj", code="2019Q4")
    builders.set_period_state(late.period, PeriodState.CLOSED)
    waits = builders.an_update()
    extensions.request_extension(
        cast.reporter(), waits, waits.due_on + timedelta(days=1), "数据待核", builders.moment()
    )
    page = browser_of(both).get(START)
    [glance] = page.context["glances"]
    counted = [(row.period.code, row.to_confirm, row.own_work, row.extensions) for row in glance.periods]
    assert counted == [("2020Q3", 0, 0, 0), ("2020Q2", 1, 1, 1)]
    assert (glance.to_confirm, glance.own_work, glance.matters) == (1, 0, 1)
    assert next(task.waiting for task in page.context["tasks"]) == 2
    shown = page.content.decode()
    assert "and 1 of your own work, for others to confirm" in shown
    labels = ("Open matters", "Closures to decide", "To confirm", "To confirm, of other periods")
    assert [shown.count(f">{label}</span>") for label in labels] == [1, 1, 2, 1]


def test_start_page_asks_the_same_at_any_size(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    builders.a_working_calendar()
    browser = browser_of(cast.everything())

    def one_of_each() -> None:
        for state in (UpdateState.DUE, UpdateState.RETURNED, UpdateState.SUBMITTED, UpdateState.CONFIRMED):
            builders.an_update(state)

    one_of_each()
    one = queries_of(browser, START)
    for _n in range(9):
        one_of_each()
    assert queries_of(browser, START) == one <= 10
    ProgressUpdate.objects.filter(state=UpdateState.DUE).update(due_on=cast.DAY - timedelta(days=1))
    late = ProgressUpdate.objects.filter(state=UpdateState.DUE).select_related("department", "period").first()
    assert late is not None
    urges.urge(cast.clerk(), late.period, [late.department], builders.moment())
    assert queries_of(browser, START) == one + 1, "the slips are read where there are any"


def test_start_leads_who_only_reads_to_the_page_of_the_own_office(
    browser_of: Callable[[Actor], Client],
) -> None:
    """Also where other offices have policies; a leader to the overview, an auditor to the register."""
    builders.a_policy()
    builders.a_policy("another", title="另一件", short_title="另一件", coordinator=cast.a_department("zjj"))
    for who, page in ((cast.leader(), "overview"), (cast.auditor(), "register")):
        place = browser_of(who).get("/").headers["Location"]
        assert place == ("/p/a-policy/" if page == "overview" else "/p/a-policy/register/")
