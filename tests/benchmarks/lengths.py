"""How long are pages in the smallest world? They show all that there is; elsewhere as many rows of more.

A page of fifty rows is not slower than one of five because the world is larger: growth is judged between
pages of equal length.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from unittest import mock

from django.db.models import QuerySet

from departments.actors import Actor
from departments.models import Department, User
from langfang_policy import clock
from measures import summaries
from measures.models import Closure, Measure, Policy, ProgressUpdate, ReportingPeriod, Section, UpdateState
from measures.own_work import is_own_work
from measures.pages import start_page
from measures.views import departments, updates
from tests.benchmarks.visitors import CLERK, Place

# By page: the constants of our modules that say how many rows and choices it shows.
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
    clerk = Actor.load(User.objects.get(username=CLERK), clock.today())
    own = is_own_work(clerk, UpdateState.SUBMITTED)  # which a queue leaves out
    to_check = waiting.filter(state=UpdateState.SUBMITTED)
    found = {
        "overview": {"views.overview.PAGE_LENGTH": measures, "views.overview.SECTIONS": sections},
        "measure list": {"views.measures.PAGE_LENGTH": measures},
        "department": {
            "views.departments.ROWS": max(duties, summaries.updates_of(department, period).count())
        },
        "my updates": {
            "views.updates.PER_PAGE": amounts.owed,
            "views.updates.FOLDED_ROWS": (amounts.done + amounts.late + 1) // 2,
        },
        "review queue": _of_a_queue(to_review, to_review),
        "check queue": _of_a_queue(to_check, to_check.exclude(own)),
        "report list": {"views.reports.MEASURES_TO_CHOOSE": measures},
        "start": {
            "views.start.PER_PAGE": Closure.objects.filter(outcome="").count(),
            "pages.start_page.SHOWN": start_page.waiting_for(clerk).count(),
            "pages.start_page.SENT_SHOWN": start_page.sent_by(clerk).count(),
        },
    }
    return {page: {name: max(rows, 1) for name, rows in names.items()} for page, names in found.items()}


def _of_a_queue(waiting: QuerySet[ProgressUpdate], shown: QuerySet[ProgressUpdate]) -> dict[str, int]:
    """Its rows, and the measures to which it can be narrowed."""
    measures = waiting.order_by().values("measure").distinct()
    return {"views.queues.PER_PAGE": shown.count(), "pages.queue_filter.MEASURES": measures.count()}


@contextmanager
def no_longer_than(lengths: Lengths, page: str) -> Iterator[None]:
    """A page that is shorter by itself keeps its own length."""
    with ExitStack() as patches:
        for name, rows in lengths.get(page, {}).items():
            place, _, constant = name.rpartition(".")
            module = import_module(f"measures.{place}")
            patches.enter_context(mock.patch.object(module, constant, min(rows, getattr(module, constant))))
        yield
