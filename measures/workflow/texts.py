"""What does the text of an update hold, what must it say, and how is it stored and made into the next?

Which act may touch it when is `measures.workflow.updates`, whose acts call this inside their transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from departments.actors import Actor
from departments.models import User
from measures.models import (
    TEXT_COLUMNS,
    TEXT_FIELDS,
    TEXTS,
    Act,
    CommitmentSubject,
    CommitmentValue,
    Event,
    ProgressUpdate,
    ReplacedText,
    ReportedTexts,
    Revision,
    SelfAssessment,
    Situation,
    UpdateState,
)
from measures.workflow.checks import check_written
from measures.workflow.values import DECREASE_LENGTH, decrease_name, settle_decreases


@dataclass(frozen=True, kw_only=True)
class Text(ReportedTexts):
    """What a reporter writes. `values` maps the id of a commitment's subject to (value, out of).

    `decreases` maps it to why the value is lower than before; only where there is a value.
    """

    situation: str = Situation.PROGRESS
    self_assessment: str = SelfAssessment.NORMAL
    values: Mapping[int, tuple[Decimal, Decimal | None]] = field(default_factory=dict)
    decreases: Mapping[int, str] = field(default_factory=dict)

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            values: Mapping[int, tuple[Decimal, Decimal | None]] = {},
            decreases: Mapping[int, str] = {},
            **columns: str,
        ) -> None: ...

    @classmethod
    def of(cls, revision: Revision) -> "Text":
        columns = {name: getattr(revision, name) for name in TEXT_COLUMNS}
        stated = revision.values.all()
        values = {row.subject_id: (row.number, row.out_of) for row in stated}
        decreases = {row.subject_id: row.decrease_reason for row in stated if row.decrease_reason}
        return cls(**columns, values=values, decreases=decreases)

    def prose(self) -> dict[str, str]:
        """All that is written in words, by the field that it is written in."""
        reasons = {decrease_name(subject): reason for subject, reason in self.decreases.items()}
        return {name: getattr(self, name) for name in TEXT_FIELDS} | reasons

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in TEXT_COLUMNS}

    def as_json(self) -> dict[str, Any]:
        """Numbers as words: JSON would make floats of them."""
        values = {
            str(subject): [str(number), None if out_of is None else str(out_of)]
            for subject, (number, out_of) in self.values.items()
        }
        decreases = {str(subject): reason for subject, reason in self.decreases.items()}
        return {**self.columns(), "values": values, "decreases": decreases}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Text":
        values = {
            int(subject): (Decimal(number), None if out_of is None else Decimal(out_of))
            for subject, (number, out_of) in content["values"].items()
        }
        columns = {name: content.get(name, "") for name in TEXT_COLUMNS}
        decreases = {int(subject): reason for subject, reason in content.get("decreases", {}).items()}
        return cls(**columns, values=values, decreases=decreases)


def check_complete(update: ProgressUpdate, revision: Revision) -> None:
    """What a submitted text must say. Raises ValidationError by field."""
    if errors := _missing(update, revision):
        raise ValidationError(errors)


def check_to_submit(update: ProgressUpdate, revision: Revision) -> None:
    """The same before it is frozen; and where a value fell, from what and why."""
    if errors := _missing(update, revision) | settle_decreases(update, revision):
        raise ValidationError(errors)


def _missing(update: ProgressUpdate, revision: Revision) -> dict[str, str]:
    return what_is_missing(update, Situation(revision.situation), revision.headline, revision.reason)


def what_is_missing(
    update: ProgressUpdate, situation: Situation, headline: str, reason: str
) -> dict[str, str]:
    """By field, of a text that is to go."""
    errors: dict[str, str] = {}
    if situation == Situation.PROGRESS and not headline.strip():
        errors["headline"] = _("Say in one sentence what was achieved.")
    if situation != Situation.PROGRESS and not reason.strip():
        errors["reason"] = _("Say why.")
    if situation == Situation.NOT_APPLICABLE and update.is_lead:
        errors["situation"] = _("Only participants may have nothing to do in a period.")
    return errors


def check_texts(text: Text) -> None:
    """How long they are and what is hidden in them. Raises ValidationError by field."""
    errors = {}
    for name, said in text.prose().items():
        try:
            check_written(name, said, TEXTS[name].limit if name in TEXTS else DECREASE_LENGTH)
        except ValidationError as error:
            errors.update(error.message_dict)
    if errors:
        raise ValidationError(errors)


def write_text(actor: Actor, update: ProgressUpdate, text: Text, at: datetime) -> Revision:
    """Put the text into the revision in work, making it where there is none."""
    revision = update.latest_revision
    if revision and not revision.is_frozen:
        _keep_what_is_replaced(actor, update, revision, text, at)
    else:
        revision = Revision(update=update, number=1 + (revision.number if revision else 0))
    for name, value in text.columns().items():
        setattr(revision, name, value)
    revision.saved_at = at
    revision.save()
    typed_before = User.objects.filter(texts_handed_over__user=actor.person, texts_handed_over__update=update)
    revision.contributors.add(actor.person, *typed_before)
    _write_values(update, revision, text)
    update.refresh_from_db(fields=["revisions"])  # the prefetched texts are old now
    return revision


def _keep_what_is_replaced(
    actor: Actor, update: ProgressUpdate, revision: Revision, text: Text, at: datetime
) -> None:
    """The words that somebody saved here stay readable; those derived from a frozen text stand there."""
    last = Event.objects.of_update(update).exclude(to_state="").last()
    stored = Text.of(revision)
    if last is None or last.act != Act.SAVE or last.user is None or stored == text:
        return
    ReplacedText.objects.create(
        update=update,
        number=revision.number,
        version=update.version,
        content=stored.as_json(),
        saved_by=last.user,
        saved_at=revision.saved_at,
        replaced_by=actor.person,
        replaced_at=max(at, revision.saved_at),  # a clock can be set back
    )


def _write_values(update: ProgressUpdate, revision: Revision, text: Text) -> None:
    allowed = set(entered_subjects(update).values_list("pk", flat=True))
    if not allowed.issuperset(text.values):
        raise ValidationError({"values": _("This commitment is entered by another department.")})
    revision.values.all().delete()
    rows = [
        CommitmentValue(
            revision=revision,
            subject_id=subject,
            number=number,
            out_of=out_of,
            decrease_reason=text.decreases.get(subject, ""),
        )
        for subject, (number, out_of) in text.values.items()
    ]
    for row in rows:
        row.clean_fields(exclude=["revision", "subject"])
        row.validate_constraints(exclude=["revision", "subject"])
    CommitmentValue.objects.bulk_create(rows)


def entered_subjects(update: ProgressUpdate) -> QuerySet[CommitmentSubject]:
    """The subjects whose value this update states: those of the commitments that its department enters."""
    return subjects_of(update).filter(is_entered=True)


def subjects_of(update: ProgressUpdate) -> QuerySet[Any]:
    """All subjects of its measure; `is_entered` tells those whose value this update states. One query."""
    covered = update.covers.order_by().values("department")
    entered = Q(commitment__entered_by=update.department_id) | Q(commitment__entered_by__in=covered)
    if enters_by_default(update):
        entered |= Q(commitment__entered_by=None)
    rows: QuerySet[Any] = CommitmentSubject.objects.filter(commitment__measure=update.measure_id)
    rows = rows.annotate(
        is_entered=Case(When(entered, then=True), default=False, output_field=BooleanField())
    )
    return rows.select_related("commitment").order_by("commitment__position", "position")


def entered_subjects_of(updates: Sequence[ProgressUpdate]) -> dict[int, list[CommitmentSubject]]:
    """The same of many updates, by their keys. Two queries, whatever the number."""
    names = {update.pk: {update.department_id} for update in updates}
    answers = ProgressUpdate.covers.through._default_manager.filter(progressupdate__in=names)
    for update, department in answers.values_list("progressupdate_id", "responsibility__department_id"):
        names[update].add(department)
    by_measure: dict[int, list[CommitmentSubject]] = {}
    rows = CommitmentSubject.objects.filter(commitment__measure__in={row.measure_id for row in updates})
    for row in rows.select_related("commitment").order_by("commitment__position", "position"):
        by_measure.setdefault(row.commitment.measure_id, []).append(row)

    def is_entered(update: ProgressUpdate, subject: CommitmentSubject) -> bool:
        named = subject.commitment.entered_by_id
        return enters_by_default(update) if named is None else named in names[update.pk]

    return {
        update.pk: [row for row in by_measure.get(update.measure_id, []) if is_entered(update, row)]
        for update in updates
    }


def enters_by_default(update: ProgressUpdate) -> bool:
    """Where the office named nobody it is the convenor, and each lead of a separate measure."""
    return update.is_lead if update.measure.is_led_separately else update.is_convenor


def is_as_returned(update: ProgressUpdate, text: Text) -> bool:
    """The words and values that came back, not one changed. `update` with its revisions loaded."""
    revision = update.latest_revision
    if update.state != UpdateState.RETURNED or revision is None or revision.base is None:
        return False
    return Text.of(revision.base) == text


def is_as_replaced(update: ProgressUpdate, text: Text) -> bool:
    """A correction that corrects nothing. `update` with the texts loaded that it is compared with."""
    replaced = update.text_to_replace
    return replaced is not None and Text.of(replaced) == text


def derive_next(update: ProgressUpdate, base: Revision, at: datetime, correction_reason: str = "") -> None:
    """Make the next revision with the same words and values; whoever wrote them stays a contributor."""
    revision = Revision.objects.create(
        update=update,
        number=base.number + 1,
        base=base,
        correction_reason=correction_reason or base.correction_reason,
        saved_at=at,
        **Text.of(base).columns(),
    )
    revision.contributors.set(base.contributors.all())
    CommitmentValue.objects.bulk_create(
        CommitmentValue(
            revision=revision,
            subject_id=row.subject_id,
            number=row.number,
            out_of=row.out_of,
            decrease_reason=row.decrease_reason,
        )
        for row in base.values.all()
    )
