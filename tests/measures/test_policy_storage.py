"""Does the real text become exactly the rows that it says, once, or nothing at all?"""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError

from departments.models import Department
from measures import policy_storage
from measures.models import (
    Act,
    AnswerKind,
    Commitment,
    CommitmentKind,
    CommitmentSubject,
    Edition,
    EditionStatus,
    Event,
    Measure,
    Policy,
    Responsibility,
    Section,
)
from measures.policytext import ParsedText, read_policy
from tests import builders
from tests.builders import moment
from tests.measures.policytext.texts import RESTORED, TITLE, a_text

SLUG = "skilled-workers-2019"
N, R, C, D = (
    CommitmentKind.NUMBER,
    CommitmentKind.RECURRING,
    CommitmentKind.COMPARISON,
    CommitmentKind.DELIVERABLE,
)


@pytest.fixture(autouse=True)
def _departments(db: None) -> None:
    builders.rows_of_fixtures("departments")


def reading_of(source: str) -> ParsedText:
    return read_policy(
        source, {name: found.name for name, found in policy_storage.known_departments().items()}
    )


def store(source: str, slug: str = SLUG) -> policy_storage.StoredPolicy:
    naming, office = policy_storage.Naming(slug), Department.objects.get(slug="rsj")
    return policy_storage.store_policy(reading_of(source), source, naming, office, moment())


def the_text() -> str:
    return RESTORED.read_text(encoding="utf-8")


def commitments() -> list[Commitment]:
    return list(Commitment.objects.order_by("measure__section__ordinal", "measure__ordinal", "position"))


def test_store_policy_stores_policy_and_edition() -> None:
    edition = store(the_text()).edition
    policy = Policy.objects.get()
    assert (policy.slug, policy.short_title, policy.coordinator.slug) == (SLUG, "提高技术工人待遇", "rsj")
    assert (edition.number, edition.status) == (1, EditionStatus.DRAFT_FOR_COMMENT)
    assert edition.full_title == "关于提高技术工人待遇的实施意见（征求意见稿）"
    assert (edition.consultation_from, edition.consultation_to) == (date(2019, 2, 11), date(2019, 2, 26))
    assert edition.source_text == the_text()
    assert edition.source_sha256 == sha256(RESTORED.read_bytes()).hexdigest()
    assert edition.basis == "冀办发〔2018〕58号"
    assert edition.contact_email == "lf2227904@163.com"


def test_store_policy_stores_every_section_measure_and_link_of_the_outline() -> None:
    store(the_text())
    outline = reading_of(the_text()).outline
    rows = Measure.objects.in_document_order().select_related("section")
    assert [(row.code, row.title, row.text) for row in rows] == [
        (code, measure.title, measure.text) for code, measure in outline.measures
    ]
    assert Section.objects.count() == 5
    for row, (_, measure) in zip(rows, outline.measures, strict=True):
        stored = row.responsibilities.order_by("role", "position")
        links = measure.clause.links if measure.clause else ()
        assert [(each.role, each.position, each.department.name) for each in stored] == list(links)
        assert row.clause_text == (measure.clause.text if measure.clause else "")
        assert row.lead_mode == measure.lead_mode
    assert Responsibility.objects.count() == 92


def test_store_policy_resolves_aliases_in_clauses() -> None:
    store(a_text("（一）做事。做好。（牵头单位：市人社局；参与单位：共青团市委）"), "by-alias")
    rows = Responsibility.objects.order_by("role")
    assert [row.department.slug for row in rows] == ["rsj", "tsw"]


def test_store_policy_stores_the_commitments_that_can_be_tracked() -> None:
    result = store(the_text())
    assert (result.commitments, result.left_out) == (13, ())
    found = [(row.measure.code, CommitmentKind(row.kind), row.floor, row.ceiling) for row in commitments()]
    assert found == [
        ("二（一）", D, None, None),
        ("二（二）", R, 1, None),
        ("二（二）", R, None, None),
        ("二（四）", N, 3, None),
        ("三（二）", C, 100, None),
        ("四（一）", N, None, None),
        ("四（二）", N, 1, 2),
        ("四（二）", N, 1, 2),
        ("四（三）", D, None, None),
        ("五（二）", R, 1, None),
        ("五（四）", R, None, None),
        ("五（五）", R, None, None),
        ("六（三）", R, None, None),
    ]


def test_store_policy_commitments_quote_the_text_of_their_measure() -> None:
    store(the_text())
    assert all(row.wording in row.measure.text for row in commitments())


def test_store_policy_only_2019_to_2022_is_dated() -> None:
    store(the_text())
    dated = [(row.measure.code, row.starts_on, row.ends_on) for row in commitments() if row.ends_on]
    assert dated == [("四（二）", date(2019, 1, 1), date(2022, 12, 31))] * 2
    assert not [row for row in commitments() if row.starts_on and not row.ends_on]


def test_store_policy_only_what_the_text_tries_out_is_soft() -> None:
    store(the_text())
    assert [row.measure.code for row in commitments() if not row.binding] == ["四（三）"]


def test_store_policy_gives_every_commitment_its_subjects() -> None:
    store(the_text())
    sizes = [row.subjects.count() for row in commitments()]
    assert sizes == [11, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11, 4, 1]
    places = CommitmentSubject.objects.filter(commitment=commitments()[0])
    assert [place.name for place in places][:2] == ["市本级", "广阳区"]
    single = commitments()[1].subjects.get()
    assert (single.position, single.name) == (1, "")


def test_store_policy_asks_for_a_tick_where_there_is_nothing_to_count() -> None:
    store(the_text())
    ticked = [row.measure.code for row in commitments() if row.answer == AnswerKind.YES_NO]
    assert ticked == ["二（一）", "四（一）", "四（三）", "五（四）", "五（五）", "六（三）"]


def test_store_policy_leaves_out_a_promise_that_the_text_does_not_hold() -> None:
    source = the_text().replace("不少于3次", "不少于5次")
    result = store(source)
    assert result.commitments == 12
    assert result.left_out == ("二（四）：推荐不少于3次的就业机会",)


def test_store_policy_leaves_out_the_promises_of_a_measure_that_is_gone() -> None:
    source = the_text()[: the_text().index("（三）加强督导考核")]
    assert len(store(source).left_out) == 1


def test_store_policy_writes_one_event() -> None:
    policy = store(the_text()).edition.policy
    event = Event.objects.get()
    assert (event.act, event.policy, event.at, event.user) == (Act.LOAD_POLICY, policy, moment(), None)


def test_store_policy_is_idempotent_by_the_source() -> None:
    first, second = store(the_text()), store(the_text())
    assert (first.created, second.created) == (True, False)
    assert second.edition == first.edition
    assert (Policy.objects.count(), Edition.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_store_policy_refuses_another_text_under_the_same_slug() -> None:
    store(the_text())
    with pytest.raises(policy_storage.OtherTextError):
        store(the_text().replace("鼓励", "支持", 1))
    assert Edition.objects.get().source_text == the_text()


def test_store_policy_takes_no_text_with_problems() -> None:
    with pytest.raises(ValueError, match="problems"):
        store(the_text() + "更多内容请关注公众号\n")
    assert not Policy.objects.exists()


def test_store_policy_takes_no_clause_that_was_not_read() -> None:
    source = a_text("（一）做事。做好。（牵头单位：某局）")
    unread = replace(reading_of(source.replace("：", "")), problems=())
    with pytest.raises(ValueError, match="cannot be read"):
        policy_storage.store_policy(
            unread, source, policy_storage.Naming("unread"), Department.objects.get(slug="rsj"), moment()
        )
    assert not Policy.objects.exists()


def test_store_policy_is_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object) -> None:
        raise RuntimeError("the power is out")

    monkeypatch.setattr(policy_storage, "_commitment", fails)
    with pytest.raises(RuntimeError):
        store(the_text())
    assert not any(model.objects.exists() for model in (Policy, Edition, Section, Measure, Responsibility))


def test_store_policy_refuses_a_slug_that_is_none() -> None:
    with pytest.raises(ValidationError):
        store(the_text(), "技术工人 2019")


def test_store_policy_calls_an_unknown_policy_by_its_title() -> None:
    assert store(a_text(), "another").edition.policy.short_title == TITLE
