"""Which tests hold docs/domain.md 12, on being told and shown? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

BEING_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "12.1": (
        "test_inbox_shows_the_own_messages_with_what_who_and_why",
        "test_a_message_stands_or_falls_with_its_act",
        "test_nobody_reads_the_message_of_another",
        "test_a_message_that_is_opened_is_read_and_leads_to_its_subject",
    ),
    "12.2": (
        "test_every_act_tells_somebody_or_is_said_to_tell_nobody",
        "test_opening_tells_everybody_who_owes_an_update",
        "test_a_return_tells_the_department_with_the_reason_but_not_who_returned_it",
        "test_a_confirmation_tells_the_department_and_a_correction_who_looks_again",
        "test_an_answer_is_told_to_the_department_that_asked",
        "test_an_announcement_reaches_every_department_that_the_policy_binds",
    ),
    "12.3": (
        "test_a_night_reminds_five_days_and_one_day_before_and_once_after",
        "test_a_night_that_did_not_run_is_made_up_for",
        "test_what_came_back_is_due_on_its_new_day_and_a_correction_never",
    ),
    "12.4": ("test_told_again_on_one_day_a_message_is_one_and_unread_again",),
    "12.5": (
        "test_a_day_has_one_letter_with_the_kinds_that_the_person_chose",
        "test_without_a_server_and_in_a_demo_nothing_is_sent",
    ),
    "12.6": (
        "test_one_act_urges_several_departments_with_a_number_each",
        "test_numbers_begin_anew_with_the_year_and_with_the_policy",
        "test_nobody_is_urged_before_the_day_is_past_nor_twice_a_day",
        "test_urging_is_the_clerks_and_of_open_periods",
        "test_all_are_ticked_by_one_press_and_urged_by_the_next",
        "test_slips_are_counted_on_the_pages_of_period_and_department",
    ),
    "12.7": (
        "test_the_level_of_a_slip_rises_with_the_working_days",
        "test_the_days_of_the_levels_are_the_policys_and_a_level_never_falls",
        "test_page_names_who_has_not_filed_with_whom_to_call_and_what_comes_next",
    ),
    "12.8": (
        "test_the_department_signs_once_and_answers_once_and_the_clerk_hears_it",
        "test_an_answer_is_a_receipt_too",
        "test_the_effect_is_what_was_filed_after_the_slip",
        "test_slips_receipts_and_answers_are_only_added",
        "test_slips_are_seen_by_the_office_and_by_the_department_alone",
        "test_a_printed_slip_says_what_is_missing_and_leaves_room_for_the_signature",
        "test_a_printed_slip_says_what_came_of_it",
    ),
    "12.9": (
        "test_start_page_says_what_waits_the_returned_first_and_since_when",
        "test_start_page_says_where_it_is_what_one_sent",
        "test_start_page_shows_answers_and_the_dates_of_the_own_department",
        "test_start_page_of_the_office_has_each_open_period_at_a_glance",
        "test_a_slip_asks_for_nothing_once_nothing_is_owed_by_it",
        "test_start_page_of_the_office_warns_of_what_nobody_may_confirm",
        "test_start_page_of_the_office_counts_by_period_as_its_queue_and_tells_nothing_twice",
        "test_a_slip_waits_on_the_start_page_until_it_is_answered",
        "test_an_announcement_is_on_the_start_page_of_those_told_until_they_read_it",
        "test_start_leads_who_only_reads_straight_to_what_is_read",
        "test_start_page_says_how_much_more_waits_than_it_shows_and_where",
        "test_start_page_calls_a_correction_so_and_names_no_day",
    ),
    "12.10": (
        "test_matters_of_all_periods_are_open_until_they_are_answered",
        "test_who_asked_is_told_and_finds_the_answer_marked_as_theirs",
    ),
    "12.11": (
        "test_moved_days_are_said_in_the_language_of_the_moment",
        "test_each_move_names_its_dates_from_when_to_when",
        "test_messages_records_and_letters_write_days_as_pages_do",
        "test_days_that_an_act_wrote_down_are_said_and_what_was_typed_stays",
    ),
    "12.12": ("test_correction_is_compared_with_the_text_that_it_replaces",),
    "12.13": (
        "test_next_period_is_offered_when_its_opening_is_due",
        "test_period_that_was_planned_is_opened_with_the_same_remarks",
    ),
    "12.14": (
        "test_commitment_shows_each_year_with_its_marks_and_what_it_covers",
        "test_only_an_even_plan_is_projected_to_the_end_of_the_year",
        "test_projection_goes_on_as_before_where_the_plan_is_even",
        "test_year_that_was_closed_is_as_it_was_closed_or_is_not_shown",
    ),
    "12.15": (
        "test_matrix_shows_role_and_light_by_sign_mark_and_words",
        "test_matrix_is_of_the_chosen_period_and_of_what_was_sealed",
    ),
    "12.16": (
        "test_overview_shows_the_lights_of_the_last_periods_as_chart_and_table",
        "test_overview_counts_sections_and_departments_and_leads_to_their_rows",
        "test_measure_shows_the_history_of_its_light_with_the_reasons",
        "test_department_record_counts_slips_and_later_dates_by_period",
        "test_department_detail_names_what_it_performs_for_others_today",
    ),
}
