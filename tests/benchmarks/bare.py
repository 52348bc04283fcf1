"""What does Django itself need? Twenty rows of one query in a plain template, behind the site's own sign-in.

Every page is measured beside this one. It passes the same middleware and context processors, and asks the
same number of rows whatever the size of the database.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from measures.models import Measure

ROWS = 20


@require_safe
def bare(request: HttpRequest) -> HttpResponse:
    rows = Measure.objects.select_related("section").order_by("pk")[:ROWS]
    return render(request, "bare.html", {"rows": rows})
