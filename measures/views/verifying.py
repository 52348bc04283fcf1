"""Is this file an issued report? By its bytes or by a SHA-256 that is printed on it; nothing is stored."""

import hashlib
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.core.files.base import File
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from departments.actors import ActingRequest
from measures.models import IssuedReport
from measures.pages.form_handling import http_status_of, posted_data
from measures.report_forms import VerifyForm

# So many a person may ask in so many seconds, of each process: enough to work through a folder.
MOST_ASKED: Final = 30
SECONDS: Final = 60
WHOLE: Final = 64  # characters of a SHA-256


@dataclass(frozen=True)
class Answer:
    """`reports`: those found; one by the file, any number by a hash. `by_file`: the bytes are the same.

    `beginning`: what was typed, where that is not the whole hash; several hashes that begin so find nothing.
    `name`: of what the hash is.
    """

    sha256: str
    reports: list[IssuedReport]
    by_file: bool = False
    beginning: str = ""
    is_ambiguous: bool = False
    name: str | Promise = ""

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
    file = form.cleaned_data["file"]
    if not file:
        return answer_to_hash(form.cleaned_data["sha256"])
    found = digest_of(file)
    return Answer(found, list(IssuedReport.objects.for_display().filter(sha256=found)), by_file=True)


def answer_to_hash(typed: str) -> Answer:
    """Of the whole hash or of its beginning, as long as one alone begins so."""
    reports = list(IssuedReport.objects.for_display().bearing(typed))
    names = {sha: name for report in reports for sha, name in report.hashes.items() if sha.startswith(typed)}
    beginning = typed if len(typed) < WHOLE else ""
    if len(names) != 1:
        return Answer(typed, [], beginning=beginning, is_ambiguous=bool(names))
    [(sha256, name)] = names.items()
    return Answer(sha256, reports, beginning=beginning, name=name)


def digest_of(file: "File[bytes]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()
