"""Rows that acts write beside their events: whatever was taken away, put in or reworded is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from django.db import transaction

from departments.models import Role
from measures import summaries, verification
from measures.models import (
    Closure,
    ClosureRequest,
    CoordinationMatter,
    Extension,
    ExtensionOutcome,
    FormerDates,
    LightChange,
    LightColour,
    Measure,
    MeasureLight,
    ReportingPeriod,
    UpdateState,
)
from measures.workflow import closures, extensions, light_overrides, matters, periods
from tests import builders, cast
from tests.builders import a_text, brought_to, moment, update_of
from tests.measures.workflow.measure_acts import BASIS
from tests.retold import retold
from tests.tampering import unguarded

NOW: Final = moment()
COLOURS: Final = (LightColour.RED, LightColour.YELLOW)


def the_period() -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator").get()


@retold
def much_done() -> None:
    """Later dates asked for and decided; dates moved; closure asked for; a matter settled; lights set."""
    measure, other = builders.a_measure(("zgh",), ("jyj", "czj")), builders.a_measure()
    builders.a_working_calendar()
    builders.an_edition()
    period = builders.a_planned_period()
    dates = periods.Dates.of(period)
    periods.open_period(cast.clerk(), period, dates, moment(builders.OPENED))
    later = [
        extensions.request_extension(
            cast.reporter(slug), update_of(measure, slug), date(2020, 7, 9), f"{slug}数据未出", NOW
        )
        for slug in ("zgh", "jyj", "czj")
    ]
    extensions.grant_extension(cast.clerk(), later[0], "同意", NOW)
    extensions.refuse_extension(cast.clerk(), later[1], "期限不变", NOW)
    grace = replace(dates, grace_ends_on=date(2020, 7, 20))
    periods.change_dates(cast.clerk(), the_period(), grace, "停电检修", NOW)
    text = a_text(coordination="请市财政局落实经费")
    brought_to(UpdateState.CONFIRMED, update_of(measure, "zgh"), text=text)
    matters.resolve_matter(cast.clerk(), CoordinationMatter.objects.get(), "已落实20万元", NOW)
    measure.refresh_from_db()
    closures.request_closure(cast.reporter(), measure, cast.a_department(), BASIS, NOW)
    closures.agree_to_closure(cast.clerk(), Closure.objects.get(), Role.CLERK, NOW)
    summaries.kept_period(the_period(), cast.DAY)
    for row in (measure, other):
        for colour in COLOURS:
            light_overrides.override_light(
                cast.clerk(), the_period(), row, colour, f"群众反映{colour}。", NOW
            )
    light_overrides.lift_override(cast.clerk(), the_period(), other, "已核实", NOW)


def light(which: int) -> "list[MeasureLight]":
    """Of the first measure, where an override stands, or of the second, where it was lifted."""
    return list(MeasureLight.objects.filter(measure=Measure.objects.order_by("pk")[which]))


def set_light(which: int, colour: str, reason: str, by: object) -> None:
    [row] = light(which)
    MeasureLight.objects.filter(pk=row.pk).update(
        override_colour=colour, override_reason=reason, overridden_by=by
    )
    summaries.kept_period(the_period(), cast.DAY)  # a page is opened, and the figures follow


def decided(**columns: object) -> None:
    Extension.objects.filter(outcome=ExtensionOutcome.REFUSED).update(**columns)


def one_request_more() -> None:
    [row] = ClosureRequest.objects.all()
    row.pk, row.department = None, cast.a_department("jyj")
    row.save(force_insert=True)


def former_dates_twice() -> None:
    [row] = FormerDates.objects.all()
    row.pk = None
    row.save(force_insert=True)


ASKED, DECIDED = "延期申请与办理记录不一致", "对延期申请的答复与办理记录不一致"
DATES, CLOSURE = "调整前的期限与办理记录不一致", "办结申请与办理记录不一致"
ANSWER, LIGHT = "需协调事项的答复与办理记录不一致", "统筹单位调整的灯与办理记录不一致"
Touch = Callable[[], object]
TOUCHED: Final[dict[str, tuple[Touch, str]]] = {
    "request gone": (lambda: Extension.objects.filter(outcome="").delete(), ASKED),
    "reason of a request": (lambda: Extension.objects.filter(outcome="").update(reason="改"), ASKED),
    "who asked": (lambda: decided(asked_by=cast.auditor().person), ASKED),
    "answer to a request": (lambda: decided(answer="改"), DECIDED),
    "outcome of a request": (lambda: decided(outcome=ExtensionOutcome.GRANTED), DECIDED),
    "who decided": (lambda: decided(decided_by=cast.auditor().person), DECIDED),
    "former dates gone": (lambda: FormerDates.objects.all().delete(), DATES),
    "former dates twice": (former_dates_twice, DATES),
    "reason of new dates": (lambda: FormerDates.objects.update(reason="改"), DATES),
    "request for closure gone": (lambda: ClosureRequest.objects.all().delete(), CLOSURE),
    "basis of a closure": (lambda: ClosureRequest.objects.update(basis="改"), CLOSURE),
    "request for closure put in": (one_request_more, CLOSURE),
    "answer to a matter": (lambda: CoordinationMatter.objects.update(answer="改"), ANSWER),
    "matter open again": (
        lambda: CoordinationMatter.objects.update(answer="", resolved_by=None, resolved_at=None), ANSWER,
    ),
    "override gone": (lambda: set_light(0, "", "", None), LIGHT),
    "colour of an override": (
        lambda: set_light(0, "green", "群众反映yellow。", cast.clerk().person), LIGHT
    ),
    "earlier override back": (lambda: set_light(0, "red", "群众反映red。", cast.clerk().person), LIGHT),
    "lifted override back": (lambda: set_light(1, "yellow", "群众反映yellow。", cast.clerk().person), LIGHT),
    "override that no act set": (lambda: set_light(1, "green", "改", cast.clerk().person), LIGHT),
    "light gone": (lambda: MeasureLight.objects.all().delete(), LIGHT),
}  # fmt: skip


@pytest.mark.django_db
def test_rows_beside_events_are_named_when_they_say_something_else() -> None:
    much_done()
    assert list(verification.record_faults()) == []
    assert [len(light(which)) for which in (0, 1)] == [1, 1]
    unguarded()
    told = {}
    for what, (touch, _sentence) in TOUCHED.items():
        with transaction.atomic():
            touch()
            told[what] = list(verification.record_faults())
            transaction.set_rollback(True)
    unnamed = {
        what: told[what]
        for what, (_touch, sentence) in TOUCHED.items()
        if [damage.partition("：")[2] for damage in told[what]] != [f"{sentence}。"]
    }
    assert unnamed == {}


@pytest.mark.django_db
def test_override_of_which_the_next_reader_wrote_the_change_is_no_fault() -> None:
    """Where the figures have no day, what an act does to a light is told later, and without its event."""
    measure = builders.a_measure()
    period = builders.an_open_period()
    before = list(verification.record_faults())  # the period was not opened by an act
    summaries.kept_period(period, cast.DAY)
    light_overrides.override_light(cast.clerk(), the_period(), measure, LightColour.RED, "群众反映", NOW)
    assert list(verification.record_faults()) == before
    measure.section.title = "改了名的一节"
    measure.section.save()  # the figures of the period have no day from here on
    light_overrides.lift_override(cast.clerk(), the_period(), measure, "已核实", NOW)
    for _time in range(2):
        assert list(verification.record_faults()) == before
        summaries.kept_period(the_period(), cast.DAY)
    changes = LightChange.objects.filter(measure=measure).order_by("number")
    assert [(row.override_colour, row.event is not None) for row in changes][1:] == [
        ("red", True),
        ("", False),
    ]
