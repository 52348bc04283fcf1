"""How are moved days written into the record, and how are they said to a reader?

Stored the same in every language, because the record is sealed; said in the language of the moment.
"""

import re
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

_DAYS: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{4}-[0-9]{2}-[0-9]{2})*"
_MOVED: Final = re.compile(rf"({_DAYS}) → ({_DAYS})(?:：|$)")

# The days of a period, in the order in which the record has them: how each is called.
NAMES_OF_DAYS: Final = {
    "participant_due_on": _("Participants and co-leads due"),
    "lead_due_on": _("Convenors and separate leads due"),
    "check_due_on": _("Office's check"),
    "grace_ends_on": _("End of grace"),
}

_A_DAY: Final = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])")


def moved_days(before: object, after: object, reason: str = "") -> str:
    """2020-07-07 → 2020-07-09：the reason. A day each, or several as ISO words; pages tell it by `said`."""
    return f"{before} → {after}" + (f"：{reason}" if reason else "")


def said(written: str) -> str:
    """The days that did move, those of a period by name, then the reason; other words as they are."""
    found = _MOVED.match(written)
    if found is None:
        return written
    before, after = found[1].split(), found[2].split()
    of_period = len(before) == len(after) == len(NAMES_OF_DAYS)
    names = [f"{name} " if of_period else "" for name in NAMES_OF_DAYS.values()]
    days = zip(names, before, after, strict=False)
    moves = [f"{name}{_day(old)} → {_day(new)}" for name, old, new in days if old != new]
    reason = written[found.end() :]
    return pgettext("between moved days", "; ").join(moves) + (
        pgettext("after a label", ": ") + reason if reason else ""
    )


def with_days(written: str, until: str = "") -> str:
    """Every day as pages write days; what stands behind the first `until` a person has typed."""
    own, mark, typed = written.partition(until) if until else (written, "", "")
    return _A_DAY.sub(_as_day, own) + mark + typed


def _as_day(found: re.Match[str]) -> str:
    try:
        return _day(found[0])
    except ValueError:  # no such day: somebody's name or number
        return found[0]


def _day(written: str) -> str:
    return date_format(date.fromisoformat(written), "DATE_FORMAT")
