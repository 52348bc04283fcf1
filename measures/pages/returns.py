"""Why did an update come back? Read with the update itself, as columns of the same query."""

from typing import Final

from django.db.models import OuterRef, Q, Subquery

from departments.models import Department, User
from measures.models import Act, Event, ProgressUpdate, UpdateState
from measures.models.filing import ProgressUpdateQuerySet

# What pages say of a return, and where it stands.
_SAID: Final = {
    "at": "at",
    "comment": "comment",
    "field": "field",
    "user": "user__name",
    "department": "department__short_name",
    "revision_id": "revision",
}
# What a department writes to itself stays there: the office finds what was returned to the department.
_FOR_WHO_DECIDES: Final = ~Q(from_state=UpdateState.IN_REVIEW, revision__update__state=UpdateState.SUBMITTED)


def with_last_return(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """Each with its latest return, for `last_return`."""
    events = Event.objects.filter(_FOR_WHO_DECIDES, act=Act.RETURN, revision__update=OuterRef("pk"))
    returns = events.order_by("-pk")
    columns = {f"returned_{name}": Subquery(returns.values(path)[:1]) for name, path in _SAID.items()}
    return updates.annotate(**columns)


def last_return(update: ProgressUpdate) -> Event | None:
    """When, by whom, for which department and with which words; None where it never came back.

    Of an update loaded by `with_last_return`.
    """
    said = {name: vars(update)[f"returned_{name}"] for name in _SAID}
    if said["at"] is None:
        return None
    user, department = User(name=said.pop("user")), Department(short_name=said.pop("department"))
    return Event(act=Act.RETURN, user=user, department=department, **said)
