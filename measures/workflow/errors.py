"""Why was an act not done? The errors of the workflow, each with its sentence for whoever tried."""

from django.utils.translation import gettext as _

from measures.models import ProgressUpdate, UpdateState


class WorkflowError(Exception):
    """The act is not possible now; the text says why and what to do, in the user's language."""


class WrongStateError(WorkflowError):
    """The update or its period has moved on, or the act was never possible from here."""


class StaleVersionError(WorkflowError):
    """Somebody else has saved since the form was opened. Nothing was written; `latest` is their text."""

    def __init__(self, row: ProgressUpdate) -> None:
        super().__init__(
            _(
                "Somebody else has changed this update since you opened it: it is “%(state)s” now. "
                "What you sent was not carried out."
            )
            % {"state": UpdateState(row.state).label}
        )
        self.latest = row.latest_revision
