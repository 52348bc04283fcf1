"""Does any form lose a word when the session of its writer is over? What becomes of it, and who sees it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from departments import held_posts, late_posts
from departments.held_posts import HeldPost
from departments.models import Session, User
from departments.sessions import LAST_SEEN

SignIn = Callable[[User], Client]


def form(request: HttpRequest) -> HttpResponse:
    """Any page of ours behind the sign-in."""
    return HttpResponse("carried out" if request.method == "POST" else "the form")


urlpatterns = [path("form/", form), path("", include("langfang_policy.urls"))]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls(__name__),
    pytest.mark.once("one row of a table that Django writes; the lock on a person is that of other acts"),
]
WORDS = "进展与佐证材料不一致，请核实后重报"
PAGE = "http://testserver/form/?page=2"


def cookie_is_gone(client: Client) -> None:
    del client.cookies[settings.SESSION_COOKIE_NAME]


def ended_elsewhere(client: Client) -> None:
    Session.objects.all().delete()


def idle(client: Client) -> None:
    session = client.session
    session[LAST_SEEN] = int((timezone.now() - timedelta(minutes=settings.IDLE_MINUTES + 1)).timestamp())
    session.save()


ENDS = [cookie_is_gone, ended_elsewhere, idle]


@pytest.fixture
def writer(signed_in: SignIn, reporter: User) -> Client:
    """A browser with the form open."""
    client = signed_in(reporter)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get("/form/").content == b"the form"
    return client


def send(client: Client, **fields: str) -> Any:
    return client.post("/form/", fields or {"reason": WORDS}, headers={"referer": PAGE})


def another_person() -> User:
    return User.objects.create_user(username="rsj-clerk", password="correct horse battery", name="李明")


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_any_form_sent_after_the_session_has_ended_waits_for_its_writer(
    writer: Client, signed_in: SignIn, reporter: User, end: Callable[[Client], None]
) -> None:
    end(writer)
    answer = send(writer)
    assert answer["Location"] == "/login/?next=/form/%3Fpage%3D2"
    told = writer.get(answer["Location"]).content.decode()
    assert "You are no longer signed in, so nothing was done." in told
    assert f"sign in as {reporter.username} to see it" in told
    assert "You were not signed in" not in told
    assert WORDS not in told, "whoever sits there now may be somebody else"
    page = signed_in(reporter).get("/held/").content.decode()
    assert WORDS in page
    assert 'href="/form/?page=2"' in page


def test_sign_in_leads_to_what_was_typed_under_its_label(writer: Client, reporter: User) -> None:
    cookie_is_gone(writer)
    send(writer, reason=WORDS, state="x")
    known = {"username": reporter.username, "password": "correct horse battery"}
    answer = writer.post("/login/?next=/form/", known, follow=True)
    assert answer.redirect_chain[-1][0] == "/held/"
    body = answer.content.decode()
    assert body.count("<textarea") == 1
    assert '<label for="kept-1-1">\n      Reason' in body
    assert writer.get("/form/").content == b"the form", "nothing was carried out, nothing stands in the way"


def test_what_waits_is_shown_to_its_writer_alone_also_on_the_same_computer(
    writer: Client, signed_in: SignIn, reporter: User
) -> None:
    cookie_is_gone(writer)
    send(writer)
    other = another_person()
    known = {"username": other.username, "password": "correct horse battery"}
    answer = writer.post("/login/?next=/form/", known, follow=True)
    assert answer.redirect_chain == [("/form/", 302)], "the other goes on as ever"
    assert WORDS not in writer.get("/held/").content.decode()
    assert WORDS in signed_in(reporter).get("/held/").content.decode()


def test_forms_that_are_sent_one_after_the_other_all_wait_and_one_sent_twice_waits_once(
    writer: Client, signed_in: SignIn, reporter: User
) -> None:
    cookie_is_gone(writer)
    for words in (WORDS, "第二份表单", WORDS):
        send(writer, reason=words)
    posts = held_posts.waiting(reporter, timezone.now())
    assert [post.fields for post in posts] == [(("reason", "第二份表单"),), (("reason", WORDS),)]
    client = signed_in(reporter)
    assert 'id="kept-2-1"' in client.get("/held/").content.decode()
    client.post("/held/discard/")
    assert "<textarea" not in client.get("/held/").content.decode()
    assert not held_posts.waiting(reporter, timezone.now())


def test_what_waits_is_gone_after_two_hours(reporter: User) -> None:
    sent = timezone.now()
    first, second = (
        HeldPost(sent + timedelta(minutes=minutes), "/form/", (("reason", WORDS + str(minutes)),))
        for minutes in (0, 90)
    )
    assert held_posts.hold(reporter, first)
    assert held_posts.hold(reporter, second)
    assert held_posts.waiting(reporter, sent + timedelta(minutes=119)) == [first, second]
    assert held_posts.waiting(reporter, sent + timedelta(minutes=120)) == [second]
    assert held_posts.waiting(reporter, sent + timedelta(minutes=210)) == []
    assert Session.objects.get().expire_date == second.until, "clearsessions takes it away"


def test_text_of_nobody_known_is_given_back_at_once(client: Client, person: User) -> None:
    forged = signing.dumps(person.pk, salt="another")
    old = "a:b:c"
    for cookie in ("", forged, old):
        client.cookies[late_posts.COOKIE] = cookie
        answer = send(client)
        assert answer.status_code == 403
        assert WORDS in answer.content.decode()
    assert not Session.objects.exists()


def test_text_of_who_may_no_longer_sign_in_is_given_back_at_once(writer: Client, reporter: User) -> None:
    User.objects.update(is_active=False)
    assert WORDS in send(writer).content.decode()
    assert not held_posts.waiting(reporter, timezone.now())


def test_more_than_can_be_kept_is_given_back_at_once(writer: Client, reporter: User) -> None:
    cookie_is_gone(writer)
    send(writer)
    answer = send(writer, reason="长" * held_posts.MOST)
    assert answer.status_code == 403
    assert "长" * held_posts.MOST in answer.content.decode()
    assert [post.fields for post in held_posts.waiting(reporter, timezone.now())] == [(("reason", WORDS),)]


@pytest.mark.parametrize(("text", "is_kept"), [("同意", True), ("12", False), ("", False)])
def test_an_answer_of_two_characters_is_a_text(
    writer: Client, reporter: User, text: str, *, is_kept: bool
) -> None:
    cookie_is_gone(writer)
    answer = send(writer, reason=text)
    assert bool(held_posts.waiting(reporter, timezone.now())) == is_kept
    told = writer.get(answer["Location"]).content.decode()
    assert ("Sign in and repeat it." in told) != is_kept
    assert "You are no longer signed in, so nothing was done." in told


def test_a_password_and_what_carries_no_words_are_not_kept(writer: Client, reporter: User) -> None:
    cookie_is_gone(writer)
    fields = {"new_password1": "correct horse", "csrfmiddlewaretoken": "abcdef", "outcome": "granted"}
    ticked = {"update": "8f2e5c52-0a52-4d0c-9a53-1f1f3a9f2b11:3", "day": "2020-07-09"}
    send(writer, **fields, **ticked)
    assert not held_posts.waiting(reporter, timezone.now())
    send(writer, **fields, **ticked, reason=WORDS)
    [post] = held_posts.waiting(reporter, timezone.now())
    assert post.fields == (("reason", WORDS),)


def test_browser_knows_its_last_writer_longer_than_a_session_lasts_and_no_script_does(
    writer: Client, reporter: User, settings: Any
) -> None:
    cookie = writer.cookies[late_posts.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert late_posts.READ_FOR.total_seconds() > settings.SESSION_COOKIE_AGE
    assert late_posts.COOKIE not in writer.get("/form/").cookies, "sent anew only when it grows old"
    writer.force_login(another_person(), backend="django.contrib.auth.backends.ModelBackend")
    assert late_posts.COOKIE in writer.get("/form/").cookies


def test_nobody_is_signed_in_by_the_row_in_which_words_wait(
    writer: Client, client: Client, reporter: User
) -> None:
    cookie_is_gone(writer)
    send(writer)
    row = Session.objects.get(user=None, session_data__isnull=False, expire_date__gt=timezone.now())
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert thief.get("/held/")["Location"].startswith("/login/")


def test_first_password_is_changed_first_and_then_what_was_typed_is_shown(
    writer: Client, signed_in: SignIn, reporter: User
) -> None:
    cookie_is_gone(writer)
    send(writer)
    reporter.must_change_password = True
    reporter.save()
    new = "another horse battery 1"
    fields = {"old_password": "correct horse battery", "new_password1": new, "new_password2": new}
    assert signed_in(reporter).post("/password/", fields)["Location"] == "/held/"


def test_a_visitor_of_the_demo_finds_what_was_typed(writer: Client, reporter: User, demo: None) -> None:
    cookie_is_gone(writer)
    send(writer)
    answer = writer.post("/step-in/", {"person": str(reporter.uuid), "next": "/form/"})
    assert answer["Location"] == "/held/"
