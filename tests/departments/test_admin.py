"""Admin of departments and people: its doors, accounts, memberships, files; queries for 1 and 5 rows."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.models import Department, DepartmentAlias, Membership, Role, Succession, User, WorkingDay
from tests import cast
from tests.builders import a_policy, a_working_calendar
from tests.cast import DAY, PASSWORD, a_department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_the_day")]

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
PEOPLE = "admin:departments_user"
DEPARTMENTS = "admin:departments_department"
MEMBERSHIP_ADD = "/admin/departments/membership/add/"
NEW_PASSWORD = "临时密码-请立即修改"


def no_memberships(count: int = 0) -> dict[str, Any]:
    return {
        "memberships-TOTAL_FORMS": count,
        "memberships-INITIAL_FORMS": 0,
        "memberships-MIN_NUM_FORMS": 0,
        "memberships-MAX_NUM_FORMS": 1000,
    }


def queries_of(as_admin: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert as_admin.get(page).status_code == 200
    return len(queries)


# --- the doors -----------------------------------------------------------------------------------


def test_admin_sends_a_visitor_to_the_one_sign_in(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("departments:login"))
    assert "next=%2Fadmin%2F" in answer.redirect_chain[-1][0]


@pytest.mark.parametrize("who", [cast.clerk, cast.reporter, cast.leader])
def test_admin_is_closed_to_everybody_else(client: Client, who: Any) -> None:
    client.force_login(who().person, backend=MODEL_BACKEND)
    assert client.get("/admin/", follow=True).status_code == 403


def test_admin_is_closed_to_who_is_only_called_staff(client: Client) -> None:
    User.objects.filter(pk=cast.clerk().person.pk).update(is_staff=True)
    client.force_login(cast.clerk().person, backend=MODEL_BACKEND)
    assert client.get(reverse(f"{DEPARTMENTS}_changelist"), follow=True).status_code == 403


def test_admin_with_a_first_password_can_only_change_it(as_admin: Client) -> None:
    User.objects.filter(username="admin").update(must_change_password=True)
    assert as_admin.get("/admin/")["Location"] == reverse("departments:password_change")


def test_admin_password_page_and_way_out_are_our_own(as_admin: Client) -> None:
    assert as_admin.get("/admin/password_change/")["Location"] == reverse("departments:password_change")
    assert as_admin.post("/admin/logout/")["Location"] == reverse("departments:login")
    assert "_auth_user_id" not in as_admin.session


def test_admin_has_no_bulk_deletion_and_no_groups() -> None:
    assert "delete_selected" not in [name for name, _action in admin.site.actions]
    assert {model._meta.label for model in admin.site._registry if model._meta.app_label == "auth"} == set()
    assert {model._meta.label for model in admin.site._registry if model._meta.app_label == "axes"} == set()


def test_admin_index_is_named_after_the_product(as_admin: Client) -> None:
    page = as_admin.get("/admin/")
    assert page.context["site_header"] == page.context["product_name"]


# --- people --------------------------------------------------------------------------------------


def test_new_person_has_a_first_password_that_must_be_changed(as_admin: Client) -> None:
    zgh = a_department("zgh")
    form = {
        **no_memberships(1),
        "username": "zgh-new",
        "name": "王晓芳",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
        "memberships-0-department": zgh.pk,
        "memberships-0-role": Role.REPORTER,
        "memberships-0-valid_from": "2020-07-01",
    }
    answer = as_admin.post(reverse(f"{PEOPLE}_add"), form)
    assert answer.status_code == 302
    person = User.objects.get(username="zgh-new")
    assert person.must_change_password
    assert person.check_password(NEW_PASSWORD)
    assert not person.is_staff
    assert person.memberships.get().department == zgh


def test_membership_is_offered_from_today(as_admin: Client) -> None:
    page = as_admin.get(reverse("admin:departments_membership_add"))
    assert page.context["adminform"].form["valid_from"].value() == DAY


def test_reset_password_must_be_changed(as_admin: Client) -> None:
    person = cast.reporter().person
    page = reverse("admin:auth_user_password_change", args=[person.pk])
    assert "usable_password" not in as_admin.get(page).content.decode()
    answer = as_admin.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.must_change_password
    assert person.check_password(NEW_PASSWORD)


def test_reset_password_cannot_take_the_password_away(as_admin: Client) -> None:
    person = cast.reporter().person
    page = reverse("admin:auth_user_password_change", args=[person.pk])
    assert as_admin.post(page, {"usable_password": "false", "unset-password": "1"}).status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_person_is_deactivated_and_never_deleted(as_admin: Client) -> None:
    person = cast.reporter().person
    form = {**no_memberships(), "username": person.username, "name": person.name}
    assert as_admin.post(reverse(f"{PEOPLE}_change", args=[person.pk]), form).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert as_admin.post(reverse(f"{PEOPLE}_delete", args=[person.pk]), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


def test_administrator_cannot_lock_himself_out(as_admin: Client) -> None:
    person = cast.admin().person
    form = {**no_memberships(), "username": person.username, "name": "改名"}
    assert as_admin.post(reverse(f"{PEOPLE}_change", args=[person.pk]), form).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.is_active, person.is_superuser) == ("改名", True, True)


def test_second_administrator_can_be_named(as_admin: Client) -> None:
    person = cast.clerk().person
    form = {**no_memberships(), "username": person.username, "name": person.name, "is_active": "on"}
    as_admin.post(reverse(f"{PEOPLE}_change", args=[person.pk]), {**form, "is_superuser": "on"})
    person.refresh_from_db()
    assert (person.is_superuser, person.is_staff) == (True, True)


def test_lock_is_shown_and_released(as_admin: Client, client: Client) -> None:
    person = cast.reporter().person
    visitor = Client()
    for _n in range(5):
        visitor.post("/login/", {"username": person.username, "password": "wrong"})
    row = as_admin.get(reverse(f"{PEOPLE}_changelist")).context["cl"].queryset.get(pk=person.pk)
    assert row.failed == 5
    form = {"action": "release_lock", "_selected_action": [person.pk]}
    as_admin.post(reverse(f"{PEOPLE}_changelist"), form)
    assert not AccessAttempt.objects.filter(username=person.username).exists()
    visitor.post("/login/", {"username": person.username, "password": PASSWORD})
    assert visitor.session["_auth_user_id"] == str(person.pk)


def test_people_list_says_what_everybody_holds_today(as_admin: Client) -> None:
    cast.reporter()
    cast.former_reporter()
    page = as_admin.get(reverse(f"{PEOPLE}_changelist")).content.decode()
    assert page.count("市总工会 填报人") == 1


# --- memberships, calendar -----------------------------------------------------------------------


def test_membership_is_ended_and_not_rewritten(as_admin: Client) -> None:
    row = cast.reporter().person.memberships.get()
    form = {
        "user": cast.clerk().person.pk,
        "department": a_department("rsj").pk,
        "role": Role.CLERK,
        "valid_from": "2020-01-01",
        "valid_to": "2020-06-30",
    }
    page = reverse("admin:departments_membership_change", args=[row.pk])
    assert as_admin.post(page, form).status_code == 302
    after = Membership.objects.get(pk=row.pk)
    assert (after.user, after.department, after.role) == (row.user, row.department, row.role)
    assert (after.valid_from, str(after.valid_to)) == (row.valid_from, "2020-06-30")
    assert after.history.latest().history_user == cast.admin().person


def membership_form(slug: str, role: Role, **changes: Any) -> dict[str, Any]:
    person = cast.a_person("wang").person
    usual = {"user": person.pk, "department": a_department(slug).pk, "role": role, "valid_from": "2020-07-01"}
    return {**usual, **changes}


def warnings_after(as_admin: Client, page: str, form: dict[str, Any]) -> list[str]:
    """What the page that follows says in yellow; the form must have been accepted."""
    answer = as_admin.post(page, form, follow=True)
    assert answer.redirect_chain
    return [str(told) for told in answer.context["messages"] if told.level_tag == "warning"]


@pytest.mark.parametrize("role", [Role.CLERK, Role.SIGNER, Role.LEADER, Role.AUDITOR])
def test_role_that_allows_nothing_is_given_with_a_warning(as_admin: Client, role: Role) -> None:
    """The membership's own page and the row of a person say the same; nobody is kept from it."""
    a_policy()
    told = f"市总工会不是任何政策的统筹单位，“{role.label}”岗位在该单位没有任何权限。"
    assert warnings_after(as_admin, MEMBERSHIP_ADD, membership_form("zgh", role)) == [told]
    person = cast.a_person("li").person
    row = membership_form("zgh", role)
    inline = {f"memberships-0-{name}": row[name] for name in ("department", "role", "valid_from")}
    form = {**no_memberships(1), **inline, "username": "li", "name": "李", "is_active": "on"}
    assert warnings_after(as_admin, reverse(f"{PEOPLE}_change", args=[person.pk]), form) == [told]
    assert set(Membership.objects.values_list("role", flat=True)) == {role}


@pytest.mark.parametrize(
    ("slug", "role", "changes"),
    [
        ("rsj", Role.CLERK, {}),
        ("zgh", Role.REPORTER, {}),
        ("zgh", Role.REVIEWER, {}),
        ("zgh", Role.CLERK, {"valid_from": "2020-06-01", "valid_to": "2020-07-01"}),
    ],
)
def test_role_that_counts_or_ends_is_given_without_a_word(
    as_admin: Client, slug: str, role: Role, changes: dict[str, str]
) -> None:
    a_policy()
    assert warnings_after(as_admin, MEMBERSHIP_ADD, membership_form(slug, role, **changes)) == []
    assert Membership.objects.filter(role=role).exists()


def test_before_the_first_policy_no_role_is_doubted(as_admin: Client) -> None:
    """People are set up before anybody knows which department will coordinate."""
    assert warnings_after(as_admin, MEMBERSHIP_ADD, membership_form("zgh", Role.CLERK)) == []


def test_offered_row_that_nobody_filled_in_enters_nothing(as_admin: Client) -> None:
    """Not even on the day after it was offered."""
    person = cast.reporter().person
    page = reverse(f"{PEOPLE}_change", args=[person.pk])
    (held, offered) = as_admin.get(page).context["inline_admin_formsets"][0].formset.forms
    assert (offered["role"].value(), offered["department"].value()) == (None, None)
    form = {
        **no_memberships(2),
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": held.instance.pk,
        "memberships-1-valid_from": "2020-06-30",
        "username": person.username,
        "name": person.name,
        "is_active": "on",
    }
    assert as_admin.post(page, form).status_code == 302
    assert Membership.objects.get() == held.instance
    half = as_admin.post(page, {**form, "memberships-1-role": Role.REVIEWER})
    assert half.context["inline_admin_formsets"][0].formset.forms[1].errors.keys() == {"department"}


def test_membership_is_never_deleted(as_admin: Client) -> None:
    row = cast.reporter().person.memberships.get()
    page = reverse("admin:departments_membership_delete", args=[row.pk])
    assert as_admin.post(page, {"post": "yes"}).status_code == 403
    inline = as_admin.get(reverse(f"{PEOPLE}_change", args=[row.user_id]))
    assert not inline.context["inline_admin_formsets"][0].formset.can_delete


def test_working_day_is_put_right_and_keeps_its_date(as_admin: Client) -> None:
    a_working_calendar()
    page = reverse("admin:departments_workingday_change", args=["2020-07-01"])
    assert as_admin.post(page, {"date": "2020-07-04", "note": "停电"}).status_code == 302
    day = WorkingDay.objects.get(date=DAY)
    assert (day.is_working, day.note) == (False, "停电")
    assert as_admin.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert WorkingDay.objects.filter(date=DAY).exists()


# --- departments ---------------------------------------------------------------------------------


def department_form(department: Department, **changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        name: getattr(department, name) for name in ("name", "short_name", "full_name", "kind", "position")
    }
    for prefix in ("aliases", "successions"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {**form, **changes}


def test_department_gets_an_alias_but_not_the_name_of_another(as_admin: Client) -> None:
    zgh, rsj = a_department("zgh"), a_department("rsj")
    page = reverse(f"{DEPARTMENTS}_change", args=[zgh.pk])
    one = {"aliases-TOTAL_FORMS": 1, "aliases-0-department": zgh.pk}
    refused = as_admin.post(page, department_form(zgh, **one, **{"aliases-0-name": rsj.name}))
    assert refused.status_code == 200
    assert not DepartmentAlias.objects.exists()
    assert as_admin.post(page, department_form(zgh, **one, **{"aliases-0-name": "总工会"})).status_code == 302
    assert DepartmentAlias.objects.get().department == zgh


def test_department_that_something_hangs_on_is_not_deleted(as_admin: Client) -> None:
    row = cast.reporter().person.memberships.get()
    page = reverse(f"{DEPARTMENTS}_delete", args=[row.department_id])
    answer = as_admin.post(page, {"post": "yes"})
    assert answer.status_code == 200
    assert str(row.user) in answer.content.decode()
    assert not answer.context["perms_lacking"]
    assert Department.objects.filter(pk=row.department_id).exists()


def test_department_keeps_the_line_ends_of_its_contact(as_admin: Client) -> None:
    zgh = a_department("zgh", contact="王晓芳\n办公室")
    page = reverse(f"{DEPARTMENTS}_change", args=[zgh.pk])
    field = as_admin.get(page).context["adminform"].form["contact"]
    assert "<textarea" in str(field)
    as_admin.post(page, department_form(zgh, contact="王晓芳\r\n办公室", telephone="0316-1\r\n0316-2"))
    zgh.refresh_from_db()
    assert (zgh.contact, zgh.telephone) == ("王晓芳\n办公室", "0316-1\n0316-2")


def test_department_history_says_who_changed_what(as_admin: Client) -> None:
    zgh = a_department("zgh")
    page = reverse(f"{DEPARTMENTS}_change", args=[zgh.pk])
    as_admin.post(page, department_form(zgh, short_name="总工会"))
    history = as_admin.get(reverse(f"{DEPARTMENTS}_history", args=[zgh.pk])).content.decode()
    assert "市总工会 → 总工会" in history
    assert str(cast.admin().person) in history
    assert 'style="' not in history
    version = zgh.history.earliest()
    before = as_admin.get(reverse(f"{DEPARTMENTS}_simple_history", args=[zgh.pk, version.pk]))
    assert before.status_code == 200
    assert 'name="_save"' not in before.content.decode()


def test_what_is_posted_to_an_entry_of_the_history_is_not_stored(as_admin: Client) -> None:
    lead = Membership.objects.get(user=cast.reporter("zgh").person)
    version = lead.history.latest()
    entry = reverse("admin:departments_membership_simple_history", args=[lead.pk, version.pk])
    sent = {
        "user": lead.user_id,
        "department": lead.department_id,
        "role": "reviewer",
        "valid_from": "2020-01-01",
    }
    assert as_admin.post(entry, sent).status_code == 405
    lead.refresh_from_db()
    assert lead.role == "reporter"


@pytest.mark.parametrize("wanted", ["abc", "\0"])
def test_history_of_what_is_no_number_is_no_page(as_admin: Client, wanted: str) -> None:
    assert as_admin.get(reverse(f"{DEPARTMENTS}_history", args=[wanted])).status_code == 404


# --- lists ---------------------------------------------------------------------------------------


def rows(number: int) -> None:
    """One more of everything that the lists show."""
    slug = f"d{number}"
    person = cast.a_person(f"p{number}", (slug, Role.REPORTER))
    DepartmentAlias.objects.create(department=a_department(slug), name=f"别名{number}")
    Succession.objects.create(
        predecessor=a_department(slug), successor=a_department("rsj"), valid_from=DAY, basis="文件"
    )
    AccessAttempt.objects.create(username=person.person.username, failures_since_start=1)
    WorkingDay.objects.create(date=DAY.replace(day=number), is_working=True)


@pytest.mark.once("how often a list asks is the same everywhere; measures/test_admin.py opens each on both")
@pytest.mark.parametrize("model", ["department", "succession", "user", "membership", "workingday"])
def test_lists_take_the_same_queries_for_1_and_5_rows(as_admin: Client, model: str) -> None:
    page = reverse(f"admin:departments_{model}_changelist")
    as_admin.get(page)  # content types are read once a process
    rows(1)
    once = queries_of(as_admin, page)
    for number in range(2, 6):
        rows(number)
    assert queries_of(as_admin, page) == once
