"""Reads an official text, shows the whole outline and every problem, and stores it if there is none.

With a file of commitments both are stored or neither. How an office comes to a policy of its own with it is
told in docs/your-own-policy.md.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import translation
from import_export.results import Result
from tablib import Dataset

from departments.models import Department
from departments.sheets import Csv, Workbook
from departments.workbooks import UnreadableFileError
from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand, reason_of
from measures import policy_storage
from measures.models import Commitment, LeadMode, ResponsibilityRole
from measures.numerals import chinese_numeral
from measures.policytext import (
    Clause,
    MeasureOutline,
    NotUtf8Error,
    Outline,
    ParsedText,
    Problem,
    SectionOutline,
    decode,
    made_visible,
    read_policy,
)
from measures.resources import POLICY, CommitmentResource

# As the text has it: docs/domain.md 1.6. None stands for a clause that cannot be read.
LEAD_MODES: dict[LeadMode | None, str] = {
    LeadMode.SINGLE: "单独牵头",
    LeadMode.JOINT: "共同牵头",
    LeadMode.SEPARATE: "分别牵头",
    LeadMode.NONE: "未列明",
    None: "读不出",
}
TABLES: dict[str, type[Csv] | type[Workbook]] = {".csv": Csv, ".xlsx": Workbook}
WHAT_TO_DO = (
    "请对照原件改正文本；“单位不在名录”的，先在后台管理的“单位”中录入该单位，或给已有单位加上这一别名。"
    "改好后再运行一次。"
)


class Command(OfficeCommand):
    help = "读入政策原文：列出全部部分、举措、责任单位和发现的问题；没有问题才存入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="文件", help="政策原文（UTF-8 纯文本）")
        parser.add_argument(
            "--slug", help="政策代码，如 urban-renewal-2020；默认按题名查 fixtures/policies.json"
        )
        parser.add_argument("--short-title", default="", help="政策简称，用于页面和列表；默认为题名")
        parser.add_argument("--coordinator", help="统筹单位的代码或名称；默认为发布通知的单位")
        parser.add_argument(
            "--commitments", metavar="表格", help="量化承诺表（.csv 或 .xlsx，列与后台管理导出的相同）"
        )
        parser.add_argument("--dry-run", action="store_true", help="只试读，不存入")

    def handle(self, *args: Any, **options: Any) -> None:
        source = read_source(Path(options["file"]))
        departments = policy_storage.known_departments()
        if not departments:
            raise CommandError("还没有单位名录。请先运行：python manage.py loaddata departments")
        parsed = read_policy(source, {name: found.name for name, found in departments.items()})
        self.print_lines(outline_lines(parsed.outline))
        self.print_lines(problem_lines(parsed.problems))
        if parsed.problems:
            raise CommandError(f"发现 {len(parsed.problems)} 处问题，没有存入任何内容。{WHAT_TO_DO}")
        if options["commitments"] or not options["dry_run"]:
            self.store(parsed, source, departments, options)
        if options["dry_run"]:
            self.stdout.write("没有发现问题。这次只是试读，没有存入任何内容。")

    def store(
        self, parsed: ParsedText, source: str, departments: dict[str, Department], options: dict[str, Any]
    ) -> None:
        """Text and commitments, or nothing. A dry run stores both as well and takes them back."""
        slug = choose_slug(options["slug"], parsed.outline)
        coordinator = choose_coordinator(options["coordinator"], parsed.outline, departments)
        table = read_table(Path(options["commitments"]), slug) if options["commitments"] else None
        with transaction.atomic():
            result = stored(parsed, source, policy_storage.Naming(slug, options["short_title"]), coordinator)
            imported = import_commitments(table, options["commitments"]) if table is not None else None
            transaction.set_rollback(options["dry_run"])
        if not options["dry_run"]:
            self.print_lines(result_lines(result, slug, coordinator))
        if imported is not None:
            self.stdout.write(imported)

    def print_lines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(made_visible(line))


def read_source(path: Path) -> str:
    try:
        source = decode(path.read_bytes())
    except OSError as error:
        raise CommandError(f"打不开文件 {path}：{reason_of(error)}") from error
    except NotUtf8Error as error:
        raise CommandError(
            f"文件 {path} 不是 UTF-8 编码（第 {error.byte} 个字节读不出）。请另存为 UTF-8 纯文本后再试。"
        ) from error
    if not source.strip():
        raise CommandError(f"文件 {path} 是空的。")
    return source


def stored(
    parsed: ParsedText, source: str, naming: policy_storage.Naming, coordinator: Department
) -> policy_storage.StoredPolicy:
    try:
        return policy_storage.store_policy(parsed, source, naming, coordinator, clock.now())
    except policy_storage.OtherTextError as error:
        raise CommandError(
            f"政策“{naming.slug}”已由另一份文本装入，两份文本不一致，没有作任何改动。"
            "若是另一项政策，请用 --slug 另取代码。"
        ) from error
    except ValidationError as error:
        raise CommandError(f"没有存入任何内容。{'；'.join(refusals(error))}") from error


# --- the file of commitments -----------------------------------------------------------------------


def read_table(path: Path, slug: str) -> Dataset:
    """The rows of the file, all of this policy: another policy's would be changed unseen."""
    kind = TABLES.get(path.suffix.lower())
    if kind is None:
        raise CommandError(f"量化承诺表应为 .csv 或 .xlsx 文件，而不是 {path.name}。没有存入任何内容。")
    try:
        with translation.override("zh-hans"):
            dataset = kind().create_dataset(path.read_bytes())
    except OSError as error:
        raise CommandError(f"打不开文件 {path}：{reason_of(error)}") from error
    except UnreadableFileError as error:
        raise CommandError(f"量化承诺表 {path.name} 读不出，没有存入任何内容。{error}") from error
    policies = dataset[POLICY] if POLICY in dataset.headers else []
    for number, found in enumerate(policies, start=2):
        if found not in {slug, "", None}:
            raise CommandError(
                f"量化承诺表 {path.name} 第 {number} 行的政策是“{found}”，不是“{slug}”。没有存入任何内容。"
            )
    return dataset


def import_commitments(dataset: Dataset, name: str) -> str:
    """Stores the rows by the way of every file and says how many; raises CommandError with every fault."""
    with translation.override("zh-hans"):
        try:
            result = CommitmentResource().import_data(
                dataset, file_name=Path(name).name, rollback_on_validation_errors=True
            )
        except UnreadableFileError as error:
            raise CommandError(f"量化承诺表读不出，没有存入任何内容。{error}") from error
    if faults := list(faults_of(result)):
        raise CommandError("量化承诺表有误，政策和承诺都没有存入：\n" + "\n".join(faults))
    totals = result.totals
    return f"量化承诺表：新增 {totals['new']} 项，修改 {totals['update']} 项，不变 {totals['skip']} 项。"


def faults_of(result: Result) -> Iterator[str]:
    for row in result.invalid_rows:
        for column, sentences in row.error_dict.items():
            yield f"  第 {row.number + 1} 行 {column}：{''.join(sentences)}"
    for error in result.base_errors:
        yield f"  {error.error}"
    for number, errors in result.row_errors():
        yield f"  第 {number + 1} 行：{'；'.join(str(error.error) for error in errors)}"


def refusals(error: ValidationError) -> Iterator[str]:
    """Each with the option that mends it, where there is one."""
    if not hasattr(error, "error_dict"):
        yield from error.messages
        return
    for field, messages in error.message_dict.items():
        yield ("--slug：" if field == "slug" else "") + "".join(messages)


def choose_slug(given: str | None, outline: Outline) -> str:
    slug = given or policy_storage.known_policy(outline.title).get("slug")
    if not slug:
        raise CommandError(
            f"不知道《{outline.title}》的政策代码，请用 --slug 指明"
            "（小写字母、数字和连字符，如 urban-renewal-2020）。"
        )
    return slug


def choose_coordinator(given: str | None, outline: Outline, departments: dict[str, Department]) -> Department:
    """The department named by slug, name or alias; else the one that heads the notice."""
    if given:
        by_slug = {department.slug: department for department in departments.values()}
        if found := departments.get(given) or by_slug.get(given):
            return found
        raise CommandError(
            f"单位名录中没有“{given}”。--coordinator 写单位的代码、名称或别名；"
            "新单位先在后台管理的“单位”中录入或导入。"
        )
    issuer = outline.notice.issuer if outline.notice else ""
    if found := departments.get(issuer):
        return found
    reason = f"发布通知的“{issuer}”不在单位名录中" if issuer else "原文没有写明发布通知的单位"
    raise CommandError(f"{reason}，请用 --coordinator 指明统筹单位。")


# --- what is shown ---------------------------------------------------------------------------------


def outline_lines(outline: Outline) -> Iterator[str]:
    draft = "（征求意见稿）" if outline.status == "draft_for_comment" else ""
    yield f"政策：{outline.title or '（没有读到题名）'}{draft}"
    yield f"依据：{outline.basis or '未列明'}"
    yield from notice_lines(outline)
    yield f"导语：{len(outline.preamble)} 字"
    if outline.general_requirements:
        yield ""
        yield f"一、总体要求（{len(outline.general_requirements)} 字，没有举措）"
    for section in outline.sections:
        yield ""
        yield f"{chinese_numeral(section.ordinal)}、{section.title}（{len(section.measures)} 项举措）"
        for measure in section.measures:
            yield from measure_lines(section, measure)
    yield ""
    if unnamed := [code for code, measure in outline.measures if measure.clause is None]:
        yield f"未列明责任单位的举措：{'、'.join(unnamed)}。"
    yield totals(outline)


def notice_lines(outline: Outline) -> Iterator[str]:
    if not (notice := outline.notice):
        yield "通知：无"
        return
    consultation = notice.consultation
    yield f"通知：{notice.title}"
    yield f"征求意见：{consultation.start or '未列明'} 至 {consultation.end or '未列明'}"
    yield f"原文：{consultation.wording or '未列明'}"
    yield f"电子邮件：{consultation.email or '未列明'}"
    yield f"邮寄地址：{consultation.address or '未列明'}"
    yield f"联系电话：{consultation.phone or '未列明'}"


def measure_lines(section: SectionOutline, measure: MeasureOutline) -> Iterator[str]:
    yield f"  {section.code(measure)} {measure.title}（正文 {len(measure.text)} 字）"
    yield f"    牵头方式：{LEAD_MODES[measure.lead_mode]}"
    clause = measure.clause or Clause("")
    if clause.leads:
        yield f"    {clause.label}：{'、'.join(clause.leads)}"
    if clause.participants:
        yield f"    参与单位：{'、'.join(clause.participants)}"
    if clause.text and clause.lead_mode is None:
        yield f"    原文：{clause.text}"


def totals(outline: Outline) -> str:
    links = [link for _, measure in outline.measures if measure.clause for link in measure.clause.links]
    leads = sum(1 for role, _, _ in links if role == ResponsibilityRole.LEAD)
    return (
        f"共 {len(outline.measures)} 项举措，分 {len(outline.sections)} 个部分；"
        f"责任 {len(links)} 条（牵头 {leads} 条、参与 {len(links) - leads} 条），"
        f"涉及 {len({name for _, _, name in links})} 个单位。"
    )


def problem_lines(problems: tuple[Problem, ...]) -> Iterator[str]:
    if problems:
        yield ""
        yield f"发现 {len(problems)} 处问题："
    for number, problem in enumerate(problems, 1):
        yield f"{number}. 第 {problem.line} 行第 {problem.column} 列 [{problem.kind}] {problem.message}"
        yield f"   原样：{problem.excerpt}"
        if problem.hint != problem.excerpt:
            yield f"   去注音、转简体：{problem.hint}"


def result_lines(result: policy_storage.StoredPolicy, slug: str, coordinator: Department) -> Iterator[str]:
    if not result.created:
        stored = result.edition.policy.coordinator
        kept = "" if stored == coordinator else f"统筹单位仍为{stored.name}，没有改为{coordinator.name}。"
        yield f"政策“{slug}”早已由同一文本装入，没有变化。{kept}"
        return
    count = Commitment.objects.filter(measure__section__edition=result.edition).count()
    yield f"已存入政策“{slug}”，统筹单位：{coordinator.name}；可量化或有时限的承诺 {count} 项。"
    if not count:
        yield "承诺可在后台管理的“量化承诺”中录入或导入，也可加上 --commitments 再运行一次。"
    for wording in result.left_out:
        yield f"注意：原文中没有这一承诺的原话，未存入：{wording}"
