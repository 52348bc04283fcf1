"""Batches as people have them made: asked for, followed, cancelled, fetched, and tried again."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from departments.actors import Actor
from langfang_policy import clock
from measures.models import BackgroundWorker, Batch, BatchDocument, BatchState, UpdateState
from measures.reports import background
from measures.reports import batches as documents
from measures.reports.documents import Document
from measures.views import batches as views
from tests import builders, cast
from tests.measures import batch_rows as rows

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("the same pages over the same rows; acts, constraints and the worker run on both"),
    pytest.mark.usefixtures("on_the_day"),
]
BrowserOf = Callable[[Actor], Client]
LIST = "/p/a-policy/batches/"


@pytest.fixture(autouse=True)
def pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Document, "pdf", lambda document, html="": f"%PDF {document.title}".encode())


def page_of(batch: Batch, act: str = "") -> str:
    return f"{LIST}{batch.uuid}/{act}"


def asked(client: Client, **words: str) -> Batch:
    period = rows.a_period()
    wanted = {"kind": "department", "format": "pdf", "period": str(period.uuid), **words}
    answer = client.post(f"{LIST}new/", wanted, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    batch = Batch.objects.latest("pk")
    assert answer.redirect_chain[-1][0] == page_of(batch)
    return batch


def made(batch: Batch) -> Batch:
    """All that waits."""
    for document in batch.documents.all():
        background.work_on(document.pk, "nobody")
    batch.refresh_from_db()
    return batch


def fetched(client: Client, batch: Batch) -> ZipFile:
    answer = client.get(page_of(batch, "file/"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # it streams


def test_batch_is_asked_for_followed_and_fetched_as_one_zip(browser_of: BrowserOf) -> None:
    clerk = browser_of(cast.clerk())
    rows.a_period()
    room = clerk.get("/p/a-policy/reports/").content.decode()
    assert room.count(f'action="{LIST}new/"') == 2  # of departments, and of measures
    batch = asked(clerk)
    worker = rows.a_worker()
    first, second = batch.documents.all()
    assert background.claim(first.pk, worker)
    page = clerk.get(page_of(batch)).content.decode()
    assert "0 of 2 made" in page
    assert '<a href="/p/a-policy/reports/" aria-current="true">' in page  # the report room, in the frame
    assert "市总工会" in page.split('id="batch-documents"')[0]  # being made now
    assert '<noscript><meta http-equiv="refresh" content="5; url=?watch=1"></noscript>' in page
    rows.a_worker("next")
    made(batch)
    page = clerk.get(page_of(batch)).content.decode()
    assert "2 of 2 made" in page
    assert "refresh" not in page
    assert page_of(batch, "file/") in clerk.get(LIST).content.decode()
    file = fetched(clerk, batch)
    assert file.testzip() is None
    assert file.namelist() == [
        "1_提高技术工人待遇实施意见市总工会落实情况报告（2020年第二季度）.pdf",
        "2_提高技术工人待遇实施意见市教育局落实情况报告（2020年第二季度）.pdf",
    ]
    for document in (first, second):
        document.refresh_from_db()
        content = file.read(file.namelist()[document.position - 1])
        assert hashlib.sha256(content).hexdigest() == document.sha256


def test_zip_has_what_was_made_and_names_what_was_not(browser_of: BrowserOf) -> None:
    batch = rows.ended(None, "二（二）")
    clerk = browser_of(cast.clerk())
    page = clerk.get(page_of(batch)).content.decode()
    assert "1 could not be made" in page
    assert page.index("没有这项举措") < page.index("二（一） 举措1")  # what failed stands first
    file = fetched(clerk, batch)
    assert file.namelist() == ["1_举措专页_二（一）.pdf", "未生成的文件.txt"]
    assert "2. 二（二） 举措2：没有这项举措" in file.read("未生成的文件.txt").decode("utf-8-sig")
    answer = clerk.post(page_of(batch, "retry/"), {"state": "failed"}, follow=True)
    assert "What was missing is made again" in answer.content.decode()
    assert made(batch).state == BatchState.DONE


def test_file_that_was_altered_is_not_handed_out_and_is_made_again(browser_of: BrowserOf) -> None:
    clerk, batch = browser_of(cast.clerk()), rows.ended()
    document = batch.documents.all()[0]
    with background.folder().open(document.file, "wb") as file:
        file.write(b"another")
    answer = clerk.get(page_of(batch, "file/"))
    assert answer.status_code == 409
    assert "二（一）" in answer.content.decode()
    clerk.post(page_of(batch, "retry/"), {"state": "done"})
    assert made(batch).state == BatchState.DONE
    assert len(fetched(clerk, batch).namelist()) == 2


def test_batch_is_cancelled_after_a_question(browser_of: BrowserOf) -> None:
    clerk, batch = browser_of(cast.clerk()), rows.asked_for()
    question = clerk.get(page_of(batch, "cancel/")).content.decode()
    assert 'name="state" value="queued"' in question
    answer = clerk.post(page_of(batch, "cancel/"), {"state": "queued"}, follow=True)
    assert "cancelled" in answer.content.decode()
    assert clerk.get(page_of(batch, "file/")).status_code == 404
    assert clerk.post(page_of(batch, "cancel/"), {"state": "queued"}).status_code == 422


def test_page_says_that_nobody_makes_documents(browser_of: BrowserOf) -> None:
    clerk, batch = browser_of(cast.clerk()), rows.asked_for()
    page = clerk.get(page_of(batch)).content.decode()
    assert "tell the administrator" in page
    assert "has waited" not in page  # for 0 minutes
    Batch.objects.update(waiting_since=timezone.now() - timedelta(minutes=7))
    page = clerk.get(page_of(batch)).content.decode()
    assert "aits for the worker" in page
    assert "has waited for 7\xa0minutes" in page
    assert "tell the administrator" in page
    assert "aits for the worker" in clerk.get(LIST).content.decode()
    rows.a_worker()
    assert "aits for the worker" not in clerk.get(page_of(batch)).content.decode()
    silent = timezone.now() - background.SILENCE - timedelta(seconds=1)
    BackgroundWorker.objects.update(started_at=silent, seen_at=silent)
    assert "aits for the worker" in clerk.get(page_of(batch)).content.decode()


def test_what_a_dead_worker_held_is_interrupted_and_not_being_made(browser_of: BrowserOf) -> None:
    clerk, batch = browser_of(cast.clerk()), rows.asked_for()
    assert background.claim(batch.documents.all()[0].pk, rows.a_worker())
    page = clerk.get(page_of(batch)).content.decode()
    assert "Interrupted" not in page
    silent = timezone.now() - background.SILENCE - timedelta(seconds=1)
    BackgroundWorker.objects.update(started_at=silent, seen_at=silent)
    page = clerk.get(page_of(batch)).content.decode()
    assert page.count("Interrupted") == 2  # the batch, and the document
    assert "has waited" not in page  # it was begun


def test_batch_is_seen_by_whoever_may_have_each_of_its_documents(browser_of: BrowserOf) -> None:
    """All departments: the office alone; the own one: that department too; dossiers: everybody."""
    everything = rows.ended(rows.asked_for(cast.leader(), rows.REPORTS))
    own = rows.ended(rows.asked_for(cast.reporter(), rows.REPORTS))
    dossiers = rows.ended(rows.asked_for(cast.reporter("jyj")))

    def seen(who: Actor) -> list[Batch]:
        client = browser_of(who)
        listed = list(client.get(LIST).context["page"])
        opened = [row for row in (everything, own, dossiers) if client.get(page_of(row)).status_code == 200]
        handed = [row for row in opened if client.get(page_of(row, "file/")).status_code == 200]
        assert listed[::-1] == opened == handed
        return opened

    for who in (cast.clerk(), cast.signer(), cast.leader(), cast.auditor()):
        assert seen(who) == [everything, own, dossiers]
    assert seen(cast.reviewer()) == [own, dossiers]
    for who in (cast.reporter("jyj"), cast.admin(), cast.former_reporter()):
        assert seen(who) == [dossiers]


def test_list_has_pages_and_only_the_reader_s_kinds_to_choose_from(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 1)
    monkeypatch.setattr(views, "DOCUMENTS_ON_A_PAGE", 1)
    first, second = rows.ended(), rows.asked_for(cast.leader())
    clerk = browser_of(cast.clerk())
    assert [list(clerk.get(LIST, {"page": n}).context["page"]) for n in (1, 2)] == [[second], [first]]
    assert 'value="department"' in clerk.get(LIST).content.decode()
    shown = [list(clerk.get(page_of(first), {"page": n}).context["page"]) for n in (1, 2)]
    assert [[row.position for row in page] for page in shown] == [[1], [2]]
    assert clerk.get(LIST).context["form"] is not None
    assert browser_of(cast.admin()).get(LIST).context["form"] is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"kind": "poem"}, "poem"), ({"format": "xlsx"}, "xlsx"), ({"length": "endless"}, "endless")],
)
def test_batch_that_cannot_be_is_told_above_the_list(
    browser_of: BrowserOf, wrong: dict[str, str], told: str
) -> None:
    wanted = {"kind": "department", "format": "pdf", "period": str(rows.a_period().uuid)}
    answer = browser_of(cast.clerk()).post(f"{LIST}new/", {**wanted, **wrong})
    assert answer.status_code == 422
    assert told in answer.content.decode().split('id="error-summary"')[1]


def test_long_document_is_offered_in_the_background_and_a_short_one_is_made(
    browser_of: BrowserOf, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader, period = browser_of(cast.leader()), rows.a_period()
    address = f"/p/a-policy/reports/status/{period.uuid}/"
    assert leader.get(address).content.startswith(b"%PDF")
    settings.BACKGROUND_MEASURES = 1  # type: ignore[attr-defined]  # of pytest-django
    page = leader.get(f"{address}?format=docx&length=brief").content.decode()
    assert "more than 1 measures" in page
    for name, value in {"kind": "status", "format": "docx", "length": "brief"}.items():
        assert f'name="{name}" value="{value}"' in page
    for name, form in (("department", "pdf"), ("measure", "pdf"), ("brief", "pdf"), ("ledger", "xlsx")):
        about = {"department": "zgh", "measure": "二（一）", "format": form}
        short = leader.get(f"/p/a-policy/reports/{name}/{period.uuid}/", about)
        assert short.content[:2] in {b"%P", b"PK"}, name
    batch = made(asked(leader, kind="status", format="docx", length="brief"))
    answer = leader.get(page_of(batch, "file/"))
    assert answer.content.startswith(b"PK")
    assert answer["Content-Disposition"].startswith("attachment")
    assert BatchDocument.objects.get().file_name.endswith(".docx")


def test_ledger_that_is_too_long_for_paper_is_refused_at_once(
    browser_of: BrowserOf, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKGROUND_MEASURES = 1  # type: ignore[attr-defined]  # of pytest-django
    monkeypatch.setattr("measures.reports.kinds.MOST_ROWS_ON_PAPER", 1)
    monkeypatch.setattr("measures.reports.documents.MOST_ROWS_ON_PAPER", 1)
    address = f"/p/a-policy/reports/ledger/{rows.a_period().uuid}/?format=pdf"
    answer = browser_of(cast.leader()).get(address, follow=True)
    assert "不宜打印" in answer.content.decode()


def test_old_batches_go_with_their_files(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are still being made stay, whatever their age; and so do the files of younger ones."""
    old, young, in_work = (
        rows.ended(),
        rows.ended(rows.asked_for(cast.leader())),
        rows.asked_for(cast.auditor()),
    )
    files = {batch: [row.file for row in batch.documents.all()] for batch in (old, young)}
    age = timezone.now() - timedelta(days=settings.BATCH_DAYS, minutes=1)
    Batch.objects.exclude(pk=young.pk).update(created_at=age)
    call_command("clear_documents")
    assert "批量文件 1 批" in capsys.readouterr().out
    assert set(Batch.objects.all()) == {young, in_work}
    assert all(background.folder().exists(name) for name in files[old])  # it may be on its way to a row
    documents.clear(timezone.now() + 2 * documents.ON_ITS_WAY)
    assert not any(background.folder().exists(name) for name in files[old])
    assert all(background.folder().exists(name) for name in files[young])


def test_same_batch_asked_for_once_more_leads_to_the_first_and_is_made_again_only_anyway(
    browser_of: BrowserOf,
) -> None:
    """While it is made, also for somebody else; and once it is made, until something is done."""
    clerk, other = browser_of(cast.clerk()), browser_of(cast.second_clerk())
    wanted = {"kind": "department", "format": "pdf", "period": str(rows.a_period().uuid)}

    def asked_once_more(browser: Client, **words: str) -> tuple[str, str]:
        answer = browser.post(f"{LIST}new/", {**wanted, **words}, follow=True)
        return answer.redirect_chain[-1][0], answer.content.decode()

    batch = asked(clerk)
    for browser, repeats in ((clerk, False), (other, True)):
        place, body = asked_once_more(browser)
        assert (place, "are being made already" in body) == (f"{page_of(batch)}?equal=1", True)
        assert ('name="again"' in body) is repeats
    made(batch)
    place, body = asked_once_more(clerk)
    assert (place, "nothing was changed since" in body) == (f"{page_of(batch)}?equal=1", True)
    assert Batch.objects.count() == 1
    again = asked(clerk, again="1")
    assert again != batch
    made(again)
    owed = rows.a_period().updates.get(department__slug="jyj", measure__ordinal=2)
    builders.brought_to(UpdateState.IN_REVIEW, owed, at=clock.now() + timedelta(minutes=1))
    assert asked(clerk) not in (batch, again)
