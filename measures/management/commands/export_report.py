"""Writes a report to a file: for printing rooms, archives and whoever has no browser at hand."""

import os
import stat
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation

from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand, reason_of
from measures import summaries
from measures.models import PeriodState, Policy, ReportingPeriod
from measures.reports.documents import Document, UnknownPartError
from measures.reports.kinds import KINDS, Asked, Kind, kind_of
from measures.reports.pdf import PdfUnavailable
from measures.reports.status import FULL, LENGTHS


class Command(OfficeCommand):
    help = (
        "导出文件：export_report status --policy skilled-workers-2019 --period 2020Q2 --output 文件.pdf；"
        "格式按扩展名，如 export_report ledger … --output 台账.xlsx"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=f"报告种类，现有：{'、'.join(KINDS)}")
        parser.add_argument("--policy", help="政策代码，如 skilled-workers-2019；不写则列出现有政策")
        parser.add_argument(
            "--period", help="填报期，如 2020Q2（季度）、2020M06（月）、2020H1（半年）；不写则列出现有的"
        )
        parser.add_argument("--department", default="", help="单位代码，如 zgh；单位报告须指明")
        parser.add_argument("--measure", default="", help="举措编号，如 二（四）；举措专页须指明")
        parser.add_argument(
            "--length", default=FULL, help=f"落实情况报告的详略：{'、'.join(LENGTHS)}（只列概述）"
        )
        parser.add_argument(
            "--output",
            required=True,
            help="写入的文件，格式按扩展名（.pdf、.docx、.xlsx）；已有同名文件将被替换",
        )
        parser.add_argument("--to", default="", help="主送机关；默认用设置 REPORT_ADDRESSEE")

    def handle(self, *args: Any, **options: Any) -> None:
        output = Path(options["output"])
        try:
            with translation.override("zh-hans"):
                kind = kind_of(options["kind"])
                form = kind.format_of(output.suffix.lower().lstrip("."))
        except UnknownPartError as error:
            raise CommandError(str(error)) from error
        check_place(output)
        period = opened_period(options["policy"], options["period"], latest=kind.of_the_policy)
        asked = Asked(
            period,
            clock.today(),
            demo=clock.demo_date() is not None,
            addressee=options["to"],
            department=options["department"],
            measure=options["measure"],
            length=options["length"],
        )
        report, content = made(kind, asked, form)
        try:
            write_whole(output, content)
        except OSError as problem:
            raise CommandError(f"无法写入 {output}：{reason_of(problem)}") from problem
        self.stdout.write(f"已导出《{report.title}》：{output}（{len(content) / 1024:.0f} KB）")


def made(kind: Kind, asked: Asked, form: str) -> tuple[Document, bytes]:
    """CommandError says in a sentence why there is none."""
    try:
        report = kind.build(asked)
        return report, kind.file_of(report, form)
    except summaries.SnapshotError as problem:
        raise CommandError(f"{problem}请运行 manage.py verify_record。") from problem
    except (UnknownPartError, PdfUnavailable) as problem:
        raise CommandError(str(problem)) from problem


def check_place(output: Path) -> None:
    """Before the long work: a file can be written there."""
    try:
        if not is_folder(output.parent):
            raise CommandError(f"文件夹不存在：{output.parent}")
        if is_folder(output):
            raise CommandError(f"--output 应为文件，而不是文件夹：{output}")
    except OSError as problem:
        raise CommandError(f"无法写入 {output}：{reason_of(problem)}") from problem


def is_folder(path: Path) -> bool:
    """Raises OSError where it cannot be known; Path.is_dir of Python 3.14 answers False."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def chosen_policy(slug: str | None) -> Policy:
    """Never one that nobody named: CommandError lists what there is."""
    if policy := Policy.objects.filter(slug=slug).first():
        return policy
    rows = Policy.objects.values_list("slug", "short_title")
    known = "、".join(f"{code}（{title}）" for code, title in rows) or "（尚未载入政策）"
    if slug:
        raise CommandError(f"没有代码为 {slug} 的政策；现有：{known}")
    raise CommandError(f"请用 --policy 指明政策的代码；现有：{known}")


def opened_period(slug: str | None, code: str | None, *, latest: bool = False) -> ReportingPeriod:
    """With what a reading needs. CommandError names what there is when there is no such thing.

    `latest`: without a code it is the one that was opened last.
    """
    policy = chosen_policy(slug)
    periods = ReportingPeriod.objects.filter(policy=policy).select_related("policy__coordinator", "edition")
    opened = periods.exclude(state=PeriodState.PLANNED).order_by("starts_on")
    period = opened.last() if latest and not code else periods.filter(code=code).first()
    if period is None:
        known = "、".join(periods.order_by("starts_on").values_list("code", flat=True)) or "（尚无填报期）"
        told = f"没有填报期 {code}" if code else f"请用 --period 指明“{policy.short_title}”的填报期"
        raise CommandError(f"{told}；现有：{known}")
    if period.state == PeriodState.PLANNED:
        raise CommandError(f"{period.name}尚未开启填报，没有可报告的内容。")
    return period


def write_whole(output: Path, content: bytes) -> None:
    """All of it or nothing: an old file stays until the new one is complete."""
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
