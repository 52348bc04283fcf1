"""What the demo says: of every measure, never the same twice, within the limits of the form; and loading."""

import pytest

from measures import demo
from measures.demo import simulation
from measures.demo.data import Place
from measures.demo.scenarios import SCENARIOS
from measures.management.commands import load_demo
from measures.models import (
    TEXTS,
    Announcement,
    Message,
    MessageKind,
    Policy,
    ProgressUpdate,
    Revision,
    Urge,
    UrgeAnswer,
    UrgeReceipt,
)
from tests.measures.test_load_demo import FIRST, QUARTERS, SECOND, in_the_demo, once, period, summary


@once
@in_the_demo
@pytest.mark.parametrize("code", QUARTERS)
def test_demo_says_something_of_every_measure_that_somebody_leads(code: str) -> None:
    led = [row for row in summary(code).measures if row.leads]
    designated = ["六（三）"] if code == "2020Q2" else []
    assert [row.code for row in led if row.designations] == designated
    assert len(led) == 17 + len(designated)
    assert all(row.sentence for row in led)


@once
@in_the_demo
@pytest.mark.parametrize(("code", "silent"), [("2020Q1", []), ("2020Q2", ["四（一）", "四（二）"])])
def test_demo_says_something_of_its_second_policy_unless_its_lead_is_silent(
    code: str, silent: list[str]
) -> None:
    led = [row for row in summary(code, SECOND).measures if row.leads]
    assert len(led) == 9
    assert [row.code for row in led if not row.sentence] == silent


@once
@in_the_demo
def test_demo_never_says_the_same_twice() -> None:
    rows = Revision.objects.filter(in_force_of__isnull=False)
    spoken = [row.headline or f"{row.update_id} {row.reason}" for row in rows]
    assert len(spoken) == len(set(spoken))


@once
@in_the_demo
def test_demo_gives_its_convenors_paragraphs() -> None:
    rows = Revision.objects.filter(in_force_of__role="lead", in_force_of__position=1, situation="progress")
    lengths = [len(row.progress) for row in rows]
    assert min(lengths) >= 40
    assert max(lengths) >= 700


@once
@in_the_demo
def test_demo_script_speaks_of_updates_that_are_owed() -> None:
    rows = ProgressUpdate.objects.select_related("period__policy", "measure__section", "department")
    owed: dict[str, set[Place]] = {}
    for row in rows:
        measure = f"{row.measure.section.ordinal}-{row.measure.ordinal}"
        places = owed.setdefault(row.period.policy.slug, set())
        places.add(Place(row.period.code, measure, row.department.slug))
    for data in demo.read_demo_data():
        assert set(data.texts) | set(data.values) | set(data.scenarios) <= owed[data.policy]


def test_demo_script_keeps_the_limits_and_knows_every_scenario() -> None:
    for data in demo.read_demo_data():
        for place, text in data.texts.items():
            for name, written in TEXTS.items():
                assert len(getattr(text, name)) <= written.limit, f"{place} {name}"
        assert {scenario.name for scenario in data.scenarios.values()} <= set(SCENARIOS)


@once
@in_the_demo
def test_demo_tells_people_what_happened_and_what_is_due() -> None:
    # No report is withdrawn in the demo, and no department has a successor (docs/domain.md 9.5).
    never = {MessageKind.REPORT_WITHDRAWN, MessageKind.SUCCEEDED}
    assert set(Message.objects.values_list("kind", flat=True)) == set(MessageKind) - never
    assert Announcement.objects.count() == 2
    by_policy = Urge.objects.values_list("policy__slug", "number").order_by("policy__slug", "number")
    assert len(by_policy) >= 3
    assert UrgeReceipt.objects.count() > UrgeAnswer.objects.count() >= 1
    assert Urge.objects.filter(receipt=None).exists()


@in_the_demo
def test_load_demo_tells_the_figures_in_both_languages_and_what_they_count() -> None:
    told = list(load_demo.summary_lines(Policy.objects.get(slug=FIRST)))
    assert "应报 93 条（开启后新增责任 2 条）" in told[1]
    assert told[3].startswith("skilled-workers-2019 2020 Q2 (as of 2020-07-10): measures 20, blue light 1, ")
    assert told[4].startswith("Updates owed 93 (by duties that began since the opening: 2), on time 77, ")
    assert told[5].startswith("States: due ")


@in_the_demo
def test_load_demo_tells_of_a_period_in_both_languages() -> None:
    said = simulation.in_both_languages(period(), "进行中。", "open.")
    assert said == "提高技术工人待遇 2020年第二季度：进行中。 · skilled-workers-2019 2020 Q2: open."
