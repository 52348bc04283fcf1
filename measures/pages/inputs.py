"""What have the others sent on a measure that the own department convenes? Their texts as they come.

Also what of them its own text took over, what is still missing, whom to call, and what may be done about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from departments.actors import Actor
from measures import permissions
from measures.models import Act, InputUse, Policy, ProgressUpdate, UpdateState, UsedInput, Words
from measures.pages.offers import Offer, offer
from measures.pages.sources import ChangedSource, changed_sources, insertable
from measures.pages.update_loading import own_updates, with_texts
from measures.pages.update_parts import ShownText, load_leads, role_words, shown_text, text_in_force
from measures.workflow import updates

S = UpdateState
ARRIVED = frozenset({S.SUBMITTED, S.CONFIRMED})


@dataclass(frozen=True)
class Input:
    """The update of a co-lead or participant; `text` is submitted or in force, whatever may be read of it.

    `used`: when and by whom it was put into the convenor's text last; `changed`: what became of it since.
    """

    update: ProgressUpdate
    role: str
    text: ShownText | None
    offers: Sequence[Offer]
    used: UsedInput | None
    changed: ChangedSource | None

    @property
    def fields(self) -> list[tuple[str, Words]]:
        """What of it can be put into the convenor's text."""
        return insertable(self.text.revision) if self.text else []


@dataclass(frozen=True)
class Inputs:
    """`arrived` have handed their text to the office, `missing` still owe it, `waived` owe nothing.

    `writes`: the person is a reporter of the convenor; `may_write`: and its text can be changed now.
    """

    update: ProgressUpdate
    writes: bool
    may_write: bool
    arrived: Sequence[Input]
    missing: Sequence[Input]
    waived: Sequence[Input]


def inputs_for(actor: Actor, policy: Policy, uuid: UUID) -> Inputs:
    """Raises Http404 unless it is the convenor's own update. The same queries whatever there is."""
    update = own_updates(actor).filter(uuid=uuid, period__policy=policy).first()
    if update is None or permissions.convenor_of(update, actor.on) != update:
        raise Http404("not the convenor's")
    others = ProgressUpdate.objects.filter(period=update.period_id, measure=update.measure_id)
    rows = list(with_texts(others.exclude(pk=update.pk)).order_by("role", "position", "pk"))
    readable = permissions.readable_updates(actor).filter(pk__in=[row.pk for row in rows])
    submitted = set(readable.filter(state=S.SUBMITTED).values_list("pk", flat=True))
    load_leads(rows)
    inserted = UsedInput.objects.filter(update=update, use=InputUse.INSERTED).order_by("pk")
    used = {use.source.update_id: use for use in inserted.select_related("source", "by")}
    changed = {row.update.pk: row for row in changed_sources([update]).get(update.pk, [])}
    found = [
        Input(
            row,
            role_words(row),
            _text(row, submitted),
            _offers(actor, update, row),
            used.get(row.pk),
            changed.get(row.pk),
        )
        for row in rows
    ]
    writes = permissions.can_write(actor, update)
    return Inputs(
        update=update,
        writes=writes,
        may_write=writes and updates.is_possible(update, Act.SAVE),
        arrived=[row for row in found if row.update.state in ARRIVED],
        missing=[row for row in found if row.update.state not in {*ARRIVED, S.WAIVED}],
        waived=[row for row in found if row.update.state == S.WAIVED],
    )


def _text(row: ProgressUpdate, submitted: set[int]) -> ShownText | None:
    """What was handed in since, else what counts."""
    latest = row.latest_revision
    return shown_text(latest) if latest and row.pk in submitted else text_in_force(row)


def _offers(actor: Actor, convenor: ProgressUpdate, row: ProgressUpdate) -> list[Offer]:
    """A reviewer returns what is submitted, and waives participants (docs/domain.md 2.7, 2.8)."""
    if not permissions.can_review(actor, convenor):
        return []
    acts = [Act.RETURN] if row.state == S.SUBMITTED else []
    acts += [] if row.is_lead else [Act.WAIVE, Act.RESTORE]
    then = reverse("measures:update_inputs", args=[convenor.period.policy.slug, convenor.uuid])
    departments = [convenor.department]
    return [offer(act, row, departments, then) for act in acts if updates.is_possible(row, act)]
