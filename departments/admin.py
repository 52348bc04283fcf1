"""What does the administrator keep of who takes part? Departments, people, memberships, working days.

Nobody and nothing that a record names is deleted: people are deactivated, memberships end.
"""

from http import HTTPStatus
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static import admin as otp_static_admin
from django_otp.plugins.otp_totp import admin as otp_totp_admin

from departments import accounts, second_factor
from departments.account_details import CREATED, said_details
from departments.actors import said_of_idle_role
from departments.admin_bases import FoundByItsKey, ReadOnlyAdmin, ReferenceAdmin, ReferenceInline
from departments.admin_sheets import SheetAdmin
from departments.forms import NewPersonForm, ResetPasswordForm
from departments.models import (
    AccountAct,
    AccountEvent,
    Department,
    DepartmentAlias,
    Membership,
    Role,
    Succession,
    User,
    WorkingDay,
)
from departments.resources import DepartmentResource, alias_problems
from langfang_policy import clock
from langfang_policy.punctuation import listed

admin.site.unregister(Group)  # what somebody may do comes from memberships
# The library's own pages would show secrets; importing them first has them registered by now.
admin.site.unregister([otp_totp_admin.TOTPDevice, otp_static_admin.StaticDevice])


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        error_messages = {"name": {"unique": gettext_lazy("The department already has this alias.")}}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        problems = list(alias_problems(self.instance.department_id, name))
        if problems:
            raise forms.ValidationError(problems)
        return name


class AliasInline(ReferenceInline):
    model = DepartmentAlias
    form = AliasForm
    extra = 1


class SuccessionInline(ReferenceInline):
    """Who performs today what the texts lay on this department."""

    model = Succession
    fk_name = "predecessor"
    extra = 0


@admin.register(Department)
class DepartmentAdmin(SheetAdmin):
    resource_classes = (DepartmentResource,)
    list_display = ("name", "short_name", "slug", "kind", "position", "contact", "telephone", "rankable")
    list_filter = ("kind", "rankable", "allow_self_review")
    search_fields = ("name", "short_name", "full_name", "slug", "aliases__name")
    inlines = (AliasInline, SuccessionInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()  # files and addresses name it

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"contact", "telephone"}:  # a box of one line would drop line ends
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Succession)
class SuccessionAdmin(ReferenceAdmin):
    list_display = ("predecessor", "successor", "valid_from", "basis")
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name", "successor__name", "basis")


# --- people --------------------------------------------------------------------------------------


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Who, where and as what stays as it was entered; a membership is only ever ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "valid_from" in self.fields:
            self.fields["valid_from"].initial = clock.today()
        for name in ("user", "department", "role", "valid_from"):
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True

    def has_changed(self) -> bool:
        """An empty row is offered with a first day: that day alone, though it is past by now, is no entry."""
        return bool(set(self.changed_data) - {"valid_from"}) if self._is_offered() else super().has_changed()

    def _is_offered(self) -> bool:
        return self.empty_permitted and self.instance.pk is None


class MembershipInline(ReferenceInline):
    model = Membership
    fk_name = "user"
    form = MembershipForm
    readonly_fields = ("stands_in_for",)  # named by whom the deputy stands in for
    extra = 1
    can_delete = False


@admin.register(Membership)
class MembershipAdmin(ReferenceAdmin):
    form = MembershipForm
    deletable = False
    readonly_fields = ("stands_in_for",)
    list_display = ("user", "department", "role", "valid_from", "valid_to", "stands_in_for")
    list_filter = ("role", ("department", admin.RelatedOnlyFieldListFilter), "valid_to")
    list_select_related = ("user", "department", "stands_in_for")
    search_fields = ("user__username", "user__name", "department__name", "department__short_name")

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        accounts.record_role(obj, request, signed_in_administrator(request))
        warn_of_idle_role(request, obj)


def warn_of_idle_role(request: HttpRequest, membership: Membership) -> None:
    """It is stored all the same: a department may come to coordinate a policy. What ends is not looked at."""
    if membership.valid_to is not None and membership.valid_to <= clock.today():
        return
    if told := said_of_idle_role(Role(membership.role), membership.department):
        messages.warning(request, told)


@admin.register(User)
class PersonAdmin(ReferenceAdmin, UserAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    deletable = False
    form: Any = forms.ModelForm
    add_form = NewPersonForm
    change_password_form = ResetPasswordForm
    add_form_template = None
    list_display = (
        *("username", "name", "memberships_held", "is_active", "must_change_password"),
        *("failed_sign_ins", "last_login"),
    )
    list_filter = ("is_active", "is_superuser", "must_change_password", "memberships__role")
    search_fields = ("username", "name", "telephone", "memberships__department__short_name")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("password_page", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password_page", "must_change_password", "is_active")}),
        (gettext_lazy("Person"), {"fields": ("name", "telephone", "language")}),
        (gettext_lazy("Administration"), {"fields": ("is_superuser",)}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "password1", "password2")}),)
    inlines = (MembershipInline,)
    actions = ("release_lock", "remove_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        tries = AccessAttempt.objects.filter(username=OuterRef("username")).order_by().values("username")
        failed = Subquery(tries.annotate(total=Sum("failures_since_start")).values("total"))
        today = Membership.objects.active(clock.today()).select_related("department")
        held = Prefetch("memberships", queryset=today, to_attr="held_today")
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(failed=failed).prefetch_related(held)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks himself out."""
        own = ("is_active", "is_superuser") if obj and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["labels"] = {"is_superuser": _("administrator")}
        kwargs["help_texts"] = {
            "is_active": _("Without the mark the person cannot sign in. People are never deleted."),
            "is_superuser": _("Keeps accounts and reference data; does no act of the workflow."),
        }
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = obj.is_superuser
        super().save_model(request, obj, form, change)
        changed = ", ".join(name for name in form.changed_data if "password" not in name)
        accounts.record(
            AccountAct.ACCOUNT_CHANGED,
            obj,
            request,
            by=signed_in_administrator(request),
            details=changed if change else CREATED,
        )
        if not obj.is_active:
            accounts.end_sessions(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for row in [*formset.new_objects, *(row for row, _names in formset.changed_objects)]:
            if isinstance(row, Membership):
                accounts.record_role(row, request, signed_in_administrator(request))
                warn_of_idle_role(request, row)

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A new password ends every sign-in with the old one."""
        answer: HttpResponse = super().user_change_password(request, *args, **kwargs)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            person = User.objects.get(pk=args[0] if args else kwargs["id"])
            accounts.record(AccountAct.PASSWORD_RESET, person, request, by=signed_in_administrator(request))
            accounts.end_sessions(person, but=request.session.session_key)
        return answer

    @admin.display(description=gettext_lazy("holds today"))
    def memberships_held(self, obj: Any) -> str:
        return listed(f"{row.department} {row.get_role_display()}" for row in obj.held_today)

    @admin.display(description=gettext_lazy("failed sign-ins"), ordering="failed")
    def failed_sign_ins(self, obj: Any) -> str:
        return str(obj.failed or "")

    @admin.display(description=gettext_lazy("password"))
    def password_page(self, obj: User) -> str:
        return format_html('<a href="../password/">{}</a>', _("Give a new password, which must be changed"))

    @admin.action(description=gettext_lazy("Release the lock after failed sign-ins"))
    def release_lock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        released = sum(1 for user in queryset if reset(username=user.username))
        text = ngettext("%(count)d lock is released.", "%(count)d locks are released.", released)
        messages.success(request, text % {"count": released})

    @admin.action(description=gettext_lazy("Remove the second factor (telephone lost)"))
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Whoever found the telephone is signed out everywhere too."""
        removed = [person for person in queryset if second_factor.remove(person)]
        for person in removed:
            accounts.end_sessions(person)
            accounts.record(
                AccountAct.SECOND_FACTOR_REMOVED, person, request, by=signed_in_administrator(request)
            )
        text = ngettext(
            "The second factor of %(count)d person is removed.",
            "The second factor of %(count)d people is removed.",
            len(removed),
        )
        messages.success(request, text % {"count": len(removed)})


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    """The record of accounts, to be read. The database refuses to change it."""

    list_display = ("at", "act", "username", "user", "by", "address", "device", "said")
    list_filter = ("act",)
    list_select_related = ("user", "by")
    date_hierarchy = "at"
    search_fields = ("username", "user__name", "address")

    @admin.display(description=gettext_lazy("details"))
    def said(self, obj: AccountEvent) -> str:
        return said_details(obj)


def signed_in_administrator(request: HttpRequest) -> User:
    """The person who uses admin just now."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


# --- calendar ------------------------------------------------------------------------------------


@admin.register(WorkingDay)
class WorkingDayAdmin(FoundByItsKey, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """The days of a year come from `load_calendar`; single days are put right here."""

    list_display = ("date", "weekday", "is_working", "note")
    list_editable = ("is_working", "note")
    list_filter = ("is_working",)
    date_hierarchy = "date"
    list_per_page = 100
    search_fields = ("note",)

    @admin.display(description=gettext_lazy("day of the week"))
    def weekday(self, obj: WorkingDay) -> str:
        return date_format(obj.date, "l")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("date",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
