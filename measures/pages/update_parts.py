"""What do pages say of an update? Whose duty it is, where it stands, its texts, why it came back.

Reads and puts into words. What of it an actor may see is asked of `permissions` by the view.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case, F, OuterRef, QuerySet, When, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Department
from langfang_policy.compiled_queries import compiled
from measures.forms import label_of
from measures.models import (
    TEXTS,
    Act,
    Asked,
    CommitmentValue,
    Event,
    EvidenceFile,
    LeadMode,
    Measure,
    ProgressUpdate,
    ReportingPeriod,
    Responsibility,
    ResponsibilityRole,
    Revision,
    SelfAssessment,
    Situation,
    UpdateState,
    Words,
    effective_lead_mode,
    lead_mode_of,
)
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages.paging import number_of
from measures.summaries.aims import Aim, aim_of
from measures.workflow.values import value_words

# --- whose duty ----------------------------------------------------------------------------------


def role_words(update: ProgressUpdate) -> str:
    """How the department is bound; a list loads what this asks for, by `load_leads` or `with_leads`."""
    if not update.is_lead:
        return _("participating department")
    if update.measure.is_led_separately:
        return _("leads its own part")
    if _lead_mode(update) == LeadMode.SINGLE:
        return _("lead department")
    if update.is_convenor:
        return _("first lead, consolidates")
    return _("joint lead, number %(position)d") % {"position": update.position}


def load_leads(updates: Iterable[ProgressUpdate]) -> None:
    """Who leads, where the text does not say how: no query for measures of which it does."""
    silent = [row.measure for row in updates if row.is_lead and row.measure.lead_mode == LeadMode.NONE]
    prefetch_related_objects(silent, "responsibilities")


def with_leads(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """The same as a column: how many lead on the day that is due, where the text does not say how."""
    bound = Responsibility.objects.in_force(OuterRef("due_on")).filter(
        measure=OuterRef("measure"), role=ResponsibilityRole.LEAD
    )
    silent = When(measure__lead_mode=LeadMode.NONE, then=number_of(bound))
    return updates.annotate(leading=Case(silent))


def _lead_mode(update: ProgressUpdate) -> LeadMode:
    measure = update.measure
    if (leading := vars(update).get("leading")) is not None:
        return lead_mode_of(leading)
    rows = measure.responsibilities.all() if measure.lead_mode == LeadMode.NONE else ()
    return effective_lead_mode(measure, [row for row in rows if row.binds(update.due_on)])


@dataclass(frozen=True)
class ResponsibleDepartments:
    """The departments that the clause binds, in protocol order."""

    label: str
    leads: list[Department]
    participants: list[Department]
    consolidates: bool


def responsible_departments(measure: Measure, on: date) -> ResponsibleDepartments:
    """Wants the responsibilities prefetched, with their departments."""
    rows = [row for row in measure.responsibilities.all() if row.binds(on)]
    by_role: dict[str, list[Department]] = {role: [] for role in ResponsibilityRole.values}
    for row in sorted(rows, key=lambda row: row.position):
        by_role[row.role].append(row.department)
    leads = by_role[ResponsibilityRole.LEAD]
    return ResponsibleDepartments(
        label=measure.clause_heading,
        leads=leads,
        participants=by_role[ResponsibilityRole.PARTICIPANT],
        consolidates=len(leads) > 1 and not measure.is_led_separately,
    )


# --- where it stands -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    state: str  # done, skipped, here, ahead
    label: str
    detail: str = ""


REACHED = {
    UpdateState.DUE: 0,
    UpdateState.DRAFT: 0,
    UpdateState.RETURNED: 0,
    UpdateState.IN_REVIEW: 1,
    UpdateState.SUBMITTED: 2,
    UpdateState.CONFIRMED: 4,
}


# Where the department's review stands in the chain.
_REVIEW: Final = 1


def stages(update: ProgressUpdate) -> list[Stage]:
    """Writing, the department's review, the office's check, in force; empty for an update that is waived.

    What the office entered for the department was not reviewed there, and does not look as if it were.
    """
    if update.state == UpdateState.WAIVED:
        return []
    here = REACHED[UpdateState(update.state)]
    revision = update.latest_revision if here else None
    own, office = str(update.department), str(update.period.policy.coordinator)
    first = _("Returned, to be revised") if update.state == UpdateState.RETURNED else _("Writing")
    done = (revision.frozen_at, revision.approved_at) if revision else ()
    chain = (
        (first, own),
        (_("Department's review"), own),
        (_("Office's check"), office),
        (_("In force"), _("counts in overview and report")),
    )
    passed = {number: _day_words(moment) for number, moment in enumerate(done) if moment and number < here}
    skipped = _REVIEW if revision and revision.entered_by else None
    if revision and skipped:
        passed[0] += " " + _("entered by %(office)s") % {"office": revision.entered_by}
        passed[skipped] = _("left out: the department did not review it")
    return [
        Stage(
            state=_stage_state(number, here, skipped),
            label=label,
            detail=passed.get(number, detail),
        )
        for number, (label, detail) in enumerate(chain)
    ]


def _stage_state(number: int, here: int, skipped: int | None) -> str:
    if number == skipped:
        return "skipped"
    return "done" if number < here else "here" if number == here else "ahead"


def _day_words(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


# --- its texts -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownValue:
    """`reason`: why it is lower than before; `fell_from` is known once the text was submitted.

    `aim`: what is to be reached, where that is read beside it.
    """

    subject: str
    words: str
    fell_from: str
    reason: str
    aim: Aim | None = None


@dataclass(frozen=True)
class ShownText:
    """A text as it is read: what is empty is left out."""

    revision: Revision
    situation: Words
    assessment: Words
    texts: list[tuple[str, Words, str]]  # column, label, text
    values: dict[str, list[ShownValue]] = field(default_factory=dict)  # by commitment
    files: list[EvidenceFile] = field(default_factory=list)  # with which it was submitted

    @property
    def shows_assessment(self) -> bool:
        """Always with progress; else only where it darkens the light."""
        normal = self.revision.self_assessment == SelfAssessment.NORMAL
        return self.revision.situation == Situation.PROGRESS or not normal


def shown_text(revision: Revision, period: ReportingPeriod | None = None) -> ShownText:
    """Wants values, their subjects and commitments prefetched, and the files.

    With the targets that count in `period`, where it is told and the values are loaded with their plans.

    Where nothing is said to have happened, words of progress that the form has hidden are no part of it.
    """
    progress = revision.situation == Situation.PROGRESS
    texts = [
        (name, text.label, said)
        for name, text in TEXTS.items()
        if (said := getattr(revision, name)) and (progress or text.asked is not Asked.WITH_PROGRESS)
    ]
    values: dict[str, list[ShownValue]] = {}
    for row in sorted(revision.values.all(), key=_in_text_order):
        asks = row.fell_from is not None or not revision.is_frozen
        shown = _shown_value(row, row.decrease_reason if asks else "", period)
        values.setdefault(row.subject.commitment.label, []).append(shown)
    return ShownText(
        revision=revision,
        situation=Situation(revision.situation).label,
        assessment=SelfAssessment(revision.self_assessment).label,
        texts=texts,
        values=values,
        files=[*revision.evidence.all(), *revision.loaded_late],
    )


def _shown_value(row: CommitmentValue, reason: str, period: ReportingPeriod | None) -> ShownValue:
    commitment = row.subject.commitment
    return ShownValue(
        subject=row.subject.name,
        words=value_words(commitment, row.number, row.out_of),
        fell_from=_fell_from(row),
        reason=reason,
        aim=aim_of(commitment, row.loaded_plan, period) if period and row.loaded_plan else None,
    )


def _fell_from(row: CommitmentValue) -> str:
    """A share is nothing without its whole: where that is not on record, it is not said."""
    commitment, is_share = row.subject.commitment, row.out_of is not None
    if row.fell_from is None or (is_share and row.fell_from_out_of is None):
        return ""
    return value_words(commitment, row.fell_from, row.fell_from_out_of)


def _in_text_order(row: CommitmentValue) -> tuple[int, int]:
    return row.subject.commitment.position, row.subject.position


def text_in_force(update: ProgressUpdate) -> ShownText | None:
    """The text that counts, read from the prefetched rows."""
    text = next((row for row in update.revisions.all() if row.pk == update.in_force_id), None)
    return shown_text(text, update.period) if text else None


# --- why it came back ----------------------------------------------------------------------------


def last_returns(updates: Iterable[ProgressUpdate]) -> dict[int, Event]:
    """By update: the latest return with its reason, its person and department. One query, if there is any."""
    keys = [row.pk for row in updates]
    return {event.of_update: event for event in _returns(keys)} if keys else {}


@compiled
def _returns(updates: Sequence[int]) -> QuerySet[Any]:
    events = Event.objects.filter(act=Act.RETURN, revision__update__in=updates).order_by("pk")
    return events.select_related("user", "department").annotate(of_update=F("revision__update"))


def return_place(event: Event) -> Words:
    """Which part of the text the reason is about; empty for the whole."""
    if event.field == "values":
        return _("values of the commitments")
    return label_of(event.field) if event.field else ""
