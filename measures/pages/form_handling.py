"""How does what was sent become an act, or a form that says why not? Nothing that was typed is lost.

A view loads its row and asks for the permission, makes the form, tries the act, and else shows its page.
"""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict

from departments.workdays import CalendarMissing
from measures.workflow.errors import WorkflowError

# The code of a refusal that is about the state, not about what was typed.
NOT_NOW: Final = "not_now"


def posted_data(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing until it is sent."""
    return request.POST if request.method == "POST" else None


def posted_files(request: HttpRequest) -> "MultiValueDict[str, UploadedFile[bytes]] | None":
    """The same of files."""
    return request.FILES if request.method == "POST" else None


def try_act(form: BaseForm, act: Callable[[], HttpResponse]) -> HttpResponse | None:
    """Do the act that `form` is about, and answer with what it returns.

    None where the form was not sent, is not valid, or the domain refused: then the form says why.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except (WorkflowError, ValidationError) as error:
        add_refusal(form, error)
        return None


def add_refusal(form: BaseForm, error: WorkflowError | ValidationError) -> None:
    """Put the domain's refusal at the field that it is about, else above the form."""
    if isinstance(error, CalendarMissing):
        form.add_error(getattr(form, "calendar_field", None), str(error))
    elif isinstance(error, WorkflowError):
        form.add_error(None, ValidationError(str(error), code=NOT_NOW))
    elif hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            known = name in form.fields and name != NON_FIELD_ERRORS
            form.add_error(name if known else None, ValidationError(errors))
    else:
        form.add_error(None, error)


def came_too_late(form: BaseForm) -> bool:
    """Nothing is wrong with what was sent: what it is about has moved on."""
    return form.has_error(NON_FIELD_ERRORS, NOT_NOW)


def http_status_of(form: BaseForm) -> int:
    """422 for a form that was sent and not accepted."""
    return 422 if form.is_bound and form.errors else 200
