"""Which acts were done on a policy, and on the accounts of its people? One register of both.

Keys alone are read of all of it; what a row says is loaded for the rows of a page, or of a part of a file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from departments.account_details import said_details
from departments.actors import Actor
from departments.models import AccountAct, AccountEvent, Department, Membership
from measures import permissions
from measures.models import (
    Act,
    Event,
    IssuedReport,
    Measure,
    Policy,
    ProgressUpdate,
    ReportDraft,
    ReportingPeriod,
    Responsibility,
    Revision,
    UpdateState,
    Words,
)
from measures.models.events import EventQuerySet
from measures.models.moved_days import with_days
from measures.report_acts import reports_of

# By what each row is found again: when, in which of the two records (0 acts, 1 accounts), under which number.
Key: TypeAlias = tuple[datetime, int, int]
ACTS, ACCOUNTS = 0, 1
ROWS_AT_ONCE: Final = 500
_SUBMITTING: Final = (Act.APPROVE_AND_SUBMIT, Act.APPROVE_OWN, Act.FILE_ON_BEHALF)
# The first of these acts on an update; what came on paper was filed on the day on which it came.
_BEFORE: Final = Event.objects.filter(
    act__in=_SUBMITTING, revision__update=OuterRef("revision__update"), pk__lt=OuterRef("pk")
)
_LATE: Final = Q(
    ~Exists(_BEFORE),
    act__in=_SUBMITTING,
    revision__update__first_submitted_at__date__gt=F("revision__update__due_on"),
)
# What may be asked for by name: the acts that it means, none of accounts.
OF_ACTS: Final[dict[str, Q]] = {
    "acts": Q(),
    "late": _LATE,
    "on_behalf": Q(act=Act.FILE_ON_BEHALF),
    "deputies": Q(deputy_for__isnull=False),
    "waivers": Q(act__in=[Act.WAIVE, Act.RESTORE]),
    "overrides": Q(act=Act.OVERRIDE_LIGHT),
    "reopenings": Q(act__in=[Act.REOPEN_PERIOD, Act.REOPEN_MEASURE]),
}
# The same of accounts, none of acts.
_SIGN_INS: Final = (
    AccountAct.SIGN_IN,
    AccountAct.SIGN_OUT,
    AccountAct.SIGN_IN_FAILED,
    AccountAct.CODE_FAILED,
)
OF_ACCOUNTS: Final[dict[str, Q]] = {
    "accounts": ~Q(act__in=_SIGN_INS),
    "sign_ins": Q(act__in=_SIGN_INS),
}


@dataclass(frozen=True)
class Wanted:
    """What the register is narrowed to; what is empty narrows nothing. Both days are included.

    `kind` is one of OF_ACTS or OF_ACCOUNTS, `act` a value of Act or AccountAct. `measures`: keys of those
    that have the number asked for, one in each edition; no act on an account is about a measure.
    """

    who: str = ""
    act: str = ""
    kind: str = ""
    department: str = ""
    measures: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Row:
    """One act in words, of the language of whoever reads.

    `person` did it, for `department`; of an account, `subject` is whose it is. `comment` is empty where it is
    not for whoever asks. `place`: name and id of the page of the subject, if it has one.
    """

    at: datetime
    person: str
    act: Words
    subject: str
    comment: str
    department: str = ""
    deputy_for: str = ""
    states: str = ""
    place: tuple[str, UUID] | None = None
    is_late: bool = False
    is_of_account: bool = False


def departments_of(policy: Policy) -> QuerySet[Department]:
    """Those that its text binds or bound, those that owed something in its name, and its office."""
    bound = Responsibility.objects.filter(measure__section__edition__policy=policy, department=OuterRef("pk"))
    owed = ProgressUpdate.objects.filter(period__policy=policy, department=OuterRef("pk"))
    rows = Department.objects.filter(Exists(bound) | Exists(owed) | Q(pk=policy.coordinator_id))
    return rows.order_by("position", "slug")


def keys_of(policy: Policy, wanted: Wanted) -> QuerySet[Any, Key]:
    """The latest first."""
    acts = _keys(_acts_of(policy, wanted), ACTS)
    accounts = _keys(_account_events_of(policy, wanted), ACCOUNTS)
    if wanted.kind in OF_ACTS or wanted.act in Act.values:
        rows = acts
    elif wanted.kind in OF_ACCOUNTS or wanted.act in AccountAct.values:
        rows = accounts
    elif wanted.measures:
        rows = acts
    else:
        rows = acts.union(accounts, all=True)
    return rows.order_by("-at", "record", "-number")


def acts_since(policy: Policy, moment: datetime) -> EventQuerySet:
    """All that was done on the policy later."""
    return _acts_of(policy, Wanted()).filter(at__gt=moment)


def _keys(rows: QuerySet[Any], record: int) -> QuerySet[Any, Key]:
    named = rows.order_by().annotate(record=Value(record, IntegerField()), number=F("pk"))
    keys: QuerySet[Any, Key] = named.values_list("at", "record", "number")
    return keys


def _acts_of(policy: Policy, wanted: Wanted) -> EventQuerySet:
    """Events about the policy and all that is its own, and about who came into its departments and left."""
    updates = ProgressUpdate.objects.filter(period__policy=policy)
    rows = Event.objects.filter(
        Q(policy=policy)
        | Q(update__in=updates.values("pk"))
        | Q(revision__in=Revision.objects.filter(update__in=updates.values("pk")).values("pk"))
        | Q(period__in=ReportingPeriod.objects.filter(policy=policy).values("pk"))
        | Q(measure__in=Measure.objects.filter(section__edition__policy=policy).values("pk"))
        | Q(membership__in=_memberships_of(policy).values("pk"))
        | Q(about_department__in=departments_of(policy).order_by().values("pk"))
    )
    if wanted.department:
        rows = rows.filter(
            Q(department__slug=wanted.department)
            | Q(update__department__slug=wanted.department)
            | Q(revision__update__department__slug=wanted.department)
            | Q(membership__department__slug=wanted.department)
            | Q(about_department__slug=wanted.department)
        )
    if wanted.measures:
        links = ("measure", "update__measure", "revision__update__measure")
        about = [Q(**{f"{link}__in": wanted.measures}) for link in links]
        rows = rows.filter(about[0] | about[1] | about[2])
    if wanted.who:
        rows = rows.filter(_is("user", wanted.who) | _is("deputy_for", wanted.who))
    return rows.filter(_in_span(wanted), OF_ACTS.get(wanted.kind, Q()))


def _account_events_of(policy: Policy, wanted: Wanted) -> QuerySet[AccountEvent]:
    """Of people who hold or held a role in one of the departments of the policy."""
    memberships = _memberships_of(policy)
    if wanted.department:
        memberships = memberships.filter(department__slug=wanted.department)
    if wanted.measures:
        return AccountEvent.objects.none()
    rows = AccountEvent.objects.filter(user__in=memberships.values("user"))
    if wanted.who:
        rows = rows.filter(_is("user", wanted.who) | _is("by", wanted.who))
    return rows.filter(_in_span(wanted), OF_ACCOUNTS.get(wanted.kind, Q()))


def _memberships_of(policy: Policy) -> QuerySet[Membership]:
    return Membership.objects.filter(department__in=departments_of(policy).order_by().values("pk"))


def _is(link: str, words: str) -> Q:
    return Q(**{f"{link}__name__icontains": words}) | Q(**{f"{link}__username__iexact": words})


def _in_span(wanted: Wanted) -> Q:
    found = Q(act=wanted.act) if wanted.act else Q()
    if wanted.since:
        found &= Q(at__gte=_beginning_of(wanted.since))
    if wanted.until:
        found &= Q(at__lt=_beginning_of(wanted.until + timedelta(days=1)))
    return found


def _beginning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def rows_of(actor: Actor, keys: Iterable[Key]) -> list[Row]:
    """What these keys stand for, in their order. Four queries at most."""
    found = list(keys)
    events = _events({number for _at, record, number in found if record == ACTS})
    accounts = _accounts({number for _at, record, number in found if record == ACCOUNTS})
    reports = reports_of(events.values())
    return [
        _row_of_act(actor, events[number], reports.get(number))
        if record == ACTS
        else _row_of_account(accounts[number])
        for _at, record, number in found
    ]


def all_rows(actor: Actor, keys: QuerySet[Any, Key]) -> Iterator[Row]:
    """One part after another, so that no more than a part is ever held."""
    stream = keys.iterator(chunk_size=ROWS_AT_ONCE)
    while part := list(islice(stream, ROWS_AT_ONCE)):
        yield from rows_of(actor, part)


def _events(numbers: set[int]) -> dict[int, Any]:
    rows = Event.objects.annotate(is_late=Exists(Event.objects.filter(_LATE, pk=OuterRef("pk"))))
    return rows.select_related(
        *("user", "deputy_for", "department", "policy", "membership__user", "membership__department"),
        *("period", "measure__section", "about_department"),
        *(
            f"{to_update}__{link}"
            for to_update in ("update", "revision__update")
            for link in ("department", "period", "measure__section")
        ),
    ).in_bulk(numbers)


def _accounts(numbers: set[int]) -> dict[int, AccountEvent]:
    return AccountEvent.objects.select_related("user", "by").in_bulk(numbers)


def _row_of_act(actor: Actor, event: Any, report: ReportDraft | IssuedReport | None) -> Row:
    """What a department writes to itself when it returns a text stays there (docs/domain.md 8.4).

    `report`: what an act of its period was about.
    """
    subject = report or event.subject
    inside = event.act == Act.RETURN and event.from_state == UpdateState.IN_REVIEW
    hidden = inside and not permissions.is_own(actor, event.subject)
    moves = event.to_state and event.from_state != event.to_state
    return Row(
        at=event.at,
        person=str(event.user or ""),
        act=event.get_act_display(),
        subject=_subject_words(subject),
        comment="" if hidden else event.said_comment,
        department=str(event.department or ""),
        deputy_for=str(event.deputy_for or ""),
        states=" → ".join(filter(None, (event.from_words, event.to_words))) if moves else "",
        place=_place_of(subject),
        is_late=event.is_late,
    )


def _subject_words(subject: Any) -> str:
    match subject:
        case ReportDraft() | IssuedReport():
            return f"{subject.period.name} {subject.get_kind_display()}"
        case ProgressUpdate():
            return f"{subject.measure.code} {subject.department} {subject.period.name}"
        case ReportingPeriod():
            return str(subject.name)
        case _:
            return str(subject)


def _place_of(subject: Any) -> tuple[str, UUID] | None:
    match subject:
        case IssuedReport():
            return "measures:issued_detail", subject.uuid
        case ReportDraft():
            return "measures:draft_detail", subject.uuid
        case ProgressUpdate():
            return "measures:update_detail", subject.uuid
        case ReportingPeriod():
            return "measures:period_detail", subject.uuid
        case Measure():
            return "measures:measure_detail", subject.uuid
        case _:
            return None


def _row_of_account(event: AccountEvent) -> Row:
    """Who did it: the person of the account, or somebody else."""
    return Row(
        at=event.at,
        person=str(event.by or event.user or event.username),
        act=event.get_act_display(),
        subject=_named_account(event),
        comment=_said_details(event),
        is_of_account=True,
    )


def _named_account(event: AccountEvent) -> str:
    """With the user name, for several people may have one name."""
    user = event.user
    return f"{user.name} ({user.username})" if user and user.name else event.username


def _said_details(event: AccountEvent) -> str:
    """The days of a role, too, which stand in the record as ISO writes them."""
    said = said_details(event)
    return with_days(said) if event.act == AccountAct.ROLE_CHANGED else said
