"""The report by command: the file, and a clear sentence for everything that can be wrong."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from langfang_policy import clock
from measures.models import Policy, UpdateState
from measures.reports import documents, fonts, kinds, pdf
from measures.reports.documents import Document
from tests import builders, cast
from tests.measures.reports.reading import text_of

pytestmark = pytest.mark.django_db
once = pytest.mark.once("a document is made from a summary, and summaries are read on both")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)


def export(output: Path, policy: str = "a-policy", period: str = "2020Q2", **options: str) -> str:
    out = StringIO()
    call_command(
        "export_report", "status", policy=policy, period=period, output=str(output), stdout=out, **options
    )
    return out.getvalue()


@once
def test_export_writes_the_report_and_says_where(tmp_path: Path) -> None:
    builders.an_update(UpdateState.CONFIRMED, text=builders.a_text("举办竞赛3场"))
    output = tmp_path / "报告.pdf"

    said = export(output, to="市委办公室")

    assert f"：{output}（" in said
    assert "已导出《提高技术工人待遇实施意见落实情况报告（2020年第二季度）》" in said
    text = text_of(output.read_bytes())
    assert "市委办公室：" in text
    assert "举办竞赛3场" in text
    assert [path.name for path in tmp_path.iterdir()] == ["报告.pdf"]


def without(output: Path, **options: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("export_report", "status", output=str(output), **options)
    return str(refused.value)


def test_export_without_a_policy_takes_none_and_names_all_there_are(tmp_path: Path) -> None:
    builders.an_open_period()
    output = tmp_path / "a.pdf"
    assert without(output, period="2020Q2") == "请用 --policy 指明政策的代码；现有：a-policy（技术工人待遇）"
    builders.a_policy("urban-renewal-2020", short_title="老旧小区改造")
    both = "a-policy（技术工人待遇）、urban-renewal-2020（老旧小区改造）"
    assert without(output) == f"请用 --policy 指明政策的代码；现有：{both}"
    assert without(output, policy="other") == f"没有代码为 other 的政策；现有：{both}"
    assert not output.exists()


def test_export_without_a_period_names_those_of_the_policy_alone(tmp_path: Path) -> None:
    builders.an_open_period()
    other = builders.a_policy("urban-renewal-2020", short_title="老旧小区改造")
    output = tmp_path / "a.pdf"
    assert without(output, policy="a-policy") == "请用 --period 指明“技术工人待遇”的填报期；现有：2020Q2"
    told = "请用 --period 指明“老旧小区改造”的填报期；现有：（尚无填报期）"
    assert without(output, policy=other.slug) == told


@once
@pytest.mark.parametrize(
    ("code", "name", "days"),
    [("2020M06", "2020年6月", "6月1日至6月30日"), ("2020H1", "2020年上半年", "1月1日至6月30日")],
)
def test_export_names_the_period_of_each_cadence(tmp_path: Path, code: str, name: str, days: str) -> None:
    builders.an_update(UpdateState.CONFIRMED, code=code)
    said = export(tmp_path / "a.pdf", period=code)
    assert f"落实情况报告（{name}）》" in said
    assert f"现将{name}（{days}）" in text_of((tmp_path / "a.pdf").read_bytes()).replace("\n", "")


@once
def test_export_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    builders.an_update(UpdateState.CONFIRMED)
    export(tmp_path / "a.pdf")
    export(tmp_path / "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_unknown_kind_names_those_there_are(tmp_path: Path) -> None:
    builders.an_open_period()
    with pytest.raises(CommandError, match="没有“weekly”这种文件；现有：status、brief、department、"):
        call_command(
            "export_report", "weekly", policy="a-policy", period="2020Q2", output=str(tmp_path / "a")
        )


def test_export_makes_the_kind_that_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.an_open_period()
    status = kinds.KINDS["status"]

    def build(asked: kinds.Asked) -> Document:
        return replace(status.build(asked), title_lines=("每周快报",))

    monkeypatch.setitem(kinds.KINDS, "weekly", replace(status, name="weekly", build=build))
    out = StringIO()
    call_command(
        "export_report", "weekly", policy="a-policy", period="2020Q2", output=str(tmp_path / "a"), stdout=out
    )
    assert "已导出《每周快报》" in out.getvalue()


@once
def test_department_report_is_of_the_department_that_was_named(tmp_path: Path) -> None:
    builders.an_update(UpdateState.CONFIRMED, text=builders.a_text("举办竞赛3场"))
    output = tmp_path / "a.pdf"
    call_command(
        "export_report",
        "department",
        "--policy=a-policy",
        "--period=2020Q2",
        f"--output={output}",
        "--department=zgh",
        stdout=StringIO(),
    )
    assert "举办竞赛3场" in text_of(output.read_bytes())
    for options, told in (
        ({}, "请指明单位的代码；现有：zgh（市总工会）"),
        ({"department": "czj"}, "2020年第二季度没有承担举措的单位 czj；现有：zgh（市总工会）"),
    ):
        with pytest.raises(CommandError) as refused:
            call_command(
                "export_report",
                "department",
                policy="a-policy",
                period="2020Q2",
                output=str(tmp_path / "b.pdf"),
                **options,
            )
        assert str(refused.value) == told
    assert not (tmp_path / "b.pdf").exists()


@once
def test_format_goes_by_the_ending_of_the_file(tmp_path: Path) -> None:
    builders.an_update(UpdateState.CONFIRMED)
    for name, begins in (("a.pdf", b"%PDF"), ("a", b"%PDF"), ("a.XLSX", b"PK")):
        call_command(
            "export_report",
            "filing",
            policy="a-policy",
            period="2020Q2",
            output=str(tmp_path / name),
            stdout=StringIO(),
        )
        assert (tmp_path / name).read_bytes().startswith(begins)
    for kind, ending, known in (("ledger", "docx", "xlsx、pdf"), ("status", "xlsx", "pdf、docx")):
        with pytest.raises(CommandError, match=f"“{kind}”没有 {ending} 格式；现有：{known}。"):
            call_command(
                "export_report",
                kind,
                policy="a-policy",
                period="2020Q2",
                output=str(tmp_path / f"b.{ending}"),
            )


@once
def test_every_kind_is_written_in_each_of_its_formats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    builders.an_update(UpdateState.CONFIRMED)
    for kind in kinds.KINDS.values():
        for form in kind.formats:
            output = tmp_path / f"{kind.name}.{form}"
            call_command(
                "export_report",
                kind.name,
                "--policy=a-policy",
                "--period=2020Q2",
                "--department=zgh",
                "--measure=二（一）",
                f"--output={output}",
                stdout=StringIO(),
            )
            assert output.read_bytes().startswith({"pdf": b"%PDF"}.get(form, b"PK"))
    assert sorted(kinds.KINDS) == [
        "breakdown", "brief", "bulletin", "department", "filing", "ledger", "measure", "slip", "status",
    ]  # fmt: skip


@once
def test_what_is_of_the_policy_needs_no_period(tmp_path: Path) -> None:
    output = tmp_path / "a.xlsx"
    told = "请用 --period 指明“技术工人待遇”的填报期；现有：（尚无填报期）"
    builders.a_policy()
    with pytest.raises(CommandError, match=told):
        call_command("export_report", "breakdown", policy="a-policy", output=str(output))
    builders.an_open_period(code="2020Q1")
    builders.a_planned_period(code="2020Q2")
    out = StringIO()
    call_command("export_report", "breakdown", policy="a-policy", output=str(output), stdout=out)
    assert "已导出《提高技术工人待遇实施意见任务分解表》" in out.getvalue()
    with pytest.raises(CommandError, match="请用 --period 指明"):
        call_command("export_report", "ledger", policy="a-policy", output=str(output))


@once
def test_measure_and_length_that_do_not_exist_are_told_with_those_that_do(tmp_path: Path) -> None:
    builders.an_update(UpdateState.CONFIRMED)
    for kind, options, told in (
        ("measure", {}, "请指明举措的编号；现有：二（一）"),
        ("measure", {"measure": "九（九）"}, "没有编号为 九（九） 的举措；现有：二（一）"),
        ("status", {"length": "medium"}, "没有“medium”这种详略；现有：full、brief。"),
    ):
        with pytest.raises(CommandError, match=told):
            call_command(
                "export_report",
                kind,
                policy="a-policy",
                period="2020Q2",
                output=str(tmp_path / "a.pdf"),
                **options,
            )


@once
def test_what_is_too_long_for_paper_is_told_with_the_form_that_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_ROWS_ON_PAPER", 1)
    builders.an_update(UpdateState.CONFIRMED)
    with pytest.raises(CommandError, match=r"有1行以上的表格，不宜打印；请导出Excel，其中内容完整。"):
        call_command(
            "export_report", "ledger", policy="a-policy", period="2020Q2", output=str(tmp_path / "a.pdf")
        )
    assert not list(tmp_path.iterdir())


def test_unknown_policy_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有代码为 a-policy 的政策；现有：（尚未载入政策）"):
        export(tmp_path / "a.pdf")
    builders.an_open_period()
    with pytest.raises(CommandError, match="没有代码为 other 的政策；现有：a-policy"):
        export(tmp_path / "a.pdf", policy="other")


def test_unknown_period_names_those_there_are(tmp_path: Path) -> None:
    builders.an_open_period()
    with pytest.raises(CommandError, match="没有填报期 2020Q3；现有：2020Q2"):
        export(tmp_path / "a.pdf", period="2020Q3")
    builders.a_policy("empty", title="另一政策")
    with pytest.raises(CommandError, match="现有：（尚无填报期）"):
        export(tmp_path / "a.pdf", policy="empty")
    assert Policy.objects.count() == 2


def test_planned_period_has_nothing_to_report(tmp_path: Path) -> None:
    builders.a_planned_period()
    with pytest.raises(CommandError, match="2020年第二季度尚未开启填报"):
        export(tmp_path / "a.pdf")


def test_folder_that_is_missing_and_file_that_is_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="文件夹不存在"):
        export(tmp_path / "nowhere" / "a.pdf")
    with pytest.raises(CommandError, match="应为文件"):
        export(tmp_path)
    with pytest.raises(CommandError, match="文件名过长"):
        export(tmp_path / ("长" * 300))


@once
def test_old_file_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.an_open_period()
    output = tmp_path / "a.pdf"
    output.write_bytes(b"old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CommandError, match=r"无法写入 .*a\.pdf：磁盘已满"):
        export(output)
    assert output.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_machine_without_pango_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_open_period()
    monkeypatch.setattr(pdf, "_loads", lambda name: False)
    pdf._weasyprint.cache_clear()
    try:
        with pytest.raises(CommandError, match="不能生成PDF"):
            export(tmp_path / "a.pdf")
    finally:
        pdf._weasyprint.cache_clear()
    assert list(tmp_path.iterdir()) == []


def test_machine_without_chinese_fonts_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_open_period()
    monkeypatch.setattr(fonts, "none_for_chinese", lambda: True)
    pdf._weasyprint.cache_clear()
    try:
        with pytest.raises(CommandError, match=r"没有安装中文字体，不能生成PDF.*fonts-noto-cjk"):
            export(tmp_path / "a.pdf")
    finally:
        pdf._weasyprint.cache_clear()
    assert list(tmp_path.iterdir()) == []
