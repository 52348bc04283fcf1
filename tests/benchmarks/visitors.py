"""Who asks for which page? Signed-in people of the demo, who speak to the program as a web server does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from departments.models import User
from langfang_policy.wsgi import application
from measures.models import Measure, PeriodState, Policy, ProgressUpdate, ReportingPeriod, UpdateState

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
TOKEN: Final = "k" * 32  # against forged requests: the same in the cookie and in the form


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in. Each request goes through the whole program, sign-in and middleware too."""

    session: str

    @classmethod
    def named(cls, username: str) -> "Visitor":
        client = Client()
        client.force_login(User.objects.get(username=username), backend=BACKEND)
        return cls(client.cookies[settings.SESSION_COOKIE_NAME].value)

    @property
    def cookies(self) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"

    def page(self, address: str) -> Answer:
        """Raises RuntimeError for whatever is no page: a refusal would be quick."""
        answer = self.get(address)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{address} answered {answer.status} {answer.location}")
        return answer

    def get(self, address: str) -> Answer:
        return self._ask({"REQUEST_METHOD": "GET"}, address)

    def post(self, address: str, fields: Mapping[str, str]) -> Answer:
        """An act. Raises RuntimeError where it was not done: done, it leads to another page."""
        body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN}).encode()
        form = {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        answer = self._ask(form, address)
        if answer.status != HTTPStatus.FOUND:
            raise RuntimeError(f"{address} answered {answer.status}: the act was not done")
        return answer

    def _ask(self, environ: dict[str, Any], address: str) -> Answer:
        path, _, query = address.partition("?")
        environ |= {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_COOKIE": self.cookies}
        environ |= {"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"}
        setup_testing_defaults(environ)
        told: list[tuple[str, list[tuple[str, str]]]] = []
        response = application(environ, lambda status, headers, _info=None: told.append((status, headers)))
        try:
            body = b"".join(response)
        finally:
            response.close()  # ends the request: signals, and the connection as in service
        status, headers = told[0]
        return Answer(int(status.split()[0]), dict(headers).get("Location", ""), body)


@dataclass(frozen=True)
class Place:
    """What the pages are about: one policy of the world, the last of many, and rows of its open period."""

    slug: str
    period: UUID
    measure: UUID
    department: str  # has an update to write
    update: UUID  # due in that department
    reviewing: str  # has a text to review

    @classmethod
    def last(cls) -> "Place":
        policy = Policy.objects.latest("pk")
        period = ReportingPeriod.objects.get(policy=policy, state=PeriodState.OPEN)
        rows = ProgressUpdate.objects.filter(period=period).order_by("pk")
        due = rows.filter(state=UpdateState.DUE).select_related("department", "measure").latest("pk")
        review = rows.filter(state=UpdateState.IN_REVIEW).select_related("department").latest("pk")
        measure = Measure.objects.get(pk=due.measure_id)
        return cls(
            policy.slug, period.uuid, measure.uuid, due.department.slug, due.uuid, review.department.slug
        )


def address_of(name: str, place: Place, *arguments: object) -> str:
    """Where a page of the tracker lies for the policy of that place."""
    try:
        return reverse(f"measures:{name}", args=(place.slug, *arguments))
    except NoReverseMatch:  # a page over all policies
        return reverse(f"measures:{name}", args=arguments)


CLERK: Final = "rsj-clerk"  # of the office of the demo


@dataclass(frozen=True)
class Page:
    """A main page, and who comes for it."""

    name: str
    username: str
    address: str


def main_pages(place: Place) -> list[Page]:
    reporter, reviewer = f"{place.department}-reporter", f"{place.reviewing}-reviewer"
    wanted: list[tuple[str, str, str, tuple[object, ...]]] = [
        ("overview", "leader", "overview", ()),
        ("measure list", "leader", "measure_list", ()),
        ("measure", "leader", "measure_detail", (place.measure,)),
        ("department list", CLERK, "department_list", ()),
        ("department", CLERK, "department_detail", (place.department,)),
        ("period", CLERK, "period_detail", (place.period,)),
        ("my updates", reporter, "my_updates", ()),
        ("update form", reporter, "update_edit", (place.update,)),
        ("review queue", reviewer, "review_queue", ()),
        ("check queue", CLERK, "check_queue", ()),
        ("report list", "leader", "report_list", ()),
        ("start", CLERK, "start", ()),
    ]
    return [
        Page(name, username, address_of(view, place, *arguments))
        for name, username, view, arguments in wanted
    ]


def bare_page() -> str:
    return reverse("bare")


def count_queries(act: Callable[[], object]) -> int:
    found = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal found
        found += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        act()
    return found
