"""How does gunicorn serve the site, on a desk (script/server) and in service (docs/operations.md) alike?

Read by gunicorn: gunicorn --config python:langfang_policy.server langfang_policy.wsgi:application
Run by script/server before anything else: python -m langfang_policy.server says in one sentence, in Chinese
and in English, why the site cannot listen where HOST and PORT say.
"""

import errno
import os
import socket
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from langfang_policy import environment
from langfang_policy.background import worker_process


def _read_settings() -> tuple[str, int, int, bool]:
    """What the environment says; exits with the sentence, which gunicorn would bury in a traceback."""
    try:
        return (
            environment.text("HOST", "127.0.0.1").strip("[]"),
            environment.number("PORT", 8000, least=1, most=65535),
            environment.number("WEB_WORKERS", 2, least=1, most=64),
            environment.switch("WITH_WORKER"),
        )
    except ImproperlyConfigured as wrong:
        sys.exit(str(wrong))


# Two processes, for documents keep one busy for seconds; threads, for pages mostly wait for the database.
host, port, workers, with_worker = _read_settings()
bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
threads = 4
# Loaded once, before the workers are made.
preload_app = True
timeout = 120
graceful_timeout = 20
# A worker that has grown is replaced now and then.
max_requests = 2000
max_requests_jitter = 200
loglevel = "warning"
# gunicorn's own remote control is not used: it would leave a socket in the home folder.
control_socket_disable = True


def refuse_address() -> None:
    """Exits with one sentence if nothing can listen at HOST and PORT; gunicorn would try for five seconds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
            probe.bind((host, port))
    except (OSError, UnicodeError) as error:  # the second is a name that cannot be one
        sys.exit(_refusal(getattr(error, "errno", None)))


def _refusal(reason: int | None) -> str:
    if reason == errno.EADDRINUSE:
        other = f"PORT={port + 1 if port < 65535 else port - 1} script/server"
        return (
            f"端口 {port} 已被占用（也许网站已在运行）：请停止占用它的程序，或换一个端口：{other} · "
            f"Port {port} is taken (by this site?): stop what uses it, or choose another one: {other}"
        )
    if reason == errno.EACCES:
        return (
            f"没有权限使用端口 {port}：请用 1024 或以上的端口，如 PORT=8000 script/server · "
            f"No permission for port {port}: choose one from 1024 on, as in PORT=8000 script/server"
        )
    return (
        f"设置 HOST 的值“{host}”不可用：应为本机的地址，如 127.0.0.1（仅本机）或 0.0.0.0（所有网卡）· "
        f"HOST “{host}” is no address of this machine: take 127.0.0.1, or 0.0.0.0 for all its networks"
    )


def on_starting(server: Any) -> None:
    """Before gunicorn listens. One that takes over from another, or from systemd, is given an open socket."""
    if not server.master_pid and "LISTEN_FDS" not in os.environ:
        refuse_address()


def when_ready(server: Any) -> None:
    address = environment.text("SITE_URL", "http://" + bind)
    sys.stdout.write(f"网站已启动 · The site is running: {address}/ （Ctrl-C 停止 · stops it）\n")
    sys.stdout.flush()
    if with_worker:
        worker_process.start()


def on_exit(server: Any) -> None:
    """However many processes serve pages, one makes documents in the background, and ends with the site."""
    worker_process.end()


def post_worker_init(worker: Any) -> None:
    """The process that makes documents loads WeasyPrint and looks at the fonts while pages are served."""
    from measures.reports import press

    press.press.start()


if __name__ == "__main__":
    refuse_address()
