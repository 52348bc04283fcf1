"""On what basis does the office enter a text for a department? From whom it came, how, and on which day."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from measures.models import PeriodState, ProgressUpdate, ReceivedBy, Revision
from measures.workflow.checks import check_written

SENDER_LENGTH: Final = Revision._meta.get_field("received_from").max_length or 0
END_OF_DAY: Final = time(23, 59, 59)


@dataclass(frozen=True)
class Receipt:
    sender: str
    way: ReceivedBy
    on: date

    @property
    def words(self) -> str:
        """From whom, how and on which day, as messages keep it: in Chinese."""
        with translation.override("zh-hans"):
            return " · ".join((self.sender.strip(), str(self.way.label), self.on.isoformat()))


def check_receipt(update: ProgressUpdate, receipt: Receipt, today: date) -> None:
    """Raises ValidationError by field."""
    if not receipt.sender.strip():
        raise ValidationError({"received_from": _("Say from whom it came.")})
    check_written("received_from", receipt.sender.strip(), SENDER_LENGTH)
    opened = update.period.opened_at
    if receipt.on > today:
        raise ValidationError({"received_on": _("This day is still to come.")})
    if opened and receipt.on < timezone.localdate(opened):
        raise ValidationError({"received_on": _("The period was not open yet on that day.")})


def moment_of(update: ProgressUpdate, receipt: Receipt, at: datetime) -> datetime:
    """When it counts as filed: at the end of the day on which it came; after closing only from now on."""
    if update.period.state == PeriodState.CLOSED:
        return at
    return min(at, timezone.make_aware(datetime.combine(receipt.on, END_OF_DAY)))
