"""The process beside the site that makes documents: the same bytes, and it ends when it should."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from measures.reports import pdf, press
from tests.measures.reports.test_pdf import CREATED, made, page_of

pytestmark = pytest.mark.unmeasured("the time goes into WeasyPrint; what a document says is measured")

PAGE = page_of("<p>正文</p>")
WORDS: dict[str, Any] = {"title": "进展情况报告", "identifier": "one", "author": "市人力资源和社会保障局"}


@pytest.fixture(scope="module")
def own() -> Iterator[press.Press]:
    made = press.Press()
    yield made
    made.end()


def printed(own: press.Press) -> bytes:
    return own.render(PAGE, created=CREATED, **WORDS)


def test_document_from_the_press_has_the_same_bytes(own: press.Press) -> None:
    assert printed(own) == made("<p>正文</p>")


def test_press_that_was_killed_is_started_anew(own: press.Press) -> None:
    before = printed(own)
    assert own._process
    own._process.kill()
    assert printed(own) == before


def test_press_knows_no_secret_and_dies_with_its_owner(own: press.Press) -> None:
    printed(own)
    process = own._process
    assert process
    known = Path(f"/proc/{process.pid}/environ").read_text(encoding="utf-8")
    assert "DJANGO_SETTINGS_MODULE" in known
    assert not any(f"{name}=" in known for name in press.SECRETS)
    own.end()
    assert process.returncode == 0


def test_press_that_breaks_down_twice_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bytes] = []

    def gone(own: press.Press, job: bytes) -> bytes:
        tried.append(job)
        raise BrokenPipeError

    monkeypatch.setattr(press.Press, "_ask", gone)
    with pytest.raises(pdf.PdfUnavailable, match="意外中断"):
        press.render(PAGE, created=CREATED, **WORDS)
    assert len(tried) == 2


def test_site_itself_never_loads_weasyprint() -> None:
    program = (
        "import sys; from tests.measures.reports.test_press import *\n"
        "assert press.render(PAGE, created=CREATED, **WORDS).startswith(b'%PDF')\n"
        "print([name for name in sys.modules if name.startswith('weasyprint.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_child_of_a_fork_has_a_press_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "press", press.press)
    parents = press.press
    press._as_in_a_new_process()
    assert press.press is not parents
    assert press.press._process is None


# --- from the other side ------------------------------------------------------------------------


def served(*jobs: dict[str, str], idle: float = 5) -> list[bytes]:
    """What is answered to so many jobs, after which no more come."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as told, os.fdopen(writing, "wb") as teller:
        for job in jobs:
            teller.write(json.dumps(job).encode() + b"\n")
            teller.flush()
        if idle:
            teller.close()
        answers = BytesIO()
        press.serve(told, answers, idle)
        return answers.getvalue().split(b"\n", 1)


def job() -> dict[str, str]:
    return {"html": PAGE, "created": CREATED.isoformat(), **WORDS}


def test_answer_says_how_long_it_is() -> None:
    head, content = served(job())
    assert json.loads(head) == {"bytes": len(content)}
    assert content == made("<p>正文</p>")


def test_refusal_is_answered_as_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_loads", lambda name: False)
    pdf._weasyprint.cache_clear()
    try:
        head, content = served(job())
    finally:
        pdf._weasyprint.cache_clear()
    assert "libpango-1.0-0" in json.loads(head)["refused"]
    assert content == b""


def test_press_ends_when_nobody_asks_for_long() -> None:
    assert served(idle=0) == [b""]


def test_press_that_has_grown_ends_after_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "MOST_MEGABYTES", 1)
    monkeypatch.setattr(press, "render_pdf", lambda html, **words: b"%PDF")
    (_head, content) = served(job(), job())
    assert content == b"%PDF"


def test_file_that_a_document_carries_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def render(html: str, *, attached: object, **words: object) -> bytes:
        seen.append(attached)
        return b"%PDF"

    monkeypatch.setattr(press, "render_pdf", render)
    carried = pdf.Attached("台账.xlsx", "application/x", b"\x00\xff")
    with_file: dict[str, Any] = {**job(), "attached": ["台账.xlsx", "application/x", "AP8="]}
    served(with_file)
    assert seen == [carried]
