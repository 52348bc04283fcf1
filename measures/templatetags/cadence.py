"""How is it said which months a value covers?"""

from django import template
from django.utils.translation import gettext as _

from measures.models import year_to_date
from measures.summaries import CommitmentStatus

register = template.Library()


@register.filter
def covered(row: CommitmentStatus) -> str:
    """2020年上半年累计 of a yearly commitment, else the period that states it; empty where none does."""
    span = year_to_date(row.stated_in, row.year)
    return _("year to date: %(span)s") % {"span": span} if span else row.stated_in_words
