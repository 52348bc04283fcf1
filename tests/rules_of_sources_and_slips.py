"""Which tests hold docs/domain.md 4.22 and 4.30 to 4.32? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

SOURCES_AND_SLIPS: Final[Mapping[str, tuple[str, ...]]] = {
    "4.22": (
        "test_convenor_reads_what_the_others_sent_and_sees_what_is_missing",
        "test_reviewer_of_the_convenor_returns_and_waives_from_the_inputs_page",
        "test_input_goes_to_the_end_of_the_draft_with_its_source_and_is_on_record_when_saved",
        "test_input_inserted_on_the_form_loses_nothing_that_was_typed_there",
        "test_inserting_is_of_texts_that_are_handed_in_and_of_drafts_that_can_be_changed",
        "test_words_of_an_input_are_its_sentence_or_its_reason_where_there_is_no_more",
    ),
    "4.30": (
        "test_a_source_that_is_returned_or_says_something_else_has_changed",
        "test_a_source_whose_used_words_are_the_same_has_not_changed",
        "test_a_correction_changes_its_source_only_when_it_is_submitted",
        "test_a_change_is_seen_or_inserted_anew_and_told_no_more",
        "test_changed_source_is_said_on_form_inputs_page_and_pages_of_review",
        "test_used_inputs_are_only_ever_added",
    ),
    "4.31": (
        "test_slip_prints_each_text_with_its_number_and_check_code",
        "test_slip_names_what_cannot_be_signed_yet_and_prints_none_of_its_words",
        "test_slip_holds_the_text_in_force_until_its_correction_is_submitted",
        "test_slip_is_the_same_to_the_byte_until_a_text_changes",
        "test_slip_is_for_its_department_and_of_what_was_submitted_for_the_office",
    ),
    "4.32": (
        "test_reviewer_notes_who_signed_the_slip_and_the_text_is_sealed_with_it",
        "test_signatures_are_noted_by_the_reviewer_and_on_behalf_by_the_clerk",
        "test_a_later_text_makes_the_note_void_and_gets_its_own",
        "test_a_signed_text_in_force_stays_signed_while_its_correction_is_written_and_checked",
        "test_a_text_is_signed_once_and_on_a_day_on_which_it_was_finished",
        "test_what_came_on_paper_was_signed_before_the_office_entered_it",
        "test_several_texts_on_one_paper_are_noted_all_or_none",
        "test_signature_is_said_on_the_update_and_in_the_queues_until_it_is_void",
        "test_signed_slips_are_only_ever_added",
        "test_scan_of_one_paper_stands_with_each_of_its_texts_and_is_kept_once",
        "test_scan_comes_later_by_whoever_notes_and_only_while_the_text_is_as_it_was_signed",
        "test_scan_is_no_evidence_and_goes_along_with_no_later_text",
        "test_scan_is_had_by_its_department_and_once_approved_by_those_who_see_the_signature",
        "test_scan_is_noted_with_the_signature_and_shown_with_it_to_those_who_see_it",
    ),
}
