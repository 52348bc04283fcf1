"""How do the titles of documents name a policy, whatever its own title is?"""

from dataclasses import replace
from functools import partial

import pytest

from measures.reports import wording
from measures.reports.brief import brief
from measures.reports.bulletin import bulletin
from measures.reports.department import department_report
from measures.reports.filing import filing_record
from measures.reports.status import status_report
from measures.summaries import SourcedSummary
from tests.measures.reports import samples


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于优化老旧小区改造服务的若干措施（试行）", ("优化老旧小区改造服务若干措施（试行）",)),
        ("廊坊市优化老旧小区改造服务若干措施（试行）", ("廊坊市优化老旧小区改造服务若干措施", "（试行）")),
        ("关于印发老旧小区改造服务工作方案的通知（试行）", ("印发老旧小区改造服务工作方案通知（试行）",)),
    ],
)
def test_no_title_is_broken_within_a_bracket_or_begins_with_about_twice(
    title: str, lines: tuple[str, ...]
) -> None:
    summary = samples.summary()
    named = replace(summary, policy=replace(summary.policy, title=title))
    sourced = SourcedSummary(named, None)
    for make in (brief, filing_record, partial(department_report, department="rsj"), status_report):
        made = make(sourced).title_lines
        assert made[: len(lines)] == lines, make
    assert bulletin(sourced).title_lines[0].count("关于") == 1
    assert all(len(line) <= wording.TITLE_LINE for line in bulletin(sourced).title_lines[:-1])
