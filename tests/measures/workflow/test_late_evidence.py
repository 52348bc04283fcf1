"""What arrives after the office entered a text for a department stands beside it (docs/domain.md 4.33)."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.actors import Actor
from measures import verification
from measures.evidence_storage import look_at
from measures.models import Act, Event, EvidenceFile, LateEvidence, PeriodState, ProgressUpdate, UpdateState
from measures.models.fingerprints import text_digest
from measures.workflow.errors import WrongStateError
from measures.workflow.evidence import add_late_files, withdraw_file
from tests import builders, cast
from tests.builders import an_update, moment, perform, text_in_work
from tests.evidence import a_pdf, an_upload
from tests.tampering import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "on_day", "calendar")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]


def entered() -> ProgressUpdate:
    return perform(Act.FILE_ON_BEHALF, cast.clerk(), an_update())


def late(update: ProgressUpdate, actor: Actor | None = None, *names: str) -> list[EvidenceFile]:
    files = [look_at(an_upload(name, a_pdf(name))) for name in names or ("扫描件.pdf",)]
    return add_late_files(actor or cast.second_clerk(), update, files, moment())


def opens(browser: Client, address: str) -> int:
    answer = browser.get(address)
    if answer.streaming:
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # of a file
        assert content.startswith(b"%PDF")
    return answer.status_code


def faults() -> list[str]:
    with translation.override("zh-hans"):
        return [fault for fault in verification.record_faults() if not fault.startswith("填报期")]


def test_scan_that_comes_later_stands_beside_the_text_that_the_office_entered() -> None:
    update = entered()
    text, before = text_in_work(update), text_digest(text_in_work(update))
    [file] = late(update)
    assert late(update) == [file]  # sent twice
    assert list(text.late_evidence.values_list("file", "sha256")) == [(file.pk, file.sha256)]
    assert (text.evidence.count(), text_digest(text)) == (0, before), "it is sealed as it was entered"
    event = Event.objects.of_update(update).get(act=Act.ADD_LATE_EVIDENCE)
    assert event.comment == f"扫描件.pdf（SHA-256：{file.sha256}）"
    assert (event.user, event.department) == (cast.second_clerk().person, cast.the_office())
    now = ProgressUpdate.objects.get(pk=update.pk)
    assert (now.state, now.version) == (S.SUBMITTED, update.version)
    assert faults() == []
    late(perform(Act.CONFIRM, cast.second_clerk(), now), None, "原件.pdf")
    assert LateEvidence.objects.count() == 2


def test_late_evidence_is_of_the_clerk_and_of_a_text_that_the_office_entered_and_that_stands() -> None:
    update = entered()
    for actor in (cast.reporter(), cast.reviewer(), cast.signer(), cast.leader(), cast.clerk_elsewhere()):
        with pytest.raises(PermissionDenied):
            late(update, actor)
    for names in (("同名.pdf",), ("一.pdf", "二.pdf", "三.pdf", "四.pdf")):
        late(update, None, *names)
    with pytest.raises(ValidationError, match="evidence"):
        late(update, None, "第六份.pdf")
    own = an_update(S.SUBMITTED)
    returned = perform(Act.RETURN, cast.second_clerk(), entered())
    archived = entered()
    builders.set_period_state(archived.period, PeriodState.ARCHIVED)
    for other in (own, returned, archived):
        with pytest.raises(WrongStateError):
            late(other)


def test_who_reads_the_text_has_the_file_and_the_next_text_takes_it_along(browser_of: BrowserOf) -> None:
    update = entered()
    place = reverse("measures:evidence_late", args=["a-policy", update.uuid])
    detail = reverse("measures:update_detail", args=["a-policy", update.uuid])
    clerk, reporter = browser_of(cast.second_clerk()), browser_of(cast.reporter())
    assert place in clerk.get(detail).content.decode()
    assert place not in reporter.get(detail).content.decode()
    assert reporter.get(place).status_code == 403
    empty = clerk.post(place, {})
    assert (empty.status_code, "Choose a file first." in empty.content.decode()) == (422, True)
    done = clerk.post(place, {"evidence": an_upload("扫描件.pdf")}, follow=True).content.decode()
    assert "1 file is added." in done
    assert "added later by" in done
    assert "added later by" in clerk.get(reverse("measures:check_queue")).content.decode()
    file = EvidenceFile.objects.get()
    address = reverse("measures:evidence_download", args=["a-policy", file.uuid])
    assert [opens(browser_of(actor), address) for actor in (cast.auditor(), cast.reporter("jyj"))] == [
        200,
        404,
    ]
    update = perform(Act.CONFIRM, cast.second_clerk(), ProgressUpdate.objects.get(pk=update.pk))
    assert opens(browser_of(cast.reporter("jyj")), address) == 200
    measure = reverse("measures:measure_detail", args=["a-policy", update.measure.uuid])
    assert "with 1 evidence file" in reporter.get(measure).content.decode()
    text = text_in_work(update)
    update = perform(Act.CORRECT, cast.reporter(), update)
    assert "while it stands" in clerk.get(place).content.decode()
    assert clerk.post(place, {"evidence": an_upload("又一份.pdf", a_pdf("又"))}).status_code == 409
    perform(Act.SUBMIT_FOR_REVIEW, cast.reporter(), update)
    assert list(text_in_work(update).evidence.all()) == [file]
    withdrawn = perform(Act.WITHDRAW, cast.reporter(), ProgressUpdate.objects.get(pk=update.pk))
    withdraw_file(cast.reporter(), file, "扫描不清", moment())
    assert [row.file for row in text.late_evidence.all()] == [file]
    assert withdrawn.in_force == text


def test_verification_names_a_late_file_that_is_not_the_one_that_came() -> None:
    update = entered()
    [file] = late(update)
    EvidenceFile.objects.filter(pk=file.pk).update(sha256="0" * 64)  # no trigger guards this row
    assert any("后补佐证材料“扫描件.pdf”与办理记录不一致" in fault for fault in faults())
    EvidenceFile.objects.filter(pk=file.pk).update(sha256=file.sha256)
    assert faults() == []
    unguarded()
    LateEvidence.objects.all()._raw_delete(using="default")
    assert any("后补佐证材料的数量与办理记录不一致" in fault for fault in faults())
