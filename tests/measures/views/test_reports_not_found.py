"""What is said of a document that does not exist? Which there are, in the language of whoever asks."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import UpdateState
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("words about rows that are loaded; every address runs on both"),
]


def test_what_does_not_exist_is_told_in_the_language_of_the_reader(
    browser_of: Callable[[Actor], Client],
) -> None:
    """Whatever document was asked for: all of them are Chinese, and what is said of them is not."""
    period = builders.an_update(UpdateState.CONFIRMED).period
    leader = browser_of(cast.leader())
    for kind, asked, told in (
        ("measure", {"measure": "九（九）"}, "has no measure 九（九）. There are: 二（一）"),
        ("measure", {}, "Say which measure, by its code. There are: 二（一）"),
        ("department", {"department": "kx"}, "has no department kx that answers for a measure."),
        ("department", {}, "Say which department, by its code. There are: zgh（市总工会）"),
        ("status", {"length": "medium"}, "There is no length “medium”. There are: full, brief."),
        ("filing", {"format": "odt"}, "does not come as “odt”, but as: pdf, docx, xlsx."),
    ):
        answer = leader.get(reverse("measures:report_document", args=["a-policy", kind, period.uuid]), asked)
        assert (answer.status_code, told in answer.content.decode()) == (404, True), kind
