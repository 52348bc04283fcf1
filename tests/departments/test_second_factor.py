"""The second factor: a telephone is set up, asked for at sign-in, needed by some roles, lost and removed."""

import re
import time
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from departments import second_factor
from departments.actors import Actor
from departments.models import AccountEvent, DemoMode, Session, User
from langfang_policy import clock
from tests import cast
from tests.departments.conftest import DEMO_DAY, PASSWORD

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
PAGE, CHECK = "/second-factor/", "/second-factor/check/"


@pytest.fixture(autouse=True)
def unhurried(settings: LazySettings) -> None:
    """Guesses are slowed down by seconds; only the test of that waits."""
    settings.OTP_TOTP_THROTTLE_FACTOR = settings.OTP_STATIC_THROTTLE_FACTOR = 0


def code_of(device: TOTPDevice) -> str:
    """What the telephone shows now; a code is good once, so the next test of the device begins anew."""
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    return f"{totp(device.bin_key):06d}"


def set_up(user: User) -> TOTPDevice:
    device = second_factor.begin(user)
    assert second_factor.confirm(user, code_of(device))
    device.refresh_from_db()
    return device


def password_given(client: Client, user: User, password: str = PASSWORD) -> str:
    form = {"username": user.username, "password": password, "next": "/policies/"}
    return client.post("/login/", form)["Location"]


# --- setting it up -------------------------------------------------------------------------------


def test_telephone_is_set_up_in_two_steps(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    assert 'value="begin"' in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"act": "begin"})["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "<svg" in page
    device = second_factor.pending_device(person)
    assert device is not None
    assert second_factor.secret_words(device) in page
    answer = client.post(PAGE, {"act": "confirm", "code": code_of(device)})
    codes = re.findall(r"<code>(\w+)</code>", answer.content.decode())
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert second_factor.device_of(person) == device
    assert AccountEvent.objects.filter(act="second_factor_set", user=person).exists()
    assert codes[0] not in client.get(PAGE).content.decode()


def test_wrong_first_code_sets_nothing_up(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    client.post(PAGE, {"act": "begin"})
    answer = client.post(PAGE, {"act": "confirm", "code": "000000"})
    assert answer.status_code == 422
    assert "验证码不正确" in answer.content.decode()
    assert "<svg" in answer.content.decode()
    assert second_factor.device_of(person) is None


def test_confirming_what_was_never_begun_is_refused(signed_in: SignIn, person: User) -> None:
    assert signed_in(person).post(PAGE, {"act": "confirm", "code": "123456"}).status_code == 422


def test_picture_needs_no_script_no_style_and_no_request(person: User) -> None:
    drawn = second_factor.qr_code(second_factor.begin(person))
    assert not re.search(r"style=|<script|<style|href=|https?:", drawn)
    assert "viewBox" in drawn


def test_another_telephone_takes_the_place_of_the_first(signed_in: SignIn, person: User) -> None:
    first = set_up(person)
    client = signed_in(person)
    client.post(PAGE, {"act": "begin"})
    begun = second_factor.pending_device(person)
    assert begun is not None
    assert second_factor.device_of(person) == first
    client.post(PAGE, {"act": "confirm", "code": code_of(begun)})
    assert second_factor.device_of(person) == begun
    assert StaticDevice.objects.filter(user=person).count() == 1


def test_telephone_is_given_up_with_a_code_only(signed_in: SignIn, person: User) -> None:
    device = set_up(person)
    client = signed_in(person)
    assert client.post(PAGE, {"act": "remove", "code": "000000"}).status_code == 422
    assert second_factor.device_of(person) == device
    client.post(PAGE, {"act": "remove", "code": code_of(device)})
    assert second_factor.device_of(person) is None
    assert not StaticToken.objects.exists()


# --- at sign-in ----------------------------------------------------------------------------------


def test_password_alone_opens_nothing_once_a_telephone_is_set_up(client: Client, person: User) -> None:
    device = set_up(person)
    assert password_given(client, person) == f"{CHECK}?next=%2Fpolicies%2F"
    for address in ("/policies/", "/password/", PAGE, "/sessions/", "/admin/"):
        assert client.get(address)["Location"] == CHECK, address
    assert client.get(CHECK).context["nav"] == []
    key = client.session.session_key
    answer = client.post(CHECK, {"code": code_of(device), "next": "/policies/"})
    assert answer["Location"] == "/policies/"
    assert client.get("/policies/").status_code == 200
    assert client.session.session_key != key


def test_wrong_code_is_told_and_recorded(client: Client, person: User) -> None:
    set_up(person)
    password_given(client, person)
    answer = client.post(CHECK, {"code": "000000"})
    assert answer.status_code == 422
    assert "验证码不正确" in answer.content.decode()
    assert client.get("/policies/")["Location"] == CHECK
    assert AccountEvent.objects.get(act="code_failed").user == person


def test_code_is_good_once(person: User) -> None:
    device = set_up(person)
    code = code_of(device)
    assert second_factor.check(person, code)
    assert not second_factor.check(person, code)


def test_recovery_code_lets_in_once(client: Client, person: User) -> None:
    set_up(person)
    code = StaticToken.objects.values_list("token", flat=True)[0]
    password_given(client, person)
    assert client.post(CHECK, {"code": f" {code.upper()} "})["Location"] == reverse("measures:start")
    assert not second_factor.check(person, code)


def test_guesses_are_slowed_down(person: User, settings: LazySettings) -> None:
    settings.OTP_TOTP_THROTTLE_FACTOR = 1
    device = set_up(person)
    assert not second_factor.check(person, "000000")
    assert not second_factor.check(person, code_of(device))
    time.sleep(1.1)
    assert second_factor.check(person, code_of(device))


def test_who_waits_for_a_code_can_leave_and_change_the_language(client: Client, person: User) -> None:
    set_up(person)
    password_given(client, person)
    client.post("/language/", {"language": "en", "next": CHECK})
    assert "Code of the telephone" in client.get(CHECK).content.decode()
    assert client.post("/logout/")["Location"] == "/login/"


def test_text_that_arrives_before_the_code_is_given_back(client: Client, person: User) -> None:
    """Written in a page that was open before its writer signed in anew."""
    set_up(person)
    password_given(client, person)
    answer = client.post(
        "/p/a-policy/updates/00000000-0000-0000-0000-000000000000/edit/", {"progress": "签订合同243份"}
    )
    assert answer.status_code == 403
    assert ">签订合同243份</textarea>" in answer.content.decode()
    assert client.post("/policies/")["Location"] == CHECK


def test_code_is_never_asked_of_who_has_no_telephone(signed_in: SignIn, person: User) -> None:
    assert signed_in(person).get(CHECK)["Location"] == reverse("measures:start")


def test_device_of_somebody_else_opens_nothing(client: Client, person: User, admin_person: User) -> None:
    set_up(person)
    other = set_up(admin_person)
    password_given(client, person)
    assert client.post(CHECK, {"code": code_of(other)}).status_code == 422


# --- by role -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_the_day")
def test_role_of_the_setting_must_set_it_up_first(client: Client, settings: LazySettings) -> None:
    settings.TWO_FACTOR_ROLES = ("clerk",)
    clerk, reporter = cast.clerk().person, cast.reporter().person
    password_given(client, clerk, cast.PASSWORD)
    assert client.get("/policies/")["Location"] == PAGE
    assert "您的角色必须使用二次验证" in client.get(PAGE).content.decode()
    client.post(PAGE, {"act": "begin"})
    device = second_factor.pending_device(clerk)
    assert device is not None
    client.post(PAGE, {"act": "confirm", "code": code_of(device)})
    assert client.get("/policies/").status_code == 200
    assert client.post(PAGE, {"act": "remove", "code": code_of(device)}).status_code == 403
    assert second_factor.device_of(clerk) == device
    other = Client()
    password_given(other, reporter, cast.PASSWORD)
    assert other.get("/policies/").status_code == 200


@pytest.mark.usefixtures("on_the_day")
def test_role_given_during_a_session_asks_at_once(client: Client, settings: LazySettings) -> None:
    person = cast.reporter().person
    set_up(person)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/policies/").status_code == 200
    settings.TWO_FACTOR_ROLES = ("reporter",)
    assert client.get("/policies/")["Location"] == CHECK


@pytest.mark.parametrize(("who", "needs"), [(cast.admin, True), (cast.clerk, False)])
def test_administrator_is_named_like_a_role(
    settings: LazySettings, who: Callable[[], Actor], needs: bool
) -> None:
    settings.TWO_FACTOR_ROLES = ("administrator",)
    assert second_factor.is_required(who()) is needs


def test_demo_is_stepped_into_without_a_code(client: Client, reporter: User, settings: LazySettings) -> None:
    settings.TWO_FACTOR_ROLES = ("reporter",)
    DemoMode.objects.create(pk=1, on=DEMO_DAY)
    clock.forget()
    set_up(reporter)
    client.post("/step-in/", {"person": str(reporter.uuid)})
    assert client.get("/policies/").status_code == 200


# --- lost ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_the_day")
def test_administrator_removes_a_lost_telephone_and_signs_its_owner_out(as_admin: Client) -> None:
    person = cast.reporter().person
    set_up(person)
    Client().post("/login/", {"username": person.username, "password": cast.PASSWORD})
    form = {"action": "remove_second_factor", "_selected_action": [person.pk, cast.clerk().person.pk]}
    answer = as_admin.post(reverse("admin:departments_user_changelist"), form, follow=True)
    assert "已解除 1 人的二次验证" in answer.content.decode()
    assert second_factor.device_of(person) is None
    assert not Session.objects.filter(user=person).exists()
    event = AccountEvent.objects.get(act="second_factor_removed")
    assert (event.user, event.by) == (person, cast.admin().person)


@pytest.mark.usefixtures("on_the_day")
def test_admin_shows_no_secret(as_admin: Client) -> None:
    for name in ("otp_totp/totpdevice", "otp_static/staticdevice"):
        assert as_admin.get(f"/admin/{name}/").status_code == 404
