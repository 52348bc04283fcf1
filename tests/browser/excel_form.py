"""How does a clerk fill in the Excel form? Downloaded, opened, typed into, handed back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import Page

from measures.update_sheets.columns import KEY, MEASURE, UPDATES


def downloaded(page: Page, folder: Path) -> Path:
    """From the page of the form."""
    with page.expect_download() as begun:
        page.locator('a[href*="/form.xlsx"]').click()
    file = folder / begun.value.suggested_filename
    begun.value.save_as(file)
    return file


def fill_in_form(file: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    """By the code of the measure and the heading of the column, as they stand in the sheet."""
    book: Any = openpyxl.load_workbook(file)
    table = list(book[UPDATES].iter_rows())
    top = next(place for place, row in enumerate(table) if any(cell.value == KEY for cell in row))
    heads = [cell.value for cell in table[top]]
    left = dict(rows)
    for row in table[top + 1 :]:
        cells = dict(zip(heads, row, strict=True))
        for head, words in left.pop(cells[MEASURE].value, {}).items():
            cells[head].value = words
    assert not left, f"no row of {', '.join(left)}"
    book.save(file)


def upload(page: Page, file: Path) -> None:
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
