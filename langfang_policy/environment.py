"""What did the office set in the environment, and is it allowed?

A reader gives the value, or the default when nothing or an empty text is set; what is not allowed raises
ImproperlyConfigured in one sentence, in Chinese and in English: the setting, its value, what is allowed. What
a setting is for, it does not know.
"""

import os
import re
import warnings
from collections.abc import Collection
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

ON, OFF = {"1", "on", "true", "yes", "y", "ok"}, {"0", "off", "false", "no", "n"}
ENGINES = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}
HOST_NAME = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")  # the second is IPv6
# What a sentence must not tell, for it lands in a log. Of an address: from the first colon that opens
# no «//» to the last @, or to the end where there is none.
HIDDEN = {
    "SECRET_KEY": re.compile(r".+", re.DOTALL),
    "EMAIL_HOST_PASSWORD": re.compile(r".+", re.DOTALL),
    "EVIDENCE_S3_SECRET_KEY": re.compile(r".+", re.DOTALL),
    "DATABASE_URL": re.compile(r"(?<=:)(?!//)(?:.*(?=@)|.*)", re.DOTALL),
}


def refusal(name: str, value: str, allowed: str, english: str) -> ImproperlyConfigured:
    """Both sentences on one line, whatever somebody pasted into the value; without a key or password."""
    if name in HIDDEN:
        value = HIDDEN[name].sub("***", value, count=1)
    shown = " ".join(value.split())
    return ImproperlyConfigured(
        f"设置 {name} 的值“{shown}”不可用：{allowed}。 · {name} “{shown}” cannot be used: {english}."
    )


def text(name: str, default: str = "") -> str:
    """One line of text. Bytes of another encoding are refused: no page could show them."""
    value = os.environ.get(name, "")
    try:
        value.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(value).decode(errors="replace")
        raise refusal(name, shown, "应为 UTF-8 编码的文字", "text in UTF-8 is needed") from None
    if len(value.splitlines()) > 1:
        raise refusal(name, value, "应为一行文字，不能换行", "one line of text is needed")
    return value or default


def switch(name: str) -> bool:
    """On or off; off when nothing is set."""
    value = text(name)
    if value and value.strip().lower() not in ON | OFF:
        raise refusal(name, value, "应为 on（开）或 off（关）", "it is on or off")
    return value.strip().lower() in ON


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default)).strip()
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        english = f"a whole number from {least} to {most} is needed"
        raise refusal(name, value, f"应为 {least} 至 {most} 的整数", english)
    return int(value)


def words(name: str, allowed: Collection[str]) -> tuple[str, ...]:
    """Some of the words that are allowed, divided by commas; none when nothing is set."""
    given = tuple(word.strip() for word in text(name).split(",") if word.strip())
    if not set(given) <= set(allowed):
        raise refusal(
            name,
            text(name),
            f"应为以下各项中的一项或几项，以逗号分隔：{'、'.join(allowed)}",
            f"take one or more of these, divided by commas: {', '.join(allowed)}",
        )
    return given


def site(name: str, default: str) -> SplitResult:
    """An address of a whole site: http or https, a host, perhaps a port, and no path."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:  # a port that is no number, an open bracket
        parts, host = SplitResult("", "", "", "", ""), None
    rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"http", "https"} or not HOST_NAME.fullmatch(host or "") or rest:
        raise refusal(
            name,
            value,
            "应为网站的地址，不带路径，如 https://tracker.example.gov.cn",
            "the address of a site is needed, without a path, as in https://tracker.example.gov.cn",
        )
    return parts


def database(name: str, default: str) -> dict[str, Any]:
    """As Django wants it: PostgreSQL or SQLite, by name."""
    value = text(name, default)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # an unknown scheme, a host before a file of SQLite
            read: dict[str, Any] = environ.Env.db_url_config(value)
    except (ValueError, UserWarning):
        read = {}
    if read.get("ENGINE") not in ENGINES or not (read["NAME"] or "service" in read.get("OPTIONS", {})):
        raise refusal(
            name,
            value,
            "应为 postgres://用户:密码@主机:端口/库名，或 sqlite:////文件的绝对路径",
            "take postgres://user:password@host:port/name, or sqlite:////absolute/path/of/a/file",
        )
    return read
