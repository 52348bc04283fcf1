"""How a deadline is said: how many days are left, or how many it is past. The day is passed in."""

from datetime import date

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def remaining(due_on: date, on: date) -> str:
    """4 days left, due today, 3 days late; calendar days."""
    days = (due_on - on).days
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    if days == 0:
        return _("due today")
    return ngettext("%(days)d day past", "%(days)d days past", -days) % {"days": -days}


@register.filter
def is_past(due_on: date, on: date) -> bool:
    return due_on < on
