"""In which process is a PDF made? In one beside the site's own, which ends when nobody needs it.

Laying a document out takes a processor for seconds and three times the memory of the site. Beside it the
pages go on being served, and what it took is given back when it ends. It knows neither Django nor database:
it is told HTML and style sheet, and answers with bytes (docs/decisions/0037).

Run by `Press` alone: python -m measures.reports.press
"""

import atexit
import json
import logging
import os
import resource
import select
import signal
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, cast

from measures.reports.pdf import Attached, PdfUnavailable, obstacle, render_pdf, warm_up

ROOT: Final = Path(__file__).resolve().parents[2]
IDLE_SECONDS: Final = 300.0
# One that has grown beyond this is replaced after its document.
MOST_MEGABYTES: Final = 512
# What it has no use for.
SECRETS: Final = {"SECRET_KEY", "DATABASE_URL"}
BROKE_DOWN: Final = "生成PDF的进程意外中断（可能是内存不足），请稍后重试；多次失败时请联系管理员。"

logger = logging.getLogger(__name__)


class _InterruptedError(Exception):
    """The process ended before it had answered."""


class Press:
    """The other process, from the side of the site. One document at a time: two would not be faster."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Without waiting until it is warm."""
        with self._one_at_a_time:
            self._running()

    def render(
        self, html: str, *, created: datetime, attached: Attached | None = None, **words: str | bool
    ) -> bytes:
        file = attached and [attached.name, attached.media_type, b64encode(attached.content).decode()]
        told = {"html": html, "created": created.isoformat(), "attached": file, **words}
        job = json.dumps(told).encode() + b"\n"
        with self._one_at_a_time:
            for _attempt in range(2):  # it may have ended just now because nobody needed it
                try:
                    return self._ask(job)
                except (_InterruptedError, BrokenPipeError):
                    self._end()
        raise PdfUnavailable(BROKE_DOWN)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()  # closes what led to it
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  # our own words only
                [sys.executable, "-m", __name__],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name not in SECRETS},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the site, which then lets this one end
            )
        return self._process

    def _ask(self, job: bytes) -> bytes:
        process = self._running()
        jobs, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        jobs.write(job)
        jobs.flush()
        head = answers.readline()
        if not head:
            raise _InterruptedError
        told = json.loads(head)
        if "refused" in told:
            raise PdfUnavailable(told["refused"])
        pdf = answers.read(told["bytes"])
        if len(pdf) < told["bytes"]:
            raise _InterruptedError
        return pdf

    def _end(self) -> None:
        """Its input ends, and so it does."""
        process, self._process = self._process, None
        if process is not None and process.stdin and process.stdout:
            try:
                process.stdin.close()
            except BrokenPipeError:  # something was still to be sent to one that is gone
                logger.debug("The process that makes documents was gone already.")
            process.stdout.close()
            process.wait()

    def end(self) -> None:
        """Unless it is at work: then it ends when it finds nobody to answer."""
        if self._one_at_a_time.acquire(blocking=False):
            self._end()
            self._one_at_a_time.release()


press = Press()


def _as_in_a_new_process() -> None:
    """After a fork the other process is the parent's."""
    global press
    press = Press()


os.register_at_fork(after_in_child=_as_in_a_new_process)
atexit.register(lambda: press.end())


def render(
    html: str,
    *,
    title: str,
    identifier: str,
    created: datetime,
    author: str = "",
    css: str = "",
    fits: bool = False,
    attached: Attached | None = None,
) -> bytes:
    """As pdf.render_pdf, in the other process. Raises PdfUnavailable, also when that one broke down twice."""
    if reason := obstacle():
        raise PdfUnavailable(reason)
    words = {"title": title, "identifier": identifier, "author": author, "css": css}
    return press.render(html, created=created, fits=fits, attached=attached, **words)


# --- from the other side ------------------------------------------------------------------------


def serve(jobs: IO[bytes], answers: IO[bytes], idle: float = IDLE_SECONDS) -> None:
    """One line is one job, sent when the last was answered.

    Until there are no more, or none comes for so many seconds, or too much memory was taken.
    """
    while select.select([jobs], [], [], idle)[0]:
        line = jobs.readline()
        if not line:
            return
        _answer(json.loads(line), answers)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST_MEGABYTES * 1024:
            return


def _answer(job: dict[str, Any], answers: IO[bytes]) -> None:
    job["created"] = datetime.fromisoformat(job["created"])
    if file := job.pop("attached", None):
        name, media_type, content = file
        job["attached"] = Attached(name, media_type, b64decode(content))
    try:
        pdf = render_pdf(job.pop("html"), **job)
    except PdfUnavailable as problem:
        answers.write(json.dumps({"refused": str(problem)}).encode() + b"\n")
    else:
        answers.write(json.dumps({"bytes": len(pdf)}).encode() + b"\n" + pdf)
    answers.flush()


def main() -> None:
    """What any library prints goes to the log, never between the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # systemd tells all; the site still answers who waits
    warm_up()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
