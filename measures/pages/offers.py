"""Which acts does a page offer on an update? BUTTONS says all of each in one row: function, form, words.

`views.update_acts` makes the views and `urls` the addresses from it. In which state, and for whom, is said by
`measures.workflow.updates.TRANSITIONS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from django.core.exceptions import NON_FIELD_ERRORS
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.actors import Actor
from departments.models import Department
from measures import permissions
from measures.forms import UNCHANGED, ActForm, ReasonedActForm, ReturnForm, SubmitForm
from measures.leading import once
from measures.models import Act, ProgressUpdate, Revision, UpdateState, Words
from measures.pages import held_text
from measures.permissions import Office
from measures.workflow import updates
from measures.workflow.table_check import DONE_TO_UPDATES

# --- why this person may not, although the role would -------------------------------------------------

WhyNot: TypeAlias = Callable[[Actor, ProgressUpdate, Office | None], str]


def no_objection(_actor: Actor, _update: ProgressUpdate, _office: Office | None) -> str:
    return ""


def why_not_submit(actor: Actor, update: ProgressUpdate, _office: Office | None) -> str:
    revision = update.latest_revision
    if revision is None or revision.is_frozen:
        return _("There is no text to submit yet.")
    if held_text.with_autosaved_text(actor.person, [update]):
        return _("You have written more than the draft holds: open the form and submit it from there.")
    return ""


def why_not_approve(actor: Actor, update: ProgressUpdate, _office: Office | None) -> str:
    revision = update.latest_revision
    if revision is None or permissions.can_approve(actor, update, revision):
        return ""
    return _("You wrote in this text, so somebody else has to review it.")


def why_not_confirm(actor: Actor, update: ProgressUpdate, office: Office | None) -> str:
    """Give the office for a list of updates: it is loaded for each of them otherwise."""
    revision = update.latest_revision
    if revision is None:
        return ""
    policy = update.period.policy
    office = office or once(update, ("confirms", actor.on), lambda: [Office.of(policy, actor.on)])[0]
    return "" if permissions.can_confirm(actor, revision, office) else _why_another(actor, revision)


def _why_another(actor: Actor, revision: Revision) -> str:
    if permissions.has_contributed(actor, revision):
        return _("You wrote in this text, so another clerk has to confirm it.")
    if revision.approved_by_id == actor.person.pk:
        return _("You approved this text for its department, so another clerk has to confirm it.")
    return _("A clerk confirms this; the signer does so only when no clerk may.")


# --- the table ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """An act as pages offer it. `name` stands in the address and in the view, update_<name>."""

    act: Act
    name: str
    function: Callable[..., ProgressUpdate]
    label: Words
    done: Words
    consequence: Words = ""
    done_late: Words = ""  # instead of `done`, in a period that is closed
    form: type[ActForm] = ActForm
    is_primary: bool = False
    why_not: WhyNot = no_objection
    leads_to: str = ""  # the page of the update to go on with, where it is not the update's own

    def carry_out(self, actor: Actor, update: ProgressUpdate, form: ActForm, at: datetime) -> ProgressUpdate:
        """Do it with what the form has asked for. Raises what the function raises."""
        data = form.cleaned_data
        asked: dict[str, Any] = {name: data[name] for name in ("reason", "field") if name in data}
        if form.department:
            asked["department"] = form.department
        return self.function(actor, update, data["version"], at=at, **asked)

    def done_words(self, update: ProgressUpdate) -> Words:
        """What the act has brought about."""
        return self.done_late if self.done_late and update.period.is_frozen else self.done


# Acts that people do elsewhere, or nowhere yet.
WITHOUT_BUTTON: Final[Mapping[Act, str]] = {
    Act.SAVE: "on the form of the update, with its text",
    Act.FILE_ON_BEHALF: "on a form of its own: views.on_behalf",
}


def by_act(*rows: Button) -> Mapping[Act, Button]:
    """The rows by act. Raises ValueError if an act that a person may do has no row, or a row no act."""
    found = {row.act: row for row in rows}
    needed = DONE_TO_UPDATES - set(WITHOUT_BUTTON)
    odd = sorted(act.value for act in set(found) ^ needed)
    if odd or len(found) != len(rows):
        raise ValueError(
            f"BUTTONS and TRANSITIONS do not go together: {', '.join(odd) or 'one act, two rows'}"
        )
    return found


# Pages show them in this order.
BUTTONS: Final[Mapping[Act, Button]] = by_act(
    Button(
        Act.SUBMIT_FOR_REVIEW,
        "submit",
        updates.submit_for_review,
        label=gettext_lazy("Submit for the department's review"),
        done=gettext_lazy("Submitted for the department's review."),
        form=SubmitForm,
        is_primary=True,
        why_not=why_not_submit,
    ),
    Button(
        Act.WITHDRAW,
        "withdraw",
        updates.withdraw,
        label=gettext_lazy("Withdraw"),
        done=gettext_lazy("Withdrawn: the text is yours to change again."),
        consequence=gettext_lazy("The text goes back to writing; this is possible until the reviewer acts."),
    ),
    Button(
        Act.APPROVE_AND_SUBMIT,
        "approve",
        updates.approve_and_submit,
        label=gettext_lazy("Approve and submit to the office"),
        done=gettext_lazy("Approved and submitted to the office."),
        is_primary=True,
        why_not=why_not_approve,
    ),
    Button(
        Act.CONFIRM,
        "confirm",
        updates.confirm,
        label=gettext_lazy("Confirm"),
        done=gettext_lazy("Confirmed: the text counts in overview and report."),
        done_late=gettext_lazy(
            "Confirmed after the period was closed: the text stands on the measure's page, "
            "the period's numbers stay."
        ),
        is_primary=True,
        why_not=why_not_confirm,
    ),
    Button(
        Act.RETURN,
        "return",
        updates.return_for_revision,
        label=gettext_lazy("Return for revision"),
        done=gettext_lazy("Returned with your reason."),
        consequence=gettext_lazy(
            "The department sees the reason above its form and at the field that you choose."
        ),
        form=ReturnForm,
    ),
    Button(
        Act.CORRECT,
        "correct",
        updates.correct,
        label=gettext_lazy("Correct the confirmed text"),
        done=gettext_lazy("The correction is begun: change the text and submit it for review."),
        consequence=gettext_lazy(
            "The confirmed text counts until the corrected one is confirmed; that one is marked as corrected."
        ),
        form=ReasonedActForm,
        leads_to="measures:update_edit",
    ),
    Button(
        Act.WAIVE,
        "waive",
        updates.waive,
        label=gettext_lazy("Waive this update"),
        done=gettext_lazy("Waived: the update is not owed in this period."),
        consequence=gettext_lazy(
            "It is then neither missing nor counted in the rate. What was written is kept."
        ),
        form=ReasonedActForm,
    ),
    Button(
        Act.RESTORE,
        "restore",
        updates.restore,
        label=gettext_lazy("Make due again"),
        done=gettext_lazy("The update is owed again."),
        consequence=gettext_lazy("The department owes this update again by its date."),
        form=ReasonedActForm,
    ),
)


# A clerk who returns what is confirmed asks for a correction: the same act, in other words.
ASK_FOR_CORRECTION: Final = replace(
    BUTTONS[Act.RETURN],
    label=gettext_lazy("Ask for a correction"),
    done=gettext_lazy(
        "Asked for a correction: the confirmed text counts until the corrected one is confirmed."
    ),
    consequence=gettext_lazy(
        "The department sees what is to be corrected. The confirmed text counts until the corrected one is "
        "confirmed; that one is marked as corrected."
    ),
)


def button_of(act: Act, update: ProgressUpdate) -> Button:
    """The button of the act in the words that fit the state of the update."""
    asks = act == Act.RETURN and update.state == UpdateState.CONFIRMED
    return ASK_FOR_CORRECTION if asks else BUTTONS[act]


# --- on a page ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """One act that is possible now for this actor, with the form that does it.

    `said_for`: for which department, where the actor belongs to several and the form does not ask.
    """

    button: Button
    form: ActForm
    url: str
    said_for: Department | None = None

    @property
    def act(self) -> Act:
        return self.button.act

    @property
    def label(self) -> Words:
        """What the button says: the act's words, or the answer to what the form has asked."""
        if self.form.has_error(NON_FIELD_ERRORS, UNCHANGED):
            return _("Submit unchanged")
        return self.button.label

    @property
    def asks(self) -> bool:
        """Has something to fill in, so that it is folded until somebody wants it."""
        return bool(self.form.visible_fields())

    @property
    def is_open(self) -> bool:
        return self.form.is_bound


OVERTAKEN: Final = 409


@dataclass(frozen=True)
class Refused:
    """An act that was tried and did not happen, with the form as it was filled in."""

    act: Act
    form: ActForm
    status: int

    @property
    def reason(self) -> str:
        return str(self.form.data.get("reason", ""))

    @property
    def label(self) -> Words:
        return self.act.label

    def is_overtaken(self, update: ProgressUpdate) -> bool:
        """Something else was done to the update between its being shown and this act."""
        return self.status == OVERTAKEN and self.form.cleaned_data.get("version") != update.version


def offer(
    act: Act,
    update: ProgressUpdate,
    departments: Sequence[Department] = (),
    then: str = "",
    acting: Department | None = None,
) -> Offer:
    """The offer without asking whether it may be made; `then` is where to go on afterwards."""
    page = BUTTONS[act].leads_to
    then = reverse(page, args=[update.period.policy.slug, update.uuid]) if page else then
    form = BUTTONS[act].form(
        update,
        departments,
        initial={"version": update.version, "next": then},
        auto_id=f"{act}-{update.pk}-%s",
        acting=acting,
    )
    return with_form(act, update, form)


def with_form(act: Act, update: ProgressUpdate, form: ActForm) -> Offer:
    """The offer with this form, fresh or as it came back."""
    button = button_of(act, update)
    address = reverse(f"measures:update_{button.name}", args=[update.period.policy.slug, update.uuid])
    return Offer(button, form, address)


def offers(actor: Actor, update: ProgressUpdate, refused: Refused | None = None) -> list[Offer]:
    """All that the actor may do with the update now; what was refused comes back as it was filled in."""
    found = []
    for act in BUTTONS:
        departments = updates.acting_for(actor, act, update) if updates.is_possible(update, act) else ()
        if not departments or why_not(actor, act, update):
            continue
        if refused and refused.act == act:
            found.append(_sent_again(update, refused))
        else:
            acting = actor.preferred(departments)
            made = offer(act, update, departments, acting=acting)
            found.append(replace(made, said_for=_said_for(actor, departments)))
    return found


def _sent_again(update: ProgressUpdate, refused: Refused) -> Offer:
    """With what was typed. From the page that shows what came between, it can be sent: as another act too."""
    form = refused.form
    if refused.is_overtaken(update):
        form.data = {**dict(form.data.items()), "version": str(update.version)}
        if refused.reason and button_of(refused.act, update) is not BUTTONS[refused.act]:
            words = _(
                "These are your words for “%(act)s”, which was not carried out: check that they fit here."
            )
            form["reason"].help_text = words % {"act": refused.label}
    return with_form(refused.act, update, form)


def _said_for(actor: Actor, departments: Sequence[Department]) -> Department | None:
    """Somebody of one department knows it; somebody who is asked sees it in the question."""
    if len(actor.departments()) < 2:
        return None
    return actor.preferred(departments) or (departments[0] if len(departments) == 1 else None)


def why_not(actor: Actor, act: Act, update: ProgressUpdate, office: Office | None = None) -> str:
    """Why this person may not do the act although the role would; empty: nothing is against it."""
    return BUTTONS[act].why_not(actor, update, office)


def reasons_against(actor: Actor, update: ProgressUpdate) -> list[str]:
    """What to say to somebody whose role would approve or confirm now, but who may not in person."""
    said = []
    revision = update.latest_revision
    if (
        updates.is_possible(update, Act.SUBMIT_FOR_REVIEW)
        and permissions.can_write(actor, update)
        and revision
    ):
        said.append(why_not(actor, Act.SUBMIT_FOR_REVIEW, update))
    if update.state == UpdateState.IN_REVIEW and permissions.can_review(actor, update):
        said.append(why_not(actor, Act.APPROVE_AND_SUBMIT, update))
    if update.state == UpdateState.SUBMITTED and permissions.as_clerk(actor, update):
        said.append(why_not(actor, Act.CONFIRM, update))
    return [sentence for sentence in said if sentence]
