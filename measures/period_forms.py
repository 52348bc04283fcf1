"""What does the clerk type in to run a period? Which one comes next, its dates, and what closing asks."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from measures.forms import ProseField
from measures.models import CalendarPeriod, Policy, ReportingPeriod
from measures.office_forms import DAY, ReasonForm
from measures.workflow import periods
from measures.workflow.checks import REASON_LENGTH
from measures.workflow.periods import Dates


class PlanPeriodForm(forms.Form):
    """Which period comes next: one of a few to choose from; the domain says whether it may be.

    One that lies before a period that is there is asked about: it was chosen by mistake, or is made up for.
    """

    calendar_field = "code"  # where a page says that the working days of its year are missing

    # A browser that goes back must not bring another choice along than the page proposes.
    code = forms.CharField(
        label=_("Period"), max_length=7, widget=forms.Select(attrs={"autocomplete": "off"})
    )
    earlier = forms.BooleanField(label=_("Plan this earlier period all the same"), required=False)

    def __init__(self, *args: Any, policy: Policy, choices: Iterable[CalendarPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._policy = policy
        widget = self.fields["code"].widget
        if isinstance(widget, forms.Select):
            widget.choices = [(period.code, capfirst(period.name)) for period in choices]

    @property
    def asks(self) -> bool:
        """Whether the tick is shown: never before it was needed."""
        return self.is_bound and (self.has_error("earlier") or bool(self["earlier"].value()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        later = periods.later_period(self._policy, cleaned.get("code", ""))
        if later and not cleaned.get("earlier"):
            told = gettext(
                "%(name)s lies before %(later)s, which is there already: choose another, or tick this."
            )
            names = {"name": capfirst(CalendarPeriod.of(cleaned["code"]).name), "later": later.name}
            self.add_error("earlier", told % names)
        return cleaned


class PeriodDatesForm(forms.Form):
    """The four dates of a period; before it is opened they are free."""

    participant_due_on = forms.DateField(label=_("participants and co-leads due (included)"), widget=DAY)
    lead_due_on = forms.DateField(label=_("convenors and separate leads due (included)"), widget=DAY)
    check_due_on = forms.DateField(label=_("office's check due (included)"), widget=DAY)
    grace_ends_on = forms.DateField(label=_("end of grace (included)"), widget=DAY)

    @classmethod
    def of(cls, period: ReportingPeriod, sent: Mapping[str, Any] | None) -> Self:
        """With the dates as they stand, until others are sent."""
        initial = {name: getattr(period, name) for name in PeriodDatesForm.base_fields}
        return cls(sent, initial=initial)

    def dates(self) -> Dates:
        """Only of a valid form."""
        return Dates(**{name: self.cleaned_data[name] for name in PeriodDatesForm.base_fields})


class ChangedDatesForm(PeriodDatesForm):
    """The same of a period that is open, and why they change; everybody who reports reads the reason."""

    reason = ProseField(
        label=_("Reason"),
        limit=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who reports in this period reads it."),
    )


class NextPeriodForm(PeriodDatesForm):
    """The dates of the period that was proposed; which one it was comes back with them."""

    code = forms.CharField(max_length=7, widget=forms.HiddenInput)

    @classmethod
    def of(cls, period: ReportingPeriod, sent: Mapping[str, Any] | None) -> Self:
        form = super().of(period, sent)
        form.initial["code"] = period.code
        return form


class ClosingForm(ReasonForm):
    """With a tick, where closing again would change what was closed before (docs/domain.md 7.17)."""

    read = forms.BooleanField(
        label=_("I have read what would change."),
        error_messages={"required": _("Read what would change against the last snapshot, and tick it.")},
    )

    def __init__(self, *args: Any, asks: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not asks:
            del self.fields["read"]
