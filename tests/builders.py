"""Small worlds made by hand: a policy, a measure, an open period, an update in any state.

Every row is valid; what matters to a test is said in the call. Updates reach their state through the real
acts. The people who act are in cast.py. What writes rows and does nothing else is `retold` (retold.py).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db.models import Model

from departments.actors import Actor
from departments.models import User, WorkingDay
from measures import duties
from measures.models import (
    Act,
    AnswerKind,
    CalendarPeriod,
    Commitment,
    CommitmentCycle,
    CommitmentKind,
    CommitmentSubject,
    Edition,
    EditionStatus,
    HeldText,
    LeadMode,
    Measure,
    Message,
    MessageKind,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReceivedBy,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    Revision,
    Section,
    UpdateState,
    Urge,
    UrgeLevel,
    UrgeReceipt,
)
from measures.pages import held_text
from measures.workflow import updates
from measures.workflow.receipts import Receipt
from measures.workflow.telling import message
from measures.workflow.texts import Text
from tests import cast
from tests.cast import DAY, a_department, the_office
from tests.retold import retold

S = UpdateState
# In 2020Q2, of which the tests tell: opened in time, written on DAY.
OPENED = date(2020, 6, 28)
PARTICIPANTS_DUE = date(2020, 7, 2)
LEADS_DUE = date(2020, 7, 7)
CHECK_DUE = date(2020, 7, 10)
GRACE_ENDS = date(2020, 7, 14)


def moment(day: date = DAY, hour: int = 10) -> datetime:
    """An instant of the office's day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


@retold
def a_working_calendar(first: date = date(2020, 6, 1), last: date = date(2020, 8, 31)) -> None:
    """The summer of 2020 as it was worked: no day off but weekends and the Dragon Boat Festival."""
    off = {date(2020, 6, 25), date(2020, 6, 26)}
    worked = {date(2020, 6, 28)}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    WorkingDay.objects.bulk_create(
        WorkingDay(date=day, is_working=day in worked or (day.weekday() < 5 and day not in off))
        for day in days
    )


@retold
def rows_of_fixtures(*names: str) -> None:
    """As `loaddata` writes them."""
    call_command("loaddata", *names, verbosity=0)


# --- what ----------------------------------------------------------------------------------------


@retold
def a_policy(slug: str = "a-policy", **changes: Any) -> Policy:
    """The same slug is the same policy."""
    usual = {
        "title": "关于提高技术工人待遇的实施意见",
        "short_title": "技术工人待遇",
        "coordinator": the_office,  # asked only for a policy that is new
    }
    policy, _new = Policy.objects.get_or_create(slug=slug, defaults={**usual, **changes})
    return policy


@retold
def an_edition(policy: Policy | None = None, number: int = 1, **changes: Any) -> Edition:
    """The same number is the same edition."""
    policy = policy or a_policy()
    source = f"{policy.title} {number}"
    usual = {
        "status": EditionStatus.DRAFT_FOR_COMMENT,
        "title": policy.title,
        "source_text": source,
        "source_sha256": sha256(source.encode()).hexdigest(),
    }
    edition, _new = policy.editions.get_or_create(number=number, defaults={**usual, **changes})
    return edition


@retold
def a_section(edition: Edition | None = None, ordinal: int = 2, title: str = "政策保障") -> Section:
    section, _new = Section.objects.get_or_create(
        edition=edition or an_edition(), ordinal=ordinal, defaults={"title": title}
    )
    return section


@retold
def a_measure(
    leads: Iterable[str] = ("zgh",),
    participants: Iterable[str] = (),
    lead_mode: LeadMode | None = None,
    section: Section | None = None,
    **changes: Any,
) -> Measure:
    """The next measure of its section. Leads and participants are slugs in the order of the clause."""
    leads, participants = list(leads), list(participants)
    section = section or a_section()
    ordinal = section.measures.count() + 1
    mode = lead_mode or (
        LeadMode.NONE if not leads else LeadMode.JOINT if len(leads) > 1 else LeadMode.SINGLE
    )
    named = mode != LeadMode.NONE
    usual = {
        "ordinal": ordinal,
        "title": f"举措{ordinal}",
        "text": "组织开展全市劳动和技能竞赛。",
        "clause_text": f"（牵头单位：{'、'.join(leads)}）" if named else "",
        "clause_label": "牵头单位" if named else "",
        "lead_mode": mode,
    }
    measure = Measure.objects.create(section=section, **{**usual, **changes})
    for role, slugs in ((ResponsibilityRole.LEAD, leads), (ResponsibilityRole.PARTICIPANT, participants)):
        for position, slug in enumerate(slugs, start=1):
            a_responsibility(measure, slug, role, position)
    return measure


@retold
def a_responsibility(
    measure: Measure,
    slug: str,
    role: ResponsibilityRole = ResponsibilityRole.PARTICIPANT,
    position: int = 1,
    **changes: Any,
) -> Responsibility:
    return Responsibility.objects.create(
        measure=measure, department=a_department(slug), role=role, position=position, **changes
    )


@retold
def a_commitment(measure: Measure, *subjects: str, **changes: Any) -> Commitment:
    """A number that must be reached once, for each subject or, with none, for the whole."""
    usual = {
        "position": measure.commitments.count() + 1,
        "kind": CommitmentKind.NUMBER,
        "label": "技能竞赛",
        "wording": "组织开展全市劳动和技能竞赛",
        "answer": AnswerKind.NUMBER,
        "floor": Decimal(1),
        "cycle": CommitmentCycle.ONCE,
    }
    commitment = Commitment.objects.create(measure=measure, **{**usual, **changes})
    for position, name in enumerate(subjects or [""], start=1):
        CommitmentSubject.objects.create(commitment=commitment, position=position, name=name)
    return commitment


# --- when ----------------------------------------------------------------------------------------


@retold
def a_planned_period(edition: Edition | None = None, code: str = "2020Q2", **changes: Any) -> ReportingPeriod:
    """2020Q2 with its real dates; another period has the same ones so many months away."""
    edition = edition or an_edition()
    months, span = _months_from_2020q2(code), CalendarPeriod.of(code)
    usual = {
        "starts_on": span.starts_on,
        "ends_on": span.ends_on,
        "participant_due_on": _months_later(PARTICIPANTS_DUE, months),
        "lead_due_on": _months_later(LEADS_DUE, months),
        "check_due_on": _months_later(CHECK_DUE, months),
        "grace_ends_on": _months_later(GRACE_ENDS, months),
    }
    return ReportingPeriod.objects.create(
        policy=edition.policy, edition=edition, code=code, **{**usual, **changes}
    )


@retold
def an_open_period(edition: Edition | None = None, code: str = "2020Q2", **changes: Any) -> ReportingPeriod:
    """Open, with an update for every duty of the measures there are; the same code is the same period.

    What came since it was opened owes its updates now: ask again after making a measure.
    """
    edition = edition or an_edition()
    period = ReportingPeriod.objects.filter(edition=edition, code=code).first()
    if period is None:
        opened_at = moment(_months_later(OPENED, _months_from_2020q2(code)))
        usual = {"state": PeriodState.OPEN, "opened_at": opened_at}
        period = a_planned_period(edition, code, **{**usual, **changes})
    owed = duties.duties_for_period(period, DAY)
    known = set(period.updates.values_list("measure", "department"))
    duties.create_updates(
        period, [duty for duty in owed if (duty.measure.pk, duty.department.pk) not in known]
    )
    return period


def _months_from_2020q2(code: str) -> int:
    """From the end of the one to the end of the other."""
    span = CalendarPeriod.of(code)
    return 12 * (span.year - 2020) + span.last_month - 6


def _months_later(day: date, months: int) -> date:
    index = 12 * day.year + day.month - 1 + months
    return date(index // 12, index % 12 + 1, day.day)


def set_period_state(period: ReportingPeriod, state: PeriodState) -> None:
    """The state without the act: for tests of what a period's state allows."""
    period.state = state
    period.opened_at = None if state == PeriodState.PLANNED else period.opened_at or moment(OPENED)
    frozen = state in {PeriodState.CLOSED, PeriodState.ARCHIVED}
    period.closed_at = moment(GRACE_ENDS) if frozen else None
    period.save()


# --- updates ---------------------------------------------------------------------------------------


def a_text(headline: str = "举办全市职业技能竞赛2场", **changes: Any) -> Text:
    return Text(headline=headline, **changes)


def a_receipt(sender: str = "李建国", on: date = DAY) -> Receipt:
    return Receipt(sender, ReceivedBy.TELEPHONE, on)


def update_of(measure: Measure, slug: str, code: str = "2020Q2") -> ProgressUpdate:
    """The update that a department owes on the measure, with what the acts ask of it loaded."""
    return ProgressUpdate.objects.with_context().get(
        measure=measure, department__slug=slug, period__code=code
    )


@retold
def an_update(
    state: UpdateState = S.DUE,
    *,
    slug: str = "zgh",
    measure: Measure | None = None,
    code: str = "2020Q2",
    text: Text | None = None,
    at: datetime | None = None,
) -> ProgressUpdate:
    """An update of `slug`, brought to `state` by the people of the cast, all at one instant."""
    measure = measure or a_measure(leads=(slug,))
    an_open_period(measure.section.edition, code)
    return brought_to(state, update_of(measure, slug, code), text=text, at=at)


# By the shortest way.
BEFORE = {S.RETURNED: S.IN_REVIEW, S.SUBMITTED: S.IN_REVIEW, S.CONFIRMED: S.SUBMITTED}


@retold
def brought_to(
    state: UpdateState, update: ProgressUpdate, *, text: Text | None = None, at: datetime | None = None
) -> ProgressUpdate:
    """From due to `state`; returned means by the department's own reviewer."""
    slug, now = update.department.slug, at or moment()
    if state in BEFORE:
        update = brought_to(BEFORE[state], update, text=text, at=at)
    match state:
        case S.WAIVED:
            return updates.waive(cast.clerk(), update, update.version, "本期无任务", now)
        case S.DRAFT:
            return updates.save(cast.reporter(slug), update, update.version, text or a_text(), now)
        case S.IN_REVIEW:
            reporter = cast.reporter(slug)
            return updates.submit_for_review(reporter, update, update.version, now, text or a_text())
        case S.RETURNED:
            return updates.return_for_revision(cast.reviewer(slug), update, update.version, "请补充数据", now)
        case S.SUBMITTED:
            return updates.approve_and_submit(cast.reviewer(slug), update, update.version, now)
        case S.CONFIRMED:
            return updates.confirm(cast.clerk(), update, update.version, now)
        case S.DUE:
            return update


@retold
def returned_by_office(update: ProgressUpdate, at: datetime | None = None) -> ProgressUpdate:
    """A submitted update, back in its department. Needs a working calendar."""
    return updates.return_for_revision(cast.clerk(), update, update.version, "请补充数据", at or moment())


@retold
def in_correction(update: ProgressUpdate, at: datetime | None = None) -> ProgressUpdate:
    """A confirmed update whose department has begun to correct it."""
    reporter = cast.reporter(update.department.slug)
    return updates.correct(reporter, update, update.version, "数据有误", at or moment())


def text_in_work(update: ProgressUpdate) -> Revision:
    """The latest text of an update, freshly read."""
    return update.revisions.order_by("-number")[0]


def an_urge(update: ProgressUpdate, *, receipt: bool = False, **changes: Any) -> Urge:
    """The first slip of the year for the department of the update, which has not filed it."""
    period = update.period
    usual = {"year": DAY.year, "number": 1, "level": UrgeLevel.BLUE, "day": DAY, "at": moment()}
    slip = Urge.objects.create(
        policy=period.policy,
        period=period,
        department=update.department,
        by=cast.clerk().person,
        **{**usual, **changes},
    )
    slip.updates.add(update)
    if receipt:
        UrgeReceipt.objects.create(urge=slip, by=cast.reporter(update.department.slug).person, at=moment())
    return slip


def a_message(person: User, about: Model | None = None, **changes: Any) -> Message:
    """That something, an update if nothing else is said, was returned by the clerk; unread."""
    usual = {"kind": MessageKind.RETURNED, "day": DAY, "at": moment(), "by": cast.clerk().person}
    row = message(about=about or an_update(), person=person.pk, **{**usual, **changes})
    row.save()
    return row


def perform(act: Act, actor: Actor, update: ProgressUpdate, at: datetime | None = None) -> ProgressUpdate:
    """Any act on an update by its name, with all that it asks for."""
    at, version = at or moment(), update.version
    ways: dict[Act, Callable[[], ProgressUpdate]] = {
        Act.SAVE: lambda: updates.save(actor, update, version, a_text(), at),
        Act.SUBMIT_FOR_REVIEW: lambda: updates.submit_for_review(actor, update, version, at, a_text()),
        Act.WITHDRAW: lambda: updates.withdraw(actor, update, version, at),
        Act.RETURN: lambda: updates.return_for_revision(actor, update, version, "请补充数据", at),
        Act.APPROVE_AND_SUBMIT: lambda: updates.approve_and_submit(actor, update, version, at),
        Act.FILE_ON_BEHALF: lambda: updates.file_on_behalf(actor, update, version, a_text(), a_receipt(), at),
        Act.CONFIRM: lambda: updates.confirm(actor, update, version, at),
        Act.CORRECT: lambda: updates.correct(actor, update, version, "数据有误", at),
        Act.WAIVE: lambda: updates.waive(actor, update, version, "本期无任务", at),
        Act.RESTORE: lambda: updates.restore(actor, update, version, "本期有任务", at),
    }
    return ways[act]()


def held_for(person: User, update: ProgressUpdate, at: datetime) -> HeldText | None:
    """What that person has typed there and not saved, as the form finds it."""
    rows = ProgressUpdate.objects.filter(pk=update.pk)
    return held_text.loaded_held(person, held_text.with_held(rows, person, at).get())
