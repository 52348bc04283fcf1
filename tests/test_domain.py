"""Which test holds which rule of the domain? And the tests of rules about the product as a whole.

A rule that is added there needs a test here; a test that is renamed keeps its rule.
"""

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.apps import apps
from django.db import models
from django.utils import translation

from measures.models import TEXT_FIELDS, Act, DraftState, MeasureState, UpdateState
from measures.workflow import issuing
from tests.measures.workflow import test_measures, test_updates
from tests.rules_of_batches import BATCHES
from tests.rules_of_being_told import BEING_TOLD
from tests.rules_of_documents import DOCUMENTS
from tests.rules_of_evidence import EVIDENCE
from tests.rules_of_issuing import ISSUING
from tests.rules_of_late_additions import LATE_ADDITIONS
from tests.rules_of_light_changes import LIGHT_CHANGES
from tests.rules_of_people import PEOPLE
from tests.rules_of_periods import PERIODS
from tests.rules_of_progress_lights import PROGRESS_LIGHTS
from tests.rules_of_registers import REGISTERS
from tests.rules_of_sources_and_slips import SOURCES_AND_SLIPS
from tests.rules_of_texts_and_values import TEXTS_AND_VALUES
from tests.test_citations import rules

ROOT = Path(__file__).resolve().parent.parent
# What says how things are, and demands nothing of the code.
FACTS: Final = {
    "9.5": "what is known of the city's reorganisation; the office enters it",
    "11.1": "what is not built yet",
}
HELD_BY: Final[Mapping[str, tuple[str, ...]]] = {
    **BATCHES,
    **BEING_TOLD,
    **REGISTERS,
    **SOURCES_AND_SLIPS,
    **EVIDENCE,
    **LATE_ADDITIONS,
    **PEOPLE,
    **PERIODS,
    **LIGHT_CHANGES,
    "1.1": (
        "test_frame_names_the_product_of_the_setting",
        "test_catalogue_avoids_the_words_that_the_office_must_not_use",
    ),
    "1.2": (
        "test_glossary_has_every_model_under_the_words_that_the_product_shows",
        "test_glossary_has_one_row_a_name",
    ),
    "1.3": ("test_store_policy_stores_policy_and_edition",),
    "1.4": ("test_store_policy_stores_every_section_measure_and_link_of_the_outline",),
    "1.5": (
        "test_measure_detail_shows_the_clause_word_for_word",
        "test_workflow_and_text_are_read_only",
    ),
    "1.6": ("test_leads_that_the_office_designated_make_the_effective_mode",),
    "1.7": ("test_responsibility_that_ends_today_or_later_still_owes_its_update",),
    "1.8": (
        "test_duties_of_a_lead_that_ended_leave_the_next_one_as_convenor",
        "test_convenor_is_nobody_where_leads_are_separate_or_the_first_lead_owes_no_update",
    ),
    "1.9": (
        "test_kind_decides_what_is_counted",
        "test_above_the_ceiling_is_overfulfilled_and_met",
        "test_limit_from_above_is_kept_until_it_is_exceeded",
        "test_without_a_target_nothing_is_met_or_unmet",
    ),
    "1.10": (
        "test_store_policy_gives_every_commitment_its_subjects",
        "test_values_are_entered_by_the_convenor_unless_the_office_named_somebody",
        "test_values_are_entered_by_each_of_separate_leads",
        "test_values_follow_to_the_department_that_performs_today",
    ),
    "1.11": (
        "test_a_yearly_duty_counts_what_the_latest_text_of_the_year_states",
        "test_values_are_frozen_with_their_revision_and_copied_to_the_next",
        "test_of_separate_leads_that_state_one_period_the_further_counts",
        "test_year_to_date_has_the_words_of_an_office",
        "test_form_asks_for_the_year_to_date_in_the_words_of_an_office",
        "test_value_of_a_year_is_said_to_be_the_year_to_date",
        "test_ledger_says_what_the_value_of_a_year_covers",
    ),
    "1.12": ("test_submit_freezes_the_revision", "test_returned_makes_a_new_revision_from_the_old"),
    "1.13": (
        "test_submit_needs_the_required_fields",
        "test_save_takes_a_text_of_exactly_its_limit_and_not_one_character_more",
        "test_characters_are_counted_as_people_count",
        "test_not_applicable_is_for_participants_only",
    ),
    "1.14": (
        "test_matter_is_raised_when_the_text_is_confirmed",
        "test_matter_in_the_same_words_is_the_same_matter",
        "test_matter_is_corrected_with_its_text",
    ),
    "1.15": (
        "test_missing_year_is_named_with_the_command_that_loads_it",
        "test_missing_begins_after_the_due_date",
    ),
    "1.16": (
        "test_identity_is_a_uuid_for_all_that_leaves_the_product",
        "test_what_is_named_must_belong_to_the_policy_of_the_address",
        "test_none_of_several_policies_is_taken_until_one_is_visited",
    ),
    "1.17": (
        "test_store_policy_takes_no_text_with_problems",
        "test_store_policy_is_idempotent_by_the_source",
        "test_commitment_that_the_text_does_not_hold_is_told_at_its_field",
        "test_load_policy_with_a_wrong_table_stores_neither_and_says_where",
    ),
    "1.18": (
        "test_a_hidden_character_is_found_with_its_kind_and_place",
        "test_what_people_write_is_left_alone",
        "test_pasted_text_of_a_word_processor_is_stored_as_plain_text",
    ),
    "1.19": (
        "test_export_comes_back_as_no_change",
        "test_import_takes_the_cell_of_aliases_as_the_whole_list",
        "test_unreadable_file_is_told_in_a_sentence",
        "test_import_with_one_bad_row_stores_nothing",
        "test_responsibilities_come_back_as_no_change",
        "test_commitments_come_back_as_no_change",
        "test_export_is_chinese_whatever_the_language",
        "test_what_nobody_wrote_is_refused_at_every_cell",
        "test_cell_merged_with_another_is_told",
        "test_list_divided_by_another_sign_is_refused",
        "test_upload_with_a_second_sheet_is_told_in_the_preview",
    ),
    "2.1": ("test_office_roles_count_only_in_the_coordinating_department",),
    "2.2": (
        "test_act_is_done_for_the_department_that_was_chosen",
        "test_acting_for_names_the_office_first_for_somebody_with_two_hats",
    ),
    "2.3": ("test_admin_changes_nothing_but_reference_data", "test_admin_shows_no_word_of_a_text"),
    "2.4": (
        "test_working_text_is_read_by_the_people_of_the_table_and_by_nobody_else",
        "test_filing_state_is_seen_by_own_department_leads_office_and_leader",
        "test_telephones_of_a_department_are_seen_by_the_leads_of_its_measures",
        "test_overview_names_who_is_missing_with_telephone_for_leaders_only",
    ),
    "2.5": (
        "test_approve_is_refused_to_a_contributor_unless_the_department_may_review_itself",
        "test_whoever_wrote_is_told_why_they_may_not_approve",
        "test_whoever_wrote_stays_a_contributor_of_what_is_made_from_it",
    ),
    "2.6": (
        "test_clerk_who_wrote_for_a_department_does_not_confirm_it",
        "test_confirm_is_the_signers_when_every_clerk_wrote_or_approved",
    ),
    "2.7": ("test_acts_are_open_to_the_people_of_the_table_and_to_nobody_else",),
    "2.8": ("test_waive_of_a_participant_is_also_the_convenors",),
    "2.9": (
        "test_periods_and_measures_are_run_by_the_clerk_and_signed_by_the_signer",
        "test_period_act_is_open_to_one_role_and_refused_to_all_others",
    ),
    "2.10": ("test_person_is_deactivated_and_never_deleted", "test_membership_is_never_deleted"),
    "4.1": (
        "test_table_of_an_update_is_printed_in_the_domain",
        "test_transition_table_is_the_domains",
        "test_transition_outside_the_table_is_refused",
    ),
    "4.2": (
        "test_stale_version_stops_every_act",
        "test_act_without_its_event_does_not_happen",
        "test_second_click_knows_the_act_that_this_person_has_just_done",
    ),
    "4.3": (
        "test_submit_needs_the_required_fields",
        "test_not_applicable_goes_no_further_once_its_participant_leads",
        "test_form_asks_once_about_a_number_of_a_person_at_its_field",
        "test_returned_text_that_was_not_changed_asks_before_it_goes_again",
        "test_correction_that_changes_nothing_asks_before_it_goes",
        "test_correction_with_one_word_changed_goes_without_a_question",
    ),
    "4.4": ("test_withdraw_goes_on_as_the_next_revision_until_the_reviewer_acts",),
    "4.5": (
        "test_confirmed_text_that_the_clerk_returns_stays_in_force_until_the_new_one_is_confirmed",
        "test_return_needs_a_reason_which_may_be_pinned_to_a_field",
        "test_returned_by_the_office_is_due_back_in_two_working_days_at_the_earliest",
        "test_returned_never_turns_on_time_into_late",
        "test_return_inside_the_department_sets_no_new_date",
    ),
    "4.6": ("test_first_submitted_at_is_set_once_so_that_on_time_stays_on_time", "test_late_stays_late"),
    "4.7": (
        "test_confirm_says_who_and_when_and_puts_the_text_in_force",
        "test_only_a_confirmed_text_counts",
    ),
    "4.8": (
        "test_correct_keeps_the_text_in_force_until_the_new_one_is_confirmed",
        "test_department_corrects_a_confirmed_text_over_its_pages_after_closing",
        "test_clerk_asks_for_a_correction_over_the_pages",
    ),
    "4.9": (
        "test_waived_is_not_missing_and_comes_back_the_same_way",
        "test_waive_is_refused_for_a_correction_in_work",
    ),
    "4.10": (
        "test_rate_is_on_time_of_all_that_is_owed_without_the_waived",
        "test_rate_always_brings_its_two_numbers",
        "test_overdue_is_said_of_commitments_only_in_chinese",
    ),
    "4.11": (
        "test_two_who_save_one_draft_lose_no_word",
        "test_two_people_on_one_draft_see_both_texts_and_lose_none",
        "test_conflict_is_settled_field_by_field",
        "test_text_that_was_saved_over_stays_readable_in_the_history_of_its_department",
        "test_approve_and_withdraw_at_once_leave_one_of_both",
    ),
    "4.14": (
        "test_a_silent_convenor_leaves_the_co_leads_in_clause_order",
        "test_separate_leads_each_stand_under_their_own_name",
    ),
    "4.16": (
        "test_a_cell_says_its_state_by_sign_class_and_words",
        "test_whom_to_call_stands_above_for_those_who_may",
        "test_others_have_no_such_page",
    ),
    "4.17": (
        "test_save_stores_the_rows_that_were_changed_and_no_other",
        "test_a_row_that_is_wrong_or_older_keeps_what_was_typed_and_stops_no_other",
        "test_reviewer_reads_the_whole_period_on_one_page_and_approves_several_at_once",
        "test_nobody_approves_a_text_of_their_own_among_others",
        "test_clerk_confirms_what_is_ticked_each_with_its_event",
        "test_own_work_has_no_tick_and_is_refused_among_others",
        "test_filled_in_form_is_previewed_row_by_row_and_stored_as_drafts",
        "test_errors_stand_by_sheet_row_and_column_and_nothing_is_stored",
        "test_a_newer_draft_is_stored_over_only_where_that_is_asked_for",
        "test_extra_titles_merged_heads_renamed_sheets_and_many_empty_rows_are_understood",
        "test_submit_all_hands_on_what_is_complete_and_names_the_rest",
    ),
    "4.18": (
        "test_extension_moves_one_date_and_keeps_the_first",
        "test_extension_in_force_decides_between_on_time_and_late",
        "test_extension_is_decided_by_another_person_than_who_asked",
    ),
    "4.19": (
        "test_what_came_by_telephone_is_entered_confirmed_by_another_and_corrected_by_its_department",
        "test_all_that_is_wrong_and_all_that_is_missing_is_told_at_once",
    ),
    "4.20": (
        "test_queue_says_since_when_each_waits",
        "test_queue_narrows_to_department_and_role_and_keeps_that",
        "test_queue_narrows_to_what_waits_for_more_than_so_many_working_days",
        "test_queue_keeps_the_age_while_paging_and_says_where_the_calendar_lacks_it",
        "test_review_queue_does_not_offer_approval_to_who_wrote",
        "test_check_queue_says_that_an_approver_may_not_confirm",
        "test_own_work_is_counted_on_no_start_page",
        "test_own_work_is_what_the_rules_of_approval_and_confirmation_forbid",
    ),
    "4.21": (
        "test_convenor_waives_the_participants_of_its_measure_in_one_act",
        "test_clerk_waives_what_a_department_owes_from_the_page_of_the_period",
        "test_waiving_several_names_what_is_refused_and_tells_a_second_click_as_done",
    ),
    "4.23": (
        "test_form_asks_once_about_a_number_of_a_person_at_its_field",
        "test_what_has_to_be_asked_about_goes_from_its_own_form_only",
    ),
    "5.1": (
        "test_table_of_a_measure_is_printed_in_the_domain",
        "test_table_of_a_measure_is_the_domains",
        "test_state_is_changed_by_no_act_outside_the_table",
    ),
    "5.2": (
        "test_measure_starts_with_the_first_confirmed_progress",
        "test_measure_does_not_start_without_progress",
    ),
    "5.3": (
        "test_state_is_changed_by_the_clerk_with_a_basis_and_one_event",
        "test_measure_that_comes_to_rest_ends_its_open_duties_with_the_basis",
    ),
    "5.4": (
        "test_closure_takes_the_convenor_and_clerk_and_signer_two_people",
        "test_closure_of_separate_leads_waits_for_each_of_them",
        "test_closure_refused_with_a_reason_may_be_asked_for_again",
    ),
    "5.5": (
        "test_matter_stays_open_until_the_clerk_settles_it_with_an_answer",
        "test_measure_detail_keeps_the_answer_to_a_settled_matter",
    ),
    **PROGRESS_LIGHTS,
    **DOCUMENTS,
    **TEXTS_AND_VALUES,
    **ISSUING,
    "8.1": (
        "test_event_needs_one_subject_and_takes_no_two",
        "test_event_of_loading_a_policy_needs_no_person",
    ),
    "8.2": (
        "test_append_only_rows_are_neither_changed_nor_deleted",
        "test_added_rows_stay_whatever_the_statement",
        "test_frozen_text_changes_in_no_column",
        "test_parts_of_a_frozen_text_stay",
        "test_signatures_are_set_once",
        "test_kept_row_stays_whatever_the_statement",
        "test_columns_of_a_kept_row_change_with_its_answer_alone",
        "test_chain_begins_with_its_subject_and_each_event_follows_the_one_before",
        "test_whatever_is_touched_is_named",
    ),
    "8.3": (
        "test_a_summary_goes_through_canonical_json_and_back_unchanged",
        "test_contacts_never_enter_the_summary",
        "test_sample_is_read_with_every_figure",
        "test_old_sample_says_what_the_newest_says",
        "test_page_of_figures_names_the_period_and_what_to_do",
        "test_list_of_reports_says_it_in_the_row_and_offers_no_file",
        "test_a_seal_that_was_altered_is_told_on_every_page",
        "test_a_long_snapshot_says_in_portions_what_a_short_one_says_in_one_piece",
        "test_a_portion_that_was_altered_is_told_and_nothing_of_the_snapshot_is_read",
        "test_kept_figures_that_were_altered_are_not_shown",
        "test_a_snapshot_of_before_there_were_seals_is_read_whole",
    ),
    "8.4": (
        "test_record_is_not_shown_to_who_only_reads_the_confirmed_text",
        "test_office_reads_what_was_submitted_and_not_the_drafts_before",
        "test_measure_detail_records_the_acts_on_it",
    ),
    "8.5": (
        "test_whatever_is_touched_is_named",
        "test_rows_beside_events_are_named_when_they_say_something_else",
        "test_chain_begins_with_its_subject_and_each_event_follows_the_one_before",
    ),
    "8.6": (
        "test_department_history_says_who_changed_what",
        "test_ended_responsibility_is_waived_with_its_basis",
    ),
    "9.1": (
        "test_performers_are_all_successors_each_once",
        "test_performer_changes_on_the_day_of_the_succession",
    ),
    "9.2": ("test_open_period_keeps_its_performers_when_one_is_succeeded",),
    "9.3": (
        "test_duties_that_end_in_one_department_collapse_and_the_lead_wins",
        "test_duties_of_a_split_department_stand_in_protocol_order",
    ),
    "9.4": ("test_department_detail_says_who_performs_its_duties_today",),
    "10.1": ("test_text_has_six_fields_at_most",),
    "10.2": ("test_submit_without_new_progress_costs_one_reason",),
    "10.3": (
        "test_filing_annex_keeps_protocol_order",
        "test_department_list_is_in_protocol_order_with_counts",
    ),
    "10.4": ("test_waive_of_a_participant_is_also_the_convenors",),
}


def names_of_tests() -> set[str]:
    found = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(node.name)
    return found


def test_domain_has_a_test_for_each_rule() -> None:
    single = [rule for rule in rules() if "." in rule]
    assert [rule for rule in single if rule not in HELD_BY and rule not in FACTS] == []
    assert [rule for rule in (*HELD_BY, *FACTS) if rule not in single] == []


def test_domain_names_tests_that_exist() -> None:
    known = names_of_tests()
    assert {rule: name for rule, names in HELD_BY.items() for name in names if name not in known} == {}


def table_of(
    rule: str, states: type[models.TextChoices]
) -> dict[tuple[models.TextChoices, Act], models.TextChoices]:
    """The rows "from | act | to | who" of a rule by their English labels, without the Chinese beside them."""
    text = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \|$", text.split(f"### {rule} ")[1].split("\n### ")[0], re.MULTILINE)
    with translation.override("en"):
        by_label = {str(state.label): state for state in states}
        acts = {str(act.label): act for act in Act}
    found = {}
    for row in rows[1:]:
        befores, act, after = (re.sub(r" [^ -~]+", "", cell) for cell in row.split(" | ")[:3])
        for before in befores.split(", "):
            found[by_label[before], acts[act]] = by_label[after]
    return found


def test_table_of_an_update_is_printed_in_the_domain() -> None:
    """docs/domain.md 4.1, against the table that the tests of the acts hold by hand."""
    by_hand = {(before, act): after for before, act, after, _who in test_updates.TABLE}
    assert table_of("4.1", UpdateState) == by_hand | test_updates.BY_RULE


def test_table_of_a_measure_is_printed_in_the_domain() -> None:
    """docs/domain.md 5.1."""
    clerks = {(before, act): after for before, act, after in test_measures.TABLE}
    others = {
        (MeasureState.NOT_STARTED, Act.START): MeasureState.IN_PROGRESS,
        (MeasureState.IN_PROGRESS, Act.CLOSE_MEASURE): MeasureState.CLOSED,
        (MeasureState.ROUTINE, Act.CLOSE_MEASURE): MeasureState.CLOSED,
    }
    assert table_of("5.1", MeasureState) == clerks | others


def test_table_of_a_report_is_printed_in_the_domain() -> None:
    """docs/domain.md 7.13."""
    rows = {key: row.next_state for key, row in issuing.TRANSITIONS.items()}
    assert table_of("7.13", DraftState) == rows


# --- rules about the product as a whole ----------------------------------------------------------


def test_identity_is_a_uuid_for_all_that_leaves_the_product() -> None:
    """docs/domain.md 1.16."""
    names = (
        *("Policy", "Edition", "Measure", "ReportingPeriod", "PeriodSnapshot", "ProgressUpdate"),
        *("Revision", "CoordinationMatter", "Closure", "Event"),
    )
    for model in [
        apps.get_model("departments", "User"),
        *(apps.get_model("measures", name) for name in names),
    ]:
        field = model._meta.get_field("uuid")
        assert isinstance(field, models.UUIDField), model
        assert field.unique, model
        assert not field.editable, model


def test_overdue_is_said_of_commitments_only_in_chinese() -> None:
    """docs/domain.md 4.10: an update is 未报 or 迟报, never 逾期."""
    catalogue = (ROOT / "locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    entries = [entry for entry in catalogue.split("\n\n") if "逾期" in entry]
    assert entries
    assert [entry for entry in entries if not re.search(r"commitment|%\(label\)s", entry)] == []


def test_text_has_six_fields_at_most() -> None:
    """docs/domain.md 10.1: whatever is added takes the place of something else."""
    assert len(TEXT_FIELDS) <= 6
