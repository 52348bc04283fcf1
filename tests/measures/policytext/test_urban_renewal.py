"""Is the invented second policy read as it was written? Every fact was counted by hand beforehand."""

from collections import Counter
from functools import cache

from measures.models import EditionStatus, LeadMode, ResponsibilityRole
from measures.policytext import Clause, Outline
from tests.measures.policytext.texts import URBAN_RENEWAL, departments, read_file


@cache
def outline() -> Outline:
    parsed = read_file(URBAN_RENEWAL)
    assert not parsed.problems
    return parsed.outline


def clauses() -> dict[str, Clause]:
    return {code: measure.clause for code, measure in outline().measures if measure.clause}


def departments_of(role: ResponsibilityRole) -> Counter[str]:
    return Counter(name for clause in clauses().values() for own, _, name in clause.links if own == role)


def test_urban_renewal_is_in_force_on_trial_and_no_draft() -> None:
    assert outline().title == "关于优化老旧小区改造服务的若干措施（试行）"
    assert outline().status == EditionStatus.ISSUED
    assert (outline().basis, outline().notice) == ("", None)
    assert outline().preamble.startswith("为改善老旧小区居住条件")
    assert outline().general_requirements.endswith("工作机制。")


def test_urban_renewal_has_four_sections_with_ten_measures() -> None:
    sizes = [(section.ordinal, len(section.measures)) for section in outline().sections]
    assert sizes == [(2, 3), (3, 3), (4, 3), (5, 1)]
    assert outline().sections[1].title == "补齐设施短板，让居民住得安全方便"


def test_urban_renewal_names_nobody_in_its_last_measure_only() -> None:
    assert [code for code, measure in outline().measures if measure.clause is None] == ["五（一）"]


def test_urban_renewal_has_32_links_over_15_departments() -> None:
    leads = departments_of(ResponsibilityRole.LEAD)
    participants = departments_of(ResponsibilityRole.PARTICIPANT)
    assert (leads.total(), len(leads)) == (12, 7)
    assert (participants.total(), len(participants)) == (20, 12)
    both = {"市住房和城乡建设局", "市民政局", "市城市管理综合行政执法局", "市住房保障和房产管理局"}
    assert set(leads) & set(participants) == both
    assert leads["市住房和城乡建设局"] == 5


def test_urban_renewal_shares_seven_departments_and_brings_eight() -> None:
    bound = set(departments_of(ResponsibilityRole.LEAD)) | set(departments_of(ResponsibilityRole.PARTICIPANT))
    own = {row["name"] for row in departments("urban-renewal-departments")}
    shared = {
        "市住房保障和房产管理局",
        "市妇联",
        "团市委",
        "市发展改革委",
        "市财政局",
        "市国资委",
        "市公安局",
    }
    assert len(own) == 8
    assert bound == own | shared


def test_urban_renewal_is_led_in_every_way_that_a_text_knows() -> None:
    modes = {code: measure.lead_mode for code, measure in outline().measures}
    by_mode = {mode: [code for code in modes if modes[code] == mode] for mode in LeadMode}
    assert by_mode[LeadMode.SINGLE] == [
        "二（一）",
        "二（三）",
        "三（一）",
        "三（三）",
        "四（一）",
        "四（二）",
    ]
    assert by_mode[LeadMode.JOINT] == ["二（二）", "四（三）"]
    assert by_mode[LeadMode.SEPARATE] == ["三（二）"]
    assert by_mode[LeadMode.NONE] == ["五（一）"]


def test_urban_renewal_calls_those_who_answer_by_both_labels() -> None:
    assert [code for code, clause in clauses().items() if clause.label == "责任单位"] == ["四（二）"]
