"""Which marks stand after a label, in a list and around an addition, in the language of the reader?"""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def after_label(label: object, words: object) -> str:
    """Who or what it is about, and what is said of it."""
    return f"{label}{pgettext('after a label', ': ')}{words}"


def listed(names: Iterable[object]) -> str:
    return pgettext("between words of a list", ", ").join(map(str, names))


def with_addition(words: object, addition: object) -> str:
    """In brackets behind the words; in English with a space between."""
    together = pgettext("words with an addition", "%(words)s (%(addition)s)")
    return together % {"words": words, "addition": addition}


def sentences_in_a_row(sentences: Iterable[object]) -> str:
    return _("; ").join(map(str, sentences))
