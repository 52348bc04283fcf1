"""What is done to a measure on its pages: state, light, closure, open matters; how errors are told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from departments.models import Role
from measures.models import (
    Act,
    Closure,
    CoordinationMatter,
    Event,
    LeadMode,
    LightColour,
    Measure,
    MeasureLight,
    MeasureState,
    UpdateState,
)
from measures.workflow import light_overrides, matters
from tests import builders, cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
BrowserOf = Callable[[Actor], Client]


def address(view: str, measure: Measure) -> str:
    return reverse(f"measures:{view}", args=["a-policy", measure.uuid])


def in_progress(**kwargs: object) -> Measure:
    """A measure with a confirmed update of its first lead."""
    measure = builders.a_measure(**kwargs)  # type: ignore[arg-type]  # handed on as it came
    builders.an_update(UpdateState.CONFIRMED, measure=measure)
    measure.refresh_from_db()
    return measure


def state_of(measure: Measure) -> MeasureState:
    return MeasureState(Measure.objects.get(pk=measure.pk).state)


def errors_of(page: Any, form: str = "form") -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.context[form].errors
    return found


# --- state ---------------------------------------------------------------------------------------


def test_measure_state_offers_only_what_is_possible_now(browser_of: BrowserOf) -> None:
    measure = in_progress()
    page = browser_of(cast.clerk()).get(address("measure_state", measure))
    offered = [value for value, _label in page.context["form"].fields["act"].choices]
    assert offered == [Act.MAKE_ROUTINE, Act.SUSPEND, Act.CANCEL]


def test_measure_state_changes_with_a_basis_and_says_so(browser_of: BrowserOf) -> None:
    measure = in_progress()
    form = {"act": Act.SUSPEND, "basis": "市政府第12次常务会议"}
    page = browser_of(cast.clerk()).post(address("measure_state", measure), form, follow=True)
    assert state_of(measure) == MeasureState.SUSPENDED
    assert "Done: " in page.content.decode()
    event = Event.objects.get(measure=measure, act=Act.SUSPEND)
    assert (event.comment, event.department) == ("市政府第12次常务会议", cast.the_office())


def test_measure_state_says_what_became_of_the_updates(browser_of: BrowserOf) -> None:
    builders.a_working_calendar()
    measure = in_progress(participants=("czj", "jyj"))
    clerk, page = browser_of(cast.clerk()), address("measure_state", measure)
    body = clerk.post(page, {"act": Act.SUSPEND, "basis": "会议"}, follow=True).content.decode()
    assert ". 2 open updates are waived." in body
    body = clerk.post(page, {"act": Act.RESUME, "basis": "会议"}, follow=True).content.decode()
    assert ". 2 updates are due again." in body


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_measure_that_cannot_be_resumed_without_a_calendar_says_so(browser_of: BrowserOf) -> None:
    measure = in_progress(participants=("czj",))
    clerk, page = browser_of(cast.clerk()), address("measure_state", measure)
    clerk.post(page, {"act": Act.SUSPEND, "basis": "会议"})
    answer = clerk.post(page, {"act": Act.RESUME, "basis": "会议"})
    assert answer.status_code == 422
    assert "load_calendar" in errors_of(answer)["__all__"][0]
    assert state_of(measure) == MeasureState.SUSPENDED


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"act": Act.SUSPEND, "basis": ""}, "basis"),
        ({"act": Act.SUSPEND, "basis": "  "}, "basis"),
        ({"act": Act.SUSPEND, "basis": "长" * 201}, "basis"),
        ({"act": Act.RESUME, "basis": "会议"}, "act"),
        ({"act": "", "basis": "会议"}, "act"),
    ],
)
def test_measure_state_says_at_the_field_what_is_wrong(
    browser_of: BrowserOf, form: dict[str, str], wrong: str
) -> None:
    measure = in_progress()
    page = browser_of(cast.clerk()).post(address("measure_state", measure), form)
    assert page.status_code == 422
    assert list(errors_of(page)) == [wrong]
    assert form["basis"].strip() in page.content.decode()
    assert state_of(measure) == MeasureState.IN_PROGRESS


# --- light ---------------------------------------------------------------------------------------


def test_light_override_is_set_for_the_open_period(browser_of: BrowserOf) -> None:
    measure = in_progress()
    form = {"colour": "red", "reason": "实地查看未见开展"}
    page = browser_of(cast.clerk()).post(address("light_override", measure), form, follow=True)
    light = MeasureLight.objects.get(measure=measure)
    assert (light.override_colour, light.override_reason, light.colour) == (
        LightColour.RED,
        "实地查看未见开展",
        LightColour.GREEN,
    )
    assert "the rules&#x27; light stays on record" in page.content.decode()


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_light_override_is_taken_back_with_a_reason(browser_of: BrowserOf) -> None:
    measure = in_progress()
    clerk, page = browser_of(cast.clerk()), address("light_override", measure)
    clerk.post(page, {"colour": "red", "reason": "实地查看未见开展。"})
    light = clerk.get(address("measure_state", measure)).context["light"]
    assert (light.overridden, light.parameters["because"]) == (True, "实地查看未见开展")
    body = clerk.post(page, {"colour": "rules", "reason": "已整改"}, follow=True).content.decode()
    assert "The light follows the rules again." in body
    assert MeasureLight.objects.get().override_colour == ""
    states = [(event.from_words, event.to_words) for event in Event.objects.filter(act=Act.OVERRIDE_LIGHT)]
    assert states == [("绿灯", "红灯"), ("红灯", "绿灯")]
    answer = clerk.post(page, {"colour": "rules", "reason": "再撤"})
    assert errors_of(answer, "override")["__all__"] == ["The light follows the rules already."]


def test_light_override_offers_no_blue_which_takes_two_people(browser_of: BrowserOf) -> None:
    measure = in_progress()
    clerk, page = browser_of(cast.clerk()), address("light_override", measure)
    assert list(errors_of(clerk.post(page, {"colour": "blue", "reason": "已完成"}), "override")) == ["colour"]
    period = measure.updates.get().period
    with pytest.raises(ValidationError, match="colour"):
        light_overrides.override_light(
            cast.clerk(), period, measure, LightColour.BLUE, "已完成", builders.moment()
        )
    assert not MeasureLight.objects.exists()


def test_light_override_wants_a_reason_and_keeps_the_colour(browser_of: BrowserOf) -> None:
    measure = in_progress()
    page = browser_of(cast.clerk()).post(address("light_override", measure), {"colour": "red", "reason": ""})
    assert page.status_code == 422
    assert list(errors_of(page, "override")) == ["reason"]
    assert 'value="red"' in page.content.decode()
    assert page.context["override"]["colour"].value() == "red"
    assert not MeasureLight.objects.exists()


def test_light_override_without_an_open_period_is_refused_in_words(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    form = {"colour": "red", "reason": "实地查看未见开展"}
    page = browser_of(cast.clerk()).post(address("light_override", measure), form)
    assert page.status_code == 422
    assert errors_of(page, "override")["__all__"] == ["No period is open in which a light could be set."]
    assert 'action="' + address("light_override", measure) not in page.content.decode()


# --- closure -------------------------------------------------------------------------------------


def closing(browser: Client, measure: Measure, do: str, *, follow: bool = False, **more: object) -> Any:
    """`do` is request or refuse; whatever else is the role in which somebody agrees."""
    act = do if do in {"request", "refuse"} else "agree"
    return browser.post(address(f"closure_{act}", measure), {"role": do, **more}, follow=follow)


def asks(browser: Client, measure: Measure, slug: str, basis: str = "任务已全部完成") -> Any:
    lead = cast.a_department(slug).pk
    return closing(browser, measure, "request", lead=lead, basis=basis)


def test_closure_of_a_joint_measure_is_asked_by_the_convenor_and_agreed_by_two(browser_of: BrowserOf) -> None:
    measure = in_progress(leads=("zgh", "czj"))
    assert asks(browser_of(cast.reporter()), measure, "zgh").status_code == 302
    assert state_of(measure) == MeasureState.IN_PROGRESS
    assert closing(browser_of(cast.clerk()), measure, "clerk").status_code == 302
    assert state_of(measure) == MeasureState.IN_PROGRESS
    assert closing(browser_of(cast.signer()), measure, "signer").status_code == 302
    assert state_of(measure) == MeasureState.CLOSED
    acts = list(Event.objects.filter(measure=measure).order_by("pk").values_list("act", flat=True))
    assert acts[-4:] == [Act.REQUEST_CLOSURE, Act.AGREE_CLOSURE, Act.AGREE_CLOSURE, Act.CLOSE_MEASURE]


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_closure_page_says_who_agreed_and_offers_it_no_more(browser_of: BrowserOf) -> None:
    measure = in_progress()
    asks(browser_of(cast.reporter()), measure, "zgh")
    clerk, signer = browser_of(cast.clerk()), browser_of(cast.signer())
    offered = 'name="role" value="signer"'
    assert offered in signer.get(address("measure_closure", measure)).content.decode()
    page = closing(signer, measure, "signer", follow=True)
    assert "You have agreed; the other one decides." in page.content.decode()
    assert offered not in page.content.decode()
    page = closing(clerk, measure, "clerk", follow=True)
    assert "The measure is closed." in page.content.decode()
    assert "任务已全部完成" in page.content.decode()
    assert all(row.person and row.at for row in page.context["page"].decisions)
    detail = clerk.get(address("measure_detail", measure)).content.decode()
    assert address("measure_closure", measure) not in detail


def test_closure_is_not_agreed_twice_by_one_person(browser_of: BrowserOf) -> None:
    measure = in_progress()
    asks(browser_of(cast.reporter()), measure, "zgh")
    both = browser_of(cast.a_person("both", ("rsj", Role.CLERK), ("rsj", Role.SIGNER)))
    page = closing(both, measure, "clerk", follow=True)
    assert page.context["agreeing"] == []


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_closure_of_a_separate_measure_waits_for_each_lead(browser_of: BrowserOf) -> None:
    measure = in_progress(leads=("zgh", "czj"), lead_mode=LeadMode.SEPARATE)
    asks(browser_of(cast.reporter()), measure, "zgh")
    clerk = browser_of(cast.clerk())
    page = clerk.get(address("measure_closure", measure))
    assert [lead.slug for lead in page.context["page"].waiting_for] == ["czj"]
    assert "has not asked yet" in page.content.decode()
    early = closing(clerk, measure, "clerk")
    assert early.status_code == 422
    assert "Not every lead has asked for closure" in early.content.decode()
    asks(browser_of(cast.reviewer("czj")), measure, "czj")
    closing(clerk, measure, "clerk")
    closing(browser_of(cast.signer()), measure, "signer")
    assert state_of(measure) == MeasureState.CLOSED


def test_closure_is_not_asked_by_a_lead_that_does_not_convene(browser_of: BrowserOf) -> None:
    measure = in_progress(leads=("zgh", "czj"))
    answer = asks(browser_of(cast.reporter("czj")), measure, "czj")
    assert answer.status_code == 403
    assert not Closure.objects.exists()


def test_closure_is_not_asked_for_another_department(browser_of: BrowserOf) -> None:
    measure = in_progress(leads=("zgh", "czj"), lead_mode=LeadMode.SEPARATE)
    page = asks(browser_of(cast.reporter()), measure, "czj")
    assert page.status_code == 422
    assert list(errors_of(page)) == ["lead"]
    assert "任务已全部完成" in page.content.decode()
    assert not Closure.objects.exists()


def test_closure_is_agreed_by_two_people(browser_of: BrowserOf) -> None:
    measure = in_progress()
    asks(browser_of(cast.reporter()), measure, "zgh")
    both = browser_of(cast.a_person("both", ("rsj", Role.CLERK), ("rsj", Role.SIGNER)))
    closing(both, measure, "clerk")
    page = closing(both, measure, "signer")
    assert page.status_code == 422
    assert "Clerk and signer must be two people." in page.content.decode()
    assert state_of(measure) == MeasureState.IN_PROGRESS


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_closure_is_refused_with_a_reason_and_may_be_asked_again(browser_of: BrowserOf) -> None:
    measure = in_progress()
    asks(browser_of(cast.reporter()), measure, "zgh")
    signer = browser_of(cast.signer())
    page = closing(signer, measure, "refuse", reason=" ")
    assert page.status_code == 422
    assert errors_of(page, "refusal") == {"reason": ["Give a reason."]}
    assert closing(signer, measure, "refuse", reason="佐证不足").status_code == 302
    told = browser_of(cast.reporter()).get(address("measure_closure", measure)).content.decode()
    assert "佐证不足" in told
    assert asks(browser_of(cast.reporter()), measure, "zgh").status_code == 302
    assert Closure.objects.count() == 2


def test_closure_asked_twice_is_refused_and_keeps_the_basis(browser_of: BrowserOf) -> None:
    measure = in_progress()
    asks(browser_of(cast.reporter()), measure, "zgh")
    page = asks(browser_of(cast.reviewer()), measure, "zgh", basis="再次申请的依据")
    assert page.status_code == 422
    assert "再次申请的依据" in page.content.decode()


def test_closure_agreement_by_somebody_else_is_refused(browser_of: BrowserOf) -> None:
    measure = in_progress()
    reporter = browser_of(cast.reporter())
    asks(reporter, measure, "zgh")
    for role in ("clerk", "signer"):
        assert closing(reporter, measure, role).status_code == 403
    assert Closure.objects.get().clerk is None


def test_closure_nobody_asked_for_is_told(browser_of: BrowserOf) -> None:
    measure = in_progress()
    for doing in ("clerk", "refuse", "nonsense"):
        page = closing(browser_of(cast.clerk()), measure, doing)
        assert page.status_code == 422
        assert "Nobody has asked for closure." in page.content.decode()


def test_closure_of_a_measure_that_has_not_begun_is_not_offered(browser_of: BrowserOf) -> None:
    measure = builders.a_measure()
    builders.an_open_period(measure.section.edition)
    body = browser_of(cast.reporter()).get(address("measure_closure", measure)).content.decode()
    assert "only while it is in progress or routine" in body
    assert 'name="basis"' not in body


# --- matters -------------------------------------------------------------------------------------


@pytest.fixture
def matter() -> CoordinationMatter:
    asked = builders.a_text(coordination="请财政部门明确补助资金渠道")
    builders.an_update(UpdateState.CONFIRMED, text=asked)
    return CoordinationMatter.objects.get()


def settle(browser: Client, matter: CoordinationMatter, answer: str) -> Any:
    place = reverse("measures:matter_resolve", args=["a-policy", matter.uuid])
    return browser.post(place, {f"{matter.uuid}-answer": answer})


def test_matter_is_settled_with_an_answer(browser_of: BrowserOf, matter: CoordinationMatter) -> None:
    clerk = browser_of(cast.clerk())
    answer = settle(clerk, matter, "已商财政局，列入下半年预算")
    assert answer["Location"] == address("measure_detail", matter.measure)
    matter.refresh_from_db()
    assert matter.answer == "已商财政局，列入下半年预算"
    assert (
        "请财政部门明确补助资金渠道" not in clerk.get("/p/a-policy/").content.decode().partition("Changed")[0]
    )


@pytest.mark.parametrize("answer", ["", "长" * 201])
def test_matter_answer_that_is_refused_is_kept(
    browser_of: BrowserOf, matter: CoordinationMatter, answer: str
) -> None:
    page = settle(browser_of(cast.clerk()), matter, answer)
    body = page.content.decode()
    assert page.status_code == 422
    assert '<details class="fold no-print" open>' in body
    assert answer in body
    assert 'class="field-error"' in body
    matter.refresh_from_db()
    assert matter.resolved_at is None


@pytest.mark.both("asks the database what no other test that runs again asks")
def test_matter_settled_by_a_colleague_meanwhile_keeps_the_answer(
    browser_of: BrowserOf, matter: CoordinationMatter
) -> None:
    matters.resolve_matter(cast.second_clerk(), matter, "同事已答复", builders.moment())
    page = settle(browser_of(cast.clerk()), matter, "我的答复写了很久")
    body = page.content.decode()
    assert page.status_code == 422
    assert "This matter is settled already." in body
    assert "我的答复写了很久" in body
    matter.refresh_from_db()
    assert matter.answer == "同事已答复"


def test_matter_form_is_shown_to_the_clerk_only(browser_of: BrowserOf, matter: CoordinationMatter) -> None:
    place = reverse("measures:matter_resolve", args=["a-policy", matter.uuid])
    for actor, sees in ((cast.clerk(), True), (cast.signer(), False), (cast.reporter(), False)):
        body = browser_of(actor).get(address("measure_detail", matter.measure)).content.decode()
        assert (place in body) is sees
        assert "请财政部门明确补助资金渠道" in body
