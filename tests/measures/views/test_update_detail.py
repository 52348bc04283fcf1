"""The page of an update: who reads which text, what changed from draft to draft, which acts are offered."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from departments.actors import Actor
from measures.models import Act, LeadMode, ProgressUpdate, UpdateState
from measures.workflow import updates
from tests import builders, cast
from tests.builders import a_measure, a_text, an_open_period, an_update, brought_to, in_correction, update_of

pytestmark = [
    pytest.mark.unmeasured("what these pages run also runs in the tests of summaries, acts and other pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("on_day"),
    pytest.mark.once("a page is words around loaded rows; test_access.py opens every page on both"),
]
S = UpdateState
BrowserOf = Callable[[Actor], Client]
SECRET, KNOWN = "只给本单位看的话", "已经确认的话"


def page_of(update: ProgressUpdate) -> str:
    return reverse("measures:update_detail", args=["a-policy", update.uuid])


def a_joint_update(state: S, slug: str = "zgh") -> ProgressUpdate:
    """One of three leads; the convenor is 市教育局, 市财政局 takes part."""
    measure = a_measure(leads=["jyj", "zgh", "gzw"], participants=["czj"], lead_mode=LeadMode.JOINT)
    an_open_period(measure.section.edition)
    return brought_to(state, update_of(measure, slug), text=a_text(SECRET))


READERS: dict[str, Callable[[], Actor]] = {
    "reporter": cast.reporter,
    "reviewer": cast.reviewer,
    "co-lead": lambda: cast.reporter("jyj"),
    "participant": lambda: cast.reporter("czj"),
    "clerk": cast.clerk,
    "signer": cast.signer,
    "auditor": cast.auditor,
    "leader": cast.leader,
    "stranger": cast.stranger,
    "admin": cast.admin,
}
# Who reads the words; who only sees how far the update is; everybody else finds no such page.
WORDS_OF = {
    S.DRAFT: ({"reporter", "reviewer"}, {"clerk", "signer", "auditor", "leader"}),
    S.IN_REVIEW: ({"reporter", "reviewer"}, {"clerk", "signer", "auditor", "leader"}),
    S.RETURNED: ({"reporter", "reviewer"}, {"clerk", "signer", "auditor", "leader"}),
    S.SUBMITTED: ({"reporter", "reviewer", "co-lead", "clerk", "signer", "auditor"}, {"leader"}),
    S.CONFIRMED: (set(READERS), set()),
}


@pytest.mark.once("the page asks visible_to, which test_permissions.py tries on both for every state")
@pytest.mark.parametrize("state", list(WORDS_OF))
def test_texts_are_read_by_those_whom_the_domain_names(browser_of: BrowserOf, state: S) -> None:
    update = a_joint_update(state)
    words, bare = WORDS_OF[state]
    seen = {}
    for name, actor in READERS.items():
        answer = browser_of(actor()).get(page_of(update))
        seen[name] = (answer.status_code, SECRET in answer.content.decode())
    expected = {
        name: (200, True) if name in words else (200, False) if name in bare else (404, False)
        for name in READERS
    }
    assert seen == expected


def test_convenor_sees_the_update_of_a_participant_that_it_may_waive(browser_of: BrowserOf) -> None:
    update = a_joint_update(S.DRAFT, "czj")
    answer = browser_of(cast.reviewer("jyj")).get(page_of(update))
    assert (answer.status_code, SECRET in answer.content.decode()) == (200, False)
    assert [offer.act for offer in answer.context["offers"]] == [Act.WAIVE]
    assert browser_of(cast.reviewer("gzw")).get(page_of(update)).status_code == 404


def test_correction_in_work_is_not_read_outside_the_department(browser_of: BrowserOf) -> None:
    update = in_correction(an_update(S.CONFIRMED, text=a_text(KNOWN)))
    updates.save(cast.reporter(), update, update.version, a_text(SECRET), builders.moment())
    own = browser_of(cast.reporter()).get(page_of(update)).content.decode()
    others = browser_of(cast.leader()).get(page_of(update)).content.decode()
    assert (SECRET in own, KNOWN in own) == (True, True)
    assert (SECRET in others, KNOWN in others) == (False, True)


def test_office_reads_what_was_submitted_and_not_the_drafts_before(browser_of: BrowserOf) -> None:
    update = an_update(S.IN_REVIEW, text=a_text(SECRET))
    update = updates.return_for_revision(
        cast.reviewer(), update, update.version, "内部意见", builders.moment()
    )
    update = updates.submit_for_review(
        cast.reporter(), update, update.version, builders.moment(), text=a_text(KNOWN)
    )
    updates.approve_and_submit(cast.reviewer(), update, update.version, builders.moment())
    office = browser_of(cast.clerk()).get(page_of(update))
    assert [version.text.revision.number for version in office.context["history"]] == [2]
    page = office.content.decode()
    assert (SECRET in page, "内部意见" in page, KNOWN in page) == (False, False, True)
    own = browser_of(cast.reviewer()).get(page_of(update)).content.decode()
    assert (SECRET in own, "内部意见" in own) == (True, True)


def test_drafts_are_compared_with_the_one_before(browser_of: BrowserOf) -> None:
    update = an_update(S.RETURNED, text=a_text("覆盖企业100户"))
    updates.save(cast.reporter(), update, update.version, a_text("覆盖企业1120户"), builders.moment())
    page = browser_of(cast.reporter()).get(page_of(update)).content.decode()
    assert "覆盖企业<del>100</del><ins>1120</ins>户" in page


def test_record_names_act_person_department_and_reason(browser_of: BrowserOf) -> None:
    update = brought_to(S.RETURNED, an_update(S.DRAFT))
    entries = browser_of(cast.reporter()).get(page_of(update)).context["events"]
    assert [entry.event.act for entry in entries] == [Act.RETURN, Act.SUBMIT_FOR_REVIEW, Act.SAVE]
    assert (entries[0].comment, entries[0].event.user) == ("请补充数据", cast.reviewer().person)


def test_record_is_not_shown_to_who_only_reads_the_confirmed_text(browser_of: BrowserOf) -> None:
    context = browser_of(cast.stranger()).get(page_of(an_update(S.CONFIRMED))).context
    assert (context["events"], context["stages"], context["history"]) == ([], [], [])


@pytest.mark.once("what is offered is decided over loaded rows; the page is opened on both by its neighbours")
@pytest.mark.parametrize(
    ("state", "who", "acts"),
    [
        (S.DUE, cast.reporter, []),
        (S.DRAFT, cast.reporter, [Act.SUBMIT_FOR_REVIEW]),
        (S.IN_REVIEW, cast.reporter, [Act.WITHDRAW]),
        (S.IN_REVIEW, cast.reviewer, [Act.APPROVE_AND_SUBMIT, Act.RETURN]),
        (S.SUBMITTED, cast.reviewer, []),
        (S.SUBMITTED, cast.clerk, [Act.CONFIRM, Act.RETURN]),
        (S.SUBMITTED, cast.auditor, []),
        (S.DUE, cast.clerk, [Act.WAIVE]),
        (S.WAIVED, cast.clerk, [Act.RESTORE]),
        (S.CONFIRMED, cast.clerk, [Act.RETURN]),
        (S.DUE, cast.leader, []),
    ],
)
def test_page_offers_the_acts_that_are_possible_now(
    browser_of: BrowserOf, state: S, who: Callable[[], Actor], acts: list[Act]
) -> None:
    update = an_update(state)
    context = browser_of(who()).get(page_of(update)).context
    assert [offer.act for offer in context["offers"]] == acts


def test_page_leads_the_reporter_to_the_form_while_it_can_be_written(browser_of: BrowserOf) -> None:
    client = browser_of(cast.reporter())
    writable = {state: client.get(page_of(an_update(state))).context["may_write"] for state in S}
    assert {state for state, may in writable.items() if may} == {S.DUE, S.DRAFT, S.RETURNED}


def test_page_says_why_an_act_is_closed_to_this_person(browser_of: BrowserOf) -> None:
    lent = cast.lent_clerk()
    update = an_update()
    update = updates.submit_for_review(lent, update, update.version, builders.moment(), text=a_text())
    updates.approve_and_submit(cast.reviewer(), update, update.version, builders.moment())
    cast.clerk()
    page = browser_of(lent).get(page_of(update)).content.decode()
    assert "You wrote in this text, so another clerk has to confirm it." in page


@pytest.mark.once("the chain is drawn from the state of a loaded row")
@pytest.mark.parametrize(
    ("state", "status"),
    [
        (S.DUE, ["here", "ahead", "ahead", "ahead"]),
        (S.DRAFT, ["here", "ahead", "ahead", "ahead"]),
        (S.RETURNED, ["here", "ahead", "ahead", "ahead"]),
        (S.IN_REVIEW, ["done", "here", "ahead", "ahead"]),
        (S.SUBMITTED, ["done", "done", "here", "ahead"]),
        (S.CONFIRMED, ["done", "done", "done", "done"]),
        (S.WAIVED, []),
    ],
)
def test_chain_shows_where_the_update_stands(browser_of: BrowserOf, state: S, status: list[str]) -> None:
    context = browser_of(cast.reporter()).get(page_of(an_update(state))).context
    assert [stage.state for stage in context["stages"]] == status


@pytest.mark.parametrize(
    ("mode", "slug", "words"),
    [
        (LeadMode.JOINT, "jyj", "first lead, consolidates"),
        (LeadMode.JOINT, "zgh", "joint lead, number 2"),
        (LeadMode.SEPARATE, "jyj", "leads its own part"),
        (LeadMode.JOINT, "czj", "participating department"),
    ],
)
def test_role_is_said_in_words(browser_of: BrowserOf, mode: LeadMode, slug: str, words: str) -> None:
    measure = a_measure(leads=["jyj", "zgh"], participants=["czj"], lead_mode=mode)
    an_open_period(measure.section.edition)
    page = browser_of(cast.reporter(slug)).get(page_of(update_of(measure, slug)))
    assert page.context["role"] == words


def test_single_lead_is_the_lead_department(browser_of: BrowserOf) -> None:
    assert browser_of(cast.reporter()).get(page_of(an_update())).context["role"] == "lead department"


def test_page_with_a_forged_id_is_not_found(browser_of: BrowserOf) -> None:
    forged = reverse("measures:update_detail", args=["a-policy", uuid4()])
    assert browser_of(cast.clerk()).get(forged).status_code == 404


def test_page_costs_as_many_queries_with_five_drafts_as_with_two(
    browser_of: BrowserOf, queries_of: Callable[[Client, str], int]
) -> None:
    update = an_update(S.RETURNED)
    client = browser_of(cast.reporter())
    two = queries_of(client, page_of(update))
    for _number in range(3):
        update = updates.submit_for_review(cast.reporter(), update, update.version, builders.moment())
        update = updates.return_for_revision(
            cast.reviewer(), update, update.version, "再改", builders.moment()
        )
    assert queries_of(client, page_of(update)) == two


def test_day_of_an_update_matters_until_it_is_filed_or_waived() -> None:
    """And again while a text of it is in work: returned, or corrected."""
    owed = {state for state in S if an_update(state).is_still_owed}
    assert owed == {S.DUE, S.DRAFT, S.RETURNED, S.IN_REVIEW}
    assert builders.in_correction(an_update(S.CONFIRMED)).is_still_owed
