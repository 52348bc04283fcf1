"""Does a wrong setting stop every command in one sentence, and a right one go through?"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from departments.models import Role
from departments.second_factor import ADMINISTRATOR
from langfang_policy import environment, settings

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "应为网站的地址，不带路径，如 https://tracker.example.gov.cn。"
ADDRESS_EN = "the address of a site is needed, without a path, as in https://tracker.example.gov.cn."
DATABASE = "应为 postgres://用户:密码@主机:端口/库名，或 sqlite:////文件的绝对路径。"
DATABASE_EN = "take postgres://user:password@host:port/name, or sqlite:////absolute/path/of/a/file."
ONE_LINE = ("应为一行文字，不能换行。", "one line of text is needed.")
WRONG = [
    ("DATABASE_URL", "foo", DATABASE, DATABASE_EN),
    ("SITE_URL", "tracker.example", ADDRESS, ADDRESS_EN),
    (
        "SITE_URL",
        "http://example.com",
        "请设置 ALLOW_PLAIN_HTTP=example.com。",
        "for http all the same set ALLOW_PLAIN_HTTP=example.com.",
    ),
    ("IDLE_MINUTES", "abc", "应为 1 至 720 的整数。", "a whole number from 1 to 720 is needed."),
    ("IDLE_MINUTES", "-5", "应为 1 至 720 的整数。", "a whole number from 1 to 720 is needed."),
    ("PASSWORD_MIN_LENGTH", "6", "应为 8 至 64 的整数。", "a whole number from 8 to 64 is needed."),
    ("PASSWORD_CLASSES", "6", "应为 1 至 5 的整数。", "a whole number from 1 to 5 is needed."),
    ("PASSWORD_DAYS", "never", "应为 0 至 3650 的整数。", "a whole number from 0 to 3650 is needed."),
    ("PASSWORD_HISTORY", "-1", "应为 0 至 24 的整数。", "a whole number from 0 to 24 is needed."),
    (
        "SIGN_IN_LIMIT_PER_ADDRESS",
        "0",
        "应为 5 至 100000 的整数。",
        "a whole number from 5 to 100000 is needed.",
    ),
    (
        "SIGN_IN_LIMIT_PER_NAME",
        "0",
        "应为 5 至 100000 的整数。",
        "a whole number from 5 to 100000 is needed.",
    ),
    ("TWO_FACTOR_ROLES", "clerk,king", "leader、auditor、administrator。", "leader, auditor, administrator."),
    ("BATCH_DAYS", "0", "应为 1 至 365 的整数。", "a whole number from 1 to 365 is needed."),
    ("EVIDENCE_MAX_MB", "0", "应为 1 至 200 的整数。", "a whole number from 1 to 200 is needed."),
    ("DEBUG", "maybe", "应为 on（开）或 off（关）。", "it is on or off."),
    ("PRODUCT_NAME", "一行\n两行", *ONE_LINE),
    ("REPORT_ADDRESSEE", "一行\n两行", *ONE_LINE),
    ("ALLOW_PLAIN_HTTP", "一行\n两行", *ONE_LINE),
]


def run(*arguments: str, **wrong: str) -> subprocess.CompletedProcess[str]:
    told = {"SITE_URL": "http://tracker.example", "ALLOW_PLAIN_HTTP": "tracker.example", **wrong}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("name", "value", "allowed", "english"), WRONG)
def test_wrong_setting_stops_a_command_in_one_sentence_in_both_languages(
    name: str, value: str, allowed: str, english: str
) -> None:
    done = run("manage.py", "check", **{name: value})

    assert (done.returncode, done.stdout) == (1, "")
    (sentence,) = done.stderr.splitlines()
    shown = " ".join(value.split())
    chinese, between, other = sentence.partition(" · ")
    assert chinese.startswith(f"设置 {name} 的值“{shown}”不可用：")
    assert chinese.endswith(allowed)
    assert between
    assert other.startswith(f"{name} “{shown}” cannot be used: ")
    assert other.endswith(english)


@pytest.mark.parametrize("command", ["help", "migrate", "export_report"])
def test_wrong_setting_stops_every_command(command: str) -> None:
    done = run("manage.py", command, DEBUG="maybe")

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_wrong_setting_is_the_last_line_of_the_web_server() -> None:
    done = run("-c", "import langfang_policy.wsgi", IDLE_MINUTES="0")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "设置 IDLE_MINUTES 的值“0”不可用：应为 1 至 720 的整数。 · "
        "IDLE_MINUTES “0” cannot be used: a whole number from 1 to 720 is needed."
    )


def test_evidence_goes_into_the_bucket_that_is_set_and_else_into_the_folder() -> None:
    told = (
        "import json; from langfang_policy import settings; print(json.dumps(settings.STORAGES['evidence']))"
    )
    bucket = {"EVIDENCE_S3_BUCKET": "evidence", "EVIDENCE_S3_ENDPOINT": "https://s3.example.gov.cn"}
    found = json.loads(run("-c", told, **bucket).stdout)
    assert found["BACKEND"] == "storages.backends.s3.S3Storage"
    options = found["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"]) == tuple(bucket.values())
    assert (options["secret_key"], options["file_overwrite"], options["querystring_auth"]) == (
        None,
        False,
        True,
    )
    folder = json.loads(run("-c", told, EVIDENCE_FOLDER="/srv/evidence").stdout)
    assert folder["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    assert folder["OPTIONS"]["location"] == "/srv/evidence"


def options_of(address: str) -> dict[str, Any]:
    told = (
        "import json; from langfang_policy import settings; print(json.dumps(settings.DATABASES['default']))"
    )
    found: dict[str, Any] = json.loads(run("-c", told, DATABASE_URL=address).stdout)["OPTIONS"]
    return found


def test_plans_are_kept_on_postgresql_unless_the_address_says_otherwise() -> None:
    """A pooler that gives each transaction another connection may not know what was prepared on the last."""
    address = "postgres://tracker@//var/run/postgresql/tracker"
    kept = options_of(address)
    assert kept["server_side_binding"] is True
    assert kept["prepare_threshold"] == 2
    assert kept["options"] == "-c lock_timeout=20s -c jit=off"
    assert options_of(f"{address}?server_side_binding=off") == {**kept, "server_side_binding": "off"}
    assert "server_side_binding" not in options_of("sqlite:////a/b.sqlite3")


def test_key_of_the_bucket_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_S3_SECRET_KEY", "se\ncret")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.text("EVIDENCE_S3_SECRET_KEY")
    assert "cret" not in str(refused.value).replace("SECRET", "").replace("secret", "")


def test_other_errors_keep_their_traceback() -> None:
    done = run("manage.py", "check", DJANGO_SETTINGS_MODULE="no_such_module")

    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("ModuleNotFoundError")


# --- The readers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "on"), [("", False), ("0", False), ("Off", False), ("on", True), ("1", True)]
)
def test_switch_knows_on_and_off(monkeypatch: pytest.MonkeyPatch, value: str, on: bool) -> None:
    monkeypatch.setenv("DEBUG", value)
    assert environment.switch("DEBUG") is on


@pytest.mark.parametrize("value", ["2", "maybe", "-"])
def test_switch_refuses_what_is_neither(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DEBUG", value)
    with pytest.raises(ImproperlyConfigured, match=f"DEBUG 的值“{value}”不可用：应为 on"):
        environment.switch("DEBUG")


@pytest.mark.parametrize(("value", "read"), [("", 30), ("1", 1), (" 45 ", 45), ("720", 720)])
def test_number_reads_its_bounds_and_its_default(
    monkeypatch: pytest.MonkeyPatch, value: str, read: int
) -> None:
    monkeypatch.setenv("IDLE_MINUTES", value)
    assert environment.number("IDLE_MINUTES", 30, least=1, most=720) == read


@pytest.mark.parametrize("value", ["0", "-5", "721", "1.5", "abc", "9" * 5000])
def test_number_refuses_what_lies_outside(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("IDLE_MINUTES", value)
    with pytest.raises(ImproperlyConfigured, match=f"IDLE_MINUTES 的值“{value}”不可用：应为 1 至 720"):
        environment.number("IDLE_MINUTES", 30, least=1, most=720)


@pytest.mark.parametrize(
    ("value", "read"), [("", ()), ("clerk", ("clerk",)), (" clerk, signer ,", ("clerk", "signer"))]
)
def test_words_are_divided_by_commas(
    monkeypatch: pytest.MonkeyPatch, value: str, read: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TWO_FACTOR_ROLES", value)
    assert environment.words("TWO_FACTOR_ROLES", ("clerk", "signer")) == read


def test_roles_of_the_second_factor_are_those_of_the_product() -> None:
    roles = (*Role.values, ADMINISTRATOR)
    assert environment.words("TWO_FACTOR_ROLES", roles) == settings.TWO_FACTOR_ROLES
    done = run("manage.py", "help", TWO_FACTOR_ROLES=",".join(roles))  # a refusal names the word
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "value", ["https://a.gov.cn", "https://a.gov.cn/", "http://127.0.0.1:8000", "http://[::1]:8000"]
)
def test_site_is_an_address_with_or_without_a_port(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SITE_URL", value)
    assert environment.site("SITE_URL", "").geturl() == value


@pytest.mark.parametrize(
    "value",
    [
        *(
            "tracker.example.gov.cn",
            "ftp://a.gov.cn",
            "https://",
            "https://a b",
            "https://a。cn",
            "http://[a",
        ),
        *("http://127.0.0.1:abc", "http://127.0.0.1:0", "http://127.0.0.1:70000", "https://me@a.gov.cn"),
        *("https://a.gov.cn/path", "https://a.gov.cn?a=1", "https://a.gov.cn#a"),
    ],
)
def test_site_refuses_what_is_no_address_of_a_site(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.site("SITE_URL", "")
    assert str(refused.value) == (
        f"设置 SITE_URL 的值“{value}”不可用：{ADDRESS} · SITE_URL “{value}” cannot be used: {ADDRESS_EN}"
    )


@pytest.mark.parametrize(
    ("value", "engine", "name"),
    [
        ("", "sqlite3", "/default.sqlite3"),
        ("sqlite:////a/b.sqlite3", "sqlite3", "/a/b.sqlite3"),
        ("postgres://tracker@//var/run/postgresql/tracker", "postgresql", "tracker"),
        ("postgres://tracker:p@10.0.0.5:5432/tracker", "postgresql", "tracker"),
        ("postgresql:///?service=tracker", "postgresql", ""),
    ],
)
def test_database_is_postgresql_or_sqlite(
    monkeypatch: pytest.MonkeyPatch, value: str, engine: str, name: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    read = environment.database("DATABASE_URL", "sqlite:////default.sqlite3")
    assert (read["ENGINE"], read["NAME"]) == (f"django.db.backends.{engine}", name)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("foo", "foo"),
        ("mysql://u:secret@h/name", "mysql://u:***@h/name"),
        ("postgres://u:se:cr@et@h:99x/name", "postgres://u:***@h:99x/name"),
        ("postgres://u:secret", "postgres://u:***"),
        ("postgres://u@h", "postgres://u@h"),
        ("sqlite://var/a.sqlite3", "sqlite://var/a.sqlite3"),
        ("postgres://u:sec\nret@h/name", "postgres://u:***@h/name"),
    ],
)
def test_database_refusal_tells_no_password(monkeypatch: pytest.MonkeyPatch, value: str, told: str) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.database("DATABASE_URL", "")
    assert f"设置 DATABASE_URL 的值“{told}”不可用：" in str(refused.value)
    assert f"DATABASE_URL “{told}” cannot be used: " in str(refused.value)
    assert "secret" not in str(refused.value)


def test_text_of_another_encoding_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCT_NAME", os.fsdecode("廊坊".encode("gbk")))
    with pytest.raises(
        ImproperlyConfigured, match=r"PRODUCT_NAME .*应为 UTF-8 编码的文字.*text in UTF-8 is needed"
    ):
        environment.text("PRODUCT_NAME")


# --- The key -------------------------------------------------------------------------------------


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    return tmp_path / "secret_key"


def test_key_comes_from_the_environment_before_the_file(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file.write_text("of the file\n", encoding="ascii")
    assert settings.read_secret_key() == "of the file"
    monkeypatch.setenv("SECRET_KEY", "$of the environment")
    assert settings.read_secret_key() == "$of the environment"


def test_key_that_is_nowhere_is_said(key_file: Path) -> None:
    with pytest.raises(
        ImproperlyConfigured,
        match=r"请运行 script/setup，或设置 SECRET_KEY。 · .*: run script/setup, or set SECRET_KEY\.",
    ):
        settings.read_secret_key()


def test_key_file_that_is_empty_or_unreadable_is_said(key_file: Path) -> None:
    key_file.touch()
    with pytest.raises(ImproperlyConfigured, match=r"又是空的.* is empty: delete the file"):
        settings.read_secret_key()
    key_file.write_text("密钥", encoding="utf-8")
    with pytest.raises(
        ImproperlyConfigured, match=r"又读不出（含有 ASCII 以外的字符）.*\(not only ASCII in it\)"
    ):
        settings.read_secret_key()
    key_file.unlink()
    key_file.mkdir()
    with pytest.raises(ImproperlyConfigured, match=r"又读不出（Is a directory）.*\(Is a directory\)"):
        settings.read_secret_key()


def test_key_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "half of it\nand the other")
    with pytest.raises(ImproperlyConfigured) as refused:
        settings.read_secret_key()
    assert str(refused.value) == (
        "设置 SECRET_KEY 的值“***”不可用：应为一行文字，不能换行。 · "
        "SECRET_KEY “***” cannot be used: one line of text is needed."
    )
