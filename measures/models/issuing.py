"""Which reports are being drafted, which were issued under which number, and which of these were withdrawn?

A draft is a working paper whose state its acts move (`workflow.issuing`). What was issued is kept whole, with
the bytes of its file, and only ever added, as withdrawals are: `append_only` holds it.
"""

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import User
from measures.models.fingerprints import SHA256, digest, to_text
from measures.models.periods import PeriodSnapshot, ReportingPeriod
from measures.models.policy import Policy

# What people put into their own words. Which part of each kind that is, reports.issuing.SECTIONS says.
EDITED_SECTIONS: Final = ("preamble", "problems", "next_steps")


class ReportKind(models.TextChoices):
    """Which kinds of document are issued, by their names in `measures.reports.kinds`."""

    STATUS = "status", _("Status report")
    FILING = "filing", _("Filing of all departments")
    BULLETIN = "bulletin", _("Bulletin on filing")


class DraftState(models.TextChoices):
    DRAFTED = "drafted", pgettext_lazy("report", "drafted")
    SUBMITTED = "submitted", pgettext_lazy("report", "waits for a check")
    CHECKED = "checked", pgettext_lazy("report", "checked")
    SIGNED = "signed", pgettext_lazy("report", "signed")
    ISSUED = "issued", pgettext_lazy("report", "issued")
    DISCARDED = "discarded", pgettext_lazy("report", "discarded")


DRAFTS_IN_WORK: Final = (DraftState.DRAFTED, DraftState.SUBMITTED, DraftState.CHECKED, DraftState.SIGNED)
_CHECKED: Final = (DraftState.CHECKED, DraftState.SIGNED, DraftState.ISSUED)
_SIGNED: Final = (DraftState.SIGNED, DraftState.ISSUED)


class EditedTexts(models.Model):
    """What stands in the report instead of the generated words; empty: these are printed."""

    preamble = models.TextField(_("preamble"), blank=True)
    problems = models.TextField(_("problems of the report"), blank=True)
    next_steps = models.TextField(_("next steps of the report"), blank=True)

    class Meta:
        abstract = True

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in EDITED_SECTIONS}


class ReportDraft(EditedTexts):
    """A report of a closed period on its way to be issued. `version` counts its acts, edits among them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="report_drafts", verbose_name=_("period")
    )
    snapshot = models.ForeignKey(
        PeriodSnapshot, on_delete=models.PROTECT, related_name="report_drafts", verbose_name=_("snapshot")
    )
    kind = models.CharField(_("kind of document"), max_length=10, choices=ReportKind.choices)
    state = models.CharField(_("state"), max_length=9, choices=DraftState.choices, default=DraftState.DRAFTED)
    state_since = models.DateTimeField(_("in this state since"))
    version = models.PositiveIntegerField(_("version"), default=1)
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="reports_drafted", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted"))
    checked_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="reports_checked",
        null=True,
        blank=True,
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="reports_signed",
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("report", "signed by"),
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    return_reason = models.CharField(_("why it was returned last"), max_length=200, blank=True)
    returned_texts = models.JSONField(_("words when it was returned last"), default=dict, blank=True)

    class Meta:
        verbose_name = _("draft of a report")
        verbose_name_plural = _("drafts of reports")
        ordering: ClassVar = ["-drafted_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "kind"],
                condition=Q(state__in=DRAFTS_IN_WORK),
                name="reportdraft_one_in_work",
                violation_error_message=_("There is a draft of this report already."),
            ),
            models.CheckConstraint(
                name="reportdraft_state_is_known",
                condition=Q(state__in=DraftState.values),
                violation_error_message=_("This state of a draft is not known."),
            ),
            models.CheckConstraint(
                name="reportdraft_kind_is_known",
                condition=Q(kind__in=ReportKind.values),
                violation_error_message=_("A document of this kind is not issued."),
            ),
            models.CheckConstraint(
                name="reportdraft_checked_since",
                condition=Q(state__in=_CHECKED, checked_by__isnull=False, checked_at__isnull=False)
                | (~Q(state__in=_CHECKED) & Q(checked_by=None, checked_at=None)),
                violation_error_message=_("A report names who checked it exactly when it is checked."),
            ),
            models.CheckConstraint(
                name="reportdraft_signed_since",
                condition=Q(state__in=_SIGNED, signed_by__isnull=False, signed_at__isnull=False)
                | (~Q(state__in=_SIGNED) & Q(signed_by=None, signed_at=None)),
                violation_error_message=_("A report names who signed it exactly when it is signed."),
            ),
            models.CheckConstraint(
                name="reportdraft_checked_by_another",
                condition=Q(checked_by=None) | ~Q(checked_by=F("drafted_by")),
                violation_error_message=_("Whoever drafted a report does not check it."),
            ),
            models.CheckConstraint(
                name="reportdraft_signed_by_a_third",
                condition=Q(signed_by=None) | (~Q(signed_by=F("drafted_by")) & ~Q(signed_by=F("checked_by"))),
                violation_error_message=_("Whoever drafted or checked a report does not sign it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.kind}"

    @property
    def is_in_work(self) -> bool:
        return self.state in DRAFTS_IN_WORK


class IssuedReportQuerySet(models.QuerySet["IssuedReport"]):
    def for_display(self) -> "IssuedReportQuerySet":
        """Without the file, which is long."""
        rows = self.select_related("policy", "period", "snapshot", "withdrawal__by")
        return rows.select_related("drafted_by", "checked_by", "signed_by", "issued_by").defer("content")

    def bearing(self, beginning: str) -> "IssuedReportQuerySet":
        """Those with a hash that begins so: of the file, printed on it, or of its snapshot."""
        begins = Q(sha256__startswith=beginning) | Q(printed_sha256__startswith=beginning)
        return self.filter(begins | Q(snapshot__sha256__startswith=beginning))


class IssuedReport(EditedTexts):
    """A report as it was issued: number, people, words and file. Never changed, never deleted.

    `sha256` is that of the file, `printed_sha256` that of what was issued, which stands in the file itself.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.OneToOneField(
        ReportDraft, on_delete=models.PROTECT, related_name="issued", verbose_name=_("draft of a report")
    )
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="issued_reports", verbose_name=_("policy")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="issued_reports", verbose_name=_("period")
    )
    snapshot = models.ForeignKey(
        PeriodSnapshot, on_delete=models.PROTECT, related_name="issued_reports", verbose_name=_("snapshot")
    )
    kind = models.CharField(_("kind of document"), max_length=10, choices=ReportKind.choices)
    title = models.CharField(_("title"), max_length=200)
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    checked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("report", "signed by")
    )
    signed_at = models.DateTimeField(_("signed"))
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued"))
    printed_sha256 = models.CharField(_("SHA-256 printed on it"), max_length=64)
    content = models.BinaryField(_("file"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)

    objects = IssuedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued report")
        verbose_name_plural = _("issued reports")
        ordering: ClassVar = ["-issued_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["printed_sha256"], name="issuedreport_by_print")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "year", "number"],
                name="issuedreport_number_once",
                violation_error_message=_("This number of an issued report is taken."),
            ),
            models.UniqueConstraint(
                fields=["sha256"],
                name="issuedreport_file_once",
                violation_error_message=_("This file was issued already."),
            ),
            models.CheckConstraint(
                name="issuedreport_numbered_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Issued reports are numbered from 1."),
            ),
            models.CheckConstraint(
                name="issuedreport_hashes_are_whole",
                condition=Q(sha256__regex=SHA256, printed_sha256__regex=SHA256),
                violation_error_message=_("The hashes of an issued report must be SHA-256."),
            ),
            models.CheckConstraint(
                name="issuedreport_has_a_file",
                condition=Q(size__gt=0),
                violation_error_message=_("A report is issued with its file."),
            ),
            models.CheckConstraint(
                name="issuedreport_by_three_people",
                condition=~Q(checked_by=F("drafted_by"))
                & ~Q(signed_by=F("drafted_by"))
                & ~Q(signed_by=F("checked_by")),
                violation_error_message=_("Three people draft, check and sign a report."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """〔2020〕3号: unique within the policy."""
        return reference_of(self.year, self.number)

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")

    @property
    def hashes(self) -> dict[str, Promise]:
        """Each by which the report can be found, with what it is the hash of."""
        return {
            self.snapshot.sha256: _("SHA-256 of its snapshot"),
            self.sha256: _("SHA-256 of the file"),
            self.printed_sha256: _("SHA-256 printed on it"),
        }


class ReportWithdrawal(models.Model):
    """An issued report does not count any more, since when, by whom and why. The report stays to be seen."""

    report = models.OneToOneField(
        IssuedReport, on_delete=models.PROTECT, related_name="withdrawal", verbose_name=_("issued report")
    )
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="reports_withdrawn",
        verbose_name=pgettext_lazy("report", "withdrawn by"),
    )
    at = models.DateTimeField(pgettext_lazy("report", "withdrawn"))

    class Meta:
        verbose_name = _("withdrawal of a report")
        verbose_name_plural = _("withdrawals of reports")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reportwithdrawal_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the report is withdrawn."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report}"


def reference_of(year: int, number: int) -> str:
    """As official letters are numbered: the year in hexagonal brackets (GB/T 9704, 7.2.5)."""
    return f"〔{year}〕{number}号"


def printed_digest(draft: ReportDraft, year: int, number: int) -> str:
    """SHA-256 of what is issued, before there is a file: number, snapshot, words, and who drafted,
    checked and signed. The same is worked out from an IssuedReport (`printed_digest_of`).
    """
    return _digest_of(draft, draft.period.policy_id, year, number)


def printed_digest_of(report: IssuedReport) -> str:
    return _digest_of(report, report.policy_id, report.year, report.number)


def _digest_of(row: ReportDraft | IssuedReport, policy: int, year: int, number: int) -> str:
    people = [row.drafted_by_id, row.checked_by_id, row.signed_by_id]
    about = {"kind": row.kind, "policy": policy, "period": row.period_id, "people": people}
    numbers = {"year": year, "number": number, "snapshot": row.snapshot.sha256}
    return digest(to_text({**about, **numbers, "texts": row.texts}))
