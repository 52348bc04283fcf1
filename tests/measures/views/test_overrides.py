"""Who signs or closes a period has all lights that the office has set before them, in one list."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import Event, LightChange, LightColour, MeasureFigures, ReportingPeriod
from measures.models import UpdateState as S
from measures.pages import overrides
from measures.workflow import light_overrides, periods
from tests import builders, cast
from tests.measures.issued_reports import checked
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
NONE = "None: every light of this period follows the rules."


def a_period_with_overrides(count: int = 2) -> ReportingPeriod:
    """Of all measures but the last the office has set the light; of one it was lifted again."""
    for number in range(count + 2):
        builders.an_update(S.CONFIRMED, measure=builders.a_measure(title=f"举措甲{number}"))
    period = ReportingPeriod.objects.select_related("policy__coordinator", "edition").get()
    rows = list(period.updates.select_related("measure__section__edition__policy").order_by("pk"))
    for row in rows[:-1]:
        light_overrides.override_light(
            cast.clerk(), period, row.measure, LightColour.RED, "群众反映", builders.moment()
        )
    light_overrides.lift_override(cast.clerk(), period, rows[-2].measure, "已查清", builders.moment())
    return period


def listed(browser: Client, address: str) -> str:
    body = browser.get(address).content.decode()
    part = body[body.index('id="overrides"') :].split("</section>")[0]
    return re.sub(r"<[^>]*>|\s+", " ", part)


def test_signer_has_all_overrides_of_the_period_in_one_list(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the pages of the period, of its closing and of the report that is signed; lifted ones are none."""
    period = a_period_with_overrides()
    signer, clerk = browser_of(cast.signer()), browser_of(cast.clerk())
    page = f"/p/a-policy/periods/{period.uuid}/"
    assert queries_of(signer, page) <= 10
    told = [listed(signer, page), listed(clerk, f"{page}close/")]
    periods.close_period(cast.clerk(), period, "", builders.moment())
    draft = checked()
    draft_page = f"/p/a-policy/drafts/{draft.uuid}/"
    told += [listed(signer, page), listed(signer, draft_page)]
    for words in told:
        for part in (
            "举措甲0",
            "举措甲1",
            "green light",
            "red light",
            "群众反映",
            "张rsj-clerk",
            "July 1, 2020",
        ):
            assert part in words, (part, words)
        assert "举措甲2" not in words
    assert queries_of(signer, draft_page) <= 11
    monkeypatch.setattr(overrides, "OVERRIDES_SHOWN", 1)
    assert "举措甲1" not in listed(signer, page)
    assert "举措甲1" in listed(signer, f"{page}?overrides=2")


def test_list_of_overrides_says_that_there_is_none(browser_of: BrowserOf) -> None:
    period = builders.an_update(S.CONFIRMED).period
    assert NONE in listed(browser_of(cast.signer()), f"/p/a-policy/periods/{period.uuid}/")


def test_override_of_before_changes_were_kept_names_its_act(browser_of: BrowserOf) -> None:
    period = a_period_with_overrides(1)
    unguarded()
    LightChange.objects.all().delete()
    Event.objects.update(at=builders.moment(hour=15))
    assert "July 1, 2020, 15:00" in listed(browser_of(cast.signer()), f"/p/a-policy/periods/{period.uuid}/")


def test_altered_override_is_told_and_the_acts_stay_at_hand(browser_of: BrowserOf) -> None:
    period = a_period_with_overrides(1)
    periods.close_period(cast.clerk(), period, "", builders.moment())
    draft = checked()
    for figures in MeasureFigures.objects.all():
        figures.row = figures.row.replace("群众反映", "无人反映")
        figures.save()
    signer = browser_of(cast.signer())
    for page in (f"/p/a-policy/periods/{period.uuid}/", f"/p/a-policy/drafts/{draft.uuid}/"):
        assert "not those that its snapshot has sealed" in listed(signer, page)
    unguarded()
    period.snapshots.update(seal="{}")
    page = f"/p/a-policy/drafts/{draft.uuid}/"
    assert "was changed after it was taken" in listed(signer, page)
