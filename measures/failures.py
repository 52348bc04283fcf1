"""What does a request get that needs an altered snapshot? A page that says so, and no figure.

409, for the stored content contradicts its hash and asking again changes nothing: 503 would promise that it
passes and make a proxy or a watchman try again, and the server itself has no fault.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from measures.summaries import SnapshotError


class AlteredSnapshot:
    """Wherever a view reads a period's snapshot: the page names the period and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SnapshotError):
            return None
        return render(request, "409.html", {"problem": exception}, status=HTTPStatus.CONFLICT)
