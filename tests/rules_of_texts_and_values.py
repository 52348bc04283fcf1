"""Which tests hold rules of docs/domain.md 4 on what a text says? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

TEXTS_AND_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "4.12": (
        "test_text_sent_after_the_session_has_ended_waits_for_its_writer",
        "test_held_text_is_gone_after_two_hours",
        "test_any_form_sent_after_the_session_has_ended_waits_for_its_writer",
        "test_sign_in_leads_to_what_was_typed_under_its_label",
        "test_what_waits_is_shown_to_its_writer_alone_also_on_the_same_computer",
        "test_what_waits_is_gone_after_two_hours",
        "test_text_of_nobody_known_is_given_back_at_once",
        "test_no_form_behind_the_sign_in_loses_what_was_typed_when_the_session_is_over",
        "test_words_of_a_form_from_before_a_new_sign_in_are_held_for_who_sent_them",
        "test_words_that_another_site_sends_are_held_for_nobody",
        "test_held_words_are_named_by_act_and_thing_and_lead_there",
        "test_held_words_do_not_name_what_their_reader_may_not_see",
    ),
    "4.13": ("test_form_offers_the_last_confirmed_text_without_filling_it_in",),
    "4.15": (
        "test_autosave_is_back_in_the_form_and_neither_draft_nor_event",
        "test_autosave_is_read_by_its_writer_alone",
        "test_autosave_of_an_older_page_takes_nothing_from_a_later_one",
        "test_form_says_that_its_words_are_of_another_window_than_what_was_saved_since",
        "test_form_says_that_a_colleague_has_saved_since",
        "test_typed_text_is_kept_by_the_server_or_by_the_browser_and_the_page_says_which",
        "test_a_row_is_kept_by_itself_and_is_back_on_the_sheet_and_on_its_form",
        "test_saving_the_sheet_forgets_what_was_kept_here_and_in_the_browser",
    ),
    "4.27": (
        "test_share_is_that_of_the_characters_in_their_neighbourhood",
        "test_repeated_text_is_named_from_the_share_of_the_policy_on",
        "test_what_the_situation_hides_is_not_compared",
        "test_form_asks_once_before_a_text_goes_that_was_said_before",
        "test_writer_reviewer_and_office_read_the_share_where_they_decide",
        "test_a_correction_is_compared_with_the_text_that_it_replaces",
    ),
    "4.28": (
        "test_a_value_goes_on_from_the_last_one_of_its_cycle",
        "test_a_value_goes_on_from_what_counts_and_separate_leads_from_their_own",
        "test_a_value_that_falls_says_why_when_it_is_submitted_and_not_before",
        "test_a_value_that_does_not_fall_and_a_limit_are_not_asked",
        "test_a_correction_is_measured_by_the_period_before_and_not_by_itself",
        "test_what_the_office_enters_for_a_department_says_why_it_fell_too",
        "test_a_reason_is_read_on_the_updates_page_in_review_on_the_measure_and_in_the_ledger",
    ),
    "4.29": (
        "test_beside_a_value_stand_the_last_one_the_target_and_the_interim_target",
        "test_interim_target_of_a_day_is_the_last_that_is_past_and_the_next_is_named",
    ),
}
