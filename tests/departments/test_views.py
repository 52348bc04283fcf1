"""Signing in and out, the lock, the password, the language, stepping into a demo person, failed forms."""

from collections.abc import Callable
from datetime import date

import pytest
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.models import Department, Membership, Role, User
from tests.departments.conftest import PASSWORD

SignIn = Callable[[User], Client]
LOGIN = "/login/"
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/x",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def fail(client: Client, times: int, username: str = "zgh-reporter") -> int:
    """Signs in with a wrong password that often; the status of the last answer."""
    status = [
        client.post(LOGIN, {"username": username, "password": "wrong"}).status_code for _ in range(times)
    ]
    return status[-1]


def test_login_leads_to_where_the_person_was_going(client: Client, person: User) -> None:
    form = {"username": "zgh-reporter", "password": PASSWORD, "next": "/password/?from=x"}
    assert client.post(LOGIN, form)["Location"] == "/password/?from=x"
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.sample("the address or the form is refused before the database is asked")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_login_never_leads_to_another_site(client: Client, person: User, elsewhere: str) -> None:
    page = client.get(LOGIN, {"next": elsewhere})
    assert page.context["next"] == "/"
    form = {"username": "zgh-reporter", "password": PASSWORD, "next": elsewhere}
    assert client.post(LOGIN, form)["Location"] == reverse("measures:start")


def test_login_with_a_name_that_is_too_long_for_the_record_is_told_at_the_field(
    client: Client, person: User
) -> None:
    page = client.post(LOGIN, {"username": "x" * 300, "password": PASSWORD})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["username"])


def test_login_with_a_wrong_password_does_not_say_what_was_wrong(client: Client, person: User) -> None:
    wrong_password = client.post(LOGIN, {"username": "zgh-reporter", "password": "wrong"})
    wrong_name = client.post(LOGIN, {"username": "nobody", "password": PASSWORD})
    message = "The user name or the password is not right. Mind capital letters."
    for response in (wrong_password, wrong_name):
        assert message in response.content.decode()
        assert len(response.context["form"].non_field_errors()) == 1
    assert 'value="zgh-reporter"' in wrong_password.content.decode()


def test_login_is_refused_to_a_deactivated_person(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    response = client.post(LOGIN, {"username": "zgh-reporter", "password": PASSWORD})
    assert response.status_code == 200
    assert response.context["form"].errors


def test_login_page_sends_on_who_is_signed_in(signed_in: SignIn, person: User) -> None:
    assert signed_in(person).get(LOGIN, {"next": "/password/"})["Location"] == "/password/"


def test_login_without_next_leads_to_the_start_page(client: Client, person: User) -> None:
    response = client.post(LOGIN, {"username": "zgh-reporter", "password": PASSWORD})
    assert response["Location"] == reverse("measures:start")


def test_lock_closes_after_five_failures_and_says_for_how_long(client: Client, person: User) -> None:
    assert fail(client, settings.AXES_FAILURE_LIMIT) == 429
    response = client.post(LOGIN, {"username": "zgh-reporter", "password": PASSWORD})
    assert response.status_code == 429
    text = response.content.decode()
    assert "possible again 15 minutes after the last attempt" in text
    assert "ask the administrator" in text
    assert "zgh-reporter" in text
    assert "_auth_user_id" not in client.session


def test_lock_does_not_close_for_somebody_else(client: Client, person: User, admin_person: User) -> None:
    fail(client, settings.AXES_FAILURE_LIMIT)
    response = client.post(LOGIN, {"username": "admin", "password": PASSWORD, "next": "/password/"})
    assert response["Location"] == "/password/"


def test_lock_is_released_by_the_administrator(client: Client, person: User) -> None:
    fail(client, settings.AXES_FAILURE_LIMIT)
    assert reset(username="zgh-reporter") == 1
    form = {"username": "zgh-reporter", "password": PASSWORD, "next": "/password/"}
    assert client.post(LOGIN, form)["Location"] == "/password/"


def test_lock_counts_anew_after_a_success(client: Client, person: User) -> None:
    fail(client, settings.AXES_FAILURE_LIMIT - 1)
    client.post(LOGIN, {"username": "zgh-reporter", "password": PASSWORD, "next": "/password/"})
    assert not AccessAttempt.objects.exists()


def test_admin_has_no_sign_in_of_its_own(client: Client) -> None:
    response = client.get("/admin/login/", {"next": "/admin/"})
    assert response["Location"] == "/login/?next=%2Fadmin%2F"


def test_admin_refuses_others_in_a_sentence(signed_in: SignIn, person: User) -> None:
    response = signed_in(person).get("/admin/", follow=True)
    assert response.status_code == 403
    assert "Only administrators may enter here." in response.content.decode()


def test_logout_ends_the_session(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    assert client.post(reverse("departments:logout"))["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


@pytest.mark.sample("the address or the form is refused before the database is asked")
@pytest.mark.parametrize("view", ["logout", "language", "step_in"])
def test_get_on_an_act_is_refused(signed_in: SignIn, person: User, view: str) -> None:
    assert signed_in(person).get(reverse(f"departments:{view}")).status_code == 405


def change(
    client: Client, new: str, again: str | None = None, old: str = PASSWORD
) -> dict[str, list[dict[str, str]]]:
    """The errors of the password page; empty when the password was changed."""
    form = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    response = client.post(reverse("departments:password_change"), form)
    with translation.override("en"):
        return response.context["form"].errors.get_json_data() if response.context else {}


def test_password_change_keeps_this_browser_signed_in(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    assert change(client, "another long phrase") == {}
    person.refresh_from_db()
    assert person.check_password("another long phrase")
    assert client.get(reverse("departments:password_change")).status_code == 200


def test_password_change_ends_the_duty_of_a_first_password(signed_in: SignIn, person: User) -> None:
    person.must_change_password = True
    person.save()
    assert change(signed_in(person), "another long phrase") == {}
    person.refresh_from_db()
    assert not person.must_change_password


def test_password_change_refuses_the_same_password(signed_in: SignIn, person: User) -> None:
    errors = change(signed_in(person), PASSWORD)
    assert [error["code"] for error in errors["new_password1"]] == ["password_unchanged"]


def test_password_change_refuses_weak_and_mistyped_passwords(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    assert "new_password2" in change(client, "1234567890")
    assert "new_password2" in change(client, "short")
    assert "new_password2" in change(client, "another long phrase", "another long phrase!")
    assert "old_password" in change(client, "another long phrase", old="wrong")
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_password_page_needs_a_signed_in_person(client: Client) -> None:
    assert client.get("/password/")["Location"] == "/login/?next=/password/"


def test_language_stays_with_the_person(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    client.cookies.pop(settings.LANGUAGE_COOKIE_NAME)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post("/language/", {"language": "en", "next": "/password/"})
    assert response["Location"] == "/password/"
    person.refresh_from_db()
    assert person.language == "en"
    other_browser = Client()
    other_browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert 'lang="en"' in other_browser.get("/password/").content.decode()


def test_language_of_a_visitor_stays_with_the_browser() -> None:
    visitor = Client()
    assert 'lang="zh-Hans-CN"' in visitor.get(LOGIN).content.decode()
    visitor.post("/language/", {"language": "en"})
    assert visitor.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] > 300 * 24 * 3600
    assert '<html lang="en">' in visitor.get(LOGIN).content.decode()


def test_language_that_nobody_offers_changes_nothing(signed_in: SignIn, person: User) -> None:
    signed_in(person).post("/language/", {"language": "<script>"})
    person.refresh_from_db()
    assert person.language == ""


@pytest.mark.sample("the address or the form is refused before the database is asked")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_language_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    assert client.post("/language/", {"language": "en", "next": elsewhere})["Location"] == "/"


def test_step_in_makes_the_visitor_that_person(client: Client, demo: None, reporter: User) -> None:
    response = client.post("/step-in/", {"person": str(reporter.uuid), "next": "/password/"})
    assert response["Location"] == "/password/"
    assert client.session["_auth_user_id"] == str(reporter.pk)


def test_step_in_is_no_page_outside_of_a_demo(client: Client, reporter: User) -> None:
    assert client.post("/step-in/", {"person": str(reporter.uuid)}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert client.get(LOGIN).context["demo_people"] == []
    assert "step-in" not in client.get(LOGIN).content.decode()


@pytest.mark.sample("the address or the form is refused before the database is asked")
@pytest.mark.parametrize("forged", ["", "1", "not-a-uuid", "6f1c2c52-0000-4000-8000-000000000000"])
def test_step_in_refuses_a_forged_id(client: Client, demo: None, reporter: User, forged: str) -> None:
    assert client.post("/step-in/", {"person": forged}).status_code == 404


def test_step_in_refuses_a_deactivated_person(client: Client, demo: None, reporter: User) -> None:
    User.objects.update(is_active=False)
    assert client.post("/step-in/", {"person": str(reporter.uuid)}).status_code == 404


@pytest.mark.sample("the address or the form is refused before the database is asked")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_step_in_never_leads_to_another_site(
    client: Client, demo: None, reporter: User, elsewhere: str
) -> None:
    response = client.post("/step-in/", {"person": str(reporter.uuid), "next": elsewhere})
    assert response["Location"] == reverse("measures:start")


def test_sign_in_page_of_a_demo_offers_each_role(
    client: Client, demo: None, reporter: User, union: Department, admin_person: User
) -> None:
    gone = User.objects.create_user(username="gone", name="离职", is_active=False)
    for user, role in [(reporter, Role.REVIEWER), (gone, Role.CLERK)]:
        Membership.objects.create(user=user, department=union, role=role, valid_from=date(2019, 1, 1))
    parts = {part.label: part.people for part in client.get(LOGIN).context["demo_people"]}
    with translation.override("en"):
        assert list(parts) == [Role.REPORTER.label, Role.REVIEWER.label, "administrator"]
    assert parts["administrator"] == [(str(admin_person.uuid), "管理员甲")]


@pytest.mark.parametrize("people", [1, 5])
def test_sign_in_page_of_a_demo_asks_as_often_for_many_as_for_one(
    client: Client,
    demo: None,
    union: Department,
    people: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    for number in range(people):
        user = User.objects.create(username=f"p{number}", name=f"人{number}")
        Membership.objects.create(user=user, department=union, role="reporter", valid_from=date(2019, 1, 1))
    client.get(LOGIN)  # learns that this is a demo
    with django_assert_num_queries(2):  # type: ignore[attr-defined]  # a context manager
        client.get(LOGIN)


def test_form_from_a_stale_page_gives_the_text_back(person: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    form = {"old_password": "a secret thing", "progress": "签订合同 243 份<script>", "next": "/password/"}
    response = strict.post("/password/", form)
    text = response.content.decode()
    assert response.status_code == 403
    assert "Nothing is lost: your text stands below." in text
    assert "签订合同 243 份&lt;script&gt;" in text
    assert "a secret thing" not in text
    assert [text.text for text in response.context["texts"]] == ["签订合同 243 份<script>"]


def test_form_from_a_stale_page_without_text_says_how_to_go_on(person: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = strict.post("/logout/", headers={"referer": "http://testserver/password/"}).content.decode()
    assert 'href="/password/"' in text
    assert "Repeat what you wanted to do." in text
    assert "your text stands below" not in text
