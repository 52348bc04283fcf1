"""The printed slip: the texts that can be signed, by what they are matched, and the same bytes each time."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from langfang_policy import clock
from measures.models import Act, Measure, ProgressUpdate, UpdateState
from measures.models.fingerprints import text_digest
from measures.reports.filing_slip import FilingSlip, slip_of, slip_rows
from measures.workflow import updates
from tests import builders, cast
from tests.measures.reports.reading import reader, text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("a document is made from rows that acts have stored; those run on both"),
]
S = UpdateState


def slip(slug: str = "zgh") -> FilingSlip:
    rows = list(slip_rows(ProgressUpdate.objects.filter(department__slug=slug)))
    return slip_of(rows[0].period, rows[0].department, rows)


def written() -> ProgressUpdate:
    """In review, with a value."""
    measure = builders.a_measure()
    [subject] = builders.a_commitment(measure, unit="场").subjects.all()
    text = builders.a_text(progress="一季度办了两场。", values={subject.pk: (Decimal(2), None)})
    builders.an_open_period()
    return builders.brought_to(S.IN_REVIEW, builders.update_of(measure, "zgh"), text=text)


def test_slip_prints_each_text_with_its_number_and_check_code() -> None:
    update = written()
    code = text_digest(builders.text_in_work(update))[:12].upper()
    html = slip().html()
    signed = html.partition('class="by-hand"')[2].partition("</p>")[0]
    assert signed.endswith(f"　核对码 {code[:4]}\u00a0{code[4:8]}\u00a0{code[8:]}")
    for words in (
        "市人力资源和社会保障局：",
        "共1条",
        "1．二（一）举措1",
        "牵头单位　有新进展　自评：正常　应于2020年7月7日前报送（含当日）",
        "举办全市职业技能竞赛2场",
        "一季度办了两场。",
        "2 场",
        f"第1稿　2020年7月1日10:00提交　核对码 {code[:4]}\u00a0{code[4:8]}\u00a0{code[8:]}",
        "单位负责人（签字）",
        "签字日期",
    ):
        assert words in html, words


def test_slip_names_what_cannot_be_signed_yet_and_prints_none_of_its_words() -> None:
    builders.an_update(S.DRAFT, text=builders.a_text("还在写的话"))
    builders.an_update(S.WAIVED)
    document = slip()
    html = document.html()
    assert "没有已提交审核的文稿，本单未列：二（一）举措1。" in html
    assert "本单不供签字" in html
    assert len(reader(document.pdf()).pages) == 1
    assert ("还在写的话" in html, "单位负责人（签字）" in html, "举措2" in html) == (False, False, False)


def test_slip_holds_the_text_in_force_until_its_correction_is_submitted() -> None:
    """A draft takes nothing from it (docs/domain.md 4.31, 4.32)."""
    update = builders.in_correction(builders.an_update(S.CONFIRMED, text=builders.a_text("已确认的话")))
    text = builders.a_text("还在改的话")
    update = updates.save(cast.reporter(), update, update.version, text, builders.moment())
    said = "正在更正，更正稿尚未提交审核，本单所列为已确认的文稿：二（一）举措1。"
    document = slip()
    html = document.html()
    assert [item.revision.number for item in document.items] == [1]
    assert ("已确认的话" in html, "还在改的话" in html, said in html) == (True, False, True)
    assert ("本单未列" in html, "本单不供签字" in html, "单位负责人（签字）" in html) == (False, False, True)
    updates.submit_for_review(cast.reporter(), update, update.version, builders.moment(), text)
    html = slip().html()
    assert ("已确认的话" in html, "还在改的话" in html, said in html) == (False, True, False)


def test_slip_is_the_same_to_the_byte_until_a_text_changes() -> None:
    update = written()
    first = slip().pdf()
    update = builders.perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    assert slip().pdf() == first, "who approved it is not on the paper"
    builders.a_working_calendar()
    update = builders.returned_by_office(update)
    builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    assert slip().pdf() != first


def test_slip_is_exported_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)
    written()
    Measure.objects.update(title="𠅤䶮㛃")
    output, out = tmp_path / "slip.pdf", StringIO()
    options = {"policy": "a-policy", "period": "2020Q2", "output": str(output), "stdout": out}
    call_command("export_report", "slip", department="zgh", **options)
    assert "已导出《市总工会进展填报报送单》" in out.getvalue()
    read = text_of(output.read_bytes())
    assert "一季度办了两场。" in read
    assert "𠅤䶮㛃" in read
    with pytest.raises(CommandError, match="jyj"):
        call_command("export_report", "slip", department="jyj", **options)
