"""Do the files that a newcomer reads and runs first say what is so?"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
GUIDES = sorted(path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
SCRIPTS = sorted((ROOT / "script").iterdir())
# In a guide: the target of a link, and a path in backticks that begins with one of our folders.
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
TICKED = re.compile(r"`([^`\s]+)`")
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"var"}
# A file that is named without its folder, or with a part of it: `pages/offers.py`.
FILE = re.compile(r"([\w-]+/)*[\w-]+\.(py|html|css|js|md|po)")
FILES = {f"/{path.relative_to(ROOT)}" for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")}


def named_paths(guide: Path) -> Iterator[Path]:
    """As they are meant: a link from the guide's own folder, a path in backticks from the checkout."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    yield from ((ROOT / guide).parent / link for link in LINK.findall(text))
    for ticked in TICKED.findall(text):
        if "/" in ticked and ticked.split("/")[0] in FOLDERS and not set("*<>{}…") & set(ticked):
            yield ROOT / ticked


def is_there(path: Path) -> bool:
    """A decision may be cited by its number alone."""
    return path.exists() or bool(path.name.isdigit() and list(path.parent.glob(f"{path.name}-*.md")))


@pytest.mark.parametrize("guide", GUIDES, ids=str)
def test_guide_names_only_what_is_there(guide: Path) -> None:
    missing = [str(path.relative_to(ROOT)) for path in named_paths(guide) if not is_there(path)]
    assert not missing


@pytest.mark.parametrize("guide", GUIDES, ids=str)
def test_guide_names_only_files_that_some_folder_holds(guide: Path) -> None:
    ticked = TICKED.findall((ROOT / guide).read_text(encoding="utf-8"))
    named = [name for name in ticked if FILE.fullmatch(name) and not (ROOT / name).exists()]
    assert not [name for name in named if not any(path.endswith(f"/{name}") for path in FILES)]


def test_guides_are_found_and_name_something() -> None:
    """So that the test above cannot pass for want of anything to look at."""
    assert {Path("README.md"), Path("CONTRIBUTING.md"), Path("SECURITY.md")} <= set(GUIDES)
    assert len(list(named_paths(Path("CONTRIBUTING.md")))) > 20


def test_readme_begins_with_both_languages_a_picture_and_the_commands() -> None:
    _title, english, chinese, picture, commands, *_rest = (ROOT / "README.md").read_text().split("\n\n")
    assert english.isascii()
    assert re.match("[一-鿿]", chinese)
    assert picture.startswith("![")
    assert picture.count("![") == 1
    assert [line.split()[0] for line in commands.splitlines()[1:-1]] == ["script/server", "script/test"]


# --- hooks before a commit -----------------------------------------------------------------------


def hooks() -> list[dict[str, Any]]:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repository["repo"] for repository in config["repos"]] == ["local"], "something would be fetched"
    found: list[dict[str, Any]] = config["repos"][0]["hooks"]
    return found


def test_hooks_fetch_nothing_and_run_what_the_set_up_brings() -> None:
    for hook in hooks():
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")
        assert "additional_dependencies" not in hook
        assert (Path(sys.prefix) / "bin" / Path(hook["entry"].split()[0]).name).exists()


@pytest.mark.parametrize(
    "words", ["ruff format --check", "ruff check", "mypy", "djade --check", "makemigrations --check"]
)
def test_hooks_ask_what_script_test_asks(words: str) -> None:
    assert words in (ROOT / "script" / "test").read_text()
    assert [hook for hook in hooks() if words in hook["entry"]]


# --- form ----------------------------------------------------------------------------------------


def test_editors_are_told_what_the_formatter_and_the_house_hold() -> None:
    told = (ROOT / ".editorconfig").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    python = told.split("[*.py]")[1].split("[")[0]
    assert f"max_line_length = {project['tool']['ruff']['line-length']}" in python
    assert "max_line_length = 120" in told.split("[*.{html,css,js,md}]")[1].split("[")[0]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_posix_shell_and_can_be_run(script: Path) -> None:
    assert script.read_bytes().startswith(b"#!/bin/sh\n")
    assert b"\r" not in script.read_bytes()
    assert script.stat().st_mode & 0o111 == 0o111


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    """A checkout with the tools of this one, in which nothing has to be set up."""
    (tmp_path / "script").mkdir()
    (tmp_path / "templates").mkdir()
    shutil.copy(ROOT / "script" / "format", tmp_path / "script")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "script" / "setup").write_text("")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "page.py").write_text("import sys\nimport os\nprint( os.sep,sys.path )\n")
    (tmp_path / "templates" / "page.html").write_text("{% load static i18n %}\n{{ name|upper}}\n")
    return tmp_path


def put_into_form(checkout: Path) -> subprocess.CompletedProcess[str]:
    script = str(checkout / "script" / "format")
    return subprocess.run(["sh", script], capture_output=True, text=True, check=False)


def test_format_puts_python_and_templates_into_form(untidy: Path) -> None:
    (untidy / "page.py").write_text("import sys\nimport os\n\nPATHS = [ os.sep,*sys.path ]\n")
    done = put_into_form(untidy)
    assert (done.returncode, done.stderr) == (0, "")
    assert (untidy / "page.py").read_text() == "import os\nimport sys\n\nPATHS = [os.sep, *sys.path]\n"
    assert (untidy / "templates" / "page.html").read_text() == "{% load i18n static %}\n{{ name|upper }}\n"


def test_format_names_what_it_cannot_mend(untidy: Path) -> None:
    done = put_into_form(untidy)  # the print that is left in page.py
    assert done.returncode == 1
    assert "T201" in done.stdout
