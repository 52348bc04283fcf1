"""What people write, review and check costs the same with one row, with thirty, and in twenty policies."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import Act, Edition, Measure, MeasureState, ProgressUpdate, UpdateState
from measures.pages import held_text
from measures.workflow import closures, updates
from measures.workflow.acting import figures_later
from measures.workflow.signatures import note_signatures
from measures.workflow.sources import Inserted
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.unmeasured("does with many rows what the tests of these pages do with few"),
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("how often a page asks is the same everywhere; that it can ask is seen by other tests"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]


def edition_of(number: int) -> Edition:
    """Of one of many policies of the same office."""
    policy = builders.a_policy(f"policy-{number}", title=f"第{number}项政策", short_title=f"政策{number}")
    return builders.an_edition(policy)


def more(state: S, edition: Edition, count: int) -> None:
    """Updates with values beside the text confirmed for the quarter before.

    All measures first: opening a period asks for every duty there is.
    """
    section = builders.a_section(edition)
    texts = {}
    for _number in range(count):
        measure = builders.a_measure(section=section)
        subject = builders.a_commitment(measure).subjects.get()
        texts[measure] = builders.a_text(values={subject.pk: (Decimal(1), None)})
    for code, reached in (("2020Q1", S.CONFIRMED), ("2020Q2", state)):
        builders.an_open_period(edition, code)
        with figures_later():
            for measure, text in texts.items():
                builders.brought_to(reached, builders.update_of(measure, "zgh", code), text=text)


@pytest.mark.parametrize(
    ("state", "visits"),
    [
        (S.IN_REVIEW, [(cast.reviewer, "/review/", 9)]),
        (S.RETURNED, [(cast.reporter, "/my/", 9)]),
        (
            S.SUBMITTED,
            [
                (cast.clerk, "/check/", 9),
                (cast.signer, "/check/", 9),
                (cast.reporter, "/my/", 9),
                (cast.reporter, "/my/done/", 6),
            ],
        ),
    ],
)
def test_pages_of_all_ask_the_same_at_any_size(
    browser_of: BrowserOf,
    queries_of: QueriesOf,
    state: S,
    visits: list[tuple[Callable[[], Actor], str, int]],
) -> None:
    """Each page is asked for by whom it is for, and asks at most so often."""
    builders.a_working_calendar()
    more(state, edition_of(1), 1)
    browsers = [(browser_of(who()), page) for who, page, _most in visits]

    def asked() -> list[int]:
        return [queries_of(browser, page) for browser, page in browsers]

    one = asked()
    more(state, edition_of(1), 30)
    thirty = asked()
    for number in range(2, 22):  # now there are more than any of these pages shows at once
        more(state, edition_of(number), 1)
    assert (thirty, asked()) == (one, one)
    assert [
        (page, count) for count, (_who, page, most) in zip(one, visits, strict=True) if count > most
    ] == []


def one_with_all_marks() -> None:
    """In review again after it was returned, signed for before, and put together from a text of another."""
    measure, now = builders.a_measure(leads=["zgh"], participants=["jyj"]), builders.moment()
    source = builders.an_update(S.SUBMITTED, measure=measure, slug="jyj")
    used = [Inserted(builders.text_in_work(source).uuid, "progress")]
    update = builders.update_of(measure, "zgh")
    text = builders.a_text(progress="汇总")
    update = updates.submit_for_review(cast.reporter(), update, 1, now, text, used)
    note_signatures(cast.reviewer(), [builders.text_in_work(update)], "王建军", now.date(), now)
    update = updates.return_for_revision(cast.reviewer(), update, update.version, "请更新", now)
    builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)


def test_queue_asks_once_more_for_all_inputs(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    """Only where there are any; signatures come with the texts."""
    builders.a_working_calendar()
    builders.an_update(S.IN_REVIEW)
    reviewer = browser_of(cast.reviewer())
    plain = queries_of(reviewer, "/review/")
    one_with_all_marks()
    assert queries_of(reviewer, "/review/") == plain + 1
    for _number in range(4):
        one_with_all_marks()
    assert queries_of(reviewer, "/review/") == plain + 1
    page = reviewer.get("/review/")
    assert page.content.decode().count("Signature void") == len(page.context["rows"]) - 1 == 5


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_start_pages_the_closures_to_decide_and_asks_the_same_at_any_size(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    def one_to_decide(edition: Edition) -> None:
        update = builders.an_update(measure=builders.a_measure(section=builders.a_section(edition)))
        Measure.objects.update(state=MeasureState.IN_PROGRESS)
        closures.request_closure(
            cast.reporter(), update.measure, update.department, "任务已全部完成", builders.moment()
        )

    one_to_decide(edition_of(1))
    signer = browser_of(cast.signer())
    one = queries_of(signer, "/")
    for number in range(2, 22):
        one_to_decide(edition_of(number))
    assert queries_of(signer, "/") == one <= 10
    assert [len(signer.get("/", {"page": page}).context["closures"]) for page in (1, 2)] == [20, 1]


@pytest.mark.parametrize("state", [S.DUE, S.DRAFT, S.RETURNED])
def test_form_asks_no_more_with_many_earlier_texts_and_duties(
    browser_of: BrowserOf, queries_of: QueriesOf, state: S
) -> None:
    more(state, edition_of(1), 1)
    update = ProgressUpdate.objects.get(state=state)
    address = reverse("measures:update_edit", args=["policy-1", update.uuid])
    reporter = browser_of(cast.reporter())
    one = queries_of(reporter, address)
    text = builders.a_text(values={update.measure.commitments.get().subjects.get().pk: (Decimal(1), None)})
    for code in ("2019Q1", "2019Q2", "2019Q3", "2019Q4"):
        builders.an_update(S.CONFIRMED, measure=update.measure, code=code, text=text)
    for number in range(2, 9):
        more(S.DUE, edition_of(number), 1)
    held_text.autosave(cast.reporter().person, update, {"progress": "新签 3 份"}, builders.moment())
    # Two of them for what stands beside a value, where it stood before and the interim targets; two for the
    # evidence, of the texts and of the update; one for why it was returned.
    assert queries_of(reporter, address) == one <= 14 + (state == S.RETURNED)
    assert "新签 3 份" in reporter.get(address).content.decode()
