"""Rows about dates that were moved: a legal one of each kind, and what the constraints refuse."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from measures.models import Extension, ExtensionOutcome, FormerDates, ProgressUpdate
from tests import builders, cast

NOW: Final = builders.moment()
SPRING, SUMMER = date(2020, 3, 1), date(2020, 7, 1)


def an_extension(**changes: Any) -> Extension:
    usual = {
        "due_on": SUMMER,
        "new_due_on": date(2020, 7, 3),
        "reason": "数据未出",
        "asked_by": cast.reporter("jyj").person,
        "asked_at": NOW,
    }
    update = changes.pop("update", None) or builders.an_update(slug="jyj")
    return Extension.objects.create(update=update, **{**usual, **changes})


def some_former_dates(**changes: Any) -> FormerDates:
    usual = {
        "participant_due_on": SUMMER,
        "lead_due_on": SUMMER,
        "check_due_on": SUMMER,
        "grace_ends_on": SUMMER,
        "reason": "停电检修",
        "changed_by": cast.clerk().person,
        "changed_at": NOW,
    }
    return FormerDates.objects.create(period=builders.an_open_period(), **{**usual, **changes})


def moved_to_the_same_day() -> int:
    update = builders.an_update()
    return ProgressUpdate.objects.filter(pk=update.pk).update(first_due_on=update.due_on)


ILLEGAL_DATES: Final[dict[str, Callable[[], object]]] = {
    "progressupdate_first_due_on_is_another": lambda: moved_to_the_same_day(),
    "extension_one_pending": lambda: an_extension(update=an_extension().update),
    "extension_is_later": lambda: an_extension(new_due_on=SUMMER),
    "extension_has_reason": lambda: an_extension(reason=""),
    "extension_outcome_has_person_and_time": lambda: an_extension(outcome=ExtensionOutcome.GRANTED),
    "extension_refused_with_answer": lambda: an_extension(
        outcome=ExtensionOutcome.REFUSED, decided_by=cast.clerk().person, decided_at=NOW
    ),
    "extension_decided_by_another_person": lambda: an_extension(
        outcome=ExtensionOutcome.GRANTED, decided_by=cast.reporter("jyj").person, decided_at=NOW
    ),
    "formerdates_have_reason": lambda: some_former_dates(reason=""),
    "formerdates_in_order": lambda: some_former_dates(check_due_on=SPRING),
}
