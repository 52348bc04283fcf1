"""Whom does an act tell, and what? One row an act; the rows of the inbox are written here and nowhere else.

What a night tells is in `reminders`, which writes them by `told_once`. Nobody is told of what they did.
Roles that are given or ended stand in the record of accounts; of those `tell_of_role` tells.
A new act has its row in TELLS, or stands in TELLS_NOBODY; a new kind of message is a value of `MessageKind`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Model, Q, QuerySet
from django.utils import timezone, translation

from departments.models import Department, Membership, Succession, User
from departments.models.people import MembershipQuerySet
from langfang_policy.compiled_queries import compiled
from measures import permissions, report_permissions
from measures.models import (
    Act,
    Announcement,
    CoordinationMatter,
    Event,
    IssuedReport,
    Message,
    MessageKind,
    Policy,
    ProgressUpdate,
    ReportDraft,
    ReportingPeriod,
    Responsibility,
    Urge,
)
from measures.models.messages import ROLE_ENDED

K: TypeAlias = MessageKind
# Who is told, of the event and what it is about: the keys of users, in their order.
Told: TypeAlias = Callable[[Event, Any], Iterable[int]]
# The kinds of things that a message leads to, each with the name of its link.
_LINKS: Final[Mapping[type[Model], str]] = {
    ProgressUpdate: "update",
    ReportingPeriod: "period",
    CoordinationMatter: "matter",
    Announcement: "announcement",
    Urge: "urge",
    ReportDraft: "draft",
    IssuedReport: "report",
    Responsibility: "measure",
    Department: "about_department",
    Succession: "about_department",
    Membership: "membership",
}
# Between what was told of the people of one department in one day.
_AND: Final = "；"


@compiled
def _who_speak(departments: list[int], on: date, doer: int) -> QuerySet[Membership, int]:
    return _told(permissions.people_of(departments, on), doer)


def _told(people: MembershipQuerySet, doer: int) -> QuerySet[Membership, int]:
    """Each once; not whoever acted."""
    others = people.exclude(user=doer).order_by("user")
    return others.values_list("user", flat=True).distinct()


def _doer(event: Event) -> int:
    """Acts that tell somebody are always somebody's."""
    if event.user_id is None:
        raise ValueError("nobody acted")
    return event.user_id


def its_department(
    event: Event, about: ProgressUpdate | CoordinationMatter | Urge | Responsibility
) -> Iterable[int]:
    """Who writes or reviews in the department that is updating, raised the matter, is urged or designated."""
    return _who_speak([about.department_id], _day_of(event), _doer(event))


def all_that_owe(event: Event, period: ReportingPeriod) -> Iterable[int]:
    """Every department with an update in the period."""
    departments = period.updates.values_list("department", flat=True)
    return _told(permissions.people_of(departments, _day_of(event)), _doer(event))


def those_who_look_again(event: Event, update: ProgressUpdate) -> Iterable[int]:
    return _told(permissions.reviewers_and_clerks_of(update, _day_of(event)), _doer(event))


def all_that_are_bound(event: Event, announcement: Announcement) -> Iterable[int]:
    """Every department that a measure of the policy binds that day, or that owes an update under it."""
    on, policy = _day_of(event), announcement.policy_id
    bound = Responsibility.objects.in_force(on).filter(measure__section__edition__policy=policy)
    owing = ProgressUpdate.objects.filter(period__policy=policy, period__state="open")
    departments = {*bound.values_list("department", flat=True), *owing.values_list("department", flat=True)}
    return _told(permissions.people_of(departments, on), _doer(event))


def the_clerks(event: Event, urge: Urge) -> Iterable[int]:
    return _told(permissions.clerks_of(urge.policy, _day_of(event)), _doer(event))


def who_may_check(event: Event, draft: ReportDraft) -> Iterable[int]:
    return _told(report_permissions.checkers_of(draft, _day_of(event)), _doer(event))


def who_may_sign(event: Event, draft: ReportDraft) -> Iterable[int]:
    return _told(report_permissions.signers_of(draft, _day_of(event)), _doer(event))


def its_clerks(event: Event, draft: ReportDraft) -> Iterable[int]:
    return _told(permissions.clerks_of(draft.period.policy, _day_of(event)), _doer(event))


def its_drafter(event: Event, draft: ReportDraft) -> Iterable[int]:
    clerks = permissions.clerks_of(draft.period.policy, _day_of(event))
    return _told(clerks.filter(user=draft.drafted_by_id), _doer(event))


def those_it_concerns(event: Event, report: IssuedReport) -> Iterable[int]:
    return _told(report_permissions.concerned_by(report, _day_of(event)), _doer(event))


def itself(event: Event, department: Department) -> Iterable[int]:
    """Who writes or reviews in the department that was changed."""
    return _who_speak([department.pk], _day_of(event), _doer(event))


def both_departments(event: Event, succession: Succession) -> Iterable[int]:
    both = [succession.predecessor_id, succession.successor_id]
    return _told(permissions.people_of(both, _day_of(event)), _doer(event))


def those_who_work_with(event: Event, giver: Membership) -> Iterable[int]:
    """Who hands over, who writes or reviews there, and who holds the same roles: one of them takes over."""
    on, place = _day_of(event), giver.department_id
    there = Membership.objects.active(on).filter(department=place)
    roles = there.filter(user=giver.user_id).values("role")
    with_it = there.filter(Q(role__in=roles) | Q(pk__in=permissions.people_of([place], on).values("pk")))
    return _told(with_it, _doer(event))


@dataclass(frozen=True)
class Telling:
    """`who` is told, as a message of this kind."""

    kind: MessageKind
    who: Told


TELLS: Final[Mapping[Act, Telling]] = {
    Act.OPEN_PERIOD: Telling(K.OPENED, all_that_owe),
    Act.RETURN: Telling(K.RETURNED, its_department),
    Act.FILE_ON_BEHALF: Telling(K.ENTERED, its_department),
    Act.CONFIRM: Telling(K.CONFIRMED, its_department),
    Act.CORRECT: Telling(K.CORRECTED, those_who_look_again),
    Act.RESOLVE_MATTER: Telling(K.MATTER_ANSWERED, its_department),
    Act.GRANT_EXTENSION: Telling(K.DATE_DECIDED, its_department),
    Act.REFUSE_EXTENSION: Telling(K.DATE_DECIDED, its_department),
    Act.CHANGE_DATES: Telling(K.DATES_CHANGED, all_that_owe),
    Act.ANNOUNCE: Telling(K.ANNOUNCED, all_that_are_bound),
    Act.URGE: Telling(K.URGED, its_department),
    Act.ANSWER_URGE: Telling(K.URGE_ANSWERED, the_clerks),
    Act.SUBMIT_REPORT: Telling(K.REPORT_TO_CHECK, who_may_check),
    Act.CHECK_REPORT: Telling(K.REPORT_TO_SIGN, who_may_sign),
    Act.SIGN_REPORT: Telling(K.REPORT_TO_ISSUE, its_clerks),
    Act.RETURN_REPORT: Telling(K.REPORT_RETURNED, its_drafter),
    Act.ISSUE_REPORT: Telling(K.REPORT_ISSUED, those_it_concerns),
    Act.WITHDRAW_REPORT: Telling(K.REPORT_WITHDRAWN, those_it_concerns),
    Act.DESIGNATE: Telling(K.DESIGNATED, its_department),
    Act.END_DESIGNATION: Telling(K.DESIGNATED, its_department),
    Act.CHANGE_CONTACT: Telling(K.CONTACT_CHANGED, itself),
    Act.RECORD_SUCCESSION: Telling(K.SUCCEEDED, both_departments),
    Act.HAND_OVER: Telling(K.HANDED_OVER, those_who_work_with),
}
# They stand in the record; what waits for somebody because of them stands in a queue.
TELLS_NOBODY: Final = frozenset(
    {
        Act.SAVE,
        Act.SUBMIT_FOR_REVIEW,
        Act.WITHDRAW,
        Act.APPROVE_AND_SUBMIT,
        Act.APPROVE_OWN,
        Act.WAIVE,
        Act.RESTORE,
        Act.ADD_DUTY,
        Act.END_DUTY,
        Act.REQUEST_EXTENSION,
        Act.NOTE_SIGNATURE,
        Act.CORRECT_SIGNATURE,
        Act.ADD_EVIDENCE,
        Act.ADD_LATE_EVIDENCE,
        Act.WITHDRAW_EVIDENCE,
        Act.PLAN_PERIOD,
        Act.CLOSE_PERIOD,
        Act.REOPEN_PERIOD,
        Act.ARCHIVE_PERIOD,
        Act.SIGN_FOR_URGE,
        Act.DRAFT_REPORT,
        Act.EDIT_REPORT,
        Act.DISCARD_REPORT,
        Act.BEGIN_BATCH,
        Act.CANCEL_BATCH,
        Act.START,
        Act.MAKE_ROUTINE,
        Act.SUSPEND,
        Act.CANCEL,
        Act.RESUME,
        Act.REQUEST_CLOSURE,
        Act.AGREE_CLOSURE,
        Act.REFUSE_CLOSURE,
        Act.CLOSE_MEASURE,
        Act.REOPEN_MEASURE,
        Act.OVERRIDE_LIGHT,
        Act.LOAD_POLICY,
    }
)


def tell(event: Event, things: Iterable[Model], words: str, under: Policy | None = None) -> None:
    """Write the messages of the event, of each thing that it is about; `under` which policy, if it says none.

    Told again of the same on the same day, a message is unread again.
    """
    telling = TELLS.get(Act(event.act))
    if telling is None:
        return
    said = {"day": _day_of(event), "at": event.at, "by": event.user, "words": words}
    if under is not None:
        said["policy"] = under
    _write(
        message(telling.kind, about, person=person, **said)
        for about in things
        for person in telling.who(event, about)
    )


def tell_of_role(membership: Membership, by: User, at: datetime, *, ended: bool = False) -> None:
    """Somebody's role was given or ended: the person, and who else writes or reviews in the department.

    The others have one message a day of their department, with everything of that day.
    """
    day, words = timezone.localdate(at), _role_words(membership) + (ROLE_ENDED if ended else "")
    said = {"day": day, "at": at, "by": by}
    person, department = membership.user, membership.department
    if person != by:
        _write([message(K.ROLE_CHANGED, membership, person=person.pk, words=words, **said)])
    others = permissions.people_of([department.pk], day).exclude(user=person)
    known = dict(
        Message.objects.filter(kind=K.PEOPLE_CHANGED, subject=_subject_of(department), day=day)
        .order_by()
        .values_list("person_id", "words")
    )
    _write(
        message(K.PEOPLE_CHANGED, department, person=other, words=_with(known.get(other, ""), words), **said)
        for other in _told(others, by.pk)
    )


def _role_words(membership: Membership) -> str:
    """In Chinese, as the record is kept: 李四 审核人 2020-07-01起, and to a last day where there is one."""
    with translation.override("zh-hans"):
        role = str(membership.get_role_display())
    deputised = f"（代 {membership.stands_in_for}）" if membership.stands_in_for else ""
    last = f"至{membership.valid_to.isoformat()}" if membership.valid_to else "起"
    return f"{membership.user} {role}{deputised} {membership.valid_from.isoformat()}{last}"


def _with(before: str, words: str) -> str:
    return _AND.join(dict.fromkeys([*filter(None, before.split(_AND)), words]))


def _write(rows: Iterable[Message]) -> None:
    Message.objects.bulk_create(
        list(rows),
        update_conflicts=True,
        unique_fields=["person", "kind", "subject", "day"],
        update_fields=["at", "by", "words", "read_at", "digest"],
    )


def told_once(rows: Iterable[Message]) -> list[Message]:
    """Those of the rows that were not written before; they are written now."""
    rows = list(rows)
    known = set(
        Message.objects.filter(subject__in={row.subject for row in rows}, day__in={row.day for row in rows})
        .order_by()
        .values_list("person_id", "kind", "subject", "day")
    )
    new = [row for row in rows if (row.person_id, row.kind, row.subject, row.day) not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True)  # two nights at once
    return new


def message(kind: MessageKind, about: Model, *, person: int, **changes: Any) -> Message:
    """A row that leads to the thing, not yet written."""
    link = _LINKS[type(about)]
    usual = {"policy": _policy_of(about), "department": getattr(about, "department", None)}
    return Message(
        kind=kind,
        person_id=person,
        subject=_subject_of(about),
        **{link: _target_of(about)},
        **{**usual, **changes},
    )


def _target_of(about: Model) -> Model:
    """Where the link of the message leads."""
    if isinstance(about, Responsibility):
        return about.measure
    return about.predecessor if isinstance(about, Succession) else about


def _subject_of(about: Model) -> UUID:
    """Its own, else one that is always the same for the row."""
    own: UUID | None = getattr(about, "uuid", None)
    return own or uuid5(NAMESPACE_URL, f"{about._meta.label_lower}/{about.pk}")


def _policy_of(about: Model) -> Policy | None:
    if isinstance(about, Department | Succession | Membership):
        return None
    if isinstance(about, Responsibility):
        return about.measure.section.edition.policy
    if isinstance(about, ProgressUpdate | ReportDraft):
        return about.period.policy
    if isinstance(about, CoordinationMatter):
        return about.measure.section.edition.policy
    policy: Policy = about.policy  # type: ignore[attr-defined]  # all others have it themselves
    return policy


def _day_of(event: Event) -> Any:
    return timezone.localdate(event.at)
