"""The PDF of a table carries its workbook: PDF/A-3, the same bytes each time, found again by all of it."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from langfang_policy.file_kinds import XLSX
from measures.reports import pdf
from measures.reports.copies import key_of
from measures.reports.documents import Document
from measures.reports.filing import filing_record
from measures.reports.ledger import MORE_IN_A_WORKBOOK, Ledger, ledger
from measures.reports.status import status_report
from tests.measures.reports import samples
from tests.measures.reports.reading import reader

pytestmark = [
    pytest.mark.once("documents are laid out without a database"),
    pytest.mark.unmeasured("documents set by WeasyPrint and read again: the time is theirs"),
]
CLOSED = samples.closed_summary()


@pytest.mark.parametrize("make", [ledger, filing_record])
def test_pdf_of_a_table_carries_its_workbook(make: Callable[..., Document]) -> None:
    document = make(CLOSED)
    made = pdf.render_pdf(
        document.html(), css=document.css, attached=document.attached(), **document.properties
    )
    assert made == make(CLOSED).pdf()  # by the process beside the site
    told = reader(made)
    xmp = told.xmp_metadata
    assert xmp is not None
    assert (xmp.pdfaid_part, xmp.pdfaid_conformance) == ("3", "A")
    root: Any = told.root_object
    [file] = [row.get_object() for row in root["/AF"]]
    assert (file["/AFRelationship"], file["/UF"]) == ("/Data", document.file_name_as("xlsx"))
    assert file["/Desc"] == file["/UF"], "whoever hears the list of files hears what it is"
    embedded = file["/EF"]["/F"]
    assert embedded["/Subtype"] == f"/{XLSX.media_type}"
    assert embedded["/Params"]["/ModDate"].startswith("D:2020")
    content = embedded.get_data()
    assert content == document.xlsx()
    name, listed = root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert (name, listed.get_object()) == (file["/F"], file)
    sheets = openpyxl.load_workbook(BytesIO(content)).sheetnames
    assert sheets == [sheet.name for sheet in document.sheets]


def test_pdf_of_running_text_carries_no_file() -> None:
    told = reader(status_report(CLOSED).pdf())
    assert (told.xmp_metadata and told.xmp_metadata.pdfaid_part, "/AF" in told.root_object) == ("2", False)


def test_copy_is_found_by_the_workbook_inside_too() -> None:
    """A column that paper has not: the pages are the same, the file within is another."""
    document = ledger(CLOSED)
    html = document.html()
    without = replace(document.table, columns=document.table.columns[: -len(MORE_IN_A_WORKBOOK)])
    without = replace(
        without,
        rows=[row[: len(without.columns)] if isinstance(row, tuple) else row for row in document.table.rows],
    )
    fewer: Ledger = replace(document, table=without)
    assert fewer.html() == html
    assert key_of(fewer, "pdf", html) != key_of(document, "pdf", html)
    assert key_of(fewer, "docx", html) == key_of(document, "docx", html)
