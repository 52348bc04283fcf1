"""All policies at a glance: the way into each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest
from measures.pages.policy_choice import policies_of


@require_safe
def policy_list(request: ActingRequest) -> HttpResponse:
    """Each with the department that coordinates it."""
    return render(request, "measures/policy_list.html", {"policies": list(policies_of(request).values())})
