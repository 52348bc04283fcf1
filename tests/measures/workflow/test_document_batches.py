"""Asking for documents as a batch, cancelling and trying again: what the acts do, and what they refuse."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.models import Department
from measures.models import Act, BatchDocumentState, BatchKind, BatchState, Event
from measures.models.batches import FORMS, LENGTHS
from measures.reports import batches as documents
from measures.reports import kinds, status
from measures.workflow import batches
from measures.workflow.batches import Wanted
from measures.workflow.errors import WrongStateError
from tests import cast
from tests.measures import batch_rows as rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_batch_is_an_act_of_the_period_and_so_is_its_cancelling() -> None:
    batch = rows.asked_for(wanted=rows.REPORTS)
    batches.cancel_batch(cast.second_clerk(), batch, rows.NOW)
    begun, cancelled = Event.objects.filter(period=batch.period).order_by("pk")
    assert (begun.act, begun.user, begun.department) == (
        Act.BEGIN_BATCH,
        cast.clerk().person,
        Department.objects.get(slug="rsj"),
    )
    assert begun.comment == cancelled.comment == "单位报告2份（pdf）"
    assert (cancelled.act, cancelled.user) == (Act.CANCEL_BATCH, cast.second_clerk().person)


@pytest.mark.parametrize(("who", "where"), [("reviewer", "zgh"), ("lent_clerk", "rsj"), ("leader", "rsj")])
def test_batch_is_asked_for_in_the_name_of_the_office_or_of_the_own_department(who: str, where: str) -> None:
    rows.asked_for(getattr(cast, who)())
    assert Event.objects.get(act=Act.BEGIN_BATCH).department == Department.objects.get(slug=where)


def test_long_document_is_a_batch_of_one_and_no_act() -> None:
    """Also for somebody who holds no role, as the document itself is."""
    batch = rows.asked_for(cast.admin(), Wanted("status", "pdf", "brief", cast.DAY))
    assert [row.subject for row in batch.documents.all()] == [""]
    assert (batch.total, batch.length) == (1, "brief")
    batches.cancel_batch(cast.admin(), batch, rows.NOW)
    assert not Event.objects.filter(act__in=[Act.BEGIN_BATCH, Act.CANCEL_BATCH]).exists()


def test_batch_holds_what_the_person_may_have_alone() -> None:
    """All departments for the office; their own for others; dossiers for everybody who holds a role."""
    period = rows.a_period()

    def subjects(who: str, wanted: Wanted) -> list[str]:
        batch = rows.asked_for(getattr(cast, who)(), wanted)
        return list(batch.documents.values_list("subject", flat=True))

    assert subjects("leader", rows.REPORTS) == ["zgh", "jyj"]
    assert subjects("reviewer", rows.REPORTS) == ["zgh"]
    assert subjects("reviewer", rows.DOSSIERS) == ["二（一）", "二（二）"]
    for who in (cast.admin(), cast.former_reporter()):
        for wanted in (rows.REPORTS, rows.DOSSIERS):
            with pytest.raises(PermissionDenied):
                documents.begin(who, period, wanted, rows.NOW)
    stranger = cast.stranger()
    with pytest.raises(WrongStateError, match="nothing in this period"):
        documents.begin(stranger, period, rows.REPORTS, rows.NOW)


def test_same_batch_is_not_asked_for_twice_while_it_is_made() -> None:
    rows.asked_for()
    with pytest.raises(ValidationError, match="already"):
        rows.asked_for()
    rows.asked_for(cast.second_clerk())
    rows.asked_for(wanted=Wanted("measure", "docx", "full", cast.DAY))


def test_nobody_asks_for_more_than_others_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_IN_WORK", 1)
    rows.asked_for()
    with pytest.raises(WrongStateError, match="1 batches"):
        rows.asked_for(wanted=rows.REPORTS)
    monkeypatch.setattr(batches, "MOST_DOCUMENTS", 1)
    with pytest.raises(WrongStateError, match="at most 1 documents; these would be 2"):
        rows.asked_for(cast.leader())


def test_cancelled_batch_keeps_what_was_made_and_is_not_cancelled_twice() -> None:
    batch = rows.ended(rows.a_batch(), "二（一）")
    with pytest.raises(WrongStateError):
        batches.cancel_batch(cast.clerk(), batch, rows.NOW)
    other = rows.a_batch(cast.leader())
    with pytest.raises(PermissionDenied):
        batches.cancel_batch(cast.signer(), other, rows.NOW)
    cancelled = batches.cancel_batch(cast.leader(), other, rows.NOW)
    assert (cancelled.state, cancelled.cancelled_by) == (BatchState.CANCELLED, cast.leader().person)
    assert set(other.documents.values_list("state", flat=True)) == {BatchDocumentState.CANCELLED}


def test_nothing_is_tried_again_that_is_whole_cancelled_or_in_work() -> None:
    whole, in_work = rows.ended(rows.a_batch()), rows.a_batch(cast.leader())
    cancelled = batches.cancel_batch(cast.clerk(), rows.a_batch(cast.auditor()), rows.NOW)
    for batch in (whole, in_work, cancelled):
        with pytest.raises(WrongStateError, match="nothing in this batch"):
            batches.try_again(cast.clerk(), batch, [])
    with pytest.raises(PermissionDenied):
        batches.try_again(cast.signer(), rows.ended(rows.a_batch(cast.reviewer()), "二（一）"), [])


def test_kinds_and_forms_of_batches_are_those_of_documents() -> None:
    assert {kind.value for kind in BatchKind} <= set(kinds.KINDS)
    assert {form for kind in kinds.KINDS.values() for form in kind.formats} == set(FORMS)
    assert set(status.LENGTHS) == set(LENGTHS)
    long = {kind.name for kind in kinds.KINDS.values() if kind.is_long or kind.is_for_many}
    assert long == {kind.value for kind in BatchKind}
