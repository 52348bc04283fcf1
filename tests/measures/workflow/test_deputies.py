"""A deputy reviews for somebody else, for some days, and the record says for whom (docs/domain.md 2.12)."""

from datetime import date, timedelta
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.actors import Actor
from departments.models import AccountEvent, Membership, Role, User
from measures import permissions
from measures.models import Act, Event, MeasureState, ProgressUpdate, UpdateState
from measures.workflow import closures, extensions, updates
from measures.workflow.memberships import Span, end_membership, give_membership, name_deputy
from tests import builders, cast
from tests.builders import a_measure, an_update, moment
from tests.cast import DAY, a_department

pytestmark = pytest.mark.django_db
LAST: Final = DAY + timedelta(days=9)


def deputy(person: User | None = None, *, named_by: Actor | None = None, last: date | None = LAST) -> Actor:
    person = person or cast.a_person("wang").person
    name_deputy(named_by or cast.reviewer(), person, a_department(), Span(DAY, last), None, moment())
    return Actor.load(person, DAY)


def told(update: ProgressUpdate) -> list[tuple[str, str, str]]:
    """Act, who, and for whom."""
    rows = Event.objects.of_update(update).select_related("user", "deputy_for").order_by("pk")
    names = [(row.user.username if row.user else "", row.deputy_for) for row in rows]
    return [
        (row.act, name, principal.username if principal else "")
        for row, (name, principal) in zip(rows, names, strict=True)
    ]


def test_deputy_reviews_in_the_span_and_the_record_says_for_whom() -> None:
    builders.a_working_calendar()
    wang, reviewer = deputy(), cast.reviewer()
    update = an_update(UpdateState.IN_REVIEW)
    returned = an_update(UpdateState.IN_REVIEW)
    updates.approve_and_submit(wang, update, update.version, moment())
    updates.return_for_revision(wang, returned, returned.version, "请补充数据", moment())
    assert told(update)[-1] == (Act.APPROVE_AND_SUBMIT, "wang", "zgh-reviewer")
    assert told(returned)[-1] == (Act.RETURN, "wang", "zgh-reviewer")
    other = an_update(UpdateState.IN_REVIEW)
    updates.approve_and_submit(reviewer, other, other.version, moment())
    assert told(other)[-1] == (Act.APPROVE_AND_SUBMIT, "zgh-reviewer", "")
    after = Actor.load(wang.person, LAST + timedelta(days=1))
    late = an_update(UpdateState.IN_REVIEW)
    with pytest.raises(PermissionDenied):
        updates.approve_and_submit(after, late, late.version, moment())


def test_deputy_who_reports_too_stands_in_only_for_what_a_reviewer_does() -> None:
    both = deputy(cast.reporter().person)
    update = an_update(UpdateState.DRAFT)
    update = updates.submit_for_review(both, update, update.version, moment())
    assert told(update)[-1] == (Act.SUBMIT_FOR_REVIEW, "zgh-reporter", "")
    with pytest.raises(PermissionDenied):
        updates.approve_and_submit(both, update, update.version, moment())
    asked = an_update()
    extensions.request_extension(both, asked, date(2020, 7, 9), "数据未出", moment())
    assert told(asked)[-1] == (Act.REQUEST_EXTENSION, "zgh-reporter", "")


def test_deputy_asks_for_the_department_in_the_name_of_the_reviewer() -> None:
    wang = deputy()
    asked = an_update()
    extensions.request_extension(wang, asked, date(2020, 7, 9), "数据未出", moment())
    assert told(asked)[-1] == (Act.REQUEST_EXTENSION, "wang", "zgh-reviewer")
    measure = a_measure(state=MeasureState.IN_PROGRESS)
    closures.request_closure(wang, measure, a_department(), "任务全部完成", moment())
    assert Event.objects.get(measure=measure).deputy_for == cast.reviewer().person


def test_deputy_in_the_office_returns_as_clerk_in_his_own_name() -> None:
    """Clerk of the office, and deputy of its reviewer: which of the two he acts as, the state decides."""
    builders.a_working_calendar()
    clerk = cast.clerk()
    name_deputy(cast.reviewer("rsj"), clerk.person, cast.the_office(), Span(DAY, LAST), None, moment())
    clerk = Actor.load(clerk.person, DAY)
    inside = an_update(UpdateState.IN_REVIEW, slug="rsj")
    submitted = an_update(UpdateState.SUBMITTED, slug="rsj")
    for update in (inside, submitted):
        updates.return_for_revision(clerk, update, update.version, "请补充数据", moment())
    assert [told(update)[-1][2] for update in (inside, submitted)] == ["rsj-reviewer", ""]


def test_deputy_brings_nobody_in() -> None:
    wang = deputy()
    assert (permissions.manages_people(wang), permissions.roles_to_give(wang, a_department())) == (False, ())
    with pytest.raises(PermissionDenied):
        deputy(cast.a_person("li").person, named_by=wang)
    with pytest.raises(PermissionDenied):
        give_membership(
            wang, cast.a_person("li").person, a_department(), Role.REPORTER, Span(DAY), None, moment()
        )


@pytest.mark.parametrize("last", [None, DAY - timedelta(days=1), DAY + timedelta(days=92)])
def test_deputy_has_a_last_day_within_the_quarter(last: date | None) -> None:
    with pytest.raises(ValidationError) as caught:
        deputy(last=last)
    assert set(caught.value.message_dict) == {"valid_to"}
    assert deputy(last=DAY + timedelta(days=91)).departments(Role.REVIEWER)


def test_deputy_is_named_by_a_reviewer_only_and_is_another_person() -> None:
    an_update()
    for who in (cast.clerk, cast.reporter, cast.admin, lambda: cast.reviewer("jyj")):
        with pytest.raises(PermissionDenied):
            deputy(named_by=who())
    for person in (cast.reviewer().person, cast.second_reviewer().person):
        with pytest.raises(ValidationError):
            deputy(person)
    assert not Membership.objects.exclude(stands_in_for=None).exists()


def test_deputy_is_in_the_record_of_accounts_and_ends_when_the_reviewer_is_back() -> None:
    wang = deputy()
    row = wang.person.memberships.get()
    assert AccountEvent.objects.latest("pk").details.endswith("← zgh-reviewer")
    end_membership(cast.reviewer(), row, DAY, None, moment())
    assert not Actor.load(wang.person, DAY + timedelta(days=1)).memberships
