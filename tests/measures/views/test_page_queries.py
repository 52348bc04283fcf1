"""How often does each main page ask the database at most? Ten times, in every state of what it shows.

How many rows there are changes nothing: that is shown beside each page.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import Role
from measures.models import (
    InputUse,
    InterimTarget,
    LeadMode,
    LightColour,
    Measure,
    ProgressUpdate,
    UpdateState,
    UsedInput,
)
from measures.pages import held_text
from measures.workflow import light_overrides, periods, portfolios, updates, urges
from measures.workflow.memberships import Span
from tests import builders, cast
from tests.evidence import a_pdf, added, an_upload

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("how often a page asks is the same everywhere"),
    pytest.mark.unmeasured("counts queries of pages that have tests of their own"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
AT_MOST = 10


def promised(measure: Measure) -> dict[int, tuple[Decimal, None]]:
    """Values for a commitment of two subjects, with something to be reached on the way."""
    commitment = builders.a_commitment(measure, "市区", "开发区")
    InterimTarget.objects.create(commitment=commitment, on=date(2020, 12, 31), target=Decimal(1))
    return {subject.pk: (Decimal(2), None) for subject in commitment.subjects.all()}


def with_everything(state: UpdateState, *, slug: str = "zgh") -> ProgressUpdate:
    """The convenor's, who leads by designation: values, files, a text before, a return, a changed source."""
    measure = builders.a_measure(leads=[slug, "czj"], participants=["jyj"], lead_mode=LeadMode.NONE)
    text = builders.a_text(values=promised(measure))
    builders.an_update(S.CONFIRMED, measure=measure, slug=slug, code="2020Q1", text=text)
    update = builders.an_update(S.DRAFT, measure=measure, slug=slug, text=text)
    added(update, an_upload(f"{measure.ordinal}.pdf", a_pdf(measure.title)))
    source = builders.an_update(S.SUBMITTED, measure=measure, slug="jyj")
    used = builders.text_in_work(source)
    builders.returned_by_office(source)
    UsedInput.objects.create(
        update=update,
        source=used,
        field="progress",
        use=InputUse.INSERTED,
        by=cast.reporter(slug).person,
        at=builders.moment(),
    )
    fresh = builders.update_of(measure, slug)
    fresh = updates.submit_for_review(cast.reporter(slug), fresh, fresh.version, builders.moment(), text)
    fresh = builders.returned_by_office(
        updates.approve_and_submit(cast.reviewer(slug), fresh, fresh.version, builders.moment())
    )
    if state != S.RETURNED:
        fresh = builders.brought_to(state, fresh, text=text)
    return fresh


def test_form_of_an_update_asks_ten_times_at_most(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    reporter = browser_of(cast.reporter())
    update = with_everything(S.RETURNED)
    held_text.autosave(
        cast.reporter().person, update, {"headline": "还没保存", "page": "p"}, builders.moment()
    )
    place = f"/p/a-policy/updates/{update.uuid}/edit/"
    page = reporter.get(place)
    shown = page.context
    assert (shown["returned"].comment, str(shown["place"])) == ("请补充数据", "")
    assert (str(shown["returned"].user), str(shown["returned"].department)) == ("张rsj-clerk", "市人社局")
    assert [row.update.department.slug for row in shown["changed_sources"]] == ["jyj"]
    assert [file.name for file in shown["evidence"].present] == [f"{update.measure.ordinal}.pdf"]
    assert [subject.before for row in shown["commitments"] for subject in row.subjects] == ["2", "2"]
    assert [bool(row.aim and row.aim.interim) for row in shown["commitments"]] == [True]
    assert (shown["held"].fields["headline"], shown["before"] is not None) == ("还没保存", True)
    assert queries_of(reporter, place) <= AT_MOST


def test_sheet_asks_ten_times_at_most(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    update = with_everything(S.RETURNED)
    with_everything(S.IN_REVIEW)
    place = f"/p/a-policy/periods/{update.period.uuid}/departments/zgh/sheet/"
    for actor in (cast.reporter(), cast.reviewer(), cast.colleague()):
        assert queries_of(browser_of(actor), place) <= AT_MOST, actor.person.username


@pytest.mark.parametrize(
    ("state", "who", "place"),
    [(S.IN_REVIEW, cast.reviewer, "/review/"), (S.SUBMITTED, cast.clerk, "/check/")],
)
def test_queues_ask_ten_times_at_most(
    browser_of: BrowserOf,
    queries_of: QueriesOf,
    state: UpdateState,
    who: Callable[[], Actor],
    place: str,
) -> None:
    """Of returns and inputs too."""
    with_everything(state)
    page = browser_of(who()).get(place)
    [row] = [row for row in page.context["rows"] if row.update.department.slug == "zgh"]
    assert (row.returned.comment, len(row.changed_sources)) == ("请补充数据", 1)
    assert row.role == "first lead, consolidates"
    assert queries_of(browser_of(who()), place) <= AT_MOST


def test_my_updates_asks_ten_times_at_most(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    update = with_everything(S.RETURNED)
    dates = periods.default_dates(update.period.policy, update.period.ends_on)
    moved = {name: day + timedelta(days=1) for name, day in vars(dates).items()}
    periods.change_dates(cast.clerk(), update.period, type(dates)(**moved), "假期", builders.moment())
    assert queries_of(browser_of(cast.reporter()), "/my/") <= AT_MOST


def test_start_page_of_a_clerk_with_a_slip_asks_ten_times_at_most(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    both = cast.a_person("rsj-both", ("rsj", Role.CLERK), ("zgh", Role.REPORTER), ("zgh", Role.REVIEWER))
    update = with_everything(S.SUBMITTED)
    late = builders.an_update()
    ProgressUpdate.objects.filter(pk=late.pk).update(due_on=cast.DAY - timedelta(days=1))
    urges.urge(cast.clerk(), update.period, [late.department], builders.moment())
    browser = browser_of(both)
    assert len(browser.get("/").context["start_page"].slips) == 1
    assert queries_of(browser, "/") <= AT_MOST


@pytest.mark.parametrize("who", [cast.clerk, cast.leader, cast.colleague])
def test_measure_and_department_ask_ten_times_at_most(
    browser_of: BrowserOf, queries_of: QueriesOf, who: Callable[[], Actor]
) -> None:
    update = with_everything(S.SUBMITTED)
    browser = browser_of(who())
    for place in (f"/p/a-policy/measures/{update.measure.uuid}/", "/p/a-policy/departments/zgh/"):
        assert queries_of(browser, place) <= AT_MOST, place


@pytest.mark.parametrize("who", [cast.clerk, cast.signer, cast.auditor, cast.leader])
def test_closed_period_asks_ten_times_at_most(
    browser_of: BrowserOf, queries_of: QueriesOf, who: Callable[[], Actor]
) -> None:
    """With a light that the office has set, dates that were moved, and what nobody may confirm."""
    update = with_everything(S.SUBMITTED)
    period, at = update.period, builders.moment()
    dates = periods.default_dates(period.policy, period.ends_on)
    moved = {name: day + timedelta(days=1) for name, day in vars(dates).items()}
    periods.change_dates(cast.clerk(), period, type(dates)(**moved), "假期", at)
    light_overrides.override_light(cast.clerk(), period, update.measure, LightColour.RED, "进度造假", at)
    periods.close_period(cast.clerk(), period, "下期补报", at)
    place = f"/p/a-policy/periods/{period.uuid}/"
    browser = browser_of(who())
    page = browser.get(place)
    assert len(page.context["overrides"].rows) == len(page.context["moved_dates"]) == 1
    assert queries_of(browser, place) <= AT_MOST


@pytest.mark.parametrize("who", [cast.clerk, cast.leader, cast.auditor, cast.signer])
def test_overview_asks_ten_times_at_most(
    browser_of: BrowserOf, queries_of: QueriesOf, who: Callable[[], Actor]
) -> None:
    """Of an open and of a closed period, with a portfolio and without."""
    actor = who()
    update = with_everything(S.SUBMITTED)
    policy = update.period.policy
    earlier = policy.periods.select_related("policy", "edition").get(code="2020Q1")
    periods.close_period(cast.clerk(), earlier, "下期补报", builders.moment())
    places = ["/p/a-policy/", "/p/a-policy/?period=2020Q1"]
    for place in places:
        assert queries_of(browser_of(actor), place) <= AT_MOST, place
    if actor == cast.leader():
        span = Span(cast.SINCE, None)
        portfolios.give_portfolio(cast.clerk(), policy, actor.person, update.department, span, None)
        for place in places:
            page = browser_of(actor).get(place)
            assert str(page.context["portfolio"]) == "市总工会"
            assert queries_of(browser_of(actor), place) <= AT_MOST, place
