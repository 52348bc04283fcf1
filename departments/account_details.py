"""What do the details of an event of an account say to a reader?

The record keeps codes, names of fields and numbers.
"""

import re
from typing import Final

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from departments.models import AccountAct, AccountEvent, Role, User

CREATED: Final = "new"
LOCKED: Final = "locked: "
_ROLE: Final = re.compile(rf"(?<=\s)(?:{'|'.join(Role.values)})(?=\s[0-9])")


def said_details(event: AccountEvent) -> str:
    """In the language of the reader; what is no code stays as it was written."""
    written = event.details
    match event.act:
        case AccountAct.ROLE_CHANGED:
            return _ROLE.sub(lambda found: str(Role(found[0]).label), written)
        case AccountAct.ACCOUNT_CHANGED if written == CREATED:
            return _("a new account")
        case AccountAct.ACCOUNT_CHANGED:
            return pgettext("between words of a list", ", ").join(map(_label_of, written.split(", ")))
        case AccountAct.SESSIONS_ENDED if written.isdecimal():
            return ngettext("%(n)s sign-in", "%(n)s sign-ins", int(written)) % {"n": written}
        case AccountAct.SIGN_IN_FAILED if written.startswith(LOCKED):
            return _locked_words(written.removeprefix(LOCKED))
    return written


def _label_of(field: str) -> str:
    if field == "is_superuser":
        return _("administrator")  # as the form calls it
    try:
        return str(User._meta.get_field(field).verbose_name)  # type: ignore[union-attr]  # a column of the form
    except FieldDoesNotExist:
        return field


def _locked_words(limit: str) -> str:
    match limit:
        case "address":
            return _("locked: too many wrong passwords from this address")
        case "name":
            return _("locked: too many wrong passwords for this user name")
    return _("locked: too many wrong passwords for this user name from this address")
