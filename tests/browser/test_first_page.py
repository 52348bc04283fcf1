"""What does a browser see of a site before anybody has signed in?"""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


def test_first_page_of_an_office_without_people_says_what_to_do(live_site: Site, page: Page) -> None:
    page.goto(live_site.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans-CN")
    expect(page.get_by_text("createsuperuser").first).to_be_visible()


def test_sign_in_with_a_wrong_password_says_so_and_keeps_the_name(live_site: Site, page: Page) -> None:
    page.goto(f"{live_site.url}/login/")
    page.locator("input[name=username]").fill("nobody")
    page.locator("input[name=password]").fill("not the password")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("input[name=username]")).to_have_value("nobody")
    expect(page.get_by_text("用户名或密码").first).to_be_visible()
