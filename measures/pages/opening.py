"""What is the clerk told before a period is opened at an unusual time? The same, however it was planned."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from measures.models import CalendarPeriod


def remarks_on_opening(span: CalendarPeriod, on: date) -> list[str]:
    """Sentences that keep nobody from opening it: its days are not over, or were long ago."""
    days = {"day": _day(span.ends_on), "due": _day(span.opens_from)}
    if on < span.opens_from:
        words = _(
            "This period ends only on %(day)s, and its opening is due from %(due)s on: departments could say "
            "little of it yet. You may open it all the same; they then see it beside the one before."
        )
        return [words % days]
    if on <= span.ends_on:
        words = _(
            "This period ends only on %(day)s. You may open it now; departments then see it beside the one "
            "before."
        )
        return [words % days]
    if on > span.later(1).ends_on:
        words = _(
            "This period ended on %(day)s, and the one after it is over too. You may open it all the same; "
            "departments then report on days that are long past."
        )
        return [words % days]
    return []


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
