"""Does any address answer a request that makes no sense with 5xx? Every one of the map, for every role.

What is sent comes from fixed lists, drawn by a seeded generator, and from hypothesis (derandomized).
Ten roles go to each address, each with draws of its own.
"""

import random
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zeal import zeal_ignore

from departments.models import Department, User
from measures.models import Measure
from tests.test_access import OPENING, ROLES, World, world

__all__ = ["world"]  # the fixture of the table of access

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.unmeasured("sends nonsense by thousands to views that have tests of their own"),
]
ROOT = Path(__file__).resolve().parent.parent
SEED = 22239

VALUES = [
    *("", " ", "0", "-1", "1", "1.5", "1e309", "NaN", "Infinity", "9" * 40, "true", "None", "[]", "{}"),
    *("abc", "\x00", "a\x00b", "\x1b[0m", "\u202e", "\u200b", "\ue000", "\uffff", "𠮷" * 300, "é" * 9000),
    *("2020-02-30", "2020-13-01", "0001-01-01", "9999-12-31", "2020Q5", "2020Q2", "99999Q1", "12:61"),
    *("' OR 1=1 --", "%", "%s", "%(x)s", "{0.__class__}", "{{ 7|add:7 }}", "<script>", "../../etc/passwd"),
    *("//evil.example/", "javascript:alert(1)", "http://[::1", "\\", "a\r\nSet-Cookie: b=1", "；；；"),
    "00000000-0000-0000-0000-000000000000",
]
# Names that pages and admin read from an address or a form; those of our own views are found in the source.
NAMES = {
    *("q", "p", "o", "e", "all", "page", "next", "format", "action", "index", "select_across", "_popup"),
    *("_to_field", "_facets", "_changelist_filters", "_selected_action", "_save", "_continue", "post"),
    *("id", "id__exact", "pk__in", "is_active__exact", "date__year", "date__gte", "user__password"),
    *("import_file", "import_file_name", "resource", "original_file_name", "confirm", "csrfmiddlewaretoken"),
    *("form-TOTAL_FORMS", "form-INITIAL_FORMS", "form-0-id", "memberships-TOTAL_FORMS"),
    *(
        "export_items",
        "memberships-INITIAL_FORMS",
        "memberships-0-department",
        "aliases-TOTAL_FORMS",
        "aliases-0-name",
    ),
}
READ = re.compile(r"""(?:GET|POST|data|cleaned_data)(?:\.get(?:list)?\(|\[)["'](\w+)["']""")
DECLARED = re.compile(r"^    (\w+) = forms\.\w+\(", re.MULTILINE)
# Whoever is turned away at the door has asked the database nothing yet.
turned_away = pytest.mark.once(
    "most of what this role asks for is refused at the door; five others try it on both"
)
ROLES_ON_BOTH = [pytest.param(role, marks=() if role in OPENING else turned_away) for role in ROLES]
Headers = dict[str, Any]
HEADERS: list[Headers] = [
    {"HTTP_REFERER": "http://testserver/\x00"},
    {"HTTP_REFERER": "http://[::1"},
    {"HTTP_ACCEPT_LANGUAGE": "xx-;q=abc,,,"},
    {"HTTP_COOKIE": "sessionid=\x00; django_language=\x00; csrftoken=x; messages=W10"},
    {"HTTP_COOKIE": "; ; =; a=b=c; django_language=en"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "testserver:99999999"},
    {"HTTP_X_FORWARDED_FOR": "not an address, ', \x00"},
    {"REMOTE_ADDR": ""},
    {"REMOTE_ADDR": "unix:"},
    {"HTTP_USER_AGENT": "\x00" + "x" * 9000},
    {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    {"HTTP_IF_MODIFIED_SINCE": "yesterday", "HTTP_IF_NONE_MATCH": "W/"},
    {"HTTP_RANGE": "bytes=9-1", "HTTP_ACCEPT": "\x00", "HTTP_ACCEPT_ENCODING": "br;q=x"},
]
FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n--x--\r\n'
BODIES: list[tuple[str, bytes]] = [
    (FORM, b"\xff"),
    (FORM, b"=&&&;=%&%%%=%zz"),
    (f"{FORM}; charset=utf-7", b"a=+AGE-"),
    (f"{FORM}; charset=gbk", b"a=%B8"),
    (FORM, b"a=1&" * 1500),
    ("text/plain; charset=\xff", b"\xff"),
    ("application/json", b"{"),
    ("", b"\x00\xff"),
    ("multipart/form-data", b"\xff"),
    ("multipart/form-data; boundary=" + "x" * 300, b"\xff"),
    ("multipart/form-data; boundary=x; charset=utf-16", PART % (b"reason", b"", b"abc")),
    ("multipart/form-data; boundary=x", PART % (b"reason", b"", b"\xff\x00")),
    ("multipart/form-data; boundary=x", PART % (b"import_file", b'; filename="../a.xlsx"', b"\x00PK")),
]
METHODS = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"]


def field_names() -> list[str]:
    """What any view or form of ours reads."""
    sources = [
        path.read_text("utf-8") for app in ("departments", "measures") for path in (ROOT / app).rglob("*.py")
    ]
    found = {name for text in sources for pattern in (READ, DECLARED) for name in pattern.findall(text)}
    return sorted(found | NAMES)


FIELDS = field_names()


def refused(
    client: Client,
    method: str,
    address: str,
    body: bytes = b"",
    kind: str = FORM,
    environ: Headers | None = None,
) -> str:
    """Sends one request; a sentence when the answer is 5xx. What it wrote is undone, in the browser too.

    Whoever signed out by chance would be a stranger from then on.
    """
    client.raise_request_exception = False
    cookies = SimpleCookie(client.cookies)
    with transaction.atomic():
        answer = client.generic(method, address, body, kind, **environ or {})
        transaction.set_rollback(True)
    client.cookies = cookies
    if answer.streaming:
        list(answer.streaming_content)  # type: ignore[attr-defined]  # of a file, which is closed at its end
    if answer.status_code < 500:
        return ""
    return f"{answer.status_code} {method} {address[:120]} {kind[:50]} {body[:120]!r} {environ}"


def assert_answered(found: Iterator[str]) -> None:
    wrong = list(filter(None, found))
    assert not wrong, "\n".join(wrong)


def drawn(dice: random.Random, most: int = 6) -> dict[str, str]:
    return {dice.choice(FIELDS): dice.choice(VALUES) for _n in range(dice.randint(1, most))}


def with_query(address: str, fields: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"


@pytest.fixture
def fuzzed(world: World, role: str) -> Client:
    return world.client(role)


# --- our own addresses ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES_ON_BOTH)
def test_fuzz_parameters_and_forms(world: World, fuzzed: Client, role: str) -> None:
    dice = random.Random(f"{SEED}{role}")  # noqa: S311  # to be repeated, not to be secret

    def requests() -> Iterator[str]:
        for address in world.addresses.values():
            if dice.random() < 0.5:
                yield refused(fuzzed, "GET", with_query(address, drawn(dice)))
            else:
                yield refused(fuzzed, "POST", address, urlencode(drawn(dice, 12)).encode())

    assert_answered(requests())


@pytest.mark.once("each of these bodies and headers is sent on both to three forms, below")
@pytest.mark.parametrize("role", ROLES)
def test_fuzz_bodies_headers_and_methods(world: World, fuzzed: Client, role: str) -> None:
    dice = random.Random(f"{SEED}{role}")  # noqa: S311  # to be repeated, not to be secret

    def requests() -> Iterator[str]:
        for address in world.addresses.values():
            match dice.choice(["body", "headers", "method"]):
                case "body":
                    kind, body = dice.choice(BODIES)
                    yield refused(fuzzed, "POST", address, body, kind)
                case "headers":
                    method = dice.choice(["GET", "POST"])
                    yield refused(fuzzed, method, address, environ=dice.choice(HEADERS))
                case "method":
                    yield refused(fuzzed, dice.choice(METHODS), address)

    assert_answered(requests())


@pytest.mark.parametrize("role", ["anonymous", "reporter", "clerk"])
def test_fuzz_every_body_and_header_at_one_form(world: World, fuzzed: Client, role: str) -> None:
    def requests() -> Iterator[str]:
        for name in ("departments:login", "measures:update_edit", "measures:period_plan"):
            address = world.addresses[name]
            yield from (refused(fuzzed, "POST", address, body, kind) for kind, body in BODIES)
            yield from (refused(fuzzed, "GET", address, environ=headers) for headers in HEADERS)
            yield from (refused(fuzzed, "POST", address, environ=headers) for headers in HEADERS)

    assert_answered(requests())


@pytest.mark.parametrize("role", ["anonymous", "admin"])
def test_fuzz_addresses_that_are_not_on_the_map(world: World, fuzzed: Client, role: str) -> None:
    def requests() -> Iterator[str]:
        for value in VALUES:
            for before in (
                "/",
                "/p/",
                "/p/a-policy/measures/",
                "/p/a-policy/departments/",
                "/measures/",
                "/admin/",
            ):
                yield refused(fuzzed, "GET", before + quote(value, safe="/"))

    assert_answered(requests())


@pytest.mark.sample("the same forms with other draws; the fixed lists above go to both for five roles")
@pytest.mark.parametrize("role", ["reporter", "reviewer", "clerk", "signer"])
@settings(
    derandomize=True,
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_fuzz_forms_of_hypothesis(world: World, fuzzed: Client, role: str, data: st.DataObject) -> None:
    address = data.draw(st.sampled_from(sorted(world.addresses.values())))
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(VALUES)
    fields = data.draw(st.dictionaries(st.sampled_from(FIELDS), text, max_size=8))
    method = data.draw(st.sampled_from(["GET", "POST"]))
    if method == "GET":
        assert not refused(fuzzed, "GET", with_query(address, fields))
    else:
        assert not refused(fuzzed, "POST", address, urlencode(fields).encode())


# --- admin ---------------------------------------------------------------------------------------


def admin_addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """Every pattern of admin, with what belongs and what does not belong into its holes."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = before + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLResolver):
            if here.startswith("/admin/"):
                yield from admin_addresses(entry, here)
        elif here.startswith("/admin/"):
            yield from filled(here)


def filled(pattern: str) -> Iterator[str]:
    pattern = re.sub(r"\([^)]*\)", "<group>", pattern).rstrip("$")
    if "<" not in pattern:
        yield pattern
        return
    stored = {model.objects.values_list("pk", flat=True)[0] for model in (User, Department, Measure)}
    for value in [*map(str, sorted(stored)), "departments", "abc", "9" * 40, "\x00"]:
        yield re.sub(r"<[^>]+>", quote(value), pattern)


@pytest.mark.parametrize("role", ["admin"])
def test_fuzz_admin(world: World, fuzzed: Client, role: str) -> None:
    dice = random.Random(SEED)  # noqa: S311  # to be repeated, not to be secret

    def requests() -> Iterator[str]:
        for address in sorted(set(admin_addresses())):
            yield refused(fuzzed, "GET", with_query(address, {"format": "9", **drawn(dice, 3)}))
            yield refused(fuzzed, "POST", address, urlencode({"format": "9", **drawn(dice, 12)}).encode())

    # Django writes out one by one the rows that keep another from being deleted.
    with zeal_ignore([{"model": "departments.Membership", "field": "user"}]):
        assert_answered(requests())


@pytest.mark.sample("the name of a file is read before the database is asked")
@pytest.mark.parametrize("role", ["admin"])
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.xls", "a", "\x00.csv", "é" * 300 + ".csv"])
def test_fuzz_uploads(world: World, fuzzed: Client, role: str, name: str) -> None:
    fuzzed.raise_request_exception = False
    for body in (b"", b"\x00", b"\xff\xfe", b"PK\x03\x04", b'a,"', "代码\n\x00".encode(), b"," * 9000):
        for part in ("departments/department", "measures/measure"):
            files: dict[str, Any] = {"import_file": SimpleUploadedFile(name, body), "format": "9"}
            answer = fuzzed.post(f"/admin/{part}/import/", files)
            assert answer.status_code < 500, (name, body, part)


@pytest.mark.parametrize("role", ["admin"])
def test_fuzz_shortcut_of_admin(world: World, fuzzed: Client, role: str) -> None:
    for kind in ContentType.objects.values_list("pk", flat=True):
        for key in ("1", "abc", "00000000-0000-0000-0000-000000000000"):
            assert not refused(fuzzed, "GET", f"/admin/r/{kind}/{key}/")


def test_fuzz_signs_nobody_out(world: World) -> None:
    """Else all that comes after the address of signing out would be asked by a stranger."""
    client = world.client("clerk")
    assert not refused(client, "POST", world.addresses["departments:logout"])
    assert client.get(world.addresses["measures:check_queue"]).status_code == 200


def test_fuzz_draws_the_same_every_time() -> None:
    assert drawn(random.Random(SEED)) == drawn(random.Random(SEED))  # noqa: S311  # to be repeated
    assert len(FIELDS) > 60
