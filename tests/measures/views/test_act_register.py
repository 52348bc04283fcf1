"""The register of all acts on a policy and its accounts, as a page and as a workbook; snapshots, checked."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from departments import accounts
from departments.actors import Actor
from departments.models import AccountAct, AccountEvent, Role
from measures.models import Act, Event, LightColour, PeriodSnapshot, UpdateState
from measures.views import act_register
from measures.workflow import light_overrides, periods
from tests import builders, cast, tampering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
BrowserOf = Callable[[Actor], Client]
REGISTER = "/p/a-policy/register/"
WORKBOOK = "/p/a-policy/register.xlsx"
SNAPSHOTS = "/p/a-policy/snapshots/"


def acts(browser: Client, query: str = "") -> list[str]:
    """The newest first, as English words."""
    return [str(row.act) for row in browser.get(f"{REGISTER}{query}").context["rows"]]


def subjects(browser: Client, query: str) -> list[str]:
    return [row.subject for row in browser.get(f"{REGISTER}{query}").context["rows"]]


def test_auditor_finds_who_waived_what(browser_of: BrowserOf) -> None:
    waived = builders.an_update(UpdateState.WAIVED, slug="jyj")
    builders.an_update(UpdateState.CONFIRMED)
    page = browser_of(cast.auditor()).get(f"{REGISTER}?kind=waivers")
    (row,) = page.context["rows"]
    assert (row.person, row.department) == ("张rsj-clerk", "市人社局")
    assert row.subject == f"{waived.measure.code} 市教育局 2020 Q2"
    assert row.states.endswith("waived")
    event = Event.objects.get(act=Act.WAIVE)
    body = page.content.decode()
    assert event.comment in body
    assert f'href="/p/a-policy/updates/{waived.uuid}/"' in body


def test_register_narrows_by_person_act_department_and_days(browser_of: BrowserOf) -> None:
    late = builders.moment(date(2020, 7, 20))
    builders.an_update(UpdateState.CONFIRMED)
    builders.an_update(UpdateState.SUBMITTED, slug="jyj", at=late)
    auditor = browser_of(cast.auditor())
    everything = acts(auditor)
    assert f"{len(everything)} acts" in auditor.get(REGISTER).content.decode()
    assert {"confirm", "submit for review", "approve and submit"} <= set(everything)
    assert acts(auditor, "?act=confirm") == ["confirm"]
    assert acts(auditor, "?kind=late") == ["approve and submit"]
    assert acts(auditor, "?who=jyj-REVIEWER&kind=acts") == ["approve and submit"]
    assert acts(auditor, "?who=张jyj-rev&kind=acts") == ["approve and submit"]
    of_education = acts(auditor, "?department=jyj")
    assert of_education
    assert "confirm" not in of_education
    assert acts(auditor, "?since=2020-07-20&until=2020-07-20&kind=acts") == of_education
    assert acts(auditor, "?until=2020-07-19&kind=acts") == acts(auditor, "?kind=acts")[len(of_education) :]
    assert acts(auditor, "?who=nobody") == []
    assert acts(auditor, "?kind=nonsense&since=nonsense") == everything
    assert 'class="field-error"' in auditor.get(f"{REGISTER}?since=nonsense").content.decode()


def test_register_of_one_measure_has_all_that_was_done_on_it(browser_of: BrowserOf) -> None:
    """Acts on its updates and their texts and on itself, however the number is typed; nothing of accounts."""
    update = builders.an_update(UpdateState.CONFIRMED)
    other = builders.an_update(UpdateState.SUBMITTED, slug="jyj")
    accounts.record(AccountAct.SIGN_IN, cast.reporter().person, None)
    auditor = browser_of(cast.auditor())
    code = update.measure.code
    narrowed = acts(auditor, f"?measure={code}")
    assert {"confirm", "submit for review", "approve and submit"} <= set(narrowed)
    of_both = acts(auditor, "?kind=acts")
    assert Counter(narrowed) + Counter(acts(auditor, f"?measure={other.measure.code}")) <= Counter(of_both)
    assert "signed in" in acts(auditor)
    half_width = code.replace("（", " (").replace("）", ")")
    assert acts(auditor, f"?measure={half_width}") == narrowed
    assert acts(auditor, f"?measure={code}&act=confirm") == ["confirm"]
    assert {row[5].split()[0] for row in cells(auditor, f"?measure={code}")[1:]} == {code}
    for of_accounts in ("kind=sign_ins", "act=sign_in"):
        nothing = auditor.get(f"{REGISTER}?measure={code}&{of_accounts}")
        assert nothing.context["rows"] == []
        assert "No act of this kind" in nothing.content.decode()


@pytest.mark.parametrize("typed", ["九（九）", "二（一", "0", "<b>"])
def test_number_that_no_measure_has_narrows_nothing_and_is_said(browser_of: BrowserOf, typed: str) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    auditor = browser_of(cast.auditor())
    answer = auditor.get(REGISTER, {"measure": typed})
    assert len(answer.context["rows"]) == len(acts(auditor))
    assert f"No measure of this policy has the number “{escape(typed)}”" in answer.content.decode()
    builders.a_policy("another")
    elsewhere = auditor.get("/p/another/register/", {"measure": update.measure.code})
    assert "No measure of this policy has the number" in elsewhere.content.decode()
    workbook = auditor.get(WORKBOOK, {"measure": typed}, follow=True)
    assert "No measure of this policy has the number" in workbook.content.decode(), "not a workbook of all"


def test_record_of_a_measure_leads_who_may_read_it_to_the_register(browser_of: BrowserOf) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    page = f"/p/a-policy/measures/{update.measure.uuid}/"
    link = f'href="{REGISTER}?{urlencode({"measure": update.measure.code})}"'
    for may in (cast.clerk, cast.signer, cast.auditor):
        assert link in browser_of(may()).get(page).content.decode()
    for may_not in (cast.leader, cast.reporter, cast.admin):
        assert REGISTER not in browser_of(may_not()).get(page).content.decode()


def test_register_says_that_a_span_ends_before_it_begins(browser_of: BrowserOf) -> None:
    """And shows all, as with every filter that cannot be understood."""
    builders.an_update(UpdateState.CONFIRMED)
    auditor = browser_of(cast.auditor())
    reversed_span = "?since=2020-07-20&until=2020-07-01"
    answer = auditor.get(f"{REGISTER}{reversed_span}")
    assert answer.context["form"].errors == {"until": ["The end lies before the beginning."]}
    assert answer.content.decode().count("The end lies before the beginning.") == 1
    assert len(answer.context["rows"]) == len(acts(auditor))
    assert auditor.get(f"{WORKBOOK}{reversed_span}")["Location"] == f"{REGISTER}{reversed_span}"


def test_register_knows_what_came_on_paper_what_a_deputy_did_and_what_was_overridden(
    browser_of: BrowserOf,
) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    light_overrides.override_light(
        cast.clerk(), update.period, update.measure, LightColour.RED, "进度造假", builders.moment()
    )
    signer, period = cast.signer(), update.period
    periods.close_period(cast.clerk(), period, "", builders.moment(date(2020, 7, 20)))
    periods.reopen_period(signer, period, "漏报", builders.moment(date(2020, 7, 21)))
    deputy = cast.a_person("zgh-deputy", ("zgh", Role.REVIEWER))
    Event.objects.record(
        Act.RETURN,
        deputy,
        cast.a_department("zgh"),
        builders.moment(),
        deputy_for=cast.reviewer().person,
        update=update,
    )
    auditor = browser_of(cast.auditor())
    assert acts(auditor, "?kind=overrides") == ["override the light"]
    assert acts(auditor, "?kind=reopenings") == ["reopen the period"]
    assert acts(auditor, "?kind=deputies") == ["return for revision"]
    assert acts(auditor, "?who=zgh-reviewer&kind=deputies") == ["return for revision"]
    assert acts(auditor, "?kind=on_behalf") == []


def test_register_holds_sign_ins_and_roles_of_the_departments_of_the_policy_alone(
    browser_of: BrowserOf,
) -> None:
    builders.an_update(UpdateState.DRAFT)
    own = cast.reporter().person
    for person in (own, cast.stranger().person):
        accounts.record(AccountAct.SIGN_IN, person, None)
    accounts.record(AccountAct.ROLE_CHANGED, own, None, by=cast.admin().person, details="市总工会 reviewer")
    auditor = browser_of(cast.auditor())
    accounts.record(AccountAct.SIGN_IN, cast.auditor().person, None)
    assert subjects(auditor, "?kind=sign_ins&who=reporter") == ["张zgh-reporter (zgh-reporter)"]
    assert "张stranger" not in subjects(auditor, "?kind=sign_ins")
    (row,) = auditor.get(f"{REGISTER}?act=role_changed").context["rows"]
    assert (row.person, row.subject, row.comment) == (
        "张admin",
        "张zgh-reporter (zgh-reporter)",
        "市总工会 reviewer",
    )
    assert acts(auditor, "?kind=accounts&department=zgh") == ["role changed"]
    assert acts(auditor, "?kind=accounts&department=rsj") == []
    mixed = acts(auditor)
    assert mixed[0] == "signed in", "accounts stand among the acts, by time"
    assert mixed[-1] == "save"


def test_sign_in_stands_at_the_time_of_acts_in_a_demo(client: Client) -> None:
    """Its clock stands in 2020; a sign-in of the machine's year would stand above all acts for ever."""
    builders.an_update(UpdateState.DRAFT)
    person = cast.reporter().person
    person.set_password("a long enough secret")
    person.save()
    words = {"username": person.username, "password": "a long enough secret"}
    assert client.post("/login/", words).status_code == 302
    client.post("/logout/")
    signed = AccountEvent.objects.filter(act__in=[AccountAct.SIGN_IN, AccountAct.SIGN_OUT])
    assert [timezone.localdate(event.at) for event in signed] == [cast.DAY] * 2


def test_register_says_roles_and_days_of_accounts_in_words(browser_of: BrowserOf) -> None:
    builders.an_update(UpdateState.DRAFT)
    own, written = cast.reporter().person, "市总工会 reviewer 2020-06-29–2020-07-10"
    accounts.record(AccountAct.ROLE_CHANGED, own, None, by=cast.admin().person, details=written)
    auditor = browser_of(cast.auditor())
    auditor.cookies["django_language"] = "zh-hans"
    (row,) = auditor.get(f"{REGISTER}?act=role_changed").context["rows"]
    assert row.comment == "市总工会 审核人 2020年6月29日–2020年7月10日"


def test_register_holds_what_the_office_changed_of_a_department(browser_of: BrowserOf) -> None:
    builders.an_update(UpdateState.DRAFT)
    for slug in ("zgh", "gsl"):  # the other is no department of the policy
        Event.objects.record(
            Act.CHANGE_CONTACT,
            cast.clerk(),
            cast.the_office(),
            builders.moment(),
            comment="电话",
            about_department=cast.a_department(slug),
        )
    auditor = browser_of(cast.auditor())
    assert subjects(auditor, "?act=change_contact") == ["市总工会"]
    assert subjects(auditor, "?act=change_contact&department=zgh") == ["市总工会"]


def test_register_of_another_policy_has_nothing_of_this(browser_of: BrowserOf) -> None:
    builders.an_update(UpdateState.CONFIRMED)
    builders.a_policy("another")
    page = browser_of(cast.auditor()).get("/p/another/register/?kind=acts")
    assert page.context["rows"] == []


def test_register_does_not_show_what_a_department_wrote_to_itself(browser_of: BrowserOf) -> None:
    """docs/domain.md 8.4: nor does the workbook."""
    update = builders.an_update(UpdateState.IN_REVIEW)
    builders.perform(Act.RETURN, cast.reviewer(), update)
    inside = Event.objects.get(act=Act.RETURN)
    assert inside.comment
    auditor = browser_of(cast.auditor())
    (row,) = auditor.get(f"{REGISTER}?act=return_for_revision").context["rows"]
    assert row.comment == ""
    assert inside.comment not in str(cells(auditor, "?act=return_for_revision"))
    both = cast.a_person("both", ("zgh", Role.REPORTER), ("rsj", Role.AUDITOR))
    (row,) = browser_of(both).get(f"{REGISTER}?act=return_for_revision").context["rows"]
    assert row.comment == inside.comment


@pytest.mark.parametrize("who", [cast.reporter, cast.reviewer, cast.leader, cast.admin, cast.clerk_elsewhere])
def test_register_is_no_page_for_others(browser_of: BrowserOf, who: Callable[[], Actor]) -> None:
    builders.an_update(UpdateState.DRAFT)
    browser = browser_of(who())
    assert [browser.get(place).status_code for place in (REGISTER, WORKBOOK, SNAPSHOTS)] == [404] * 3
    assert REGISTER not in browser.get("/p/a-policy/reports/").content.decode()


def cells(browser: Client, query: str = "") -> list[tuple[Any, ...]]:
    answer = browser.get(f"{WORKBOOK}{query}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(b"".join(answer)))
    return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_register_as_a_workbook_is_chinese_whole_and_runs_no_formula(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More rows than are read at once, a sentence that begins as a formula, days as days."""
    monkeypatch.setattr("measures.register.ROWS_AT_ONCE", 2)
    update = builders.an_update(UpdateState.CONFIRMED)
    Event.objects.record(
        Act.WAIVE, cast.clerk(), cast.the_office(), builders.moment(), comment="=1+1", update=update
    )
    auditor = browser_of(cast.auditor())
    assert f'href="{WORKBOOK}?kind=acts"' in auditor.get(f"{REGISTER}?kind=acts").content.decode()
    head, *rows = cells(auditor, "?kind=acts")
    assert head[:5] == ("时间", "办理人", "代表单位", "代理", "办理事项")
    assert len(rows) == len(acts(auditor, "?kind=acts"))
    waiver = next(row for row in rows if row[4] == "免报")
    assert waiver[0] == builders.moment().replace(tzinfo=None)
    assert waiver[8] == "'=1+1"


def test_register_too_long_for_a_workbook_says_so(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(act_register, "ROWS_OF_A_WORKBOOK", 2)
    builders.an_update(UpdateState.CONFIRMED)
    answer = browser_of(cast.auditor()).get(f"{WORKBOOK}?kind=acts", follow=True)
    assert answer.redirect_chain == [(f"{REGISTER}?kind=acts", 302)]
    assert "more than 2 acts" in answer.content.decode()


def test_register_is_paged_with_as_many_queries_for_many_as_for_one(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    auditor = browser_of(cast.auditor())
    one = queries_of(auditor, REGISTER)
    for number in range(act_register.PER_PAGE):
        Event.objects.record(
            Act.WAIVE,
            cast.clerk(),
            cast.the_office(),
            builders.moment() + timedelta(minutes=number),
            comment=f"第{number}次",
            update=update,
        )
    assert queries_of(auditor, REGISTER) == one <= 10
    assert queries_of(auditor, f"{REGISTER}?measure={update.measure.code}") <= 10
    first, second = acts(auditor), acts(auditor, "?page=2")
    assert len(first) == act_register.PER_PAGE
    assert second


# --- snapshots -----------------------------------------------------------------------------------


def a_snapshot() -> PeriodSnapshot:
    period = builders.an_update(UpdateState.CONFIRMED).period
    periods.close_period(cast.clerk(), period, "", builders.moment(date(2020, 7, 20)))
    return PeriodSnapshot.objects.get()


def test_snapshots_have_their_whole_hash_and_are_checked(browser_of: BrowserOf) -> None:
    snapshot = a_snapshot()
    auditor = browser_of(cast.auditor())
    body = auditor.get(SNAPSHOTS).content.decode()
    assert snapshot.sha256 in body
    assert "as it was written" in body
    tampering.alter_snapshot(snapshot.period)
    assert "altered since it was written" in auditor.get(SNAPSHOTS).content.decode()


def test_snapshot_is_found_by_its_hash(browser_of: BrowserOf) -> None:
    snapshot = a_snapshot()
    auditor = browser_of(cast.auditor())
    printed = f"SHA-256 {snapshot.sha256[:8].upper()}-{snapshot.sha256[8:16]}"
    found = auditor.get(SNAPSHOTS, {"sha256": printed}).context["rows"]
    assert [row.snapshot for row in found] == [snapshot]
    nothing = auditor.get(SNAPSHOTS, {"sha256": "0" * 64})
    assert "No snapshot has this hash" in nothing.content.decode()


def test_snapshot_that_no_closing_recorded_is_named(browser_of: BrowserOf) -> None:
    a_snapshot()
    tampering.unguarded()
    Event.objects.filter(act=Act.CLOSE_PERIOD).update(content_sha256="0" * 64)
    body = browser_of(cast.auditor()).get(SNAPSHOTS).content.decode()
    assert "not the one that the closing recorded" in body


def test_register_is_in_the_menu_of_the_auditor_and_behind_the_reports_for_others(
    browser_of: BrowserOf,
) -> None:
    builders.a_policy()
    for who, current in ((cast.auditor(), "Register"), (cast.clerk(), "Reports")):
        page = browser_of(who).get(REGISTER)
        assert [item["label"] for item in page.context["nav"] if item["here"]] == [current]
