"""Who gets through to a view: idle people, strangers, holders of a first password; in which language."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import get_language

from departments.actors import ActingRequest
from departments.models import Role, User
from departments.sessions import LAST_SEEN

SignIn = Callable[[User], Client]
CountQueries = Callable[[int], object]


def guarded(request: ActingRequest) -> HttpResponse:
    return HttpResponse(f"{request.actor.person.username} {get_language()}")


@login_not_required
def keeps_text(request: HttpRequest) -> HttpResponse:
    """As a form does that keeps what was posted after the session has ended."""
    return HttpResponse(f"{request.user.is_authenticated} {request.POST['progress']}")


@login_not_required
def roles(request: ActingRequest) -> HttpResponse:
    return HttpResponse(" ".join(row.role for row in request.actor.memberships))


urlpatterns = [
    path("guarded/", guarded, name="guarded"),
    path("keeps-text/", keeps_text),
    path("roles/", roles),
    path("", include("langfang_policy.urls")),
]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls(__name__),
    pytest.mark.once("headers, redirects and clocks of a request; no query of its own"),
]


def rest(client: Client, minutes: float) -> None:
    """Moves the last request of this browser into the past."""
    session = client.session
    session[LAST_SEEN] = int((timezone.now() - timedelta(minutes=minutes)).timestamp())
    session.save()


def test_page_sends_a_stranger_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/guarded/?q=1")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/guarded/%3Fq%3D1"


def test_act_of_a_stranger_returns_to_the_page_it_came_from(client: Client) -> None:
    response = client.post("/guarded/", headers={"referer": "http://testserver/roles/?page=2"})
    assert response["Location"] == "/login/?next=/roles/%3Fpage%3D2"


@pytest.mark.sample("the address or the form is refused before the database is asked")
@pytest.mark.parametrize("referer", ["https://evil.example/x", "//evil.example/", "javascript:alert(1)", ""])
def test_act_of_a_stranger_never_leads_to_another_site(client: Client, referer: str) -> None:
    response = client.post("/guarded/", headers={"referer": referer})
    assert response["Location"] == "/login/?next=/"


def test_actor_is_loaded_with_the_roles_of_today(signed_in: SignIn, reporter: User) -> None:
    assert signed_in(reporter).get("/roles/").content == Role.REPORTER.encode()


def test_actor_of_a_stranger_holds_nothing(client: Client) -> None:
    assert client.get("/roles/").content == b""


def test_idle_person_is_signed_out_and_told_why(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    rest(client, settings.IDLE_MINUTES + 1)
    response = client.get("/guarded/", follow=True)
    assert response.redirect_chain == [("/login/?next=/guarded/", 302)]
    assert f"{settings.IDLE_MINUTES}" in str(next(iter(response.context["messages"])))
    assert "_auth_user_id" not in client.session


def test_page_that_looks_on_by_itself_puts_nothing_off(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    rest(client, settings.IDLE_MINUTES - 1)
    before = client.session[LAST_SEEN]
    assert client.get("/guarded/?watch=1").status_code == 200
    assert client.session[LAST_SEEN] == before
    client.get("/guarded/")
    assert client.session[LAST_SEEN] > before


def test_busy_person_stays_signed_in(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    rest(client, settings.IDLE_MINUTES - 1)
    assert client.get("/guarded/").status_code == 200
    idle = timezone.now().timestamp() - client.session[LAST_SEEN]
    assert idle < 30


def test_last_seen_is_rewritten_at_most_once_a_minute(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    rest(client, 0.5)
    before = client.session[LAST_SEEN]
    client.get("/guarded/")
    assert client.session[LAST_SEEN] == before


def test_first_request_starts_the_idle_time(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    client.get("/guarded/")
    assert LAST_SEEN in client.session


def test_text_posted_too_late_reaches_the_view_that_keeps_it(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    rest(client, settings.IDLE_MINUTES + 1)
    response = client.post("/keeps-text/", {"progress": "签订合同 243 份"})
    assert response.content.decode() == "False 签订合同 243 份"


def test_text_posted_in_time_reaches_the_view_with_its_person(signed_in: SignIn, person: User) -> None:
    response = signed_in(person).post("/keeps-text/", {"progress": "x"})
    assert response.content.decode() == "True x"


def test_first_password_leads_to_the_password_page_only(signed_in: SignIn, person: User) -> None:
    person.must_change_password = True
    person.save()
    client = signed_in(person)
    assert client.get("/guarded/")["Location"] == reverse("departments:password_change")
    assert client.get(reverse("admin:index"))["Location"] == reverse("departments:password_change")
    assert client.get(reverse("departments:password_change")).status_code == 200


def test_text_that_arrives_before_the_new_password_is_given_back(signed_in: SignIn, person: User) -> None:
    person.must_change_password = True
    person.save()
    answer = signed_in(person).post("/keeps-text/", {"progress": "签订合同243份"})
    assert answer.status_code == 403
    assert ">签订合同243份</textarea>" in answer.content.decode()


def test_first_password_still_lets_its_holder_leave(signed_in: SignIn, person: User) -> None:
    person.must_change_password = True
    person.save()
    client = signed_in(person)
    assert client.post(reverse("departments:logout"))["Location"] == reverse("departments:login")
    assert "_auth_user_id" not in client.session


def test_language_is_chinese_whatever_the_browser_wishes(signed_in: SignIn, person: User) -> None:
    response = signed_in(person).get("/guarded/", headers={"accept-language": "en"})
    assert response.content == b"zgh-reporter zh-hans"
    assert response["Content-Language"] == "zh-hans"


def test_language_of_the_person_comes_before_the_cookie(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get("/guarded/").content == b"zgh-reporter en"
    User.objects.update(language="zh-hans")
    assert client.get("/guarded/").content == b"zgh-reporter zh-hans"


def test_language_that_nobody_offers_is_chinese(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert client.get(reverse("departments:login"))["Content-Language"] == "zh-hans"


def test_language_does_not_outlive_the_request(signed_in: SignIn, person: User) -> None:
    before = get_language()
    User.objects.update(language="en")
    signed_in(person).get("/guarded/")
    assert get_language() == before


def test_no_page_is_kept_by_a_browser_or_a_proxy(signed_in: SignIn, person: User) -> None:
    client = signed_in(person)
    for address in ("/guarded/", "/nowhere/", "/login/", "/admin/", "/healthz"):
        assert {"no-store", "private"} <= set(client.get(address)["Cache-Control"].split(", ")), address
    assert Client().get("/guarded/")["Cache-Control"] == "no-store, private"


def test_static_files_keep_their_own_rules(settings: LazySettings) -> None:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get("/static/css/base.css")
    answer.close()
    assert answer.status_code == 200
    assert "max-age" in answer["Cache-Control"]
    assert "no-store" not in answer["Cache-Control"]
