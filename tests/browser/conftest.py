"""A real site for each journey: its own copy of a prepared database, its own process, a real Chromium.

The test process itself never touches the database: what a journey needs is put there by `run` before.
"""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests import migrated
from tests.cluster import die_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
expect.set_options(timeout=20_000)  # a machine that runs other tests besides is slow, not wrong
# How gunicorn serves: as the product does, or without warming up for documents that nobody will ask for.
AS_THE_PRODUCT, WITHOUT_DOCUMENTS = "langfang_policy.server", "tests.browser.server"
# A page opens in a window of Chromium's own, with a bar to type addresses into and two pages behind that bar,
# each in a process of its own; a third process waits for the next site, and every page gets a new frame.
# Nobody sees any of it. The list takes the place of Playwright's own, so its names stand here as well.
FEATURES_OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess", "RenderDocument"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
)
# One process for all of it: to start one takes as long as most of these commands.
PREPARE = """
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
call_command("loaddata", "departments", verbosity=0)
call_command("load_calendar")
call_command("load_policy", "fixtures/policies/skilled-workers-2019.txt")
"""


@dataclass(frozen=True)
class Site:
    """A running site on a database of its own."""

    url: str
    database: Path

    def manage(self, *arguments: str) -> str:
        """Runs a management command on this site's database and returns what it printed."""
        return manage(self.database, *arguments)

    def run(self, code: str) -> str:
        """Runs Python with the models at hand: how a journey puts its people into the database."""
        return run(self.database, code)


def environment(database: Path, **more: str) -> dict[str, str]:
    own = {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "tests.browser.settings"}
    return {**os.environ, **own, "PYTHONUTF8": "1", **more}


def manage(database: Path, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(database), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def run(database: Path, code: str) -> str:
    return manage(database, "shell", "--no-imports", "-c", code)


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated, with departments, working days and the policy: an office on its first day."""
    database = tmp_path_factory.mktemp("prepared") / "tracker.sqlite3"
    migrated.copy_sqlite(database)
    run(database, PREPARE)
    return database


@pytest.fixture(scope="session")
def demo_database(prepared_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both policies of the demo, its people and their quarters. The style sheets were prepared before."""
    database = tmp_path_factory.mktemp("demo") / prepared_database.name
    migrated.copy_demo(database)
    return database


@pytest.fixture
def live_site(prepared_database: Path, tmp_path: Path) -> Iterator[Site]:
    yield from serve(copied(prepared_database, tmp_path))


@pytest.fixture
def demo_site(demo_database: Path, tmp_path: Path) -> Iterator[Site]:
    yield from serve(copied(demo_database, tmp_path))


@pytest.fixture(scope="session")
def shared_demo(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One demo site for all that only read."""
    yield from serve(copied(demo_database, tmp_path_factory.mktemp("shared")))


def copied(database: Path, folder: Path) -> Path:
    copy = folder / database.name
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


class Service:
    """The process that serves a site, for ever at one address: it can be killed and started again.

    It is killed at the end of a journey too: it would wait for browsers that keep their connections.
    """

    def __init__(
        self, database: Path, server: str = WITHOUT_DOCUMENTS, settings: dict[str, str] | None = None
    ) -> None:
        self.settings = settings or {}
        self.port = free_port()
        self.site = Site(f"http://127.0.0.1:{self.port}", database)
        self.server = server
        self.log = database.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        url = self.site.url
        settings = {"HOST": "127.0.0.1", "PORT": str(self.port), "SITE_URL": url, "WEB_WORKERS": "1"}
        settings |= {"EVIDENCE_FOLDER": str(self.site.database.parent / "evidence"), **self.settings}
        command = ["-m", "gunicorn", "--config", f"python:{self.server}", "langfang_policy.wsgi:application"]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=environment(self.site.database, **settings),
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )
        wait_for(url, self.process, self.log)

    def stop(self) -> None:
        """As the system does it when it shuts down."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)

    def kill(self) -> None:
        """As when the power fails: master and worker are gone in the middle of what they did."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)


def serve(database: Path, server: str = WITHOUT_DOCUMENTS) -> Iterator[Site]:
    for service in services(database, server):
        yield service.site


def services(
    database: Path, server: str = WITHOUT_DOCUMENTS, settings: dict[str, str] | None = None
) -> Iterator[Service]:
    service = Service(database, server, settings)
    try:
        service.start()
        yield service
    finally:
        service.kill()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310  # our own address
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"The site did not start:\n{log.read_text('utf-8', 'replace')}")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium, quiet: nothing is downloaded, nothing is asked of the network.

    Without windows where it can be had: to draw them takes a third of a journey's processor.
    """
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert chromium, "Chromium is missing: script/setup tests installs it."
    quiet = ("background-networking", "component-update", "sync", "quic")
    arguments = [f"--disable-{name}" for name in quiet] + ["--no-first-run"]
    arguments.append(f"--disable-features={','.join(FEATURES_OFF)}")
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {"executable_path": chromium, "args": arguments, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 768}}


@pytest.fixture(autouse=True)
def silent_console(request: pytest.FixtureRequest) -> Iterator[None]:
    """No page may throw, and none may break its own content security policy; a `visitor` looks too."""
    if "page" not in request.fixturenames:
        yield
        return
    page: Page = request.getfixturevalue("page")
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield
    assert not complaints
