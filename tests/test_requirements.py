"""The requirement files install on an old pip, after a newer release, and on every Python that we promise."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "requirements").glob("*.txt"))
# Whose packages are installed where the tests run: only of these is it known what each asks for.
INSTALLED = [file for file in FILES if file.stem != "s3"]
EXACT = re.compile(r"==[^=*]+")
# What docs/operations.md promises: CPython on Linux.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# In the files for Windows and for other Pythons than CPython; not installed where we promise anything.
ELSEWHERE = {"brotlicffi", "colorama", "tzdata"}


def requirements_of(file: Path) -> list[Requirement]:
    lines = [line for line in file.read_text().splitlines() if not line.startswith(" ")]
    return [Requirement(line.removesuffix("\\")) for line in lines]


def needed_on(requirement: Requirement, python: str) -> bool:
    here = {"python_version": python, "python_full_version": f"{python}.0"}
    return requirement.marker is None or requirement.marker.evaluate(here)


def pins_of(file: Path) -> dict[str, set[str]]:
    """The extras that each package that is installed here is pinned with."""
    here = [needed for needed in requirements_of(file) if needed.marker is None or needed.marker.evaluate()]
    return {needed.name: needed.extras for needed in here}


def needed_by(name: str, extras: set[str], python: str = "") -> Iterator[Requirement]:
    """What the installed package asks for with these extras: here, or on another Python."""
    other = {"python_version": python, "python_full_version": f"{python}.0"} if python else {}
    for line in distribution(name).requires or []:
        needed = Requirement(line)
        if needed.marker is None or any(
            needed.marker.evaluate({"extra": extra, **other}) for extra in extras | {""}
        ):
            yield needed


@pytest.mark.parametrize("file", INSTALLED, ids=lambda file: file.stem)
def test_requirements_pin_every_extra_that_another_package_asks_for(file: Path) -> None:
    """A pin of coverage does not hold for coverage[toml] before pip 23.3; Debian 12 has 23.0."""
    pins = pins_of(file)
    assert pins, "an empty file"
    asked = [needed for name, extras in pins.items() for needed in needed_by(name, extras)]
    loose = {str(needed) for needed in asked if needed.extras - pins.get(needed.name.lower(), needed.extras)}
    assert not loose


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_requirements_name_no_address(file: Path) -> None:
    assert "://" not in file.read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_requirements_are_exact_and_hashed(file: Path) -> None:
    """pip refuses a file of which one line lacks a hash; the set-up says --require-hashes."""
    loose = [str(needed) for needed in requirements_of(file) if not EXACT.fullmatch(str(needed.specifier))]
    assert not loose
    entries = re.split(r"\n(?! )", file.read_text().strip())
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("python", PYTHONS)
def test_requirements_hold_one_version_of_a_package_for_every_python(file: Path, python: str) -> None:
    """What was tried on one Python runs on all: no marker leaves one out or changes its version."""
    wanted = [needed.name for needed in requirements_of(file) if needed_on(needed, python)]
    assert sorted(wanted) == sorted({needed.name for needed in requirements_of(file)} - ELSEWHERE)


@pytest.mark.parametrize("file", INSTALLED, ids=lambda file: file.stem)
def test_requirements_hold_whatever_each_python_asks_for(file: Path) -> None:
    """A package that only a newer Python needs is in the file, though this Python does not install it."""
    pinned = {needed.name for needed in requirements_of(file)}
    asked = {
        (python, needed.name.lower())
        for name, extras in pins_of(file).items()
        for python in PYTHONS
        for needed in needed_by(name, extras, python)
    }
    assert not {(python, name) for python, name in asked if canonicalize_name(name) not in pinned}


def test_requirements_for_a_bucket_are_those_of_the_site_and_what_the_bucket_needs() -> None:
    """The same versions with the same hashes, so that the site runs on what was tried."""

    def entries(name: str) -> set[str]:
        return set(re.split(r"\n(?! )", (ROOT / "requirements" / f"{name}.txt").read_text().strip()))

    assert entries("base") < entries("s3")
    more = {Requirement(entry.partition(" ")[0]).name for entry in entries("s3") - entries("base")}
    assert {"django-storages", "boto3"} <= more


def test_python_has_a_lower_bound_and_no_upper_one() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    bounds = SpecifierSet(told["project"]["requires-python"])
    assert [str(bound) for bound in bounds] == [f">={PYTHONS[0]}"]
    checked = {told["tool"]["mypy"]["python_version"], told["tool"]["ruff"]["target-version"]}
    assert checked == {PYTHONS[0], f"py{PYTHONS[0].replace('.', '')}"}
