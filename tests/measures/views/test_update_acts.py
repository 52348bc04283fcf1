"""The acts as requests: who may send them, where they lead, and what comes back when they are refused."""

from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve, reverse

from departments.actors import Actor
from departments.models import Department, Role
from measures.models import Act, Event, LeadMode, ProgressUpdate, UpdateState
from measures.pages.offers import ASK_FOR_CORRECTION, BUTTONS, by_act
from measures.workflow import updates
from measures.workflow.texts import Text
from tests import builders, cast
from tests.builders import a_measure, a_working_calendar, an_open_period, an_update, brought_to, update_of

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
NAMES = ["submit", "withdraw", "return", "correct", "approve", "confirm", "waive", "restore"]
REVIEW, CHECK, MY = "/review/", "/check/", "/my/"


def address(name: str, update: ProgressUpdate) -> str:
    return reverse(f"measures:update_{name}", args=["a-policy", update.uuid])


def send(client: Client, name: str, update: ProgressUpdate, **data: Any) -> Any:
    usual = {"version": update.version, "reason": "请补充户数", "field": ""}
    return client.post(address(name, update), {**usual, **data})


def state_of(update: ProgressUpdate) -> str:
    return ProgressUpdate.objects.get(pk=update.pk).state


def events() -> int:
    return Event.objects.count()


@pytest.mark.once("the method is refused before a query")
@pytest.mark.parametrize("name", NAMES)
def test_acts_are_never_a_get(browser_of: BrowserOf, name: str) -> None:
    update = an_update()
    client = browser_of(cast.reporter())
    assert client.get(address(name, update)).status_code == 405
    assert state_of(update) == S.DUE


@pytest.mark.parametrize("name", NAMES)
def test_acts_on_a_forged_id_are_not_found(browser_of: BrowserOf, name: str) -> None:
    forged = reverse(f"measures:update_{name}", args=["a-policy", uuid4()])
    assert browser_of(cast.clerk()).post(forged, {"version": 1}).status_code == 404


@pytest.mark.parametrize(
    ("name", "before", "who", "after"),
    [
        ("submit", S.DRAFT, cast.reporter, S.IN_REVIEW),
        ("withdraw", S.IN_REVIEW, cast.reporter, S.DRAFT),
        ("return", S.IN_REVIEW, cast.reviewer, S.RETURNED),
        ("approve", S.IN_REVIEW, cast.reviewer, S.SUBMITTED),
        ("return", S.SUBMITTED, cast.clerk, S.RETURNED),
        ("confirm", S.SUBMITTED, cast.clerk, S.CONFIRMED),
        ("waive", S.DUE, cast.clerk, S.WAIVED),
        ("waive", S.DRAFT, cast.clerk, S.WAIVED),
        ("restore", S.WAIVED, cast.clerk, S.DUE),
    ],
)
def test_act_moves_the_update_and_leads_to_its_page(
    browser_of: BrowserOf, name: str, before: S, who: Callable[[], Actor], after: S
) -> None:
    a_working_calendar()
    update = an_update(before)
    answer = send(browser_of(who()), name, update)
    assert (answer.status_code, state_of(update)) == (302, after)
    assert answer["Location"] == reverse("measures:update_detail", args=["a-policy", update.uuid])


def test_act_says_what_was_done_and_for_whom(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    client = browser_of(cast.reviewer())
    page = client.get(send(client, "approve", update)["Location"]).content.decode()
    assert f"{update.measure.code} 市总工会: Approved and submitted to the office." in page


def test_returned_text_that_was_not_changed_asks_before_it_goes_from_its_page(browser_of: BrowserOf) -> None:
    update, client = an_update(S.RETURNED), browser_of(cast.reporter())
    asked = send(client, "submit", update)
    page = asked.content.decode()
    assert (asked.status_code, state_of(update)) == (422, S.RETURNED)
    assert "You have changed nothing since it was returned." in page
    (offered,) = asked.context["offers"]
    hidden = {field.html_name: field.value() or "" for field in offered.form.hidden_fields()}
    assert "Submit unchanged" in page

    gone = client.post(offered.url, hidden)
    again = client.post(offered.url, hidden)
    assert (gone.status_code, again.status_code, state_of(update)) == (302, 302, S.IN_REVIEW)


def test_returned_text_with_one_word_changed_goes_from_its_page_without_a_question(
    browser_of: BrowserOf,
) -> None:
    update = an_update(S.RETURNED)
    revision = builders.text_in_work(update)
    changed = Text(headline=revision.headline, progress="补充了数据")
    saved = updates.save(cast.reporter(), update, update.version, changed, builders.moment())
    answer = send(browser_of(cast.reporter()), "submit", saved)
    assert (answer.status_code, state_of(update)) == (302, S.IN_REVIEW)


def test_page_of_an_update_does_not_ask_before_it_is_pressed(browser_of: BrowserOf) -> None:
    """Opened anew, the form of a returned text carries no answer to a question that nobody has read."""
    update, client = an_update(S.RETURNED), browser_of(cast.reporter())
    send(client, "submit", update)
    page = client.get(reverse("measures:update_detail", args=["a-policy", update.uuid]))
    (offered,) = page.context["offers"]
    assert not offered.form["unchanged"].value()
    assert "Submit unchanged" not in page.content.decode()


def test_act_goes_back_to_the_queue_but_never_off_the_site(browser_of: BrowserOf) -> None:
    first, second = an_update(S.IN_REVIEW), an_update(S.IN_REVIEW)
    client = browser_of(cast.reviewer())
    there = f"/review/?page=1#update-{second.uuid}"
    assert send(client, "approve", first, next=there)["Location"] == there
    away = send(client, "approve", second, next="https://elsewhere.example/")
    assert away["Location"] == reverse("measures:update_detail", args=["a-policy", second.uuid])


@pytest.mark.once("who may is decided over loaded rows; each act goes through its address on both above")
@pytest.mark.parametrize(
    ("name", "before", "who", "status"),
    [
        ("submit", S.DRAFT, cast.reviewer, 403),
        ("submit", S.DRAFT, lambda: cast.reporter("jyj"), 404),
        ("withdraw", S.IN_REVIEW, cast.reviewer, 403),
        ("approve", S.IN_REVIEW, cast.reporter, 403),
        ("approve", S.IN_REVIEW, cast.clerk, 403),
        ("approve", S.IN_REVIEW, cast.stranger, 404),
        ("return", S.IN_REVIEW, cast.reporter, 403),
        ("return", S.SUBMITTED, cast.auditor, 403),
        ("return", S.CONFIRMED, cast.stranger, 403),
        ("confirm", S.SUBMITTED, cast.reviewer, 403),
        ("confirm", S.SUBMITTED, cast.leader, 403),
        ("waive", S.DUE, cast.reporter, 403),
        ("waive", S.DUE, cast.signer, 403),
        ("waive", S.DUE, cast.clerk_elsewhere, 404),
        ("restore", S.WAIVED, cast.reviewer, 403),
        ("confirm", S.SUBMITTED, cast.admin, 404),
    ],
)
def test_act_of_the_wrong_person_changes_nothing(
    browser_of: BrowserOf, name: str, before: S, who: Callable[[], Actor], status: int
) -> None:
    update = an_update(before)
    written = events()
    answer = send(browser_of(who()), name, update)
    assert (answer.status_code, state_of(update), events()) == (status, before, written)


def test_act_of_a_stranger_leads_to_the_sign_in_page(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    assert send(browser_of(cast.anonymous()), "approve", update, reason="")["Location"].startswith("/login/")
    assert state_of(update) == S.IN_REVIEW


# --- refused, with nothing lost ------------------------------------------------------------------


def test_returning_without_a_reason_is_refused_on_the_page(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    answer = send(browser_of(cast.reviewer()), "return", update, reason="  ", field="progress")
    form = answer.context["refused"].form
    assert (answer.status_code, list(form.errors), form["field"].value()) == (422, ["reason"], "progress")
    assert state_of(update) == S.IN_REVIEW


def test_over_long_reason_comes_back_whole(browser_of: BrowserOf) -> None:
    update, long = an_update(S.IN_REVIEW), "由" * 201
    answer = send(browser_of(cast.reviewer()), "return", update, reason=long)
    page = answer.content.decode()
    assert (answer.status_code, long in page) == (422, True)
    assert "201 characters, at most 200: shorten it by 1." in page


@pytest.mark.parametrize("wanted", ["abc", "//elsewhere.example/"])
def test_act_that_wants_to_go_on_elsewhere_is_done_and_shows_the_update(
    browser_of: BrowserOf, wanted: str
) -> None:
    update = an_update(S.SUBMITTED)
    answer = send(browser_of(cast.clerk()), "confirm", update, next=wanted)
    assert (answer.status_code, state_of(update)) == (302, S.CONFIRMED)
    assert answer["Location"] == reverse("measures:update_detail", args=["a-policy", update.uuid])


def test_stale_act_is_refused_and_the_reason_survives(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    updates.approve_and_submit(cast.second_reviewer(), update, update.version, builders.moment())
    answer = send(browser_of(cast.reviewer()), "return", update, reason="数据有误，请核对")
    page = answer.content.decode()
    assert (answer.status_code, state_of(update)) == (409, S.SUBMITTED)
    said = "Since you opened this, 张zgh-reviewer-2 did “approve and submit”; your “return for revision” was"
    assert (said in page, "Nothing was changed." in page) == (True, False)
    assert "数据有误，请核对" in page


def test_two_clerks_are_told_in_one_sentence_who_came_first(browser_of: BrowserOf) -> None:
    """The words of the second stand in the form of what is possible now, which says so and can be sent."""
    a_working_calendar()
    update = an_update(S.SUBMITTED)
    builders.perform(Act.CONFIRM, cast.clerk(), update)
    second = browser_of(cast.second_clerk())
    answer = send(second, "return", update, reason="数据有误，请核对")
    page = answer.content.decode()
    assert (answer.status_code, state_of(update)) == (409, S.CONFIRMED)
    assert "Since you opened this, 张rsj-clerk did “confirm”; your “return for revision” was not" in page
    assert "What you wrote stands below" in page
    [offer] = [row for row in answer.context["offers"] if row.act == Act.RETURN]
    assert (offer.button, offer.form["reason"].value()) == (ASK_FOR_CORRECTION, "数据有误，请核对")
    assert "your words for “return for revision”" in page
    sent = {name: offer.form[name].value() for name in ("version", "reason")}
    assert second.post(offer.url, sent).status_code == 302
    assert state_of(update) == S.RETURNED


def test_stale_act_on_an_update_out_of_sight_gives_the_reason_back(browser_of: BrowserOf) -> None:
    a_working_calendar()
    update = brought_to(S.SUBMITTED, update_of_a_participant())
    updates.return_for_revision(cast.clerk(), update, update.version, "退", builders.moment())
    convenor = browser_of(cast.reviewer("jyj"))
    assert send(convenor, "return", update, reason="另一条理由").status_code == 404


def update_of_a_participant() -> ProgressUpdate:
    measure = a_measure(leads=["jyj"], participants=["zgh"])
    an_open_period(measure.section.edition)
    return update_of(measure, "zgh")


def test_update_that_goes_out_of_sight_in_the_act_gives_the_reason_back(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between loading the update and locking it, the clerk returned it: the convenor sees it no more."""
    a_working_calendar()
    update = brought_to(S.SUBMITTED, update_of_a_participant())

    def overtaken(*_args: object) -> bool:
        updates.return_for_revision(cast.clerk(), update, update.version, "退", builders.moment())
        return True

    monkeypatch.setattr(updates, "may_ever", overtaken)
    client = browser_of(cast.reviewer("jyj"))
    answer = send(client, "return", update, reason="另一条理由", next="/my/")
    assert answer["Location"] == "/my/"
    told = [str(message) for message in answer.wsgi_request._messages]
    assert len(told) == 1
    assert "另一条理由" in told[0]


def test_whoever_wrote_is_told_why_they_may_not_approve(browser_of: BrowserOf) -> None:
    colleague = cast.colleague()
    update = an_update()
    update = updates.submit_for_review(
        colleague, update, update.version, builders.moment(), text=builders.a_text()
    )
    answer = send(browser_of(colleague), "approve", update)
    assert (answer.status_code, state_of(update)) == (403, S.IN_REVIEW)
    assert "Whoever wrote a text does not review it." in answer.content.decode()


def test_act_without_a_version_is_refused(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    answer = browser_of(cast.reviewer()).post(address("approve", update))
    assert (answer.status_code, state_of(update)) == (422, S.IN_REVIEW)
    assert "This page is incomplete. Open it again" in answer.content.decode()
    assert "Version" not in answer.content.decode()


def test_unknown_field_of_a_return_is_refused(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    answer = send(browser_of(cast.reviewer()), "return", update, field="version")
    assert (answer.status_code, list(answer.context["refused"].form.errors)) == (422, ["field"])


def test_submitting_an_unfinished_draft_is_refused_with_the_reason(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT, text=builders.a_text(headline=""))
    answer = send(browser_of(cast.reporter()), "submit", update)
    assert (answer.status_code, state_of(update)) == (422, S.DRAFT)
    assert "Say in one sentence what was achieved." in answer.content.decode()


# --- for which department ------------------------------------------------------------------------


def test_who_may_act_for_two_departments_chooses_one(browser_of: BrowserOf) -> None:
    """Clerk of the office and reviewer of the convenor: the return names one of the two."""
    a_working_calendar()
    update = brought_to(S.SUBMITTED, update_of_a_participant())
    both = cast.a_person("both", ("rsj", Role.CLERK), ("jyj", Role.REVIEWER))
    client = browser_of(both)
    assert send(client, "return", update).status_code == 422
    convenor = Department.objects.get(slug="jyj")
    assert send(client, "return", update, department=convenor.pk).status_code == 302
    assert Event.objects.filter(act=Act.RETURN).get().department == convenor


def test_convenor_returns_the_input_of_a_participant_and_loses_sight_of_it(browser_of: BrowserOf) -> None:
    a_working_calendar()
    update = brought_to(S.SUBMITTED, update_of_a_participant())
    answer = send(browser_of(cast.reviewer("jyj")), "return", update, field="progress")
    assert (answer["Location"], state_of(update)) == (reverse("measures:start"), S.RETURNED)
    assert Event.objects.filter(act=Act.RETURN).get().field == "progress"


def test_convenor_waives_a_participant_but_no_lead(browser_of: BrowserOf) -> None:
    measure = a_measure(leads=["jyj", "gzw"], participants=["zgh"], lead_mode=LeadMode.JOINT)
    an_open_period(measure.section.edition)
    client = browser_of(cast.reviewer("jyj"))
    assert send(client, "waive", update_of(measure, "zgh")).status_code == 302
    assert send(client, "waive", update_of(measure, "gzw")).status_code == 404
    assert state_of(update_of(measure, "zgh")) == S.WAIVED


# --- the same act twice --------------------------------------------------------------------------

TWICE = [
    ("submit", S.DRAFT, cast.reporter),
    ("withdraw", S.IN_REVIEW, cast.reporter),
    ("return", S.IN_REVIEW, cast.reviewer),
    ("approve", S.IN_REVIEW, cast.reviewer),
    ("return", S.SUBMITTED, cast.clerk),
    ("confirm", S.SUBMITTED, cast.clerk),
    ("waive", S.DUE, cast.clerk),
    ("restore", S.WAIVED, cast.clerk),
]


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


@pytest.mark.parametrize(("name", "before", "who"), TWICE)
def test_second_click_is_told_what_the_first_has_done(
    browser_of: BrowserOf, name: str, before: S, who: Callable[[], Actor]
) -> None:
    """The browser shows the answer to the second request only, and both were sent from the same page."""
    a_working_calendar()
    update = an_update(before)
    first = send(browser_of(who()), name, update, next="/my/")
    written = events()
    second = send(browser_of(who()), name, update, next="/my/")
    assert (second.status_code, second["Location"]) == (302, "/my/")
    assert (told(second), events()) == (told(first), written)


def test_second_click_on_what_went_out_of_sight_is_told_too(browser_of: BrowserOf) -> None:
    a_working_calendar()
    update = brought_to(S.SUBMITTED, update_of_a_participant())
    answers = [send(browser_of(cast.reviewer("jyj")), "return", update) for _click in range(2)]
    assert [answer["Location"] for answer in answers] == [reverse("measures:start")] * 2
    assert Event.objects.filter(act=Act.RETURN).count() == 1


def test_second_click_with_other_words_is_refused_and_they_survive(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    client = browser_of(cast.reviewer())
    send(client, "return", update, reason="数据不清")
    answer = send(client, "return", update, reason="另一条理由")
    assert (answer.status_code, "另一条理由" in answer.content.decode()) == (409, True)


# --- one row a button ----------------------------------------------------------------------------


def test_act_without_a_button_stops_the_import() -> None:
    rows = [button for act, button in BUTTONS.items() if act != Act.CONFIRM]
    with pytest.raises(ValueError, match="confirm"):
        by_act(*rows)


@pytest.mark.parametrize("act", [Act.SAVE, Act.END_DUTY, Act.CLOSE_PERIOD])
def test_button_without_an_act_on_the_page_stops_the_import(act: Act) -> None:
    odd = replace(BUTTONS[Act.CONFIRM], act=act)
    with pytest.raises(ValueError, match=act.value):
        by_act(*BUTTONS.values(), odd)


def test_two_buttons_of_one_act_stop_the_import() -> None:
    with pytest.raises(ValueError, match="do not go together"):
        by_act(*BUTTONS.values(), BUTTONS[Act.CONFIRM])


def test_each_button_has_its_view_and_address() -> None:
    assert sorted(NAMES) == sorted(button.name for button in BUTTONS.values())
    for button in BUTTONS.values():
        match = resolve(f"/p/a-policy/updates/{uuid4()}/{button.name}/")
        assert match.view_name == f"measures:{match.func.__name__}" == f"measures:update_{button.name}"


def test_acts_that_several_departments_may_do_take_the_chosen_one() -> None:
    several = {row.act for row in updates.TRANSITIONS.values() if len(row.may) > 1}
    assert several
    for act in several:
        assert "department" in signature(BUTTONS[act].function).parameters
