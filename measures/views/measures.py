"""What became of a measure? The list with its filters, and the page of one."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from departments.actors import ActingRequest, Actor
from langfang_policy import clock
from measures import permissions, summaries
from measures.charts import StripCell, light_steps
from measures.models import Act, Event, Measure, Policy
from measures.office_forms import MatterForm, MeasureFilterForm
from measures.pages.light_history import lights_within
from measures.pages.paging import page_of, paged
from measures.pages.period_choice import choose_period
from measures.pages.policy_choice import of_policy
from measures.search import search_measures
from measures.workflow import measures, portfolios

PAGE_LENGTH = 50
RECORD_LENGTH = 20
# Of how many periods the page draws the light: three years of quarters.
HISTORY_LENGTH = 12


@require_safe
@of_policy
def measure_list(request: ActingRequest, policy: Policy) -> HttpResponse:
    """Filters by section, department, role, light, state and words; ?mine keeps to the own portfolio."""
    choice = choose_period(request, policy, clock.today())
    if choice.period is None:
        of_its_text = Measure.objects.filter(section__edition__policy=policy)
        measures = of_its_text.select_related("section").in_document_order()
        return render(request, "measures/measure_list.html", {"choice": choice, "measures": measures})
    summary = summaries.kept_period(choice.period, clock.today())
    form = MeasureFilterForm(request.GET, summary=summary)
    own = portfolios.asked_for(request, policy)
    found = form.measures() if own is None else form.measures().filter(own.condition)
    if "q" in form.errors:
        found = found.none()
    elif words := form.value("q"):
        found = found.filter(measure__in=search_measures(Measure.objects.all(), words, clock.today()))
    page = page_of(found, request.GET.get("page", ""), PAGE_LENGTH)
    context = {
        "choice": choice,
        "summary": summary,
        "form": form,
        "page": page,
        "rows": summary.rows(page),
        "portfolio": own,
    }
    return render(request, "measures/measure_list.html", context)


@require_safe
@of_policy
def measure_detail(request: ActingRequest, policy: Policy, uuid: UUID) -> HttpResponse:
    """Clause, responsibilities, commitments, the light, every period's texts, the record."""
    measure = summaries.with_matters(policy, uuid)
    if measure is None:
        raise Http404("no such measure")
    return render(request, "measures/measure_detail.html", detail_context(request, measure))


def load_measure(policy: Policy, uuid: UUID) -> Measure:
    """With everything above it; Http404 for a forged id, and for a measure of another policy."""
    rows = Measure.objects.select_related("section__edition__policy__coordinator")
    return get_object_or_404(rows, uuid=uuid, section__edition__policy=policy)


def detail_context(
    request: ActingRequest, measure: Measure, refused: tuple[str, MatterForm] | None = None
) -> dict[str, Any]:
    """All that the page shows; `refused` is the matter's uuid and the answer form that was not accepted."""
    on = clock.today()
    history = summaries.read_measure(measure, on)
    open_matters = open_matters_of(history, refused) if history else []
    return {
        "measure": measure,
        "on": on,
        "text": marked_html(split_at_passages(measure.text, promised_wordings(measure, history))),
        "history": history,
        "commitments": list(zip(history.status.commitments, history.years, strict=True)) if history else [],
        "strip": light_cells(history) if history else [],
        **(lights_lately(history) if history else {}),
        "matters": open_matters,
        "files": history.files if history else {},
        "unplaced": form_without_matter(refused, open_matters),
        "events": record_of(request.GET.get("record", ""), RECORD_LENGTH, measure.pk),
        **rights(request.actor, measure, history),
    }


@paged
def record_of(measure: int) -> QuerySet[Event]:
    return Event.objects.of_measure(measure).for_display()


def rights(actor: Actor, measure: Measure, history: summaries.MeasureHistory | None) -> dict[str, Any]:
    """What the actor may do and see on the page; much of it rests on leading the measure now."""
    policy = measures.policy_of(measure)
    own = {department.slug for department in permissions.speaks_for(actor)}
    is_lead = history is not None and any(department.slug in own for department in history.status.leads)
    decides = bool(permissions.closing_roles(actor, policy)) or is_lead
    manages = permissions.can_manage_measures(actor, policy)
    return {
        "manages": manages,
        "reads_register": permissions.can_read_submitted_texts(actor, policy),
        "waives": history is not None
        and bool(history.status.participants)
        and (manages or reviews_for_convenor(actor, measure, history)),
        "closes": decides and measures.is_possible(measure, Act.CLOSE_MEASURE),
        "sees_filing": permissions.can_see_filing_board(actor, policy) or is_lead,
        "own": own,
    }


def reviews_for_convenor(actor: Actor, measure: Measure, history: summaries.MeasureHistory) -> bool:
    """Of the clause as it is performed now; the page that waives asks for the convenor of its period."""
    first = history.status.first_lead
    reviewed = {department.slug for department in permissions.reviews_for(actor)}
    return first is not None and not measure.is_led_separately and first.slug in reviewed


def promised_wordings(measure: Measure, history: summaries.MeasureHistory | None) -> list[str]:
    """The passages of the text that promise something."""
    if history is None:
        return list(measure.commitments.values_list("wording", flat=True))
    return [row.wording for row in history.status.commitments]


def split_at_passages(text: str, passages: list[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the passages; passages may lie in each other."""
    within = [False] * len(text)
    for passage in passages:
        start = text.find(passage)
        if start >= 0:
            within[start : start + len(passage)] = [True] * len(passage)
    groups = groupby(range(len(text)), key=lambda place: within[place])
    return [("".join(text[place] for place in places), inside) for inside, places in groups]


def marked_html(pieces: list[tuple[str, bool]]) -> SafeString:
    """The text as it stands on the page, what is promised as <mark>."""
    return format_html_join(
        "", "{}", ([format_html("<mark>{}</mark>", piece) if inside else piece] for piece, inside in pieces)
    )


def lights_lately(history: summaries.MeasureHistory) -> dict[str, Any]:
    """The lights of the last years as a chart, the periods that it shows, the changes within the latest."""
    entries = history.entries[:HISTORY_LENGTH]
    cells = [StripCell(row.period.code, row.light.colour if row.light else None) for row in reversed(entries)]
    return {"steps": light_steps(cells), "lately": entries, "within": lights_within(history)}


def light_cells(history: summaries.MeasureHistory) -> list[StripCell]:
    """The last six periods, oldest first."""
    entries = reversed(history.entries[:6])
    return [StripCell(entry.period.label, entry.light.colour if entry.light else None) for entry in entries]


@dataclass(frozen=True)
class OpenMatter:
    """A matter with the form that settles it; the form that was refused comes back as it was sent."""

    matter: summaries.Matter
    form: MatterForm


def open_matters_of(
    history: summaries.MeasureHistory, refused: tuple[str, MatterForm] | None
) -> list[OpenMatter]:
    sent = dict([refused]) if refused else {}
    return [
        OpenMatter(row, sent.get(row.uuid) or MatterForm(prefix=row.uuid)) for row in history.status.matters
    ]


def form_without_matter(
    refused: tuple[str, MatterForm] | None, open_matters: list[OpenMatter]
) -> MatterForm | None:
    """The refused form when its matter is not among the open ones any more."""
    if refused is None or refused[0] in {row.matter.uuid for row in open_matters}:
        return None
    return refused[1]
