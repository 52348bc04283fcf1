"""Is all the work of a night done, whatever became of a part of it, and is a failure told?"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured("runs a shell script with a stand-in for manage.py")

ROOT = Path(__file__).resolve().parent.parent
DELETING = ["clearsessions", "purge_account_events", "clear_documents"]
OTHERS = ["follow_duties", "refresh_lights", "check_figures", "check_evidence", "send_reminders", "check"]


def night(folder: Path, *failing: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """What came of it, and which commands were called in their order; `failing` end with an error."""
    (folder / "script").mkdir()
    shutil.copy(ROOT / "script" / "nightly", folder / "script")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\necho "$2" >>called\ncase " {" ".join(failing)} " in *" $2 "*) exit 1 ;; esac\n'
    )
    python.chmod(0o755)
    done = subprocess.run(
        [folder / "script" / "nightly", folder], capture_output=True, text=True, check=False, cwd="/"
    )
    return done, (folder / "called").read_text().split()


def test_night_does_all_that_the_operations_name(tmp_path: Path) -> None:
    done, called = night(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert called == ["back_up", *DELETING, *OTHERS]
    told = (ROOT / "docs" / "operations.md").read_text().partition("## Every night")[2].partition("```\n")[0]
    assert called == re.findall(r"^manage (\w+)", told, re.MULTILINE)


@pytest.mark.parametrize("failing", [*DELETING, *OTHERS])
def test_night_goes_on_after_a_step_that_failed_and_names_it(tmp_path: Path, failing: str) -> None:
    done, called = night(tmp_path, failing)
    assert called == ["back_up", *DELETING, *OTHERS]
    assert done.returncode == 1
    assert done.stderr.endswith(f": {failing}\n")


def test_night_deletes_nothing_without_a_backup(tmp_path: Path) -> None:
    done, called = night(tmp_path, "back_up")
    assert (done.returncode, called) == (1, ["back_up", *OTHERS])


def test_night_without_a_folder_explains_itself() -> None:
    done = subprocess.run([ROOT / "script" / "nightly"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "usage: script/nightly FOLDER\n")
