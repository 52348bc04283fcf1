"""A real office's first day, as the README tells it: from an empty database to the first open period.

Whoever walks here types what a page offers and nothing else: forms are read from the page and sent back
filled in, with the token. Nobody is signed in but by the password.
"""

import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from departments.models import Department, Membership, Role, User, WorkingDay
from departments.sessions import LAST_SEEN
from langfang_policy import clock
from measures.models import PeriodState, Policy, ProgressUpdate, ReportingPeriod
from tests.builders import moment
from tests.cast import DAY

pytestmark = pytest.mark.django_db

POLICY = "skilled-workers-2019"
POLICY_TEXT = f"fixtures/policies/{POLICY}.txt"
OVERVIEW = f"/p/{POLICY}/"
COMMANDS: dict[int, tuple[str, ...]] = {
    1: ("load_calendar",),
    2: ("loaddata", "departments"),
    3: ("load_policy", POLICY_TEXT),
}
ADMINISTRATOR = ("admin", "管理员自己的密码-1")
PEOPLE = {
    "zgh-reporter": ("王晓芳", "zgh", Role.REPORTER),
    "zgh-reviewer": ("李建国", "zgh", Role.REVIEWER),
    "rsj-clerk": ("赵敏", "rsj", Role.CLERK),
    "rsj-clerk-2": ("孙立", "rsj", Role.CLERK),
    "rsj-signer": ("周正", "rsj", Role.SIGNER),
    "leader": ("陈局", "rsj", Role.LEADER),
}
FIRST, RESET, OWN = "初始密码-请马上改掉它", "重设密码-请马上改掉它", "只有本人知道-2020"
NEXT = "仍只有本人知道-2020"  # after the reset: the first of one's own does not come back so soon


@pytest.fixture(autouse=True)
def first_of_july(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day after the quarter ended; no demo, the machine's clock simply says so."""
    monkeypatch.setattr(clock, "today", lambda: DAY)
    monkeypatch.setattr(clock, "now", moment)


# --- a browser that fills in what it sees --------------------------------------------------------


class Forms(HTMLParser):
    """The forms of a page that post: action, and the fields as the page filled them in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.offered: list[set[str]] = []
        self.inside = False
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        name, value = own.get("name", ""), own.get("value", "")
        if tag == "form":
            self.inside = own.get("method", "").lower() == "post"
            if self.inside:
                self.found.append((own.get("action", ""), {}))
                self.offered.append(set())
        elif self.inside and "disabled" not in own:
            self.field(tag, name, value, own)

    def field(self, tag: str, name: str, value: str, own: dict[str, str]) -> None:
        values = self.found[-1][1]
        if tag in {"input", "select", "textarea"} and name:
            self.offered[-1].add(name)
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.textarea = name
        elif tag == "option" and "selected" in own:
            values[self.select] = value
        elif tag == "input" and name and own.get("type") not in {"submit", "checkbox", "radio", "file"}:
            values[name] = value
        elif tag == "input" and name and "checked" in own:
            values[name] = value or "on"

    def handle_data(self, data: str) -> None:
        if self.inside and self.textarea:
            values = self.found[-1][1]
            values[self.textarea] = values.get(self.textarea, "") + data

    def handle_endtag(self, tag: str) -> None:
        self.textarea = "" if tag == "textarea" else self.textarea
        self.inside = self.inside and tag != "form"


def a_browser() -> Client:
    """In English, so that the walk quotes the source; forged requests are refused as in service."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


def fill_in(browser: Client, page: str, typed: dict[str, Any]) -> Any:
    """Opens the page, types into the form that has these fields, sends it and follows."""
    opened = browser.get(page, follow=True)
    assert opened.status_code == 200, page
    forms = Forms()
    forms.feed(opened.content.decode())
    fitting = [form for form, names in zip(forms.found, forms.offered, strict=True) if names >= set(typed)]
    assert len(fitting) == 1, f"{page}: {sorted(typed)} not among {forms.offered}"
    action, filled = fitting[0]
    stands_at = opened.request["PATH_INFO"]
    if query := opened.request["QUERY_STRING"]:
        stands_at += f"?{query}"
    return browser.post(urljoin(stands_at, action) or stands_at, {**filled, **typed}, follow=True)


def text_of(page: Any) -> str:
    return str(page.content.decode())


def ends_at(page: Any, view: str) -> bool:
    """Which page the browser stands on after all that it was sent on to."""
    return bool(page.status_code == 200 and page.resolver_match.view_name == view)


def sign_in(browser: Client, name: str, password: str) -> Any:
    return fill_in(browser, "/login/", {"username": name, "password": password})


def signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def choose_own_password(browser: Client, given: str, own: str) -> Any:
    typed = {"old_password": given, "new_password1": own, "new_password2": own}
    return fill_in(browser, reverse("departments:password_change"), typed)


# --- the walk, step by step ----------------------------------------------------------------------


def done_steps(browser: Client) -> list[bool]:
    page = browser.get("/")
    assert page.status_code == 200
    return [step["done"] for step in page.context["steps"]]


def the_database_is_empty() -> None:
    kept_by_django = {ContentType}
    for model in apps.get_models():
        if model not in kept_by_django and model._meta.app_label != "auth":
            assert not model._default_manager.exists(), model


def create_the_administrator(monkeypatch: pytest.MonkeyPatch) -> Client:
    """On the machine; the start page, open to everybody before, then asks who is there."""
    visitor = a_browser()
    assert done_steps(visitor) == [False] * 6
    name, password = ADMINISTRATOR
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    call_command("createsuperuser", interactive=False, username=name, name="系统管理员", verbosity=0)
    assert visitor.get("/")["Location"] == reverse("departments:login")
    assert ends_at(sign_in(visitor, name, password), "measures:start")
    return visitor


def load_what_is_given(administrator: Client) -> None:
    """Calendar, departments, policy: after each the start page ticks one step off."""
    for step, command in COMMANDS.items():
        call_command(*command, stdout=StringIO())
        assert done_steps(administrator) == [n <= step for n in range(6)]
    assert WorkingDay.objects.filter(date__year=2020).count() == 366
    assert Department.objects.count() == 23
    assert Policy.objects.get().coordinator.slug == "rsj"


def create_people(administrator: Client) -> None:
    """Under People: name, first password and the role, on one page."""
    for username, (name, slug, role) in PEOPLE.items():
        typed = {
            "username": username,
            "name": name,
            "password1": FIRST,
            "password2": FIRST,
            "memberships-0-department": str(Department.objects.get(slug=slug).pk),
            "memberships-0-role": role.value,
        }
        page = fill_in(administrator, reverse("admin:departments_user_add"), typed)
        assert f"“{name}” was added successfully" in re.sub(r"<[^>]+>", "", text_of(page))
    held = Membership.objects.active(DAY).values_list("user__username", "department__slug", "role")
    assert set(held) == {(username, slug, role) for username, (_name, slug, role) in PEOPLE.items()}


def enter_for_the_first_time(username: str) -> Client:
    """The first password opens one page only, which must not take the same password again."""
    browser = a_browser()
    page = sign_in(browser, username, FIRST)
    assert ends_at(page, "departments:password_change")
    assert "This password was given to you by the administrator." in text_of(page)
    assert browser.get(OVERVIEW)["Location"] == reverse("departments:password_change")
    same = choose_own_password(browser, FIRST, FIRST)
    assert "Choose a password other than the present one." in text_of(same)
    assert "Your password is changed." in text_of(choose_own_password(browser, FIRST, OWN))
    assert browser.get(OVERVIEW).status_code == 200
    return browser


def password_is_reset(administrator: Client, username: str, held: Client) -> None:
    """Somebody forgot it: whoever is still signed in with the old one is out, the new one is not for long."""
    person = User.objects.get(username=username)
    typed = {"password1": RESET, "password2": RESET}
    page = fill_in(administrator, reverse("admin:auth_user_password_change", args=[person.pk]), typed)
    assert page.status_code == 200
    with zeal_ignore([{"model": "sessions.Session"}]):  # Django asks for the row that it throws away
        assert held.get(OVERVIEW).status_code == 302
    visitor = a_browser()
    assert "is not right" in text_of(sign_in(visitor, username, OWN))
    assert ends_at(sign_in(visitor, username, RESET), "departments:password_change")
    assert "Choose none of the last 5 passwords." in text_of(choose_own_password(visitor, RESET, OWN))
    assert "Your password is changed." in text_of(choose_own_password(visitor, RESET, NEXT))


def lock_and_release(administrator: Client, username: str) -> None:
    """Five wrong passwords: then not even the right one, until the administrator releases it."""
    visitor = a_browser()
    for _attempt in range(4):
        assert "is not right" in text_of(sign_in(visitor, username, "falsch-falsch"))
    for password in ("falsch-falsch", OWN):
        page = sign_in(visitor, username, password)
        assert page.status_code == 429
        assert "Sign-in is locked" in text_of(page)
    assert not signed_in(visitor)
    people = reverse("admin:departments_user_changelist")
    person = User.objects.get(username=username)
    page = fill_in(administrator, people, {"action": "release_lock", "_selected_action": str(person.pk)})
    assert "1 lock is released." in text_of(page)
    sign_in(visitor, username, OWN)
    assert signed_in(visitor)


def idle_time_out(browser: Client, username: str) -> None:
    """Lunch: the next page is the door, says why, and leads back."""
    session = browser.session
    session[LAST_SEEN] = int(timezone.now().timestamp()) - settings.IDLE_MINUTES * 60 - 1
    session.save()
    page = browser.get(OVERVIEW, follow=True)
    assert ends_at(page, "departments:login")
    assert f"after {settings.IDLE_MINUTES} minutes without activity" in text_of(page)
    again = f"{reverse('departments:login')}?next={OVERVIEW}"
    assert ends_at(fill_in(browser, again, {"username": username, "password": OWN}), "measures:overview")


def plan_and_open(clerk: Client) -> ReportingPeriod:
    """From the list of periods on; the day after the quarter the first date is too near and is put off."""
    planning = reverse("measures:period_plan", args=[POLICY])
    assert f'href="{planning}"' in text_of(clerk.get(reverse("measures:period_list", args=[POLICY])))
    assert 'value="2020Q2"' in text_of(clerk.get(planning))
    page = fill_in(clerk, planning, {"code": "2020Q2"})
    period = ReportingPeriod.objects.get()
    assert (period.code, period.state) == ("2020Q2", PeriodState.PLANNED)
    opening = reverse("measures:period_open", args=[POLICY, period.uuid])
    assert page.request["PATH_INFO"] == opening
    assert (page.context["updates"], page.context["bodies"]) == (92, 23)
    too_near = fill_in(clerk, opening, {"participant_due_on": str(period.participant_due_on)})
    assert too_near.status_code == 422
    assert list(too_near.context["form"].errors) == ["participant_due_on"]
    opened = fill_in(clerk, opening, {"participant_due_on": "2020-07-06"})
    assert "The period is open: 92 updates are owed." in text_of(opened)
    return ReportingPeriod.objects.get(state=PeriodState.OPEN)


def reporter_sees_what_is_owed(reporter: Client, period: ReportingPeriod) -> None:
    assert "92 updates" not in text_of(reporter.get("/"))
    page = reporter.get("/my/", follow=True)
    assert ends_at(page, "measures:my_updates")
    owed = ProgressUpdate.objects.filter(period=period, department__slug="zgh")
    assert {row.update.pk for row in page.context["owed"]} == {update.pk for update in owed}
    assert owed.exists()
    form = reporter.get(reverse("measures:update_edit", args=[POLICY, owed[0].uuid]))
    assert form.status_code == 200


def test_first_day_of_an_office(monkeypatch: pytest.MonkeyPatch) -> None:
    the_database_is_empty()
    administrator = create_the_administrator(monkeypatch)
    load_what_is_given(administrator)
    create_people(administrator)
    assert done_steps(administrator) == [True] * 5 + [False]
    browsers = {username: enter_for_the_first_time(username) for username in PEOPLE}
    password_is_reset(administrator, "zgh-reviewer", browsers["zgh-reviewer"])
    lock_and_release(administrator, "leader")
    idle_time_out(browsers["rsj-signer"], "rsj-signer")
    period = plan_and_open(browsers["rsj-clerk"])
    assert ends_at(administrator.get("/", follow=True), "admin:index")
    assert len(browsers["rsj-clerk"].get("/").context["tasks"]) == 3
    reporter_sees_what_is_owed(browsers["zgh-reporter"], period)


# --- what goes wrong on a first day ---------------------------------------------------------------


def test_first_day_commands_can_be_run_again() -> None:
    for command in (*COMMANDS.values(), *COMMANDS.values()):
        call_command(*command, stdout=StringIO())
    assert Department.objects.count() == 23
    assert Policy.objects.count() == 1
    assert WorkingDay.objects.filter(date__year=2020).count() == 366


def test_first_day_policy_before_departments_stores_nothing() -> None:
    said = StringIO()
    with pytest.raises((CommandError, SystemExit)):
        call_command("load_policy", POLICY_TEXT, stdout=said, stderr=said)
    assert not Policy.objects.exists()


def test_first_day_is_told_alike_by_the_readme_and_the_start_page() -> None:
    readme = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")
    told = [
        step["how"].removeprefix("python manage.py ")
        for step in a_browser().get("/").context["steps"]
        if step["how"]
    ]
    assert told == ["createsuperuser", *(" ".join(command) for command in COMMANDS.values())]
    places = [readme.index(f"`manage {command}") for command in told]
    assert places == sorted(places)
