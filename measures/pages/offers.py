"""Which acts does a page offer on an update, with which form and which words? Offers; `acts` carries out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.actors import Actor
from departments.models import Department, Role
from measures import permissions
from measures.forms import ActForm, ReasonedActForm, ReturnForm, Words
from measures.models import Act, ProgressUpdate, Revision, UpdateState
from measures.workflow import updates


@dataclass(frozen=True)
class Wording:
    button: Words
    done: Words
    consequence: Words = ""


URLS: Final[Mapping[Act, str]] = {
    Act.SUBMIT: "measures:update_submit",
    Act.WITHDRAW: "measures:update_withdraw",
    Act.APPROVE: "measures:update_approve",
    Act.CONFIRM: "measures:update_confirm",
    Act.RETURN: "measures:update_return",
    Act.WAIVE: "measures:update_waive",
    Act.RESTORE: "measures:update_restore",
}
FORMS: Final[Mapping[Act, type[ActForm]]] = {
    Act.RETURN: ReturnForm,
    Act.WAIVE: ReasonedActForm,
    Act.RESTORE: ReasonedActForm,
}
CONFIRMED_LATE: Final = gettext_lazy(
    "Confirmed after the period was closed: the text stands on the measure's page, the period's numbers stay."
)
WORDINGS: Final[Mapping[Act, Wording]] = {
    Act.SUBMIT: Wording(
        gettext_lazy("Submit for the department's review"),
        gettext_lazy("Submitted for the department's review."),
    ),
    Act.WITHDRAW: Wording(
        gettext_lazy("Withdraw"),
        gettext_lazy("Withdrawn: the text is yours to change again."),
        gettext_lazy("The text goes back to writing; this is possible until the reviewer acts."),
    ),
    Act.APPROVE: Wording(
        gettext_lazy("Approve and submit to the office"),
        gettext_lazy("Approved and submitted to the office."),
    ),
    Act.CONFIRM: Wording(
        gettext_lazy("Confirm"), gettext_lazy("Confirmed: the text counts in overview and report.")
    ),
    Act.RETURN: Wording(
        gettext_lazy("Return for revision"),
        gettext_lazy("Returned with your reason."),
        gettext_lazy("The department sees the reason above its form and at the field that you choose."),
    ),
    Act.WAIVE: Wording(
        gettext_lazy("Waive this update"),
        gettext_lazy("Waived: the update is not owed in this period."),
        gettext_lazy("It is then neither missing nor counted in the rate. What was written is kept."),
    ),
    Act.RESTORE: Wording(
        gettext_lazy("Make due again"),
        gettext_lazy("The update is owed again."),
        gettext_lazy("The department owes this update again by its date."),
    ),
}


def done_words(act: Act, update: ProgressUpdate) -> Words:
    """What the act has brought about; a closed period's numbers never change."""
    return CONFIRMED_LATE if act == Act.CONFIRM and update.period.is_frozen else WORDINGS[act].done


@dataclass(frozen=True)
class Offer:
    """One act that is possible now for this actor."""

    act: Act
    form: ActForm
    url: str
    wording: Wording
    primary: bool = False

    @property
    def asks(self) -> bool:
        """Has something to fill in, so that it is folded until somebody wants it."""
        return bool(self.form.visible_fields())

    @property
    def is_open(self) -> bool:
        return self.form.is_bound


@dataclass(frozen=True)
class Refused:
    """An act that was tried and did not happen, with the form as it was filled in."""

    act: Act
    form: ActForm
    status: int

    @property
    def reason(self) -> str:
        return str(self.form.data.get("reason", ""))


def offer(act: Act, update: ProgressUpdate, departments: Sequence[Department] = (), then: str = "") -> Offer:
    """The offer without asking whether it may be made; `then` is where to go on afterwards."""
    form = FORMS.get(act, ActForm)(
        update,
        departments,
        initial={"version": update.version, "next": then},
        auto_id=f"{act}-{update.pk}-%s",
    )
    return dressed(act, update, form)


def dressed(act: Act, update: ProgressUpdate, form: ActForm) -> Offer:
    url = reverse(URLS[act], args=[update.uuid])
    return Offer(act, form, url, WORDINGS[act], primary=act in {Act.SUBMIT, Act.APPROVE, Act.CONFIRM})


def offers(actor: Actor, update: ProgressUpdate, refused: Refused | None = None) -> list[Offer]:
    """All that the actor may do with the update now; what was refused comes back as it was filled in."""
    found = []
    for act in URLS:
        departments = updates.acting_for(actor, act, update) if updates.is_possible(update, act) else ()
        if not departments or barred(actor, act, update):
            continue
        if refused and refused.act == act:
            found.append(dressed(act, update, refused.form))
        else:
            found.append(offer(act, update, departments))
    return found


def barred(actor: Actor, act: Act, update: ProgressUpdate, office: permissions.Office | None = None) -> str:
    """Why this person may not approve or confirm although the role would; empty: nothing bars."""
    revision = update.latest_revision
    if act == Act.SUBMIT:
        return _("There is no text to submit yet.") if revision is None or revision.is_frozen else ""
    if act == Act.APPROVE and revision and not permissions.can_approve(actor, update, revision):
        return _("You wrote in this text, so somebody else has to review it.")
    if act == Act.CONFIRM and revision:
        office = office or permissions.Office.of(update.period.policy, actor.on)
        if not permissions.can_confirm(actor, revision, office):
            return why_not_confirm(actor, revision)
    return ""


def why_not_confirm(actor: Actor, revision: Revision) -> str:
    if permissions.has_contributed(actor, revision):
        return _("You wrote in this text, so another clerk has to confirm it.")
    if revision.approved_by_id == actor.person.pk:
        return _("You approved this text for its department, so another clerk has to confirm it.")
    return _("A clerk confirms this; the signer does so only when no clerk may.")


def hindrances(actor: Actor, update: ProgressUpdate) -> list[str]:
    """What to say to somebody whose role would approve or confirm now, but who may not in person."""
    policy = update.period.policy
    said = []
    if update.state == UpdateState.IN_REVIEW and permissions.can_review(actor, update):
        said.append(barred(actor, Act.APPROVE, update))
    if update.state == UpdateState.SUBMITTED and permissions.is_in_office(actor, policy, Role.CLERK):
        said.append(barred(actor, Act.CONFIRM, update))
    return [sentence for sentence in said if sentence]
