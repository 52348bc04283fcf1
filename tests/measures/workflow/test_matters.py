"""Matters that need coordination: open until the clerk settles them with an answer."""

from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from measures.models import (
    Act,
    CoordinationMatter,
    Event,
    UpdateState,
)
from measures.workflow import matters
from measures.workflow.errors import WorkflowError
from tests import cast
from tests.builders import a_text, an_update, moment
from tests.measures.workflow.measure_acts import NOT_THE_CLERK

pytestmark = pytest.mark.django_db
S: Final = UpdateState
NOW: Final = moment()


def a_matter() -> CoordinationMatter:
    an_update(S.CONFIRMED, text=a_text(coordination="请市财政局落实经费"))
    return CoordinationMatter.objects.get()


def test_matter_stays_open_until_the_clerk_settles_it_with_an_answer() -> None:
    matter = a_matter()
    with pytest.raises(ValidationError, match="reason"):
        matters.resolve_matter(cast.clerk(), matter, "", NOW)
    for person in NOT_THE_CLERK:
        with pytest.raises(PermissionDenied):
            matters.resolve_matter(person(), matter, "已落实20万元", NOW)
    assert list(CoordinationMatter.objects.open()) == [matter]

    matters.resolve_matter(cast.clerk(), matter, "已落实20万元", NOW)

    matter.refresh_from_db()
    assert (matter.answer, matter.resolved_by, matter.resolved_at) == (
        "已落实20万元", cast.clerk().person, NOW,
    )  # fmt: skip
    assert not CoordinationMatter.objects.open().exists()
    event = Event.objects.get(act=Act.RESOLVE_MATTER)
    assert (event.measure, event.comment) == (matter.measure, "已落实20万元")
    with pytest.raises(WorkflowError):
        matters.resolve_matter(cast.clerk(), matter, "再答", NOW)
