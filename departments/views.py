"""The pages of an account: signing in and out, the password, the language, stepping into a demo person.

What a person may do once signed in is decided in `measures`.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from departments.actors import ActingRequest
from departments.addresses import is_page_of_ours
from departments.forms import OwnPasswordForm, SignInForm, StepInForm
from departments.models import Language, Membership, Role, User
from langfang_policy import clock

# Axes counts failures at its own backend; who is let in without a password comes through this one.
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def safe_next(request: HttpRequest, default: str) -> str:
    """Where the request wants to go on, if that is a page of ours; else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_page_of_ours(request, wanted) else resolve_url(default)


@sensitive_post_parameters("password")
@never_cache
@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(safe_next(request, settings.LOGIN_REDIRECT_URL))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        auth.login(request, form.get_user())
        return redirect(safe_next(request, settings.LOGIN_REDIRECT_URL))
    on = clock.demo_date()
    context = {"form": form, "next": safe_next(request, "/"), "demo_people": demo_people(on) if on else []}
    return render(request, "departments/login.html", context)


@require_POST
@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    messages.success(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@never_cache
def password_change(request: ActingRequest) -> HttpResponse:
    form = OwnPasswordForm(request.actor.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        auth.update_session_auth_hash(request, form.save())
        messages.success(request, _("Your password is changed."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "departments/password_change.html", {"form": form})


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """The choice stays with the person, and with this browser for who is not signed in."""
    response = redirect(safe_next(request, "/"))
    chosen = request.POST.get("language", "")
    if chosen not in Language.values:
        return response
    if isinstance(request.user, User):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.HTTPS
    )
    return response


@require_POST
@login_not_required
def step_in(request: HttpRequest) -> HttpResponse:
    """Signs a visitor in without a password; in every database but a demo there is no such page."""
    if clock.demo_date() is None:
        raise Http404
    form = StepInForm(request.POST)
    if not form.is_valid():
        raise Http404
    auth.login(request, form.cleaned_data["person"], backend=MODEL_BACKEND)
    return redirect(safe_next(request, settings.LOGIN_REDIRECT_URL))


@dataclass(frozen=True)
class DemoRole:
    """A role that a visitor of the demo may take, and the people who hold it."""

    label: str
    people: list[tuple[str, str]]  # uuid, how the person is shown


def demo_people(on: date) -> list[DemoRole]:
    """Every active person of the demo by role, departments in protocol order, the administrator last."""
    active = Membership.objects.active(on).select_related("user", "department")
    held: dict[str, list[tuple[str, str]]] = {role: [] for role in Role.values}
    for row in active.order_by("department__position", "pk"):
        held[row.role].append((str(row.user.uuid), f"{row.department} {row.user}"))
    parts = [DemoRole(str(Role(role).label), people) for role, people in held.items() if people]
    admins = [(str(user.uuid), str(user)) for user in User.objects.filter(is_superuser=True, is_active=True)]
    return [*parts, DemoRole(_("administrator"), admins)] if admins else parts


@login_not_required
def admin_login(request: HttpRequest) -> HttpResponse:
    """Before admin's own sign-in page: one sign-in for all, and a plain 403 for who is no administrator."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("Only administrators may enter here."))
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{request.GET.urlencode()}")
