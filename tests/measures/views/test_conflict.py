"""Two people on one draft: both texts marked, chosen or joined; the one that lost stays readable."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import ProgressUpdate, ReplacedText, UpdateState
from measures.workflow import updates
from tests import builders, cast
from tests.builders import a_commitment, a_measure, a_text, an_update, moment

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once(
        "the same pages over the same rows; acts, constraints and each page's opening run on both"
    ),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


def form_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_edit", args=["a-policy", update.uuid])


def page_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_detail", args=["a-policy", update.uuid])


def sent(update: ProgressUpdate, **changes: Any) -> dict[str, Any]:
    usual = {"version": update.version, "situation": "progress", "self_assessment": "normal", "act": "save"}
    return {**usual, "headline": "办赛3场，240人参加", "progress": "我写的进展", **changes}


def saved_by_a_colleague(update: ProgressUpdate, **more: Any) -> None:
    text = a_text("办赛2场，240人参加", progress="同事写的进展", **more)
    updates.save(cast.second_reporter(), update, update.version, text, moment())


def test_conflict_marks_the_characters_in_which_two_texts_differ(browser_of: BrowserOf) -> None:
    update = an_update()
    saved_by_a_colleague(update)
    page = browser_of(cast.reporter()).post(form_of(update), sent(update))
    assert page.status_code == 409
    assert "办赛<del>2</del>场，240人参加" in page.content.decode()
    assert "办赛<ins>3</ins>场，240人参加" in page.content.decode()


def test_conflict_is_settled_field_by_field(browser_of: BrowserOf) -> None:
    subject = a_commitment(a_measure()).subjects.get()
    update = an_update(measure=subject.commitment.measure)
    saved_by_a_colleague(update, values={subject.pk: (Decimal(7), None)})
    client = browser_of(cast.reporter())
    page = client.post(form_of(update), sent(update, **{f"number_{subject.pk}": "8"}))
    for act in ("take:headline", "join:progress", f"take:number_{subject.pk}"):
        form = {field.name: field.value() or "" for field in page.context["form"]}
        page = client.post(form_of(update), {**form, "act": act})
        assert page.status_code == 200
    form = {field.name: field.value() or "" for field in page.context["form"]}
    assert form["headline"] == "办赛2场，240人参加"
    assert form["progress"] == "我写的进展\n同事写的进展"
    assert form[f"number_{subject.pk}"] == "7"
    assert [row.name for row in page.context["differences"]] == ["progress"]
    assert not ReplacedText.objects.exists()
    assert client.post(form_of(update), {**form, "act": "save"}).status_code == 302
    assert builders.text_in_work(update).progress == "我写的进展\n同事写的进展"


def test_conflict_whose_texts_are_made_the_same_says_so(browser_of: BrowserOf) -> None:
    update = an_update()
    saved_by_a_colleague(update)
    client = browser_of(cast.reporter())
    form = sent(update, version=2, progress="同事写的进展", act="take:headline")
    assert "Both texts are the same now" in client.post(form_of(update), form).content.decode()


def test_joined_text_that_is_too_long_is_told_and_nothing_of_it_is_lost(browser_of: BrowserOf) -> None:
    update = an_update()
    saved_by_a_colleague(update)
    form = sent(update, version=2, progress="长" * 799, act="join:progress")
    page = browser_of(cast.reporter()).post(form_of(update), form)
    assert "806 characters, at most 800" in page.content.decode()
    assert page.context["form"]["progress"].value() == "长" * 799 + "\n同事写的进展"
    assert "progress" in {row.name for row in page.context["differences"]}


def test_text_that_was_saved_over_stays_readable_in_the_history_of_its_department(
    browser_of: BrowserOf,
) -> None:
    subject = a_commitment(a_measure(), unit="场").subjects.get()
    update = an_update(measure=subject.commitment.measure)
    saved_by_a_colleague(update, values={subject.pk: (Decimal("7.5"), None)})
    client = browser_of(cast.reporter())
    client.post(form_of(update), sent(update, version=2))
    replaced = ReplacedText.objects.get()
    assert (replaced.saved_by, replaced.replaced_by) == (
        cast.second_reporter().person,
        cast.reporter().person,
    )
    page = client.get(page_of(update)).content.decode()
    for words in ("Saved by 张zgh-reporter-2", "办赛<del>2</del>场", "<del>7.5", "写的进展"):
        assert words in page
    update.refresh_from_db()
    update = builders.brought_to(S.CONFIRMED, update, text=a_text("改定"))
    assert "Saved by" in client.get(page_of(update)).content.decode()
    assert "Saved by" not in browser_of(cast.clerk()).get(page_of(update)).content.decode()


def test_what_is_saved_again_word_for_word_or_stands_frozen_is_not_kept_twice() -> None:
    update = an_update(S.DRAFT)
    update = updates.save(cast.reporter(), update, update.version, a_text(), moment())
    update = updates.submit_for_review(cast.reporter(), update, update.version, moment())
    update = updates.withdraw(cast.reporter(), update, update.version, moment())
    updates.save(cast.second_reporter(), update, update.version, a_text("另写"), moment())
    assert not ReplacedText.objects.exists()


def test_every_text_that_was_saved_over_is_kept_in_its_order(browser_of: BrowserOf) -> None:
    update = an_update()
    for number in range(3):
        update = updates.save(cast.reporter(), update, update.version, a_text(f"第{number}次"), moment())
    (version,) = browser_of(cast.reporter()).get(page_of(update)).context["history"]
    changed = [(row.theirs, row.mine) for earlier in version.replaced for row in earlier.differences]
    assert changed == [("第1次", "第2次"), ("第0次", "第1次")]
