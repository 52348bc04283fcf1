"""Whatever people try, in whatever order: no illegal row, no lost revision, nobody confirms their own work.

A machine of hypothesis lets everybody try every act on the updates of one measure, with the present or an
older version, while the period is closed, reopened and archived around them. What is refused must change
nothing; what is done must be a row of the tables.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import model_to_dict
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from departments.actors import Actor
from measures import summaries
from measures.models import Act, Event, PeriodSnapshot, PeriodState, ProgressUpdate, ReportingPeriod, Revision
from measures.models import UpdateState as S
from measures.verification import record_faults
from measures.workflow import periods, updates
from measures.workflow.errors import WorkflowError
from tests import builders, cast

REFUSED: Final = (WorkflowError, ValidationError, PermissionDenied)
PEOPLE: Final[tuple[Callable[[], Actor], ...]] = (
    cast.reporter,
    cast.second_reporter,
    cast.reviewer,
    cast.colleague,
    cast.clerk,
    cast.second_clerk,
    cast.lent_clerk,
    cast.signer,
    cast.auditor,
    lambda: cast.reporter("jyj"),
    lambda: cast.reviewer("jyj"),
)
ACTS: Final = tuple(dict.fromkeys(row.act for row in updates.TRANSITIONS.values() if row.may))
PERIOD_ACTS: Final[Mapping[Act, Callable[[ReportingPeriod, datetime], object]]] = {
    Act.CLOSE_PERIOD: lambda row, at: periods.close_period(cast.clerk(), row, "其余未报", at),
    Act.REOPEN_PERIOD: lambda row, at: periods.reopen_period(cast.signer(), row, "补报", at),
    Act.ARCHIVE_PERIOD: lambda row, at: periods.archive_period(cast.clerk(), row, at),
}
# One step on the way to confirmation, and from there back, by the state of the update.
ONWARD: Final[Mapping[S, Act]] = {
    S.DUE: Act.SUBMIT_FOR_REVIEW,
    S.DRAFT: Act.SUBMIT_FOR_REVIEW,
    S.RETURNED: Act.SUBMIT_FOR_REVIEW,
    S.IN_REVIEW: Act.APPROVE_AND_SUBMIT,
    S.SUBMITTED: Act.CONFIRM,
    S.CONFIRMED: Act.RETURN,
    S.WAIVED: Act.RESTORE,
}
# What is signed once may be signed later; all else of a frozen text stays.
SIGNED_LATER: Final = {"approved_by", "approved_at", "confirmed_by", "confirmed_at"}

# Without making what fails shorter: each attempt takes a second.
SETTINGS: Final = settings(max_examples=10, stateful_step_count=25, phases=[Phase.generate])


class Office(RuleBasedStateMachine):
    """One measure of a convenor and a participant in an open period; undone when the sequence ends."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        builders.a_working_calendar()
        measure = builders.a_measure(("zgh",), ("jyj",))
        period = builders.a_planned_period()
        opened = builders.moment(builders.OPENED)
        periods.open_period(cast.clerk(), period, periods.Dates.of(period), opened)
        self.updates = [builders.update_of(measure, slug) for slug in ("zgh", "jyj")]
        self.people = [ask() for ask in PEOPLE]
        self.at = builders.moment()
        self.frozen: dict[int, dict[str, Any]] = {}
        self.first_submitted: dict[int, object] = {}
        self.snapshots: dict[int, str] = {}

    def teardown(self) -> None:
        faults = list(record_faults())
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)
        assert faults == []

    def now(self, which: int) -> ProgressUpdate:
        return ProgressUpdate.objects.with_context().get(pk=self.updates[which].pk)

    @rule(which=st.integers(0, 1), who=st.integers(0, len(PEOPLE) - 1), act=st.sampled_from(ACTS))
    def anybody_tries(self, which: int, who: int, act: Act) -> None:
        self.attempt(self.people[who], self.now(which), act)

    @rule(which=st.integers(0, 1), n=st.integers(0, 60))
    def the_text_goes_on(self, which: int, n: int) -> None:
        """One step further on the way to its confirmation and back, by anybody with the role."""
        row = self.now(which)
        act = ONWARD[S(row.state)]
        allowed = [actor for actor in self.people if updates.acting_for(actor, act, row)]
        self.attempt(allowed[n % len(allowed)], row, act)

    @rule(which=st.integers(0, 1), n=st.integers(0, 60))
    def somebody_with_the_role_tries(self, which: int, n: int) -> None:
        """Of what the tables allow; persons count besides (docs/domain.md 2.5, 2.6)."""
        row = self.now(which)
        allowed = [
            (actor, act)
            for act in ACTS
            if updates.is_possible(row, act)
            for actor in self.people
            if updates.acting_for(actor, act, row)
        ]
        if allowed:
            actor, act = allowed[n % len(allowed)]
            self.attempt(actor, row, act)

    @rule(which=st.integers(0, 1), who=st.integers(0, len(PEOPLE) - 1), act=st.sampled_from(ACTS))
    def somebody_is_late(self, which: int, who: int, act: Act) -> None:
        """With the version before: refused, whoever it is."""
        row = self.now(which)
        row.version -= 1
        version = self.now(which).version
        self.attempt(self.people[who], row, act)
        assert self.now(which).version == version

    @rule(act=st.sampled_from(sorted(PERIOD_ACTS)), again=st.booleans())
    def the_period_goes_on(self, act: Act, again: bool) -> None:
        if act == Act.ARCHIVE_PERIOD and not again:
            return  # the end of the sequence: not as often as the others
        before = picture()
        try:
            with transaction.atomic():
                period = ReportingPeriod.objects.select_related("policy__coordinator", "edition").get()
                PERIOD_ACTS[act](period, self.at)
        except REFUSED:
            assert picture() == before

    def attempt(self, actor: Actor, row: ProgressUpdate, act: Act) -> None:
        """Do it or be refused; what was done is a row of the table, and allowed to that person."""
        self.at += timedelta(minutes=1)
        before, state = picture(), S(self.now(self.updates.index(row)).state)
        allowed = updates.acting_for(actor, act, row)
        try:
            with transaction.atomic():
                done = builders.perform(act, actor, row, self.at)
        except REFUSED:
            assert picture() == before
            return
        assert allowed
        assert done.state == updates.TRANSITIONS[state, act].next_state
        assert done.version == row.version + 1
        assert len(picture()["events"]) > len(before["events"])

    @invariant()
    def no_revision_is_lost(self) -> None:
        """Numbers without a gap, at most the last one open; what was frozen says what it said."""
        for row in self.updates:
            texts = list(Revision.objects.filter(update=row).order_by("number"))
            assert [text.number for text in texts] == list(range(1, len(texts) + 1))
            assert all(text.is_frozen for text in texts[:-1])
            for text in filter(lambda text: text.is_frozen, texts):
                said = words_of(text)
                assert self.frozen.setdefault(text.pk, said) == said

    @invariant()
    def nobody_decides_on_their_own_work(self) -> None:
        for text in Revision.objects.exclude(approved_by=None).prefetch_related("contributors"):
            wrote = {person.pk for person in text.contributors.all()}
            assert text.entered_by or text.approved_by_id not in wrote
            assert text.confirmed_by_id not in wrote | {text.approved_by_id}

    @invariant()
    def who_had_a_part_in_what_waits_is_kept(self) -> None:
        assert summaries.repeated_faults() == []

    @invariant()
    def what_was_filed_stays_filed(self) -> None:
        for row in ProgressUpdate.objects.exclude(first_submitted_at=None):
            at = row.first_submitted_at
            assert self.first_submitted.setdefault(row.pk, at) == at
            assert row.in_force is None or row.in_force.confirmed_at
            row.validate_constraints()

    @invariant()
    def snapshots_stay(self) -> None:
        for snapshot in PeriodSnapshot.objects.all():
            assert self.snapshots.setdefault(snapshot.pk, snapshot.sha256) == snapshot.sha256
        period = ReportingPeriod.objects.get()
        assert period.state == PeriodState.OPEN or self.snapshots


def words_of(text: Revision) -> dict[str, Any]:
    fields = {name: value for name, value in model_to_dict(text).items() if name not in SIGNED_LATER}
    return fields | {"contributors": ids(text.contributors.all())}


def ids(rows: Iterable[Any]) -> list[int]:
    return sorted(row.pk for row in rows)


def picture() -> dict[str, Any]:
    """All that an act on an update or a period may write, to compare."""
    return {
        "updates": list(ProgressUpdate.objects.order_by("pk").values()),
        "texts": list(Revision.objects.order_by("pk").values()),
        "periods": list(ReportingPeriod.objects.order_by("pk").values()),
        "events": list(Event.objects.order_by("pk").values_list("pk", flat=True)),
    }


@pytest.mark.once(
    "the tables are asked in Python; test_constraints and test_append_only try the rows on both"
)
@pytest.mark.django_db
def test_no_sequence_of_acts_loses_a_text_or_breaks_a_rule() -> None:
    run_state_machine_as_test(Office, settings=SETTINGS)
