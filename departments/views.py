"""What do the pages of an account do? Signing in and out, password, second factor, sessions, language.

What a person may do once signed in is decided in `measures`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from departments import accounts, held_posts, passwords
from departments import second_factor as second_factors
from departments.actors import ACTING_FOR, ActingRequest, Actor
from departments.addresses import is_page_of_ours
from departments.forms import CodeForm, OwnPasswordForm, SignInForm, StepInForm
from departments.models import AccountAct, Language, Membership, Role, Session, User
from departments.posted_text import texts_of
from langfang_policy import clock

WRONG_CODE = gettext_lazy("This code is not right, or was used before. Wait for the next one and try again.")
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
        return signed_in(request, form.get_user())
    on = clock.demo_date()
    context = {"form": form, "next": safe_next(request, "/"), "demo_people": demo_people(on) if on else []}
    return render(request, "departments/login.html", context)


def signed_in(request: HttpRequest, person: User) -> HttpResponse:
    """The password was right: what else is due before the person goes on?"""
    auth.login(request, person)
    if clock.demo_date() is None and passwords.is_outdated(person, timezone.now()):
        person.must_change_password = True
        person.save(update_fields=["must_change_password"])
    wanted = next_page(person, safe_next(request, settings.LOGIN_REDIRECT_URL))
    if second_factors.ask_for_code(request.session, person):
        return redirect(f"{resolve_url('departments:second_factor_check')}?{urlencode({'next': wanted})}")
    return redirect(wanted)


def next_page(person: User, wanted: str) -> str:
    """What was typed and not carried out is shown first; it leads on to the page of the form."""
    waits = held_posts.waiting(person, timezone.now())
    return resolve_url("departments:held_list" if waits else wanted)


@require_POST
@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    messages.success(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@never_cache
def password_change(request: ActingRequest) -> HttpResponse:
    person = request.actor.person
    form = OwnPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        auth.update_session_auth_hash(request, form.save())
        accounts.record(AccountAct.PASSWORD_CHANGED, person, request)
        accounts.end_sessions(person, but=request.session.session_key)
        messages.success(request, _("Your password is changed."))
        return redirect(next_page(person, settings.LOGIN_REDIRECT_URL))
    outdated = person.must_change_password and passwords.is_older_than_allowed(person, timezone.now())
    context = {"form": form, "days": settings.PASSWORD_DAYS if outdated else 0}
    return render(request, "departments/password_change.html", context)


@sensitive_post_parameters("code")
def second_factor(request: ActingRequest) -> HttpResponse:
    """Set up a telephone in two steps, each a button; or give it up, with a code."""
    person, act = request.actor.person, request.POST.get("act", "")
    form = CodeForm(request.POST if act else None)
    codes: list[str] | None = None
    if act == "begin":
        second_factors.begin(person)
        return redirect("departments:second_factor")
    if act == "confirm" and form.is_valid():
        codes = codes_of_new_telephone(request, form)
    if act == "remove" and form.is_valid() and code_is_right(request, form):
        return remove_second_factor(request, person)
    context = {**second_factor_context(request.actor), "form": form, "codes": codes}
    return render(request, "departments/second_factor.html", context, status=422 if form.errors else 200)


def second_factor_context(actor: Actor) -> dict[str, Any]:
    """What the page shows: a telephone in use, or the secret of one that is being set up."""
    device, pending = second_factors.device_of(actor.person), second_factors.pending_device(actor.person)
    return {
        "device": device,
        "qr_code": second_factors.qr_code(pending) if pending else "",
        "secret": second_factors.secret_words(pending) if pending else "",
        "is_required": second_factors.is_required(actor),
    }


def codes_of_new_telephone(request: ActingRequest, form: CodeForm) -> list[str] | None:
    """Takes the telephone into use; None if its code is wrong, and the form says so."""
    codes = second_factors.confirm(request.actor.person, form.cleaned_data["code"])
    if codes:
        request.session[second_factors.STATE] = second_factors.SHOWN
        accounts.record(AccountAct.SECOND_FACTOR_SET, request.actor.person, request)
    else:
        form.add_error("code", WRONG_CODE)
    return codes


def remove_second_factor(request: ActingRequest, person: User) -> HttpResponse:
    if second_factors.is_required(request.actor):
        raise PermissionDenied(_("Your role needs the second factor. Set up another telephone instead."))
    second_factors.remove(person)
    accounts.record(AccountAct.SECOND_FACTOR_REMOVED, person, request)
    messages.success(request, _("From now on the password alone is asked for."))
    return redirect("departments:second_factor")


def code_is_right(request: ActingRequest, form: CodeForm) -> bool:
    """Else the form says so, and the record."""
    if second_factors.check(request.actor.person, form.cleaned_data["code"]):
        return True
    accounts.record(AccountAct.CODE_FAILED, request.actor.person, request)
    form.add_error("code", WRONG_CODE)
    return False


@sensitive_post_parameters("code")
def second_factor_check(request: ActingRequest) -> HttpResponse:
    """The second half of a sign-in."""
    wanted = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if second_factors.device_of(request.actor.person) is None:
        request.session.pop(second_factors.STATE, None)
        return redirect(wanted)
    form = CodeForm(request.POST or None)
    form.fields["code"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid() and code_is_right(request, form):
        request.session[second_factors.STATE] = second_factors.SHOWN
        request.session.cycle_key()
        return redirect(wanted)
    context = {"form": form, "next": wanted}
    return render(
        request, "departments/second_factor_check.html", context, status=422 if form.errors else 200
    )


@require_safe
def session_list(request: ActingRequest) -> HttpResponse:
    """Where this person is signed in, this browser first."""
    own = Session.objects.filter(user=request.actor.person, expire_date__gt=timezone.now())
    rows = sorted(own.order_by("-last_seen"), key=lambda row: row.session_key != request.session.session_key)
    context = {"sessions": rows, "this": request.session.session_key}
    return render(request, "departments/session_list.html", context)


@require_POST
def session_end_others(request: ActingRequest) -> HttpResponse:
    ended = accounts.end_sessions(request.actor.person, but=request.session.session_key)
    if ended:
        accounts.record(AccountAct.SESSIONS_ENDED, request.actor.person, request, details=str(ended))
    text = ngettext("%(count)d other sign-in is ended.", "%(count)d other sign-ins are ended.", ended)
    messages.success(request, text % {"count": ended})
    return redirect("departments:session_list")


@require_safe
def held_list(request: ActingRequest) -> HttpResponse:
    """What this person sent when a sign-in was over: to be copied, nothing of it was carried out."""
    posts = []
    for post in held_posts.waiting(request.actor.person, timezone.now()):
        form = held_posts.form_sent_to(request.actor, post.address, post.fields)
        posts.append((post, form, texts_of(list(post.fields), form.labels if form else {})))
    context = {"posts": posts}
    return render(request, "departments/held_list.html", context)


@require_POST
def held_discard(request: ActingRequest) -> HttpResponse:
    held_posts.discard(request.actor.person)
    messages.success(request, _("The held text is thrown away."))
    return redirect(settings.LOGIN_REDIRECT_URL)


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
def acting_for(request: ActingRequest) -> HttpResponse:
    """Whoever belongs to several departments chooses one, for this sign-in; without a choice all count."""
    held = {row.slug: row for row in request.actor.departments()}
    slug = request.POST.get("department", "")
    if slug and slug not in held:
        raise PermissionDenied
    if slug:
        request.session[ACTING_FOR] = held[slug].pk
        messages.success(request, _("You act for %(department)s now.") % {"department": held[slug]})
    else:
        request.session.pop(ACTING_FOR, None)
    return redirect(safe_next(request, "/"))


@require_POST
@login_not_required
def step_in(request: HttpRequest) -> HttpResponse:
    """Signs a visitor in without a password; in every database but a demo there is no such page."""
    if clock.demo_date() is None:
        raise Http404
    form = StepInForm(request.POST)
    if not form.is_valid():
        raise Http404
    person = form.cleaned_data["person"]
    auth.login(request, person, backend=MODEL_BACKEND)
    return redirect(next_page(person, safe_next(request, settings.LOGIN_REDIRECT_URL)))


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
