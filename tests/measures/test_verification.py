"""The record proves itself: whatever is changed behind the triggers is named, and nothing else is."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from typing import Final

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from measures import verification
from measures.models import (
    Act,
    CommitmentSubject,
    Event,
    Measure,
    PeriodSnapshot,
    ProgressUpdate,
    ReportingPeriod,
    Revision,
    UpdateState,
)
from measures.models.fingerprints import beginning, digest, event_digest, text_digest
from measures.workflow import periods
from tests import builders, cast
from tests.builders import GRACE_ENDS, OPENED, a_text, brought_to, moment, text_in_work, update_of
from tests.measures.workflow.two_connections import together
from tests.retold import retold
from tests.tampering import run, unguarded

S = UpdateState
SQLITE: Final = connection.vendor == "sqlite"
CLOSING: Final = moment(GRACE_ENDS)


def an_open_period() -> ReportingPeriod:
    """Planned and opened by the acts: one measure of `zgh`, with one number to reach."""
    builders.a_working_calendar()
    edition = builders.an_edition()
    builders.a_commitment(builders.a_measure())
    period = periods.plan_period(cast.clerk(), edition.policy, "2020Q2", moment(OPENED))
    dates = periods.default_dates(edition.policy, period.ends_on)
    periods.open_period(cast.clerk(), period, dates, moment(OPENED))
    return period


@retold
def a_closed_period() -> ReportingPeriod:
    """One text returned, its second confirmed, a correction in work; then closed."""
    period = an_open_period()
    [subject] = CommitmentSubject.objects.all()
    text = a_text(values={subject.pk: (Decimal("2.50"), None)})
    update = brought_to(S.RETURNED, update_of(Measure.objects.get(), "zgh"), text=text)
    draft = brought_to(S.DRAFT, update, text=text)
    builders.in_correction(brought_to(S.CONFIRMED, draft, text=text))
    periods.close_period(cast.clerk(), period, "更正未完成", CLOSING)
    return period


@pytest.fixture
def closed_period(db: None) -> ReportingPeriod:
    return a_closed_period()


def damages() -> list[str]:
    return list(verification.record_faults())


def the_update() -> ProgressUpdate:
    return ProgressUpdate.objects.get()


def event_of(act: Act) -> Event:
    found = Event.objects.filter(act=act).order_by("pk").first()
    assert found
    return found


def change(event: Event, **columns: object) -> None:
    Event.objects.filter(pk=event.pk).update(**columns)


def rehashed(event: Event, **columns: object) -> None:
    """Changed by somebody who knows how the hash is made."""
    for name, value in columns.items():
        setattr(event, name, value)
    change(event, **columns, sha256=event_digest(event))


def first_text() -> Revision:
    return Revision.objects.get(number=1)


def altered(number: int, **columns: object) -> None:
    Revision.objects.filter(number=number).update(**columns)


def confirmed_text() -> Revision:
    return Revision.objects.exclude(confirmed_at=None).get()


def delete(event: Event) -> None:
    Event.objects.filter(pk=event.pk).delete()


def exchange_snapshot(content: str = "") -> None:
    """Content and hash fit each other, but they are not those of the closing."""
    content = content or PeriodSnapshot.objects.get().content.replace("2.50", "9.50")
    PeriodSnapshot.objects.update(content=content, parts="", seal="", sha256=digest(content))


def forge_act() -> None:
    """An event put in at the end, with hashes that fit; the update was never withdrawn."""
    forged = Event.objects.filter(act=Act.CORRECT).get()
    forged.pk, forged.act, forged.to_state = None, Act.WITHDRAW, S.RETURNED
    forged.uuid = builders.a_policy().editions.get().uuid
    forged.previous, forged.sha256 = forged.sha256, ""
    forged.sha256 = event_digest(forged)
    forged.save()


TOUCHED: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "comment of an event": (lambda: change(event_of(Act.RETURN), comment="改"), "这条办理记录被改动"),
    "person of an event": (
        lambda: change(event_of(Act.APPROVE_AND_SUBMIT), user=cast.auditor().person),
        "被改动",
    ),
    "time of an event": (lambda: change(event_of(Act.SAVE), at=CLOSING + timedelta(days=1)), "被改动"),
    "event and its hash": (lambda: rehashed(event_of(Act.RETURN), comment="改"), "之前有办理记录被删除"),
    "event in the middle gone": (lambda: delete(event_of(Act.RETURN)), "之前有办理记录被删除"),
    "first event gone": (lambda: delete(event_of(Act.PLAN_PERIOD)), "之前有办理记录被删除"),
    "last event gone": (lambda: delete(event_of(Act.CORRECT)), "状态或版本与办理记录不一致"),
    "event put in": (forge_act, "状态或版本与办理记录不一致"),
    "words of a text": (lambda: altered(1, headline="改"), "第 1 稿：提交后的内容"),
    "text opened again": (
        lambda: altered(1, saved_at=CLOSING), "第 1 稿：提交后的内容"
    ),
    "value of a text": (lambda: confirmed_text().values.update(number=9), "第 2 稿：提交后的内容"),
    "value gone": (lambda: confirmed_text().values.all().delete(), "第 2 稿：提交后的内容"),
    "contributor of a text": (lambda: first_text().contributors.clear(), "第 1 稿：提交后的内容"),
    "who approved": (
        lambda: altered(2, approved_by=cast.auditor().person), "审核人或审核时间"
    ),
    "who confirmed": (
        lambda: altered(2, confirmed_by=cast.auditor().person), "确认人或确认时间"
    ),
    "text in force": (lambda: ProgressUpdate.objects.update(in_force=first_text()), "现行文本与办理记录"),
    "state of an update": (lambda: ProgressUpdate.objects.update(state=S.IN_REVIEW), "状态或版本"),
    "state of a measure": (lambda: Measure.objects.update(state="suspended"), "状态与办理记录不一致"),
    "state of a period": (lambda: ReportingPeriod.objects.update(state="archived"), "状态与办理记录不一致"),
    "content of a snapshot": (lambda: PeriodSnapshot.objects.update(content="{}"), "快照的内容被改动"),
    "snapshot made empty, with its hash": (lambda: exchange_snapshot("{}"), "快照的内容无法读取"),
    "snapshot and its hash": (exchange_snapshot, "快照与归档时的办理记录不一致"),
    "snapshot gone": (lambda: PeriodSnapshot.objects.all().delete(), "快照与归档时的办理记录不一致"),
}  # fmt: skip


@pytest.mark.usefixtures("closed_period")
def test_untouched_record_is_whole() -> None:
    assert damages() == []


@pytest.mark.usefixtures("closed_period")
def test_whatever_is_touched_is_named() -> None:
    """In one period that is put back each time; the fault itself, and at most one that follows from it."""
    unguarded()
    told = {}
    for what, (touch, _sentence) in TOUCHED.items():
        with transaction.atomic():
            touch()
            told[what] = damages()
            transaction.set_rollback(True)
    unnamed = {
        what: told[what]
        for what, (_touch, sentence) in TOUCHED.items()
        if len(told[what]) > 2 or not any(sentence in damage for damage in told[what])
    }
    assert unnamed == {}


@pytest.mark.usefixtures("closed_period")
def test_519_texts_changed_are_519_sentences() -> None:
    """As many as there are: here all of them."""
    unguarded()
    texts = Revision.objects.exclude(frozen_at=None).update(progress="改")
    assert len([damage for damage in damages() if "提交后的内容被改动" in damage]) == texts == 2


@pytest.mark.django_db
def test_frozen_text_without_any_event_is_named() -> None:
    update = builders.an_update(S.CONFIRMED)
    Revision.objects.create(
        update=update, number=2, situation="progress", headline="冒充", saved_at=moment(), frozen_at=moment()
    )
    assert any("第 2 稿：已提交，但没有办理记录" in damage for damage in damages())


@pytest.mark.usefixtures("own_database")
def test_rows_that_are_gone_stop_nothing() -> None:
    """Foreign keys can be switched off: what an event is about may be missing."""
    a_closed_period()
    unguarded()
    run("PRAGMA foreign_keys = OFF" if SQLITE else "SET session_replication_role = replica")
    run("DELETE FROM measures_revision WHERE number = 1")
    run("DELETE FROM measures_reportingperiod")
    found = damages()
    assert any("所指的文本已不存在" in damage for damage in found)
    assert any("（编号" in damage for damage in found)


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("closed_period")
def test_command_counts_what_it_looked_at() -> None:
    told = StringIO()
    call_command("verify_record", stdout=told)
    assert "未发现改动" in told.getvalue()
    assert f"办理记录 {Event.objects.count()} 条、已提交文本 2 份、快照 1 份" in told.getvalue()


@pytest.mark.usefixtures("closed_period")
def test_command_names_record_and_triggers_and_ends_with_status_one() -> None:
    unguarded()
    change(event_of(Act.RETURN), comment="改")
    told = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_record", stdout=told)
    assert caught.value.returncode == 1
    assert "这条办理记录被改动" in told.getvalue()
    assert "缺少触发器 measures_event_no_update" in told.getvalue()


# --- how the chain is made --------------------------------------------------------------------------


@pytest.mark.usefixtures("closed_period")
def test_chain_begins_with_its_subject_and_each_event_follows_the_one_before() -> None:
    update = the_update()
    events = list(Event.objects.of_update(update).order_by("pk"))
    assert [event.previous for event in events] == [
        beginning("update", update.pk),
        *(event.sha256 for event in events[:-1]),
    ]
    assert all(event.sha256 == event_digest(event) for event in events)


@pytest.mark.usefixtures("closed_period")
def test_events_seal_the_text_and_the_snapshot_that_they_are_about() -> None:
    text = confirmed_text()
    assert {event.content_sha256 for event in text.events.all()} == {text_digest(text)}
    assert event_of(Act.CLOSE_PERIOD).content_sha256 == PeriodSnapshot.objects.get().sha256
    assert event_of(Act.PLAN_PERIOD).content_sha256 == ""


@pytest.mark.django_db
def test_text_says_the_same_after_it_was_signed() -> None:
    update = builders.an_update(S.IN_REVIEW)
    before = text_digest(text_in_work(update))
    builders.perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    assert text_digest(text_in_work(update)) == before


def record_once(measure: Measure, comment: str) -> None:
    with transaction.atomic():
        Event.objects.record(
            Act.OVERRIDE_LIGHT,
            cast.clerk(),
            cast.the_office(),
            moment(),
            comment=comment,
            measure=measure,
        )


@pytest.mark.usefixtures("own_database")
def test_two_writers_at_once_leave_one_chain() -> None:
    """Whoever comes second waits for the row of the subject, then follows the first."""
    measure = builders.a_measure()
    cast.clerk()
    for _turn in range(5):
        told = together(*(partial(record_once, measure, str(number)) for number in range(3)))
        assert told == [None] * 3
    events = list(Event.objects.filter(measure=measure).order_by("pk"))
    assert len(events) == 15
    assert [event.previous for event in events[1:]] == [event.sha256 for event in events[:-1]]
