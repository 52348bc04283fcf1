"""The clerk's pages about departments: designations, contacts, successions."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from departments.actors import Actor
from departments.models import Succession
from measures.models import LeadMode, ResponsibilityRole
from measures.views import designations as designation_views
from measures.workflow.designations import designate
from tests import cast
from tests.builders import a_measure, an_open_period, an_update, moment
from tests.cast import DAY, a_department

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("pages over acts that are tested on both"),
]
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]
DESIGNATION = {"department": "", "role": "lead", "first": "2020-07-01", "reason": "会议纪要〔2020〕8号"}


def test_clerk_designates_on_the_page_of_a_measure_that_names_nobody(browser_of: BrowserOf) -> None:
    measure = a_measure(leads=(), lead_mode=LeadMode.NONE)
    an_open_period(measure.section.edition)
    clerk, address = browser_of(cast.clerk()), f"/p/a-policy/measures/{measure.uuid}/"
    assert f"{address}designate/" in clerk.get(address).content.decode()
    assert f"{address}designate/" not in browser_of(cast.signer()).get(address).content.decode()
    sent = {**DESIGNATION, "department": a_department("jyj").pk}
    assert clerk.post(f"{address}designate/", {**sent, "reason": ""}).status_code == 422
    assert clerk.post(f"{address}designate/", sent)["Location"] == f"{address}designate/"
    said = "not named in the text, designated by 市人社局 on July 1, 2020"
    pages = ["/p/a-policy/departments/jyj/", "/p/a-policy/designations/", f"{address}designate/", address]
    for page in pages:
        assert said in " ".join(clerk.get(page).content.decode().split()), page
    row = measure.responsibilities.get()
    end = {"responsibility": row.pk, "last": "2020-06-01", "reason": "另行指定"}
    refused = clerk.post(f"{address}designate/end/", end)
    assert (refused.status_code, set(refused.context["ending"].errors)) == (422, {"last"})
    clerk.post(f"{address}designate/end/", {**end, "last": "2020-07-01"})
    row.refresh_from_db()
    assert row.valid_to == DAY
    assert [dict(clerk.get(f"{address}designate/").context["rows"])[row]] == [False]
    named = a_measure(leads=("zgh",))
    assert clerk.get(f"/p/a-policy/measures/{named.uuid}/designate/").status_code == 404


def test_list_of_designations_costs_the_same_for_many(
    browser_of: BrowserOf, queries_of: QueriesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_more() -> None:
        measure = a_measure(leads=(), lead_mode=LeadMode.NONE)
        lead = ResponsibilityRole.LEAD
        designate(cast.clerk(), measure, a_department("jyj"), lead, DAY, "纪要", moment())

    one_more()
    clerk, page = browser_of(cast.clerk()), "/p/a-policy/designations/"
    one = queries_of(clerk, page)
    for _number in range(4):
        one_more()
    assert queries_of(clerk, page) == one
    monkeypatch.setattr(designation_views, "PER_PAGE", 3)
    assert [len(clerk.get(page, {"page": number}).context["page"]) for number in "12"] == [3, 2]
    start_page = clerk.get("/").content.decode()
    assert f'href="{page}"' in start_page


def test_clerk_changes_a_contact_and_sees_how_it_was_kept(browser_of: BrowserOf) -> None:
    an_update()
    clerk, page = browser_of(cast.clerk()), "/p/a-policy/departments/zgh/office/"
    assert page in clerk.get("/p/a-policy/departments/zgh/").content.decode()
    assert page not in browser_of(cast.reporter()).get("/p/a-policy/departments/zgh/").content.decode()
    clerk.post(page, {"contact": "李建国", "telephone": "0316-1"})
    answer = clerk.post(page, {"contact": "王芳", "telephone": "0316-2"}, follow=True)
    assert [row.contact for row in answer.context["former"]][:2] == ["王芳", "李建国"]
    assert {timezone.localdate(row.history_date) for row in answer.context["former"][:2]} == {DAY}
    assert answer.context["events"].paginator.count == 2
    again = clerk.post(page, {"contact": "王芳\u200b", "telephone": "0316-2"})
    assert (again.status_code, set(again.context["form"].errors)) == (422, {"contact"})
    assert clerk.post(page, {"contact": "王芳", "telephone": "0316-2"}).status_code == 422


def test_succession_is_shown_before_it_is_recorded(browser_of: BrowserOf) -> None:
    an_update()
    clerk, page = browser_of(cast.clerk()), "/p/a-policy/departments/zgh/succession/"
    sent = {"successor": a_department("jyj").pk, "valid_from": "2020-07-01", "basis": "机构改革方案"}
    assert clerk.get(page).status_code == 200
    shown = clerk.post(page, sent)
    assert (shown.context["measures"], Succession.objects.count()) == (1, 0)
    assert "市教育局" in shown.content.decode()
    clerk.post(page, {**sent, "confirmed": "yes"})
    assert Succession.objects.get().successor.slug == "jyj"
    twice = clerk.post(page, {**sent, "confirmed": "yes"})
    assert (twice.status_code, Succession.objects.count()) == (422, 1)
    office = clerk.get("/p/a-policy/departments/jyj/office/").content.decode()
    assert "performs for 市总工会" in office
