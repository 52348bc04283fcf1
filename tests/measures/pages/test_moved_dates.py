"""Which dates moved, from when to when: each move goes to what the next one found, the last to today's."""

from dataclasses import replace
from datetime import date

import pytest
from django.template.loader import render_to_string

from measures.models import FormerDates, ProgressUpdate
from measures.pages.extensions import moved_dates
from measures.workflow import periods
from measures.workflow.periods import Dates
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
CHECK, GRACE = builders.CHECK_DUE, builders.GRACE_ENDS


def test_each_move_names_its_dates_from_when_to_when() -> None:
    period = builders.an_update().period
    first = replace(Dates.of(period), check_due_on=date(2020, 7, 13), grace_ends_on=date(2020, 7, 16))
    periods.change_dates(cast.clerk(), period, first, "停电", builders.moment())
    second = replace(first, grace_ends_on=date(2020, 7, 20))
    periods.change_dates(cast.clerk(), period, second, "系统检修", builders.moment(hour=11))
    latest, earliest = moved_dates(ProgressUpdate.objects.select_related("period"))
    assert [str(name) for name, *_days in earliest.moves] == ["统筹单位核对", "宽限期截止"]
    assert [days for _name, *days in earliest.moves] == [
        [CHECK, date(2020, 7, 13)],
        [GRACE, date(2020, 7, 16)],
    ]
    assert [days for _name, *days in latest.moves] == [[date(2020, 7, 16), date(2020, 7, 20)]]
    assert (latest.reason, FormerDates.objects.count()) == ("系统检修", 2)
    shown = {"moved_dates": [latest], "on": cast.DAY}
    words = " ".join(render_to_string("measures/_moved_dates.html", shown).split())
    assert '宽限期截止 <span class="nowrap">7月16日 → 7月20日</span>' in words
