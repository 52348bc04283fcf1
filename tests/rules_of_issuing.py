"""Which tests hold the rules of docs/domain.md 7 and 12 on issuing? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

ISSUING: Final[Mapping[str, tuple[str, ...]]] = {
    "7.13": (
        "test_a_report_moves_by_its_table_alone",
        "test_table_of_a_report_is_printed_in_the_domain",
        "test_three_different_people_draft_check_and_sign",
        "test_only_the_office_drafts_and_only_of_a_closed_period",
        "test_whoever_drafted_edits_and_nothing_hidden_or_too_long_gets_in",
        "test_a_section_of_each_kind_is_a_part_of_its_document",
        "test_what_a_clerk_writes_is_printed_in_a_bulletin_under_its_own_heading",
        "test_the_requests_of_a_bulletin_are_edited_and_issued",
        "test_a_report_goes_from_the_clerks_words_to_a_file_that_is_verified",
        "test_a_returned_report_loses_check_and_signature_and_keeps_the_reason",
        "test_a_refused_save_loses_no_word",
        "test_a_refused_act_keeps_its_reason_and_can_be_sent_again",
        "test_a_report_of_many_measures_is_drafted_in_the_words_proposed",
        "test_who_decides_sees_what_was_changed_in_the_proposed_words",
        "test_who_decides_again_sees_what_was_changed_since_the_return",
        "test_what_cannot_be_taken_back_is_ticked_before_it_is_done",
        "test_nobody_acts_on_words_that_they_have_not_seen",
        "test_a_reopened_period_stops_its_drafts",
    ),
    "7.14": (
        "test_an_issued_report_has_the_next_number_of_policy_and_year",
        "test_a_number_that_was_given_meanwhile_makes_the_file_anew",
        "test_append_only_rows_are_neither_changed_nor_deleted",
        "test_a_period_of_which_a_report_was_issued_is_never_reopened",
        "test_a_report_is_withdrawn_once_by_the_signer_and_stays",
        "test_a_withdrawn_report_stays_and_says_so",
        "test_a_file_that_was_altered_is_not_handed_out",
        "test_the_record_tells_of_an_issued_report_that_was_altered",
        "test_the_register_has_what_the_reader_may_have",
        "test_verifying_is_for_those_signed_in_and_not_without_end",
        "test_a_hash_is_read_as_people_copy_it_from_paper",
        "test_the_beginning_of_a_hash_finds_the_report_and_shows_the_whole_to_compare",
        "test_a_beginning_that_several_hashes_share_finds_none",
    ),
    "12.19": (
        "test_a_report_waits_on_the_start_page_of_those_who_bring_it_on",
        "test_start_page_says_since_when_a_report_waits_whatever_was_edited",
        "test_a_report_whose_period_was_reopened_waits_to_be_discarded",
        "test_a_report_on_its_way_tells_those_to_whom_it_comes",
        "test_a_report_that_comes_again_on_one_day_is_one_message_and_unread_again",
    ),
    "12.20": (
        "test_an_issued_report_is_told_to_those_it_concerns_who_may_open_it",
        "test_what_everybody_hears_of_is_what_everybody_may_have",
        "test_a_withdrawal_is_told_with_its_reason_to_those_who_heard_of_the_report",
    ),
}
