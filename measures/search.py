"""Which measures does somebody mean who types a few words, a number like 二（一） or a department's name?

Stored text is official text and stays as it is. What is typed is brought into the forms in which the text
may write it: full-width and half-width digits, brackets and quotation marks are the same to whoever searches.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from departments.models import Department
from measures.models import Responsibility
from measures.models.policy import MeasureQuerySet
from measures.numerals import NUMERAL, number_of

_CODE = re.compile(rf"({NUMERAL})\(({NUMERAL})\)")
# What keyboards type, and how official text writes it.
_OFFICIAL = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；", ":": "：", "?": "？", "!": "！"})
_QUOTES = re.compile('["“”„‟＂]')


def search_measures(measures: MeasureQuerySet, words: str, on: date) -> MeasureQuerySet:
    """Title, text or clause contains the words, or they are the measure's number or bind it by a name.

    No index finds Chinese words of two characters, so every text is looked through.
    """
    typed = half_width(words)
    if not typed:
        return measures
    found = Q()
    for written in spellings(typed):
        found |= Q(title__icontains=written) | Q(text__icontains=written) | Q(clause_text__icontains=written)
    if code := _CODE.fullmatch(typed.replace(" ", "")):
        found |= Q(section__ordinal=number_of(code[1]), ordinal=number_of(code[2]))
    named = Department.objects.filter(
        Q(name__iexact=typed)
        | Q(short_name__iexact=typed)
        | Q(full_name__iexact=typed)
        | Q(aliases__name__iexact=typed)
    )
    bound = Responsibility.objects.in_force(on).filter(department__in=named)
    return measures.filter(found | Q(pk__in=bound.values("measure")))


def half_width(words: str) -> str:
    """The search key: never stored, since this form would damage official text (（） → (), ㎡ → m2)."""
    return unicodedata.normalize("NFKC", words).strip()


def spellings(typed: str) -> Iterator[str]:
    """The typed words, and as official text writes them."""
    yield typed
    official = _in_chinese_quotes(typed.translate(_OFFICIAL))
    if official != typed:
        yield official


def _in_chinese_quotes(text: str) -> str:
    """Straight quotation marks in turn become “ and ”."""
    marks = iter("“”" * len(text))
    return _QUOTES.sub(lambda _mark: next(marks), text)
