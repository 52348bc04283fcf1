"""The clerk enters what came on paper or by telephone; another confirms it; it says so where it is read."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from departments.actors import Actor
from measures.models import (
    Act,
    Event,
    Message,
    MessageKind,
    PeriodState,
    ProgressUpdate,
    ReplacedText,
    UpdateState,
)
from measures.reports import wording
from measures.summaries import live_summary
from measures.verification import record_faults
from measures.workflow import updates
from tests import builders, cast
from tests.builders import a_receipt, a_text, an_update, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day", "calendar")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
BY_THE_OFFICE = "Entered by 市人社局 for the department"


def address(update: ProgressUpdate, name: str = "detail") -> str:
    return reverse(f"measures:update_{name}", args=["a-policy", update.uuid])


def page(client: Client, update: ProgressUpdate) -> str:
    return client.get(address(update)).content.decode()


def sent(update: ProgressUpdate, **changes: Any) -> dict[str, Any]:
    usual = {"version": update.version, "situation": "progress", "self_assessment": "normal"}
    basis = {"received_from": "李建国", "received_by": "telephone", "received_on": "2020-06-30"}
    return {**usual, **basis, "headline": "办赛2场", **changes}


def test_what_came_by_telephone_is_entered_confirmed_by_another_and_corrected_by_its_department(
    browser_of: BrowserOf,
) -> None:
    update = an_update(S.DRAFT, text=a_text("单位草稿"))
    clerk, other = browser_of(cast.clerk()), browser_of(cast.second_clerk())
    form = address(update, "on_behalf")
    assert f'href="{form}"' in page(clerk, update)
    assert "单位草稿" not in clerk.get(form).content.decode()
    answer = clerk.post(form, sent(update), follow=True)
    assert "somebody else of the office confirms it" in answer.content.decode()
    update.refresh_from_db()
    assert (update.state, update.first_submitted_at) == (S.SUBMITTED, moment(date(2020, 6, 30), 0) + DAY_END)
    assert clerk.post(form, sent(update, version=update.version - 1)).status_code == 302  # the second click
    assert "another clerk has to confirm it" in page(clerk, update)

    told = Message.objects.filter(kind=MessageKind.ENTERED, update=update)
    assert set(told.values_list("person__username", flat=True)) == {"zgh-reporter"}
    reporter = browser_of(cast.reporter())
    seen = page(reporter, update)
    for words in (BY_THE_OFFICE, "李建国", "by telephone", "办赛2场", "Saved by 张zgh-reporter", "单位草稿"):
        assert words in seen
    other.post(address(update, "confirm"), {"version": update.version})
    assert BY_THE_OFFICE in page(browser_of(cast.leader()), update)
    measure = reverse("measures:measure_detail", args=["a-policy", update.measure.uuid])
    assert "entered by 市人社局" in reporter.get(measure).content.decode()
    (status,) = live_summary(update.period, cast.DAY).measures
    printed = "".join(paragraph.text for paragraph in wording.progress_of(status, cast.DAY))
    assert "（由市人社局代录）" in printed
    assert "（由市人社局代录）" in "".join(wording.sentences_of(status, cast.DAY))
    assert [
        fault for fault in record_faults() if "填报期" not in fault
    ] == []  # the builders open without an event

    update.refresh_from_db()
    begun = reporter.post(address(update, "correct"), {"version": update.version, "reason": "场次有误"})
    assert begun.status_code == 302
    assert not builders.text_in_work(update).entered_by


def test_all_that_is_wrong_and_all_that_is_missing_is_told_at_once(browser_of: BrowserOf) -> None:
    update, clerk = an_update(S.DUE), browser_of(cast.clerk())
    wrong = sent(update, headline="", received_from="", received_on="")
    answer = clerk.post(address(update, "on_behalf"), wrong)
    assert set(answer.context["form"].errors) == {"headline", "received_from", "received_on"}
    unsaid = clerk.post(address(update, "on_behalf"), sent(update, situation="", headline=""))
    assert set(unsaid.context["form"].errors) == {"situation"}


def test_record_and_message_say_from_whom_how_and_when_it_came() -> None:
    cast.reporter()
    builders.perform(Act.FILE_ON_BEHALF, cast.clerk(), an_update())
    [told] = Message.objects.filter(kind=MessageKind.ENTERED)
    [event] = Event.objects.filter(act=Act.FILE_ON_BEHALF)
    receipt = a_receipt()
    assert event.comment == receipt.sender
    with override("zh-hans"):
        words = f"{receipt.sender} · {receipt.way.label} · {date_format(receipt.on)}"
        assert (told.said_words, event.said_comment) == (words, words)
    with override("en"):
        assert event.said_comment == f"{receipt.sender} · {receipt.way.label} · {date_format(receipt.on)}"


def test_what_the_office_entered_does_not_look_reviewed_by_its_department(browser_of: BrowserOf) -> None:
    update, clerk = an_update(S.DUE), browser_of(cast.clerk())
    clerk.post(address(update, "on_behalf"), sent(update))
    chain = clerk.get(address(update)).context["stages"]
    assert [stage.state for stage in chain] == ["done", "skipped", "here", "ahead"]
    assert "entered by 市人社局" in chain[0].detail
    assert chain[1].detail == "left out: the department did not review it"


DAY_END = timedelta(hours=23, minutes=59, seconds=59)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_from": " "}, "received_from"),
        ({"received_by": ""}, "received_by"),
        ({"received_on": "2020-07-02"}, "received_on"),
        ({"received_on": "2020-06-27"}, "received_on"),
        ({"headline": ""}, "headline"),
    ],
)
def test_nothing_is_entered_without_its_basis(
    browser_of: BrowserOf, changes: dict[str, str], field: str
) -> None:
    update = an_update()
    answer = browser_of(cast.clerk()).post(address(update, "on_behalf"), sent(update, **changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Event.objects.of_update(update).exists()


def test_what_is_entered_over_a_newer_version_is_refused_and_stays_in_the_form(browser_of: BrowserOf) -> None:
    update = an_update()
    stale = sent(update, headline="电话记录")
    builders.brought_to(S.IN_REVIEW, update)
    answer = browser_of(cast.clerk()).post(address(update, "on_behalf"), stale)
    assert (answer.status_code, "电话记录" in answer.content.decode()) == (409, True)
    assert not ReplacedText.objects.exists()


def test_what_comes_after_closing_counts_from_its_entering() -> None:
    update = an_update()
    builders.set_period_state(update.period, PeriodState.CLOSED)
    at = moment(date(2020, 7, 20))
    row = updates.file_on_behalf(cast.clerk(), update, 1, a_text(), a_receipt(), at)
    assert row.first_submitted_at == at


def test_domain_asks_for_the_sender_too() -> None:
    with pytest.raises(ValidationError, match="received_from"):
        updates.file_on_behalf(cast.clerk(), an_update(), 1, a_text(), a_receipt(sender=" "), moment())


def test_the_clause_and_what_was_last_confirmed_stand_beside_the_form(browser_of: BrowserOf) -> None:
    """As beside the reporter's form: whoever writes down a telephone call has to see what it is about."""
    measure = builders.a_measure(("zgh",))
    before = a_text("上季度办赛1场")
    an_update(S.CONFIRMED, measure=measure, code="2020Q1", text=before, at=moment(date(2020, 4, 2)))
    builders.a_commitment(measure)
    update = an_update(S.DRAFT, measure=measure, text=a_text("单位草稿"))
    shown = browser_of(cast.clerk()).get(address(update, "on_behalf")).content.decode()
    for words in (measure.text, "上季度办赛1场", "2020 Q1", '<mark class="clause-quote">'):
        assert words in shown
    assert "单位草稿" not in shown
    alone = browser_of(cast.clerk()).get(address(an_update(), "on_behalf")).content.decode()
    assert "市总工会 has no confirmed text on this measure from an earlier period." in alone


def test_office_enters_nothing_for_itself(browser_of: BrowserOf) -> None:
    update = an_update(slug="rsj")
    clerk = browser_of(cast.clerk())
    assert address(update, "on_behalf") not in page(clerk, update)
    assert clerk.post(address(update, "on_behalf"), sent(update)).status_code == 403
