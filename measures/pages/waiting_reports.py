"""Which reports on their way to be issued wait for this person, for what, and since when?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from departments.actors import Actor
from langfang_policy.compiled_queries import compiled
from measures import report_permissions
from measures.models import DRAFTS_IN_WORK, Act, PeriodSnapshot, Policy, ReportDraft, Words
from measures.workflow import issuing

# How many the start page shows; the register of issued reports shows all.
SHOWN: Final = 8
# What brings a draft on, and the words for it.
STEPS: Final[dict[Act, Words]] = {
    Act.SUBMIT_REPORT: pgettext_lazy("report", "to put into words and submit"),
    Act.CHECK_REPORT: pgettext_lazy("report", "to check"),
    Act.SIGN_REPORT: pgettext_lazy("report", "to sign"),
    Act.ISSUE_REPORT: pgettext_lazy("report", "to issue"),
}
CAME_BACK: Final = gettext_lazy("came back: to write anew")


@dataclass(frozen=True)
class ReportRow:
    """`draft.state_since` says since when."""

    draft: ReportDraft
    words: Words


def reports_waiting(actor: Actor, policies: Iterable[Policy]) -> list[ReportRow]:
    """Those that the actor can bring on, the longest waiting first. One query."""
    rows = _in_work([policy.pk for policy in policies])
    found = ((draft, _words_for(actor, draft)) for draft in rows)
    return [ReportRow(draft, words) for draft, words in found if words][:SHOWN]


def _words_for(actor: Actor, draft: ReportDraft) -> Words:
    """What this person is to do with it; empty where others are."""
    if not draft.period.is_frozen or vars(draft)["latest"] != draft.snapshot_id:
        may_discard = report_permissions.as_any_clerk(actor, draft)
        return _("to discard: the period was reopened") if may_discard else ""
    possible = issuing.possible_acts(actor, draft)
    step = next((act for act in STEPS if act in possible), None)
    if step is None:
        return ""
    return CAME_BACK if step == Act.SUBMIT_REPORT and draft.return_reason else STEPS[step]


@compiled
def _in_work(policies: Iterable[int]) -> QuerySet[ReportDraft, Any]:
    snapshots = PeriodSnapshot.objects.filter(period=OuterRef("period")).order_by("-number")
    rows = ReportDraft.objects.filter(period__policy__in=policies, state__in=DRAFTS_IN_WORK)
    marked = rows.annotate(latest=Subquery(snapshots.values("pk")[:1]))
    return marked.select_related("period__policy").order_by("state_since", "pk")
