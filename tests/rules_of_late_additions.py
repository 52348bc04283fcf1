"""Which tests hold docs/domain.md 4.33 and 4.34? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

LATE_ADDITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "4.33": (
        "test_scan_that_comes_later_stands_beside_the_text_that_the_office_entered",
        "test_late_evidence_is_of_the_clerk_and_of_a_text_that_the_office_entered_and_that_stands",
        "test_who_reads_the_text_has_the_file_and_the_next_text_takes_it_along",
        "test_verification_names_a_late_file_that_is_not_the_one_that_came",
    ),
    "4.34": (
        "test_a_noted_signature_is_corrected_by_another_note_with_a_reason",
        "test_only_the_note_of_the_text_as_it_is_can_be_corrected",
        "test_noted_signature_is_corrected_on_its_page_and_the_old_note_stays_readable",
    ),
}
