"""Which tests hold docs/domain.md 8.7, 8.8, 12.17 and 12.18? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

REGISTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "8.7": (
        "test_auditor_finds_who_waived_what",
        "test_register_narrows_by_person_act_department_and_days",
        "test_register_knows_what_came_on_paper_what_a_deputy_did_and_what_was_overridden",
        "test_register_holds_sign_ins_and_roles_of_the_departments_of_the_policy_alone",
        "test_register_does_not_show_what_a_department_wrote_to_itself",
        "test_register_is_no_page_for_others",
        "test_register_as_a_workbook_is_chinese_whole_and_runs_no_formula",
        "test_register_too_long_for_a_workbook_says_so",
        "test_acts_of_a_report_lead_to_its_own_page",
        "test_register_says_which_report_and_where_it_is",
        "test_an_act_whose_report_cannot_be_told_stays_with_its_period",
        "test_sign_in_stands_at_the_time_of_acts_in_a_demo",
    ),
    "8.8": (
        "test_snapshots_have_their_whole_hash_and_are_checked",
        "test_snapshot_is_found_by_its_hash",
        "test_snapshot_that_no_closing_recorded_is_named",
    ),
    "12.17": (
        "test_search_counts_each_kind_and_opens_the_first_that_has_something",
        "test_search_finds_traditional_characters_and_digits_of_another_width",
        "test_search_finds_successors_by_an_old_name_and_measures_by_the_new_one",
        "test_part_of_a_name_finds_what_the_whole_name_finds",
        "test_one_character_names_no_department",
        "test_search_finds_texts_in_work_only_for_those_who_may_read_them",
        "test_search_finds_the_text_in_force_and_no_older_one",
        "test_each_of_several_words_is_found_wherever_it_stands",
        "test_search_finds_and_marks_each_of_several_words",
        "test_search_runs_nothing_that_was_typed_and_stays_in_its_policy",
    ),
    "12.18": (
        "test_overview_of_a_leader_opens_on_the_own_portfolio",
        "test_portfolio_is_a_chip_that_can_be_taken_away_and_comes_back",
        "test_portfolio_narrows_a_closed_period_that_is_still_verified",
        "test_overview_counts_and_leads_to_the_same_rows_of_a_portfolio",
        "test_overview_of_a_portfolio_says_that_filing_is_of_all_departments",
        "test_lists_keep_to_the_portfolio_and_say_so",
        "test_clerk_gives_a_portfolio_which_stands_in_the_record_of_accounts",
        "test_clerk_ends_a_portfolio_with_a_last_day_and_never_later",
        "test_portfolio_is_for_leaders_of_the_office_and_held_once",
        "test_nobody_else_gives_a_portfolio",
    ),
}
