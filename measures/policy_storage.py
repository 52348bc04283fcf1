"""How is a text that was read stored? In one transaction, and only once for each source.

It stores the outline word for word, corrects nothing, and refuses a text that has problems.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from departments.models import Department, DepartmentAlias
from measures.models import (
    Act,
    Commitment,
    CommitmentSubject,
    Edition,
    Event,
    Measure,
    Policy,
    Responsibility,
    Section,
)
from measures.policytext import Clause, MeasureOutline, Outline, ParsedText

FIXTURES = settings.BASE_DIR / "fixtures"


class OtherTextError(Exception):
    """The policy exists and was read from another text: that would be a new edition."""


@dataclass(frozen=True)
class Naming:
    """How the policy is addressed and called; without a short title, as the product knows it or its title."""

    slug: str
    short_title: str = ""


@dataclass(frozen=True)
class StoredPolicy:
    """`created` is False if the text was stored before. `left_out`: commitments not found in the text."""

    edition: Edition
    created: bool
    commitments: int = 0
    left_out: tuple[str, ...] = ()


def known_departments() -> dict[str, Department]:
    """Every name and alias with the department that it means. Names take precedence over aliases."""
    aliases = DepartmentAlias.objects.select_related("department")
    names = {alias.name: alias.department for alias in aliases}
    return names | {department.name: department for department in Department.objects.all()}


def known_policy(title: str) -> Mapping[str, str]:
    """slug and short_title of a policy that the product knows by its title, else nothing."""
    found: Mapping[str, str] = _fixture("policies").get(title, {})
    return found


def _fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def store_policy(
    parsed: ParsedText, source: str, naming: Naming, coordinator: Department, at: datetime
) -> StoredPolicy:
    """Writes policy, edition, sections, measures, responsibilities, commitments and one event.

    Raises OtherTextError for a slug that is taken by another text, ValidationError for an impossible slug.
    """
    if parsed.problems:
        raise ValueError("a text with problems is never stored")
    digest = sha256(source.encode()).hexdigest()
    with transaction.atomic():
        if policy := Policy.objects.select_for_update().filter(slug=naming.slug).first():
            edition = policy.editions.filter(source_sha256=digest).first()
            if edition is None:
                raise OtherTextError(naming.slug)
            return StoredPolicy(edition, created=False)
        policy = _policy(parsed.outline, naming, coordinator)
        edition = _edition(parsed.outline, policy, source, digest)
        measures = _measures(parsed.outline, edition)
        commitments, left_out = _commitments(naming.slug, measures)
        comment = f"{edition.full_title}，SHA-256 {digest}"
        Event.objects.record(Act.LOAD_POLICY, None, None, at, comment=comment, policy=policy)
    return StoredPolicy(edition, created=True, commitments=commitments, left_out=tuple(left_out))


def _policy(outline: Outline, naming: Naming, coordinator: Department) -> Policy:
    known = known_policy(outline.title).get("short_title", outline.title[:60])
    short_title = naming.short_title or known
    policy = Policy(slug=naming.slug, title=outline.title, short_title=short_title, coordinator=coordinator)
    policy.full_clean()
    policy.save()
    return policy


def _edition(outline: Outline, policy: Policy, source: str, digest: str) -> Edition:
    edition = Edition(
        policy=policy,
        number=1,
        status=outline.status,
        title=outline.title,
        basis=outline.basis,
        preamble=outline.preamble,
        general_requirements=outline.general_requirements,
        source_text=source,
        source_sha256=digest,
    )
    if notice := outline.notice:
        edition.notice_title = notice.title
        edition.consultation_from = notice.consultation.start
        edition.consultation_to = notice.consultation.end
        edition.consultation_wording = notice.consultation.wording
        edition.contact_email = notice.consultation.email
        edition.contact_address = notice.consultation.address
        edition.contact_phone = notice.consultation.phone
    edition.full_clean()
    edition.save()
    return edition


def _measures(outline: Outline, edition: Edition) -> dict[str, Measure]:
    """By code: 二（一）."""
    departments = known_departments()
    stored = {}
    for part in outline.sections:
        section = Section.objects.create(edition=edition, ordinal=part.ordinal, title=part.title)
        for row in part.measures:
            stored[part.code(row)] = _measure(row, section, departments)
    return stored


def _measure(outline: MeasureOutline, section: Section, departments: Mapping[str, Department]) -> Measure:
    if outline.lead_mode is None:
        raise ValueError("a clause that cannot be read is never stored")
    clause = outline.clause or Clause("")
    measure = Measure.objects.create(
        section=section,
        ordinal=outline.ordinal,
        title=outline.title,
        text=outline.text,
        clause_text=clause.text,
        clause_label=clause.label,
        lead_mode=outline.lead_mode,
    )
    for role, position, name in clause.links:
        Responsibility.objects.create(
            measure=measure, department=departments[name], role=role, position=position
        )
    return measure


def _commitments(slug: str, measures: Mapping[str, Measure]) -> tuple[int, list[str]]:
    """Stores what fixtures/commitments.json knows of this policy: (how many, wordings that are not there).

    A promise is stored only under the measure whose text holds its wording, character for character.
    """
    stored, left_out = 0, []
    for code, rows in _fixture("commitments").get(slug, {}).items():
        measure = measures.get(code)
        for position, row in enumerate(rows, 1):
            if measure is None or row["wording"] not in measure.text:
                left_out.append(f"{code}：{row['wording']}")
                continue
            _commitment(measure, position, row)
            stored += 1
    return stored, left_out


def _commitment(measure: Measure, position: int, row: Mapping[str, Any]) -> None:
    """One commitment with its subjects; without named ones, a single subject that is the whole."""
    plain = {name: value for name, value in row.items() if name not in {"subjects", "starts_on", "ends_on"}}
    commitment = Commitment(measure=measure, position=position, **plain)
    commitment.starts_on, commitment.ends_on = _day(row, "starts_on"), _day(row, "ends_on")
    commitment.full_clean()
    commitment.save()
    for place, name in enumerate(row.get("subjects", [""]), 1):
        CommitmentSubject.objects.create(commitment=commitment, position=place, name=name)


def _day(row: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(row[name]) if name in row else None
