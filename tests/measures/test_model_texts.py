"""A text of the form is named once, in its model: does everything else follow from there?"""

import ast
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from measures.forms import ProseField, UpdateForm, returnable
from measures.models import TEXT_COLUMNS, TEXT_FIELDS, TEXTS, Asked, Revision
from measures.pages.update_parts import shown_text
from measures.summaries import ConfirmedText
from measures.workflow.texts import Text
from tests import builders

ROOT = Path(__file__).resolve().parent.parent.parent
# Modules that write down names of texts, and why.
NAME_TEXTS = {
    "measures/models/filing.py": "the model",
    "measures/reports/status.py": "each part of the status report prints one text",
    "measures/reports/department.py": "problems and next steps have a part each",
    "measures/reports/wording.py": "the annex prints every text but those that the report says elsewhere",
    "measures/reports/ledger.py": "problems and next steps have a column each",
    "measures/models/issuing.py": "parts of a report that people put into words bear the names of its texts",
    "measures/reports/issuing.py": "the same, with the blocks that they replace",
    "measures/demo/data.py": "the columns of the demo's files",
}

# Loads the product with one column more in the model, and says what came of it.
WITH_ONE_MORE = """
import sys, json, importlib.abc, importlib.machinery
class OneMore(importlib.machinery.SourceFileLoader):
    def get_data(self, path):
        source = super().get_data(path)
        mark = b"    next_steps = written("
        assert source.count(mark) == 1 or path.endswith(".pyc")
        column = b'models.TextField("remark", blank=True)'
        more = b'    remark = written(%s, limit=70, hint="which file")\\n' % column
        return source.replace(mark, more + mark)
    def get_code(self, name):
        return self.source_to_code(self.get_data(self.path), self.path)
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "measures.models.filing":
            place = path[0] + "/filing.py"
            return importlib.machinery.ModuleSpec(name, OneMore(name, place), origin=place)
sys.meta_path.insert(0, Finder())
import django
django.setup()
from dataclasses import fields
from django.db import models
from measures.forms import UpdateForm, returnable
from measures.models import ProgressUpdate, ReportingPeriod, Revision
from measures.pages.conflict import differences
from measures.pages.update_history import changes
from measures.pages.update_parts import return_place
from measures.summaries import ConfirmedText
from measures.workflow.texts import Text, check_texts
class Update(ProgressUpdate):
    class Meta:
        proxy, app_label = True, "measures"
    is_lead = False
form = UpdateForm(Update(period=ReportingPeriod()), [], {"remark": "字" * 71})
try:
    check_texts(Text(remark="字" * 71))
except Exception as error:
    too_long = list(error.message_dict)
old, new = Revision(), Revision(remark="照片")
print(json.dumps({
    "form": list(form.fields),
    "label": str(form["remark"].label),
    "hint": str(form["remark"].help_text),
    "too long in the form": "remark" in form.errors,
    "too long in the workflow": too_long,
    "shown": form.shown(None)["remark"].field.field.limit,
    "text": Text(remark="照片").columns()["remark"],
    "history": [str(label) for label, _ in changes(old, new)],
    "confirmed": [field.name for field in fields(ConfirmedText)],
}))
"""


def test_each_list_of_the_texts_is_the_models() -> None:
    names = list(TEXTS)
    assert names == ["reason", "headline", "progress", "problems", "coordination", "next_steps"]
    assert list(TEXT_FIELDS) == names
    assert set(Text().columns()) == set(TEXT_COLUMNS) == {*names, "situation", "self_assessment"}
    assert {field.name for field in fields(ConfirmedText)} > set(names)


@pytest.mark.django_db
def test_form_asks_for_the_texts_of_the_model_in_its_order() -> None:
    form = UpdateForm(builders.an_update(), [])
    assert list(form.fields) == ["version", "situation", *TEXTS, "self_assessment"]
    assert [form.fields[name].label for name in TEXTS] == [text.label for text in TEXTS.values()]
    shown = {name: shown.field.field for name, shown in form.shown(None).items()}
    limits = {name: field.limit for name, field in shown.items() if isinstance(field, ProseField)}
    assert limits == {name: text.limit for name, text in TEXTS.items()}
    optional = {name for name, shown in form.shown(None).items() if shown.optional}
    assert optional == {name for name, text in TEXTS.items() if text.asked is Asked.ALWAYS}


@pytest.mark.django_db
def test_every_text_is_read_and_can_be_returned() -> None:
    update = builders.an_update()
    update.revisions.create(
        number=1, situation="no_progress", saved_at=builders.moment(), **dict.fromkeys(TEXTS, "字")
    )
    revision = Revision.objects.get()
    without = [name for name, text in TEXTS.items() if text.asked is not Asked.WITH_PROGRESS]
    assert [name for name, _label, _text in shown_text(revision).texts] == without
    revision.situation = "progress"
    assert [name for name, _label, _text in shown_text(revision).texts] == list(TEXTS)
    assert {name for name, _label in returnable(update)} > set(without)


def test_a_column_more_in_the_model_is_a_field_more_everywhere() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WITH_ONE_MORE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "",
            "PYTHONUTF8": "1",
            "DJANGO_SETTINGS_MODULE": "langfang_policy.settings",
            "SECRET_KEY": "only-for-this-test" * 4,
            "DATABASE_URL": "sqlite://:memory:",
        },
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    order = found["form"]
    assert order[order.index("remark") + 1] == "next_steps"
    assert (found["label"], found["hint"], found["shown"]) == ("Remark", "which file", 70)
    assert found["too long in the form"]
    assert found["too long in the workflow"] == ["remark"]
    assert (found["text"], found["history"]) == ("照片", ["Remark"])
    assert "remark" in found["confirmed"]


def test_texts_are_named_where_one_is_meant_and_nowhere_else() -> None:
    """Two names make a list. Reason and progress are words of much else."""
    telling = set(TEXTS) - {"reason", "progress"}
    listing = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "measures").rglob("*.py")
        if "migrations" not in path.parts and len(names_in(path) & telling) >= 2
    }
    assert listing == set(NAME_TEXTS)


def names_in(path: Path) -> set[str]:
    """Words of the syntax that could be the name of a column in a list: strings, keywords."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
    return found
