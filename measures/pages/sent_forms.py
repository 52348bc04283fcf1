"""What was a form about? Its address says: the act, and the update, measure or period to which it was sent.

For the page of what is held, which knows no form; the settings name `form_sent_to`. Said to whoever may see
the thing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import Http404
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from departments.actors import Actor
from departments.held_posts import SentForm
from measures.models import Act, Measure, Policy, ReportingPeriod
from measures.pages.offers import BUTTONS, button_of, offer
from measures.pages.update_loading import readable_without_texts

# How the address of a thing begins below that of its policy.
UPDATE: Final = "updates/<uuid:uuid>/"
MEASURE: Final = "measures/<uuid:uuid>/"
PERIOD: Final = "periods/<uuid:uuid>/"
_ACTS: Final[Mapping[str, Act]] = {f"measures:update_{row.name}": act for act, row in BUTTONS.items()}


def form_sent_to(actor: Actor, address: str, fields: Sequence[tuple[str, str]]) -> SentForm | None:
    """None where the address is of none of these, or the person may not see it."""
    match = _match(address)
    policy = Policy.objects.filter(slug=match.kwargs.get("policy", "")).first() if match else None
    if match is None or policy is None or "uuid" not in match.kwargs:
        return None
    uuid: UUID = match.kwargs["uuid"]
    if UPDATE in match.route:
        return _of_update(actor, policy, uuid, _ACTS.get(match.view_name), dict(fields))
    if MEASURE in match.route:
        measures = Measure.objects.filter(section__edition__policy=policy).select_related("section")
        measure = measures.filter(uuid=uuid).first()
        return _of(measure, f"{measure.code} {measure.title}", "measure_detail", policy) if measure else None
    if PERIOD in match.route:
        period = ReportingPeriod.objects.filter(policy=policy, uuid=uuid).first()
        return _of(period, period.name, "period_detail", policy) if period else None
    return None


def _match(address: str) -> ResolverMatch | None:
    try:
        return resolve(address)
    except Resolver404:
        return None


def _of(thing: Model, name: str, page: str, policy: Policy) -> SentForm:
    return SentForm(name, reverse(f"measures:{page}", args=[policy.slug, vars(thing)["uuid"]]))


def _of_update(
    actor: Actor, policy: Policy, uuid: UUID, act: Act | None, sent: Mapping[str, str]
) -> SentForm | None:
    try:
        update = readable_without_texts(actor, policy, uuid)
    except Http404:
        return None
    name = f"{update.measure.code} {update.department} {update.period.name}"
    page = reverse("measures:update_detail", args=[policy.slug, update.uuid])
    if act is None:
        return SentForm(name, page)
    fields = offer(act, update).form.fields
    labels = {key: field.label for key, field in fields.items() if field.label}
    chosen = [
        (field.label, words)
        for key, field in fields.items()
        if isinstance(field, forms.ChoiceField) and (words := _words_of(field, sent.get(key, "")))
    ]
    return SentForm(f"{button_of(act, update).label} · {name}", page, labels, chosen)


def _words_of(field: forms.ChoiceField, chosen: str) -> str:
    choices: Any = field.choices
    return str(dict(choices).get(chosen, "")) if chosen else ""
