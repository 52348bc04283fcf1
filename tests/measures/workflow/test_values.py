"""What a value stood at before, and that it does not shrink without a reason."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from django.core.exceptions import ValidationError

from measures.models import (
    Act,
    AnswerKind,
    Commitment,
    CommitmentCycle,
    CommitmentKind,
    CommitmentSubject,
    LeadMode,
    ProgressUpdate,
    UpdateState,
)
from measures.verification import record_faults
from measures.workflow import texts, updates
from measures.workflow.texts import Text
from measures.workflow.values import values_before
from tests import builders, cast
from tests.builders import a_commitment, a_measure, a_receipt, a_text, an_update, perform, text_in_work

pytestmark = pytest.mark.django_db
NOW: Final = builders.moment()
S = UpdateState


def states(commitment: Commitment, number: str, reason: str = "", **changes: Any) -> Text:
    subjects = commitment.subjects.all()
    values = {row.pk: (Decimal(number), changes.get("out_of")) for row in subjects}
    return a_text(values=values, decreases={row.pk: reason for row in subjects if reason})


def confirmed(
    commitment: Commitment, code: str, number: str, slug: str = "zgh", **more: Any
) -> ProgressUpdate:
    return an_update(
        S.CONFIRMED, slug=slug, measure=commitment.measure, code=code, text=states(commitment, number, **more)
    )


def stood_before(update: ProgressUpdate) -> Mapping[str, Decimal]:
    subjects = list(texts.entered_subjects(update))
    found = values_before([update], {update.pk: subjects})[update.pk]
    return {row.commitment.label: found[row.pk].number for row in subjects if row.pk in found}


def fallen(update: ProgressUpdate) -> list[tuple[Decimal | None, str]]:
    rows = text_in_work(update).values.order_by("subject_id")
    return [(row.fell_from, row.decrease_reason) for row in rows]


# --- what stood before ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "earlier", "before"),
    [
        ({}, {"2019Q4": "4", "2020Q1": "6"}, "6"),
        ({}, {"2019Q4": "4"}, "4"),
        ({"cycle": CommitmentCycle.YEARLY}, {"2019Q4": "4", "2020Q1": "2"}, "2"),
        ({"cycle": CommitmentCycle.YEARLY}, {"2019Q4": "4"}, None),  # a new year begins at nothing
        # after its last year it is judged in that year for good (docs/decisions/0015)
        ({"cycle": CommitmentCycle.YEARLY, "ends_on": date(2019, 12, 31)}, {"2019Q4": "4"}, "4"),
    ],
)
def test_a_value_goes_on_from_the_last_one_of_its_cycle(
    changes: dict[str, Any], earlier: dict[str, str], before: str | None
) -> None:
    goal = a_commitment(a_measure(), **changes)
    for code, number in earlier.items():
        confirmed(goal, code, number)
    expected = {} if before is None else {goal.label: Decimal(before)}
    assert stood_before(an_update(measure=goal.measure)) == expected


def test_a_value_goes_on_from_what_counts_and_separate_leads_from_their_own() -> None:
    """A new convenor goes on where the last one stopped."""
    joint = a_commitment(a_measure(("jyj", "zgh")))
    confirmed(joint, "2020Q1", "6", slug="jyj")
    assert stood_before(an_update(measure=joint.measure, slug="jyj")) == {joint.label: 6}
    joint.measure.responsibilities.filter(department__slug="jyj").update(position=3)
    joint.measure.responsibilities.filter(department__slug="zgh").update(position=1)
    ProgressUpdate.objects.filter(period__code="2020Q2").update(position=3)
    ProgressUpdate.objects.filter(period__code="2020Q2", department__slug="zgh").update(position=1)
    assert stood_before(builders.update_of(joint.measure, "zgh")) == {joint.label: 6}
    separate = a_commitment(a_measure(("jyj", "zgh"), lead_mode=LeadMode.SEPARATE))
    confirmed(separate, "2020Q1", "6", slug="jyj")
    confirmed(separate, "2020Q1", "2")
    found = [stood_before(an_update(measure=separate.measure, slug=slug)) for slug in ("jyj", "zgh")]
    assert found == [{separate.label: 6}, {separate.label: 2}]


# --- what falls says why ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "before", "now"),
    [
        ({"kind": CommitmentKind.RECURRING, "cycle": CommitmentCycle.YEARLY}, "9", "8"),
        ({"answer": AnswerKind.YES_NO}, "1", "0"),
        ({"answer": AnswerKind.SHARE, "kind": CommitmentKind.COMPARISON, "floor": None}, "9", "8"),
    ],
)
def test_a_value_that_falls_says_why_when_it_is_submitted_and_not_before(
    changes: dict[str, Any], before: str, now: str
) -> None:
    goal = a_commitment(a_measure(), **changes)
    out_of = Decimal(12) if changes.get("answer") == AnswerKind.SHARE else None
    confirmed(goal, "2020Q1", before, out_of=out_of)
    subject = goal.subjects.get()
    silent = states(goal, now, out_of=out_of)
    update = an_update(S.DRAFT, measure=goal.measure, text=silent)  # a draft may wait for its reason
    with pytest.raises(ValidationError) as refused:
        updates.submit_for_review(cast.reporter(), update, update.version, NOW, silent)
    assert list(refused.value.message_dict) == [f"decrease_{subject.pk}"]
    assert goal.label in refused.value.message_dict[f"decrease_{subject.pk}"][0]
    told = states(goal, now, "一季度重复统计", out_of=out_of)
    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, told)
    assert fallen(update) == [(Decimal(before), "一季度重复统计")]
    update = perform(Act.CONFIRM, cast.clerk(), perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update))
    of_texts = [
        fault for fault in record_faults() if "稿" in fault
    ]  # what it fell from is sealed with the text
    assert (update.state, of_texts) == (S.CONFIRMED, [])


@pytest.mark.parametrize(
    ("changes", "before", "now"),
    [
        ({}, "9", "9"),
        ({}, "9", "10"),
        ({"floor": None, "ceiling": Decimal(10)}, "9", "8"),  # a limit says how things are
        ({"cycle": CommitmentCycle.YEARLY}, "", "0"),
    ],
)
def test_a_value_that_does_not_fall_and_a_limit_are_not_asked(
    changes: dict[str, Any], before: str, now: str
) -> None:
    goal = a_commitment(a_measure(), **changes)
    confirmed(goal, "2020Q1" if before else "2019Q4", before or "5")
    update = an_update(S.IN_REVIEW, measure=goal.measure, text=states(goal, now))
    assert fallen(update) == [(None, "")]


def test_what_else_is_missing_is_told_together_with_the_reason_of_a_fall() -> None:
    goal = a_commitment(a_measure())
    confirmed(goal, "2020Q1", "9")
    update = an_update(measure=goal.measure)
    silent = Text(values=states(goal, "8").values)
    with pytest.raises(ValidationError) as refused:
        updates.submit_for_review(cast.reporter(), update, 1, NOW, silent)
    assert set(refused.value.message_dict) == {"headline", f"decrease_{goal.subjects.get().pk}"}


def test_the_reason_of_a_fall_goes_on_with_the_text_and_what_it_fell_from_is_settled_anew() -> None:
    goal = a_commitment(a_measure())
    confirmed(goal, "2020Q1", "9")
    update = an_update(S.IN_REVIEW, measure=goal.measure, text=states(goal, "8", "重复统计"))
    update = perform(Act.WITHDRAW, cast.reporter(), update)
    assert fallen(update) == [(None, "重复统计")]
    raised = states(goal, "9", "重复统计")
    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, raised)
    assert fallen(update) == [(None, "重复统计")]


def test_a_correction_is_measured_by_the_period_before_and_not_by_itself() -> None:
    """It has a reason of its own (docs/domain.md 4.8)."""
    goal = a_commitment(a_measure())
    confirmed(goal, "2020Q1", "5")
    update = builders.in_correction(confirmed(goal, "2020Q2", "9"))
    update = updates.submit_for_review(cast.reporter(), update, update.version, NOW, states(goal, "7"))
    assert fallen(update) == [(None, "")]


def test_what_the_office_enters_for_a_department_says_why_it_fell_too() -> None:
    builders.a_working_calendar()
    goal = a_commitment(a_measure())
    confirmed(goal, "2020Q1", "9")
    update = an_update(measure=goal.measure)
    with pytest.raises(ValidationError):
        updates.file_on_behalf(cast.clerk(), update, 1, states(goal, "8"), a_receipt(), NOW)
    told = states(goal, "8", "电话告知：重复统计")
    update = updates.file_on_behalf(cast.clerk(), update, 1, told, a_receipt(), NOW)
    assert fallen(update) == [(Decimal(9), "电话告知：重复统计")]


@pytest.mark.parametrize("reason", ["字" * 201, "原因\u200b"])
def test_a_reason_that_is_too_long_or_hides_something_is_not_saved(reason: str) -> None:
    goal = a_commitment(a_measure())
    update = an_update(measure=goal.measure)
    with pytest.raises(ValidationError) as refused:
        updates.save(cast.reporter(), update, 1, states(goal, "8", reason), NOW)
    assert list(refused.value.message_dict) == [f"decrease_{goal.subjects.get().pk}"]


def test_earlier_values_take_one_query_for_many(django_assert_num_queries: Any) -> None:
    goals = [a_commitment(a_measure(section=builders.a_section())) for _number in range(3)]
    for goal in goals:
        confirmed(goal, "2020Q1", "9")
    builders.an_open_period()
    rows = list(ProgressUpdate.objects.filter(period__code="2020Q2").with_context())
    subjects: dict[int, list[CommitmentSubject]] = texts.entered_subjects_of(rows)
    with django_assert_num_queries(1):
        found = values_before(rows, subjects)
    assert sum(len(values) for values in found.values()) == 3
