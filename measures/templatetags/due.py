"""How is a deadline said? How many days are left, or how many it is past; where a period stands.

The day is passed in.
"""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measures.models import PeriodState, ProgressUpdate, ReportingPeriod, UpdateState

register = template.Library()


@register.filter
def remaining(due_on: date, on: date) -> str:
    """4 days left, due today, 3 days overdue; calendar days."""
    days = (due_on - on).days
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    if days == 0:
        return _("due today")
    return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}


@register.filter
def is_past(due_on: date, on: date) -> bool:
    return due_on < on


@register.filter
def state_words(period: ReportingPeriod, on: date) -> str:
    """Grace is no state of its own: open, and past the leads' date."""
    return _("in grace") if period.in_grace(on) else str(PeriodState(period.state).label)


@register.filter
def day_words(day: date, on: date) -> str:
    """7月2日; with its year when that is not this one."""
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == on.year else "DATE_FORMAT")


@register.filter
def asked_words(until: date, on: date) -> str:
    """A later day that a department asked for: said wherever it is called late meanwhile."""
    return _("asked for %(day)s, not answered yet") % {"day": day_words(until, on)}


@register.simple_tag
def waiting_words(since: date, on: date) -> str:
    """When a text was handed on, and for how many calendar days it has been waiting."""
    days, day = (on - since).days, day_words(since, on)
    if days < 1:
        return _("handed on today")
    words = ngettext("handed on %(day)s, waits %(days)d day", "handed on %(day)s, waits %(days)d days", days)
    return words % {"day": day, "days": days}


@register.simple_tag
def due_words(update: ProgressUpdate, on: date) -> SafeString:
    """By when an update must be in, when it first came, and how many days are left while it is owed."""
    places = {"until": "{until}", "first": "{first}"}  # the words are markup, what is filled in is escaped
    if update.state == UpdateState.RETURNED and update.back_due_on:
        words = _("Was due %(first)s; bring it back by <b>%(until)s (included)</b>") % places
    else:
        words = _("Due <b>%(until)s (included)</b>") % places
    until, first = day_words(update.effective_due_on, on), day_words(update.due_on, on)
    parts = [format_html("<span>" + words + "</span>", until=until, first=first)]
    if update.first_due_on:
        day = day_words(update.first_due_on, on)
        parts.append(format_html('<span class="faint">{}</span>', _("at first due %(day)s") % {"day": day}))
    submitted = update.first_submitted_at
    if submitted:
        day = date_format(timezone.localtime(submitted), "MONTH_DAY_FORMAT")
        parts.append(format_html("<span>{}</span>", _("first submitted %(day)s") % {"day": day}))
    if update.is_still_owed and update.has_day_to_keep:
        late = " late" if not submitted and is_past(update.due_on, on) else ""
        left = remaining(update.effective_due_on, on)
        parts.append(format_html('<span class="nowrap{}">{}</span>', late, left))
    return format_html_join(" · ", "{}", ((part,) for part in parts))
