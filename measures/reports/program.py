"""Which state of the program makes documents here? One hash of all that shapes bytes besides their content.

The code and templates of documents, every installed package, the libraries of the system, the fonts and how
fontconfig chooses among them. It must not import WeasyPrint.
"""

import ctypes
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from langfang_policy import __version__
from measures.reports import fonts

SHAPING: Final = ("measures/reports/**/*.py", "templates/reports/**/*.*")
# Which function of which library tells its version.
_TOLD_BY: Final = {
    "libpango-1.0.so.0": ("pango_version_string", ctypes.c_char_p),
    "libharfbuzz.so.0": ("hb_version_string", ctypes.c_char_p),
    "libharfbuzz-subset.so.0": ("hb_version_string", ctypes.c_char_p),
    "libfontconfig.so.1": ("FcGetVersion", ctypes.c_int),
}


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Worked out once a process: what changes below a running site counts after its restart."""
    parts = [__version__, platform.python_version(), _packages(), _libraries(), fonts.files(), _sources()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _packages() -> list[str]:
    """All of them: no list could be forgotten."""
    return sorted(f"{found.name} {found.version}" for found in importlib.metadata.distributions())


def _libraries() -> list[str]:
    return [f"{name} {_version(name, *told_by)}" for name, told_by in _TOLD_BY.items()]


def _version(library: str, function: str, answer: type) -> str:
    try:
        ask: Callable[[], object] = getattr(ctypes.CDLL(library), function)
    except OSError:
        return "missing"
    ask.restype = answer  # type: ignore[attr-defined]  # a function of ctypes
    return str(ask())


def _sources() -> list[tuple[str, str]]:
    return [(str(path), hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(_shaping())]


def _shaping() -> Iterator[Path]:
    for pattern in SHAPING:
        yield from (path for path in Path(settings.BASE_DIR).glob(pattern) if path.is_file())
