"""Where are the words that somebody sent when the sign-in of the form was over? They wait two hours.

They stand in the table of sessions, which forgets what has expired: one row for that person, with a key that
nobody can guess and without a sign-in, so that nobody is signed in by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from departments.actors import Actor
from departments.models import Session, User
from departments.sessions import SessionStore

KEPT_FOR: Final = timedelta(hours=2)
SALT: Final = "departments.held_posts"
MOST: Final = 200_000  # characters of one person; the limits of the texts of a form are a hundredth of it
KEY_LENGTH: Final = 40  # of a session
POSTS: Final = "posts"  # in the data of the row


@dataclass(frozen=True)
class HeldPost:
    """What was typed into one form: the fields with words in them, and the page on which the form stood.

    `address`: to which it was sent, which says what it was about.
    """

    at: datetime
    page: str
    fields: tuple[tuple[str, str], ...]
    address: str = ""

    @property
    def size(self) -> int:
        return sum(len(name) + len(text) for name, text in self.fields)

    @property
    def until(self) -> datetime:
        return self.at + KEPT_FOR


@dataclass(frozen=True)
class SentForm:
    """What a form was about: `name` says the act and the thing, `page` is where the thing stands.

    `labels` of its fields, where it calls them otherwise than other forms; `chosen`: label and words.
    """

    name: str
    page: str
    labels: Mapping[str, Any] = field(default_factory=dict)
    chosen: Sequence[tuple[Any, str]] = ()


def form_sent_to(actor: Actor, address: str, fields: Sequence[tuple[str, str]]) -> SentForm | None:
    """What the address says of the form, as far as this person may see it; None where it says nothing."""
    found: SentForm | None = import_string(settings.SENT_FORMS)(actor, address, fields)
    return found


def hold(person: User, post: HeldPost) -> bool:
    """Keep it beside what waits already. False, and nothing is kept, where that would be too much."""
    with transaction.atomic():
        # Two forms of one person may arrive at once: the second waits here and finds the first.
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        waits = [row for row in waiting(person, post.at) if replace(row, at=post.at) != post]
        if post.size + sum(row.size for row in waits) > MOST:
            return False
        rows = [[row.at.timestamp(), row.page, row.fields, row.address] for row in [*waits, post]]
        kept = {"session_data": SessionStore().encode({POSTS: rows}), "expire_date": post.until}
        Session.objects.update_or_create(session_key=_key_of(person), defaults=kept)
    return True


def waiting(person: User, at: datetime) -> Sequence[HeldPost]:
    """What has not waited too long, the oldest first."""
    row = Session.objects.filter(session_key=_key_of(person), expire_date__gt=at).first()
    posts = row.get_decoded().get(POSTS, ()) if row else ()
    found = [
        HeldPost(datetime.fromtimestamp(sent, UTC), page, tuple((name, text) for name, text in fields), *to)
        for sent, page, fields, *to in posts  # older rows know no address
    ]
    return [post for post in found if post.until > at]


def discard(person: User) -> None:
    Session.objects.filter(session_key=_key_of(person)).delete()


def _key_of(person: User) -> str:
    return salted_hmac(SALT, str(person.pk), algorithm="sha256").hexdigest()[:KEY_LENGTH]
