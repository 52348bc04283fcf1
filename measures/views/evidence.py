"""How do evidence files go out, and leave an update again? They come in on its form (`update_form`).

What comes later to a text that the office entered has its page here.
"""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from langfang_policy.punctuation import after_label
from measures import evidence_storage, permissions
from measures.evidence_forms import LateEvidenceForm
from measures.models import Policy
from measures.office_forms import ReasonForm
from measures.pages.evidence import readable_file
from measures.pages.form_handling import came_too_late, http_status_of, posted_data, posted_files, try_act
from measures.pages.policy_choice import named, of_policy
from measures.pages.update_loading import readable_update
from measures.pages.update_writing import own_update
from measures.workflow import evidence


@require_safe
@of_policy
def evidence_download(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponseBase:
    """The file as it was handed in, to be saved: no browser opens it as a page of ours."""
    file = readable_file(request.actor, policy, uuid)
    try:
        content = evidence_storage.opened(file)
    except evidence_storage.EvidenceFault as problem:
        context = {"problem": problem, "update": file.update}
        return render(request, "measures/evidence_download.html", context, status=409)
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response["Content-Length"] = file.size
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def evidence_withdraw(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Asks why, and takes the file from the update."""
    file = readable_file(request.actor, policy, uuid)
    update = own_update(request.actor, policy, file.update.uuid, clock.now())
    if not permissions.can_write(request.actor, update):
        raise PermissionDenied
    form = ReasonForm(posted_data(request))

    def withdraw() -> HttpResponse:
        evidence.withdraw_file(request.actor, file, form.cleaned_data["reason"], clock.now())
        told = _("“%(name)s” is withdrawn.") % {"name": file.name}
        messages.success(request, after_label(named(request, update), told))
        return redirect("measures:update_edit", policy.slug, update.uuid)

    if done := try_act(form, withdraw):
        return done
    context = {
        "file": file,
        "update": update,
        "form": form,
        "possible": file.withdrawn_at is None and evidence.may_change_evidence(request.actor, update),
        "was_submitted": file.revisions.exists(),
    }
    status = 409 if came_too_late(form) else http_status_of(form)
    return render(request, "measures/evidence_withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def evidence_late(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """For a clerk: the scan of the paper from which the office entered the text."""
    update = readable_update(request.actor, policy, uuid)
    if permissions.as_clerk_of_another(request.actor, update) is None:
        raise PermissionDenied
    form = LateEvidenceForm(posted_data(request), posted_files(request))

    def add() -> HttpResponse:
        added = evidence.add_late_files(request.actor, update, form.cleaned_data["evidence"], clock.now())
        told = ngettext("%(count)d file is added.", "%(count)d files are added.", len(added))
        messages.success(request, after_label(named(request, update), told % {"count": len(added)}))
        return redirect("measures:update_detail", policy.slug, update.uuid)

    if done := try_act(form, add):
        return done
    context = {
        "update": update,
        "step": _("Add a scan that came later"),
        "form": form,
        "possible": evidence.may_add_late_evidence(request.actor, update),
        "most": settings.EVIDENCE_MAX_BYTES >> 20,
    }
    status = 409 if came_too_late(form) else http_status_of(form)
    return render(request, "measures/evidence_late.html", context, status=status)
