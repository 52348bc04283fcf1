"""What does somebody mean who types a few words, a number like 二（一） or a department's name?

Stored text is official text and stays as it is. What is typed is brought into the forms in which the text
may write it: full-width and half-width digits, brackets and quotation marks, Traditional and Simplified
characters are the same to whoever searches.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from departments.models import Department
from measures.models import TEXT_FIELDS, Responsibility, Revision
from measures.models.policy import MeasureQuerySet
from measures.numerals import NUMERAL, number_of
from measures.policytext.pinyin import simplified

_CODE = re.compile(rf"({NUMERAL})\(({NUMERAL})\)")
# How often a department is followed to the one that came after it: an office is seldom reorganised twice.
GENERATIONS: Final = 3
# How many characters may name a department.
NAMING: Final = 2
# What keyboards type, and how official text writes it.
_OFFICIAL = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；", ":": "：", "?": "？", "!": "！"})
_QUOTES = re.compile('["“”„‟＂]')


def search_measures(measures: MeasureQuerySet, words: str, on: date) -> MeasureQuerySet:
    """Title, text or clause contains the words, or they are its number, or a name of whom it binds does.

    No index finds Chinese words of two characters, so every text is looked through. One character stands in
    the names of all departments (市, 局) and names none.
    """
    typed = half_width(words)
    if not typed:
        return measures
    found = Q()
    for written in spellings(typed):
        found |= Q(title__icontains=written) | Q(text__icontains=written) | Q(clause_text__icontains=written)
    if number := measure_number(typed):
        found |= Q(section__ordinal=number[0], ordinal=number[1])
    if len(typed) < NAMING:
        return measures.filter(found)
    named = with_predecessors(Department.objects.filter(_named(typed)), on)
    bound = Responsibility.objects.in_force(on).filter(department__in=named.order_by().values("pk"))
    return measures.filter(found | Q(pk__in=bound.values("measure")))


def measure_number(words: str) -> tuple[int, int] | None:
    """Section and place in it of what is typed as 二（四）, 二(四) or 二 （四）; None for other words."""
    code = _CODE.fullmatch(half_width(words).replace(" ", ""))
    section, ordinal = (number_of(code[1]), number_of(code[2])) if code else (None, None)
    return (section, ordinal) if section and ordinal else None


def search_texts(texts: QuerySet[Revision], words: str) -> QuerySet[Revision]:
    """One of the fields of the text contains the words."""
    found = Q()
    for written in spellings(half_width(words)):
        for name in TEXT_FIELDS:
            found |= Q(**{f"{name}__icontains": written})
    return texts.filter(found)


def search_departments(departments: QuerySet[Department], words: str, on: date) -> QuerySet[Department]:
    """One of the names contains the words, or one of those of a department that it succeeded."""
    named = Department.objects.filter(_named(half_width(words)))
    return departments.filter(pk__in=with_successors(named, on).order_by().values("pk"))


def _named(typed: str) -> Q:
    """People type 人社局 for 市人社局: the words are part of a name, also of a former one."""
    found = Q()
    for written in spellings(typed):
        for name in ("name", "short_name", "full_name", "aliases__name"):
            found |= Q(**{f"{name}__icontains": written})
    return found


def with_successors(departments: QuerySet[Department], on: date) -> QuerySet[Department]:
    """These, and all that perform for them by that day; a part of another query."""
    return _followed(departments, "inheritances__predecessor", "inheritances__valid_from", on)


def with_predecessors(departments: QuerySet[Department], on: date) -> QuerySet[Department]:
    """These, and all for which they perform by that day."""
    return _followed(departments, "successions__successor", "successions__valid_from", on)


def _followed(near: QuerySet[Department], link: str, since: str, on: date) -> QuerySet[Department]:
    step, found = near, Q(pk__in=near.order_by().values("pk"))
    for _generation in range(GENERATIONS):
        step = Department.objects.filter(**{f"{link}__in": step.order_by().values("pk"), f"{since}__lte": on})
        found |= Q(pk__in=step.order_by().values("pk"))
    return Department.objects.filter(found)


def half_width(words: str) -> str:
    """The search key: never stored, since this form would damage official text (（） → (), ㎡ → m2)."""
    return unicodedata.normalize("NFKC", words).strip()


def spellings(typed: str) -> Iterator[str]:
    """The typed words, as official text writes them, and both in Simplified characters."""
    official = _in_chinese_quotes(typed.translate(_OFFICIAL))
    yield from dict.fromkeys((typed, official, simplified(typed), simplified(official)))


def _in_chinese_quotes(text: str) -> str:
    """Straight quotation marks in turn become “ and ”."""
    marks = iter("“”" * len(text))
    return _QUOTES.sub(lambda _mark: next(marks), text)
