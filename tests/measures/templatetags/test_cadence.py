"""What a value covers, as the page of a measure says it."""

from dataclasses import replace

import pytest
from django.utils import translation

from measures.models import CommitmentKind
from measures.summaries import CommitmentStatus
from measures.templatetags.cadence import covered

ROW = CommitmentStatus(
    label="技能竞赛",
    wording="每年组织开展1次",
    kind=CommitmentKind.RECURRING,
    binding=True,
    unit="次",
    year=2020,
    figure="1/1",
    target="≥ 1",
    percent=100,
    met=True,
    unmet=False,
    stated_in="2020年第二季度",
    subjects=(),
)


@pytest.mark.parametrize(
    ("language", "yearly", "once"),
    [
        ("zh-hans", "2020年上半年累计", "2020年第二季度"),
        ("en", "year to date: first half of 2020", "2020 Q2"),
    ],
)
def test_value_of_a_year_is_said_to_be_the_year_to_date(language: str, yearly: str, once: str) -> None:
    with translation.override(language):
        assert covered(ROW) == yearly
        assert covered(replace(ROW, year=None)) == once
        assert covered(replace(ROW, stated_in="")) == ""
