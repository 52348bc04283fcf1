"""Does every part of a page serve one? Partials are included, classes of our style sheets stand on pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import django
import import_export
import pytest
import simple_history

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
OUR_CODE = [
    path for app in ("langfang_policy", "departments", "measures") for path in (ROOT / app).rglob("*.py")
]
# admin.css dresses pages that these libraries render.
RENDER_ADMIN = [Path(module.__file__ or "").parent for module in (django, import_export, simple_history)]


def source(folder: Path, *endings: str) -> str:
    return "\n".join(
        path.read_text("utf-8") for ending in endings for path in sorted(folder.rglob(f"*.{ending}"))
    )


def test_every_partial_is_included() -> None:
    pages = source(TEMPLATES, "html") + "\n".join(path.read_text("utf-8") for path in OUR_CODE)
    partials = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("_*.html")]
    assert partials
    assert [name for name in partials if f'"{name}"' not in pages] == []


def test_no_tag_of_a_template_is_broken_over_two_lines() -> None:
    """Django would print it as it stands, for instance into an address."""
    broken = {
        path.name: found
        for path in TEMPLATES.rglob("*.html")
        if (found := re.findall(r"\{%(?:(?!%\}).)*$", path.read_text("utf-8"), re.M))
    }
    assert broken == {}


def test_pages_say_the_way_by_the_one_component() -> None:
    by_hand = [
        path.name
        for path in TEMPLATES.rglob("*.html")
        if 'class="crumbs"' in path.read_text("utf-8") and path.name != "_crumbs.html"
    ]
    assert by_hand == []


def classes_of(sheet: Path) -> set[str]:
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    return set(re.findall(r"\.([A-Za-z][\w-]*)", "".join(re.findall(r"([^{}]*)\{", rules))))


def classes_on_pages() -> Iterator[str]:
    """A class that a value completes ends with a star: light-*."""
    bare = re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "*", source(TEMPLATES, "html")))
    for attribute in re.findall(r'class="([^"]*)"', bare):
        yield from attribute.split()
    # A block that a page fills with classes, a script that sets one, a widget of a form.
    for block in re.findall(r"\{% block page_class %\}(.*?)\{% endblock", source(TEMPLATES, "html")):
        yield from block.split()
    yield from re.findall(r'classList\.\w+\("([\w-]+)"', source(ROOT / "static" / "js", "js"))
    for path in OUR_CODE:
        for value in re.findall(r'"class": f?"([^"]*)"', path.read_text("utf-8")):
            yield from value.split()
        # Markup that is made without a template; what is filled in completes a class.
        for value in re.findall(r'<\w+ class="([^"]*)"', path.read_text("utf-8")):
            yield from re.sub(r"\{.*?\}", "*", value).split()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_class_of_our_style_sheets_stands_on_a_page(sheet: Path) -> None:
    found = set(classes_on_pages())
    begun = tuple(name.removesuffix("*") for name in found if name.endswith("*") and len(name) > 2)
    unknown = {name for name in classes_of(sheet) - found if not name.startswith(begun)}
    if sheet.name == "admin.css":
        theirs = "".join(source(folder, "html", "js", "css", "py") for folder in RENDER_ADMIN)
        unknown = {name for name in unknown if not re.search(rf"(?<![\w-]){name}(?![\w-])", theirs)}
    assert unknown == set()
