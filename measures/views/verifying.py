"""Is this file an issued report? By its bytes or by a SHA-256 that is printed on it; nothing is stored."""

import hashlib
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.core.files.base import File
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from departments.actors import ActingRequest
from measures.models import IssuedReport
from measures.pages.form_handling import http_status_of, posted_data
from measures.report_forms import VerifyForm

# So many a person may ask in so many seconds, of each process: enough to work through a folder.
MOST_ASKED: Final = 30
SECONDS: Final = 60


@dataclass(frozen=True)
class Answer:
    """`reports`: those found; one by the file, any number by a hash. `by_file`: the bytes are the same."""

    sha256: str
    by_file: bool
    reports: list[IssuedReport]

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.reports) and all(report.is_withdrawn for report in self.reports)


def verify(request: ActingRequest) -> HttpResponse:
    """Issued, withdrawn or unknown. What is sent is read once and kept nowhere."""
    form = VerifyForm(posted_data(request), request.FILES or None)
    if form.is_bound and asks_too_often(request.actor.person.pk):
        form = VerifyForm()
        context = {"form": form, "too_often": _("That was often: wait a minute, then go on.")}
        return render(request, "measures/verify.html", context, status=429)
    context = {"form": form, "answer": answer_to(form) if form.is_valid() else None}
    return render(request, "measures/verify.html", context, status=http_status_of(form))


def asks_too_often(person: int) -> bool:
    key = f"verify-{person}"
    cache.add(key, 0, SECONDS)
    try:
        return cache.incr(key) > MOST_ASKED
    except ValueError:  # its minute ended just now
        return False


def answer_to(form: VerifyForm) -> Answer:
    file, sha256 = form.cleaned_data["file"], form.cleaned_data["sha256"]
    rows = IssuedReport.objects.for_display()
    if file:
        found = digest_of(file)
        return Answer(found, True, list(rows.filter(sha256=found)))
    known = Q(sha256=sha256) | Q(printed_sha256=sha256) | Q(snapshot__sha256=sha256)
    return Answer(sha256, False, list(rows.filter(known)))


def digest_of(file: "File[bytes]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()
