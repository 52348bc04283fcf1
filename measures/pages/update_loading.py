"""Which update is a page about, and may this person open it? Loads it with all that its pages say, or 404.

What of it is then shown is asked of `permissions`.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404

from departments.actors import Actor
from langfang_policy.compiled_queries import compiled
from langfang_policy.found_keys import among
from langfang_policy.given_rows import give
from measures import permissions
from measures.leading import is_known_to_lead
from measures.models import (
    TEXT_COLUMNS,
    Act,
    CommitmentValue,
    EvidenceFile,
    Extension,
    FormerDates,
    Policy,
    ProgressUpdate,
    ReplacedText,
    Responsibility,
    Revision,
    SignedSlip,
)
from measures.models.evidence import EvidenceFileQuerySet
from measures.models.filing import ProgressUpdateQuerySet
from measures.pages.evidence import load_late_evidence
from measures.pages.planned_values import values_with_plans, with_plans
from measures.pages.update_parts import load_leads
from measures.workflow import updates

# Of a text that is read beside another one, and of what it belongs to.
READ_COLUMNS: Final = (
    *TEXT_COLUMNS,
    *("entered_by", "received_from", "received_by", "received_on"),
    *("number", "saved_at", "frozen_at", "approved_at", "approved_by_id"),
    *("update__measure_id", "update__department_id", "update__in_force_id"),
    *("update__period__code", "update__period__starts_on"),
)
# Of a commitment: what its target is made of (`summaries.aims`).
_OF_AIMS: Final = ("kind", "floor", "ceiling", "cycle", "ends_on")


def revisions_with_texts(values: QuerySet[Any] | None = None) -> QuerySet[Revision]:
    """Revisions with all that a text is read with: three queries more, however many there are."""
    values = CommitmentValue.objects.select_related("subject__commitment") if values is None else values
    return Revision.objects.select_related("approved_by", "confirmed_by").prefetch_related(
        "contributors", Prefetch("values", values), files_of_texts()
    )


def files_of_texts() -> "Prefetch[str, EvidenceFileQuerySet, str]":
    """The files with which they were submitted, each with what its address is made of. One query."""
    return Prefetch("evidence", EvidenceFile.objects.with_address())


def with_texts(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """Updates with all that their pages say, however many there are."""
    return updates.with_context().prefetch_related(
        Prefetch("revisions", revisions_with_texts()), "measure__responsibilities"
    )


def as_rows(updates: ProgressUpdateQuerySet) -> ProgressUpdateQuerySet:
    """For a list that shows texts beside each other: what its rows say, less the policy, which is known.

    See `load_two_texts`.
    """
    return updates.select_related("period", "measure__section", "department").defer(
        "measure__text", "measure__clause_text"
    )


def texts_before(updates: Sequence[ProgressUpdate]) -> dict[int, Revision]:
    """By update the text in force of its department and measure in the latest earlier period. One query."""
    shown = ProgressUpdate.objects.filter(pk__in=[update.pk for update in updates]).order_by()
    wanted = shown.annotate(wanted=Subquery(_earlier_updates().values("in_force")[:1])).values("wanted")
    of_duty = ("measure_id", "department_id", "period__code", "period__starts_on")
    needed = [f"update__{name}" for name in of_duty]
    texts = Revision.objects.filter(pk__in=wanted).select_related("update__period")
    found = sorted(texts.only(*TEXT_COLUMNS, *needed), key=lambda row: row.update.period.starts_on)
    return {
        update.pk: row for row in found for update in updates if _is_of_same_duty(row.update, update)
    }  # of the latest period


def _earlier_updates() -> ProgressUpdateQuerySet:
    """Of an outer update: those of its duty with a text in force in earlier periods, the latest first."""
    rows = ProgressUpdate.objects.filter(
        measure=OuterRef("measure"),
        department=OuterRef("department"),
        in_force__isnull=False,
        period__starts_on__lt=OuterRef("period__starts_on"),
    )
    return rows.order_by("-period__starts_on")


def load_two_texts(
    updates: Sequence[ProgressUpdate], *, for_reader: int | None = None, with_parts: bool = True
) -> list[Revision]:
    """Gives each its latest revision, the one confirmed last before, and the one that a correction replaces.

    Three queries for the texts of all of them, however many periods there have been; one where their values
    and files are read besides. For a reader who has to decide on them also whether this person wrote in each,
    the last slip that was signed for any of them, and the text that came back, where `with_last_return` says.
    """
    returned = _returned(updates) if for_reader is not None else {}
    found = _two_texts([update.pk for update in updates], list(returned), for_reader)
    if with_parts:
        _give_parts(found)
        load_late_evidence(found)
    if for_reader is not None:
        _tell_what_decides(updates, found, for_reader)
    own = {row.update_id: row for row in found}  # the last of each
    for row in found:
        if row.pk in returned:
            returned[row.pk].loaded_returned = row
    confirmed = [row for row in found if row.update.in_force_id == row.pk]
    confirmed.sort(key=lambda row: row.update.period.starts_on)
    for update in updates:
        update.has_two_texts = True
        update.loaded_latest = own.get(update.pk)
        for row in confirmed:
            if row.pk == update.in_force_id and update.is_in_correction:
                update.loaded_replaced = row
            if _is_of_same_duty(row.update, update):
                update.loaded_before = row  # of the latest period
    return found


def _tell_what_decides(updates: Sequence[ProgressUpdate], found: Sequence[Revision], reader: int) -> None:
    rows = {update.pk: update for update in updates}
    for text in found:
        text.loaded_writers = frozenset({reader} if vars(text)["is_of_reader"] else ())
        if (name := vars(text)["signed_by"]) and text.update_id in rows:
            slip = SignedSlip(revision=text, signed_by=name, signed_on=vars(text)["signed_on"])
            rows[text.update_id].loaded_slip = slip  # the last of each


def _returned(updates: Sequence[ProgressUpdate]) -> dict[int, ProgressUpdate]:
    """By the text that came back last."""
    return {key: update for update in updates if (key := vars(update).get("returned_revision_id"))}


@compiled
def _two_texts(updates: Sequence[int], returned: Sequence[int], for_reader: int | None) -> QuerySet[Revision]:
    shown = ProgressUpdate.objects.filter(pk__in=updates).order_by()
    latest = Revision.objects.filter(update=OuterRef("pk")).order_by("-number").values("pk")[:1]
    before = _earlier_updates()
    is_latest, is_before = (
        among("pk", shown.annotate(wanted=Subquery(text)).values("wanted"))
        for text in (latest, before.values("in_force")[:1])
    )
    is_in_force = among("pk", shown.filter(in_force__isnull=False).values("in_force"))
    needed = is_latest | is_before | is_in_force
    texts = Revision.objects.select_related("update__period").only(*READ_COLUMNS).order_by("number")
    if for_reader is None:
        return texts.filter(needed)
    wrote = Revision.contributors.through.objects.filter(revision=OuterRef("pk"), user=for_reader)
    slips = SignedSlip.objects.filter(revision__update__in=updates).values("revision")
    notes = SignedSlip.objects.filter(revision=OuterRef("pk")).order_by("-number")
    signed = {name: Subquery(notes.values(name)[:1]) for name in ("signed_by", "signed_on")}
    marked = texts.annotate(is_of_reader=Exists(wrote), **signed)
    return marked.filter(needed | among("pk", slips) | Q(pk__in=returned))


def _is_of_same_duty(before: ProgressUpdate, update: ProgressUpdate) -> bool:
    """Of the same measure and department, in an earlier period."""
    same = (before.measure_id, before.department_id) == (update.measure_id, update.department_id)
    return same and before.period.starts_on < update.period.starts_on


def _give_parts(texts: Sequence[Revision]) -> None:
    """Their values with subjects and commitments, and their files."""
    keys = [text.pk for text in texts]
    values: dict[int, list[CommitmentValue]] = {key: [] for key in keys}
    files: dict[int, list[EvidenceFile]] = {key: [] for key in keys}
    for value in values_with_plans(_values(keys)) if keys else ():
        values[value.revision_id].append(value)
    for file in _files(keys) if keys else ():
        files[vars(file)["of_text"]].append(file)
    for text in texts:
        give(text, "values", values[text.pk])
        give(text, "evidence", files[text.pk])


@compiled
def _values(texts: list[int]) -> QuerySet[Any]:
    rows = CommitmentValue.objects.filter(revision__in=texts).select_related("subject__commitment")
    return with_plans(rows).only(
        *("revision_id", "number", "out_of", "fell_from", "fell_from_out_of", "decrease_reason"),
        *("subject__position", "subject__name"),
        *(f"subject__commitment__{name}" for name in ("position", "label", "answer", "unit", *_OF_AIMS)),
    )


@compiled
def _files(texts: list[int]) -> QuerySet[Any]:
    rows = EvidenceFile.objects.with_address().filter(revisions__in=texts)
    return rows.annotate(of_text=F("revisions"))


def readable_update(actor: Actor, policy: Policy, uuid: UUID) -> ProgressUpdate:
    """The update, if the actor may read some text of it, sees the whole board, or has to decide on it.

    Raises Http404. What the page then shows of it is asked of `permissions`.
    """
    rows = _with_texts(policy.pk, uuid, actor)
    for update in rows:
        update.answers = {}
        own = [department.pk for department in permissions.speaks_for(actor)]
        is_known_to_lead(update, own, actor.on, leads=vars(update)["is_led"])
        for text in update.revisions.all():
            give(text, "values", values_with_plans(text.values.all()))
        load_late_evidence(update.revisions.all())
    load_leads(rows)
    return _readable(actor, rows)


def readable_without_texts(actor: Actor, policy: Policy, uuid: UUID) -> ProgressUpdate:
    """The same for an act, which reads under its lock what it needs. Raises Http404."""
    return _readable(actor, _without_texts(policy.pk, uuid))


def is_still_readable(actor: Actor, update: ProgressUpdate) -> bool:
    """The same of one that was readable before an act. The office sees all, and takes no query."""
    if _sees_board(actor, update) or permissions.is_own(actor, update):
        return True
    update.refresh_from_db(fields=["state"])
    return _is_readable(actor, update)


@compiled
def _with_texts(policy: int, uuid: UUID, actor: Actor) -> QuerySet[ProgressUpdate]:
    """It says too what else there is to be read of it, which is little as a rule."""
    one = {"update": OuterRef("pk")}
    values = with_plans(CommitmentValue.objects.select_related("subject__commitment"))
    return (
        _at(policy, uuid)
        .with_context()
        .prefetch_related(Prefetch("revisions", revisions_with_texts(values)))
        .annotate(
            may_be_read=Exists(permissions.readable_updates(actor).filter(pk=OuterRef("pk"))),
            is_led=Exists(permissions.leads_of(actor)),
            was_asked_later=Exists(Extension.objects.filter(**one)),
            dates_moved=Exists(FormerDates.objects.filter(period=OuterRef("period"))),
            was_replaced=Exists(ReplacedText.objects.filter(**one)),
        )
    )


@compiled
def _without_texts(policy: int, uuid: UUID) -> QuerySet[ProgressUpdate]:
    return _at(policy, uuid).with_context()


def _at(policy: int, uuid: UUID) -> ProgressUpdateQuerySet:
    """That one, or none."""
    return ProgressUpdate.objects.filter(uuid=uuid, period__policy=policy)


def _readable(actor: Actor, rows: Sequence[ProgressUpdate]) -> ProgressUpdate:
    update = next(iter(rows), None)
    if update is None or not (_sees_board(actor, update) or _is_readable(actor, update)):
        raise Http404("no such update")
    return update


def own_updates(actor: Actor) -> ProgressUpdateQuerySet:
    """Of the departments that the actor writes or reviews for, with who answers for the measure."""
    bound = Prefetch("measure__responsibilities", Responsibility.objects.select_related("department"))
    own = ProgressUpdate.objects.filter(department__in=permissions.speaks_for(actor))
    return own.with_context().prefetch_related(bound)


def own_rows(actor: Actor) -> ProgressUpdateQuerySet:
    """The same for a list in which they are written: their texts, values and files, and nobody's names."""
    values = CommitmentValue.objects.select_related("subject__commitment")
    texts = Revision.objects.order_by("number").prefetch_related(Prefetch("values", values), files_of_texts())
    updates = ProgressUpdate.objects.filter(department__in=permissions.speaks_for(actor))
    return updates.with_context().prefetch_related(Prefetch("revisions", texts))


def _sees_board(actor: Actor, update: ProgressUpdate) -> bool:
    """The office sees states without texts everywhere: that takes no query."""
    return permissions.can_see_filing_board(actor, update.period.policy)


@compiled
def _readable_among(actor: Actor, update: int) -> QuerySet[ProgressUpdate, int]:
    return permissions.readable_updates(actor).filter(pk=update).values_list("pk", flat=True)


def _is_readable(actor: Actor, update: ProgressUpdate) -> bool:
    """Some text of it, or its state for the convenor where it may waive."""
    known: bool | None = vars(update).get("may_be_read")
    if known or (known is None and _readable_among(actor, update.pk)):
        return True
    acts = [act for act in (Act.WAIVE, Act.RESTORE) if updates.is_possible(update, act)]
    return any(updates.acting_for(actor, act, update) for act in acts)
