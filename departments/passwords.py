"""Which passwords are good enough, and for how long? The settings say it; Django asks these validators.

They hold at every door alike: one's own password page, the administrator's, the commands.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.models import PasswordRecord, User
from langfang_policy.characters import refuse_hidden_characters

# Capitals, small letters, digits, Chinese characters, every other sign.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
CLASSES: Final = tuple(map(re.compile, ("[A-Z]", "[a-z]", "[0-9]", f"[{HAN}]", f"[^A-Za-z0-9{HAN}]")))

# Of a first password, which is read from paper and typed: nothing that looks like something else.
CAPITALS, SMALL, DIGITS = "ABCDEFGHJKMNPQRTUVWXY", "abcdefghjkmnpqrtuvwxy", "346789"
GROUP, GROUPS = 4, 4


class EnoughClasses:
    """Signs of several kinds (GB/T 22239: 口令复杂度)."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(1 for kind in CLASSES if kind.search(password)) < settings.PASSWORD_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        return ngettext(
            "Use at least %(count)d of: capitals, small letters, digits, Chinese characters, other signs.",
            "Use at least %(count)d of: capitals, small letters, digits, Chinese characters, other signs.",
            settings.PASSWORD_CLASSES,
        ) % {"count": settings.PASSWORD_CLASSES}


class NothingHidden:
    """A sign that nobody sees was pasted along, and nobody could type it at the next sign-in."""

    def validate(self, password: str, user: Any = None) -> None:
        refuse_hidden_characters(password)

    def get_help_text(self) -> str:
        return ""


class NotUsedBefore:
    """None of the last few passwords comes back; also keeps the record of them."""

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, User) or user._state.adding or not settings.PASSWORD_HISTORY:
            return
        latest = user.password_records.all()[: settings.PASSWORD_HISTORY]
        if any(check_password(password, row.password) for row in latest):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Called by Django once the person was stored with the new password."""
        if not isinstance(user, User):
            return
        PasswordRecord.objects.create(user=user, password=user.password)
        # One is kept whatever the setting: it dates the password in use.
        kept = user.password_records.values_list("pk", flat=True)[: max(1, settings.PASSWORD_HISTORY)]
        user.password_records.exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        if not settings.PASSWORD_HISTORY:
            return ""
        return ngettext(
            "Choose none of the last %(count)d password.",
            "Choose none of the last %(count)d passwords.",
            settings.PASSWORD_HISTORY,
        ) % {"count": settings.PASSWORD_HISTORY}


def is_outdated(user: User, at: datetime) -> bool:
    """Asked at a sign-in. A password that is older than the record of passwords counts from now on."""
    if not user.password_records.exists():
        PasswordRecord.objects.create(user=user, password=user.password, set_at=at)
    return is_older_than_allowed(user, at)


def is_older_than_allowed(user: User, at: datetime) -> bool:
    latest = user.password_records.first()
    if not settings.PASSWORD_DAYS or latest is None:
        return False
    return latest.set_at < at - timedelta(days=settings.PASSWORD_DAYS)


def rules() -> str:
    """What a new password needs, in one line beside the field."""
    length = _("At least %(length)d characters, not only digits, no common password.")
    sentences = [length % {"length": settings.PASSWORD_MIN_LENGTH}]
    sentences += [EnoughClasses().get_help_text()] if settings.PASSWORD_CLASSES > 1 else []
    return " ".join([*sentences, NotUsedBefore().get_help_text()]).strip()


def first_password() -> str:
    """Made by chance, in groups as people read them: Kt7w-mPe4-x3hQ-u9Rd. It must be changed at once.

    Long enough for any setting; a Chinese character only where five kinds of signs are asked for.
    """
    groups = max(GROUPS, settings.PASSWORD_MIN_LENGTH // (GROUP + 1) + 1)
    end = "-报" if len(CLASSES) == settings.PASSWORD_CLASSES else ""
    while True:
        signs = [secrets.choice(CAPITALS + SMALL + DIGITS) for _sign in range(groups * GROUP)]
        parts = ["".join(signs[start : start + GROUP]) for start in range(0, len(signs), GROUP)]
        password = "-".join(parts) + end
        if all(kind.search(password) for kind in CLASSES[:3]):
            validate_password(password)
            return password
