"""Rows about used inputs and signed slips: a legal one of each kind, and what the constraints refuse."""

from collections.abc import Callable
from typing import Any, Final

from measures.models import InputUse, SignedSlip, UpdateState, UsedInput
from tests import builders, cast

NOW: Final = builders.moment()


def a_used_input(**changes: Any) -> UsedInput:
    """zgh convenes; the text of jyj, which takes part, went into its draft."""
    measure = builders.a_measure(leads=("zgh",), participants=("jyj",))
    source = builders.an_update(UpdateState.SUBMITTED, measure=measure, slug="jyj")
    usual = {
        "update": builders.update_of(measure, "zgh"),
        "source": builders.text_in_work(source),
        "field": "progress",
        "use": InputUse.INSERTED,
        "by": cast.reporter().person,
        "at": NOW,
    }
    return UsedInput.objects.create(**{**usual, **changes})


def a_signed_slip(**changes: Any) -> SignedSlip:
    usual = {
        "signed_by": "王建军",
        "signed_on": cast.DAY,
        "noted_by": cast.reviewer().person,
        "noted_at": NOW,
    }
    text = changes.pop("revision", None)
    text = text or builders.text_in_work(builders.an_update(UpdateState.IN_REVIEW))
    return SignedSlip.objects.create(revision=text, **{**usual, **changes})


def a_corrected_slip(**changes: Any) -> SignedSlip:
    first = a_signed_slip()
    return a_signed_slip(**{"revision": first.revision, "number": 2, "reason": "看错了姓名", **changes})


ILLEGAL_SOURCES_AND_SIGNATURES: Final[dict[str, Callable[[], object]]] = {
    "usedinput_use_is_known": lambda: a_used_input(use="copied"),
    "usedinput_names_its_field": lambda: a_used_input(field=""),
    "signedslip_names_who_signed": lambda: a_signed_slip(signed_by=""),
    "signedslip_note_once": lambda: a_signed_slip(revision=a_signed_slip().revision),
    "signedslip_corrected_with_reason": lambda: a_corrected_slip(reason=""),
}
