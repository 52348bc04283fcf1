"""Does a body that nobody can read end with a 400 page in the reader's language, with the text in it?"""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

from departments.request_body import is_utf8, readable_body, with_readable_charset
from langfang_policy.wsgi import application

FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="progress"\r\n\r\n%s\r\n--x--\r\n'
TEXT = "签订合同243份"
UNREADABLE = [
    (f"{FORM}; charset=utf-7", b"progress=abc"),
    (f"{FORM}; charset=base64", b"progress=abc"),
    (f"{FORM}; charset=no-such-charset", b"progress=abc"),
    (FORM, b"\xff"),
    (FORM, b"progress=%FF%FE"),
    (FORM, b"a=1&" * 2000),
    ("multipart/form-data", b"\xff"),
    ("multipart/form-data; boundary=x; charset=hex", PART % b"abc"),
    ("multipart/form-data; boundary=x; charset=utf-16", PART % b"abc"),
]
READABLE = [
    (f"{FORM}; charset=UTF8", b"language=en"),
    (f"{FORM}; charset=utf-8", b"language=en"),
    (FORM, b"language=%E5%BB%8A"),
    (FORM, "language=\ufffd".encode()),  # somebody may send the sign itself
    ("text/plain", b"\xff"),
    ("multipart/form-data; boundary=x", PART % TEXT.encode()),
]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("what is no form is refused before a query; test_fuzz.py sends such bodies on both"),
]


@pytest.fixture
def strict(client: Client) -> Client:
    """As a browser is met: the check of the CSRF token reads the form first."""
    client.handler.enforce_csrf_checks = True
    return client


@pytest.mark.parametrize(("content_type", "body"), UNREADABLE)
@pytest.mark.parametrize("address", ["/login/", "/language/", "/my/", "/admin/", "/nowhere/"])
def test_body_that_cannot_be_read_is_400(
    strict: Client, address: str, content_type: str, body: bytes
) -> None:
    answer = strict.generic("POST", address, body, content_type=content_type)
    assert answer.status_code == 400
    assert "请求无法识别" in answer.content.decode()


@pytest.mark.parametrize(("content_type", "body"), READABLE)
def test_body_that_can_be_read_goes_on(client: Client, content_type: str, body: bytes) -> None:
    assert client.generic("POST", "/language/", body, content_type=content_type).status_code == 302


def test_refusal_speaks_the_language_of_the_reader(strict: Client) -> None:
    strict.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = strict.generic("POST", "/login/", b"\xff", content_type=FORM)
    assert "The request could not be read" in answer.content.decode()
    assert answer["Content-Language"] == "en"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_text_of_a_refused_form_is_given_back(client: Client, encoding: str) -> None:
    charset = "gbk" if encoding == "gbk" else "utf-7"
    answer = client.generic(
        "POST", "/login/", f"progress={TEXT}".encode(encoding), content_type=f"{FORM}; charset={charset}"
    )
    assert answer.status_code == 400
    assert f">{TEXT}</textarea>" in answer.content.decode()


def test_password_of_a_refused_form_is_not_given_back(client: Client) -> None:
    body = b"username=zgh-reporter&password=correct-horse&new_password1=another-phrase"
    page = client.generic("POST", "/login/", body, content_type=f"{FORM}; charset=utf-7").content.decode()
    assert "correct-horse" not in page
    assert "another-phrase" not in page


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "base64", "no-such-charset"])
def test_address_is_read_as_utf8_whatever_the_header_says(client: Client, charset: str) -> None:
    answer = client.get("/login/", {"next": "/技能/"}, content_type=f"{FORM}; charset={charset}")
    assert answer.status_code == 200
    assert 'value="/技能/"' in answer.content.decode()


def answered(request: HttpRequest) -> HttpResponse:
    return HttpResponse("known before the body was read")


def test_rest_of_a_body_is_read_and_thrown_away(rf: RequestFactory) -> None:
    request = rf.post("/", b"\xff" * 300_000, content_type="text/plain")
    readable_body(answered)(request)
    assert request.read() == b""


def test_rest_of_a_body_that_is_too_large_for_a_form_is_thrown_away(rf: RequestFactory) -> None:
    body = b"a=" + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    request = rf.post("/", body, content_type=FORM)
    assert readable_body(answered)(request).status_code == 400
    assert request.read() == b""


def test_sender_who_went_away_is_no_mistake_of_ours(rf: RequestFactory) -> None:
    class Gone:
        def read(self, *_size: int) -> bytes:
            raise OSError("connection reset")

        def close(self) -> None:
            pass

    request = rf.post("/", b"progress=abc", content_type=FORM)
    request._stream = Gone()  # type: ignore[assignment]  # what the server would hand over
    assert readable_body(answered)(request).status_code == 400


@pytest.mark.parametrize(
    ("charset", "expected"), [("utf-8", True), ("UTF8", True), ("gbk", False), ("\0", False)]
)
def test_charset_is_known_under_all_its_names(charset: str, expected: bool) -> None:
    assert is_utf8(charset) is expected


def answer_of_the_server(rf: RequestFactory, method: str, address: str, content_type: str) -> int:
    """The status, by the whole way that a request takes from the web server."""
    environ = rf.generic(method, address, b"progress=abc", content_type="text/plain").environ
    environ["CONTENT_TYPE"] = content_type
    site = ClientHandler()  # ends a request without closing the database of the test
    status: int = with_readable_charset(lambda environ, _start: site(environ))(environ, None).status_code
    return status


@pytest.mark.parametrize("charset", ["rot13", "hex", "\0", "utf-16", "idna", "undefined", "no-such-charset"])
def test_charset_that_is_no_text_is_answered(rf: RequestFactory, charset: str) -> None:
    for address in ("/login/?next=%E5%BB%8A", "/login/?next=%FF"):
        kind = f"{FORM}; charset={charset}"
        assert answer_of_the_server(rf, "POST", address, kind) == 400
        assert answer_of_the_server(rf, "GET", address, kind) == 200


def test_site_is_served_behind_the_check_of_the_charset() -> None:
    assert application.__qualname__.startswith(with_readable_charset.__qualname__)


def test_charset_of_utf8_goes_to_the_site_as_it_came(rf: RequestFactory) -> None:
    seen: list[str] = []
    site = with_readable_charset(lambda environ, _start: seen.append(environ["CONTENT_TYPE"]))
    for kind in (FORM, f"{FORM}; charset=UTF-8", "multipart/form-data; boundary=x", ""):
        site({"CONTENT_TYPE": kind}, None)
    site({"CONTENT_TYPE": "multipart/form-data; boundary=x; charset=hex"}, None)
    assert seen == [
        *(FORM, f"{FORM}; charset=UTF-8", "multipart/form-data; boundary=x", ""),
        "multipart/form-data; boundary=x",
    ]
