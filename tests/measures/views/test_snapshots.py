"""Two snapshots of one period beside each other, and what the report room rests on after a reopening."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from departments.actors import Actor
from measures import summaries
from measures.models import Measure, PeriodSnapshot, ReportingPeriod, SelfAssessment
from measures.models import UpdateState as S
from measures.models.fingerprints import digest
from measures.reports.kinds import KINDS, Asked
from measures.views import snapshots
from measures.workflow import periods
from tests import builders, cast
from tests.tampering import unguarded

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]
MORNING, LATER = builders.moment(), builders.moment(cast.DAY + timedelta(days=1))


def loaded() -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get()


def closed_once() -> Measure:
    """With a value and a text; another measure is there that stays as it is."""
    measure = builders.a_measure(title="开展劳动和技能竞赛")
    [subject] = builders.a_commitment(measure).subjects.all()
    text = builders.a_text("举办竞赛2场", values={subject.pk: (Decimal(1), None)})
    builders.an_update(S.CONFIRMED, measure=measure, text=text)
    builders.an_update(S.CONFIRMED, measure=builders.a_measure(title="另一项"))
    periods.close_period(cast.clerk(), loaded(), "", MORNING)
    return measure


def closed_twice(measure: Measure) -> None:
    """Between the closings the text was corrected: stalled, and another value."""
    periods.reopen_period(cast.signer(), loaded(), "更正", MORNING)
    [subject] = measure.commitments.get().subjects.all()
    stalled = builders.a_text(
        "举办竞赛9场", self_assessment=SelfAssessment.STALLED, values={subject.pk: (Decimal(3), None)}
    )
    correcting = builders.in_correction(builders.update_of(measure, "zgh"))
    builders.brought_to(S.CONFIRMED, correcting, text=stalled)
    periods.close_period(cast.clerk(), loaded(), "", MORNING)


def test_a_value_of_several_places_is_compared_place_by_place() -> None:
    measure = builders.a_measure()
    one, _other = builders.a_commitment(measure, "文安县", "霸州市").subjects.all()
    text = builders.a_text("已建1处", values={one.pk: (Decimal(1), None)})
    builders.an_update(S.CONFIRMED, measure=measure, text=text)
    periods.close_period(cast.clerk(), loaded(), "", MORNING)
    periods.reopen_period(cast.signer(), loaded(), "更正", MORNING)
    other = builders.a_text("已建2处", values={one.pk: (Decimal(2), None)})
    builders.brought_to(S.CONFIRMED, builders.in_correction(builders.update_of(measure, "zgh")), text=other)
    found = summaries.changes_since_closing(loaded(), cast.DAY)
    assert found is not None
    [changed] = found.measures
    assert "文安县 1" in str(changed)
    assert "文安县 2" in str(changed)


def words_of(body: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", body))


def test_two_snapshots_of_a_period_are_compared_by_counts_lights_texts_and_values(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = closed_once()
    closed_twice(measure)
    address = f"/p/a-policy/periods/{loaded().uuid}/snapshots/"
    auditor = browser_of(cast.auditor())
    assert queries_of(auditor, address) <= 10
    body = auditor.get(address).content.decode()
    words = words_of(body)
    for row in PeriodSnapshot.objects.all():
        assert row.sha256 in words
    assert "另一项" not in words
    assert words.count("2/2 100%") == 2  # filed on time in both
    assert "green light all quantified commitments are met → ■red light 市总工会 assesses" in words
    for part in (
        "<del>2</del><ins>9</ins>",
        "<del>1</del><ins>3</ins>",
        "<del>as planned</del><ins>stalled</ins>",
    ):
        assert part in body.replace("\n", "")
    back = auditor.get(address, {"before": 2, "after": 1}).content.decode()
    assert "<del>9</del><ins>2</ins>" in back
    assert auditor.get(address, {"before": 7}).status_code == 404
    monkeypatch.setattr(snapshots, "MEASURES_PER_PAGE", 1)
    assert [page.measure.code for page in auditor.get(address).context["rows"]] == [measure.code]
    for actor in (cast.leader(), cast.reporter()):
        assert browser_of(actor).get(address).status_code == 404


def test_snapshots_that_say_the_same_and_one_alone_have_a_page_that_says_so(browser_of: BrowserOf) -> None:
    closed_once()
    auditor, address = browser_of(cast.auditor()), f"/p/a-policy/periods/{loaded().uuid}/snapshots/"
    assert "There are no two snapshots of this period" in auditor.get(address).content.decode()
    for _turn in range(2):
        periods.reopen_period(cast.signer(), loaded(), "核对", MORNING)
        periods.close_period(cast.clerk(), loaded(), "", MORNING)
    body = auditor.get(address).content.decode()
    assert "Both say the same" in body
    assert 'id="before"' in body  # of three one chooses which
    for page, link in (
        (f"/p/a-policy/periods/{loaded().uuid}/", address),
        ("/p/a-policy/reports/", address),
        ("/p/a-policy/snapshots/", f"{address}?before=2&amp;after=3"),
    ):
        assert f'href="{link}"' in auditor.get(page).content.decode(), page


def test_snapshot_of_an_old_form_is_compared_and_a_measure_that_only_one_has_is_named(
    browser_of: BrowserOf,
) -> None:
    """The first as the program of schema 0 wrote it, without a seal; it lacks a measure of the second."""
    closed_twice(closed_once())
    first = PeriodSnapshot.objects.get(number=1)
    raw = json.loads(first.content)
    del raw["schema"]
    for section in raw["sections"]:
        section["measures"] = section["measures"][:1]
        for row in section["measures"]:
            row["lines"] = [
                {"update" if name == "uuid" else name: value for name, value in line.items()}
                for line in row.pop("updates")
            ]
    content = json.dumps(raw, ensure_ascii=False)
    unguarded()
    old = {"content": content, "sha256": digest(content), "seal": "", "parts": ""}
    PeriodSnapshot.objects.filter(number=1).update(**old)
    address = f"/p/a-policy/periods/{loaded().uuid}/snapshots/"
    words = words_of(browser_of(cast.auditor()).get(address).content.decode())
    assert "另一项" in words
    assert "not in the earlier one" in words
    back = browser_of(cast.auditor()).get(address, {"before": 2, "after": 1}).content.decode()
    assert "not in the later one" in back


def test_after_a_reopening_room_and_documents_say_on_what_they_rest(browser_of: BrowserOf) -> None:
    """Live since then; the snapshot that is kept, who reopened; and after the next closing the new one."""
    measure = closed_once()
    leader = browser_of(cast.leader())
    assert "snapshot 1 of July 1, 2020" in words_of(leader.get("/p/a-policy/reports/").content.decode())
    assert summaries.read_period(loaded(), cast.DAY).reopening is None
    periods.reopen_period(cast.signer(), loaded(), "更正", MORNING)
    first = PeriodSnapshot.objects.get()
    words = words_of(leader.get("/p/a-policy/reports/").content.decode())
    assert (
        "open again since July 1, 2020, reopened by 张rsj-signer: live figures, what is confirmed up to "
        "July 1, 2020; snapshot 1 of July 1, 2020 is kept"
    ) in words
    assert "· snapshot 1 of" not in words
    told = (
        "2020年7月1日由张rsj-signer重新打开，现为截至2020年7月1日的实时数据；"
        "2020年7月1日形成的第1号快照仍予保存"
    )
    for kind in ("status", "brief", "ledger", "filing", "bulletin", "measure"):
        document = KINDS[kind].build(Asked(loaded(), cast.DAY, measure=measure.code))
        assert f"{told}（SHA-256 {first.sha256}）" in dict(document.facts)["快照"], kind
    dossier = KINDS["measure"].build(Asked(loaded(), cast.DAY, measure=measure.code))
    assert "2020年7月1日重新打开，尚未截止" in dossier.html()
    periods.close_period(cast.clerk(), loaded(), "", LATER)
    assert "snapshot 2 of July 2, 2020" in words_of(leader.get("/p/a-policy/reports/").content.decode())
    facts = dict(KINDS["status"].build(Asked(loaded(), date(2020, 8, 3))).facts)
    assert facts["快照"].startswith("第2号")
