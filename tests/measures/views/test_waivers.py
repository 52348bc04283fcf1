"""Several updates waived in one act: whose page it is, one event each, what is refused is named."""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.actors import Actor
from measures.models import Act, Event, LeadMode, Measure, PeriodState, ProgressUpdate, UpdateState
from tests import builders, cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day")]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
QueriesOf = Callable[[Client, str], int]


def a_joint_measure() -> Measure:
    """zgh convenes with czj; jyj and gzw participate, of whom gzw has submitted."""
    measure = builders.a_measure(leads=["zgh", "czj"], participants=["jyj", "gzw"])
    builders.an_update(S.SUBMITTED, measure=measure, slug="gzw")
    return measure


def of(measure: Measure) -> str:
    return f"/p/a-policy/measures/{measure.uuid}/waive/"


def tick(*updates: ProgressUpdate) -> list[str]:
    return [f"{row.uuid}:{row.version}" for row in updates]


def states(*updates: ProgressUpdate) -> list[str]:
    return [ProgressUpdate.objects.get(pk=row.pk).state for row in updates]


def test_convenor_waives_the_participants_of_its_measure_in_one_act(browser_of: BrowserOf) -> None:
    measure = a_joint_measure()
    jyj, czj, gzw = (builders.update_of(measure, slug) for slug in ("jyj", "czj", "gzw"))
    convenor = browser_of(cast.reviewer())
    assert of(measure) in convenor.get(f"/p/a-policy/measures/{measure.uuid}/").content.decode()
    page = convenor.get(of(measure))
    assert [[row.pk for row in rows] for rows in (page.context["waivable"].possible,)] == [[jyj.pk]]
    assert [row.pk for row in page.context["waivable"].others] == [gzw.pk]
    assert f'value="{tick(jyj)[0]}" checked' in page.content.decode()
    sent = {
        "update": tick(jyj, czj, gzw),
        "reason": "本期无任务",
    }  # of others than participants nothing counts
    said = convenor.post(of(measure), sent, follow=True)
    assert said.redirect_chain == [(f"/p/a-policy/measures/{measure.uuid}/", 302)]
    assert "1 update was waived." in said.content.decode()
    assert "市国资委: " in said.content.decode(), "what is refused is named"
    assert states(jyj, czj, gzw) == [S.WAIVED, S.DUE, S.SUBMITTED]
    event = Event.objects.of_update(jyj).get(act=Act.WAIVE)
    assert (event.comment, event.department) == ("本期无任务", cast.a_department("zgh"))


def test_page_to_waive_participants_is_for_convenor_and_clerk(browser_of: BrowserOf) -> None:
    measure = a_joint_measure()
    others = [cast.reviewer("czj"), cast.reviewer("jyj"), cast.reporter(), cast.signer(), cast.auditor()]
    assert {browser_of(actor).get(of(measure)).status_code for actor in others} == {403}
    shown = f"/p/a-policy/measures/{measure.uuid}/"
    assert [of(measure) in browser_of(actor).get(shown).content.decode() for actor in others[:2]] == [
        False,
        False,
    ]
    assert browser_of(cast.clerk()).get(of(measure)).status_code == 200
    separate = builders.a_measure(leads=["zgh", "czj"], participants=["jyj"], lead_mode=LeadMode.SEPARATE)
    builders.an_update(measure=separate, slug="jyj")
    assert browser_of(cast.reviewer()).get(of(separate)).status_code == 403


def test_clerk_waives_what_a_department_owes_from_the_page_of_the_period(browser_of: BrowserOf) -> None:
    due, draft = builders.an_update(S.DUE), builders.an_update(S.DRAFT)
    sent, foreign = builders.an_update(S.SUBMITTED), builders.an_update(S.DUE, slug="jyj")
    clerk, place = browser_of(cast.clerk()), "/p/a-policy/departments/zgh/waive/?period=2020Q2"
    assert place in clerk.get(f"/p/a-policy/periods/{due.period.uuid}/").content.decode()
    page = clerk.get(place)
    assert [row.pk for row in page.context["waivable"].possible] == [due.pk, draft.pk]
    without = clerk.post(place, {"update": tick(draft)})
    assert (without.status_code, without.context["ticked"]) == (422, set(tick(draft)))
    nothing = clerk.post(place, {"reason": "机构改革"})
    assert "Choose the updates to waive." in nothing.content.decode()
    answer = clerk.post(place, {"update": tick(due, draft, foreign), "reason": "机构改革"}, follow=True)
    assert "2 updates were waived." in answer.content.decode()
    assert states(due, draft, sent, foreign) == [S.WAIVED, S.WAIVED, S.SUBMITTED, S.DUE]
    assert Event.objects.filter(act=Act.WAIVE, comment="机构改革").count() == 2
    builders.set_period_state(due.period, PeriodState.CLOSED)
    assert clerk.get(place).status_code == 404
    assert "Nothing can be waived" in clerk.get("/p/a-policy/departments/jyj/waive/").content.decode()


def test_waiving_several_names_what_is_refused_and_tells_a_second_click_as_done(
    browser_of: BrowserOf,
) -> None:
    one, two = builders.an_update(S.DUE), builders.an_update(S.DUE)
    clerk, place = browser_of(cast.clerk()), "/p/a-policy/departments/zgh/waive/"
    sent = {"update": tick(one), "reason": "本期无任务"}
    clerk.post(place, sent, follow=True)
    again = clerk.post(place, sent, follow=True).content.decode()
    assert "1 update was waived." in again
    assert "Choose the updates to waive." not in again
    assert "has been changed" not in again
    assert Event.objects.of_update(one).filter(act=Act.WAIVE).count() == 1
    seen = tick(two)
    builders.brought_to(S.DRAFT, two)
    refused = clerk.post(place, {"update": seen, "reason": "本期无任务"})
    assert (refused.status_code, states(two)) == (409, [S.DRAFT])
    assert "This update has been changed" in refused.content.decode()
    assert "本期无任务" in refused.content.decode(), "what was typed stays"


def test_page_to_waive_asks_the_same_for_one_as_for_five(
    browser_of: BrowserOf, queries_of: QueriesOf
) -> None:
    measure = builders.a_measure(leads=["zgh"], participants=["jyj", "gzw"])
    builders.an_update(measure=measure)
    clerk, convenor = browser_of(cast.clerk()), browser_of(cast.reviewer())
    of_department = "/p/a-policy/departments/jyj/waive/"
    one = [queries_of(clerk, of_department), queries_of(convenor, of(measure))]
    for _number in range(4):
        builders.an_update(slug="jyj")
    larger = builders.a_measure(leads=["zgh"], participants=["jyj", "gzw", "czj", "d1", "d2"])
    builders.an_update(measure=larger)
    assert [queries_of(clerk, of_department), queries_of(convenor, of(larger))] == one
    assert max(one) <= 10
