"""Which tests hold docs/domain.md 3? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

PERIODS: Final[Mapping[str, tuple[str, ...]]] = {
    "3.1": (
        "test_period_table_is_the_domains",
        "test_grace_is_derived_from_an_open_period_and_a_date",
        "test_period_of_each_cadence_is_named_in_both_languages",
    ),
    "3.2": ("test_deadline_is_the_fifth_working_day_and_the_offsets_count_from_it",),
    "3.3": (
        "test_planned_period_may_rest_on_a_draft_and_takes_the_latest_edition_that_stands",
        "test_period_next_proposes_what_follows_from_the_last_and_opens_it_in_one_act",
        "test_period_next_that_is_refused_leaves_nothing_behind",
        "test_period_plan_asks_before_it_plans_one_before_another",
    ),
    "3.4": (
        "test_opening_refuses_dates_in_the_past",
        "test_opening_gives_everybody_three_working_days",
    ),
    "3.5": ("test_opening_creates_92_updates_and_one_event",),
    "3.6": ("test_routine_measure_reports_in_the_last_period_of_the_year_only_and_one_at_rest_never",),
    "3.7": (
        "test_responsibility_added_later_is_due_at_its_date_or_in_five_working_days",
        "test_end_that_is_taken_back_is_owed_again_with_five_working_days",
    ),
    "3.8": (
        "test_responsibility_that_ended_waives_what_is_open_with_its_basis",
        "test_responsibility_that_ended_lets_what_is_filed_run_to_its_end",
        "test_end_is_followed_once_and_what_the_office_restored_stays",
    ),
    "3.9": (
        "test_participant_that_is_made_a_lead_leads_and_gets_a_leads_time",
        "test_measure_that_was_at_rest_when_the_period_was_opened_owes_nothing_in_it",
        "test_measure_that_becomes_routine_keeps_what_it_owes_already",
    ),
    "3.10": (
        "test_closing_lists_what_is_not_confirmed_and_asks_for_a_reason",
        "test_closing_names_who_was_granted_a_later_day_and_the_counts_add_up",
        "test_closing_writes_the_snapshot_that_the_period_is_read_from",
        "test_closing_stores_every_light_with_its_reason",
        "test_period_waits_for_an_act_on_an_update",
        "test_act_on_an_update_waits_for_its_period_and_hears_what_became_of_it",
    ),
    "3.11": (
        "test_period_numbers_never_change_by_late_filing",
        "test_late_filing_and_correction_are_marked_on_the_measures_page",
        "test_my_updates_keeps_what_came_back_in_a_closed_period_on_top_and_says_so",
        "test_waive_and_restore_are_over_when_the_period_is_closed",
    ),
    "3.12": (
        "test_reopening_is_the_signers_with_a_reason",
        "test_reopening_never_follows_an_issued_report",
        "test_period_whose_report_was_issued_offers_no_reopening_and_says_why",
        "test_reopened_period_that_closes_again_has_a_second_snapshot_and_one_light_each",
    ),
    "3.13": ("test_archived_period_is_the_end",),
    "3.14": (
        "test_period_is_planned_in_the_cadence_of_the_policy",
        "test_plan_of_another_cadence_is_refused_with_an_example",
        "test_next_period_begins_after_the_last_planned",
        "test_periods_of_a_policy_never_overlap_when_its_cadence_changes",
        "test_changed_cadence_counts_from_the_next_period_on",
    ),
    "3.15": (
        "test_dates_that_the_office_moves_are_followed_by_role_and_kept_as_they_were",
        "test_dates_that_departments_rely_on_are_never_moved_earlier",
    ),
}
