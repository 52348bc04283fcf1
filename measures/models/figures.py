"""The figures that pages show of an opened period, kept as rows so that no page works them out anew.

`measures.summaries` alone writes and reads them. Database triggers (`models.figure_triggers`) tell which no
longer rest on the present facts: nothing that changes a fact can forget it (docs/decisions/0035).
"""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from measures.models.lights import LightColour
from measures.models.periods import ReportingPeriod
from measures.models.policy import Measure, MeasureState, Section

# A place is the section's number times this, and the measure's: more than a section ever has.
PLACES_A_SECTION: Final = 10_000


class PeriodFigures(models.Model):
    """Of which day the figures of an opened period are, and in which form; None: to be worked out."""

    period = models.OneToOneField(
        ReportingPeriod,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="figures",
        verbose_name=_("period"),
    )
    as_of = models.DateField(_("figures of"), null=True, blank=True)
    schema = models.PositiveSmallIntegerField(_("schema"), default=0)
    snapshot_sha256 = models.CharField(
        _("SHA-256 of the snapshot that says the same"), max_length=64, blank=True
    )

    class Meta:
        verbose_name = _("figures of a period")
        verbose_name_plural = _("figures of periods")

    def __str__(self) -> str:
        return f"{self.period} {self.as_of or '—'}"


class MeasureFigures(models.Model):
    """What is shown of a measure in a period. Stale exactly if `version` is not `facts_version`.

    `row` is what lists show, `content` the whole status as it goes into a snapshot, `filing` what the measure
    adds to the figures of each department, by its key; all three are JSON of `summaries`. `leads` and
    `participants` are slugs, each between blanks, so that a list can be filtered by them.
    """

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.CASCADE, related_name="measure_figures", verbose_name=_("period")
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.CASCADE, related_name="figures", verbose_name=_("measure")
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="figures", verbose_name=_("section")
    )
    place = models.PositiveIntegerField(_("place in the document"))
    state = models.CharField(_("state"), max_length=12, choices=MeasureState.choices)
    leads = models.CharField(_("lead departments"), max_length=1000)
    participants = models.CharField(_("participating departments"), max_length=2000)
    colour = models.CharField(_("light"), max_length=6, choices=LightColour.choices)
    before = models.CharField(
        _("light of the period before"), max_length=6, choices=LightColour.choices, blank=True
    )
    matters = models.PositiveSmallIntegerField(_("open coordination matters"))
    missing = models.PositiveSmallIntegerField(_("not filed"))
    row = models.TextField(_("row of a list"))
    content = models.TextField(_("whole status"))
    filing = models.TextField(_("filing by department"))
    facts_version = models.PositiveIntegerField(_("version of the facts"), default=0)
    version = models.PositiveIntegerField(_("version of the facts that the figures rest on"), default=0)

    class Meta:
        verbose_name = _("figures of a measure")
        verbose_name_plural = _("figures of measures")
        ordering: ClassVar = ["period_id", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "measure"],
                name="measurefigures_once",
                violation_error_message=_("This measure already has figures in this period."),
            ),
            models.CheckConstraint(
                name="measurefigures_rest_on_facts_that_were",
                condition=Q(version__lte=F("facts_version")),
                violation_error_message=_("Figures cannot rest on facts that are still to come."),
            ),
            models.CheckConstraint(
                name="measurefigures_colour_is_known",
                condition=Q(colour__in=LightColour.values) & Q(before__in=["", *LightColour.values]),
                violation_error_message=_("This colour is not known."),
            ),
        ]
        # What pages count and pick out is found without reading the texts of all rows.
        indexes: ClassVar = [
            models.Index(fields=["period", "place"], name="measurefigures_in_order"),
            models.Index(fields=["period", "colour", "place"], name="measurefigures_by_light"),
            models.Index(fields=["period", "section", "colour", "before"], name="measurefigures_counted"),
            models.Index(fields=["period", "leads", "colour"], name="measurefigures_led"),
            models.Index(
                fields=["period", "colour", "place", "before"],
                condition=~Q(before=F("colour")),
                name="measurefigures_changed",
            ),
            models.Index(
                fields=["period", "place", "matters"],
                condition=Q(matters__gt=0),
                name="measurefigures_matters",
            ),
            models.Index(
                fields=["period", "place", "missing"],
                condition=Q(missing__gt=0),
                name="measurefigures_missing",
            ),
            models.Index(
                fields=["period"], condition=~Q(version=F("facts_version")), name="measurefigures_stale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.measure}"

    @property
    def section_ordinal(self) -> int:
        return self.place // PLACES_A_SECTION


class DepartmentFigures(models.Model):
    """How many updates a department owes in a period, and what became of them (see summaries.FilingCount)."""

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.CASCADE, related_name="department_figures", verbose_name=_("period")
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="figures", verbose_name=_("department")
    )
    total = models.PositiveIntegerField(_("updates"), default=0)
    waived = models.PositiveIntegerField(_("waived"), default=0)
    on_time = models.PositiveIntegerField(_("filed on time"), default=0)
    late = models.PositiveIntegerField(_("filed late"), default=0)
    missing = models.PositiveIntegerField(_("not filed"), default=0)
    not_due = models.PositiveIntegerField(_("not yet due"), default=0)
    returned = models.PositiveIntegerField(_("returned and not back"), default=0)
    confirmed = models.PositiveIntegerField(_("with a text in force"), default=0)

    class Meta:
        verbose_name = _("figures of a department")
        verbose_name_plural = _("figures of departments")
        ordering: ClassVar = ["period_id", "department__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "department"],
                name="departmentfigures_once",
                violation_error_message=_("This department already has figures in this period."),
            ),
            models.CheckConstraint(
                name="departmentfigures_add_up",
                condition=Q(total=F("waived") + F("on_time") + F("late") + F("missing") + F("not_due")),
                violation_error_message=_("Every update is in one state of filing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.department}"
