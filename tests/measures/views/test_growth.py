"""Does a page grow with the policy beyond its length? What it writes, how often it asks, what is read for it.

Overview, department list and department, of a small policy and of one four times as large.
"""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import SelfAssessment, UpdateState
from measures.views import departments, overview
from measures.workflow import periods
from measures.workflow.acting import figures_later
from tests import builders, cast
from tests.measures.views.steps import SQLITE, cost_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.unmeasured("does with many rows what the tests of these pages do with few"),
    pytest.mark.usefixtures("on_day", "calendar"),
    pytest.mark.once(
        "what pages write and how often they ask is code; only SQLite tells its steps and plans"
    ),
]
BrowserOf = Callable[[Actor], Client]
OVERVIEW, CLOSED, LIST, DEPARTMENT = "", "?period=2020Q1", "departments/", "departments/zgh/"
SMALL, LARGE = 3, 12  # sections, each of two measures
# So that the small policy fills its pages already.
LENGTHS = (
    (overview, "PAGE_LENGTH", 4),
    (overview, "LIST_LENGTH", 2),
    (overview, "SECTIONS", 2),
    (departments, "ROWS", 2),
)
# How many steps more the database may take for each measure more: an entry of an index takes a few tens where
# it is counted or put in order, once for each of the counts of the page.
MOST_STEPS = {OVERVIEW: 105, CLOSED: 65, LIST: 65, DEPARTMENT: 65}
# What the pages count and pick out, and where they find it (measures.models).
COUNTED_IN = {
    OVERVIEW: (
        "measurefigures_counted",
        "measurefigures_led",
        "measurefigures_changed",
        "measurefigures_matters",
        "measurefigures_missing",
        "measurelight_counted",
    ),
    CLOSED: (),
    LIST: ("responsibility_of_policy",),
    DEPARTMENT: ("responsibility_of_department", "progressupdate_owed_by"),
}


def a_policy_of(sections: int) -> str:
    """Its address. In each section a measure that turned red, with a matter, and one that was not filed."""
    edition = builders.an_edition(
        builders.a_policy(f"of-{sections}", title=f"{sections}", short_title="政策")
    )
    measures = []
    for ordinal in range(1, sections + 1):
        section = builders.a_section(edition, ordinal, f"第{ordinal}部分")
        measures.append(builders.a_measure(section=section, participants=["jyj"]))
        builders.a_measure(section=section, leads=["czj"], participants=["zgh"])
    before = builders.an_open_period(edition, "2020Q1")
    periods.close_period(cast.clerk(), before, "下期补报", builders.moment())
    builders.an_open_period(edition, "2020Q2")
    stalled = builders.a_text(coordination="请协调场地", self_assessment=SelfAssessment.STALLED)
    with figures_later():
        for measure in measures:
            update = builders.update_of(measure, "zgh", "2020Q2")
            builders.brought_to(UpdateState.CONFIRMED, update, text=stalled)
    return f"/p/of-{sections}/"


def test_pages_write_ask_and_read_no_more_for_a_larger_policy(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But the entries of indexes in which they count; and numbers have a figure more."""
    for module, name, rows in LENGTHS:
        monkeypatch.setattr(module, name, rows)
    small, large = a_policy_of(SMALL), a_policy_of(LARGE)
    client = browser_of(cast.clerk())
    for page, indexes in COUNTED_IN.items():
        few, many = cost_of(client, small + page), cost_of(client, large + page)
        assert many.queries == few.queries <= 10, page
        assert many.length <= 1.03 * few.length, page
        if not SQLITE:
            continue
        scanned = set(re.findall(r"SCAN (measures_\w+)(?! USING COVERING)", many.plans))
        assert scanned <= {"measures_policy", "measures_coordinationmatter"}, page
        assert [name for name in indexes if f"COVERING INDEX {name} " not in many.plans] == [], page
        more = (many.steps - few.steps) / (2 * (LARGE - SMALL))
        assert more < MOST_STEPS[page], (page, few.steps, many.steps)
