"""Urging: a numbered slip for each department, its level by rule, its receipt, answer and effect."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from departments.models import Department
from measures.models import (
    Act,
    Message,
    MessageKind,
    PeriodState,
    ReportingPeriod,
    UpdateState,
    Urge,
    UrgeAnswer,
    UrgeLevel,
    UrgeReceipt,
)
from measures.workflow import urges
from measures.workflow.errors import WrongStateError
from tests import builders, cast

pytestmark = pytest.mark.django_db
# Leads were due on Tuesday, 7 July.
WEDNESDAY = date(2020, 7, 8)


@pytest.fixture
def period() -> ReportingPeriod:
    """Two departments that lead and have not filed, one that has; their day is past."""
    builders.a_working_calendar()
    for slug in ("zgh", "jyj"):
        builders.a_measure(leads=(slug,))
        cast.reporter(slug)
    filed = builders.an_update(UpdateState.SUBMITTED, slug="czj")
    return filed.period


def urged(period: ReportingPeriod, *slugs: str, on: date = WEDNESDAY) -> list[Urge]:
    departments = [cast.a_department(slug) for slug in slugs]
    return urges.urge(cast.clerk(), period, departments, builders.moment(on))


def filed(urge: Urge) -> tuple[int, int]:
    row = Urge.objects.with_effect().get(pk=urge.pk)
    return row.filed, row.asked  # type: ignore[attr-defined]  # annotated


def test_one_act_urges_several_departments_with_a_number_each(period: ReportingPeriod) -> None:
    slips = urged(period, "zgh", "jyj")
    assert [(slip.reference, slip.department.slug, slip.level) for slip in slips] == [
        ("2020-1", "zgh", UrgeLevel.BLUE),
        ("2020-2", "jyj", UrgeLevel.BLUE),
    ]
    event = period.events.get(act=Act.URGE)
    assert event.comment == "2020-1 市总工会、2020-2 市教育局"
    told = Message.objects.filter(kind=MessageKind.URGED)
    assert set(told.values_list("person__username", "urge__number")) == {
        ("zgh-reporter", 1),
        ("jyj-reporter", 2),
    }
    assert [slip.reference for slip in urged(period, "zgh", on=WEDNESDAY + timedelta(days=1))] == ["2020-3"]


def test_numbers_begin_anew_with_the_year_and_with_the_policy(period: ReportingPeriod) -> None:
    urged(period, "zgh")
    builders.a_working_calendar(date(2020, 9, 1), date(2021, 1, 31))
    [slip] = urged(period, "zgh", on=date(2021, 1, 4))
    assert slip.reference == "2021-1"
    other = builders.an_edition(policy=builders.a_policy(slug="another"))
    builders.a_measure(leads=("gzw",), section=builders.a_section(other))
    [slip] = urged(builders.an_open_period(other), "gzw")
    assert slip.reference == "2020-1"


@pytest.mark.parametrize(
    ("on", "level"),
    [
        (date(2020, 7, 8), UrgeLevel.BLUE),  # the first working day after
        (date(2020, 7, 9), UrgeLevel.BLUE),
        (date(2020, 7, 10), UrgeLevel.YELLOW),  # the third
        (date(2020, 7, 13), UrgeLevel.YELLOW),
        (date(2020, 7, 14), UrgeLevel.RED),  # the fifth
    ],
)
def test_the_level_of_a_slip_rises_with_the_working_days(
    period: ReportingPeriod, on: date, level: UrgeLevel
) -> None:
    [slip] = urged(period, "zgh", on=on)
    assert slip.level == level


def test_the_days_of_the_levels_are_the_policys_and_a_level_never_falls(period: ReportingPeriod) -> None:
    type(period.policy).objects.update(urge_yellow_days=1, urge_red_days=2)
    assert urged(period, "zgh")[0].level == UrgeLevel.YELLOW
    type(period.policy).objects.update(urge_yellow_days=9, urge_red_days=9)
    assert urged(period, "zgh", on=date(2020, 7, 9))[0].level == UrgeLevel.YELLOW


@pytest.mark.parametrize(
    ("slugs", "words"),
    [
        (("czj",), "市财政局没有过期未报的填报"),
        ((), "请选择要催办的单位"),
        (("zgh", "czj"), "市财政局没有过期未报"),
    ],
)
def test_only_who_has_not_filed_is_urged_all_or_none(
    period: ReportingPeriod, slugs: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        urged(period, *slugs)
    assert not Urge.objects.exists()


def test_nobody_is_urged_before_the_day_is_past_nor_twice_a_day(period: ReportingPeriod) -> None:
    with pytest.raises(ValidationError, match="没有过期未报"):
        urged(period, "zgh", on=date(2020, 7, 7))
    urged(period, "zgh")
    with pytest.raises(ValidationError, match="市总工会今天已催办"):
        urged(period, "zgh", "jyj")
    assert Urge.objects.count() == 1


def test_urging_is_the_clerks_and_of_open_periods(period: ReportingPeriod) -> None:
    department = [cast.a_department()]
    for actor in (cast.signer(), cast.reporter(), cast.clerk_elsewhere()):
        with pytest.raises(PermissionDenied):
            urges.urge(actor, period, department, builders.moment(WEDNESDAY))
    builders.set_period_state(period, PeriodState.CLOSED)
    with pytest.raises(WrongStateError):
        urged(period, "zgh")


def test_the_department_signs_once_and_answers_once_and_the_clerk_hears_it(period: ReportingPeriod) -> None:
    [slip] = urged(period, "zgh")
    first = urges.sign(cast.reporter(), slip, builders.moment(WEDNESDAY, hour=11))
    assert urges.sign(cast.reviewer(), slip, builders.moment(WEDNESDAY, hour=12)) == first
    assert period.events.filter(act=Act.SIGN_FOR_URGE).count() == 1
    urges.answer(cast.reporter(), slip, " 本周内报送 ", builders.moment(WEDNESDAY, hour=13))
    assert UrgeAnswer.objects.get().text == "本周内报送"
    told = Message.objects.get(kind=MessageKind.URGE_ANSWERED)
    assert (told.person, told.words) == (cast.clerk().person, "本周内报送")
    assert told.sentence.endswith("市总工会已答复2020年第1号催办单。")
    assert period.events.get(act=Act.ANSWER_URGE).comment == "2020-1"  # everybody reads the record
    with pytest.raises(WrongStateError, match="已答复"):
        urges.answer(cast.reviewer(), slip, "再答复", builders.moment(WEDNESDAY))


def test_an_answer_is_a_receipt_too(period: ReportingPeriod) -> None:
    [slip] = urged(period, "zgh")
    urges.answer(cast.reporter(), slip, "本周内报送", builders.moment(WEDNESDAY))
    assert UrgeReceipt.objects.get().by == cast.reporter().person


def test_nobody_else_signs_or_answers(period: ReportingPeriod) -> None:
    [slip] = urged(period, "zgh")
    for actor in (cast.reporter("jyj"), cast.clerk(), cast.former_reporter()):
        with pytest.raises(PermissionDenied):
            urges.sign(actor, slip, builders.moment(WEDNESDAY))
        with pytest.raises(PermissionDenied):
            urges.answer(actor, slip, "本周内报送", builders.moment(WEDNESDAY))


def test_the_effect_is_what_was_filed_after_the_slip(period: ReportingPeriod) -> None:
    builders.a_measure(leads=("zgh",))
    builders.an_open_period()
    [slip] = urged(period, "zgh")
    assert filed(slip) == (0, 2)
    update = builders.update_of(slip.updates.order_by("pk")[0].measure, "zgh")
    builders.brought_to(UpdateState.SUBMITTED, update, at=builders.moment(WEDNESDAY, hour=15))
    assert filed(slip) == (1, 2)


@pytest.mark.parametrize("table", [Urge, UrgeReceipt, UrgeAnswer, Urge.updates.through])
def test_slips_receipts_and_answers_are_only_added(period: ReportingPeriod, table: Any) -> None:
    [slip] = urged(period, "zgh")
    urges.answer(cast.reporter(), slip, "本周内报送", builders.moment(WEDNESDAY))
    before = list(table.objects.values())
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        table.objects.all()._raw_delete(using="default")
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        table.objects.update(id=4711)
    assert list(table.objects.values()) == before


def test_departments_come_in_protocol_order_with_what_they_had(period: ReportingPeriod) -> None:
    urged(period, "jyj")
    found = urges.missing_departments(period, WEDNESDAY)
    assert [(row.department.slug, len(row.updates), row.urged_today) for row in found] == [
        ("zgh", 1, False),
        ("jyj", 1, True),
    ]
    assert found[0].since == date(2020, 7, 7)
    assert Department.objects.count() == 4
