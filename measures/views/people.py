"""Who works in a department, and how do people come and go, without the administrator?"""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.actors import ActingRequest
from departments.models import Department, Membership, Role
from langfang_policy import clock
from measures import permissions
from measures.models import Event
from measures.pages.form_handling import posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.unknown_filters import known_or_left_out
from measures.people_forms import DeputyForm, EndForm, HandoverForm, KnownPersonForm, NewPersonForm
from measures.workflow import handovers, memberships

PER_PAGE: Final = 50
LACKING: Final = "lacking"
# Memberships that have ended, of which the last are shown.
ENDED: Final = 20


@require_safe
def people_list(request: ActingRequest) -> HttpResponse:
    """The departments whose people this person manages; of one alone, its page at once.

    With ?list=lacking those in which nobody reports or nobody reviews.
    """
    if not permissions.manages_people(request.actor):
        raise PermissionDenied
    managed = permissions.departments_with_people_of(request.actor)
    lacking = known_or_left_out(request, "list", (LACKING,)) == LACKING
    count = permissions.without_people if lacking else permissions.with_numbers_of_people
    rows = count(managed, clock.today())
    page = page_of(rows.order_by("position", "slug"), request.GET.get("page", ""), PER_PAGE)
    if page.paginator.count == 1 and not lacking:
        return redirect("measures:people_detail", page[0].slug)
    return render(request, "measures/people_list.html", {"page": page, "lacking": lacking})


@require_safe
def people_detail(request: ActingRequest, slug: str) -> HttpResponse:
    """Who holds which role in the department, from when to when, and the ways in and out."""
    return _shown(request, *managed_department(request, slug))


@require_POST
def people_add(request: ActingRequest, slug: str) -> HttpResponse:
    """Give a role to somebody who has an account."""
    department, roles = managed_department(request, slug)
    form = KnownPersonForm(request.POST, roles=roles, on=clock.today(), prefix="known")

    def add() -> HttpResponse:
        person, role = form.person(), form.cleaned_data["role"]
        memberships.give_membership(
            request.actor, person, department, role, form.span(), request, clock.now()
        )
        words = _("%(person)s is %(role)s of %(department)s.")
        given = {"person": person, "role": Role(role).label, "department": department}
        messages.success(request, words % given)
        return redirect("measures:people_detail", department.slug)

    return try_act(form, add) or _shown(request, department, roles, known=form)


@never_cache
@require_POST
def people_create(request: ActingRequest, slug: str) -> HttpResponse:
    """A new account; its first password is on the answer, and nowhere else."""
    department, roles = managed_department(request, slug)
    form = NewPersonForm(request.POST, roles=roles, on=clock.today(), prefix="new")

    def create() -> HttpResponse:
        person, role = form.person(), form.cleaned_data["role"]
        account = memberships.create_person(
            request.actor, person, department, role, form.span(), request, clock.now()
        )
        context = {"department": department, "accounts": [account], "role": Role(role).label}
        return render(request, "measures/people_create.html", context)

    return try_act(form, create) or _shown(request, department, roles, new=form)


@require_POST
def people_deputy(request: ActingRequest, slug: str) -> HttpResponse:
    """The reviewer names who reviews in the meantime."""
    department, roles = managed_department(request, slug)
    if not permissions.names_a_deputy_in(request.actor, department):
        raise PermissionDenied
    form = DeputyForm(request.POST, on=clock.today(), prefix="deputy")

    def name() -> HttpResponse:
        row = memberships.name_deputy(
            request.actor, form.person(), department, form.span(), request, clock.now()
        )
        messages.success(request, _("%(person)s stands in for you.") % {"person": row.user})
        return redirect("measures:people_detail", department.slug)

    return try_act(form, name) or _shown(request, department, roles, deputy=form)


@require_POST
def people_end(request: ActingRequest, slug: str) -> HttpResponse:
    """A membership gets its last day."""
    department, roles = managed_department(request, slug)
    rows = [row for row in people_of(department) if Role(row.role) in roles]
    form = EndForm(request.POST, rows=rows)

    def end() -> HttpResponse:
        membership, last = form.cleaned_data["membership"], form.cleaned_data["valid_to"]
        memberships.end_membership(request.actor, membership, last, request, clock.now())
        messages.success(request, _("%(person)s: the last day is set.") % {"person": membership.user})
        return redirect("measures:people_detail", department.slug)

    return try_act(form, end) or _shown(request, department, roles, ending=form)


@require_http_methods(["GET", "HEAD", "POST"])
def people_handover(request: ActingRequest, slug: str) -> HttpResponse:
    """The work of one person goes to another: first what moves is shown, then it is confirmed."""
    department, _roles = managed_department(request, slug)
    chosen = {"giver": request.GET.get("from", "")}
    form = HandoverForm(posted_data(request), department=department, on=clock.today(), initial=chosen)
    context: dict[str, Any] = {"department": department, "form": form}

    def go_on() -> HttpResponse:
        asked = form.asked(department)
        if not request.POST.get("confirmed"):
            handovers.check(request.actor, asked)
            shown = {**context, "asked": asked, "work": handovers.work_of(asked, clock.today())}
            return render(request, "measures/people_handover.html", shown)
        handovers.hand_over(request.actor, asked, request, clock.now())
        words = _("%(receiver)s has taken over from %(giver)s.")
        messages.success(request, words % {"receiver": asked.receiver, "giver": asked.giver})
        return redirect("measures:people_detail", department.slug)

    if answer := try_act(form, go_on):
        return answer
    return render(request, "measures/people_handover.html", context, status=422 if form.is_bound else 200)


# --- what the pages share ------------------------------------------------------------------------


def managed_department(request: ActingRequest, slug: str) -> tuple[Department, tuple[Role, ...]]:
    """The department, and the roles that this person may give there. Http404, PermissionDenied."""
    department = get_object_or_404(Department, slug=slug)
    roles = permissions.roles_to_give(request.actor, department)
    if not roles:
        raise PermissionDenied
    return department, roles


def deputy_form(request: ActingRequest, department: Department) -> DeputyForm | None:
    """None for the clerk, and for whoever is a deputy."""
    names = permissions.names_a_deputy_in(request.actor, department)
    return DeputyForm(on=clock.today(), prefix="deputy") if names else None


def people_of(department: Department) -> QuerySet[Membership]:
    """Memberships that hold today or will, also of people who were deactivated."""
    rows = department.memberships.exclude(valid_to__lt=clock.today()).select_related("user", "stands_in_for")
    return rows.order_by("role", "valid_from", "user__username")


def _shown(
    request: ActingRequest,
    department: Department,
    roles: tuple[Role, ...],
    *,
    known: KnownPersonForm | None = None,
    new: NewPersonForm | None = None,
    ending: EndForm | None = None,
    deputy: DeputyForm | None = None,
) -> HttpResponse:
    """The page of the department; a form that was not accepted comes back as it was filled in."""
    today = clock.today()
    ended = department.memberships.filter(valid_to__lt=today).select_related("user")
    rows = list(people_of(department))
    context: dict[str, Any] = {
        "department": department,
        "rows": [(row, Role(row.role) in roles and row.valid_to != today) for row in rows],
        "ended": list(ended.order_by("-valid_to", "-pk")[:ENDED]),
        "known": known or KnownPersonForm(roles=roles, on=today, prefix="known"),
        "new": new or NewPersonForm(roles=roles, on=today, prefix="new"),
        "ending": ending,
        "deputy": deputy or deputy_form(request, department),
        "events": Event.objects.filter(membership__department=department).for_display()[:ENDED],
        "on": today,
        "lacks": permissions.without_people(Department.objects.filter(pk=department.pk), today).exists(),
    }
    refused = known or new or ending or deputy
    return render(request, "measures/people_detail.html", context, status=422 if refused else 200)
