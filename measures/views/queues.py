"""What waits for me? Texts to review in my department, texts to check in the office."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from measures import permissions
from measures.models import Act, Event, Policy, ProgressUpdate, UpdateState
from measures.pages.conflict import Difference
from measures.pages.correction import Correction, correction_of
from measures.pages.offers import Offer, offer, why_not
from measures.pages.policy_choice import links_to, of_policy, policies_of, policy_asked_for
from measures.pages.queue_filter import Queue, QueueFilter, queue_filter
from measures.pages.returns import last_return
from measures.pages.signatures import Signature, loaded_signatures
from measures.pages.since_return import changed_since_return
from measures.pages.sources import ChangedSource, changed_sources
from measures.pages.update_loading import load_two_texts
from measures.pages.update_parts import ShownText, role_words, shown_text
from measures.pages.update_sheet import sheets_of
from measures.repetition import repeated_words

PER_PAGE = 10  # whole texts beside each other
IN_THE_DOCUMENT = (
    "period__policy_id",
    "measure__section__ordinal",
    "measure__ordinal",
    "role",
    "position",
    "pk",
)
IN_REVIEW = Queue(UpdateState.IN_REVIEW, "department")
SUBMITTED = Queue(UpdateState.SUBMITTED, "period__policy")
SOME_CLERK = 0  # the key of nobody: who confirms is somebody else
Objection = Callable[[ProgressUpdate], str]


@dataclass(frozen=True)
class QueueRow:
    """A text to decide on, readable in place, with the acts on it or the reason why not.

    Beside it stands the text last confirmed before, or of a correction the one that it replaces; what has
    changed `since_return` is None where it never came back.
    """

    update: ProgressUpdate
    role: str
    text: ShownText | None
    before: ShownText | None
    correction: Correction | None
    returned: Event | None
    offers: list[Offer]
    why_not: str
    signature: Signature | None = None
    changed_sources: Sequence[ChangedSource] = ()
    since_return: Sequence[Difference] | None = None

    @property
    def repeated(self) -> str:
        """How much of the text was said before."""
        before = self.update.text_to_replace or (self.before.revision if self.before else None)
        if self.text is None or before is None:
            return ""
        return repeated_words(self.text.revision, before, self.update.period)

    @property
    def handed_on(self) -> date | None:
        """Since when it waits: the day of the department's review, or that of its submission."""
        revision = self.update.latest_revision
        if revision is None:
            return None
        submitted = self.update.state == UpdateState.SUBMITTED
        moment = revision.approved_at if submitted else revision.frozen_at
        return timezone.localdate(moment) if moment else None


@require_safe
def review_queue(request: ActingRequest) -> HttpResponse:
    """All texts in review of the departments in which the actor reviews, the most urgent first.

    Of the department acted for alone, where the actor has chosen one.
    """
    if not permissions.reviews_for(request.actor):
        raise PermissionDenied
    own = request.actor.narrowed(permissions.reviews_for(request.actor))
    departments, chosen = [row.pk for row in own], policy_asked_for(request)
    narrow = queue_filter(request, request.actor, IN_REVIEW, departments, chosen)
    page = narrow.page(("due_on", *IN_THE_DOCUMENT), request.GET.get("page", ""), PER_PAGE)

    def objection(update: ProgressUpdate) -> str:
        return why_not(request.actor, Act.APPROVE_AND_SUBMIT, update)

    rows = waiting_rows(request, page, narrow, Act.APPROVE_AND_SUBMIT, objection)
    context = {
        "page": page,
        "rows": rows,
        "on": clock.today(),
        "several": len(own) > 1,
        "left_out": request.actor.leaves_out(permissions.reviews_for(request.actor)),
        "narrow": narrow,
        "links": review_links(request, narrow),
        "sheets": sheets_of(row.update for row in rows),
    }
    return render(request, "measures/review_queue.html", context)


@require_safe
def check_queue(request: ActingRequest) -> HttpResponse:
    """The submitted texts of all policies that the actor's office coordinates, in clause order."""
    shown = [row.pk for row in request.actor.narrowed(permissions.decides_for(request.actor))]
    return _check_page(request, [row for row in checked_policies(request) if row.coordinator_id in shown])


@require_safe
@of_policy
def policy_check_queue(request: ActingRequest, policy: Policy) -> HttpResponse:
    """The same of one policy."""
    return _check_page(request, [row for row in checked_policies(request) if row == policy], policy)


def _check_page(
    request: ActingRequest, policies: Sequence[Policy], chosen: Policy | None = None
) -> HttpResponse:
    if not policies:
        raise PermissionDenied
    own = permissions.checks_for(request.actor)
    signs = any(row.coordinator not in own for row in policies)
    queue = replace(SUBMITTED, asks_for_clerks=signs)
    narrow = queue_filter(request, request.actor, queue, [row.pk for row in policies], chosen)
    page = narrow.page(("period__starts_on", *IN_THE_DOCUMENT), request.GET.get("page", ""), PER_PAGE)

    def objection(update: ProgressUpdate) -> str:
        return why_not(request.actor, Act.CONFIRM, update, office_for(request.actor, update))

    rows = waiting_rows(request, page, narrow, Act.CONFIRM, objection)
    context = {
        "page": page,
        "rows": rows,
        "on": clock.today(),
        "policies": policies,
        "left_out": chosen is None and request.actor.leaves_out(permissions.decides_for(request.actor)),
        "narrow": narrow,
        "links": check_links(request, narrow),
    }
    return render(request, "measures/check_queue.html", context)


def office_for(actor: Actor, update: ProgressUpdate) -> permissions.Office:
    """As far as it matters to the actor. For a clerk: whatever is no own work may be confirmed.

    For a signer it matters whether some clerk is left, whoever that is.
    """
    myself = frozenset({actor.person.pk})
    if permissions.as_clerk(actor, update):
        return permissions.Office(clerks=myself, signers=frozenset())
    clerks = frozenset({SOME_CLERK} if vars(update)["clerk_left"] else ())
    return permissions.Office(clerks=clerks, signers=myself)


def review_links(request: ActingRequest, narrow: QueueFilter) -> tuple[dict[str, str], ...]:
    """To the texts of each policy of which something waits, and to those of all."""
    policies = list(policies_of(request).values())
    if len(policies) < 2:
        return ()
    offered = [row for row in policies if row.pk in narrow.policies or row == narrow.policy]
    places = {row.pk: narrow.address(policy=row.slug) for row in offered}
    return links_to(offered, narrow.policy, places, narrow.address(policy=""))


def check_links(request: ActingRequest, narrow: QueueFilter) -> tuple[dict[str, str], ...]:
    """From the queue of all to that of each policy, and back."""
    policies, kept = checked_policies(request), narrow.address()
    if len(policies) < 2:
        return ()
    places = {row.pk: reverse("measures:policy_check_queue", args=[row.slug]) + kept for row in policies}
    return links_to(policies, narrow.policy, places, reverse("measures:check_queue") + kept)


def checked_policies(request: ActingRequest) -> list[Policy]:
    """Those for which the actor is clerk or signer."""
    return [row for row in policies_of(request).values() if permissions.can_decide(request.actor, row)]


def updates_with_texts(request: ActingRequest, page: Page[ProgressUpdate]) -> list[ProgressUpdate]:
    """Those of a page, with all that their rows say."""
    updates, policies = list(page), {row.pk: row for row in policies_of(request).values()}
    for update in updates:
        update.period.policy = policies[update.period.policy_id]
    load_two_texts(updates, for_reader=request.actor.person.pk)
    return updates


def waiting_rows(
    request: ActingRequest,
    page: Page[ProgressUpdate],
    narrow: QueueFilter,
    act: Act,
    objection: Objection,
) -> list[QueueRow]:
    """The rows of a page. Each act goes on to the row that follows, so that the place in the list is kept."""
    updates = updates_with_texts(request, page)
    rows = []
    for number, update in enumerate(updates):
        then = request.path + address_of_next(narrow, page, updates, number)
        against, revision, last = objection(update), update.latest_revision, update.loaded_before
        rows.append(
            QueueRow(
                update=update,
                role=role_words(update),
                text=shown_text(revision, update.period) if revision else None,
                before=shown_text(last) if last else None,
                correction=correction_of(update, revision),
                returned=last_return(update),
                offers=offers_of(request.actor, update, act, against, then),
                why_not=against,
                since_return=changed_since_return(update, update.loaded_returned, revision),
            )
        )
    return with_marks(rows)


def with_marks(rows: Sequence[QueueRow]) -> list[QueueRow]:
    """What is said of a text besides: its signature on paper, and which of its sources have changed."""
    updates = [row.update for row in rows]
    signed = loaded_signatures(updates)
    changed = changed_sources(row for row in updates if vars(row)["takes_over"])
    return [
        replace(row, signature=signed.get(row.update.pk), changed_sources=changed.get(row.update.pk, ()))
        for row in rows
    ]


def offers_of(actor: Actor, update: ProgressUpdate, act: Act, against: str, then: str) -> list[Offer]:
    """Approve or confirm, unless something bars it; return, which a signer does not."""
    offered = [] if against else [offer(act, update, then=then)]
    if act == Act.APPROVE_AND_SUBMIT or permissions.as_clerk(actor, update):
        offered.append(offer(Act.RETURN, update, then=then))
    return offered


def address_of_next(
    narrow: QueueFilter, page: Page[ProgressUpdate], updates: Sequence[ProgressUpdate], number: int
) -> str:
    """This page of the queue, at the row after this one (before it at the end)."""
    at = number + 1 if number + 1 < len(updates) else number - 1
    anchor = f"#update-{updates[at].uuid}" if at >= 0 else ""
    return f"{narrow.address(page=page.number)}{anchor}"
