"""Who answers where the text names nobody: the clerk designates, each a record (docs/domain.md 2.15)."""

import json
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from departments.actors import Actor
from measures import summaries
from measures.models import Act, Event, LeadMode, Measure, ResponsibilityRole, UpdateState
from measures.reports import wording
from measures.workflow.designations import designate, end_designation
from measures.workflow.duty_changes import save_responsibility
from measures.workflow.errors import WrongStateError
from tests import builders, cast
from tests.builders import a_measure, an_open_period, moment, update_of
from tests.cast import DAY, a_department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
LEAD, PARTICIPANT = ResponsibilityRole.LEAD, ResponsibilityRole.PARTICIPANT
BASIS = "市政府专题会议纪要〔2020〕8号"


def unnamed() -> Measure:
    """In an open period of a policy that the office coordinates."""
    measure = a_measure(leads=(), lead_mode=LeadMode.NONE)
    an_open_period(measure.section.edition)
    return measure


def test_designated_department_answers_from_its_first_day_and_the_record_says_so() -> None:
    measure = unnamed()
    first = designate(cast.clerk(), measure, a_department("jyj"), LEAD, DAY, BASIS, moment())
    second = designate(cast.clerk(), measure, a_department("czj"), LEAD, DAY, BASIS, moment())
    assert (first.designated, first.designated_on, first.position, second.position) == (True, DAY, 1, 2)
    update = update_of(measure, "jyj")
    assert (update.state, update.is_convenor) == (UpdateState.DUE, True)
    event = Event.objects.filter(measure=measure, act=Act.DESIGNATE).first()
    assert event is not None
    assert (event.user, event.department) == (cast.clerk().person, cast.the_office())
    assert event.comment == f"市教育局（牵头，2020-07-01起）：{BASIS}"
    entry = first.history.latest()
    assert (entry.history_user, entry.history_change_reason) == (cast.clerk().person, BASIS)


def test_designation_ends_on_a_day_and_what_is_open_follows() -> None:
    measure = unnamed()
    row = designate(cast.clerk(), measure, a_department("jyj"), LEAD, DAY, BASIS, moment())
    with pytest.raises(ValidationError) as caught:
        end_designation(cast.clerk(), row, DAY - timedelta(days=1), BASIS, moment())
    assert set(caught.value.message_dict) == {"last"}
    ended = end_designation(cast.clerk(), row, DAY, BASIS, moment())
    assert ended.valid_to == DAY
    with pytest.raises(ValidationError, match="already"), translation.override("en"):
        end_designation(cast.clerk(), row, DAY + timedelta(days=1), BASIS, moment())
    assert Event.objects.get(act=Act.END_DESIGNATION).comment == f"市教育局（牵头，2020-07-01止）：{BASIS}"
    again = DAY + timedelta(days=1)
    assert designate(cast.clerk(), measure, a_department("jyj"), LEAD, again, BASIS, moment()).position == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first": DAY - timedelta(days=1)}, "first"),
        ({"reason": " "}, "reason"),
        ({"reason": "依" * 101}, "reason"),
        ({"department": "jyj"}, "department"),
    ],
)
def test_designation_needs_a_day_a_basis_and_a_department_that_is_not_bound(
    changes: dict[str, object], field: str
) -> None:
    measure = unnamed()
    designate(cast.clerk(), measure, a_department("jyj"), LEAD, DAY, BASIS, moment())
    asked = {"department": "czj", "first": DAY, "reason": BASIS, **changes}
    department = a_department(str(asked.pop("department")))
    with pytest.raises(ValidationError) as caught:
        designate(cast.clerk(), measure, department, LEAD, **asked, at=moment())  # type: ignore[arg-type]  # by name
    assert set(caught.value.message_dict) == {field}
    assert measure.responsibilities.count() == 1


def test_nobody_is_designated_where_the_text_names_somebody_nor_ended_what_it_names() -> None:
    measure = a_measure(leads=("zgh",))
    with pytest.raises(WrongStateError):
        designate(cast.clerk(), measure, a_department("jyj"), PARTICIPANT, DAY, BASIS, moment())
    with pytest.raises(WrongStateError):
        end_designation(cast.clerk(), measure.responsibilities.get(), DAY, BASIS, moment())


@pytest.mark.parametrize(
    "who", [cast.signer, cast.leader, cast.reviewer, cast.admin, cast.clerk_elsewhere, cast.anonymous]
)
def test_designating_is_the_clerks(who: Callable[[], Actor]) -> None:
    measure = unnamed()
    row = designate(cast.clerk(), measure, a_department("jyj"), LEAD, DAY, BASIS, moment())
    with pytest.raises(PermissionDenied):
        designate(who(), measure, a_department("czj"), LEAD, DAY, BASIS, moment())
    with pytest.raises(PermissionDenied):
        end_designation(who(), row, DAY, BASIS, moment())


def test_pages_and_documents_say_that_the_office_designated_and_when() -> None:
    """With the name of the office that the policy has."""
    measure = unnamed()
    period = measure.section.edition.policy.periods.get()
    said = {}
    for day, slug in ((DAY, "jyj"), (DAY, "czj"), (DAY + timedelta(days=5), "gzw")):
        designate(cast.clerk(), measure, a_department(slug), LEAD, day, BASIS, moment(day))
        status = summaries.live_measure(period, measure, day)
        said[slug] = wording.designation_of(status)
    whole = "原文未列明，由市人社局于2020年7月1日指定"
    assert (said["jyj"], said["czj"]) == (whole, whole)
    assert said["gzw"] == (
        "原文未列明，由市人社局于2020年7月1日指定市教育局、市财政局，由市人社局于2020年7月6日指定市国资委"
    )
    assert len(status.designations) == 3
    named = summaries.live_measure(period, a_measure(leads=("zgh",)), DAY)
    assert (named.designations, wording.designation_of(named)) == ((), "")


def test_snapshot_keeps_the_designations_and_one_of_before_is_read_without() -> None:
    measure = unnamed()
    period = measure.section.edition.policy.periods.get()
    designate(cast.clerk(), measure, a_department("jyj"), LEAD, DAY, BASIS, moment())
    whole = summaries.live_summary(period, DAY)
    [status] = whole.measures
    assert len(status.designations) == 1
    content = summaries.to_json(whole)
    assert summaries.from_json(content) == whole
    raw = json.loads(content)
    del raw["sections"][0]["measures"][0]["designations"]
    [before] = summaries.from_json(json.dumps(raw)).measures
    assert before.designations == ()


def test_responsibility_entered_elsewhere_has_its_day_too() -> None:
    measure = unnamed()
    row = builders.a_responsibility(measure, "jyj", LEAD)
    row.designated = True
    save_responsibility(cast.admin(), row, BASIS, moment())
    assert row.designated_on == DAY
    row.designated = False
    save_responsibility(cast.admin(), row, BASIS, moment())
    assert row.designated_on is None


def test_migration_dates_what_was_designated_before() -> None:
    """On the day on which it was first entered so; without a history on its first day."""
    migration = import_module("measures.migrations.0023_office_acts")
    row = builders.a_responsibility(unnamed(), "jyj", LEAD, designated=True)
    row.history.update(history_date=moment(DAY - timedelta(days=3)))
    other = builders.a_responsibility(row.measure, "czj", designated=True, valid_from=DAY)
    other.history.all().delete()
    plain = builders.a_responsibility(row.measure, "gzw", position=2)
    migration.date_designations(apps, None)
    days = dict(row.measure.responsibilities.values_list("department__slug", "designated_on"))
    assert days == {"jyj": DAY - timedelta(days=3), "czj": DAY, plain.department.slug: None}
