"""Admin of policies: duties follow what is added and ended, and everything else only shows."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.admin_bases import ReferenceAdmin
from departments.admin_sheets import SheetAdmin
from departments.models import Succession
from measures.models import (
    Act,
    Cadence,
    Commitment,
    CommitmentSubject,
    CommitmentValue,
    Edition,
    Event,
    InterimTarget,
    Measure,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    UpdateState,
)
from tests import cast
from tests.builders import (
    a_commitment,
    a_measure,
    a_planned_period,
    a_policy,
    a_responsibility,
    a_working_calendar,
    an_edition,
    an_open_period,
    an_update,
    perform,
    text_in_work,
    update_of,
)
from tests.cast import DAY, a_department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]

DUTIES = "admin:measures_responsibility"
READ_ONLY = [Edition, Measure, ReportingPeriod, ProgressUpdate, Event]
EDITABLE = [Policy, Responsibility, Commitment]


def page_of(model: type[models.Model], what: str, *args: Any) -> str:
    return reverse(f"admin:measures_{model._meta.model_name}_{what}", args=args)


def add(as_admin: Client, measure: Measure, slug: str, **changes: Any) -> Any:
    form = {
        "measure": measure.pk,
        "department": a_department(slug).pk,
        "role": "participant",
        "position": 1,
        **changes,
    }
    return as_admin.post(reverse(f"{DUTIES}_add"), form)


def change(as_admin: Client, row: Responsibility, **changes: Any) -> Any:
    return as_admin.post(reverse(f"{DUTIES}_change", args=[row.pk]), {"position": row.position, **changes})


# --- responsibilities ----------------------------------------------------------------------------


def test_added_responsibility_is_owed_in_the_open_period(as_admin: Client) -> None:
    a_working_calendar()
    measure = a_measure()
    an_open_period()
    assert add(as_admin, measure, "czj", basis="廊政办〔2020〕9号").status_code == 302
    update = update_of(measure, "czj")
    assert (update.state, update.due_on) == (UpdateState.DUE, date(2020, 7, 8))
    event = Event.objects.get(act=Act.ADD_DUTY)
    assert (event.user, event.update) == (cast.admin().person, update)
    history = Responsibility.objects.get(department__slug="czj").history.get()
    assert (history.history_change_reason, history.history_user) == ("廊政办〔2020〕9号", cast.admin().person)


def test_responsibility_that_begins_later_is_not_owed_yet(as_admin: Client) -> None:
    measure = a_measure()
    an_open_period()
    answer = add(as_admin, measure, "czj", valid_from=DAY + timedelta(days=1), basis="廊编〔2020〕3号")
    assert len(as_admin.get(answer["Location"]).context["messages"]) == 2
    assert Responsibility.objects.filter(department__slug="czj").exists()
    assert not ProgressUpdate.objects.filter(department__slug="czj").exists()


def test_responsibility_added_without_a_calendar_is_refused_with_a_sentence(as_admin: Client) -> None:
    measure = a_measure()
    an_open_period()
    answer = add(as_admin, measure, "czj")
    page = as_admin.get(answer["Location"])
    assert any("load_calendar" in str(message) for message in page.context["messages"])
    assert not Responsibility.objects.filter(department__slug="czj").exists()


def test_ended_responsibility_is_waived_with_its_basis(as_admin: Client) -> None:
    measure = a_measure(participants=("czj",))
    an_open_period()
    row = measure.responsibilities.get(department__slug="czj")
    assert change(as_admin, row, valid_to=DAY - timedelta(days=1), basis="廊编〔2020〕3号").status_code == 302
    update = update_of(measure, "czj")
    assert update.state == UpdateState.WAIVED
    assert Event.objects.get(act=Act.END_DUTY).comment == "廊编〔2020〕3号"


def test_ended_responsibility_lets_what_is_submitted_run_to_its_end(as_admin: Client) -> None:
    measure = a_measure(participants=("czj",))
    an_update(UpdateState.SUBMITTED, measure=measure, slug="czj")
    row = measure.responsibilities.get(department__slug="czj")
    change(as_admin, row, valid_to=DAY - timedelta(days=1), basis="廊编〔2020〕3号")
    assert update_of(measure, "czj").state == UpdateState.SUBMITTED


def test_responsibility_that_has_ended_is_not_waived_a_second_time(as_admin: Client) -> None:
    measure = a_measure(participants=("czj",))
    an_open_period()
    row = measure.responsibilities.get(department__slug="czj")
    yesterday = DAY - timedelta(days=1)
    change(as_admin, row, valid_to=yesterday, basis="廊编〔2020〕3号")
    perform(Act.RESTORE, cast.clerk(), update_of(measure, "czj"))
    assert change(as_admin, row, valid_to=yesterday, position=2).status_code == 302
    assert update_of(measure, "czj").state == UpdateState.DUE


def test_end_that_is_taken_back_when_the_place_is_taken_is_refused_with_a_sentence(as_admin: Client) -> None:
    measure = a_measure(participants=("czj", "gzw"))
    row = measure.responsibilities.get(department__slug="czj")
    change(as_admin, row, valid_to="2020-06-30", basis="廊编〔2020〕3号")
    change(as_admin, measure.responsibilities.get(department__slug="gzw"), position=1)
    answer = change(as_admin, row, valid_to="", basis="恢复")
    assert answer.context["adminform"].form.non_field_errors()


def test_position_that_is_taken_is_refused_with_a_sentence(as_admin: Client) -> None:
    measure = a_measure(participants=("czj", "gzw"))
    answer = change(as_admin, measure.responsibilities.get(department__slug="gzw"), position=1)
    assert answer.context["adminform"].form.non_field_errors()


def test_end_without_a_basis_is_refused(as_admin: Client) -> None:
    measure = a_measure(participants=("czj",))
    row = measure.responsibilities.get(department__slug="czj")
    answer = change(as_admin, row, valid_to=DAY)
    assert answer.context["adminform"].form.errors["basis"]
    assert not Responsibility.objects.filter(valid_to=DAY).exists()


@pytest.mark.parametrize("days", [0, 30])
def test_end_today_or_later_leaves_what_is_owed_and_says_so(as_admin: Client, days: int) -> None:
    measure = a_measure(participants=("czj",))
    an_open_period()
    row = measure.responsibilities.get(department__slug="czj")
    answer = change(as_admin, row, valid_to=DAY + timedelta(days=days), basis="廊编〔2020〕3号")
    assert update_of(measure, "czj").state == UpdateState.DUE
    assert len(as_admin.get(answer["Location"]).context["messages"]) == 2


def test_responsibility_keeps_its_measure_department_and_role(as_admin: Client) -> None:
    measure = a_measure(participants=("czj",))
    row = measure.responsibilities.get(department__slug="czj")
    change(as_admin, row, department=a_department("jyj").pk, role="lead", position=3)
    row.refresh_from_db()
    assert (row.department.slug, row.role, row.position) == ("czj", "participant", 3)


def test_responsibility_that_an_update_answers_is_not_deleted(as_admin: Client) -> None:
    measure = a_measure(participants=("czj",))
    an_open_period()
    row = measure.responsibilities.get(department__slug="czj")
    page = reverse(f"{DUTIES}_delete", args=[row.pk])
    answer = as_admin.post(page, {"post": "yes"})
    assert [str(update_of(measure, "czj"))] == answer.context["protected"]
    assert Responsibility.objects.filter(pk=row.pk).exists()


def test_responsibility_entered_by_mistake_is_deleted(as_admin: Client) -> None:
    row = a_responsibility(a_measure(), "czj")
    assert as_admin.post(reverse(f"{DUTIES}_delete", args=[row.pk]), {"post": "yes"}).status_code == 302
    assert not Responsibility.objects.filter(pk=row.pk).exists()


# --- commitments ---------------------------------------------------------------------------------


def commitment_form(row: Commitment, **changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        name: getattr(row, name) for name in ("position", "kind", "label", "wording", "answer", "cycle")
    }
    form |= {"measure": row.measure_id, "floor": row.floor, "binding": "on"}
    subjects = list(row.subjects.all())
    form |= {"subjects-TOTAL_FORMS": len(subjects), "subjects-INITIAL_FORMS": len(subjects)}
    for number, subject in enumerate(subjects):
        form |= {
            f"subjects-{number}-id": subject.pk,
            f"subjects-{number}-commitment": row.pk,
            f"subjects-{number}-position": subject.position,
            f"subjects-{number}-name": subject.name,
        }
    form |= {"interim_targets-TOTAL_FORMS": 0, "interim_targets-INITIAL_FORMS": 0}
    return {**form, **changes}


def test_commitment_gets_an_interim_target(as_admin: Client) -> None:
    row = a_commitment(a_measure())
    target = {
        "interim_targets-TOTAL_FORMS": 1,
        "interim_targets-0-commitment": row.pk,
        "interim_targets-0-on": "2020-06-30",
        "interim_targets-0-target": "5",
    }
    assert (
        as_admin.post(page_of(Commitment, "change", row.pk), commitment_form(row, **target)).status_code
        == 302
    )
    assert InterimTarget.objects.get(commitment=row).target == 5
    assert row.history.latest().history_user == cast.admin().person


def test_commitment_that_the_text_does_not_hold_is_told_at_its_field(as_admin: Client) -> None:
    row = a_commitment(a_measure())
    form = commitment_form(row, wording="原文里没有的一句话")
    answer = as_admin.post(page_of(Commitment, "change", row.pk), form)
    assert list(answer.context["adminform"].form.errors) == ["wording"]


def test_commitment_subject_that_reads_like_several_is_told_at_the_row(as_admin: Client) -> None:
    row = a_commitment(a_measure(), "市本级")
    new = {"subjects-TOTAL_FORMS": 2, "subjects-1-position": 2, "subjects-1-name": "广阳区、安次区"}
    answer = as_admin.post(page_of(Commitment, "change", row.pk), commitment_form(row, **new))
    assert [len(said) for said in rows_told(answer, 0)] == [0, 1]
    assert row.subjects.count() == 1


def test_commitment_subject_with_a_value_is_not_removed(as_admin: Client) -> None:
    measure = a_measure()
    row = a_commitment(measure, "市本级", "固安县")
    update = an_update(UpdateState.DRAFT, measure=measure)
    subject = row.subjects.get(name="固安县")
    CommitmentValue.objects.create(revision=text_in_work(update), subject=subject, number=1)
    form = commitment_form(row, **{"subjects-1-DELETE": "on"})
    answer = as_admin.post(page_of(Commitment, "change", row.pk), form)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert CommitmentSubject.objects.filter(pk=subject.pk).exists()


def rows_told(answer: Any, number: int) -> list[list[str]]:
    """What is said at each row of an inline of the commitment's page."""
    assert answer.status_code == 200
    formset = answer.context["inline_admin_formsets"][number].formset
    assert not formset.non_form_errors()
    return [[str(said) for found in form.errors.values() for said in found] for form in formset]


def test_commitment_subject_or_its_place_twice_is_told_at_the_row(as_admin: Client) -> None:
    row = a_commitment(a_measure(), "市本级", "固安县")
    new = {"subjects-TOTAL_FORMS": 4, "subjects-2-position": 3, "subjects-2-name": "固安县"}
    new |= {"subjects-3-position": 3, "subjects-3-name": "永清县"}
    answer = as_admin.post(page_of(Commitment, "change", row.pk), commitment_form(row, **new))
    assert rows_told(answer, 0) == [[], [], ["该分项已列出。"], ["该位次已被占用，请换一个。"]]
    assert row.subjects.count() == 2


def test_commitment_subjects_that_change_places_are_told_at_the_row(as_admin: Client) -> None:
    """The database looks at every single row that is stored; a third number in between helps."""
    row = a_commitment(a_measure(), "市本级", "固安县")
    turned = commitment_form(row, **{"subjects-0-position": 2, "subjects-1-position": 1})
    answer = as_admin.post(page_of(Commitment, "change", row.pk), turned)
    assert rows_told(answer, 0) == [["该位次已被占用，请换一个。"], []]


def test_commitment_target_twice_for_a_day_is_told_at_the_row(as_admin: Client) -> None:
    row = a_commitment(a_measure())
    target = InterimTarget.objects.create(commitment=row, on=date(2020, 6, 30), target=5)
    rows: dict[str, Any] = {"interim_targets-TOTAL_FORMS": 3, "interim_targets-INITIAL_FORMS": 1}
    for number, on in enumerate(["2020-06-30", "2020-12-31", "2020-12-31"]):
        rows |= {f"interim_targets-{number}-on": on, f"interim_targets-{number}-target": 5}
    rows |= {"interim_targets-0-id": target.pk, "interim_targets-0-commitment": row.pk}
    answer = as_admin.post(page_of(Commitment, "change", row.pk), commitment_form(row, **rows))
    assert rows_told(answer, 1) == [[], [], ["该日期已有阶段目标。"]]
    assert InterimTarget.objects.count() == 1


def test_number_of_a_commitment_with_an_exponent_is_refused_at_its_field(as_admin: Client) -> None:
    row = a_commitment(a_measure())
    rows: dict[str, Any] = {"interim_targets-TOTAL_FORMS": 1, "interim_targets-INITIAL_FORMS": 0}
    rows |= {"interim_targets-0-on": "2020-12-31", "interim_targets-0-target": "1e5"}
    answer = as_admin.post(page_of(Commitment, "change", row.pk), commitment_form(row, floor="1e5", **rows))
    told = ["请填写数字，不要用科学记数法。"]
    assert answer.context["adminform"].form.errors == {"floor": told}
    assert answer.context["inline_admin_formsets"][1].formset.errors == [{"target": told}]


# --- policies ------------------------------------------------------------------------------------


def policy_form(policy: Policy) -> dict[str, Any]:
    names = ["deadline_day", "participant_offset", "lead_offset", "check_offset", "grace_offset"]
    names += ["minimum_days", "red_points", "yellow_points", "ending_soon_days", "short_title", "cadence"]
    names += ["urge_yellow_days", "urge_red_days", "repeated_percent"]
    return {**{name: getattr(policy, name) for name in names}, "coordinator": policy.coordinator_id}


def test_roles_that_another_coordinator_leaves_without_rights_are_named(as_admin: Client) -> None:
    """Once each, however many people hold them; none is ended."""
    policy = a_policy()
    for who in (cast.clerk, cast.second_clerk, cast.reporter, cast.auditor):
        assert who().memberships
    form = {**policy_form(policy), "coordinator": cast.a_department("zgh").pk}
    answer = as_admin.post(page_of(Policy, "change", policy.pk), form, follow=True)
    told = [str(row) for row in answer.context["messages"] if row.level_tag == "warning"]
    assert told == [
        f"市人社局不是任何政策的统筹单位，“{role}”岗位在该单位没有任何权限。"
        for role in ("审计（只读）", "调度岗")
    ]
    same = as_admin.post(page_of(Policy, "change", policy.pk), form, follow=True)
    assert [row.level_tag for row in same.context["messages"]] == ["success"]


def test_policy_thresholds_and_cadence_are_changed_and_its_title_is_not(as_admin: Client) -> None:
    policy = a_policy()
    form = {**policy_form(policy), "title": "别的", "slug": "other", "yellow_points": 15}
    assert as_admin.post(page_of(Policy, "change", policy.pk), form).status_code == 302
    policy.refresh_from_db()
    assert (policy.yellow_points, policy.slug, policy.title) == (15, "a-policy", a_policy().title)
    refused = as_admin.post(page_of(Policy, "change", policy.pk), {**form, "yellow_points": 99})
    assert refused.context["adminform"].form.errors
    assert (
        as_admin.post(page_of(Policy, "change", policy.pk), {**form, "cadence": "half_yearly"}).status_code
        == 302
    )
    policy.refresh_from_db()
    assert policy.cadence == Cadence.HALF_YEARLY
    assert [row.cadence for row in policy.history.order_by("pk")][-2:] == ["quarterly", "half_yearly"]


@pytest.mark.parametrize("what", ["add", "delete"])
def test_policy_is_neither_added_nor_deleted(as_admin: Client, what: str) -> None:
    args = [a_policy().pk] if what == "delete" else []
    assert as_admin.post(page_of(Policy, what, *args), {"post": "yes"}).status_code == 403


# --- what only shows -----------------------------------------------------------------------------


def test_admin_changes_nothing_but_reference_data() -> None:
    shown = {model for model in admin.site._registry if model._meta.app_label == "measures"}
    assert shown == {*EDITABLE, *READ_ONLY}


@pytest.mark.parametrize("model", READ_ONLY)
def test_workflow_and_text_are_read_only(as_admin: Client, model: type[models.Model]) -> None:
    an_update(UpdateState.RETURNED)
    row = model._default_manager.first()
    assert row is not None
    assert as_admin.get(page_of(model, "change", row.pk)).status_code == 200
    for what, args in (("add", []), ("change", [row.pk]), ("delete", [row.pk])):
        assert (
            as_admin.post(page_of(model, what, *args), {"post": "yes", "state": "closed"}).status_code == 403
        )
    page = as_admin.get(page_of(model, "changelist"))
    assert page.context["action_form"] is None
    count = model._default_manager.count()
    as_admin.post(page_of(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk]})
    assert model._default_manager.count() == count


def test_admin_shows_no_word_of_a_text(as_admin: Client) -> None:
    update = an_update(UpdateState.RETURNED)
    revision, event = text_in_work(update), Event.objects.get(act=Act.RETURN)
    pages = [page_of(ProgressUpdate, "change", update.pk), page_of(Event, "change", event.pk)]
    pages += [page_of(model, "changelist") for model in (ProgressUpdate, Event)]
    for page in pages:
        shown = as_admin.get(page).content.decode()
        assert revision.headline not in shown
        assert event.comment not in shown


def test_list_of_the_record_says_what_each_act_was_about_the_latest_first(as_admin: Client) -> None:
    update = an_update(UpdateState.RETURNED)
    page = as_admin.get(page_of(Event, "changelist"))
    listed = list(page.context["cl"].result_list)
    assert listed == list(Event.objects.order_by("-pk"))
    assert listed[0].act == Act.RETURN
    first = page.content.decode().split('<td class="field-about">')[1].split("</td>")[0]
    assert update.measure.code in first
    assert update.period.name in first


def test_sections_show_in_their_edition(as_admin: Client) -> None:
    measure = a_measure()
    page = as_admin.get(page_of(Edition, "change", measure.section.edition_id)).content.decode()
    assert measure.section.title in page


INLINE = re.compile(r'\sstyle="|<style[\s>]|\son[a-z]+="|<script(?![^>]*\bsrc=)')


def all_pages() -> list[str]:
    """Every kind of page that the administrator can open, for one row of each model."""
    pages = ["/admin/", "/admin/measures/", "/admin/password_change/"]
    for model, place in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        assert row is not None, name
        pages.append(reverse(f"{name}_changelist"))
        pages += [reverse(f"{name}_{what}", args=[row.pk]) for what in ("change", "history")]
        if isinstance(place, ReferenceAdmin) and place.deletable:
            pages += [reverse(f"{name}_add"), reverse(f"{name}_delete", args=[row.pk])]
        if isinstance(place, SheetAdmin):
            pages += [reverse(f"{name}_{what}") for what in ("import", "export")]
    return [*pages, reverse("admin:auth_user_password_change", args=[cast.admin().person.pk])]


def test_admin_pages_hold_no_style_and_no_script_of_their_own(as_admin: Client) -> None:
    a_working_calendar()
    rows(1)
    Succession.objects.create(
        predecessor=a_department("d1"), successor=a_department("rsj"), valid_from=DAY, basis="文件"
    )
    for page in all_pages():
        answer = as_admin.get(page, follow=True)
        assert answer.status_code == 200, page
        assert not INLINE.search(answer.content.decode()), page


# --- lists ---------------------------------------------------------------------------------------


def rows(number: int) -> None:
    """One more of everything that the lists show."""
    policy = a_policy(f"policy-{number}")
    edition = an_edition(policy)
    an_edition()
    measure = a_measure(leads=(f"d{number}",))
    a_commitment(measure)
    a_planned_period(edition)
    an_update(UpdateState.DRAFT, measure=measure, slug=f"d{number}")


@pytest.mark.once("how often a page asks is the same everywhere; every list is opened on both above")
def test_lists_take_the_same_queries_for_1_and_5_rows(as_admin: Client) -> None:
    def asked() -> dict[str, int]:
        return {model.__name__: queries_of(as_admin, page) for model, page in pages.items()}

    pages = {model: page_of(model, "changelist") for model in (*READ_ONLY, *EDITABLE)}
    for page in pages.values():
        as_admin.get(page)  # content types are read once a process
    rows(1)
    once = asked()
    for number in range(2, 6):
        rows(number)
    assert asked() == once


def test_exports_take_the_same_queries_for_1_and_5_rows(as_admin: Client) -> None:
    exports = []
    rows(1)
    for number in range(2, 7):
        as_admin.get("/admin/")  # content types are read once a process
        exports.append([exported(as_admin, model) for model in (Responsibility, Commitment)])
        rows(number)
    assert exports == [exports[0]] * 5


def exported(as_admin: Client, model: type[models.Model]) -> int:
    with CaptureQueriesContext(connection) as queries:
        as_admin.post(page_of(model, "export"), {"format": "0", "resource": "0"})
    return len(queries)


def queries_of(as_admin: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert as_admin.get(page).status_code == 200
    return len(queries)
