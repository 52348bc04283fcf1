"""Does a page of refusal name each text by the label of its field, and not by a number?"""

from types import ModuleType

import pytest
from django import forms
from django.utils import translation

from departments.posted_text import NOT_TEXT, texts_of
from measures import (
    department_forms,
    evidence_forms,
    office_forms,
    people_forms,
    period_forms,
    report_forms,
    signature_forms,
)
from measures import forms as forms_of_updates
from measures.forms import ProseField
from measures.models import EDITED_SECTIONS
from measures.pages.field_labels import labels

MODULES = (
    forms_of_updates,
    department_forms,
    evidence_forms,
    office_forms,
    people_forms,
    period_forms,
    report_forms,
    signature_forms,
)


@pytest.mark.parametrize("module", MODULES)
def test_every_text_of_every_form_has_a_label(module: ModuleType) -> None:
    found = labels()
    made = [row for row in vars(module).values() if isinstance(row, type) and issubclass(row, forms.BaseForm)]
    prose = {
        name
        for form in made
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, ProseField)
    }
    assert prose <= set(found)
    assert not prose & NOT_TEXT, "it would be lost with the session"
    assert set(EDITED_SECTIONS) <= set(found)


def test_texts_of_a_sheet_are_named_and_what_is_no_text_is_left_out() -> None:
    sent = [
        ("u7-situation", "progress"),
        ("u7-page", "0a1b2c3d"),
        ("u7-headline", "新增3户企业"),
        ("decrease_12", "窗口搬迁"),
    ]
    with translation.override("zh-hans"):
        assert [(str(row.label), row.text) for row in texts_of(sent)] == [
            ("一句话进展", "新增3户企业"),
            ("减少原因", "窗口搬迁"),
        ]
