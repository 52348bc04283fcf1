"""Which tests hold the rules of docs/domain.md 6, on lights? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

PROGRESS_LIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    "6.1": (
        "test_first_rule_that_applies_gives_the_reason",
        "test_every_light_has_a_reason_in_words_that_survives_json",
    ),
    "6.2": ("test_blue_when_closed_whatever_else_holds",),
    "6.3": ("test_grey_when_cancelled_or_suspended",),
    "6.4": (
        "test_red_when_the_convenor_missed_two_periods_running",
        "test_red_when_a_binding_commitment_is_past_its_end_unmet",
        "test_red_when_a_binding_commitment_is_past_its_cycle_unmet",
        "test_red_over_thirty_points_behind_yellow_from_ten",
        "test_red_when_the_convenor_calls_it_stalled",
        "test_soft_commitment_never_makes_red",
    ),
    "6.5": (
        "test_yellow_when_the_convenor_missed_one_period",
        "test_yellow_when_a_commitment_ends_within_fifteen_days_unmet",
        "test_yellow_when_half_of_the_cycle_is_gone_and_nothing_done",
        "test_yellow_when_a_coordination_matter_is_open",
        "test_yellow_when_the_convenor_calls_it_slow",
    ),
    "6.6": (
        "test_grey_without_a_responsible_department",
        "test_a_measure_whose_lead_has_ended_is_grey_with_a_reason_of_its_own",
        "test_grey_when_not_started_and_not_yet_due",
        "test_grey_when_routine",
    ),
    "6.7": (
        "test_green_else_with_its_reason",
        "test_green_says_when_all_targets_are_met_even_above_the_ceiling",
    ),
    "6.8": (
        "test_routine_measure_answers_only_for_binding_commitments",
        "test_commitment_is_silent_where_nobody_is_responsible",
        "test_commitment_that_begins_later_darkens_nothing_yet",
    ),
    "6.9": (
        "test_numeric_target_with_start_and_end_is_linear",
        "test_interim_targets_are_steps_owed_after_their_day",
        "test_no_end_or_no_growing_number_no_plan",
    ),
    "6.10": (
        "test_a_new_year_begins_with_nothing",
        "test_a_yearly_duty_is_judged_in_its_last_year_once_its_span_is_over",
        "test_deadline_is_the_nearer_end",
        "test_half_of_a_cycle_is_gone_by_whole_days",
    ),
    "6.11": (
        "test_missed_is_not_submitted_by_the_end_of_the_due_date",
        "test_waived_is_not_missed",
        "test_of_separate_leads_the_worst_darkens_the_measure",
        "test_a_participants_silence_darkens_nothing",
        "test_colead_of_a_joint_measure_darkens_nothing_by_silence",
    ),
    "6.12": (
        "test_self_assessment_from_an_earlier_period_says_so",
        "test_silent_convenor_gives_the_word_to_the_worst_of_the_coleads",
        "test_separate_leads_answer_each_for_itself_with_their_assessment",
    ),
    "6.13": (
        "test_light_is_overridden_by_the_clerk_with_a_reason_beside_what_the_rules_say",
        "test_light_is_overridden_only_while_the_period_is_open",
        "test_an_override_stands_for_its_period_only_and_is_marked_when_lighter",
        "test_override_lighter_than_the_rules_is_marked",
    ),
    "6.14": ("test_reason_reads_in_the_active_language", "test_closing_stores_every_light_with_its_reason"),
    "6.15": (
        "test_filing_state_of_one_update",
        "test_departments_stand_in_protocol_order_with_their_worst_update",
    ),
    "6.16": ("test_colours_are_told_apart_without_colour", "test_filing_annex_keeps_protocol_order"),
    "6.17": ("test_thresholds_are_settings",),
}
