"""Where does text go that arrives after its writer was signed out? It waits two hours for that person.

The form carries a signed token that says for whom and which update it was made; it proves nothing else.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing

from departments.models import User
from measures.models import HeldText, ProgressUpdate

KEPT_FOR: Final = timedelta(hours=2)
# Longer than any session, so that the text of a form outlives the sign-in that it was opened with.
TOKEN_AGE: Final = timedelta(seconds=settings.SESSION_COOKIE_AGE) + timedelta(hours=12)
SALT: Final = "measures.held_text"
NOT_TEXT: Final = frozenset({"csrfmiddlewaretoken", "token", "act"})


def token_for(user: User, update: ProgressUpdate) -> str:
    return signing.dumps([user.pk, str(update.uuid)], salt=SALT)


def writer_of(token: str, uuid: object) -> User | None:
    """Whose form this was, if it was made for this update and not too long ago."""
    try:
        person, update = signing.loads(token, salt=SALT, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=person, is_active=True).first() if update == str(uuid) else None


def hold(user: User, update: ProgressUpdate, fields: dict[str, str], at: datetime) -> HeldText:
    """Keep the latest text of that person for that update; what has waited too long goes."""
    HeldText.objects.filter(kept_at__lte=at - KEPT_FOR).delete()
    # PostgreSQL stores no NUL; nobody has typed one.
    typed = {name.replace("\0", ""): text.replace("\0", "") for name, text in fields.items()}
    kept = {name: text for name, text in typed.items() if name not in NOT_TEXT}
    held, _new = HeldText.objects.update_or_create(
        user=user, update=update, defaults={"fields": kept, "kept_at": at}
    )
    return held


def held_for(user: User, update: ProgressUpdate, at: datetime) -> HeldText | None:
    return HeldText.objects.filter(user=user, update=update, kept_at__gt=at - KEPT_FOR).first()


def discard(user: User, update: ProgressUpdate) -> None:
    HeldText.objects.filter(user=user, update=update).delete()


def as_initial(held: HeldText | None) -> dict[str, Any]:
    """The values of the form; its version too, so that what others saved meanwhile is not overwritten."""
    return dict(held.fields) if held else {}
