"""People in browsers of their own, and what a page may not do in front of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from tests.browser.conftest import Site
from tests.cast import PASSWORD

# Milliseconds: a machine that runs other tests besides is slow, not wrong.
LIMIT = 60_000

# Below this stand the pages of the policy of 2019.
POLICY = "/p/skilled-workers-2019"

# The people of a journey: the office, and a department that convenes 二（四）.
PEOPLE = """
from datetime import date
from departments.models import DemoMode
from tests import cast
DemoMode.objects.create(pk=1, on=date(2020, 6, 28))
for person in (cast.clerk, cast.leader, cast.admin):
    person()
for person in (cast.reporter, cast.reviewer):
    person("gaj")
"""


def read_in(language: str, page: Page, site: Site) -> None:
    """From the next page on."""
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])


@contextmanager
def visitor(browser: Browser, settings: dict[str, Any], **more: Any) -> Iterator[Page]:
    """A page in a browser that shares nothing with others; fails when the page complains at its end."""
    context = browser.new_context(**{**settings, **more})
    context.set_default_timeout(LIMIT)
    page = context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A status of 4xx is told by the page itself; the browser reports it here as well.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def answered(response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            complaints.append(f"{response.status} {response.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", answered)
    yield page
    context.close()
    assert not complaints, complaints


def sign_in(page: Page, site: Site, username: str) -> None:
    """By name and password; stays on the page that the start leads to."""
    page.goto(f"{site.url}/login/")
    fill_in(page, username)


def sign_out(page: Page) -> None:
    page.locator('form[action="/logout/"] button').click()
    page.wait_for_url("**/login/**")


def fill_in(page: Page, username: str) -> None:
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def step_in(page: Page, site: Site, role: str, department: str = "") -> None:
    """In the demo: as the first person of a role (of a department), as the sign-in page names them."""
    page.goto(f"{site.url}/login/")
    form = page.locator("form.step-in").filter(has=page.get_by_text(role, exact=True))
    if department:
        person = form.locator("option", has_text=department).first
        form.locator("select").select_option(person.get_attribute("value"))
    form.locator("button").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def open_measure(page: Page, site: Site, code: str) -> None:
    """From the overview: what was confirmed of a measure stands there by period."""
    page.goto(f"{site.url}{POLICY}/")
    page.locator(".overview-table tr", has_text=code).locator("a.ledger-title").first.click()
    expect(page.locator(".timeline")).to_be_visible()
