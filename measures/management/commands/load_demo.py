"""Fills an empty office with the demonstration: people, what became of two policies, the date it stands at.

A database in which anybody works is never touched; over its own demo it changes nothing.
"""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from departments.models import DemoMode, Department, Membership, Role, Succession, User, WorkingDay
from departments.workdays import CalendarMissing
from langfang_policy import clock
from langfang_policy.management.office import OfficeCommand
from measures import demo, summaries
from measures.demo import DemoData
from measures.models import (
    Act,
    Closure,
    CoordinationMatter,
    Event,
    InterimTarget,
    LightColour,
    Measure,
    MeasureState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    UpdateState,
)
from measures.workflow.errors import WorkflowError

# What the acts of the script meet in an office that is arranged otherwise.
MISFITS = (LookupError, ObjectDoesNotExist, PermissionDenied, ValidationError, WorkflowError)
CHANGED_DUTIES = Q(designated=True) | Q(valid_from__isnull=False) | Q(valid_to__isnull=False)
WHAT_IS_COUNTED = (
    "一条填报：一个责任单位就一项举措报一期"
    " · An update: what one department owes on one measure in one period"
)
# What must not be there yet, as little as a policy of the office's own: rows that people or the office made.
OTHERS = (
    ("人员账号", User.objects),
    ("任职", Membership.objects),
    ("承接关系", Succession.objects),
    ("指定或有起止日期的责任", Responsibility.objects.filter(CHANGED_DUTIES)),
    ("已有进展或变动的举措", Measure.objects.exclude(state=MeasureState.NOT_STARTED)),
    ("填报期", ReportingPeriod.objects),
    ("进展填报", ProgressUpdate.objects),
    ("需协调事项", CoordinationMatter.objects),
    ("办结申请", Closure.objects),
    ("阶段目标", InterimTarget.objects),
    ("办理记录", Event.objects.exclude(act=Act.LOAD_POLICY)),
)


class Command(OfficeCommand):
    help = "装入演示数据：人员与两项政策的虚构进展。只用于仅有单位、工作日、政策和承诺的数据库。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", action="store_true", help="只列出演示数据中可登录的人员")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.forget()
        if DemoMode.objects.exists():
            if not options["people"]:
                self.stdout.write(
                    "这个数据库已装有演示数据，没有作任何改动。"
                    " · The demo is in this database already, nothing was changed."
                )
        elif options["people"]:
            raise CommandError("这个数据库没有演示数据。装入请运行：python manage.py load_demo")
        else:
            self.load()
        self.print_lines(people_lines())

    def load(self) -> None:
        policies = demo.read_demo_data()
        refuse_what_is_not_ready(policies)
        self.tell(WHAT_IS_COUNTED)
        with transaction.atomic(), translation.override("zh-hans"):
            try:
                demo.simulate(policies, demo.make_people(), self.tell)
            except CalendarMissing as error:
                raise CommandError(f"没有装入任何内容。{error}") from error
            except MISFITS as error:
                raise CommandError(
                    "政策的统筹单位、期限、举措、责任或承诺与演示脚本不符（可能已被改动），没有装入任何内容。"
                    f"请在新数据库中重新装入政策后再试。程序所报：{reason_of_misfit(error)}"
                ) from error
            DemoMode.objects.create(pk=1, on=demo.DEMO_DATE)
        clock.forget()
        for policy in Policy.objects.all():
            self.print_lines(summary_lines(policy))

    def tell(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def print_lines(self, updates: Iterator[str]) -> None:
        for update in updates:
            self.stdout.write(update)


def reason_of_misfit(error: Exception) -> str:
    return "；".join(error.messages) if isinstance(error, ValidationError) else str(error)


def needed(told: Sequence[DemoData]) -> list[tuple[str, QuerySet[Any], str]]:
    """What the demo needs, and the command that brings it."""
    policies = [
        (
            f"政策{row.policy}及其承诺",
            Policy.objects.filter(slug=row.policy),
            f"load_policy {' '.join(row.load)}",
        )
        for row in told
    ]
    bodies, more = Department.objects.all(), Department.objects.filter(slug="zjj")
    return [
        ("单位名录", bodies, "loaddata departments"),
        ("第二项政策的单位", more, "loaddata urban-renewal-departments"),
        ("工作日表", WorkingDay.objects.all(), "load_calendar"),
        *policies,
    ]


def refuse_what_is_not_ready(told: Sequence[DemoData]) -> None:
    """Raises CommandError with all that is missing, or all that is there and should not be."""
    if missing := [(label, command) for label, rows, command in needed(told) if not rows.exists()]:
        steps = "\n".join(f"  python manage.py {command}" for _label, command in missing)
        raise CommandError(
            f"还没有{'、'.join(label for label, _command in missing)}。请先依次运行：\n{steps}"
        )
    others = ("另外的政策", Policy.objects.exclude(slug__in=[row.policy for row in told]))
    if found := [f"{label} {count} 条" for label, rows in (others, *OTHERS) if (count := rows.count())]:
        raise CommandError(
            f"这个数据库已在使用（{'、'.join(found)}），没有装入演示数据。"
            "演示数据只装入仅有单位、工作日、政策和承诺的数据库。"
        )


def summary_lines(policy: Policy) -> Iterator[str]:
    """The figures of the open period, as the overview shows them, in both languages."""
    period = policy.periods.select_related("policy__coordinator", "edition").get(state="open")
    summary = summaries.read_period(period, clock.today()).summary
    filing, on = summary.filing, summary.as_of.isoformat()
    added = Event.objects.filter(act=Act.ADD_DUTY, update__period=period).count()
    share = f"{filing.on_time}/{filing.owed}"
    with translation.override("zh-hans"):
        lights, states = lights_and_states(summary, "、")
        yield f"{policy.short_title} {period.name}（截至 {on}）：举措 {summary.measure_count} 项，{lights}。"
    yield (
        f"应报 {filing.owed} 条（开启后新增责任 {added} 条），按时 {filing.on_time}、迟报 {filing.late}、"
        f"未报 {filing.missing}；另有免报 {filing.waived} 条。及时率 {filing.rate}（{share}）。"
    )
    yield f"状态：{states}。需协调事项 {summary.matter_count} 项。"
    with translation.override("en"):
        lights, states = lights_and_states(summary, ", ")
        yield f"{policy.slug} {period.name} (as of {on}): measures {summary.measure_count}, {lights}."
    yield (
        f"Updates owed {filing.owed} (by duties that began since the opening: {added}), on time "
        f"{filing.on_time}, late {filing.late}, not filed {filing.missing}; waived besides {filing.waived}. "
        f"Rate of filing on time {filing.rate} ({share})."
    )
    yield f"States: {states}. Coordination matters {summary.matter_count}."


def lights_and_states(summary: summaries.PeriodSummary, between: str) -> tuple[str, str]:
    """How many measures have which light and how many updates which state, in the language of the moment."""
    states = [update.state for _row, update in summary.updates()]
    lights = between.join(f"{colour.label} {summary.counts[colour]}" for colour in LightColour)
    return lights, between.join(f"{one.label} {states.count(one)}" for one in UpdateState if one in states)


def people_lines() -> Iterator[str]:
    """Who can sign in: the office's people by name, the departments' by their pattern. In both languages."""
    departments = Membership.objects.values("department").distinct().count()
    day = clock.today().isoformat()
    yield (
        f"演示日期停在 {day}。登录页可直接选人进入，也可输入密码登录："
        f" · The demo stands still on {day}. Step in on the sign-in page, or sign in with a password:"
    )
    yield f"  演示人员的密码同为 {demo.PASSWORD} · everybody's password is {demo.PASSWORD}"
    yield (
        f"  {departments} 个单位各有填报人和审核人，如 zgh-reporter、zgh-reviewer"
        f" · {departments} departments have a reporter and a reviewer each, like zgh-reporter, zgh-reviewer"
    )
    yield "  另有 · besides:"
    by_pattern = ("-reporter", "-reviewer")
    for user in User.objects.order_by("pk").prefetch_related("memberships__department"):
        if not user.username.endswith(by_pattern):
            yield f"  {user.username}（{user.name}） · {roles_in_english(user)}"


def roles_in_english(user: User) -> str:
    """What this person may do on the demo's day, with the short codes of the departments."""
    if user.is_superuser:
        return "administrator"
    held: dict[str, list[str]] = {}
    today = clock.today()
    for row in user.memberships.all():
        if row.valid_from <= today and (row.valid_to is None or today <= row.valid_to):
            with translation.override("en"):
                label = str(Role(row.role).label)
            held.setdefault(label, []).append(row.department.slug)
    said = [f"{label} of {' and '.join(slugs)}" for label, slugs in held.items()]
    return ", ".join(said) or "has left: no role any more"
