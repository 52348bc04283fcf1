"""What does the administrator keep of what is tracked? Policy settings, responsibilities, commitments.

The text of a policy, and all that the workflow makes, only shows here: updates by their state and without a
word of their texts, which belong to their departments.
"""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db import admin as _queue_admin  # noqa: F401  # registered by now, to be taken away
from django_tasks_db.models import DBTaskResult

from departments.actors import said_of_idle_role
from departments.admin_bases import ReadOnlyAdmin, ReferenceAdmin, ReferenceInline
from departments.admin_sheets import SheetAdmin
from departments.models import Department, Membership, Role
from departments.sheets import reads_as_several_names, several_names_message
from departments.workdays import CalendarMissing
from langfang_policy import clock
from langfang_policy.characters import refuse_hidden_characters
from langfang_policy.punctuation import after_label
from measures.models import (
    Commitment,
    CommitmentSubject,
    Edition,
    Event,
    InterimTarget,
    Measure,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    Section,
)
from measures.resources import CommitmentResource, ResponsibilityResource
from measures.value_inputs import PlainDecimalField
from measures.workflow import duty_changes

# The library's page of its queue says nothing that the pages of batches do not, and not in Chinese.
admin.site.unregister(DBTaskResult)

# --- the text ------------------------------------------------------------------------------------


@admin.register(Policy)
class PolicyAdmin(ReferenceAdmin):
    """Policies come from `load_policy`; cadence, thresholds and offsets are the office's."""

    deletable = False
    list_display = ("short_title", "slug", "coordinator", "cadence")
    list_select_related = ("coordinator",)
    readonly_fields = ("slug", "title")
    fieldsets = (
        (None, {"fields": ("slug", "title", "short_title", "coordinator", "cadence")}),
        (
            gettext_lazy("Dates of a period"),
            {
                "fields": (
                    *("deadline_day", "participant_offset", "lead_offset"),
                    *("check_offset", "grace_offset", "minimum_days"),
                )
            },
        ),
        (gettext_lazy("Urging"), {"fields": ("urge_yellow_days", "urge_red_days")}),
        (gettext_lazy("Texts"), {"fields": ("repeated_percent",)}),
        (gettext_lazy("Lights"), {"fields": ("yellow_points", "red_points", "ending_soon_days")}),
    )

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        """Whoever served the department that coordinated it until now may have lost all rights."""
        super().save_model(request, obj, form, change)
        if "coordinator" in form.changed_data:
            former = Department.objects.get(pk=form.initial["coordinator"])
            held = Membership.objects.active(clock.today()).filter(department=former)
            for role in sorted(set(held.values_list("role", flat=True))):
                if told := said_of_idle_role(Role(role), former):
                    messages.warning(request, told)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class SectionInline(ReferenceInline):
    model = Section
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("title", "number", "policy", "status", "effective_from")
    list_select_related = ("policy",)
    inlines = (SectionInline,)


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "lead_mode", "state")
    list_display_links = ("code", "title")
    list_filter = ("section__edition", "lead_mode", "state")
    list_select_related = ("section__edition",)
    search_fields = ("title", "text")

    @admin.display(description=gettext_lazy("code"), ordering="section")
    def code(self, obj: Measure) -> str:
        return obj.code


# --- who answers ---------------------------------------------------------------------------------


class ResponsibilityForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    basis = forms.CharField(
        label=gettext_lazy("basis"),
        max_length=duty_changes.BASIS_LENGTH,
        required=False,
        validators=[refuse_hidden_characters],
        help_text=gettext_lazy("The document on which it rests. Required when a day is set or changed."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"valid_from", "valid_to"} & set(self.changed_data) and not cleaned.get("basis"):
            self.add_error("basis", _("Say on what document the change rests."))
        return cleaned

    def _post_clean(self) -> None:
        """Measure, department and role are fixed: a form looks only at constraints of what it can change."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, left out of the stubs
        if self.instance.pk and not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error)


@admin.register(Responsibility)
class ResponsibilityAdmin(SheetAdmin):
    """Added and ended through `duty_changes`: the updates of open periods follow."""

    form = ResponsibilityForm
    resource_classes = (ResponsibilityResource,)
    list_display = ("code", "measure_title", "department", "role", "position", "valid_from", "valid_to")
    list_display_links = ("code", "measure_title")
    list_filter = ("role", "designated", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("measure__section__edition__policy", "department")
    search_fields = ("measure__title", "department__name", "department__short_name")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("measure", "department", "role", "position"),
                    *("valid_from", "valid_to", "designated", "basis"),
                ),
                "description": gettext_lazy(
                    "Another role is another responsibility: add it. Where a department has two roles on one "
                    "measure, the lead wins."
                ),
            },
        ),
    )

    @admin.display(description=gettext_lazy("code"), ordering="measure")
    def code(self, obj: Responsibility) -> str:
        return obj.measure.code

    @admin.display(description=gettext_lazy("measure"))
    def measure_title(self, obj: Responsibility) -> str:
        return obj.measure.title

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What a clause says is not reworded: another department is another responsibility."""
        return ("measure", "department", "role") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "measure":
            kwargs["queryset"] = Measure.objects.select_related("section")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Responsibility, form: Any, change: bool) -> None:
        updates = duty_changes.save_responsibility(
            request.actor, obj, form.cleaned_data["basis"], clock.now()
        )
        for update in updates:
            messages.info(request, after_label(update, update.get_state_display()))
        if obj.valid_from and obj.valid_from > clock.today():
            messages.info(request, _("Its updates in open periods are owed from its first day on."))
        if obj.valid_to and obj.valid_to >= clock.today():
            messages.info(
                request,
                _("Updates already owed stay until its last day; the night after, what is open is waived."),
            )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A date cannot be counted in a year that the calendar lacks: said, and nothing is stored."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except CalendarMissing as error:
            messages.error(request, str(error))
            return redirect(request.get_full_path())
        return answer

    def other_dependents(self, objs: Any) -> list[str]:
        """An update that answers for it protects it: it can be ended, not deleted."""
        return [str(update) for update in ProgressUpdate.objects.filter(covers__in=objs).with_context()]


class SubjectForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    def clean_name(self) -> str:
        """As in a file, or what is exported could not come back."""
        name: str = self.cleaned_data["name"]
        if reads_as_several_names(name):
            raise ValidationError(several_names_message(name))
        return name


# Also here 1e5 is no number.
PLAIN_NUMBERS: Final[dict[type[Field[Any, Any]], dict[str, Any]]] = {
    DecimalField: {"form_class": PlainDecimalField}
}


class SubjectInline(ReferenceInline):
    model = CommitmentSubject
    form = SubjectForm
    extra = 0


class TargetInline(ReferenceInline):
    model = InterimTarget
    formfield_overrides = PLAIN_NUMBERS
    extra = 0


@admin.register(Commitment)
class CommitmentAdmin(SheetAdmin):
    formfield_overrides = PLAIN_NUMBERS
    resource_classes = (CommitmentResource,)
    list_display = ("label", "code", "kind", "binding", "floor", "ceiling", "unit", "cycle", "ends_on")
    list_filter = ("kind", "binding", "cycle")
    list_select_related = ("measure__section",)
    search_fields = ("label", "wording", "measure__title")
    inlines = (SubjectInline, TargetInline)

    @admin.display(description=gettext_lazy("measure"), ordering="measure")
    def code(self, obj: Commitment) -> str:
        return obj.measure.code

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "measure":
            kwargs["queryset"] = Measure.objects.select_related("section")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


# --- what the workflow makes: it only shows --------------------------------------------------------


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "policy", "state", "lead_due_on", "opened_at", "closed_at")
    list_select_related = ("policy",)
    list_filter = ("state",)


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(ReadOnlyAdmin):
    """Who has filed; not what."""

    list_display = ("period", "code", "department", "role", "due_on", "state", "first_submitted_at")
    list_display_links = ("period", "code")
    list_filter = ("state", "role", ("period", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("period", "measure__section", "department")
    search_fields = ("measure__title", "department__name", "department__short_name")
    fields = (
        "period",
        "measure",
        "department",
        "role",
        "due_on",
        "back_due_on",
        "state",
        "first_submitted_at",
    )

    @admin.display(description=gettext_lazy("measure"), ordering="measure")
    def code(self, obj: ProgressUpdate) -> str:
        return obj.measure.code


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Who did what, when. Reasons may quote a text, so they stay on the pages of those who may read it."""

    list_display = ("at", "user", "department", "act", "about", "before", "after")
    list_filter = ("act", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = (
        *("user", "department", "period", "measure__section", "policy"),
        *("about_department", "membership__department", "membership__user"),
        *(f"update__{name}" for name in ("period", "measure__section", "department")),
        *(f"revision__update__{name}" for name in ("period", "measure__section", "department")),
    )
    ordering = ("-pk",)  # the latest first; as they happened, not by a clock
    date_hierarchy = "at"
    search_fields = ("user__username", "user__name")
    fields = ("at", "user", "department", "act", "about", "before", "after")

    @admin.display(description=gettext_lazy("subject of the act"))
    def about(self, obj: Event) -> str:
        return str(obj.subject)

    @admin.display(description=gettext_lazy("state before"))
    def before(self, obj: Event) -> str:
        return obj.from_words

    @admin.display(description=gettext_lazy("state after"))
    def after(self, obj: Event) -> str:
        return obj.to_words
