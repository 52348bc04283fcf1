"""Several texts of a queue decided on at once: one event each, the same doors, what is refused is named."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import Act, Event, ProgressUpdate, UpdateState
from measures.workflow import updates
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


def ticks(client: Client, queue: str) -> list[str]:
    return re.findall(r'name="update" value="(.*?)" form="chosen"', client.get(queue).content.decode())


def last_act(update: ProgressUpdate) -> str:
    event = Event.objects.of_update(update).exclude(to_state="").last()
    return event.act if event else ""


def state_of(update: ProgressUpdate) -> str:
    return ProgressUpdate.objects.get(pk=update.pk).state


def test_clerk_confirms_what_is_ticked_each_with_its_event(browser_of: BrowserOf) -> None:
    rows = [builders.an_update(S.SUBMITTED) for _number in range(3)]
    clerk = browser_of(cast.clerk())
    offered = ticks(clerk, "/check/")
    assert len(offered) == 3
    sent = {"update": offered[:2], "next": "/check/?page=1"}
    answer = clerk.post("/check/confirm/", sent, follow=True)
    assert answer.redirect_chain == [("/check/?page=1", 302)]
    assert "2 updates were confirmed." in answer.content.decode()
    assert [state_of(row) for row in rows] == [S.CONFIRMED, S.CONFIRMED, S.SUBMITTED]
    assert [last_act(row) for row in rows[:2]] == [Act.CONFIRM] * 2
    other = browser_of(cast.second_clerk()).post("/check/confirm/", {"update": offered}, follow=True)
    assert "1 update was confirmed." in other.content.decode()
    assert other.content.decode().count("This update has been changed") == 2, "each that moved on is named"


@pytest.mark.parametrize(
    ("state", "who", "place"),
    [(S.SUBMITTED, cast.clerk, "/check/confirm/"), (S.IN_REVIEW, cast.reviewer, "/review/approve/")],
)
def test_second_click_on_what_is_ticked_is_told_as_done(
    browser_of: BrowserOf, state: UpdateState, who: Callable[[], Actor], place: str
) -> None:
    rows = [builders.an_update(state) for _number in range(2)]
    browser, sent = browser_of(who()), {"update": [f"{row.uuid}:{row.version}" for row in rows]}
    first, second = (browser.post(place, sent, follow=True).content.decode() for _click in range(2))
    assert "2 updates were" in first
    assert "2 updates were" in second
    assert "has been changed" not in second
    assert [Event.objects.of_update(row).filter(act=last_act(row)).count() for row in rows] == [1, 1]


def test_own_work_has_no_tick_and_is_refused_among_others(browser_of: BrowserOf) -> None:
    """Whoever had a part in a text does not confirm it, ticked or not."""
    lent = cast.lent_clerk()
    cast.clerk()
    own = builders.a_measure()
    builders.an_open_period(own.section.edition)
    written = updates.save(lent, builders.update_of(own, "zgh"), 1, builders.a_text(), builders.moment())
    written = updates.submit_for_review(lent, written, written.version, builders.moment())
    written = updates.approve_and_submit(cast.reviewer(), written, written.version, builders.moment())
    other = builders.an_update(S.SUBMITTED)
    clerk = browser_of(lent)
    assert ticks(clerk, "/check/") == [f"{other.uuid}:{other.version}"]
    sent = {"update": [f"{row.uuid}:{row.version}" for row in (written, other)]}
    said = clerk.post("/check/confirm/", sent, follow=True).content.decode()
    assert "Whoever wrote or approved a text does not confirm it." in said
    assert (state_of(written), state_of(other)) == (S.SUBMITTED, S.CONFIRMED)


def test_reviewer_approves_what_is_ticked_of_the_own_department_alone(browser_of: BrowserOf) -> None:
    own = [builders.an_update(S.IN_REVIEW) for _number in range(2)]
    foreign = builders.an_update(S.IN_REVIEW, slug="jyj")
    reviewer = browser_of(cast.reviewer())
    offered = ticks(reviewer, "/review/")
    assert len(offered) == 2
    sent = {"update": [*offered, f"{foreign.uuid}:{foreign.version}", "x:1", f"{foreign.uuid}:{'9' * 5000}"]}
    said = reviewer.post("/review/approve/", {**sent, "next": "https://elsewhere.example/"}, follow=True)
    assert said.redirect_chain == [("/review/", 302)]
    assert "2 updates were approved and submitted." in said.content.decode()
    assert [state_of(row) for row in (*own, foreign)] == [S.SUBMITTED, S.SUBMITTED, S.IN_REVIEW]
    assert "Nothing was chosen." in reviewer.post("/review/approve/", follow=True).content.decode()
