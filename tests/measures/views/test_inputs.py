"""The convenor's page of inputs: what the others have sent, what is missing, and what may be done then."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client

from departments.actors import Actor
from departments.models import Department
from measures.forms import UpdateForm
from measures.models import Act, HeldText, InputUse, ProgressUpdate, UpdateState, UsedInput
from measures.pages.inputs import Input
from measures.workflow import updates
from measures.workflow.sources import Inserted
from tests import builders, cast
from tests.retold import retold

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


@pytest.fixture
@retold
def convened() -> ProgressUpdate:
    """zgh's, with czj as co-lead; of the participants jyj has submitted, gzw only written, gsl nothing."""
    measure = builders.a_measure(leads=["zgh", "czj"], participants=["jyj", "gzw", "gsl"])
    for slug, state in (("czj", S.CONFIRMED), ("jyj", S.SUBMITTED), ("gzw", S.DRAFT)):
        text = builders.a_text(progress=f"{slug}的进展")
        builders.an_update(state, measure=measure, slug=slug, text=text)
    Department.objects.filter(slug="gsl").update(contact="李主任", telephone="0316-1234567")
    return builders.update_of(measure, "zgh")


def inputs_page(update: ProgressUpdate) -> str:
    return f"/p/a-policy/updates/{update.uuid}/inputs/"


def acts(rows: Iterable[Input]) -> list[list[Act]]:
    return [[offer.act for offer in row.offers] for row in rows]


def test_convenor_reads_what_the_others_sent_and_sees_what_is_missing(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    reporter = browser_of(cast.reporter())
    form = reporter.get(f"/p/a-policy/updates/{convened.uuid}/edit/").content.decode()
    assert inputs_page(convened) in form
    page = reporter.get(inputs_page(convened))
    body = page.content.decode()
    assert [row.update.department.slug for row in page.context["arrived"]] == ["czj", "jyj"]
    assert [row.update.department.slug for row in page.context["missing"]] == ["gzw", "gsl"]
    assert ("czj的进展" in body, "jyj的进展" in body, "gzw的进展" in body) == (True, True, False)
    assert f"/updates/{convened.uuid}/edit/" in body
    assert "李主任" in body
    assert "0316-1234567" in body
    assert acts(page.context["arrived"] + page.context["missing"]) == [[], [], [], []]
    others = [cast.reporter("czj"), cast.reporter("jyj"), cast.clerk()]
    assert {browser_of(actor).get(inputs_page(convened)).status_code for actor in others} == {404}


def test_reviewer_of_the_convenor_returns_and_waives_from_the_inputs_page(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    builders.a_working_calendar()
    reviewer = browser_of(cast.reviewer())
    page = reviewer.get(inputs_page(convened))
    assert f"/updates/{convened.uuid}/edit/" not in page.content.decode(), "the form is for who writes"
    assert acts(page.context["arrived"]) == [[], [Act.RETURN]]
    assert acts(page.context["missing"]) == [[Act.WAIVE], [Act.WAIVE]]
    waive, back = page.context["missing"][1].offers[0], page.context["arrived"][1].offers[0]
    for offer in (waive, back):
        sent = {**offer.form.initial, "reason": "请补充数据"}
        assert reviewer.post(offer.url, sent, follow=True).redirect_chain == [(inputs_page(convened), 302)]
    page = reviewer.get(inputs_page(convened))
    assert acts(page.context["waived"]) == [[Act.RESTORE]]
    assert [row.update.department.slug for row in page.context["missing"]] == ["jyj", "gzw"]


def test_inputs_page_asks_the_same_for_one_as_for_five(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    counts = []
    for participants in (["jyj"], ["jyj", "gzw", "gsl", "d1", "d2"]):
        measure = builders.a_measure(leads=["zgh"], participants=participants)
        for slug in participants:
            builders.an_update(S.SUBMITTED, measure=measure, slug=slug)
        address = inputs_page(builders.update_of(measure, "zgh"))
        counts.append(queries_of(browser_of(cast.reviewer()), address))
    assert counts[0] == counts[1]


# --- insert with source ----------------------------------------------------------------------------


def form_of(update: ProgressUpdate) -> str:
    return f"/p/a-policy/updates/{update.uuid}/edit/"


def button(update: ProgressUpdate, slug: str = "jyj", field: str = "", act: str = "insert") -> str:
    text = builders.text_in_work(builders.update_of(update.measure, slug))
    return f"{act}:{text.uuid}:{field}" if act == "insert" else f"{act}:{text.uuid}"


def shown(page: Any) -> dict[str, str]:
    form: UpdateForm = page.context["form"]
    return {name: str(form[name].value() or "") for name in ("headline", "progress", "problems")}


def changed_since(update: ProgressUpdate, progress: str) -> ProgressUpdate:
    """jyj's text is returned and says something else."""
    source = builders.returned_by_office(builders.update_of(update.measure, "jyj"))
    text, now = builders.a_text(progress=progress), builders.moment()
    source = updates.submit_for_review(cast.reporter("jyj"), source, source.version, now, text)
    return updates.approve_and_submit(cast.reviewer("jyj"), source, source.version, now)


def test_input_goes_to_the_end_of_the_draft_with_its_source_and_is_on_record_when_saved(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    builders.brought_to(S.DRAFT, convened, text=builders.a_text(progress="我单位的进展"))
    reporter = browser_of(cast.reporter())
    inputs = reporter.get(inputs_page(convened)).content.decode()
    assert f'value="{button(convened)}"' in inputs
    page = reporter.post(form_of(convened), {"act": button(convened)}, follow=True)
    assert page.redirect_chain == [(form_of(convened), 302)]
    words = "我单位的进展\njyj的进展（来源：市教育局，2020-07-01 报送）"
    assert shown(page)["progress"] == words
    assert not UsedInput.objects.exists(), "nothing is saved yet"
    again = reporter.post(form_of(convened), {"act": button(convened, "czj", "progress")}, follow=True)
    both = f"{words}\nczj的进展（来源：市财政局，2020-07-01 报送）"
    assert shown(again)["progress"] == both
    form = again.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    for name in ("page", "continues", "inserted"):
        sent[name] = again.context[name]
    reporter.post(form_of(convened), {**sent, "act": "save"})
    assert builders.text_in_work(convened).progress == both
    assert set(UsedInput.objects.values_list("source__update__department__slug", "field", "use")) == {
        ("jyj", "progress", InputUse.INSERTED),
        ("czj", "progress", InputUse.INSERTED),
    }
    assert not HeldText.objects.exists()
    assert "draft 1 inserted by" in " ".join(reporter.get(inputs_page(convened)).content.decode().split())


def test_input_inserted_on_the_form_loses_nothing_that_was_typed_there(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    reporter = browser_of(cast.reporter())
    typed = {"version": "1", "situation": "progress", "headline": "一句", "progress": "刚写的", "page": "p1"}
    page = reporter.post(form_of(convened), {**typed, "act": button(convened)}, follow=True)
    assert shown(page)["headline"] == "一句"
    assert shown(page)["progress"].startswith("刚写的\njyj的进展（来源")
    other = {**typed, "progress": "另一页", "page": "p2"}  # opened before, and typed in since
    page = reporter.post(form_of(convened), {**other, "act": button(convened)})
    assert page.status_code == 200
    assert shown(page)["progress"].startswith("另一页\njyj的进展（来源")
    assert "Save the draft to keep it." in page.content.decode()
    assert HeldText.objects.get().fields["progress"].startswith("刚写的"), "both are kept"


def test_inserting_is_of_texts_that_are_handed_in_and_of_drafts_that_can_be_changed(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    reporter = browser_of(cast.reporter())
    builders.a_working_calendar()
    gone = button(convened)
    builders.returned_by_office(builders.update_of(convened.measure, "jyj"))
    for act in (gone, button(convened, "gzw"), "insert:nonsense:", "insert:"):
        page = reporter.post(form_of(convened), {"act": act})
        assert "nothing was inserted" in page.content.decode()
        assert shown(page)["progress"] == ""
    assert reporter.post(form_of(convened), {"act": "seen:nonsense"}).status_code == 404
    builders.brought_to(S.IN_REVIEW, convened)
    page = reporter.post(form_of(convened), {"act": button(convened, "czj")}, follow=True)
    assert page.redirect_chain == [(inputs_page(convened), 302)]
    assert "This update cannot be changed now." in page.content.decode()
    assert "insert:" not in page.content.decode()
    assert not HeldText.objects.exists()


def test_changed_source_is_said_on_form_inputs_page_and_pages_of_review(
    browser_of: BrowserOf, convened: ProgressUpdate
) -> None:
    builders.a_working_calendar()
    reporter, now = browser_of(cast.reporter()), builders.moment()
    source = builders.text_in_work(builders.update_of(convened.measure, "jyj"))
    update = updates.submit_for_review(
        cast.reporter(),
        convened,
        1,
        now,
        builders.a_text(progress="汇总"),
        [Inserted(source.uuid, "progress")],
    )
    places = [inputs_page(convened), f"/p/a-policy/updates/{convened.uuid}/"]
    reviewer = browser_of(cast.reviewer())
    for place in (*places, "/review/"):
        assert "Source changed" not in reviewer.get(place).content.decode()
    changed_since(convened, "jyj的新进展")
    difference = "jyj的<ins>新</ins>进展"
    for place in places:
        assert difference in reviewer.get(place).content.decode()
    assert "Source changed" in reviewer.get("/review/").content.decode()
    assert "Source changed" not in browser_of(cast.leader()).get(places[1]).content.decode()
    updates.return_for_revision(cast.reviewer(), update, update.version, "请更新", now)
    form = reporter.get(form_of(convened)).content.decode()
    assert difference in form
    assert f'value="{button(convened)}"' in form
    seen = {"act": button(convened, act="seen")}
    typed = {"version": "3", "situation": "progress", "progress": "正在写"}
    page = reporter.post(form_of(convened), {**typed, **seen})
    assert shown(page)["progress"] == "正在写"
    assert "Marked as seen." in page.content.decode()
    assert difference not in page.content.decode()
    changed_since(convened, "jyj又有进展")
    late = reporter.post(form_of(convened), seen, follow=True)
    assert late.redirect_chain == [(inputs_page(convened), 302)]
    assert "has changed again" in late.content.decode()
    assert UsedInput.objects.filter(use=InputUse.SEEN).count() == 1
