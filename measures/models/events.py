"""Who did what, when (办理记录)? Rows are only ever added: the database refuses anything else.

The events of one subject are a chain: each carries the hash of the one before and its own, which covers it.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from departments.actors import Actor
from departments.models import Department, Membership, User
from langfang_policy.compiled_queries import compiled
from langfang_policy.found_keys import among
from langfang_policy.given_rows import give
from measures.models.evidence import EvidenceFile
from measures.models.filing import ProgressUpdate, Revision, UpdateState
from measures.models.fingerprints import SHA256, beginning, event_digest, text_digest
from measures.models.issuing import IssuedReport
from measures.models.lights import LightColour
from measures.models.moved_days import said, with_days
from measures.models.periods import PeriodSnapshot, PeriodState, ReportingPeriod
from measures.models.policy import Measure, MeasureState, Policy
from measures.models.values import CommitmentValue


class Act(models.TextChoices):
    # update; stored values are shorter than some names: the record is sealed, and keeps what was written
    SAVE = "save", pgettext_lazy("act", "save")
    SUBMIT_FOR_REVIEW = "submit", pgettext_lazy("act", "submit for review")
    WITHDRAW = "withdraw", pgettext_lazy("act", "withdraw")
    RETURN = "return_for_revision", pgettext_lazy("act", "return for revision")
    APPROVE_AND_SUBMIT = "approve", pgettext_lazy("act", "approve and submit")
    APPROVE_OWN = "approve_own", pgettext_lazy("act", "approve and submit (reviewed by the writer)")
    FILE_ON_BEHALF = "file_on_behalf", pgettext_lazy("act", "file on behalf")
    CONFIRM = "confirm", pgettext_lazy("act", "confirm")
    CORRECT = "correct", pgettext_lazy("act", "correct")
    WAIVE = "waive", pgettext_lazy("act", "waive")
    RESTORE = "restore", pgettext_lazy("act", "make due again")
    ADD_DUTY = "add_duty", pgettext_lazy("act", "assign a duty")
    END_DUTY = "end_duty", pgettext_lazy("act", "end the duty")
    REQUEST_EXTENSION = "request_extension", pgettext_lazy("act", "ask for a later date")
    GRANT_EXTENSION = "grant_extension", pgettext_lazy("act", "grant a later date")
    REFUSE_EXTENSION = "refuse_extension", pgettext_lazy("act", "not grant a later date")
    NOTE_SIGNATURE = "note_signature", pgettext_lazy("act", "note the signature on paper")
    CORRECT_SIGNATURE = "correct_signature", pgettext_lazy("act", "correct a noted signature")
    ADD_EVIDENCE = "add_evidence", pgettext_lazy("act", "add evidence")
    WITHDRAW_EVIDENCE = "withdraw_evidence", pgettext_lazy("act", "withdraw evidence")
    ADD_LATE_EVIDENCE = "add_late_evidence", pgettext_lazy("act", "add evidence that came later")
    # period
    PLAN_PERIOD = "plan_period", pgettext_lazy("act", "plan the period")
    OPEN_PERIOD = "open_period", pgettext_lazy("act", "open the period")
    CHANGE_DATES = "change_dates", pgettext_lazy("act", "change the dates")
    CLOSE_PERIOD = "close_period", pgettext_lazy("act", "close the period")
    REOPEN_PERIOD = "reopen_period", pgettext_lazy("act", "reopen the period")
    ARCHIVE_PERIOD = "archive_period", pgettext_lazy("act", "archive the period")
    URGE = "urge", pgettext_lazy("act", "urge")
    SIGN_FOR_URGE = "sign_for_urge", pgettext_lazy("act", "sign for the slip")
    ANSWER_URGE = "answer_urge", pgettext_lazy("act", "answer the slip")
    DRAFT_REPORT = "draft_report", pgettext_lazy("act", "draft a report")
    EDIT_REPORT = "edit_report", pgettext_lazy("act", "edit the report")
    SUBMIT_REPORT = "submit_report", pgettext_lazy("act", "submit the report for a check")
    RETURN_REPORT = "return_report", pgettext_lazy("act", "return the report")
    CHECK_REPORT = "check_report", pgettext_lazy("act", "check the report")
    SIGN_REPORT = "sign_report", pgettext_lazy("act", "sign the report")
    ISSUE_REPORT = "issue_report", pgettext_lazy("act", "issue the report")
    WITHDRAW_REPORT = "withdraw_report", pgettext_lazy("act", "withdraw the report")
    DISCARD_REPORT = "discard_report", pgettext_lazy("act", "discard the draft of a report")
    BEGIN_BATCH = "begin_batch", pgettext_lazy("act", "have documents made as a batch")
    CANCEL_BATCH = "cancel_batch", pgettext_lazy("act", "cancel a batch of documents")
    # measure
    START = "start", pgettext_lazy("act", "start")
    MAKE_ROUTINE = "make_routine", pgettext_lazy("act", "make routine")
    SUSPEND = "suspend", pgettext_lazy("act", "suspend")
    CANCEL = "cancel", pgettext_lazy("act", "cancel")
    RESUME = "resume", pgettext_lazy("act", "resume")
    REQUEST_CLOSURE = "request_closure", pgettext_lazy("act", "ask for closure")
    AGREE_CLOSURE = "agree_closure", pgettext_lazy("act", "agree to closure")
    REFUSE_CLOSURE = "refuse_closure", pgettext_lazy("act", "refuse closure")
    CLOSE_MEASURE = "close_measure", pgettext_lazy("act", "close the measure")
    REOPEN_MEASURE = "reopen_measure", pgettext_lazy("act", "reopen the measure")
    RESOLVE_MATTER = "resolve_matter", pgettext_lazy("act", "settle a matter")
    OVERRIDE_LIGHT = "override_light", pgettext_lazy("act", "override the light")
    DESIGNATE = "designate", pgettext_lazy("act", "designate a department")
    END_DESIGNATION = "end_designation", pgettext_lazy("act", "end a designation")
    # department
    CHANGE_CONTACT = "change_contact", pgettext_lazy("act", "change the contact")
    RECORD_SUCCESSION = "record_succession", pgettext_lazy("act", "record a succession")
    # membership
    HAND_OVER = "hand_over", pgettext_lazy("act", "hand over the work")
    # policy
    LOAD_POLICY = "load_policy", pgettext_lazy("act", "load the policy text")
    ANNOUNCE = "announce", pgettext_lazy("act", "announce to all departments")


SUBJECTS = ("update", "revision", "period", "measure", "policy", "membership", "about_department")


def exactly_one(names: tuple[str, ...]) -> Q:
    """Of these nullable links, one is set and all others are empty."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


@compiled
def _locked(model: type[models.Model], key: int) -> models.QuerySet[models.Model, Any]:
    rows = model._base_manager.select_for_update(of=("self",), no_key=True)
    return rows.filter(pk=key).values_list("pk")


@compiled
def _hashes_of(subject: str, key: int) -> "models.QuerySet[Event, Any]":
    """The last event of that subject: (key, hash)."""
    chain = Event.objects.filter(**{subject: key}).values_list("pk", "sha256").order_by()
    if subject == "update":  # two indexes, not one search through all events
        of_texts = Event.objects.filter(revision__update=key)
        chain = chain.union(of_texts.values_list("pk", "sha256").order_by())
    return chain.order_by("-pk")[:1]


def _how_it_came(text: Revision) -> str:
    """From whom, how and on which day (docs/domain.md 4.19); empty of a text that its department wrote."""
    if text.received_on is None:
        return ""
    return " · ".join(
        (text.received_from, str(text.get_received_by_display()), date_format(text.received_on))
    )


def _text(key: int) -> Revision:
    """As the database has it, with all that its hash covers."""
    [text] = _texts(key)
    give(text, "values", _values(key))
    give(text, "contributors", _contributors(key))
    give(text, "evidence", _files(key))
    return text


@compiled
def _texts(key: int) -> models.QuerySet[Revision]:
    return Revision._base_manager.filter(pk=key)


# Acts that write a sentence of their own, in Chinese always, and what divides it from what a person typed.
_CHINESE_WORDS: Final[dict[str, str]] = {
    Act.HAND_OVER: "",
    Act.DESIGNATE: "：",
    Act.END_DESIGNATION: "：",
    Act.RECORD_SUCCESSION: "：",
}


# Acts that write names and days, which read in any language; and what divides them from a typed reason.
_NAMES_AND_DAYS: Final[dict[str, str]] = {Act.NOTE_SIGNATURE: "", Act.CORRECT_SIGNATURE: "："}


@compiled
def _values(text: int) -> models.QuerySet[CommitmentValue]:
    return CommitmentValue._base_manager.filter(revision=text)


@compiled
def _contributors(text: int) -> models.QuerySet[User]:
    return User._base_manager.filter(contributions=text).only("pk")


@compiled
def _files(text: int) -> models.QuerySet[EvidenceFile]:
    return EvidenceFile._base_manager.filter(revisions=text)


class EventQuerySet(models.QuerySet["Event"]):
    def of_update(self, update: ProgressUpdate) -> "EventQuerySet":
        texts = Revision.objects.filter(update=update).values("pk")
        return self.filter(Q(update=update) | among("revision_id", texts))

    def of_measure(self, measure: Measure | int) -> "EventQuerySet":
        """What everybody may read: acts on the measure itself, and each text that was confirmed."""
        texts = Revision.objects.filter(update__measure=measure).values("pk")
        return self.filter(Q(measure=measure) | (Q(act=Act.CONFIRM) & among("revision_id", texts)))

    def record(
        self,
        act: Act,
        actor: Actor | None,
        department: Department | None,
        at: datetime,
        *,
        comment: str = "",
        field: str = "",
        states: tuple[str, str] = ("", ""),
        deputy_for: User | None = None,
        **subject: models.Model,
    ) -> "Event":
        """Write down one act. `subject` is one of SUBJECTS, e.g. ``update=…``; the database checks it.

        Two writers never continue the same event: the row of the subject is locked before the last event is
        read, until the transaction ends (SQLite locks the whole file when a transaction begins), and
        `event_continues_one` refuses a second successor whatever the code does. Call it after everything
        that the act writes: what a frozen text or a snapshot says is read from the database and sealed.
        """
        written = {
            "uuid": uuid.uuid4(),
            "act": act,
            "user": actor.person if actor else None,
            "department": department,
            "deputy_for": deputy_for,
            "at": at,
            "comment": comment,
            "field": field,
            "from_state": states[0],
            "to_state": states[1],
            **subject,
        }
        with transaction.atomic(savepoint=False):
            event = self.model(**written)
            event.previous = self._lock_and_find_last(event)
            event.content_sha256 = event.digest_of_content()
            seals = {"previous": event.previous, "content_sha256": event.content_sha256}
            return self.create(**written, **seals, sha256=event_digest(event))

    def _lock_and_find_last(self, event: "Event") -> str:
        """The hash that the event has to carry as `previous`."""
        name, subject = event.subject_name, event.subject
        if subject is None:
            return ""  # event_has_one_subject refuses it
        [_held] = _locked(type(subject), subject.pk)
        last = next(iter(_hashes_of(name, subject.pk)), None)
        return last[1] if last else beginning(name, subject.pk)

    def for_display(self) -> "EventQuerySet":
        """The latest first, as every page shows the record; as they happened, not by a clock."""
        return self.select_related(
            "user", "deputy_for", "department", "revision__update__department", "revision__update__period"
        ).order_by("-pk")


class Event(models.Model):
    """One act: who, for which department, on what, from which state to which."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("at"), db_index=True)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="events", null=True, blank=True, verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
        verbose_name=_("acted for"),
    )
    deputy_for = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="deputised_events",
        null=True,
        blank=True,
        verbose_name=_("as deputy for"),
    )
    act = models.CharField(_("act"), max_length=20, choices=Act.choices)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    field = models.CharField(_("field that the comment is about"), max_length=20, blank=True)
    update = models.ForeignKey(
        ProgressUpdate, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="events", null=True, blank=True)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    # Not the one acted for: the department that was itself changed.
    about_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="events_about", null=True, blank=True
    )
    previous = models.CharField(_("SHA-256 of the event before"), max_length=64, editable=False)
    content_sha256 = models.CharField(
        _("SHA-256 of the text or snapshot"), max_length=64, blank=True, editable=False
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        # As they happened: whoever acts has locked the subject. The clock of a machine, or of a demo whose
        # day never ends, can be set back.
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="event_has_one_subject",
                condition=exactly_one(SUBJECTS),
                violation_error_message=_("An event is about exactly one thing."),
            ),
            models.CheckConstraint(
                name="event_act_is_known",
                condition=Q(act__in=Act.values),
                violation_error_message=_("This act is not known."),
            ),
            models.CheckConstraint(
                name="event_names_person_and_department",
                condition=Q(user__isnull=False, department__isnull=False) | Q(act=Act.LOAD_POLICY),
                violation_error_message=_("An act has a person and the department acted for."),
            ),
            models.UniqueConstraint(
                fields=["previous"],
                name="event_continues_one",
                violation_error_message=_("Another event follows that one already."),
            ),
            models.CheckConstraint(
                name="event_hashes_are_whole",
                condition=Q(previous__regex=SHA256, sha256__regex=SHA256),
                violation_error_message=_("The hash of an event must be a SHA-256."),
            ),
            models.CheckConstraint(
                name="event_seals_its_text",
                condition=Q(revision=None) | Q(content_sha256__regex=SHA256),
                violation_error_message=_("An event about a text carries the hash of the text."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.get_act_display()}"

    def get_act_display(self) -> str:  # type: ignore[no-redef]  # instead of the one that Django makes
        """As Django says it, which puts the words of all acts together for each of them."""
        return str(Act(self.act).label)

    @property
    def subject(self) -> models.Model | None:
        """The one thing that the event is about; a text stands for its update."""
        if self.revision:
            return self.revision.update
        return next((found for name in SUBJECTS if (found := getattr(self, name))), None)

    @property
    def subject_name(self) -> str:
        """Which of SUBJECTS that is; empty where there is none."""
        if self.revision_id:
            return "update"
        return next((name for name in SUBJECTS if getattr(self, f"{name}_id")), "")

    def digest_of_content(self) -> str:
        """What the act was about, as the database has it: the text, snapshot or file that it made."""
        if self.revision_id:
            return text_digest(_text(self.revision_id))
        if self.act == Act.CLOSE_PERIOD:
            snapshots = PeriodSnapshot._base_manager.filter(period=self.period_id)
            return snapshots.order_by("-number").values_list("sha256", flat=True).first() or ""
        if self.act == Act.ISSUE_REPORT:
            files = IssuedReport._base_manager.filter(period=self.period_id)
            return files.order_by("-pk").values_list("sha256", flat=True).first() or ""
        return ""

    @property
    def said_comment(self) -> str:
        """The comment as a reader is told it; days that the act itself wrote into it as pages write days."""
        if self.act in _NAMES_AND_DAYS:
            return with_days(self.comment, until=_NAMES_AND_DAYS[self.act])
        if self.act == Act.FILE_ON_BEHALF and self.revision:  # written is from whom; the text knows the rest
            return _how_it_came(self.revision) or self.comment
        if self.act in _CHINESE_WORDS:  # in the middle of them a day of another language would stand oddly
            with override("zh-hans"):
                return with_days(self.comment, until=_CHINESE_WORDS[self.act])
        return said(self.comment)

    @property
    def from_words(self) -> str:
        return self._state_words(self.from_state)

    @property
    def to_words(self) -> str:
        return self._state_words(self.to_state)

    def _state_words(self, state: str) -> str:
        """Periods and measures are both `closed`, each in its own word."""
        states = PeriodState if self.period_id else MeasureState if self.measure_id else UpdateState
        choices = LightColour.choices if self.act == Act.OVERRIDE_LIGHT else states.choices
        return str(dict(choices).get(state, state))
