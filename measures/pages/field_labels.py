"""What is a posted field called? For the pages of refusal, which show what was typed and know no form.

The settings name `labels`, because `departments.posted_text` may not import what is said of measures.
"""

from collections.abc import Mapping
from typing import Final

from django import forms

from measures.forms import ReturnForm
from measures.models import TEXTS, Words
from measures.office_forms import ClosureForm, MatterForm, MeasureStateForm, OverrideForm, ReasonForm

# Every form in which somebody writes more than a word, besides that of an update.
FORMS: Final[tuple[type[forms.Form], ...]] = (
    ReturnForm,
    ReasonForm,
    MeasureStateForm,
    OverrideForm,
    ClosureForm,
    MatterForm,
)


def labels() -> Mapping[str, Words]:
    """The label of each field of these forms by its name."""
    of_acts = {name: field.label for form in FORMS for name, field in form.base_fields.items() if field.label}
    return of_acts | {name: text.label for name, text in TEXTS.items()}
