"""Where did a page go that had no policy in its address? Links from before lead on to where it stands now.

What is posted to an old address, from a form that was open over the change, is sent on by the browser whole.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from departments.actors import ActingRequest
from measures.models import CoordinationMatter, Measure, ProgressUpdate, ReportingPeriod
from measures.pages.policy_choice import policies_of, policy_at_hand

# The slug of the policy to which a thing belongs, by the first word of its address.
Slugs = Callable[[UUID], Any]
SLUG_OF: Final[dict[str, Slugs]] = {
    "measures": lambda uuid: Measure.objects.filter(uuid=uuid).values_list("section__edition__policy__slug"),
    "matters": lambda uuid: CoordinationMatter.objects.filter(uuid=uuid).values_list(
        "measure__section__edition__policy__slug"
    ),
    "periods": lambda uuid: ReportingPeriod.objects.filter(uuid=uuid).values_list("policy__slug"),
    "reports": lambda uuid: ReportingPeriod.objects.filter(uuid=uuid).values_list("policy__slug"),
    "updates": lambda uuid: ProgressUpdate.objects.filter(uuid=uuid).values_list("period__policy__slug"),
}


@csrf_exempt  # it changes nothing: the page that it leads to asks, and keeps what was typed
@login_not_required
def moved(request: ActingRequest, name: str, **words: Any) -> HttpResponse:
    """302 for who looks, 307 for who sends: not for ever, since a list leads to the policy visited last."""
    looks = request.method in {"GET", "HEAD"}
    if looks and request.actor.user is None:
        return redirect_to_login(request.get_full_path())
    slug = slug_of(request, words.get("uuid"))
    if not slug:
        return redirect("measures:policy_list")
    query = request.GET.copy()
    query.pop("policy", None)
    address = reverse(name, kwargs={"policy": slug, **words})
    response = redirect(f"{address}?{query.urlencode()}" if query else address)
    if not looks:
        response.status_code = HTTPStatus.TEMPORARY_REDIRECT
    return response


def slug_of(request: ActingRequest, uuid: UUID | None) -> str:
    """The policy of the thing that is named, else the one of ?policy=, else the one at hand; empty for none.

    Raises Http404 for a forged id.
    """
    if uuid is not None:
        found = SLUG_OF[request.path.split("/")[1]](uuid).first()
        if found is None:
            raise Http404("no such page")
        return str(found[0])
    asked = request.GET.get("policy", "")
    if asked:
        if asked not in policies_of(request):
            raise Http404("no such policy")
        return asked
    policy = policy_at_hand(request)
    return policy.slug if policy else ""
