"""Who of the leaders is in charge of what (分管)? Departments or sections of a policy, for a time."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department, User
from measures.models.policy import Policy, Section


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def active(self, on: date) -> "PortfolioQuerySet":
        """Those that hold that day, both ends included."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Portfolio(models.Model):
    """One department, or one section, of which a leader is in charge. The overview opens on these."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="portfolios", verbose_name=_("policy")
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="portfolios", verbose_name=_("person")
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="portfolios",
        null=True,
        blank=True,
        verbose_name=_("department"),
    )
    section = models.ForeignKey(
        Section,
        on_delete=models.CASCADE,
        related_name="portfolios",
        null=True,
        blank=True,
        verbose_name=_("section"),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to (included)"), null=True, blank=True)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        ordering: ClassVar = ["person__username", "section__ordinal", "department__position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="portfolio_is_a_department_or_a_section",
                condition=Q(department=None, section__isnull=False)
                | Q(department__isnull=False, section=None),
                violation_error_message=_("A portfolio is one department or one section."),
            ),
            models.CheckConstraint(
                name="portfolio_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.UniqueConstraint(
                fields=["policy", "person", "department"],
                condition=Q(valid_to=None, department__isnull=False),
                name="portfolio_of_department_held_once",
                violation_error_message=_("This leader is in charge of it already."),
            ),
            models.UniqueConstraint(
                fields=["person", "section"],
                condition=Q(valid_to=None, section__isnull=False),
                name="portfolio_of_section_held_once",
                violation_error_message=_("This leader is in charge of it already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.section or self.department)
