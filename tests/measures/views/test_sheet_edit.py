"""All updates of a department on one sheet: written, saved row by row, submitted; nothing typed is lost."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from departments.actors import Actor
from langfang_policy import clock
from measures.models import (
    Act,
    AnswerKind,
    Event,
    HeldText,
    ProgressUpdate,
    ReportingPeriod,
    Situation,
    UpdateState,
)
from measures.views import department_sheets
from measures.workflow import updates
from measures.workflow.signatures import note_signatures
from measures.workflow.texts import Text
from tests import builders, cast
from tests.measures.sources_and_signatures import a_used_input
from tests.retold import retold

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]


@pytest.fixture
@retold
def period(db: None) -> ReportingPeriod:
    """Due, with a number to state; a draft; submitted already."""
    builders.a_working_calendar()
    measure = builders.a_measure()
    builders.a_commitment(measure, answer=AnswerKind.NUMBER)
    for _number in range(2):
        builders.a_measure()
    section = measure.section
    builders.an_update(S.DRAFT, measure=section.measures.get(ordinal=2))
    return builders.an_update(S.SUBMITTED, measure=section.measures.get(ordinal=3)).period


@pytest.fixture
def reporter(browser_of: BrowserOf) -> Client:
    return browser_of(cast.reporter())


def address(period: ReportingPeriod) -> str:
    return f"/p/a-policy/periods/{period.uuid}/departments/zgh/sheet/"


def update_on(ordinal: int) -> ProgressUpdate:
    return ProgressUpdate.objects.with_context().get(measure__ordinal=ordinal, department__slug="zgh")


def text_on(ordinal: int) -> Text:
    return Text.of(builders.text_in_work(update_on(ordinal)))


def sent(page: Any, **typed: dict[str, str]) -> dict[str, str]:
    """What a browser would send of the page, with what was typed into the rows m1, m2, …"""
    data: dict[str, str] = {}
    for row in page.context["rows"]:
        if row.form is None:
            continue
        data[f"{row.form.prefix}-token"] = row.typing.token
        over = typed.get(f"m{row.update.measure.ordinal}", {})
        for name in row.form.fields:
            value = over.get(name, row.form[name].value())
            data[row.form.add_prefix(name)] = "" if value is None else str(value)
    return data


def test_sheet_has_a_row_for_each_and_shows_as_text_what_cannot_be_written(
    reporter: Client, period: ReportingPeriod
) -> None:
    assert address(period) in reporter.get("/my/").content.decode()
    page = reporter.get(address(period))
    rows = [(row.update.measure.code, row.form is not None) for row in page.context["rows"]]
    assert rows == [("二（一）", True), ("二（二）", True), ("二（三）", False)]
    body = page.content.decode()
    assert body.count("举办全市职业技能竞赛2场") == 2
    assert 'aria-label="二（一） Progress in one sentence"' in body


def test_save_stores_the_rows_that_were_changed_and_no_other(
    reporter: Client, period: ReportingPeriod
) -> None:
    page = reporter.get(address(period))
    subject = update_on(1).measure.commitments.get().subjects.get()
    typed = {"headline": "举办竞赛3场", "problems": "经费不足", f"number_{subject.pk}": "3"}
    answer = reporter.post(address(period), sent(page, m1=typed), follow=True)
    assert "1 update was saved." in answer.content.decode()
    text = text_on(1)
    assert (text.headline, text.problems) == ("举办竞赛3场", "经费不足")
    assert text.values == {subject.pk: (Decimal(3), None)}
    assert [update_on(n).version for n in (1, 2)] == [2, 2], "what was not changed is not written"


def test_a_row_that_is_wrong_or_older_keeps_what_was_typed_and_stops_no_other(
    reporter: Client, period: ReportingPeriod
) -> None:
    page = reporter.get(address(period))
    update = update_on(2)
    theirs = builders.a_text("同事后来写的")
    updates.save(cast.second_reporter(), update, update.version, theirs, builders.moment())
    data = sent(page, m1={"headline": "举办竞赛3场"}, m2={"headline": "我写的"})
    answer = reporter.post(address(period), data)
    assert answer.status_code == 422
    assert (text_on(1).headline, text_on(2).headline) == ("举办竞赛3场", "同事后来写的")
    body = answer.content.decode()
    assert "我写的" in body
    assert "同事后来写的" in body, "both texts are there"
    again = reporter.post(address(period), sent(answer), follow=True)
    assert again.status_code == 200
    assert text_on(2).headline == "我写的", "whoever has seen both may go on"
    page = reporter.get(address(period))
    wrong = reporter.post(address(period), sent(page, m1={"headline": "长" * 61}, m2={"headline": "对的"}))
    assert wrong.status_code == 422
    assert "长" * 61 in wrong.content.decode()
    assert (text_on(1).headline, text_on(2).headline) == ("举办竞赛3场", "对的")


def test_submit_all_saves_first_and_names_what_is_not_complete(
    reporter: Client, period: ReportingPeriod
) -> None:
    page = reporter.get(address(period))
    data = sent(page, m1={"situation": Situation.NO_PROGRESS}, m2={"headline": "改过了"})
    answer = reporter.post(address(period), {**data, "act": "submit"})
    assert answer.status_code == 422
    assert "Say why." in answer.content.decode()
    assert [update_on(n).state for n in (1, 2)] == [S.DRAFT, S.IN_REVIEW]
    assert text_on(2).headline == "改过了"
    data = sent(answer, m1={"reason": "本期没有安排"})
    assert reporter.post(address(period), {**data, "act": "submit"}).status_code == 302
    assert update_on(1).state == S.IN_REVIEW


def test_what_came_back_does_not_go_again_unchanged_with_all_the_others(
    reporter: Client, period: ReportingPeriod
) -> None:
    update = update_on(2)
    update = updates.submit_for_review(cast.reporter(), update, update.version, builders.moment())
    updates.return_for_revision(cast.reviewer(), update, update.version, "请补充", builders.moment())
    answer = reporter.post(address(period), {**sent(reporter.get(address(period))), "act": "submit"})
    assert "You have changed nothing since it was returned." in answer.content.decode()
    assert update_on(2).state == S.RETURNED


def test_what_came_back_says_why_in_its_row_and_stands_before_what_is_finished(
    reporter: Client, browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    first, last = update_on(1), update_on(3)
    first = updates.save(cast.reporter(), first, first.version, builders.a_text(), builders.moment())
    reason = ("缺少参加人数", builders.moment(), "progress")
    updates.return_for_revision(cast.clerk(), last, last.version, *reason)
    page = reporter.get(address(period))
    builders.brought_to(S.SUBMITTED, first)
    for client, order in ((reporter, [2, 3, 1]), (browser_of(cast.reviewer()), [1, 2, 3])):
        answer = client.get(address(period))
        rows = answer.context["rows"]
        assert [row.update.measure.ordinal for row in rows] == order
        told = {row.update.measure.ordinal: row.returned.comment for row in rows if row.returned}
        assert told == {3: "缺少参加人数"}
        assert "Return comment (Progress)" in " ".join(answer.content.decode().split())
    reporter.post(address(period), sent(page, m3={"progress": "参加240人"}))
    assert text_on(3).progress == "参加240人"


def test_a_row_that_was_sent_is_stored_though_it_stands_on_another_page_now(
    reporter: Client, period: ReportingPeriod, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(department_sheets, "ROWS_OF_A_PAGE", 1)
    page = reporter.get(f"{address(period)}?page=2")
    builders.brought_to(S.IN_REVIEW, update_on(1))
    [now] = reporter.get(f"{address(period)}?page=2").context["rows"]
    assert now.update.measure.ordinal == 1, "the second is the first that is still to be written"
    data = sent(page, m2={"headline": "第二条写的"})
    assert reporter.post(f"{address(period)}?page=2", data).status_code == 302
    assert text_on(2).headline == "第二条写的"


@pytest.mark.parametrize("what", ["a number of a person", "written more than the draft"])
def test_what_has_to_be_asked_about_goes_from_its_own_form_only(
    what: str, reporter: Client, period: ReportingPeriod
) -> None:
    typed = {"headline": "请联系13803160000"} if "number" in what else {"headline": "办赛2场"}
    if "more" in what:
        HeldText.objects.create(
            user=cast.reporter().person, update=update_on(2), page="a", fields={}, kept_at=builders.moment()
        )
    data = sent(reporter.get(address(period)), m2=typed)
    answer = reporter.post(address(period), {**data, "act": "submit"})
    assert what in answer.content.decode()
    assert (update_on(2).state, text_on(2).headline) == (S.DRAFT, typed["headline"])


def test_what_is_typed_when_the_session_ends_waits_in_the_forms(
    reporter: Client, period: ReportingPeriod
) -> None:
    data = sent(reporter.get(address(period)), m1={"headline": "没来得及保存"})
    events = Event.objects.count()
    signed_out = Client()
    answer = signed_out.post(address(period), data)
    assert answer.status_code == 302
    held = builders.held_for(cast.reporter().person, update_on(1), clock.now())
    assert held is not None
    assert held.fields["headline"] == "没来得及保存"
    assert builders.held_for(cast.reporter().person, update_on(2), clock.now()) is None
    assert Event.objects.count() == events
    forged = {name: value for name, value in data.items() if not name.endswith("token")}
    signed_out.post(address(period), {**forged, f"u{update_on(2).pk}-headline": "别人写的"})
    assert builders.held_for(cast.reporter().person, update_on(2), clock.now()) is None


def test_reviewer_reads_the_whole_period_on_one_page_and_approves_several_at_once(
    browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    builders.brought_to(S.IN_REVIEW, update_on(1))
    updates.submit_for_review(cast.reporter(), update_on(2), update_on(2).version, builders.moment())
    reviewer = browser_of(cast.reviewer())
    assert address(period) in reviewer.get("/review/").content.decode()
    page = reviewer.get(address(period))
    body = page.content.decode()
    assert body.count("举办全市职业技能竞赛2场") == 3
    assert 'name="act"' not in body, "nothing is written here"
    seen = re.findall(r'name="update" value="(.*?)" checked', body)
    assert len(seen) == 2, "what waits for the review; what is submitted already is only read"
    place = address(period).replace("sheet/", "approve/")
    older = [seen[0], seen[1].rpartition(":")[0] + ":1"]
    said = reviewer.post(place, {"update": older}, follow=True).content.decode()
    assert "1 update was approved and submitted." in said
    assert "This update has been changed" in said
    assert [update_on(n).state for n in (1, 2)] == [S.SUBMITTED, S.IN_REVIEW]
    assert reviewer.post(place, {"update": seen[1:]}).status_code == 302
    acts = [Event.objects.of_update(update_on(n)).exclude(to_state="").last() for n in (1, 2)]
    assert [event.act for event in acts if event] == [Act.APPROVE_AND_SUBMIT] * 2, "one event each"
    assert "Nothing was chosen." in reviewer.post(place, follow=True).content.decode()


def test_nobody_approves_a_text_of_their_own_among_others(
    browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    own = updates.save(cast.colleague(), update_on(1), 1, builders.a_text("自己写的"), builders.moment())
    updates.submit_for_review(cast.colleague(), own, own.version, builders.moment())
    updates.submit_for_review(cast.reporter(), update_on(2), update_on(2).version, builders.moment())
    colleague = browser_of(cast.colleague())
    body = colleague.get(address(period)).content.decode()
    assert len(re.findall(r'name="update" value="(.*?)" checked', body)) == 1
    sent_all = [f"{row.uuid}:{row.version}" for row in (update_on(1), update_on(2))]
    place = address(period).replace("sheet/", "approve/")
    said = colleague.post(place, {"update": sent_all}, follow=True).content.decode()
    assert "二（一） 市总工会: Whoever wrote a text does not review it." in said
    assert [update_on(n).state for n in (1, 2)] == [S.IN_REVIEW, S.SUBMITTED]


def test_reviewer_saves_nothing_and_reporter_approves_nothing(
    reporter: Client, browser_of: BrowserOf, period: ReportingPeriod
) -> None:
    data = sent(reporter.get(address(period)), m1={"headline": "审核人写的"})
    assert browser_of(cast.reviewer()).post(address(period), data).status_code == 403
    assert reporter.post(address(period).replace("sheet/", "approve/")).status_code == 403


def test_department_that_owes_nothing_has_no_sheet(browser_of: BrowserOf, period: ReportingPeriod) -> None:
    stranger = browser_of(cast.stranger())
    place = address(period).replace("/zgh/", "/gsl/")
    for page in (place, place.replace("sheet/", "form/"), place.replace("sheet/", "form.xlsx")):
        assert stranger.get(page).status_code == 404


def test_sheet_has_the_marks_that_the_page_of_an_update_has(browser_of: BrowserOf) -> None:
    """Who signed, which of its sources has changed; the share that was said before is in test_repeated."""
    builders.a_working_calendar()
    use = a_used_input()
    signed = builders.an_update(S.SUBMITTED)
    text = builders.text_in_work(signed)
    note_signatures(cast.reviewer(), [text], "王建军", cast.DAY, builders.moment())
    builders.returned_by_office(use.source.update)
    for actor in (cast.reporter(), cast.reviewer()):
        page = browser_of(actor).get(address(signed.period))
        rows = {row.update.pk: row for row in page.context["rows"]}
        words = " ".join(page.content.decode().split())
        assert "王建军, July 1, 2020, for draft 1" in words
        assert (words.count("Source changed"), words.count("Signed on paper")) == (1, 1)
        assert [one.update for one in rows[use.update_id].changed_sources] == [use.source.update]


def test_a_single_update_has_its_excel_form_in_the_list(browser_of: BrowserOf) -> None:
    update, reporter = builders.an_update(), browser_of(cast.reporter())
    form = f"/p/a-policy/periods/{update.period.uuid}/departments/zgh/form/"
    assert form in reporter.get("/my/").content.decode()
    assert reporter.get(form).status_code == 200
    builders.an_update()
    page = reporter.get("/my/").content.decode()
    assert (form in page, address(update.period) in page) == (False, True), "several have the sheet, with it"


def test_sheet_asks_the_same_at_any_size(
    reporter: Client, browser_of: BrowserOf, queries_of: QueriesOf, period: ReportingPeriod
) -> None:
    reviewer = browser_of(cast.reviewer())
    few, read = queries_of(reporter, address(period)), queries_of(reviewer, address(period))
    for _number in range(30):
        builders.a_commitment(builders.a_measure())
    builders.an_open_period()
    assert queries_of(reporter, address(period)) == few <= 10
    assert queries_of(reviewer, address(period)) == read <= 10
    assert len(reporter.get(address(period)).context["rows"]) == 20
