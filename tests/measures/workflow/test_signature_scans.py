"""The scan of a signed slip: beside its note, for each text, and no evidence (docs/domain.md 4.32)."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.actors import Actor
from measures import verification
from measures.evidence_storage import ReceivedFile, look_at
from measures.models import Act, Event, EvidenceFile, LateEvidence, ProgressUpdate, SignedSlip, UpdateState
from measures.models.fingerprints import text_digest
from measures.workflow.errors import WrongStateError
from measures.workflow.evidence import withdraw_file
from measures.workflow.signature_scans import add_scans, note_with_scans
from tests import builders, cast, evidence
from tests.builders import an_update, moment, perform, text_in_work
from tests.evidence import a_pdf, an_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "on_day", "calendar")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


def scanned(*names: str) -> list[ReceivedFile]:
    return [look_at(an_upload(name, a_pdf(name))) for name in names]


def noted(*updates: ProgressUpdate, scans: tuple[str, ...] = (), by: Actor | None = None) -> list[SignedSlip]:
    texts = [text_in_work(update) for update in updates]
    return note_with_scans(by or cast.reviewer(), texts, "王建军", cast.DAY, scanned(*scans), moment())


def scans_of(update: ProgressUpdate) -> list[str]:
    rows = EvidenceFile.objects.filter(late__revision=text_in_work(update), place=None)
    return list(rows.order_by("pk").values_list("name", flat=True))


def status_of(browser: Client, file: EvidenceFile) -> int:
    answer = browser.get(reverse("measures:evidence_download", args=["a-policy", file.uuid]))
    if answer.streaming:
        assert "attachment" in answer["Content-Disposition"]
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # of a file
    return answer.status_code


def test_scan_of_one_paper_stands_with_each_of_its_texts_and_is_kept_once() -> None:
    updates = [an_update(S.IN_REVIEW) for _n in range(3)]
    before = [text_digest(text_in_work(update)) for update in updates]
    noted(*updates, scans=("签字页.pdf",))
    assert [scans_of(update) for update in updates] == [["签字页.pdf"]] * 3
    assert len(set(EvidenceFile.objects.values_list("stored_as", flat=True))) == 1
    assert [text_digest(text_in_work(update)) for update in updates] == before, "they are sealed as they were"
    file = EvidenceFile.objects.filter(update=updates[0]).get()
    event = Event.objects.of_update(updates[0]).get(act=Act.ADD_LATE_EVIDENCE)
    assert event.comment == f"报送单签字扫描件 签字页.pdf（SHA-256：{file.sha256}）"
    assert (event.user, event.department) == (cast.reviewer().person, updates[0].department)
    with translation.override("zh-hans"):
        assert [fault for fault in verification.record_faults() if not fault.startswith("填报期")] == []
        EvidenceFile.objects.filter(pk=file.pk).update(sha256="0" * 64)
        assert any("签字页.pdf”与办理记录不一致" in fault for fault in verification.record_faults())


def test_scan_comes_later_by_whoever_notes_and_only_while_the_text_is_as_it_was_signed() -> None:
    update = an_update(S.SUBMITTED)
    slips = noted(update)
    for actor in (cast.reporter(), cast.reviewer("jyj"), cast.signer(), cast.leader()):
        with pytest.raises(PermissionDenied):
            add_scans(actor, slips, scanned("签字页.pdf"), moment())
    assert scans_of(update) == []
    add_scans(cast.reviewer(), slips, scanned("签字页.pdf"), moment())
    add_scans(cast.reviewer(), slips, scanned("签字页.pdf"), moment())  # sent twice
    add_scans(cast.clerk(), slips, scanned("二.pdf", "三.pdf", "四.pdf", "五.pdf"), moment())
    assert scans_of(update) == ["签字页.pdf", "二.pdf", "三.pdf", "四.pdf", "五.pdf"]
    with pytest.raises(ValidationError, match="不超过5份"):
        add_scans(cast.reviewer(), slips, scanned("六.pdf"), moment())
    update = builders.returned_by_office(update)
    with pytest.raises(WrongStateError, match="重新打印"):
        add_scans(cast.reviewer(), slips, scanned("迟到.pdf"), moment())
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    with pytest.raises(ValidationError, match="此前文稿"):
        noted(update, scans=("签字页.pdf",))
    assert SignedSlip.objects.count() == 1, "all or none"
    assert LateEvidence.objects.count() == 5


def test_scan_is_no_evidence_and_goes_along_with_no_later_text() -> None:
    update = an_update(S.DRAFT)
    names = [f"{number}.pdf" for number in range(1, 6)]
    evidence.added(update, *(an_upload(name, a_pdf(name)) for name in names))
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), ProgressUpdate.objects.get(pk=update.pk))
    noted(update, scans=("签字页.pdf",))  # a sixth file: it takes no place
    [scan] = EvidenceFile.objects.filter(place=None)
    update = perform(Act.WITHDRAW, cast.reporter(), update)
    with pytest.raises(WrongStateError, match="不可撤下"):
        withdraw_file(cast.reporter(), scan, "不要了", moment())
    update = perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    assert text_in_work(update).evidence.count() == 5
    assert scan not in text_in_work(update).evidence.all()


def test_scan_is_noted_with_the_signature_and_shown_with_it_to_those_who_see_it(
    browser_of: BrowserOf,
) -> None:
    updates = [an_update(S.IN_REVIEW) for _n in range(2)]
    slip_page = reverse(
        "measures:filing_slip", args=["a-policy", updates[0].period.uuid, updates[0].department.slug]
    )
    detail = reverse("measures:update_detail", args=["a-policy", updates[0].uuid])
    reviewer = browser_of(cast.reviewer())
    assert 'name="scans"' in reviewer.get(slip_page).content.decode()
    typed = {"texts": [str(text_in_work(row).uuid) for row in updates], "signed_by": "王建军"}
    typed["signed_on"] = "2020-07-01"
    bad = an_upload("签字页.pdf", b"no paper at all")
    assert reviewer.post(slip_page, {**typed, "scans": bad}).status_code == 422
    assert not SignedSlip.objects.exists()
    done = reviewer.post(slip_page, {**typed, "scans": an_upload("签字页.pdf")}, follow=True)
    file = EvidenceFile.objects.filter(update=updates[0]).get()
    address = reverse("measures:evidence_download", args=["a-policy", file.uuid])
    assert address in done.content.decode()
    slip = SignedSlip.objects.get(revision__update=updates[0])
    later = reverse("measures:signature_scan", args=["a-policy", slip.uuid])
    shown = reviewer.get(detail).content.decode()
    assert address in shown
    assert later in shown
    assert reviewer.post(later, {}).status_code == 422
    both = [str(row.uuid) for row in SignedSlip.objects.order_by("pk")]
    more = reviewer.post(
        later, {"slips": both, "scans": an_upload("背面.pdf", a_pdf("背面"))}, follow=True
    ).content.decode()
    assert "The scan of the signed slip is added." in more
    assert [scans_of(update) for update in updates] == [["签字页.pdf", "背面.pdf"]] * 2


def test_scan_is_had_by_its_department_and_once_approved_by_those_who_see_the_signature(
    browser_of: BrowserOf,
) -> None:
    update, reviewer = an_update(S.IN_REVIEW), browser_of(cast.reviewer())
    noted(update, scans=("签字页.pdf",))
    [file] = EvidenceFile.objects.all()
    detail = reverse("measures:update_detail", args=["a-policy", update.uuid])
    address = reverse("measures:evidence_download", args=["a-policy", file.uuid])
    readers = (cast.reporter(), cast.clerk(), cast.auditor(), cast.leader(), cast.reporter("jyj"))
    assert [status_of(browser_of(actor), file) for actor in readers] == [200, 404, 404, 404, 404]
    assert address not in browser_of(cast.clerk()).get(detail).content.decode(), "it is in review still"
    update = perform(Act.APPROVE_AND_SUBMIT, cast.reviewer(), update)
    assert [status_of(browser_of(actor), file) for actor in readers] == [200, 200, 200, 200, 404]
    assert address in browser_of(cast.clerk()).get(detail).content.decode()
    update = perform(Act.CONFIRM, cast.second_clerk(), update)
    assert status_of(browser_of(cast.reporter("jyj")), file) == 404, "who reads the text sees no signature"
    measure = reverse("measures:measure_detail", args=["a-policy", update.measure.uuid])
    assert "evidence file" not in reviewer.get(measure).content.decode(), "it is none"
    perform(Act.CORRECT, cast.reporter(), update)
    shown = reviewer.get(detail).content.decode()
    assert shown.count(address) == 2, "with the signature in force, and with its text among all texts"


def test_a_scan_is_of_chosen_texts_whose_slip_was_noted() -> None:
    update = an_update(S.IN_REVIEW)
    not_noted = SignedSlip(revision=text_in_work(update))
    with pytest.raises(ValidationError):
        add_scans(cast.reviewer(), [], scanned("签字页.pdf"), moment())
    with pytest.raises(WrongStateError):
        add_scans(cast.reviewer(), [not_noted], scanned("签字页.pdf"), moment())
    assert not EvidenceFile.objects.exists()
