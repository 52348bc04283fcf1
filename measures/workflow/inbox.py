"""What may a person do with the own inbox? Mark as read, and choose what comes by e-mail too."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from departments.models import User
from measures.models import MailChoice, Message, MessageKind


def mark_read(message: Message, at: datetime) -> None:
    """A message that was read stays as it was read first."""
    Message.objects.unread().filter(pk=message.pk).update(read_at=at)


def mark_all_read(person: User, last: int, at: datetime) -> int:
    """All that the person could see: those up to the row `last`. How many they were."""
    return Message.objects.unread().filter(person=person, pk__lte=last).update(read_at=at)


def choose_mail(person: User, address: str, kinds: Collection[MessageKind]) -> None:
    """From now on these kinds go to that address; without an address nothing does."""
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(email=address)
        person.mail_choices.exclude(kind__in=kinds).delete()
        chosen = [MailChoice(person=person, kind=kind) for kind in kinds]
        MailChoice.objects.bulk_create(chosen, ignore_conflicts=True)
