"""The worker is killed in the middle of a batch of 23: what does the clerk see, and what is in the ZIP?"""

import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import ROOT, Service, Site, copied, environment, services
from tests.browser.visitors import LIMIT, POLICY, step_in, visitor
from tests.cluster import die_with_parent

REPORTS, PERIOD, DEPARTMENTS = "单位报告", "2020年第一季度", 23
WAITS, MAKING, INTERRUPTED = "正在等待后台进程", "正在生成", "生成中断"
# Where the file of the database shows what the page cannot: which document was in work, and how often each.
DOCUMENTS = "SELECT file_name, state, file, sha256, attempts FROM measures_batchdocument ORDER BY position"
LONG_SILENT = """
from datetime import timedelta
from django.utils import timezone
from measures.models import BackgroundWorker
long_ago = timezone.now() - timedelta(minutes=2)
BackgroundWorker.objects.update(started_at=long_ago, seen_at=long_ago)
"""
Row = tuple[str, str, str, str, int]


@pytest.fixture
def service(demo_database: Path, tmp_path: Path) -> Iterator[Service]:
    """The site keeps documents in a folder of its own: what an older run made is no work done."""
    yield from services(copied(demo_database, tmp_path), settings=own_folder(tmp_path))


def own_folder(folder: Path) -> dict[str, str]:
    return {"DOCUMENTS_FOLDER": str(folder / "documents")}


def worker_of(site: Site) -> "subprocess.Popen[bytes]":
    folder = site.database.parent
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "manage.py", "run_worker"],
            cwd=ROOT,
            env=environment(site.database, **own_folder(folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,
        )


def rows(site: Site) -> list[Row]:
    with closing(sqlite3.connect(site.database)) as file:
        return file.execute(DOCUMENTS).fetchall()


def bar(page: Page) -> Locator:
    return page.locator("#batch-progress progress")


def ordered(page: Page, site: Site) -> None:
    """From the report room to the page of the batch: nobody works yet, and the page says so."""
    page.goto(f"{site.url}{POLICY}/reports/")
    page.locator("main").get_by_role("link", name="批量文件").click()
    page.get_by_label("文件种类").select_option(label=REPORTS)
    page.get_by_label("填报期", exact=True).select_option(label=PERIOD)
    page.get_by_label("格式").select_option(label="PDF")
    page.get_by_role("button", name="开始生成").click()
    expect(page.locator("h1")).to_have_text(REPORTS)
    expect(page.locator("#batch-progress")).to_contain_text(f"已生成0/{DEPARTMENTS}份")
    expect(page.locator("#batch-progress")).to_contain_text(WAITS)
    expect(page.locator("#batch-documents tbody tr")).to_have_count(DEPARTMENTS)
    assert page.get_by_role("link", name="下载 ZIP").count() == 0


def moved(page: Page, above: int) -> int:
    """Where the bar stands once it is above that; nobody touches the page."""
    beyond = "above => document.querySelector('#batch-progress progress').value > above"
    page.wait_for_function(beyond, arg=above, polling=200, timeout=LIMIT)
    return int(bar(page).get_attribute("value") or "")


def killed_in_the_middle(worker: "subprocess.Popen[bytes]", site: Site) -> list[Row]:
    """While it makes a document; gives what was there then.

    It is held before one looks: between two documents none is in work, and it would be gone on by then. Where
    it is held while it has the file for itself (the last connection that closes has), nobody can look: again.
    """
    end = time.monotonic() + LIMIT / 1000
    while True:
        assert time.monotonic() < end, "it did not come to that"
        worker.send_signal(signal.SIGSTOP)
        _, status = os.waitpid(worker.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "it has ended"
        with suppress(sqlite3.OperationalError):
            if {"made", "making"} <= {state for _name, state, *_rest in rows(site)}:
                break
        worker.send_signal(signal.SIGCONT)
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(timeout=30) == -signal.SIGKILL
    return rows(site)


def stands_still(page: Page, site: Site, left: list[Row]) -> int:
    """The bar stays where the worker died; once it is known to be silent, the page says who can help."""
    made = sum(state == "made" for _name, state, *_rest in left)
    assert 0 < made < DEPARTMENTS
    expect(bar(page)).to_have_attribute("value", str(made))
    site.run(LONG_SILENT)
    expect(page.locator("#batch-progress")).to_contain_text(WAITS)
    expect(page.locator("#batch-progress")).to_contain_text("run_worker")
    expect(page.locator("#batch-progress")).not_to_contain_text(MAKING)
    expect(page.locator("#batch-documents tbody tr", has_text=INTERRUPTED)).to_have_count(1)
    expect(bar(page)).to_have_attribute("value", str(made))
    assert rows(site) == left
    return made


def ended(page: Page) -> None:
    """The page has followed to the end by itself."""
    expect(page.locator("#batch-progress")).to_contain_text(
        f"已生成{DEPARTMENTS}/{DEPARTMENTS}份", timeout=LIMIT
    )
    expect(page.get_by_role("link", name="下载 ZIP")).to_be_visible()
    expect(page.locator("#batch-documents .tag", has_text="已生成")).to_have_count(DEPARTMENTS)
    expect(page.locator("#batch-progress")).not_to_contain_text(MAKING)


def downloaded(page: Page, folder: Path) -> list[tuple[str, bytes]]:
    with page.expect_download() as begun:
        page.get_by_role("link", name="下载 ZIP").click()
    assert begun.value.suggested_filename.endswith(f"{PERIOD}{REPORTS}.zip")
    file = folder / "batch.zip"
    begun.value.save_as(file)
    with ZipFile(file) as content:
        assert content.testzip() is None
        return [(name, content.read(name)) for name in content.namelist()]


def each_is_made_once(before: list[Row], after: list[Row]) -> None:
    """What was made stays as it was, what was in work is begun anew, and what waited is made once."""
    for old, new in zip(before, after, strict=True):
        assert new[1] == "made"
        if old[1] == "made":
            assert new == old
        else:
            assert new[4] == (2 if old[1] == "making" else 1), new


def test_a_batch_of_23_whose_worker_is_killed_goes_on_and_ends_in_one_zip(
    service: Service, browser: Browser, browser_context_args: dict[str, Any], tmp_path: Path
) -> None:
    site = service.site
    with visitor(browser, browser_context_args) as clerk:
        step_in(clerk, site, "调度岗")
        ordered(clerk, site)
        worker = worker_of(site)
        moved(clerk, 0)
        expect(clerk.locator("#batch-progress")).to_contain_text(MAKING)
        before = killed_in_the_middle(worker, site)
        assert "making" in [row[1] for row in before]
        made = stands_still(clerk, site, before)

        worker = worker_of(site)
        try:
            assert made < moved(clerk, made) <= DEPARTMENTS
            ended(clerk)
        finally:
            worker.terminate()
            worker.wait(timeout=30)
        each_is_made_once(before, rows(site))
        documents = downloaded(clerk, tmp_path)
        assert len(documents) == DEPARTMENTS
        for place, ((name, content), row) in enumerate(zip(documents, rows(site), strict=True), start=1):
            assert name == f"{place:02}_{row[0]}"
            assert sha256(content).hexdigest() == row[3]
            assert PERIOD in PdfReader(io.BytesIO(content)).pages[0].extract_text()
