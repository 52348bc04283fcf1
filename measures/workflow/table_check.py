"""Does every act stand in a table? Asked when pages are imported: one without a row stops the program."""

from collections.abc import Iterable, Mapping
from typing import Final

from measures.models import Act
from measures.workflow import issuing, measures, periods, updates

# Acts that move no state by a table, and where they are written.
OUTSIDE_THE_TABLES: Final[Mapping[Act, str]] = {
    Act.APPROVE_OWN: "updates.approve_and_submit, where the department reviews its own text",
    Act.REQUEST_EXTENSION: "extensions.request_extension",
    Act.GRANT_EXTENSION: "extensions.grant_extension",
    Act.REFUSE_EXTENSION: "extensions.refuse_extension",
    Act.NOTE_SIGNATURE: "signatures.note_signatures",
    Act.CORRECT_SIGNATURE: "signatures.correct_signatures",
    Act.ADD_LATE_EVIDENCE: "evidence.add_late_files and signature_scans",
    Act.ADD_EVIDENCE: "evidence.add_files, whenever `save` is possible",
    Act.WITHDRAW_EVIDENCE: "evidence.withdraw_file, whenever `save` is possible",
    Act.PLAN_PERIOD: "periods.plan_period makes the period",
    Act.REQUEST_CLOSURE: "closures.request_closure",
    Act.AGREE_CLOSURE: "closures.agree_to_closure; the second closes the measure",
    Act.REFUSE_CLOSURE: "closures.refuse_closure",
    Act.RESOLVE_MATTER: "matters.resolve_matter",
    Act.OVERRIDE_LIGHT: "light_overrides, both functions",
    Act.LOAD_POLICY: "policy_storage.store_policy",
    Act.URGE: "urges.urge",
    Act.SIGN_FOR_URGE: "urges.sign",
    Act.ANSWER_URGE: "urges.answer",
    Act.DRAFT_REPORT: "issuing.draft_report makes the draft",
    Act.WITHDRAW_REPORT: "issuing.withdraw_report, of what was issued",
    Act.BEGIN_BATCH: "batches.begin_batch",
    Act.CANCEL_BATCH: "batches.cancel_batch",
    Act.ANNOUNCE: "announcements.announce",
    Act.DESIGNATE: "designations.designate",
    Act.END_DESIGNATION: "designations.end_designation",
    Act.CHANGE_CONTACT: "department_changes.change_contact",
    Act.RECORD_SUCCESSION: "department_changes.record_succession",
    Act.HAND_OVER: "handovers.hand_over",
}
# What people do to an update, each by a button or on its form.
DONE_TO_UPDATES: Final = frozenset(row.act for row in updates.TRANSITIONS.values() if row.may)


def require_rows(acts: Iterable[str]) -> None:
    """Raises ValueError for an act that is in no table and not named above."""
    tables = (updates.TRANSITIONS, periods.TRANSITIONS, measures.TRANSITIONS, issuing.TRANSITIONS)
    within = {act.value for table in tables for _state, act in table}
    if missing := sorted(set(acts) - within - {act.value for act in OUTSIDE_THE_TABLES}):
        raise ValueError(f"no row of a table says when and by whom: {', '.join(missing)}")


require_rows(Act.values)
