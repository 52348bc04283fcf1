"""The main job in a real browser: from the opening of a period to the words in the downloaded PDF."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import AS_THE_PRODUCT, Site, copied, run, serve
from tests.browser.visitors import PEOPLE, POLICY, fill_in, sign_in, sign_out, visitor

MEASURE = "二（四）"
FIRST = "为高技能领军人才办理落户手续若干件"
HEADLINE = "为37名高技能领军人才办理落户手续"
PROGRESS = "开通绿色通道，配偶子女随迁一次办结。"
REASON = "请写明办理了多少人"

# A second policy, which another department coordinates; the police take part in its last measure.
SECOND = "/p/urban-renewal-2020"
OTHER_MEASURE = "守牢质量和安全底线"
OTHER_HEADLINE = "排查改造小区消防通道12处"
# What docs/your-own-policy.md says, in one process: to start one takes as long as most of these commands.
SECOND_POLICY = """
from django.core.management import call_command
from departments.models import Role
from tests import cast
call_command("loaddata", "urban-renewal-departments", verbosity=0)
call_command(
    *("load_policy", "fixtures/policies/urban-renewal-2020.txt"),
    *("--slug", "urban-renewal-2020", "--short-title", "老旧小区改造", "--coordinator", "zjj"),
    *("--commitments", "fixtures/policies/urban-renewal-2020-commitments.csv"),
)
cast.a_person("zjj-clerk", ("zjj", Role.CLERK))
"""


@pytest.fixture(scope="module")
def staffed_database(prepared_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared database with the people of the journeys."""
    database = copied(prepared_database, tmp_path_factory.mktemp("staffed"))
    run(database, PEOPLE)
    return database


@pytest.fixture
def staffed_site(staffed_database: Path, tmp_path: Path) -> Iterator[Site]:
    yield from serve(copied(staffed_database, tmp_path))


@pytest.fixture
def site_with_documents(staffed_database: Path, tmp_path: Path) -> Iterator[Site]:
    yield from serve(copied(staffed_database, tmp_path), AS_THE_PRODUCT)


def open_period(page: Page, site: Site, policy: str = POLICY, owed: int = 92) -> None:
    """As the clerk, over the pages that lead there."""
    page.goto(f"{site.url}{policy}/periods/")
    page.locator('a[href*="/periods/plan/"]').click()
    page.locator("select[name=code]").select_option("2020Q2")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("input[name=lead_due_on]")).to_have_value("2020-07-07")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text(str(owed))
    expect(page.locator("h1")).to_have_text("2020年第二季度")


def write(page: Page, site: Site, headline: str, measure: str = MEASURE) -> None:
    """As the reporter: the row of the list opens the form; the form is sent for review."""
    page.goto(f"{site.url}/my/")
    page.get_by_role("link", name=measure).first.click()
    page.locator("input[name=situation][value=progress]").check()
    page.locator("[name=headline]").fill(headline)
    page.locator("[name=progress]").fill(PROGRESS)
    page.locator("#update-form button[value=submit]").click()
    expect(page).to_have_url(f"{site.url}/my/")


def row_of(page: Page, site: Site) -> Locator:
    page.goto(f"{site.url}{POLICY}/")
    return page.locator(".overview-table tr", has_text=MEASURE)


def press(page: Page, address: str, act: str, measure: str = MEASURE) -> None:
    """Decide on the text that waits, by the button of an act."""
    page.goto(address)
    waiting = page.locator(".waiting", has_text=measure)
    waiting.locator(f"button[data-act={act}]").click()
    expect(page.locator(".waiting", has_text=measure)).to_have_count(0)


def give_back(page: Page, site: Site, measure: str = MEASURE) -> None:
    page.goto(f"{site.url}/review/")
    fold = page.locator(".waiting", has_text=measure).locator("details[data-fold]")
    fold.locator("summary").click()
    fold.locator("textarea").fill(REASON)
    fold.locator("button[type=submit]").click()
    expect(page.locator(".waiting", has_text=measure)).to_have_count(0)


def download(page: Page, site: Site, folder: Path, policy: str = POLICY) -> str:
    """The words of the status report, without its line breaks."""
    page.goto(f"{site.url}{policy}/reports/")
    with page.expect_download() as begun:
        page.locator('a[href*="/reports/status/"]').first.click()
    file = folder / "report.pdf"
    begun.value.save_as(file)
    return "".join(text for sheet in PdfReader(file).pages for text in sheet.extract_text().split())


def test_journey_from_the_opening_to_the_words_in_the_pdf(
    site_with_documents: Site, browser: Browser, browser_context_args: dict[str, Any], tmp_path: Path
) -> None:
    site = site_with_documents
    with (
        visitor(browser, browser_context_args) as clerk,
        visitor(browser, browser_context_args) as leader,
        visitor(browser, browser_context_args) as reporter,
        visitor(browser, browser_context_args) as reviewer,
    ):
        people = {
            "rsj-clerk": clerk,
            "rsj-leader": leader,
            "gaj-reporter": reporter,
            "gaj-reviewer": reviewer,
        }
        for name, page in people.items():
            sign_in(page, site, name)
        open_period(clerk, site)
        expect(row_of(leader, site)).to_contain_text("灰灯")
        write(reporter, site, FIRST)
        give_back(reviewer, site)
        reporter.goto(f"{site.url}/my/")
        expect(reporter.locator(".returned-reason")).to_contain_text(REASON)
        write(reporter, site, HEADLINE)
        press(reviewer, f"{site.url}/review/", "approve")
        expect(row_of(leader, site)).to_contain_text("灰灯")
        press(clerk, f"{site.url}/check/", "confirm")
        expect(row_of(leader, site)).to_contain_text("绿灯")
        expect(row_of(leader, site)).to_contain_text(HEADLINE)
        words = download(clerk, site, tmp_path)
        assert HEADLINE in words
        assert PROGRESS in words
        assert FIRST not in words


def close_period(page: Page, site: Site, policy: str) -> None:
    """As the clerk, from the period's page; departments that did not file leave a reason to be given."""
    page.goto(f"{site.url}{policy}/periods/")
    page.locator("main").get_by_role("link", name="2020年第二季度").click()
    page.locator('a[href$="/close/"]').click()
    page.locator("[name=reason]").fill("先行先试，提前截止。")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("2020年第二季度")
    expect(page.locator("main")).to_contain_text("已截止")


def test_journey_of_a_second_policy_to_its_first_report_while_the_first_goes_on(
    site_with_documents: Site, browser: Browser, browser_context_args: dict[str, Any], tmp_path: Path
) -> None:
    """One department serves both, and files for both; neither office sees the figures of the other move."""
    site = site_with_documents
    with (
        visitor(browser, browser_context_args) as clerk,
        visitor(browser, browser_context_args) as reporter,
        visitor(browser, browser_context_args) as reviewer,
        visitor(browser, browser_context_args) as other_clerk,
    ):
        for name, page in (("rsj-clerk", clerk), ("gaj-reporter", reporter), ("gaj-reviewer", reviewer)):
            sign_in(page, site, name)
        open_period(clerk, site)
        site.run(SECOND_POLICY)
        sign_in(other_clerk, site, "zjj-clerk")
        open_period(other_clerk, site, SECOND, owed=32)
        reporter.goto(f"{site.url}/my/")
        expect(reporter.locator(".owed")).to_contain_text("技术工人")
        expect(reporter.locator(".owed")).to_contain_text("老旧小区改造")
        write(reporter, site, HEADLINE)
        write(reporter, site, OTHER_HEADLINE, OTHER_MEASURE)
        press(reviewer, f"{site.url}/review/", "approve")
        press(reviewer, f"{site.url}/review/", "approve", OTHER_MEASURE)
        press(other_clerk, f"{site.url}/check/", "confirm", OTHER_MEASURE)
        press(clerk, f"{site.url}/check/", "confirm")
        expect(row_of(clerk, site)).to_contain_text(HEADLINE)
        before = clerk.locator("main").inner_text()
        close_period(other_clerk, site, SECOND)
        words = download(other_clerk, site, tmp_path, SECOND)
        assert OTHER_HEADLINE in words
        assert HEADLINE not in words
        expect(row_of(clerk, site)).to_contain_text("绿灯")
        assert clerk.locator("main").inner_text() == before
        assert OTHER_HEADLINE not in before


def test_journey_without_scripts(
    staffed_site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    site = staffed_site
    with visitor(browser, browser_context_args, java_script_enabled=False) as page:
        sign_in(page, site, "rsj-clerk")
        open_period(page, site)
        sign_out(page)
        sign_in(page, site, "gaj-reporter")
        write(page, site, HEADLINE)
        sign_out(page)
        sign_in(page, site, "gaj-reviewer")
        press(page, f"{site.url}/review/", "approve")
        sign_out(page)
        sign_in(page, site, "rsj-clerk")
        press(page, f"{site.url}/check/", "confirm")
        expect(row_of(page, site)).to_contain_text(HEADLINE)


@pytest.mark.parametrize("button", ["save", "submit"])
def test_text_sent_after_the_session_has_ended_is_back_after_sign_in(
    staffed_site: Site, browser: Browser, browser_context_args: dict[str, Any], button: str
) -> None:
    site = staffed_site
    with visitor(browser, browser_context_args) as clerk:
        sign_in(clerk, site, "rsj-clerk")
        open_period(clerk, site)
    with visitor(browser, browser_context_args) as page:
        sign_in(page, site, "gaj-reporter")
        page.get_by_role("link", name=MEASURE).first.click()
        page.locator("[name=headline]").fill(HEADLINE)
        page.locator("[name=progress]").fill(PROGRESS)
        site.run("from departments.models import Session; Session.objects.all().delete()")
        page.locator(f"#update-form button[value={button}]").click()
        page.wait_for_url("**/login/**")
        fill_in(page, "gaj-reporter")
        expect(page.locator("[name=headline]")).to_have_value(HEADLINE)
        expect(page.locator("[name=progress]")).to_have_value(PROGRESS)
        page.locator("#update-form button[value=submit]").click()
        expect(page).to_have_url(f"{site.url}/my/")
