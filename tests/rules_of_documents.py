"""Which tests hold the rules of docs/domain.md 7, on documents? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "7.1": (
        "test_counts_are_those_of_the_summary",
        "test_submitted_text_does_not_count_before_it_is_confirmed",
        "test_document_is_chinese_whatever_the_screen_has",
    ),
    "7.2": (
        "test_each_separate_lead_stands_under_its_own_name",
        "test_silent_convenor_gives_way_to_the_co_leads_in_clause_order",
        "test_silence_has_its_reason",
    ),
    "7.3": ("test_participants_speak_only_in_the_annex",),
    "7.4": ("test_closed_period_names_its_snapshot", "test_same_snapshot_gives_the_same_bytes"),
    "7.5": (
        "test_filing_is_for_the_office_and_ones_own_department",
        "test_page_of_a_document_is_for_those_who_may_have_it",
    ),
    "7.6": (
        "test_second_reader_gets_the_copy_and_a_changed_fact_another_document",
        "test_damaged_file_is_made_anew_and_never_handed_out",
    ),
    "7.7": (
        "test_each_kind_is_shown_and_handed_out_in_each_of_its_forms_and_kept",
        "test_word_says_what_the_paper_says_in_its_order",
        "test_paper_has_below_a_row_what_the_workbook_has_beside_it",
        "test_long_table_is_whole_in_a_workbook_and_refused_on_paper",
        "test_ledger_read_one_by_one_says_what_the_whole_summary_says",
        "test_page_of_a_long_table_shows_its_first_rows_and_says_so",
    ),
    "7.8": (
        "test_no_page_of_the_ledger_is_less_than_two_thirds_full_before_the_last",
        "test_only_a_row_that_would_leave_a_third_of_its_page_empty_may_be_cut",
    ),
    "7.9": (
        "test_brief_never_runs_over_its_page_and_counts_what_finds_no_room",
        "test_brief_shows_as_many_as_its_page_holds",
        "test_brief_as_a_word_file_counts_what_it_leaves_out",
        "test_short_report_has_headlines_alone_and_the_same_numbers",
        "test_short_report_tells_problems_and_next_steps_of_red_and_yellow_in_a_sentence_each",
    ),
    "7.10": (
        "test_dossier_tells_every_period_as_it_says_itself",
        "test_dossier_of_an_earlier_period_ends_with_it_and_stays_the_same",
    ),
    "7.11": ("test_bulletin_names_the_punctual_the_late_and_the_silent_and_nobody_twice",),
    "7.12": (
        "test_breakdown_says_what_is_asked_of_whom_and_by_when",
        "test_breakdown_of_a_closed_period_is_that_of_its_last_day",
    ),
    "7.19": ("test_no_page_is_less_than_two_thirds_full_and_no_row_cut_that_could_move",),
    "7.20": (
        "test_pdf_of_a_table_carries_its_workbook",
        "test_pdf_of_running_text_carries_no_file",
        "test_copy_is_found_by_the_workbook_inside_too",
    ),
}
