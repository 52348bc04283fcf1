"""Does every text field of measures' reference data refuse characters that nobody sees?"""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from langfang_policy.characters import refuse_hidden_characters
from measures.admin import ResponsibilityForm
from measures.models import Commitment, CommitmentSubject, Policy
from tests import builders

# What the administrator may type; all other texts go through the workflow or the policy reader.
TYPED = [
    (Policy, "short_title"),
    (Policy, "title"),
    (Commitment, "label"),
    (Commitment, "wording"),
    (Commitment, "unit"),
    (CommitmentSubject, "name"),
]


@pytest.mark.parametrize(("model", "name"), TYPED)
def test_reference_text_refuses_hidden_characters(model: type[models.Model], name: str) -> None:
    field: Any = model._meta.get_field(name)
    with pytest.raises(ValidationError, match=r"U\+202E"):
        field.clean("推荐\u202e次数", model())


def test_no_text_of_a_commitment_is_left_out() -> None:
    texts = {
        (model, field.name)
        for model in (Commitment, CommitmentSubject)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and not field.choices
    }
    assert texts == {row for row in TYPED if row[0] is not Policy}


def test_basis_of_a_responsibility_refuses_hidden_characters() -> None:
    assert refuse_hidden_characters in ResponsibilityForm.base_fields["basis"].validators


@pytest.mark.django_db
def test_commitment_with_a_hidden_character_is_not_valid() -> None:
    commitment = builders.a_commitment(builders.a_measure())
    commitment.label = "推荐\u200b次数"
    with pytest.raises(ValidationError) as refused:
        commitment.full_clean()
    assert "label" in refused.value.message_dict
