"""How is one act done to several updates at once? Each through its own function, with its own event.

`save_all` stores every text or none; `save_each`, `submit_each` and the other `_each` do what they can and
name the rest (docs/decisions/0041). Each act still locks, checks and records by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.actors import Actor
from langfang_policy.personal_numbers import personal_numbers
from measures.models import SET_ASIDE, Act, ProgressUpdate
from measures.workflow import updates
from measures.workflow.acting import one_act
from measures.workflow.errors import StaleVersionError, WorkflowError
from measures.workflow.texts import Text, is_as_returned

_Way: TypeAlias = tuple[ProgressUpdate, Callable[[], object]]


@dataclass(frozen=True)
class Refusal:
    """Why an act was not done to one of the updates, in sentences for whoever tried."""

    update: ProgressUpdate
    reason: str


class NotAllError(WorkflowError):
    """At least one could not be done, so none was."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(" ".join(refusal.reason for refusal in refusals))
        self.refusals = refusals


@dataclass(frozen=True)
class NewText:
    """What is to be saved over the version that whoever saves has seen."""

    update: ProgressUpdate
    version: int
    text: Text


def save_all(actor: Actor, texts: Iterable[NewText], at: datetime) -> int:
    """Store every text as a draft; answers how many. Raises NotAllError with all that were refused."""
    ways = _savings(actor, texts, at)
    with one_act():
        refusals = _do_each(ways)
        if refusals:
            raise NotAllError(refusals)
    return len(ways)


def save_each(actor: Actor, texts: Iterable[NewText], at: datetime) -> list[Refusal]:
    """Store each text that may be stored; what was refused stands in the answer."""
    with one_act():
        return _do_each(_savings(actor, texts, at))


def submit_each(actor: Actor, rows: Iterable[tuple[ProgressUpdate, int]], at: datetime) -> list[Refusal]:
    """Submit the stored text of each, in the version that was seen; what was refused stands in the answer."""

    def submitting(row: ProgressUpdate, version: int) -> Callable[[], object]:
        return lambda: _submit(actor, row, version, at)

    with one_act():
        return _do_each([(row, submitting(row, version)) for row, version in rows])


def approve_each(actor: Actor, rows: Iterable[tuple[ProgressUpdate, int]], at: datetime) -> list[Refusal]:
    """Submit each reviewed text to the office, in the version that was read; refusals as `submit_each`."""

    def approving(row: ProgressUpdate, version: int) -> Callable[[], object]:
        return lambda: updates.approve_and_submit(actor, row, version, at)

    with one_act():
        return _do_each([(row, approving(row, version)) for row, version in rows])


def confirm_each(actor: Actor, rows: Iterable[tuple[ProgressUpdate, int]], at: datetime) -> list[Refusal]:
    """Bring each checked text into force, in the version that was read; refusals as `submit_each`."""

    def confirming(row: ProgressUpdate, version: int) -> Callable[[], object]:
        return lambda: updates.confirm(actor, row, version, at)

    with one_act():
        return _do_each([(row, confirming(row, version)) for row, version in rows])


def waive_each(
    actor: Actor, rows: Iterable[tuple[ProgressUpdate, int]], reason: str, at: datetime
) -> list[Refusal]:
    """Waive each for the same reason, in the version that was seen; refusals as `submit_each`.

    What this person's click before has waived counts as done.
    """

    def waiving(row: ProgressUpdate, version: int) -> Callable[[], object]:
        return lambda: _waive(actor, row, version, reason, at)

    with one_act():
        return _do_each([(row, waiving(row, version)) for row, version in rows])


def _waive(actor: Actor, row: ProgressUpdate, version: int, reason: str, at: datetime) -> None:
    try:
        updates.waive(actor, row, version, reason, at)
    except StaleVersionError:
        if not updates.already_done(actor, row, Act.WAIVE, version, reason=reason):
            raise


def _submit(actor: Actor, row: ProgressUpdate, version: int, at: datetime) -> None:
    """What has to be asked about goes only from its own page, which asks (docs/domain.md 4.3).

    So does what this person typed there and has not saved.
    """
    revision = row.latest_revision
    text = Text.of(revision) if revision else Text()
    if revision and is_as_returned(row, text):
        raise ValidationError(
            _("You have changed nothing since it was returned. Open it by itself to submit it unchanged.")
        )
    if any(map(personal_numbers, text.prose().values())):
        raise ValidationError(
            _("It seems to hold a number of a person. Open it by itself: its form shows where.")
        )
    if row.held_texts.filter(user=actor.person).exclude(page__in=["", SET_ASIDE]).exists():
        raise ValidationError(
            _("You have written more than the draft holds: open the form and submit it from there.")
        )
    updates.submit_for_review(actor, row, version, at)


def _savings(actor: Actor, texts: Iterable[NewText], at: datetime) -> list[_Way]:
    def saving(one: NewText) -> Callable[[], object]:
        return lambda: updates.save(actor, one.update, one.version, one.text, at)

    return [(one.update, saving(one)) for one in texts]


def _do_each(ways: Iterable[_Way]) -> list[Refusal]:
    """In the order of their keys, so that of two who act on the same rows one waits for the other."""
    refusals = []
    for update, act in sorted(ways, key=lambda way: way[0].pk):
        try:
            with transaction.atomic():
                act()
        except ValidationError as error:
            refusals.append(Refusal(update, " ".join(error.messages)))
        except (WorkflowError, PermissionDenied) as error:
            refusals.append(Refusal(update, str(error)))
    return refusals
