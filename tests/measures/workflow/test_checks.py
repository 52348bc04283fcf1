"""What every act asks of the words that it is given: a reason, a length, nothing that nobody sees."""

import pytest
from django.core.exceptions import ValidationError

from measures.models import TEXT_FIELDS
from measures.workflow import updates
from measures.workflow.checks import REASON_LENGTH, optional_reason, required_reason
from tests import cast
from tests.builders import a_text, an_update, moment

HIDDEN = {"override": "\u202e", "zero width": "\u200b", "private use": "\ue123", "control": "\x07"}


@pytest.mark.parametrize("sign", HIDDEN.values(), ids=HIDDEN.keys())
def test_reason_with_a_hidden_character_is_refused_at_its_place(sign: str) -> None:
    with pytest.raises(ValidationError) as refused:
        required_reason(f"请补充{sign}数据")
    assert f"U+{ord(sign):04X}" in refused.value.message_dict["reason"][0]


def test_reason_of_several_lines_is_taken() -> None:
    assert required_reason(" 一、数据不符\n二、缺附件 ") == "一、数据不符\n二、缺附件"


def test_reason_may_be_left_out_where_none_is_asked_for() -> None:
    assert optional_reason("  ") == ""
    with pytest.raises(ValidationError):
        required_reason("  ")


def test_reason_is_as_long_as_the_text_that_holds_it() -> None:
    assert len(required_reason("字" * REASON_LENGTH)) == REASON_LENGTH
    with pytest.raises(ValidationError, match="1"):
        required_reason("字" * (REASON_LENGTH + 1))


@pytest.mark.sample("what is refused is decided over a loaded row")
@pytest.mark.django_db
@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_text_with_a_hidden_character_is_refused_at_its_field(field: str) -> None:
    update = an_update()
    with pytest.raises(ValidationError) as refused:
        updates.save(cast.reporter(), update, update.version, a_text(**{field: "本期\u200b进展"}), moment())
    assert "U+200B" in refused.value.message_dict[field][0]
    assert not update.revisions.exists()
