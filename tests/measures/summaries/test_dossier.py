"""What a dossier says of matters that are settled, and of a measure that no period knows."""

from datetime import timedelta

import pytest

from measures import summaries
from measures.models import CoordinationMatter, ReportingPeriod, UpdateState
from measures.workflow import matters
from tests import builders, cast
from tests.cast import DAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("goes through rows that other tests read on both"),
]


def the_period() -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("policy__coordinator", "edition").get(code="2020Q2")


def test_dossier_names_what_was_settled_by_its_day() -> None:
    text = builders.a_text(coordination="请协调场地")
    update = builders.an_update(UpdateState.CONFIRMED, text=text)
    matter = CoordinationMatter.objects.get()
    later = DAY + timedelta(days=1)
    matters.resolve_matter(cast.clerk(), matter, "已协调", builders.moment(later))

    before = summaries.read_dossier(update.measure, the_period(), DAY)
    after = summaries.read_dossier(update.measure, the_period(), later)
    assert before is not None
    assert after is not None
    assert before.settled == ()
    assert [(row.text, row.answer, row.settled_on) for row in after.settled] == [
        ("请协调场地", "已协调", later)
    ]


def test_there_is_no_dossier_of_a_measure_that_no_period_knows() -> None:
    builders.an_update()
    other = builders.a_measure(section=builders.a_section(builders.an_edition(builders.a_policy("another"))))
    assert summaries.read_dossier(other, the_period(), DAY) is None
