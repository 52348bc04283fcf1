"""Which policy, edition, period and snapshot is a summary about, and whom does one ask? What is no figure."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from departments.models import Department
from measures.models import EditionStatus, PeriodSnapshot, PeriodState, ReportingPeriod
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
