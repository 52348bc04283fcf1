"""How gunicorn is told to serve: the part of it that is our own code."""

import importlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from langfang_policy import server
from measures.reports import press

ROOT = Path(__file__).resolve().parent.parent
GUNICORN = ["-m", "gunicorn", "--config", "python:langfang_policy.server", "langfang_policy.wsgi:application"]


@pytest.fixture
def taken() -> Iterator[str]:
    """A port of this machine at which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


@pytest.fixture
def free() -> str:
    with socket.create_server(("127.0.0.1", 0)) as other:
        return str(other.getsockname()[1])


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        # Without the warning that no static files were collected: script/server collects them before.
        env={**os.environ, "HOST": "127.0.0.1", "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What was said, on one line and in both languages, by a program that then gave up."""
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    chinese, english = line.split("·")
    assert any("一" <= character <= "鿿" for character in chinese)
    assert any(word.isascii() and word.isalpha() for word in english.split())
    return line


def test_server_listens_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "127.0.0.2")
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("WEB_WORKERS", "3")
    again = importlib.reload(server)
    assert (again.bind, again.workers) == ("127.0.0.2:8123", 3)
    monkeypatch.undo()
    importlib.reload(server)


def test_server_listens_at_an_address_of_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "::1")
    assert importlib.reload(server).bind == "[::1]:8000"
    monkeypatch.undo()
    importlib.reload(server)


def test_server_at_a_free_port_has_nothing_to_say(free: str) -> None:
    done = run("-m", "langfang_policy.server", PORT=free)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("program", [["-m", "langfang_policy.server"], GUNICORN], ids=["script", "gunicorn"])
def test_server_at_a_taken_port_says_so_in_one_sentence(program: list[str], taken: str) -> None:
    said = one_sentence(run(*program, PORT=taken))
    assert f"端口 {taken} 已被占用" in said
    assert f"PORT={int(taken) + 1} script/server" in said


@pytest.mark.parametrize("program", [["-m", "langfang_policy.server"], GUNICORN], ids=["script", "gunicorn"])
@pytest.mark.parametrize("port", ["0", "65536", "abc", "80 80", "-1"])
def test_server_at_a_wrong_port_says_so_in_one_sentence(program: list[str], port: str) -> None:
    said = one_sentence(run(*program, PORT=port))
    assert said.startswith(f"设置 PORT 的值“{port}”不可用：应为 1 至 65535 的整数。")
    assert said.endswith(f"PORT “{port}” cannot be used: a whole number from 1 to 65535 is needed.")


def test_server_with_a_wrong_number_of_workers_says_so_in_both_languages() -> None:
    said = one_sentence(run("-m", "langfang_policy.server", WEB_WORKERS="65"))
    assert said == (
        "设置 WEB_WORKERS 的值“65”不可用：应为 1 至 64 的整数。 · "
        "WEB_WORKERS “65” cannot be used: a whole number from 1 to 64 is needed."
    )


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "a..b", "http://127.0.0.1", "127.0.0.1:9000", "x" * 300, "::2"]
)
def test_server_at_a_wrong_host_says_so_in_one_sentence(host: str, free: str) -> None:
    assert f"HOST 的值“{host}”不可用" in one_sentence(
        run("-m", "langfang_policy.server", HOST=host, PORT=free)
    )


def test_server_without_the_right_to_a_port_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(SystemExit, match="没有权限使用端口 8000"):
        server.refuse_address()


def test_server_that_is_handed_an_open_socket_looks_at_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a restart without a gap the old gunicorn still listens; so does systemd, for a socket of its own."""
    asked: list[str] = []
    monkeypatch.setattr(server, "refuse_address", lambda: asked.append("asked"))
    server.on_starting(SimpleNamespace(master_pid=4711))
    monkeypatch.setenv("LISTEN_FDS", "1")
    server.on_starting(SimpleNamespace(master_pid=0))
    assert asked == []
    monkeypatch.delenv("LISTEN_FDS")
    server.on_starting(SimpleNamespace(master_pid=0))
    assert asked == ["asked"]


def script_server(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs script/server in a folder where setting up and manage.py only say that they were called."""
    (folder / "script").mkdir()
    shutil.copy(ROOT / "script" / "server", folder / "script")
    (folder / "script" / "setup").write_text("echo set up\n")
    (folder / "manage.py").write_text("import sys; print('manage', sys.argv[1], flush=True)\n")
    (folder / "static").mkdir()
    (folder / "langfang_policy").symlink_to(ROOT / "langfang_policy")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / ".installed-base.txt").touch()
    for name, program in (("python", f'exec {sys.executable} "$@"'), ("gunicorn", 'echo "gunicorn $PORT"')):
        (folder / ".venv" / "bin" / name).write_text(f"#!/bin/sh\n{program}\n")
        (folder / ".venv" / "bin" / name).chmod(0o755)
    return subprocess.run(
        ["sh", folder / "script" / "server", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_script_server_prepares_the_database_and_then_serves(tmp_path: Path, free: str) -> None:
    done = script_server(tmp_path, PORT=free)
    steps = ["set up", "manage collectstatic", "manage migrate", "manage first_start", f"gunicorn {free}"]
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, steps, "")


@pytest.mark.parametrize("port", ["taken", "abc"])
def test_script_server_stops_at_a_port_before_it_touches_the_database(
    tmp_path: Path, taken: str, port: str
) -> None:
    done = script_server(tmp_path, PORT=taken if port == "taken" else port)
    assert (done.returncode, done.stdout) == (1, "set up\n")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("argument", "status"), [("--help", 0), ("80", 2)])
def test_script_server_explains_itself_and_does_nothing(tmp_path: Path, argument: str, status: int) -> None:
    done = script_server(tmp_path, argument)
    assert done.returncode == status
    assert "script/server" in done.stdout + done.stderr
    assert "set up" not in done.stdout.splitlines()


def test_server_says_its_address_when_it_can_be_reached(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8123")
    server.when_ready(None)
    assert "http://127.0.0.1:8123/" in capsys.readouterr().out


def test_server_starts_a_worker_beside_it_where_it_is_told_to_and_ends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        server, "worker_process", SimpleNamespace(start=lambda: told.append("start"), end=told.clear)
    )
    server.when_ready(None)
    assert told == []  # in service systemd does it
    monkeypatch.setattr(server, "with_worker", True)
    server.when_ready(None)
    assert told == ["start"]
    server.on_exit(None)
    assert told == []


def test_worker_beside_the_site_is_replaced_when_it_dies_and_ends_with_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in its place writes down that it was started, and dies the first time."""
    log = tmp_path / "log"
    worker = tmp_path / "worker.py"
    worker.write_text(
        "import pathlib, sys\n"
        f"log = pathlib.Path({str(log)!r})\n"
        "first = not log.exists()\n"
        "log.open('a').write('started ')\n"
        "if first: sys.exit(1)\n"
        "sys.stdin.read()\n"
        "log.open('a').write('ended')\n"
    )
    keep = (
        "from langfang_policy import background; background.PAUSE = 0.2; "
        f"background.keep_one_running({[sys.executable, str(worker)]!r})"
    )
    with subprocess.Popen([sys.executable, "-c", keep], cwd=ROOT, stdin=subprocess.PIPE) as keeper:
        end = time.monotonic() + 60
        while not log.exists() or log.read_text() != "started started ":
            assert time.monotonic() < end
            time.sleep(0.02)
        assert keeper.stdin
        keeper.stdin.close()
        assert keeper.wait(60) == 0
    assert log.read_text() == "started started ended"


def test_server_warms_documents_up_beside_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    own = press.Press()
    monkeypatch.setattr(press, "press", own)
    server.post_worker_init(None)
    try:
        assert own._process
        assert own._process.poll() is None
    finally:
        own.end()
