"""One's own sign-ins: listed with device, address and times, and ended from elsewhere."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from departments.models import AccountEvent, Session, User
from departments.sessions import SessionStore
from tests.departments.conftest import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/127.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"


def signed_in_at(address: str, user_agent: str) -> Client:
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=user_agent)
    client.post("/login/", {"username": "zgh-reporter", "password": PASSWORD})
    return client


@pytest.fixture
def desk_computer(person: User) -> Client:
    return signed_in_at("10.0.0.1", FIREFOX)


@pytest.fixture
def telephone(person: User) -> Client:
    return signed_in_at("10.0.0.2", PHONE)


def test_session_knows_its_person_and_where_it_is(desk_computer: Client, person: User) -> None:
    session = Session.objects.get(user=person)
    assert (session.address, session.device) == ("10.0.0.1", "Firefox · Windows")
    assert session.since is not None
    assert session.last_seen is not None
    assert abs((timezone.now() - session.since).total_seconds()) < 60


def test_session_of_a_visitor_has_no_person(client: Client) -> None:
    client.get("/guarded-by-sign-in/")
    client.post("/my/")  # leaves a message for the sign-in page
    session = SessionStore()
    session["any"] = 1
    session.save()
    assert set(Session.objects.values_list("user", flat=True)) <= {None}
    assert Session.objects.exists()


def test_list_shows_every_browser_and_which_is_this_one(desk_computer: Client, telephone: Client) -> None:
    page = desk_computer.get("/sessions/").content.decode()
    assert page.count('class="sign-in"') == 2
    for words in ("Firefox · Windows", "Safari · iOS", "10.0.0.1", "10.0.0.2"):
        assert words in page
    assert page.index("Firefox · Windows") < page.index("本浏览器") < page.index("Safari · iOS")


@pytest.mark.usefixtures("demo")
def test_list_of_a_demo_tells_both_times_by_the_clock_of_the_machine(
    desk_computer: Client, person: User
) -> None:
    session = Session.objects.get(user=person)
    assert session.since is not None
    assert session.last_seen is not None
    assert abs((session.last_seen - session.since).total_seconds()) < 60
    desk_computer.cookies["django_language"] = "en"
    page = " ".join(desk_computer.get("/sessions/").content.decode().split())
    at = timezone.localtime(session.since)
    assert f"since {at:%B} {at.day}, {at.year}, {at:%H:%M}" in page


def test_list_shows_nobody_elses(desk_computer: Client, admin_person: User) -> None:
    other = Client(REMOTE_ADDR="10.9.9.9")
    other.post("/login/", {"username": "admin", "password": PASSWORD})
    assert "10.9.9.9" not in desk_computer.get("/sessions/").content.decode()
    assert "10.9.9.9" in other.get("/sessions/").content.decode()


def test_others_are_ended_and_this_one_stays(desk_computer: Client, telephone: Client, person: User) -> None:
    answer = desk_computer.post("/sessions/end-others/", follow=True)
    assert "已退出其他 1 处登录" in answer.content.decode()
    assert "退出其他登录</button>" not in answer.content.decode()
    assert telephone.get("/policies/")["Location"].startswith("/login/")
    assert desk_computer.get("/policies/").status_code == 200
    assert AccountEvent.objects.get(act="sessions_ended").user == person


def test_nothing_to_end_is_no_event(desk_computer: Client) -> None:
    desk_computer.post("/sessions/end-others/")
    assert not AccountEvent.objects.filter(act="sessions_ended").exists()


def test_new_password_ends_the_others(desk_computer: Client, telephone: Client, person: User) -> None:
    new = "another long phrase"
    desk_computer.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert Session.objects.filter(user=person).count() == 1
    assert desk_computer.get("/policies/").status_code == 200


def test_sign_out_removes_the_session(desk_computer: Client, person: User) -> None:
    desk_computer.post("/logout/")
    assert not Session.objects.filter(user=person).exists()


def test_clearsessions_knows_our_sessions(desk_computer: Client, person: User) -> None:
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    call_command("clearsessions")
    assert not Session.objects.exists()


def test_session_can_be_read_by_its_own_model(desk_computer: Client, person: User) -> None:
    assert Session.objects.get(user=person).get_decoded()["_auth_user_id"] == str(person.pk)


def test_account_leads_to_password_second_factor_and_sign_ins(desk_computer: Client) -> None:
    """The link of the frame says what lies behind it, and each page which of the three it is."""
    assert '<a href="/password/">账号</a>' in desk_computer.get("/policies/").content.decode()
    named = {"/password/": "修改密码", "/second-factor/": "二次验证", "/sessions/": "登录情况"}
    for address, heading in named.items():
        page = desk_computer.get(address).content.decode()
        assert "<h1>我的账号</h1>" in page
        assert f'<h2 class="account-title">{heading}</h2>' in page
        assert f'<a href="{address}" aria-current="page">' in page
        assert page.count('aria-current="page"') == 1
        for other in named:
            assert f'<a href="{other}"' in page
