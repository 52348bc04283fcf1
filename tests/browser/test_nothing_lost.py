"""Not one typed word is lost: closed browser, lost network, ended session, another person at the machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Site, copied, run, serve
from tests.browser.visitors import PEOPLE, fill_in, sign_in, sign_out, visitor
from tests.test_characters import COUNTED

# The people of the journeys, two reporters more, and an open period.
STAFFED = (
    PEOPLE
    + """
from datetime import datetime
from zoneinfo import ZoneInfo
from measures.models import Policy
from measures.workflow import periods
cast.second_reporter("gaj")
cast.reporter("rsj")
at = datetime(2020, 6, 28, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
policy = Policy.objects.get(slug="skilled-workers-2019")
clerk = cast.a_person("rsj-clerk", on=date(2020, 6, 28))
period = periods.plan_period(clerk, policy, "2020Q2", at)
periods.open_period(clerk, period, periods.default_dates(policy, period.ends_on), at)
"""
)
COUNT = """
from measures.models import Event, HeldText, Revision
print(Event.objects.filter(update__department__slug="gaj").count(), Revision.objects.count(),
      *(row.fields["headline"] for row in HeldText.objects.all()))
"""
SAVED = "已自动保存"
KEPT_HERE = "仅保存在本机"


@pytest.fixture(scope="module")
def typing_database(prepared_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = copied(prepared_database, tmp_path_factory.mktemp("typing"))
    run(database, STAFFED)
    return database


@pytest.fixture
def site(typing_database: Path, tmp_path: Path) -> Iterator[Site]:
    yield from serve(copied(typing_database, tmp_path))


def open_form(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/my/")
    page.get_by_role("link", name="二（四）").first.click()
    expect(page.locator("[name=headline]")).to_be_visible()


def local_texts(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('typed:')).length"))


def test_typed_text_is_kept_by_the_server_or_by_the_browser_and_the_page_says_which(
    site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        sign_in(page, site, "gaj-reporter")
        open_form(page, site)
        page.locator("[name=headline]").fill("第一句")
        expect(page.locator("#autosave")).to_contain_text(SAVED)
        assert local_texts(page) == 0
    assert site.run(COUNT).split() == ["0", "0", "第一句"]

    with visitor(
        browser, browser_context_args
    ) as page:  # the browser had crashed; this may be another machine
        sign_in(page, site, "gaj-reporter")
        open_form(page, site)
        expect(page.locator("[name=headline]")).to_have_value("第一句")

        page.context.set_offline(True)
        page.locator("[name=headline]").fill("断网时写的")
        warning = page.get_by_role("status").filter(has_text=KEPT_HERE)
        expect(warning).to_be_in_viewport(ratio=1)  # of who types at the head of a long form
        expect(page.get_by_role("button", name="提交本单位审核")).not_to_be_in_viewport()
        assert local_texts(page) == 1
        page.context.set_offline(False)
        expect(page.locator("#autosave")).to_contain_text(SAVED)
        assert local_texts(page) == 0
    assert site.run(COUNT).split()[2:] == ["断网时写的"]


def test_each_row_of_the_sheet_is_kept_by_itself_and_is_back_after_a_crash(
    site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    def rows(page: Page) -> tuple[Locator, Locator]:
        page.goto(f"{site.url}/my/")
        page.get_by_role("link", name="集中填报").first.click()
        parts = page.locator("[data-prefix]")
        expect(parts.nth(1)).to_be_visible()
        return parts.nth(0), parts.nth(1)

    with visitor(browser, browser_context_args) as page:
        sign_in(page, site, "rsj-reporter")
        first, second = rows(page)
        first.locator("[name$=-headline]").fill("第一行")
        expect(first.locator(".autosave")).to_contain_text(SAVED)
        page.context.set_offline(True)
        second.locator("[name$=-headline]").fill("断网时写的第二行")
        expect(second.locator(".autosave")).to_contain_text(KEPT_HERE)
        expect(first.locator(".autosave")).to_contain_text(SAVED)
        assert local_texts(page) == 1
        page.context.set_offline(False)
        expect(second.locator(".autosave")).to_contain_text(SAVED)
        assert local_texts(page) == 0
    with visitor(browser, browser_context_args) as page:
        sign_in(page, site, "rsj-reporter")
        first, second = rows(page)
        expect(first.locator("[name$=-headline]")).to_have_value("第一行")
        expect(second.locator("[name$=-headline]")).to_have_value("断网时写的第二行")


def test_what_a_button_has_put_into_the_form_is_not_undone_by_what_the_browser_keeps(
    site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """As when somebody presses within the second after which a text is autosaved."""
    with (
        visitor(browser, browser_context_args) as first,
        visitor(browser, browser_context_args) as page,
    ):
        for one, name in ((first, "gaj-reporter"), (page, "gaj-reporter-2")):
            sign_in(one, site, name)
            open_form(one, site)
        first.locator("[name=headline]").fill("先存的")
        first.locator("#update-form button[value=save]").click()
        expect(first.locator(".messages")).to_contain_text("已保存")
        page.route("**/autosave/", lambda route: route.abort())
        page.locator("[name=headline]").fill("后写的")
        page.locator("#update-form button[value=save]").click()
        page.locator(".conflict button[value='take:headline']").click()
        expect(page.locator("#autosave")).to_contain_text(KEPT_HERE)
        expect(page.locator("[name=headline]")).to_have_value("先存的")
        page.unroute("**/autosave/")
        page.locator("[name=headline]").fill("合写的")
        expect(page.locator("#autosave")).to_contain_text(SAVED)
        assert local_texts(page) == 0
        page.route("**/autosave/", lambda route: route.abort())
        page.locator("[name=headline]").fill("断网时合写的")
        expect(page.locator("#autosave")).to_contain_text(KEPT_HERE)
        page.unroute("**/autosave/")
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()  # takes theirs once more, which was sent before the last words were typed
        expect(page.locator("[name=headline]")).to_have_value("断网时合写的")
    assert "断网时合写的" in site.run(COUNT)


def test_text_that_waits_in_the_browser_is_shown_to_its_writer_alone(
    site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        sign_in(page, site, "gaj-reporter")
        open_form(page, site)
        site.run("from departments.models import Session; Session.objects.all().delete()")
        page.locator("[name=headline]").fill("登录失效后写的")
        expect(page.locator("#autosave")).to_contain_text(KEPT_HERE)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{site.url}/login/")  # somebody else sits down here
        fill_in(page, "gaj-reporter-2")
        open_form(page, site)
        expect(page.locator("[name=headline]")).to_have_value("")
        assert local_texts(page) == 1
        sign_out(page)
        assert local_texts(page) == 1
        fill_in(page, "gaj-reporter")
        open_form(page, site)
        expect(page.locator("[name=headline]")).to_have_value("登录失效后写的")
        expect(page.locator("#autosave")).to_contain_text(SAVED)
        page.locator("#update-form button[value=save]").click()
        expect(page.locator(".messages")).to_contain_text("已保存")
        expect(page.locator(".held")).to_have_count(0)
        assert local_texts(page) == 0
        page.reload()
        expect(page.locator(".held")).to_have_count(0)
    assert site.run(COUNT).split() == ["1", "1"]


def test_page_counts_characters_as_the_server_does(
    site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        sign_in(page, site, "gaj-reporter")
        open_form(page, site)
        counter = page.locator("[data-counts=id_progress]")
        counted = {}
        for text in COUNTED:
            page.locator("[name=progress]").fill(text)
            counted[text] = int(counter.inner_text().split("/")[0])
        page.on("dialog", lambda dialog: dialog.accept())
        expect(page.locator("#autosave")).to_contain_text(SAVED)
    assert counted == COUNTED
