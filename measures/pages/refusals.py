"""How a page answers after an act: what was done, or why not, with nothing that was typed lost."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm

from measures.workflow.errors import WorkflowError


def refuse(form: BaseForm, error: WorkflowError | ValidationError) -> None:
    """Put the domain's refusal at the field that it is about, else above the form."""
    if isinstance(error, WorkflowError):
        form.add_error(None, str(error))
    elif hasattr(error, "error_dict"):
        for name, messages in error.message_dict.items():
            known = name in form.fields and name != NON_FIELD_ERRORS
            form.add_error(name if known else None, messages)
    else:
        form.add_error(None, error)


def status_of(form: BaseForm) -> int:
    """422 for a form that was sent and not accepted."""
    return 422 if form.is_bound and form.errors else 200
