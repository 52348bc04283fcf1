"""Which policy, edition, period and snapshot is a summary about, and whom does one ask? What is no figure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Department
from measures.models import Act, EditionStatus, Event, PeriodSnapshot, PeriodState, ReportingPeriod
from measures.summaries.building import department_name
from measures.summaries.types import EditionHead, PeriodHead, PolicyHead


@dataclass(frozen=True)
class SnapshotReference:
    """Which snapshot a closed period was read from."""

    uuid: str
    number: int
    sha256: str
    program_version: str
    taken_on: date


def snapshot_reference(row: PeriodSnapshot) -> SnapshotReference:
    taken_on = timezone.localdate(row.taken_at)
    return SnapshotReference(str(row.uuid), row.number, row.sha256, row.program_version, taken_on)


@dataclass(frozen=True)
class Reopening:
    """Since when a period is open again and by whom, and which snapshot of it is kept."""

    day: date
    person: str
    snapshot: SnapshotReference

    def words(self, on: date) -> str:
        """On what a page or document of the period rests on that day (docs/domain.md 7.17)."""
        sentence = _(
            "open again since %(day)s, reopened by %(person)s: live figures, what is confirmed up to %(on)s; "
            "snapshot %(number)s of %(taken)s is kept"
        )
        return sentence % {
            "day": date_format(self.day, "DATE_FORMAT"),
            "person": self.person,
            "on": date_format(on, "DATE_FORMAT"),
            "number": self.snapshot.number,
            "taken": date_format(self.snapshot.taken_on, "DATE_FORMAT"),
        }


def with_reopening(snapshots: QuerySet[PeriodSnapshot]) -> QuerySet[PeriodSnapshot]:
    """Each knows who reopened its period last and when, as `reopening_since` understands. No query more."""
    acts = Event.objects.filter(period=OuterRef("period"), act=Act.REOPEN_PERIOD).order_by("-pk")
    return snapshots.annotate(
        reopened_at=Subquery(acts.values("at")[:1]), reopened_by=Subquery(acts.values("user__name")[:1])
    )


def reopening_since(snapshot: PeriodSnapshot) -> Reopening:
    """Of the last snapshot of a period that is open."""
    found = vars(snapshot)
    day = timezone.localdate(found["reopened_at"])
    return Reopening(day, found["reopened_by"], snapshot_reference(snapshot))


def reopening_of(period: ReportingPeriod) -> Reopening | None:
    """None for a period that is not open, or not again. One query for an open one."""
    if period.state != PeriodState.OPEN:
        return None
    rows: QuerySet[Any] = with_reopening(period.snapshots.defer("content", "parts", "seal"))
    last = rows.filter(reopened_at__isnull=False).order_by("-number").first()
    return reopening_since(last) if last else None


def policy_head(period: ReportingPeriod) -> PolicyHead:
    policy = period.policy
    return PolicyHead(policy.slug, policy.title, policy.short_title, department_name(policy.coordinator))


def edition_head(period: ReportingPeriod) -> EditionHead:
    edition = period.edition
    return EditionHead(edition.number, edition.full_title, EditionStatus(edition.status), edition.basis)


def period_head(period: ReportingPeriod) -> PeriodHead:
    return PeriodHead(
        uuid=str(period.uuid),
        code=period.code,
        name=period.official_name,
        state=PeriodState(period.state),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        participant_due_on=period.participant_due_on,
        lead_due_on=period.lead_due_on,
        check_due_on=period.check_due_on,
        grace_ends_on=period.grace_ends_on,
    )


@dataclass(frozen=True)
class Contact:
    """Whom to telephone in a department."""

    name: str
    telephone: str


def contact_of(department: Department) -> Contact:
    """Never in a snapshot; shown to those who may see telephones."""
    return Contact(department.contact, department.telephone)
