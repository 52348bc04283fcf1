"""How much of a text was said before, in a sentence that is the same wherever it is pointed out."""

import pytest
from django.utils import translation

from measures.models import Policy, ReportingPeriod, Situation, UpdateState
from measures.repetition import repeated_words, share_said_before
from measures.workflow.texts import Text
from tests import builders
from tests.builders import a_text

LAST = "组织全市职业技能竞赛2场，参赛320人，其中技师45人。新设办事窗口3个，办理业务118件。"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (LAST, 100, 100),
        (f"  {LAST.replace('，', ', ').replace('2', '２')}\n", 100, 100),  # blanks, marks, width
        (LAST.replace("118", "126"), 90, 99),  # one number is another
        (
            "新设办事窗口3个，办理业务118件。组织全市职业技能竞赛2场，参赛320人，其中技师45人。",
            90,
            99,
        ),  # the same sentences in another order
        (f"{LAST}另召开企业座谈会1次，收集意见27条，已答复21条，其余转有关单位研究办理。", 55, 75),
        ("会同财政部门下达补助资金86万元，覆盖高技能人才工作室12家。", 0, 15),
        ("", 0, 0),
    ],
)
def test_share_is_that_of_the_characters_in_their_neighbourhood(text: str, least: int, most: int) -> None:
    assert least <= share_said_before(text, LAST) <= most


def test_share_takes_no_longer_for_a_text_made_to_take_long() -> None:
    """Pairs are counted, not aligned: two thousand times one character is two thousand steps."""
    assert share_said_before("一" * 2000 + "二", "一" * 2000) == 99


@pytest.mark.django_db
@pytest.mark.once("counts characters of two texts; the rows are read as everywhere")
@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("2020Q1", "2020Q2", "与上季度相同 100%"),
        ("2020M05", "2020M06", "与上月相同 100%"),
        ("2019H2", "2020H1", "与上个半年相同 100%"),
        ("2019Q4", "2020Q2", "与2019年第四季度相同 100%"),
    ],
)
def test_repeated_text_is_named_with_its_share_and_the_period(before: str, now: str, words: str) -> None:
    confirmed = builders.an_update(UpdateState.CONFIRMED, code=before, text=a_text(LAST))
    builders.an_open_period(code=now)
    period = ReportingPeriod.objects.select_related("policy").get(code=now)
    with translation.override("zh-hans"):
        assert repeated_words(a_text(LAST), confirmed.in_force, period) == words
        assert repeated_words(a_text(LAST), None, period) == ""


@pytest.mark.django_db
@pytest.mark.once("counts characters of two texts; the rows are read as everywhere")
def test_repeated_text_is_named_from_the_share_of_the_policy_on() -> None:
    before = builders.an_update(UpdateState.CONFIRMED, code="2020Q1", text=a_text(LAST)).in_force
    builders.an_open_period()
    changed = a_text(LAST.replace("118", "126"))
    said = []
    for percent in (80, 100):
        Policy.objects.update(repeated_percent=percent)
        period = ReportingPeriod.objects.select_related("policy").get(code="2020Q2")
        said.append(bool(repeated_words(changed, before, period)))
    assert said == [True, False]


@pytest.mark.django_db
@pytest.mark.once("counts characters of two texts; the rows are read as everywhere")
def test_what_the_situation_hides_is_not_compared() -> None:
    """Nor is "nothing to do", which a participant says in the same words each time."""
    reason = "等待上级文件，本期无新进展，拟于下月研究"
    still = Text(situation=Situation.NO_PROGRESS, reason=reason)
    before = builders.an_update(UpdateState.CONFIRMED, code="2020Q1", text=still).in_force
    builders.an_open_period()
    period = ReportingPeriod.objects.select_related("policy").get(code="2020Q2")
    hidden = Text(
        situation=Situation.NO_PROGRESS, reason=reason, headline="另有一句", progress="另有一段" * 9
    )
    nothing = Text(situation=Situation.NOT_APPLICABLE, reason=reason)
    assert repeated_words(hidden, before, period) == "与上季度相同 100%"
    assert repeated_words(nothing, before, period) == ""
