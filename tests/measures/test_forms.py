"""What the forms make of what was typed, and how they say a value back."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from pytest_django.asserts import assertHTMLEqual

from measures import forms as measure_forms
from measures import office_forms, period_forms
from measures.forms import ActForm, ProseField, ReturnForm, SubmitForm, UpdateForm, label_of
from measures.models import (
    AnswerKind,
    Commitment,
    CommitmentCycle,
    CommitmentSubject,
    ProgressUpdate,
    Situation,
    UpdateState,
)
from measures.pages.form_handling import add_refusal
from measures.pages.update_parts import last_returns, return_place
from measures.workflow import updates
from measures.workflow.values import value_words
from tests import builders, cast
from tests.builders import a_commitment, a_measure, an_update


@pytest.mark.parametrize(
    ("answer", "number", "out_of", "words"),
    [
        (AnswerKind.YES_NO, "1", None, "yes"),
        (AnswerKind.YES_NO, "0", None, "no"),
        (AnswerKind.SHARE, "36", "40", "36 of 40"),
        (AnswerKind.NUMBER, "12.50", None, "12.5 家"),
    ],
)
def test_value_is_said_as_people_say_it(
    answer: AnswerKind, number: str, out_of: str | None, words: str
) -> None:
    commitment = Commitment(answer=answer, unit="家")
    with translation.override("en"):
        assert value_words(commitment, Decimal(number), Decimal(out_of) if out_of else None) == words


def test_prose_counts_an_update_break_as_one_character() -> None:
    field = ProseField(limit=3)
    assert field.clean(" 一\r\n二 ") == "一\n二"
    with pytest.raises(ValidationError):
        field.clean("一\r\n二三")


WRITTEN = [
    (form, name)
    for module in (measure_forms, office_forms, period_forms)
    for form in vars(module).values()
    if isinstance(form, type) and issubclass(form, forms.Form)
    for name, field in form.base_fields.items()
    if isinstance(field.widget, forms.Textarea)
]


@pytest.mark.parametrize(("form", "name"), WRITTEN)
def test_text_is_counted_at_the_field_and_never_cut_off(form: type[forms.Form], name: str) -> None:
    """A limit that the browser keeps cuts off what is pasted, without a word."""
    field = form.base_fields[name]
    assert isinstance(field, ProseField)
    assert "maxlength" not in field.widget.attrs
    bound = forms.Form()
    bound.fields[name] = field
    shown = render_to_string("components/_field.html", {"field": bound[name]})
    assert f'data-limit="{field.limit}"' in shown
    assert len(field.clean("一" * (field.limit - 2) + "\r\n一")) == field.limit
    with pytest.raises(ValidationError, match=str(field.limit)):
        field.clean("一" * (field.limit - 1) + "\r\n一")


def test_texts_of_the_office_are_among_those_that_are_counted() -> None:
    assert {form.__name__ for form, _name in WRITTEN} >= {
        *("ReasonForm", "MeasureStateForm", "OverrideForm", "ClosureForm", "MatterForm"),
        *("ReasonedActForm", "ReturnForm"),
    }


def test_headline_is_one_line() -> None:
    assert ProseField(limit=9, one_line=True).clean("一\r\n二") == "一 二"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("2020M05", "2020年1—5月"),
        ("2020Q3", "2020年前三季度"),
        ("2020H1", "2020年上半年"),
        ("2020Q4", "2020年全年"),
    ],
)
def test_form_asks_for_the_year_to_date_in_the_words_of_an_office(code: str, words: str) -> None:
    """Of a commitment of every year, until its span is over; one fulfilled once has no year."""
    measure = a_measure()
    a_commitment(measure, cycle=CommitmentCycle.YEARLY)
    a_commitment(measure)
    a_commitment(measure, cycle=CommitmentCycle.YEARLY, ends_on=date(2019, 12, 31))
    a_commitment(measure, cycle=CommitmentCycle.YEARLY, ends_on=date(2020, 12, 31))
    subjects = CommitmentSubject.objects.order_by("commitment__position").select_related("commitment")
    form = UpdateForm(an_update(measure=measure, code=code), subjects)
    with translation.override("zh-hans"):
        asked = [commitment.year_to_date for commitment in form.shown_commitments(None)]
    assert asked == [words, "", "", words]


@pytest.mark.django_db
def test_refusal_without_a_field_of_its_own_stands_above_the_form() -> None:
    update = an_update()
    form = UpdateForm(update, [], {"version": 1, "situation": "progress", "self_assessment": "normal"})
    assert form.is_valid()
    add_refusal(form, ValidationError({"values": "没有此项", "headline": "缺一句话"}))
    assert [*form.non_field_errors(), *form.errors["headline"]] == ["没有此项", "缺一句话"]
    add_refusal(form, ValidationError("不行"))
    assert list(form.non_field_errors()) == ["没有此项", "不行"]


def fields_to_return(update: ProgressUpdate) -> set[str]:
    return {name for name, _label in ReturnForm(update, ()).fields["field"].choices}  # type: ignore[attr-defined]  # a choice field


@pytest.mark.django_db
def test_return_offers_only_parts_that_the_text_has() -> None:
    """A reason stands only in a text without progress; values only where the department states some."""
    leads = an_update(UpdateState.IN_REVIEW)
    assert {"values", "headline"} < fields_to_return(leads)
    assert "reason" not in fields_to_return(leads)
    measure = builders.a_measure(leads=["jyj"], participants=["zgh"])
    quiet = builders.a_text("", situation=Situation.NO_PROGRESS, reason="尚未部署")
    joins = an_update(UpdateState.IN_REVIEW, measure=measure, text=quiet)
    assert "reason" in fields_to_return(joins)
    assert "values" not in fields_to_return(joins)
    joint = builders.a_measure(leads=["jyj", "zgh"])
    assert "values" not in fields_to_return(an_update(UpdateState.IN_REVIEW, measure=joint))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "place"), [("", ""), ("values", "values of the commitments"), ("progress", "Progress")]
)
def test_return_names_the_part_of_the_text(field: str, place: str) -> None:
    update = an_update(UpdateState.IN_REVIEW)
    updates.return_for_revision(cast.reviewer(), update, update.version, "退", builders.moment(), field=field)
    with translation.override("en"):
        assert str(return_place(last_returns([update])[update.pk])) == place
        assert str(label_of("headline")) == "Progress in one sentence"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [ActForm, SubmitForm, ReturnForm])
@pytest.mark.parametrize("then", ["", "/check/?page=1#update-<1>"])
def test_an_act_is_drawn_as_its_fields_are(kind: type[ActForm], then: str) -> None:
    """In each row of a queue alike, fresh or as it came back."""
    for number, update in enumerate((an_update(), an_update(UpdateState.CONFIRMED))):
        initial = {"version": update.version, "next": then}
        for sent in (None, {"next": then}):
            form = kind(update, [], sent, initial=initial, auto_id=f"return-{number}-%s")
            assertHTMLEqual(form.hidden_boxes, "".join(str(field) for field in form.hidden_fields()))
            fields = {"fields": form.visible_fields()}
            assert form.boxes == render_to_string("components/_fields.html", fields)


@pytest.mark.django_db
def test_an_act_for_one_of_several_departments_is_drawn_with_these() -> None:
    update = an_update()
    for names in (("zgh", "jyj"), ("zgh", "rsj")):
        departments = [cast.a_department(name) for name in names]
        form = ReturnForm(update, departments, auto_id="return-1-%s")
        assert all(department.name in form.boxes for department in departments)
