"""Where is text that was typed and not saved? What is autosaved stays for its writer until it is saved.

So does, for two hours, what arrives after its writer was signed out. The form carries a signed token that
says for whom and which update it was made; it proves nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from departments.models import User
from measures.models import SET_ASIDE, Event, HeldText, ProgressUpdate
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages.set_aside import EARLIER, carried_by, keep_again

KEPT_FOR: Final = timedelta(hours=2)
# Longer than any session, so that the text of a form outlives the sign-in that it was opened with.
TOKEN_AGE: Final = timedelta(seconds=settings.SESSION_COOKIE_AGE) + timedelta(hours=12)
SALT: Final = "measures.held_text"
NOT_TEXT: Final = frozenset(
    {"csrfmiddlewaretoken", "token", "act", "continues", "personal", "repeated", "evidence", "sent"}
)
_NOT_UNSAVED: Final = ("", SET_ASIDE)
HELD_COLUMNS: Final = ("id", "fields", "page", "kept_at")
MOST: Final = 200_000  # characters of one form; the limits of its texts together are a hundredth of it


def token_for(user: User, update: ProgressUpdate) -> str:
    return signing.dumps([user.pk, str(update.uuid)], salt=SALT)


def writer_of(token: str, uuid: object) -> User | None:
    """Whose form this was, if it was made for this update and not too long ago."""
    try:
        person, update = signing.loads(token, salt=SALT, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=person, is_active=True).first() if update == str(uuid) else None


def page_id(sent: Mapping[str, str]) -> str:
    """What tells one opened form from another; a form that comes back keeps its own."""
    return sent.get("page", "")[:32] or token_hex(8)


def continued_by(held: HeldText) -> str:
    """The page of the autosaved text that this one comes from, if any."""
    return held.page or str(held.fields.get("page", ""))


@dataclass(frozen=True)
class OpenForm:
    """What an opened form carries, so that what is typed there finds its place; `held` is what it shows.

    `earlier`: words that were set aside.
    """

    token: str
    page: str
    continues: str
    earlier: str
    held: HeldText | None


def open_form(user: User, update: ProgressUpdate, held: HeldText | None, sent: Mapping[str, str]) -> OpenForm:
    """`sent` where the form comes back."""
    continues = continued_by(held) if held else sent.get("continues", "")
    earlier = carried_by(held) if held else sent.get(EARLIER, "")
    return OpenForm(token_for(user, update), page_id(sent), continues, earlier, in_the_form(held))


def hold(user: User, update: ProgressUpdate, fields: Mapping[str, str], at: datetime) -> HeldText:
    """Keep the latest text of that person for that update; what has waited too long goes."""
    HeldText.objects.filter(page="", kept_at__lte=at - KEPT_FOR).delete()
    held, _new = HeldText.objects.update_or_create(
        user=user, update=update, page="", defaults={"fields": _typed(fields), "kept_at": at}
    )
    return held


def autosave(user: User, update: ProgressUpdate, fields: Mapping[str, str], at: datetime) -> bool:
    """Keep what stands in an open form. False, and nothing is kept, where another page has kept some since.

    A page goes on from its own text and from the one that it was opened with.
    """
    page, typed = page_id(fields), _typed(fields)
    own = HeldText.objects.filter(
        user=user, update=update, page__in={page, fields.get("continues")} - {"", None}
    )
    if own.update(fields=typed, page=page, kept_at=at):
        return True
    try:
        with transaction.atomic():
            HeldText.objects.create(user=user, update=update, page=page, fields=typed, kept_at=at)
    except IntegrityError:
        return False
    return True


def is_older_than_own_save(user: User, update: ProgressUpdate, version: str) -> bool:
    """What was on its way when its writer pressed the button, or comes from a page left open since."""
    if version == str(update.version):
        return False
    last = Event.objects.of_update(update).exclude(to_state="").last()
    return last is not None and last.user_id == user.pk


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    # PostgreSQL stores no NUL; nobody has typed one.
    typed = {name.replace("\0", ""): text.replace("\0", "") for name, text in fields.items()}
    return {name: text for name, text in typed.items() if name not in NOT_TEXT}


def with_held(updates: ProgressUpdateQuerySet, user: User, at: datetime) -> ProgressUpdateQuerySet:
    """Each with the latest that was autosaved or arrived after sign-out, for `loaded_held`."""
    return with_held_since(updates, user, at - KEPT_FOR)


def with_held_since(updates: ProgressUpdateQuerySet, user: User, since: datetime) -> ProgressUpdateQuerySet:
    """The same where the moment is known after which nothing has waited too long."""
    in_time = ~Q(page="") | Q(kept_at__gt=since)
    latest = HeldText.objects.filter(in_time, user=user, update=OuterRef("pk")).order_by("-kept_at")
    columns = {f"held_{name}": Subquery(latest.values(name)[:1]) for name in HELD_COLUMNS}
    return updates.annotate(**columns)


def loaded_held(user: User, update: ProgressUpdate) -> HeldText | None:
    """Of an update loaded by `with_held`."""
    columns = {name: vars(update)[f"held_{name}"] for name in HELD_COLUMNS}
    return None if columns["id"] is None else HeldText(user=user, update=update, **columns)


def in_the_form(held: HeldText | None) -> HeldText | None:
    """What was set aside stands beside the form, not in it."""
    return None if held is None or held.page == SET_ASIDE else held


def with_unsaved(updates: ProgressUpdateQuerySet, user: int) -> ProgressUpdateQuerySet:
    """Each says, as `unsaved`, whether it is of `with_autosaved_text`: no query of its own."""
    autosaved = HeldText.objects.filter(user=user, update=OuterRef("pk")).exclude(page__in=_NOT_UNSAVED)
    return updates.annotate(unsaved=Exists(autosaved))


def with_autosaved_text(user: User, updates: Iterable[ProgressUpdate]) -> set[int]:
    """Which of these hold words that are not in their draft yet. One query."""
    rows = HeldText.objects.filter(user=user, update__in=list(updates)).exclude(page__in=_NOT_UNSAVED)
    return set(rows.values_list("update", flat=True))


def discard(user: User, update: ProgressUpdate, sent: Mapping[str, str]) -> None:
    """The text stands stored, or is not wanted. What another page of the person has autosaved since stays.

    So does what was set aside before.
    """
    pages = {"", sent.get("page", ""), sent.get("continues", "")}
    HeldText.objects.filter(user=user, update=update, page__in=pages).delete()
    keep_again(user, update, sent.get(EARLIER, ""))


def as_initial(held: HeldText | None) -> dict[str, Any]:
    """The values of the form; its version too, so that what others saved meanwhile is not overwritten."""
    return dict(held.fields) if in_the_form(held) and held else {}
