"""The pages of the slip: who prints it, who notes the signature, and where it is said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import Act, ProgressUpdate, Revision, SignedSlip, UpdateState
from measures.reports.documents import Document
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("pages over rows that acts have stored; the acts and every address run on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


def page_of(update: ProgressUpdate) -> str:
    return f"/p/a-policy/periods/{update.period.uuid}/departments/{update.department.slug}/slip/"


def sent(*updates: ProgressUpdate, **changes: object) -> dict[str, object]:
    texts = [str(builders.text_in_work(update).uuid) for update in updates]
    return {"texts": texts, "signed_by": "王建军", "signed_on": "2020-07-01", **changes}


def notable(page: Any) -> list[Revision]:
    """The texts of which the reader may note that they were signed."""
    return list(page.context["form"].revisions.values())


def test_slip_is_for_its_department_and_of_what_was_submitted_for_the_office(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": b"%PDF")
    inside = builders.an_update(S.IN_REVIEW, text=builders.a_text("还在审核的话"))
    submitted = builders.an_update(S.SUBMITTED, text=builders.a_text("已经报送的话"))
    for actor, reads in (
        (cast.reporter(), (True, True)),
        (cast.reviewer(), (True, True)),
        (cast.clerk(), (False, True)),
        (cast.auditor(), (False, True)),
        (cast.leader(), None),
        (cast.reviewer("jyj"), None),
    ):
        browser = browser_of(actor)
        page, paper = browser.get(page_of(inside)), browser.get(f"{page_of(inside)[:-1]}.pdf")
        assert (page.status_code, paper.status_code) == ((200, 200) if reads else (404, 404))
        body = page.content.decode()
        assert ("还在审核的话" in body, "已经报送的话" in body) == (reads or (False, False))
    one = browser_of(cast.reporter()).get(page_of(inside), {"update": str(submitted.uuid)}).content.decode()
    assert ("还在审核的话" in one, "已经报送的话" in one) == (False, True)


def test_reviewer_notes_the_signature_on_the_page_of_the_slip(browser_of: BrowserOf) -> None:
    first, second = builders.an_update(S.IN_REVIEW), builders.an_update(S.SUBMITTED)
    reviewer, page = browser_of(cast.reviewer()), page_of(first)
    assert notable(browser_of(cast.reporter()).get(page)) == []
    assert browser_of(cast.reporter()).post(page, sent(first)).status_code == 403
    assert len(notable(reviewer.get(page))) == 2
    faults: list[dict[str, object]] = [
        {"texts": []},
        {"signed_by": ""},
        {"signed_on": "2020-07-02"},
        {"signed_on": "2020-06-01"},
    ]
    for wrong in faults:
        refused = reviewer.post(page, sent(first, **wrong))
        assert refused.status_code == 422
        assert 'id="error-summary"' in refused.content.decode()
    done = reviewer.post(page, sent(first), follow=True)
    assert "The signature of 1 text is noted." in done.content.decode()
    assert [text.update for text in notable(done)] == [second]
    assert SignedSlip.objects.get().signed_by == "王建军"
    clerk = browser_of(cast.clerk())
    assert notable(clerk.post(page, sent(second), follow=True)) == []


def test_signature_is_said_on_the_update_and_in_the_queues_until_it_is_void(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    update = builders.an_update(S.IN_REVIEW)
    detail, reviewer = f"/p/a-policy/updates/{update.uuid}/", browser_of(cast.reviewer())
    assert f"{page_of(update)}?update={update.uuid}" in reviewer.get(detail).content.decode()
    reviewer.post(page_of(update), sent(update))
    said = "王建军, July 1, 2020, for draft 1"

    def words(browser: Client, place: str) -> str:
        return " ".join(browser.get(place).content.decode().split())

    for place in (detail, "/review/"):
        assert said in words(reviewer, place)
        assert "Signed on paper" in words(reviewer, place)
    update = builders.perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    clerk = browser_of(cast.clerk())
    assert said in words(clerk, "/p/a-policy/check/")
    board = f"/p/a-policy/periods/{update.period.uuid}/board/"
    assert "signed on paper" in words(clerk, board)
    update = builders.returned_by_office(update)
    assert "signed on paper" in words(clerk, board)
    assert "Draft 2 is not submitted yet and not signed." in words(reviewer, detail)
    assert "Signature void" not in words(reviewer, detail)
    builders.perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    assert "signed on paper" not in words(clerk, board)
    for place in (detail, "/review/"):
        assert "Signature void" in words(reviewer, place)
        assert "Draft 2 came since and is not signed." in words(reviewer, place)


def test_noted_signature_is_corrected_on_its_page_and_the_old_note_stays_readable(
    browser_of: BrowserOf,
) -> None:
    update, reviewer = builders.an_update(S.IN_REVIEW), browser_of(cast.reviewer())
    reviewer.post(page_of(update), sent(update))
    detail, slip = f"/p/a-policy/updates/{update.uuid}/", SignedSlip.objects.get()
    place = f"/p/a-policy/signatures/{slip.uuid}/correct/"
    for shown in (detail, page_of(update)):
        assert place in reviewer.get(shown).content.decode()
        assert place not in browser_of(cast.reporter()).get(shown).content.decode()
    asked = reviewer.get(place).content.decode()
    assert 'value="王建军"' in asked
    assert 'value="2020-07-01"' in asked
    typed = {"signed_by": "王建国", "signed_on": "2020-07-01", "reason": ""}
    assert reviewer.post(place, typed).status_code == 422
    done = reviewer.post(place, {**typed, "reason": "看错了姓名"}, follow=True)
    page = " ".join(done.content.decode().split())
    for words in ("The noted signature is corrected.", "王建国, July 1, 2020, for draft 1", "看错了姓名"):
        assert words in page
    assert "<s>王建军 July 1, 2020</s>" in page
    gone = reviewer.get(place).content.decode()
    assert "This note cannot be corrected now" in gone
    late = reviewer.post(place, {**typed, "signed_by": "王军", "reason": "又看错"})
    assert (late.status_code, "王军" in late.content.decode()) == (409, True)
    assert "王建国" in browser_of(cast.reviewer()).get("/review/").content.decode()


def test_one_wrong_name_on_one_paper_is_one_correction(browser_of: BrowserOf) -> None:
    updates, reviewer = [builders.an_update(S.IN_REVIEW) for _n in range(3)], browser_of(cast.reviewer())
    reviewer.post(page_of(updates[0]), sent(*updates))
    slips = list(SignedSlip.objects.order_by("pk"))
    place = f"/p/a-policy/signatures/{slips[0].uuid}/correct/"
    page = reviewer.get(place)
    assert "Texts that were noted together" in page.content.decode()
    assert page.context["form"]["slips"].initial == [str(slip.uuid) for slip in slips], "all are ticked"
    typed = {"signed_by": "王建国", "signed_on": "2020-07-01", "reason": "看错了姓名"}
    assert reviewer.post(place, {**typed, "slips": []}).status_code == 422
    chosen = [str(slip.uuid) for slip in slips[:2]]
    done = reviewer.post(place, {**typed, "slips": chosen}, follow=True).content.decode()
    assert "2 noted signatures are corrected." in done
    corrected = SignedSlip.objects.filter(number=2, signed_by="王建国", reason="看错了姓名")
    assert [row.revision.update for row in corrected] == updates[:2]
    alone = reviewer.get(f"/p/a-policy/signatures/{slips[2].uuid}/correct/")
    assert alone.context["form"]["slips"].is_hidden, "the others say something else by now"


def test_slip_asks_the_same_for_one_as_for_five(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    update, counts = builders.an_update(S.IN_REVIEW), []
    for more in (0, 4):
        for _n in range(more):
            builders.an_update(S.IN_REVIEW)
        counts.append(queries_of(browser_of(cast.reviewer()), page_of(update)))
    assert counts[0] == counts[1]
