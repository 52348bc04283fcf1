"""Every page that people open, in a real browser: quiet, labelled, usable by keyboard, fit for a phone.

Written out by hand after the rules of axe-core that apply to pages of text, tables and plain forms. Contrast
is held by tests/test_tokens.py.
"""

import re
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Site
from tests.browser.visitors import POLICY, read_in, step_in, visitor

COMMON = (
    "/",
    "/policies/",
    f"{POLICY}/",
    f"{POLICY}/measures/",
    f"{POLICY}/departments/",
    f"{POLICY}/departments/zgh/",
    f"{POLICY}/periods/",
    f"{POLICY}/reports/",
    f"{POLICY}/matters/",
    f"{POLICY}/announcements/",
    f"{POLICY}/urges/",
    "/messages/",
)
NOWHERE = "/nowhere/"
# What each role opens besides; a star is an object to which the page before it leads.
PAGES = {
    "填报人": (
        "/messages/mail/",
        "/my/",
        f"{POLICY}/updates/*",
        "/password/",
        "/second-factor/",
        "/sessions/",
    ),
    "审核人": ("/review/", f"{POLICY}/departments/rsj/", f"{POLICY}/updates/*"),
    "调度岗": (
        f"{POLICY}/check/",
        "/check/",
        f"{POLICY}/updates/*",
        f"{POLICY}/measures/",
        f"{POLICY}/measures/*",
        f"{POLICY}/measures/*/state/",
        f"{POLICY}/periods/",
        f"{POLICY}/periods/*",
        f"{POLICY}/periods/*/close/",
        f"{POLICY}/periods/",
        f"{POLICY}/periods/*",
        f"{POLICY}/periods/*/urge/",
        f"{POLICY}/urges/",
        f"{POLICY}/urges/*",
        f"{POLICY}/periods/plan/",
    ),
    "签发人": (
        f"{POLICY}/measures/",
        f"{POLICY}/measures/*",
        f"{POLICY}/measures/*/closure/",
        f"{POLICY}/periods/",
        f"{POLICY}/periods/*",
    ),
    "局领导": (f"{POLICY}/?light=red", f"{POLICY}/measures/?q=技能", NOWHERE),
    "审计（只读）": (f"{POLICY}/periods/", f"{POLICY}/periods/*"),
    "管理员": ("/admin/",),
}

FAULTS = """() => {
  const faults = [];
  const shown = (e) => e.getClientRects().length > 0;
  const words = (e) => (e.innerText || e.textContent || "").trim()
    || e.getAttribute("aria-label") || e.getAttribute("title") || "";
  const tell = (what, e) => faults.push(`${what}: ${e.outerHTML.slice(0, 120)}`);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) faults.push(`id twice: ${id}`);
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  const heads = [...document.querySelectorAll("h1")].filter(shown);
  if (heads.length !== 1 || !words(heads[0])) faults.push(`${heads.length} first headings`);
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const by = e.getAttribute("aria-labelledby");
    const named = [...(e.labels || [])].some(words) || e.getAttribute("aria-label")
      || (by && document.getElementById(by) && words(document.getElementById(by)));
    if (shown(e) && !named) tell("no label", e);
  }
  for (const e of document.querySelectorAll("a[href], button, summary")) {
    if (shown(e) && !words(e)) tell("no words", e);
  }
  for (const e of document.querySelectorAll("img:not([alt])")) tell("no alternative", e);
  for (const e of document.querySelectorAll("svg[role=img]")) {
    if (!e.querySelector("title") && !e.getAttribute("aria-label")) tell("no name", e);
  }
  for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) tell("own order of tabs", e);
  for (const e of document.querySelectorAll("thead th:not([scope])")) if (words(e)) tell("no scope", e);
  for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    const wanted = `${e.getAttribute("aria-describedby") || ""} ${e.getAttribute("aria-labelledby") || ""}`;
    for (const id of wanted.split(" ").filter(Boolean)) {
      if (!document.getElementById(id)) tell(`no #${id}`, e);
    }
  }
  for (const e of document.querySelectorAll("[style]")) if (!e.closest("svg")) tell("own style", e);
  return faults;
}"""
FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const seen = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return e === document.body || seen ? "" : e.outerHTML.slice(0, 120);
}"""
# How an object stands in an address.
OBJECT = r"[0-9a-f]{8}-[0-9a-f-]{27}"
# What stands beyond the right edge of its card, and does not scroll in a box of its own.
BEYOND = """() => {
  const beyond = (e) => {
    const card = e.closest(".sheet");
    if (!e.getClientRects().length || e.closest(".visually-hidden, svg, .ledger thead")) return false;
    for (let box = e.parentElement; box !== card.parentElement; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return false;
    }
    return e.getBoundingClientRect().right > card.getBoundingClientRect().right + 1;
  };
  return [...document.querySelectorAll("main .sheet *")].filter(beyond).map((e) => e.outerHTML.slice(0, 120));
}"""
WIDTH = "() => document.documentElement.scrollWidth - window.innerWidth"


def resolve(page: Page, site: Site, address: str) -> str:
    """The star stands for an object: of the first link on show that leads there, or of the page on show."""
    if "*" not in address:
        return site.url + address
    begin, end = address.split("*")
    links = page.locator(f'main a[href^="{begin}"]').evaluate_all(
        "links => links.map((link) => link.pathname)"
    )
    fitting = re.compile(re.escape(begin) + OBJECT + (re.escape(end) + "$" if end else ""))
    for link in links:
        if fitting.match(link):
            return f"{site.url}{link}"
    shown = re.match(f".*/{OBJECT}", page.url)
    assert end, f"no link to {address} on {page.url}"
    assert shown, f"no link to {address} on {page.url}"
    return shown[0] + end


def faults_of(page: Page) -> list[str]:
    found: list[str] = page.evaluate(FAULTS)
    for _press in range(6):
        page.keyboard.press("Tab")
        if hidden := page.evaluate(FOCUS):
            found.append(f"focus not seen: {hidden}")
    for device, width, height in (("phone", 390, 844), ("tablet", 768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        if (over := page.evaluate(WIDTH)) > 0:
            found.append(f"{over} px wider than a {device}")
        found += [f"beyond its card on a {device}: {element}" for element in page.evaluate(BEYOND)]
    page.set_viewport_size({"width": 1366, "height": 768})
    found += [f"beyond its card: {element}" for element in page.evaluate(BEYOND)]
    return found


@pytest.mark.parametrize("role", PAGES)
def test_pages_of_each_role_are_quiet_labelled_and_fit_a_phone(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any], role: str
) -> None:
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, role)
        faults: dict[str, list[str]] = {}
        above = shared_demo.url
        for address in (*COMMON, *PAGES[role]):
            place = resolve(page, shared_demo, address)
            answer = page.goto(place)
            assert answer
            assert answer.ok or address == NOWHERE, f"{answer.status} {place}"
            if found := faults_of(page):
                faults[f"{address} ({above})"] = found
            above = page.url
        assert faults == {}


def test_pages_fit_their_window_in_english(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """Its words are longer, and stand side by side where Chinese ones do."""
    faults = []
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "调度岗")
        page.context.add_cookies([{"name": "django_language", "value": "en", "url": shared_demo.url}])
        for address in COMMON:
            page.goto(f"{shared_demo.url}{address}")
            assert page.locator("html[lang=en]").count() == 1
            for width in (390, 1024, 1366):
                page.set_viewport_size({"width": width, "height": 768})
                found = [*page.evaluate(BEYOND), *["the page"] * (page.evaluate(WIDTH) > 0)]
                faults += [f"{address} at {width}: {element}" for element in found]
    assert faults == []


def test_pages_before_sign_in_are_quiet_labelled_and_fit_a_phone(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        page.goto(f"{shared_demo.url}/login/")
        assert faults_of(page) == []
        page.locator("input[name=username]").fill("nobody")
        page.locator("input[name=password]").fill("wrong")
        page.locator("main form button[type=submit]").first.click()
        page.locator("#error-summary").wait_for()
        assert faults_of(page) == []


def test_overview_prints_on_two_sheets_of_a4(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """All measures of the quarter of the demo, what stands out, and the lights over the periods."""
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "局领导")
        page.goto(f"{shared_demo.url}{POLICY}/?period=2020Q2")
        sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
        # The browser writes 二 as the radical that looks the same.
        first, second = (normalize("NFKC", sheet.extract_text()) for sheet in sheets)
        assert "二(一)" in first
        assert "六(三)" in second
        assert "各期走势" in second


def test_overview_is_short_on_a_phone_and_all_of_it_is_one_press_away(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """Red and yellow stand there, calm rows and numbers unfold, several at once, and fold back; no script."""
    with visitor(browser, browser_context_args, java_script_enabled=False) as page:
        step_in(page, shared_demo, "局领导")
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{shared_demo.url}{POLICY}/")
        assert page.locator("html").evaluate("page => page.scrollHeight") < 4000
        folds = ("#section-2", "#section-3", "#trend")
        hidden = [page.locator(f"{fold} .phone-folded").first for fold in folds]
        turns = [page.locator(f"{fold} .phone-turn a, {fold} a.phone-turn") for fold in folds]
        for number, turn in enumerate(turns):
            expect(hidden[number]).to_be_hidden()
            turn.click()
            for opened in hidden[: number + 1]:
                expect(opened).to_be_visible()
        turns[0].click()
        for part, is_open in zip(hidden, (False, True, True), strict=True):
            expect(part).to_be_visible(visible=is_open)
        lights = page.locator(".overview-table .light:visible")
        assert "红灯" in "".join(lights.all_inner_texts())
        row = page.locator(".overview-table tr:visible", has=page.locator(".tag")).first
        starts = row.locator(".ledger-title, .overview-sentence, .overview-light > *").evaluate_all(
            "parts => parts.map(part => Math.round(part.getBoundingClientRect().left))"
        )
        assert len(set(starts[:3])) == 1, starts


def test_measure_on_a_phone_begins_with_the_text_of_this_period(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """Directly below light and reason; earlier periods unfold; on a wide screen the clause is on its left."""
    with visitor(browser, browser_context_args, java_script_enabled=False) as page:
        step_in(page, shared_demo, "局领导")
        page.goto(f"{shared_demo.url}{POLICY}/measures/")
        page.locator("main a[href*='/measures/']", has_text="社会待遇").first.click()
        left = "e => e.getBoundingClientRect().left"
        assert page.locator(".clause").first.evaluate(left) < page.locator("#periods").evaluate(left)
        page.set_viewport_size({"width": 390, "height": 844})
        expect(page.locator("#periods li").first).to_be_in_viewport()
        earlier = page.locator("#periods .phone-folded").first
        expect(earlier).to_be_hidden()
        page.locator("#periods .phone-turn a").click()
        expect(earlier).to_be_visible()
        expect(page.locator(".clause").first).to_be_visible()


def test_overview_keeps_its_cards_apart_at_every_width_in_english(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """Words are longer there; and under a table that is shorter than what is beside it stands no gap."""
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "局领导")
        read_in("en", page, shared_demo)
        page.goto(f"{shared_demo.url}{POLICY}/?light=red")
        page.locator("#by-light summary").click()
        for width in (1440, 1366, 1100, 800, 700, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert (width, page.evaluate(WIDTH), page.evaluate(BEYOND)) == (width, 0, [])
        page.set_viewport_size({"width": 1440, "height": 900})
        gap = page.evaluate(
            "document.querySelector('#trend').getBoundingClientRect().top"
            " - document.querySelector('.overview-table').parentElement.getBoundingClientRect().bottom"
        )
        assert 0 < gap < 40


def test_board_prints_its_legend_with_its_grid(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "局领导")
        page.goto(f"{shared_demo.url}{POLICY}/periods/")
        page.goto(resolve(page, shared_demo, f"{POLICY}/periods/*"))
        page.goto(resolve(page, shared_demo, f"{POLICY}/periods/*/board/"))
        (sheet,) = PdfReader(BytesIO(page.pdf(format="A4", landscape=True))).pages
        assert "带下划线" in sheet.extract_text()


def test_frame_and_queue_leave_room_on_a_phone_in_english(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """The name is not squeezed into a column, no button cut, and no bar lies over the text to read."""
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "调度岗")
        read_in("en", page, shared_demo)
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{shared_demo.url}/check/")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert page.evaluate(WIDTH) <= 0
        assert page.evaluate("document.querySelector('.who-person').offsetHeight") < 45
        page.goto(f"{shared_demo.url}{POLICY}/measures/")  # with the search, the frame holds one word more
        assert page.evaluate(WIDTH) <= 0
        page.goto(f"{shared_demo.url}/check/")
        assert page.locator(".queue-chosen").evaluate("e => getComputedStyle(e).position") == "static"


def test_empty_reason_of_a_return_keeps_place_and_open_box(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """Nothing is sent: the browser asks for the reason in the box that was opened, in the queue."""
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "调度岗")
        page.goto(f"{shared_demo.url}/check/")
        box = page.locator("article details").nth(1)
        box.locator("summary").click()
        box.locator("button[type=submit]").click()
        reason = box.locator("textarea[name=reason]")
        assert reason.evaluate("field => field === document.activeElement && !field.checkValidity()")
        assert box.get_attribute("open") is not None
        assert page.url == f"{shared_demo.url}/check/"


def test_act_at_the_head_of_a_queue_covers_neither_title_nor_filters(
    demo_site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    with visitor(browser, browser_context_args) as page:
        step_in(page, demo_site, "调度岗")
        page.goto(f"{demo_site.url}/check/")
        page.locator("button[data-act=confirm]").first.click()
        page.wait_for_url("**#update-*")
        below = page.locator(".messages").evaluate("e => e.getBoundingClientRect().bottom")
        for part in (page.locator("h1"), page.locator(".filters select").first):
            expect(part).to_be_in_viewport()
            assert part.evaluate("e => e.getBoundingClientRect().top") >= below


def test_act_in_the_middle_of_a_queue_leaves_its_message_in_sight(
    demo_site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    """The page opens at the text that follows: neither covers the other."""
    with visitor(browser, browser_context_args) as page:
        step_in(page, demo_site, "调度岗")
        page.goto(f"{demo_site.url}/check/")
        page.locator("button[data-act=confirm]").nth(2).click()
        page.wait_for_url("**#update-*")
        message = page.locator(".messages")
        message.get_by_text("已确认").wait_for()
        below = page.evaluate("document.querySelector('.messages').getBoundingClientRect().bottom")
        following = page.evaluate("document.activeElement.getBoundingClientRect().top")
        expect(message).to_be_in_viewport()
        assert 0 < below <= following
