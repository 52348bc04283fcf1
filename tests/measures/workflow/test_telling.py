"""Who is told of an act: by whom, of what, once, and in the transaction of the act."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from departments.actors import Actor
from measures.models import (
    TARGETS,
    Act,
    CoordinationMatter,
    Message,
    MessageKind,
    ProgressUpdate,
    UpdateState,
)
from measures.workflow import announcements, extensions, matters, periods, telling
from tests import builders, cast
from tests.measures.workflow.test_periods import DATES
from tests.test_architecture import ROOT, called, dotted, modules, syntax_of

pytestmark = pytest.mark.django_db
K = MessageKind


def told(kind: MessageKind) -> set[str]:
    """The user names of those who were told."""
    return set(Message.objects.filter(kind=kind).values_list("person__username", flat=True))


def a_department_at_work(slug: str = "zgh") -> set[str]:
    """Somebody who writes, somebody who reviews, and two who must not be told: one left, one is elsewhere."""
    cast.former_reporter(slug)
    cast.stranger()
    return {cast.reporter(slug).person.username, cast.reviewer(slug).person.username}


@pytest.mark.once("reads the table")
def test_every_act_tells_somebody_or_is_said_to_tell_nobody() -> None:
    assert set(telling.TELLS) | telling.TELLS_NOBODY == set(Act)
    assert not set(telling.TELLS) & telling.TELLS_NOBODY


@pytest.mark.once("reads the source")
def test_each_target_of_messages_has_its_link() -> None:
    assert set(telling._LINKS.values()) == set(TARGETS)


def test_nobody_writes_an_event_of_the_workflow_but_its_one_door() -> None:
    around = [
        dotted(path)
        for path in modules("measures/workflow")
        for node in ast.walk(syntax_of(path))
        if called(node) == "Event.objects.record"
    ]
    assert set(around) == {"measures.workflow.recording"}
    assert (ROOT / "measures/workflow/recording.py").exists()


def test_opening_tells_everybody_who_owes_an_update() -> None:
    builders.a_working_calendar()
    people = a_department_at_work()
    builders.a_measure(leads=("zgh",))
    period = builders.a_planned_period()
    periods.open_period(cast.clerk(), period, DATES, builders.moment(builders.OPENED))
    assert told(K.OPENED) == people | {"zgh-former"}  # who left only later
    row = Message.objects.first()
    assert row is not None
    assert (row.sentence, row.by) == ("2020年第二季度已开放填报。", cast.clerk().person)


@pytest.mark.parametrize(
    ("by", "state", "told_of_it"),
    [
        (cast.reviewer, UpdateState.IN_REVIEW, {"zgh-reporter", "zgh-colleague"}),
        (cast.clerk, UpdateState.SUBMITTED, {"zgh-reporter", "zgh-reviewer", "zgh-colleague"}),
    ],
)
def test_a_return_tells_the_department_with_the_reason_but_not_who_returned_it(
    by: Callable[[], Actor], state: UpdateState, told_of_it: set[str]
) -> None:
    builders.a_working_calendar()
    a_department_at_work()
    cast.colleague()
    update = builders.an_update(state)
    builders.perform(Act.RETURN, by(), update)
    assert told(K.RETURNED) == told_of_it
    row = Message.objects.filter(kind=K.RETURNED)[0]
    assert (row.words, row.department, row.by) == ("请补充数据", update.department, by().person)
    assert row.sentence == "2020年第二季度　二（一）：市总工会的进展填报已退回。"
    assert row.get_absolute_url() == f"/p/a-policy/updates/{update.uuid}/"


def test_a_confirmation_tells_the_department_and_a_correction_who_looks_again() -> None:
    people = a_department_at_work()
    update = builders.an_update(UpdateState.CONFIRMED)
    assert told(K.CONFIRMED) == people
    builders.in_correction(update)
    assert told(K.CORRECTED) == {"zgh-reviewer", "rsj-clerk"}


def test_an_answer_is_told_to_the_department_that_asked() -> None:
    people = a_department_at_work()
    builders.an_update(UpdateState.CONFIRMED, text=builders.a_text(coordination="请明确资金渠道"))
    matter = CoordinationMatter.objects.get()
    matters.resolve_matter(cast.clerk(), matter, "由财政安排", builders.moment())
    assert told(K.MATTER_ANSWERED) == people
    assert Message.objects.filter(kind=K.MATTER_ANSWERED)[0].words == "由财政安排"


def test_a_later_date_that_is_decided_tells_the_department_and_moved_dates_tell_all() -> None:
    people = a_department_at_work()
    update = builders.an_update()
    later, now = date(2020, 7, 9), builders.moment()
    asked = extensions.request_extension(cast.reporter(), update, later, "数据未出", now)
    assert told(K.DATE_DECIDED) == set()
    extensions.grant_extension(cast.clerk(), asked, "同意", now)
    assert told(K.DATE_DECIDED) == people
    dates = periods.Dates.of(update.period)
    moved = replace(dates, grace_ends_on=date(2020, 7, 15))
    periods.change_dates(cast.clerk(), update.period, moved, "停电检修", now)
    assert told(K.DATES_CHANGED) == people
    row = Message.objects.get(kind=K.DATES_CHANGED, person=cast.reporter().person)
    assert "停电检修" in row.words


def test_a_message_stands_or_falls_with_its_act() -> None:
    a_department_at_work()
    update = builders.an_update(UpdateState.SUBMITTED)

    def broken() -> None:
        with transaction.atomic():
            builders.perform(Act.CONFIRM, cast.clerk(), update)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert not Message.objects.filter(kind=K.CONFIRMED).exists()
    assert ProgressUpdate.objects.get().state == UpdateState.SUBMITTED


def test_told_again_on_one_day_a_message_is_one_and_unread_again() -> None:
    a_department_at_work()
    update = builders.an_update(UpdateState.RETURNED)
    Message.objects.filter(kind=K.RETURNED).update(read_at=builders.moment())
    update = builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    later = builders.moment() + timedelta(hours=1)
    update = builders.perform(Act.RETURN, cast.reviewer(), update, later)
    row = Message.objects.get(kind=K.RETURNED)
    assert (row.read_at, row.at) == (None, later)
    update = builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    builders.perform(Act.RETURN, cast.reviewer(), update, later + timedelta(days=1))
    assert Message.objects.filter(kind=K.RETURNED).count() == 2


def test_an_announcement_reaches_every_department_that_the_policy_binds() -> None:
    people = a_department_at_work() | a_department_at_work("jyj")
    measure = builders.a_measure(leads=("zgh",), participants=("jyj",))
    policy = measure.section.edition.policy
    row = announcements.announce(cast.clerk(), policy, " 表样有更新 ", "请按新表填报。", builders.moment())
    assert told(K.ANNOUNCED) == people
    assert Message.objects.filter(kind=K.ANNOUNCED)[0].sentence == "通知：表样有更新"
    assert policy.events.get().comment == "表样有更新" == row.title


@pytest.mark.parametrize(("title", "text", "at_fault"), [("", "正文", "title"), ("题", "字" * 801, "text")])
def test_an_announcement_needs_title_and_text_within_their_limits(
    title: str, text: str, at_fault: str
) -> None:
    policy = builders.a_policy()
    with pytest.raises(ValidationError) as told_why:
        announcements.announce(cast.clerk(), policy, title, text, builders.moment())
    assert list(told_why.value.message_dict) == [at_fault]
    assert not Message.objects.exists()


def test_an_announcement_is_the_clerks() -> None:
    with pytest.raises(PermissionDenied):
        announcements.announce(cast.signer(), builders.a_policy(), "题", "文", builders.moment())
