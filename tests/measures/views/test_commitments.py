"""What is promised in numbers, by year: marks and numbers say the same, and one cost at any size."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import Commitment, CommitmentCycle, InterimTarget, MeasureFigures, ReportingPeriod
from measures.models import UpdateState as S
from measures.workflow import periods
from tests import builders, cast
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
PAGE = "/p/a-policy/commitments/"


def promised(*subjects: str, **changes: object) -> Commitment:
    return builders.a_commitment(builders.a_measure(), *subjects, **changes)


def stated(commitment: Commitment, code: str, *numbers: int) -> None:
    """The confirmed text of that period says these numbers of the subjects."""
    subjects = commitment.subjects.order_by("position")
    values = {row.pk: (Decimal(number), None) for row, number in zip(subjects, numbers, strict=False)}
    builders.an_update(
        S.CONFIRMED, measure=commitment.measure, code=code, text=builders.a_text(values=values)
    )


def rows(page: str) -> list[list[str]]:
    """The cells of every year on the page, without markup."""
    found = []
    for row in re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append(
            [" ".join(re.sub(r"<svg.*?</svg>|<[^>]*>", "", cell, flags=re.DOTALL).split()) for cell in cells]
        )
    return found


def closed(code: str) -> ReportingPeriod:
    period = ReportingPeriod.objects.select_related("policy", "edition").get(code=code)
    periods.close_period(cast.clerk(), period, "下期补报", builders.moment())
    return period


def test_commitment_shows_each_year_with_its_marks_and_what_it_covers(browser_of: BrowserOf) -> None:
    every_year = promised(cycle=CommitmentCycle.YEARLY, floor=Decimal(2), ceiling=Decimal(4), unit="场")
    InterimTarget.objects.create(commitment=every_year, on=date(2020, 6, 30), target=Decimal(1))
    places = promised("市本级", "固安县")
    stated(every_year, "2019Q4", 3)
    closed("2019Q4")
    stated(every_year, "2020Q2", 1)
    stated(places, "2020Q2", 1)
    body = browser_of(cast.reporter("jyj")).get(PAGE).content.decode()
    assert rows(body) == [
        ["2019", "3/2—4 场 ✔ met", "2", "4", "", "year to date: whole year 2019"],
        [
            "2020",
            "1/2—4 场 not yet met",
            "2",
            "4",
            "1 (June 30, 2020)",
            "year to date: first half of 2020",
        ],
        ["2020", "1/2 not yet met", "2", "", "", "2020 Q2"],
    ]
    assert body.count("<thead>") == 1, "many promises, one head"
    assert "Projected to the end of the year" not in body, "no column without a number"
    assert (body.count("3/2—4"), body.count(">3/2—4")) == (2, 1), "as the bar's title, and to be read once"
    assert "<title>技能竞赛 2019 3/2—4</title><desc>at least 2; at most 4</desc>" in body
    assert "<desc>at least 2; at most 4; interim target 1 (June 30, 2020)</desc>" in body
    assert re.findall(r"met</span>\s+(\S+)\s+([\d—]+)</span>", body) == [("市本级", "1"), ("固安县", "—")]
    assert rows(browser_of(cast.leader()).get(PAGE, {"period": "2019Q4"}).content.decode()) == [
        ["2019", "3/2—4 场 ✔ met", "2", "4", "", "year to date: whole year 2019"],
        ["2019", "0/2 not yet met", "2", "", "", "—"],
    ]


def test_only_an_even_plan_is_projected_to_the_end_of_the_year(browser_of: BrowserOf) -> None:
    """By 30 June 2020 546 of 1095 days have gone, by the end of the year 730."""
    span = {"starts_on": date(2019, 1, 1), "ends_on": date(2021, 12, 31), "floor": Decimal(100)}
    even = promised(**span)
    stepped = promised(**span)
    InterimTarget.objects.create(commitment=stepped, on=date(2021, 6, 30), target=Decimal(60))
    yearly = promised(cycle=CommitmentCycle.YEARLY, **span)
    for row in (even, stepped, yearly):
        stated(row, "2020Q2", 30)
    body = browser_of(cast.leader()).get(PAGE).content.decode()
    assert [row[5] for row in rows(body)] == ["40.1", "", ""]
    assert "projected to the end of the year 40.1</desc>" in body
    assert body.count("stroke-dasharray") == 1


def test_projection_of_what_is_counted_is_a_whole_number(browser_of: BrowserOf) -> None:
    """40.1 of a hundred: nobody trains a tenth of a person; of money and of a share it says something."""
    span = {"starts_on": date(2019, 1, 1), "ends_on": date(2021, 12, 31), "floor": Decimal(100)}
    for unit in ("人次", "台", "万人", "万元", "%"):
        stated(promised(unit=unit, **span), "2020Q2", 30)
    body = browser_of(cast.leader()).get(PAGE).content.decode()
    assert [row[5] for row in rows(body)] == ["40", "40", "40.1", "40.1", "40.1"]


def test_year_that_was_closed_is_as_it_was_closed_or_is_not_shown(browser_of: BrowserOf) -> None:
    """A promise that was changed since gets no marks that were not its own then."""
    promise = promised(cycle=CommitmentCycle.YEARLY)
    stated(promise, "2019Q4", 3)
    period = closed("2019Q4")
    stated(promise, "2020Q2", 1)
    Commitment.objects.update(floor=Decimal(5))
    leader = browser_of(cast.leader())
    assert [row[:3] for row in rows(leader.get(PAGE).content.decode())] == [
        ["2019", "the promise has been changed since 3/1 ✔ met", ""],
        ["2020", "1/5 not yet met", "5"],
    ]
    unguarded()
    figures = MeasureFigures.objects.get(period=period)
    MeasureFigures.objects.filter(pk=figures.pk).update(content=figures.content.replace("3/1", "4/1"))
    body = leader.get(PAGE).content.decode()
    assert [row[0] for row in rows(body)] == ["2020"]
    assert "are not those that its snapshot has sealed" in body
    assert leader.get(PAGE, {"period": "2019Q4"}).status_code != 200


def test_commitments_cost_the_same_at_any_size(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    leader = browser_of(cast.leader())
    stated(promised(cycle=CommitmentCycle.YEARLY), "2019Q4", 1)
    closed("2019Q4")
    builders.an_open_period()
    one = queries_of(leader, PAGE)
    for _number in range(25):
        promised("市本级", "固安县", cycle=CommitmentCycle.YEARLY)
    builders.an_open_period()
    assert queries_of(leader, PAGE) == one <= 10
    assert [len(leader.get(PAGE, {"page": page}).context["rows"]) for page in (1, 2)] == [20, 6]


def test_commitments_say_what_comes_where_there_is_nothing(browser_of: BrowserOf) -> None:
    leader = browser_of(cast.leader())
    builders.a_planned_period()
    assert "No period has been opened yet" in leader.get(PAGE).content.decode()
    builders.an_update(code="2020Q1")
    assert "promises nothing in numbers" in leader.get(PAGE).content.decode()
    builders.an_open_period(code="2020Q1")
    leader.get("/p/a-policy/")
    assert f'href="{PAGE}?period=2020Q1"' in leader.get("/p/a-policy/measures/").content.decode()
