"""What does the page of a draft offer, and to whom? Each act by one button; and why it goes no further."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from departments.actors import Actor
from measures import report_permissions
from measures.models import Act, DraftState, ReportDraft, Words
from measures.pages.set_aside import TypedWords
from measures.permissions import Office
from measures.report_forms import ConfirmedDraftActForm, DraftActForm, ReasonedDraftActForm, renew
from measures.workflow import issuing


@dataclass(frozen=True)
class DraftButton:
    """An act on a draft. `name` stands in the address and in the view, draft_<name>.

    One that makes the file has no function: the view issues. One that is not to happen by a slip of the hand
    `confirms`: what is ticked before it is done.
    """

    act: Act
    name: str
    label: Words
    done: Words
    function: Callable[..., ReportDraft] | None = None
    asks_reason: bool = False
    is_primary: bool = False
    confirms: Words = ""

    def form(self, *args: Any, **options: Any) -> DraftActForm:
        if self.confirms:
            return ConfirmedDraftActForm(*args, confirms=self.confirms, **options)
        return (ReasonedDraftActForm if self.asks_reason else DraftActForm)(*args, **options)

    def carry_out(self, actor: Actor, draft: ReportDraft, data: Mapping[str, Any], at: datetime) -> None:
        if self.function is None:
            raise TypeError(f"{self.name} is done by its own view")
        words = {"reason": data["reason"]} if self.asks_reason else {}
        self.function(actor, draft, data["version"], at=at, **words)


BUTTONS: Final = {
    button.act: button
    for button in [
        DraftButton(
            Act.SUBMIT_REPORT,
            "submit",
            gettext_lazy("Submit for a check"),
            gettext_lazy("The report waits for a check by another clerk."),
            issuing.submit_report,
            is_primary=True,
        ),
        DraftButton(
            Act.CHECK_REPORT,
            "check",
            gettext_lazy("It is right: checked"),
            gettext_lazy("The report is checked; the signer signs it."),
            issuing.check_report,
            is_primary=True,
        ),
        DraftButton(
            Act.SIGN_REPORT,
            "sign",
            pgettext_lazy("report", "Sign"),
            gettext_lazy("The report is signed and can be issued."),
            issuing.sign_report,
            is_primary=True,
            confirms=gettext_lazy("I have read the whole report and sign it as it stands"),
        ),
        DraftButton(
            Act.ISSUE_REPORT,
            "issue",
            gettext_lazy("Issue, with the next number"),
            gettext_lazy("The report is issued."),
            is_primary=True,
            confirms=gettext_lazy("What is issued cannot be changed, only withdrawn: it is to be issued now"),
        ),
        DraftButton(
            Act.RETURN_REPORT,
            "return",
            pgettext_lazy("report", "Return"),
            gettext_lazy("The report is returned to whoever drafted it."),
            issuing.return_report,
            asks_reason=True,
        ),
        DraftButton(
            Act.DISCARD_REPORT,
            "discard",
            gettext_lazy("Discard the draft"),
            gettext_lazy("The draft is discarded."),
            issuing.discard_report,
            asks_reason=True,
        ),
    ]
}


@dataclass(frozen=True)
class Offer:
    button: DraftButton
    form: DraftActForm


def offers_of(actor: Actor, draft: ReportDraft, sent: Offer | None = None) -> list[Offer]:
    """The acts that this person may do now; `sent` is one that was refused, with what was typed.

    Sent again it is about the draft as the page shows it now.
    """
    possible = issuing.possible_acts(actor, draft)
    if sent:
        renew(sent.form, draft.version)
    return [
        sent
        if sent and sent.button == button
        else Offer(button, button.form(initial={"version": draft.version}, auto_id=f"{button.name}-%s"))
        for act, button in BUTTONS.items()
        if act in possible
    ]


def typed_in(sent: Offer | None, offers: list[Offer]) -> list[TypedWords]:
    """The reason given for an act that was refused and is not offered any more."""
    if sent is None or sent in offers or not sent.button.asks_reason:
        return []
    reason = str(sent.form.data.get("reason", "")).strip()
    return [TypedWords(sent.form["reason"].label, reason)] if reason else []


def obstacle_to(draft: ReportDraft, actor: Actor, *, is_current: bool) -> str:
    """Why the draft goes no further now, whoever asks; empty where nothing is in its way."""
    if draft.is_in_work and not is_current:
        return _("The period was reopened since: discard this draft and draft the report anew.")
    office = Office.of(draft.period.policy, actor.on)
    if draft.state == DraftState.SUBMITTED and not report_permissions.has_another_clerk(office, draft):
        return _("The office has no second clerk who could check this report.")
    if draft.state == DraftState.CHECKED and not report_permissions.has_a_signer(office, draft):
        return _("The office has no signer who neither drafted nor checked this report.")
    return ""
