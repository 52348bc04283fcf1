"""Everything that a department and the office owe each other, in browsers that run no script."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, copied, run, serve
from tests.browser.excel_form import downloaded, fill_in_form, upload
from tests.browser.test_journey import give_back, press
from tests.browser.test_nothing_lost import STAFFED
from tests.browser.visitors import POLICY, open_measure, sign_in, visitor
from tests.evidence import a_pdf

MEASURE = "五（二）"  # one of the fifteen of the union
HEADLINE, PROGRESS = "举办职工技能竞赛三场", "共有两个工种参加。"
IN_THE_FORM, WRITTEN_OFFLINE = "举办技能竞赛三场", "电工、焊工和数控三个工种共120人参加。"
# The office opened the period long ago: the day of the participants and of the leads is past.
OVERDUE = (
    STAFFED + "cast.reporter('zgh'), cast.reviewer('zgh')\nDemoMode.objects.update(on=date(2020, 7, 8))\n"
)


@dataclass(frozen=True)
class Office:
    """Who works on the site, each in a browser without scripts."""

    site: Site
    clerk: Page
    reporter: Page
    reviewer: Page


@pytest.fixture
def office(
    prepared_database: Path, tmp_path: Path, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Office]:
    database = copied(prepared_database, tmp_path)
    run(database, OVERDUE)
    settings = {**browser_context_args, "java_script_enabled": False}
    for site in serve(database):
        with ExitStack() as browsers:
            names = ("rsj-clerk", "zgh-reporter", "zgh-reviewer")
            pages = [browsers.enter_context(visitor(browser, settings)) for _name in names]
            for name, page in zip(names, pages, strict=True):
                sign_in(page, site, name)
            yield Office(site, *pages)


def open_form(o: Office) -> None:
    o.reporter.goto(f"{o.site.url}/my/")
    o.reporter.get_by_role("link", name=MEASURE).first.click()


def told(page: Page, words: str) -> None:
    expect(page.locator(".messages")).to_contain_text(words)


def save_a_draft(o: Office) -> None:
    open_form(o)
    o.reporter.locator("input[name=situation][value=progress]").check()
    o.reporter.locator("[name=headline]").fill(HEADLINE)
    o.reporter.locator("[name=progress]").fill(PROGRESS)
    o.reporter.locator("#update-form button[value=save]").click()
    told(o.reporter, "已保存草稿")


def file_comes_and_goes(o: Office, folder: Path) -> None:
    """What stands in the form is still there after a file was added."""
    file = folder / "竞赛名册.pdf"
    file.write_bytes(a_pdf())
    o.reporter.locator("[name=headline]").fill(IN_THE_FORM)
    o.reporter.locator("input[name=evidence]").set_input_files(file)
    o.reporter.locator("#evidence .sheet-foot button").click()
    expect(o.reporter.locator("#evidence")).to_contain_text("竞赛名册.pdf")
    expect(o.reporter.locator("[name=headline]")).to_have_value(IN_THE_FORM)
    o.reporter.locator("#evidence a.evidence-act").click()
    o.reporter.locator("[name=reason]").fill("误传了旧名册")
    o.reporter.get_by_role("button", name="撤下").click()
    expect(o.reporter.locator(".messages")).to_be_visible()
    open_form(o)
    expect(o.reporter.locator("#evidence .evidence-file")).to_have_count(0)
    expect(o.reporter.locator("[name=headline]")).to_have_value(IN_THE_FORM)


def excel_form(o: Office, folder: Path) -> None:
    o.reporter.locator("#update-form button[value=save]").click()
    o.reporter.goto(f"{o.site.url}/my/")
    o.reporter.get_by_role("link", name="集中填报").click()
    o.reporter.get_by_role("link", name="填报表").click()
    file = downloaded(o.reporter, folder)
    fill_in_form(file, {MEASURE: {"本期进展": WRITTEN_OFFLINE}})
    upload(o.reporter, file)
    preview = o.reporter.locator(".sheet-preview")
    expect(preview.locator("del")).to_contain_text(PROGRESS)
    expect(preview.locator("ins")).to_contain_text(WRITTEN_OFFLINE)
    preview.get_by_role("button", name="保存 1 条改动").click()
    told(o.reporter, "已从填报表保存 1 条填报")


def is_urged(o: Office) -> None:
    o.clerk.goto(f"{o.site.url}{POLICY}/periods/")
    o.clerk.locator("main").get_by_role("link", name="2020年第二季度").first.click()
    o.clerk.locator("details.acts-more summary").click()
    o.clerk.get_by_role("link", name="催办", exact=True).click()
    o.clerk.locator("input[name=departments][value=zgh]").check()
    o.clerk.get_by_role("button", name="催办所选单位").click()
    o.reporter.goto(o.site.url)
    expect(o.reporter.locator("main")).to_contain_text("待签收、待答复")
    o.reporter.locator("main .items a[href*='/urges/']").first.click()
    o.reporter.get_by_role("button", name="签收").click()
    told(o.reporter, "已签收")
    o.reporter.locator("[name=reason]").fill("名单核对后今天报送。")
    o.reporter.locator("form[action$='/answer/'] button").click()
    told(o.reporter, "已答复")


def submit(o: Office, headline: str) -> None:
    open_form(o)
    o.reporter.locator("[name=headline]").fill(headline)
    o.reporter.locator("#update-form button[value=submit]").click()
    told(o.reporter, "已提交本单位审核")


def test_department_saves_attaches_is_urged_files_and_is_confirmed(office: Office, tmp_path: Path) -> None:
    save_a_draft(office)
    file_comes_and_goes(office, tmp_path)
    excel_form(office, tmp_path)
    is_urged(office)
    submit(office, IN_THE_FORM)
    give_back(office.reviewer, office.site, MEASURE)
    office.reporter.goto(f"{office.site.url}/my/")
    expect(office.reporter.locator(".returned-reason")).to_contain_text("请写明办理了多少人")
    submit(office, HEADLINE)
    press(office.reviewer, f"{office.site.url}/review/", "approve", MEASURE)
    press(office.clerk, f"{office.site.url}/check/", "confirm", MEASURE)
    open_measure(office.clerk, office.site, MEASURE)
    expect(office.clerk.locator(".timeline")).to_contain_text(HEADLINE)
    expect(office.clerk.locator(".timeline")).to_contain_text(WRITTEN_OFFLINE)
