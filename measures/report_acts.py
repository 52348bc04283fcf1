"""Of which report was this act? The record says it of the period; the draft is found by its place.

One draft of a kind is in work at a time, so that an act belongs to the last that was begun before it, and
a withdrawal says the number of what it withdraws.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils import translation

from measures.models import Act, Event, IssuedReport, ReportDraft, ReportKind

REPORT_ACTS: Final = frozenset(
    {
        Act.DRAFT_REPORT,
        Act.EDIT_REPORT,
        Act.SUBMIT_REPORT,
        Act.RETURN_REPORT,
        Act.CHECK_REPORT,
        Act.SIGN_REPORT,
        Act.ISSUE_REPORT,
        Act.WITHDRAW_REPORT,
        Act.DISCARD_REPORT,
    }
)


def reports_of(events: Iterable[Event]) -> Mapping[int, ReportDraft | IssuedReport]:
    """By the key of the event: the issued report, or the draft of one that is not. Two queries at most.

    Without those that cannot be told.
    """
    wanted = [event for event in events if event.act in REPORT_ACTS]
    if not wanted:
        return {}
    periods = {event.period_id for event in wanted}
    drafts = ReportDraft.objects.filter(period__in=periods).order_by("pk")
    rows = list(drafts.select_related("period", "issued__period", "issued__policy").defer("issued__content"))
    begun = Event.objects.filter(period__in=periods, act=Act.DRAFT_REPORT).order_by("pk")
    starts = list(begun.values_list("pk", "period", "comment"))
    found = ((event.pk, _draft_of(event, rows, starts)) for event in wanted)
    return {key: getattr(draft, "issued", draft) for key, draft in found if draft}


def _draft_of(
    event: Event, drafts: list[ReportDraft], starts: Sequence[tuple[int, int | None, str]]
) -> ReportDraft | None:
    of_period = [draft for draft in drafts if draft.period_id == event.period_id]
    if event.act == Act.WITHDRAW_REPORT:
        reference = event.comment.partition(" ")[0]
        issued = (draft for draft in of_period if hasattr(draft, "issued"))
        return next((draft for draft in issued if draft.issued.reference == reference), None)
    kind = event.comment.partition("：")[0]
    place = sum(
        key <= event.pk and period == event.period_id and comment == kind for key, period, comment in starts
    )
    with translation.override("zh-hans"):  # as the record has it
        of_kind = [draft for draft in of_period if str(ReportKind(draft.kind).label) == kind]
    return of_kind[place - 1] if 0 < place <= len(of_kind) else None
