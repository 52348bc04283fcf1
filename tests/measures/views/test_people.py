"""People on their pages: the list by department, a new account with its first password, coming and going."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import AccountEvent, Membership, Role, User
from measures.models import Act, Event, UpdateState
from measures.pages import held_text
from measures.views import people as people_views
from measures.workflow import memberships, updates
from tests import cast
from tests.builders import a_message, an_update, moment
from tests.cast import DAY, a_department

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
PAGE = "/people/zgh/"
NEW = {"new-username": "zhou", "new-name": "周敏", "new-role": "reporter", "new-valid_from": "2020-07-01"}


def test_people_of_several_departments_are_listed_with_who_is_missing(browser_of: BrowserOf) -> None:
    an_update()
    cast.reporter()
    reviewer = cast.reviewer().person.memberships
    reviewer.update(valid_to=DAY - timedelta(days=1))
    clerk = browser_of(cast.clerk())
    rows = {row.slug: (row.reporters, row.reviewers) for row in clerk.get("/people/").context["page"]}
    assert rows == {"rsj": (0, 0), "zgh": (1, 0)}
    reviewer.update(valid_to=None)
    lacking = clerk.get("/people/", {"list": "lacking"}).context["page"]
    assert [row.slug for row in lacking] == ["rsj"]


def test_people_list_costs_the_same_for_many_departments(
    browser_of: BrowserOf, queries_of: QueriesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_update()
    clerk = browser_of(cast.clerk())
    few = queries_of(clerk, "/people/")
    for slug in ("jyj", "czj", "gzw"):
        an_update(slug=slug)
        cast.reporter(slug)
    assert queries_of(clerk, "/people/") == few
    monkeypatch.setattr(people_views, "PER_PAGE", 3)
    assert [len(clerk.get("/people/", {"page": number}).context["page"]) for number in "12"] == [3, 2]


def test_people_page_costs_the_same_for_many_people(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    reviewer = browser_of(cast.reviewer())
    few = queries_of(reviewer, PAGE)
    for actor in (cast.reporter(), cast.second_reporter(), cast.former_reporter()):
        assert actor.user
    assert queries_of(reviewer, PAGE) == few


def test_reviewer_makes_an_account_whose_password_is_shown_once(browser_of: BrowserOf) -> None:
    reviewer = browser_of(cast.reviewer())
    answer = reviewer.post(f"{PAGE}create/", NEW)
    [account] = answer.context["accounts"]
    assert account.first_password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert account.first_password not in reviewer.get(PAGE).content.decode()
    again = reviewer.post(f"{PAGE}create/", NEW)
    assert (again.status_code, "accounts" in again.context) == (422, False)
    assert "Somebody already has this user name." in again.content.decode()
    client = Client()
    signed_in = client.post("/login/", {"username": "zhou", "password": account.first_password}, follow=True)
    assert signed_in.redirect_chain[-1][0] == "/password/"
    assert AccountEvent.objects.filter(username="zhou", by=cast.reviewer().person).count() == 2


def test_reviewer_takes_in_somebody_with_an_account_by_both_names(browser_of: BrowserOf) -> None:
    person, reviewer = cast.reporter("jyj").person, browser_of(cast.reviewer())
    sent = {"known-username": person.username, "known-role": "reviewer", "known-valid_from": "2020-07-01"}
    wrong = reviewer.post(f"{PAGE}add/", {**sent, "known-name": "别人"})
    assert wrong.status_code == 422
    assert set(wrong.context["known"].errors) == {"username"}
    reviewer.post(f"{PAGE}add/", {**sent, "known-name": person.name, "known-valid_to": "2020-08-01"})
    row = Membership.objects.get(user=person, department=a_department())
    assert (row.role, str(row.valid_to)) == (Role.REVIEWER, "2020-08-01")


@pytest.mark.parametrize("role", ["clerk", "signer", "leader", "auditor", "nobody"])
def test_role_that_is_not_offered_is_not_taken_from_a_forged_form(browser_of: BrowserOf, role: str) -> None:
    answer = browser_of(cast.reviewer()).post(f"{PAGE}create/", {**NEW, "new-role": role})
    assert answer.status_code == 422
    assert not User.objects.filter(username="zhou").exists()


def test_membership_ends_on_the_page_and_stands_among_who_left(browser_of: BrowserOf) -> None:
    cast.former_reporter()
    row = cast.reporter().person.memberships.get()
    reviewer = browser_of(cast.reviewer())
    refused = reviewer.post(f"{PAGE}end/", {"membership": row.pk, "valid_to": "2020-06-01"})
    assert refused.status_code == 422
    assert "today or later" in refused.content.decode()
    reviewer.post(f"{PAGE}end/", {"membership": row.pk, "valid_to": "2020-07-01"})
    row.refresh_from_db()
    assert row.valid_to == DAY
    page = reviewer.get(PAGE)
    assert [membership.user.username for membership in page.context["ended"]] == ["zgh-former"]
    assert {membership.pk: may for membership, may in page.context["rows"]}[row.pk] is False


def test_membership_of_another_department_cannot_be_named(browser_of: BrowserOf) -> None:
    row = cast.reporter("jyj").person.memberships.get()
    answer = browser_of(cast.reviewer()).post(f"{PAGE}end/", {"membership": row.pk, "valid_to": "2020-07-01"})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.valid_to is None


def test_people_page_says_when_nobody_reports(browser_of: BrowserOf) -> None:
    reviewer = browser_of(cast.reviewer())
    assert "cannot reach the office" in reviewer.get(PAGE).content.decode()
    cast.reporter()
    assert "cannot reach the office" not in reviewer.get(PAGE).content.decode()
    Membership.objects.filter(role=Role.REPORTER).update(valid_to=DAY - timedelta(days=1))
    assert "cannot reach the office" in reviewer.get(PAGE).content.decode()


def test_reviewer_names_a_deputy_on_the_page_and_the_clerk_has_no_form_for_it(browser_of: BrowserOf) -> None:
    an_update()
    wang, reviewer = cast.a_person("wang").person, browser_of(cast.reviewer())
    sent = {"deputy-username": "wang", "deputy-name": wang.name, "deputy-valid_from": "2020-07-01"}
    refused = reviewer.post(f"{PAGE}deputy/", sent)
    assert (refused.status_code, set(refused.context["deputy"].errors)) == (422, {"valid_to"})
    answer = reviewer.post(f"{PAGE}deputy/", {**sent, "deputy-valid_to": "2020-07-20"}, follow=True)
    assert "stands in for you" in answer.content.decode()
    assert f"deputy of {cast.reviewer().person}" in answer.content.decode()
    clerk = browser_of(cast.clerk())
    assert clerk.get(PAGE).context["deputy"] is None
    assert clerk.post(f"{PAGE}deputy/", sent).status_code == 403


def test_record_of_an_update_names_for_whom_a_deputy_acted(browser_of: BrowserOf) -> None:
    wang, reviewer = cast.a_person("wang").person, cast.reviewer()
    memberships.name_deputy(reviewer, wang, a_department(), memberships.Span(DAY, DAY), None, moment())
    update = an_update(UpdateState.IN_REVIEW)
    updates.approve_and_submit(Actor.load(wang, DAY), update, update.version, moment())
    body = browser_of(reviewer).get(f"/p/a-policy/updates/{update.uuid}/").content.decode()
    assert f"as deputy for {reviewer.person}" in " ".join(body.split())


def test_handover_is_shown_before_it_is_done(browser_of: BrowserOf) -> None:
    update, giver, receiver = an_update(), cast.reporter().person, cast.second_reporter().person
    held_text.autosave(giver, update, {"headline": "不给人看的字", "page": "one"}, moment())
    a_message(giver, update)
    reviewer, page = browser_of(cast.reviewer()), "/people/zgh/handover/"
    assert f"{page}?from={giver.uuid}" in reviewer.get("/people/zgh/").content.decode()
    assert reviewer.get(f"{page}?from={giver.uuid}").context["form"]["giver"].value() == str(giver.uuid)
    sent = {"giver": giver.uuid, "receiver": receiver.uuid, "last_day": "2020-07-20"}
    shown = reviewer.post(page, sent)
    body = shown.content.decode()
    assert (shown.context["work"].unread, update.measure.code in body, "不给人看的字" in body) == (
        1,
        True,
        False,
    )
    assert not Event.objects.filter(act=Act.HAND_OVER).exists()
    wrong = reviewer.post(page, {**sent, "receiver": cast.reviewer().person.uuid})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"receiver"})
    done = reviewer.post(page, {**sent, "confirmed": "yes"}, follow=True)
    assert "has taken over" in done.content.decode()
    assert [event.act for event in done.context["events"]] == [Act.HAND_OVER]
    assert browser_of(cast.second_reporter()).get("/my/").context["owed"][0].unsaved
