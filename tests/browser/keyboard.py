"""Somebody who uses no mouse: goes from stop to stop, sees where, in the order in which the page is read."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page

MOST: Final = 250  # stops from the head of a page to whatever is wanted
# Says what is wrong with the stop that was just reached. A page that begins anew has no stop before.
STEP: Final = """() => {
  const stop = document.activeElement, before = window.stopBefore, told = stop.outerHTML.slice(0, 120);
  window.stopBefore = stop;
  if (stop === document.body) return "";
  const style = getComputedStyle(stop), box = stop.getBoundingClientRect();
  if (style.outlineStyle === "none" && style.boxShadow === "none") return `focus not seen: ${told}`;
  if (box.bottom < 0 || box.top > innerHeight) return `out of sight: ${told}`;
  const backwards = before && before.isConnected && before !== document.body
    && !(before.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
  return backwards && before !== stop ? `against the order of reading: ${told}` : "";
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it is reached."""
    wanted.wait_for()
    for _stop in range(MOST):
        page.keyboard.press("Tab")
        if fault := page.evaluate(STEP):
            pytest.fail(f"{fault} on {page.url}")
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
    pytest.fail(f"{wanted} is not reached on {page.url}")


def back_to(page: Page, wanted: Locator) -> None:
    """Press Shift and Tab until it is reached."""
    for _stop in range(MOST):
        page.keyboard.press("Shift+Tab")
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
    pytest.fail(f"{wanted} is not reached on {page.url}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def write(page: Page, wanted: Locator, text: str) -> None:
    """Instead of what stands there."""
    tab_to(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
