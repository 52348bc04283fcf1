"""Which tests hold the rules of docs/domain.md 2.11 to 2.16, on people? See test_domain.py."""

from collections.abc import Mapping
from typing import Final

PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "2.11": (
        "test_people_are_managed_by_reviewers_and_the_clerk_and_by_nobody_else",
        "test_nobody_gives_a_role_to_themselves",
        "test_people_file_is_previewed_then_stored_with_first_passwords_by_department",
        "test_new_account_has_a_first_password_that_must_be_changed",
    ),
    "2.12": ("test_deputy_reviews_in_the_span_and_the_record_says_for_whom", "test_deputy_brings_nobody_in"),
    "2.13": (
        "test_department_is_chosen_in_the_frame_and_lists_follow",
        "test_review_queue_and_check_queue_follow_the_choice_where_it_fits",
        "test_acts_are_done_for_the_department_chosen_and_rights_stay",
        "test_act_names_the_department_that_its_form_showed",
    ),
    "2.14": (
        "test_handover_moves_what_is_unsaved_and_unread_and_the_record_names_both",
        "test_who_typed_stays_a_contributor_of_what_is_saved_after_a_handover",
        "test_handover_needs_somebody_else_with_the_same_roles",
        "test_handover_loses_no_text_where_both_have_typed",
        "test_handover_is_of_the_reviewer_and_of_the_clerk",
        "test_handover_is_shown_before_it_is_done",
    ),
    "2.15": (
        "test_designated_department_answers_from_its_first_day_and_the_record_says_so",
        "test_designation_ends_on_a_day_and_what_is_open_follows",
        "test_nobody_is_designated_where_the_text_names_somebody_nor_ended_what_it_names",
        "test_designating_is_the_clerks",
        "test_pages_and_documents_say_that_the_office_designated_and_when",
        "test_clerk_designates_on_the_page_of_a_measure_that_names_nobody",
    ),
    "2.16": (
        "test_contact_is_changed_on_record_and_its_values_stand_in_the_history_alone",
        "test_succession_goes_one_way_through_however_many",
        "test_departments_are_kept_by_the_clerk_of_what_the_policy_binds",
        "test_succession_is_shown_before_it_is_recorded",
    ),
}
