"""Who may draft, check, sign, issue and withdraw a report: each predicate, for each person of the office."""

from collections.abc import Callable

import pytest

from departments.actors import Actor
from measures import report_permissions as may
from measures.models import ReportDraft
from measures.permissions import Office
from tests import cast
from tests.measures import batch_rows
from tests.measures import issued_reports as reports
from tests.retold import retold

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("predicates over roles; the rows that hold three people apart are tried on both"),
]


@pytest.fixture
@retold
def draft() -> ReportDraft:
    """Drafted by one clerk, checked by the other."""
    return reports.checked()


@pytest.mark.parametrize(
    ("predicate", "those"),
    [
        (may.is_drafter, {"clerk"}),
        (may.as_any_clerk, {"clerk", "second_clerk"}),
        (may.as_another_clerk, {"second_clerk"}),
        (may.as_signer, {"signer"}),
        (may.as_clerk_or_signer, {"clerk", "second_clerk", "signer"}),
    ],
)
def test_act_on_a_draft_is_open_to_these_people(
    draft: ReportDraft, predicate: Callable[[Actor, ReportDraft], bool], those: set[str]
) -> None:
    people = ("clerk", "second_clerk", "signer", "leader", "auditor", "reporter", "reviewer")
    assert {name for name in people if predicate(getattr(cast, name)(), draft)} == those


def test_batch_is_changed_by_whoever_asked_for_it_and_by_clerks() -> None:
    """Whoever holds no role any more has no word in what they asked for, but for one document."""
    batch = batch_rows.a_batch(cast.reporter())
    people = ("clerk", "second_clerk", "signer", "leader", "auditor", "reporter", "second_reporter")
    those = {name for name in people if may.can_change_batch(getattr(cast, name)(), batch)}
    assert those == {"clerk", "second_clerk", "reporter"}
    left = cast.former_reporter()
    batch.asked_by = left.person
    assert not may.can_change_batch(left, batch)
    batch.kind = "status"
    assert may.can_change_batch(left, batch)
    assert may.can_ask_for_batch(cast.leader())
    assert not may.can_ask_for_batch(cast.admin())
    assert not may.can_ask_for_batch(cast.former_reporter())


def test_drafts_are_read_by_the_office_and_the_auditor_alone(draft: ReportDraft) -> None:
    policy = draft.period.policy
    assert all(may.can_see_drafts(who, policy) for who in (cast.clerk(), cast.signer(), cast.auditor()))
    assert not any(may.can_see_drafts(who, policy) for who in (cast.leader(), cast.reviewer()))
    assert may.can_withdraw_report(cast.signer(), policy)
    assert not may.can_withdraw_report(cast.clerk(), policy)


def test_nobody_is_left_to_check_or_sign_their_own(draft: ReportDraft) -> None:
    drafted, checked = draft.drafted_by_id, draft.checked_by_id
    assert checked is not None
    alone = Office(frozenset({drafted}), frozenset({checked}))
    assert not may.has_another_clerk(alone, draft)
    assert not may.has_a_signer(alone, draft)
    both = Office(frozenset({drafted, checked}), frozenset({cast.signer().person.pk}))
    assert may.has_another_clerk(both, draft)
    assert may.has_a_signer(both, draft)
