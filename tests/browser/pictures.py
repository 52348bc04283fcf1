"""The README's pictures, made by script/pictures: pages of the demo and of three documents, as they are.

Not part of the suite: no file of tests is named so, and script/pictures names this one.
"""

import subprocess
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from measures import demo
from tests.browser.conftest import ROOT, Site
from tests.browser.visitors import POLICY

PICTURES = ROOT / "docs" / "pictures"
COLOURS = 256  # a palette: a picture stays below 300 KB
DOCUMENTS = ("status", "brief", "ledger")


def enter(page: Page, site: Site, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{site.url}/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(demo.PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def take(page: Page, name: str, height: int = 900) -> None:
    page.set_viewport_size({"width": 1366, "height": height})
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    compress(path)


def compress(path: Path) -> None:
    loaded(path).quantize(COLOURS).save(path, optimize=True)


def loaded(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def test_pictures(page: Page, demo_site: Site, tmp_path: Path) -> None:
    enter(page, demo_site, "leader")
    page.goto(f"{demo_site.url}{POLICY}/")
    take(page, "overview", 1200)
    page.get_by_role("link", name="深入实施高技能人才振兴计划").first.click()
    page.wait_for_url("**/measures/**")
    take(page, "measure_detail", 1100)
    enter(page, demo_site, "zgh-reporter")
    page.goto(f"{demo_site.url}/my/")
    page.get_by_role("link", name="修改").first.click()
    page.wait_for_url("**/edit/")
    take(page, "update_edit", 1100)
    enter(page, demo_site, "rsj-clerk")
    page.goto(f"{demo_site.url}/check/")
    take(page, "check_queue")
    for kind in DOCUMENTS:
        first_page(demo_site, kind, tmp_path)


def first_page(site: Site, kind: str, folder: Path) -> None:
    """Of a document of the quarter that the demo is in, as it is printed."""
    document = folder / f"{kind}.pdf"
    chosen = ("--policy", "skilled-workers-2019", "--period", "2020Q2")
    site.manage("export_report", kind, *chosen, "--output", str(document))
    page = ["pdftoppm", "-r", "80", "-png", "-singlefile", str(document), str(folder / kind)]
    subprocess.run(page, check=True)
    path = PICTURES / f"document_{kind}.png"
    loaded(folder / f"{kind}.png").save(path)
    compress(path)
