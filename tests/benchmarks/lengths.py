"""How long are pages in the smallest world? They show all that there is; elsewhere as many rows of more.

A page of fifty rows is not slower than one of five because the world is larger: growth is judged between
pages of equal length.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from unittest import mock

from departments.models import Department
from langfang_policy import clock
from measures import summaries
from measures.models import Closure, Measure, Policy, ProgressUpdate, ReportingPeriod, Section, UpdateState
from measures.views import departments, updates
from tests.benchmarks.visitors import Place

# By page: the constants of our views that say how many rows it shows.
Lengths = Mapping[str, Mapping[str, int]]


def rows_at_hand(place: Place) -> Lengths:
    """Of the present world. One row at least, where a page of that kind has none."""
    policy = Policy.objects.get(slug=place.slug)
    department = Department.objects.get(slug=place.department)
    period = ReportingPeriod.objects.get(uuid=place.period)
    measures = Measure.objects.filter(section__edition__policy=policy).count()
    sections = Section.objects.filter(edition__policy=policy).count()
    duties = departments.duties(policy, place.department, clock.today()).count()
    amounts = updates.total_of(updates.amounts_of([department]).values())
    waiting = ProgressUpdate.objects.filter(period__policy=policy)
    to_review = waiting.filter(state=UpdateState.IN_REVIEW, department__slug=place.reviewing)
    found = {
        "overview": {"overview.PAGE_LENGTH": measures, "overview.SECTIONS": sections},
        "measure list": {"measures.PAGE_LENGTH": measures},
        "department": {"departments.ROWS": max(duties, summaries.updates_of(department, period).count())},
        "my updates": {
            "updates.PER_PAGE": amounts.owed,
            "updates.FOLDED_ROWS": (amounts.done + amounts.late + 1) // 2,
        },
        "review queue": {"queues.PER_PAGE": to_review.count()},
        "check queue": {"queues.PER_PAGE": waiting.filter(state=UpdateState.SUBMITTED).count()},
        "start": {"start.PER_PAGE": Closure.objects.filter(outcome="").count()},
    }
    return {page: {name: max(rows, 1) for name, rows in names.items()} for page, names in found.items()}


@contextmanager
def no_longer_than(lengths: Lengths, page: str) -> Iterator[None]:
    """A page that is shorter by itself keeps its own length."""
    with ExitStack() as patches:
        for name, rows in lengths.get(page, {}).items():
            module, _, constant = name.partition(".")
            views = import_module(f"measures.views.{module}")
            patches.enter_context(mock.patch.object(views, constant, min(rows, getattr(views, constant))))
        yield
