"""Does the demo come up, only where it may, and does it hold every kind of thing that a visitor wants?"""

from datetime import date, time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.utils import timezone

from departments.actors import Actor
from departments.models import DemoMode, Department, Membership, Role, Succession, User, WorkingDay
from langfang_policy import clock
from measures import demo, permissions, summaries
from measures.lights import FilingState
from measures.models import (
    Act,
    Closure,
    CommitmentValue,
    CoordinationMatter,
    Event,
    LightColour,
    LightReason,
    Measure,
    MeasureLight,
    MeasureState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Revision,
    SelfAssessment,
    Situation,
    UpdateState,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.models.policy import MeasureQuerySet
from measures.summaries import MeasureStatus, PeriodSummary
from tests import builders
from tests.cast import a_department, a_person

DAY = date(2020, 7, 10)
FIRST, SECOND = "skilled-workers-2019", "urban-renewal-2020"
QUARTERS = ["2019Q1", "2019Q2", "2019Q3", "2019Q4", "2020Q1", "2020Q2"]
in_the_demo = pytest.mark.usefixtures("demo")
once = pytest.mark.once("the same acts tell the same demo wherever they can be done, which loading shows")


def output(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def period(code: str = "2020Q2", policy: str = FIRST) -> ReportingPeriod:
    rows = ReportingPeriod.objects.select_related("policy__coordinator", "edition")
    return rows.get(code=code, policy__slug=policy)


def summary(code: str = "2020Q2", policy: str = FIRST) -> PeriodSummary:
    return summaries.read_period(period(code, policy), DAY).summary


def status(code: str, quarter: str = "2020Q2", policy: str = FIRST) -> MeasureStatus:
    return next(row for row in summary(quarter, policy).measures if row.code == code)


def updates(code: str = "2020Q2", policy: str = FIRST, **wanted: str) -> ProgressUpdateQuerySet:
    rows = ProgressUpdate.objects.with_context()
    return rows.filter(period__code=code, period__policy__slug=policy, **wanted)


def measures(policy: str = FIRST) -> MeasureQuerySet:
    return Measure.objects.filter(section__edition__policy__slug=policy)


def person(username: str) -> Actor:
    return Actor.load(User.objects.get(username=username), DAY)


# --- where it may be loaded ----------------------------------------------------------------------


@pytest.mark.django_db
def test_load_demo_names_the_commands_that_must_come_first() -> None:
    with pytest.raises(CommandError) as refused:
        output()
    commands = [line.strip() for line in str(refused.value).splitlines()[1:]]
    assert commands == [
        "python manage.py loaddata departments",
        "python manage.py loaddata urban-renewal-departments",
        "python manage.py load_calendar",
        "python manage.py load_policy fixtures/policies/skilled-workers-2019.txt",
        (
            "python manage.py load_policy fixtures/policies/urban-renewal-2020.txt --slug urban-renewal-2020"
            " --short-title 老旧小区改造 --coordinator zjj"
            " --commitments fixtures/policies/urban-renewal-2020-commitments.csv"
        ),
    ]


@pytest.fixture
def ready(db: None) -> None:
    """Just so much that nothing is missing."""
    for slug, coordinator in ((FIRST, "rsj"), (SECOND, "zjj")):
        Policy.objects.create(
            slug=slug, title="意见", short_title="意见", coordinator=a_department(coordinator)
        )
    WorkingDay.objects.create(date=DAY, is_working=True)


@pytest.mark.usefixtures("ready")
def test_load_demo_refuses_a_database_in_which_somebody_works() -> None:
    a_person("somebody", ("rsj", Role.CLERK))
    with pytest.raises(CommandError, match="已在使用（人员账号 1 条、任职 1 条）"):
        output()
    assert not DemoMode.objects.exists()


@pytest.mark.usefixtures("ready")
def test_load_demo_refuses_a_policy_of_the_office() -> None:
    Policy.objects.create(slug="other", title="别的", short_title="别的", coordinator=a_department("rsj"))
    with pytest.raises(CommandError, match="另外的政策 1 条"):
        output()


@pytest.mark.usefixtures("ready")
def test_load_demo_refuses_an_office_that_has_begun_to_arrange_itself() -> None:
    edition = builders.an_edition(Policy.objects.get(slug=FIRST))
    measure = builders.a_measure(section=builders.a_section(edition), state=MeasureState.SUSPENDED)
    builders.a_responsibility(measure, "czj", designated=True)
    Succession.objects.create(
        predecessor=a_department("wgxj"), successor=a_department("wlj"), valid_from=DAY, basis="方案"
    )
    with pytest.raises(CommandError) as refused:
        output()
    found = "承接关系 1 条、指定或有起止日期的责任 1 条、已有进展或变动的举措 1 条"
    assert found in str(refused.value)


@pytest.mark.usefixtures("ready")
def test_load_demo_over_another_text_says_so_and_stores_nothing() -> None:
    with pytest.raises(CommandError, match="与演示脚本不符"):
        output()
    assert not User.objects.exists()
    assert not DemoMode.objects.exists()


@pytest.mark.usefixtures("ready")
def test_load_demo_lists_nobody_where_there_is_no_demo() -> None:
    with pytest.raises(CommandError, match="没有演示数据"):
        output("--people")


@in_the_demo
def test_load_demo_changes_nothing_over_its_own_demo() -> None:
    before = Event.objects.count()
    said = output()
    assert said.startswith("这个数据库已装有演示数据，没有作任何改动。")
    assert Event.objects.count() == before


@in_the_demo
def test_load_demo_lists_who_can_sign_in() -> None:
    said = output("--people")
    assert said.startswith("演示日期停在 2020-07-10")
    assert f"演示人员的密码同为 {demo.PASSWORD} · everybody's password is {demo.PASSWORD}" in said
    assert "joint-clerk（调度员丁（两局共用）） · clerk of rsj and zjj" in said
    assert all(" · " in line for line in said.splitlines()), "each line in both languages"
    for username in ("zgh-reporter", "zgh-reviewer", "rsj-clerk", "rsj-signer", "leader", "auditor", "admin"):
        assert username in said


@in_the_demo
def test_load_demo_makes_the_database_stand_still() -> None:
    assert clock.today() == DAY


# --- people --------------------------------------------------------------------------------------


@once
@in_the_demo
def test_demo_has_a_reporter_and_a_reviewer_in_every_department() -> None:
    departments = Department.objects.values_list("slug", flat=True)
    assert len(departments) == 31
    for slug in departments:
        assert person(f"{slug}-reporter").holds(Role.REPORTER, Department.objects.get(slug=slug).pk)
        assert person(f"{slug}-reviewer").holds(Role.REVIEWER, Department.objects.get(slug=slug).pk)


@once
@in_the_demo
@pytest.mark.parametrize(
    ("username", "role"),
    [
        ("rsj-clerk", Role.CLERK),
        ("rsj-clerk-2", Role.CLERK),
        ("rsj-signer", Role.SIGNER),
        ("leader", Role.LEADER),
        ("auditor", Role.AUDITOR),
    ],
)
def test_demo_has_the_people_of_the_office(username: str, role: Role) -> None:
    held = Membership.objects.active(DAY).filter(user__username=username)
    assert [(row.department.slug, row.role) for row in held] == [("rsj", role)]


@once
@in_the_demo
def test_demo_has_an_administrator_who_holds_no_role() -> None:
    admin = person("admin")
    assert admin.is_admin
    assert not admin.memberships


@once
@in_the_demo
def test_demo_lets_everybody_sign_in_with_the_printed_password() -> None:
    assert User.objects.values("password").distinct().count() == 1
    assert all(user.check_password(demo.PASSWORD) for user in User.objects.filter(username__endswith="clerk"))
    assert not User.objects.filter(must_change_password=True).exists()


@once
@in_the_demo
def test_demo_says_whom_to_ring_by_numbers_that_are_nobodys() -> None:
    numbers = list(Department.objects.values_list("telephone", flat=True))
    numbers += User.objects.values_list("telephone", flat=True)
    assert all(number.startswith("0316-555") for number in numbers)
    assert not Department.objects.filter(contact="").exists()


# --- periods -------------------------------------------------------------------------------------


@in_the_demo
def test_demo_tells_six_quarters_of_92_updates_and_two_that_the_office_designated() -> None:
    rows = ReportingPeriod.objects.filter(policy__slug=FIRST)
    rows = rows.annotate(owed=Count("updates")).order_by("starts_on")
    *before, last = [(row.code, row.owed) for row in rows]
    assert before == [(code, 92) for code in QUARTERS[:-1]]
    assert last == ("2020Q2", 94)
    assert [row.state for row in rows] == ["closed"] * 5 + ["open"]


@once
@in_the_demo
def test_demo_closes_with_a_reason_where_something_was_not_confirmed() -> None:
    for code in QUARTERS[:-1]:
        assert any(update.text is None and not update.waived for _row, update in summary(code).updates())
        assert period(code).close_reason


@once
@in_the_demo
def test_demo_has_its_open_period_past_due() -> None:
    assert period().in_grace(DAY)


@in_the_demo
@pytest.mark.parametrize("code", QUARTERS[:-1])
def test_demo_reads_its_closed_periods_back_from_their_snapshots(code: str) -> None:
    sourced = summaries.read_period(period(code), DAY)
    content = period(code).snapshots.latest("number").content
    assert sourced.snapshot is not None
    assert sourced.snapshot.sha256 == summaries.digest(period(code).snapshots.latest("number").seal)
    assert summaries.to_json(sourced.summary) == content
    assert len(sourced.summary.measures) == 20


@once
@in_the_demo
def test_demo_acts_in_working_hours_and_never_after_its_date() -> None:
    working = set(WorkingDay.objects.filter(is_working=True).values_list("date", flat=True))
    for at in Event.objects.exclude(act=Act.LOAD_POLICY).values_list("at", flat=True):
        moment = timezone.localtime(at)
        assert moment.date() in working
        assert moment.date() < DAY
        assert time(8, 30) <= moment.time() <= time(17, 30)


@in_the_demo
def test_demo_records_its_acts_in_the_order_of_time() -> None:
    acts = Event.objects.exclude(act__in=[Act.LOAD_POLICY, Act.PLAN_PERIOD])
    moments = list(acts.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)


# --- lights --------------------------------------------------------------------------------------


@once
@in_the_demo
def test_demo_shows_a_believable_mix_of_lights() -> None:
    assert summary().counts == {
        LightColour.BLUE: 1,
        LightColour.GREY: 3,
        LightColour.RED: 2,
        LightColour.YELLOW: 4,
        LightColour.GREEN: 10,
    }


@once
@in_the_demo
def test_demo_lights_change_from_quarter_to_quarter() -> None:
    assert all(summary(code).changed for code in QUARTERS[1:])


@once
@in_the_demo
@pytest.mark.parametrize(
    "reason",
    sorted(set(LightReason) - {"suspended", "cancelled", "far_behind", "nothing_confirmed", "no_lead"}),
)
def test_demo_shows_lights_for_every_usual_reason(reason: LightReason) -> None:
    shown = [row.light.reason for code in QUARTERS for row in summary(code).measures]
    # A soft promise past its end stands behind a missed period.
    assert reason in shown or reason == LightReason.ENDING_SOON


@once
@in_the_demo
def test_demo_has_a_convenor_that_missed_two_periods_while_its_co_leads_filed() -> None:
    row = status("二（四）")
    assert (row.light.colour, row.light.reason) == (LightColour.RED, LightReason.MISSED_RUN)
    assert row.light.parameters["periods"] == 2
    assert not row.is_consolidated
    assert [update.department.slug for update in row.printed] == ["rsj", "fgj", "jyj"]


@once
@in_the_demo
def test_demo_has_separate_leads_one_of_them_late() -> None:
    leads = [update.filing(DAY) for update in status("四（三）").updates if update.is_lead]
    assert leads == [FilingState.LATE, FilingState.ON_TIME]


@once
@in_the_demo
def test_demo_has_a_light_that_the_office_overrode() -> None:
    light = MeasureLight.objects.exclude(override_colour="").get()
    assert light.period == period("2019Q4")
    shown = status("三（二）", "2019Q4").light
    assert (shown.colour, shown.lighter) == (LightColour.YELLOW, True)


@once
@in_the_demo
def test_demo_has_an_update_self_assessed_slow_and_one_stalled() -> None:
    confirmed = Revision.objects.filter(in_force_of__period__code="2020Q2")
    assert confirmed.filter(self_assessment=SelfAssessment.SLOW).exists()
    assert confirmed.filter(self_assessment=SelfAssessment.STALLED).exists()


# --- measures ------------------------------------------------------------------------------------


@once
@in_the_demo
def test_demo_has_one_measure_closed_by_two_people() -> None:
    measure = Measure.objects.get(state=MeasureState.CLOSED)
    closure = measure.closures.get()
    assert closure.clerk is not None
    assert closure.signer is not None
    assert (closure.clerk.username, closure.signer.username) == ("rsj-clerk", "rsj-signer")
    assert status(measure.code).light.colour == LightColour.BLUE


@once
@in_the_demo
def test_demo_has_a_closure_that_waits_for_the_office() -> None:
    closure = Closure.objects.get(outcome="")
    assert (closure.clerk, closure.signer) == (None, None)


@once
@in_the_demo
def test_demo_has_one_routine_measure() -> None:
    assert [row.code for row in Measure.objects.filter(state=MeasureState.ROUTINE)] == ["三（三）"]


@once
@in_the_demo
def test_demo_has_commitments_met_and_missed() -> None:
    statuses = {row.label: row for measure in summary().measures for row in measure.commitments}
    assert statuses["推荐技能大师工作室建设项目"].met
    assert statuses["高技能领军人才综合服务窗口"].figure == "9/11"
    assert statuses["集中宣传"].figure == "1/4"
    assert statuses["国情、省情、市情研修考察"].unmet
    missed = [row.light.reason for row in summary("2019Q4").measures]
    assert LightReason.COMMITMENT_OVERDUE in missed


@once
@in_the_demo
def test_demo_states_values_for_places_and_occasions() -> None:
    named = CommitmentValue.objects.exclude(subject__name="")
    assert named.filter(subject__name="市本级").exists()
    assert named.filter(subject__name="“五一”国际劳动节").exists()


@once
@in_the_demo
def test_demo_has_coordination_matters_open_and_settled_with_an_answer() -> None:
    assert [row.code for row in summary().matters] == ["二（四）", "三（二）", "四（三）"]
    settled = CoordinationMatter.objects.filter(resolved_at__isnull=False, measure__in=measures())
    assert settled.count() == 2
    assert all(row.answer for row in settled)


# --- updates ---------------------------------------------------------------------------------------


@once
@in_the_demo
@pytest.mark.parametrize("state", [FilingState.ON_TIME, FilingState.LATE, FilingState.MISSING])
@pytest.mark.parametrize("code", QUARTERS)
def test_demo_has_updates_on_time_late_and_missing_in_every_quarter(code: str, state: FilingState) -> None:
    shown = summary(code)
    assert state in {update.filing(shown.as_of) for _row, update in shown.updates()}


@once
@in_the_demo
@pytest.mark.parametrize("state", UpdateState)
def test_demo_leaves_an_update_in_every_state(state: UpdateState) -> None:
    assert updates(state=state).exists()


@once
@in_the_demo
@pytest.mark.parametrize("situation", Situation)
def test_demo_has_every_situation_confirmed(situation: Situation) -> None:
    assert Revision.objects.filter(in_force_of__period__code="2020Q2", situation=situation).exists()


@once
@in_the_demo
@pytest.mark.parametrize(
    "act", [Act.WITHDRAW, Act.CORRECT, Act.WAIVE, Act.RESTORE, Act.SAVE, Act.RETURN, Act.START]
)
def test_demo_records_every_kind_of_act(act: Act) -> None:
    assert Event.objects.filter(act=act).exists()


@once
@in_the_demo
def test_demo_has_returns_inside_the_department_by_the_office_and_by_a_convenor() -> None:
    returned = Event.objects.filter(act=Act.RETURN)
    assert returned.filter(from_state=UpdateState.IN_REVIEW).exists()
    assert returned.filter(from_state=UpdateState.SUBMITTED, department__slug="rsj").exists()
    by_convenor = returned.filter(department__slug="xcb", revision__update__department__slug="wgxj")
    assert by_convenor.exists()
    assert not returned.filter(comment="").exists()


@once
@in_the_demo
def test_demo_has_a_return_that_is_not_back_in_time() -> None:
    states = [update.filing(DAY) for _row, update in summary().updates()]
    assert states.count(FilingState.RETURNED) == 1


@once
@in_the_demo
def test_demo_has_a_late_filing_and_a_correction_after_the_closing() -> None:
    closed_at = F("update__period__closed_at")
    after = Revision.objects.filter(confirmed_at__gt=closed_at)
    assert after.filter(correction_reason="").exists()
    assert after.exclude(correction_reason="").exists()


@once
@in_the_demo
def test_demo_gives_a_visitor_of_the_trade_unions_something_to_do() -> None:
    owed = updates(department__slug="zgh").owed_by([Department.objects.get(slug="zgh")])
    states = set(owed.values_list("state", flat=True))
    assert states == {UpdateState.DUE, UpdateState.DRAFT, UpdateState.RETURNED}
    assert updates(department__slug="zgh", state=UpdateState.IN_REVIEW).exists()


@once
@in_the_demo
def test_demo_gives_the_clerk_updates_to_confirm_and_some_that_he_may_not() -> None:
    clerk, other = person("rsj-clerk"), person("rsj-clerk-2")
    office = permissions.Office.of(Policy.objects.get(slug=FIRST), DAY)
    texts = [update.latest_revision for update in updates(state=UpdateState.SUBMITTED).with_revisions()]
    mine = [permissions.can_confirm(clerk, text, office) for text in texts if text]
    assert mine.count(True) >= 5
    assert mine.count(False) == 2
    assert all(permissions.can_confirm(other, text, office) for text in texts if text)
