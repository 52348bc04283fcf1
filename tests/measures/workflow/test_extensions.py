"""A later date of one update: asked for in time, decided by another person; see docs/domain.md 4.18."""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import Actor
from departments.models import Role
from measures import summaries
from measures.models import (
    Act,
    Event,
    Extension,
    ExtensionOutcome,
    PeriodState,
    ProgressUpdate,
    Responsibility,
    ResponsibilityRole,
    UpdateState,
)
from measures.workflow import duty_changes, extensions, updates
from measures.workflow.errors import WorkflowError
from tests import builders, cast
from tests.builders import GRACE_ENDS, LEADS_DUE, a_measure, an_update, brought_to, moment, set_period_state
from tests.cast import DAY, a_department

pytestmark = pytest.mark.django_db
NOW: Final = moment()
LATER: Final = date(2020, 7, 9)
REASON: Final = "数据要等市财政局7月8日出决算"


def asked(update: ProgressUpdate | None = None, by: Actor | None = None, day: date = LATER) -> Extension:
    return extensions.request_extension(by or cast.reporter(), update or an_update(), day, REASON, NOW)


def fresh(update: ProgressUpdate) -> ProgressUpdate:
    return ProgressUpdate.objects.with_context().get(pk=update.pk)


def acts_of(update: ProgressUpdate) -> list[tuple[str, str]]:
    return list(Event.objects.of_update(update).order_by("pk").values_list("act", "comment"))


def test_extension_moves_one_date_and_keeps_the_first() -> None:
    """The version stays: who types meanwhile is not disturbed."""
    update = an_update(UpdateState.DRAFT)
    other = an_update()
    extension = asked(update)
    assert fresh(update).due_on == LEADS_DUE
    extensions.grant_extension(cast.clerk(), extension, "同意", NOW)
    row = fresh(update)
    assert (row.due_on, row.first_due_on, row.version) == (LATER, LEADS_DUE, update.version)
    assert fresh(other).due_on == LEADS_DUE
    extension.refresh_from_db()
    assert (extension.outcome, extension.decided_by) == (ExtensionOutcome.GRANTED, cast.clerk().person)
    assert acts_of(update)[-2:] == [
        (Act.REQUEST_EXTENSION, f"2020-07-07 → 2020-07-09：{REASON}"),
        (Act.GRANT_EXTENSION, "2020-07-07 → 2020-07-09：同意"),
    ]


@pytest.mark.parametrize(("day", "on_time"), [(8, True), (9, True), (10, False)])
def test_extension_in_force_decides_between_on_time_and_late(day: int, on_time: bool) -> None:
    update = an_update()
    extensions.grant_extension(cast.clerk(), asked(update), "", NOW)
    at = moment(date(2020, 7, day))
    brought_to(UpdateState.SUBMITTED, fresh(update), at=at)
    [row] = summaries.kept_period(fresh(update).period, at.date()).departments
    assert (row.count.on_time, row.count.late) == ((1, 0) if on_time else (0, 1))


def test_extension_that_is_asked_for_changes_nothing_until_it_is_granted() -> None:
    update = an_update()
    asked(update)
    [row] = summaries.kept_period(fresh(update).period, date(2020, 7, 8)).departments
    assert row.count.missing == 1
    extension = Extension.objects.get()
    extensions.grant_extension(cast.clerk(), extension, "", moment(date(2020, 7, 8)))
    [row] = summaries.kept_period(fresh(update).period, date(2020, 7, 8)).departments
    assert (row.count.missing, row.count.not_due) == (0, 1)


def test_extension_that_is_refused_says_why_and_may_be_asked_for_again() -> None:
    update = an_update()
    extension = asked(update)
    with pytest.raises(ValidationError) as caught:
        extensions.refuse_extension(cast.clerk(), extension, " ", NOW)
    assert "answer" in caught.value.message_dict
    extensions.refuse_extension(cast.clerk(), extension, "报告7月10日上会", NOW)
    assert fresh(update).due_on == LEADS_DUE
    assert acts_of(update)[-1] == (Act.REFUSE_EXTENSION, "报告7月10日上会")
    with pytest.raises(WorkflowError):
        extensions.grant_extension(cast.clerk(), extension, "", NOW)
    assert asked(update, day=date(2020, 7, 8)).outcome == ""


@pytest.mark.parametrize("day", [LEADS_DUE, date(2020, 7, 15)])
def test_extension_is_later_than_the_date_and_within_grace(day: date) -> None:
    with pytest.raises(ValidationError) as caught:
        asked(day=day)
    assert "new_due_on" in caught.value.message_dict
    assert asked(day=GRACE_ENDS).new_due_on == GRACE_ENDS


def test_extension_is_asked_for_before_the_day_is_past() -> None:
    update = an_update()
    ask = extensions.request_extension
    with pytest.raises(WorkflowError):
        ask(cast.reporter(), update, GRACE_ENDS, REASON, moment(date(2020, 7, 8)))
    assert ask(cast.reporter(), update, GRACE_ENDS, REASON, moment(LEADS_DUE)).pk


def test_extension_is_not_possible_beyond_the_end_of_grace() -> None:
    update = an_update()
    update.due_on = update.period.grace_ends_on
    assert extensions.why_not_asked(update, DAY)


@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.CONFIRMED, UpdateState.WAIVED])
def test_extension_is_not_for_what_was_submitted_or_is_not_owed(state: UpdateState) -> None:
    with pytest.raises(WorkflowError):
        asked(an_update(state))


@pytest.mark.parametrize("state", [PeriodState.CLOSED, PeriodState.ARCHIVED])
def test_extension_ends_with_the_period(state: PeriodState) -> None:
    update = an_update()
    extension = asked(update)
    set_period_state(update.period, state)
    for decide in (extensions.grant_extension, extensions.refuse_extension):
        with pytest.raises(WorkflowError):
            decide(cast.clerk(), extension, "同意", NOW)
    with pytest.raises(WorkflowError):
        asked(an_update(measure=a_measure(), code="2020Q2"))


def test_extension_is_asked_for_once_and_a_second_click_is_told_as_done() -> None:
    update = an_update()
    assert asked(update) == asked(update)
    with pytest.raises(WorkflowError):
        asked(update, cast.reviewer())
    with pytest.raises(WorkflowError):
        asked(update, day=date(2020, 7, 8))
    assert Event.objects.filter(act=Act.REQUEST_EXTENSION).count() == 1


def test_extension_of_what_was_submitted_meanwhile_is_decided_no_more() -> None:
    update = an_update()
    extension = asked(update)
    brought_to(UpdateState.SUBMITTED, update)
    with pytest.raises(WorkflowError):
        extensions.grant_extension(cast.clerk(), extension, "", NOW)
    assert not Extension.objects.pending().exists()
    assert fresh(update).due_on == LEADS_DUE


def test_extension_that_has_come_to_nothing_is_not_granted() -> None:
    """The day asked for is past, or the office has moved all dates beyond it."""
    update = an_update()
    extension = asked(update)
    with pytest.raises(WorkflowError):
        extensions.grant_extension(cast.clerk(), extension, "", moment(date(2020, 7, 10)))
    ProgressUpdate.objects.filter(pk=update.pk).update(due_on=LATER)
    with pytest.raises(WorkflowError):
        extensions.grant_extension(cast.clerk(), extension, "", NOW)


@pytest.mark.parametrize(
    "who",
    [
        cast.clerk, cast.signer, cast.leader, cast.auditor, cast.admin, cast.stranger, cast.anonymous,
        cast.former_reporter, lambda: cast.reporter("jyj"),
    ],
)  # fmt: skip
def test_extension_is_asked_for_by_the_own_department_only(who: Callable[[], Actor]) -> None:
    update = an_update()
    with pytest.raises(PermissionDenied):
        asked(update, who())
    assert asked(update, cast.reviewer()).asked_by == cast.reviewer().person


@pytest.mark.parametrize(
    "who",
    [
        cast.signer, cast.leader, cast.auditor, cast.admin, cast.reporter, cast.reviewer,
        cast.clerk_elsewhere, cast.anonymous,
    ],
)  # fmt: skip
def test_extension_is_decided_by_the_clerk(who: Callable[[], Actor]) -> None:
    extension = asked()
    cast.clerk()
    for decide in (extensions.grant_extension, extensions.refuse_extension):
        with pytest.raises(PermissionDenied):
            decide(who(), extension, "同意", NOW)
    assert fresh(extension.update).due_on == LEADS_DUE


def test_extension_is_decided_by_another_person_than_who_asked() -> None:
    """A lent clerk's own request is for another clerk, or where there is none for the signer."""
    lent = cast.lent_clerk()
    extension = asked(by=lent)
    with pytest.raises(PermissionDenied):
        extensions.grant_extension(lent, extension, "", NOW)
    extensions.grant_extension(cast.signer(), extension, "", NOW)
    assert fresh(extension.update).due_on == LATER


def test_extension_stays_when_a_participant_becomes_a_lead() -> None:
    """Nobody gets less time than before, whatever gave it."""
    builders.a_working_calendar()
    measure = a_measure(leads=("zgh",), participants=("jyj",))
    an_update(measure=measure)
    update = an_update(slug="jyj", measure=measure)
    by = cast.reporter("jyj")
    extensions.grant_extension(cast.clerk(), asked(update, by, GRACE_ENDS), "", NOW)
    added = Responsibility(
        measure=measure, department=a_department("jyj"), role=ResponsibilityRole.LEAD, position=2
    )
    duty_changes.save_responsibility(cast.admin(), added, "会议纪要", NOW)
    row = fresh(update)
    assert (row.role, row.due_on) == (ResponsibilityRole.LEAD, GRACE_ENDS)
    assert row.first_due_on == builders.PARTICIPANTS_DUE


def test_extension_does_not_bring_a_returned_text_back_earlier() -> None:
    builders.a_working_calendar()
    update = an_update()
    extensions.grant_extension(cast.clerk(), asked(update, day=GRACE_ENDS), "", NOW)
    update = brought_to(UpdateState.SUBMITTED, fresh(update))
    update = updates.return_for_revision(cast.clerk(), update, update.version, "请补充数据", NOW)
    assert update.back_due_on == GRACE_ENDS


def test_extension_waits_where_nobody_else_of_the_office_may_decide() -> None:
    both = cast.a_person("both", ("rsj", Role.CLERK), ("zgh", Role.REPORTER))
    extension = asked(by=both)
    with pytest.raises(PermissionDenied):
        extensions.refuse_extension(both, extension, "不同意", moment(DAY))
    assert list(Extension.objects.pending()) == [extension]
