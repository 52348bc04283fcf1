"""What does somebody mean who types a few words, a number like 二（一） or a department's name?

Stored text is official text and stays as it is. What is typed is brought into the forms in which the text
may write it: full-width and half-width digits, brackets and quotation marks, Traditional and Simplified
characters are the same to whoever searches. Of words with a space between them each must be found.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
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
# So many words are looked for, each with the spellings it may have; what comes after is one with the last.
TERMS: Final = 5
# What keyboards type, and how official text writes it.
_OFFICIAL = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；", ":": "：", "?": "？", "!": "！"})
_QUOTES = re.compile('["“”„‟＂]')


def search_measures(measures: MeasureQuerySet, words: str, on: date) -> MeasureQuerySet:
    """Title, text or clause contains each word, or a name of whom it binds does; or they are its number.

    No index finds Chinese words of two characters, so every text is looked through. One character stands in
    the names of all departments (市, 局) and names none.
    """
    for term in terms(words):
        measures = _measures_about(measures, term, on)
    return measures


def _measures_about(measures: MeasureQuerySet, typed: str, on: date) -> MeasureQuerySet:
    found = _contained(typed, ("title", "text", "clause_text"))
    if number := measure_number(typed):
        found |= Q(section__ordinal=number[0], ordinal=number[1])
    if len(typed) < NAMING:
        return measures.filter(found)
    named = with_predecessors(Department.objects.filter(_named(typed)), on)
    bound = Responsibility.objects.in_force(on).filter(department__in=named.order_by().values("pk"))
    return measures.filter(found | Q(pk__in=bound.values("measure")))


def terms(words: str) -> list[str]:
    """The words to be found, in the form of the search key; a number like 二 （四） is one."""
    typed = half_width(words)
    return [typed] if measure_number(typed) else typed.split(maxsplit=TERMS - 1)


def measure_number(words: str) -> tuple[int, int] | None:
    """Section and place in it of what is typed as 二（四）, 二(四) or 二 （四）; None for other words."""
    code = _CODE.fullmatch(half_width(words).replace(" ", ""))
    section, ordinal = (number_of(code[1]), number_of(code[2])) if code else (None, None)
    return (section, ordinal) if section and ordinal else None


def search_texts(texts: QuerySet[Revision], words: str) -> QuerySet[Revision]:
    """The fields of the text contain each word."""
    for term in terms(words):
        texts = texts.filter(_contained(term, TEXT_FIELDS))
    return texts


def _contained(typed: str, fields: Iterable[str]) -> Q:
    found = Q()
    for written in spellings(typed):
        for name in fields:
            found |= Q(**{f"{name}__icontains": written})
    return found


def search_departments(departments: QuerySet[Department], words: str, on: date) -> QuerySet[Department]:
    """Its names contain each word, or those of a department that it succeeded."""
    for term in terms(words):
        named = with_successors(Department.objects.filter(_named(term)), on)
        departments = departments.filter(pk__in=named.order_by().values("pk"))
    return departments


def _named(typed: str) -> Q:
    """People type 人社局 for 市人社局: the words are part of a name, also of a former one."""
    return _contained(typed, ("name", "short_name", "full_name", "aliases__name"))


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
