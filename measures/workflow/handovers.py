"""How does the work of one person become another's (工作交接)? What is not saved, and what is not read.

Texts and events stay with who wrote them. What waits in a queue belongs to the department, so that whoever
takes over must hold the same roles there. Rule: docs/domain.md 2.14, docs/decisions/0046.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import Department, Membership, Role, User
from langfang_policy.punctuation import listed
from measures import permissions
from measures.models import STILL_OWED, Act, HeldText, Message, ProgressUpdate, UpdateState
from measures.models.messages import KINDS_ABOUT_PEOPLE
from measures.workflow import memberships
from measures.workflow.acting import one_act
from measures.workflow.checks import require
from measures.workflow.recording import record

# What of a message is its own, and not that of the person whom it was told.
_OF_THE_PERSON: Final = frozenset({"id", "uuid", "person", "read_at", "digest"})


@dataclass(frozen=True)
class Handover:
    """Who takes over what of whom in a department; with a last day the giver's memberships end on it."""

    department: Department
    giver: User
    receiver: User
    last_day: date | None = None


@dataclass(frozen=True)
class Work:
    """What a handover moves, in which roles, and how much waits in the department besides."""

    roles: tuple[Role, ...]
    texts: tuple[HeldText, ...]
    unread: int
    owed: int
    to_review: int

    @property
    def role_words(self) -> str:
        return listed(role.label for role in self.roles)


def work_of(asked: Handover, on: date) -> Work:
    """As it is now; the words of the texts are their writer's and are not shown."""
    roles = _roles(asked.giver, asked.department, on)
    rows = ProgressUpdate.objects.filter(department=asked.department, period__state__in=["open", "closed"])
    return Work(
        roles,
        tuple(_texts_of(asked)),
        _unread_of(asked, on).count(),
        rows.filter(STILL_OWED).count(),
        rows.filter(state=UpdateState.IN_REVIEW).count(),
    )


def check(actor: Actor, asked: Handover) -> None:
    """Whether it can be done. Raises PermissionDenied, ValidationError by field."""
    given = permissions.roles_to_give(actor, asked.department)
    require(bool(given))
    if asked.giver == asked.receiver:
        raise ValidationError({"receiver": _("Nobody takes over from themselves.")})
    roles = _roles(asked.giver, asked.department, actor.on)
    if not roles:
        raise ValidationError({"giver": _("This person holds no role here.")})
    if missing := set(roles) - set(_roles(asked.receiver, asked.department, actor.on)):
        told = _("%(person)s does not hold the role here: %(roles)s. Give it first.")
        words = listed(role.label for role in Role if role in missing)
        raise ValidationError({"receiver": told % {"person": asked.receiver, "roles": words}})
    if asked.last_day is not None and set(roles) - set(given):
        raise ValidationError({"last_day": _("The administrator ends this person's roles here.")})
    if asked.last_day is not None and asked.last_day < actor.on:
        raise ValidationError({"last_day": _("This day is past: choose a later one.")})
    _check_both_do_not_write(asked)
    if not (_texts_of(asked).exists() or _unread_of(asked, actor.on).exists() or _ending(asked).exists()):
        raise ValidationError(_("There is nothing to hand over."))


def hand_over(actor: Actor, asked: Handover, request: HttpRequest | None, at: datetime) -> Work:
    """Move the work at once, and end the giver's memberships where a last day is given; one event.

    Raises PermissionDenied, ValidationError by field.
    """
    with one_act():
        people = User.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
        list(people.filter(pk__in=[asked.giver.pk, asked.receiver.pk]).values_list("pk"))
        check(actor, asked)
        work, on = work_of(asked, actor.on), timezone.localdate(at)
        for text in work.texts:
            text.typed_by.add(asked.giver)
            text.user = asked.receiver
            text.save(update_fields=["user"])
        _move_messages(asked, on, at)
        for row in _ending(asked):
            memberships.end_membership(actor, row, asked.last_day or actor.on, request, at)
        first = _memberships(asked.giver, asked.department, actor.on)[0]
        _record(actor, asked, work, first, at)
    return work


def _roles(person: User, department: Department, on: date) -> tuple[Role, ...]:
    held = set(_memberships(person, department, on).values_list("role", flat=True))
    return tuple(role for role in Role if role.value in held)


def _memberships(person: User, department: Department, on: date) -> QuerySet[Membership]:
    """Those that hold today, also of an account that was switched off; nobody hands on a deputyship."""
    rows = person.memberships.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    return rows.filter(department=department, stands_in_for=None).order_by("pk")


def _texts_of(asked: Handover) -> QuerySet[HeldText]:
    """What the giver has typed for the department and not saved."""
    rows = asked.giver.held_texts.filter(update__department=asked.department)
    return rows.select_related("update__measure__section", "update__period").order_by("update")


def _check_both_do_not_write(asked: Handover) -> None:
    """Of two texts of one update neither may be lost: one of the two saves or throws away first."""
    own = HeldText.objects.filter(user=asked.receiver, update=OuterRef("update"))
    twice = _texts_of(asked).filter(Exists(own))
    if codes := list(dict.fromkeys(text.update.measure.code for text in twice)):
        told = _(
            "%(person)s has typed something unsaved there too: %(codes)s. Save it or throw it away first."
        )
        raise ValidationError({"receiver": told % {"person": asked.receiver, "codes": listed(codes)}})


def _unread_of(asked: Handover, on: date) -> QuerySet[Message]:
    """Of the department; what names none, too, where the giver belongs to no other."""
    elsewhere = asked.giver.memberships.active(on).exclude(department=asked.department)
    own = Q(department=asked.department)
    unread = asked.giver.inbox.unread().exclude(kind__in=KINDS_ABOUT_PEOPLE)  # told to everybody concerned
    return unread.filter(own if elsewhere.exists() else own | Q(department=None))


def _move_messages(asked: Handover, on: date, at: datetime) -> None:
    """Told anew to who takes over, unless that person was told the same; the giver's count as read.

    The row of the giver stays, because the letter in which it went out stays on record with it.
    """
    unread = list(_unread_of(asked, on))
    names = [field.name for field in Message._meta.concrete_fields if field.name not in _OF_THE_PERSON]
    copies = [
        Message(person=asked.receiver, **{name: getattr(row, name) for name in names}) for row in unread
    ]
    Message.objects.bulk_create(copies, ignore_conflicts=True)
    Message.objects.filter(pk__in=[row.pk for row in unread]).update(read_at=at)


def _ending(asked: Handover) -> QuerySet[Membership]:
    """The memberships that would hold beyond the last day, a deputyship too."""
    rows = asked.giver.memberships.filter(department=asked.department)
    if asked.last_day is None:
        return rows.none()
    beyond = Q(valid_to=None) | Q(valid_to__gt=asked.last_day)
    return rows.filter(beyond, valid_from__lte=asked.last_day)


def _record(actor: Actor, asked: Handover, work: Work, row: Membership, at: datetime) -> None:
    """One event, of the giver's membership, that names both; a reviewer's is done for the department."""
    offices = permissions.checks_for(actor)
    reviews = permissions.names_a_deputy_in(actor, asked.department)
    held = asked.department if reviews else actor.preferred(offices) or offices[0]
    codes = "、".join(dict.fromkeys(text.update.measure.code for text in work.texts))
    said = [f"{asked.giver} → {asked.receiver}", *([f"未保存文本：{codes}"] if codes else [])]
    said += [f"未读消息{work.unread}条"] if work.unread else []
    said += [f"任期至{asked.last_day.isoformat()}"] if asked.last_day else []
    record(Act.HAND_OVER, actor, held, at, comment="；".join(said), membership=row)
