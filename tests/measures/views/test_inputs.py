"""The convenor's desk: what the others have sent, what is missing, and what the convenor may do about it."""

from collections.abc import Callable, Iterable

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import Department
from measures.models import Act, ProgressUpdate, UpdateState
from measures.pages.inputs import Input
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


@pytest.fixture
def convened() -> ProgressUpdate:
    """zgh's, with czj as co-lead; of the participants jyj has submitted, gzw only written, gsl nothing."""
    measure = builders.a_measure(leads=["zgh", "czj"], participants=["jyj", "gzw", "gsl"])
    for slug, state in (("czj", S.CONFIRMED), ("jyj", S.SUBMITTED), ("gzw", S.DRAFT)):
        text = builders.a_text(progress=f"{slug}的进展")
        builders.an_update(state, measure=measure, slug=slug, text=text)
    Department.objects.filter(slug="gsl").update(contact="李主任", telephone="0316-1234567")
    return builders.update_of(measure, "zgh")


def desk_of(update: ProgressUpdate) -> str:
    return f"/p/a-policy/updates/{update.uuid}/inputs/"


def acts(rows: Iterable[Input]) -> list[list[Act]]:
    return [[offer.act for offer in row.offers] for row in rows]


def test_convenor_reads_what_the_others_sent_and_sees_what_is_missing(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    reporter = browser_of(cast.reporter())
    form = reporter.get(f"/p/a-policy/updates/{convened.uuid}/edit/").content.decode()
    assert desk_of(convened) in form
    page = reporter.get(desk_of(convened))
    body = page.content.decode()
    assert [row.update.department.slug for row in page.context["arrived"]] == ["czj", "jyj"]
    assert [row.update.department.slug for row in page.context["missing"]] == ["gzw", "gsl"]
    assert ("czj的进展" in body, "jyj的进展" in body, "gzw的进展" in body) == (True, True, False)
    assert f"/updates/{convened.uuid}/edit/" in body
    assert "李主任" in body
    assert "0316-1234567" in body
    assert acts(page.context["arrived"] + page.context["missing"]) == [[], [], [], []]
    others = [cast.reporter("czj"), cast.reporter("jyj"), cast.clerk()]
    assert {browser_of(actor).get(desk_of(convened)).status_code for actor in others} == {404}


def test_reviewer_of_the_convenor_returns_and_waives_from_the_desk(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    builders.a_working_calendar()
    reviewer = browser_of(cast.reviewer())
    page = reviewer.get(desk_of(convened))
    assert f"/updates/{convened.uuid}/edit/" not in page.content.decode(), "the form is for who writes"
    assert acts(page.context["arrived"]) == [[], [Act.RETURN]]
    assert acts(page.context["missing"]) == [[Act.WAIVE], [Act.WAIVE]]
    waive, back = page.context["missing"][1].offers[0], page.context["arrived"][1].offers[0]
    for offer in (waive, back):
        sent = {**offer.form.initial, "reason": "请补充数据"}
        assert reviewer.post(offer.url, sent, follow=True).redirect_chain == [(desk_of(convened), 302)]
    page = reviewer.get(desk_of(convened))
    assert acts(page.context["waived"]) == [[Act.RESTORE]]
    assert [row.update.department.slug for row in page.context["missing"]] == ["jyj", "gzw"]


def test_desk_of_the_convenor_asks_the_same_for_one_as_for_five(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    counts = []
    for participants in (["jyj"], ["jyj", "gzw", "gsl", "d1", "d2"]):
        measure = builders.a_measure(leads=["zgh"], participants=participants)
        for slug in participants:
            builders.an_update(S.SUBMITTED, measure=measure, slug=slug)
        address = desk_of(builders.update_of(measure, "zgh"))
        counts.append(queries_of(browser_of(cast.reviewer()), address))
    assert counts[0] == counts[1]
