"""Which evidence files does the demo hand in? Small ones, made here; each says that it is invented."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from measures.demo.data import Place
from measures.evidence_storage import ReceivedFile, look_at

_SAID: Final = "演示数据，内容均为虚构。"
_ENGLISH: Final = "INVENTED FOR THE DEMONSTRATION"
# By update: the names of its files. The last is what came to the office that filed it for its department.
FILES: Final[Mapping[Place, tuple[str, ...]]] = {
    Place("2020Q1", "5-2", "zgh"): ("保供应劳动竞赛企业名单（虚构）.xlsx", "竞赛通知（虚构）.pdf"),
    Place("2020Q2", "5-4", "zgh"): ("疗养基地协议首页（虚构）.pdf",),
    Place("2020Q1", "2-2", "tsw"): ("电话记录（虚构）.pdf",),
}


def files_of(place: Place) -> list[ReceivedFile]:
    """As they would have been looked at when somebody chose them."""
    return [look_at(SimpleUploadedFile(name, _content(name))) for name in FILES.get(place, ())]


def _content(name: str) -> bytes:
    return _workbook(name) if name.endswith(".xlsx") else _pdf(name)


def _workbook(name: str) -> bytes:
    book, content = Workbook(), BytesIO()
    sheet = book.create_sheet("名单", 0)
    for row in (
        (name,),
        (_SAID,),
        ("序号", "企业（虚构）", "参加人数"),
        (1, "甲公司", 1280),
        (2, "乙公司", 1020),
    ):
        sheet.append(row)
    book.save(content)
    return content.getvalue()


def _pdf(name: str) -> bytes:
    """A page of three lines in typefaces that readers bring themselves: no library has to be there."""
    chinese = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -24 Td " for line in (name, _SAID))
    drawn = f"BT /F1 14 Tf 60 760 Td {chinese}/F2 12 Tf ({_ENGLISH}) Tj ET".encode()
    body, places = b"%PDF-1.4\n", []
    for number, said in enumerate(_objects(drawn), start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, said)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(places) + 1, rows)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(body))
    return body + table + end


def _objects(drawn: bytes) -> Iterator[bytes]:
    yield b"<</Type/Catalog/Pages 2 0 R>>"
    yield b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    yield (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R/F2 8 0 R>>>>>>"
    )
    yield b"<</Length %d>>\nstream\n%b\nendstream" % (len(drawn), drawn)
    yield b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>"
    yield (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>"
    )
    yield (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"
    )
    yield b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
