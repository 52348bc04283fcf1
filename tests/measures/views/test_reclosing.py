"""Whoever reopens a period or closes it again is told what would change that nobody corrected."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import InterimTarget, Measure, PeriodSnapshot, PeriodState, ReportingPeriod
from measures.models import UpdateState as S
from measures.pages import reclosing
from measures.workflow import periods
from tests import builders, cast
from tests.retold import retold
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
PLANNED_ON = cast.DAY + timedelta(days=4)
LATER = cast.DAY + timedelta(days=9)
TITLE = "What closing again would change"
TICK = "Read what would change against the last snapshot, and tick it."


def the_period() -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code="2020Q2")


def address(view: str) -> str:
    return reverse(f"measures:period_{view}", args=["a-policy", the_period().uuid])


def words_of(answer: object) -> str:
    body = answer.content.decode()  # type: ignore[attr-defined]  # a response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", body))


@pytest.fixture
@retold
def closed() -> None:
    """Of three measures one has a target for a day that is yet to come, and one is to raise a matter."""
    planned = builders.a_measure(title="开展劳动和技能竞赛")
    commitment = builders.a_commitment(planned, floor=Decimal(9))
    InterimTarget.objects.create(commitment=commitment, on=PLANNED_ON, target=Decimal(5))
    text = builders.a_text("举办竞赛1场", values={commitment.subjects.get().pk: (Decimal(1), None)})
    builders.an_update(S.CONFIRMED, measure=planned, text=text)
    builders.an_update(S.CONFIRMED, measure=builders.a_measure(title="有事项的", leads=("jyj",)), slug="jyj")
    builders.an_update(S.CONFIRMED, measure=builders.a_measure(title="不变的"))
    periods.close_period(cast.clerk(), the_period(), "", builders.moment())


@pytest.fixture
def later(closed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The target's day has come, and the next period raised a matter; no text was changed."""
    measure = Measure.objects.get(title="有事项的")
    written = builders.a_text(coordination="请协调场地")
    at = builders.moment(LATER)
    builders.an_update(S.CONFIRMED, measure=measure, slug="jyj", code="2020Q3", text=written, at=at)
    monkeypatch.setattr("langfang_policy.clock.today", lambda: LATER)
    monkeypatch.setattr("langfang_policy.clock.now", lambda: at)


@pytest.mark.usefixtures("later")
def test_whoever_reopens_or_closes_again_sees_each_measure_that_would_differ_and_ticks_it(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer, clerk = browser_of(cast.signer()), browser_of(cast.clerk())

    def says_what_differs(page: str) -> None:
        for part in (TITLE, "would differ from snapshot 1 of July 1, 2020", "green light", "请协调场地"):
            assert part in page
        assert "have it corrected while the period is closed" in page
        assert "不变的" not in page.split("would differ from")[1].split("Lights set by")[0]

    says_what_differs(words_of(signer.get(address("reopen"))))
    signer.post(address("reopen"), {"reason": "核对"})
    asked = clerk.get(address("close"))
    says_what_differs(words_of(asked))
    refused = clerk.post(address("close"), {"reason": "核对"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["read"])
    assert TICK in words_of(refused)
    assert the_period().state == PeriodState.OPEN
    monkeypatch.setattr(reclosing, "MEASURES_SHOWN", 1)
    second = clerk.get(address("close"), {"differs": "2"}).context["again"]
    assert [row.measure.title for row in second.rows] == ["有事项的"]
    clerk.post(address("close"), {"reason": "核对", "read": "on"})
    assert (the_period().state, PeriodSnapshot.objects.count()) == (PeriodState.CLOSED, 2)
    compared = words_of(
        browser_of(cast.auditor()).get(
            reverse("measures:snapshot_compare", args=["a-policy", the_period().uuid])
        )
    )
    assert "请协调场地" in compared  # what was announced is what became of it


@pytest.mark.usefixtures("closed")
def test_where_closing_again_changes_nothing_no_tick_is_asked(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    """And before the first closing nothing is said of it."""
    signer, clerk = browser_of(cast.signer()), browser_of(cast.clerk())
    nothing = "None: lights, texts, values and matters are the same."
    assert nothing in words_of(signer.get(address("reopen")))
    signer.post(address("reopen"), {"reason": "核对"})
    assert nothing in words_of(clerk.get(address("close")))
    few = queries_of(clerk, address("close"))
    clerk.post(address("close"), {"reason": ""})
    assert the_period().state == PeriodState.CLOSED
    assert few <= 10


@pytest.mark.usefixtures("closed")
def test_period_whose_snapshot_was_altered_can_be_closed_again_by_whoever_read_that(
    browser_of: BrowserOf,
) -> None:
    unguarded()
    PeriodSnapshot.objects.update(sha256="0" * 64)
    assert "What would change cannot be listed." in words_of(browser_of(cast.signer()).get(address("reopen")))
    periods.reopen_period(cast.signer(), the_period(), "核对", builders.moment())
    clerk = browser_of(cast.clerk())
    assert list(clerk.post(address("close"), {"reason": ""}).context["form"].errors) == ["read"]
    clerk.post(address("close"), {"reason": "", "read": "on"})
    assert the_period().state == PeriodState.CLOSED


def test_first_closing_says_nothing_of_an_earlier_one(browser_of: BrowserOf) -> None:
    builders.an_update(S.CONFIRMED)
    page = browser_of(cast.clerk()).get(address("close"))
    assert (page.context["again"], TITLE in words_of(page), 'name="read"' in page.content.decode()) == (
        None,
        False,
        False,
    )
