"""How is an act written down? As one event, and in the inbox of each person whom it tells.

The only door to both: an act that wrote its event elsewhere would tell nobody.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model
from django.http import HttpRequest

from departments import accounts
from departments.actors import Actor
from departments.models import Department, Membership, User
from measures.models import Act, Event, Policy
from measures.workflow.acting import written_down
from measures.workflow.telling import tell, tell_of_role


def record(
    act: Act,
    actor: Actor,
    department: Department,
    at: datetime,
    *,
    comment: str = "",
    field: str = "",
    states: tuple[str, str] = ("", ""),
    deputy_for: User | None = None,
    about: Sequence[Model] = (),
    words: str | None = None,
    under: Policy | None = None,
    **subject: Model,
) -> Event:
    """As `Event.objects.record`, after everything that the act writes; call inside its transaction.

    `about` is what messages lead to, where that is not the subject of the event itself; `words` is what they
    say, where that is not the comment that the record keeps; `under` which policy, where the thing has none.
    """
    event = Event.objects.record(
        act,
        actor,
        department,
        at,
        comment=comment,
        field=field,
        states=states,
        deputy_for=deputy_for,
        **subject,
    )
    written_down(event)
    things = about or ([event.subject] if event.subject else [])
    tell(event, things, comment if words is None else words, under)
    return event


def record_role(
    membership: Membership, request: HttpRequest | None, by: User, at: datetime, *, ended: bool = False
) -> None:
    """A role that was given or ended: the same for the record of accounts; call inside its transaction."""
    accounts.record_role(membership, request, by)
    tell_of_role(membership, by, at, ended=ended)
