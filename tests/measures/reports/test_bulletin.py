"""The bulletin on filing: who was good, late or silent, in protocol order."""

from dataclasses import replace
from datetime import date

from measures.reports.bulletin import EVERYBODY, bulletin
from measures.reports.filing import filing_record
from measures.summaries import SourcedSummary
from tests.measures.reports import samples

OPEN = samples.open_summary()


def test_bulletin_names_the_punctual_the_late_and_the_silent_and_nobody_twice() -> None:
    made, summary = bulletin(OPEN), OPEN.summary
    good = [row.department.name for row in summary.punctual]
    assert made.good == f"{'、'.join(good)}，共{len(good)}个单位，按时报送。"
    assert [group.heading for group in made.not_as_required] == ["（一）迟报", "（二）未报送"]
    late, silent = ([row.who.rstrip("：") for row in group.paragraphs] for group in made.not_as_required)
    assert silent == [row.department.name for row in summary.missing]
    assert not {*good} & {*late, *silent}
    protocol = [row.department.name for row in summary.departments]
    for named in (good, late, silent):
        assert named == [name for name in protocol if name in named]
    assert made.addressee == EVERYBODY
    assert made.annex.total
    assert f"。经确认计入本通报{summary.confirmed_count}条。" in made.overall[1]


def test_bulletin_before_anything_is_due_blames_nobody() -> None:
    early = SourcedSummary(replace(OPEN.summary, as_of=date(2020, 7, 1), sections=()), None)
    made = bulletin(early, addressee="各县（市、区）人民政府")
    assert (made.good, made.not_as_required) == ("没有全部按时报送的单位。", ())
    assert made.requests == ("各单位请对照职责分工，按期、如实报送进展情况，报送前由单位负责同志审核。",)
    assert made.addressee == "各县（市、区）人民政府"


def test_deadline_is_said_of_those_whose_it_is() -> None:
    """Of leads only the convenor and separate ones have until the later day (docs/domain.md 3.2)."""
    said = (
        "参与单位和其他牵头单位报送期限为2020年7月2日，第一牵头单位和分别牵头单位为2020年7月7日（均含当日）。"
    )
    assert bulletin(OPEN).overall[0] == filing_record(OPEN).overall[0] == said
