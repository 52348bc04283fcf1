"""Does the suite notice a broken rule? `python -m tests.broken_rules` breaks ten of them, one by one.

Each break changes one line in a copy of the checkout and runs, on SQLite, the tests that `test_domain` names
for the rule there. A break that no test notices ends the command with status 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

import django

ROOT: Final = Path(__file__).resolve().parent.parent
UPDATES: Final = "measures/workflow/updates.py"
PERMISSIONS: Final = "measures/permissions.py"
LIGHTS: Final = "measures/lights.py"
# What a run of the tests needs beside the code that is broken.
LEFT_OUT: Final = (".git", ".venv", "var", "__pycache__", ".*_cache")
TESTS_FAILED: Final = 1  # pytest's exit status; others say that it could not run, or found no test


class Break(NamedTuple):
    """One line of a module is replaced, and a rule of the domain is broken."""

    rule: str
    path: str
    line: str
    broken: str


BREAKS: Final = (
    Break("2.5", UPDATES, "if not permissions.can_approve(actor, row, revision):", "if False:"),
    Break("2.6", PERMISSIONS, "return (office.clerks - involved) or (", "return office.clerks or ("),
    Break("2.4", PERMISSIONS, "if update.state != UpdateState.SUBMITTED:", "if False:"),
    Break("4.1", UPDATES, "_Row(S.SUBMITTED, Act.CONFIRM, S.CONFIRMED, (as_clerk_or_signer,)),", ""),
    Break("4.2", UPDATES, "if row.version != version:", "if False:"),
    Break("4.3", UPDATES, "check_to_submit(row, revision)\n        keep_inserted", "keep_inserted"),
    Break("4.5", UPDATES, "DAYS_TO_BRING_BACK: Final = 2", "DAYS_TO_BRING_BACK: Final = 1"),
    Break("4.6", UPDATES, "first_submitted_at=row.first_submitted_at or at,", "first_submitted_at=at,"),
    Break("6.4", LIGHTS, "row.unmet and row.deadline is not None and on > row", "row.unmet and on >= row"),
    Break("6.11", LIGHTS, "run = run + 1 if update.missed(on) else 0", "run += update.missed(on)"),
)


def source_of(row: Break) -> str:
    """The module with the rule broken. Raises ValueError where the line is not there exactly once."""
    text = (ROOT / row.path).read_text("utf-8")
    if text.count(row.line) != 1:
        raise ValueError(f"{row.path} holds {row.line!r} {text.count(row.line)} times, not once")
    return text.replace(row.line, row.broken)


def arguments_of(rule: str) -> list[str]:
    """The tests that hold the rule, as arguments of pytest. Asks for Django that is set up."""
    from tests.test_domain import HELD_BY

    return [
        f"{path.relative_to(ROOT)}::{name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in HELD_BY[rule]
        if f"\ndef {name}(" in path.read_text("utf-8")
    ]


def is_noticed(row: Break) -> bool:
    """Whether a test of the rule fails in a copy in which it is broken. Writes below the temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "checkout"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        (copy / row.path).write_text(source_of(row), "utf-8")
        (copy / "var").mkdir()
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", *arguments_of(row.rule)],
            cwd=copy,
            env=os.environ | {"TEST_DATABASE": "sqlite"},
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode not in {0, TESTS_FAILED}:
        raise RuntimeError(run.stdout + run.stderr)
    return run.returncode == TESTS_FAILED


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Prints a line for each break. Returns the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langfang_policy.settings")
    django.setup()
    unnoticed = 0
    for row in BREAKS:
        noticed = is_noticed(row)
        unnoticed += not noticed
        say(f"{row.rule:>5}  {'noticed' if noticed else 'NOT NOTICED'}  {row.path}")
    say(f"{len(BREAKS) - unnoticed} of {len(BREAKS)} broken rules are noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
