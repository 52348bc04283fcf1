"""Does the real text, restored, say what is known of it? Every fact was counted by hand beforehand."""

from collections import Counter
from datetime import date
from functools import cache

import pytest

from measures.models import EditionStatus, LeadMode, ResponsibilityRole
from measures.policytext import MeasureOutline, Outline
from tests.measures.policytext.texts import RESTORED, departments, read_file

LEAD, PARTICIPANT = ResponsibilityRole.LEAD, ResponsibilityRole.PARTICIPANT
WITHOUT_CLAUSE = ["六（一）", "六（二）", "六（三）"]


@cache
def outline() -> Outline:
    parsed = read_file(RESTORED)
    assert not parsed.problems
    return parsed.outline


def measures() -> dict[str, MeasureOutline]:
    return dict(outline().measures)


def departments_of(role: ResponsibilityRole) -> Counter[str]:
    clauses = [measure.clause for measure in measures().values() if measure.clause]
    return Counter(name for clause in clauses for own, _, name in clause.links if own == role)


def leads_of(code: str) -> tuple[str, ...]:
    clause = measures()[code].clause
    return clause.leads if clause else ()


def test_restored_title_stands_without_its_status() -> None:
    assert outline().title == "关于提高技术工人待遇的实施意见"
    assert outline().status == EditionStatus.DRAFT_FOR_COMMENT
    assert outline().basis == "冀办发〔2018〕58号"


def test_restored_notice_says_who_asks_until_when_and_how_to_answer() -> None:
    notice = outline().notice
    assert notice
    assert notice.issuer == "市人社局"
    assert "技术工人" in notice.title
    found = notice.consultation
    assert (found.start, found.end) == (date(2019, 2, 11), date(2019, 2, 26))
    assert "自2019年2月11日起" in found.wording
    assert "以电子邮件或邮寄方式于2月26日前" in found.wording
    assert (found.email, found.address, found.phone) == (
        "lf2227904@163.com",
        "廊坊市广阳道19号",
        "0316-2227904",
    )


def test_restored_preamble_and_general_requirements_are_kept_whole() -> None:
    assert outline().preamble.startswith("为全面改善技术工人待遇水平")
    assert outline().preamble.endswith("提出如下实施意见。")
    assert outline().general_requirements.startswith("以习近平新时代")
    assert outline().general_requirements.endswith("人才保障。")


def test_restored_has_five_sections_with_20_measures() -> None:
    sizes = [(section.ordinal, len(section.measures)) for section in outline().sections]
    assert sizes == [(2, 5), (3, 3), (4, 4), (5, 5), (6, 3)]
    assert outline().sections[0].title == "发挥引领作用，大力提高高技能领军人才待遇水平"


def test_restored_17_measures_end_in_a_clause_and_three_do_not() -> None:
    assert [code for code, measure in measures().items() if measure.clause is None] == WITHOUT_CLAUSE
    assert all(measures()[code].text.endswith("。") for code in WITHOUT_CLAUSE)


def test_restored_has_92_links_over_23_departments() -> None:
    leads, participants = departments_of(LEAD), departments_of(PARTICIPANT)
    assert (leads.total(), len(leads)) == (48, 14)
    assert (participants.total(), len(participants)) == (44, 14)
    assert set(leads) | set(participants) == {row["name"] for row in departments()}
    both = {"市总工会", "市教育局", "市国资委", "市财政局", "市科协"}
    assert set(leads) & set(participants) == both


def test_restored_lead_modes_are_as_the_text_says() -> None:
    modes = {code: measure.lead_mode for code, measure in measures().items()}
    by_mode = {mode: [code for code in modes if modes[code] == mode] for mode in LeadMode}
    assert by_mode[LeadMode.SINGLE] == ["四（一）", "五（三）", "五（四）"]
    assert by_mode[LeadMode.SEPARATE] == ["四（三）", "四（四）"]
    assert by_mode[LeadMode.NONE] == WITHOUT_CLAUSE
    assert len(by_mode[LeadMode.JOINT]) == 12


def test_restored_only_one_clause_says_responsible_instead_of_leading() -> None:
    labels = {code: measure.clause.label for code, measure in measures().items() if measure.clause}
    assert [code for code, label in labels.items() if label == "责任单位"] == ["五（二）"]
    assert set(labels.values()) == {"牵头单位", "责任单位"}


def test_restored_three_clauses_name_leads_only() -> None:
    lonely = [code for code, row in measures().items() if row.clause and not row.clause.participants]
    assert lonely == ["二（一）", "二（五）", "四（四）"]


def test_restored_convenors_are_as_named_first() -> None:
    firsts = {code: leads_of(code)[0] for code in measures() if leads_of(code)}
    others = {code: name for code, name in firsts.items() if name != "市人力资源和社会保障局"}
    assert others == {
        "二（二）": "市委组织部",
        "二（四）": "市公安局",
        "四（三）": "市教育局",
        "五（五）": "市委宣传部",
    }
    assert len(firsts) - len(others) == 13
    assert departments_of(LEAD)["市人力资源和社会保障局"] == 17


def test_restored_keeps_protocol_order() -> None:
    clause = measures()["四（三）"].clause
    assert clause
    assert clause.leads == ("市教育局", "市人力资源和社会保障局")
    assert clause.participants == ("市国资委", "市财政局", "市工业和信息化局", "市工商联")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("二（一）", "全国五一劳动奖章、中华技能大奖"),
        ("二（三）", "合理分摊间接成本"),
        ("三（一）", "或对关键技术岗位"),
        ("三（二）", "纳入协商要素"),
        ("四（三）", "成本补偿等政策，"),
        ("四（三）", "高级技工学校可以根据教学"),
        ("五（二）", "支持院校或企业申办"),
        ("五（二）", "职业院校可结合实际"),
    ],
)
def test_restored_spot_reads_as_rebuilt(code: str, words: str) -> None:
    assert words in measures()[code].text


def test_restored_keeps_what_is_odd_in_the_source() -> None:
    assert "（含技工学院校）" in measures()["四（三）"].text
    assert measures()["四（二）"].text.count("每年推荐1-2个") == 2
    assert "《关于提高技能人才待遇的实施意见（征求意见稿）》" in RESTORED.read_text(encoding="utf-8")
    assert RESTORED.read_text(encoding="utf-8").count("冀办发〔2018〕58号") == 2


def test_restored_nested_brackets_in_a_body_are_no_clause() -> None:
    measure = measures()["二（四）"]
    assert "（参照《廊坊市户口迁移管理实施细则》（廊公办〔2017〕127号）有关规定办理）" in measure.text
    assert measure.text.endswith("就业优惠政策。")
    assert measure.clause
    assert measure.clause.text.startswith("（牵头单位：市公安局、")


def test_restored_separately_in_a_body_says_nothing_of_the_leads() -> None:
    measure = measures()["五（四）"]
    assert "市、县每年分别组织一次" in measure.text
    assert measure.lead_mode == LeadMode.SINGLE


def test_restored_texts_and_clauses_together_are_the_source() -> None:
    lines = RESTORED.read_text(encoding="utf-8").splitlines()
    for code, measure in measures().items():
        clause = measure.clause.text if measure.clause else ""
        assert f"{code[1:]}{measure.title}。{measure.text}{clause}" in lines
