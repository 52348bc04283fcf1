"""Makes documents in the background: takes what waits in the queue, one after another, until it is stopped.

One worker a database on each machine; a second one waits until the first is gone.
"""

import fcntl
import hashlib
import logging
import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import storages
from django.db import Error, connection, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from langfang_policy.management.office import OfficeCommand
from measures.models import BackgroundWorker
from measures.reports import background, press

# Then it is replaced by a new one: whatever it has come to hold is given back.
MOST_DOCUMENTS: Final = 1000
LOOK_EVERY: Final = 1.0  # seconds
STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)

logger = logging.getLogger(__name__)


class Command(OfficeCommand):
    help = (
        "后台生成文件：依次生成成批文件和篇幅较长的文件，直到被停止（Ctrl-C 或 SIGTERM，先做完手上的一份）。"
        "每台机器上每个数据库只运行一个，多开的会等待前一个结束。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="做完现有的就结束，不再等待")
        parser.add_argument(
            "--until-input-ends", action="store_true", help="标准输入关闭时停止（随 script/server 结束）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["until_input_ends"]:
            threading.Thread(target=stop_at_the_end_of, args=[sys.stdin.fileno()], daemon=True).start()
        with own_signals(), only_one(), signs_of_life() as worker:
            if not options["once"]:
                self.stdout.write(f"后台进程已启动（{worker.name}）。")
                self.stdout.flush()
            work(worker, once=options["once"])


def work(worker: BackgroundWorker, *, once: bool) -> None:
    """What the library does: take a row of the queue, run it, wait where there is none."""
    loop = Worker(
        queue_names=[background.QUEUE],
        interval=LOOK_EVERY,
        batch=once,
        backend_name="default",
        startup_delay=False,
        max_tasks=MOST_DOCUMENTS,
        worker_id=worker.name,
        excluded_queue_names=[],
    )
    loop.configure_signals()
    loop.run()


def stop_at_the_end_of(descriptor: int) -> None:
    while os.read(descriptor, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def own_signals() -> Iterator[None]:
    """The library answers signals its own way; afterwards they are answered as before."""
    before = {number: signal.getsignal(number) for number in STOPS}
    try:
        yield
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)


@contextmanager
def only_one() -> Iterator[None]:
    """A lock that the system takes back whenever and however this process ends."""
    with lock_file().open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lock_file() -> Path:
    known = connection.settings_dict
    name = "|".join(str(known[part]) for part in ("HOST", "PORT", "NAME"))
    folder = Path(storages["documents"].path("workers"))
    for place in (folder.parent, folder):  # of parents that are made on the way mkdir tells nobody the mode
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:12]}.lock"


@contextmanager
def signs_of_life() -> Iterator[BackgroundWorker]:
    """The worker as a row, which says at times that it lives. The process that lays out ends with it."""
    worker = background.begin_worker(f"{os.getpid()}-{get_random_string(8)}", socket.gethostname())
    ended = threading.Event()
    signs = threading.Thread(target=give_signs, args=[worker, ended], daemon=True)
    signs.start()
    try:
        yield worker
    finally:
        ended.set()
        signs.join()
        background.end_worker(worker)
        press.press.end()


def give_signs(worker: BackgroundWorker, ended: threading.Event) -> None:
    """In a thread of its own: a document may take longer than the silence that means death."""
    while not ended.wait(background.SIGN_EVERY.total_seconds()):
        try:
            background.give_sign(worker)
        except Error as problem:  # the database is busy or gone for a moment
            logger.warning("A sign of life could not be given: %s", problem)
            connections.close_all()
    connections.close_all()
