"""How is one act done to several updates at once? Each through its own function, with its own event.

`save_all` stores every text or none; `save_each`, `submit_each` and the other `_each` do what they can and
name the rest (docs/decisions/0041). Each act still locks, checks and records by itself. What the same
person's click before has done counts as done, as at a single update (docs/domain.md 4.2).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
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
from measures.workflow.texts import Text, is_as_replaced, is_as_returned


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


@dataclass(frozen=True)
class _Step:
    """One act on one of the updates, over the version that was seen; `text` and `reason`: what it sends."""

    update: ProgressUpdate
    version: int
    act: Act
    run: Callable[[], object]
    text: Text | None = None
    reason: str = ""


Chosen: TypeAlias = Sequence[tuple[ProgressUpdate, int]]  # each with the version that was seen


def save_all(actor: Actor, texts: Iterable[NewText], at: datetime) -> int:
    """Store every text as a draft; answers how many. Raises NotAllError with all that were refused."""
    steps = _saves(actor, texts, at)
    with one_act():
        refusals = _do_each(actor, steps)
        if refusals:
            raise NotAllError(refusals)
    return len(steps)


def save_each(actor: Actor, texts: Iterable[NewText], at: datetime) -> list[Refusal]:
    """Store each text that may be stored; what was refused stands in the answer."""
    with one_act():
        return _do_each(actor, _saves(actor, texts, at))


def submit_each(actor: Actor, rows: Chosen, at: datetime) -> list[Refusal]:
    """Submit the stored text of each, in the version that was seen; what was refused stands in the answer."""
    act = Act.SUBMIT_FOR_REVIEW
    with one_act():
        return _do_each(
            actor, [_Step(row, seen, act, partial(_submit, actor, row, seen, at)) for row, seen in rows]
        )


def approve_each(actor: Actor, rows: Chosen, at: datetime) -> list[Refusal]:
    """Submit each reviewed text to the office, in the version that was read; refusals as `submit_each`."""
    act, do = Act.APPROVE_AND_SUBMIT, updates.approve_and_submit
    with one_act():
        return _do_each(
            actor, [_Step(row, seen, act, partial(do, actor, row, seen, at)) for row, seen in rows]
        )


def confirm_each(actor: Actor, rows: Chosen, at: datetime) -> list[Refusal]:
    """Bring each checked text into force, in the version that was read; refusals as `submit_each`."""
    act, do = Act.CONFIRM, updates.confirm
    with one_act():
        return _do_each(
            actor, [_Step(row, seen, act, partial(do, actor, row, seen, at)) for row, seen in rows]
        )


def waive_each(actor: Actor, rows: Chosen, reason: str, at: datetime) -> list[Refusal]:
    """Waive each for the same reason, in the version that was seen; refusals as `submit_each`."""
    act, do = Act.WAIVE, updates.waive
    steps = [
        _Step(row, seen, act, partial(do, actor, row, seen, reason, at), reason=reason) for row, seen in rows
    ]
    with one_act():
        return _do_each(actor, steps)


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
    if revision and is_as_replaced(row, text):
        raise ValidationError(
            _("This correction changes nothing yet. Open it by itself to submit it unchanged.")
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


def _saves(actor: Actor, texts: Iterable[NewText], at: datetime) -> list[_Step]:
    return [
        _Step(
            one.update,
            one.version,
            Act.SAVE,
            partial(updates.save, actor, one.update, one.version, one.text, at),
            text=one.text,
        )
        for one in texts
    ]


def _do_each(actor: Actor, steps: Iterable[_Step]) -> list[Refusal]:
    """In the order of their keys, so that of two who act on the same rows one waits for the other."""
    refusals = []
    for step in sorted(steps, key=lambda step: step.update.pk):
        try:
            with transaction.atomic():
                step.run()
        except StaleVersionError as error:
            if not _is_done(actor, step):
                refusals.append(Refusal(step.update, str(error)))
        except ValidationError as error:
            refusals.append(Refusal(step.update, " ".join(error.messages)))
        except (WorkflowError, PermissionDenied) as error:
            refusals.append(Refusal(step.update, str(error)))
    return refusals


def _is_done(actor: Actor, step: _Step) -> bool:
    return updates.already_done(
        actor, step.update, step.act, step.version, text=step.text, reason=step.reason
    )
