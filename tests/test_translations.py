"""Does the site speak the words of its people, in both languages? The catalogue, the templates, the pages.

That no string of the source is missing from the catalogue is asked by script/test, with the tools of gettext.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from departments.actors import Actor
from departments.models import Role
from langfang_policy.library_strings import OF_FIELDS, REWORDED, UNTRANSLATED
from measures.models import Act, LeadMode, MeasureState, PeriodState, Situation, UpdateState
from tests import builders, cast

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).resolve().parent.parent
HAN = r"\u3400-\u9fff"
once = pytest.mark.once("the words of a page come from its template and the catalogue")


class Entry(NamedTuple):
    flags: str
    msgid: str
    plural: str
    msgstr: str

    @property
    def english(self) -> str:
        return self.plural or self.msgid


def unquoted(block: str, keyword: str) -> str:
    match = re.search(rf'^{keyword} ((?:".*"\n?)+)', block, re.MULTILINE)
    lines = re.findall(r'^(?:\S+ )?"(.*)"$', match[0].strip(), re.MULTILINE) if match else []
    return "".join(lines).replace('\\"', '"').replace("\\n", "\n")


def catalogue() -> list[Entry]:
    """All entries but the header."""
    text = (ROOT / "locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    return [
        Entry(
            "".join(re.findall(r"^#, .*$", block, re.MULTILINE)),
            unquoted(block, "msgid"),
            unquoted(block, "msgid_plural"),
            unquoted(block, r"msgstr(?:\[0\])?"),
        )
        for block in text.split("\n\n")[1:]
    ]


def placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"%\(\w+\)[sd]|%[sd]", text))


# --- the catalogue -------------------------------------------------------------------------------


def test_catalogue_has_chinese_for_every_entry_and_none_that_was_guessed_or_given_up() -> None:
    entries = catalogue()
    assert len(entries) > 800
    assert [entry.english for entry in entries if not entry.msgstr or "fuzzy" in entry.flags] == []
    assert "#~" not in (ROOT / "locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8")


def test_catalogue_keeps_every_placeholder() -> None:
    """Chinese has one form for any number, so it is held against the English plural."""
    differing = [e for e in catalogue() if set(placeholders(e.english)) != set(placeholders(e.msgstr))]
    assert differing == []


def test_catalogue_ends_a_sentence_as_its_english_does() -> None:
    for english, chinese in {".": "。", ":": "："}.items():
        ending = [e for e in catalogue() if " " in e.english and e.english.rstrip().endswith(english)]
        assert [e for e in ending if not e.msgstr.endswith(chinese)] == []


def test_catalogue_sets_chinese_marks_between_chinese_words() -> None:
    assert [e.msgstr for e in catalogue() if re.search(rf"[{HAN}][,;:?!()]|[,;:?!()][{HAN}]", e.msgstr)] == []


@pytest.mark.parametrize("word", ["驳回", "督查", "销号单"])
def test_catalogue_avoids_the_words_that_the_office_must_not_use(word: str) -> None:
    assert [e.msgstr for e in catalogue() if word in e.msgstr] == []


@pytest.mark.parametrize(
    ("label", "word"),
    [
        (UpdateState.DUE.label, "待填报"),
        (UpdateState.IN_REVIEW.label, "待单位审核"),
        (UpdateState.SUBMITTED.label, "已报送"),
        (UpdateState.WAIVED.label, "免报"),
        (Situation.NO_PROGRESS.label, "本期无新进展"),
        (Act.RETURN.label, "退回"),
        (Act.WITHDRAW.label, "撤回"),
        (Act.CORRECT.label, "更正"),
        (PeriodState.CLOSED.label, "已截止"),
        (MeasureState.CLOSED.label, "已办结"),
        (MeasureState.SUSPENDED.label, "暂缓"),
        (LeadMode.SINGLE.label, "单独牵头"),
        (LeadMode.JOINT.label, "共同牵头"),
        (LeadMode.SEPARATE.label, "分别牵头"),
        (LeadMode.NONE.label, "未列明"),
        (Role.REPORTER.label, "填报人"),
        (Role.REVIEWER.label, "审核人"),
        (Role.CLERK.label, "调度岗"),
        (Role.SIGNER.label, "签发人"),
        (Role.LEADER.label, "局领导"),
    ],
)
def test_words_of_the_domain_are_the_words_of_the_pages(label: object, word: str) -> None:
    with translation.override("zh-hans"):
        assert str(label) == word


@pytest.mark.parametrize("word", [*UNTRANSLATED, *REWORDED, *OF_FIELDS])
def test_words_of_packages_are_said_in_ours(word: str) -> None:
    own = {entry.msgid: entry.msgstr for entry in catalogue()}
    with translation.override("zh-hans"):
        assert translation.gettext(word) == own[word] != word


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["2020年7月10日", "7月7日", "2020年7月7日 16:20"]),
        ("en", ["July 10, 2020", "July 7", "July 7, 2020, 16:20"]),
    ],
)
def test_dates_are_written_as_people_write_them(language: str, words: list[str]) -> None:
    moment = datetime(2020, 7, 7, 16, 20)  # noqa: DTZ001  # a wall clock as it is printed, in no zone
    with translation.override(language):
        assert [
            date_format(datetime(2020, 7, 10), "DATE_FORMAT"),  # noqa: DTZ001  # the same
            date_format(moment, "MONTH_DAY_FORMAT"),
            date_format(moment, "DATETIME_FORMAT"),
        ] == words


# --- the templates -------------------------------------------------------------------------------


def page_templates() -> list[Path]:
    """All but the documents, which are Chinese in either language."""
    folder = ROOT / "templates"
    return sorted(path for path in folder.rglob("*.html") if "reports" not in path.relative_to(folder).parts)


def test_templates_leave_chinese_to_the_catalogue() -> None:
    """Only the marks that stand between names and around quoted text are written as they are."""
    for path in page_templates():
        said = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"))
        assert (path.name, re.findall(rf"[{HAN}，。；：？！（）]+", said)) == (path.name, [])


# --- the pages -----------------------------------------------------------------------------------


class Visible(HTMLParser):
    """What a page shows or reads out; scripts, styles and foreign-language buttons are left out."""

    SAID = ("title", "aria-label", "placeholder", "alt")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.muted = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag in {"script", "style", "code"} or (tag == "button" and own.get("lang")):
            self.muted = tag
        self.words += [own[name] or "" for name in self.SAID if name in own]

    def handle_endtag(self, tag: str) -> None:
        self.muted = "" if tag == self.muted else self.muted

    def handle_data(self, data: str) -> None:
        if not self.muted:
            self.words.append(data.strip())


def stored_words() -> list[str]:
    """Every text of the database and the mark of a draft, the longest first: no language changes these."""
    found = {settings.PRODUCT_NAME, "（征求意见稿）"}
    models = chain.from_iterable(apps.get_app_config(app).get_models() for app in ("departments", "measures"))
    for model in models:
        fields = [f.name for f in model._meta.concrete_fields if isinstance(f, CharField | TextField)]
        found.update(str(value) for row in model._default_manager.values_list(*fields) for value in row)
    return sorted((text for text in found if re.search(f"[{HAN}]", text)), key=len, reverse=True)


def shown(client: Client, address: str, language: str) -> str:
    """What the page says of itself: without stored texts, names of periods and codes of measures."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    parser = Visible()
    parser.feed(client.get(address, headers={"accept-language": language}).content.decode())
    text = "\n".join(filter(None, parser.words))
    for stored in stored_words():
        text = text.replace(stored, "")
    return re.sub(r"\d{4}年第[一二三四]季度|[一二三四五六]（[一二三四五]）|[一二三四五六]、", "", text)


def foreign_words(text: str, language: str) -> list[str]:
    """Chinese on an English page, English on a Chinese one; commands and formats belong to neither."""
    if language == "en":
        return re.findall(f"[{HAN}]+", text)
    names = r"PDF|ZIP|SHA-256|Excel|Word|README|load_policy|loaddata departments|2020Q2|\b[AJKR]\b"
    return re.findall(r"[A-Za-z]+", re.sub(names, "", text))


def visitor(actor: Actor | None) -> Client:
    client = Client()
    if actor and actor.user:
        client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]
OF_A_POLICY = ["overview", "measure_list", "department_list", "period_list", "report_list"]


@once
@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("name", ["departments:login", "measures:start", "departments:password_change"])
def test_first_pages_speak_one_language(name: str, language: str) -> None:
    client = visitor(cast.admin() if name == "departments:password_change" else None)
    text = shown(client, reverse(name), language)
    assert len(text) > 20
    assert foreign_words(text, language) == []


@once
@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("name", ["policy_list", *OF_A_POLICY])
def test_pages_of_an_empty_office_speak_one_language(name: str, language: str) -> None:
    """Without a policy, and with one of which no period was opened."""
    words = [] if name == "policy_list" else [builders.a_policy().slug]
    text = shown(visitor(cast.leader()), reverse(f"measures:{name}", args=words), language)
    assert len(text) > 20
    assert foreign_words(text, language) == []


@once
@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_pages_at_work_speak_one_language(language: str) -> None:
    update = builders.an_update(UpdateState.RETURNED)
    measure, period, own = update.measure.uuid, update.period.uuid, update.period.policy.slug
    walks: dict[Callable[[], Actor], list[tuple[Any, ...]]] = {
        cast.reporter: [
            ("my_updates",),
            ("update_edit", own, update.uuid),
            ("update_detail", own, update.uuid),
        ],
        cast.reviewer: [("review_queue",), ("department_detail", own, "zgh")],
        cast.clerk: [
            ("check_queue",),
            ("policy_check_queue", own),
            ("period_detail", own, period),
            ("period_close", own, period),
            ("measure_state", own, measure),
            ("measure_closure", own, measure),
        ],
        cast.leader: [
            ("policy_list",),
            *((name, own) for name in OF_A_POLICY),
            ("measure_detail", own, measure),
        ],
    }
    for person, pages in walks.items():
        client = visitor(person())
        for name, *which in pages:
            text = shown(client, reverse(f"measures:{name}", args=which), language)
            assert (name, foreign_words(text, language)) == (name, [])
