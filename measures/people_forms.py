"""What does somebody type in who brings people into a department, or lets them go?"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Membership, Role, User
from departments.sheets import refuse_large_file
from measures import permissions
from measures.models import Policy, Section
from measures.register import departments_of
from measures.workflow.handovers import Handover
from measures.workflow.memberships import Span

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _MembershipForm(forms.Form):
    """The role and its days, which every way into a department asks for."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=Role)
    valid_from = forms.DateField(label=_("First day"), widget=_DAY)
    valid_to = forms.DateField(
        label=_("Last day"), widget=_DAY, required=False, help_text=_("included; empty: without an end")
    )

    field_order = ("username", "name", "telephone", "role", "valid_from", "valid_to")

    def __init__(self, *args: Any, roles: Sequence[Role], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("role")
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(role.value, role.label) for role in roles]
        self.fields["valid_from"].initial = on

    def span(self) -> Span:
        """Only of a valid form."""
        return Span(self.cleaned_data["valid_from"], self.cleaned_data["valid_to"])


class KnownPersonForm(_MembershipForm):
    """Somebody who has an account: user name and name must both be right, so that nobody else comes in."""

    username = forms.CharField(label=_("User name"), max_length=150)
    name = forms.CharField(label=_("Name"), max_length=40)

    def person(self) -> User:
        """Only of a valid form. Raises ValidationError."""
        found = User.objects.filter(
            username=self.cleaned_data["username"], name=self.cleaned_data["name"], is_active=True
        ).first()
        if found is None:
            raise ValidationError(
                {"username": _("Nobody who has an account has this user name and this name.")}
            )
        return found


class PortfolioForm(forms.Form):
    """Which leader is in charge of which section or department, from when to when."""

    leader = forms.ChoiceField(label=_("Leader"))
    of = forms.ChoiceField(label=_("In charge of"))
    valid_from = forms.DateField(label=_("First day"), widget=_DAY)
    valid_to = forms.DateField(
        label=_("Last day"), widget=_DAY, required=False, help_text=_("included; empty: without an end")
    )

    def __init__(self, *args: Any, policy: Policy, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=permissions.leaders_of(policy, on).values("user"))
        self._people = {row.username: row for row in people}
        sections = Section.objects.filter(edition__policy=policy)
        latest = sections.filter(edition=policy.editions.order_by("-number").values("pk")[:1])
        self._sections = {f"section-{row.ordinal}": row for row in latest.order_by("ordinal")}
        self._departments = {f"department-{row.slug}": row for row in departments_of(policy)}
        self.fields["leader"] = forms.ChoiceField(
            label=_("Leader"), choices=[(name, str(row)) for name, row in self._people.items()]
        )
        self.fields["of"] = forms.ChoiceField(
            label=_("In charge of"),
            choices=[
                (_("Sections"), [(name, row.heading) for name, row in self._sections.items()]),
                (_("Departments"), [(name, row.short_name) for name, row in self._departments.items()]),
            ],
        )
        self.fields["valid_from"].initial = on

    def person(self) -> User:
        """Only of a valid form, as the others."""
        return self._people[self.cleaned_data["leader"]]

    def subject(self) -> Department | Section:
        chosen = self.cleaned_data["of"]
        return self._sections.get(chosen) or self._departments[chosen]

    def span(self) -> Span:
        return Span(self.cleaned_data["valid_from"], self.cleaned_data["valid_to"])


class PortfolioEndForm(forms.Form):
    valid_to = forms.DateField(label=_("Last day"), widget=_DAY)


class DeputyForm(KnownPersonForm):
    """Who reviews in the meantime: a known person, and both days."""

    role = None  # type: ignore[assignment]  # Django's way to leave a field out: a deputy reviews

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, roles=(), on=on, **kwargs)
        self.fields["valid_to"].required = True
        self.fields["valid_to"].help_text = _("included")


class NewPersonForm(_MembershipForm):
    """Somebody without an account."""

    username = forms.CharField(
        label=_("User name"), max_length=150, help_text=_("letters, digits and @ . + - _")
    )
    name = forms.CharField(label=_("Name"), max_length=40)
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)

    def person(self) -> User:
        """Not yet saved. Only of a valid form."""
        return User(**{name: self.cleaned_data[name] for name in ("username", "name", "telephone")})


class PeopleFileForm(forms.Form):
    """A list of people; what kind of file it is, its name says."""

    file = forms.FileField(
        label=_("File"),
        validators=[
            FileExtensionValidator(
                ["xlsx", "csv"],
                _("Choose an Excel workbook (.xlsx) or a csv file (.csv). Save an old .xls as .xlsx."),
            ),
            refuse_large_file,
        ],
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class HandoverForm(forms.Form):
    """Whose work goes to whom, and whether the giver leaves, with a last day."""

    giver = forms.ModelChoiceField(label=_("Hands over"), queryset=User.objects.none(), to_field_name="uuid")
    receiver = forms.ModelChoiceField(
        label=_("Takes over"), queryset=User.objects.none(), to_field_name="uuid"
    )
    last_day = forms.DateField(
        label=_("Last day of who hands over"),
        widget=_DAY,
        required=False,
        help_text=_("included; empty: the memberships go on"),
    )

    def __init__(self, *args: Any, department: Department, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = department.memberships.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
        people = User.objects.filter(pk__in=present.values("user")).order_by("username")
        self._set_choices("giver", people)
        self._set_choices("receiver", people.filter(is_active=True))

    def _set_choices(self, name: str, people: QuerySet[User]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = people

    def asked(self, department: Department) -> Handover:
        """Only of a valid form."""
        return Handover(department, **self.cleaned_data)


class EndForm(forms.Form):
    """Which membership ends, and on which day."""

    membership = forms.ModelChoiceField(Membership.objects.none(), widget=forms.HiddenInput)
    valid_to = forms.DateField(label=_("Last day"), widget=_DAY)

    def __init__(self, *args: Any, rows: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["membership"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Membership.objects.filter(pk__in=[row.pk for row in rows])
