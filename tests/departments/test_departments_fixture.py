"""Do the fixtures bring 23 departments, then eight more, and every name that texts have for them?"""

import pytest
from django.core.management import call_command
from django.db.models import Q

from departments.models import Department, DepartmentAlias, DepartmentKind


@pytest.fixture(autouse=True)
def _loaded(db: None) -> None:
    call_command("loaddata", "departments", verbosity=0)


def test_departments_fixture_brings_23_departments_of_five_kinds() -> None:
    kinds = [Department.objects.filter(kind=kind).count() for kind in DepartmentKind]
    assert Department.objects.count() == 23
    assert dict(zip(DepartmentKind.values, kinds, strict=True)) == {
        "government": 13,
        "party": 2,
        "congress": 2,
        "cppcc": 1,
        "mass_organisation": 5,
    }


def test_departments_fixture_lets_only_government_departments_be_ranked() -> None:
    government = Department.objects.filter(kind=DepartmentKind.GOVERNMENT)
    assert set(Department.objects.filter(rankable=True)) == set(government)


def named(name: str) -> Department:
    """The one department that a text calls so: by its own name or an alias."""
    return Department.objects.filter(Q(name=name) | Q(aliases__name=name)).distinct().get()


@pytest.mark.sample("the rows of the file are the same everywhere")
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("市人力资源和社会保障局", "rsj"),
        ("市人社局", "rsj"),
        ("廊坊市人社局", "rsj"),
        ("人力资源社会保障部门", "rsj"),
        ("廊坊市发展和改革委员会", "fgw"),
        ("市工信局", "gxj"),
        ("中共廊坊市委组织部", "zzb"),
        ("市人大办公室", "rdb"),
        ("市人大法工委", "rdfgw"),
        ("共青团廊坊市委员会", "tsw"),
    ],
)
def test_departments_fixture_knows_them_by_their_other_names(name: str, slug: str) -> None:
    assert named(name).slug == slug


def test_departments_fixture_gives_every_department_its_short_and_full_name() -> None:
    for department in Department.objects.all():
        for name in (department.name, department.short_name, department.full_name):
            assert named(name) == department


def test_departments_fixture_alias_is_never_another_departments_name() -> None:
    aliases = DepartmentAlias.objects.values_list("name", flat=True)
    assert not Department.objects.filter(name__in=aliases).exists()


def test_departments_fixture_can_be_loaded_again() -> None:
    before = set(Department.objects.values_list("pk", "slug"))
    call_command("loaddata", "departments", verbosity=0)
    assert set(Department.objects.values_list("pk", "slug")) == before


# --- the departments of the second policy -----------------------------------------------------------


@pytest.fixture
def _more(_loaded: None) -> None:
    call_command("loaddata", "urban-renewal-departments", verbosity=0)


@pytest.mark.usefixtures("_more")
def test_second_fixture_adds_eight_departments_with_their_names() -> None:
    assert Department.objects.count() == 23 + 8
    for department in Department.objects.all():
        for name in (department.name, department.short_name, department.full_name):
            assert named(name) == department


@pytest.mark.usefixtures("_more")
def test_second_fixture_keeps_the_protocol_order_by_kind() -> None:
    kinds = list(Department.objects.order_by("position").values_list("kind", flat=True))
    assert list(dict.fromkeys(kinds)) == DepartmentKind.values
    assert kinds == sorted(kinds, key=DepartmentKind.values.index)
    assert Department.objects.values("position").distinct().count() == 31


@pytest.mark.usefixtures("_more")
def test_second_fixture_takes_no_name_of_the_first() -> None:
    aliases = DepartmentAlias.objects.values_list("name", flat=True)
    assert not Department.objects.filter(name__in=aliases).exists()
    assert set(Department.objects.filter(rankable=True)) == set(Department.objects.filter(kind="government"))
