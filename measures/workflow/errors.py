"""Why was an act not done? The errors of the workflow, each with its sentence for whoever tried."""

from django.utils.translation import gettext as _

from measures.models import ProgressUpdate, UpdateState


class WorkflowError(Exception):
    """The act is not possible now; the text says why and what to do, in the user's language."""


class WrongStateError(WorkflowError):
    """The update or its period has moved on, or the act was never possible from here."""


class StaleVersionError(WorkflowError):
    """The update has been saved since the form was opened, perhaps by the same person on another page.

    Nothing was written; `latest` is the text of now.
    """

    def __init__(self, row: ProgressUpdate) -> None:
        super().__init__(
            _(
                "This update has been changed since you opened it: it is “%(state)s” now. "
                "What you sent was not carried out."
            )
            % {"state": UpdateState(row.state).label}
        )
        self.latest = row.latest_revision
