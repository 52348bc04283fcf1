"""How does the record of accounts come about? One function writes it; whoever acts on an account calls that.

Dated as acts are: what a request records in a demo bears the demo's date, so that one register of both reads
as it happened there, and what the demo plays on days that are past the moment at which it is played.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from departments.addresses import client_address
from departments.devices import device_words
from departments.models import AccountAct, AccountEvent, Membership, Session, User

_recorded_at: ContextVar[datetime | None] = ContextVar("recorded_at", default=None)


@contextmanager
def recorded_at(moment: datetime) -> Iterator[None]:
    """What is recorded inside happened at that moment; for the demo alone."""
    token = _recorded_at.set(moment)
    try:
        yield
    finally:
        _recorded_at.reset(token)


def record(
    act: AccountAct,
    user: User | None,
    request: HttpRequest | None,
    *,
    by: User | None = None,
    username: str = "",
    details: str = "",
) -> AccountEvent:
    """`by` is somebody else who did it; `username` what was typed where no account is meant."""
    return AccountEvent.objects.create(
        act=act,
        user=user,
        username=user.username if user else storable("username", username),
        by=None if by == user else by,
        address=storable("address", client_address(request) if request else ""),
        device=device_words(request.META.get("HTTP_USER_AGENT", "")) if request else "",
        details=storable("details", details),
        **({"at": recorded} if (recorded := _recorded_at.get()) else {}),
    )


def storable(field: str, text: str) -> str:
    """What is told by a stranger's request must not break the record; PostgreSQL stores no NUL."""
    column: Any = AccountEvent._meta.get_field(field)
    return text.replace("\0", "")[: column.max_length]


def record_role(membership: Membership, request: HttpRequest | None, by: User) -> None:
    """After a membership was given or ended."""
    until = f"–{membership.valid_to}" if membership.valid_to else "–"
    words = f"{membership.department} {membership.role} {membership.valid_from}{until}"
    if membership.stands_in_for:
        words += f" ← {membership.stands_in_for.username}"
    record(AccountAct.ROLE_CHANGED, membership.user, request, by=by, details=words)


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign that person out everywhere, but in the session of that key; says in how many places."""
    sessions = Session.objects.filter(user=user).exclude(session_key=but or "")
    count, _by_model = sessions.delete()
    return count
