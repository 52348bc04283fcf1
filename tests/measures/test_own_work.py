"""Own work in a query is what the rules about one text forbid its people: they must not drift apart."""

import pytest

from departments.actors import Actor
from departments.models import Department, Role
from measures import permissions
from measures.models import ProgressUpdate, UpdateState
from measures.own_work import is_own_work
from measures.permissions import Office
from measures.workflow import updates
from tests import builders, cast
from tests.builders import an_update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
S = UpdateState


def is_own(actor: Actor, update: ProgressUpdate) -> bool:
    """Asked of both states or of that one: it is the same."""
    asked = [
        ProgressUpdate.objects.filter(is_own_work(actor, *states), pk=update.pk).exists()
        for states in ((), (UpdateState(update.state),))
    ]
    assert len(set(asked)) == 1
    return asked[0]


def may_decide(actor: Actor, update: ProgressUpdate) -> bool:
    """By the rules about the text, of somebody who has the role."""
    row = ProgressUpdate.objects.with_context().with_revisions().get(pk=update.pk)
    revision = row.latest_revision
    assert revision is not None
    if row.state == S.IN_REVIEW:
        return permissions.can_approve(actor, row, revision)
    return permissions.can_confirm(actor, revision, Office.of(row.period.policy, actor.on))


def everywhere(name: str) -> Actor:
    """Writes, reviews and confirms."""
    roles = [("zgh", Role.REPORTER), ("zgh", Role.REVIEWER), ("rsj", Role.CLERK)]
    return cast.a_person(name, *roles)


def test_own_work_is_what_the_rules_of_approval_and_confirmation_forbid() -> None:
    builders.a_working_calendar()
    writer, approver, other = everywhere("writer"), everywhere("approver"), everywhere("other")
    update, at = an_update(), builders.moment()

    def own() -> list[bool]:
        found = [is_own(actor, update) for actor in (writer, approver, other)]
        assert found == [not may_decide(actor, update) for actor in (writer, approver, other)]
        return found

    update = updates.submit_for_review(writer, update, update.version, at, text=builders.a_text())
    assert own() == [True, False, False]
    Department.objects.filter(slug="zgh").update(allow_self_review=True)
    assert own() == [False, False, False]
    Department.objects.filter(slug="zgh").update(allow_self_review=False)
    update = updates.approve_and_submit(approver, update, update.version, at)
    assert own() == [True, True, False]
    update = updates.return_for_revision(other, update, update.version, "请补充数据", at)
    update = updates.submit_for_review(writer, update, update.version, at)
    update = updates.approve_and_submit(other, update, update.version, at)
    assert own() == [True, False, True], "who approved an earlier text has no part in the later one"
