"""Which acts make up each scenario of an update, and when? Working days from its due date, hour of the day.

Acts are named only; `measures.demo.simulation` does them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Step:
    """`act` is done `days` working days after the due date, at that hour.

    `rough`: the text is a first attempt, without the sentences that are added later.
    """

    act: str
    days: int
    hour: int
    rough: bool = False


_FILED: Final = (Step("submit", 0, 10), Step("approve", 0, 15), Step("confirm", 1, 10))
SCENARIOS: Final[Mapping[str, tuple[Step, ...]]] = {
    "confirmed": _FILED,
    "late": _FILED,
    "missing": (),
    "draft": (Step("save", 0, 16, rough=True),),
    "in_review": _FILED[:1],
    "submitted": _FILED[:2],
    "approved_by_clerk": (Step("submit", 0, 10), Step("approve_as_clerk", 0, 15)),
    "withdrawn": (
        Step("save", -1, 16, rough=True),
        Step("submit", 0, 9),
        Step("withdraw", 0, 11),
        Step("submit", 0, 14),
        *_FILED[1:],
    ),
    "returned_inside": (
        Step("submit", -1, 10, rough=True),
        Step("return_inside", -1, 16),
        Step("submit", 0, 10),
        *_FILED[1:],
    ),
    "returned_inside_not_back": (Step("submit", -1, 10, rough=True), Step("return_inside", 0, 16)),
    "returned": (
        Step("submit", -1, 9, rough=True),
        Step("approve", -1, 14),
        Step("return", 0, 9),
        Step("submit", 1, 10),
        Step("approve", 1, 15),
        Step("confirm", 2, 10),
    ),
    "returned_not_back": (Step("submit", 0, 9, rough=True), Step("approve", 0, 14), Step("return", 1, 10)),
    "returned_by_convenor": (
        Step("submit", -1, 9, rough=True),
        Step("approve", -1, 14),
        Step("return_as_convenor", 0, 9),
        Step("submit", 0, 11),
        Step("approve", 0, 15),
        Step("confirm", 1, 10),
    ),
    # Told by telephone; the other clerk confirms what the first has entered.
    "filed_on_behalf": (Step("file_on_behalf", 0, 16), Step("confirm_as_other_clerk", 1, 10)),
    "waived": (Step("waive", -1, 10),),
    "waived_by_convenor": (Step("waive_as_convenor", -1, 10),),
    "restored": (Step("waive", -4, 10), Step("restore", -3, 14), *_FILED),
    # A later date was asked for and granted: on time. `days` is how much later; the steps count from there.
    "extended": (Step("ask_for_later_date", -4, 10), Step("grant_later_date", -3, 9), *_FILED),
    "extension_refused": (Step("ask_for_later_date", -2, 14), Step("refuse_later_date", -1, 9), *_FILED),
    "extension_open": (Step("ask_for_later_date", -5, 10),),
    # What the convenor took over is changed by its department afterwards.
    "changed_once_more": (
        Step("submit", 0, 10, rough=True),
        Step("approve", 0, 15),
        Step("return", 4, 10),
        Step("submit", 5, 11),
        Step("approve", 5, 15),
    ),
    "with_an_input": (Step("submit_with_input", 0, 10), Step("approve", 0, 15)),
    "told_by_telephone": (Step("file_on_behalf", 0, 16),),
    "being_corrected": (
        Step("submit", 0, 10, rough=True),
        *_FILED[1:],
        Step("correct", 3, 9),
        Step("submit", 3, 11),
    ),
    "returned_once_confirmed": (*_FILED, Step("return", 4, 16)),
    # Weeks later, when the period is closed: its numbers stay as they are.
    "after_closing": (Step("submit", 22, 10), Step("approve", 22, 15), Step("confirm", 23, 10)),
    "confirmed_after_closing": (*_FILED[:2], Step("confirm", 15, 10)),
    "corrected": (
        Step("submit", 0, 10, rough=True),
        *_FILED[1:],
        Step("correct", 22, 9),
        Step("submit", 22, 11),
        Step("approve", 22, 15),
        Step("confirm", 23, 10),
    ),
}
