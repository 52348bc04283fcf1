"""What does the form of an update show beside its clause, and what where two people wrote at once?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import prefetch_related_objects

from departments.actors import Actor
from measures.forms import (
    PERSONAL,
    REPEATED,
    UNCHANGED,
    ShownField,
    UpdateForm,
    personal_key,
)
from measures.models import (
    TEXT_FIELDS,
    Act,
    Event,
    HeldText,
    ProgressUpdate,
    Revision,
    UpdateState,
    Words,
)
from measures.pages import held_text
from measures.pages.conflict import Difference, differences
from measures.pages.returns import last_return
from measures.pages.set_aside import EARLIER, ShownEarlier, carried_by, shown_earlier
from measures.pages.sources import INSERTED, ChangedSource, changed_sources
from measures.pages.update_loading import load_two_texts
from measures.pages.update_parts import (
    ResponsibleDepartments,
    ShownText,
    Stage,
    responsible_departments,
    return_place,
    role_words,
    shown_text,
    stages,
)
from measures.repetition import repeated_words
from measures.value_inputs import NUMBER, OUT_OF, ShownCommitment
from measures.workflow import updates
from measures.workflow.extensions import why_not_asked
from measures.workflow.texts import Text


@dataclass(frozen=True)
class UpdateFormPage:
    """`before` is the text last in force, of a correction the one that it replaces; `revision` the one in
    work, `differences` where both wrote.

    `merging`: the person makes one text of the two.
    `personal`: which numbers of persons were asked about; empty before.
    `inserted`: from which inputs it was put together since it was saved; `changed_sources`: which of those
    that it rests on are not as they were.
    `page` and `continues` tell the autosave on which opened form was typed, and from which one it goes on.
    `earlier`, shown as `earlier_texts`: words that were set aside. `moved_by_self`: the other text is one's
    own.
    `may_ask`: for a later date. `asked`: the questions that the page asks before it submits, by their codes.
    `repeated`: how much of the text was said before.
    """

    on: date
    update: ProgressUpdate
    role: str
    stages: list[Stage]
    bound: ResponsibleDepartments
    revision: Revision | None
    before: ShownText | None
    returned: Event | None
    place: Words
    form: UpdateForm
    fields: dict[str, ShownField]
    commitments: list[ShownCommitment]
    token: str
    page: str
    continues: str
    earlier: str
    earlier_texts: list[ShownEarlier]
    held: HeldText | None
    differences: list[Difference]
    merging: bool
    latest_event: Event | None
    moved_by_self: bool
    writable: bool
    may_ask: bool
    asked: set[str]
    repeated: str
    personal: str
    inserted: str
    changed_sources: list[ChangedSource]


def update_form_page(
    actor: Actor,
    update: ProgressUpdate,
    form: UpdateForm,
    on: date,
    held: HeldText | None = None,
    sent: Mapping[str, str] = MappingProxyType({}),
    *,
    merging: bool = False,
) -> UpdateFormPage:
    """`update` as it is now. A form of an older version is shown with both texts, and goes on from them."""
    conflict = merging or is_of_older_version(form, update)
    theirs = take_over_version(form, update) if conflict else []
    carried, why = _carried(held, sent), _why_returned(update)
    return UpdateFormPage(
        on=on,
        update=update,
        role=role_words(update),
        stages=stages(update),
        bound=responsible_departments(update.measure, on),
        revision=update.latest_revision,
        before=_shown(last_confirmed(update)),
        form=form,
        fields=form.shown(why["returned"]),
        commitments=form.shown_commitments(update.loaded_promised.reference),
        token=held_text.token_for(actor.person, update),
        held=held_text.in_the_form(held),
        earlier_texts=shown_earlier(update, form.subjects, carried[EARLIER]),
        differences=theirs,
        merging=conflict,
        **_latest_move_of_conflict(actor, update, conflict=conflict),
        writable=updates.is_possible(update, Act.SAVE),
        may_ask=not why_not_asked(update, on),
        personal=accepted_numbers(form),
        **carried,
        **why,
        changed_sources=_changed_sources(update),
        asked={code for code in (UNCHANGED, REPEATED) if form.has_error(NON_FIELD_ERRORS, code)},
        repeated=_repeated(update, form),
    )


def _why_returned(update: ProgressUpdate) -> dict[str, Any]:
    returned = last_return(update) if update.state == UpdateState.RETURNED else None
    return {"returned": returned, "place": return_place(returned) if returned else ""}


def _latest_move_of_conflict(actor: Actor, update: ProgressUpdate, *, conflict: bool) -> dict[str, Any]:
    latest = latest_move(update) if conflict else None
    return {
        "latest_event": latest,
        "moved_by_self": latest is not None and latest.user_id == actor.person.pk,
    }


def _changed_sources(update: ProgressUpdate) -> list[ChangedSource]:
    return changed_sources([update]).get(update.pk, []) if vars(update)["takes_over"] else []


def _carried(held: HeldText | None, sent: Mapping[str, str]) -> dict[str, Any]:
    """What goes on unseen from one opened form to the next."""
    return {
        "page": held_text.page_id(sent),
        "continues": held_text.continued_by(held) if held else sent.get("continues", ""),
        "inserted": str((held.fields if held else sent).get(INSERTED, "")),
        EARLIER: carried_by(held) if held else sent.get(EARLIER, ""),
    }


def _repeated(update: ProgressUpdate, form: UpdateForm) -> str:
    """What the text, as it was sent or else as it is stored, has in common with the one before."""
    if not form.is_bound:
        revision = update.latest_revision
        return repeated_words(revision, last_confirmed(update), update.period) if revision else ""
    form.is_valid()
    return repeated_words(form.text(), last_confirmed(update), update.period)


def latest_move(update: ProgressUpdate) -> Event | None:
    """By which its version came about: files and dates that change leave it as it is."""
    return Event.objects.of_update(update).exclude(to_state="").for_display().first()


def keep_typed(actor: Actor, update: ProgressUpdate, sent: Mapping[str, str], at: datetime) -> None:
    """As the autosave does, what was typed when another button than save was pressed."""
    form = update_form(update, sent)
    form.is_valid()
    if form.text() != text_of(update) and sum(map(len, sent.values())) <= held_text.MOST:
        held_text.autosave(actor.person, update, sent, at)


def update_form(
    update: ProgressUpdate, sent: Mapping[str, str] | None = None, *, initial: Mapping[str, Any] | None = None
) -> UpdateForm:
    """The form as it was sent; else the text in work, and over it what is `initial`.

    `update` as `own_update` loads it.
    """
    shown = UpdateForm.initial_of(update, update.latest_revision) | dict(initial or {})
    promised = update.loaded_promised
    form = UpdateForm(update, promised.entered, sent, initial=shown)
    form.measure_commitments = list({row.commitment_id: row.commitment for row in promised.subjects}.values())
    return form


def overtaken_form(update: ProgressUpdate, held: HeldText | None) -> UpdateForm | None:
    """What was typed before another text was saved, in another window or by a colleague: as it was sent.

    None where nothing was saved since, or nothing can be.
    """
    typed = held_text.as_initial(held)
    if typed.get("version") in {None, str(update.version)} or not updates.is_possible(update, Act.SAVE):
        return None
    form = update_form(update, {**UpdateForm.initial_of(update, update.latest_revision), **typed})
    form.is_valid()
    return form


def is_of_older_version(form: UpdateForm, update: ProgressUpdate) -> bool:
    """Somebody has saved since the form was opened. Fields that are wrong are mended first."""
    no_field_is_wrong = form.is_bound and set(form.errors) == {NON_FIELD_ERRORS}
    return no_field_is_wrong and form.cleaned_data["version"] != update.version


def take_over_version(form: UpdateForm, update: ProgressUpdate) -> list[Difference]:
    """What the two texts say differently; saved once more, the form stands against the present version."""
    theirs = differences(text_of(update), form.text(), form.subjects)
    form.data = {name: form.data[name] for name in form.data} | {"version": str(update.version)}
    return theirs


def accepted_numbers(form: UpdateForm) -> str:
    """After the question about numbers of persons: sent once more with this, the form goes."""
    return personal_key(form.text()) if any(form.has_error(name, PERSONAL) for name in form.fields) else ""


def text_of(update: ProgressUpdate) -> Text:
    """What stands stored, nothing where nothing does."""
    return Text.of(update.latest_revision) if update.latest_revision else Text()


def with_theirs(update: ProgressUpdate, typed: Mapping[str, str], name: str, *, join: bool) -> dict[str, str]:
    """What was typed with one field as it stands stored; joined, theirs comes after."""
    stored = UpdateForm.initial_of(update, update.latest_revision)
    theirs, mine = str(stored.get(name, "")), typed.get(name, "")
    taken = {name: "\n".join(filter(None, [mine, theirs])) if join else theirs}
    if name.startswith(NUMBER):
        out_of = name.replace(NUMBER, OUT_OF, 1)
        taken[out_of] = str(stored.get(out_of, ""))
    return {**typed, **taken}


def last_confirmed(update: ProgressUpdate) -> Revision | None:
    """What a writer goes on from: of a correction the text that it replaces."""
    return update.text_to_replace or update.loaded_before


def what_stands_beside(update: ProgressUpdate, on: date) -> dict[str, Any]:
    """For whoever enters a text of another department: the clause, and what is confirmed of it already."""
    prefetch_related_objects([update.measure], "responsibilities__department")
    load_two_texts([update])
    return {
        "bound": responsible_departments(update.measure, on),
        "before": _shown(last_confirmed(update)),
    }


def _shown(revision: Revision | None) -> ShownText | None:
    return shown_text(revision) if revision else None


def filled_from_last_confirmed(update: ProgressUpdate, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, and in fields that are still empty the words that were last confirmed."""
    before = last_confirmed(update)
    if before is None:
        return dict(typed)
    empty = [name for name in TEXT_FIELDS if not typed.get(name, "").strip()]
    filled: dict[str, Any] = {**typed, **{name: getattr(before, name) for name in empty}}
    return filled | ({"situation": before.situation} if len(empty) == len(TEXT_FIELDS) else {})
