"""What goes out by e-mail? At most one letter a day to a person, of the unread messages that they chose.

Never in a request: the nightly command calls it, and only where the settings of Django name a mail server.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.models import User
from measures.models import MailChoice, Message, MessageDigest

logger = logging.getLogger(__name__)
# What is older was seen on the start page or concerns nobody now: who chooses e-mail today gets no old ones.
OLDEST: Final = timedelta(days=7)


def mail_is_configured() -> bool:
    """Whether the office has named a mail server."""
    return bool(settings.EMAIL_HOST)


def send_digests(at: datetime) -> tuple[list[MessageDigest], list[str]]:
    """What was sent, and the names of those whom the server refused: they are tried again another night."""
    day, sent, refused = timezone.localdate(at), [], []
    for person, waiting in _waiting(at).items():
        digest, is_new = MessageDigest.objects.get_or_create(
            person=person, day=day, defaults={"address": person.email}
        )
        if not is_new:
            continue  # had one today, or another process is at it
        if _send(person, waiting):
            _mark_sent(digest, waiting, at)
            sent.append(digest)
        else:
            digest.delete()
            refused.append(str(person))
    return sent, refused


def _waiting(at: datetime) -> dict[User, list[Message]]:
    """Unread messages of chosen kinds that no letter held yet, by person, the oldest first."""
    chosen = MailChoice.objects.filter(person=OuterRef("person"), kind=OuterRef("kind"))
    rows = Message.objects.unread().for_display().select_related("person")
    rows = rows.filter(Exists(chosen), digest=None, at__gte=at - OLDEST, person__is_active=True)
    found: dict[User, list[Message]] = defaultdict(list)
    for row in rows.exclude(person__email="").order_by("person", "at", "pk"):
        found[row.person].append(row)
    return found


def _send(person: User, waiting: Iterable[Message]) -> bool:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        waiting = list(waiting)
        subject = _("%(product)s: %(count)d messages") % {
            "product": settings.PRODUCT_NAME,
            "count": len(waiting),
        }
        text = letter(waiting)
    try:
        return bool(send_mail(subject, text, None, [person.email]))
    except (SMTPException, OSError) as error:
        logger.warning("no e-mail to %s: %s", person.username, error)
        return False


def letter(waiting: Iterable[Message]) -> str:
    """Each message with its words and its address; the language is that of the moment."""
    parts = []
    for row in waiting:
        words = f"\n{row.said_words}" if row.words and row.announcement is None else ""
        parts.append(f"{row.sentence}{words}\n{settings.SITE_URL}{row.get_absolute_url()}")
    return (
        "\n\n".join(parts) + "\n\n" + _("You chose these messages in your inbox, under “By e-mail”.") + "\n"
    )


def _mark_sent(digest: MessageDigest, waiting: Iterable[Message], at: datetime) -> None:
    digest.sent_at = at
    digest.save(update_fields=["sent_at"])
    Message.objects.filter(pk__in=[row.pk for row in waiting]).update(digest=digest)
