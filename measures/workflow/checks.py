"""What do acts of every kind ask first? Whether somebody may, and a reason that is there and not too long."""

from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from langfang_policy.characters import hidden_characters, hidden_characters_sentence, length
from measures.models import TEXTS

# A reason, a basis, an answer: of acts and of texts alike.
REASON_LENGTH: Final = TEXTS["reason"].limit


def require(allowed: bool) -> None:
    """Raises PermissionDenied, which says no more than that."""
    if not allowed:
        raise PermissionDenied(_("You may not do this here."))


def required_reason(reason: str) -> str:
    """The reason without blanks around it. Raises ValidationError at `reason`."""
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    return optional_reason(reason)


def optional_reason(reason: str) -> str:
    """As `required_reason`, but it may be empty."""
    stripped = reason.strip()
    check_written("reason", stripped, REASON_LENGTH)
    return stripped


def check_written(name: str, value: str, limit: int) -> None:
    """Not too long, counted in characters, and nothing that nobody sees. Raises ValidationError at `name`."""
    if (count := length(value)) > limit:
        counts = {"count": count, "limit": limit, "over": count - limit}
        message = _("%(count)d characters, at most %(limit)d: shorten it by %(over)d.") % counts
        raise ValidationError({name: message})
    if hidden := hidden_characters(value, several_lines=True):
        raise ValidationError({name: hidden_characters_sentence(hidden)})
