"""How does the office enter what a department sent on paper or told by telephone? One form, one act."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures.evidence_storage import kept
from measures.forms import ask_before_personal
from measures.models import Act, Policy, ProgressUpdate
from measures.office_forms import OnBehalfForm
from measures.pages.form_handling import came_too_late, http_status_of, posted_data, try_act
from measures.pages.policy_choice import named, of_policy
from measures.pages.update_form import accepted_numbers, what_stands_beside
from measures.pages.update_loading import readable_update
from measures.pages.update_parts import role_words
from measures.value_inputs import reference_values
from measures.workflow import updates
from measures.workflow.errors import StaleVersionError
from measures.workflow.texts import entered_subjects


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def update_on_behalf(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """For a clerk. What the department has in work is its own and not shown; it is kept beside this text."""
    update = readable_update(request.actor, policy, uuid)
    if not updates.may_ever(request.actor, Act.FILE_ON_BEHALF, update):
        raise PermissionDenied
    initial = {**OnBehalfForm.initial_of(update, None), "received_on": clock.today()}
    files = request.FILES if request.method == "POST" else None
    form = OnBehalfForm(update, entered_subjects(update), posted_data(request), files, initial=initial)
    form.measure_commitments = list(update.measure.commitments.all())

    def store() -> HttpResponse:
        ask_before_personal(form.text(), request.POST.get("personal", ""))
        _enter(request.actor, update, form)
        said = _("Entered and submitted for the department; somebody else of the office confirms it.")
        messages.success(request, after_label(named(request, update), said))
        return redirect("measures:update_detail", policy.slug, update.uuid)

    return try_act(form, store) or _page(request, update, form)


def _enter(actor: Actor, update: ProgressUpdate, form: OnBehalfForm) -> None:
    """The act, or nothing where this person's click before has done it. Raises what the act raises."""
    version, text, receipt = form.cleaned_data["version"], form.text(), form.receipt()
    act, reason = Act.FILE_ON_BEHALF, receipt.sender
    try:
        with kept(form.cleaned_data["evidence"]) as files:
            updates.file_on_behalf(actor, update, version, text, receipt, clock.now(), files)
    except StaleVersionError:
        if not updates.already_done(actor, update, act, version, text=text, reason=reason):
            raise


def _page(request: ActingRequest, update: ProgressUpdate, form: OnBehalfForm) -> HttpResponse:
    reference = reference_values([update], {update.pk: form.subjects})[update.pk]
    context = {
        **what_stands_beside(update, clock.today()),
        "update": update,
        "form": form,
        "personal": accepted_numbers(form),
        "role": role_words(update),
        "on": clock.today(),
        "fields": form.shown(None),
        "commitments": form.shown_commitments(reference),
        "possible": updates.is_possible(update, Act.FILE_ON_BEHALF),
    }
    status = 409 if came_too_late(form) else http_status_of(form)
    return render(request, "measures/update_on_behalf.html", context, status=status)
