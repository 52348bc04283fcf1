"""One test for each rule of what is written: the text, its values, and what a confirmed one brings about."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest
from django.core.exceptions import ValidationError

from departments.actors import Actor
from departments.models import Succession
from measures.models import (
    TEXT_FIELDS,
    TEXTS,
    Act,
    Commitment,
    CommitmentSubject,
    Event,
    LeadMode,
    Measure,
    MeasureState,
    ProgressUpdate,
    SelfAssessment,
    Situation,
    UpdateState,
)
from measures.workflow import texts, updates
from measures.workflow.errors import WrongStateError
from measures.workflow.texts import Text
from tests import cast
from tests.builders import (
    a_commitment,
    a_measure,
    a_text,
    an_open_period,
    an_update,
    brought_to,
    in_correction,
    moment,
    perform,
    text_in_work,
)

pytestmark = pytest.mark.django_db
S: Final = UpdateState
NOW: Final = moment()


def text_with(name: str, value: str) -> Text:
    fields: dict[str, Any] = {name: value}
    return Text(**fields)


# --- what is written --------------------------------------------------------------------------------


def test_save_stores_the_whole_text_and_who_wrote() -> None:
    text = Text(
        situation=Situation.PROGRESS,
        headline="举办竞赛2场",
        progress="一是组织；二是评选。",
        problems="经费不足",
        coordination="请市财政局支持",
        next_steps="继续推进",
        self_assessment=SelfAssessment.SLOW,
    )
    update = an_update()
    update = updates.save(cast.reporter(), update, update.version, text, NOW)
    update = updates.save(cast.second_reporter(), update, update.version, text, NOW)
    revision = text_in_work(update)
    assert Text.of(revision) == text
    assert revision.number == 1
    assert set(revision.contributors.all()) == {cast.reporter().person, cast.second_reporter().person}


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_save_takes_a_text_of_exactly_its_limit_and_not_one_character_more(name: str) -> None:
    update, limit = an_update(), TEXTS[name].limit
    fits = updates.save(cast.reporter(), update, 1, text_with(name, "字" * limit), NOW)
    with pytest.raises(ValidationError) as caught:
        updates.save(cast.reporter(), update, fits.version, text_with(name, "字" * (limit + 1)), NOW)
    assert list(caught.value.message_dict) == [name]
    assert str(limit) in caught.value.message_dict[name][0]
    assert len(getattr(text_in_work(update), name)) == limit


def test_save_names_every_field_that_is_too_long() -> None:
    update = an_update()
    with pytest.raises(ValidationError) as caught:
        updates.save(cast.reporter(), update, 1, Text(headline="字" * 61, problems="字" * 401), NOW)
    assert set(caught.value.message_dict) == {"headline", "problems"}


def test_submit_freezes_the_revision() -> None:
    update = an_update(S.IN_REVIEW)
    assert text_in_work(update).frozen_at == NOW
    with pytest.raises(WrongStateError):
        perform(Act.SAVE, cast.reporter(), update)


def test_submit_stores_the_text_that_comes_with_it() -> None:
    update = an_update()
    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, a_text("一次写成"))
    assert text_in_work(update).headline == "一次写成"
    assert [event.act for event in Event.objects.of_update(update)] == [Act.SUBMIT_FOR_REVIEW]


def test_submit_needs_a_text() -> None:
    update = an_update()
    with pytest.raises(WrongStateError):
        updates.submit_for_review(cast.reporter(), update, update.version, NOW)


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize(
    ("text", "field"),
    [
        (Text(headline=""), "headline"),
        (Text(headline=" 　"), "headline"),
        (Text(situation=Situation.NO_PROGRESS), "reason"),
        (Text(situation=Situation.NO_PROGRESS, reason=" "), "reason"),
        (Text(situation=Situation.NOT_APPLICABLE, reason="无任务"), "situation"),
    ],
)
def test_submit_needs_the_required_fields(text: Text, field: str) -> None:
    update = an_update()
    with pytest.raises(ValidationError) as caught:
        updates.submit_for_review(cast.reporter(), update, update.version, NOW, text)
    assert list(caught.value.message_dict) == [field]
    update.refresh_from_db()
    assert update.state == S.DUE
    assert not update.revisions.exists()


def test_submit_without_new_progress_costs_one_reason() -> None:
    update = an_update()
    text = Text(situation=Situation.NO_PROGRESS, reason="按计划第三季度启动")
    assert updates.submit_for_review(cast.reporter(), update, 1, NOW, text).state == S.IN_REVIEW


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.parametrize(
    ("state", "act", "who"),
    [(S.IN_REVIEW, Act.APPROVE_AND_SUBMIT, cast.reviewer), (S.SUBMITTED, Act.CONFIRM, cast.clerk)],
)
def test_not_applicable_goes_no_further_once_its_participant_leads(
    state: UpdateState, act: Act, who: Callable[[], Actor]
) -> None:
    measure = a_measure(("jyj",), ("zgh",))
    text = Text(situation=Situation.NOT_APPLICABLE, reason="本期无参与事项")
    update = an_update(state, measure=measure, text=text)
    ProgressUpdate.objects.filter(pk=update.pk).update(role="lead")
    with pytest.raises(ValidationError, match="situation"):
        perform(act, who(), update)
    update.refresh_from_db()
    assert (update.state, update.in_force) == (state, None)


def test_not_applicable_is_for_participants_only() -> None:
    measure = a_measure(("jyj",), ("zgh",))
    update = an_update(measure=measure)
    text = Text(situation=Situation.NOT_APPLICABLE, reason="本期无参与事项")
    assert updates.submit_for_review(cast.reporter(), update, 1, NOW, text).state == S.IN_REVIEW


# --- values of commitments --------------------------------------------------------------------------

ONE: Final = Decimal("1.00")


def a_value_for(*commitments: Commitment, number: Decimal = ONE) -> Text:
    subjects = CommitmentSubject.objects.filter(commitment__in=commitments)
    return a_text(values={subject.pk: (number, None) for subject in subjects})


def stored(update: ProgressUpdate) -> list[Decimal]:
    return list(text_in_work(update).values.values_list("number", flat=True))


def test_values_are_saved_with_the_text_and_replaced_with_it() -> None:
    measure = a_measure()
    commitment = a_commitment(measure, "市本级", "三河市")
    update = an_update(S.DRAFT, measure=measure, text=a_value_for(commitment))
    assert stored(update) == [ONE, ONE]
    city = commitment.subjects.get(name="市本级")
    share = a_text(values={city.pk: (Decimal(3), Decimal(4))})
    update = updates.save(cast.reporter(), update, update.version, share, NOW)
    assert Text.of(text_in_work(update)).values == {city.pk: (Decimal(3), Decimal(4))}


def test_values_are_frozen_with_their_revision_and_copied_to_the_next() -> None:
    measure = a_measure()
    commitment = a_commitment(measure)
    update = an_update(S.IN_REVIEW, measure=measure, text=a_value_for(commitment))
    old = text_in_work(update)
    update = perform(Act.RETURN, cast.reviewer(), update)
    assert stored(update) == [ONE]
    updates.save(cast.reporter(), update, update.version, a_value_for(commitment, number=Decimal(5)), NOW)
    assert stored(update) == [Decimal(5)]
    assert Text.of(old).values == {commitment.subjects.get().pk: (ONE, None)}


def test_values_count_with_the_text_in_force() -> None:
    measure = a_measure()
    commitment = a_commitment(measure)
    update = an_update(S.CONFIRMED, measure=measure, text=a_value_for(commitment))
    update = in_correction(update)
    updates.save(cast.reporter(), update, update.version, a_value_for(commitment, number=Decimal(5)), NOW)
    assert update.in_force is not None
    assert [row.number for row in update.in_force.values.all()] == [ONE]


@pytest.mark.parametrize(
    ("number", "out_of"),
    [(Decimal(-1), None), (Decimal(3), Decimal(2)), (Decimal(0), Decimal(0)), (Decimal("1.234"), None)],
)
def test_values_that_cannot_be_are_refused_and_nothing_is_saved(
    number: Decimal, out_of: Decimal | None
) -> None:
    measure = a_measure()
    subject = a_commitment(measure).subjects.get()
    update = an_update(S.DRAFT, measure=measure)
    wrong = a_text("不应保存", values={subject.pk: (number, out_of)})
    with pytest.raises(ValidationError):
        updates.save(cast.reporter(), update, update.version, wrong, NOW)
    assert text_in_work(update).headline == a_text().headline


def enters(measure: Measure, slug: str) -> list[str]:
    """The labels of the commitments whose status a department's update states."""
    update = an_update(measure=measure, slug=slug)
    return [subject.commitment.label for subject in texts.entered_subjects(update)]


def test_values_are_entered_by_the_convenor_unless_the_office_named_somebody() -> None:
    measure = a_measure(("zgh", "jyj"), ("czj",))
    a_commitment(measure, label="窗口")
    a_commitment(measure, label="补贴", entered_by=cast.a_department("czj"))
    found = {slug: enters(measure, slug) for slug in ("zgh", "jyj", "czj")}
    assert found == {"zgh": ["窗口"], "jyj": [], "czj": ["补贴"]}


def test_values_are_entered_by_each_of_separate_leads() -> None:
    measure = a_measure(("zgh", "jyj"), ("czj",), LeadMode.SEPARATE)
    a_commitment(measure, label="试行技位")
    found = {slug: enters(measure, slug) for slug in ("zgh", "jyj", "czj")}
    assert found == {"zgh": ["试行技位"], "jyj": ["试行技位"], "czj": []}


def test_values_follow_to_the_department_that_performs_today() -> None:
    measure = a_measure(("zgh",), ("wgxj",))
    a_commitment(measure, label="宣传", entered_by=cast.a_department("wgxj"))
    Succession.objects.create(
        predecessor=cast.a_department("wgxj"),
        successor=cast.a_department("wlj"),
        valid_from=cast.SINCE,
        basis="机构改革方案",
    )
    assert enters(measure, "wlj") == ["宣传"]


def test_values_of_another_departments_commitment_are_refused() -> None:
    measure = a_measure(("zgh",), ("czj",))
    commitment = a_commitment(measure)
    update = an_update(measure=measure, slug="czj")
    with pytest.raises(ValidationError, match="values"):
        updates.save(cast.reporter("czj"), update, update.version, a_value_for(commitment), NOW)
    assert not update.revisions.exists()


# --- what a confirmed text sets in motion -----------------------------------------------------------


def test_measure_starts_with_the_first_confirmed_progress() -> None:
    update = an_update(S.SUBMITTED)
    assert update.measure.state == MeasureState.NOT_STARTED
    update = perform(Act.CONFIRM, cast.clerk(), update)
    update.measure.refresh_from_db()
    assert update.measure.state == MeasureState.IN_PROGRESS
    brought_to(S.CONFIRMED, in_correction(update))
    (start,) = Event.objects.filter(measure=update.measure)
    assert (start.act, start.from_state, start.to_state) == (Act.START, "not_started", "in_progress")


def test_measure_does_not_start_without_progress() -> None:
    text = Text(situation=Situation.NO_PROGRESS, reason="尚未启动")
    update = an_update(S.CONFIRMED, text=text)
    update.measure.refresh_from_db()
    assert update.measure.state == MeasureState.NOT_STARTED


def test_matter_is_raised_when_the_text_is_confirmed() -> None:
    update = an_update(S.SUBMITTED, text=a_text(coordination=" 请市财政局落实经费 "))
    assert not update.measure.matters.exists()
    update = perform(Act.CONFIRM, cast.clerk(), update)
    matter = update.measure.matters.get()
    assert (matter.text, matter.department, matter.raised_on) == (
        "请市财政局落实经费", cast.a_department("zgh"), NOW.date(),
    )  # fmt: skip
    assert matter.raised_in == update.in_force


def test_matter_in_the_same_words_is_the_same_matter() -> None:
    measure, text = a_measure(), a_text(coordination="请市财政局落实经费")
    first = an_update(S.CONFIRMED, measure=measure, text=text)
    an_open_period(code="2020Q3")
    an_update(S.CONFIRMED, measure=measure, text=text, code="2020Q3")
    assert measure.matters.get().raised_in == first.in_force
    an_update(S.CONFIRMED, measure=measure, text=a_text(coordination="请市教育局配合"), code="2020Q4")
    assert measure.matters.open().count() == 2


def test_matter_is_corrected_with_its_text() -> None:
    update = an_update(S.CONFIRMED, text=a_text(coordination="请市财政局落实经费"))
    update = brought_to(
        S.CONFIRMED, in_correction(update), text=a_text(coordination="请市财政局落实经费20万元")
    )
    matter = update.measure.matters.get()
    assert (matter.text, matter.raised_in) == ("请市财政局落实经费20万元", update.in_force)


def test_matter_that_is_settled_may_be_raised_again() -> None:
    measure, text = a_measure(), a_text(coordination="请市财政局落实经费")
    an_update(S.CONFIRMED, measure=measure, text=text)
    measure.matters.update(resolved_at=NOW, resolved_by=cast.clerk().person, answer="已落实")
    an_update(S.CONFIRMED, measure=measure, text=text, code="2020Q3")
    assert (measure.matters.count(), measure.matters.open().count()) == (2, 1)
