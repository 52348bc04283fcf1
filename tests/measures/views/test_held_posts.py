"""What becomes of other forms than an update's whose page is older than the sign-in? How is it shown?"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone, translation

from departments import held_posts
from departments.actors import Actor
from departments.held_posts import HeldPost
from measures.models import ProgressUpdate, UpdateState
from tests import cast
from tests.builders import an_update
from tests.measures.pages.test_held_text import end_session, sign_in

pytestmark = [
    pytest.mark.unmeasured("its steps run in the tests of the forms of updates and of departments, too"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("one row of a table that Django writes; the lock on a person is that of other acts"),
]
BrowserOf = Callable[[Actor], Client]
WORDS = "旧页面的退回意见，请补充。"
SITE, HELD = "http://testserver", "/held/"


def act_on(update: ProgressUpdate, act: str) -> str:
    return f"/p/{update.period.policy.slug}/updates/{update.uuid}/{act}/"


@pytest.fixture
def update() -> ProgressUpdate:
    return an_update(UpdateState.IN_REVIEW)


def send_from_an_older_page(update: ProgressUpdate, **headers: str) -> tuple[Client, str]:
    """A reviewer opens the queue, signs in anew in another window, and returns a text in the first one."""
    client, reviewer = Client(enforce_csrf_checks=True), cast.reviewer()
    sign_in(client, reviewer)
    client.get("/review/")
    token = client.cookies["csrftoken"].value
    end_session(client)
    sign_in(client, reviewer)
    fields = {
        "version": str(update.version),
        "reason": WORDS,
        "field": "problems",
        "csrfmiddlewaretoken": token,
    }
    answer = client.post(act_on(update, "return"), fields, headers=headers)
    assert answer.status_code == 403
    body = answer.content.decode()
    assert WORDS in body
    return client, body


def test_words_of_a_form_from_before_a_new_sign_in_are_held_for_who_sent_them(update: ProgressUpdate) -> None:
    client, body = send_from_an_older_page(update, referer=f"{SITE}/review/")
    assert f'href="{HELD}"' in body
    assert f"内容同时为 {cast.reviewer().person.username} 保留至" in body
    assert "退回意见" in body
    assert WORDS in client.get(HELD).content.decode()
    update.refresh_from_db()
    assert update.state == UpdateState.IN_REVIEW


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://testserver.example.com", "referer": f"{SITE}/review/"},
        {"origin": "null"},
        {"referer": "http://example.com/"},
        {},
    ],
)
def test_words_that_another_site_sends_are_held_for_nobody(
    update: ProgressUpdate, headers: dict[str, str]
) -> None:
    _client, body = send_from_an_older_page(update, **headers)
    assert f'href="{HELD}"' not in body
    assert not held_posts.waiting(cast.reviewer().person, timezone.now())


def held_page(browser_of: BrowserOf, actor: Actor, address: str, *fields: tuple[str, str]) -> str:
    held_posts.hold(actor.person, HeldPost(timezone.now(), "/review/", fields, address))
    return browser_of(actor).get(HELD).content.decode()


def test_held_words_are_named_by_act_and_thing_and_lead_there(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    fields = (("reason", WORDS), ("field", "problems"))
    body = held_page(browser_of, cast.reviewer(), act_on(update, "return"), *fields)
    with translation.override("en"):
        named = f"{update.measure.code} {update.department} {update.period.name}"
    assert f"<h2>Return for revision · {named}</h2>" in body
    assert "About: <b>Problems</b>" in body
    assert '<label for="kept-1-1">\n      Reason' in body
    assert f'href="/p/{update.period.policy.slug}/updates/{update.uuid}/"' in body
    assert body.count("<textarea") == 1


def test_held_words_stand_under_the_labels_of_their_form(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    reviewer = cast.reviewer()
    held_posts.hold(
        reviewer.person, HeldPost(timezone.now(), "/review/", (("reason", WORDS),), act_on(update, "return"))
    )
    client = browser_of(reviewer)
    with translation.override("zh-hans"):
        reviewer.person.language = "zh-hans"
        reviewer.person.save()
        body = client.get(HELD).content.decode()
    assert ("退回意见" in body, "原因" in body) == (True, False)


def test_held_words_name_the_measure_or_the_period_that_they_are_about(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    policy, measure, period = update.period.policy.slug, update.measure, update.period
    address = f"/p/{policy}/measures/{measure.uuid}/"
    body = held_page(browser_of, cast.clerk(), f"{address}state/", ("basis", WORDS))
    assert f"<h2>{measure.code} {measure.title}</h2>" in body
    assert f'href="{address}"' in body
    body = held_page(browser_of, cast.clerk(), f"/p/{policy}/periods/{period.uuid}/dates/", ("reason", WORDS))
    with translation.override("en"):
        assert f"<h2>{period.name}</h2>" in body


def test_held_words_do_not_name_what_their_reader_may_not_see(
    browser_of: BrowserOf, update: ProgressUpdate
) -> None:
    for address in (act_on(update, "return"), "/no-such-page/", "/review/approve/", ""):
        body = held_page(browser_of, cast.stranger(), address, ("reason", WORDS))
        assert WORDS in body
        assert str(update.uuid) not in body
        assert "<h2>" not in body.split(WORDS)[0].split("</nav>")[-1]
