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
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from departments.actors import Actor
from departments.models import Session, User
from langfang_policy import clock
from measures.models import (
    Batch,
    CoordinationMatter,
    DepartmentFigures,
    IssuedReport,
    LightChange,
    MeasureFigures,
    PeriodFigures,
    ReportDraft,
    ReportKind,
    StoredDocument,
    UpdateState,
)
from measures.reports.documents import Document
from measures.workflow import extensions, periods
from tests import builders, cast, evidence
from tests.access_table import GET, POST, SHOWS
from tests.measures import batch_rows, issued_reports
from tests.measures.given_portfolios import a_portfolio
from tests.measures.sources_and_signatures import a_signed_slip
from tests.retold import retold
from tests.signed_in import sign_in

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
        return sign_in(client, actor.user) if actor.user else client


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> World:
    """A measure of two departments in an open period, a draft, an open matter, a later date asked for."""
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)
    monkeypatch.setattr(clock, "now", builders.moment)
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    return World(made_addresses())


@retold
def made_addresses() -> dict[str, str]:
    """By name, after what they lead to was made. The file lies in the folder of the whole run."""
    builders.a_working_calendar(last=date(2020, 10, 31))
    measure = builders.a_measure(leads=("zgh",), participants=("jyj",))
    draft = builders.an_update(UpdateState.DRAFT, measure=measure)
    asked = builders.a_text(coordination="请财政部门明确补助资金渠道")
    builders.an_update(UpdateState.CONFIRMED, slug="czj", text=asked)
    [file] = evidence.added(draft)
    slip = builders.an_urge(draft, receipt=True)  # signed for: a second signature changes nothing
    later = extensions.request_extension(
        cast.reporter("czj"), builders.an_update(slug="czj"), date(2020, 7, 9), "数据未出", builders.moment()
    )
    report, next_draft = an_issued_report_and_a_draft()
    objects: dict[str, dict[str, Any]] = {
        "measure": {"uuid": measure.uuid},
        "light": {"uuid": measure.uuid},
        "closure": {"uuid": measure.uuid},
        "matter": {"uuid": CoordinationMatter.objects.get().uuid},
        "department": {"slug": "zgh"},
        "period": {"uuid": draft.period.uuid},
        "filing": {"uuid": draft.period.uuid, "slug": "zgh"},
        "sheet": {"uuid": draft.period.uuid, "slug": "zgh"},
        "snapshot": {"uuid": draft.period.uuid},
        "extension": {"uuid": later.uuid},
        "batch": {"uuid": a_batch().uuid},
        "issued": {"uuid": report.uuid},
        "draft": {"uuid": next_draft.uuid},
        "report": {"kind": "status", "uuid": draft.period.uuid},
        "my": {"kind": "done"},
        "update": {"uuid": draft.uuid},
        "urge": {"uuid": slip.uuid},
        "evidence": {"uuid": file.uuid},
        "signature": {"uuid": a_signed_slip().uuid},
        "portfolio": {"uuid": a_portfolio().uuid},
        "message": {"uuid": builders.a_message(cast.reporter().person, draft).uuid},
        "people": {"slug": "zgh"},
    }
    return {name: address_of(name, objects) for name in rows(GET)}


# Of what an address is, where its name begins with another word.
OBJECTS = {"measures:evidence_add": "update", "measures:evidence_late": "update"}


def a_batch() -> Batch:
    """Of dossiers, asked for by the clerk; one of two could not be made."""
    return batch_rows.ended(batch_rows.a_batch(None, "二（一）", "二（二）"), "二（二）")


def an_issued_report_and_a_draft() -> tuple[IssuedReport, ReportDraft]:
    """Of the quarter before, closed with nothing filed."""
    period = builders.an_open_period(code="2020Q1")
    periods.close_period(cast.clerk(), period, "未报送", builders.moment())
    report = issued_reports.issued(issued_reports.a_draft(period=period))
    return report, issued_reports.a_draft(ReportKind.FILING, period)


def address_of(name: str, objects: dict[str, dict[str, Any]]) -> str:
    pattern = next(pattern for found, pattern in named_patterns() if found == name)
    words = set(re.findall(r"<\w+:(\w+)>", str(pattern.pattern)))
    key = OBJECTS.get(name) or name.partition(":")[2].partition("_")[0]
    own: dict[str, Any] = {} if words <= {"policy"} else objects[key]
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
    content = b"".join(response.streaming_content) if response.streaming else response.content
    body = content.decode(errors="replace")  # a workbook is no text
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
        "departments:acting_for": reverse("measures:start"),
        "departments:session_end_others": reverse("departments:session_list"),
        "departments:held_discard": reverse("measures:start"),
        "measures:urge_sign": reverse("measures:urge_list", args=["a-policy"]),
        "measures:message_read": reverse("measures:message_list"),
        "measures:message_read_all": reverse("measures:message_list"),
        "measures:message_mail": reverse("measures:message_mail"),
        "measures:review_approve": reverse("measures:review_queue"),
        "measures:check_confirm": reverse("measures:check_queue"),
        "measures:evidence_add": "/p/a-policy/updates/",
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
    passing = (Session, PeriodFigures, MeasureFigures, DepartmentFigures, LightChange, StoredDocument)
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


# Where nobody has to be signed in: there is nothing to lose.
AT_THE_DOOR = {"healthz", *(f"departments:{page}" for page in ("login", "logout", "language", "step_in"))}
# A script sends what stands in the form, is told that nobody is signed in, and the browser keeps it (4.15).
BY_A_SCRIPT = {"measures:update_autosave"}


def test_no_form_behind_the_sign_in_loses_what_was_typed_when_the_session_is_over(world: World) -> None:
    """Every address, so that a new form cannot be forgotten; also one of admin."""
    client, typed = world.client("clerk"), {}
    client.get("/")
    del client.cookies[settings.SESSION_COOKIE_NAME]
    admins = {"admin": reverse("admin:measures_policy_add")}
    takes_a_form = {name for name, row in rows(POST).items() if row["anonymous"] != 405}
    addresses = {name: world.addresses[name] for name in takes_a_form - AT_THE_DOOR - BY_A_SCRIPT}
    for name, address in {**addresses, **admins}.items():
        typed[name] = f"退回说明，在 {name}"
        answer = client.post(address, {"reason": typed[name], "version": "1"})
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("departments:login")), name
    page = world.client("clerk").get(reverse("departments:held_list")).content.decode()
    assert [name for name, words in typed.items() if words not in page] == []
    assert "退回说明" not in world.client("signer").get(reverse("departments:held_list")).content.decode()


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
