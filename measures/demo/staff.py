"""Who stands in, who leaves, and who is in charge of what in the demo? Acts on people, each on its day.

The dates of the record of accounts are those of the demo, as if somebody had done it then.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Final

from departments import accounts
from departments.actors import Actor
from departments.models import Department
from measures.demo.data import OFFICE_TIME
from measures.demo.people import DEPUTY, FORMER, DemoPeople
from measures.models import HeldText, Message, Policy, ProgressUpdate, Section, SelfAssessment, Situation
from measures.workflow import department_changes, handovers, memberships, portfolios
from measures.workflow.memberships import Span

Action = Callable[[datetime], object]

LEADER: Final = "city-leader"
# By policy: who gives the portfolio, and the section and the department that it is of.
PORTFOLIOS: Final = (
    ("skilled-workers-2019", "rsj-clerk", 4, "jyj"),
    ("urban-renewal-2020", "zjj-clerk", 3, "mzj"),
)
STANDS_IN: Final = Span(date(2020, 6, 29), date(2020, 7, 10))
LAST_DAY: Final = date(2020, 6, 30)
# What was typed and not saved by whoever left: the department, and the measure by section and number.
UNSAVED: Final = ("2020Q2", 2, 4, "已走访困难企业技术工人家庭26户，")
CONTACT: Final = ("gsl", "联络员（会员服务部）", "0316-5550231")


def acts_of(people: DemoPeople) -> Iterator[tuple[datetime, Action]]:
    """Each with its moment."""
    for policy, clerk, section, department in PORTFOLIOS:
        yield _at(2020, 3, 24, 10), partial(_put_in_charge, people, policy, clerk, section, department)
    yield _at(2020, 5, 14, 11), partial(_change_contact, people)
    yield _at(2020, 6, 17, 17), _read_the_inboxes
    yield _at(2020, 6, 24, 9), partial(_name_deputy, people)
    yield _at(2020, 6, 30, 11), partial(_type_without_saving, people)
    yield _at(2020, 6, 30, 16), partial(_hand_over, people)


def _at(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, 35, tzinfo=OFFICE_TIME)


def _actor(people: DemoPeople, username: str, at: datetime) -> Actor:
    """With what the rules about people ask of it besides: of which policies it keeps the office."""
    return Actor.load(people.users[username], at.date())


def _put_in_charge(
    people: DemoPeople, policy: str, clerk: str, section: int, department: str, at: datetime
) -> None:
    row, actor = Policy.objects.select_related("coordinator").get(slug=policy), _actor(people, clerk, at)
    of = (
        Section.objects.get(edition__policy=row, ordinal=section),
        Department.objects.get(slug=department),
    )
    with accounts.recorded_at(at):
        for one in of:
            portfolios.give_portfolio(actor, row, people.users[LEADER], one, Span(at.date()), None)


def _change_contact(people: DemoPeople, at: datetime) -> None:
    slug, contact, telephone = CONTACT
    policy = Policy.objects.select_related("coordinator").get(slug=PORTFOLIOS[0][0])
    department = Department.objects.get(slug=slug)
    clerk = _actor(people, "rsj-clerk", at)
    department_changes.change_contact(clerk, policy, department, contact, telephone, at)


def _read_the_inboxes(at: datetime) -> None:
    """Before the last quarter opens: nobody's inbox holds what was told in quarters that are over."""
    Message.objects.filter(read_at=None).update(read_at=at)


def _name_deputy(people: DemoPeople, at: datetime) -> None:
    username, slug, _name = DEPUTY
    reviewer, department = _actor(people, f"{slug}-reviewer", at), Department.objects.get(slug=slug)
    with accounts.recorded_at(at):
        memberships.name_deputy(reviewer, people.users[username], department, STANDS_IN, None, at)
    people.reload(username)


def _type_without_saving(people: DemoPeople, at: datetime) -> None:
    """As the form keeps it a second after the last key (docs/domain.md 4.15)."""
    username, slug, _name = FORMER
    period, section, measure, words = UNSAVED
    update = ProgressUpdate.objects.get(
        period__code=period,
        department__slug=slug,
        measure__section__ordinal=section,
        measure__ordinal=measure,
    )
    fields = {
        "version": str(update.version),
        "situation": Situation.PROGRESS.value,
        "self_assessment": SelfAssessment.NORMAL.value,
        "progress": words,
    }
    HeldText.objects.create(
        user=people.users[username], update=update, page="demo", fields=fields, kept_at=at
    )


def _hand_over(people: DemoPeople, at: datetime) -> None:
    username, slug, _name = FORMER
    department, users = Department.objects.get(slug=slug), people.users
    asked = handovers.Handover(department, users[username], users[f"{slug}-reporter"], LAST_DAY)
    with accounts.recorded_at(at):
        handovers.hand_over(_actor(people, f"{slug}-reviewer", at), asked, None, at)
    people.reload(username)
