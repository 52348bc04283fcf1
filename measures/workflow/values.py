"""What did a value stand at before, and may it be lower now? A year to date does not shrink without a reason.

Pages show what stood before beside the input; what fell has to say why when its text is submitted
(docs/domain.md 4.28).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from measures.commitments import cycle_year, format_number
from measures.models import (
    AnswerKind,
    CalendarPeriod,
    Commitment,
    CommitmentSubject,
    CommitmentValue,
    ProgressUpdate,
    Revision,
)

DECREASE: Final = "decrease_"  # before the id of the subject: where the reason is asked for
DECREASE_LENGTH: Final = CommitmentValue._meta.get_field("decrease_reason").max_length or 0


def decrease_name(subject: int) -> str:
    return f"{DECREASE}{subject}"


def value_words(commitment: Commitment, number: Decimal, out_of: Decimal | None) -> str:
    """A value as a person says it: yes, 12 家, 36 of 40."""
    if commitment.answer == AnswerKind.YES_NO:
        return _("yes") if number else _("no")
    if commitment.answer == AnswerKind.SHARE and out_of is not None:
        return _("%(number)s of %(out_of)s") % {
            "number": format_number(number),
            "out_of": format_number(out_of),
        }
    return f"{format_number(number)} {commitment.unit}".strip()


@dataclass(frozen=True)
class EarlierValue:
    """The value that counts before a period in its cycle, and which period states it."""

    number: Decimal
    out_of: Decimal | None
    period: CalendarPeriod


def is_cumulative(commitment: Commitment) -> bool:
    """It adds up within its cycle. What is only limited from above says how things are, and may fall."""
    return commitment.floor is not None or commitment.ceiling is None


EarlierValues = Mapping[int, EarlierValue]  # by subject
StatedBefore = tuple[EarlierValue, int]  # with the department that states it


def values_before(
    updates: Sequence[ProgressUpdate], subjects: Mapping[int, Iterable[CommitmentSubject]]
) -> dict[int, EarlierValues]:
    """By update what its `subjects` stood at in the latest earlier text in force of their cycle. One query.

    All updates are of one period. It is what counts (docs/domain.md 1.11), whoever states it; but where leads
    are separate each goes on from its own.
    """
    wanted = {row.pk for update in updates for row in subjects[update.pk]}
    if not wanted:
        return {update.pk: {} for update in updates}
    stated: dict[int, list[StatedBefore]] = {}
    in_force = "revision__in_force_of__"
    rows = CommitmentValue.objects.filter(
        subject__in=wanted, **{f"{in_force}period__starts_on__lt": updates[0].period.starts_on}
    ).order_by(f"{in_force}period__starts_on", "number")
    columns = ("subject_id", "number", "out_of", f"{in_force}period__code", f"{in_force}department_id")
    for subject, number, out_of, code, department in rows.values_list(*columns):
        stated.setdefault(subject, []).append((earlier_value(number, out_of, code), department))
    return {update.pk: values_of(update, subjects[update.pk], stated) for update in updates}


def earlier_value(number: Decimal, out_of: Decimal | None, code: str) -> EarlierValue:
    return EarlierValue(number, out_of, CalendarPeriod.of(code))


def values_of(
    update: ProgressUpdate,
    subjects: Iterable[CommitmentSubject],
    stated: Mapping[int, Sequence[StatedBefore]],
) -> EarlierValues:
    """What each subject stood at, of what was `stated` of it, in the order of `values_before`."""
    found = {row.pk: _latest(update, row.commitment, stated.get(row.pk, ())) for row in subjects}
    return {key: latest for key, latest in found.items() if latest}


def _latest(
    update: ProgressUpdate, commitment: Commitment, stated: Iterable[StatedBefore]
) -> EarlierValue | None:
    """The last of its cycle: they come in order, the highest of a period last."""
    since = cycle_year(commitment, update.period.year) or 0
    separate = update.measure.is_led_separately
    own = [row for row, by in stated if not separate or by == update.department_id]
    return next((row for row in reversed(own) if row.period.year >= since), None)


def settle_decreases(update: ProgressUpdate, revision: Revision) -> dict[str, str]:
    """What fell says from what, for good. The answer: by field, what lacks its reason.

    Call before the text is frozen.
    """
    stated = list(revision.values.select_related("subject__commitment").order_by("subject_id"))
    if not stated:
        return {}
    before = values_before([update], {update.pk: [row.subject for row in stated]})[update.pk]
    fallen = []
    errors = {}
    for row in stated:
        earlier = before.get(row.subject_id)
        if earlier is None or not has_fallen(row.subject.commitment, earlier, row.number):
            continue
        row.fell_from, row.fell_from_out_of = earlier.number, earlier.out_of
        fallen.append(row)
        if not row.decrease_reason.strip():
            errors[decrease_name(row.subject_id)] = _missing_reason(row, earlier)
    if not errors:
        CommitmentValue.objects.bulk_update(fallen, ["fell_from", "fell_from_out_of"])
    return errors


def has_fallen(commitment: Commitment, earlier: EarlierValue, number: Decimal) -> bool:
    return is_cumulative(commitment) and number < earlier.number


def _missing_reason(row: CommitmentValue, earlier: EarlierValue) -> str:
    commitment = row.subject.commitment
    words = {
        "label": f"{commitment.label} {row.subject.name}".strip(),
        "before": value_words(commitment, earlier.number, earlier.out_of),
        "now": value_words(commitment, row.number, row.out_of),
    }
    return _("%(label)s was %(before)s and is %(now)s now: say why it is lower.") % words
