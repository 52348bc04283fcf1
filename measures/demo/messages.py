"""What people are told in the demo: the office's announcement, its slips and an answer, and what nights tell.

In each period that the demo leaves open, by the real acts and the nightly command's own function.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

from departments.actors import Actor
from measures import summaries
from measures.demo.data import DEMO_DATE, OFFICE_TIME, Office
from measures.models import PeriodState, ReportingPeriod, Urge
from measures.workflow import announcements, reminders, urges

Who = Callable[[str, datetime], Actor]
Action = Callable[[datetime], object]

TITLE: Final = "报送本期进展的提醒"
TEXT: Final = (
    "请各单位按期报送本期进展。数据有变化的，请在“存在问题”中说明原因；需要协调的，请写明建议由谁办理。"
)
# How many days before the demo date the office urges; how many departments, the first in the order of the
# document (None: all of them); how many of them sign for their slip, and what the first of these answer.
ROUNDS: Final = (
    (-7, 2, 1, ("材料正在核实，三日内报送。",)),
    (-3, 3, 2, ("经办人已返岗，待分管领导审定后报送。",)),
    (-1, None, 3, ("数据正在核对，7月13日前报送。", "负责人外出，回来即审定报送。")),
)
# So many nights before the demo date tell of days.
NIGHTS: Final = 12


def acts_of(period: ReportingPeriod, office: Office, actor: Who) -> Iterator[tuple[datetime, Action]]:
    """What is done in an open period, each with its moment."""
    yield demo_moment(-9, 9), partial(_announce, period, office, actor)
    for days, urged, signed, answers in ROUNDS:
        yield demo_moment(days, 10), partial(_urge, period, office, actor, urged)
        yield demo_moment(days, 15), partial(_answer, period, actor, signed, answers)


def nightly_commands() -> Iterator[tuple[datetime, Action]]:
    """The nightly commands, of all policies at once: what they tell, and which lights the day has changed."""
    for days in range(-NIGHTS, 1):
        yield demo_moment(days, 2), reminders.remind
        yield demo_moment(days, 3), _follow_lights


def _follow_lights(at: datetime) -> None:
    """Of what is open, so that the lights of the days after it change where people see it."""
    opened = ReportingPeriod.objects.filter(state=PeriodState.OPEN)
    for period in opened.select_related("policy__coordinator", "edition"):
        summaries.refresh(period, at.date())


def demo_moment(days: int, hour: int) -> datetime:
    """So many days from the demo date."""
    return datetime.combine(DEMO_DATE + timedelta(days=days), time(hour, 25), OFFICE_TIME)


def _announce(period: ReportingPeriod, office: Office, actor: Who, at: datetime) -> None:
    announcements.announce(actor(office.clerk, at), period.policy, TITLE, TEXT, at)


def _urge(period: ReportingPeriod, office: Office, actor: Who, number: int | None, at: datetime) -> None:
    missing = urges.missing_departments(period, at.date())[:number]
    if missing:
        urges.urge(actor(office.clerk, at), period, [row.department for row in missing], at)


def _answer(period: ReportingPeriod, actor: Who, signed: int, answers: Sequence[str], at: datetime) -> None:
    """By the reporters of the departments that were urged that day."""
    slips = Urge.objects.filter(period=period, day=at.date()).for_display().order_by("number")
    for place, slip in enumerate(slips[:signed]):
        reporter = actor(f"{slip.department.slug}-reporter", at)
        if place < len(answers):
            urges.answer(reporter, slip, answers[place], at)
        else:
            urges.sign(reporter, slip, at)
