"""Which tests hold docs/domain.md 4.24 to 4.26, on evidence? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

EVIDENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "4.24": (
        "test_kind_is_known_by_the_content",
        "test_kind_of_anything_else_is_none",
        "test_look_at_says_what_is_wrong",
        "test_evidence_is_changed_exactly_while_the_text_may_be_written",
        "test_evidence_is_changed_by_who_writes_for_the_department",
        "test_evidence_has_five_files_at_most_and_a_place_becomes_free",
        "test_evidence_is_added_as_an_event_and_moves_neither_state_nor_version",
        "test_evidence_is_withdrawn_with_a_reason_once",
        "test_evidence_that_is_refused_says_why_at_its_field_and_nothing_typed_is_lost",
        "test_name_of_an_unsubmitted_file_is_not_in_the_record_of_others",
    ),
    "4.25": (
        "test_evidence_is_frozen_with_the_text_that_was_submitted",
        "test_evidence_of_a_submitted_text_is_sealed_with_it",
        "test_evidence_is_read_by_who_reads_its_text",
        "test_evidence_goes_out_as_it_came_to_be_saved",
        "test_evidence_of_what_came_on_paper_takes_the_place_of_the_departments_own",
    ),
    "4.26": (
        "test_evidence_that_is_not_what_was_handed_in_is_told_and_never_served",
        "test_faults_name_what_is_missing_altered_or_without_a_row",
        "test_check_evidence_names_each_file_that_is_not_what_was_handed_in",
    ),
}
