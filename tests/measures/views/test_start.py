"""The first page: where each role is sent, and what an empty database says."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from departments.actors import Actor
from departments.models import Role, User
from measures.models import Measure, MeasureState, PeriodState, UpdateState
from measures.workflow import closures
from tests import builders, cast

pytestmark = [
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
        (cast.reporter, "measures:my_updates"),
        (cast.reviewer, "measures:review_queue"),
        (cast.leader, "measures:overview"),
        (cast.auditor, "measures:overview"),
        (cast.former_reporter, "measures:overview"),
    ],
)
def test_start_leads_who_has_one_task_straight_to_it(
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
