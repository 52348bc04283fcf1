"""Who had a part in a text that waits for a decision, so that somebody else has to decide on it?

Kept as rows, because it follows from four tables and each queue and start page asks for it. Database triggers
alone write them (`models.repeated_facts`), when an update comes to wait or does so no more.
"""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import User
from measures.models.filing import ProgressUpdate, UpdateState
from measures.models.periods import ReportingPeriod

# What waits for a decision, in which one's own part matters.
WAITING: Final = (UpdateState.IN_REVIEW, UpdateState.SUBMITTED)


class WaitingPart(models.Model):
    """This person wrote in the latest text of an update that waits, or approved it and it is submitted.

    Period and state are those of the update, so that what is counted of a person is counted in one index.
    """

    update = models.ForeignKey(
        ProgressUpdate,
        on_delete=models.CASCADE,
        related_name="waiting_parts",
        db_index=False,
        verbose_name=_("progress update"),
    )
    person = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="waiting_parts",
        db_index=False,
        verbose_name=_("person"),
    )
    period = models.ForeignKey(
        ReportingPeriod,
        on_delete=models.CASCADE,
        related_name="waiting_parts",
        db_index=False,
        verbose_name=_("period"),
    )
    state = models.CharField(_("state"), max_length=10, choices=UpdateState.choices)

    class Meta:
        verbose_name = _("part in a text that waits")
        verbose_name_plural = _("parts in texts that wait")
        ordering: ClassVar = ["update_id", "person_id"]
        indexes: ClassVar = [
            models.Index(fields=["person", "state", "period", "update"], name="waitingpart_of_person")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["update", "person"],
                name="waitingpart_once",
                violation_error_message=_("This person's part is already kept."),
            ),
            models.CheckConstraint(
                name="waitingpart_waits",
                condition=Q(state__in=WAITING),
                violation_error_message=_("This update does not wait for a decision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update} {self.person}"
