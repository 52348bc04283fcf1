"""What was I told? The own inbox, what of it comes by e-mail, and the announcements of the office."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from departments.actors import ActingRequest
from langfang_policy import clock
from measures import permissions
from measures.forms import MailForm
from measures.models import Message, Policy
from measures.office_forms import AnnouncementForm
from measures.pages.form_handling import http_status_of, posted_data, try_act
from measures.pages.paging import page_of
from measures.pages.policy_choice import of_policy
from measures.workflow import announcements, digests, inbox

PER_PAGE: Final = 20


@require_safe
def message_list(request: ActingRequest) -> HttpResponse:
    """The own messages, newest first; ?show=unread leaves out what was read."""
    rows = Message.objects.filter(person=request.actor.person).for_display().order_by("-at", "-pk")
    unread = request.GET.get("show") == "unread"
    page = page_of(rows.unread() if unread else rows, request.GET.get("page", ""), PER_PAGE)
    context = {"page": page, "unread": unread, "last": max((row.pk for row in page), default=0)}
    return render(request, "measures/message_list.html", context)


@require_POST
def message_read(request: ActingRequest, uuid: UUID) -> HttpResponse:
    """Mark one's own message as read; `open` goes on to what it is about."""
    rows = Message.objects.filter(person=request.actor.person).for_display()
    message = get_object_or_404(rows, uuid=uuid)
    inbox.mark_read(message, clock.now())
    if "open" in request.POST:
        return redirect(message.get_absolute_url())
    return back_to_the_list(request)


@require_POST
def message_read_all(request: ActingRequest) -> HttpResponse:
    """Mark all that there was when the page was opened; what came since stays unread."""
    last = request.POST.get("last", "")
    if last.isdecimal() and len(last) < 19:
        count = inbox.mark_all_read(request.actor.person, int(last), clock.now())
        words = ngettext("%(n)s message is marked as read.", "%(n)s messages are marked as read.", count)
        messages.success(request, words % {"n": count})
    return redirect("measures:message_list")


def back_to_the_list(request: ActingRequest) -> HttpResponse:
    """At the same page of it, narrowed as it was."""
    response = redirect("measures:message_list")
    page, show = request.POST.get("page", ""), request.POST.get("show", "")
    kept = [f"page={page}" if page.isdecimal() else "", "show=unread" if show == "unread" else ""]
    if any(kept):
        response["Location"] += f"?{'&'.join(filter(None, kept))}"
    return response


def message_mail(request: ActingRequest) -> HttpResponse:
    """Choose which kinds come by e-mail too, and to which address."""
    person = request.actor.person
    chosen = list(person.mail_choices.values_list("kind", flat=True))
    form = MailForm(posted_data(request), initial={"address": person.email, "kinds": chosen})

    def choose() -> HttpResponse:
        inbox.choose_mail(person, form.cleaned_data["address"], form.cleaned_data["kinds"])
        messages.success(request, _("Your choice is kept."))
        return redirect("measures:message_mail")

    if answer := try_act(form, choose):
        return answer
    context = {"form": form, "configured": digests.mail_is_configured()}
    return render(request, "measures/message_mail.html", context, status=http_status_of(form))


@of_policy
def announcement_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """What the office announced, newest first, and for its clerk the form to announce something."""
    may = permissions.can_announce(request.actor, policy)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = AnnouncementForm(posted_data(request))

    def announce() -> HttpResponse:
        data = form.cleaned_data
        announcements.announce(request.actor, policy, data["title"], data["text"], clock.now())
        messages.success(request, _("Announced to all departments of the policy."))
        return redirect("measures:announcement_list", policy.slug)

    if answer := try_act(form, announce):
        return answer
    rows = policy.announcements.select_related("by").order_by("-at", "-pk")
    page = page_of(rows, request.GET.get("page", ""), PER_PAGE)
    context = {"form": form if may else None, "page": page}
    return render(request, "measures/announcement_list.html", context, status=http_status_of(form))
