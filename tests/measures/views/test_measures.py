"""The list of measures with its filters, and the page of one measure: who sees what of it, at what cost."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.actors import Actor
from measures.models import (
    Commitment,
    CommitmentCycle,
    Event,
    LightColour,
    Measure,
    ReportingPeriod,
    SelfAssessment,
    UpdateState,
)
from measures.views import measures
from measures.workflow import matters, periods
from tests import builders, cast
from tests.retold import retold

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
LIST = "/p/a-policy/measures/"


@pytest.fixture
@retold
def three() -> list[Measure]:
    """Two of one section, one of another: led by zgh, by zgh and czj, by jyj; the last is red."""
    first = builders.a_measure(leads=("zgh",), participants=("jyj",), text="组织劳动和技能竞赛。")
    second = builders.a_measure(leads=("zgh", "czj"), text="落实津贴。")
    section = builders.a_section(ordinal=3, title="收入水平")
    third = builders.a_measure(leads=("jyj",), section=section, text="校企合作。")
    for measure, slug in ((first, "zgh"), (second, "zgh")):
        builders.an_update(UpdateState.CONFIRMED, measure=measure, slug=slug)
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    builders.an_update(UpdateState.CONFIRMED, measure=third, slug="jyj", text=stalled)
    return [first, second, third]


def page_of(measure: Measure) -> str:
    return reverse("measures:measure_detail", args=["a-policy", measure.uuid])


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.both("asks the database what no other test that runs again asks")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["二（一）", "二（二）", "三（一）"]),
        ({"section": "3"}, ["三（一）"]),
        ({"department": "jyj"}, ["二（一）", "三（一）"]),
        ({"department": "jyj", "role": "lead"}, ["三（一）"]),
        ({"department": "jyj", "role": "participant"}, ["二（一）"]),
        ({"role": "participant"}, ["二（一）"]),
        ({"light": "red"}, ["三（一）"]),
        ({"state": "in_progress"}, ["二（一）", "二（二）", "三（一）"]),
        ({"state": "closed"}, []),
        ({"q": "津贴"}, ["二（二）"]),
        ({"q": " 竞赛 "}, ["二（一）"]),
        ({"q": "竞赛", "light": "red"}, []),
        ({"light": "mauve", "section": "99"}, ["二（一）", "二（二）", "三（一）"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_measure_list_filters(browser_of: BrowserOf, query: dict[str, str], expected: list[str]) -> None:
    page = browser_of(cast.leader()).get(LIST, query)
    assert [row.code for row in page.context["rows"]] == expected
    assert ("No measure fits these filters." in page.content.decode()) is (not expected)


@pytest.mark.usefixtures("three")
def test_measure_list_refuses_endless_words_in_a_sentence(browser_of: BrowserOf) -> None:
    page = browser_of(cast.leader()).get(LIST, {"q": "A" * 3000})
    assert page.context["rows"] == []
    assert "at most 60 characters" in page.content.decode()


@pytest.mark.both("asks the database what no other test that runs again asks")
@pytest.mark.usefixtures("three")
def test_measure_list_finds_a_number_and_a_department(browser_of: BrowserOf) -> None:
    client = browser_of(cast.leader())
    for words, codes in {"二(二)": ["二（二）"], "市教育局": ["二（一）", "三（一）"]}.items():
        assert [row.code for row in client.get(LIST, {"q": words}).context["rows"]] == codes


@pytest.mark.both("asks the database what no other test that runs again asks")
@pytest.mark.usefixtures("three")
def test_measure_list_keeps_what_was_asked_for(browser_of: BrowserOf) -> None:
    body = browser_of(cast.leader()).get(LIST, {"q": "<津贴>", "section": "2"}).content.decode()
    assert 'value="&lt;津贴&gt;"' in body
    assert '<option value="2" selected>' in body


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_measure_list_before_the_first_period_shows_the_policy(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    body = browser_of(cast.leader()).get(LIST).content.decode()
    assert page_of(measure) in body
    assert 'role="search"' not in body


def test_measure_list_costs_the_same_for_one_measure_and_for_five(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    people = [browser_of(actor) for actor in (cast.leader(), cast.clerk(), cast.admin())]
    words = f"{LIST}?q=竞赛"  # one query more: the text is searched
    builders.an_update(UpdateState.CONFIRMED)
    few = [(queries_of(person, LIST), queries_of(person, words)) for person in people]
    for slug in ("czj", "gzw", "gsl", "jyj"):
        builders.an_update(UpdateState.CONFIRMED, slug=slug)
    many = [(queries_of(person, LIST), queries_of(person, words)) for person in people]
    assert few == many
    assert max(plain for plain, _searched in many) <= 10


# --- one measure ---------------------------------------------------------------------------------


def test_measure_detail_shows_the_clause_word_for_word(browser_of: BrowserOf) -> None:
    measure = builders.a_measure(leads=("zgh", "czj"), participants=("jyj",))
    builders.an_update(UpdateState.CONFIRMED, measure=measure)
    body = browser_of(cast.leader()).get(page_of(measure)).content.decode()
    assert "组织开展全市劳动和技能竞赛。" in body
    assert "（牵头单位：zgh、czj）" in body
    assert body.index("市总工会") < body.index("市财政局") < body.index("市教育局")


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_measure_detail_marks_what_is_promised_in_the_text(browser_of: BrowserOf) -> None:
    measure = builders.a_measure(text="组织开展<全市>劳动和技能竞赛，每年2次。")
    builders.a_commitment(measure, wording="每年2次")
    body = browser_of(cast.leader()).get(page_of(measure)).content.decode()
    assert "组织开展&lt;全市&gt;劳动和技能竞赛，<mark>每年2次</mark>。" in body


def test_measure_detail_marks_passages_that_lie_in_each_other() -> None:
    assert measures.split_at_passages("一二三四五", ["二三", "三四", "九"]) == [
        ("一", False),
        ("二三四", True),
        ("五", False),
    ]
    assert measures.split_at_passages("", ["一"]) == []


def test_measure_detail_shows_a_yearly_promise_year_by_year(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    yearly = builders.a_commitment(measure, cycle=CommitmentCycle.YEARLY, floor=Decimal(2), unit="场")
    builders.a_commitment(measure)
    subject = yearly.subjects.get().pk
    for code, number in (("2019Q4", 2), ("2020Q1", 1)):
        text = builders.a_text(values={subject: (Decimal(number), None)})
        builders.an_update(UpdateState.CONFIRMED, measure=measure, code=code, text=text)
    page = browser_of(cast.leader()).get(page_of(measure))
    [yearly_years, once_years] = page.context["history"].years
    assert [(row.year, row.met, row.stated_in) for row in yearly_years] == [
        (2019, True, "2019年第四季度"),
        (2020, False, "2020年第一季度"),
    ]
    assert once_years == ()
    assert page.content.decode().count('class="years"') == 1


def test_measure_detail_shows_a_closed_year_as_it_was_closed(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    yearly = builders.a_commitment(measure, cycle=CommitmentCycle.YEARLY)
    text = builders.a_text(values={yearly.subjects.get().pk: (Decimal(1), None)})
    builders.an_update(UpdateState.CONFIRMED, measure=measure, code="2019Q4", text=text)
    period = ReportingPeriod.objects.get()
    periods.close_period(cast.clerk(), period, "", builders.moment())
    builders.an_update(measure=measure)
    Commitment.objects.update(floor=Decimal(2))  # the office corrects what it had read from the text
    [years] = browser_of(cast.leader()).get(page_of(measure)).context["history"].years
    assert [(row.year, row.met, row.figure) for row in years] == [(2019, True, "1/1"), (2020, False, "0/2")]


@pytest.mark.parametrize(
    ("code", "kept"),
    [("2019Q4", True), ("2019M12", True), ("2019H2", True), ("2019M10", False), ("2019Q3", False)],
)
def test_measure_detail_keeps_a_year_once_its_last_period_is_closed(
    browser_of: BrowserOf, code: str, kept: bool
) -> None:
    """Whatever the cadence; a target that is entered afterwards counts for a year that is not over."""
    measure = builders.a_measure()
    yearly = builders.a_commitment(measure, cycle=CommitmentCycle.YEARLY)
    text = builders.a_text(values={yearly.subjects.get().pk: (Decimal(1), None)})
    builders.an_update(UpdateState.CONFIRMED, measure=measure, code=code, text=text)
    periods.close_period(cast.clerk(), ReportingPeriod.objects.get(), "", builders.moment())
    Commitment.objects.update(floor=Decimal(2))
    [[year]] = browser_of(cast.leader()).get(page_of(measure)).context["history"].years
    assert (year.year, year.met, year.figure) == (2019, kept, "1/1" if kept else "1/2")


def test_measure_detail_with_closed_years_costs_no_query_more(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    measure = builders.a_measure()
    builders.a_commitment(measure, cycle=CommitmentCycle.YEARLY)
    for code in ("2018Q4", "2019Q4", "2020Q2"):
        builders.an_update(UpdateState.CONFIRMED, measure=measure, code=code)
    clerk = browser_of(cast.clerk())
    before = queries_of(clerk, page_of(measure))
    for period in ReportingPeriod.objects.exclude(code="2020Q2").order_by("starts_on"):
        periods.close_period(cast.clerk(), period, "", builders.moment())
    assert queries_of(clerk, page_of(measure)) == before <= 11


def test_measure_detail_before_the_first_period(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    page = browser_of(cast.leader()).get(page_of(measure))
    assert page.context["history"] is None
    assert "No period has been opened yet" in page.content.decode()


def test_measure_detail_prints_the_convenor_and_folds_the_others(browser_of: BrowserOf) -> None:
    measure = builders.a_measure(leads=("zgh",), participants=("jyj",))
    builders.an_update(UpdateState.CONFIRMED, measure=measure)
    input_ = builders.a_text("职业院校参赛")
    builders.an_update(UpdateState.CONFIRMED, measure=measure, slug="jyj", text=input_)
    body = browser_of(cast.stranger()).get(page_of(measure)).content.decode()
    folded = body[body.index("Input of 1 other department") :]
    assert "职业院校参赛" in folded
    assert "举办全市职业技能竞赛2场" not in folded


def test_measure_detail_says_when_the_convenor_is_silent(browser_of: BrowserOf) -> None:
    measure = builders.a_measure(leads=("zgh", "czj"))
    builders.an_update(UpdateState.CONFIRMED, measure=measure, slug="czj", text=builders.a_text("已拨补助"))
    body = browser_of(cast.leader()).get(page_of(measure)).content.decode()
    assert "not consolidated by the lead" in body
    assert "已拨补助" in body


def test_measure_detail_never_shows_a_text_that_is_not_confirmed(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.SUBMITTED, text=builders.a_text("尚未确认的话"))
    for actor in (cast.leader(), cast.clerk(), cast.reporter(), cast.stranger()):
        body = browser_of(actor).get(page_of(update.measure)).content.decode()
        assert "尚未确认的话" not in body
        assert "Nothing confirmed in this period." in body


@pytest.mark.once("who may is decided over loaded rows; the page is opened on both by its neighbours")
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (cast.clerk, True),
        (cast.leader, True),
        (lambda: cast.reporter("zgh"), True),
        (lambda: cast.reporter("jyj"), True),
        (lambda: cast.reporter("czj"), False),
        (cast.stranger, False),
    ],
)
def test_measure_detail_states_are_for_the_office_the_leads_and_oneself(
    browser_of: BrowserOf, who: Callable[[], Actor], sees: bool
) -> None:
    measure = builders.a_measure(leads=("zgh",), participants=("jyj", "czj"))
    builders.an_update(UpdateState.DRAFT, measure=measure, slug="jyj")
    body = browser_of(who()).get(page_of(measure)).content.decode()
    assert ("being written" in body) is sees


@pytest.mark.once("who may is decided over loaded rows; the page is opened on both by its neighbours")
@pytest.mark.parametrize(
    ("who", "acts"),
    [
        (cast.clerk, {"closure", "state"}),
        (cast.signer, {"closure"}),
        (cast.reporter, {"closure"}),
        (cast.leader, set()),
        (cast.auditor, set()),
        (cast.stranger, set()),
    ],
)
def test_measure_detail_offers_acts_to_who_may_do_them(
    browser_of: BrowserOf, who: Callable[[], Actor], acts: set[str]
) -> None:
    measure = builders.an_update(UpdateState.CONFIRMED).measure
    body = browser_of(who()).get(page_of(measure)).content.decode()
    links = {
        act: reverse(f"measures:measure_{act}", args=["a-policy", measure.uuid])
        for act in ("closure", "state")
    }
    assert {act for act, link in links.items() if f'href="{link}"' in body} == acts


def test_measure_detail_keeps_the_closed_periods_light(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    stalled = builders.a_text(self_assessment=SelfAssessment.STALLED)
    before = builders.an_update(UpdateState.CONFIRMED, measure=measure, code="2020Q1", text=stalled).period
    periods.close_period(cast.clerk(), before, "", builders.moment())
    builders.an_update(UpdateState.CONFIRMED, measure=measure)
    page = browser_of(cast.leader()).get(page_of(measure))
    entries = page.context["history"].entries
    assert [entry.light.colour for entry in entries] == [LightColour.GREEN, LightColour.RED]
    assert [cell.label for cell in page.context["strip"]] == ["2020 Q1", "2020 Q2"]


def test_late_filing_and_correction_are_marked_on_the_measures_page(browser_of: BrowserOf) -> None:
    """docs/domain.md 3.11."""
    update = builders.an_update(UpdateState.DUE)
    place, reader = page_of(update.measure), browser_of(cast.leader())
    periods.close_period(cast.clerk(), update.period, "材料未齐", builders.moment(hour=9))
    filed = builders.brought_to(UpdateState.CONFIRMED, builders.update_of(update.measure, "zgh"))
    late = reader.get(place).content.decode()
    assert "filed after closing" in late
    assert "corrected" not in late
    builders.brought_to(
        UpdateState.CONFIRMED, builders.in_correction(filed), text=builders.a_text("改正后的一句话")
    )
    assert "corrected" in reader.get(place).content.decode()


def test_measure_detail_keeps_the_answer_to_a_settled_matter(browser_of: BrowserOf) -> None:
    text = builders.a_text(coordination="请财政部门落实经费")
    update = builders.an_update(UpdateState.CONFIRMED, text=text)
    matters.resolve_matter(cast.clerk(), update.measure.matters.get(), "已列入预算", builders.moment())
    page = browser_of(cast.reporter()).get(page_of(update.measure))
    (settled,) = page.context["history"].settled
    assert (settled.text, settled.answer) == ("请财政部门落实经费", "已列入预算")
    assert settled.settled_on == cast.DAY
    assert "已列入预算" in page.content.decode()


def test_measure_detail_records_the_acts_on_it(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    events = browser_of(cast.leader()).get(page_of(update.measure)).context["events"]
    assert events
    assert all(event.measure_id == update.measure_id or event.measure_id is None for event in events)


def test_record_is_told_the_latest_first_on_every_page(browser_of: BrowserOf) -> None:
    update = builders.brought_to(UpdateState.CONFIRMED, builders.an_update(UpdateState.DRAFT))
    closed, policy = update.period, update.period.policy.slug
    periods.close_period(cast.clerk(), closed, "", builders.moment())
    periods.reopen_period(cast.signer(), closed, "漏计一条", builders.moment())
    told = {
        page_of(update.measure): Event.objects.of_measure(update.measure),
        reverse("measures:period_detail", args=[policy, closed.uuid]): closed.events.all(),
        reverse("measures:update_detail", args=[policy, update.uuid]): Event.objects.of_update(update),
    }
    clerk = browser_of(cast.clerk())
    for page, events in told.items():
        with translation.override("en"):
            acts = [event.get_act_display() for event in events.order_by("-pk")]
        record = clerk.get(page).content.decode().rpartition("Record")[2]
        assert len(acts) > 1, page
        assert [act.lower() for act in re.findall(r"<b[^>]*>([^<]+)</b>", record)] == acts, page


def test_measure_record_names_the_quarter_of_a_text(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    body = browser_of(cast.leader()).get(page_of(update.measure)).content.decode()
    record = body.rpartition('<b class="whole">confirm</b>')[2]
    assert "市总工会 · 2020 Q2" in record.partition("</li>")[0]


@pytest.mark.parametrize(
    ("label", "words"), [("牵头单位", "Lead departments"), ("责任单位", "Responsible departments")]
)
def test_label_of_the_clause_is_said_in_the_language_of_the_page(
    browser_of: BrowserOf, label: str, words: str
) -> None:
    measure = builders.an_update().measure
    Measure.objects.filter(pk=measure.pk).update(clause_label=label)
    assert f"<dt>{words}</dt>" in browser_of(cast.leader()).get(page_of(measure)).content.decode()


def test_measure_detail_costs_the_same_for_one_line_and_for_five(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    people = [browser_of(actor) for actor in (cast.leader(), cast.clerk(), cast.admin())]
    small = builders.a_measure(leads=("zgh",))
    builders.a_commitment(small)
    builders.an_update(UpdateState.CONFIRMED, measure=small)
    large = builders.a_measure(leads=("zgh", "czj"), participants=("jyj", "gzw", "gsl"))
    for _number in range(5):
        builders.a_commitment(large, "市本级", "三河市")
    asked = builders.a_text(coordination="请明确资金渠道")
    for slug in ("zgh", "czj", "jyj", "gzw", "gsl"):
        builders.an_update(UpdateState.CONFIRMED, measure=large, slug=slug, text=asked)
    few = [queries_of(person, page_of(small)) for person in people]
    many = [queries_of(person, page_of(large)) for person in people]
    assert few == many
    assert max(many) <= 11


def test_measure_shows_its_record_by_pages(browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    acts = list(Event.objects.of_measure(update.measure).order_by("-pk"))
    assert len(acts) > 1
    monkeypatch.setattr(measures, "RECORD_LENGTH", 1)
    leader, address = browser_of(cast.leader()), page_of(update.measure)
    first, second = (leader.get(address, {"record": number}) for number in (1, 2))
    assert [*first.context["events"], *second.context["events"]] == acts[:2]
    assert f"Record ({len(acts)})" in first.content.decode()
    assert 'href="?record=2#record"' in first.content.decode()
    assert '<details class="fold" id="record" open>' in second.content.decode()
