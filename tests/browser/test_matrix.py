"""Does the grid of departments × measures fit where it is looked at, in both languages?"""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.visitors import POLICY, read_in, step_in, visitor

# What must be scrolled to, and what runs out of its own box or breaks after a character of its code.
FAULTS = """() => {
  const sheet = document.querySelector(".matrix");
  const beyond = sheet.scrollWidth - sheet.clientWidth;
  const found = beyond > 1 ? [`${beyond} px`] : [];
  const onShow = (e) => e.getClientRects().length && getComputedStyle(e).clip === "auto";
  for (const mark of sheet.querySelectorAll(".board .mark")) {
    const { right } = mark.getBoundingClientRect();
    const isOut = (e) => e.getBoundingClientRect().right > right + 1;
    if ([...mark.children].filter(onShow).some(isOut)) found.push(mark.title);
  }
  const code = getComputedStyle(sheet.querySelector("td[data-label]"), "::before");
  return code.content === "none" || code.whiteSpace === "nowrap" ? found : [...found, "a code breaks"];
}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_matrix_fits_a_phone_and_a_small_laptop(
    shared_demo: Site, browser: Browser, browser_context_args: dict[str, Any], language: str
) -> None:
    with visitor(browser, browser_context_args) as page:
        step_in(page, shared_demo, "局领导")
        read_in(language, page, shared_demo)
        page.goto(f"{shared_demo.url}{POLICY}/matrix/")
        assert (page.locator("html").get_attribute("lang") or "").lower().startswith(language[:2])
        faults = {}
        for width in (390, 1024, 1366):
            page.set_viewport_size({"width": width, "height": 844})
            faults[width] = page.evaluate(FAULTS)
        assert faults == {390: [], 1024: [], 1366: []}
