"""What does a field say that was filled in wrongly, where Django's own check refuses it?

English is Django's: each sentence says what to do. Chinese is ours, with the marks of Chinese sentences.
"""

import re
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import FileExtensionValidator, MinLengthValidator
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from departments.models import Department, Succession

pytestmark = pytest.mark.once("decided in the form, before any row is asked")


class EverythingForm(forms.Form):
    """A field of each kind that the site and its administration have."""

    missing = forms.CharField()
    short = forms.CharField(validators=[MinLengthValidator(3)])
    long = forms.CharField(max_length=60)
    whole = forms.IntegerField()
    number = forms.DecimalField()
    small = forms.DecimalField(min_value=Decimal(0))
    great = forms.IntegerField(max_value=100)
    digits = forms.DecimalField(max_digits=12, decimal_places=2)
    before_point = forms.DecimalField(max_digits=4, decimal_places=2)
    places = forms.DecimalField(max_digits=12, decimal_places=2)
    day = forms.DateField()
    time = forms.TimeField()
    moment = forms.DateTimeField()
    choice = forms.ChoiceField(choices=[("a", "甲")])
    several = forms.MultipleChoiceField(choices=[("a", "甲")])
    nul = forms.CharField()
    no_file = forms.FileField()
    empty_file = forms.FileField()
    named_file = forms.FileField(max_length=5)
    other_file = forms.FileField(validators=[FileExtensionValidator(["pdf"])])


TYPED = {
    "short": "两字",
    "long": "字" * 500,
    "whole": "2.5",
    "number": "十二",
    "small": "-1",
    "great": "101",
    "digits": "1234567890123",
    "before_point": "123",
    "places": "1.234",
    "day": "2020-02-31",
    "time": "25:00",
    "moment": "昨天",
    "choice": "b",
    "several": ["b"],
    "nul": "a\0b",
}
FILES = {
    "empty_file": SimpleUploadedFile("空.pdf", b""),
    "named_file": SimpleUploadedFile("很长的名字.pdf", b"x"),
    "other_file": SimpleUploadedFile("文件.exe", b"x"),
}


def sentences(language: str) -> dict[str, str]:
    with translation.override(language):
        errors = EverythingForm(TYPED, MultiValueDict({name: [file] for name, file in FILES.items()})).errors
        return {name: " ".join(map(str, said)) for name, said in errors.items()}


def test_every_field_says_in_chinese_what_to_do_with_chinese_marks() -> None:
    said = sentences("zh-hans")
    assert set(said) == set(EverythingForm.base_fields)
    for name, sentence in said.items():
        without_numbers = re.sub(r"\d+(?:[.:]\d+)?", "", sentence)
        assert not re.search(r"[.,:;()]", without_numbers), (name, sentence)
        assert sentence.endswith("。"), (name, sentence)
        assert not re.search("确保|确认|输入|变量|字段|[A-Za-z]{4,}", sentence), (name, sentence)
    assert (said["small"], said["long"]) == (
        "请填写不小于 0 的数。",
        "请缩短到 60 个字符以内，现在是 500 个。",
    )


def test_every_field_says_in_english_what_to_do() -> None:
    said = sentences("en")
    assert set(said) == set(EverythingForm.base_fields)
    assert said["small"] == "Ensure this value is greater than or equal to 0."
    assert [name for name, sentence in said.items() if re.search(r"[\u3000-\u9fff]{2}", sentence)] == []


@pytest.mark.django_db
def test_row_that_is_gone_or_taken_is_told_in_chinese_marks() -> None:
    """Checks that look at rows: a choice among them, and two that would be the same."""
    choice = forms.ModelChoiceField(Department.objects.all())
    several = forms.ModelMultipleChoiceField(Department.objects.all())
    told = []
    with translation.override("zh-hans"):
        for field, wanted in ((choice, "999"), (several, ["999"]), (several, ["x"])):
            with pytest.raises(forms.ValidationError) as refused:
                field.clean(wanted)
            told += refused.value.messages
        told += Department().unique_error_message(Department, ("slug",)).messages
        told += Succession().unique_error_message(Succession, ("predecessor", "successor")).messages
        with pytest.raises(forms.ValidationError) as refused:
            Department().clean_fields()
        told += refused.value.messages
    assert "此项必填。" in told
    assert [sentence for sentence in told if re.search(r"[.()]|存在|字段", sentence)] == []
