"""The dossier of a measure: each period as it says itself, the text word for word, what was asked."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from measures.models import CommitmentCycle, Measure, ReportingPeriod, SelfAssessment, UpdateState
from measures.reports.dossier import UnknownMeasureError, dossier_of
from measures.reports.kinds import KINDS, Asked
from measures.reports.tables import Band, Table
from measures.summaries import Dossier, SnapshotError, read_dossier
from measures.workflow import periods
from tests import builders, cast
from tests.measures.reports import samples
from tests.retold import retold
from tests.tampering import unguarded

pytestmark = pytest.mark.django_db
DAY = date(2020, 7, 10)


def loaded(code: str) -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code=code)


@pytest.fixture
@retold
def measure() -> Measure:
    """Told in a closed period and in the open one after it, with a yearly number."""
    made = builders.a_measure(leads=("zgh",), participants=("czj",), title="开展劳动和技能竞赛")
    builders.a_commitment(made, cycle=CommitmentCycle.YEARLY, ends_on=date(2022, 12, 31))
    [subject] = made.commitments.get().subjects.all()
    for code, number, words in (("2020Q1", 1, "举办竞赛1场"), ("2020Q2", 3, "举办竞赛3场")):
        text = builders.a_text(words, values={subject.pk: (number, None)})
        builders.an_update(UpdateState.CONFIRMED, measure=made, code=code, text=text)
    periods.close_period(cast.clerk(), loaded("2020Q1"), "另行催报", builders.moment(date(2020, 4, 15)))
    return made


def test_dossier_tells_every_period_as_it_says_itself(measure: Measure) -> None:
    found = read_dossier(measure, loaded("2020Q2"), DAY)
    assert found is not None
    assert [(row.period.code, row.snapshot is not None) for row in found.entries] == [
        ("2020Q2", False),
        ("2020Q1", True),
    ]
    update = builders.update_of(measure, "zgh", "2020Q1")
    corrected = builders.in_correction(update)
    builders.brought_to(UpdateState.CONFIRMED, corrected, text=builders.a_text("更正后的进展"))
    html = dossier_of(read_dossier(measure, loaded("2020Q2"), DAY) or found).html()
    assert "举办竞赛1场" in html
    assert "更正后的进展" not in html  # it was closed with the other
    assert html.index("（一）2020年第二季度") < html.index("（二）2020年第一季度")


def test_dossiers_of_two_periods_are_two_files(measure: Measure) -> None:
    names = [dossier_of(found).file_name for found in dossiers(measure)]
    title = f"{measure.code}开展劳动和技能竞赛举措专页"
    assert names == [f"{title}（2020年第一季度）.pdf", f"{title}（2020年第二季度）.pdf"]


def dossiers(measure: Measure) -> Iterator[Dossier]:
    for code in ("2020Q1", "2020Q2"):
        found = read_dossier(measure, loaded(code), DAY)
        assert found
        yield found


def test_dossier_has_the_text_the_duties_and_the_values_of_each_period(measure: Measure) -> None:
    found = read_dossier(measure, loaded("2020Q2"), DAY)
    assert found is not None
    document = dossier_of(found, demo=True)
    html = document.html()
    for words in (
        "组织开展全市劳动和技能竞赛。",
        "责任条款：（牵头单位：zgh）",
        "牵头单位：市总工会。",
        "参与单位：市财政局。",
        "量化承诺：技能竞赛：组织开展全市劳动和技能竞赛（每年，2022年12月31日前）",
        "市财政局（参与）：",
    ):
        assert words in html, words
    _lights, _changes, values = document.tables
    rows = [row if isinstance(row, Band) else [cell.lines[0] for cell in row] for row in values.rows]
    assert rows == [
        Band("技能竞赛"),
        ["2020年第二季度", "3/1", "≥ 1", "已完成", "2020年第二季度"],
        ["2020年第一季度", "1/1", "≥ 1", "已完成", "2020年第一季度"],
    ]


def test_dossier_has_the_lights_within_each_period_and_what_brought_them(measure: Measure) -> None:
    """As chart on the page of the measure, as table here, on screen and on paper alike."""
    read_dossier(measure, loaded("2020Q2"), DAY)
    stalled = builders.a_text("停工", self_assessment=SelfAssessment.STALLED)
    correcting = builders.in_correction(builders.update_of(measure, "zgh"))
    builders.brought_to(UpdateState.CONFIRMED, correcting, text=stalled)
    found = read_dossier(measure, loaded("2020Q2"), DAY)
    assert found is not None
    document = dossier_of(found)
    [changes] = [table for table in document.tables if table.name == "changes"]
    with translation.override("zh-hans"):
        rows = [row if isinstance(row, Band) else [cell.lines[0] for cell in row] for row in changes.rows]
    assert rows == [
        Band("2020年第二季度"),
        ["2020年7月10日", "绿灯", "量化承诺均已达到", "本期首次亮灯"],
        ["2020年7月10日", "红灯", "市总工会自评停滞", "确认（市人社局 张rsj-clerk）"],
        Band("2020年第一季度"),
        ["2020年4月15日", "黄灯", "市总工会2020年第一季度未按时报送", "本期首次亮灯"],
    ]
    html = document.html()
    assert "各期之内进度灯的变化如下。" in html
    assert "确认（市人社局 张rsj-clerk）" in html


def test_dossier_of_an_earlier_period_ends_with_it_and_stays_the_same(measure: Measure) -> None:
    asked = Asked(loaded("2020Q1"), DAY, measure=measure.code)
    before = KINDS["measure"].build(asked)
    html = before.html()
    assert "举办竞赛3场" not in html
    snapshot = loaded("2020Q1").snapshots.get()
    assert f"SHA-256 {snapshot.sha256}" in dict(before.facts)["快照"]
    later = KINDS["measure"].build(Asked(loaded("2020Q1"), date(2020, 8, 3), measure=measure.code))
    assert (later.html(), later.identifier) == (html, before.identifier)


def test_dossier_of_a_measure_that_is_not_there_is_told_with_those_that_are(measure: Measure) -> None:
    for code, told in (("", "请指明举措的编号"), ("九（九）", "没有编号为 九（九） 的举措")):
        with pytest.raises(UnknownMeasureError, match=f"{told}；现有：二（一）"):
            KINDS["measure"].build(Asked(loaded("2020Q2"), DAY, measure=code))


def test_dossier_says_nothing_that_was_altered(measure: Measure) -> None:
    unguarded()
    for figures in measure.figures.filter(period__code="2020Q1"):
        figures.content = figures.content.replace("举办竞赛1场", "举办竞赛9场")
        figures.save()
    with pytest.raises(SnapshotError, match="2020年第一季度"):
        read_dossier(measure, loaded("2020Q2"), DAY)


def test_dossier_tells_what_was_asked_and_what_was_answered() -> None:
    html = dossier_of(samples.dossier()).html()
    assert "已经答复" in html
    assert "名额分配。〔2020年2月3日提出〕答复：已协调。〔2020年3月2日〕" in html


def test_lights_of_a_period_are_not_parted_by_the_end_of_a_page() -> None:
    found = samples.dossier()
    table = next(row for row in dossier_of(found).blocks if isinstance(row, Table) and row.name == "values")
    kept = [row.kept for row in table.paper_rows]
    assert kept == [*(True for _row in kept[1:]), False]
    assert dossier_of(found).html().count(' kept"') == len(kept) - 2, "the band is kept by its look"
