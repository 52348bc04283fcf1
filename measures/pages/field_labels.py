"""What is a posted field called? For the pages of refusal, which show what was typed and know no form.

The settings name `labels`, because `departments.posted_text` may not import what is said of measures.
"""

from collections.abc import Mapping
from typing import Final

from django import forms

from measures.department_forms import ContactForm
from measures.forms import ReturnForm
from measures.models import TEXTS, CommitmentValue, ReportKind, Words
from measures.office_forms import (
    AnnouncementForm,
    ClosureForm,
    MatterForm,
    MeasureStateForm,
    OnBehalfForm,
    OverrideForm,
    ReasonForm,
)
from measures.people_forms import NewPersonForm
from measures.reports.issuing import section_label, sections_of
from measures.workflow.values import DECREASE

# Every form in which somebody writes more than a word, besides that of an update.
FORMS: Final[tuple[type[forms.Form], ...]] = (
    ReturnForm,
    ReasonForm,
    MeasureStateForm,
    OverrideForm,
    ClosureForm,
    MatterForm,
    AnnouncementForm,
    OnBehalfForm,
    ContactForm,
    NewPersonForm,
)
# What is chosen is a word of ours, not of the person.
CHOSEN: Final = (forms.ChoiceField, forms.ModelChoiceField, forms.BooleanField)


def labels() -> Mapping[str, Words]:
    """The label of each field of these forms by its name, of those in which one types."""
    of_acts = {
        name: field.label
        for form in FORMS
        for name, field in form.base_fields.items()
        if field.label and not isinstance(field, CHOSEN)
    }
    status = (
        ReportKind.STATUS.value
    )  # which kind of report it was is not known here; this one has all sections
    sections = {name: section_label(status, name) for name in sections_of(status)}
    why_less = CommitmentValue._meta.get_field("decrease_reason").verbose_name
    return of_acts | sections | {name: text.label for name, text in TEXTS.items()} | {DECREASE: why_less}
