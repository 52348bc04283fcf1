"""What concerns people and departments is told to those concerned (docs/domain.md 12.21, 12.22)."""

import ast
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from departments.actors import Actor
from departments.models import Membership, Role
from measures.models import Act, Event, LeadMode, Message, MessageKind, Policy, ResponsibilityRole, Urge
from measures.workflow.department_changes import change_contact, record_succession
from measures.workflow.designations import designate, end_designation
from measures.workflow.handovers import Handover, hand_over
from measures.workflow.memberships import Span, end_membership, give_membership, name_deputy
from measures.workflow.telling import tell_of_role, the_clerks
from tests import builders, cast
from tests.builders import a_measure, moment
from tests.cast import DAY, a_department
from tests.test_architecture import called, dotted, modules, syntax_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_day", "calendar")]
K = MessageKind
LATER = DAY + timedelta(days=9)


def told(kind: MessageKind) -> dict[str, str]:
    """User names, and the words that they were told."""
    rows = Message.objects.filter(kind=kind).order_by("pk").values_list("person__username", "words")
    return dict(rows)


def title_to(username: str) -> str:
    [row] = Message.objects.filter(kind=K.ROLE_CHANGED, person__username=username).for_display()
    return row.sentence


def at_work(*slugs: str) -> set[str]:
    return {make(slug).person.username for slug in slugs for make in (cast.reporter, cast.reviewer)}


def test_designation_tells_the_department_that_it_answers_and_that_it_ends() -> None:
    measure = a_measure(leads=(), lead_mode=LeadMode.NONE)
    people, _others = at_work("jyj"), at_work("zgh")
    office, lead = cast.clerk(), ResponsibilityRole.LEAD
    row = designate(office, measure, a_department("jyj"), lead, DAY, "会议纪要", moment())
    assert told(K.DESIGNATED) == dict.fromkeys(people, "市教育局（牵头，2020-07-01起）：会议纪要")
    message = Message.objects.filter(kind=K.DESIGNATED).for_display()[0]
    assert (message.sentence, message.get_absolute_url()) == (
        f"{measure.code}：市教育局被指定为责任单位。",
        f"/p/a-policy/measures/{measure.uuid}/",
    )
    Message.objects.update(read_at=moment())
    end_designation(office, row, DAY, "另有安排", moment())
    assert told(K.DESIGNATED) == dict.fromkeys(people, "市教育局（牵头，2020-07-01止）：另有安排")
    titles = {row.sentence for row in Message.objects.filter(kind=K.DESIGNATED).for_display()}
    assert titles == {f"{measure.code}：对市教育局的指定已终止。"}
    assert Message.objects.unread().count() == len(people), "one message a day, unread again"


def test_contact_and_succession_tell_the_departments_concerned() -> None:
    policy = a_measure(leads=("zgh", "jyj")).section.edition.policy
    first, second = at_work("zgh"), at_work("jyj")
    at_work("czj")
    change_contact(cast.clerk(), policy, a_department(), "李建国", "0316-5550000", moment())
    assert told(K.CONTACT_CHANGED) == dict.fromkeys(first, "联系人、联系电话"), "no number in a message"
    departments = a_department(), a_department("jyj")
    record_succession(cast.clerk(), policy, *departments, DAY, "机构改革方案", moment())
    assert set(told(K.SUCCEEDED)) == first | second
    for row in Message.objects.filter(kind__in=[K.CONTACT_CHANGED, K.SUCCEEDED]).for_display():
        assert row.get_absolute_url() == "/p/a-policy/departments/zgh/"
        assert "市总工会" in row.sentence


def test_handover_tells_who_gives_who_takes_and_the_department_once() -> None:
    people = at_work("zgh") | {cast.second_reporter().person.username}
    at_work("jyj")
    asked = Handover(a_department(), cast.reporter().person, cast.second_reporter().person, LATER)
    hand_over(cast.reviewer(), asked, None, moment())
    words = told(K.HANDED_OVER)
    assert set(words) == people - {cast.reviewer().person.username}, "not whoever did it"
    assert all("→" in said and "2020-07-10" in said for said in words.values())
    with pytest.raises(ValidationError, match="没有可移交"):  # what it told is no work to hand over
        hand_over(cast.reviewer(), Handover(a_department(), asked.giver, asked.receiver), None, moment())


def test_roles_too_go_through_the_one_door() -> None:
    """Of people, departments tell nobody: whoever gives a role here does it by `recording`."""
    around = {
        dotted(path)
        for path in modules("measures")
        for node in ast.walk(syntax_of(path))
        if called(node) == "accounts.record_role"
    }
    assert around == {"measures.workflow.recording"}


def test_role_tells_the_person_and_in_one_message_a_day_the_department() -> None:
    at_work("zgh")
    zhou, wu = cast.a_person("zhou").person, cast.a_person("wu").person
    reviewer, zgh = cast.reviewer(), a_department()
    row = give_membership(reviewer, zhou, zgh, Role.REPORTER, Span(DAY, LATER), None, moment())
    assert told(K.ROLE_CHANGED) == {"zhou": f"{zhou} 填报人 2020-07-01至2020-07-10"}
    assert told(K.PEOPLE_CHANGED) == {"zgh-reporter": f"{zhou} 填报人 2020-07-01至2020-07-10"}
    said = Message.objects.get(kind=K.ROLE_CHANGED).said_words
    assert said == f"{zhou} 填报人 2020年7月1日至2020年7月10日"
    name_deputy(reviewer, wu, zgh, Span(DAY, LATER), None, moment())
    assert title_to("zhou") == "市总工会：您已被授予“填报人”角色。"
    assert told(K.ROLE_CHANGED)["wu"] == f"{wu} 审核人（代 {reviewer.person}） 2020-07-01至2020-07-10"
    assert told(K.PEOPLE_CHANGED)["zgh-reporter"].count("；") == 1
    Message.objects.update(read_at=moment())
    end_membership(reviewer, row, DAY, None, moment())
    assert told(K.ROLE_CHANGED)["zhou"] == f"{zhou} 填报人 2020-07-01至2020-07-01（终止）"
    assert title_to("zhou") == "市总工会：您的“填报人”角色已终止。"
    assert Message.objects.filter(kind=K.PEOPLE_CHANGED, person__username="zgh-reporter").count() == 1
    assert set(Message.objects.unread().values_list("person__username", flat=True)) >= {
        "zhou",
        "zgh-reporter",
    }
    assert "zgh-reviewer" not in told(K.PEOPLE_CHANGED)


def test_a_message_about_people_is_read_in_the_inbox_and_leads_to_the_start_page(
    browser_of: Callable[[Actor], Client],
) -> None:
    builders.an_update()
    person = cast.second_reporter()
    give_membership(cast.reviewer(), person.person, a_department(), Role.REVIEWER, Span(DAY), None, moment())
    browser = browser_of(person)
    page = browser.get("/messages/").content.decode()
    assert "市总工会: you were given the role “reviewer”." in page
    row = person.person.inbox.get(kind=K.ROLE_CHANGED)
    assert browser.post(f"/messages/{row.uuid}/read/", {"open": "on"})["Location"] == "/"
    assert Policy.objects.count() == 1


def test_nobody_is_told_of_what_they_did_and_nobody_of_what_nobody_did() -> None:
    at_work("zgh")
    reviewer = cast.reviewer()
    own = Membership.objects.get(user=reviewer.person)
    tell_of_role(own, reviewer.person, moment())
    assert "zgh-reviewer" not in told(K.ROLE_CHANGED) | told(K.PEOPLE_CHANGED)
    with pytest.raises(ValueError, match="nobody acted"):
        the_clerks(Event(act=Act.ANSWER_URGE, at=moment()), Urge(policy=builders.a_policy()))
