"""A pressed button says what is happening and cannot be pressed twice; without a script it is plain."""

from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Site
from tests.browser.visitors import POLICY, step_in, visitor

# An answer that takes as long as the test wants: what was asked waits in the list.
Held = list[Route]


def held_at(page: Page, address: str) -> Held:
    held: Held = []
    page.route(address, lambda route: held.append(route))  # Playwright marks what it is given
    return held


# Somebody who owes an update of the demo, and which.
OWING = """
from departments.models import Membership, Role
from measures.models import PeriodState, ProgressUpdate, UpdateState
writers = Membership.objects.filter(role=Role.REPORTER).values("department")
owed = ProgressUpdate.objects.filter(period__state=PeriodState.OPEN, state=UpdateState.DUE)
update = owed.filter(department__in=writers).first()
writer = Membership.objects.filter(role=Role.REPORTER, department=update.department).first()
print(writer.user.uuid, update.uuid)
"""


def form_of_an_update(page: Page, site: Site) -> None:
    writer, update = site.run(OWING).split()
    page.goto(f"{site.url}/login/")
    form = page.locator("form.step-in").filter(has=page.get_by_text("填报人", exact=True))
    form.locator("select").select_option(writer)
    form.locator("button").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{site.url}{POLICY}/updates/{update}/edit/")
    page.locator("#update-form").wait_for()


# Presses twice, then whatever stands at the other place; says what the first then says.
PRESS = """([first, other]) => {
  const [pressed, beside] = [first, other].map((place) => document.querySelector(place));
  pressed.click();
  pressed.click();
  beside.click();
  return [pressed.textContent.trim(), pressed.getAttribute("aria-disabled"), beside.textContent.trim()];
}"""


def requested(page: Page, held: Held) -> None:
    """Until the request is there; a page that is on its way elsewhere is not asked for anything."""
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(100)


def test_pressed_button_says_so_and_sends_once(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        form_of_an_update(page, shared_demo)
        held = held_at(page, "**/edit/")
        save, submit = (f'main .sheet-foot button[value="{act}"]' for act in ("save", "submit"))
        assert page.evaluate(PRESS, [save, submit]) == ["正在保存…", "true", "提交本单位审核"]
        requested(page, held)
        assert [route.request.method for route in held] == ["POST"]
        assert "act=save" in (held[0].request.post_data or "")
        held[0].abort("aborted")
        expect(page.locator(save)).to_have_text("正在保存…")
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
        expect(page.locator(save)).to_have_text("保存草稿")
        expect(page.locator(save)).not_to_have_attribute("aria-disabled", "true")


def test_link_to_a_document_waits_for_the_file(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "局领导")
        page.goto(f"{shared_demo.url}{POLICY}/")
        held = held_at(page, "**/reports/status/**")
        place = 'main a[href*="/reports/status/"]'
        before = page.locator(place).inner_text()
        with page.expect_download() as coming:
            assert page.evaluate(PRESS, [place, place]) == ["正在生成…", "true", "正在生成…"]
            requested(page, held)
            assert len(held) == 1
            held[0].continue_()
        assert coming.value.suggested_filename.endswith(".pdf")
        expect(page.locator(place)).to_have_text(before)
        expect(page.locator(place)).not_to_have_attribute("aria-disabled", "true")


def test_without_a_script_the_button_does_what_it_says(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args, java_script_enabled=False) as page:
        step_in(page, shared_demo, "局领导")
        page.goto(f"{shared_demo.url}{POLICY}/reports/")
        link = page.locator('main a[href*="/reports/status/"]').first
        with page.expect_download() as coming:
            link.click(no_wait_after=True)
        assert coming.value.suggested_filename.endswith(".pdf")
