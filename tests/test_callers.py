"""Does somebody call it? Every public function and method of the domain has a caller outside the tests.

Functions are followed over imports to where they are defined. Methods are known by their name alone, in code
or in a template; what a framework calls is what its classes have by that name.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from tests.test_architecture import APPS, ROOT, dotted, floor, modules, syntax_of

pytestmark = pytest.mark.unmeasured("reads the source and runs little of it")

# By whom it is called, where no code of ours says so.
CALLED_BY_OTHERS: Final[Mapping[str, str]] = {
    "departments.addresses.client_address": "django-axes, by AXES_CLIENT_IP_CALLABLE",
    "departments.sheets.TableFile.is_binary": "import-export, of a format",
    "measures.pages.field_labels.labels": "departments.posted_text, by FIELD_LABELS",
    "measures.pages.sent_forms.form_sent_to": "departments.held_posts, by SENT_FORMS",
}
# What Django calls by this name on whatever model or manager has it.
HOOKS: Final = {"natural_key", "get_by_natural_key"}
VIEWS = floor("measures.views")


def sources() -> list[Path]:
    """All that may call, migrations too."""
    return sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))


def domain() -> list[Path]:
    """Both apps below the floor of views, admin and commands."""
    return [path for path in modules("departments", "measures") if _is_below_views(dotted(path))]


def _is_below_views(module: str) -> bool:
    own = floor(module)
    return own is not None and VIEWS is not None and own < VIEWS


@cache
def parsed(module: str) -> ast.Module | None:
    base = ROOT / module.replace(".", "/")
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.exists():
            return syntax_of(path)
    return None


@cache
def imports_of(module: str) -> dict[str, tuple[str, str]]:
    """Local name: the module it comes from and its name there (empty for a module itself)."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(parsed(module) or ast.Module([], [])):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = parsed(whole) is not None
                found[alias.asname or alias.name] = (whole, "") if is_module else (node.module, alias.name)
    return found


@cache
def functions_of(module: str) -> frozenset[str]:
    body = (parsed(module) or ast.Module([], [])).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


def origin(module: str, name: str) -> str:
    """Where a name that is used really stands: packages hand on what their modules define."""
    while name not in functions_of(module) and name in imports_of(module):
        module, name = imports_of(module)[name]
    return f"{module}.{name}"


def uses(node: ast.AST, module: str, within: str = "") -> Iterator[str]:
    """The functions that a piece of code names, each by where it stands; not those that name themselves."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        found = origin(module, node.id)
        if found != within:
            yield found
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        other, name = imports_of(module).get(node.value.id, ("", "?"))
        if not name:
            yield origin(other, node.attr)
    is_top = isinstance(node, ast.FunctionDef) and not within and node.name in functions_of(module)
    inside = f"{module}.{node.name}" if isinstance(node, ast.FunctionDef) and is_top else within
    for child in ast.iter_child_nodes(node):
        yield from uses(child, module, inside)


def test_functions_of_the_domain_have_a_caller() -> None:
    used = {name for path in sources() for name in uses(syntax_of(path), dotted(path))}
    public = {
        f"{dotted(path)}.{name}"
        for path in domain()
        for name in functions_of(dotted(path))
        if not name.startswith("_")
    }
    assert public - used - set(CALLED_BY_OTHERS) == set()


def methods() -> Iterator[tuple[str, str]]:
    """Class and name of each public method and property of the domain, but for hooks of a framework."""
    for path in domain():
        for node in syntax_of(path).body:
            if not isinstance(node, ast.ClassDef):
                continue
            cls = getattr(import_module(dotted(path)), node.name)
            others = [base for base in cls.__mro__ if base.__module__.split(".")[0] not in APPS]
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not _is_hook(method.name, others):
                    yield f"{dotted(path)}.{node.name}", method.name


def _is_hook(name: str, others: list[type]) -> bool:
    """Private, called by a framework under its own name, or for one of the fields of a form."""
    is_of_field = name.startswith(("clean_", "dehydrate_")) and len(others) > 1
    return name.startswith("_") or name in HOOKS or is_of_field or any(hasattr(base, name) for base in others)


def attributes(path: Path) -> set[str]:
    """Names after a dot, and words in strings: admin, forms and getattr name methods by them."""
    found: set[str] = set()
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)
    return found


def test_methods_of_the_domain_have_a_caller() -> None:
    used = {name for path in sources() for name in attributes(path)}
    for path in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r"\.(\w+)", path.read_text(encoding="utf-8")))
    lonely = {f"{cls}.{name}" for cls, name in methods() if name not in used}
    assert lonely - set(CALLED_BY_OTHERS) == set()


def test_called_by_others_are_functions_that_there_are() -> None:
    public = {f"{dotted(path)}.{name}" for path in domain() for name in functions_of(dotted(path))}
    assert set(CALLED_BY_OTHERS) <= public | {f"{cls}.{name}" for cls, name in methods()}


def test_uses_are_followed_to_where_a_function_stands() -> None:
    """Over a package that hands it on, and not where a function only calls itself."""
    call = ast.parse("from measures import summaries\nsummaries.live_summary(1)")
    assert origin("measures.summaries", "live_summary") == "measures.summaries.source.live_summary"
    assert "measures.summaries.source.live_summary" in set(uses(call, "measures.views.overview"))
    itself = ast.parse("def can_run_periods():\n    return can_run_periods()")
    assert not set(uses(itself, "measures.permissions"))
