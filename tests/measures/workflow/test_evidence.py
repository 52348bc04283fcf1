"""Evidence comes and goes while the text may be written, and stays with the text that was submitted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from departments.actors import Actor
from measures import verification
from measures.evidence_storage import kept, look_at
from measures.models import Act, Event, EvidenceFile, PeriodState, ProgressUpdate, UpdateState
from measures.workflow import evidence, updates
from measures.workflow.errors import WorkflowError
from tests import builders, cast, tampering
from tests.builders import a_receipt, a_text, an_update, brought_to, moment, text_in_work
from tests.evidence import a_pdf, added, an_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "in_english", "calendar")]
S: Final = UpdateState
NOW: Final = moment()


def fresh(update: ProgressUpdate) -> ProgressUpdate:
    return ProgressUpdate.objects.with_context().get(pk=update.pk)


def text_faults() -> list[str]:
    """Of updates; the builders open their period without an event."""
    with translation.override("zh-hans"):
        return [sentence for sentence in verification.record_faults() if not sentence.startswith("填报期")]


def five() -> list[Any]:
    return [an_upload(f"{name}.pdf", a_pdf(name)) for name in "甲乙丙丁戊"]


def acts_of(update: ProgressUpdate) -> list[tuple[str, str]]:
    return list(Event.objects.of_update(update).order_by("pk").values_list("act", "comment"))


def names_of(update: ProgressUpdate) -> list[str]:
    return [row.name for row in text_in_work(update).evidence.order_by("pk")]


def test_evidence_is_added_as_an_event_and_moves_neither_state_nor_version() -> None:
    update = an_update(S.DRAFT)
    [row] = added(update)
    assert (row.place, row.name, row.size) == (1, "竞赛名单.pdf", len(a_pdf()))
    assert (row.added_by, row.added_at) == (cast.reporter().person, NOW)
    assert (fresh(update).state, fresh(update).version) == (S.DRAFT, update.version)
    assert acts_of(update)[-1] == (Act.ADD_EVIDENCE, "竞赛名单.pdf")


def test_evidence_has_five_files_at_most_and_a_place_becomes_free() -> None:
    update = an_update(S.DRAFT)
    rows = added(update, *five())
    assert [row.place for row in rows] == [1, 2, 3, 4, 5]
    with pytest.raises(ValidationError, match="one too many: there are 5 files at most"):
        added(update)
    evidence.withdraw_file(cast.reporter(), rows[2], "传错了", NOW)
    [row] = added(update)
    assert row.place == 3


def test_evidence_of_one_upload_comes_whole_or_not_at_all(evidence_folder: Path) -> None:
    update = an_update(S.DRAFT)
    with pytest.raises(ValidationError):
        added(update, *five(), an_upload())
    assert not EvidenceFile.objects.exists()
    assert not [path for path in evidence_folder.rglob("*") if path.is_file()]
    assert Act.ADD_EVIDENCE not in dict(acts_of(update))


def test_evidence_of_the_same_content_is_told_and_a_second_click_is_none(evidence_folder: Path) -> None:
    update = an_update(S.DRAFT)
    first = added(update)
    assert added(update) == first
    assert [act for act, _comment in acts_of(update)].count(Act.ADD_EVIDENCE) == 1
    with pytest.raises(ValidationError, match=r"“副本\.pdf” has the same content as “竞赛名单\.pdf”"):
        added(update, an_upload("副本.pdf"))
    assert len([path for path in evidence_folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("state", S)
def test_evidence_is_changed_exactly_while_the_text_may_be_written(state: UpdateState) -> None:
    """By a reporter, in the states in which `save` is possible."""
    update = an_update(state)
    if updates.is_possible(update, Act.SAVE):
        [row] = added(update)
        assert evidence.withdraw_file(cast.reporter(), row, "传错了", NOW).withdrawn_at == NOW
    else:
        with pytest.raises(WorkflowError, match="only while the text may be written"):
            added(update)
        assert not EvidenceFile.objects.exists()


def test_evidence_of_a_submitted_text_is_not_withdrawn_nor_in_an_archived_period() -> None:
    update = an_update(S.DRAFT)
    [row] = added(update)
    submitted = updates.submit_for_review(cast.reporter(), update, update.version, NOW)
    with pytest.raises(WorkflowError):
        evidence.withdraw_file(cast.reporter(), row, "传错了", NOW)
    updates.withdraw(cast.reporter(), submitted, submitted.version, NOW)
    builders.set_period_state(update.period, PeriodState.ARCHIVED)
    with pytest.raises(WorkflowError):
        evidence.withdraw_file(cast.reporter(), row, "传错了", NOW)


@pytest.mark.parametrize(
    "who",
    [
        cast.reviewer, cast.clerk, cast.signer, cast.leader, cast.auditor, cast.admin, cast.stranger,
        cast.anonymous, cast.former_reporter, lambda: cast.reporter("jyj"),
    ],
)  # fmt: skip
def test_evidence_is_changed_by_who_writes_for_the_department(who: Callable[[], Actor]) -> None:
    update = an_update(S.DRAFT)
    [row] = added(update)
    with pytest.raises(PermissionDenied):
        evidence.add_files(who(), update, [look_at(an_upload("乙.pdf", a_pdf("乙")))], NOW)
    with pytest.raises(PermissionDenied):
        evidence.withdraw_file(who(), row, "传错了", NOW)


def test_evidence_is_withdrawn_with_a_reason_once() -> None:
    update = an_update(S.DRAFT)
    [row] = added(update)
    with pytest.raises(ValidationError) as caught:
        evidence.withdraw_file(cast.reporter(), row, " ", NOW)
    assert "reason" in caught.value.message_dict
    done = evidence.withdraw_file(cast.reporter(), row, "传错了", NOW)
    assert (done.withdrawn_by, done.withdrawal_reason) == (cast.reporter().person, "传错了")
    assert evidence.withdraw_file(cast.reporter(), row, "传错了", NOW) == done
    with pytest.raises(WorkflowError, match="withdrawn already"):
        evidence.withdraw_file(cast.second_reporter(), row, "重复", NOW)
    assert acts_of(update)[-1] == (Act.WITHDRAW_EVIDENCE, "竞赛名单.pdf：传错了")
    assert [row.withdrawn_at for row in added(update)] == [None]  # the same content may come back


def test_evidence_is_frozen_with_the_text_that_was_submitted() -> None:
    """A revision tells which files it had, whatever becomes of them later."""
    update = an_update(S.DRAFT)
    first, _second = added(update, an_upload(), an_upload("乙.pdf", a_pdf("乙")))
    assert names_of(update) == []  # of a text in work, the update has them
    update = brought_to(S.SUBMITTED, fresh(update))
    assert names_of(update) == ["竞赛名单.pdf", "乙.pdf"]
    frozen = text_in_work(update)
    update = builders.returned_by_office(update)
    evidence.withdraw_file(cast.reporter(), first, "名单有误", NOW)
    update = brought_to(S.CONFIRMED, fresh(update))
    assert names_of(update) == ["乙.pdf"]
    assert frozen.evidence.count() == 2
    assert text_faults() == []


@pytest.mark.parametrize("column", ["name", "sha256", "size"])
def test_evidence_of_a_submitted_text_is_sealed_with_it(column: str) -> None:
    update = an_update(S.DRAFT)
    [row] = added(update)
    brought_to(S.SUBMITTED, fresh(update))
    assert text_faults() == []
    EvidenceFile.objects.filter(pk=row.pk).update(**{column: "1" * 64 if column == "sha256" else "7"})
    [sentence] = text_faults()
    assert sentence.endswith("第 1 稿：提交后的内容被改动。")


def test_evidence_that_is_taken_from_a_submitted_text_is_told() -> None:
    update = an_update(S.DRAFT)
    [row] = added(update)
    brought_to(S.SUBMITTED, fresh(update))
    tampering.unguarded()
    row.revisions.clear()
    assert any("提交后的内容被改动" in sentence for sentence in text_faults())


def test_evidence_of_what_came_on_paper_takes_the_place_of_the_departments_own() -> None:
    """What a department has in work stays with it (docs/domain.md 4.19)."""
    update = an_update(S.DRAFT)
    [own] = added(update)
    scan = look_at(an_upload("来件扫描.pdf", a_pdf("扫描")))
    with kept([scan]) as files:
        done = updates.file_on_behalf(
            cast.clerk(), fresh(update), update.version, a_text(), a_receipt(), NOW, files
        )
    assert names_of(done) == ["来件扫描.pdf"]
    own.refresh_from_db()
    assert (own.withdrawn_by, own.withdrawn_at) == (cast.clerk().person, NOW)
    assert own.revisions.count() == 0
    [row] = update.evidence.present()
    assert row.added_by == cast.clerk().person
    assert text_faults() == []
