"""Which tests hold docs/domain.md 4.33 to 4.35, 12.21 and 12.22? A part of the table in test_domain.py."""

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
        "test_what_was_noted_together_is_corrected_together_each_with_its_own_note",
        "test_one_wrong_name_on_one_paper_is_one_correction",
        "test_only_the_note_of_the_text_as_it_is_can_be_corrected",
        "test_a_text_in_force_is_signed_and_its_note_corrected_while_its_correction_is_written",
        "test_noted_signature_is_corrected_on_its_page_and_the_old_note_stays_readable",
    ),
    "4.35": (
        "test_submitting_all_asks_about_a_repeated_text_that_no_page_has_pointed_out",
        "test_what_the_sheet_has_pointed_out_goes_with_all_the_others",
        "test_sheet_has_the_marks_that_the_page_of_an_update_has",
    ),
    "12.21": (
        "test_designation_tells_the_department_that_it_answers_and_that_it_ends",
        "test_contact_and_succession_tell_the_departments_concerned",
        "test_handover_tells_who_gives_who_takes_and_the_department_once",
        "test_a_message_about_people_is_read_in_the_inbox_and_leads_to_the_start_page",
    ),
    "12.22": (
        "test_role_tells_the_person_and_in_one_message_a_day_the_department",
        "test_roles_too_go_through_the_one_door",
    ),
}
