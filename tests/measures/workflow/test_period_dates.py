"""The dates of an open period are moved, with a reason: what follows and what stays (docs/domain.md 3.15)."""

from datetime import date, timedelta
from typing import Final

import pytest
from django.core.exceptions import ValidationError

from measures import summaries
from measures.models import Act, Event, FormerDates, LeadMode, ProgressUpdate, ReportingPeriod, UpdateState
from measures.workflow import extensions, periods
from measures.workflow.periods import Dates
from tests import cast
from tests.builders import (
    CHECK_DUE,
    GRACE_ENDS,
    LEADS_DUE,
    PARTICIPANTS_DUE,
    a_measure,
    an_open_period,
    an_update,
    moment,
    update_of,
)
from tests.cast import DAY

pytestmark = pytest.mark.django_db
NOW: Final = moment()
REASON: Final = "全市机关7月2日停电检修"
BEFORE: Final = Dates(PARTICIPANTS_DUE, LEADS_DUE, CHECK_DUE, GRACE_ENDS)
AFTER: Final = Dates(date(2020, 7, 6), date(2020, 7, 9), date(2020, 7, 10), date(2020, 7, 15))


def moved(dates: Dates = AFTER, on: date = DAY) -> list[ProgressUpdate]:
    period = ReportingPeriod.objects.select_related("policy__coordinator").get()
    return periods.change_dates(cast.clerk(), period, dates, REASON, moment(on))


def dates_of(update: ProgressUpdate) -> tuple[date, date | None]:
    update.refresh_from_db()
    return update.due_on, update.first_due_on


def test_dates_that_the_office_moves_are_followed_by_role_and_kept_as_they_were() -> None:
    measure = a_measure(leads=("zgh", "jyj"), participants=("czj",))
    separate = a_measure(leads=("zgh", "jyj"), lead_mode=LeadMode.SEPARATE)
    an_open_period()
    assert len(moved()) == 5
    convenor, co_lead, participant = (update_of(measure, slug) for slug in ("zgh", "jyj", "czj"))
    assert dates_of(convenor) == (AFTER.lead_due_on, LEADS_DUE)
    assert dates_of(co_lead) == dates_of(participant) == (AFTER.participant_due_on, PARTICIPANTS_DUE)
    assert dates_of(update_of(separate, "jyj")) == (AFTER.lead_due_on, LEADS_DUE)
    period, former = ReportingPeriod.objects.get(), FormerDates.objects.get()
    assert Dates.of(period) == AFTER
    assert (Dates(*(getattr(former, name) for name in vars(BEFORE))), former.reason) == (BEFORE, REASON)
    event = Event.objects.get(period=period, act=Act.CHANGE_DATES)
    assert event.comment == f"{BEFORE} → {AFTER}：{REASON}"


def test_dates_that_move_spare_what_was_submitted_and_who_has_longer() -> None:
    """On time is judged by the date that was in force when it was submitted."""
    late = an_update(UpdateState.SUBMITTED, at=moment(date(2020, 7, 8)))
    longer, waived = an_update(), an_update(UpdateState.WAIVED)
    ask = extensions.request_extension(cast.reporter(), longer, GRACE_ENDS, REASON, NOW)
    extensions.grant_extension(cast.clerk(), ask, "", NOW)
    moved(Dates(**{**vars(AFTER), "participant_due_on": PARTICIPANTS_DUE}), on=date(2020, 7, 8))
    assert dates_of(late) == (LEADS_DUE, None)
    assert dates_of(longer) == (GRACE_ENDS, LEADS_DUE)
    assert dates_of(waived) == (AFTER.lead_due_on, LEADS_DUE)
    [row] = summaries.kept_period(late.period, date(2020, 7, 8)).departments
    assert (row.count.late, row.count.missing, row.count.not_due) == (1, 0, 1)


def test_dates_that_return_to_the_first_are_no_later_dates_any_more() -> None:
    """The first due date is what it was at the beginning, however often it is moved."""
    update = an_update()
    moved()
    moved(Dates(AFTER.participant_due_on, date(2020, 7, 10), date(2020, 7, 10), AFTER.grace_ends_on))
    assert dates_of(update) == (date(2020, 7, 10), LEADS_DUE)
    update.move_due_on(LEADS_DUE)
    assert (update.due_on, update.first_due_on) == (LEADS_DUE, None)


@pytest.mark.parametrize("name", ["participant_due_on", "lead_due_on", "grace_ends_on"])
def test_dates_that_departments_rely_on_are_never_moved_earlier(name: str) -> None:
    an_update()
    wrong = Dates(**{**vars(BEFORE), name: getattr(BEFORE, name) - timedelta(days=1)})
    with pytest.raises(ValidationError) as caught:
        moved(wrong)
    assert set(caught.value.message_dict) == {name}
    assert not FormerDates.objects.exists()


def test_dates_of_the_check_may_come_earlier_and_none_goes_into_the_past() -> None:
    an_update()
    moved(Dates(**{**vars(BEFORE), "check_due_on": LEADS_DUE}))
    assert ReportingPeriod.objects.get().check_due_on == LEADS_DUE
    for wrong, name in ((AFTER, "participant_due_on"), (AFTER, "lead_due_on")):
        with pytest.raises(ValidationError) as caught:
            moved(wrong, on=date(2020, 7, 13))
        assert name in caught.value.message_dict


def test_dates_that_stay_or_cross_or_have_no_reason_are_refused() -> None:
    an_update()
    crossed = Dates(**{**vars(BEFORE), "participant_due_on": date(2020, 7, 8)})
    for wrong in (BEFORE, crossed):
        with pytest.raises(ValidationError):
            moved(wrong)
    period = ReportingPeriod.objects.get()
    with pytest.raises(ValidationError) as caught:
        periods.change_dates(cast.clerk(), period, AFTER, "  ", NOW)
    assert set(caught.value.message_dict) == {"reason"}
    assert not Event.objects.filter(act=Act.CHANGE_DATES).exists()
