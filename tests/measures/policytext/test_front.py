"""Are title, status, notice and consultation found, with or without each other?"""

from datetime import date

import pytest

from measures.models import EditionStatus
from measures.policytext import Consultation, ParsedText, ProblemKind
from tests.measures.policytext.texts import TITLE, a_text, kinds, only, read

NOTICE = f"市人社局关于《{TITLE}（征求意见稿）》公开征求意见的通知"


def with_front(*paragraphs: str) -> ParsedText:
    return read(a_text(front=paragraphs))


def consultation_of(*paragraphs: str) -> Consultation:
    parsed = with_front(NOTICE, *paragraphs, TITLE)
    assert not parsed.problems
    assert parsed.outline.notice
    return parsed.outline.notice.consultation


def test_front_without_a_notice_is_title_and_preamble() -> None:
    outline = with_front(TITLE, "为做好某事，", "提出如下意见。").outline
    assert (outline.notice, outline.title, outline.preamble) == (None, TITLE, "为做好某事，\n提出如下意见。")
    assert outline.status == EditionStatus.ISSUED


@pytest.mark.parametrize(
    "lines",
    [
        (TITLE, "（征求意见稿）"),
        (f"{TITLE}（征求意见稿）",),
        (f"{TITLE}(征求意见稿)",),
        (NOTICE, "请提意见。", TITLE, "（征求意见稿）"),
        (NOTICE, "请提意见。", TITLE),  # the notice says it of the text
    ],
)
def test_front_title_is_stored_without_the_words_of_its_status(lines: tuple[str, ...]) -> None:
    parsed = with_front(*lines, "提出如下意见。")
    assert not parsed.problems
    outline = parsed.outline
    assert (outline.title, outline.status) == (TITLE, EditionStatus.DRAFT_FOR_COMMENT)
    assert outline.preamble == "提出如下意见。"


def test_front_trial_is_part_of_a_title() -> None:
    parsed = with_front("廊坊市某事管理办法（试行）", "（2019年第3次常务会议通过）")
    assert not parsed.problems
    assert parsed.outline.title == "廊坊市某事管理办法（试行）"
    assert parsed.outline.preamble == "（2019年第3次常务会议通过）"


def test_front_issuing_notice_can_be_the_policy_itself() -> None:
    parsed = with_front("关于做好某事的通知", "各有关单位：")
    assert (parsed.outline.title, parsed.outline.notice, parsed.problems) == (
        "关于做好某事的通知",
        None,
        (),
    )


@pytest.mark.parametrize("status", ["（送审稿）", "（草案）"])
def test_front_unknown_status_is_a_problem(status: str) -> None:
    assert only(with_front(TITLE, status)).kind == ProblemKind.TITLE


@pytest.mark.parametrize(
    "first", ["为做好某事，提出如下意见。", "关于做好某事的", "长" * 130 + "意见", "现公开征求意见"]
)
def test_front_without_a_clear_title_is_a_problem(first: str) -> None:
    assert only(with_front(first)).kind == ProblemKind.TITLE


def test_front_with_two_titles_behind_a_notice_is_a_problem() -> None:
    problem = only(with_front(NOTICE, TITLE, "关于做好另一件事的实施方案"))
    assert (problem.kind, problem.excerpt) == (ProblemKind.TITLE, "关于做好另一件事的实施方案")


def test_front_notice_that_is_too_long_is_a_problem() -> None:
    problem = only(with_front(f"{'长' * 200}的通知", TITLE))
    assert (problem.kind, problem.line) == (ProblemKind.TITLE, 1)


def test_front_notice_names_who_heads_it() -> None:
    notice = with_front(NOTICE, TITLE).outline.notice
    assert notice
    assert (notice.title, notice.issuer) == (NOTICE, "市人社局")


def test_front_numbered_paragraph_before_any_section_is_a_problem() -> None:
    problem = only(with_front(TITLE, "（一）没有部分的举措。"))
    assert (problem.kind, problem.line) == (ProblemKind.LOOSE_TEXT, 3)


@pytest.mark.parametrize(
    ("preamble", "basis"),
    [
        ("根据《意见》（冀办发〔2018〕58号）精神", "冀办发〔2018〕58号"),
        (
            "根据冀办发〔2018〕58号和国发〔2017〕3号、冀办发〔2018〕58号",
            "冀办发〔2018〕58号、和国发〔2017〕3号",
        ),
        ("为做好某事", ""),
    ],
)
def test_front_basis_is_the_numbers_of_documents_in_the_preamble(preamble: str, basis: str) -> None:
    assert with_front(TITLE, preamble).outline.basis == basis


def test_consultation_end_without_a_year_is_of_the_year_of_the_start() -> None:
    found = consultation_of("自2019年2月11日起公开征求意见，请于2月26日前反馈。")
    assert (found.start, found.end) == (date(2019, 2, 11), date(2019, 2, 26))
    assert found.wording == "自2019年2月11日起公开征求意见；请于2月26日前反馈"


@pytest.mark.parametrize(
    ("paragraph", "start", "end"),
    [
        ("请于2019年2月26日前反馈。", None, date(2019, 2, 26)),
        ("自2018年12月20日起征求意见，2019年1月5日止。", date(2018, 12, 20), date(2019, 1, 5)),
        ("自2019年2月11日起征求意见。", date(2019, 2, 11), None),
        ("请多提意见。", None, None),
    ],
)
def test_consultation_dates_may_be_missing(paragraph: str, start: date | None, end: date | None) -> None:
    found = consultation_of(paragraph)
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    "paragraph",
    [
        "请于2月26日前反馈。",
        "自2019年2月30日起征求意见。",
        "自2019年2月11日起征求意见，2月30日前反馈。",
        "自2019年2月11日起征求意见，1月5日前反馈。",
        "自2019年13月1日起征求意见，1月5日前反馈。",
    ],
)
def test_consultation_dates_that_cannot_be_are_problems(paragraph: str) -> None:
    parsed = with_front(NOTICE, paragraph, TITLE)
    assert set(kinds(parsed)) == {ProblemKind.CONSULTATION}
    assert {problem.line for problem in parsed.problems} == {3}


def test_consultation_contact_is_read_with_either_colon() -> None:
    found = consultation_of(
        "电子邮箱:a.b-c@rsj.lf.gov.cn", "通讯地址：廊坊市广阳道19号 ", "电话：0316-2227904"
    )
    assert (found.email, found.address, found.phone) == (
        "a.b-c@rsj.lf.gov.cn",
        "廊坊市广阳道19号",
        "0316-2227904",
    )
