"""The report room: what it lists, what it hands out, and what it says where no PDF can be made."""

import re
from dataclasses import replace
from io import BytesIO
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from departments.actors import Actor
from departments.models import Role
from langfang_policy import clock
from measures import permissions
from measures.models import (
    LightColour,
    Measure,
    PeriodState,
    Policy,
    ReportingPeriod,
    StoredDocument,
    UpdateState,
)
from measures.reports import fonts, kinds, pdf
from measures.reports.documents import DEMO_NOTICE, Document
from measures.views import reports as views
from measures.workflow import periods
from tests import builders, cast
from tests.measures.reports.reading import reader, text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
once = pytest.mark.once("a document is made from a summary, and summaries are read on both")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: cast.DAY)


def signed_in(client: Client, actor: Actor) -> Client:
    client.force_login(actor.person)
    return client


def test_report_list_is_empty_before_the_first_period(client: Client) -> None:
    builders.a_planned_period()
    page = signed_in(client, cast.leader()).get(reverse("measures:report_list", args=["a-policy"]))

    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


def test_report_list_offers_every_opened_period(client: Client) -> None:
    open_one = builders.an_update(UpdateState.CONFIRMED).period
    page = (
        signed_in(client, cast.leader())
        .get(reverse("measures:report_list", args=["a-policy"]))
        .content.decode()
    )

    assert "2020年第二季度" in page
    assert reverse("measures:report_document", args=["a-policy", "status", open_one.uuid]) in page


def test_report_list_names_the_snapshot_of_a_closed_period(client: Client) -> None:
    period = builders.an_update(UpdateState.CONFIRMED).period
    snapshot = periods.close_period(cast.clerk(), period, "", builders.moment())
    page = (
        signed_in(client, cast.auditor())
        .get(reverse("measures:report_list", args=["a-policy"]))
        .content.decode()
    )

    assert snapshot.sha256 in page


def test_report_list_asks_as_often_for_five_periods_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in(client, cast.leader())
    builders.an_open_period(code="2020Q2")
    url = reverse("measures:report_list", args=["a-policy"])
    client.get(url)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(url)
    for code in ("2020Q1", "2019Q4", "2019Q3", "2019Q2"):
        builders.an_open_period(code=code)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(url)


# Session, user, memberships, policies; periods and how many, snapshots; departments, measures.
QUERIES_OF_THE_LIST = 8


def test_report_list_has_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    signed_in(client, cast.leader())
    for code in ("2020Q2", "2020Q1", "2019Q4"):
        builders.an_open_period(code=code)
    pages = [client.get(reverse("measures:report_list", args=["a-policy"]), {"page": n}) for n in (1, 2)]
    shown = [[row.period.code for row in page.context["periods"]] for page in pages]
    assert shown == [["2020Q2", "2020Q1"], ["2019Q4"]]
    assert "?page=2" in pages[0].content.decode()


@once
def test_status_report_comes_as_a_pdf_with_a_chinese_name(client: Client) -> None:
    measure = builders.a_measure(leads=("zgh", "jyj"), participants=("czj",), title="开展劳动和技能竞赛")
    update = builders.an_update(
        UpdateState.CONFIRMED,
        measure=measure,
        text=builders.a_text("举办竞赛3场", progress="参赛职工1260人。"),
    )
    answer = signed_in(client, cast.leader()).get(
        reverse("measures:report_document", args=["a-policy", "status", update.period.uuid])
    )

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    name = "提高技术工人待遇实施意见落实情况报告（2020年第二季度）.pdf"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(name)}"
    text = text_of(answer.content)
    assert "开展劳动和技能竞赛" in text
    assert "举办竞赛3场。参赛职工1260人。" in text
    assert "本期尚未截止" in text
    assert str(reader(answer.content).root_object["/Lang"]) == "zh-CN"


@once
def test_numbers_of_the_document_are_those_of_the_overview(client: Client) -> None:
    green = builders.a_measure(leads=("zgh",), participants=("czj", "jyj"))
    builders.a_measure(leads=("gzw",))
    period = builders.an_update(UpdateState.CONFIRMED, measure=green).period
    signed_in(client, cast.leader())
    page = client.get(reverse("measures:overview", args=["a-policy"])).content.decode()
    text = text_of(
        client.get(reverse("measures:report_document", args=["a-policy", "status", period.uuid])).content
    )

    shown = re.findall(r'counter-value">([^<]+)<', page)
    told = dict(re.findall(r"(.灯)（[^）]+）(\d+)项", text))
    assert shown[0] == re.findall(r"(\d+)项举措中", text)[0] == "2"
    counters = re.findall(r'</i>(.灯)</span>.{1,200}counter-value">(\d+)<', page, re.DOTALL)
    assert dict(counters) == told
    assert set(told) == {str(colour.label) for colour in LightColour}
    assert shown[6] == re.findall(r"及时率([\d.]+%)（", text)[0]
    assert re.findall(r"及时率[^（]+（([^）]+)）", text)[0] in page


@once
def test_text_that_is_not_confirmed_stays_out_of_the_document(client: Client) -> None:
    update = builders.an_update(UpdateState.SUBMITTED, text=builders.a_text("尚未确认的进展"))
    answer = signed_in(client, cast.clerk()).get(
        reverse("measures:report_document", args=["a-policy", "status", update.period.uuid])
    )

    assert "尚未确认的进展" not in text_of(answer.content)


def test_closed_period_gives_the_same_bytes_whatever_happens_later(client: Client) -> None:
    update = builders.an_update(UpdateState.CONFIRMED)
    periods.close_period(cast.clerk(), update.period, "", builders.moment())
    signed_in(client, cast.leader())
    url = reverse("measures:report_document", args=["a-policy", "status", update.period.uuid])
    before = client.get(url).content
    builders.brought_to(
        UpdateState.CONFIRMED, builders.in_correction(update), text=builders.a_text("更正后的进展")
    )
    assert client.get(url).content == before
    StoredDocument.objects.all().delete()  # made anew, not only handed out again
    after = client.get(url).content

    assert before == after


@once
def test_second_reader_gets_the_copy_and_a_changed_fact_another_document(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(document: Document, html: str = "") -> bytes:
        made.append(html)
        return b"%PDF"

    monkeypatch.setattr(Document, "pdf", make)
    update = builders.an_update(UpdateState.CONFIRMED)
    url = reverse("measures:report_document", args=["a-policy", "status", update.period.uuid])
    for actor in (cast.leader(), cast.auditor()):
        assert signed_in(client, actor).get(url).content == b"%PDF"
    assert len(made) == 1
    Measure.objects.update(title="另一标题")
    client.get(url)
    assert [("另一标题" in html) for html in made] == [False, True]


def test_copy_is_for_those_alone_who_may_have_the_document(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    url = reverse("measures:report_document", args=["a-policy", "status", builders.an_open_period().uuid])
    monkeypatch.setitem(kinds.KINDS, "status", replace(kinds.KINDS["status"], may=only_leaders))
    assert signed_in(client, cast.leader()).get(url).status_code == 200
    assert signed_in(client, cast.auditor()).get(url).status_code == 403
    client.logout()
    assert client.get(url).status_code == 302


def test_planned_and_forged_periods_have_no_report(client: Client) -> None:
    planned = builders.a_planned_period()
    signed_in(client, cast.leader())

    for uuid in (planned.uuid, uuid4()):
        assert (
            client.get(reverse("measures:report_document", args=["a-policy", "status", uuid])).status_code
            == 404
        )
    assert planned.state == PeriodState.PLANNED


def test_document_carries_the_number_of_its_page_back(client: Client) -> None:
    period = builders.an_open_period()
    address = reverse("measures:report_document", args=["a-policy", "status", period.uuid])
    signed_in(client, cast.leader())
    cookie = client.get(address, {"number": "1595"}).cookies["document"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("1595", 60, "Strict")
    for number in ("", "x", "1; path=/", "1" * 21):
        assert "document" not in client.get(address, {"number": number}).cookies


def test_posting_to_a_document_is_refused(client: Client) -> None:
    period = builders.an_open_period()
    answer = signed_in(client, cast.leader()).post(
        reverse("measures:report_document", args=["a-policy", "status", period.uuid])
    )

    assert answer.status_code == 405


def test_machine_without_pango_says_what_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    period = builders.an_open_period()
    monkeypatch.setattr(pdf, "_loads", lambda name: False)
    pdf._weasyprint.cache_clear()
    try:
        answer = signed_in(client, cast.leader()).get(
            reverse("measures:report_document", args=["a-policy", "status", period.uuid]), follow=True
        )
    finally:
        pdf._weasyprint.cache_clear()

    assert answer.redirect_chain == [(reverse("measures:report_list", args=["a-policy"]), 302)]
    assert "libpango-1.0-0" in answer.content.decode()


def test_machine_without_chinese_fonts_says_what_to_install(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = builders.an_open_period()
    monkeypatch.setattr(fonts, "_listing", lambda: "")
    fonts.installed.cache_clear()
    pdf._weasyprint.cache_clear()
    try:
        answer = signed_in(client, cast.leader()).get(
            reverse("measures:report_document", args=["a-policy", "status", period.uuid]), follow=True
        )
    finally:
        fonts.installed.cache_clear()
        pdf._weasyprint.cache_clear()

    assert answer.redirect_chain == [(reverse("measures:report_list", args=["a-policy"]), 302)]
    assert "本机没有安装中文字体" in answer.content.decode()


def test_report_room_lists_each_kind_that_the_reader_may_have(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = builders.an_open_period()
    brief = replace(kinds.KINDS["status"], name="brief", title="Brief", may=only_leaders)
    monkeypatch.setitem(kinds.KINDS, "brief", brief)
    addresses = [
        reverse("measures:report_document", args=["a-policy", name, period.uuid])
        for name in ("status", "brief")
    ]
    for actor, may in ((cast.leader(), True), (cast.auditor(), False)):
        signed_in(client, actor)
        page = client.get(reverse("measures:report_list", args=["a-policy"])).content.decode()
        assert [address in page for address in addresses] == [True, may]
    assert client.get(addresses[1]).status_code == 403


def only_leaders(actor: Actor, policy: Policy) -> bool:
    return permissions.is_in_office(actor, policy, Role.LEADER)


@once
def test_report_room_hands_out_the_report_on_a_chosen_department(client: Client) -> None:
    measure = builders.a_measure(leads=("zgh",), participants=("czj",))
    update = builders.an_update(UpdateState.CONFIRMED, measure=measure, text=builders.a_text("举办竞赛3场"))
    cast.a_department("kx")
    signed_in(client, cast.leader())
    page = client.get(reverse("measures:report_list", args=["a-policy"])).content.decode()
    address = reverse("measures:report_document", args=["a-policy", "department", update.period.uuid])
    assert f'action="{address}"' in page
    assert re.findall(r'<option value="(\w+)">', page) == ["zgh", "czj"]
    answer = client.get(address, {"department": "zgh"})
    assert quote("市总工会落实情况报告（2020年第二季度）.pdf") in answer["Content-Disposition"]
    assert "举办竞赛3场" in text_of(answer.content)
    for named in ("", "kx", "no-such"):
        refused = client.get(address, {"department": named})
        assert (refused.status_code, "现有：zgh（市总工会）" in refused.content.decode()) == (404, True)


@once
def test_filing_record_comes_as_a_workbook_too(client: Client) -> None:
    period = builders.an_update(UpdateState.CONFIRMED).period
    signed_in(client, cast.leader())
    page = client.get(reverse("measures:report_list", args=["a-policy"])).content.decode()
    address = reverse("measures:report_document", args=["a-policy", "filing", period.uuid])
    assert f'href="{address}?format=xlsx"' in page
    answer = client.get(address, {"format": "xlsx"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert quote("报送情况（2020年第二季度）.xlsx") in answer["Content-Disposition"]
    assert load_workbook(BytesIO(answer.content)).sheetnames == ["按单位", "逐条"]
    refused = client.get(address, {"format": "odt"})
    assert refused.status_code == 404
    assert "“filing”没有 odt 格式；现有：pdf、docx、xlsx。" in refused.content.decode()


def test_filing_is_for_the_office_and_ones_own_department(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    measure = builders.a_measure(leads=("zgh",), participants=("czj",))
    period = builders.an_update(UpdateState.CONFIRMED, measure=measure).period
    room = reverse("measures:report_list", args=["a-policy"])
    addresses = {
        kind: reverse("measures:report_document", args=["a-policy", kind, period.uuid])
        for kind in ("filing", "department")
    }
    for actor, filing, own, others, offered in (
        (cast.leader(), 200, 200, 200, ["zgh", "czj"]),
        (cast.auditor(), 200, 200, 200, ["zgh", "czj"]),
        (cast.reporter(), 403, 200, 403, ["zgh", "zgh"]),  # the report and the slip
        (cast.reviewer(), 403, 200, 403, ["zgh", "zgh"]),
        (cast.former_reporter(), 403, 403, 403, []),
    ):
        signed_in(client, actor)
        page = client.get(room).content.decode()
        assert (addresses["filing"] in page) == (filing == 200)
        assert re.findall(r'<option value="(\w+)">', page) == offered
        assert client.get(addresses["filing"]).status_code == filing
        assert client.get(addresses["department"], {"department": "zgh"}).status_code == own
        assert client.get(addresses["department"], {"department": "czj"}).status_code == others


def test_unknown_kind_is_told_with_those_that_exist(client: Client) -> None:
    period = builders.an_open_period()
    answer = signed_in(client, cast.leader()).get(
        reverse("measures:report_document", args=["a-policy", "weekly", period.uuid])
    )

    assert answer.status_code == 404
    assert "没有“weekly”这种文件；现有：status、brief、department、" in answer.content.decode()


# Tables and records that are no letter.
WITHOUT_ADDRESSEE = {"ledger", "breakdown", "measure"}


@pytest.mark.parametrize("kind", kinds.KINDS.values(), ids=kinds.KINDS)
def test_each_kind_makes_its_own_document_and_says_that_it_is_a_demonstration(kind: kinds.Kind) -> None:
    period = builders.an_update(UpdateState.CONFIRMED).period
    period = ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(pk=period.pk)
    about = {"department": "zgh", "measure": "二（一）"}
    document = kind.build(kinds.Asked(period, cast.DAY, demo=True, addressee="市委办公室", **about))
    assert type(document) is kind.document
    assert ("市委办公室：" in document.html()) == (kind.name not in WITHOUT_ADDRESSEE)
    assert DEMO_NOTICE in document.html()


# --- on the screen, and in every form ---------------------------------------------------------------

BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK"}


@pytest.mark.parametrize(
    "kind", [kind for kind in kinds.KINDS.values() if kind.has_page], ids=lambda kind: kind.name
)
def test_each_kind_is_shown_and_handed_out_in_each_of_its_forms_and_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: kinds.Kind
) -> None:
    """What was made once is handed out again: the second of each form is read from its copy."""
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    period = builders.an_update(UpdateState.CONFIRMED, text=builders.a_text("举办竞赛3场")).period
    signed_in(client, cast.leader())
    about = {"department": "zgh", "measure": "二（一）"}
    room = client.get(reverse("measures:report_list", args=["a-policy"])).content.decode()
    page, address = (
        reverse(f"measures:report_{view}", args=["a-policy", kind.name, period.uuid])
        for view in ("preview", "document")
    )
    assert (page in room, address in room) == (True, True)
    shown = client.get(page, about)
    assert shown.status_code == 200
    assert f"?department=zgh&amp;measure={quote('二（一）')}&amp;format=" in shown.content.decode()
    for number, form in enumerate(kind.formats, 1):
        files = [client.get(address, {**about, "format": form}) for _time in range(2)]
        assert [file.content.startswith(BEGINS[form]) for file in files] == [True, True]
        assert files[0].content == files[1].content
        assert files[0]["Content-Disposition"].endswith(f".{form}")
        assert StoredDocument.objects.count() == number


def test_page_of_a_document_is_for_those_who_may_have_it(client: Client) -> None:
    measure = builders.a_measure(leads=("zgh",), participants=("czj",))
    period = builders.an_update(UpdateState.CONFIRMED, measure=measure).period
    signed_in(client, cast.reporter())

    def status_of(kind: str, **about: str) -> int:
        page = reverse("measures:report_preview", args=["a-policy", kind, period.uuid])
        return client.get(page, about).status_code

    assert [status_of(kind) for kind in ("status", "ledger", "brief", "breakdown")] == [200] * 4
    assert [status_of(kind) for kind in ("filing", "bulletin")] == [403, 403]
    assert [status_of("department", department=slug) for slug in ("zgh", "czj", "")] == [200, 403, 404]
    assert [status_of("measure", measure=code) for code in ("二（一）", "九（九）", "")] == [200, 404, 404]
    assert [status_of("status", length=length) for length in ("brief", "medium")] == [200, 404]
    assert status_of("weekly") == 404


def test_page_of_a_long_table_shows_its_first_rows_and_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "ROWS_ON_A_PAGE", 2)
    section = builders.a_section()
    for _number in range(3):
        builders.a_measure(section=section)
    period = builders.an_open_period()
    page = signed_in(client, cast.leader()).get(
        reverse("measures:report_preview", args=["a-policy", "ledger", period.uuid])
    )
    assert "此处未列其余2行，文件中均有。" in page.content.decode()  # of three and the band of their section


@once
def test_short_report_is_asked_for_in_the_room(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    period = builders.an_update(UpdateState.CONFIRMED).period
    signed_in(client, cast.leader())
    room = client.get(reverse("measures:report_list", args=["a-policy"])).content.decode()
    address = reverse("measures:report_document", args=["a-policy", "status", period.uuid])
    assert f'href="{address}?length=brief&amp;format=docx"' in room
    answer = client.get(address, {"length": "brief"})
    assert quote("（2020年第二季度，简本）.pdf") in answer["Content-Disposition"]


def test_page_of_a_measure_leads_to_its_dossier(client: Client) -> None:
    update = builders.an_update(UpdateState.CONFIRMED, text=builders.a_text("举办竞赛3场"))
    signed_in(client, cast.leader())
    page = client.get(reverse("measures:measure_detail", args=["a-policy", update.measure.uuid]))
    dossier = reverse("measures:report_preview", args=["a-policy", "measure", update.period.uuid])
    address = f"{dossier}?measure={quote('二（一）')}"
    assert f'href="{address}"' in page.content.decode()
    assert "举办竞赛3场" in client.get(address).content.decode()
