"""Who makes documents in the background on a desk? One worker beside the site, started with it and ended too.

`server` starts this program where WITH_WORKER says so (script/server). In service systemd does the same for
`manage.py run_worker` (docs/operations.md). Should the worker die, another one is started; it ends when the
site has ended, however that came about, because then its input ends.
"""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAUSE: Final = 2.0  # seconds before one that died is replaced
PATIENCE: Final = 5.0  # seconds that the site waits for a document in hand


class WorkerProcess:
    """This program, from the side of the site."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own words only
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the site, which then lets this one end
        )

    def end(self) -> None:
        """Its input ends. A document that takes longer is finished without the site."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            sys.stdout.write("后台进程做完手上的文件后结束 · The worker ends after the document in hand\n")
        self._process = None


worker_process: Final = WorkerProcess()


def keep_one_running(worker: list[str]) -> None:
    """Until the input, which nobody writes to, ends; the worker has the same input."""
    while True:
        subprocess.run(worker, cwd=ROOT, check=False)  # noqa: S603  # our own words only
        if _input_ends_within(PAUSE):
            return


def _input_ends_within(seconds: float) -> bool:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([sys.stdin], [], [], left)[0] and not os.read(sys.stdin.fileno(), 1024):
            return True
    return False


if __name__ == "__main__":
    keep_one_running([sys.executable, "manage.py", "run_worker", "--until-input-ends"])
