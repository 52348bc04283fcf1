"""When and by whom may a report be drafted, checked, signed, issued, withdrawn? Its table, and its acts.

A report is drafted of a closed period from its latest snapshot, and every later act asks whether that still
is the latest. Each act is an event of the period (docs/decisions/0050).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.actors import Actor
from measures import report_permissions as may
from measures.models import (
    DRAFTS_IN_WORK,
    EDITED_SECTIONS,
    Act,
    DraftState,
    IssuedReport,
    Policy,
    ReportDraft,
    ReportingPeriod,
    ReportKind,
    ReportWithdrawal,
)
from measures.models.issuing import printed_digest, reference_of
from measures.report_permissions import DraftMay
from measures.workflow.acting import one_act
from measures.workflow.checks import check_written, require, required_reason
from measures.workflow.errors import WorkflowError, WrongStateError
from measures.workflow.locks import lock_period
from measures.workflow.recording import record
from measures.workflow.transitions import Table, Transition, table

D: TypeAlias = DraftState
_Row: TypeAlias = Transition[DraftState, DraftMay]
TRANSITIONS: Final[Table[DraftState, DraftMay]] = table(
    _Row(D.DRAFTED, Act.EDIT_REPORT, D.DRAFTED, (may.is_drafter,)),
    _Row(D.DRAFTED, Act.SUBMIT_REPORT, D.SUBMITTED, (may.is_drafter,)),
    _Row(D.DRAFTED, Act.DISCARD_REPORT, D.DISCARDED, (may.as_any_clerk,)),
    _Row(D.SUBMITTED, Act.CHECK_REPORT, D.CHECKED, (may.as_another_clerk,)),
    _Row(D.SUBMITTED, Act.RETURN_REPORT, D.DRAFTED, (may.as_any_clerk,)),
    _Row(D.CHECKED, Act.SIGN_REPORT, D.SIGNED, (may.as_signer,)),
    _Row(D.CHECKED, Act.RETURN_REPORT, D.DRAFTED, (may.as_clerk_or_signer,)),
    _Row(D.SIGNED, Act.ISSUE_REPORT, D.ISSUED, (may.as_clerk_or_signer,)),
    _Row(D.SIGNED, Act.RETURN_REPORT, D.DRAFTED, (may.as_clerk_or_signer,)),
)
# Of these the draft has to rest on the latest snapshot; words are edited, and drafts discarded, at any time.
_REST_ON_THE_SNAPSHOT: Final = (Act.SUBMIT_REPORT, Act.CHECK_REPORT, Act.SIGN_REPORT, Act.ISSUE_REPORT)
# Of a section: what 200 measures say, at 300 characters each; three are still one form.
SECTION_LENGTH: Final = 60_000
# Two reports of one policy that are issued at the same moment ask for one number: one of them asks again.
TRIES: Final = 3


@dataclass(frozen=True)
class Numbered:
    """What is to be issued, with the number that it will have: of this its file is made."""

    draft: ReportDraft
    year: int
    number: int
    at: datetime
    printed_sha256: str

    @property
    def reference(self) -> str:
        return reference_of(self.year, self.number)


@dataclass(frozen=True)
class FileMade:
    title: str
    content: bytes


def possible_acts(actor: Actor, draft: ReportDraft) -> list[Act]:
    """What the table allows this person now, in its order."""
    state = D(draft.state)
    return [
        act
        for (before, act), row in TRANSITIONS.items()
        if before == state and any(allows(actor, draft) for allows in row.may)
    ]


def draft_report(
    actor: Actor, period: ReportingPeriod, kind: str, texts: Mapping[str, str], at: datetime
) -> ReportDraft:
    """Begin a report of a closed period from its latest snapshot, with the words proposed.

    Raises WrongStateError while the period is open, ValidationError for a second draft of one kind.
    """
    with one_act():
        row = lock_period(period)
        require(may.can_draft_report(actor, row.policy))
        if not row.is_frozen:
            raise WrongStateError(_("Reports are drafted once the period is closed."))
        _refuse_second(row, kind)
        draft = ReportDraft(
            period=row,
            snapshot=row.snapshots.latest("number"),
            kind=kind,
            drafted_by=actor.person,
            drafted_at=at,
            state_since=at,
            **_checked_texts(texts),
        )
        draft.full_clean()
        draft.save()
        _record(Act.DRAFT_REPORT, actor, draft, at)
    return draft


def _refuse_second(period: ReportingPeriod, kind: str) -> None:
    """Of one kind and period one report counts."""
    counting = period.issued_reports.filter(kind=kind, withdrawal=None).first()
    if counting is not None:
        told = _("%(report)s was issued of this period and counts: it has to be withdrawn first.")
        raise ValidationError({"period": told % {"report": counting.reference}})


def edit_report(
    actor: Actor, draft: ReportDraft, version: int, texts: Mapping[str, str], at: datetime
) -> ReportDraft:
    """Put other words into the sections. The same words sent again are no act."""
    with one_act():
        row = _lock(actor, draft, version, Act.EDIT_REPORT)
        words = _checked_texts({**row.texts, **texts})
        _refuse_emptied(row, words)
        if words != row.texts:
            for name, text in words.items():
                setattr(row, name, text)
            _move(row, Act.EDIT_REPORT, at)
            _record(Act.EDIT_REPORT, actor, row, at)
    return row


def submit_in_words(
    actor: Actor, draft: ReportDraft, version: int, texts: Mapping[str, str], at: datetime
) -> ReportDraft:
    """Hand it on in these words: both or neither."""
    with one_act():
        edited = edit_report(actor, draft, version, texts, at)
        return submit_report(actor, edited, edited.version, at)


def submit_report(actor: Actor, draft: ReportDraft, version: int, at: datetime) -> ReportDraft:
    """Hand it to another clerk for the check."""
    return _done(actor, draft, version, Act.SUBMIT_REPORT, at)


def return_report(actor: Actor, draft: ReportDraft, version: int, reason: str, at: datetime) -> ReportDraft:
    """Back to whoever drafted it, with a reason; check and signature fall away."""
    with one_act():
        row = _lock(actor, draft, version, Act.RETURN_REPORT)
        row.return_reason, row.returned_texts = required_reason(reason), row.texts
        row.checked_by = row.checked_at = row.signed_by = row.signed_at = None
        _move(row, Act.RETURN_REPORT, at)
        _record(Act.RETURN_REPORT, actor, row, at, row.return_reason)
    return row


def check_report(actor: Actor, draft: ReportDraft, version: int, at: datetime) -> ReportDraft:
    """Another clerk has read it and finds it right."""
    return _done(actor, draft, version, Act.CHECK_REPORT, at, checked_by=actor.person, checked_at=at)


def sign_report(actor: Actor, draft: ReportDraft, version: int, at: datetime) -> ReportDraft:
    """The signer answers for it; who drafted or checked it does not sign."""
    return _done(actor, draft, version, Act.SIGN_REPORT, at, signed_by=actor.person, signed_at=at)


def discard_report(actor: Actor, draft: ReportDraft, version: int, reason: str, at: datetime) -> ReportDraft:
    """It goes no further; its words stay, and another draft may be begun."""
    with one_act():
        row = _lock(actor, draft, version, Act.DISCARD_REPORT)
        comment = required_reason(reason)
        _move(row, Act.DISCARD_REPORT, at)
        _record(Act.DISCARD_REPORT, actor, row, at, comment)
    return row


def issue_report(
    actor: Actor, draft: ReportDraft, version: int, make: Callable[[Numbered], FileMade], at: datetime
) -> IssuedReport:
    """Give the report its number and keep it for ever with its file, which `make` lays out.

    Laying out takes seconds, in which nothing is locked: if the number was given meanwhile, the file is made
    again. What `make` raises ends the act, and nothing was written.
    """
    for _try in range(TRIES):
        numbered = _numbered(_seen(actor, draft, version, Act.ISSUE_REPORT), at)
        made = make(numbered)
        with one_act():
            row = _lock(actor, draft, version, Act.ISSUE_REPORT)
            # Two clerks in two periods of one policy: the second waits here for the number of the first.
            Policy.objects.select_for_update(no_key=True).get(pk=row.period.policy_id)
            if _numbered(row, at) == numbered:
                return _issued(actor, row, numbered, made)
    raise WorkflowError(_("Other reports are being issued at this moment: try again."))


def withdraw_report(actor: Actor, report: IssuedReport, reason: str, at: datetime) -> ReportWithdrawal:
    """It does not count any more. Report, number and file stay to be seen, and the period stays closed."""
    with one_act():
        period = lock_period(report.period)
        require(may.can_withdraw_report(actor, period.policy))
        if ReportWithdrawal.objects.filter(report=report).exists():
            raise WrongStateError(_("This report was withdrawn already."))
        row = ReportWithdrawal(report=report, reason=required_reason(reason), by=actor.person, at=at)
        row.full_clean()
        row.save()
        comment = f"{report.reference} {row.reason}"
        record(
            Act.WITHDRAW_REPORT,
            actor,
            period.policy.coordinator,
            at,
            comment=comment,
            about=[report],
            words=row.reason,
            period=period,
        )
    return row


# --- steps that the acts share -------------------------------------------------------------------


def _done(
    actor: Actor, draft: ReportDraft, version: int, act: Act, at: datetime, **changes: object
) -> ReportDraft:
    """An act without words of its own."""
    with one_act():
        row = _lock(actor, draft, version, act)
        for name, value in changes.items():
            setattr(row, name, value)
        _move(row, act, at)
        _record(act, actor, row, at)
    return row


def _lock(actor: Actor, draft: ReportDraft, version: int, act: Act) -> ReportDraft:
    """The period alone, then the draft, as it is now and as the person saw it."""
    lock_period(draft.period)
    ReportDraft.objects.select_for_update(of=("self",), no_key=True).get(pk=draft.pk)
    return _seen(actor, draft, version, act)


def _seen(actor: Actor, draft: ReportDraft, version: int, act: Act) -> ReportDraft:
    """The draft as it is now. Raises PermissionDenied, WrongStateError, WorkflowError."""
    row = ReportDraft.objects.select_related("period__policy__coordinator", "snapshot").get(pk=draft.pk)
    require(may.as_clerk_or_signer(actor, row))
    transition = TRANSITIONS.get((D(row.state), act))
    if transition is None:
        raise WrongStateError(
            _("“%(act)s” is not possible now: the report is “%(state)s”.")
            % {"act": act.label, "state": D(row.state).label}
        )
    if not any(allows(actor, row) for allows in transition.may):
        raise PermissionDenied(_("Three different people draft, check and sign a report."))
    if row.version != version:
        raise WorkflowError(_("Somebody else has changed this draft since you opened it: read it again."))
    if act in _REST_ON_THE_SNAPSHOT and not is_current(row):
        raise WorkflowError(_("The period was reopened since: discard this draft and draft the report anew."))
    return row


def is_current(draft: ReportDraft) -> bool:
    """Whether the period is still closed with the snapshot that the draft rests on."""
    period = draft.period
    return period.is_frozen and period.snapshots.latest("number").pk == draft.snapshot_id


def _move(draft: ReportDraft, act: Act, at: datetime) -> None:
    """Into the next state, one version on, stored."""
    next_state = TRANSITIONS[D(draft.state), act].next_state
    if next_state != draft.state:
        draft.state, draft.state_since = next_state, at
    draft.version += 1
    draft.full_clean()
    draft.save()


def _checked_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Of every section, blanks around it taken away. Raises ValidationError by section."""
    faults: dict[str, list[str]] = {}
    words = {name: texts.get(name, "").replace("\r\n", "\n").strip() for name in EDITED_SECTIONS}
    for name, text in words.items():
        try:
            check_written(name, text, SECTION_LENGTH)
        except ValidationError as error:
            faults |= error.message_dict
    if faults:
        raise ValidationError(faults)
    return words


def _refuse_emptied(draft: ReportDraft, words: Mapping[str, str]) -> None:
    """A section that says something goes on saying something: the report would print a usual sentence."""
    empty = [name for name, text in words.items() if draft.texts[name] and not text]
    if empty:
        raise ValidationError(dict.fromkeys(empty, _("Write something here, if only that there is nothing.")))


def _numbered(draft: ReportDraft, at: datetime) -> Numbered:
    """With the next number within policy and year."""
    year = timezone.localdate(at).year
    taken = IssuedReport.objects.filter(policy=draft.period.policy_id, year=year)
    number = (taken.aggregate(last=Max("number"))["last"] or 0) + 1
    return Numbered(draft, year, number, at, printed_digest(draft, year, number))


def _issued(actor: Actor, draft: ReportDraft, numbered: Numbered, made: FileMade) -> IssuedReport:
    period = draft.period
    report = IssuedReport(
        draft=draft,
        policy=period.policy,
        year=numbered.year,
        number=numbered.number,
        period=period,
        snapshot=draft.snapshot,
        kind=draft.kind,
        title=made.title,
        **draft.texts,
        drafted_by=draft.drafted_by,
        checked_by=draft.checked_by,
        signed_by=draft.signed_by,
        signed_at=draft.signed_at or numbered.at,  # never the latter: reportdraft_signed_since
        issued_by=actor.person,
        issued_at=numbered.at,
        printed_sha256=numbered.printed_sha256,
        content=made.content,
        size=len(made.content),
        sha256=sha256(made.content).hexdigest(),
    )
    report.full_clean(exclude=["content"])
    report.save()
    _move(draft, Act.ISSUE_REPORT, numbered.at)
    if period.report_issued_at is None:
        period.report_issued_at = numbered.at
        period.save(update_fields=["report_issued_at"])
    _record(Act.ISSUE_REPORT, actor, draft, numbered.at, report.reference, about=report)
    return report


def _record(
    act: Act,
    actor: Actor,
    draft: ReportDraft,
    at: datetime,
    words: str = "",
    about: IssuedReport | None = None,
) -> None:
    """About the period; its states are its own, so the draft's are not written there.

    Messages lead to the draft, or to what it is about; they say why it was returned.
    """
    with translation.override("zh-hans"):  # the record reads the same in every language
        kind = str(ReportKind(draft.kind).label)
    record(
        act,
        actor,
        draft.period.policy.coordinator,
        at,
        comment=f"{kind}：{words}" if words else kind,
        about=[about or draft],
        words=words if act == Act.RETURN_REPORT else "",
        period=draft.period,
    )


def in_work(policy: Policy) -> list[ReportDraft]:
    """The drafts of the policy that go on, the latest period first."""
    rows = ReportDraft.objects.filter(period__policy=policy, state__in=DRAFTS_IN_WORK)
    people = ("drafted_by", "checked_by", "signed_by")
    return list(rows.select_related("period__policy", *people).order_by("-period__starts_on", "kind"))
