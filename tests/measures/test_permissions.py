"""Who may do and see what: the allowed cells are written out by hand, every other one must be refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from departments.actors import Actor
from departments.models import Department, Membership, Role
from measures import permissions
from measures.models import Act, Event, LeadMode, ProgressUpdate, Responsibility, Revision, UpdateState
from measures.permissions import Office
from measures.workflow import updates
from measures.workflow.errors import WrongStateError
from measures.workflow.table_check import DONE_TO_UPDATES
from tests import builders, cast
from tests.builders import a_measure, a_policy, an_open_period, an_update, brought_to, update_of
from tests.cast import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
S: Final = UpdateState


# --- the cast of the table: zgh convenes, jyj leads with it, czj and gzw take part --------------------

PEOPLE: Final[dict[str, Callable[[], Actor]]] = {
    "zgh.reporter": lambda: cast.reporter("zgh"),
    "zgh.reviewer": lambda: cast.reviewer("zgh"),
    "jyj.reporter": lambda: cast.reporter("jyj"),
    "jyj.reviewer": lambda: cast.reviewer("jyj"),
    "czj.reporter": lambda: cast.reporter("czj"),
    "czj.reviewer": lambda: cast.reviewer("czj"),
    "gzw.reporter": lambda: cast.reporter("gzw"),
    "gzw.reviewer": lambda: cast.reviewer("gzw"),
    "clerk": cast.clerk,
    "clerk-2": cast.second_clerk,
    "signer": cast.signer,
    "leader": cast.leader,
    "auditor": cast.auditor,
    "admin": cast.admin,
    "stranger": cast.stranger,
    "clerk-elsewhere": cast.clerk_elsewhere,
    "former": lambda: cast.former_reporter("czj"),
    "deactivated": lambda: cast.deactivated("czj"),
    "anonymous": cast.anonymous,
}
ACTS: Final = (
    Act.SAVE, Act.SUBMIT_FOR_REVIEW, Act.WITHDRAW, Act.RETURN, Act.APPROVE_AND_SUBMIT,
    Act.FILE_ON_BEHALF, Act.CONFIRM, Act.CORRECT, Act.WAIVE, Act.RESTORE,
)  # fmt: skip
UPDATES: Final = {
    "convenor": (LeadMode.JOINT, "zgh"),
    "co-lead": (LeadMode.JOINT, "jyj"),
    "participant": (LeadMode.JOINT, "czj"),
    "separate lead": (LeadMode.SEPARATE, "jyj"),
    "participant of separate leads": (LeadMode.SEPARATE, "czj"),
}
STATES: Final[dict[str, Callable[[ProgressUpdate], ProgressUpdate]]] = {
    "due": lambda update: brought_to(S.DUE, update),
    "draft": lambda update: brought_to(S.DRAFT, update),
    "in review": lambda update: brought_to(S.IN_REVIEW, update),
    "returned inside": lambda update: brought_to(S.RETURNED, update),
    "submitted": lambda update: brought_to(S.SUBMITTED, update),
    "returned by the office": lambda update: builders.returned_by_office(brought_to(S.SUBMITTED, update)),
    "confirmed": lambda update: brought_to(S.CONFIRMED, update),
    "in correction": lambda update: builders.in_correction(brought_to(S.CONFIRMED, update)),
    "waived": lambda update: brought_to(S.WAIVED, update),
}

# Where the convenor may act on the input of others.
A_SAY: Final = {"due", "submitted", "waived"}

# docs/domain.md 2 and docs/domain.md 4.1, update by update. What is not written here is refused.
ALLOWED: Final[dict[tuple[str, str], dict[Act, str]]] = {
    ("convenor", "due"): {
        Act.SAVE: "zgh.reporter",
        Act.SUBMIT_FOR_REVIEW: "zgh.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2",
    },
    ("convenor", "draft"): {
        Act.SAVE: "zgh.reporter",
        Act.SUBMIT_FOR_REVIEW: "zgh.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2",
    },
    ("convenor", "in review"): {
        Act.WITHDRAW: "zgh.reporter",
        Act.RETURN: "zgh.reviewer",
        Act.APPROVE_AND_SUBMIT: "zgh.reviewer",
    },
    ("convenor", "returned inside"): {
        Act.SAVE: "zgh.reporter",
        Act.SUBMIT_FOR_REVIEW: "zgh.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("convenor", "submitted"): {Act.RETURN: "clerk clerk-2", Act.CONFIRM: "clerk clerk-2"},
    ("convenor", "returned by the office"): {
        Act.SAVE: "zgh.reporter",
        Act.SUBMIT_FOR_REVIEW: "zgh.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("convenor", "confirmed"): {Act.CORRECT: "zgh.reporter", Act.RETURN: "clerk clerk-2"},
    ("convenor", "in correction"): {
        Act.SAVE: "zgh.reporter",
        Act.SUBMIT_FOR_REVIEW: "zgh.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("convenor", "waived"): {Act.RESTORE: "clerk clerk-2"},
    #
    ("co-lead", "due"): {
        Act.SAVE: "jyj.reporter",
        Act.SUBMIT_FOR_REVIEW: "jyj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2",
    },
    ("co-lead", "draft"): {
        Act.SAVE: "jyj.reporter",
        Act.SUBMIT_FOR_REVIEW: "jyj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2",
    },
    ("co-lead", "in review"): {
        Act.WITHDRAW: "jyj.reporter",
        Act.RETURN: "jyj.reviewer",
        Act.APPROVE_AND_SUBMIT: "jyj.reviewer",
    },
    ("co-lead", "returned inside"): {
        Act.SAVE: "jyj.reporter",
        Act.SUBMIT_FOR_REVIEW: "jyj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("co-lead", "submitted"): {Act.RETURN: "clerk clerk-2 zgh.reviewer", Act.CONFIRM: "clerk clerk-2"},
    ("co-lead", "returned by the office"): {
        Act.SAVE: "jyj.reporter",
        Act.SUBMIT_FOR_REVIEW: "jyj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("co-lead", "confirmed"): {Act.CORRECT: "jyj.reporter", Act.RETURN: "clerk clerk-2"},
    ("co-lead", "in correction"): {
        Act.SAVE: "jyj.reporter",
        Act.SUBMIT_FOR_REVIEW: "jyj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("co-lead", "waived"): {Act.RESTORE: "clerk clerk-2"},
    #
    ("participant", "due"): {
        Act.SAVE: "czj.reporter",
        Act.SUBMIT_FOR_REVIEW: "czj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2 zgh.reviewer",
    },
    ("participant", "draft"): {
        Act.SAVE: "czj.reporter",
        Act.SUBMIT_FOR_REVIEW: "czj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2 zgh.reviewer",
    },
    ("participant", "in review"): {
        Act.WITHDRAW: "czj.reporter",
        Act.RETURN: "czj.reviewer",
        Act.APPROVE_AND_SUBMIT: "czj.reviewer",
    },
    ("participant", "returned inside"): {
        Act.SAVE: "czj.reporter",
        Act.SUBMIT_FOR_REVIEW: "czj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("participant", "submitted"): {Act.RETURN: "clerk clerk-2 zgh.reviewer", Act.CONFIRM: "clerk clerk-2"},
    ("participant", "returned by the office"): {
        Act.SAVE: "czj.reporter",
        Act.SUBMIT_FOR_REVIEW: "czj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("participant", "confirmed"): {Act.CORRECT: "czj.reporter", Act.RETURN: "clerk clerk-2"},
    ("participant", "in correction"): {
        Act.SAVE: "czj.reporter",
        Act.SUBMIT_FOR_REVIEW: "czj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
    },
    ("participant", "waived"): {Act.RESTORE: "clerk clerk-2 zgh.reviewer"},
    #
    ("separate lead", "due"): {
        Act.SAVE: "jyj.reporter",
        Act.SUBMIT_FOR_REVIEW: "jyj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2",
    },
    ("separate lead", "submitted"): {Act.RETURN: "clerk clerk-2", Act.CONFIRM: "clerk clerk-2"},
    ("separate lead", "waived"): {Act.RESTORE: "clerk clerk-2"},
    #
    ("participant of separate leads", "due"): {
        Act.SAVE: "czj.reporter",
        Act.SUBMIT_FOR_REVIEW: "czj.reporter",
        Act.FILE_ON_BEHALF: "clerk clerk-2",
        Act.WAIVE: "clerk clerk-2",
    },
    ("participant of separate leads", "submitted"): {
        Act.RETURN: "clerk clerk-2",
        Act.CONFIRM: "clerk clerk-2",
    },
    ("participant of separate leads", "waived"): {Act.RESTORE: "clerk clerk-2"},
}


def made_update(kind: str, state: str) -> ProgressUpdate:
    mode, slug = UPDATES[kind]
    measure = a_measure(("zgh", "jyj"), ("czj", "gzw"), mode)
    an_open_period()
    STATES[state](update_of(measure, slug))
    return update_of(measure, slug)


@dataclass(frozen=True)
class Trace:
    """All that an act could leave behind."""

    events: int
    updates: tuple[Mapping[str, object], ...]
    texts: tuple[Mapping[str, object], ...]

    @classmethod
    def now(cls) -> "Trace":
        updates, texts = ProgressUpdate.objects.order_by("pk"), Revision.objects.order_by("pk")
        return cls(Event.objects.count(), tuple(updates.values()), tuple(texts.values()))


def outcome(actor: Actor, act: Act, update: ProgressUpdate) -> str:
    """`done` (and taken back), `denied` for the person, `impossible` in this state."""
    point = transaction.savepoint()
    try:
        builders.perform(act, actor, update)
    except PermissionDenied:
        return "denied"
    except WrongStateError:
        return "impossible"
    finally:
        transaction.savepoint_rollback(point)
    return "done"


def offered(actor: Actor, act: Act, update: ProgressUpdate) -> bool:
    """What a page would ask before it shows the button."""
    if not (updates.is_possible(update, act) and updates.acting_for(actor, act, update)):
        return False
    text = builders.text_in_work(update) if act in {Act.APPROVE_AND_SUBMIT, Act.CONFIRM} else None
    if text and act == Act.APPROVE_AND_SUBMIT:
        return permissions.can_approve(actor, update, text)
    return not text or permissions.can_confirm(actor, text, Office.of(update.period.policy, DAY))


def test_allowed_has_a_row_for_every_update_and_state() -> None:
    """Separate leads differ only where a convenor would have a say."""
    convened = {(update, state) for update in ("convenor", "co-lead", "participant") for state in STATES}
    alone = {
        (update, state) for update in set(UPDATES) - {update for update, _ in convened} for state in A_SAY
    }
    assert set(ALLOWED) == convened | alone


@pytest.mark.once("who may is decided over loaded rows; each act is done on both by workflow/test_updates.py")
@pytest.mark.parametrize(("kind", "state"), ALLOWED)
def test_acts_are_open_to_the_people_of_the_table_and_to_nobody_else(kind: str, state: str) -> None:
    """All cells of the participant's update; on others, which differ only in who, the possible acts."""
    update = made_update(kind, state)
    possible = ALLOWED[kind, state]
    acts = ACTS if kind == "participant" else tuple(possible)
    people = {name: make() for name, make in PEOPLE.items()}
    before = Trace.now()
    wrong = []
    for name, actor in people.items():
        for act in acts:
            may = name in possible.get(act, "").split()
            expected = "done" if may else "denied" if act in possible else "impossible"
            found = outcome(actor, act, update)
            if found != expected or offered(actor, act, update) != may:
                wrong.append(f"{name} {act}: {found}, not {expected}")
        assert Trace.now() == before, f"{name} left a trace"
    assert not wrong


def test_table_asks_for_every_act_that_somebody_may_do() -> None:
    assert set(ACTS) == DONE_TO_UPDATES


# --- who sees what ------------------------------------------------------------------------------------

OWN: Final = {"czj.reporter", "czj.reviewer"}
LEADS: Final = {"zgh.reporter", "zgh.reviewer", "jyj.reporter", "jyj.reviewer"}
SIGNED_IN: Final = set(PEOPLE) - {"deactivated", "anonymous"}
# The participant's update. docs/domain.md 2.4: who reads the text in work, by its state.
READS_WORKING_TEXT: Final = {
    "due": OWN,
    "draft": OWN,
    "in review": OWN,
    "returned inside": OWN,
    "returned by the office": OWN,
    "submitted": OWN | LEADS | {"clerk", "clerk-2", "signer", "auditor"},
    "in correction": OWN,
}
SEES_STATE: Final = OWN | LEADS | {"clerk", "clerk-2", "signer", "auditor", "leader"}
SEES_TELEPHONES_EVERYWHERE: Final = {"clerk", "clerk-2", "signer", "leader"}


def those_who(may: Callable[[Actor], bool]) -> set[str]:
    return {name for name, make in PEOPLE.items() if may(make())}


@pytest.mark.once("decided over loaded rows; whom a query shows the update, visible_to, is tried on both")
@pytest.mark.parametrize("state", READS_WORKING_TEXT)
def test_working_text_is_read_by_the_people_of_the_table_and_by_nobody_else(state: str) -> None:
    update = made_update("participant", state)
    found = those_who(lambda actor: permissions.can_read_working_text(actor, update))
    assert found == READS_WORKING_TEXT[state]


@pytest.mark.parametrize("state", STATES)
def test_readable_updates_holds_own_updates_submitted_ones_and_what_is_confirmed(state: str) -> None:
    update = made_update("participant", state)
    expected = SIGNED_IN if state in {"confirmed", "in correction"} else READS_WORKING_TEXT.get(state, OWN)
    found = those_who(lambda actor: permissions.readable_updates(actor).filter(pk=update.pk).exists())
    assert found == expected


@pytest.mark.once("decided over loaded rows; whom a query shows the update, visible_to, is tried on both")
@pytest.mark.parametrize("state", STATES)
def test_filing_state_is_seen_by_own_department_leads_office_and_leader(state: str) -> None:
    update = made_update("participant", state)
    assert those_who(lambda actor: permissions.can_see_filing_state(actor, update)) == SEES_STATE


def test_readable_updates_gives_each_update_once() -> None:
    """The joins over other leads of the measure must not multiply rows."""
    update = made_update("participant", "submitted")
    both = cast.a_person("both", ("zgh", Role.REPORTER), ("jyj", Role.REVIEWER))
    assert list(permissions.readable_updates(both).filter(state=S.SUBMITTED)) == [update]


def test_readable_updates_does_not_reach_another_lead_of_another_period() -> None:
    update = made_update("participant", "submitted")
    earlier = an_open_period(code="2020Q1")
    earlier.updates.filter(department__slug="gzw").update(role="lead")
    assert not permissions.readable_updates(cast.reporter("gzw")).filter(pk=update.pk).exists()
    assert not permissions.can_read_working_text(cast.reporter("gzw"), update)


@pytest.mark.once("who may is decided over loaded rows")
def test_telephones_are_seen_everywhere_by_clerk_signer_and_leader() -> None:
    policy = a_policy()
    assert those_who(lambda a: permissions.can_see_telephones(a, policy)) == SEES_TELEPHONES_EVERYWHERE


def test_telephones_of_a_department_are_seen_by_the_leads_of_its_measures() -> None:
    made_update("participant", "due")
    a_measure(("gzw",), ("gsl",))
    assert those_who(lambda a: permissions.leads_with(a, cast.a_department("czj"))) == LEADS
    assert those_who(lambda a: permissions.leads_with(a, cast.a_department("gsl"))) == {
        "gzw.reporter", "gzw.reviewer",
    }  # fmt: skip
    Responsibility.objects.filter(department__slug="jyj").update(valid_to=date(2020, 6, 30))
    assert not permissions.leads_with(cast.reporter("jyj"), cast.a_department("czj"))


@pytest.mark.once("who may is decided over loaded rows")
def test_filing_board_is_the_offices_and_the_leaders() -> None:
    policy = a_policy()
    assert those_who(lambda a: permissions.can_see_filing_board(a, policy)) == {
        "clerk", "clerk-2", "signer", "leader", "auditor",
    }  # fmt: skip


# --- who runs the office ------------------------------------------------------------------------------


@pytest.mark.once("who may is decided over loaded rows")
def test_periods_and_measures_are_run_by_the_clerk_and_signed_by_the_signer() -> None:
    policy = a_policy()
    assert those_who(lambda a: permissions.can_run_periods(a, policy)) == {"clerk", "clerk-2"}
    assert those_who(lambda a: permissions.can_manage_measures(a, policy)) == {"clerk", "clerk-2"}
    assert those_who(lambda a: permissions.can_reopen_period(a, policy)) == {"signer"}


def test_closure_is_asked_for_by_the_people_of_the_lead() -> None:
    measure = a_measure(("zgh", "jyj"))
    may = those_who(lambda a: permissions.can_request_closure(a, measure, cast.a_department("zgh")))
    assert may == {"zgh.reporter", "zgh.reviewer"}


def test_office_roles_count_only_in_the_coordinating_department() -> None:
    policy = a_policy()
    cast.clerk_elsewhere(), cast.clerk(), cast.signer()
    office = Office.of(policy, DAY)
    assert office == Office(frozenset({cast.clerk().person.pk}), frozenset({cast.signer().person.pk}))


def test_office_is_who_holds_the_role_on_the_day() -> None:
    policy, left = a_policy(), cast.clerk().person
    Membership.objects.filter(user=left).update(valid_to=date(2020, 6, 30))
    cast.second_clerk()
    assert Office.of(policy, DAY).clerks == {cast.second_clerk().person.pk}
    assert Office.of(policy, date(2020, 6, 30)).clerks == {left.pk, cast.second_clerk().person.pk}


# --- persons: who wrote or approved a text ------------------------------------------------------------


def test_approve_is_refused_to_a_contributor_unless_the_department_may_review_itself() -> None:
    update = an_update(S.DRAFT)
    text = builders.text_in_work(update)
    text.contributors.add(cast.colleague().person)
    assert not permissions.can_approve(cast.colleague(), update, text)
    assert permissions.can_approve(cast.reviewer(), update, text)
    update.department.allow_self_review = True
    assert permissions.can_approve(cast.colleague(), update, text)


def test_confirm_is_the_signers_when_every_clerk_wrote_or_approved() -> None:
    clerk, signer, writer = cast.clerk().person, cast.signer().person, cast.lent_clerk().person
    text = builders.text_in_work(an_update(S.DRAFT))  # submitted texts are frozen: nobody joins them
    everybody = Office(frozenset({clerk.pk, writer.pk}), frozenset({signer.pk}))
    text.contributors.add(writer)
    assert permissions.confirmers(text, everybody) == {clerk.pk}
    text.approved_by = clerk
    assert permissions.confirmers(text, everybody) == {signer.pk}
    text.contributors.add(signer)
    assert permissions.confirmers(text, everybody) == set()


def test_nobody_may_confirm_is_what_confirmers_say_of_each_text() -> None:
    """Clerk and signer wrote, approved, or had no part; what counts is the last text of an update."""
    office = [
        cast.a_person(name, ("rsj", role), ("zgh", Role.REVIEWER))
        for name, role in (("writing-clerk", Role.CLERK), ("writing-signer", Role.SIGNER))
    ]
    zgh = cast.a_department("zgh")
    Department.objects.filter(pk=zgh.pk).update(allow_self_review=True)
    for writers in ([], office[:1], office[1:], office):
        for approver in (cast.reviewer(), *office):
            update = an_update(S.DRAFT)
            builders.text_in_work(update).contributors.add(*(actor.person for actor in writers))
            update = submitted(update, approver)
    at = builders.moment()
    update = updates.return_for_revision(office[0], update, update.version, "请补充数据", at)
    update = updates.save(cast.reporter(), update, update.version, builders.a_text("改后"), at)
    submitted(update, cast.reviewer())
    for on in (DAY, date(2020, 6, 30)):  # nobody was of the office yet
        now = Office.of(a_policy(), on)
        waiting = ProgressUpdate.objects.filter(state=S.SUBMITTED)
        stuck = {row.pk for row in waiting if not permissions.confirmers(builders.text_in_work(row), now)}
        assert {row.pk for row in permissions.nobody_may_confirm(update.period, on)} == stuck
        assert stuck
        free = waiting.filter(permissions.a_clerk_may_confirm(on))
        left = {
            row.pk for row in waiting if permissions.confirmers(builders.text_in_work(row), now) & now.clerks
        }
        assert {row.pk for row in free} == left


def submitted(update: ProgressUpdate, approver: Actor) -> ProgressUpdate:
    sent = updates.submit_for_review(cast.reporter(), update, update.version, builders.moment())
    return updates.approve_and_submit(approver, sent, sent.version, builders.moment())


def test_nobody_has_contributed_or_confirms_without_signing_in() -> None:
    text = builders.text_in_work(an_update(S.SUBMITTED))
    assert not permissions.has_contributed(cast.anonymous(), text)
    assert not permissions.can_confirm(cast.anonymous(), text, Office.of(a_policy(), DAY))


def test_acting_for_names_the_office_first_for_somebody_with_two_hats() -> None:
    """Clerk and the convenor's reviewer in one person: both may return, and the act says for whom."""
    update = made_update("participant", "submitted")
    both = cast.a_person("both", (cast.the_office().slug, Role.CLERK), ("zgh", Role.REVIEWER))
    names = [department.slug for department in updates.acting_for(both, Act.RETURN, update)]
    assert names == ["rsj", "zgh"]


def test_convenor_is_nobody_where_leads_are_separate_or_the_first_lead_owes_no_update() -> None:
    separate = made_update("participant of separate leads", "due")
    assert permissions.convenor_of(separate, DAY) is None
    joint = made_update("participant", "due")
    convenor = permissions.convenor_of(joint, DAY)
    assert convenor is not None
    assert convenor.department.slug == "zgh"
    convenor.delete()
    assert permissions.convenor_of(joint, DAY) is None
    assert permissions.as_convenor(cast.reviewer("zgh"), joint) is None
