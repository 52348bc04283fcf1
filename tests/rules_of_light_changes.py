"""Which tests hold the rules on changes of lights, on reopenings and on two snapshots?

A part of the table in test_domain.py.
"""

from collections.abc import Mapping
from typing import Final

LIGHT_CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "6.18": (
        "test_each_change_of_a_light_is_kept_with_the_act_or_the_day_that_brought_it",
        "test_days_and_figures_in_a_reason_are_no_change",
        "test_two_acts_at_once_on_one_measure_keep_each_light_once",
        "test_lights_are_refreshed_every_night_and_a_second_time_changes_nothing",
        "test_added_rows_stay_whatever_the_statement",
        "test_measure_shows_each_light_within_the_open_period_and_the_one_before",
        "test_dossier_has_the_lights_within_each_period_and_what_brought_them",
    ),
    "7.17": (
        "test_after_a_reopening_room_and_documents_say_on_what_they_rest",
        "test_signer_has_all_overrides_of_the_period_in_one_list",
        "test_whoever_reopens_or_closes_again_sees_each_measure_that_would_differ_and_ticks_it",
        "test_where_closing_again_changes_nothing_no_tick_is_asked",
    ),
    "7.18": (
        "test_two_snapshots_of_a_period_are_compared_by_counts_lights_texts_and_values",
        "test_snapshot_of_an_old_form_is_compared_and_a_measure_that_only_one_has_is_named",
    ),
}
