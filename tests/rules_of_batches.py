"""Which tests hold the rules of docs/domain.md 7 on batches? A part of the table in test_domain.py."""

from collections.abc import Mapping
from typing import Final

BATCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "7.15": (
        "test_batch_holds_what_the_person_may_have_alone",
        "test_batch_is_seen_by_whoever_may_have_each_of_its_documents",
        "test_batch_is_an_act_of_the_period_and_so_is_its_cancelling",
        "test_batch_is_changed_by_whoever_asked_for_it_and_by_clerks",
        "test_document_that_fails_is_named_and_stops_no_other",
        "test_failed_documents_are_tried_again_and_no_others",
        "test_zip_has_what_was_made_and_names_what_was_not",
        "test_killed_worker_is_followed_by_one_that_makes_the_rest_alone",
        "test_what_a_dead_worker_held_waits_again_after_its_silence",
        "test_document_that_brings_its_worker_down_is_given_up",
        "test_file_that_was_altered_is_not_handed_out_and_is_made_again",
        "test_old_batches_go_with_their_files",
        "test_page_says_that_nobody_makes_documents",
    ),
    "7.16": (
        "test_long_document_is_offered_in_the_background_and_a_short_one_is_made",
        "test_long_document_is_a_batch_of_one_and_no_act",
    ),
}
