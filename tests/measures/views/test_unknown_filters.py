"""What becomes of a filter in an address that no page knows? It is left out, and told."""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from tests import builders, cast

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of each of them"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("decided over the address; each filter runs on both in the tests of its page"),
]
PAGES = (
    ("", "light"),
    ("departments/zgh/", "state"),
    ("extensions/", "list"),
    ("matters/", "show"),
    ("matters/", "department"),
    ("periods/{period}/board/", "role"),
    ("search/?q=市&", "kind"),
)


def test_unknown_filter_is_left_out_and_said(browser_of: Callable[[Actor], Client]) -> None:
    period = builders.an_update().period
    clerk = browser_of(cast.clerk())
    for place, name in PAGES:
        address = f"/p/a-policy/{place}".format(period=period.uuid)
        joined = address if "?" in address else f"{address}?"
        answer = clerk.get(f"{joined}{name}=<mauve>")
        assert answer.status_code == 200, place
        said = "“&lt;mauve&gt;” is no filter of this page: it was left out."
        assert answer.content.decode().count(said) == 1, (place, name)
        assert "no filter of this page" not in clerk.get(address).content.decode(), place


def test_known_filter_is_not_told(browser_of: Callable[[Actor], Client]) -> None:
    builders.an_update()
    clerk = browser_of(cast.clerk())
    for asked in (
        "?light=red",
        "search/?q=市&kind=measures",
        "matters/?show=all&department=zgh&period=2020Q2",
    ):
        assert "no filter of this page" not in clerk.get(f"/p/a-policy/{asked}").content.decode(), asked
