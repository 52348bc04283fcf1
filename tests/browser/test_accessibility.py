"""Has any page a finding of axe-core? Asked as who opens it, wide with all folds open, and on a phone.

The rules are those of WCAG 2.0 and 2.1, levels A and AA. Axe reaches a page by the debugger, which no content
security policy binds: pages are looked at under the policy that they are served with.
"""

from collections.abc import Iterator
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import Site
from tests.browser.test_pages import COMMON, NOWHERE, PAGES, resolve
from tests.browser.visitors import POLICY, read_in, step_in, visitor

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
# Without `preload` axe reads no style sheet as text; the one rule that needs it is about locked orientations.
# Selectors are not told, so none are made.
OPTIONS: Final = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False, "selectors": False}
# Colours do not change with the width, and to compare them takes longest: once a page.
ON_A_PHONE: Final = {**OPTIONS, "rules": {"color-contrast": {"enabled": False}}}
RUN: Final = """async (options) => (await axe.run(options)).violations.map(
  ({id, nodes}) => `${id} ×${nodes.length}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`)"""
UNFOLD: Final = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
WRITER, CLERK = "填报人", "调度岗"
PERIOD: Final = (f"{POLICY}/periods/", f"{POLICY}/periods/*")
# Who opens what, besides PAGES. What several open is looked at as the first of them sees it, who is offered
# most; the start page as everybody's own.
MORE: Final = {
    CLERK: (
        *COMMON,
        *(f"{POLICY}/issued/", f"{POLICY}/issued/*", f"{POLICY}/drafts/*"),
        *(f"{POLICY}/reports/", f"{POLICY}/reports/status/*/page/", "/verify/"),
        *(f"{POLICY}/{page}/" for page in ("commitments", "matrix", "register", "snapshots", "portfolios")),
        *(f"{POLICY}/{page}/" for page in ("designations", "extensions", "search")),
        f"{POLICY}/search/?q=技能",
        *(f"{POLICY}/departments/zgh/{page}/" for page in ("office", "succession", "waive")),
        *(f"{POLICY}/measures/", f"{POLICY}/measures/*", f"{POLICY}/measures/*/waive/"),
        *(*PERIOD, f"{POLICY}/periods/*/board/"),
        *(*PERIOD, f"{POLICY}/periods/*/dates/"),
    ),
    WRITER: (
        "/",
        "/my/",
        f"{POLICY}/updates/*/edit/",
        f"{POLICY}/updates/*/extension/",
        *(*PERIOD, f"{POLICY}/periods/*/departments/zgh/sheet/"),
        f"{POLICY}/periods/*/departments/zgh/form/",
        f"{POLICY}/periods/*/departments/zgh/slip/",
    ),
    "审核人": ("/", "/people/rsj/"),
    "签发人": ("/",),
    "局领导": (f"{POLICY}/",),
    "审计（只读）": (f"{POLICY}/register/",),
    "管理员": ("/admin/departments/user/", "/admin/departments/user/add/", "/admin/departments/department/"),
}
IN_ENGLISH: Final = (f"{POLICY}/", "/check/")


def findings(page: Page) -> Iterator[str]:
    """Each rule that is broken, with where first, and how often."""
    page.evaluate(AXE_SCRIPT)
    page.set_viewport_size(PHONE)
    yield from page.evaluate(RUN, ON_A_PHONE)
    page.set_viewport_size(WIDE)
    page.evaluate(UNFOLD)
    yield from page.evaluate(RUN, OPTIONS)


def opened(page: Page, site: Site, addresses: tuple[str, ...], seen: set[str]) -> Iterator[str]:
    """Those that were not seen before, in the order in which one page leads to the next."""
    for address in addresses:
        place = resolve(page, site, address)
        answer = page.goto(place)
        assert answer
        assert answer.ok or address == NOWHERE, f"{answer.status} {place}"
        if place not in seen or address == "/":
            yield address
        seen.add(place)


def test_no_page_has_a_finding_of_axe(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for role, more in MORE.items():
        with visitor(browser, browser_context_args) as page:
            step_in(page, shared_demo, role, "市总工会" if role == WRITER else "")
            for address in opened(page, shared_demo, (*PAGES[role], *more), seen):
                found[f"{role} {address}"] = list(findings(page))
            if role == CLERK:
                read_in("en", page, shared_demo)
                for address in opened(page, shared_demo, IN_ENGLISH, set()):
                    found[f"{address} in English"] = list(findings(page))
    assert {page: told for page, told in found.items() if told} == {}
