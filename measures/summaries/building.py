"""How do rows become the figures of a period? Texts in force, commitments in their cycle, lights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from departments.models import Department
from measures.commitments import (
    CommitmentFacts,
    Interim,
    cycle_year,
    interim_ahead,
    interim_owed,
    target_words,
)
from measures.lights import (
    LeadFacts,
    Light,
    MeasureFacts,
    PastUpdate,
    Thresholds,
    apply_override,
    measure_light,
    missed_run,
)
from measures.models import (
    TEXT_FIELDS,
    AnswerKind,
    Commitment,
    CommitmentKind,
    CoordinationMatter,
    LeadMode,
    LightColour,
    Measure,
    MeasureLight,
    MeasureState,
    Policy,
    ProgressUpdate,
    ReportingPeriod,
    ResponsibilityRole,
    Revision,
    SelfAssessment,
    Situation,
    UpdateState,
    effective_lead_mode,
)
from measures.summaries.loading import CommitmentRow, Rows, SubjectRow
from measures.summaries.types import (
    CommitmentStatus,
    ConfirmedText,
    DepartmentName,
    Designation,
    Matter,
    MeasureStatus,
    PastLight,
    SubjectStatus,
    UpdateStatus,
)

# How many periods the strip of past lights shows, this one included.
STRIP_LENGTH = 6


def thresholds_of(policy: Policy) -> Thresholds:
    return Thresholds(policy.yellow_points, policy.red_points, policy.ending_soon_days)


def department_name(department: Department) -> DepartmentName:
    return DepartmentName(department.slug, department.name, department.short_name, department.position)


def update_status(update: ProgressUpdate) -> UpdateStatus:
    """`update.department`, `.period` and `.in_force` should be loaded."""
    filed, closed = update.first_submitted_at, update.period.closed_at
    revision = update.in_force
    return UpdateStatus(
        uuid=str(update.uuid),
        department=department_name(update.department),
        role=ResponsibilityRole(update.role),
        position=update.position,
        state=UpdateState(update.state),
        due_on=update.due_on,
        back_due_on=update.back_due_on,
        filed_on=timezone.localdate(filed) if filed else None,
        filed_after_closing=_is_after(filed, closed),
        confirmed_after_closing=_is_after(revision.confirmed_at if revision else None, closed),
        text=confirmed_text(revision) if revision else None,
    )


def _is_after(moment: datetime | None, closed: datetime | None) -> bool:
    return moment is not None and closed is not None and moment > closed


def confirmed_text(revision: Revision) -> ConfirmedText:
    """The text of a confirmed revision. Raises ValueError for any other."""
    if revision.confirmed_at is None:
        raise ValueError("only a confirmed text counts")
    return ConfirmedText(
        **{name: getattr(revision, name) for name in TEXT_FIELDS},
        situation=Situation(revision.situation),
        self_assessment=SelfAssessment(revision.self_assessment),
        revision=revision.number,
        confirmed_on=timezone.localdate(revision.confirmed_at),
        corrected=bool(revision.correction_reason),
        filed_by=revision.entered_by,
    )


def matter(row: CoordinationMatter, measure: Measure) -> Matter:
    return Matter(
        str(row.uuid),
        str(measure.uuid),
        measure.code,
        department_name(row.department),
        row.text,
        row.raised_on,
    )


@dataclass(frozen=True)
class MeasureStatusBuilder:
    """Works out one measure of a period on a day, from the rows of that period."""

    rows: Rows
    measure: Measure
    on: date

    @property
    def period(self) -> ReportingPeriod:
        return self.rows.period

    @property
    def updates(self) -> list[ProgressUpdate]:
        """The updates of this and all earlier periods, oldest first, leads first."""
        return self.rows.updates.get(self.measure.pk, [])

    @cached_property
    def present(self) -> list[ProgressUpdate]:
        return [row for row in self.updates if row.period_id == self.period.pk]

    @cached_property
    def lead_mode(self) -> LeadMode:
        return effective_lead_mode(self.measure, self.rows.responsibilities.get(self.measure.pk, []))

    def build(self) -> MeasureStatus:
        commitments = [self.commitment(row) for row in self.rows.commitments.get(self.measure.pk, [])]
        active = [(facts, shown) for facts, shown in commitments if facts is not None]
        ruled = measure_light(self.facts(tuple(facts for facts, _ in active)), self.on, self._thresholds)
        return MeasureStatus(
            uuid=str(self.measure.uuid),
            code=self.measure.code,
            title=self.measure.title,
            state=MeasureState(self.measure.state),
            lead_mode=self.lead_mode,
            clause_text=self.measure.clause_text,
            clause_label=self.measure.clause_label,
            leads=self._parties(ResponsibilityRole.LEAD),
            participants=self._parties(ResponsibilityRole.PARTICIPANT),
            light=self._shown(ruled),
            ruled_light=ruled,
            before=self._stored_colour(self._before),
            history=self._history(),
            updates=tuple(update_status(row) for row in self.present),
            commitments=tuple(shown for _, shown in commitments),
            matters=tuple(matter(row, self.measure) for row in self._matters),
            designations=self._designations(),
        )

    # --- lights ---

    def facts(self, commitments: tuple[CommitmentFacts, ...]) -> MeasureFacts:
        return MeasureFacts(
            state=MeasureState(self.measure.state),
            lead_mode=self.lead_mode,
            has_responsible=self.lead_mode != LeadMode.NONE,
            has_lead=bool(self._parties(ResponsibilityRole.LEAD)),
            leads=tuple(self._lead(row) for row in self._leads()),
            commitments=commitments,
            open_matters=len(self._matters),
            ever_confirmed=any(row.in_force is not None for row in self.updates),
        )

    def _leads(self) -> list[ProgressUpdate]:
        """The leads' updates of this period; where none is due, those of the last period that had any."""
        leads = [row for row in self.updates if row.is_lead]
        last = leads[-1].period_id if leads else None
        return [row for row in leads if row.period_id == last]

    def _lead(self, lead: ProgressUpdate) -> LeadFacts:
        past = [row for row in self.updates if self._is_same_lead(row, lead)]
        filed = [_past(row) for row in past]
        run = missed_run(filed, self.on)
        missed = self._missed_in(past, filed, run)
        is_missed = lead.period_id == self.period.pk and filed[-1].missed(self.on)
        facts = LeadFacts(
            department=lead.department.short_name,
            missed_run=run,
            missed_by="、".join(dict.fromkeys(row.department.short_name for row in missed)),
            missed_in=tuple(row.period.official_name for row in missed),
            silent_now=is_missed and _filed_on(lead) is None,
        )
        return self._assessed(facts, past)

    def _missed_in(
        self, past: Sequence[ProgressUpdate], filed: Sequence[PastUpdate], run: int
    ) -> list[ProgressUpdate]:
        """The updates of the last `run` periods that were missed, oldest first."""
        missed = [row for row, became in zip(past, filed, strict=True) if became.missed(self.on)]
        return missed[len(missed) - run :]

    def _assessed(self, facts: LeadFacts, past: Sequence[ProgressUpdate]) -> LeadFacts:
        """With the self-assessment of the latest text in force, if there is one."""
        for row in reversed(past):
            if row.in_force is not None:
                return replace(
                    facts,
                    assessment=row.in_force.self_assessment,
                    assessed_by=row.department.short_name,
                    assessed_in="" if row.period_id == self.period.pk else row.period.official_name,
                )
        return facts

    def _is_same_lead(self, row: ProgressUpdate, lead: ProgressUpdate) -> bool:
        """The convenor is whoever was first lead in each period; other leads are the same department."""
        if self.lead_mode != LeadMode.SEPARATE and lead.position == 1:
            return row.is_convenor
        return row.is_lead and row.department_id == lead.department_id

    @property
    def _thresholds(self) -> Thresholds:
        return thresholds_of(self.period.policy)

    def _shown(self, ruled: Light) -> Light:
        stored = self.rows.lights.get((self.period.pk, self.measure.pk))
        if stored is None or not stored.override_colour:
            return ruled
        return apply_override(ruled, LightColour(stored.override_colour), stored.override_reason)

    @property
    def _before(self) -> ReportingPeriod | None:
        earlier = [row for row in self.rows.periods if row.starts_on < self.period.starts_on]
        return earlier[-1] if earlier else None

    def _stored_colour(self, period: ReportingPeriod | None) -> LightColour | None:
        stored: MeasureLight | None = self.rows.lights.get((period.pk, self.measure.pk)) if period else None
        return LightColour(stored.override_colour or stored.colour) if stored else None

    def _history(self) -> tuple[PastLight, ...]:
        earlier = [row for row in self.rows.periods if row.starts_on < self.period.starts_on]
        return tuple(PastLight(row.code, self._stored_colour(row)) for row in earlier[1 - STRIP_LENGTH :])

    # --- departments and matters ---

    def _parties(self, role: ResponsibilityRole) -> tuple[DepartmentName, ...]:
        """As the text names them, in protocol order."""
        rows = self.rows.responsibilities.get(self.measure.pk, [])
        return tuple(department_name(row.department) for row in rows if row.role == role)

    def _designations(self) -> tuple[Designation, ...]:
        """None where a clause names who answers, whatever was entered beside it."""
        if self.measure.clause_text:
            return ()
        rows = [row for row in self.rows.responsibilities.get(self.measure.pk, []) if row.designated]
        office = self.period.policy.coordinator.short_name if rows else ""
        return tuple(Designation(department_name(row.department), office, row.designated_on) for row in rows)

    @property
    def _matters(self) -> list[CoordinationMatter]:
        return [row for row in self.rows.matters.get(self.measure.pk, []) if row.resolved_at is None]

    # --- commitments ---

    def commitment(self, row: CommitmentRow) -> tuple[CommitmentFacts | None, CommitmentStatus]:
        """Facts and status of a commitment. The facts are None before its start, when no rule looks at it."""
        promise = row.commitment
        texts = self._texts_in_cycle(promise)
        subjects = tuple(self._subject(row, subject, texts) for subject in row.subjects.values())
        year = self._cycle_year(promise)
        facts = commitment_facts(promise, subjects, year, row.interim)
        value = min(100, int(100 * facts.value / facts.target)) if facts.target else None
        status = CommitmentStatus(
            label=promise.label,
            wording=promise.wording,
            kind=CommitmentKind(promise.kind),
            binding=promise.binding,
            unit=promise.unit,
            year=year,
            figure=facts.figure,
            target=target_words(promise.floor, promise.ceiling),
            percent=value,
            met=facts.met,
            unmet=facts.unmet,
            stated_in=_stated_in(row, texts),
            subjects=subjects,
            owed=interim_owed(facts, self.on),
            ahead=interim_ahead(facts, self.on),
        )
        return (facts if self._has_begun(promise) else None), status

    def _cycle_year(self, promise: Commitment) -> int | None:
        return cycle_year(promise, self._year)

    @property
    def _year(self) -> int:
        return self.rows.years[self.period.pk]

    def _texts_in_cycle(self, promise: Commitment) -> list[ProgressUpdate]:
        """Updates with a text in force that may state the present cycle, latest period first."""
        first, last, years = self._cycle_year(promise) or 0, self._year, self.rows.years
        rows = [row for row in self.updates if row.in_force_id and first <= years[row.period_id] <= last]
        return sorted(rows, key=lambda row: row.period.starts_on, reverse=True)

    def _subject(
        self, row: CommitmentRow, subject: SubjectRow, texts: Sequence[ProgressUpdate]
    ) -> SubjectStatus:
        """The value of the latest period that states it; of separate leads the higher one."""
        stated = [text for text in texts if text.in_force_id in subject.values]
        latest = [text for text in stated if text.period_id == stated[0].period_id]
        values = [subject.values[text.in_force_id] for text in latest if text.in_force_id is not None]
        value = max(values, key=lambda value: value.number, default=None)
        if value is None:
            return SubjectStatus(subject.name, None, None, met=False)
        met = _is_met(row.commitment, value.number, value.out_of)
        reason = value.decrease_reason if value.fell_from is not None else ""
        return SubjectStatus(subject.name, value.number, value.out_of, met, value.fell_from, reason)

    def _has_begun(self, promise: Commitment) -> bool:
        return promise.starts_on is None or promise.starts_on <= self.period.ends_on


def commitment_facts(
    promise: Commitment, subjects: Sequence[SubjectStatus], year: int | None, interim: Mapping[date, Decimal]
) -> CommitmentFacts:
    """Of a commitment in the year in which it is judged; None for one that is fulfilled once."""
    actual, done, total = _counted(promise, subjects)
    return CommitmentFacts(
        label=promise.label,
        kind=CommitmentKind(promise.kind),
        binding=promise.binding,
        yes_no=promise.answer == AnswerKind.YES_NO,
        floor=promise.floor,
        ceiling=promise.ceiling,
        actual=actual,
        done=done,
        total=total,
        cycle_start=date(year, 1, 1) if year else None,
        cycle_end=date(year, 12, 31) if year else None,
        starts_on=promise.starts_on,
        ends_on=promise.ends_on,
        interim=tuple(Interim(on, target) for on, target in sorted(interim.items())),
    )


def _filed_on(update: ProgressUpdate) -> date | None:
    return timezone.localdate(update.first_submitted_at) if update.first_submitted_at else None


def _past(update: ProgressUpdate) -> PastUpdate:
    return PastUpdate(update.due_on, _filed_on(update), update.state == UpdateState.WAIVED)


def _is_met(promise: Commitment, number: Decimal, out_of: Decimal | None) -> bool:
    """A share is met when it is whole, anything else when its limits say so."""
    return number == out_of if promise.answer == AnswerKind.SHARE else promise.is_met_by(number)


def _counted(promise: Commitment, subjects: Sequence[SubjectStatus]) -> tuple[Decimal | None, int, int]:
    """(actual, done, total): of a share its parts, of several subjects those met, of one its number."""
    first = subjects[0]
    if promise.answer == AnswerKind.SHARE:
        return None, int(first.number or 0), int(first.out_of or 0)
    if len(subjects) > 1:
        return None, sum(subject.met for subject in subjects), len(subjects)
    return first.number, 0, 0


def _stated_in(row: CommitmentRow, texts: Sequence[ProgressUpdate]) -> str:
    """The name of the latest period whose text in force states any subject."""
    stated = {revision for subject in row.subjects.values() for revision in subject.values}
    return next((text.period.official_name for text in texts if text.in_force_id in stated), "")
