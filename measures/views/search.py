"""Where does it stand? Measures, texts and departments of a policy that hold the words, on one page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures.models import Policy
from measures.office_forms import SearchForm
from measures.pages import search_page
from measures.pages.policy_choice import of_policy
from measures.pages.unknown_filters import known_or_left_out


@require_safe
@of_policy
def search(request: ActingRequest, policy: Policy) -> HttpResponse:
    """?q= the words; ?kind= which of the kinds is shown, the first that has something if none is named."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    context: dict[str, Any] = {"form": form, "results": None}
    if form.is_valid() and (words := form.cleaned_data["q"]):
        kind, number = request.GET.get("kind", ""), request.GET.get("page", "")
        results = search_page.search(request.actor, policy, words, kind, number, clock.today())
        known_or_left_out(request, "kind", [name for name, _label, _count in results.counts])
        context |= {"results": results, "page": results.page, "words": words}
    return render(request, "measures/search.html", context)
