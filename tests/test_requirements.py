"""The requirement files install on an old pip, also after a package in them has had a newer release."""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "requirements").glob("*.txt"))
WHOLE = re.compile(r"(?P<name>[a-z0-9._-]+)(\[(?P<extras>[a-z0-9,-]+)\])?==(?P<version>[^ ;]+)", re.MULTILINE)


def pins_of(file: Path) -> dict[str, set[str]]:
    """The extras that each pinned package is pinned with."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith(" ")]
    found = [WHOLE.match(line) for line in lines]
    assert all(found), "a requirement without an exact version"
    return {pin["name"]: set((pin["extras"] or "").split(",")) - {""} for pin in found if pin}


def needed_by(name: str, extras: set[str]) -> Iterator[Requirement]:
    """What the installed package asks for, here and with these extras."""
    for line in distribution(name).requires or []:
        needed = Requirement(line)
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield needed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
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
