"""Evidence on pages: added beside the text in work, handed out to whoever may read it, withdrawn."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from langfang_policy import clock
from measures.models import EvidenceFile, HeldText, ProgressUpdate, UpdateState
from measures.pages import held_text
from measures.workflow import evidence, updates
from tests import builders, cast
from tests.builders import a_measure, an_update, brought_to, moment
from tests.evidence import PNG, a_pdf, added, an_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "on_day", "calendar")]
BrowserOf = Callable[[Actor], Client]
S: Final = UpdateState


def add_address(update: ProgressUpdate) -> str:
    return reverse("measures:evidence_add", args=["a-policy", update.uuid])


def edit_address(update: ProgressUpdate) -> str:
    return reverse("measures:update_edit", args=["a-policy", update.uuid])


def detail_address(update: ProgressUpdate) -> str:
    return reverse("measures:update_detail", args=["a-policy", update.uuid])


def file_address(file: EvidenceFile, name: str = "evidence_download") -> str:
    return reverse(f"measures:{name}", args=["a-policy", file.uuid])


def status_of(browser: Client, address: str) -> int:
    answer = browser.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # of a file; now it is closed
    return answer.status_code


def typed(update: ProgressUpdate, *files: SimpleUploadedFile, **changes: Any) -> dict[str, Any]:
    """The form of the update as a browser sends it by the button “Add files”."""
    token = held_text.token_for(cast.reporter().person, update)
    usual = {"version": update.version, "situation": "progress", "self_assessment": "normal", "page": "p1"}
    words = {"headline": "打了一半的一句话", "progress": "还没有保存的进展"}
    return {**usual, **words, "token": token, "evidence": list(files), **changes}


def fresh(update: ProgressUpdate) -> ProgressUpdate:
    return ProgressUpdate.objects.with_context().get(pk=update.pk)


# --- coming in --------------------------------------------------------------------------------------


def test_evidence_is_added_and_what_was_typed_stands_there_still(browser_of: BrowserOf) -> None:
    """And is kept as the autosave keeps it: not saved, not lost."""
    update = an_update(S.DRAFT)
    reporter = browser_of(cast.reporter())
    answer = reporter.post(add_address(update), typed(update, an_upload(), an_upload("图.png", PNG)))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert [row.name for row in answer.context["evidence"].present] == ["竞赛名单.pdf", "图.png"]
    assert "2 files are added." in body
    assert "还没有保存的进展" in body
    assert fresh(update).version == update.version
    assert HeldText.objects.get().fields["headline"] == "打了一半的一句话"
    assert "还没有保存的进展" in reporter.get(edit_address(update)).content.decode()


def test_evidence_that_is_added_keeps_no_text_that_is_saved(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    same = typed(update, an_upload(), headline=builders.a_text().headline, progress="")
    browser_of(cast.reporter()).post(add_address(update), same)
    assert EvidenceFile.objects.exists()
    assert not HeldText.objects.exists()


@pytest.mark.parametrize(
    ("uploads", "words"),
    [
        ([], "Choose a file first."),
        ([an_upload("大.pdf", a_pdf() * 90_000)], "“大.pdf” is too large: a file has 1 MB at most."),
        ([an_upload("名单.pdf", PNG)], "its name should end in .png"),
        ([an_upload("程序.exe", b"MZ\x90" * 99)], "none of the kinds that are taken"),
        ([an_upload("长" * 130 + ".pdf")], "134 characters, at most 120"),
        ([an_upload(f"{n}.pdf", a_pdf(str(n))) for n in range(6)], "These are 6 files; there are 5 at most."),
    ],
)
def test_evidence_that_is_refused_says_why_at_its_field_and_nothing_typed_is_lost(
    browser_of: BrowserOf, settings: LazySettings, uploads: list[SimpleUploadedFile], words: str
) -> None:
    settings.EVIDENCE_MAX_BYTES = 1 << 20
    for upload in uploads:
        upload.seek(0)
    update = an_update(S.DRAFT)
    answer = browser_of(cast.reporter()).post(add_address(update), typed(update, *uploads))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["files"].has_error("evidence")
    assert body.count(words) == 2  # above the form, and at the field
    assert "还没有保存的进展" in body
    assert not EvidenceFile.objects.exists()


def test_evidence_that_is_one_too_many_is_told_at_the_field(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    added(update, *(an_upload(f"{name}.pdf", a_pdf(name)) for name in "甲乙丙丁"))
    more = [an_upload(f"{name}.pdf", a_pdf(name)) for name in "戊己"]
    answer = browser_of(cast.reporter()).post(add_address(update), typed(update, *more))
    assert answer.status_code == 422
    assert "“己.pdf” is one too many" in answer.content.decode()
    assert EvidenceFile.objects.count() == 4


def test_evidence_that_comes_too_late_leaves_the_text(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    sent = typed(update, an_upload())
    brought_to(S.IN_REVIEW, update)
    answer = browser_of(cast.reporter()).post(add_address(update), sent)
    assert answer.status_code == 409
    assert "only while the text may be written" in answer.content.decode()
    assert "还没有保存的进展" in answer.content.decode()
    assert not EvidenceFile.objects.exists()


def test_evidence_sent_after_sign_out_leaves_the_text_waiting() -> None:
    update = an_update(S.DRAFT)
    answer = Client().post(add_address(update), typed(update, an_upload()))
    assert answer.status_code == 302
    assert HeldText.objects.get().fields["progress"] == "还没有保存的进展"
    assert not EvidenceFile.objects.exists()


@pytest.mark.parametrize("act", ["save", "submit"])
def test_file_that_was_chosen_and_not_added_is_pointed_out(browser_of: BrowserOf, act: str) -> None:
    """By the other buttons a browser sends its name alone."""
    update = an_update(S.DRAFT)
    sent = {**typed(update), "act": act, "evidence": "竞赛名单.pdf"}
    answer = browser_of(cast.reporter()).post(edit_address(update), sent, follow=True)
    assert "“竞赛名单.pdf” was chosen and not added" in answer.content.decode()
    assert fresh(update).state == S.DRAFT
    assert (fresh(update).version > update.version) == (act == "save")


def test_form_without_scripts_sends_text_and_files_together(browser_of: BrowserOf) -> None:
    """The box and its button belong to the form of the text, which goes in parts by that button alone."""
    body = browser_of(cast.reporter()).get(edit_address(an_update(S.DRAFT))).content.decode()
    box = body[body.index('name="evidence"') - 200 :][:500]
    assert 'form="update-form"' in box
    button = body[body.index("formaction=") - 200 :][:500]
    assert 'form="update-form"' in button
    assert 'formenctype="multipart/form-data"' in button
    assert 'enctype="multipart/form-data"' not in body.replace('formenctype="multipart/form-data"', "")


# --- going out --------------------------------------------------------------------------------------


def test_evidence_goes_out_as_it_came_to_be_saved(browser_of: BrowserOf) -> None:
    [file] = added(an_update(S.DRAFT), an_upload('2020年"竞赛"; 名单.pdf'.replace('"', "”")))
    answer = browser_of(cast.reporter()).get(file_address(file))
    assert b"".join(answer.streaming_content) == a_pdf()  # type: ignore[attr-defined]  # of a file
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(a_pdf()))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(file.name)}"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_evidence_that_is_not_what_was_handed_in_is_told_and_never_served(
    browser_of: BrowserOf, evidence_folder: Path, damage: str
) -> None:
    [file] = added(an_update(S.DRAFT))
    place = evidence_folder / file.stored_as
    place.unlink()
    if damage == "altered":
        place.write_bytes(a_pdf("他单"))
    answer = browser_of(cast.reporter()).get(file_address(file))
    assert answer.status_code == 409
    assert "Content-Disposition" not in answer
    assert "This file cannot be handed out" in answer.content.decode()
    assert "check_evidence" in answer.content.decode()


READERS: Final[dict[str, Callable[[], Actor]]] = {
    "own": cast.reporter,
    "reviewer": cast.reviewer,
    "lead": lambda: cast.reporter("czj"),
    "clerk": cast.clerk,
    "auditor": cast.auditor,
    "leader": cast.leader,
    "other": lambda: cast.reporter("jyj"),
    "stranger": cast.stranger,
}
EVERYBODY: Final = set(READERS)


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        (S.DRAFT, {"own", "reviewer"}),
        (S.IN_REVIEW, {"own", "reviewer"}),
        (S.RETURNED, {"own", "reviewer"}),
        (S.SUBMITTED, {"own", "reviewer", "lead", "clerk", "auditor"}),
        (S.CONFIRMED, EVERYBODY),
    ],
)
def test_evidence_is_read_by_who_reads_its_text(
    browser_of: BrowserOf, state: UpdateState, readers: set[str]
) -> None:
    update = an_update(S.DRAFT, measure=a_measure(leads=("zgh", "czj")))
    [file] = added(update)
    if state != S.DRAFT:
        brought_to(state, fresh(update))
    for name, who in READERS.items():
        expected = 200 if name in readers else 404
        assert status_of(browser_of(who()), file_address(file)) == expected, (state, name)


def test_evidence_that_is_added_to_a_correction_stays_with_its_department(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    [public] = added(update)
    update = builders.in_correction(brought_to(S.CONFIRMED, fresh(update)))
    [own] = added(update, an_upload("更正依据.pdf", a_pdf("依据")))
    for who in (cast.clerk, cast.leader, lambda: cast.reporter("jyj")):
        assert status_of(browser_of(who()), file_address(public)) == 200
        assert status_of(browser_of(who()), file_address(own)) == 404
        assert "更正依据" not in browser_of(who()).get(detail_address(update)).content.decode()
    assert "更正依据" in browser_of(cast.reviewer()).get(detail_address(update)).content.decode()


def test_evidence_is_of_its_own_policy_alone(browser_of: BrowserOf) -> None:
    [file] = added(an_update(S.DRAFT))
    builders.a_policy("other-policy")
    address = reverse("measures:evidence_download", args=["other-policy", file.uuid])
    assert browser_of(cast.reporter()).get(address).status_code == 404


# --- on pages ---------------------------------------------------------------------------------------


def test_evidence_stands_with_the_text_for_all_who_read_it(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    [file] = added(update)
    update = brought_to(S.SUBMITTED, fresh(update))
    link = file_address(file)
    for who, page in (
        (cast.reviewer(), detail_address(update)),
        (cast.clerk(), detail_address(update)),
        (cast.clerk(), reverse("measures:check_queue")),
    ):
        assert link in browser_of(who).get(page).content.decode()
    updates.confirm(cast.clerk(), update, update.version, moment())
    assert link in browser_of(cast.leader()).get(detail_address(update)).content.decode()
    page = reverse("measures:measure_detail", args=["a-policy", update.measure.uuid])
    assert "the update with 1 evidence file</a>" in browser_of(cast.leader()).get(page).content.decode()


def test_name_of_an_unsubmitted_file_is_not_in_the_record_of_others(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    added(update)
    for who, sees in ((cast.reviewer(), True), (cast.clerk(), False), (cast.leader(), False)):
        body = browser_of(who).get(detail_address(update)).content.decode()
        assert ("竞赛名单.pdf" in body) == sees
        assert "dd evidence" in body


def test_evidence_is_withdrawn_after_a_question(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    [file] = added(update)
    reporter, address = browser_of(cast.reporter()), file_address(file, "evidence_withdraw")
    assert address in reporter.get(edit_address(update)).content.decode()
    assert "竞赛名单.pdf" in reporter.get(address).content.decode()
    silent = reporter.post(address, {"reason": ""})
    assert (silent.status_code, silent.context["form"].has_error("reason")) == (422, True)
    done = reporter.post(address, {"reason": "传错了"}, follow=True)
    assert "“竞赛名单.pdf” is withdrawn." in done.content.decode()
    assert done.context["evidence"].present == []
    body = reporter.get(detail_address(update)).content.decode()
    assert "传错了" in body
    assert "cannot be withdrawn now" in reporter.get(address).content.decode()
    assert browser_of(cast.reporter("jyj")).get(address).status_code == 404
    assert browser_of(cast.reviewer()).get(address).status_code == 403


def test_evidence_costs_a_page_the_same_for_many(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    update = an_update(S.DRAFT)
    files = [an_upload(f"{name}.pdf", a_pdf(name)) for name in "甲乙丙丁"]
    added(update, files[0])
    brought_to(S.IN_REVIEW, fresh(update))
    other = an_update(S.DRAFT)
    reviewer = browser_of(cast.reviewer())
    pages = [detail_address(update), reverse("measures:review_queue")]
    few = [queries_of(reviewer, page) for page in pages]
    updates.withdraw(cast.reporter(), fresh(update), fresh(update).version, moment())
    added(update, *files[1:])
    brought_to(S.IN_REVIEW, fresh(update))
    added(other, *files)
    brought_to(S.IN_REVIEW, fresh(other))
    assert queries_of(reviewer, pages[1]) == few[1]
    assert queries_of(reviewer, pages[0]) <= few[0] + 2  # it has two texts now, which are compared


# --- what came on paper -----------------------------------------------------------------------------


def test_evidence_comes_with_what_the_office_enters(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT)
    [own] = added(update)
    address = reverse("measures:update_on_behalf", args=["a-policy", update.uuid])
    sent = {
        "version": update.version,
        "situation": "progress",
        "self_assessment": "normal",
        "headline": "电话报来",
        "received_from": "李建国",
        "received_by": "telephone",
        "received_on": clock.today().isoformat(),
    }
    clerk = browser_of(cast.clerk())
    wrong = clerk.post(address, {**sent, "evidence": [an_upload("扫描.pdf", PNG)]})
    assert wrong.status_code == 422
    assert "its name should end in .png" in wrong.content.decode()
    assert "电话报来" in wrong.content.decode()
    clerk.post(address, {**sent, "evidence": [an_upload("扫描.png", PNG)]})
    body = clerk.get(detail_address(update)).content.decode()
    assert "扫描.png" in body
    assert own.name not in body
    assert evidence.may_change_evidence(cast.clerk(), fresh(update)) is False
    assert own.name in browser_of(cast.reporter()).get(detail_address(update)).content.decode()
