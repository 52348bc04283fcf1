"""Every named constraint of `measures`, with its illegal row; and the triggers that keep rows for ever."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction

from measures.models import (
    Act,
    Announcement,
    Closure,
    ClosureOutcome,
    ClosureRequest,
    Commitment,
    CommitmentSubject,
    CoordinationMatter,
    DepartmentFigures,
    Event,
    HeldText,
    InterimTarget,
    LightColour,
    LightReason,
    MailChoice,
    MeasureFigures,
    MeasureLight,
    Message,
    MessageDigest,
    MessageKind,
    PeriodSnapshot,
    PeriodState,
    ProgressUpdate,
    ReplacedText,
    Responsibility,
    Revision,
    Section,
    Situation,
    StoredDocument,
    UpdateState,
    Urge,
    UrgeAnswer,
)
from tests import builders, cast
from tests.cast import a_department, the_office
from tests.constraints import constraints_of, refused_by, without_message
from tests.measures import sources_and_signatures as slips
from tests.measures.batch_rows import ILLEGAL_BATCHES
from tests.measures.evidence_rows import ILLEGAL_EVIDENCE, a_late_evidence, an_evidence_file
from tests.measures.given_portfolios import ILLEGAL_PORTFOLIOS, a_portfolio, a_portfolio_of_a_section
from tests.measures.issued_reports import ILLEGAL_REPORTS, unheard_of
from tests.measures.kept_lights import ILLEGAL_LIGHT_CHANGES, a_light_change
from tests.measures.moved_dates import ILLEGAL_DATES, an_extension, some_former_dates
from tests.measures.snapshot_rows import ILLEGAL_PORTIONS, a_portion
from tests.measures.stated_values import ILLEGAL_VALUES, a_value
from tests.measures.waiting_rows import ILLEGAL_PARTS, a_part

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured("the database refuses, hardly our code runs")]
NOW: Final = builders.moment()
HASH: Final = sha256(b"text").hexdigest()
SPRING, SUMMER = date(2020, 3, 1), date(2020, 7, 1)


# --- one valid row of each kind; a test changes one thing ------------------------------------------


def a_section(**changes: Any) -> Section:
    return Section.objects.create(
        **{"edition": builders.an_edition(), "ordinal": 2, "title": "二", **changes}
    )


def a_responsibility(**changes: Any) -> Responsibility:
    """On a measure that binds 市总工会 as its first lead."""
    measure = changes.pop("measure", None) or builders.a_measure()
    usual = {"measure": measure, "department": a_department("jyj"), "role": "lead", "position": 2}
    return Responsibility.objects.create(**{**usual, **changes})


def a_commitment(**changes: Any) -> Commitment:
    return builders.a_commitment(builders.a_measure(), **changes)


def an_update(**changes: Any) -> ProgressUpdate:
    """Due, and of a department that the measure does not bind: so that there is no other."""
    measure = changes.pop("measure", None) or builders.a_measure()
    usual = {
        "period": builders.an_open_period(),
        "measure": measure,
        "department": a_department("jyj"),
        "role": "participant",
        "position": 1,
        "due_on": SUMMER,
    }
    return ProgressUpdate.objects.create(**{**usual, **changes})


def a_revision(**changes: Any) -> Revision:
    update = changes.pop("update", None) or an_update()
    usual = {"number": 1, "situation": Situation.PROGRESS, "headline": "完成", "saved_at": NOW}
    return Revision.objects.create(update=update, **{**usual, **changes})


def an_approved_revision(**changes: Any) -> Revision:
    approver = cast.reviewer("jyj").person
    usual = {"frozen_at": NOW, "approved_at": NOW, "approved_by": approver}
    return a_revision(**{**usual, **changes})


def a_matter(**changes: Any) -> CoordinationMatter:
    revision = a_revision()
    usual = {
        "measure": revision.update.measure,
        "department": revision.update.department,
        "raised_in": revision,
        "raised_on": SUMMER,
        "text": "请市财政局落实经费",
    }
    return CoordinationMatter.objects.create(**{**usual, **changes})


def a_message(**changes: Any) -> Message:
    return builders.a_message(cast.reporter().person, **changes)


def a_second_slip(**changes: Any) -> Urge:
    update = builders.an_update()
    builders.an_urge(update)
    return builders.an_urge(update, **changes)


def an_announcement(**changes: Any) -> Announcement:
    usual = {"title": "表样有更新", "text": "请按新表填报。", "at": NOW}
    return Announcement.objects.create(
        policy=builders.a_policy(), by=cast.clerk().person, **{**usual, **changes}
    )


def a_digest(**changes: Any) -> MessageDigest:
    usual = {"day": SUMMER, "address": "zhang@example.gov.cn"}
    return MessageDigest.objects.create(person=cast.reporter().person, **{**usual, **changes})


def a_choice(**changes: Any) -> MailChoice:
    return MailChoice.objects.create(person=cast.reporter().person, **{"kind": MessageKind.OPENED, **changes})


def a_light(**changes: Any) -> MeasureLight:
    usual = {"colour": LightColour.GREEN, "reason": LightReason.ON_COURSE}
    row = {"period": builders.an_open_period(), "measure": builders.a_measure(), **usual, **changes}
    return MeasureLight.objects.create(**row)


def a_closure(**changes: Any) -> Closure:
    return Closure.objects.create(**{"measure": builders.a_measure(), **changes})


def a_request(**changes: Any) -> ClosureRequest:
    usual = {
        "department": a_department(),
        "user": cast.reporter().person,
        "basis": "任务完成",
        "asked_at": NOW,
    }
    row = {"closure": changes.pop("closure", None) or a_closure(), **usual, **changes}
    return ClosureRequest.objects.create(**row)


def an_event(**changes: Any) -> Event:
    usual = {"at": NOW, "user": cast.clerk().person, "department": the_office(), "act": Act.WAIVE}
    usual |= {"previous": sha256(uuid4().bytes).hexdigest(), "sha256": HASH}
    return Event.objects.create(**{**usual, "policy": builders.a_policy(), **changes})


def a_snapshot(**changes: Any) -> PeriodSnapshot:
    usual = {"number": 1, "content": "{}", "sha256": HASH, "program_version": "0", "taken_at": NOW}
    return PeriodSnapshot.objects.create(
        **{"period": builders.an_open_period(), **usual, **changes},
    )


def a_replaced_text(**changes: Any) -> ReplacedText:
    usual = {
        "number": 1,
        "version": 2,
        "content": {"headline": "一", "values": {}},
        "saved_at": NOW,
        "replaced_at": NOW,
    }
    people = {"saved_by": cast.reporter().person, "replaced_by": cast.second_reporter().person}
    usual |= {} if "update" in changes else {"update": an_update()}
    return ReplacedText.objects.create(**{**usual, **people, **changes})


def twice(make: Callable[..., object], **shared: Callable[[], object]) -> Callable[[], None]:
    """The same row two times, with these links in common."""

    def both() -> None:
        links = {name: value() for name, value in shared.items()}
        make(**links)
        make(**links)

    return both


def a_second_closed_by(**changes: Any) -> Closure:
    return a_closure(outcome=ClosureOutcome.CLOSED, ended_at=NOW, **changes)


def a_subject_of_the_same(**changes: Any) -> CommitmentSubject:
    commitment = a_commitment()
    return CommitmentSubject.objects.create(
        **{"commitment": commitment, "position": 2, "name": "另一", **changes}
    )


def an_own_confirmation() -> Revision:
    approver = cast.reviewer("jyj").person
    return an_approved_revision(confirmed_by=approver, confirmed_at=NOW)


def kept_figures(**changes: Any) -> MeasureFigures:
    measure = changes.pop("measure", None) or builders.a_measure()
    period = changes.pop("period", None) or builders.an_open_period()
    usual = {"colour": "green", "matters": 0, "missing": 0, "place": 1, "version": 0, "facts_version": 0}
    return MeasureFigures.objects.create(
        period=period, measure=measure, section=measure.section, **{**usual, **changes}
    )


def a_stored_document(**changes: Any) -> StoredDocument:
    usual = {"key": HASH, "file": "a.pdf", "sha256": HASH, "size": 1}
    return StoredDocument.objects.create(**{**usual, **changes})


def a_period(**changes: Any) -> object:
    return builders.a_planned_period(**changes)


ILLEGAL: Final[dict[str, Callable[[], object]]] = {
    **ILLEGAL_BATCHES,
    **ILLEGAL_DATES,
    **ILLEGAL_PORTFOLIOS,
    **slips.ILLEGAL_SOURCES_AND_SIGNATURES,
    **ILLEGAL_VALUES,
    **ILLEGAL_EVIDENCE,
    **ILLEGAL_REPORTS,
    **ILLEGAL_LIGHT_CHANGES,
    **ILLEGAL_PARTS,
    **ILLEGAL_PORTIONS,
    # what the policy says
    "policy_title_not_empty": lambda: builders.a_policy(short_title=""),
    "policy_thresholds_in_order": lambda: builders.a_policy(yellow_points=31),
    "policy_offsets_in_order": lambda: builders.a_policy(participant_offset=1),
    "policy_cadence_is_known": lambda: builders.a_policy(cadence="hourly"),
    "edition_number_once": lambda: builders.a_policy().editions.create(
        **edition_like(builders.an_edition(), source_sha256=HASH)
    ),
    "edition_source_once": lambda: builders.a_policy().editions.create(
        **edition_like(builders.an_edition(), number=2)
    ),
    "edition_status_is_known": lambda: builders.an_edition(status="lost"),
    "edition_consultation_ends_after_it_begins": lambda: builders.an_edition(
        consultation_from=SUMMER, consultation_to=SPRING
    ),
    "edition_source_hash_is_whole": lambda: builders.an_edition(source_sha256="0" * 63),
    "section_ordinal_once": twice(a_section),
    "section_ordinal_is_a_numeral": lambda: a_section(ordinal=1000),
    "measure_ordinal_once": lambda: builders.a_measure(
        section=builders.a_measure().section, ordinal=1, title="又一"
    ),
    "measure_ordinal_is_a_numeral": lambda: builders.a_measure(ordinal=0),
    "measure_state_is_known": lambda: builders.a_measure(state="lost"),
    "measure_lead_mode_is_known": lambda: builders.a_measure(
        lead_mode="jazz"  # type: ignore[arg-type]  # the illegal value is the point
    ),
    "measure_without_clause_names_nobody": lambda: builders.a_measure(clause_text=""),
    "responsibility_once": lambda: a_responsibility(department=a_department("zgh")),
    "responsibility_position_once": lambda: a_responsibility(position=1),
    "responsibility_position_from_one": lambda: a_responsibility(position=0),
    "responsibility_role_is_known": lambda: a_responsibility(role="guest"),
    "responsibility_ends_after_it_begins": lambda: a_responsibility(valid_from=SUMMER, valid_to=SPRING),
    "responsibility_day_of_what_is_designated": lambda: a_responsibility(designated_on=SPRING),
    "commitment_position_once": lambda: builders.a_commitment(a_commitment().measure, position=1),
    "commitment_wording_not_empty": lambda: a_commitment(wording=""),
    "commitment_kind_is_known": lambda: a_commitment(cycle="weekly"),
    "commitment_floor_below_ceiling": lambda: a_commitment(floor=Decimal(2), ceiling=Decimal(1)),
    "commitment_ends_after_it_begins": lambda: a_commitment(starts_on=SUMMER, ends_on=SPRING),
    "interimtarget_once_a_day": twice(
        lambda commitment: InterimTarget.objects.create(commitment=commitment, on=SUMMER, target=1),
        commitment=a_commitment,
    ),
    "interimtarget_not_negative": lambda: InterimTarget.objects.create(
        commitment=a_commitment(), on=SUMMER, target=-1
    ),
    "commitmentsubject_name_once": lambda: a_subject_of_the_same(name=""),
    "commitmentsubject_position_once": lambda: a_subject_of_the_same(position=1),
    # when it is reported
    "reportingperiod_code_once": twice(a_period),
    "reportingperiod_code_is_well_formed": lambda: quarter_five(),
    "reportingperiod_no_overlap": lambda: a_month_of_a_quarter(),
    "reportingperiod_dates_in_order": lambda: a_period(participant_due_on=date(2020, 7, 8)),
    "reportingperiod_state_is_known": lambda: a_period(state="paused", opened_at=NOW, closed_at=None),
    "reportingperiod_open_since": lambda: a_period(state=PeriodState.OPEN),
    "reportingperiod_closed_since": lambda: a_period(state=PeriodState.CLOSED, opened_at=NOW),
    "periodsnapshot_number_once": twice(a_snapshot, period=builders.an_open_period),
    "periodsnapshot_hash_is_whole": lambda: a_snapshot(sha256="none"),
    # what is reported
    "progressupdate_once": twice(an_update, measure=builders.a_measure),
    "progressupdate_state_is_known": lambda: an_update(state="lost"),
    "progressupdate_role_is_known": lambda: an_update(role="guest"),
    "progressupdate_submitted_has_time": lambda: an_update(state=UpdateState.SUBMITTED),
    "progressupdate_confirmed_is_in_force": lambda: an_update(
        state=UpdateState.CONFIRMED, first_submitted_at=NOW
    ),
    "progressupdate_in_force_was_submitted": lambda: in_force_without_submission(),
    "progressupdate_due_has_no_submission": lambda: an_update(first_submitted_at=NOW),
    "progressupdate_version_from_one": lambda: an_update(version=0),
    "revision_number_once": twice(lambda update: a_revision(update=update, frozen_at=NOW), update=an_update),
    "revision_one_open_at_a_time": lambda: a_revision(update=a_revision().update, number=2),
    "revision_situation_is_known": lambda: a_revision(situation="holiday"),
    "revision_frozen_says_something": lambda: a_revision(headline="", frozen_at=NOW),
    "revision_approved_was_frozen": lambda: an_approved_revision(frozen_at=None),
    "revision_confirmed_was_approved": lambda: an_approved_revision(confirmed_at=NOW),
    "revision_confirmed_by_another_person": an_own_confirmation,
    "coordinationmatter_text_not_empty": lambda: a_matter(text=""),
    "coordinationmatter_settled_with_answer": lambda: a_matter(
        resolved_at=NOW, resolved_by=cast.clerk().person
    ),
    "heldtext_one_each": twice(
        lambda update: HeldText.objects.create(
            user=cast.reporter().person, update=update, fields={}, kept_at=NOW
        ),
        update=an_update,
    ),
    "heldtext_one_autosave": twice(
        lambda update: HeldText.objects.create(
            user=cast.reporter().person, update=update, page="a", fields={}, kept_at=NOW
        ),
        update=an_update,
    ),
    # who is told
    "policy_urge_days_in_order": lambda: builders.a_policy(urge_yellow_days=6),
    "urge_number_once": lambda: a_second_slip(day=SPRING),
    "urge_once_a_day": lambda: a_second_slip(number=2),
    "urge_level_is_known": lambda: builders.an_urge(builders.an_update(), level="pink"),
    "urge_numbered_from_one": lambda: builders.an_urge(builders.an_update(), number=0),
    "urgeanswer_says_something": lambda: UrgeAnswer.objects.create(
        urge=builders.an_urge(builders.an_update()), by=cast.reporter().person, at=NOW, text=""
    ),
    "announcement_says_something": lambda: an_announcement(text=""),
    "message_told_once": twice(lambda about: a_message(about=about), about=builders.an_update),
    "message_is_about_one_thing": lambda: a_message(period=builders.an_open_period()),
    "message_kind_is_known": lambda: a_message(kind="gossip"),
    "message_names_who_acted": lambda: a_message(by=None),
    "message_is_of_a_policy_or_about_people": lambda: a_message(policy=None),
    "messagedigest_one_a_day": twice(a_digest),
    "messagedigest_has_address": lambda: a_digest(address=""),
    "mailchoice_once": twice(a_choice),
    "mailchoice_kind_is_known": lambda: a_choice(kind="gossip"),
    "revision_received_with_its_basis": lambda: a_revision(received_from="李建国"),
    "replacedtext_once_a_version": twice(a_replaced_text, update=an_update),
    "replacedtext_saved_before_replaced": lambda: a_replaced_text(saved_at=NOW + timedelta(seconds=1)),
    # what became of it
    "measurelight_once_a_period": twice(a_light, measure=builders.a_measure, period=builders.an_open_period),
    "measurelight_colour_is_known": lambda: a_light(colour="pink"),
    "measurelight_reason_is_known": lambda: a_light(reason="because"),
    "measurelight_override_is_whole": lambda: a_light(override_colour=LightColour.RED),
    "measurefigures_once": twice(kept_figures, period=builders.an_open_period, measure=builders.a_measure),
    "measurefigures_rest_on_facts_that_were": lambda: kept_figures(version=1),
    "measurefigures_colour_is_known": lambda: kept_figures(colour="pink"),
    "departmentfigures_once": twice(
        lambda period: DepartmentFigures.objects.create(period=period, department=the_office()),
        period=builders.an_open_period,
    ),
    "departmentfigures_add_up": lambda: DepartmentFigures.objects.create(
        period=builders.an_open_period(), department=the_office(), total=1
    ),
    "storeddocument_hashes_are_whole": lambda: a_stored_document(key=HASH[:63]),
    "storeddocument_is_not_empty": lambda: a_stored_document(size=0),
    "closure_one_pending": twice(a_closure, measure=builders.a_measure),
    "closure_takes_two_people": lambda: a_closure(clerk=cast.clerk().person, signer=cast.clerk().person),
    "closure_closed_by_both": lambda: a_second_closed_by(clerk=cast.clerk().person),
    "closure_outcome_has_time": lambda: a_closure(outcome=ClosureOutcome.REFUSED),
    "closurerequest_once": twice(a_request, closure=a_closure),
    "closurerequest_has_basis": lambda: a_request(basis=""),
    "event_continues_one": twice(lambda previous: an_event(previous=previous), previous=lambda: HASH),
    "event_hashes_are_whole": lambda: an_event(sha256=HASH[:63]),
    "event_seals_its_text": lambda: an_event(policy=None, revision=a_revision()),
    "event_has_one_subject": lambda: an_event(measure=builders.a_measure()),
    "event_act_is_known": lambda: an_event(act="dance"),
    "event_names_person_and_department": lambda: an_event(user=None),
}


def edition_like(edition: models.Model, **changes: object) -> dict[str, object]:
    names = ("number", "status", "title", "source_text", "source_sha256")
    return {**{name: getattr(edition, name) for name in names}, **changes}


def quarter_five() -> None:
    period = builders.a_planned_period()
    period.code = "2020Q5"
    period.save()


def a_month_of_a_quarter() -> None:
    builders.a_planned_period(code="2020Q2")
    builders.a_planned_period(code="2020M05")


def in_force_without_submission() -> None:
    revision = a_revision(frozen_at=NOW)
    revision.update.in_force = revision
    revision.update.state = UpdateState.IN_REVIEW
    revision.update.save()


# An unknown state breaks both; PostgreSQL asks the other one first (by name), SQLite this one.
SPEAKS_FIRST: Final = {"reportingperiod_state_is_known": "reportingperiod_closed_since"}


@pytest.mark.parametrize("name", ILLEGAL)
def test_constraint_refuses_the_illegal_row(name: str) -> None:
    first = SPEAKS_FIRST.get(name, name) if connection.vendor == "postgresql" else name
    with refused_by("measures", first):
        ILLEGAL[name]()


def test_constraint_of_every_name_has_its_illegal_row() -> None:
    assert set(ILLEGAL) == set(constraints_of("measures"))


def test_constraint_speaks_to_people() -> None:
    assert without_message("measures") == []


@pytest.mark.parametrize(
    "make",
    [
        a_portion, a_section, a_responsibility, a_commitment, a_period, a_snapshot, an_update, a_revision,
        an_approved_revision, a_value, a_matter, a_light, a_closure, a_request, an_event,
        a_subject_of_the_same, an_extension, some_former_dates, slips.a_used_input, slips.a_corrected_slip,
        an_evidence_file, a_portfolio, a_portfolio_of_a_section, a_late_evidence, a_light_change, a_part,
    ],
)  # fmt: skip
def test_constraint_lets_the_legal_row_in(make: Callable[[], models.Model]) -> None:
    assert make().pk


@pytest.mark.parametrize("subject", [{"policy": None}, {"period": builders.an_open_period}])
def test_event_needs_one_subject_and_takes_no_two(subject: dict[str, Any]) -> None:
    """None at all is as wrong as two."""
    links = {name: make() if make else None for name, make in subject.items()}
    with refused_by("measures", "event_has_one_subject"):
        an_event(**links)


def test_event_of_loading_a_policy_needs_no_person() -> None:
    assert an_event(act=Act.LOAD_POLICY, user=None, department=None).pk


# --- append-only -----------------------------------------------------------------------------------


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHANGES: Final[dict[str, Callable[[models.Model], object]]] = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "queryset update": lambda row: type(row)._default_manager.filter(pk=row.pk).update(uuid=uuid4()),
    "queryset delete": lambda row: type(row)._default_manager.filter(pk=row.pk).delete(),
    "raw delete": lambda row: type(row)._default_manager.all()._raw_delete(using="default"),
    "SQL update": lambda row: raw(f"UPDATE {row._meta.db_table} SET id = id"),  # noqa: S608  # own table name
    "SQL delete": lambda row: raw(f"DELETE FROM {row._meta.db_table}"),  # noqa: S608  # own table name
}


@pytest.mark.parametrize("make", [an_event, a_snapshot, unheard_of])
@pytest.mark.parametrize("way", CHANGES)
def test_append_only_rows_are_neither_changed_nor_deleted(make: Callable[[], models.Model], way: str) -> None:
    row = make()
    before = type(row)._default_manager.values().get(pk=row.pk)
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        CHANGES[way](row)
    assert type(row)._default_manager.values().get(pk=before["id"]) == before


def test_append_only_tables_take_new_rows() -> None:
    an_event()
    assert an_event().pk
    assert Event.objects.count() == 2
