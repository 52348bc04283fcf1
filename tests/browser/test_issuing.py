"""A report from the clerk's words to a file that is verified; its withdrawal; what the auditor finds.

Four people of the office and one of a department, each in a browser of their own, in the demo.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browser import keyboard
from tests.browser.conftest import AS_THE_PRODUCT, Site, copied, serve
from tests.browser.visitors import POLICY, step_in, visitor

PERIOD, REFERENCE, NAME = "2019年第三季度", "〔2020〕2号", "进展情况报告"
PROBLEM, FIRST_STEP, STEP = "个别单位数据更新不及时。", "抓好落实。", "六月底前由市人社局逐一核对。"
OWN, OTHER = "提高技术工人待遇", "老旧小区改造"
REASON, WRONG = "下步工作请写明时限和责任单位", "附件二有误，另行印发"


@dataclass(frozen=True)
class Issuing:
    """The site and who works on it."""

    site: Site
    clerk: Page
    checker: Page
    signer: Page
    stranger: Page
    auditor: Page


PEOPLE = (
    ("调度岗", "调度员甲"),
    ("调度岗", "调度员乙"),
    ("签发人", "市人社局"),
    ("填报人", "市总工会"),
    ("审计（只读）", ""),
)


@pytest.fixture
def issuing(
    demo_database: Path, tmp_path: Path, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Issuing]:
    for site in serve(copied(demo_database, tmp_path), AS_THE_PRODUCT):
        with ExitStack() as browsers:
            pages = [browsers.enter_context(visitor(browser, browser_context_args)) for _person in PEOPLE]
            for (role, name), page in zip(PEOPLE, pages, strict=True):
                step_in(page, site, role, name)
            yield Issuing(site, *pages)


def told(page: Page, words: str) -> None:
    expect(page.locator(".messages")).to_contain_text(words)


def press(page: Page, button: str, words: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    told(page, words)


def tick(page: Page) -> None:
    """What cannot be taken back is not done without it."""
    page.locator("[name=confirmed]").check()


def from_the_start_page(page: Page, site: Site, words: str) -> None:
    """What waits is found on the start page, with what is to be done."""
    page.goto(site.url)
    row = page.locator("main li", has_text=NAME).filter(has_text=words)
    expect(row).to_contain_text(PERIOD)
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(NAME)


def unfold(page: Page, label: str, reason: str, words: str) -> None:
    fold = page.locator("details.fold").filter(has_text=label)
    fold.locator("summary").click()
    fold.locator("textarea, input[name=reason]").last.fill(reason)
    fold.get_by_role("button", name=label).click()
    told(page, words)


# --- what happens --------------------------------------------------------------------------------


def clerk_drafts(o: Issuing) -> None:
    """The words proposed are those of the period; 存在问题 and 下步工作 are put into the clerk's own."""
    o.clerk.goto(f"{o.site.url}{POLICY}/issued/")
    o.clerk.locator("select[name=kind]").select_option(label=NAME)
    o.clerk.locator("select[name=period]").select_option(label=PERIOD)
    press(o.clerk, "起草报告", "报告稿已生成")
    expect(o.clerk.locator("[name=preamble]")).to_have_value(re.compile(PERIOD))
    problems = o.clerk.locator("[name=problems]")
    problems.fill(f"{problems.input_value()}\n（九）其他问题\n{PROBLEM}")
    o.clerk.locator("[name=next_steps]").fill(FIRST_STEP)
    press(o.clerk, "保存文字", "文字已保存")
    press(o.clerk, "送核", "待另一名调度员核稿")
    expect(o.clerk.get_by_role("button", name="核稿无误")).to_have_count(0)


def checker_returns_it(o: Issuing) -> None:
    from_the_start_page(o.checker, o.site, "待核稿")
    expect(o.checker.locator("main")).to_contain_text(PROBLEM)
    unfold(o.checker, "退回", REASON, "已退回拟稿人")


def clerk_mends_it(o: Issuing) -> None:
    """The message says why, and leads to the words."""
    o.clerk.goto(f"{o.site.url}/messages/")
    o.clerk.locator(".message", has_text=REASON).locator("button[name=open]").click()
    expect(o.clerk.locator("main")).to_contain_text(REASON)
    o.clerk.locator("[name=next_steps]").fill(STEP)
    press(o.clerk, "保存文字", "文字已保存")
    press(o.clerk, "送核", "待另一名调度员核稿")


def it_is_issued(o: Issuing) -> None:
    from_the_start_page(o.checker, o.site, "待核稿")
    press(o.checker, "核稿无误", "待签发人签发")
    from_the_start_page(o.signer, o.site, "待签发")
    expect(o.signer.locator("main")).to_contain_text(STEP)
    tick(o.signer)
    press(o.signer, "签发", "可以印发")
    from_the_start_page(o.clerk, o.site, "待印发")
    keyboard.press(o.clerk, o.clerk.locator("[name=confirmed]"), "Space")
    keyboard.press(o.clerk, o.clerk.get_by_role("button", name="编号印发"))
    told(o.clerk, f"报告已印发。 {REFERENCE}")


def clerk_looks_at_the_other_policy(o: Issuing) -> None:
    """And comes back, by the menu in the frame, without a mouse."""
    for name, place in ((OTHER, "urban-renewal-2020"), (OWN, "skilled-workers-2019")):
        keyboard.press(o.clerk, o.clerk.locator(".chooser summary"))
        keyboard.press(o.clerk, o.clerk.locator(".chooser").get_by_role("link", name=name, exact=True))
        o.clerk.wait_for_url(f"**/p/{place}/**")


def stranger_downloads_it(o: Issuing, folder: Path) -> Path:
    """A department whose updates are in it hears of it; the file holds the clerk's words and the number."""
    o.stranger.goto(f"{o.site.url}/messages/")
    o.stranger.locator(".message", has_text=REFERENCE).locator("button[name=open]").click()
    expect(o.stranger.get_by_role("button", name="撤销报告")).to_have_count(0)
    with o.stranger.expect_download() as begun:
        o.stranger.get_by_role("link", name="下载 PDF").click()
    file = folder / "report.pdf"
    begun.value.save_as(file)
    words = "".join(text for sheet in PdfReader(file).pages for text in sheet.extract_text().split())
    assert all(text in words for text in (REFERENCE, PROBLEM, STEP))
    assert FIRST_STEP not in words
    return file


def verified(o: Issuing, file: Path) -> Locator:
    o.stranger.goto(f"{o.site.url}/verify/")
    o.stranger.locator("input[name=file]").set_input_files(file)
    o.stranger.get_by_role("button", name="核验", exact=True).click()
    return o.stranger.locator("[role=status]")


def stranger_verifies_it(o: Issuing, file: Path, folder: Path) -> None:
    answer = verified(o, file)
    expect(answer).to_contain_text("与印发的报告逐字节一致")
    expect(answer).to_contain_text(REFERENCE)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    changed = folder / "changed.pdf"
    changed.write_bytes(content)
    expect(verified(o, changed)).to_contain_text("未查到")


def it_is_withdrawn(o: Issuing, file: Path) -> None:
    """It stays in the register with number and reason, and whoever verifies the file is told."""
    o.signer.goto(f"{o.site.url}{POLICY}/issued/")
    o.signer.locator("main").get_by_role("link", name=REFERENCE, exact=True).click()
    unfold(o.signer, "撤销报告", WRONG, "仍保留在登记簿中")
    o.stranger.goto(f"{o.site.url}{POLICY}/issued/")
    expect(o.stranger.locator("main li, main tr").filter(has_text=REFERENCE)).to_contain_text("已撤销")
    expect(verified(o, file)).to_contain_text(WRONG)


def auditor_looks(o: Issuing, folder: Path) -> None:
    """Who waived what in the period; and the whole way of the report, with who and why."""
    o.auditor.goto(f"{o.site.url}{POLICY}/register/")
    o.auditor.locator("select[name=kind]").select_option(label="免报及恢复")
    o.auditor.get_by_role("button", name="筛选").click()
    waived = o.auditor.locator("main tbody tr", has_text=PERIOD).first
    expect(waived).to_contain_text("调度员")
    with o.auditor.expect_download() as begun:
        o.auditor.get_by_role("link", name="导出 Excel").click()
    file = folder / "register.xlsx"
    begun.value.save_as(file)
    rows = ["　".join(str(cell or "") for cell in row) for row in load_workbook(file).worksheets[0].values]
    assert any(PERIOD in row and "免报" in row and "调度员" in row for row in rows)
    assert not any("印发报告" in row for row in rows)
    o.auditor.goto(f"{o.site.url}{POLICY}/register/?act=withdraw_report")
    expect(o.auditor.locator("main tbody tr")).to_contain_text(f"{REFERENCE} {WRONG}")


def test_a_report_is_drafted_checked_signed_issued_verified_and_withdrawn(
    issuing: Issuing, tmp_path: Path
) -> None:
    clerk_drafts(issuing)
    checker_returns_it(issuing)
    clerk_mends_it(issuing)
    it_is_issued(issuing)
    clerk_looks_at_the_other_policy(issuing)
    file = stranger_downloads_it(issuing, tmp_path)
    stranger_verifies_it(issuing, file, tmp_path)
    it_is_withdrawn(issuing, file)
    auditor_looks(issuing, tmp_path)
