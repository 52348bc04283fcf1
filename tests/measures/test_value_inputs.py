"""Which numbers does the input of a value take, and what does it say to others?"""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from measures.models import AnswerKind, Commitment, CommitmentKind, CommitmentSubject
from measures.value_inputs import number_field, value_fields

pytestmark = pytest.mark.once("decided over what was typed, before any row is asked")

NO_EXPONENT = "请填写数字，不要用科学记数法。"
NO_NUMBER = "请填写数字，如 12 或 12.5，不带文字。"
NO_WHOLE_NUMBER = "请填写整数，如 12，不带文字。"
WHOLE = "此项按个数计，请填写整数，不带小数。"


def answer(typed: str, *, whole: bool) -> Decimal | str | None:
    """The number, or the sentence with which it is refused."""
    with translation.override("zh-hans"):
        try:
            number: Decimal | None = number_field("", whole=whole).clean(typed)
        except ValidationError as refused:
            return " ".join(refused.messages)
    return number


@pytest.mark.parametrize("typed", ["1e5", "1E5", "2.5e-1", "+1E+2", ".5e3", "1.e3"])
def test_number_with_an_exponent_is_refused_in_words(typed: str) -> None:
    assert (answer(typed, whole=False), answer(typed, whole=True)) == (NO_EXPONENT, NO_EXPONENT)


@pytest.mark.parametrize("typed", ["十二", "1_0", "Infinity", "nan", "e5", "1e", "12 家", ".", "1.2.3"])
def test_what_only_a_program_reads_as_a_number_is_none(typed: str) -> None:
    assert (answer(typed, whole=False), answer(typed, whole=True)) == (NO_NUMBER, NO_WHOLE_NUMBER)


@pytest.mark.parametrize(
    ("typed", "number", "count"),
    [
        ("", None, None),
        (" 12 ", 12, 12),
        ("12.0", 12, 12),
        ("100000", 100000, 100000),
        ("１２", 12, 12),
        ("2.5", Decimal("2.5"), WHOLE),
        ("0.01", Decimal("0.01"), WHOLE),
        ("-1", "请填写不小于 0 的数。", "请填写不小于 0 的数。"),
        ("2.125", "小数最多 2 位，请四舍五入后填写。", WHOLE),
    ],
)
def test_number_is_taken_and_a_count_only_whole(typed: str, number: object, count: object) -> None:
    assert (answer(typed, whole=False), answer(typed, whole=True)) == (number, count)


@pytest.mark.parametrize(
    ("kind", "unit", "whole"),
    [
        (CommitmentKind.NUMBER, "次", True),
        (CommitmentKind.NUMBER, "人次", True),
        (CommitmentKind.NUMBER, "万人", False),
        (CommitmentKind.NUMBER, "万元", False),
        (CommitmentKind.NUMBER, "", False),
        (CommitmentKind.COMPARISON, "%", False),
        (CommitmentKind.DELIVERABLE, "", True),
    ],
)
@pytest.mark.parametrize("asked", [AnswerKind.NUMBER, AnswerKind.SHARE])
def test_unit_decides_what_is_counted(
    kind: CommitmentKind, unit: str, asked: AnswerKind, *, whole: bool
) -> None:
    """The rule of projections (commitments.is_counted), for both numbers of a share."""
    commitment = Commitment(kind=kind, unit=unit, answer=asked)
    fields = value_fields(CommitmentSubject(pk=1, commitment=commitment))
    for field in fields.values():
        if whole:
            with pytest.raises(ValidationError):
                field.clean("2.5")
        else:
            assert field.clean("2.5") == Decimal("2.5")
