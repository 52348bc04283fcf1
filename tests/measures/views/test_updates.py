"""My updates and the form: what is owed, what is offered, what is stored, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import AnswerKind, CommitmentCycle, Event, PeriodState, ProgressUpdate, UpdateState
from measures.views import updates as views
from measures.workflow import texts, updates
from tests import builders, cast
from tests.builders import a_commitment, a_measure, a_text, an_open_period, an_update, brought_to, update_of

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
MY_UPDATES = "/my/"


def form_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_edit", args=["a-policy", update.uuid])


def sent(update: ProgressUpdate, **changes: Any) -> dict[str, Any]:
    """What the browser sends for a plain report of progress."""
    usual = {
        "version": update.version,
        "situation": "progress",
        "headline": "举办竞赛2场",
        "progress": "",
        "problems": "",
        "coordination": "",
        "next_steps": "",
        "reason": "",
        "self_assessment": "normal",
        "act": "save",
    }
    return {**usual, **changes}


# --- my updates ----------------------------------------------------------------------------------


def test_my_updates_lists_what_is_owed_the_returned_first(browser_of: BrowserOf) -> None:
    leads = an_update(S.DUE)
    joined = an_update(S.DRAFT, measure=a_measure(leads=["jyj"], participants=["zgh"]))
    returned = an_update(S.RETURNED)
    an_update(S.IN_REVIEW)
    rows = browser_of(cast.reporter()).get(MY_UPDATES).context["owed"]
    assert [row.update for row in rows] == [returned, joined, leads]
    assert rows[0].returned.comment == "请补充数据"


def test_my_updates_says_how_many_days_are_left_and_past(browser_of: BrowserOf) -> None:
    update = an_update(S.DUE)
    ProgressUpdate.objects.filter(pk=update.pk).update(due_on=date(2020, 7, 5))
    assert "4 days left" in browser_of(cast.reporter()).get(MY_UPDATES).content.decode()
    ProgressUpdate.objects.filter(pk=update.pk).update(due_on=date(2020, 6, 28))
    page = browser_of(cast.reporter()).get(MY_UPDATES).content.decode()
    assert '<span class="small late">3 days overdue</span>' in page


def test_my_updates_folds_what_is_on_its_way_and_what_closed_periods_lack(browser_of: BrowserOf) -> None:
    done = an_update(S.SUBMITTED)
    missed = an_update(S.DUE, measure=done.measure, code="2020Q1")
    builders.set_period_state(missed.period, PeriodState.CLOSED)
    context = browser_of(cast.reporter()).get(MY_UPDATES).context
    assert (context["owed"], context["done"], context["late"]) == ([], [done], [missed])


def test_my_updates_page_and_count_what_is_owed(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    owed = [an_update(S.DUE) for _number in range(5)]
    reporter = browser_of(cast.reporter())
    first, last = reporter.get(MY_UPDATES), reporter.get(MY_UPDATES, {"policy": "a-policy", "page": "3"})
    shown = [[row.update for row in page.context["owed"]] for page in (first, last)]
    assert shown == [owed[:2], owed[4:]]
    assert "5 updates to write" in first.content.decode()
    assert "?policy=a-policy&amp;page=2" in last.content.decode()
    assert first.context["period"] == owed[0].period


def test_my_updates_name_no_period_of_the_page_where_what_is_owed_is_of_two(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 1)
    update = an_update(S.DUE)
    an_update(S.DUE, measure=update.measure, code="2020Q1")
    assert browser_of(cast.reporter()).get(MY_UPDATES).context["period"] is None


@pytest.mark.parametrize("name", ["done", "late"])
def test_my_updates_show_the_first_of_a_folded_list_and_lead_to_it_whole(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(views, "FOLDED_ROWS", 1)
    monkeypatch.setattr(views, "PER_PAGE", 2)
    rows = [an_update(S.SUBMITTED if name == "done" else S.DUE) for _number in range(3)]
    if name == "late":
        builders.set_period_state(rows[0].period, PeriodState.CLOSED)
    reporter = browser_of(cast.reporter())
    page = reporter.get(MY_UPDATES, {"policy": "a-policy"})
    assert page.context[name] == rows[:1]
    assert f'href="{MY_UPDATES}{name}/?policy=a-policy">' in page.content.decode()
    whole = [reporter.get(f"{MY_UPDATES}{name}/", {"page": number}) for number in (1, 2)]
    assert [list(each.context["page"]) for each in whole] == [rows[:2], rows[2:]]
    leads_to_the_form = f'href="{form_of(rows[2])}"' in whole[1].content.decode()
    assert leads_to_the_form is (name == "late")
    assert reporter.get(f"{MY_UPDATES}other/").status_code == 404


def test_my_updates_keeps_what_came_back_in_a_closed_period_on_top_and_says_so(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    returned = builders.returned_by_office(an_update(S.SUBMITTED))
    builders.set_period_state(returned.period, PeriodState.CLOSED)
    an_update(S.DRAFT, code="2020Q3")
    page = browser_of(cast.reporter()).get(MY_UPDATES)
    assert ([row.update for row in page.context["owed"]][:1], page.context["late"]) == ([returned], [])
    words = " ".join(page.content.decode().split())
    assert words.count("period closed, filed after closing") == 1
    assert "updates to write, of closed periods 1<" in words
    builders.set_period_state(returned.period, PeriodState.ARCHIVED)
    assert returned not in [row.update for row in browser_of(cast.reporter()).get(MY_UPDATES).context["owed"]]


def test_my_updates_is_only_for_who_writes(browser_of: BrowserOf) -> None:
    an_update()
    assert browser_of(cast.reviewer()).get(MY_UPDATES).status_code == 403
    assert browser_of(cast.leader()).get(MY_UPDATES).status_code == 403


def test_my_updates_says_what_comes_next_when_nothing_is_owed(browser_of: BrowserOf) -> None:
    page = browser_of(cast.reporter()).get(MY_UPDATES).content.decode()
    assert "When the office opens the next period" in page


def test_my_updates_asks_as_often_for_five_rows_as_for_one(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    an_update(S.RETURNED)
    client = browser_of(cast.reporter())
    one = queries_of(client, MY_UPDATES)
    for _number in range(4):
        an_update(S.RETURNED)
    assert queries_of(client, MY_UPDATES) == one


# --- the form ------------------------------------------------------------------------------------


def test_form_offers_the_last_confirmed_text_without_filling_it_in(browser_of: BrowserOf) -> None:
    before = an_update(S.CONFIRMED, code="2020Q1", text=a_text("一季度办赛1场"))
    update = an_update(S.DUE, measure=before.measure)
    page = browser_of(cast.reporter()).get(form_of(update))
    assert page.context["before"].revision == before.in_force
    assert page.context["form"].initial["headline"] == ""


def test_form_shows_the_year_to_date_beside_a_yearly_promise(browser_of: BrowserOf) -> None:
    measure = a_measure()
    a_commitment(measure, cycle=CommitmentCycle.YEARLY)
    update = an_update(measure=measure)
    assert (
        "year to date: first half of 2020"
        in browser_of(cast.reporter()).get(form_of(update)).content.decode()
    )


def test_form_says_that_a_closed_period_is_filed_late(browser_of: BrowserOf) -> None:
    update = an_update()
    page = browser_of(cast.reporter())
    assert "filed after closing" not in page.get(form_of(update)).content.decode()
    builders.set_period_state(update.period, PeriodState.CLOSED)
    assert "filed after closing" in page.get(form_of(update)).content.decode()


def test_form_begins_with_the_last_text_in_empty_fields_only(browser_of: BrowserOf) -> None:
    text = a_text("一季度办赛1场", progress="春季集训")
    before = an_update(S.CONFIRMED, code="2020Q1", text=text)
    update = an_update(S.DUE, measure=before.measure)
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, headline="我写的", act="start"))
    form = answer.context["form"]
    assert (form["headline"].value(), form["progress"].value()) == ("我写的", "春季集训")
    assert not update.revisions.exists()


def test_form_begins_with_the_situation_of_the_last_text_when_nothing_is_typed(browser_of: BrowserOf) -> None:
    text = texts.Text(situation="no_progress", reason="等省里文件")
    before = an_update(S.CONFIRMED, code="2020Q1", text=text)
    update = an_update(S.DUE, measure=before.measure)
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, headline="", act="start"))
    assert answer.context["form"]["situation"].value() == "no_progress"
    assert answer.context["form"]["reason"].value() == "等省里文件"


def test_form_without_an_earlier_text_keeps_what_was_typed(browser_of: BrowserOf) -> None:
    update = an_update()
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, headline="我写的", act="start"))
    assert answer.context["form"]["headline"].value() == "我写的"


def test_form_saves_a_draft(browser_of: BrowserOf) -> None:
    update = an_update()
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, progress="一\r\n二"), follow=True)
    update.refresh_from_db()
    assert (update.state, builders.text_in_work(update).progress) == (S.DRAFT, "一\n二")
    assert "It is not submitted yet" in answer.content.decode()


def test_form_submits_in_one_go(browser_of: BrowserOf) -> None:
    update = an_update()
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, act="submit"))
    update.refresh_from_db()
    assert (answer.status_code, answer["Location"], update.state) == (302, MY_UPDATES, S.IN_REVIEW)


def test_form_shows_at_the_field_what_a_submitted_text_lacks(browser_of: BrowserOf) -> None:
    update = an_update()
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, headline="", act="submit"))
    assert (answer.status_code, "headline" in answer.context["form"].errors) == (422, True)
    assert not update.revisions.exists()


def test_over_long_text_comes_back_whole_and_says_by_how_much(browser_of: BrowserOf) -> None:
    update, long = an_update(), "长" * 70
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, headline=long))
    page = answer.content.decode()
    assert (answer.status_code, long in page) == (422, True)
    assert "70 characters, at most 60: shorten it by 10." in page
    assert not update.revisions.exists()


def test_script_in_a_text_is_shown_and_never_run(browser_of: BrowserOf) -> None:
    attack = '<script>alert("1")</script>'
    update = an_update(S.CONFIRMED, text=a_text(attack, progress=attack))
    later = an_update(S.DUE, measure=update.measure, code="2020Q3")
    for address in (reverse("measures:update_detail", args=["a-policy", update.uuid]), form_of(later)):
        page = browser_of(cast.reporter()).get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in page


def test_form_with_a_forged_id_is_not_found(browser_of: BrowserOf) -> None:
    client = browser_of(cast.reporter())
    address = reverse("measures:update_edit", args=["a-policy", uuid4()])
    assert client.get(address).status_code == client.post(address, {"headline": "一"}).status_code == 404


def test_form_is_the_own_departments_and_its_reporters(browser_of: BrowserOf) -> None:
    update = an_update()
    foreign = [cast.reporter("jyj"), cast.clerk(), cast.leader(), cast.admin(), cast.stranger()]
    assert {browser_of(actor).get(form_of(update)).status_code for actor in foreign} == {404}
    assert browser_of(cast.reviewer()).get(form_of(update)).status_code == 403
    assert browser_of(cast.reviewer()).post(form_of(update), sent(update)).status_code == 403


def test_form_of_a_text_in_review_leads_to_its_page(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    answer = browser_of(cast.reporter()).get(form_of(update))
    assert answer["Location"] == reverse("measures:update_detail", args=["a-policy", update.uuid])


def test_form_shows_the_return_comment_at_its_field(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW)
    at = builders.moment()
    updates.return_for_revision(cast.reviewer(), update, update.version, "请写户数", at, field="progress")
    page = browser_of(cast.reporter()).get(form_of(update))
    fields = page.context["fields"]
    assert (fields["progress"].returned, fields["headline"].returned) == ("请写户数", "")
    assert page.content.decode().count("请写户数") == 2


def test_returned_text_that_was_not_changed_asks_before_it_goes_again(browser_of: BrowserOf) -> None:
    update = an_update(S.RETURNED)
    client = browser_of(cast.reporter())
    page = client.get(form_of(update))
    same = {**page.context["form"].initial, "act": "submit"}
    asked = client.post(form_of(update), same)
    assert asked.status_code == 422
    assert "You have changed nothing since it was returned." in asked.content.decode()
    update.refresh_from_db()
    assert update.state == S.RETURNED
    gone = client.post(form_of(update), {**same, "act": "submit_unchanged"})
    assert gone.status_code == 302
    update.refresh_from_db()
    assert update.state == S.IN_REVIEW


def test_returned_text_with_one_word_changed_goes_without_a_question(browser_of: BrowserOf) -> None:
    update = an_update(S.RETURNED)
    client = browser_of(cast.reporter())
    initial = client.get(form_of(update)).context["form"].initial
    sent = client.post(form_of(update), {**initial, "progress": "补充了数据", "act": "submit"})
    assert sent.status_code == 302


def test_only_participants_may_have_nothing_to_do(browser_of: BrowserOf) -> None:
    lead = an_update()
    participant = an_update(measure=a_measure(leads=["jyj"], participants=["zgh"]))
    client = browser_of(cast.reporter())
    assert 'value="not_applicable"' not in client.get(form_of(lead)).content.decode()
    assert 'value="not_applicable"' in client.get(form_of(participant)).content.decode()
    answer = client.post(form_of(lead), sent(lead, situation="not_applicable", reason="无"))
    assert "situation" in answer.context["form"].errors


# --- the same button twice -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "told"),
    [("save", "It is not submitted yet"), ("submit", "Submitted for the department")],
)
def test_button_pressed_twice_does_the_act_once_and_says_that_it_is_done(
    browser_of: BrowserOf, act: str, told: str
) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    form = sent(update, act=act, headline="一句话")
    first, second = client.post(form_of(update), form), client.post(form_of(update), form)
    assert second["Location"] == first["Location"]
    words = [str(message) for message in client.get(second["Location"]).context["messages"]]
    assert len(words) == 2
    assert all(told in word for word in words)
    assert [event.act for event in Event.objects.of_update(update)] == [act]


def test_button_pressed_again_with_other_words_is_no_second_click(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    client.post(form_of(update), sent(update, headline="一"))
    answer = client.post(form_of(update), sent(update, headline="二"))
    assert answer.status_code == 409
    assert [(row.theirs, row.mine) for row in answer.context["differences"]] == [("一", "二")]
    assert builders.text_in_work(update).headline == "一"


# --- two people on one draft ---------------------------------------------------------------------


def test_two_people_on_one_draft_see_both_texts_and_lose_none(browser_of: BrowserOf) -> None:
    update = an_update()
    mine = sent(update, headline="我的一句话", progress="同样")
    other = a_text("同事的一句话", progress="同样")
    updates.save(cast.second_reporter(), update, update.version, other, builders.moment())
    answer = browser_of(cast.reporter()).post(form_of(update), mine)
    assert answer.status_code == 409
    assert [(row.theirs, row.mine) for row in answer.context["differences"]] == [
        ("同事的一句话", "我的一句话")
    ]
    assert answer.context["form"]["headline"].value() == "我的一句话"
    assert builders.text_in_work(update).headline == "同事的一句话"
    again = sent(update, headline="我的一句话", version=answer.context["form"]["version"].value())
    assert browser_of(cast.reporter()).post(form_of(update), again).status_code == 302
    assert builders.text_in_work(update).headline == "我的一句话"


def test_stale_values_and_choices_stand_side_by_side_in_words(browser_of: BrowserOf) -> None:
    measure = a_measure(leads=["zgh"])
    subject = a_commitment(measure, "三河市").subjects.get()
    update = an_update(measure=measure)
    other = a_text(self_assessment="slow", values={subject.pk: (Decimal(3), None)})
    updates.save(cast.second_reporter(), update, update.version, other, builders.moment())
    mine = sent(update, headline=other.headline, situation="no_progress", **{f"number_{subject.pk}": "4"})
    answer = browser_of(cast.reporter()).post(form_of(update), mine)
    assert {(row.theirs, row.mine) for row in answer.context["differences"]} == {
        ("progress was made", "no new progress"),
        ("slow", "as planned"),
        ("3", "4"),
    }


def test_text_that_comes_after_a_colleague_submitted_stays_on_the_page(browser_of: BrowserOf) -> None:
    update = an_update()
    updates.submit_for_review(
        cast.second_reporter(), update, update.version, builders.moment(), text=a_text("同事的")
    )
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, headline="我的"))
    assert (answer.status_code, answer.context["form"]["headline"].value()) == (409, "我的")
    again = sent(update, headline="我的", version=answer.context["form"]["version"].value())
    late = browser_of(cast.reporter()).post(form_of(update), again)
    assert (late.status_code, "我的" in late.content.decode()) == (409, True)


# --- values of commitments -----------------------------------------------------------------------


def test_form_stores_numbers_yes_and_no_and_shares(browser_of: BrowserOf) -> None:
    measure = a_measure(leads=["zgh"])
    number = a_commitment(measure).subjects.get()
    yes = a_commitment(measure, answer=AnswerKind.YES_NO).subjects.get()
    share = a_commitment(measure, answer=AnswerKind.SHARE).subjects.get()
    left_out = a_commitment(measure).subjects.get()
    update = an_update(measure=measure)
    inputs = {
        f"number_{number.pk}": "12.5",
        f"number_{yes.pk}": "0",
        f"number_{share.pk}": "14",
        f"out_of_{share.pk}": "15",
        f"number_{left_out.pk}": "",
    }
    browser_of(cast.reporter()).post(form_of(update), sent(update, **inputs))
    stored = {row.subject: (row.number, row.out_of) for row in builders.text_in_work(update).values.all()}
    assert stored == {
        number: (Decimal("12.50"), None),
        yes: (Decimal(0), None),
        share: (Decimal(14), Decimal(15)),
    }
    form = browser_of(cast.reporter()).get(form_of(update)).context["form"]
    assert [form[name].value() for name in inputs] == ["12.5", "0", "14", "15", None]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (("十二", "15"), "number"),
        (("-1", "15"), "number"),
        (("12345678901234", "15"), "number"),
        (("1e1", "15"), "number"),
        (("1", "1.5E+1"), "out_of"),
        (("1_0", "15"), "number"),
        (("Infinity", "15"), "number"),
        (("3", ""), "out_of"),
        (("", "3"), "number"),
        (("16", "15"), "out_of"),
        (("0", "0"), "out_of"),
    ],
)
def test_bad_numbers_are_shown_at_the_input(
    browser_of: BrowserOf, typed: tuple[str, str], wrong: str
) -> None:
    measure = a_measure(leads=["zgh"])
    subject = a_commitment(measure, answer=AnswerKind.SHARE).subjects.get()
    update = an_update(measure=measure)
    inputs = dict(zip([f"number_{subject.pk}", f"out_of_{subject.pk}"], typed, strict=True))
    answer = browser_of(cast.reporter()).post(form_of(update), sent(update, **inputs))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"{wrong}_{subject.pk}"])
    assert answer.context["form"][f"number_{subject.pk}"].value() == typed[0]


def test_form_says_where_a_commitment_stood_before(browser_of: BrowserOf) -> None:
    measure = a_measure(leads=["zgh"])
    subject = a_commitment(measure, unit="场").subjects.get()
    an_update(
        S.CONFIRMED, measure=measure, code="2020Q1", text=a_text(values={subject.pk: (Decimal(9), None)})
    )
    update = an_update(measure=measure)
    shown = browser_of(cast.reporter()).get(form_of(update)).context["commitments"]
    assert [row.before for group in shown for row in group.subjects] == ["9 场"]


def test_values_are_asked_of_the_convenor_only(browser_of: BrowserOf) -> None:
    measure = a_measure(leads=["jyj", "zgh"])
    subject = a_commitment(measure).subjects.get()
    an_open_period(measure.section.edition)
    update = update_of(measure, "zgh")
    client = browser_of(cast.reporter())
    assert client.get(form_of(update)).context["commitments"] == []
    client.post(form_of(update), sent(update, **{f"number_{subject.pk}": "4"}))
    assert not builders.text_in_work(update).values.exists()


def test_form_of_a_closed_period_is_still_open_for_late_filing(browser_of: BrowserOf) -> None:
    update = an_update()
    builders.set_period_state(update.period, PeriodState.CLOSED)
    assert browser_of(cast.reporter()).post(form_of(update), sent(update, act="submit")).status_code == 302
    builders.set_period_state(update.period, PeriodState.ARCHIVED)
    update.refresh_from_db()
    refused = browser_of(cast.reporter()).post(form_of(update), sent(update, headline="太晚"))
    assert (refused.status_code, "太晚" in refused.content.decode()) == (409, True)


def test_brought_to_review_the_row_leaves_the_list(browser_of: BrowserOf) -> None:
    update = brought_to(S.IN_REVIEW, an_update())
    context = browser_of(cast.reporter()).get(MY_UPDATES).context
    assert (context["owed"], context["done"]) == ([], [update])
