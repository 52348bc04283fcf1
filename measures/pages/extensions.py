"""What is shown of later dates: those asked for one update, and those that wait for the office."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from departments.actors import Actor
from measures import permissions
from measures.models import Extension, FormerDates, PeriodState, ProgressUpdate
from measures.models.extensions import asked_until
from measures.models.filing import ProgressUpdateQuerySet
from measures.office_forms import ExtensionDecisionForm
from measures.pages.moved_dates import MovedDates, moves_of
from measures.workflow.extensions import why_not_asked


@dataclass(frozen=True)
class DatesOfUpdate:
    """Why an update is due when it is: what was asked for and decided, and what the office moved."""

    asked: list[Extension]
    moved: list[MovedDates]
    may_ask: bool

    @property
    def pending(self) -> Extension | None:
        return next((row for row in self.asked if not row.outcome), None)


def dates_of_update(actor: Actor, update: ProgressUpdate) -> DatesOfUpdate:
    """Reasons are read by the department, the office and the leads, as comments are (docs/domain.md 8.4)."""
    own = permissions.is_own(actor, update)
    office = permissions.can_read_submitted_texts(actor, update.period.policy)
    shown = own or office or permissions.is_lead_of(actor, update)
    known = vars(update)
    asked_at_all = shown and known.get("was_asked_later", True)
    asked = list(update.extensions.select_related("asked_by", "decided_by")) if asked_at_all else []
    pending = any(not row.outcome for row in asked)
    may_ask = permissions.can_ask_for_extension(actor, update) and not pending
    moved = moved_dates([update]) if known.get("dates_moved", True) else []
    return DatesOfUpdate(asked, moved, may_ask and not why_not_asked(update, actor.on))


def moved_dates(updates: Iterable[ProgressUpdate]) -> list[MovedDates]:
    """What the office moved in the open periods of these updates, the latest first. One query at most."""
    periods = {update.period_id for update in updates if update.period.state == PeriodState.OPEN}
    if not periods:
        return []
    rows = FormerDates.objects.filter(period__in=periods).select_related("period")
    return moves_of(rows.order_by("pk"))[::-1]


def with_later_dates(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """Each with `asked_until`, which the office has not decided, and `dates_moved`, in its period."""
    return updates.annotate(
        asked_until=asked_until(),
        dates_moved=Exists(FormerDates.objects.filter(period=OuterRef("period"))),
    )


@dataclass(frozen=True)
class AskedDate:
    """A row of the office's list; `form` is there where this person may decide."""

    extension: Extension
    form: ExtensionDecisionForm | None

    @classmethod
    def of(
        cls,
        actor: Actor,
        extension: Extension,
        office: permissions.Office,
        sent: ExtensionDecisionForm | None,
    ) -> "AskedDate":
        """With what was sent, where that was not accepted."""
        waits = not extension.outcome and permissions.can_decide_on_extension(actor, extension, office)
        return cls(extension, (sent or decision_form(extension)) if waits else None)


def decision_form(extension: Extension, sent: Mapping[str, Any] | None = None) -> ExtensionDecisionForm:
    """Many of them stand on one page, so each has ids of its own."""
    return ExtensionDecisionForm(sent, auto_id=f"extension-{extension.pk}-%s")
