"""What do acts of every kind ask first? Whether somebody may, and a reason that is there and not too long."""

from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

REASON_LENGTH: Final = 200


def require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied(_("You may not do this here."))


def required(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    return limited(reason)


def limited(reason: str) -> str:
    stripped = reason.strip()
    if len(stripped) > REASON_LENGTH:
        over = {"limit": REASON_LENGTH, "over": len(stripped) - REASON_LENGTH}
        raise ValidationError({"reason": _("At most %(limit)d characters: shorten it by %(over)d.") % over})
    return stripped
