"""Who gets which answer at which address: every URL name against every role, written out by hand.

A new URL without a row fails. What is tried is the door alone; what lies behind it is tested beside its view.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from departments.actors import Actor
from departments.models import Session, User
from langfang_policy import clock
from measures.models import (
    CoordinationMatter,
    DepartmentFigures,
    MeasureFigures,
    PeriodFigures,
    StoredDocument,
    UpdateState,
)
from measures.reports.documents import Document
from measures.workflow import extensions
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.unmeasured("opens every page for every role; pages have tests of their own"),
    pytest.mark.once("doors are decided before a query; five roles open their pages on both"),
]

# The update is the draft of the reporter's own department; `other` reports for a participant of the measure,
# `nobody` has an account and left the department, `admin` is the superuser.
PEOPLE: dict[str, Callable[[], Actor]] = {
    "anonymous": cast.anonymous,
    "reporter": cast.reporter,
    "other": lambda: cast.reporter("jyj"),
    "reviewer": cast.reviewer,
    "clerk": cast.clerk,
    "signer": cast.signer,
    "leader": cast.leader,
    "auditor": cast.auditor,
    "admin": cast.admin,
    "nobody": cast.former_reporter,
}

ROLES = list(PEOPLE)

# The answer to a GET, in the order of ROLES.
GET = """
healthz                      200 200 200 200 200 200 200 200 200 200
departments:login            200 302 302 302 302 302 302 302 302 302
departments:logout           405 405 405 405 405 405 405 405 405 405
departments:password_change  302 200 200 200 200 200 200 200 200 200
departments:second_factor    302 200 200 200 200 200 200 200 200 200
departments:second_factor_check 302 302 302 302 302 302 302 302 302 302
departments:session_list     302 200 200 200 200 200 200 200 200 200
departments:session_end_others 302 405 405 405 405 405 405 405 405 405
departments:language         405 405 405 405 405 405 405 405 405 405
departments:step_in          405 405 405 405 405 405 405 405 405 405
measures:start               302 200 200 200 200 200 302 302 302 302
measures:policy_list         302 200 200 200 200 200 200 200 200 200
measures:overview            302 200 200 200 200 200 200 200 200 200
measures:measure_list        302 200 200 200 200 200 200 200 200 200
measures:measure_detail      302 200 200 200 200 200 200 200 200 200
measures:measure_state       302 403 403 403 200 403 403 403 403 403
measures:light_override      302 405 405 405 405 405 405 405 405 405
measures:measure_closure     302 200 403 200 200 200 403 403 403 403
measures:closure_request     302 405 405 405 405 405 405 405 405 405
measures:closure_agree       302 405 405 405 405 405 405 405 405 405
measures:closure_refuse      302 405 405 405 405 405 405 405 405 405
measures:matter_resolve      302 405 405 405 405 405 405 405 405 405
measures:department_list     302 200 200 200 200 200 200 200 200 200
measures:department_detail   302 200 200 200 200 200 200 200 200 200
measures:period_list         302 200 200 200 200 200 200 200 200 200
measures:period_plan         302 403 403 403 200 403 403 403 403 403
measures:period_next         302 403 403 403 200 403 403 403 403 403
measures:period_detail       302 200 200 200 200 200 200 200 200 200
measures:period_board        302 404 404 404 200 200 200 200 404 404
measures:period_open         302 403 403 403 200 403 403 403 403 403
measures:period_dates        302 403 403 403 200 403 403 403 403 403
measures:period_close        302 403 403 403 200 403 403 403 403 403
measures:period_reopen       302 403 403 403 403 200 403 403 403 403
measures:period_archive      302 403 403 403 200 403 403 403 403 403
measures:my_updates          302 200 200 403 403 403 403 403 403 403
measures:my_updates_folded   302 200 200 403 403 403 403 403 403 403
measures:review_queue        302 403 403 200 403 403 403 403 403 403
measures:review_approve      302 405 405 405 405 405 405 405 405 405
measures:check_confirm       302 405 405 405 405 405 405 405 405 405
measures:check_queue         302 403 403 403 200 200 403 403 403 403
measures:people_list         302 403 403 302 200 403 403 403 403 403
measures:people_detail       302 403 403 200 200 403 403 403 403 403
measures:people_add          302 405 405 405 405 405 405 405 405 405
measures:people_create       302 405 405 405 405 405 405 405 405 405
measures:people_deputy       302 405 405 405 405 405 405 405 405 405
measures:people_end          302 405 405 405 405 405 405 405 405 405
measures:people_import       302 403 403 200 200 403 403 403 403 403
measures:people_confirm      302 405 405 405 405 405 405 405 405 405
measures:people_export       302 403 403 200 200 403 403 403 403 403
measures:policy_check_queue  302 403 403 403 200 200 403 403 403 403
measures:sheet_edit          302 200 404 200 404 404 404 404 404 404
measures:sheet_form          302 200 404 200 404 404 404 404 404 404
measures:sheet_download      302 200 404 200 404 404 404 404 404 404
measures:sheet_approve       302 405 405 405 405 405 405 405 405 405
measures:sheet_submit        302 405 405 405 405 405 405 405 405 405
measures:update_detail       302 200 404 200 200 200 200 200 404 404
measures:update_edit         302 200 404 403 404 404 404 404 404 404
measures:update_on_behalf    302 403 404 403 200 403 403 403 404 404
measures:update_autosave     405 405 405 405 405 405 405 405 405 405
measures:update_submit       302 405 405 405 405 405 405 405 405 405
measures:update_withdraw     302 405 405 405 405 405 405 405 405 405
measures:update_return       302 405 405 405 405 405 405 405 405 405
measures:update_approve      302 405 405 405 405 405 405 405 405 405
measures:update_confirm      302 405 405 405 405 405 405 405 405 405
measures:update_correct      302 405 405 405 405 405 405 405 405 405
measures:update_waive        302 405 405 405 405 405 405 405 405 405
measures:update_restore      302 405 405 405 405 405 405 405 405 405
measures:period_urge         302 403 403 403 200 403 403 403 403 403
measures:urge_list           302 200 200 200 200 200 200 200 200 200
measures:urge_detail         302 200 404 200 200 200 200 200 404 404
measures:urge_sign           302 405 405 405 405 405 405 405 405 405
measures:urge_answer         302 405 405 405 405 405 405 405 405 405
measures:urge_document       302 200 404 200 200 200 200 200 404 404
measures:matter_list         302 200 200 200 200 200 200 200 200 200
measures:message_list        302 200 200 200 200 200 200 200 200 200
measures:message_read        302 405 405 405 405 405 405 405 405 405
measures:message_read_all    302 405 405 405 405 405 405 405 405 405
measures:message_mail        302 200 200 200 200 200 200 200 200 200
measures:announcement_list   302 200 200 200 200 200 200 200 200 200
measures:update_extension    302 200 404 200 403 403 403 403 404 404
measures:extension_list      302 403 403 403 200 200 403 200 403 403
measures:extension_decide    302 405 405 405 405 405 405 405 405 405
measures:report_list         302 200 200 200 200 200 200 200 200 200
measures:report_document     302 200 200 200 200 200 200 200 200 200
"""

# The answer to a POST that says nothing: whoever may act hears what is missing (422).
POST = """
healthz                      200 200 200 200 200 200 200 200 200 200
departments:login            200 302 302 302 302 302 302 302 302 302
departments:logout           302 302 302 302 302 302 302 302 302 302
departments:password_change  302 200 200 200 200 200 200 200 200 200
departments:second_factor    302 200 200 200 200 200 200 200 200 200
departments:second_factor_check 302 302 302 302 302 302 302 302 302 302
departments:session_list     302 405 405 405 405 405 405 405 405 405
departments:session_end_others 302 302 302 302 302 302 302 302 302 302
departments:language         302 302 302 302 302 302 302 302 302 302
departments:step_in          404 404 404 404 404 404 404 404 404 404
measures:start               405 405 405 405 405 405 405 405 405 405
measures:policy_list         302 405 405 405 405 405 405 405 405 405
measures:overview            302 405 405 405 405 405 405 405 405 405
measures:measure_list        302 405 405 405 405 405 405 405 405 405
measures:measure_detail      302 405 405 405 405 405 405 405 405 405
measures:measure_state       302 403 403 403 422 403 403 403 403 403
measures:light_override      302 403 403 403 422 403 403 403 403 403
measures:measure_closure     302 405 405 405 405 405 405 405 405 405
measures:closure_request     302 422 403 422 403 403 403 403 403 403
measures:closure_agree       302 403 403 403 422 422 403 403 403 403
measures:closure_refuse      302 403 403 403 422 422 403 403 403 403
measures:matter_resolve      302 403 403 403 422 403 403 403 403 403
measures:department_list     302 405 405 405 405 405 405 405 405 405
measures:department_detail   302 405 405 405 405 405 405 405 405 405
measures:period_list         302 405 405 405 405 405 405 405 405 405
measures:period_plan         302 403 403 403 422 403 403 403 403 403
measures:period_next         302 403 403 403 422 403 403 403 403 403
measures:period_detail       302 405 405 405 405 405 405 405 405 405
measures:period_board        302 405 405 405 405 405 405 405 405 405
measures:period_open         302 403 403 403 422 403 403 403 403 403
measures:period_dates        302 403 403 403 422 403 403 403 403 403
measures:period_close        302 403 403 403 422 403 403 403 403 403
measures:period_reopen       302 403 403 403 403 422 403 403 403 403
measures:period_archive      302 403 403 403 422 403 403 403 403 403
measures:my_updates          302 405 405 405 405 405 405 405 405 405
measures:my_updates_folded   302 405 405 405 405 405 405 405 405 405
measures:review_queue        302 405 405 405 405 405 405 405 405 405
measures:review_approve      302 403 403 302 403 403 403 403 403 403
measures:check_confirm       302 403 403 403 302 302 403 403 403 403
measures:check_queue         302 405 405 405 405 405 405 405 405 405
measures:people_list         302 405 405 405 405 405 405 405 405 405
measures:people_detail       302 405 405 405 405 405 405 405 405 405
measures:people_add          302 403 403 422 422 403 403 403 403 403
measures:people_create       302 403 403 422 422 403 403 403 403 403
measures:people_deputy       302 403 403 422 403 403 403 403 403 403
measures:people_end          302 403 403 422 422 403 403 403 403 403
measures:people_import       302 403 403 422 422 403 403 403 403 403
measures:people_confirm      302 403 403 302 302 403 403 403 403 403
measures:people_export       302 405 405 405 405 405 405 405 405 405
measures:policy_check_queue  302 405 405 405 405 405 405 405 405 405
measures:sheet_edit          302 302 404 403 404 404 404 404 404 404
measures:sheet_form          302 422 404 403 404 404 404 404 404 404
measures:sheet_download      302 405 405 405 405 405 405 405 405 405
measures:sheet_approve       302 403 404 302 404 404 404 404 404 404
measures:sheet_submit        302 302 404 403 404 404 404 404 404 404
measures:update_detail       302 405 405 405 405 405 405 405 405 405
measures:update_edit         302 422 404 403 404 404 404 404 404 404
measures:update_on_behalf    302 403 404 403 422 403 403 403 404 404
measures:update_autosave     401 401 404 403 404 404 404 404 404 404
measures:update_submit       302 422 404 403 403 403 403 403 404 404
measures:update_withdraw     302 422 404 403 403 403 403 403 404 404
measures:update_return       302 403 404 422 422 403 403 403 404 404
measures:update_approve      302 403 404 422 403 403 403 403 404 404
measures:update_confirm      302 403 404 403 422 422 403 403 404 404
measures:update_correct      302 422 404 403 403 403 403 403 404 404
measures:update_waive        302 403 404 403 422 403 403 403 404 404
measures:update_restore      302 403 404 403 422 403 403 403 404 404
measures:period_urge         302 403 403 403 422 403 403 403 403 403
measures:urge_list           302 405 405 405 405 405 405 405 405 405
measures:urge_detail         302 405 405 405 405 405 405 405 405 405
measures:urge_sign           302 302 404 302 403 403 403 403 404 404
measures:urge_answer         302 422 404 422 403 403 403 403 404 404
measures:urge_document       302 405 405 405 405 405 405 405 405 405
measures:matter_list         302 405 405 405 405 405 405 405 405 405
measures:message_list        302 405 405 405 405 405 405 405 405 405
measures:message_read        302 302 404 404 404 404 404 404 404 404
measures:message_read_all    302 302 302 302 302 302 302 302 302 302
measures:message_mail        302 302 302 302 302 302 302 302 302 302
measures:announcement_list   302 403 403 403 422 403 403 403 403 403
measures:update_extension    302 422 404 422 403 403 403 403 404 404
measures:extension_list      302 405 405 405 405 405 405 405 405 405
measures:extension_decide    302 403 403 403 422 422 403 403 403 403
measures:report_list         302 405 405 405 405 405 405 405 405 405
measures:report_document     302 405 405 405 405 405 405 405 405 405
"""

# What the page of a name shows to whoever may open it.
SHOWS = {
    "healthz": "ok",
    "departments:login": 'name="password"',
    "departments:password_change": 'name="new_password1"',
    "departments:second_factor": 'name="act" value="begin"',
    "departments:session_list": "本浏览器",
    "measures:start": 'class="tasks"',
    "measures:policy_list": "技术工人待遇",
    "measures:overview": "举措1",
    "measures:measure_list": "举措1",
    "measures:measure_detail": "组织开展全市劳动和技能竞赛。",
    "measures:measure_state": 'name="basis"',
    "measures:measure_closure": "举措1",
    "measures:department_list": "市总工会",
    "measures:department_detail": "廊坊市总工会",
    "measures:period_list": "2020年第二季度",
    "measures:period_plan": 'value="2020Q3"',
    "measures:period_next": 'value="2020Q3"',
    "measures:period_detail": "2020年第二季度",
    "measures:period_board": "举措1",
    "measures:period_open": "2020年第二季度",
    "measures:period_dates": 'name="grace_ends_on"',
    "measures:period_close": "2020年第二季度",
    "measures:period_reopen": "2020年第二季度",
    "measures:period_archive": "2020年第二季度",
    "measures:my_updates": "举措1",
    "measures:my_updates_folded": "items",
    "measures:review_queue": "<h1>",
    "measures:check_queue": "<h1>",
    "measures:people_list": "市教育局",
    "measures:people_detail": 'name="new-username"',
    "measures:people_import": 'name="file"',
    "measures:people_export": "PK",
    "measures:policy_check_queue": "<h1>",
    "measures:sheet_edit": "举办全市职业技能竞赛2场",
    "measures:sheet_form": "填报表",
    "measures:sheet_download": "PK",
    "measures:update_detail": "市总工会",
    "measures:update_edit": 'name="headline"',
    "measures:period_urge": "<h1>",
    "measures:urge_list": "<h1>",
    "measures:urge_detail": "市总工会",
    "measures:urge_document": "%PDF",
    "measures:matter_list": "<h1>",
    "measures:message_list": "<h1>",
    "measures:message_mail": 'name="address"',
    "measures:announcement_list": "<h1>",
    "measures:update_extension": 'name="new_due_on"',
    "measures:extension_list": "数据未出",
    "measures:update_on_behalf": 'name="received_from"',
    "measures:report_list": "2020年第二季度",
    "measures:report_document": "%PDF",
}
# The count of failed sign-ins, and the record of sign-ins.
ATTEMPTS = {"axes.AccessAttempt", "departments.AccountEvent"}
# Where the start page sends whom.
STARTS = {
    "anonymous": "departments:login",
    "admin": "admin:index",
}

# Between them these may open every page that there is.
OPENING = ("reporter", "reviewer", "clerk", "signer", "admin")
opens_its_pages = pytest.mark.both("each page that there is opens on both")
ROLES_ON_BOTH = [pytest.param(role, marks=opens_its_pages if role in OPENING else ()) for role in ROLES]


def rows(table: str) -> dict[str, dict[str, int]]:
    """URL name → role → status."""
    updates = [update.split() for update in table.strip().splitlines()]
    return {name: dict(zip(ROLES, map(int, numbers), strict=True)) for name, *numbers in updates}


@dataclass(frozen=True)
class World:
    """The address of each name, and a client for each role."""

    addresses: dict[str, str]

    def client(self, role: str) -> Client:
        client, actor = Client(), PEOPLE[role]()
        if actor.user is not None:
            client.force_login(actor.person, backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> World:
    """A measure of two departments in an open period, a draft, an open matter, a later date asked for."""
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)
    monkeypatch.setattr(clock, "now", builders.moment)
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    builders.a_working_calendar(last=date(2020, 10, 31))
    measure = builders.a_measure(leads=("zgh",), participants=("jyj",))
    draft = builders.an_update(UpdateState.DRAFT, measure=measure)
    asked = builders.a_text(coordination="请财政部门明确补助资金渠道")
    builders.an_update(UpdateState.CONFIRMED, slug="czj", text=asked)
    slip = builders.an_urge(draft, receipt=True)  # signed for: a second signature changes nothing
    later = extensions.request_extension(
        cast.reporter("czj"), builders.an_update(slug="czj"), date(2020, 7, 9), "数据未出", builders.moment()
    )
    objects: dict[str, dict[str, Any]] = {
        "measure": {"uuid": measure.uuid},
        "light": {"uuid": measure.uuid},
        "closure": {"uuid": measure.uuid},
        "matter": {"uuid": CoordinationMatter.objects.get().uuid},
        "department": {"slug": "zgh"},
        "period": {"uuid": draft.period.uuid},
        "sheet": {"uuid": draft.period.uuid, "slug": "zgh"},
        "extension": {"uuid": later.uuid},
        "report": {"kind": "status", "uuid": draft.period.uuid},
        "my": {"kind": "done"},
        "update": {"uuid": draft.uuid},
        "urge": {"uuid": slip.uuid},
        "message": {"uuid": builders.a_message(cast.reporter().person, draft).uuid},
        "people": {"slug": "zgh"},
    }
    return World({name: address_of(name, objects) for name in rows(GET)})


def address_of(name: str, objects: dict[str, dict[str, Any]]) -> str:
    pattern = next(pattern for found, pattern in named_patterns() if found == name)
    words = set(re.findall(r"<\w+:(\w+)>", str(pattern.pattern)))
    own: dict[str, Any] = {} if words <= {"policy"} else objects[name.partition(":")[2].partition("_")[0]]
    return reverse(name, kwargs=own | ({"policy": "a-policy"} if "policy" in words else {}))


def named_patterns(
    resolver: URLResolver | None = None, namespace: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """All names of the site but admin's own, with their patterns."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from named_patterns(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif entry.name:
            yield f"{namespace}{entry.name}", entry


def check(name: str, role: str, response: Any, expected: int) -> None:
    """The status, and that the page is the one that belongs to it."""
    case = f"{name} as {role}"
    assert response.status_code == expected, case
    templates = {template.name for template in getattr(response, "templates", [])}
    body = response.content.decode(errors="replace")  # a workbook is no text
    if expected == 200:
        assert SHOWS[name] in body, case
    elif expected == 302:
        assert response["Location"].startswith(goal(name, role)), case
    elif expected in {403, 404}:
        assert f"{expected}.html" in templates, case
    elif expected == 405:
        assert response["Allow"], case
    elif expected == 401:  # told to a script
        assert response["Content-Type"].startswith("text/plain"), case
    else:
        assert 'class="field-error"' in body or 'id="error-summary"' in body, case


def goal(name: str, role: str) -> str:
    """Where a redirect leads: strangers to the sign-in page, others to what they came for."""
    if name == "measures:start":
        return reverse(STARTS[role]) if role in STARTS else reverse("measures:overview", args=["a-policy"])
    at_the_door = {"departments:login": reverse("measures:start"), "departments:language": "/"}
    of_an_account = {
        "measures:people_confirm": reverse("measures:people_import"),
        "departments:second_factor_check": reverse("measures:start"),
        "departments:session_end_others": reverse("departments:session_list"),
        "measures:urge_sign": reverse("measures:urge_list", args=["a-policy"]),
        "measures:message_read": reverse("measures:message_list"),
        "measures:message_read_all": reverse("measures:message_list"),
        "measures:message_mail": reverse("measures:message_mail"),
        "measures:review_approve": reverse("measures:review_queue"),
        "measures:check_confirm": reverse("measures:check_queue"),
        "measures:sheet_edit": "/p/a-policy/periods/",
        "measures:sheet_approve": "/p/a-policy/periods/",
        "measures:sheet_submit": "/p/a-policy/periods/",
    }
    if name in at_the_door:
        return at_the_door[name]
    if (name, role) == ("measures:people_list", "reviewer"):  # of one department: its page
        return reverse("measures:people_detail", args=["zgh"])
    if name in of_an_account and role != "anonymous":
        return of_an_account[name]
    return reverse("departments:login")


def row_counts() -> dict[str, int]:
    """How many rows each table holds, but for what comes and goes with reading."""
    passing = (Session, PeriodFigures, MeasureFigures, DepartmentFigures, StoredDocument)
    models = [model for model in apps.get_models() if model not in passing]
    return {model._meta.label: model._default_manager.count() for model in models}


def test_access_every_url_has_a_row() -> None:
    names = {name for name, _pattern in named_patterns()}
    assert set(rows(GET)) == names
    assert set(rows(POST)) == names


@pytest.mark.parametrize("role", ROLES_ON_BOTH)
def test_access_get_answers_as_written_and_writes_nothing(world: World, role: str) -> None:
    client = world.client(role)
    before = row_counts()
    for name, row in rows(GET).items():
        check(name, role, client.get(world.addresses[name]), row[role])
    assert row_counts() == before


@pytest.mark.parametrize("role", ROLES)
def test_access_post_answers_as_written(world: World, role: str) -> None:
    client = world.client(role)
    before = row_counts()
    for name, row in sorted(rows(POST).items(), key=lambda pair: pair[0] == "departments:logout"):
        check(name, role, client.post(world.addresses[name], {"said": "nothing"}), row[role])
    changed = {label for label, number in row_counts().items() if number != before[label]}
    assert changed <= ATTEMPTS, "a POST that says nothing left something behind"


@pytest.mark.parametrize("role", ["reporter", "clerk", "leader"])
def test_access_a_forged_id_is_no_page(world: World, role: str) -> None:
    client = world.client(role)
    for name, pattern in named_patterns():
        if "<uuid:uuid>" in str(pattern.pattern):
            slugs = {"kind": "status", "slug": "zgh", "policy": "a-policy"}
            words = {name: slugs[name] for name in slugs if f"<slug:{name}>" in str(pattern.pattern)}
            forged = reverse(name, kwargs={**words, "uuid": uuid4()})
            only_post = rows(GET)[name][role] == 405
            check(name, role, client.post(forged) if only_post else client.get(forged), 404)


def test_access_another_departments_draft_is_no_page(world: World) -> None:
    for name in ("measures:update_detail", "measures:update_edit"):
        page = world.client("other").get(world.addresses[name])
        check(name, "other", page, 404)
        assert "举办全市职业技能竞赛2场" not in page.content.decode()


def test_access_states_without_texts_for_the_office(world: World) -> None:
    for role in ("clerk", "signer", "leader", "auditor"):
        page = world.client(role).get(world.addresses["measures:update_detail"]).content.decode()
        assert "举办全市职业技能竞赛2场" not in page, role
        assert "市总工会" in page


def test_access_admin_is_for_the_administrator_alone(world: World) -> None:
    addresses = [reverse("admin:index")]
    for model in admin.site._registry:
        addresses.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    for role in ROLES:
        client = world.client(role)
        for address in addresses:
            answer = client.get(address)
            if role == "admin":
                assert answer.status_code == 200, address
                assert "<h1>" in answer.content.decode()
            elif role == "anonymous":
                last = client.get(address, follow=True)
                assert last.redirect_chain[-1][0].startswith(reverse("departments:login")), address
            else:
                last = client.get(answer["Location"]) if answer.status_code == 302 else answer
                assert last.status_code == 403, f"{address} as {role}"


def test_access_staff_without_being_administrator_opens_nothing(world: World) -> None:
    User.objects.filter(username="rsj-clerk").update(is_staff=True)
    answer = world.client("clerk").get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403
    assert re.search(r"<h1>", answer.content.decode())
