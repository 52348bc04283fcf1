"""Does a site that holds no people yet open, in Chinese, and send a stranger to the sign-in page?"""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


def test_first_page_sends_a_stranger_to_sign_in(live_site: Site, page: Page) -> None:
    page.goto(live_site.url)
    assert "/login/" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("button", name="登录")).to_be_visible()


def test_sign_in_with_a_wrong_password_says_so_and_keeps_the_name(live_site: Site, page: Page) -> None:
    page.goto(live_site.url)
    page.locator("input[name=username]").fill("nobody")
    page.locator("input[name=password]").fill("not the password")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("input[name=username]")).to_have_value("nobody")
    expect(page.locator("[role=alert], .error, .errorlist").first).to_be_visible()
