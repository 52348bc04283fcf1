"""Which facts do triggers write down a second time, so that a page finds them in an index?

The policy of what belongs to a measure (OF_A_MEASURE), and who had a part in a text that waits
(`WaitingPart`). Both follow from rows of other tables; whoever changes these, by whatever door, changes what
is repeated with them (docs/decisions/0068). Both databases run the same statements.
"""

from typing import Final, NamedTuple


class Repeating(NamedTuple):
    """After `verb` on a row of the table, and under a condition on OLD and NEW, these statements are run.

    `{differs}` is put in by `row_triggers.made`.
    """

    table: str
    verb: str
    condition: str
    statements: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.table}_{self.verb.lower()}_repeats_facts"

    @property
    def trigger(self) -> tuple[str, str, str, str, tuple[str, ...]]:
        """As `row_triggers.made` takes it."""
        return self.name, self.table, self.verb, self.condition, self.statements


# --- the policy of what belongs to a measure ---

OF_A_MEASURE: Final = ("measures_responsibility", "measures_coordinationmatter", "measures_closure")
_CHANGED: Final = "OLD.{0} {{differs}} NEW.{0}"


def policy_of(table: str) -> str:
    """An expression in a statement on that table."""
    return (
        "(SELECT edition.policy_id FROM measures_measure AS measure"  # noqa: S608  # our own names
        " JOIN measures_section AS section ON section.id = measure.section_id"
        " JOIN measures_edition AS edition ON edition.id = section.edition_id"
        f" WHERE measure.id = {table}.measure_id)"
    )


def _policies_written(table: str, condition: str) -> str:
    """Of the rows that have another, or none."""
    return (
        f"UPDATE {table} SET policy_id = {policy_of(table)}"  # noqa: S608  # our own names
        f" WHERE {condition} AND policy_id {{differs}} {policy_of(table)};"
    )


def _of_measures(measures: str) -> tuple[str, ...]:
    return tuple(_policies_written(table, f"measure_id IN ({measures})") for table in OF_A_MEASURE)


def _of_rows(table: str) -> tuple[Repeating, Repeating]:
    written = (_policies_written(table, "id = NEW.id"),)
    moved = " OR ".join(_CHANGED.format(name) for name in ("measure_id", "policy_id"))
    return Repeating(table, "INSERT", "", written), Repeating(table, "UPDATE", moved, written)


_OF_SECTION: Final = "SELECT id FROM measures_measure WHERE section_id = NEW.id"
_OF_EDITION: Final = (
    "SELECT measure.id FROM measures_measure AS measure"
    " JOIN measures_section AS section ON section.id = measure.section_id WHERE section.edition_id = NEW.id"
)
_POLICIES: Final = (
    *(repeating for table in OF_A_MEASURE for repeating in _of_rows(table)),
    Repeating("measures_measure", "UPDATE", _CHANGED.format("section_id"), _of_measures("NEW.id")),
    Repeating("measures_section", "UPDATE", _CHANGED.format("edition_id"), _of_measures(_OF_SECTION)),
    Repeating("measures_edition", "UPDATE", _CHANGED.format("policy_id"), _of_measures(_OF_EDITION)),
)

# --- parts in texts that wait ---

_WAITS: Final = "{0}.state IN ('in_review', 'submitted')"
_LATEST: Final = (
    " FROM measures_progressupdate AS waiting"
    " JOIN measures_revision AS revision ON revision.update_id = waiting.id"
)
_NOT_AFTER_IT: Final = (
    " AND NOT EXISTS (SELECT 1 FROM measures_revision AS later"
    " WHERE later.update_id = revision.update_id AND later.number > revision.number)"
)


def parts_in(which: str) -> str:
    """The parts in the updates that the condition on `waiting` names: update, person, period, state."""
    return (
        f"SELECT waiting.id, writer.user_id, waiting.period_id, waiting.state{_LATEST}"  # our own names
        " JOIN measures_revision_contributors AS writer ON writer.revision_id = revision.id"
        f" WHERE {which} AND {_WAITS.format('waiting')}{_NOT_AFTER_IT}"
        " UNION"
        f" SELECT waiting.id, revision.approved_by_id, waiting.period_id, waiting.state{_LATEST}"
        f" WHERE {which} AND waiting.state = 'submitted' AND revision.approved_by_id IS NOT NULL"
        f"{_NOT_AFTER_IT}"
    )


def _parts_written(which: str) -> str:
    columns = "update_id, person_id, period_id, state"
    return f"INSERT INTO measures_waitingpart ({columns}) {parts_in(which)};"  # our own names


def _of_update(update: str) -> tuple[str, str]:
    return (
        f"DELETE FROM measures_waitingpart WHERE update_id = {update};",  # noqa: S608  # our own names
        _parts_written(f"waiting.id = {update}"),
    )


_UPDATES: Final = "measures_progressupdate"
_IN_OR_OUT: Final = f"{_WAITS.format('OLD')} OR {_WAITS.format('NEW')}"
_MOVED: Final = f"{_CHANGED.format('state')} OR {_CHANGED.format('period_id')}"
# Of the update alone: the text that waits is frozen, and from then on nothing changes who wrote it.
_PARTS: Final = (
    Repeating(_UPDATES, "INSERT", _WAITS.format("NEW"), _of_update("NEW.id")),
    Repeating(_UPDATES, "UPDATE", f"({_MOVED}) AND ({_IN_OR_OUT})", _of_update("NEW.id")),
    Repeating(_UPDATES, "DELETE", _WAITS.format("OLD"), _of_update("OLD.id")[:1]),
)

REPEATED: Final = (*_POLICIES, *_PARTS)
# The triggers name all of these; a migration that touches one drops them before and makes them again after.
KEPT_IN: Final = "measures_waitingpart"
TABLES: Final = frozenset(
    {
        *(row.table for row in REPEATED),
        *("measures_revision", "measures_revision_contributors", KEPT_IN),
    }
)


def all_written() -> tuple[str, ...]:
    """The statements that write all of it anew, whatever there was."""
    policies = (_policies_written(table, "1 = 1") for table in OF_A_MEASURE)
    return *policies, "DELETE FROM measures_waitingpart;", _parts_written("1 = 1")


def that_differ() -> tuple[tuple[str, str], ...]:
    """(table, query of keys): rows of which another policy is repeated; updates of which other parts are."""
    kept = "SELECT update_id, person_id, period_id, state FROM measures_waitingpart"
    right = f"SELECT * FROM ({parts_in('1 = 1')}) AS worked_out"  # noqa: S608  # our own names
    return (
        *((table, _of_another_policy(table)) for table in OF_A_MEASURE),
        (KEPT_IN, f"{kept} EXCEPT {right}"),
        (KEPT_IN, f"{right} EXCEPT {kept}"),
    )


def _of_another_policy(table: str) -> str:
    return f"SELECT id FROM {table} WHERE policy_id {{differs}} {policy_of(table)}"  # noqa: S608  # our own names
