"""The report room says of every period the same rows of documents, rendered once."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.actors import Actor
from langfang_policy.characters import PRIVATE_USE
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("words around loaded rows"),
]


def test_report_list_writes_the_rows_of_documents_once(browser_of: Callable[[Actor], Client]) -> None:
    """In each period stands the same, with its own address, code and name; nothing that stood in is left."""
    opened = [builders.an_open_period(code=code) for code in ("2020Q1", "2020Q2")]
    builders.a_measure(leads=["zgh"])
    page = browser_of(cast.leader()).get(reverse("measures:report_list", args=["a-policy"]))
    rows = {basis.period.pk: str(basis.documents) for basis in page.context["periods"]}
    assert not any(re.search(f"{UUID(int=0)}|[{PRIVATE_USE}]", found) for found in rows.values())
    plain = []
    for period in opened:
        found = rows[period.pk]
        with translation.override("en"):
            name = period.name
        for value in (str(period.uuid), period.code, name):
            assert value in found
            found = found.replace(value, "…")
        plain.append(found)
    assert plain[0] == plain[1]
    rendered = [row.name for row in page.templates if row.name == "measures/_report_kinds.html"]
    assert len(rendered) == 1
