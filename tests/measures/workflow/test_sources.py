"""What a convenor takes over from the others is on record by revision; whatever of it changes is found."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from measures.models import Act, InputUse, PeriodState, ProgressUpdate, Revision, UpdateState, UsedInput
from measures.pages.sources import ChangedSource, changed_sources
from measures.workflow import updates
from measures.workflow.errors import WrongStateError
from measures.workflow.sources import Inserted, mark_seen, with_source, words_of
from tests import builders, cast

pytestmark = pytest.mark.django_db
S = UpdateState
NOW = builders.moment()


@pytest.fixture
def convened() -> ProgressUpdate:
    """zgh's, not written; jyj takes part and has submitted its text."""
    builders.a_working_calendar()
    measure = builders.a_measure(leads=["zgh"], participants=["jyj"])
    text = builders.a_text(progress="培训教师20人", problems="经费不足")
    builders.an_update(S.SUBMITTED, measure=measure, slug="jyj", text=text)
    return builders.update_of(measure, "zgh")


def input_of(update: ProgressUpdate, slug: str = "jyj") -> ProgressUpdate:
    return builders.update_of(update.measure, slug)


def taken_over(update: ProgressUpdate, *fields: str, source: Revision | None = None) -> ProgressUpdate:
    """Save a text into which these fields of the input were put."""
    source = source or builders.text_in_work(input_of(update))
    words = {name: with_source(words_of(source)[name], source) for name in fields}
    inserted = [Inserted(source.uuid, name) for name in fields]
    text = builders.a_text(**words)
    return updates.save(cast.reporter(), update, update.version, text, NOW, inserted)


def changed(update: ProgressUpdate) -> list[ChangedSource]:
    return changed_sources([update]).get(update.pk, [])


def submitted_anew(source: ProgressUpdate, **words: str) -> ProgressUpdate:
    """Back from the convenor, changed, and submitted again."""
    source = builders.returned_by_office(source)
    reporter, reviewer = cast.reporter("jyj"), cast.reviewer("jyj")
    text = builders.a_text(**{"progress": "培训教师20人", "problems": "经费不足", **words})
    source = updates.submit_for_review(reporter, source, source.version, NOW, text)
    return updates.approve_and_submit(reviewer, source, source.version, NOW)


def test_what_was_inserted_is_on_record_with_its_revision_and_person(convened: ProgressUpdate) -> None:
    update = taken_over(convened, "progress", "problems")
    source = builders.text_in_work(input_of(update))
    rows = UsedInput.objects.values_list("update", "source", "field", "use", "by__username", "at")
    assert list(rows) == [
        (update.pk, source.pk, name, InputUse.INSERTED, "zgh-reporter", NOW)
        for name in ("progress", "problems")
    ]
    assert builders.text_in_work(update).progress == "培训教师20人（来源：市教育局，2020-07-01 报送）"
    taken_over(update, "progress")
    assert UsedInput.objects.count() == 2, "what is on record is not written twice"


def test_a_save_that_is_refused_leaves_no_source(convened: ProgressUpdate) -> None:
    source = builders.text_in_work(input_of(convened))
    inserted, text = [Inserted(source.uuid, "progress")], builders.a_text(progress="很" * 801)
    with pytest.raises(Exception, match="801"):
        updates.save(cast.reporter(), convened, convened.version, text, NOW, inserted)
    with pytest.raises(PermissionDenied):
        updates.save(cast.reviewer(), convened, convened.version, builders.a_text(), NOW, inserted)
    assert not UsedInput.objects.exists()


def test_only_inputs_of_the_own_measure_that_were_submitted_are_sources(convened: ProgressUpdate) -> None:
    elsewhere = builders.text_in_work(builders.an_update(S.SUBMITTED, slug="czj"))
    gone = builders.text_in_work(builders.returned_by_office(input_of(convened)))  # in work again
    own = builders.text_in_work(builders.brought_to(S.DRAFT, convened))
    for source in (elsewhere, gone, own):
        fresh = builders.update_of(convened.measure, "zgh")
        inserted = [Inserted(source.uuid, "progress"), Inserted(source.uuid, "headline")]
        text = builders.a_text(progress="汇总")
        updates.save(cast.reporter(), fresh, fresh.version, text, NOW, inserted)
    assert not UsedInput.objects.exists()


def test_a_source_that_is_returned_or_says_something_else_has_changed(convened: ProgressUpdate) -> None:
    update = taken_over(convened, "progress")
    assert changed(update) == []
    returned = builders.returned_by_office(input_of(update))
    [row] = changed(update)
    assert (row.update, row.now, row.changes) == (returned, None, [])
    written = builders.a_text(progress="培训教师35人")
    sent = updates.submit_for_review(cast.reporter("jyj"), returned, returned.version, NOW, written)
    updates.approve_and_submit(cast.reviewer("jyj"), sent, sent.version, NOW)
    [row] = changed(update)
    assert (row.known.number, row.now and row.now.number) == (1, 2)
    [(_label, difference)] = row.changes
    assert difference == "培训教师<del>20</del><ins>35</ins>人"
    assert builders.text_in_work(update).progress.startswith("培训教师20人（来源"), "nothing is overwritten"


def test_a_source_whose_used_words_are_the_same_has_not_changed(convened: ProgressUpdate) -> None:
    update = taken_over(convened, "progress")
    submitted_anew(input_of(update), problems="另一个问题")
    assert changed(update) == []
    fresh = taken_over(update, "problems", source=builders.text_in_work(input_of(update)))
    assert changed(fresh) == []


def test_a_correction_changes_its_source_only_when_it_is_submitted(convened: ProgressUpdate) -> None:
    update = taken_over(convened, "progress")
    source = builders.perform(Act.CONFIRM, cast.clerk(), input_of(update))
    source = builders.in_correction(source)
    assert changed(update) == []
    text = builders.a_text(progress="培训教师19人")
    source = updates.submit_for_review(cast.reporter("jyj"), source, source.version, NOW, text)
    assert changed(update) == []
    updates.approve_and_submit(cast.reviewer("jyj"), source, source.version, NOW)
    [row] = changed(update)
    assert row.now is not None
    assert row.now.number == 2


def test_a_change_is_seen_or_inserted_anew_and_told_no_more(convened: ProgressUpdate) -> None:
    update = taken_over(convened, "progress")
    second = builders.text_in_work(submitted_anew(input_of(update), progress="培训教师35人"))
    [row] = mark_seen(cast.reporter(), update, second, NOW)
    assert (row.source, row.field, row.use) == (second, "progress", InputUse.SEEN)
    assert changed(update) == []
    third = builders.text_in_work(submitted_anew(input_of(update), progress="培训教师36人"))
    assert [row.now for row in changed(update)] == [third]
    with pytest.raises(WrongStateError, match="又有变化"):
        mark_seen(cast.reporter(), update, second, NOW)
    fresh = taken_over(builders.update_of(update.measure, "zgh"), "progress")
    assert changed(fresh) == []


def test_only_who_writes_for_the_convenor_marks_a_change_as_seen(convened: ProgressUpdate) -> None:
    update = taken_over(convened, "progress")
    second = builders.text_in_work(submitted_anew(input_of(update), progress="培训教师35人"))
    for actor in (cast.reviewer(), cast.reporter("jyj"), cast.clerk()):
        with pytest.raises(PermissionDenied):
            mark_seen(actor, update, second, NOW)
    builders.set_period_state(update.period, PeriodState.ARCHIVED)
    with pytest.raises(WrongStateError, match="已归档"):
        mark_seen(cast.reporter(), update, second, NOW)


def test_words_of_an_input_are_its_sentence_or_its_reason_where_there_is_no_more() -> None:
    def said(**columns: Any) -> dict[str, str]:
        usual = {"situation": "progress", "headline": "一句话", "progress": "", "problems": ""}
        return words_of(Revision(**{**usual, **columns}))

    assert said() == {"progress": "一句话"}
    assert said(progress="做了事", problems="缺钱") == {"progress": "做了事", "problems": "缺钱"}
    idle = {"situation": "no_progress", "reason": "等待批复", "progress": "藏着的话"}
    assert said(**idle, next_steps="下季度开展") == {"progress": "等待批复", "next_steps": "下季度开展"}


def test_used_inputs_are_only_ever_added(convened: ProgressUpdate) -> None:
    taken_over(convened, "progress")
    before = list(UsedInput.objects.values())
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        UsedInput.objects.all()._raw_delete(using="default")
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        UsedInput.objects.update(field="problems")
    assert list(UsedInput.objects.values()) == before
