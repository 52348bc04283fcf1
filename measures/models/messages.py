"""What is a person told, and what of it went out by e-mail? The inbox of each, the office's announcements.

Rows only; whom an act tells is decided in `measures.workflow.telling`, what a night tells in `reminders`.
"""

import uuid
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from departments.models import Department, Membership, User
from measures.models.events import exactly_one
from measures.models.filing import ProgressUpdate
from measures.models.issuing import IssuedReport, ReportDraft
from measures.models.matters import CoordinationMatter
from measures.models.moved_days import said, with_days
from measures.models.periods import ReportingPeriod
from measures.models.policy import Measure, Policy
from measures.models.texts import Words
from measures.models.urges import Urge


class MessageKind(models.TextChoices):
    # told by an act, in its transaction
    OPENED = "opened", _("period opened")
    RETURNED = "returned", _("update returned")
    ENTERED = "entered", _("update entered by the office")
    CONFIRMED = "confirmed", _("update confirmed")
    CORRECTED = "corrected", _("confirmed text in correction")
    MATTER_ANSWERED = "matter_answered", _("coordination matter settled")
    DATE_DECIDED = "date_decided", _("later date decided")
    DATES_CHANGED = "dates_changed", _("dates of a period changed")
    ANNOUNCED = "announced", _("announcement of the office")
    URGED = "urged", _("urged by the office")
    URGE_ANSWERED = "urge_answered", _("slip answered")
    REPORT_TO_CHECK = "report_to_check", _("report waits for a check")
    REPORT_TO_SIGN = "report_to_sign", _("report waits for a signature")
    REPORT_TO_ISSUE = "report_to_issue", _("report waits to be issued")
    REPORT_RETURNED = "report_returned", _("report returned")
    REPORT_ISSUED = "report_issued", _("report issued")
    REPORT_WITHDRAWN = "report_withdrawn", _("report withdrawn")
    DESIGNATED = "designated", _("department designated, or that ended")
    SUCCEEDED = "succeeded", _("succession of a department")
    CONTACT_CHANGED = "contact_changed", _("contact changed")
    HANDED_OVER = "handed_over", _("work handed over")
    ROLE_CHANGED = "role_changed", _("own role given or ended")
    PEOPLE_CHANGED = "people_changed", _("people of the department changed")
    # told by the night
    DUE_IN_FIVE_DAYS = "due_in_five_days", _("due in five working days")
    DUE_NEXT_DAY = "due_next_day", _("due on the next working day")
    OVERDUE = "overdue", _("day passed, not filed")


# These come from the day alone: nobody did anything, and their day is the one that is due.
NIGHTLY_KINDS: Final = (MessageKind.DUE_IN_FIVE_DAYS, MessageKind.DUE_NEXT_DAY, MessageKind.OVERDUE)
# What a message can be about: a link of its own each.
TARGETS: Final = (
    *("update", "period", "matter", "announcement", "urge", "draft", "report"),
    *("measure", "about_department", "membership"),
)
# The page of each that has one.
_PAGES: Final = {
    "update": "measures:update_detail",
    "period": "measures:period_detail",
    "urge": "measures:urge_detail",
    "draft": "measures:draft_detail",
    "report": "measures:issued_detail",
}
# What concerns people is of no policy, and told to each of them: a handover moves none of it.
KINDS_ABOUT_PEOPLE: Final = (MessageKind.HANDED_OVER, MessageKind.ROLE_CHANGED, MessageKind.PEOPLE_CHANGED)
# Their words are a sentence of ours, in Chinese always, up to what a person typed (see `Event.said_comment`).
_CHINESE_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(KINDS_ABOUT_PEOPLE, ""),
    MessageKind.ENTERED: "",
    MessageKind.DESIGNATED: "：",
    MessageKind.SUCCEEDED: "：",
}
# What each kind says; the parts are those of `Message.parts`.
_SENTENCES: Final[dict[MessageKind, Words]] = {
    MessageKind.OPENED: _("%(period)s is open for reporting."),
    MessageKind.RETURNED: _("%(period)s, %(measure)s: the update of %(department)s was returned."),
    MessageKind.ENTERED: _("%(period)s, %(measure)s: the office entered the update of %(department)s."),
    MessageKind.CONFIRMED: _("%(period)s, %(measure)s: the update of %(department)s was confirmed."),
    MessageKind.CORRECTED: _("%(period)s, %(measure)s: %(department)s corrects its confirmed text."),
    MessageKind.MATTER_ANSWERED: _("%(measure)s: the matter that %(department)s raised was settled."),
    MessageKind.DATE_DECIDED: _(
        "%(period)s, %(measure)s: the office decided on the later date for %(department)s."
    ),
    MessageKind.DATES_CHANGED: _("%(period)s: the office changed the dates."),
    MessageKind.ANNOUNCED: _("Announcement: %(title)s"),
    MessageKind.URGED: _("%(period)s: the office urges %(department)s, slip no. %(slip)s (%(level)s)."),
    MessageKind.URGE_ANSWERED: _("%(period)s: %(department)s answered slip no. %(slip)s."),
    MessageKind.REPORT_TO_CHECK: _("%(period)s: “%(document)s” waits for your check."),
    MessageKind.REPORT_TO_SIGN: _("%(period)s: “%(document)s” waits for your signature."),
    MessageKind.REPORT_TO_ISSUE: _("%(period)s: “%(document)s” is signed and can be issued."),
    MessageKind.REPORT_RETURNED: _("%(period)s: “%(document)s” was returned to you."),
    MessageKind.REPORT_ISSUED: _("%(period)s: “%(document)s” was issued as %(reference)s."),
    MessageKind.REPORT_WITHDRAWN: _("%(period)s: “%(document)s” %(reference)s was withdrawn."),
    MessageKind.DESIGNATED: _("%(measure)s: the office designated %(department)s."),
    MessageKind.SUCCEEDED: _("%(about)s: the office recorded who performs for it."),
    MessageKind.CONTACT_CHANGED: _("%(about)s: the office changed whom to call there."),
    MessageKind.HANDED_OVER: _("%(department)s: work was handed over."),
    MessageKind.ROLE_CHANGED: _("%(department)s: you were given the role “%(role)s”."),
    MessageKind.PEOPLE_CHANGED: _("%(about)s: its people have changed."),
    MessageKind.DUE_IN_FIVE_DAYS: _("%(period)s: updates due on %(day)s (included): %(count)d."),
    MessageKind.DUE_NEXT_DAY: _("%(period)s: updates due on %(day)s (included): %(count)d."),
    MessageKind.OVERDUE: _("%(period)s: updates that were due on %(day)s and are not filed: %(count)d."),
}
# What stands at the end of the words of an act that ended something, before what a person typed.
DESIGNATION_ENDED: Final = "止）"
ROLE_ENDED: Final = "（终止）"
_ENDINGS: Final[dict[MessageKind, tuple[str, Words]]] = {
    MessageKind.DESIGNATED: (
        DESIGNATION_ENDED,
        _("%(measure)s: the office ended the designation of %(department)s."),
    ),
    MessageKind.ROLE_CHANGED: (ROLE_ENDED, _("%(department)s: your role “%(role)s” was ended.")),
}
ANNOUNCEMENT_LENGTH: Final = 800


class Announcement(models.Model):
    """What the office tells all departments of a policy."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="announcements", verbose_name=_("policy")
    )
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("text"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="announcements", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="announcement_says_something",
                condition=~Q(title="") & ~Q(text=""),
                violation_error_message=_("An announcement needs its title and its text."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class MessageDigest(models.Model):
    """The one e-mail of a day to a person. It is claimed before it is sent: `sent_at` is empty meanwhile."""

    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="message_digests", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    address = models.EmailField(_("e-mail address"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("e-mail of a day")
        verbose_name_plural = _("e-mails of the days")
        ordering: ClassVar = ["-day", "person_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "day"],
                name="messagedigest_one_a_day",
                violation_error_message=_("This person had an e-mail today already."),
            ),
            models.CheckConstraint(
                name="messagedigest_has_address",
                condition=~Q(address=""),
                violation_error_message=_("An e-mail needs an address."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.person}"


class MailChoice(models.Model):
    """A person wants messages of this kind by e-mail too."""

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="mail_choices", verbose_name=_("person")
    )
    kind = models.CharField(_("kind of message"), max_length=16, choices=MessageKind.choices)

    class Meta:
        verbose_name = _("kind chosen for e-mail")
        verbose_name_plural = _("kinds chosen for e-mail")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="mailchoice_once",
                violation_error_message=_("This kind is chosen already."),
            ),
            models.CheckConstraint(
                name="mailchoice_kind_is_known",
                condition=Q(kind__in=MessageKind.values),
                violation_error_message=_("This kind of message is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"


class MessageQuerySet(models.QuerySet["Message"]):
    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)

    def for_display(self) -> "MessageQuerySet":
        """With all that a sentence and its link are made of."""
        rows = self.select_related(
            "by",
            "policy",
            "department",
            "period",
            "announcement",
            "urge__period",
            "measure__section",
            "about_department",
            "membership",
            "update__period",
            "update__measure__section",
            "matter__measure__section",
            "draft__period",
            "report__period",
        )
        return rows.defer("report__content")  # its file, which is long


class Message(models.Model):
    """Something that a person is told: what, about what, by whom; read or not."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="inbox", verbose_name=_("person"))
    kind = models.CharField(_("kind of message"), max_length=16, choices=MessageKind.choices)
    # The UUID of what it is about, whichever link below leads there.
    subject = models.UUIDField(_("what it is about"))
    # That of the act; of a message of the night the day that is due, so that it is told once.
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("told"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="told", null=True, blank=True, verbose_name=_("by")
    )
    policy = models.ForeignKey(
        Policy,
        on_delete=models.PROTECT,
        related_name="told",
        null=True,
        blank=True,
        verbose_name=_("policy"),
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="told",
        null=True,
        blank=True,
        verbose_name=_("department"),
    )
    update = models.ForeignKey(
        ProgressUpdate, on_delete=models.PROTECT, related_name="told", null=True, blank=True
    )
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="told", null=True, blank=True
    )
    matter = models.ForeignKey(
        CoordinationMatter, on_delete=models.PROTECT, related_name="told", null=True, blank=True
    )
    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="told", null=True, blank=True
    )
    urge = models.ForeignKey(Urge, on_delete=models.PROTECT, related_name="told", null=True, blank=True)
    draft = models.ForeignKey(
        ReportDraft, on_delete=models.PROTECT, related_name="told", null=True, blank=True
    )
    report = models.ForeignKey(
        IssuedReport, on_delete=models.PROTECT, related_name="told", null=True, blank=True
    )
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="told", null=True, blank=True)
    # As in an event: the department that was itself changed.
    about_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="told_about", null=True, blank=True
    )
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="told", null=True, blank=True
    )
    # The reason or answer that was given; of a message of the night the measures.
    words = models.TextField(_("words"), blank=True)
    count = models.PositiveIntegerField(_("updates"), default=0)
    read_at = models.DateTimeField(pgettext_lazy("time of reading", "read"), null=True, blank=True)
    digest = models.ForeignKey(
        MessageDigest,
        on_delete=models.PROTECT,
        related_name="inbox",
        null=True,
        blank=True,
        verbose_name=_("e-mail of a day"),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at", "-id"], name="message_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="message_unread"),
            models.Index(
                fields=["person", "-at", "-id"],
                condition=Q(read_at=None, kind=MessageKind.ANNOUNCED),
                name="message_announced",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind", "subject", "day"],
                name="message_told_once",
                violation_error_message=_("This person was told that already."),
            ),
            models.CheckConstraint(
                name="message_is_about_one_thing",
                condition=exactly_one(TARGETS),
                violation_error_message=_("A message is about exactly one thing."),
            ),
            models.CheckConstraint(
                name="message_kind_is_known",
                condition=Q(kind__in=MessageKind.values),
                violation_error_message=_("This kind of message is not known."),
            ),
            models.CheckConstraint(
                name="message_names_who_acted",
                condition=Q(kind__in=NIGHTLY_KINDS, by=None)
                | (~Q(kind__in=NIGHTLY_KINDS) & Q(by__isnull=False)),
                violation_error_message=_("A message of an act names who did it, one of the night nobody."),
            ),
            models.CheckConstraint(
                name="message_is_of_a_policy_or_about_people",
                condition=Q(kind__in=KINDS_ABOUT_PEOPLE, policy=None)
                | (~Q(kind__in=KINDS_ABOUT_PEOPLE) & Q(policy__isnull=False)),
                violation_error_message=_("A message is of a policy, or about people."),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    def get_absolute_url(self) -> str:
        """Where what it is about stands."""
        if self.policy is None:  # about people: what a role brings is on the start page
            return reverse("measures:start")
        policy = self.policy.slug
        if self.measure:
            return reverse("measures:measure_detail", args=[policy, self.measure.uuid])
        if self.about_department:
            return reverse("measures:department_detail", args=[policy, self.about_department.slug])
        if self.period and self.kind in NIGHTLY_KINDS:
            return f"{reverse('measures:my_updates')}?policy={policy}"
        if self.matter:
            return f"{reverse('measures:matter_list', args=[policy])}?show=all#matter-{self.matter.uuid}"
        if self.announcement:
            return f"{reverse('measures:announcement_list', args=[policy])}#announcement-{self.subject}"
        page = next(page for name, page in _PAGES.items() if getattr(self, f"{name}_id"))
        return reverse(page, args=[policy, self.subject])

    @property
    def sentence(self) -> str:
        """What it says, in the language of the moment."""
        kind = MessageKind(self.kind)
        ending, ended = _ENDINGS.get(kind, (None, ""))
        mark = _CHINESE_WORDS.get(kind)
        own = self.words.partition(mark)[0] if mark else self.words
        sentence = ended if ending and own.endswith(ending) else _SENTENCES[kind]
        return str(sentence % self.parts)

    @property
    def said_words(self) -> str:
        """The words that were given; days in them as pages write days."""
        if self.kind in _CHINESE_WORDS:
            with override("zh-hans"):
                return with_days(self.words, until=_CHINESE_WORDS[self.kind])
        return said(self.words)

    @property
    def parts(self) -> dict[str, Any]:
        """Whatever a sentence may name."""
        source = self.update or self.matter
        document = self.draft or self.report
        measure = self.measure or (source.measure if source else None)
        within = self.update or self.urge or document
        period = self.period or (within.period if within else None)
        return {
            "period": period.name if period else "",
            "measure": measure.code if measure else "",
            "department": self.department or "",
            "about": self.about_department or "",
            "role": self.membership.get_role_display() if self.membership else "",
            "title": self.announcement or "",
            "slip": self.urge or "",
            "document": document.get_kind_display() if document else "",
            "reference": self.report.reference if self.report else "",
            "level": self.urge.get_level_display() if self.urge else "",
            "day": date_format(self.day, "DATE_FORMAT"),
            "count": self.count,
        }
