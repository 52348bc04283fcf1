"""Which part of a typeface does a PDF carry? The glyphs that it shows, and no more.

WeasyPrint keeps the places of all glyphs up to the last that is shown, empty, for each of them its width
twice: of a Chinese typeface half a megabyte, made in two passes that take longer than a short document. A
typeface of Adobe's kind (CFF, with a number for each glyph) needs no places: it says itself which glyph has
which number. So that table alone is carried, as other programs do. What is not of that kind, or has other
numbers, WeasyPrint cuts as before (docs/decisions/0059).
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

import weasyprint
from fontTools.cffLib import CFFFontSet
from weasyprint.pdf import fonts, stream
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

from measures.reports.justify import TRIED_VERSION

# Of a whole font file; what a PDF has beside the glyphs stands in its own dictionaries.
DROPPED: Final = (
    b"BASE", b"DSIG", b"GDEF", b"GPOS", b"GSUB", b"OS/2", b"VORG",
    b"cmap", b"hhea", b"hmtx", b"name", b"post", b"vhea", b"vmtx",
)  # fmt: skip
FEWEST_VERSION: Final = (4, 1, 0)  # of HarfBuzz, as WeasyPrint asks

logger = logging.getLogger(__name__)


class CutTypeface(fonts.Font):
    """Reads its file only when somebody asks for all of it: 26 MB of one that lends ten characters."""

    _content: bytes | None = None

    def __init__(self, *told: Any) -> None:
        read = fonts.get_hb_object_data
        fonts.get_hb_object_data = lambda _face: None
        try:
            super().__init__(*told)
        finally:
            fonts.get_hb_object_data = read

    @property
    def file_content(self) -> bytes:
        if self._content is None:
            self._content = fonts.get_hb_object_data(self.hb_face)
        return self._content or b""

    @file_content.setter
    def file_content(self, content: bytes | None) -> None:
        self._content = content

    @property
    def type(self) -> str:
        return "otf" if self._is_bare() else str(super().type)

    def _is_bare(self) -> bool:
        """The table of its glyphs alone: it begins with its version."""
        return self.file_content[:2] == b"\x01\x00"

    def _harfbuzz_subset(self, to_unicode: dict[int, str], hinting: bool) -> None:
        found = b"" if self._has_more_than_glyphs() else _cut(self.hb_face, {0, *to_unicode}, hinting)
        if found:
            self.file_content = found
        else:
            super()._harfbuzz_subset(to_unicode, hinting)

    def _has_more_than_glyphs(self) -> bool:
        return "CFF " not in self.tables or bool(self.missing or self.png or self.svg or self.colr)


def _cut(face: Any, glyphs: set[int], hinting: bool) -> bytes:
    """The table of these glyphs; empty where its numbers are not those by which the pages ask.

    Pages ask by the place in the whole file. Where exactly these glyphs are there and their numbers are their
    places, each number leads to its glyph. HarfBuzz may add some (forms that a character also has): it is
    asked once more with them, so that it adds none.
    """
    found = _glyphs_of(face, glyphs, hinting)
    numbers = _numbers_of(found)
    if len(numbers) > len(glyphs):
        glyphs = {*glyphs, *numbers}
        found = _glyphs_of(face, glyphs, hinting)
        numbers = _numbers_of(found)
    return found if numbers == sorted(glyphs) else b""


def _glyphs_of(face: Any, glyphs: set[int], hinting: bool) -> bytes:
    wanted = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
    if not hinting:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    harfbuzz_subset.hb_subset_input_set_flags(wanted, flags)
    _add(harfbuzz_subset.hb_subset_input_glyph_set(wanted), glyphs)
    dropped = harfbuzz_subset.hb_subset_input_set(wanted, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG)
    _add(dropped, (harfbuzz.hb_tag_from_string(tag, -1) for tag in DROPPED))
    cut = ffi.gc(harfbuzz_subset.hb_subset_or_fail(face, wanted), harfbuzz.hb_face_destroy)
    return _table_of(cut) if cut else b""


def _table_of(face: Any) -> bytes:
    blob = harfbuzz.hb_face_reference_table(face, harfbuzz.hb_tag_from_string(b"CFF ", -1))
    try:
        length = ffi.new("unsigned int *")
        content = harfbuzz.hb_blob_get_data(blob, length)
        return bytes(ffi.unpack(content, int(length[0]))) if length[0] else b""
    finally:
        harfbuzz.hb_blob_destroy(blob)


def _add(found: Any, values: Iterable[int]) -> None:
    ordered = sorted(values)
    array = ffi.new("hb_codepoint_t[]", ordered)
    harfbuzz.hb_set_add_sorted_array(found, array, len(ordered))


def _numbers_of(table: bytes) -> list[int]:
    """By which number a PDF asks for each glyph, in their order; empty where they have none."""
    if not table:
        return []
    read = CFFFontSet()
    read.decompile(BytesIO(table), None)
    font = read[0]
    if not hasattr(font, "ROS"):
        return []
    return [0, *(int(name.removeprefix("cid")) for name in font.charset[1:])]


@contextmanager
def cut_short() -> Iterator[None]:
    """While a document is written. Nobody else may write one meanwhile."""
    if not _is_tried():
        yield
        return
    stream.Font = CutTypeface
    try:
        yield
    finally:
        stream.Font = fonts.Font


@lru_cache(maxsize=1)
def _is_tried() -> bool:
    if not weasyprint.__version__.startswith(TRIED_VERSION):
        logger.warning("WeasyPrint %s: typefaces are carried with empty glyphs.", weasyprint.__version__)
        return False
    return bool(harfbuzz_subset) and bool(harfbuzz.hb_version_atleast(*FEWEST_VERSION))


def say_what_is_carried(pdf: Any) -> None:
    """A bare table is no file of OpenType. Where glyphs stand is said only of fonts without numbers."""
    for row in pdf.objects:
        extra = getattr(row, "extra", None)
        if extra and extra.get("Subtype") == "/OpenType" and row.stream[0][:4] != b"OTTO":
            extra["Subtype"] = "/CIDFontType0C"
        elif isinstance(row, dict) and row.get("Subtype") == "/CIDFontType0":
            row.pop("CIDToGIDMap", None)
