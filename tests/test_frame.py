"""What stands around every page: navigation by role, who is signed in, the demo banner, error pages."""

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path
from django.utils import translation

from departments.models import DemoMode, Department, Membership, Role, User
from langfang_policy import clock
from langfang_policy.frame import NAVIGATION, frame
from measures import urls
from measures.models import Policy
from tests import builders

SignIn = Callable[[User], Client]


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("for the test")


def denies(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("for the test")


urlpatterns = [
    path("breaks/", breaks),
    path("denies/", denies),
    path("suspects/", suspects),
    path("", include("langfang_policy.urls")),
]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls(__name__),
    pytest.mark.once("made of the actor and of one list of policies; test_access.py asks for it on both"),
]


@pytest.fixture
def person() -> User:
    clock.forget()
    return User.objects.create_user(username="li", name="李建国", language="en")


@pytest.fixture
def read_page(client: Client, person: User) -> Callable[..., str]:
    def read(address: str = "/password/") -> str:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        client.raise_request_exception = False
        return client.get(address).content.decode()

    return read


def give(person: User, *roles: Role) -> None:
    office = Department.objects.create(
        slug="rsj", name="市人社局", short_name="市人社局", full_name="廊坊市人社局", kind="government"
    )
    Policy.objects.create(slug="a-policy", title="意见", short_title="意见", coordinator=office)
    for role in roles:
        Membership.objects.create(user=person, department=office, role=role, valid_from=date(2019, 1, 1))


@pytest.mark.parametrize(
    ("roles", "own"),
    [
        ([], set()),
        ([Role.REPORTER], {"My updates"}),
        ([Role.REVIEWER], {"Review", "People"}),
        ([Role.CLERK], {"Check", "People"}),
        ([Role.SIGNER], {"Check"}),
        ([Role.LEADER], set()),
        ([Role.AUDITOR], {"Register"}),
        ([Role.REPORTER, Role.CLERK], {"My updates", "Check", "People"}),
    ],
)
def test_navigation_is_that_of_the_roles(
    client: Client, person: User, roles: list[Role], own: set[str]
) -> None:
    give(person, *roles)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    shown = {item["label"] for item in client.get("/password/").context["nav"]}
    assert shown == {"Overview", "Measures", "Departments", "Periods", "Reports"} | own


def test_administrator_alone_is_led_to_admin(client: Client, person: User) -> None:
    User.objects.update(is_superuser=True, is_staff=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    labels = [item["label"] for item in client.get("/password/").context["nav"]]
    assert labels[-1] == "Administration"


def test_navigation_says_whether_the_reader_is_on_a_page_or_behind_it() -> None:
    item = next(item for item in NAVIGATION if item.view == "measures:measure_list")
    policy = builders.a_policy()

    def shown(here: str) -> str:
        return item.shown_at(here, policy)["here"]

    assert shown("measures:measure_list") == "page"
    assert shown("measures:measure_detail") == "true"
    assert shown("measures:overview") == ""


def test_every_page_leads_to_the_verification_of_files(read_page: Callable[..., str], person: User) -> None:
    give(person)
    assert '<a href="/verify/">Verify a file</a>' in read_page()


def test_each_page_of_a_period_stands_behind_the_periods() -> None:
    [periods] = [item for item in NAVIGATION if item.view == "measures:period_list"]
    pages = {page.name for page in urls.urlpatterns if str(page.name).startswith(("period_", "urge_"))}
    assert {f"measures:{name}" for name in pages} - {periods.view} <= set(periods.views)


def test_holder_of_a_first_password_is_shown_no_navigation(client: Client, person: User) -> None:
    User.objects.update(must_change_password=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/password/").context["nav"] == []


def test_frame_says_who_is_signed_in_and_for_which_department(
    read_page: Callable[..., str], person: User
) -> None:
    give(person, Role.REPORTER, Role.REVIEWER)
    text = read_page()
    assert "<b>李建国</b>" in text
    with translation.override("en"):
        assert f"{Role.REPORTER.label}, {Role.REVIEWER.label}<br>市人社局" in text


def test_frame_changes_the_language_and_signs_out_by_post_only(read_page: Callable[..., str]) -> None:
    text = read_page()
    for address in ("/language/", "/logout/"):
        assert f'<form method="post" action="{address}">' in text
    assert "简体中文" in text


def test_frame_names_the_product_of_the_setting(read_page: Callable[..., str], settings: object) -> None:
    settings.PRODUCT_NAME = "某市政策落实"  # type: ignore[attr-defined]  # pytest-django's wrapper
    assert "· 某市政策落实</title>" in read_page()


def test_banner_stands_on_the_pages_of_a_demo_only(read_page: Callable[..., str]) -> None:
    assert "Demonstration data" not in read_page()
    DemoMode.objects.create(pk=1, on=date(2020, 7, 10))
    clock.forget()
    assert "Demo date July 10, 2020" in read_page()
    assert "Demonstration data" in read_page("/login/") + read_page("/nowhere/")


def test_banner_stands_in_admin_too(read_page: Callable[..., str]) -> None:
    DemoMode.objects.create(pk=1, on=date(2020, 7, 10))
    User.objects.update(is_superuser=True, is_staff=True)
    clock.forget()
    assert "Demo date July 10, 2020" in read_page("/admin/")


def test_frame_of_a_request_that_failed_early_is_the_name_only() -> None:
    assert frame(HttpRequest()) == {"product_name": settings.PRODUCT_NAME}


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/nowhere/", 404, "There is no such page"),
        ("/denies/", 403, "Your role does not allow this"),
        ("/suspects/", 400, "The request could not be read"),
        ("/breaks/", 500, "This was not your doing."),
    ],
)
def test_error_page_says_what_happened_and_how_to_go_on(
    client: Client, person: User, address: str, status: int, says: str
) -> None:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    assert says in response.content.decode()
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_bare_error_page_stands_without_any_context(template: str) -> None:
    assert 'href="/static/css/base.css"' in render_to_string(template)


def test_summary_of_errors_takes_the_focus() -> None:
    form = Form({})
    form.full_clean()
    form.add_error(None, "a reason")
    summary = render_to_string("components/_error_summary.html", {"form": form})
    assert 'id="error-summary" autofocus' in summary
    assert 'tabindex="-1"' in summary


def test_demo_banner_is_a_landmark() -> None:
    with translation.override("en"):
        banner = render_to_string("components/_banner.html", {"demo_date": date(2020, 7, 10)})
    assert '<aside class="banner" aria-label="Demonstration">' in banner


def test_pages_carry_a_policy_without_inline_code(client: Client) -> None:
    response = client.get("/login/")
    rules = response["Content-Security-Policy"]
    assert "unsafe" not in rules
    assert "default-src 'none'" in rules
    assert " style=" not in response.content.decode()
