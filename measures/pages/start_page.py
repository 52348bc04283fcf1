"""What does the start page hold? What waits and since when, what was sent and where it is, what was said.

Each list is the first rows of a longer one, which its page shows whole; a fixed number of queries whatever
there is. For the office also each open period at a glance, counted by `summaries.open_periods`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.actors import Actor
from langfang_policy.compiled_queries import compiled
from measures import permissions, summaries
from measures.models import (
    DRAFTS_IN_WORK,
    STILL_OWED,
    Event,
    Message,
    MessageKind,
    PeriodState,
    ProgressUpdate,
    ReportDraft,
    ReportingPeriod,
    Revision,
    UpdateState,
    Urge,
    Words,
    period_name,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.own_work import is_own_work
from measures.pages.paging import key_among

# In the query of days, what else a row may tell by its number: see `_dates_of`.
SLIP, REPORT = 0, 1
# How many rows of each list lie on the start page.
SHOWN: Final = 8
SENT_SHOWN: Final = 8
ANSWERS_SHOWN: Final = 5
NO_DAY: Final = date.min
S = UpdateState
# What is an answer to something that the person sent or asked for.
ANSWERS: Final = (
    MessageKind.RETURNED,
    MessageKind.CONFIRMED,
    MessageKind.MATTER_ANSWERED,
    MessageKind.DATE_DECIDED,
    MessageKind.URGE_ANSWERED,
    MessageKind.REPORT_RETURNED,
)


@dataclass(frozen=True)
class WorkRow:
    """An update on the start page: what is to be done with it, or where it is, and since when."""

    update: ProgressUpdate
    words: Words
    since: datetime | None
    href: str


@dataclass(frozen=True)
class Rest:
    """What waits besides the rows that the page shows: how much of one kind, and where it is shown."""

    words: str
    href: str


@dataclass(frozen=True)
class DueDate:
    """What the own departments owe by a day under a period: how many in all, how many are still to come."""

    period: str
    policy: str
    day: date
    total: int
    to_come: int


@dataclass(frozen=True)
class StartPage:
    """`slips`: to be answered by the own departments. `announcements`: of the office, until they are read.

    `rest`: what else waits than `waiting`.
    """

    waiting: Sequence[WorkRow]
    rest: Sequence[Rest]
    slips: Sequence[Urge]
    announcements: Sequence[Message]
    sent: Sequence[WorkRow]
    answers: Sequence[Message]
    dates: Sequence[DueDate]
    reports_in_work: bool = False


@compiled
def work_of(actor: Actor) -> QuerySet[ProgressUpdate]:
    """The first of what waits and of what was sent, marked so, with the task counts. One query.

    What is marked may be more than the first, because an update may be of both kinds: see `start_page_of`.
    """
    writes, reviews, checks = map(_in_turn, _kinds_of_work(actor))
    decides = (rows.order_by("due_on", "pk") for rows in (reviews, checks))  # none of it is returned
    first = _first(writes, SHOWN).union(
        *(_first(rows, SHOWN) for rows in decides), _first(sent_by(actor), SENT_SHOWN)
    )
    rows = ProgressUpdate.objects.filter(key_among(first))
    events = Event.objects.filter(to_state=OuterRef("state")).order_by()
    of_update = events.filter(update=OuterRef("pk")).values("update")
    of_text = events.filter(revision__update=OuterRef("pk")).values("revision__update")
    own = {"pk": OuterRef("pk")}
    marked = rows.with_context().annotate(
        waits=Exists(waiting_for(actor).order_by().filter(**own)),
        was_sent=Exists(sent_by(actor, few=True).order_by().filter(**own)),
        since_itself=Subquery(of_update.annotate(last=Max("at")).values("last")),
        since_text=Subquery(of_text.annotate(last=Max("at")).values("last")),
    )
    return summaries.with_task_counts(marked, actor)


def _first(rows: ProgressUpdateQuerySet, length: int) -> QuerySet[ProgressUpdate, Any]:
    """The keys of those that are shown; nested, because SQLite cuts no part of a union."""
    return ProgressUpdate.objects.filter(pk__in=rows.values("pk")[:length]).order_by().values("pk")


def start_page_of(actor: Actor, work: Iterable[ProgressUpdate]) -> StartPage:
    """With the rows of `work_of`, in the order in which each list is cut.

    Two queries more, and a third for somebody with slips to answer.
    """
    rows = list(work)
    answers, announcements = messages_to(actor)
    dates, also = dates_of(actor)
    waiting = sorted((row for row in rows if vars(row)["waits"]), key=_returned_first)
    sent = sorted((row for row in rows if vars(row)["was_sent"]), key=_when_sent, reverse=True)
    to_do = [_to_do(row, since_when(row)) for row in waiting[:SHOWN]]
    return StartPage(
        slips=slips_for(actor) if SLIP in also else [],
        announcements=announcements,
        waiting=to_do,
        rest=_rest_of(to_do, summaries.count_tasks(rows)),
        sent=[_on_its_way(row, since_when(row)) for row in sent[:SENT_SHOWN]],
        answers=answers,
        dates=dates,
        reports_in_work=REPORT in also,
    )


def waiting_for(actor: Actor) -> ProgressUpdateQuerySet:
    """What the actor has to write, review or check, the returned first, then by the day that is due.

    Own work waits for somebody else; that of another department than the one acted for waits for the choice.
    """
    return _in_turn(reduce(or_, _kinds_of_work(actor)))


def _kinds_of_work(actor: Actor) -> tuple[Q, Q, Q]:
    """Conditions on updates: to write, to review, to check.

    What is to be checked is looked at in the order of its days, and its period is asked of each: with a join
    SQLite would begin with the periods, and put all that waits in order to show eight.
    """
    writes = STILL_OWED & Q(department__in=actor.narrowed(permissions.writes_for(actor)))
    reviews = Q(
        ~is_own_work(actor, S.IN_REVIEW),
        Exists(_not_archived()),
        state=S.IN_REVIEW,
        department__in=actor.narrowed(permissions.reviews_for(actor)),
    )
    offices = actor.narrowed(permissions.checks_for(actor))
    of_office = _not_archived().filter(policy__coordinator__in=offices)
    checks = Q(~is_own_work(actor, S.SUBMITTED), Exists(of_office), state=S.SUBMITTED)
    return writes, reviews, checks


def _not_archived() -> QuerySet[ReportingPeriod]:
    return ReportingPeriod.objects.filter(pk=OuterRef("period")).exclude(state=PeriodState.ARCHIVED)


def _in_turn(work: Q) -> ProgressUpdateQuerySet:
    returned_first = Case(When(state=S.RETURNED, then=0), default=1)
    return ProgressUpdate.objects.filter(work).order_by(returned_first, "due_on", "pk")


def slips_for(actor: Actor) -> list[Urge]:
    """The slips of open periods that a department of the actor has not answered, the gravest first.

    One by which nothing is owed any more asks for nothing: all was filed since, or waived.
    """
    return sorted(_slips_for(actor), key=lambda slip: -slip.grade.steps)


def _unanswered(actor: Actor) -> QuerySet[Urge]:
    to_come = ProgressUpdate.objects.filter(urges=OuterRef("pk"), first_submitted_at=None)
    return Urge.objects.filter(
        Exists(to_come.exclude(state=S.WAIVED)),
        department__in=permissions.speaks_for(actor),
        period__state=PeriodState.OPEN,
        answer=None,
    )


@compiled
def _slips_for(actor: Actor) -> QuerySet[Urge]:
    shown = (
        _unanswered(actor)
        .select_related("policy", "period", "department", "receipt")
        .order_by("-at", "-number")
    )
    return shown[:SHOWN]


def _returned_first(update: ProgressUpdate) -> tuple[bool, date, int]:
    """The order of `waiting_for`."""
    return update.state != S.RETURNED, update.due_on, update.pk


def sent_by(actor: Actor, *, few: bool = False) -> ProgressUpdateQuerySet:
    """Of open periods: what the actor wrote in or approved and has let go of, the latest first.

    What is in review for the first time was never submitted: it is the latest. It is sought from the
    person's own texts, which are fewer than the updates of a period; of a `few` updates from these.
    """
    if not permissions.speaks_for(actor) and not permissions.checks_for(actor):
        return ProgressUpdate.objects.none()
    rows = ProgressUpdate.objects.filter(
        _had_a_part(actor, few=few),
        state__in=[S.IN_REVIEW, S.SUBMITTED, S.CONFIRMED],
        period__state=PeriodState.OPEN,
    )
    if reviews := permissions.reviews_for(actor):
        own = is_own_work(actor, S.IN_REVIEW)
        rows = rows.exclude(Q(state=S.IN_REVIEW, department__in=reviews) & ~own)
    return rows.order_by(F("first_submitted_at").desc(nulls_first=True), "-pk")


def _had_a_part(actor: Actor, *, few: bool) -> Q:
    """A condition on updates: the actor wrote in a frozen text of theirs or approved one, which froze it."""
    parts = Revision.contributors.through.objects.filter(user=actor.person)
    frozen, approved = Revision.objects.filter(frozen_at__isnull=False), Revision.objects.order_by()
    approved = approved.filter(approved_by=actor.person)
    if few:
        written = frozen.filter(Exists(parts.filter(revision=OuterRef("pk"))))
        texts = (rows.filter(update=OuterRef("pk")) for rows in (written, approved))
        return reduce(or_, (Q(Exists(rows)) for rows in texts))
    written = frozen.filter(pk__in=parts.values("revision")).order_by()
    return Q(pk__in=written.values("update").union(approved.values("update"), all=True))


def _when_sent(update: ProgressUpdate) -> tuple[bool, datetime | None, int]:
    """The order of `sent_by`, from the last."""
    sent = update.first_submitted_at
    return sent is None, sent or update.period.opened_at, update.pk


def _rest_of(waiting: Sequence[WorkRow], counts: summaries.TaskCounts) -> list[Rest]:
    """Of each kind of work what is not among the rows."""
    states = [row.update.state for row in waiting]
    review, check = states.count(S.IN_REVIEW), states.count(S.SUBMITTED)
    kinds = [
        (counts.to_check - check, "measures:check_queue", _("%(n)d more to check")),
        (counts.to_review - review, "measures:review_queue", _("%(n)d more to review")),
        (counts.owed - (len(states) - check - review), "measures:my_updates", _("%(n)d more to write")),
    ]
    return [Rest(words % {"n": number}, reverse(page)) for number, page, words in kinds if number > 0]


def since_when(update: ProgressUpdate) -> datetime | None:
    """When it came into its state; what nobody touched yet has no moment."""
    moments = (vars(update)["since_itself"], vars(update)["since_text"])
    return max(filter(None, moments), default=None)


def _to_do(update: ProgressUpdate, since: datetime | None) -> WorkRow:
    """With the way to where it is done."""
    policy = update.period.policy.slug
    if update.state == S.IN_REVIEW:
        return WorkRow(
            update, _("to review"), since, f"{reverse('measures:review_queue')}#update-{update.uuid}"
        )
    if update.state == S.SUBMITTED:
        place = reverse("measures:policy_check_queue", args=[policy])
        return WorkRow(update, _("to check"), since, f"{place}#update-{update.uuid}")
    form = reverse("measures:update_edit", args=[policy, update.uuid])
    if update.state == S.RETURNED:
        return WorkRow(update, _("came back: to write anew"), since, form)
    if not update.has_day_to_keep:
        return WorkRow(update, _("being corrected"), since, form)
    return WorkRow(update, str(update.get_state_display()), update.period.opened_at, form)


def _on_its_way(update: ProgressUpdate, since: datetime | None) -> WorkRow:
    page = reverse("measures:update_detail", args=[update.period.policy.slug, update.uuid])
    return WorkRow(update, str(update.get_state_display()), since, page)


@compiled
def _messages_to(actor: Actor) -> QuerySet[Message]:
    rows = Message.objects.filter(person=actor.person).order_by("-at", "-pk")
    parts = (rows.filter(kind__in=ANSWERS), rows.unread().filter(kind=MessageKind.ANNOUNCED))
    answers, announcements = (
        Message.objects.filter(pk__in=part.values("pk")[:ANSWERS_SHOWN]).order_by().values("pk")
        for part in parts
    )
    shown = Message.objects.filter(key_among(answers.union(announcements, all=True)))
    return shown.order_by("-at", "-pk").for_display()


def messages_to(actor: Actor) -> tuple[list[Message], list[Message]]:
    """The latest of what others said to what the actor sent or asked for; unread announcements. One query."""
    told: dict[bool, list[Message]] = {True: [], False: []}
    for row in _messages_to(actor):
        told[row.kind == MessageKind.ANNOUNCED].append(row)
    return told[False], told[True]


def dates_of(actor: Actor) -> tuple[list[DueDate], set[int]]:
    """The days of the own departments in open periods; whether there is a SLIP or REPORT. One query."""
    rows = _dates_of(actor)
    dates = [
        DueDate(period_name(code), title, due_on, total, to_come)
        for _period, due_on, total, to_come, code, title in rows
        if due_on != NO_DAY
    ]
    return dates[:SHOWN], {total for _key, due_on, total, *_rest in rows if due_on == NO_DAY}


@compiled
def _dates_of(actor: Actor) -> QuerySet[ProgressUpdate, Any]:
    """With a row of no day before them where there is a slip, and where a report is on its way."""
    rows = ProgressUpdate.objects.filter(
        department__in=actor.narrowed(permissions.speaks_for(actor)), period__state=PeriodState.OPEN
    ).exclude(state=S.WAIVED)
    counted = (
        rows.order_by()
        .values_list("period", "due_on")
        .annotate(
            total=Count("pk"),
            to_come=Count("pk", filter=Q(first_submitted_at=None)),
            code=Max("period__code"),
            title=Max("period__policy__short_title"),
        )
    )
    slip = Urge.objects.filter(pk__in=_unanswered(actor).order_by().values("pk")[:1])
    offices = actor.narrowed(permissions.decides_for(actor))
    drafts = ReportDraft.objects.filter(period__policy__coordinator__in=offices, state__in=DRAFTS_IN_WORK)
    draft = ReportDraft.objects.filter(pk__in=drafts.order_by().values("pk")[:1])
    told = [_as_a_row(slip, SLIP), _as_a_row(draft, REPORT)]
    return counted.union(*told, all=True).order_by("due_on", "period")[: SHOWN + len(told)]


def _as_a_row(found: QuerySet[Any], which: int) -> QuerySet[Any, Any]:
    nothing = (Value(0), Value(""), Value(""))
    return found.order_by().values_list("pk", Value(NO_DAY), Value(which), *nothing)
