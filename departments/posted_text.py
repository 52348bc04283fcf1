"""What did a person type into a request that could not be carried out? It is shown again, never stored.

Read by every page of refusal: an outdated form, an unreadable body, a busy database, a mistake of ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

from departments.addresses import referring_page

# Fields that carry no words of a person.
NOT_TEXT = frozenset(
    {"csrfmiddlewaretoken", "token", "next", "language", "person", "username", "version", "act", "do"}
    | {"page", "continues", "personal", "inserted", "evidence"}
    | {"situation", "self_assessment", "field", "department"}
)
# A choice that is kept with the words which it is about: to which of its texts a return points.
CHOSEN_WITH_WORDS: Final = frozenset({"field"})
# What tells a field from the same of another row: a prefix on a sheet of many updates, a number behind it.
_OF_A_ROW = re.compile(r"^.*-|[0-9]+$")
# What a ticked box, a list or a hidden field sends, where no form of ours says that the field is typed.
_OF_A_CHOICE = re.compile(r"[\w.:,/=+%-]+", re.ASCII)
# Less is typed anew faster than copied. Counted by width: two Chinese characters are an answer (同意).
SHORTEST = 4


@dataclass(frozen=True)
class PostedText:
    """What was typed into one field; `label` is empty where no form of ours knows the field."""

    label: Any  # a word or the promise of one
    text: str


def texts_of(
    fields: list[tuple[str, str]], of_form: Mapping[str, Any] = MappingProxyType({})
) -> list[PostedText]:
    """The texts among posted fields under the labels of their form; never a password."""
    labels = {**import_string(settings.FIELD_LABELS)(), **of_form}
    return [PostedText(labels.get(_kind_of(name), ""), text) for name, text in written_fields(fields)]


def written_fields(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that carry words of a person, as they were sent."""
    labels = import_string(settings.FIELD_LABELS)()
    return [
        (name, text)
        for name, text in fields
        if _kind_of(name) not in NOT_TEXT
        and "password" not in name
        and width(text.strip()) >= SHORTEST
        and (_kind_of(name) in labels or not _OF_A_CHOICE.fullmatch(text.strip()))
    ]


def kept_fields(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those with words, and what was chosen to go with them."""
    written = written_fields(fields)
    chosen = [(name, text) for name, text in fields if name in CHOSEN_WITH_WORDS and text]
    return [*written, *chosen] if written else []


def width(text: str) -> int:
    return len(text.encode("gb18030", "replace"))


def _kind_of(name: str) -> str:
    return _OF_A_ROW.sub("", name)


def posted_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field of the form as it was sent, files left out."""
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def give_text_back(
    request: HttpRequest,
    kept_until: datetime | None = None,
    labels: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse:
    """The page for a lost CSRF token, mostly of a page left open while its owner signed in anew.

    `kept_until`: the words are held for the sender as well. `labels`: see `texts_of`.
    """
    context = {
        "texts": texts_of(posted_fields(request), labels),
        "back": referring_page(request),
        "kept_until": kept_until,
    }
    return render(request, "403_csrf.html", context, status=403)
