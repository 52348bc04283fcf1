"""Text posted after the session has expired is kept for that user, two hours, and is back after sign-in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from departments.models import User
from departments.sessions import LAST_SEEN
from measures.models import HeldText, ProgressUpdate, UpdateState
from measures.pages import held_text
from measures.workflow import updates
from tests import builders, cast
from tests.builders import a_text, an_update

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "which page answers is decided in Python; three tests keep, take back and throw away on both"
    ),
]
BrowserOf = Callable[[Actor], Client]
LOGIN = "/login/"


def form_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_edit", args=["a-policy", update.uuid])


def sent(update: ProgressUpdate, writer: Actor, **changes: Any) -> dict[str, Any]:
    usual = {
        "version": update.version,
        "token": held_text.token_for(writer.person, update),
        "situation": "progress",
        "headline": "写了一小时的一句话",
        "progress": "写了一小时的进展",
        "self_assessment": "slow",
        "act": "submit",
    }
    return {**usual, **changes}


def end_session(client: Client) -> None:
    """As when the twelve hours are over: the cookie is there, the session behind it is gone."""
    client.session.flush()


def test_text_sent_after_the_session_has_ended_waits_for_its_writer(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    client = browser_of(writer)
    end_session(client)
    answer = client.post(form_of(update), sent(update, writer))
    assert answer["Location"] == f"{LOGIN}?next={form_of(update)}"
    body = client.get(answer["Location"]).content.decode()
    assert f"kept for two hours: sign in as {writer.person.username} to go on" in body
    held = HeldText.objects.get()
    assert (held.user, held.update, held.fields["headline"]) == (writer.person, update, "写了一小时的一句话")
    assert "token" not in held.fields
    assert not update.revisions.exists()


def test_held_text_is_back_in_the_form_after_sign_in(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    browser_of(cast.anonymous()).post(form_of(update), sent(update, writer))
    page = browser_of(writer).get(form_of(update))
    form = page.context["form"]
    assert (form["progress"].value(), form["self_assessment"].value()) == ("写了一小时的进展", "slow")
    assert "Your text is back." in page.content.decode()
    assert HeldText.objects.exists()


def test_held_text_comes_back_through_the_sign_in_page_with_csrf_checks() -> None:
    update, writer = an_update(), cast.reporter()
    client = Client(enforce_csrf_checks=True)
    sign_in(client, writer)
    page = client.get(form_of(update)).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    end_session(client)
    answer = client.post(form_of(update), {**sent(update, writer), "csrfmiddlewaretoken": token})
    assert answer["Location"] == f"{LOGIN}?next={form_of(update)}"
    sign_in(client, writer)
    assert client.get(form_of(update)).context["form"]["headline"].value() == "写了一小时的一句话"


def test_text_of_a_form_from_before_a_new_sign_in_waits_in_the_form() -> None:
    update, writer = an_update(), cast.reporter()
    client = Client(enforce_csrf_checks=True)
    sign_in(client, writer)
    client.get(form_of(update))
    token = client.cookies["csrftoken"].value
    end_session(client)
    sign_in(client, writer)  # in another window; the first one's token counts no more
    answer = client.post(form_of(update), {**sent(update, writer), "csrfmiddlewaretoken": token})
    assert answer["Location"] == form_of(update)
    assert client.get(form_of(update)).context["form"]["headline"].value() == "写了一小时的一句话"
    assert not update.revisions.exists()


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_text_with_a_wrong_csrf_token_is_kept_for_nobody_whom_it_does_not_name() -> None:
    update, writer = an_update(), cast.reporter()
    of_another_update = held_text.token_for(writer.person, an_update(measure=builders.a_measure()))
    client = Client(enforce_csrf_checks=True)
    sign_in(client, writer)
    for token in ("", of_another_update):
        answer = client.post(form_of(update), sent(update, writer, token=token))
        assert (answer.status_code, [text.text for text in answer.context["texts"]]) == (
            403,
            ["写了一小时的一句话", "写了一小时的进展"],
        )
    assert not HeldText.objects.exists()
    answer = client.post(form_of(update), sent(update, cast.second_reporter()))
    assert (answer["Location"], HeldText.objects.get().user) == ("/", cast.second_reporter().person)


def test_text_with_a_wrong_csrf_token_is_given_back_when_the_update_is_no_longer_ones_own() -> None:
    update, writer = an_update(), cast.reporter()
    client = Client(enforce_csrf_checks=True)
    sign_in(client, writer)
    writer.person.memberships.all().delete()
    answer = client.post(form_of(update), sent(update, writer))
    assert (answer.status_code, [text.text for text in answer.context["texts"]]) == (
        403,
        ["写了一小时的一句话", "写了一小时的进展"],
    )


def sign_in(client: Client, actor: Actor) -> None:
    client.get(LOGIN)
    data = {
        "username": actor.person.username,
        "password": cast.PASSWORD,
        "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
    }
    assert client.post(LOGIN, data).status_code == 302


def test_text_sent_after_idling_waits_too(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    client = browser_of(writer)
    client.get(form_of(update))
    session = client.session
    session[LAST_SEEN] = 0
    session.save()
    assert client.post(form_of(update), sent(update, writer))["Location"].startswith(LOGIN)
    assert HeldText.objects.get().user == writer.person


def test_text_of_another_person_is_kept_for_that_person(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    answer = browser_of(cast.second_reporter()).post(form_of(update), sent(update, writer))
    assert (answer["Location"], HeldText.objects.get().user) == ("/", writer.person)
    assert browser_of(cast.second_reporter()).get(form_of(update)).context["held"] is None


@pytest.mark.both("writes or finds rows")
def test_held_text_is_gone_after_two_hours() -> None:
    update, writer = an_update(), cast.reporter()
    kept_at = builders.moment()
    held_text.hold(writer.person, update, {"headline": "旧"}, kept_at)
    soon, late = kept_at + timedelta(minutes=119), kept_at + timedelta(hours=2)
    assert builders.held_for(writer.person, update, soon) is not None
    assert builders.held_for(writer.person, update, late) is None
    held_text.hold(cast.second_reporter().person, update, {"headline": "新"}, late)
    assert [row.fields["headline"] for row in HeldText.objects.all()] == ["新"]


@pytest.mark.both("writes or finds rows")
def test_latest_held_text_replaces_the_one_before(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    for headline in ("一", "二"):
        browser_of(cast.anonymous()).post(form_of(update), sent(update, writer, headline=headline))
    assert HeldText.objects.get().fields["headline"] == "二"


@pytest.mark.both("writes or finds rows")
def test_held_text_is_stored_without_characters_that_no_database_takes(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    form = sent(update, writer, progress="甲\0乙", **{"x\0y": "z"})
    browser_of(cast.anonymous()).post(form_of(update), form)
    held = HeldText.objects.get().fields
    assert held["progress"] == "甲乙"
    assert "x\0y" not in held


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_held_text_goes_when_it_is_saved(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    held_text.hold(writer.person, update, {"headline": "一"}, builders.moment())
    browser_of(writer).post(form_of(update), sent(update, writer, act="save"))
    assert not HeldText.objects.exists()
    assert builders.text_in_work(update).headline == "写了一小时的一句话"


def test_held_text_stays_when_saving_is_refused(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    held_text.hold(writer.person, update, {"headline": "一"}, builders.moment())
    browser_of(writer).post(form_of(update), sent(update, writer, headline="长" * 61))
    assert HeldText.objects.exists()


def test_held_text_can_be_thrown_away(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    held_text.hold(writer.person, update, {"headline": "一"}, builders.moment())
    answer = browser_of(writer).post(form_of(update), {"act": "discard"})
    assert answer["Location"] == form_of(update)
    assert not HeldText.objects.exists()


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_held_text_does_not_overwrite_what_was_saved_meanwhile(browser_of: BrowserOf) -> None:
    update, writer = an_update(), cast.reporter()
    browser_of(cast.anonymous()).post(form_of(update), sent(update, writer))
    updates.save(cast.second_reporter(), update, update.version, a_text("同事的"), builders.moment())
    answer = browser_of(writer).get(form_of(update))
    both = {(row.theirs, row.mine) for row in answer.context["differences"]}
    assert (answer.status_code, ("同事的", "写了一小时的一句话") in both) == (200, True)
    assert builders.text_in_work(update).headline == "同事的"


@pytest.mark.parametrize("kind", ["none", "forged", "of another update", "signed for something else"])
def test_text_without_a_valid_token_is_given_back_and_not_kept(browser_of: BrowserOf, kind: str) -> None:
    update, other, writer = an_update(), an_update(), cast.reporter()
    tokens = {
        "none": "",
        "forged": "forged",
        "of another update": held_text.token_for(writer.person, other),
        "signed for something else": signing.dumps([writer.person.pk, str(update.uuid)], salt="else"),
    }
    token = tokens[kind]
    answer = browser_of(cast.anonymous()).post(form_of(update), sent(update, cast.reporter(), token=token))
    assert (answer.status_code, "写了一小时的进展" in answer.content.decode()) == (403, True)
    assert not HeldText.objects.exists()


def test_stranger_without_text_is_sent_to_the_sign_in_page(browser_of: BrowserOf) -> None:
    client, address = browser_of(cast.anonymous()), form_of(an_update())
    assert client.get(address)["Location"] == f"{LOGIN}?next={address}"
    assert client.post(address)["Location"] == f"{LOGIN}?next={address}"


def test_token_outlives_the_session_and_names_one_line() -> None:
    update, other, writer = an_update(), an_update(), cast.reporter()
    token = held_text.token_for(writer.person, update)
    assert held_text.writer_of(token, update.uuid) == writer.person
    assert held_text.writer_of(token, other.uuid) is None
    assert held_text.TOKEN_AGE.total_seconds() >= settings.SESSION_COOKIE_AGE
    User.objects.filter(pk=writer.person.pk).update(is_active=False)
    assert held_text.writer_of(token, update.uuid) is None


def test_held_text_is_shown_although_the_update_has_moved_on(browser_of: BrowserOf) -> None:
    update, writer = an_update(UpdateState.IN_REVIEW), cast.reporter()
    browser_of(cast.anonymous()).post(form_of(update), sent(update, writer))
    page = browser_of(writer).get(form_of(update)).content.decode()
    assert "写了一小时的进展" in page
    assert "This update cannot be changed now." in page
    assert "save or submit it" not in " ".join(page.split())
    assert 'value="submit"' not in page
    assert 'value="discard"' in page
