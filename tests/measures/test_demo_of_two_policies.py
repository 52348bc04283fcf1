"""Does the demo tell its second policy so that lists have rows of two, and nothing of one in the other?"""

import pytest
from django.db.models import Count

from departments.models import Department, Membership
from measures import permissions, summaries
from measures.models import Event, LightColour, LightReason, Policy, ReportingPeriod, UpdateState
from tests.measures.test_load_demo import (
    DAY,
    FIRST,
    SECOND,
    in_the_demo,
    once,
    period,
    person,
    status,
    summary,
    updates,
)

pytestmark = pytest.mark.xdist_group("demo")


@in_the_demo
def test_demo_tells_two_quarters_of_32_updates_of_its_second_policy() -> None:
    rows = ReportingPeriod.objects.filter(policy__slug=SECOND).annotate(owed=Count("updates"))
    told = [(row.code, row.owed, row.state) for row in rows.order_by("starts_on")]
    assert told == [("2020Q1", 32, "closed"), ("2020Q2", 32, "open")]


@in_the_demo
def test_demo_reads_the_closed_period_of_its_second_policy_from_its_snapshot() -> None:
    sourced = summaries.read_period(period("2020Q1", SECOND), DAY)
    assert sourced.snapshot is not None
    assert summaries.to_json(sourced.summary) == period("2020Q1", SECOND).snapshots.get().content
    assert len(sourced.summary.measures) == 10


@once
@in_the_demo
def test_demo_shows_each_reason_that_its_second_policy_was_written_for() -> None:
    shown = {row.code: (row.light.colour, row.light.reason) for row in summary(policy=SECOND).measures}
    assert shown == {
        "二（一）": (LightColour.GREEN, LightReason.TARGETS_MET),
        "二（二）": (LightColour.GREEN, LightReason.TARGETS_MET),
        "二（三）": (LightColour.GREEN, LightReason.ON_COURSE),
        "三（一）": (LightColour.YELLOW, LightReason.BEHIND),
        "三（二）": (LightColour.RED, LightReason.STALLED),
        "三（三）": (LightColour.YELLOW, LightReason.OPEN_MATTER),
        "四（一）": (LightColour.YELLOW, LightReason.MISSED_ONCE),
        "四（二）": (LightColour.GREEN, LightReason.ON_COURSE),
        "四（三）": (LightColour.GREEN, LightReason.ON_COURSE),
        "五（一）": (LightColour.GREY, LightReason.NO_RESPONSIBLE),
    }
    before = status("二（一）", "2020Q1", SECOND).light
    assert (before.colour, before.reason) == (LightColour.RED, LightReason.COMMITMENT_OVERDUE)


@once
@in_the_demo
@pytest.mark.parametrize(("code", "figure"), [("2020Q1", "6/6"), ("2020Q2", "22/22")])
def test_demo_calls_no_target_met_of_which_its_text_says_that_some_fall_short(code: str, figure: str) -> None:
    """The second policy asks of each neighbourhood that 80 % of its households are heard."""
    measure = status("二（二）", code, SECOND)
    [promise] = measure.commitments
    assert (promise.figure, promise.met, measure.light.reason) == (figure, True, LightReason.TARGETS_MET)
    [told] = measure.printed
    assert told.text
    assert "均达到80%以上" in told.text.progress


@once
@in_the_demo
@pytest.mark.parametrize("state", UpdateState)
def test_demo_leaves_an_update_of_its_second_policy_in_every_state(state: UpdateState) -> None:
    assert updates(policy=SECOND, state=state).exists()


@once
@in_the_demo
@pytest.mark.parametrize(
    ("username", "held"),
    [
        ("zjj-clerk", [("zjj", "clerk")]),
        ("zjj-signer", [("zjj", "signer")]),
        ("zjj-reporter", [("zjj", "reporter")]),
        ("zjj-reviewer", [("zjj", "reviewer")]),
        ("joint-clerk", [("rsj", "clerk"), ("zjj", "clerk")]),
        ("city-leader", [("rsj", "leader"), ("zjj", "leader")]),
    ],
)
def test_demo_has_people_of_the_second_office_and_of_both(username: str, held: list[tuple[str, str]]) -> None:
    rows = Membership.objects.active(DAY).filter(user__username=username).order_by("department__slug")
    assert [(row.department.slug, row.role) for row in rows] == held


@once
@in_the_demo
@pytest.mark.parametrize("slug", ["fgw", "tsw"])
def test_demo_owes_updates_of_both_policies_in_departments_that_both_bind(slug: str) -> None:
    owed = updates(policy=SECOND, department__slug=slug).owed_by([Department.objects.get(slug=slug)])
    assert owed.exists()
    assert updates(department__slug=slug).exists()


@once
@in_the_demo
def test_demo_gives_its_joint_clerk_updates_of_both_policies_to_confirm() -> None:
    joint = person("joint-clerk")
    for policy in Policy.objects.all():
        office = permissions.Office.of(policy, DAY)
        waiting = updates(policy=policy.slug, state=UpdateState.SUBMITTED).with_revisions()
        texts = [update.latest_revision for update in waiting]
        assert len(texts) >= 5
        assert all(permissions.can_confirm(joint, text, office) for text in texts if text)


@once
@in_the_demo
def test_demo_has_each_office_act_on_its_own_policy_only() -> None:
    ways = ("update__period__policy__slug", "revision__update__period__policy__slug")
    policies = {
        username: {slug for row in acts.values_list(*ways) for slug in row if slug}
        for username in ("rsj-clerk", "zjj-clerk", "joint-clerk", "fgw-reporter")
        for acts in [Event.objects.filter(user__username=username)]
    }
    assert policies == {
        "rsj-clerk": {FIRST},
        "zjj-clerk": {SECOND},
        "joint-clerk": {SECOND},
        "fgw-reporter": {FIRST, SECOND},
    }
