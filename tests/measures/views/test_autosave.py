"""What an open form sends by itself is kept for its writer alone: no draft, no event, no loss."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import Event, HeldText, PeriodState, ProgressUpdate, UpdateState
from measures.pages import held_text
from measures.workflow import updates
from tests import builders, cast
from tests.builders import an_update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


def form_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_edit", args=["a-policy", update.uuid])


def autosave_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_autosave", args=["a-policy", update.uuid])


def typed(update: ProgressUpdate, **changes: Any) -> dict[str, Any]:
    """What the script sends in the middle of a word: nothing is checked, a number may be half written."""
    usual = {
        "version": update.version,
        "token": held_text.token_for(cast.reporter().person, update),
        "page": "page-1",
        "continues": "",
        "situation": "progress",
        "headline": "写到一半",
        "progress": "长" * 900,
        "self_assessment": "normal",
    }
    return {**usual, **changes}


def test_autosave_is_back_in_the_form_and_neither_draft_nor_event(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    answer = client.post(autosave_of(update), typed(update))
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d:\d\d", answer.content.decode())
    assert not Event.objects.of_update(update).exists()
    assert not update.revisions.exists()
    update.refresh_from_db()
    assert (update.state, update.version) == (S.DUE, 1)
    page = client.get(form_of(update))
    assert page.context["form"]["progress"].value() == "长" * 900
    assert "It was autosaved" in page.content.decode()
    assert f"Autosaved at {answer.content.decode()}" in page.content.decode()


def test_autosave_is_read_by_its_writer_alone(browser_of: BrowserOf) -> None:
    update = an_update()
    browser_of(cast.reporter()).post(autosave_of(update), typed(update))
    for actor in (cast.second_reporter(), cast.reviewer(), cast.clerk()):
        for address in (form_of(update), reverse("measures:update_detail", args=["a-policy", update.uuid])):
            assert "写到一半" not in browser_of(actor).get(address).content.decode()


def test_autosave_outlives_the_two_hours_of_a_text_after_sign_out() -> None:
    update, person = an_update(), cast.reporter().person
    held_text.autosave(person, update, {"page": "a", "headline": "一"}, builders.moment())
    later = builders.moment() + timedelta(days=20)
    held_text.hold(person, update, {"headline": "二"}, later)
    newest = builders.held_for(person, update, later)
    assert newest is not None
    assert newest.fields["headline"] == "二"
    oldest = builders.held_for(person, update, later + timedelta(hours=2))
    assert oldest is not None
    assert oldest.fields["headline"] == "一"


def test_autosave_goes_on_from_its_own_page_and_from_the_one_it_was_opened_with(
    browser_of: BrowserOf,
) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    for headline in ("一", "二"):
        client.post(autosave_of(update), typed(update, headline=headline))
    page = client.get(form_of(update))
    assert (page.context["continues"], page.context["form"]["headline"].value()) == ("page-1", "二")
    form = typed(update, page=page.context["page"], continues="page-1", headline="三")
    assert client.post(autosave_of(update), form).status_code == 200
    # its answer was lost on the way: the page sends once more
    assert client.post(autosave_of(update), {**form, "headline": "四"}).status_code == 200
    assert HeldText.objects.get().fields["headline"] == "四"


def test_autosave_of_an_older_page_takes_nothing_from_a_later_one(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    client.post(autosave_of(update), typed(update, page="here", headline="这里"))
    late = client.post(autosave_of(update), typed(update, page="elsewhere", headline="别处"))
    assert (late.status_code, late.content.decode()) == (409, "You have written here on another page since.")
    assert HeldText.objects.get().fields["headline"] == "这里"
    saved = {**typed(update, page="elsewhere", headline="别处", progress=""), "act": "save"}
    client.post(form_of(update), saved)
    assert builders.text_in_work(update).headline == "别处"
    assert client.get(form_of(update)).context["form"]["headline"].value() == "这里"


def test_form_says_that_its_words_are_of_another_window_than_what_was_saved_since(
    browser_of: BrowserOf,
) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    other = {"headline": "窗口二的话", "progress": ""}
    client.post(autosave_of(update), typed(update, page="two", **other))
    saved = {**typed(update, page="one", headline="窗口一的话", progress=""), "act": "save"}
    page = client.post(form_of(update), saved, follow=True)
    body = " ".join(page.content.decode().split())
    assert "differs from the draft" in body
    assert "what you typed in another window and had not saved" in body
    assert "Take the saved draft instead" in body
    assert [(row.theirs, row.mine) for row in page.context["differences"]] == [("窗口一的话", "窗口二的话")]
    assert page.context["form"]["headline"].value() == "窗口二的话"

    update.refresh_from_db()
    form = {**typed(update, **other), "continues": "two", "version": page.context["form"]["version"].value()}
    assert client.post(autosave_of(update), form).status_code == 200  # it goes on from both
    client.post(form_of(update), {**form, "act": "discard"})
    fresh = client.get(form_of(update))
    assert fresh.context["form"]["headline"].value() == "窗口一的话"
    assert "differs from the draft" not in fresh.content.decode()


def test_form_says_that_a_colleague_has_saved_since(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    client.post(autosave_of(update), typed(update, progress=""))
    updates.save(
        cast.second_reporter(), update, update.version, builders.a_text("同事的话"), builders.moment()
    )
    page = client.get(form_of(update))
    assert "another text was saved since" in " ".join(page.content.decode().split())
    assert ("同事的话", "写到一半") in [(row.theirs, row.mine) for row in page.context["differences"]]
    client.post(form_of(update), {**typed(update, progress="", version=2), "act": "save"})
    assert builders.text_in_work(update).headline == "写到一半"


def test_autosave_that_was_on_its_way_when_its_form_was_saved_comes_to_nothing(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    form = typed(update, progress="")
    client.post(form_of(update), {**form, "act": "save"})
    assert client.post(autosave_of(update), form).status_code == 409
    assert not HeldText.objects.exists()
    update.refresh_from_db()
    updates.save(cast.second_reporter(), update, update.version, builders.a_text(), builders.moment())
    assert client.post(autosave_of(update), form).status_code == 200  # a colleague's save takes nothing away


@pytest.mark.parametrize("act", ["save", "submit", "discard"])
def test_autosave_is_gone_when_its_text_is_stored_or_thrown_away(browser_of: BrowserOf, act: str) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    client.post(autosave_of(update), typed(update))
    answer = client.post(form_of(update), {**typed(update, progress=""), "act": act}, follow=True)
    assert not HeldText.objects.exists()
    assert f'data-stored="{update.uuid}"' in answer.content.decode()


def test_autosave_stays_when_the_form_is_refused(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    client.post(autosave_of(update), typed(update))
    refused = client.post(form_of(update), {**typed(update), "act": "save"})
    assert (refused.status_code, refused.context["page"]) == (422, "page-1")
    assert HeldText.objects.exists()


def test_autosave_says_to_a_script_why_it_keeps_nothing(browser_of: BrowserOf) -> None:
    update = an_update()
    writer = browser_of(cast.reporter())
    assert browser_of(cast.anonymous()).post(autosave_of(update), typed(update)).status_code == 401
    colleague = browser_of(cast.second_reporter()).post(autosave_of(update), typed(update))
    assert (colleague.status_code, colleague.content.decode()) == (
        401,
        "Somebody else is signed in here now.",
    )
    too_much = writer.post(autosave_of(update), typed(update, progress="长" * held_text.MOST))
    assert too_much.status_code == 413
    builders.set_period_state(update.period, PeriodState.ARCHIVED)
    assert writer.post(autosave_of(update), typed(update)).status_code == 409
    form = typed(update)
    cast.reporter().person.memberships.all().delete()
    assert writer.post(autosave_of(update), form).status_code == 404
    assert not HeldText.objects.exists()


def test_autosave_is_refused_in_a_sentence_without_the_right_csrf_token() -> None:
    update = an_update()
    answer = Client(enforce_csrf_checks=True).post(autosave_of(update), typed(update))
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/plain; charset=utf-8")


def test_autosave_is_for_who_writes(browser_of: BrowserOf) -> None:
    update, reviewer = an_update(), cast.reviewer()
    form = typed(update, token=held_text.token_for(reviewer.person, update))
    assert browser_of(reviewer).post(autosave_of(update), form).status_code == 403


def test_draft_is_not_submitted_while_more_was_typed(browser_of: BrowserOf) -> None:
    update, client = an_update(S.DRAFT), browser_of(cast.reporter())
    address = reverse("measures:update_detail", args=["a-policy", update.uuid])
    assert (
        'action="' + reverse("measures:update_submit", args=["a-policy", update.uuid])
        in client.get(address).content.decode()
    )
    client.post(autosave_of(update), typed(update))
    page = client.get(address).content.decode()
    assert "You have written more than the draft holds" in page
    assert reverse("measures:update_submit", args=["a-policy", update.uuid]) not in page
    assert [row.unsaved for row in client.get("/my/").context["owed"]] == [True]


def test_pasted_text_of_a_word_processor_is_stored_as_plain_text(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    pasted = "\uf0b7\u00a0办\u200b赛\x0b2场\x0c\ufeff第二\x07段\u2028末行\x1e完"
    form = {**typed(update, headline="一\u00ad句\x0b话", progress=pasted), "act": "save"}
    assert client.post(form_of(update), form).status_code == 302
    text = builders.text_in_work(update)
    assert (text.headline, text.progress) == ("一句 话", "· 办赛\n2场\n第二段\n末行-完")
    refused = client.post(form_of(update), {**form, "version": 2, "progress": "甲\u202e乙"})
    assert (refused.status_code, "U+202E" in refused.content.decode()) == (422, True)
