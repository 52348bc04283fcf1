"""What looks like a number of a person is asked about at its field before a text is submitted, once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import UpdateState
from tests import cast
from tests.builders import a_text, an_update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
TOLD = "138…00 looks like the mobile telephone number of somebody"


def fields_of(page: Any) -> dict[str, Any]:
    return {field.name: field.value() or "" for field in page.context["form"]} | {
        "personal": page.context["personal"]
    }


def test_form_asks_once_about_a_number_of_a_person_at_its_field(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.reporter())
    form = reverse("measures:update_edit", args=["a-policy", update.uuid])
    sent = {**fields_of(client.get(form)), "headline": "办赛2场", "problems": "请联系13803160000"}
    assert client.post(form, {**sent, "act": "save"}).status_code == 302  # a draft is nobody else's
    sent |= {"version": "2", "act": "submit"}
    asked = client.post(form, sent)
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["problems"])
    assert TOLD in asked.content.decode()
    another = {**fields_of(asked), "progress": "或13903160000", "act": "submit"}
    assert list(client.post(form, another).context["form"].errors) == ["progress", "problems"]
    assert client.post(form, {**fields_of(asked), "act": "submit"}).status_code == 302
    update.refresh_from_db()
    assert update.state == S.IN_REVIEW


def test_office_is_asked_as_well_before_it_enters_for_a_department(browser_of: BrowserOf) -> None:
    update, client = an_update(), browser_of(cast.clerk())
    form = reverse("measures:update_on_behalf", args=["a-policy", update.uuid])
    sent = {**fields_of(client.get(form)), "headline": "办赛2场", "problems": "请联系13803160000"}
    sent |= {"situation": "progress", "self_assessment": "normal", "progress": "已办赛2场"}
    sent |= {"received_from": "李建国", "received_by": "paper"}
    asked = client.post(form, sent)
    assert (asked.status_code, TOLD in asked.content.decode()) == (422, True)
    assert client.post(form, {**sent, **fields_of(asked)}).status_code == 302


def test_button_that_submits_the_draft_asks_as_well(browser_of: BrowserOf) -> None:
    update = an_update(S.DRAFT, text=a_text("请联系13803160000"))
    client = browser_of(cast.reporter())
    address = reverse("measures:update_submit", args=["a-policy", update.uuid])
    asked = client.post(address, {"version": update.version})
    assert (asked.status_code, TOLD in asked.content.decode()) == (422, True)
    (offer,) = [one for one in asked.context["offers"] if one.button.name == "submit"]
    again = {field.name: field.value() or "" for field in offer.form}
    assert client.post(address, again).status_code == 302
