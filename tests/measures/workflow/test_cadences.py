"""Which period may be planned next, in each cadence, and after a policy has changed its own?"""

from datetime import date
from typing import Final

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from measures.models import Cadence, CalendarPeriod, ReportingPeriod
from measures.workflow import periods
from measures.workflow.periods import Dates
from tests import builders, cast
from tests.builders import (
    CHECK_DUE,
    GRACE_ENDS,
    LEADS_DUE,
    OPENED,
    PARTICIPANTS_DUE,
    a_planned_period,
    a_policy,
    an_edition,
    moment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
DATES: Final = Dates(PARTICIPANTS_DUE, LEADS_DUE, CHECK_DUE, GRACE_ENDS)


@pytest.mark.parametrize(
    ("cadence", "code", "months"),
    [(Cadence.MONTHLY, "2020M06", 1), (Cadence.QUARTERLY, "2020Q2", 3), (Cadence.HALF_YEARLY, "2020H1", 6)],
)
def test_period_is_planned_in_the_cadence_of_the_policy(cadence: Cadence, code: str, months: int) -> None:
    policy = an_edition(a_policy(cadence=cadence)).policy
    period = periods.plan_period(cast.clerk(), policy, code, moment(OPENED))
    assert (period.starts_on, period.ends_on) == (date(2020, 7 - months, 1), date(2020, 6, 30))
    found = (period.participant_due_on, period.lead_due_on, period.check_due_on, period.grace_ends_on)
    assert Dates(*found) == DATES


@pytest.mark.sample("periods are counted in Python")
@pytest.mark.parametrize(
    ("cadence", "code", "like"),
    [
        (Cadence.QUARTERLY, "2020M06", "2020Q2"),
        (Cadence.QUARTERLY, "2020Q5", "2020Q2"),
        (Cadence.QUARTERLY, "", "2020Q2"),
        (Cadence.MONTHLY, "2020Q2", "2020M06"),
        (Cadence.HALF_YEARLY, "2020Q2", "2020H1"),
    ],
)
def test_plan_of_another_cadence_is_refused_with_an_example(cadence: Cadence, code: str, like: str) -> None:
    policy = an_edition(a_policy(cadence=cadence)).policy
    with pytest.raises(ValidationError, match=like) as caught:
        periods.plan_period(cast.clerk(), policy, code, moment())
    assert list(caught.value.message_dict) == ["code"]
    assert not ReportingPeriod.objects.exists()


@pytest.mark.sample("periods are counted in Python")
@pytest.mark.parametrize(
    ("cadence", "today", "code"),
    [
        (Cadence.MONTHLY, date(2020, 7, 1), "2020M06"),
        (Cadence.MONTHLY, date(2020, 1, 31), "2019M12"),
        (Cadence.QUARTERLY, date(2020, 7, 1), "2020Q2"),
        (Cadence.QUARTERLY, date(2020, 2, 1), "2019Q4"),
        (Cadence.QUARTERLY, date(2020, 12, 31), "2020Q3"),
        (Cadence.HALF_YEARLY, date(2020, 7, 1), "2020H1"),
        (Cadence.HALF_YEARLY, date(2020, 6, 30), "2019H2"),
    ],
)
def test_next_period_is_the_one_that_ended_last_before_any_is_planned(
    cadence: Cadence, today: date, code: str
) -> None:
    assert periods.next_period(a_policy(cadence=cadence), today).code == code


@pytest.mark.sample("periods are counted in Python")
@pytest.mark.parametrize(
    ("cadence", "planned", "code"),
    [
        (Cadence.MONTHLY, ["2019M11", "2019M12"], "2020M01"),
        (Cadence.QUARTERLY, ["2019Q4"], "2020Q1"),
        (Cadence.QUARTERLY, ["2019Q4", "2020Q1"], "2020Q2"),
        (Cadence.HALF_YEARLY, ["2019H2", "2020H1"], "2020H2"),
        # a cadence that was changed
        (Cadence.MONTHLY, ["2020Q2"], "2020M07"),
        (Cadence.HALF_YEARLY, ["2020Q2"], "2020H2"),
        (Cadence.HALF_YEARLY, ["2020Q1"], "2020H2"),
        (Cadence.QUARTERLY, ["2020M04"], "2020Q3"),
        (Cadence.QUARTERLY, ["2019H2"], "2020Q1"),
    ],
)
def test_next_period_begins_after_the_last_planned(cadence: Cadence, planned: list[str], code: str) -> None:
    policy = a_policy(cadence=cadence)
    for found in planned:
        a_planned_period(code=found)
    assert periods.next_period(policy, date(2020, 7, 1)).code == code


@pytest.mark.parametrize(
    ("cadence", "near", "codes"),
    [
        (Cadence.QUARTERLY, "2020Q2", "2019Q2 2019Q3 2019Q4 2020Q2 2020Q3 2020Q4 2021Q1"),
        (Cadence.HALF_YEARLY, "2020H2", "2019H2 2020H2 2021H1"),
    ],
)
def test_plan_offers_periods_near_the_next_that_share_no_day_with_another(
    cadence: Cadence, near: str, codes: str
) -> None:
    policy = a_planned_period(an_edition(a_policy(cadence=cadence)), code="2020Q1").policy
    offered = periods.periods_to_plan(policy, CalendarPeriod.of(near))
    assert [period.code for period in offered] == codes.split()


# --- a cadence that changes ----


@pytest.mark.parametrize(
    ("there", "cadence", "code"),
    [
        ("2020Q2", Cadence.MONTHLY, "2020M04"),
        ("2020Q2", Cadence.MONTHLY, "2020M05"),
        ("2020Q2", Cadence.MONTHLY, "2020M06"),
        ("2020Q2", Cadence.HALF_YEARLY, "2020H1"),
        ("2020M05", Cadence.QUARTERLY, "2020Q2"),
        ("2020M03", Cadence.HALF_YEARLY, "2020H1"),
        ("2020H1", Cadence.MONTHLY, "2020M02"),
    ],
)
def test_periods_of_a_policy_never_overlap_when_its_cadence_changes(
    there: str, cadence: Cadence, code: str
) -> None:
    """By the form with a sentence; by the database whoever writes."""
    edition = an_edition(a_policy(cadence=cadence))
    a_planned_period(edition, code=there)
    builders.a_working_calendar(date(2020, 1, 1), date(2020, 5, 31))
    with pytest.raises(ValidationError) as caught:
        periods.plan_period(cast.clerk(), edition.policy, code, moment())
    assert caught.value.messages == [gettext("This period shares days with another of the policy.")]
    with pytest.raises(IntegrityError, match="reportingperiod_no_overlap"), transaction.atomic():
        a_planned_period(edition, code=code)
    other = a_planned_period(edition, code="2021Q1")
    span = CalendarPeriod.of(code)
    with pytest.raises(IntegrityError, match="reportingperiod_no_overlap"), transaction.atomic():
        ReportingPeriod.objects.filter(pk=other.pk).update(starts_on=span.starts_on, ends_on=span.ends_on)


def test_periods_overlap_those_of_other_policies() -> None:
    a_planned_period()
    other = an_edition(a_policy("monthly", cadence=Cadence.MONTHLY))
    assert periods.plan_period(cast.clerk(), other.policy, "2020M06", moment()).policy == other.policy
    assert a_planned_period(other, code="2020M05").pk


def test_changed_cadence_counts_from_the_next_period_on() -> None:
    period = a_planned_period(code="2020Q1")
    policy = period.policy
    policy.cadence = Cadence.MONTHLY
    policy.save()
    planned = periods.plan_period(cast.clerk(), policy, "2020M06", moment())
    assert set(ReportingPeriod.objects.values_list("code", flat=True)) == {"2020Q1", planned.code}
    with pytest.raises(ValidationError, match="2020M06"):
        periods.plan_period(cast.clerk(), policy, "2020Q2", moment())
