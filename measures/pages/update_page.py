"""What does the page of an update show to one person? What may be read, its record, the acts possible now."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from departments.actors import Actor
from measures import permissions
from measures.models import Act, Policy, ProgressUpdate
from measures.pages.conflict import Difference
from measures.pages.correction import Correction, correction_of
from measures.pages.evidence import OwnEvidence, own_evidence
from measures.pages.extensions import DatesOfUpdate, dates_of_update
from measures.pages.offers import Offer, Refused, offers, reasons_against
from measures.pages.signatures import Signature, can_correct, can_print, load_scans, signatures_by_update
from measures.pages.since_return import changed_since_return, returned_text
from measures.pages.sources import ChangedSource, changed_sources
from measures.pages.update_history import Entry, Version, events_shown, versions
from measures.pages.update_loading import readable_update, texts_before
from measures.pages.update_parts import ShownText, Stage, role_words, stages, text_in_force
from measures.repetition import repeated_words
from measures.workflow import updates
from measures.workflow.evidence import may_add_late_evidence
from measures.workflow.signatures import signed_text
from measures.workflow.table_check import DONE_TO_UPDATES


@dataclass(frozen=True)
class UpdatePage:
    """`sees` is whether the actor may know how far filing is; `refused` an act that was tried just now.

    `repeated`: how much of the text in work was said before; `since_return`: what of it has changed since it
    came back, None where it never did.
    """

    on: date
    update: ProgressUpdate
    role: str
    sees: bool
    stages: list[Stage]
    working: Version | None
    correction: Correction | None
    since_return: list[Difference] | None
    repeated: str
    in_force: ShownText | None
    history: list[Version]
    events: list[Entry]
    offers: list[Offer]
    reasons_against: list[str]
    refused: Refused | None
    overtaken_by: Entry | None
    is_offered: bool
    may_write: bool
    dates: DatesOfUpdate | None
    may_file_on_behalf: bool
    may_add_late_evidence: bool
    is_own: bool
    changed_sources: list[ChangedSource]
    signature: Signature | None
    may_correct_signature: bool
    has_slip: bool
    evidence: OwnEvidence | None


def update_page(
    actor: Actor, policy: Policy, uuid: UUID, on: date, refused: Refused | None = None
) -> UpdatePage:
    """Raises Http404 where the actor may not see the update, or the policy has none with this id."""
    update = readable_update(actor, policy, uuid)
    sees = permissions.can_see_filing_state(actor, update)
    history = versions(actor, update) if permissions.can_read_working_text(actor, update) else []
    possible = offers(actor, update, refused)
    signature = signature_shown(actor, update, history) if sees else None
    working = history[0] if history and not history[0].is_in_force else None
    events = events_shown(actor, update) if sees else []
    return UpdatePage(
        on=on,
        update=update,
        role=role_words(update),
        sees=sees,
        stages=stages(update) if sees else [],
        working=working,
        correction=correction_of(update, history[0].text.revision) if history else None,
        since_return=_since_return(update, events, history),
        repeated=_repeated(update, working),
        in_force=text_in_force(update),
        history=history,
        events=events,
        offers=possible,
        reasons_against=reasons_against(actor, update),
        refused=refused,
        overtaken_by=_overtaken_by(refused, update, events),
        is_offered=refused is not None and refused.act in {offer.act for offer in possible},
        may_file_on_behalf=_may_file_on_behalf(actor, update),
        may_add_late_evidence=may_add_late_evidence(actor, update),
        is_own=permissions.is_own(actor, update),
        may_write=permissions.can_write(actor, update) and updates.is_possible(update, Act.SAVE),
        evidence=own_evidence(actor, update),
        dates=dates_of_update(actor, update) if sees else None,
        changed_sources=sources_shown(actor, update),
        signature=signature,
        may_correct_signature=can_correct(actor, update, signature),
        has_slip=slip_shown(actor, update),
    )


def _may_file_on_behalf(actor: Actor, update: ProgressUpdate) -> bool:
    act = Act.FILE_ON_BEHALF
    return updates.is_possible(update, act) and bool(updates.acting_for(actor, act, update))


def _overtaken_by(refused: Refused | None, update: ProgressUpdate, events: list[Entry]) -> Entry | None:
    """What a person did to the update before the act that was refused; None where nothing came between."""
    if refused is None or not refused.is_overtaken(update):
        return None
    found = (entry for entry in events if entry.event.act in DONE_TO_UPDATES and entry.event.user_id)
    return next(found, None)


def sources_shown(actor: Actor, update: ProgressUpdate) -> list[ChangedSource]:
    """For the convenor and the office, who read what the others have submitted."""
    if not update.is_convenor:
        return []
    office = permissions.can_read_submitted_texts(actor, update.period.policy)
    reads = office or permissions.is_own(actor, update)
    return changed_sources([update]).get(update.pk, []) if reads else []


def signature_shown(actor: Actor, update: ProgressUpdate, history: list[Version]) -> Signature | None:
    """With the scans of the paper, which stand with the earlier texts too. One query where none is noted."""
    signature = signatures_by_update([update]).get(update.pk)
    if signature:
        texts = [signature.slip.revision, *(version.text.revision for version in history)]
        load_scans(actor, [(update, text) for text in texts])
    return signature


def slip_shown(actor: Actor, update: ProgressUpdate) -> bool:
    """There is a text to be printed and signed, and this person may read it."""
    return signed_text(update) is not None and can_print(actor, update)


def _since_return(
    update: ProgressUpdate, events: list[Entry], history: list[Version]
) -> list[Difference] | None:
    texts = [version.text.revision for version in history]
    returned = returned_text(update, [entry.event for entry in events], texts)
    return changed_since_return(update, returned, texts[0] if texts else None)


def _repeated(update: ProgressUpdate, working: Version | None) -> str:
    if working is None:
        return ""
    before = update.text_to_replace or texts_before([update]).get(update.pk)
    return repeated_words(working.text.revision, before, update.period)
