"""Which parts of each kind of report can be put into words, and do these words come into the document?"""

from dataclasses import fields

import pytest

from measures.models import EDITED_SECTIONS, ReportKind
from measures.reports.blocks import Group, Heading, Paragraph
from measures.reports.bulletin import bulletin
from measures.reports.filing import FilingRecord, filing_record
from measures.reports.issuing import ISSUED_KINDS, SECTIONS, lines_of, section_label, with_texts
from tests.measures.reports import samples


@pytest.mark.parametrize("kind", ReportKind.values)
def test_a_section_of_each_kind_is_a_part_of_its_document(kind: str) -> None:
    """Each has a column to be kept in; prose is plain paragraphs, and what is none is groups."""
    parts = {field.name: field.type for field in fields(ISSUED_KINDS[kind].document)}
    assert SECTIONS[kind].keys() <= {*EDITED_SECTIONS}
    for row in SECTIONS[kind].values():
        assert parts[row.part] == (tuple[str, ...] if row.is_prose else tuple[Group, ...])


def test_what_a_clerk_writes_is_printed_in_a_bulletin_under_its_own_heading() -> None:
    made = bulletin(samples.open_summary())
    listed = [*lines_of(made.not_as_required), "（三）其他情况", "市教育局已书面说明原因。"]
    texts = {
        "preamble": "",
        "problems": "\n".join(listed),
        "next_steps": "请于8月10日前补报。\n（一）逐级审核。",
    }
    blocks = list(with_texts("bulletin", made, texts).blocks)
    assert blocks[blocks.index(Heading("四、有关要求")) + 1 :][:2] == [
        Paragraph("请于8月10日前补报。"),
        Paragraph("（一）逐级审核。"),
    ]
    place = blocks.index(Heading("（三）其他情况", 2))
    assert blocks[place + 1] == Paragraph("市教育局已书面说明原因。")
    # What nobody changed keeps its form, and its place.
    for group in made.not_as_required:
        assert [*group.paragraphs] == blocks[blocks.index(Heading(group.heading, 2)) + 1 :][
            : len(group.paragraphs)
        ]
    assert with_texts("bulletin", made, texts).lead_in == made.lead_in


def test_words_of_a_section_that_a_kind_does_not_have_are_not_printed() -> None:
    made = filing_record(samples.open_summary())
    assert with_texts("filing", made, {"next_steps": "抓好落实。"}) == made
    changed = with_texts("filing", made, {"problems": "没有。"})
    assert isinstance(changed, FilingRecord)
    assert changed.not_as_required == (Group("", (Paragraph("没有。"),)),)


def test_a_section_is_called_as_the_document_calls_it() -> None:
    names = {kind: [section_label(kind, name) for name in SECTIONS[kind]] for kind in SECTIONS}
    assert names == {
        "status": ["引言", "存在问题", "下步工作"],
        "filing": ["引言", "未按要求报送情况"],
        "bulletin": ["引言", "未按要求报送的单位", "有关要求"],
    }
    for kind, made in (
        ("filing", filing_record(samples.open_summary())),
        ("bulletin", bulletin(samples.open_summary())),
    ):
        headings = [block.text for block in made.blocks if isinstance(block, Heading) and block.level == 1]
        for name in names[kind][1:]:
            assert any(heading.endswith(f"、{name}") for heading in headings)
