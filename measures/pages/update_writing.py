"""What do forms of updates show of their texts? Values, what stands beside them, and files, in three queries.

A commitment stands in one row with its subjects, with what was stated of each, and with its interim targets:
few rows, many tables, instead of a query for each kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.http import Http404

from departments.actors import Actor
from langfang_policy.compiled_queries import compiled
from langfang_policy.given_rows import give
from measures.commitments import Interim
from measures.models import (
    Commitment,
    CommitmentSubject,
    CommitmentValue,
    EvidenceFile,
    Policy,
    ProgressUpdate,
    Revision,
    UsedInput,
)
from measures.pages import held_text
from measures.pages.returns import with_last_return
from measures.pages.update_loading import load_two_texts, own_updates
from measures.summaries.aims import aims_from
from measures.value_inputs import ReferenceValues
from measures.workflow.texts import enters_by_default
from measures.workflow.values import StatedBefore, earlier_value, values_of

_SUBJECT: Final = tuple(column.attname for column in CommitmentSubject._meta.concrete_fields)
_COMMITMENT: Final = tuple(column.attname for column in Commitment._meta.concrete_fields)
_VALUE: Final = tuple(column.attname for column in CommitmentValue._meta.concrete_fields)
_EARLIER: Final = tuple(
    f"stated__revision__in_force_of__{name}"
    for name in ("period__code", "period__starts_on", "department_id")
)
_INTERIM: Final = ("commitment__interim_targets__on", "commitment__interim_targets__target")


@dataclass
class Promised:
    """Of one update: the subjects of its measure, `entered` by it or not, and what stands beside them."""

    subjects: list[CommitmentSubject] = field(default_factory=list)
    entered: list[CommitmentSubject] = field(default_factory=list)
    reference: ReferenceValues = field(default_factory=ReferenceValues)


def load_to_write(updates: Sequence[ProgressUpdate], *, for_reader: int | None = None) -> None:
    """Gives each update of one period its texts (`load_two_texts`), what is beside them, and its files."""
    texts = load_two_texts(updates, for_reader=for_reader, with_parts=False)
    _load_promised(updates, texts)
    _load_files(updates, texts)


def own_update(actor: Actor, policy: Policy, uuid: UUID, at: datetime) -> ProgressUpdate:
    """One that the actor writes or reviews, with its texts, why it came back, and what the actor typed since.

    Raises Http404.
    """
    for update in _own(policy.pk, uuid, actor, at - held_text.KEPT_FOR):
        load_to_write([update])
        return update
    raise Http404("no such update")


@compiled
def _own(policy: int, uuid: UUID, actor: Actor, since: datetime) -> QuerySet[ProgressUpdate]:
    """That one, or none."""
    own = own_updates(actor).filter(uuid=uuid, period__policy=policy)
    inputs = UsedInput.objects.filter(update=OuterRef("pk"))
    rows = with_last_return(held_text.with_held_since(own, actor.person, since))
    return rows.annotate(takes_over=Exists(inputs))


# --- commitments and values ------------------------------------------------------------------------


def _load_promised(updates: Sequence[ProgressUpdate], texts: Sequence[Revision]) -> None:
    if not updates:
        return
    read = _Read(updates[0].period.starts_on)
    for row in _promised([row.pk for row in updates], [row.pk for row in texts], read.starts_on):
        read.take(row)
    for update in updates:
        update.loaded_promised = read.promised_of(update)
    for text in texts:
        give(text, "values", read.values.get(text.pk, {}).values())


@compiled
def _promised(
    updates: list[int], texts: list[int], starts_on: date
) -> QuerySet[CommitmentSubject, tuple[Any, ...]]:
    """Values of these texts, and those in force in earlier periods, in the order in which they counted."""
    of_measures = CommitmentValue.objects.filter(subject__commitment__measure__updates__in=updates).order_by()
    needed = of_measures.filter(
        Q(revision__in=texts) | Q(revision__in_force_of__period__starts_on__lt=starts_on)
    )
    covers = ProgressUpdate.covers.through._default_manager.filter(
        progressupdate=OuterRef("commitment__measure__updates"),
        responsibility__department=OuterRef("commitment__entered_by"),
    )
    is_named = Q(commitment__entered_by=F("commitment__measure__updates__department")) | Exists(covers)
    rows = CommitmentSubject.objects.filter(commitment__measure__updates__in=updates).annotate(
        of_update=F("commitment__measure__updates"),
        is_named=Case(When(is_named, then=True), default=False, output_field=BooleanField()),
        stated=FilteredRelation("values", condition=Q(values__in=Subquery(needed.values("pk")))),
    )
    in_order = ("commitment__position", "position", _EARLIER[1], "stated__number")
    return rows.order_by(*in_order).values_list(
        *("of_update", "is_named", *_SUBJECT, *(f"commitment__{name}" for name in _COMMITMENT)),
        *(*(f"stated__{name}" for name in _VALUE), *_EARLIER, *_INTERIM),
    )


class _Read:
    """Makes each object once of the rows that repeat it."""

    def __init__(self, starts_on: date) -> None:
        self.starts_on = starts_on
        self.commitments: dict[int, Commitment] = {}
        self.subjects: dict[int, dict[int, tuple[CommitmentSubject, bool]]] = {}  # by update, by key
        self.values: dict[int, dict[int, CommitmentValue]] = {}  # by text, by key
        self.before: dict[int, dict[int, StatedBefore]] = {}  # by subject, by value
        self.interim: dict[int, dict[date, Interim]] = {}  # by commitment

    def take(self, row: Sequence[Any]) -> None:
        (of_update, is_named), rest = row[:2], row[2:]
        subject, rest = rest[: len(_SUBJECT)], rest[len(_SUBJECT) :]
        commitment, rest = rest[: len(_COMMITMENT)], rest[len(_COMMITMENT) :]
        value, (code, began, department, on, target) = rest[: len(_VALUE)], rest[len(_VALUE) :]
        promise = self.commitments.get(commitment[0])
        if promise is None:
            promise = self.commitments[commitment[0]] = Commitment.from_db(None, _COMMITMENT, commitment)
        of_it = self.subjects.setdefault(of_update, {})
        if subject[0] not in of_it:
            made = CommitmentSubject.from_db(None, _SUBJECT, subject)
            made.commitment = promise
            of_it[subject[0]] = made, is_named
        if on is not None:
            self.interim.setdefault(promise.pk, {})[on] = Interim(on, target)
        if value[0] is not None:
            stated = CommitmentValue.from_db(None, _VALUE, value)
            stated.subject = of_it[subject[0]][0]
            self.values.setdefault(stated.revision_id, {})[stated.pk] = stated
            if began is not None and began < self.starts_on:
                earlier = earlier_value(stated.number, stated.out_of, code)
                self.before.setdefault(stated.subject_id, {})[stated.pk] = earlier, department

    def promised_of(self, update: ProgressUpdate) -> Promised:
        rows = list(self.subjects.get(update.pk, {}).values())
        subjects = [row for row, _named in rows]
        default = enters_by_default(update)
        entered = [
            row for row, is_named in rows if (default if row.commitment.entered_by_id is None else is_named)
        ]
        stated = {key: list(values.values()) for key, values in self.before.items()}
        before = values_of(update, entered, stated)
        steps = {key: list(targets.values()) for key, targets in self.interim.items()}
        return Promised(subjects, entered, ReferenceValues(before, aims_from(entered, update.period, steps)))


# --- files -------------------------------------------------------------------------------------------


def _load_files(updates: Sequence[ProgressUpdate], texts: Sequence[Revision]) -> None:
    own: dict[int, dict[int, EvidenceFile]] = {row.pk: {} for row in updates}
    submitted: dict[int, list[EvidenceFile]] = {}
    for file in _files([row.pk for row in updates], [row.pk for row in texts]) if updates else ():
        if file.update_id in own:
            own[file.update_id].setdefault(file.pk, file)
        submitted.setdefault(vars(file)["of_text"], []).append(file)
    for update in updates:
        update.loaded_files = list(own[update.pk].values())
    for text in texts:
        give(text, "evidence", submitted.get(text.pk, ()))


@compiled
def _files(updates: list[int], texts: list[int]) -> QuerySet[Any]:
    """Those of the updates and of the texts, each as often as there are texts that have it."""
    rows = EvidenceFile.objects.of_texts().with_address().select_related("withdrawn_by")
    return rows.filter(Q(update__in=updates) | Q(revisions__in=texts)).annotate(of_text=F("revisions"))
