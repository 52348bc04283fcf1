"""Does the demo show all that the product can? The database is asked for each feature by its name."""

from collections.abc import Callable
from typing import Final

import pytest
from django.db.models import F, Q

from departments.models import AccountEvent, Department, Membership
from measures import summaries
from measures.models import (
    Act,
    Announcement,
    Closure,
    CommitmentValue,
    CoordinationMatter,
    Event,
    EvidenceFile,
    Extension,
    FormerDates,
    HeldText,
    InputUse,
    InterimTarget,
    IssuedReport,
    LightCause,
    LightChange,
    MeasureLight,
    PeriodSnapshot,
    Policy,
    Portfolio,
    ReplacedText,
    Responsibility,
    Revision,
    SignedSlip,
    UpdateState,
    Urge,
    UrgeLevel,
    UsedInput,
)
from measures.pages.sources import changed_sources
from measures.repetition import repeated_words
from measures.workflow.portfolios import in_charge_of
from tests.measures.test_load_demo import DAY, in_the_demo, once, period, person, updates


def nearly_the_same() -> bool:
    """A text that waits says what its department's last confirmed text said."""
    waiting = updates(state=UpdateState.SUBMITTED).with_revisions().select_related("period__policy")
    for update in waiting:
        before = Revision.objects.filter(
            in_force_of__measure=update.measure,
            in_force_of__department=update.department,
            in_force_of__period__code="2020Q1",
        ).select_related("update__period")
        if update.latest_revision and repeated_words(update.latest_revision, before.first(), update.period):
            return True
    return False


def changed_since_inserted() -> bool:
    found = UsedInput.objects.filter(use=InputUse.INSERTED).select_related("update")
    return all(changed_sources([use.update]) for use in found) and bool(found)


def differs_between_its_snapshots() -> bool:
    """A matter was settled between the first closing of the period and the second."""
    first, second = PeriodSnapshot.objects.filter(period=period("2019Q3")).order_by("number")
    return bool(summaries.compare_snapshots(first, second, "2019Q3").measures)


def told(act: Act) -> Callable[[], bool]:
    return lambda: Event.objects.filter(act=act).exclude(comment="").exists()


def urged(level: UrgeLevel) -> Callable[[], bool]:
    return lambda: Urge.objects.filter(level=level, answer__isnull=False).exists()


def extension(outcome: str) -> Callable[[], bool]:
    return lambda: Extension.objects.filter(outcome=outcome).exclude(reason="").exists()


IN_THE_OPEN: Final = Q(update__period__state="open")
FEATURES: Final[dict[str, Callable[[], object]]] = {
    "handover of a person who left": told(Act.HAND_OVER),
    "a text that was typed, not saved, and handed over": lambda: HeldText.objects.exclude(typed_by=None),
    "designation of a lead": lambda: Responsibility.objects.filter(designated=True, role="lead"),
    "designation of a participant": lambda: Responsibility.objects.filter(
        designated=True, role="participant"
    ),
    "what was designated has been reported on": lambda: Revision.objects.filter(
        in_force_of__measure__clause_text="", in_force_of__role="lead"
    ),
    "extension granted": extension("granted"),
    "extension refused": extension("refused"),
    "extension to be decided": lambda: Extension.objects.pending(),
    "later date that was kept": lambda: updates().filter(
        first_due_on__isnull=False, first_submitted_at__date__lte=F("due_on")
    ),
    "dates moved by the office": lambda: FormerDates.objects.exclude(reason=""),
    "deputy for a span of days": lambda: Membership.objects.active(DAY).exclude(stands_in_for=None),
    "act of a deputy": lambda: Event.objects.exclude(deputy_for=None),
    "value that fell, with its reason": lambda: CommitmentValue.objects.filter(
        fell_from__gt=F("number"), revision__in_force_of__isnull=False
    ).exclude(decrease_reason=""),
    "interim target": lambda: InterimTarget.objects.all(),
    "text nearly equal to last quarter's": nearly_the_same,
    "inserted source that changed": changed_since_inserted,
    "portfolio of a leader": lambda: Portfolio.objects.active(DAY).filter(person__username="city-leader"),
    "filed on behalf and confirmed": lambda: Revision.objects.exclude(received_from="").exclude(
        confirmed_at=None
    ),
    "filed on behalf, to be confirmed": lambda: Revision.objects.filter(
        IN_THE_OPEN, confirmed_at=None
    ).exclude(received_from=""),
    "correction in work": lambda: Revision.objects.filter(IN_THE_OPEN, confirmed_at=None).exclude(
        correction_reason=""
    ),
    "correction asked for by the office": lambda: Event.objects.filter(
        act=Act.RETURN, from_state=UpdateState.CONFIRMED
    ),
    "saved text that another save replaced": lambda: ReplacedText.objects.all(),
    **{f"{level} answered": urged(level) for level in UrgeLevel},
    "urging slip without an answer": lambda: Urge.objects.filter(answer=None, period__state="open"),
    "evidence file of a text": lambda: EvidenceFile.objects.exclude(revisions=None),
    "signed slip": lambda: SignedSlip.objects.exclude(signed_by=""),
    "announcement": lambda: Announcement.objects.all(),
    "matter settled": lambda: CoordinationMatter.objects.exclude(answer=""),
    "matter open": lambda: CoordinationMatter.objects.open(),
    "closure of two people": lambda: Closure.objects.exclude(clerk=None).exclude(signer=None),
    "override of a light": lambda: MeasureLight.objects.exclude(override_colour=""),
    "light changed by an act in an open quarter": lambda: LightChange.objects.filter(
        period__state="open", cause=LightCause.ACT
    ),
    "light changed by the day in an open quarter": lambda: LightChange.objects.filter(
        period__state="open", cause=LightCause.DAY
    ),
    "contact changed by the office": told(Act.CHANGE_CONTACT),
    "period with two snapshots, which differ": lambda: differs_between_its_snapshots(),
    "issued report": lambda: IssuedReport.objects.all(),
}


@once
@in_the_demo
@pytest.mark.parametrize("feature", FEATURES)
def test_demo_shows_all_of_it(feature: str) -> None:
    assert FEATURES[feature]()


@once
@in_the_demo
def test_demo_opens_the_overview_of_its_city_leader_on_a_portfolio_of_each_policy() -> None:
    leader = person("city-leader")
    for policy in Policy.objects.all():
        mine = in_charge_of(leader, policy)
        assert mine is not None
        assert len(mine.rows) == 2
        assert str(mine).count("；") == 1, "one of them is a section, whose name holds 、"


@once
@in_the_demo
def test_demo_dates_what_it_did_to_people_on_its_own_days() -> None:
    """The machine's clock would name the day on which somebody loaded it."""
    assert AccountEvent.objects.filter(act="role_changed").count() >= 4
    assert not AccountEvent.objects.filter(at__date__gte=DAY).exists()


@once
@in_the_demo
def test_demo_dates_its_contacts_on_its_own_days() -> None:
    """As above: the page of a department shows since when a contact holds, and who gave it."""
    versions = Department.history.all()
    assert versions.exists()
    assert not versions.filter(history_date__date__gte=DAY).exists()
    assert not versions.filter(history_user=None).exists()


@once
@in_the_demo
def test_demo_keeps_the_texts_of_whoever_left_and_lets_the_successor_go_on() -> None:
    former, zgh = person("zgh-former"), Department.objects.get(slug="zgh")
    assert not former.memberships
    assert Revision.objects.filter(contributors=former.person, in_force_of__department=zgh).exists()
    held = HeldText.objects.get(typed_by=former.person)
    assert held.user.username == "zgh-reporter"
    assert updates(pk=str(held.update_id), state=UpdateState.DUE).exists()
