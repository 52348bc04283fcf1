"""Illegal rows of values, and of the share from which a repeated text is pointed out (test_constraints)."""

from collections.abc import Callable
from typing import Any, Final

from measures.models import CommitmentValue, UpdateState
from tests import builders


def a_value(**changes: Any) -> CommitmentValue:
    measure = builders.a_measure()
    subject = builders.a_commitment(measure).subjects.get()
    revision = builders.text_in_work(builders.an_update(UpdateState.DRAFT, measure=measure))
    usual = {"revision": revision, "subject": subject, "number": 1}
    return CommitmentValue.objects.create(**{**usual, **changes})


def a_value_of_the_same_subject() -> CommitmentValue:
    first = a_value()
    return CommitmentValue.objects.create(revision=first.revision, subject=first.subject, number=2)


ILLEGAL_VALUES: Final[dict[str, Callable[[], object]]] = {
    "policy_repeated_percent_is_a_share": lambda: builders.a_policy(repeated_percent=101),
    "commitmentvalue_once": a_value_of_the_same_subject,
    "commitmentvalue_not_negative": lambda: a_value(number=-1),
    "commitmentvalue_part_of_whole": lambda: a_value(number=3, out_of=2),
    "commitmentvalue_fell_with_reason": lambda: a_value(number=1, fell_from=2),
    "commitmentvalue_fell_from_part_of_whole": lambda: a_value(
        number=1, fell_from=3, fell_from_out_of=2, decrease_reason="核减"
    ),
}
