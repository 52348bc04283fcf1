"""A text that says nearly what the last one said is pointed out, once before it goes; never forbidden."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import Act, ProgressUpdate, UpdateState
from tests import builders, cast
from tests.builders import a_text, an_update

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("the same pages over the same rows"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
LAST = "组织全市职业技能竞赛2场，参赛320人"
POINTED_OUT = "100% the same as last quarter"
# The hidden fields of a page: name and value.
HIDDEN: Final = r'<input type="hidden" name="([^"]+)"\s+value="([^"]*)"'


@pytest.fixture
def before(db: None) -> ProgressUpdate:
    builders.a_working_calendar()
    return an_update(S.CONFIRMED, code="2020Q1", text=a_text(LAST))


def state_of(update: ProgressUpdate) -> str:
    update.refresh_from_db()
    return update.state


def form_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_edit", args=["a-policy", update.uuid])


def test_form_asks_once_before_a_text_goes_that_was_said_before(
    browser_of: BrowserOf, before: ProgressUpdate
) -> None:
    update, client = an_update(measure=before.measure), browser_of(cast.reporter())
    typed = {"version": 1, "situation": "progress", "self_assessment": "normal", "headline": LAST}
    asked = client.post(form_of(update), {**typed, "act": "submit"})
    assert asked.status_code == 422
    assert asked.context["form"].non_field_errors() == [f"{POINTED_OUT}. Submit it all the same?"]
    assert '<input type="hidden" name="repeated" value="1"' in asked.content.decode()
    assert client.post(form_of(update), {**typed, "repeated": "1", "act": "submit"}).status_code == 302
    update.refresh_from_db()
    assert update.state == S.IN_REVIEW


def test_what_was_pointed_out_on_the_form_is_not_asked_again(
    browser_of: BrowserOf, before: ProgressUpdate
) -> None:
    update, client = (
        an_update(S.DRAFT, measure=before.measure, text=a_text(LAST)),
        browser_of(cast.reporter()),
    )
    page = client.get(form_of(update))
    assert POINTED_OUT in page.content.decode()
    sent = {**page.context["form"].initial, "repeated": "1", "act": "submit"}
    assert client.post(form_of(update), sent).status_code == 302


def test_another_text_is_not_pointed_out(browser_of: BrowserOf, before: ProgressUpdate) -> None:
    update = an_update(S.DRAFT, measure=before.measure, text=a_text("新设高技能人才服务窗口9个，办件412件"))
    page = browser_of(cast.reporter()).get(form_of(update))
    assert "the same as last quarter" not in page.content.decode()
    assert '<input type="hidden" name="repeated" value=""' in page.content.decode()


@pytest.mark.parametrize(
    ("state", "actor", "name"),
    [
        (S.DRAFT, cast.reporter, "detail"),
        (S.DRAFT, cast.reporter, "sheet"),
        (S.IN_REVIEW, cast.reviewer, "detail"),
        (S.IN_REVIEW, cast.reviewer, "sheet"),
        (S.IN_REVIEW, cast.reviewer, "review_queue"),
        (S.SUBMITTED, cast.clerk, "check_queue"),
    ],
)
def test_writer_reviewer_and_office_read_the_share_where_they_decide(
    browser_of: BrowserOf, before: ProgressUpdate, state: UpdateState, actor: Callable[[], Actor], name: str
) -> None:
    update = an_update(state, measure=before.measure, text=a_text(LAST))
    pages = {
        "detail": reverse("measures:update_detail", args=["a-policy", update.uuid]),
        "sheet": reverse("measures:sheet_edit", args=["a-policy", update.period.uuid, "zgh"]),
    }
    page = browser_of(actor()).get(pages.get(name) or reverse(f"measures:{name}"))
    assert page.content.decode().count(POINTED_OUT) == 1


REPLACED = "100% the same as the text that it replaces"


def test_a_correction_is_compared_with_the_text_that_it_replaces(
    browser_of: BrowserOf, before: ProgressUpdate
) -> None:
    """It says most of it again, so that it is asked about only where it changes nothing: see 4.3."""
    update = an_update(
        S.CONFIRMED, measure=before.measure, text=a_text("新设高技能人才服务窗口9个，办件412件")
    )
    builders.in_correction(update)
    reporter = browser_of(cast.reporter())
    detail = reverse("measures:update_detail", args=["a-policy", update.uuid])
    sheet = reverse("measures:sheet_edit", args=["a-policy", update.period.uuid, "zgh"])
    page = reporter.get(form_of(update))
    for place in (form_of(update), detail, sheet):
        assert REPLACED in reporter.get(place).content.decode()
        assert "last quarter" not in reporter.get(place).content.decode()
    sent = {**page.context["form"].initial, "repeated": "", "act": "submit"}
    changed = {**sent, "headline": "新设高技能人才服务窗口9个，办件413件"}
    assert reporter.post(form_of(update), changed).status_code == 302
    share = "% the same as the text that it replaces"
    assert share in browser_of(cast.reviewer()).get(reverse("measures:review_queue")).content.decode()
    update.refresh_from_db()
    builders.perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    assert share in browser_of(cast.clerk()).get(reverse("measures:check_queue")).content.decode()


def test_submitting_all_asks_about_a_repeated_text_that_no_page_has_pointed_out(
    browser_of: BrowserOf, before: ProgressUpdate
) -> None:
    """On the sheet once where it is typed now; beside the button of the Excel form until it is ticked."""
    update = an_update(S.DRAFT, measure=before.measure, text=a_text("新设高技能人才服务窗口9个，办件412件"))
    other = an_update(S.DRAFT, text=a_text("别的举措照常推进"))
    reporter, place = (
        browser_of(cast.reporter()),
        f"/p/a-policy/periods/{update.period.uuid}/departments/zgh/",
    )

    def typed(shown: Any) -> dict[str, str]:
        return dict(re.findall(HIDDEN, shown.content.decode()))

    prefix = f"u{update.pk}"
    fields = {"situation": "progress", "self_assessment": "normal", "headline": LAST}
    sent = {f"{prefix}-{name}": value for name, value in fields.items()}
    asked = reporter.post(
        f"{place}sheet/", {**typed(reporter.get(f"{place}sheet/")), **sent, "act": "submit"}
    )
    assert f"{POINTED_OUT}. Submit it all the same?" in asked.content.decode()
    assert state_of(update) == S.DRAFT
    excel = reporter.get(f"{place}form/")
    assert [(row, words) for row, words in excel.context["repeated"]] == [(update, POINTED_OUT)]
    rows = [
        f"{row.uuid}:{row.version}" for row in ProgressUpdate.objects.filter(pk__in=[update.pk, other.pk])
    ]
    named = reporter.post(f"{place}submit/", {"update": rows}, follow=True).content.decode()
    assert f"{POINTED_OUT}. Submit it all the same?" in named
    assert (state_of(other), state_of(update)) == (S.IN_REVIEW, S.DRAFT)
    again = typed(asked)
    assert again[f"{prefix}-repeated"] == "1", "now the sheet has pointed it out"
    reporter.post(f"{place}submit/", {"update": rows, "repeated": [str(update.uuid)]})
    assert state_of(update) == S.IN_REVIEW


def test_what_the_sheet_has_pointed_out_goes_with_all_the_others(
    browser_of: BrowserOf, before: ProgressUpdate
) -> None:
    update = an_update(S.DRAFT, measure=before.measure, text=a_text(LAST))
    reporter = browser_of(cast.reporter())
    place = f"/p/a-policy/periods/{update.period.uuid}/departments/zgh/sheet/"
    shown = reporter.get(place).content.decode()
    sent = dict(re.findall(HIDDEN, shown))
    fields = {"situation": "progress", "self_assessment": "normal", "headline": LAST}
    sent |= {f"u{update.pk}-{name}": value for name, value in fields.items()}
    reporter.post(place, {**sent, "act": "submit"})
    assert state_of(update) == S.IN_REVIEW
