"""Moved days: stored the same in every language, said as pages write days (docs/domain.md 12.11)."""

from datetime import date

import pytest
from django.utils import translation

from measures.models import Act, Event, Message, MessageKind
from measures.models.moved_days import moved_days, said, with_days
from measures.workflow import extensions, periods
from measures.workflow.digests import letter
from measures.workflow.periods import Dates
from tests import builders, cast

FIRST, LATER = date(2020, 7, 7), date(2020, 7, 9)


@pytest.mark.parametrize(
    ("language", "written", "words"),
    [
        ("en", moved_days(FIRST, LATER, "同意"), "July 7, 2020 → July 9, 2020: 同意"),
        ("zh-hans", moved_days(FIRST, LATER, "同意"), "2020年7月7日 → 2020年7月9日：同意"),
        ("zh-hans", moved_days(FIRST, LATER), "2020年7月7日 → 2020年7月9日"),
        (
            "en",
            moved_days("2020-07-02 2020-07-07 2020-07-10", "2020-07-03 2020-07-07 2020-07-15"),
            "July 2, 2020 → July 3, 2020; July 10, 2020 → July 15, 2020",
        ),
        (
            "zh-hans",
            moved_days(
                "2020-07-02 2020-07-07 2020-07-10 2020-07-14", "2020-07-02 2020-07-07 2020-07-16 2020-07-20"
            ),
            "统筹单位核对 2020年7月10日 → 2020年7月16日；宽限期截止 2020年7月14日 → 2020年7月20日",
        ),
        ("zh-hans", "见2020-07-07 → 2020-07-09：原文", "见2020-07-07 → 2020-07-09：原文"),
        ("zh-hans", "2020-07-07报来", "2020-07-07报来"),
    ],
)
def test_moved_days_are_said_in_the_language_of_the_moment(language: str, written: str, words: str) -> None:
    """What a person typed stays as it was typed."""
    with translation.override(language):
        assert said(written) == words


@pytest.mark.django_db
@pytest.mark.usefixtures("calendar")
def test_messages_records_and_letters_write_days_as_pages_do() -> None:
    update = builders.an_update()
    asked = extensions.request_extension(cast.reporter(), update, LATER, "数据待核", builders.moment())
    extensions.grant_extension(cast.clerk(), asked, "同意", builders.moment())
    told = Message.objects.for_display().filter(kind=MessageKind.DATE_DECIDED)
    dates = Dates(builders.PARTICIPANTS_DUE, FIRST, builders.CHECK_DUE, date(2020, 7, 15))
    periods.change_dates(cast.clerk(), update.period, dates, "停电", builders.moment())
    with translation.override("en"):
        assert {row.said_words for row in told} == {"July 7, 2020 → July 9, 2020: 同意"}
        assert "July 9, 2020: 同意" in letter(told)
        moved = Event.objects.get(act=Act.CHANGE_DATES)
        assert moved.said_comment == "End of grace July 14, 2020 → July 15, 2020: 停电"


@pytest.mark.parametrize(
    ("act", "written", "words"),
    [
        (Act.NOTE_SIGNATURE, "赵国强 2020-07-09", "赵国强 July 9, 2020"),
        (
            Act.CORRECT_SIGNATURE,
            "王主席 2020-07-10 → 王建国 2020-07-09：2020-07-10是笔误",
            "王主席 July 10, 2020 → 王建国 July 9, 2020：2020-07-10是笔误",
        ),
        (Act.HAND_OVER, "甲 → 乙；任期至2020-06-30", "甲 → 乙；任期至2020年6月30日"),
        (
            Act.DESIGNATE,
            "市国资委（牵头，2020-06-22起）：见2020-06-01会议纪要",
            "市国资委（牵头，2020年6月22日起）：见2020-06-01会议纪要",
        ),
        (Act.RETURN, "2020-07-07的数据请核对", "2020-07-07的数据请核对"),
    ],
)
def test_days_that_an_act_wrote_down_are_said_and_what_was_typed_stays(
    act: Act, written: str, words: str
) -> None:
    with translation.override("en"):
        assert Event(act=act, comment=written).said_comment == words


def test_what_is_no_day_stays_as_it_is() -> None:
    assert with_days("0316-5550-2020-13-45 2020-13-45") == "0316-5550-2020-13-45 2020-13-45"
