"""How is a summary stored as JSON? The same figures give the same text, byte for byte."""

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
    """What a snapshot stores and hashes: sorted keys, no spaces, characters not escaped."""
    raw = _converter.unstructure(summary, PeriodSummary)
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(content: str) -> PeriodSummary:
    """Raises cattrs.BaseValidationError when the content is not a summary."""
    return _converter.structure(json.loads(content), PeriodSummary)


def digest(content: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()
