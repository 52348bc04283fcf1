"""How does HTML become a PDF that an office may file? The only module that knows WeasyPrint.

It decides nothing about content. The same HTML, title, identifier and date give the same bytes.
"""

import ctypes
import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from measures.reports import fonts, one_page
from measures.reports.line_breaks import breakable
from measures.reports.style_sheet import worked_out

# Declared, not validated: no validator is at hand. 2a: for archives, every character readable as text, with
# tags that say what is a heading, a table or a picture, in the order of reading. 3a: the same with a file.
VARIANT, WITH_A_FILE = "pdf/a-2a", "pdf/a-3a"

# What WeasyPrint loads, by the Debian package that brings it. Without the last one it works, but
# making the subset of a Chinese font takes 5 to 20 seconds instead of half of one.
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libfontconfig.so.1": "libfontconfig1",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
OPTIONAL_PACKAGES = {"libharfbuzz-subset0"}

STYLES: Final = Path(__file__).resolve().parents[2] / "templates" / "reports" / "document.css"
FIRST_SIGHT = '<html lang="zh-CN"><h1 class="title">标题</h1><h2>一、</h2><h3>（一）</h3><p>正文</p></html>'

# Pango and the font configuration are not safe for two threads, and two threads would not be faster.
_one_at_a_time = threading.Lock()


PLAIN_NAME: Final = "data.xlsx"


class Attached(NamedTuple):
    """A file inside the PDF: what it is made of, to count on with."""

    name: str
    media_type: str
    content: bytes


class PdfUnavailable(Exception):  # noqa: N818  # a state of the machine, not of the program
    """This machine cannot make a PDF; the message says, in Chinese, what to install."""


def missing_libraries() -> list[str]:
    """Debian packages without which PDFs fail or, for libharfbuzz-subset0, are slow."""
    return [package for name, package in LIBRARIES.items() if not _loads(name)]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def obstacle() -> str:
    """Why this machine can make no PDF, as a sentence for the reader; empty when it can."""
    needed = [package for package in missing_libraries() if package not in OPTIONAL_PACKAGES]
    if needed:
        return f"本机缺少系统组件 {'、'.join(needed)}，不能生成PDF；请联系管理员安装后重试。"
    if fonts.none_for_chinese():
        return (
            "本机没有安装中文字体，不能生成PDF；请联系管理员安装后重试"
            "（如 fonts-noto-cjk；运行 script/setup 可自动安装免费字体）。"
        )
    return ""


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """WeasyPrint, imported at the first document because it takes two seconds."""
    if reason := obstacle():
        raise PdfUnavailable(reason)
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # it logs a dozen steps a document
    import weasyprint

    from measures.reports import justify, row_breaks

    justify.install()
    row_breaks.install()
    return weasyprint


@lru_cache(maxsize=1)
def _font_configuration() -> Any:
    _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@lru_cache(maxsize=1)
def _stylesheet() -> Any:
    text = worked_out(fonts.css_variables() + STYLES.read_text(encoding="utf-8"))
    return _weasyprint().CSS(string=text, font_config=_font_configuration())


@lru_cache(maxsize=1)
def _no_fetcher() -> Any:
    """Refuse every address: what people wrote must never make the server fetch anything."""
    _weasyprint()
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=())


def render_pdf(
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
    """The document as PDF/A. `identifier` and `created` (with time zone) come from the content.

    `css` is what only this kind of document needs. One that `fits` leaves out what its page has no room for.
    `attached` is the file that it carries.

    Raises PdfUnavailable with a sentence for the reader when the machine lacks Pango or fonts.
    """
    with _one_at_a_time:
        document = _on_one_page(html, css) if fits else _laid_out(html, css)
        document.metadata.title = title
        document.metadata.authors = [author] if author else []
        document.metadata.created = document.metadata.modified = created.isoformat(timespec="seconds")
        number = hashlib.sha256(identifier.encode()).hexdigest()[:32].encode()
        if attached:
            document.metadata.attachments = [_attachment(attached, created)]
        return _written(
            document,
            pdf_variant=WITH_A_FILE if attached else VARIANT,
            pdf_identifier=number,
            finisher=partial(_finished, attached),
        )


def _written(document: Any, **told: Any) -> bytes:
    from measures.reports import typefaces

    with typefaces.cut_short():
        pdf: bytes = document.write_pdf(**told)
    return pdf


def _attachment(attached: Attached, created: datetime) -> Any:
    """The data that the pages show. Its type is said, since each machine has its own list of endings."""
    made = _weasyprint().Attachment(
        string=attached.content,
        name=PLAIN_NAME,
        description=attached.name,  # read aloud, where the list of files is (PDF/UA-1, 7.11)
        created=created,
        modified=created,
        relationship="Data",
    )
    made.source = _source_of(attached)
    return made


@contextmanager
def _source_of(attached: Attached) -> Iterator[tuple[BytesIO, str, None, str]]:
    yield BytesIO(attached.content), "", None, attached.media_type


def _finished(attached: Attached | None, _document: Any, pdf: Any) -> None:
    from measures.reports import typefaces

    typefaces.say_what_is_carried(pdf)
    _name_once(attached, pdf)


def _name_once(attached: Attached | None, pdf: Any) -> None:
    """WeasyPrint 70 lists a file twice, and says a Chinese name for old readers in bytes that none can read.

    So it was told a plain name, which stays for them, and the whole one is said where it belongs.
    """
    if attached:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
        [found] = (row for row in pdf.objects if isinstance(row, dict) and row.get("Type") == "/Filespec")
        found["UF"] = type(found["UF"])(attached.name)


@lru_cache(maxsize=32)
def _own_stylesheet(css: str) -> Any:
    """Of a kind of document: the widths of its columns, and seldom anything else."""
    return _weasyprint().CSS(string=css, font_config=_font_configuration())


def _laid_out(html: str, css: str = "") -> Any:
    return _rendered(_read(html), css)


def _read(html: str) -> Any:
    return _weasyprint().HTML(string=breakable(html), url_fetcher=_no_fetcher())


def _rendered(read: Any, css: str, *more: Any) -> Any:
    own = [_own_stylesheet(css)] if css else []
    return read.render(
        font_config=_font_configuration(), stylesheets=[_stylesheet(), *own, *more], pdf_variant=VARIANT
    )


def _on_one_page(html: str, css: str) -> Any:
    """Once where all has room, else once more; and again for each row that was thought to have room."""
    read = _read(html)
    document = _rendered(read, css)
    if len(document.pages) == 1:
        return document
    parts, room = one_page.measured(document.pages)
    shown = one_page.rows_that_fit(parts, room)
    document = _rendered(read, css, _shows(parts, shown))
    while len(document.pages) > 1 and any(shown):
        shown = one_page.one_fewer(parts, shown)
        document = _rendered(read, css, _shows(parts, shown))
    return document


def _shows(parts: Sequence[one_page.Part], shown: Sequence[int]) -> Any:
    return _weasyprint().CSS(string=one_page.style_of(parts, shown), font_config=_font_configuration())


def warm_up() -> None:
    """Import WeasyPrint and load every typeface when a worker starts, so that no request waits for it."""
    if not obstacle():
        with _one_at_a_time:
            _written(_laid_out(FIRST_SIGHT), pdf_variant=VARIANT)
