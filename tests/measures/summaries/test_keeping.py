"""Kept figures are those worked out anew, whatever happened in between and by whatever door it came in."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.models import Department
from measures import summaries
from measures.models import (
    Commitment,
    CoordinationMatter,
    DepartmentFigures,
    InterimTarget,
    LeadMode,
    LightColour,
    Measure,
    MeasureFigures,
    MeasureLight,
    PeriodFigures,
    PeriodState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    ResponsibilityRole,
    Section,
    UpdateState,
)
from measures.summaries.keeping import is_fresh, stale_measures
from measures.workflow import duty_changes, extensions, light_overrides, matters, measures, periods, updates
from measures.workflow.acting import figures_later
from measures.workflow.errors import WorkflowError
from tests import builders, cast
from tests.builders import (
    a_commitment,
    a_measure,
    a_planned_period,
    a_section,
    a_text,
    an_open_period,
    an_update,
    moment,
    update_of,
)
from tests.cast import DAY
from tests.measures.workflow.two_connections import together

S: Final = UpdateState
CODES: Final = ("2020Q2", "2020Q3")
DEPARTMENTS: Final = ("zgh", "jyj", "kjj")


def loaded(code: str = "2020Q2") -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code=code)


def kept(code: str = "2020Q2", on: date = DAY) -> summaries.KeptPeriod:
    return summaries.kept_period(loaded(code), on)


def assert_right(code: str, on: date) -> None:
    """What is kept and not known to be stale is right; after the next reading all of it is."""
    period = loaded(code)
    if period.state == PeriodState.PLANNED:
        return
    assert summaries.figure_faults(period) == []
    seen = summaries.kept_period(period, on)
    assert summaries.figure_faults(period) == []
    assert not stale_measures().filter(period=period).exists()
    if not period.is_frozen:
        assert seen.summary() == summaries.live_summary(period, on)
        assert "".join(seen.pieces()) == summaries.to_json(seen.summary())


# --- arbitrary sequences -------------------------------------------------------------------------


class World:
    """Three measures of a policy, two quarters, and a day; each way of changing something is a method.

    What the rules refuse changes nothing and is no failure. `n` chooses among what there is.
    """

    def __init__(self) -> None:
        builders.a_working_calendar(date(2020, 3, 1), date(2020, 12, 31))
        self.on = DAY
        section = a_section()
        joint = a_measure(("zgh", "jyj"), ("kjj",), section=section)
        a_measure(("kjj",), ("zgh",), section=section)
        a_measure((), section=section)
        a_commitment(joint, "市本级", "广阳区", floor=Decimal(2), ends_on=date(2020, 12, 31))
        an_open_period(code="2020Q2")
        a_planned_period(code="2020Q3")

    def update(self, n: int) -> ProgressUpdate:
        rows = ProgressUpdate.objects.with_context().order_by("pk")
        return rows[n % len(rows)]

    def measure(self, n: int) -> Measure:
        rows = Measure.objects.select_related("section__edition__policy__coordinator").order_by("pk")
        return rows[n % len(rows)]

    def period(self, n: int) -> ReportingPeriod:
        return loaded(CODES[n % 2])

    def a_day_passes(self, n: int) -> None:
        self.on += timedelta(days=1 + n % 9)

    def text_goes_on(self, n: int) -> None:
        """The next act on the way to confirmation, with a matter for the office and a value now and then."""
        row = self.update(n)
        slug, version, at = row.department.slug, row.version, moment(self.on)
        if row.state in {S.DUE, S.DRAFT, S.RETURNED}:
            values = {
                subject.pk: (Decimal(n % 4), None)
                for commitment in row.measure.commitments.all()
                for subject in commitment.subjects.all()
            }
            text = a_text(f"办结{n}件", coordination="请协调场地" if n % 3 == 0 else "", values=values)
            updates.submit_for_review(cast.reporter(slug), row, version, at, text)
        elif row.state == S.IN_REVIEW:
            updates.approve_and_submit(cast.reviewer(slug), row, version, at)
        elif row.state == S.SUBMITTED:
            updates.confirm(cast.clerk(), row, version, at)
        else:
            updates.correct(cast.reporter(slug), row, version, "数据有误", at)

    def text_comes_back(self, n: int) -> None:
        row = self.update(n)
        updates.return_for_revision(cast.clerk(), row, row.version, "请补充数据", moment(self.on))

    def duty_is_waived(self, n: int) -> None:
        row = self.update(n)
        act = updates.restore if row.state == S.WAIVED else updates.waive
        act(cast.clerk(), row, row.version, "本期无任务", moment(self.on))

    def duty_begins_or_ends(self, n: int) -> None:
        measure, department = self.measure(n), cast.a_department(DEPARTMENTS[n % 3])
        row = measure.responsibilities.filter(department=department, valid_to=None).first()
        if row is None:
            position = measure.responsibilities.count() + 1
            row = measure.responsibilities.model(
                measure=measure, department=department, role=ResponsibilityRole.PARTICIPANT, position=position
            )
        else:
            row.valid_to = self.on + timedelta(days=n % 3)
        duty_changes.save_responsibility(cast.clerk(), row, "市政府常务会议纪要", moment(self.on))

    def measure_changes_state(self, n: int) -> None:
        act = measures.CLERKS_STATE_ACTS[n % len(measures.CLERKS_STATE_ACTS)]
        measures.change_state(cast.clerk(), self.measure(n), act, "市政府常务会议纪要", moment(self.on))

    def matter_is_settled(self, n: int) -> None:
        row = CoordinationMatter.objects.open().first()
        if row is not None:
            matters.resolve_matter(cast.clerk(), row, "已协调", moment(self.on))

    def light_is_overridden(self, n: int) -> None:
        colour = (LightColour.RED, LightColour.YELLOW, LightColour.GREEN)[n % 3]
        light_overrides.override_light(
            cast.clerk(), self.period(n), self.measure(n), colour, "群众反映", moment(self.on)
        )

    def date_moves(self, n: int) -> None:
        """Of one update, asked for by its department; or the office moves all that are still to come."""
        row, at = self.update(n), moment(self.on)
        if n % 2:
            later = row.due_on + timedelta(days=1 + n % 3)
            asked = extensions.request_extension(
                cast.reporter(row.department.slug), row, later, "数据未出", at
            )
            decide = extensions.refuse_extension if n % 5 == 0 else extensions.grant_extension
            decide(cast.clerk(), asked, "已商定", at)
            return
        period = self.period(n // 2)
        before = vars(periods.Dates.of(period))
        days = {name: day + timedelta(days=n % 4) if day >= self.on else day for name, day in before.items()}
        periods.change_dates(cast.clerk(), period, periods.Dates(**days), "停电检修", at)

    def period_goes_on(self, n: int) -> None:
        period, at = self.period(n), moment(self.on)
        if period.state == PeriodState.PLANNED:
            dates = periods.Dates(
                *(
                    max(getattr(period, name), self.on + timedelta(days=12))
                    for name in ("participant_due_on", "lead_due_on", "check_due_on", "grace_ends_on")
                )
            )
            periods.open_period(cast.clerk(), period, dates, at)
        elif period.state == PeriodState.OPEN:
            periods.close_period(cast.clerk(), period, "其余单位未报", at)
        else:
            periods.reopen_period(cast.signer(), period, "补报", at)

    def administrator_edits(self, n: int) -> None:
        """Past every act, as admin, an import or a statement by hand does it."""
        name = f"改{n}"
        changes: list[Callable[[], object]] = [
            lambda: Commitment.objects.update(floor=Decimal(1 + n % 5)),
            lambda: InterimTarget.objects.update_or_create(
                commitment=Commitment.objects.first(),
                on=date(2020, 6, 30),
                defaults={"target": Decimal(n % 4)},
            ),
            lambda: InterimTarget.objects.all().delete(),
            lambda: Policy.objects.update(yellow_points=n % 10, red_points=10 + n % 30),
            lambda: Department.objects.filter(slug=DEPARTMENTS[n % 3]).update(short_name=name),
            lambda: Measure.objects.filter(pk=self.measure(n).pk).update(title=name),
            lambda: Section.objects.update(title=name),
            lambda: a_measure(("zgh",), ("jyj",), section=a_section()),
            lambda: MeasureLight.objects.filter(override_colour="").update(colour=LightColour.GREY),
            lambda: ProgressUpdate.objects.filter(pk=self.update(n).pk).update(position=5 + n),
        ]
        changes[n % len(changes)]()


ACTIONS: Final = (
    World.a_day_passes,
    World.text_goes_on,
    World.text_comes_back,
    World.duty_is_waived,
    World.duty_begins_or_ends,
    World.measure_changes_state,
    World.matter_is_settled,
    World.light_is_overridden,
    World.date_moves,
    World.period_goes_on,
    World.administrator_edits,
)
REFUSED: Final = (WorkflowError, ValidationError, PermissionDenied, IntegrityError)
STEPS: Final = st.tuples(st.sampled_from(ACTIONS), st.integers(0, 30), st.booleans())


@pytest.mark.django_db
@settings(max_examples=12)
@given(st.lists(STEPS, max_size=25))
def test_figures_are_right_after_anything_that_happens(
    steps: list[tuple[Callable[[World, int], None], int, bool]],
) -> None:
    """On the way from a due text to a closed period every step is tried; each third step somebody reads."""
    with transaction.atomic():
        world = World()
        actions = [*steps, *((World.text_goes_on, n, n % 2 == 0) for n in range(6))]
        for action, n, is_read in actions:
            try:
                with transaction.atomic():
                    action(world, n)
            except REFUSED:
                continue
            for code in CODES if is_read else ():
                assert_right(code, world.on)
        for code in CODES:
            assert_right(code, world.on)
        transaction.set_rollback(True)


@pytest.mark.usefixtures("own_database")
def test_two_acts_at_once_on_one_measure_leave_right_figures() -> None:
    measure = a_measure(("zgh", "jyj"), lead_mode=LeadMode.JOINT)
    for slug in ("zgh", "jyj"):
        an_update(S.SUBMITTED, slug=slug, measure=measure)
    kept()
    rows = [update_of(measure, slug) for slug in ("zgh", "jyj")]
    clerk = cast.clerk()
    told = together(*(lambda row=row: updates.confirm(clerk, row, row.version, moment()) for row in rows))
    assert told == [None, None]
    assert not stale_measures().exists()
    assert_right("2020Q2", DAY)


@pytest.mark.usefixtures("own_database")
def test_two_who_read_first_on_a_new_day_work_it_out_once() -> None:
    an_update(S.CONFIRMED)
    kept()
    tomorrow = DAY + timedelta(days=1)
    assert together(lambda: kept(on=tomorrow), lambda: kept(on=tomorrow)) == [None, None]
    assert PeriodFigures.objects.get().as_of == tomorrow
    assert_right("2020Q2", tomorrow)


@pytest.mark.usefixtures("own_database")
def test_somebody_reads_while_an_act_is_not_over() -> None:
    """The reader is not held up, and sees what was before it or after it."""
    row = an_update(S.SUBMITTED)
    kept()
    clerk = cast.clerk()
    told = together(lambda: updates.confirm(clerk, row, row.version, moment()), kept, kept)
    assert told == [None, None, None]
    assert_right("2020Q2", DAY)


@pytest.mark.django_db
def test_a_part_of_the_measures_is_counted_by_its_sections_alone() -> None:
    section = a_section()
    mine = [a_measure(("zgh",), section=section), a_measure(("zgh",), section=section)]
    a_measure(("jyj",), section=section)
    an_open_period()
    found = kept()
    [whole] = found.sections
    [part] = found.narrowed_to(Q(measure__in=mine)).sections
    assert (sum(whole.counts.values()), sum(part.counts.values())) == (3, 2)


# --- what an act costs -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_act_works_out_its_own_measure_only() -> None:
    """It asks as often, and writes one row, among one measure and among twenty."""
    section, clerk = a_section(), cast.clerk()
    asked = []
    for others in (0, 19):
        row = an_update(S.SUBMITTED, measure=a_measure(("zgh",), ("jyj",), section=section))
        for _ in range(others):
            a_measure(("zgh",), section=section)
        an_open_period()
        kept()
        with CaptureQueriesContext(connection) as queries:
            updates.confirm(clerk, row, row.version, moment())
        statements = [query["sql"] for query in queries]
        written = [sql for sql in statements if 'INSERT INTO "measures_measurefigures"' in sql]
        assert len(written) == 1
        asked.append(len(statements))
        assert is_fresh(loaded(), DAY)
    assert asked[0] == asked[1]


@pytest.mark.django_db
def test_many_that_one_act_made_stale_are_worked_out_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a period touches every measure of the one that is still open."""
    builders.a_working_calendar(date(2020, 6, 1), date(2020, 12, 31))
    for _number in range(5):
        a_measure(("zgh",), ("jyj",))
    an_open_period()
    kept()  # of the day on which the next one is opened
    a_planned_period(code="2020Q3")
    monkeypatch.setattr("measures.summaries.keeping.CHUNK", 2)
    period = loaded("2020Q3")
    with CaptureQueriesContext(connection) as queries:
        count = periods.open_period(cast.clerk(), period, periods.Dates.of(period), moment())
    assert count == 10
    written = [query for query in queries if 'INSERT INTO "measures_measurefigures"' in query["sql"]]
    assert len(written) == 3
    assert not stale_measures().filter(period__code="2020Q2").exists()
    for code in CODES:
        assert_right(code, DAY)


@pytest.mark.django_db
def test_a_draft_that_is_saved_again_changes_no_figure() -> None:
    row = an_update(S.DRAFT)
    kept()
    versions = MeasureFigures.objects.get().facts_version
    updates.save(cast.reporter(), row, row.version, a_text("另一句"), moment())
    assert MeasureFigures.objects.get().facts_version == versions


@pytest.mark.django_db
def test_acts_within_figures_later_leave_them_to_the_next_reader() -> None:
    row = an_update(S.SUBMITTED)
    kept()
    with figures_later():
        updates.confirm(cast.clerk(), row, row.version, moment())
    assert stale_measures().count() == 1
    assert_right("2020Q2", DAY)


# --- days and periods --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_new_day_is_worked_out_at_the_first_reading_and_not_again() -> None:
    an_update(S.DUE)
    late = builders.LEADS_DUE + timedelta(days=1)
    assert kept().filing.missing == 0
    assert kept(on=late).filing.missing == 1
    period = loaded()
    with CaptureQueriesContext(connection) as queries:
        summaries.kept_period(period, late)
    assert len(queries) == 1


@pytest.mark.django_db
def test_a_closed_period_keeps_its_figures_whatever_comes_later() -> None:
    row = an_update(S.CONFIRMED)
    periods.close_period(cast.clerk(), loaded(), "按期截止", moment())
    before = [figures.content for figures in kept().measures.order_by("place")]
    updates.correct(cast.reporter(), row, row.version, "数据有误", moment())
    Policy.objects.update(yellow_points=1)
    assert [figures.content for figures in kept(on=date(2020, 9, 1)).measures.order_by("place")] == before
    assert summaries.figure_faults(loaded()) == []


@pytest.mark.django_db
def test_a_period_closed_by_an_older_version_is_taken_over_from_its_snapshot() -> None:
    measure = a_measure(("zgh",), ("jyj",))
    an_update(S.CONFIRMED, measure=measure)
    periods.close_period(cast.clerk(), loaded(), "按期截止", moment())
    read = kept()
    before = (read.counts, read.filing, [row.sentence for row in read.rows(read.measures)])
    for model in (MeasureFigures, DepartmentFigures, PeriodFigures):
        model._default_manager.all().delete()
    read = kept(on=date(2020, 9, 1))
    assert (
        read.counts,
        read.filing,
        [row.sentence for row in read.rows(read.measures)],
    ) == before
    assert read.as_of == DAY
    assert summaries.figure_faults(loaded()) == []


@pytest.mark.django_db
def test_the_content_of_a_snapshot_is_put_together_of_what_is_kept_byte_for_byte() -> None:
    """Whatever the titles: one that looks like the place where measures or sections stand for instance."""
    builders.a_working_calendar()
    for title in ('"measures":[]', '},{"sections":[]', "就业"):
        section = a_section(ordinal=Section.objects.count() + 1, title=title)
        a_measure(("zgh",), ("jyj",), section=section, title=title)
        a_measure(("jyj",), section=section)
    an_open_period()
    written = "".join(kept().pieces())
    assert written == summaries.to_json(summaries.live_summary(loaded(), DAY))
    assert len([*kept().ruled_lights()]) == 6
    for measure, light in kept().ruled_lights():
        uuid = Measure.objects.get(pk=measure).uuid
        assert light == kept().summary().measure(uuid).ruled_light
    periods.close_period(cast.clerk(), loaded(), "期限已到", moment())
    closed = loaded().snapshots.get()
    assert closed.content == summaries.to_json(summaries.read_period(loaded(), DAY).summary)


@pytest.mark.django_db
def test_a_planned_period_has_no_figures() -> None:
    a_planned_period()
    with pytest.raises(ValueError, match="planned"):
        kept()


# --- what is wrong is found --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "change", "column"),
    [
        (MeasureFigures, {"colour": "red"}, "colour"),
        (MeasureFigures, {"content": "{}"}, "content"),
        (DepartmentFigures, {"total": 9, "on_time": 9}, "total"),
    ],
)
def test_a_figure_that_was_altered_is_found(model: type, change: dict[str, object], column: str) -> None:
    an_update(S.CONFIRMED)
    kept()
    model.objects.update(**change)  # type: ignore[attr-defined]  # every model has it
    assert column in {fault.column for fault in summaries.figure_faults(loaded())}


@pytest.mark.django_db
def test_a_row_that_is_missing_or_too_many_is_found() -> None:
    an_update(S.CONFIRMED)
    kept()
    MeasureFigures.objects.all().delete()
    assert {fault.column for fault in summaries.figure_faults(loaded())} >= {"measure"}
