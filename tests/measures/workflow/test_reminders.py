"""What a night tells: what is due and what was not filed, each once; and the one e-mail of a day."""

from datetime import date, datetime, timedelta
from io import StringIO
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from langfang_policy import clock
from measures.models import Message, MessageDigest, MessageKind, UpdateState
from measures.workflow import digests, inbox, reminders
from tests import builders, cast

pytestmark = pytest.mark.django_db
K = MessageKind
# Leads are due on Tuesday, 7 July 2020, participants on Thursday, 2 July.
LEADS_DUE = builders.LEADS_DUE


def nightly_run(day: date) -> datetime:
    return builders.moment(day, hour=2)


def new(day: date) -> list[tuple[str, MessageKind, str, int]]:
    """What that night tells reporters: to whom, of what kind, naming which measures, how many."""
    rows = [row for row in reminders.remind(nightly_run(day)) if row.person.username.endswith("reporter")]
    return sorted((row.person.username, MessageKind(row.kind), row.words, row.count) for row in rows)


@pytest.fixture(autouse=True)
def _calendar() -> None:
    builders.a_working_calendar()


def test_a_night_reminds_five_days_and_one_day_before_and_once_after() -> None:
    cast.reporter()
    builders.an_update(UpdateState.DUE)
    assert new(date(2020, 6, 29)) == []
    assert new(date(2020, 6, 30)) == [("zgh-reporter", K.DUE_IN_FIVE_DAYS, "二（一）", 1)]
    assert new(date(2020, 6, 30)) == new(date(2020, 7, 1)) == []
    assert new(date(2020, 7, 6)) == [("zgh-reporter", K.DUE_NEXT_DAY, "二（一）", 1)]
    assert new(LEADS_DUE) == []
    assert new(LEADS_DUE + timedelta(days=1)) == [("zgh-reporter", K.OVERDUE, "二（一）", 1)]
    assert new(LEADS_DUE + timedelta(days=2)) == []
    assert (
        Message.objects.filter(kind=K.OVERDUE)[0].sentence
        == "2020年第二季度：2020年7月7日（含）应报未报1条。"
    )


def test_a_night_that_did_not_run_is_made_up_for() -> None:
    cast.reporter()
    builders.an_update(UpdateState.DRAFT)
    assert [row[1] for row in new(date(2020, 7, 3))] == [K.DUE_IN_FIVE_DAYS]
    assert [row[1] for row in new(LEADS_DUE)] == [K.DUE_NEXT_DAY]


def test_a_person_is_told_of_all_that_is_due_in_one_message() -> None:
    section = builders.a_section()
    for _n in range(7):
        builders.a_measure(leads=("zgh",), section=section)
    builders.an_open_period()
    cast.reporter()
    told = new(date(2020, 6, 30))
    assert told == [
        ("zgh-reporter", K.DUE_IN_FIVE_DAYS, "二（一）、二（二）、二（三）、二（四）、二（五）……", 7)
    ]


@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.CONFIRMED, UpdateState.WAIVED])
def test_nobody_is_reminded_of_what_was_filed_or_is_not_owed(state: UpdateState) -> None:
    builders.an_update(state)
    assert new(LEADS_DUE + timedelta(days=1)) == []


def test_what_came_back_is_due_on_its_new_day_and_a_correction_never() -> None:
    update = builders.an_update(UpdateState.SUBMITTED, at=builders.moment(date(2020, 7, 8)))
    back = builders.returned_by_office(update, builders.moment(date(2020, 7, 8)))
    assert back.back_due_on == date(2020, 7, 10)
    assert [row[1] for row in new(date(2020, 7, 9))] == [K.DUE_NEXT_DAY]
    corrected = builders.an_update(UpdateState.CONFIRMED, slug="jyj")
    builders.in_correction(corrected)
    assert "jyj-reporter" not in {row[0] for row in new(date(2020, 7, 20))}


def test_reminding_takes_as_many_queries_for_many_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    builders.an_update(UpdateState.DUE)
    cast.reporter()
    with django_assert_num_queries(9):
        reminders.remind(nightly_run(date(2020, 6, 30)))
    for slug in ("jyj", "czj", "gzw"):
        builders.an_update(UpdateState.DUE, slug=slug)
        cast.reporter(slug)
    with django_assert_num_queries(9):
        reminders.remind(nightly_run(date(2020, 6, 30)))


# --- e-mail ---------------------------------------------------------------------------------------


@pytest.fixture
def _server(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.gov.cn"
    settings.SITE_URL = "https://tracker.example.gov.cn"


def somebody_who_wants(*kinds: MessageKind) -> Any:
    person = cast.reporter().person
    inbox.choose_mail(person, "zhang@example.gov.cn", kinds)
    return person


def run() -> list[str]:
    out = StringIO()
    call_command("send_reminders", stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.usefixtures("_server")
def test_a_day_has_one_letter_with_the_kinds_that_the_person_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: nightly_run(date(2020, 6, 30)))
    update = builders.an_update(UpdateState.RETURNED, at=builders.moment(date(2020, 6, 29)))
    builders.an_update(UpdateState.CONFIRMED, slug="zgh", at=builders.moment(date(2020, 6, 29)))
    somebody_who_wants(K.RETURNED, K.DUE_IN_FIVE_DAYS)
    cast.second_reporter()  # has chosen nothing
    assert run() == ["新增提醒3条。", "已发送邮件1封。"]
    [letter] = mail.outbox
    assert letter.to == ["zhang@example.gov.cn"]
    assert letter.subject.endswith("2条消息")
    assert "请补充数据" in str(letter.body)
    assert f"https://tracker.example.gov.cn/p/a-policy/updates/{update.uuid}/" in str(letter.body)
    assert "已确认" not in str(letter.body)
    sent = MessageDigest.objects.get()
    assert (sent.day, sent.address, sent.inbox.count()) == (date(2020, 6, 30), "zhang@example.gov.cn", 2)
    assert run() == ["新增提醒0条。", "已发送邮件0封。"]
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("_server")
def test_of_two_processes_one_sends_the_letter_of_a_day() -> None:
    person = somebody_who_wants(K.RETURNED)
    at = nightly_run(date(2020, 6, 30))
    builders.an_update(UpdateState.RETURNED, at=builders.moment(date(2020, 6, 29)))
    MessageDigest.objects.create(person=person, day=date(2020, 6, 30), address="zhang@example.gov.cn")
    assert digests.send_digests(at) == ([], [])
    MessageDigest.objects.all().delete()
    assert len(digests.send_digests(at)[0]) == 1


@pytest.mark.usefixtures("_server")
def test_read_old_and_unaddressed_messages_stay_out_of_letters() -> None:
    person = somebody_who_wants(K.RETURNED)
    builders.an_update(UpdateState.RETURNED, at=builders.moment(date(2020, 6, 1)))
    assert digests.send_digests(nightly_run(date(2020, 6, 30))) == ([], [])
    Message.objects.update(at=nightly_run(date(2020, 6, 30)), read_at=nightly_run(date(2020, 6, 30)))
    assert digests.send_digests(nightly_run(date(2020, 6, 30))) == ([], [])
    Message.objects.update(read_at=None)
    inbox.choose_mail(person, "", [K.RETURNED])
    assert digests.send_digests(nightly_run(date(2020, 6, 30))) == ([], [])


@pytest.mark.usefixtures("_server")
def test_a_server_that_refuses_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: nightly_run(date(2020, 6, 30)))

    def refuse(*_words: object) -> int:
        raise SMTPException("no such mailbox")

    somebody_who_wants(K.RETURNED)
    builders.an_update(UpdateState.RETURNED, at=builders.moment(date(2020, 6, 29)))
    with monkeypatch.context() as broken:
        broken.setattr(digests, "send_mail", refuse)
        with pytest.raises(CommandError, match="1封邮件没有发出：张zgh-reporter"):
            run()
    assert not MessageDigest.objects.exists()
    assert run()[-1] == "已发送邮件1封。"


def test_without_a_server_and_in_a_demo_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(clock, "now", lambda: nightly_run(date(2020, 6, 30)))
    assert run()[-1] == "没有设置邮件服务器，不发送邮件。"
    settings.EMAIL_HOST = "mail.example.gov.cn"
    monkeypatch.setattr(clock, "demo_date", lambda: date(2020, 6, 30))
    assert run()[-1] == "演示数据库不发送邮件。"
    assert mail.outbox == []


def test_without_a_calendar_the_night_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: nightly_run(date(2035, 6, 30)))
    with pytest.raises(CommandError, match="load_calendar"):
        run()
