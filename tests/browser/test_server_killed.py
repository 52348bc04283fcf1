"""The server is killed while three people type, and started again: what is then there of their words?"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Service, Site, copied, run, services
from tests.browser.test_nothing_lost import KEPT_HERE, SAVED, STAFFED, local_texts, open_form
from tests.browser.visitors import PEOPLE, sign_in, visitor

MORE_PEOPLE = STAFFED.replace(PEOPLE, PEOPLE + 'cast.reporter("zgh")\n')
# What the file of the database holds, whether or not somebody serves it.
DRAFTS = "SELECT progress FROM measures_revision"
AUTOSAVED = "SELECT json_extract(fields, '$.progress') FROM measures_heldtext ORDER BY 1"
# Of each: what the server has acknowledged, and what is typed while it dies.
SAVED_DRAFT = "已为37名领军人才办理落户手续，"
FIRST = ("一季度以来窗口共受理申请，", "二季度以来会同教育部门协调，", "全市技能竞赛各项筹备工作，")
THEN = (
    "其中八成当日办结，其余三日内办结。",
    "随迁子女入学名单已经全部核对。",
    "方案已经报市政府审定并印发各县区。",
)
WHOLE = (SAVED_DRAFT + FIRST[0] + THEN[0], FIRST[1] + THEN[1], FIRST[2] + THEN[2])


@pytest.fixture
def service(prepared_database: Path, tmp_path: Path) -> Iterator[Service]:
    database = copied(prepared_database, tmp_path)
    run(database, MORE_PEOPLE)
    yield from services(database)


def stored(site: Site) -> tuple[list[str], list[str]]:
    """Drafts and autosaved texts; the file must be whole."""
    with closing(sqlite3.connect(site.database)) as file:
        file.create_function("REGEXP", 2, lambda pattern, said: re.search(pattern, str(said)) is not None)
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        drafts, autosaved = ([row[0] for row in file.execute(query)] for query in (DRAFTS, AUTOSAVED))
    return drafts, autosaved


def text_of(page: Page) -> Locator:
    return page.locator("[name=progress]")


def autosave_of(page: Page) -> Locator:
    return page.locator("#autosave")


def type_in_turn(pages: list[Page], texts: list[str]) -> None:
    """One character each, so that all three are in the middle of a sentence at every moment."""
    longest = max(map(len, texts))
    for place in range(longest):
        for page, text in zip(pages, texts, strict=True):
            page.keyboard.insert_text(text[place : place + 1])


def begin(pages: list[Page], site: Site) -> None:
    """Three forms; the first person's draft is saved, and what each typed after that is autosaved."""
    writer, second, union = pages
    for page, name in zip(pages, ("gaj-reporter", "gaj-reporter-2", "zgh-reporter"), strict=True):
        sign_in(page, site, name)
        open_form(page, site)
    text_of(writer).fill(SAVED_DRAFT)
    writer.locator("#update-form button[value=save]").click()
    expect(writer.locator(".messages")).to_contain_text("已保存")
    for page, text in zip(pages, FIRST, strict=True):
        text_of(page).focus()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text(text)
    for page in (writer, second, union):
        expect(autosave_of(page)).to_contain_text(SAVED)
        assert local_texts(page) == 0


def die_in_the_middle(pages: list[Page], service: Service) -> None:
    """Half of each sentence is typed before, half after; the browser keeps both and says so."""
    half = [text[: len(text) // 2] for text in THEN]
    type_in_turn(pages, half)
    service.kill()
    type_in_turn(pages, [text[len(text) // 2 :] for text in THEN])
    for page, text in zip(pages, WHOLE, strict=True):
        expect(autosave_of(page)).to_contain_text(KEPT_HERE)
        expect(text_of(page)).to_have_value(text)
        assert local_texts(page) == 1

    drafts, autosaved = stored(service.site)  # what was acknowledged is in the file
    assert drafts == [SAVED_DRAFT]
    for text in (SAVED_DRAFT + FIRST[0], FIRST[1], FIRST[2]):
        assert any(kept.startswith(text) for kept in autosaved), autosaved


def test_what_three_people_type_while_the_server_is_killed_is_there_when_it_is_back(
    service: Service, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    site, settings = service.site, browser_context_args
    with (
        visitor(browser, settings) as writer,
        visitor(browser, settings) as second,
        visitor(browser, settings) as union,
    ):
        pages = [writer, second, union]
        begin(pages, site)
        die_in_the_middle(pages, service)
        second.locator("#update-form button[value=save]").click()  # into the void
        expect(second.locator("#update-form")).to_have_count(0)
        address = union.url
        union.close(run_before_unload=False)  # the browser is closed, with its text

        service.start()
        open_form(second, site)
        expect(text_of(second)).to_have_value(WHOLE[1])
        expect(autosave_of(second)).to_contain_text(SAVED)
        again = union.context.new_page()
        again.goto(address)
        expect(text_of(again)).to_have_value(WHOLE[2])
        expect(autosave_of(again)).to_contain_text(SAVED)
        expect(autosave_of(writer)).to_contain_text(SAVED)  # by itself, nobody touched it
        for page in (writer, second, again):
            assert local_texts(page) == 0
    assert stored(site) == ([SAVED_DRAFT], sorted(WHOLE))

    with visitor(browser, settings) as elsewhere:  # another machine, which never saw the text
        sign_in(elsewhere, site, "gaj-reporter")
        open_form(elsewhere, site)
        expect(text_of(elsewhere)).to_have_value(WHOLE[0])
        elsewhere.locator("#update-form button[value=save]").click()
        expect(elsewhere.locator(".messages")).to_contain_text("已保存")
        expect(elsewhere.locator(".held")).to_have_count(0)
