"""Do the rules of the house hold: who imports whom, sizes, names, who asks the clock, who queries?

Reads the source as text and syntax. What a rule allows is written beside it, by name.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from tests.floors import FLOORS, MACHINE_TIME

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

ROOT = Path(__file__).resolve().parent.parent
APPS = ("langfang_policy", "departments", "measures")

# Rooms that stand at the edge: they know what time it is. Everybody below is told.
EDGES = {".views", ".admin", ".management", ".middleware", ".context", "langfang_policy."}

BANNED_NAMES = {"utils", "helpers", "common", "misc", "services", "managers", "signals"}
# Templates that no view of ours renders, with who does.
TEMPLATES_OF_OTHERS = {"departments/locked_out.html": "django-axes"}


def modules(*folders: str) -> list[Path]:
    """Our own modules; migrations are Django's handwriting."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def page_templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.fixture(scope="module", autouse=True)
def _trees() -> Iterator[None]:
    yield
    tree.cache_clear()


def syntax_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


tree = cache(syntax_of)  # each source once for all rules; forgotten after the last


def spelt_out(name: str) -> list[str]:
    """a.{b,c} is a.b and a.c, as a shell would have it."""
    brace = re.search(r"\{([^}]*)\}", name)
    if not brace:
        return [name]
    return [one for part in brace[1].split(",") for one in spelt_out(name.replace(brace[0], part, 1))]


def floor(module: str) -> int | None:
    fits = [
        (len(name), number)
        for number, line in enumerate(FLOORS.strip().replace("\\\n", "").splitlines())
        for word in line.split()
        for name in spelt_out(word)
        if module == name or (module.startswith(f"{name}.") and name != "langfang_policy")
    ]
    return max(fits)[1] if fits else None


def imported(path: Path) -> Iterator[str]:
    """Modules of ours that a file imports, wherever in it; `from a import b` gives a.b if that is one."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [
                full if (ROOT / full.replace(".", "/")).with_suffix(".py").exists() else node.module
                for alias in node.names
                if (full := f"{node.module}.{alias.name}")
            ]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in APPS)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def called(node: ast.AST) -> str:
    """`timezone.now` for timezone.now(); an empty string for what is no plain call."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def listed(offenders: Iterator[str] | list[str]) -> str:
    return "\n".join(offenders)


# --- Who imports whom --------------------------------------------------------------------------


def test_imports_every_module_has_a_floor() -> None:
    homeless = [
        dotted(path) for path in modules(*APPS) if path.stem != "__init__" and floor(dotted(path)) is None
    ]
    assert not homeless


def test_imports_never_go_upward() -> None:
    upward = [
        f"{dotted(path)} (floor {own}) imports {name} (floor {other})"
        for path in modules(*APPS)
        if (own := floor(dotted(path))) is not None
        for name in imported(path)
        if (other := floor(name)) is not None and other > own
    ]
    assert not upward, listed(upward)


# What every Django project has and nobody has to look for.
OF_THE_FRAMEWORK = {"apps", "migrations"}


def test_every_room_stands_in_the_table_of_layers() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = text.split("## Layers")[1].split("\n## ")[0]
    named = set(re.findall(r"[\w.]*\b(\w+)`", table))
    rooms = {room(dotted(path)).split(".")[-1] for path in modules(*APPS)}
    missing = sorted(rooms - named - OF_THE_FRAMEWORK - set(APPS))
    assert not missing, listed(missing)


def room(module: str) -> str:
    """What a package is to the outside: measures.workflow, whatever lies in it."""
    return ".".join(module.split(".")[:2])


def rings(imports: dict[str, set[str]]) -> list[set[str]]:
    """Each set of modules that import one another, over however many others."""
    reached = {name: set(others) for name, others in imports.items()}
    for through in reached:
        for others in reached.values():
            if through in others:
                others |= reached[through]
    inside = {frozenset(n for n in others if name in reached.get(n, ())) for name, others in reached.items()}
    return [set(ring) for ring in inside if ring]


@pytest.mark.parametrize("name_of", [str, room], ids=["modules", "rooms"])
def test_imports_have_a_direction_inside_a_floor_too(name_of: Callable[[str], str]) -> None:
    """On one floor modules may import each other, but never in a ring; nor do the rooms that they lie in."""
    imports: dict[str, set[str]] = defaultdict(set)
    for path in modules(*APPS):
        own = name_of(dotted(path))
        imports[own] |= {name_of(name) for name in imported(path)} - {own}
    assert not rings(imports), rings(imports)


def test_rings_are_found() -> None:
    assert rings({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]
    assert not rings({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def test_imports_departments_never_import_measures() -> None:
    wrong = [
        dotted(path)
        for path in modules("departments")
        if any(n.startswith("measures") for n in imported(path))
    ]
    assert not wrong


def test_imports_only_pdf_and_its_justifier_know_weasyprint() -> None:
    knowing = {
        dotted(path)
        for path in modules(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and "weasyprint" in ast.unparse(node)
    }
    names = ("pdf", "justify", "row_breaks", "typefaces")
    assert knowing <= {f"measures.reports.{name}" for name in names}


# --- Who may -----------------------------------------------------------------------------------

# Besides `permissions`, who names a role, and why no predicate would do.
NAMES_A_ROLE = {"measures.demo.people": "says who holds which role in the demonstration"}
# What is asked of an actor with roles.
ASKED_WITH_ROLES = {"holds", "holds_any", "has_role", "offices", "serves_an_office"}


def names_of_roles(path: Path) -> Iterator[str]:
    """Role.CLERK, a role by its value, or an actor asked whether one is held."""
    from departments.models import Role

    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("Role"):
            yield from [node.attr] if node.attr in Role.names else []
        if isinstance(node, ast.Call) and called(node) in {"Role", "departments.models.Role"}:
            values = [one.value for one in node.args if isinstance(one, ast.Constant)]
            yield from (str(value) for value in values if value in Role.values)
        if isinstance(node, ast.Call) and called(node).rpartition(".")[2] in ASKED_WITH_ROLES:
            yield called(node)


def test_roles_are_named_by_permissions_alone() -> None:
    """A new role is its value, and the predicates that name it: nobody else has to be told."""
    named = {
        dotted(path): sorted(set(names_of_roles(path))) for path in modules("measures", "langfang_policy")
    }
    assert named.pop("measures.permissions")
    assert {module for module, names in named.items() if names} == set(NAMES_A_ROLE), named


# --- Who counts --------------------------------------------------------------------------------


def test_numbers_in_words_come_from_summaries() -> None:
    """No sentence of a document or command counts what it prints (docs/decisions/0010)."""
    counting = [
        f"{dotted(path)}:{node.lineno}: {ast.unparse(node)}"
        for path in modules("measures")
        if "reports" in path.parts or dotted(path).endswith("load_demo")
        for words in ast.walk(tree(path))
        if isinstance(words, ast.JoinedStr)
        for node in ast.walk(words)
        if isinstance(node, ast.Call) and called(node) in {"len", "sum"}
    ]
    assert not counting, listed(counting)


# --- Time is passed in -------------------------------------------------------------------------

CLOCKS = {"date.today", "datetime.now", "datetime.today", "timezone.now", "timezone.localdate", "time.time"}
CLOCKS |= {"timezone.localtime"}


def test_time_is_read_in_one_place() -> None:
    readers = {
        f"{dotted(path)}: {ast.unparse(node)}"
        for path in modules(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and called(node) in CLOCKS
        if not (called(node).startswith("timezone.local") and node.args)  # converts what it is given
        if dotted(path) not in MACHINE_TIME
    }
    assert not readers, listed(sorted(readers))


def test_time_is_asked_for_at_the_edges_only() -> None:
    asking = {
        dotted(path)
        for path in modules(*APPS)
        if "langfang_policy.clock" in imported(path) and not any(edge in dotted(path) for edge in EDGES)
    }
    assert not asking


# --- Sizes, names, opening words ---------------------------------------------------------------


def test_functions_have_at_most_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length(function)}"
        for path in modules(*APPS, "tests")
        for function in functions(path)
        if length(function) > 40
    ]
    assert not long, listed(long)


def test_functions_have_a_median_of_at_most_10_lines() -> None:
    assert median(length(function) for path in modules(*APPS) for function in functions(path)) <= 10


def views() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in modules("departments", "measures"):
        if ".views" in dotted(path):
            found = [function for function in functions(path) if function.args.args]
            yield from ((path, function) for function in found if function.args.args[0].arg == "request")


def test_views_have_at_most_30_lines() -> None:
    long = [f"{dotted(path)}.{view.name}: {length(view)}" for path, view in views() if length(view) > 30]
    assert not long, listed(long)


@pytest.mark.parametrize(("paths", "most"), [(modules(*APPS, "tests"), 500), (page_templates(), 120)])
def test_files_have_a_bounded_length(paths: list[Path], most: int) -> None:
    long = [str(path.relative_to(ROOT)) for path in paths if path.read_text("utf-8").count("\n") > most]
    assert not long


def test_templates_and_style_sheets_keep_to_120_columns() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)}"
        for path in [
            *page_templates(),
            *(ROOT / "static").rglob("*.css"),
            *(ROOT / "templates").rglob("*.css"),
        ]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert not long, listed(long)


def test_modules_open_with_the_question_that_they_answer() -> None:
    wrong = [
        dotted(path)
        for path in modules(*APPS, "tests")
        if path.stem != "__init__"
        if not 1 <= len((ast.get_docstring(tree(path)) or "").splitlines()) <= 7
    ]
    assert not wrong


def test_modules_are_rooms_not_drawers() -> None:
    folders_and_files = {
        part for path in modules(*APPS) for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert not folders_and_files & BANNED_NAMES


def test_source_has_nothing_unfinished_or_switched_off() -> None:
    # Spelt in two halves, so that this file does not find itself.
    patterns = {
        "unfinished": re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b"),
        "does not run": re.compile(r"pytest\.(sk" + r"ip|mark\.sk" + r"ip|mark\.xf" + r"ail|xf" + r"ail)"),
        "no reason beside it": re.compile(
            r"# (type: ig" + r"nore|no" + r"qa|pragma: no co" + r"ver)(?![^#\n]*#\s*\S)"
        ),
    }
    found = [
        f"{path.relative_to(ROOT)}:{number}: {meaning}"
        for path in modules(*APPS, "tests")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for meaning, pattern in patterns.items()
        if pattern.search(line)
    ]
    assert not found, listed(found)


# --- Pages -------------------------------------------------------------------------------------


def test_templates_hold_no_style_and_no_script_of_their_own() -> None:
    inline = re.compile(
        r'\sstyle="|<style[\s>]|\son(click|change|submit|load|input)="|<script(?![^>]*\bsrc=)'
    )
    found = [
        str(path.relative_to(ROOT))
        for path in page_templates()
        if "reports" not in path.parts and inline.search(path.read_text("utf-8"))
    ]
    assert not found


def test_templates_make_no_query() -> None:
    query = re.compile(
        r"\{[{%][^}]*((?<!forloop)(?<!paginator)\.(all|count|exists|first|last|filter)\b(?!\.)|_set\b|\.objects\b)"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in page_templates()
        if (match := query.search(path.read_text("utf-8")))
    ]
    assert not found, listed(found)


def test_template_tags_make_no_query() -> None:
    query = re.compile(r"\.(objects|filter\(|all\(|exists\(|count\(|readable_updates)")
    tags = [path for path in modules("departments", "measures") if "templatetags" in path.parts]
    assert not [
        dotted(path)
        for path in tags
        if re.search(query, path.read_text("utf-8").replace("register.filter(", ""))
    ]


def own_urls() -> Iterator[tuple[str, str]]:
    """(app, name) and the name of the view's function, of every URL of ours."""
    from django.urls import URLPattern, URLResolver, get_resolver

    for resolver in get_resolver().url_patterns:
        app = resolver.namespace if isinstance(resolver, URLResolver) else None
        if isinstance(resolver, URLResolver) and app in {"departments", "measures"}:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern), f"{app}: the map of URLs is on one level"
                if pattern.name:  # old addresses have none: nothing leads to them
                    yield f"{app}:{pattern.name}", pattern.callback.__name__


def test_urls_are_named_after_their_view() -> None:
    wrong = [f"{name} → {view}" for name, view in own_urls() if name.split(":")[1] != view]
    assert not wrong, listed(wrong)


def test_templates_are_named_after_their_view() -> None:
    """A view renders the page of its own name or a partial (_…); an act shows the page it mends."""
    wrong = [
        f"{dotted(path)}.{view.name} renders {template}"
        for path, view in views()
        if not view.name.startswith("_") and "require_POST" not in map(ast.unparse, view.decorator_list)
        for template in rendered(view)
        if "/" in template and not Path(template).name.startswith("_")  # Django names the error pages
        if template != f"{path.relative_to(ROOT).parts[0]}/{view.name}.html"
    ]
    assert not wrong, listed(wrong)


def rendered(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and called(node) in {"render", "TemplateResponse"}
            and len(node.args) > 1
        ):
            template = node.args[1]
            if isinstance(template, ast.Constant) and isinstance(template.value, str):
                yield template.value


def test_templates_each_belong_to_a_view() -> None:
    own = {name.replace(":", "/") + ".html" for name, _ in own_urls()}
    pages = {
        str(path.relative_to(ROOT / "templates"))
        for app in ("departments", "measures")
        for path in (ROOT / "templates" / app).rglob("*.html")
        if not path.name.startswith("_")
    }
    assert pages <= own | set(TEMPLATES_OF_OTHERS)


# --- The database ------------------------------------------------------------------------------


def test_migrations_bring_no_rows() -> None:
    """Fixtures bring data. A migration makes triggers, and works out what it adds to rows that are there."""
    ran = {
        ast.unparse(node.args[0])
        for app in APPS
        for path in (ROOT / app / "migrations").glob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and called(node).endswith("RunPython")
    }
    triggers = {
        f"{verb}_{kind}_triggers" for verb in ("create", "drop") for kind in ("append_only", "figure")
    }
    without_rows = {
        "chain_events",
        "date_designations",
        "date_drafts",
        "rebuild_snapshots",
        "repeat_facts",
        "take_the_day_away",
    }
    assert ran <= {*triggers, *without_rows}


def test_migrations_are_named_by_purpose() -> None:
    automatic = [path.name for app in APPS for path in (ROOT / app / "migrations").glob("*_auto_*.py")]
    assert not automatic


def test_tests_never_empty_a_database() -> None:
    """The flush after a transactional test deletes events, which triggers refuse: own_database instead."""
    transactional = re.compile(
        r"django_db\([^)]*transaction=" + r"True|TransactionTest" + r"Case\b|\blive_server\b(?!`)"
    )
    found = [
        str(path.relative_to(ROOT))
        for path in modules("tests")
        if path.name not in {"test_architecture.py", "conftest.py"}
        and transactional.search(path.read_text("utf-8"))
    ]
    assert not found
