"""The inbox: one's own messages, read one by one or all; what comes by e-mail; announcements."""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import Announcement, Message, MessageKind
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
BrowserOf = Callable[[Actor], Client]
INBOX = "/messages/"
ANNOUNCEMENTS = "/p/a-policy/announcements/"


def read(message: Message) -> str:
    return f"/messages/{message.uuid}/read/"


def is_read(message: Message) -> bool:
    message.refresh_from_db()
    return message.read_at is not None


def test_inbox_shows_the_own_messages_with_what_who_and_why(browser_of: BrowserOf) -> None:
    update = builders.an_update()
    builders.a_message(cast.reporter().person, update, words="请补充数据")
    builders.a_message(cast.reviewer().person, update, words="别人的")
    body = browser_of(cast.reporter()).get(INBOX).content.decode()
    assert "2020 Q2, 二（一）: the update of 市总工会 was returned." in body
    assert "请补充数据" in body
    assert "张rsj-clerk" in body
    assert "别人的" not in body
    assert "message-unread" in body


def test_frame_counts_the_unread_of_whoever_asks_without_a_query_of_its_own(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    update = builders.an_update()
    reporter, other = browser_of(cast.reporter()), browser_of(cast.reviewer())
    assert 'class="unread"' not in reporter.get("/p/a-policy/").content.decode()
    before = queries_of(reporter, "/p/a-policy/periods/")
    for n in range(3):
        builders.a_message(cast.reporter().person, update, day=cast.DAY.replace(day=n + 2))
    assert '<b class="unread">3<span' in reporter.get("/p/a-policy/").content.decode()
    assert queries_of(reporter, "/p/a-policy/periods/") == before
    assert 'class="unread"' not in other.get("/p/a-policy/").content.decode()


def test_a_message_that_is_opened_is_read_and_leads_to_its_subject(browser_of: BrowserOf) -> None:
    message = builders.a_message(cast.reporter().person)
    browser = browser_of(cast.reporter())
    assert browser.get(INBOX).status_code == 200
    assert not is_read(message)
    assert message.update is not None
    answer = browser.post(read(message), {"open": "on"})
    assert answer["Location"] == f"/p/a-policy/updates/{message.update.uuid}/"
    assert is_read(message)


def test_a_message_is_marked_at_its_place_in_the_list(browser_of: BrowserOf) -> None:
    message = builders.a_message(cast.reporter().person)
    answer = browser_of(cast.reporter()).post(read(message), {"page": "2", "show": "unread"})
    assert answer["Location"] == f"{INBOX}?page=2&show=unread"
    assert is_read(message)


def test_nobody_reads_the_message_of_another(browser_of: BrowserOf) -> None:
    message = builders.a_message(cast.reporter().person)
    for actor in (cast.reviewer(), cast.clerk(), cast.admin()):
        assert browser_of(actor).post(read(message), {"open": "on"}).status_code == 404
    assert not is_read(message)


def test_all_that_was_shown_is_marked_and_what_came_since_is_not(browser_of: BrowserOf) -> None:
    person, update = cast.reporter().person, builders.an_update()
    shown = builders.a_message(person, update)
    other = builders.a_message(cast.reviewer().person, update)
    browser = browser_of(cast.reporter())
    last = browser.get(INBOX).context["last"]
    came_since = builders.a_message(person, update, kind=MessageKind.CONFIRMED)
    answer = browser.post("/messages/read/", {"last": last}, follow=True)
    assert "1 message is marked as read." in answer.content.decode()
    assert (is_read(shown), is_read(came_since), is_read(other)) == (True, False, False)
    unread = browser.get(f"{INBOX}?show=unread").content.decode()
    assert "was confirmed" in unread
    assert "was returned" not in unread


@pytest.mark.parametrize("last", ["", "x", "9" * 30])
def test_a_forged_last_message_marks_nothing(browser_of: BrowserOf, last: str) -> None:
    message = builders.a_message(cast.reporter().person)
    assert browser_of(cast.reporter()).post("/messages/read/", {"last": last})["Location"] == INBOX
    assert not is_read(message)


def test_inbox_is_paged_with_as_many_queries_for_many_as_for_one(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    person, update = cast.reporter().person, builders.an_update()
    builders.a_message(person, update)
    browser = browser_of(cast.reporter())
    one = queries_of(browser, INBOX)
    for day in range(2, 25):
        builders.a_message(person, update, day=cast.DAY.replace(day=day))
    assert queries_of(browser, INBOX) == one <= 10
    assert len(browser.get(f"{INBOX}?page=2").context["page"]) == 4


@pytest.mark.parametrize(
    ("kind", "address"),
    [(MessageKind.OPENED, "/p/a-policy/periods/"), (MessageKind.OVERDUE, "/my/?policy=a-policy")],
)
def test_a_message_about_a_period_leads_to_it_or_to_what_is_owed(kind: MessageKind, address: str) -> None:
    by = None if kind == MessageKind.OVERDUE else cast.clerk().person
    row = builders.a_message(cast.reporter().person, builders.an_open_period(), kind=kind, by=by)
    assert row.get_absolute_url().startswith(address)


def test_kinds_and_address_of_e_mail_are_chosen_and_shown(browser_of: BrowserOf) -> None:
    browser, person = browser_of(cast.reporter()), cast.reporter().person
    chosen = {"address": "zhang@example.gov.cn", "kinds": ["returned", "overdue"]}
    body = browser.post("/messages/mail/", chosen, follow=True).content.decode()
    assert 'value="zhang@example.gov.cn"' in body
    assert body.count(" checked") == 2
    assert "No mail server is set up yet" in body
    assert set(person.mail_choices.values_list("kind", flat=True)) == {"returned", "overdue"}
    browser.post("/messages/mail/", {"address": "", "kinds": ["overdue"]})
    person.refresh_from_db()
    assert (person.email, [row.kind for row in person.mail_choices.all()]) == ("", ["overdue"])
    assert browser.post("/messages/mail/", {"address": "zhang", "kinds": ["gossip"]}).status_code == 422


def test_an_announcement_is_written_by_the_clerk_and_read_by_everybody(browser_of: BrowserOf) -> None:
    builders.an_update()
    clerk, reporter = browser_of(cast.clerk()), browser_of(cast.reporter())
    assert "Nothing was announced yet" in reporter.get(ANNOUNCEMENTS).content.decode()
    assert "<textarea" not in reporter.get(ANNOUNCEMENTS).content.decode()
    page = clerk.post(ANNOUNCEMENTS, {"title": "表样有更新", "text": "请按新表填报。"}, follow=True)
    assert "Announced to all departments of the policy." in page.content.decode()
    assert "请按新表填报。" in reporter.get(ANNOUNCEMENTS).content.decode()
    message = Message.objects.filter(person=cast.reporter().person).get()
    answer = reporter.post(read(message), {"open": "on"})
    assert answer["Location"] == f"{ANNOUNCEMENTS}#announcement-{Announcement.objects.get().uuid}"
    refused = clerk.post(ANNOUNCEMENTS, {"title": "表样有更新", "text": ""})
    assert refused.status_code == 422
    assert "表样有更新" in refused.content.decode()
