"""The main acts without a mouse: Tab, Enter, Space and what is typed, from the sign-in on."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, copied, run, serve
from tests.browser.keyboard import back_to, press, write
from tests.browser.test_journey import HEADLINE, MEASURE, PROGRESS, REASON
from tests.browser.test_nothing_lost import STAFFED
from tests.browser.visitors import visitor
from tests.cast import PASSWORD

MENDED = f"{HEADLINE}，随迁29人"
IN_THE_SHEET = "举办技能竞赛三场"
PEOPLE = ("gaj-reporter", "gaj-reviewer", "rsj-clerk", "rsj-reporter")


@dataclass(frozen=True)
class Office:
    site: Site
    reporter: Page
    reviewer: Page
    clerk: Page
    colleague: Page


@pytest.fixture
def office(
    prepared_database: Path, tmp_path: Path, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Office]:
    database = copied(prepared_database, tmp_path)
    run(database, STAFFED)
    for site in serve(database):
        with ExitStack() as browsers:
            pages = [browsers.enter_context(visitor(browser, browser_context_args)) for _name in PEOPLE]
            for name, page in zip(PEOPLE, pages, strict=True):
                sign_in(page, site, name)
            yield Office(site, *pages)


def sign_in(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.url}/login/")
    write(page, page.locator("input[name=username]"), name)
    write(page, page.locator("input[name=password]"), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def told(page: Page, words: str) -> None:
    expect(page.locator(".messages")).to_contain_text(words)


def open_form(o: Office) -> None:
    o.reporter.goto(f"{o.site.url}/my/")
    press(o.reporter, o.reporter.get_by_role("link", name=MEASURE).first)
    expect(o.reporter.locator("#update-form")).to_be_visible()


def update_is_written_and_submitted(o: Office) -> None:
    open_form(o)
    press(o.reporter, o.reporter.locator("input[name=situation]").first, "Space")
    progress = o.reporter.locator("input[name=situation][value=progress]")
    for _choice in range(5):  # the arrows go from choice to choice
        if progress.is_checked():
            break
        o.reporter.keyboard.press("ArrowDown")
    expect(progress).to_be_checked()
    write(o.reporter, o.reporter.locator("[name=headline]"), HEADLINE)
    write(o.reporter, o.reporter.locator("[name=progress]"), PROGRESS)
    press(o.reporter, o.reporter.locator("#update-form button[value=submit]"))
    told(o.reporter, "已提交本单位审核")


def reviewer_returns_it(o: Office) -> None:
    """The fold is opened, closed and opened again; nothing is sent by that."""
    o.reviewer.goto(f"{o.site.url}/review/")
    fold = o.reviewer.locator(".waiting", has_text=MEASURE).locator("details[data-fold]")
    press(o.reviewer, fold.locator("summary"))
    expect(fold.locator("textarea")).to_be_visible()
    expect(fold.locator("textarea")).to_be_focused()
    back_to(o.reviewer, fold.locator("summary"))
    o.reviewer.keyboard.press("Space")
    expect(fold.locator("textarea")).to_be_hidden()
    o.reviewer.keyboard.press("Enter")
    write(o.reviewer, fold.locator("textarea"), REASON)
    press(o.reviewer, fold.locator("button[type=submit]"))
    told(o.reviewer, "退回")


def mended_and_submitted_again(o: Office) -> None:
    open_form(o)
    write(o.reporter, o.reporter.locator("[name=headline]"), MENDED)
    press(o.reporter, o.reporter.locator("#update-form button[value=submit]"))
    told(o.reporter, "已提交本单位审核")


def decided(page: Page, address: str, act: str, words: str) -> None:
    page.goto(address)
    press(page, page.locator(".waiting", has_text=MEASURE).locator(f"button[data-act={act}]"))
    told(page, words)


def sheet_is_filled_in(o: Office) -> None:
    o.colleague.goto(f"{o.site.url}/my/")
    press(o.colleague, o.colleague.get_by_role("link", name="集中填报").first)
    headline = o.colleague.locator("main [name$=headline]").first
    write(o.colleague, headline, IN_THE_SHEET)
    press(o.colleague, o.colleague.locator("main button[value=save]").last)
    expect(o.colleague.locator("main [name$=headline]").first).to_have_value(IN_THE_SHEET)


def test_main_acts_need_no_mouse(office: Office) -> None:
    update_is_written_and_submitted(office)
    reviewer_returns_it(office)
    mended_and_submitted_again(office)
    decided(office.reviewer, f"{office.site.url}/review/", "approve", "已")
    decided(office.clerk, f"{office.site.url}/check/", "confirm", "已确认")
    sheet_is_filled_in(office)
