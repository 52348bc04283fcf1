"""How far is a long act? Told past its transaction to the page whose button was pressed.

The page makes up a number, sends it with its form and asks by it while it waits (`static/js/progress.js`).
Nobody else knows the number. Without scripts nothing is told, and the act is done all the same.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.core.cache import caches
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

NUMBER: Final = re.compile(r"[0-9a-f]{32}")
NOTHING: Final = (0, 0)
KEPT: Final = 600  # seconds, where the process ended before it could tidy up
_asked: ContextVar[str] = ContextVar("asked", default="")


@contextmanager
def told_to(request: HttpRequest) -> Iterator[None]:
    """What the act within tells goes to the page that sent this form, if it asks."""
    number = request.POST.get("progress", "")
    token = _asked.set(number if NUMBER.fullmatch(number) else "")
    try:
        yield
    finally:
        if _asked.get():
            caches["progress"].delete(_asked.get())
        _asked.reset(token)


def tell(done: int, whole: int) -> None:
    """So many parts of an act are done. Writes a small file when a page asks, otherwise nothing."""
    if _asked.get():
        caches["progress"].set(_asked.get(), (done, whole), KEPT)


@require_safe
def progress(request: HttpRequest) -> JsonResponse:
    """How many parts of how many are done; of none where nothing was told under this number, or no longer."""
    number = request.GET.get("of", "")
    done, whole = caches["progress"].get(number, NOTHING) if NUMBER.fullmatch(number) else NOTHING
    return JsonResponse({"done": done, "whole": whole})
