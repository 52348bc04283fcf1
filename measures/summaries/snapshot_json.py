"""A summary as canonical JSON and back: the same figures give the same text, to the byte."""

import hashlib
import json
from decimal import Decimal

from cattrs.preconf.json import JsonConverter, make_converter

from measures.summaries.types import PeriodSummary


def _make() -> JsonConverter:
    converter = make_converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _type: Decimal(value))
    return converter


_converter = _make()


def to_json(summary: PeriodSummary) -> str:
    """Sorted keys, no blanks, characters as they are: what a snapshot stores and hashes."""
    raw = _converter.unstructure(summary, PeriodSummary)
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(content: str) -> PeriodSummary:
    """Raises cattrs.BaseValidationError when the content is not a summary."""
    return _converter.structure(json.loads(content), PeriodSummary)


def digest(content: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()
