"""Later dates on their pages: asked for on the update, decided on the list, read by all concerned."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import Extension, ExtensionOutcome, FormerDates, ProgressUpdate, UpdateState
from measures.views import extensions as extension_views
from measures.workflow import extensions
from tests import builders, cast
from tests.builders import a_measure, an_update, moment

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
LIST = "/p/a-policy/extensions/"
ASKED = {"new_due_on": "2020-07-09", "reason": "数据要等决算"}


def page_of(update: ProgressUpdate, name: str = "update_extension") -> str:
    return reverse(f"measures:{name}", args=["a-policy", update.uuid])


def decision_of(extension: Extension) -> str:
    return reverse("measures:extension_decide", args=["a-policy", extension.uuid])


def asked(update: ProgressUpdate | None = None) -> Extension:
    update = update or an_update()
    return extensions.request_extension(
        cast.reporter(update.department.slug), update, date(2020, 7, 9), "数据要等决算", moment()
    )


def test_extension_is_asked_for_from_the_update_and_granted_on_the_list(browser_of: BrowserOf) -> None:
    """The page of the period leads the clerk there; afterwards all who see the update see both days."""
    update = an_update(UpdateState.DRAFT)
    reporter, clerk = browser_of(cast.reporter()), browser_of(cast.clerk())
    for page in ("update_detail", "update_edit"):
        assert page_of(update) in reporter.get(page_of(update, page)).content.decode()
    answer = reporter.post(page_of(update), ASKED, follow=True)
    assert "not decided" in answer.content.decode()
    assert "later date asked for: July 9" in reporter.get("/my/").content.decode()
    assert "the office has not decided" in reporter.get(page_of(update)).content.decode()
    period = reverse("measures:period_detail", args=["a-policy", update.period.uuid])
    assert "1 department waits for your word" in clerk.get(period).content.decode()
    extension = Extension.objects.get()
    assert decision_of(extension) in clerk.get(LIST).content.decode()
    answer = clerk.post(decision_of(extension), {"outcome": "granted", "answer": "同意"}, follow=True)
    assert "The later date is granted." in answer.content.decode()
    for who in (reporter, browser_of(cast.leader())):
        assert "at first due July 7" in who.get(page_of(update, "update_detail")).content.decode()
    assert "at first due July 7" in reporter.get("/my/").content.decode()
    decided = clerk.get(LIST, {"list": "decided"})
    assert [row.extension for row in decided.context["rows"]] == [extension]


def test_extension_that_is_not_granted_needs_its_word_at_its_row(browser_of: BrowserOf) -> None:
    extension, other = asked(), asked(an_update(slug="jyj"))
    clerk = browser_of(cast.clerk())
    answer = clerk.post(decision_of(extension), {"outcome": "refused", "answer": " "})
    assert answer.status_code == 422
    bound = {row.extension: row.form.is_bound for row in answer.context["rows"]}
    assert bound == {extension: True, other: False}
    clerk.post(decision_of(extension), {"outcome": "refused", "answer": "报告10日上会"})
    extension.refresh_from_db()
    assert (extension.outcome, extension.answer) == (ExtensionOutcome.REFUSED, "报告10日上会")
    body = browser_of(cast.reporter()).get(page_of(extension.update, "update_detail")).content.decode()
    assert "报告10日上会" in body


def test_extension_that_comes_to_nothing_is_told_above_the_list(browser_of: BrowserOf) -> None:
    extension = asked()
    extensions.grant_extension(cast.clerk(), extension, "", moment())
    answer = browser_of(cast.clerk()).post(decision_of(extension), {"outcome": "granted"})
    assert answer.status_code == 422
    assert "This was decided already." in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({**ASKED, "new_due_on": "2020-07-07"}, "Ask for a day after the present date."),
        ({**ASKED, "new_due_on": "2020-07-20"}, "The end of grace is the latest possible day."),
        ({**ASKED, "reason": ""}, "This field is required."),
    ],
)
def test_extension_form_says_what_is_wrong_at_its_field(
    browser_of: BrowserOf, sent: dict[str, str], words: str
) -> None:
    answer = browser_of(cast.reporter()).post(page_of(an_update()), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Extension.objects.exists()


def test_extension_page_says_why_none_can_be_asked_for(browser_of: BrowserOf) -> None:
    update = an_update(UpdateState.SUBMITTED)
    body = browser_of(cast.reviewer()).get(page_of(update)).content.decode()
    assert "its date stands still" in body
    assert 'name="new_due_on"' not in body


def test_extension_reasons_are_not_read_by_who_only_sees_the_state(browser_of: BrowserOf) -> None:
    extension = asked()
    for who, reads in ((cast.leader, False), (cast.auditor, True), (cast.reviewer, True)):
        body = browser_of(who()).get(page_of(extension.update, "update_detail")).content.decode()
        assert ("数据要等决算" in body) == reads


def test_extension_list_shows_those_who_may_not_decide_no_form(browser_of: BrowserOf) -> None:
    extension = asked()
    cast.clerk()
    for who in (cast.signer, cast.auditor):
        [row] = browser_of(who()).get(LIST).context["rows"]
        assert (row.extension, row.form) == (extension, None)


def test_extension_list_is_paged_and_costs_the_same_for_many(
    browser_of: BrowserOf, queries_of: QueriesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked()
    clerk = browser_of(cast.clerk())
    few = queries_of(clerk, LIST)
    for slug in ("jyj", "czj", "gzw"):
        asked(an_update(slug=slug))
    assert queries_of(clerk, LIST) == few
    monkeypatch.setattr(extension_views, "PER_PAGE", 3)
    assert [len(clerk.get(LIST, {"page": number}).context["rows"]) for number in "12"] == [3, 1]


def test_my_updates_costs_the_same_for_many_later_dates(browser_of: BrowserOf, queries_of: QueriesOf) -> None:
    measure = a_measure()
    asked(an_update(measure=measure))
    reporter = browser_of(cast.reporter())
    few = queries_of(reporter, "/my/")
    for _number in range(3):
        asked(an_update(measure=a_measure(section=measure.section)))
    assert queries_of(reporter, "/my/") == few


def test_period_dates_are_moved_on_their_page_and_all_concerned_read_why(browser_of: BrowserOf) -> None:
    update = an_update()
    builders.a_working_calendar()
    address = reverse("measures:period_dates", args=["a-policy", update.period.uuid])
    detail = reverse("measures:period_detail", args=["a-policy", update.period.uuid])
    dates = {
        "participant_due_on": "2020-07-06",
        "lead_due_on": "2020-07-09",
        "check_due_on": "2020-07-10",
        "grace_ends_on": "2020-07-14",
    }
    clerk = browser_of(cast.clerk())
    assert address in clerk.get(detail).content.decode()
    early = clerk.post(address, {**dates, "lead_due_on": "2020-07-06", "reason": "停电检修"})
    assert early.status_code == 422
    assert set(early.context["form"].errors) == {"lead_due_on"}
    done = clerk.post(address, {**dates, "reason": "停电检修"}, follow=True).content.decode()
    assert "1 update is due later" in done
    assert FormerDates.objects.get().reason == "停电检修"
    for who, place in (
        (cast.leader(), detail),
        (cast.reporter(), "/my/"),
        (cast.reviewer(), page_of(update, "update_detail")),
    ):
        body = browser_of(who).get(place).content.decode()
        assert "停电检修" in body
        assert 'Convenors and separate leads due <span class="nowrap">July 7 → July 9</span>' in body
