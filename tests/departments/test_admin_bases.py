"""Inlines and selects of admin: what the database would refuse is told at the row; people by both names."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.forms import Form
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.admin_bases import PersonField, RowErrorsFormSet
from departments.models import Department, DepartmentAlias, Membership, Role, Succession, User
from tests import cast
from tests.cast import DAY, SINCE, a_department

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_the_day"),
    pytest.mark.once(
        "files and forms of admin; what they store runs on both by test_resources and the constraints"
    ),
]

HELD = "该人员在本单位已有这一岗位。"
NEW_PASSWORD = "临时密码-请立即修改"


def inline(prefix: str, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What a browser sends for these rows; those that have an id come first."""
    rows = list(rows)
    form = {
        f"{prefix}-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()
    }
    stored = sum("id" in row for row in rows)
    return {**form, f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": stored}


def told(answer: Any, prefix: str) -> list[tuple[int, list[str]]]:
    """(row of the inline, sentences) of every bad row. Nothing is said apart from the rows."""
    assert answer.status_code == 200
    (formset,) = [
        row.formset for row in answer.context["inline_admin_formsets"] if row.formset.prefix == prefix
    ]
    assert not formset.non_form_errors()
    return [(number, said(form)) for number, form in enumerate(formset) if form.errors]


def said(form: Form) -> list[str]:
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]


def test_every_box_of_an_inline_says_what_it_is(as_admin: Client) -> None:
    """The head of its column is no label of it."""
    page = as_admin.get(reverse("admin:departments_user_add")).content.decode()
    boxes = re.findall(
        r'<(?:input|select)[^>]* name="memberships-0-(?:department|role|valid_\w+)"[^>]*>', page
    )
    assert len(boxes) == 4
    assert all("aria-label=" in box for box in boxes)


def test_every_inline_tells_at_the_row() -> None:
    inlines = [inline for place in admin.site._registry.values() for inline in place.inlines]
    assert len(inlines) >= 6
    assert all(issubclass(inline.formset, RowErrorsFormSet) for inline in inlines)


# --- memberships ---------------------------------------------------------------------------------


def membership(**changes: Any) -> dict[str, Any]:
    usual = {"department": a_department("zgh").pk, "role": Role.REPORTER, "valid_from": "2020-07-01"}
    return {**usual, **changes}


def as_stored(row: Membership, **changes: Any) -> dict[str, Any]:
    return {"id": row.pk, "user": row.user_id, **changes}  # who, where and as what cannot be changed


def person_page(as_admin: Client, person: User, *rows: dict[str, Any]) -> Any:
    form = {"username": person.username, "name": person.name, "is_active": "on"}
    page = reverse("admin:departments_user_change", args=[person.pk])
    return as_admin.post(page, {**form, **inline("memberships", rows)})


def test_new_person_with_one_role_twice_is_told_and_loses_nothing(as_admin: Client) -> None:
    form = {"username": "zgh-new", "name": "王晓芳", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    rows = inline("memberships", [membership(), membership(valid_from="2020-08-01")])
    answer = as_admin.post(reverse("admin:departments_user_add"), {**form, **rows})
    assert told(answer, "memberships") == [(1, [HELD])]
    page = answer.content.decode()
    assert ("王晓芳" in page, "2020-08-01" in page, HELD in page) == (True, True, True)
    assert not User.objects.filter(username="zgh-new").exists()


def test_role_that_the_person_already_holds_is_told(as_admin: Client) -> None:
    held = cast.reporter().person.memberships.get()
    answer = person_page(as_admin, held.user, as_stored(held), membership())
    assert told(answer, "memberships") == [(1, [HELD])]
    assert held.user.memberships.count() == 1


def test_role_that_somebody_else_gave_meanwhile_is_told(as_admin: Client) -> None:
    held = cast.reporter().person.memberships.get()
    assert told(person_page(as_admin, held.user, membership()), "memberships") == [(0, [HELD])]


def test_role_is_held_again_after_its_end(as_admin: Client) -> None:
    held = cast.reporter().person.memberships.get()
    rows = [as_stored(held, valid_to="2020-06-30"), membership()]
    assert person_page(as_admin, held.user, *rows).status_code == 302
    assert set(held.user.memberships.values_list("valid_from", "valid_to")) == {
        (SINCE, date(2020, 6, 30)),
        (DAY, None),
    }


def test_ended_role_cannot_be_resumed_beside_its_successor(as_admin: Client) -> None:
    held = cast.reporter().person.memberships.get()
    Membership.objects.filter(pk=held.pk).update(valid_to=date(2020, 6, 30))
    second = Membership.objects.create(
        user=held.user, department=held.department, role=held.role, valid_from=DAY
    )
    rows = [as_stored(held, valid_to=""), as_stored(second)]
    assert told(person_page(as_admin, held.user, *rows), "memberships") == [(0, [HELD])]
    rows = [as_stored(held, valid_to=""), as_stored(second, valid_to="2020-07-02")]
    assert told(person_page(as_admin, held.user, *rows), "memberships") == [(0, [HELD])]


def test_row_that_is_wrong_in_itself_is_told_once(as_admin: Client) -> None:
    held = cast.reporter().person.memberships.get()
    rows = [as_stored(held), membership(valid_to="2020-06-30"), membership(role="")]
    found = told(person_page(as_admin, held.user, *rows), "memberships")
    assert [(row, len(sentences)) for row, sentences in found] == [(1, 1), (2, 1)]


# --- departments ---------------------------------------------------------------------------------


def department_page(as_admin: Client, department: Department, prefix: str, *rows: dict[str, Any]) -> Any:
    names = ("name", "short_name", "full_name", "kind", "position")
    form = {name: getattr(department, name) for name in names}
    form |= inline("aliases", []) | inline("successions", []) | inline(prefix, rows)
    return as_admin.post(reverse("admin:departments_department_change", args=[department.pk]), form)


def test_alias_twice_is_told_with_the_name_of_the_field(as_admin: Client) -> None:
    answer = department_page(as_admin, a_department(), "aliases", {"name": "总工会"}, {"name": "总工会"})
    ((row, (sentence,)),) = told(answer, "aliases")
    with translation.override("zh-hans"):
        field = str(DepartmentAlias._meta.get_field("name").verbose_name)
    assert (row, field in sentence) == (1, True)
    assert not DepartmentAlias.objects.exists()


def test_alias_that_the_department_has_is_told(as_admin: Client) -> None:
    alias = DepartmentAlias.objects.create(department=a_department(), name="总工会")
    kept = {"id": alias.pk, "department": alias.department_id, "name": "总工会"}
    rows: list[dict[str, Any]] = [kept, {"name": "总工会"}]
    answer = department_page(as_admin, a_department(), "aliases", *rows)
    with translation.override("en"):
        assert told(answer, "aliases") == [(1, ["The department already has this alias."])]


def test_aliases_are_added_and_deleted_as_before(as_admin: Client) -> None:
    alias = DepartmentAlias.objects.create(department=a_department(), name="总工会")
    kept = {"id": alias.pk, "department": alias.department_id, "name": "总工会"}
    rows: list[dict[str, Any]] = [
        {**kept, "DELETE": "on"},
        {"name": "工会"},
        {"name": "工会", "DELETE": "on"},
        {"name": ""},
    ]
    assert department_page(as_admin, a_department(), "aliases", *rows).status_code == 302
    assert list(DepartmentAlias.objects.values_list("name", flat=True)) == ["工会"]


def test_new_department_comes_with_its_aliases(as_admin: Client) -> None:
    form: dict[str, Any] = {
        "slug": "kjj",
        "name": "市科技局",
        "short_name": "科技局",
        "full_name": "廊坊市科技局",
    }
    form |= {"kind": "government", "position": 4}
    form |= inline("aliases", [{"name": "科技局"}]) | inline("successions", [])
    assert as_admin.post(reverse("admin:departments_department_add"), form).status_code == 302
    assert DepartmentAlias.objects.get().department.slug == "kjj"


def succession(slug: str, **changes: Any) -> dict[str, Any]:
    usual = {"successor": a_department(slug).pk, "valid_from": "2020-01-01", "basis": "廊编〔2020〕3号"}
    return {**usual, **changes}


def test_succession_twice_is_told(as_admin: Client) -> None:
    rows = [succession("rsj"), succession("rsj", valid_from="2020-02-01"), succession("czj")]
    answer = department_page(as_admin, a_department(), "successions", *rows)
    assert told(answer, "successions") == [(1, ["该承接关系已登记。"])]
    assert not Succession.objects.exists()


def test_succession_to_itself_is_told(as_admin: Client) -> None:
    answer = department_page(as_admin, a_department(), "successions", succession("zgh"))
    assert told(answer, "successions") == [(0, ["单位不能由自身承接。"])]


def test_successions_that_change_places_are_told(as_admin: Client) -> None:
    rows = [
        Succession.objects.create(
            predecessor=a_department(), successor=a_department(slug), valid_from=DAY, basis="文件"
        )
        for slug in ("rsj", "czj")
    ]
    turned = [
        succession(slug, id=row.pk, predecessor=row.predecessor_id)
        for row, slug in zip(rows, ("czj", "rsj"), strict=True)
    ]
    answer = department_page(as_admin, a_department(), "successions", *turned)
    assert len(told(answer, "successions")) == 1


# --- people in selects ---------------------------------------------------------------------------


def test_people_of_one_name_are_told_apart_in_a_select(as_admin: Client) -> None:
    person = cast.reporter().person
    page = as_admin.get(reverse("admin:departments_membership_add"))
    labels = [label for _value, label in page.context["adminform"].form.fields["user"].choices]
    assert f"{person.name}（{person.username}）" in labels
    assert str(person) == person.name


def test_every_select_of_people_shows_both_names(as_admin: Client) -> None:
    request = as_admin.get("/admin/").wsgi_request
    for place in admin.site._registry.values():
        for field in place.opts.fields:
            if field.related_model is User and field.editable and hasattr(place, "deletable"):
                chosen = place.formfield_for_dbfield(field, request)
                assert isinstance(chosen, PersonField), field
