"""Does the glossary say what the product says: every model and enumeration, each under one word and name?"""

import enum
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from dataclasses import dataclass, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

import departments
import measures
from tests.test_translations import catalogue

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
ROW = re.compile(r"^\| (.+?) \| (.+?) \| `([\w.]+)` \| (.+?) \|$", re.MULTILINE)
NOT_USED = re.compile(r"^- \*(.+?)\* →", re.MULTILINE)
# Sentences of the product that hold such a word in its other sense.
IN_ANOTHER_SENSE = {"line": {"one line, as the leader reads it"}}


# No words of the office: how the program describes a field, or what is wrong with a trigger.
INNER_ENUMERATIONS = {"Asked", "FaultKind"}


@dataclass(frozen=True)
class Row:
    chinese: str
    english: str
    name: str
    meaning: str


@cache
def rows() -> dict[str, Row]:
    return {row.name: row for row in every_row()}


def every_row() -> list[Row]:
    return [Row(*found) for found in ROW.findall(GLOSSARY.read_text(encoding="utf-8"))]


@cache
def modules() -> dict[str, ModuleType]:
    """By dotted name; migrations are a record of the past and keep its words."""
    found = {}
    for app in (departments, measures):
        for info in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if ".migrations" not in info.name:
                found[info.name] = importlib.import_module(info.name)
    return found


def classes() -> list[type]:
    """Each class in the module that defines it."""
    return [
        item
        for name, module in modules().items()
        for item in vars(module).values()
        if inspect.isclass(item) and item.__module__ == name
    ]


def tracked_models() -> list[type[models.Model]]:
    own = [model for app in ("departments", "measures") for model in apps.get_app_config(app).get_models()]
    return [model for model in own if not model.__name__.startswith("Historical")]


def enumerations() -> list[type[enum.Enum]]:
    found = [item for item in classes() if issubclass(item, enum.Enum)]
    return [item for item in found if item.__name__ not in INNER_ENUMERATIONS]


def labels(label: object) -> tuple[str, str]:
    with translation.override("zh-hans"):
        chinese = str(label)
    with translation.override("en"):
        return chinese, str(label)


def exists(name: str) -> bool:
    """A class, a member or field of one, or a function of a module of measures."""
    head, _, part = name.partition(".")
    if module := modules().get(f"measures.{head}"):
        return callable(getattr(module, part, None))
    return any(not part or has_part(item, part) for item in classes() if item.__name__ == head)


def has_part(owner: type, part: str) -> bool:
    return hasattr(owner, part) or (is_dataclass(owner) and part in owner.__dataclass_fields__)


def test_glossary_has_every_model_under_the_words_that_the_product_shows() -> None:
    wanted = {model.__name__: labels(model._meta.verbose_name) for model in tracked_models()}
    found = {name: (rows()[name].chinese, rows()[name].english) for name in wanted if name in rows()}
    assert found == wanted


def test_glossary_has_every_enumeration() -> None:
    assert {item.__name__ for item in enumerations()} <= set(rows())


@pytest.mark.parametrize("language", [0, 1], ids=["zh-Hans", "en"])
def test_glossary_has_every_member_under_the_words_that_the_product_shows(language: int) -> None:
    wanted = {
        f"{item.__name__}.{member.name}": labels(member.label)[language]
        for item in enumerations()
        if issubclass(item, models.TextChoices)
        for member in item
    }
    found = {
        name: (rows()[name].chinese, rows()[name].english)[language] for name in wanted if name in rows()
    }
    assert found == wanted


def test_glossary_has_the_members_that_have_no_words_in_the_catalogue() -> None:
    """Commands speak Chinese: where they tell a member, its value is the word. Others are never shown."""
    members = {
        f"{item.__name__}.{member.name}": str(member.value)
        for item in enumerations()
        if not issubclass(item, models.TextChoices)
        for member in item
    }
    assert set(members) <= set(rows())
    told = {name: value for name, value in members.items() if not value.isascii()}
    assert told
    assert {name: rows()[name].chinese for name in told} == told


def test_glossary_names_only_what_exists() -> None:
    assert [name for name in rows() if not exists(name)] == []


def test_glossary_would_find_a_name_that_does_not_exist() -> None:
    assert not any(
        exists(name) for name in ("Ghost", "MeasureState.GHOST", "permissions.ghost", "ghost.can_write")
    )


def test_glossary_has_one_row_a_name() -> None:
    assert [name for name, count in Counter(row.name for row in every_row()).items() if count > 1] == []


def test_glossary_has_one_sentence_a_row() -> None:
    """Every line of the table is a row that was read, and says something."""
    table = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(table) == len(every_row()) + 1
    assert [row.name for row in every_row() if not row.meaning.endswith((".", "。"))] == []


def test_glossary_gives_models_words_of_their_own() -> None:
    """Two models under one word would be two things that readers take for one."""
    for words in (
        [rows()[m.__name__].chinese for m in tracked_models()],
        [rows()[m.__name__].english for m in tracked_models()],
    ):
        assert [word for word, count in Counter(words).items() if count > 1] == []


def test_product_says_none_of_the_words_that_the_glossary_rules_out() -> None:
    words = NOT_USED.findall(GLOSSARY.read_text(encoding="utf-8"))
    assert {"line", "驳回"} <= set(words)
    for word in words:
        pattern = re.compile(word if not word.isascii() else rf"\b{word}s?\b", re.IGNORECASE)
        said = {e.english if word.isascii() else e.msgstr for e in catalogue()}
        assert {one for one in said if pattern.search(one)} <= IN_ANOTHER_SENSE.get(word, set()), word
