"""A confirmed text is corrected over the pages, begun or asked for; it counts until the new one does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import MeasureFigures, PeriodSnapshot, ProgressUpdate, UpdateState
from measures.workflow import many_updates, periods
from tests import builders, cast
from tests.builders import a_text, an_update

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
REASON = "场次统计有误"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def address(name: str, update: ProgressUpdate) -> str:
    return reverse(f"measures:update_{name}", args=["a-policy", update.uuid])


def page(client: Client, update: ProgressUpdate, name: str = "detail") -> str:
    return client.get(address(name, update)).content.decode()


def press(client: Client, update: ProgressUpdate, act: str, **words: Any) -> Any:
    """A button of the update's page, as it stands there."""
    shown = client.get(address("detail", update)).context["offers"]
    (offer,) = [one for one in shown if one.button.name == act]
    form = {field.name: field.value() or "" for field in offer.form}
    return client.post(offer.url, {**form, **words})


def submit(client: Client, update: ProgressUpdate, **changes: Any) -> None:
    form = client.get(address("edit", update)).context["form"]
    sent = {field.name: field.value() or "" for field in form} | changes | {"act": "submit"}
    assert client.post(address("edit", update), sent)["Location"] == "/my/"


def closed(update: ProgressUpdate) -> dict[str, Any]:
    """The period's numbers, as closing keeps them."""
    periods.close_period(cast.clerk(), update.period, "", builders.moment())
    return numbers()


def numbers() -> dict[str, Any]:
    return {
        "snapshots": list(PeriodSnapshot.objects.values_list("sha256", flat=True)),
        "figures": list(MeasureFigures.objects.values()),
    }


def test_department_corrects_a_confirmed_text_over_its_pages_after_closing(browser_of: BrowserOf) -> None:
    update = an_update(S.CONFIRMED, text=a_text("办赛2场"))
    before = closed(update)
    reporter, reviewer, clerk = map(browser_of, (cast.reporter(), cast.reviewer(), cast.clerk()))

    refused = press(reporter, update, "correct", reason="")
    assert (refused.status_code, "Give a reason." in refused.content.decode()) == (422, True)
    begun = press(reporter, update, "correct", reason=REASON)
    assert begun["Location"] == address("edit", update)
    form = page(reporter, update, "edit")
    assert "The confirmed text is being corrected." in form
    assert REASON in form
    assert "its numbers stay as they are" in form
    owed = reporter.get("/my/")
    assert [row.update for row in owed.context["owed"]] == [update]
    assert owed.context["late"] == []
    assert "correction, no day set" in owed.content.decode()
    assert "overdue" not in owed.content.decode()

    submit(reporter, update, headline="办赛3场")
    assert REASON in reviewer.get("/review/").content.decode()
    press(reviewer, update, "approve")
    for text in ("办赛2场", "The confirmed text is being corrected."):
        assert text in page(clerk, update)
    assert "办赛3场" not in page(browser_of(cast.leader()), update)
    assert REASON in clerk.get("/check/").content.decode()
    assert (
        "the period&#x27;s numbers stay"
        in clerk.post(
            address("confirm", update), {"version": ProgressUpdate.objects.get().version}, follow=True
        ).content.decode()
    )

    shown = page(browser_of(cast.leader()), update)
    assert "办赛3场" in shown
    assert '<b class="tag">corrected</b>' in shown
    assert "being corrected" not in shown
    measure = reverse("measures:measure_detail", args=["a-policy", update.measure.uuid])
    assert "corrected" in reporter.get(measure).content.decode()
    assert numbers() == before


def test_clerk_asks_for_a_correction_over_the_pages(browser_of: BrowserOf) -> None:
    update = an_update(S.CONFIRMED, text=a_text("办赛2场"))
    clerk, reporter = browser_of(cast.clerk()), browser_of(cast.reporter())
    assert "Ask for a correction" in page(clerk, update)
    asked = press(clerk, update, "return", reason=REASON, field="headline")
    assert "Asked for a correction" in clerk.get(asked["Location"]).content.decode()
    update.refresh_from_db()
    assert (update.state, update.in_force is not None) == (S.RETURNED, True)
    assert "办赛2场" in page(browser_of(cast.leader()), update)
    form = page(reporter, update, "edit")
    assert form.count(REASON) == 3  # above the form, at its field, and in the banner
    submit(reporter, update, headline="办赛3场")
    press(browser_of(cast.reviewer()), update, "approve")
    press(browser_of(cast.second_clerk()), update, "confirm")
    assert '<b class="tag">corrected</b>' in page(reporter, update)


def test_correction_is_compared_with_the_text_that_it_replaces(browser_of: BrowserOf) -> None:
    """Not with the quarter before: reviewer and clerk decide on what it changes."""
    measure = builders.a_measure()
    an_update(S.CONFIRMED, measure=measure, code="2020Q1", text=a_text("第一季度办赛9场"))
    update = an_update(S.CONFIRMED, measure=measure, text=a_text("本季度办赛2场"))
    reporter = browser_of(cast.reporter())
    press(reporter, update, "correct", reason=REASON)
    form = page(reporter, update, "edit")
    assert ("本季度办赛2场" in form.split('id="last"')[1], "第一季度办赛9场" in form) == (True, False)
    assert "No word and no value is changed so far." in page(reporter, update)
    submit(reporter, update, headline="本季度办赛3场", self_assessment="slow")
    for actor, place in ((cast.reviewer(), "/review/"), (cast.clerk(), "/check/")):
        shown = browser_of(actor).get(place).content.decode()
        assert "本季度办赛<del>2</del><ins>3</ins>场" in shown
        assert "<del>as planned</del><ins>slow</ins>" in shown
        assert "第一季度办赛9场" not in shown
        press(browser_of(actor), update, "approve" if place == "/review/" else "return", reason="再核")
    submit(reporter, update, headline="本季度办赛33场")
    assert "本季度办赛<del>2</del><ins>33</ins>场" in page(reporter, update)
    assert "办赛33场" not in page(browser_of(cast.clerk()), update)


def test_correction_is_offered_to_the_reporter_alone(browser_of: BrowserOf) -> None:
    update = an_update(S.CONFIRMED)
    offered = {
        actor.person.username: {
            offer.button.name for offer in browser_of(actor).get(address("detail", update)).context["offers"]
        }
        for actor in (cast.reporter(), cast.reviewer(), cast.clerk(), cast.leader())
    }
    assert offered["zgh-reporter"] == {"correct"}
    assert offered["rsj-clerk"] == {"return"}
    assert offered["zgh-reviewer"] == offered["rsj-leader"] == set()


def test_correction_that_changes_nothing_asks_before_it_goes(browser_of: BrowserOf) -> None:
    """As a returned text does: on its form, on its page, and not among many."""
    update = builders.in_correction(an_update(S.CONFIRMED, text=a_text("办赛2场")))
    reporter = browser_of(cast.reporter())
    told = "This correction changes nothing yet."
    same = dict(re.findall(HIDDEN, page(reporter, update, "edit")))
    same |= {**reporter.get(address("edit", update)).context["form"].initial, "act": "submit"}
    asked = reporter.post(address("edit", update), same)
    assert (asked.status_code, told in asked.content.decode()) == (422, True)
    assert 'value="submit_unchanged"' in asked.content.decode()
    asked = press(reporter, update, "submit")
    assert (asked.status_code, told in asked.content.decode()) == (422, True)
    [refusal] = many_updates.submit_each(cast.reporter(), [(update, update.version)], builders.moment())
    assert refusal.reason.startswith("更正稿与原文完全相同")
    update.refresh_from_db()
    assert update.state == S.DRAFT

    gone = reporter.post(address("edit", update), {**same, "act": "submit_unchanged"})
    assert gone["Location"] == "/my/"
    update.refresh_from_db()
    assert update.state == S.IN_REVIEW


def test_correction_with_one_word_changed_goes_without_a_question(browser_of: BrowserOf) -> None:
    update = builders.in_correction(an_update(S.CONFIRMED, text=a_text("办赛2场")))
    submit(browser_of(cast.reporter()), update, headline="办赛3场")
    update.refresh_from_db()
    assert update.state == S.IN_REVIEW
