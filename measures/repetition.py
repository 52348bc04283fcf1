"""How much of a text did the last one say already? It is pointed out to writer and reviewer, never forbidden.

The share is Dice's coefficient of the pairs of neighbouring characters, after what does not change what is
said is taken out. Sentences that only changed places count as said before, and time grows with the length
alone, whatever is typed (docs/decisions/0044).
"""

import unicodedata
from collections import Counter
from itertools import pairwise
from typing import Final, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.cadence import Cadence, CalendarPeriod
from measures.models import TEXTS, ReportingPeriod, Revision, Situation


class Said(Protocol):
    """A text with its situation: stored, or as it was typed."""

    @property
    def situation(self) -> str: ...


def repeated_words(text: Said, before: Revision | None, period: ReportingPeriod) -> str:
    """The sentence that points it out; empty where too little is the same, or nothing was confirmed before.

    `before`: of a correction the text that it replaces, else the one confirmed last, with its update and
    period loaded; `period` is that of `text`, with its policy. Whoever has nothing to do in a period says so
    in the same words each time.
    """
    if before is None or Situation.NOT_APPLICABLE in {text.situation, before.situation}:
        return ""
    percent = share_said_before(_said(text), _said(before))
    if percent < period.policy.repeated_percent:
        return ""
    earlier, now = CalendarPeriod.of(before.update.period.code), CalendarPeriod.of(period.code)
    if earlier == now:
        return _("%(percent)s%% the same as the text that it replaces") % {"percent": percent}
    if earlier.later(1) == now:
        return str(_LAST[now.cadence]) % {"percent": percent}
    return _("%(percent)s%% the same as in %(period)s") % {"percent": percent, "period": earlier.name}


_LAST: Final = {
    Cadence.MONTHLY: gettext_lazy("%(percent)s%% the same as last month"),
    Cadence.QUARTERLY: gettext_lazy("%(percent)s%% the same as last quarter"),
    Cadence.HALF_YEARLY: gettext_lazy("%(percent)s%% the same as last half-year"),
}


def _said(text: Said) -> str:
    """All that counts in its situation."""
    progress = text.situation == Situation.PROGRESS
    return "\n".join(getattr(text, name) for name, row in TEXTS.items() if row.asked.fits(progress=progress))


def share_said_before(text: str, before: str) -> int:
    """In whole percent; 100 only where nothing that counts differs."""
    now, then = _characters(text), _characters(before)
    if now == then:
        return 100 if now else 0
    pairs, pairs_before = _pairs(now), _pairs(then)
    whole = pairs.total() + pairs_before.total()
    same = (pairs & pairs_before).total()
    return min(99, 200 * same // whole) if whole else 0


def _characters(text: str) -> str:
    """Letters and digits, in one width and case: blanks and punctuation say nothing."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _pairs(text: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise(text))
