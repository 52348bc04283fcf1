"""How do Word files and workbooks look where people open them? `python -m tests.office FOLDER`

Makes every kind of document that is edited or counted with, of a made-up quarter, opens it with LibreOffice
and leaves it as PDF and as pictures of its pages in the folder, to be looked at. Exits 1 where the number of
pages is not what it should be. Not part of the suite: LibreOffice is large (docs/decisions/0056).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import django
from pypdf import PdfReader

LIBRARY: Final = "libreoffice-writer-nogui libreoffice-calc-nogui"
WITHOUT: Final = f"LibreOffice is not installed: apt-get install --no-install-recommends {LIBRARY}\n"
ALLOWED: Final = 1.15  # of the pages of the PDF: another program breaks lines in its own way


def main(arguments: list[str]) -> int:
    program = shutil.which("soffice")
    if program is None or len(arguments) != 1:
        sys.stderr.write(WITHOUT if program is None else f"{__doc__}\n")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langfang_policy.settings")
    django.setup()
    expected = dict(files_in(folder))
    with_faces(folder)
    open_with(program, folder, list(expected))
    faults = list(faults_of(folder, expected))
    sys.stdout.write("\n".join([f"{len(expected)} files: look at the pictures in {folder}", *faults]) + "\n")
    return 1 if faults else 0


def files_in(folder: Path) -> Iterator[tuple[Path, int]]:
    """Each file with the pages that its PDF has; 0 for a workbook, which has none of its own."""
    from measures.reports.word import word_file
    from tests.measures.reports.every_kind import documents_of

    for name, make in documents_of(20, longest=400).items():
        document = make()
        file = folder / f"{name}.docx"
        file.write_bytes(word_file(document))
        yield file, len(PdfReader(BytesIO(document.pdf())).pages)
        if document.carries_workbook:
            workbook = folder / f"{name}-workbook.xlsx"
            workbook.write_bytes(document.xlsx())
            yield workbook, 0


def with_faces(folder: Path) -> None:
    """The free typefaces of the PDF for those of the standard, so that lines are as long as in an office."""
    from measures.reports import fonts
    from measures.reports import word_template as word

    roles = {role.name: role.chosen() for role in fonts.ROLES}
    names = (word.TITLE, word.FANGSONG, word.KAI, word.HEI, word.SONG)
    named = dict(zip(names, ("title", "fangsong", "kai", "hei", "song"), strict=True))
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{roles[role]}</string></edit></match>'
        for name, role in named.items()
    )
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><include>/etc/fonts/fonts.conf</include>{rules}</fontconfig>",
        encoding="utf-8",
    )


def open_with(program: str, folder: Path, files: list[Path]) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = [program, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    faces = {"FONTCONFIG_FILE": str((folder / "fonts.conf").resolve()), "HOME": str(folder)}
    path = {"PATH": "/usr/bin:/bin"}
    subprocess.run([*command, *map(str, files)], check=True, env={**path, **faces}, stdout=subprocess.DEVNULL)
    for file in files:
        made = file.with_suffix(".pdf")
        subprocess.run(["pdftoppm", "-r", "50", "-png", made, made.with_suffix("")], check=True)


def faults_of(folder: Path, expected: dict[Path, int]) -> Iterator[str]:
    for file, pages in expected.items():
        made = len(PdfReader(file.with_suffix(".pdf")).pages)
        most = 1 if pages == 1 else round(pages * ALLOWED) + 1
        if pages and not 1 <= made <= most:
            yield f"{file.name}: {made} pages, at most {most} expected"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
