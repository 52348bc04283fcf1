"""What keeps spans of days apart? A constraint for both databases: no two rows of one owner share a day.

PostgreSQL excludes it with ranges that it knows without an extension; SQLite with two triggers that are made
anew with their table, as its partial indexes are.
"""

from typing import Any, Final, TypeAlias

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor as Editor
from django.db.backends.ddl_references import Statement, Table

_Model: TypeAlias = type[models.Model]
_EXCLUDE: Final = (
    "EXCLUDE USING gist (int8range({owner}, {owner}, '[]') WITH &&, daterange({first}, {last}, '[]') WITH &&)"
)
# After the row is in: a unique constraint that it breaks too has spoken by then.
_TRIGGERS: Final = {
    "insert": "AFTER INSERT",
    "update": "AFTER UPDATE OF {owner}, {first}, {last}",
}
_REFUSE: Final = (
    "BEGIN SELECT RAISE(ABORT, '{name}') WHERE EXISTS (SELECT 1 FROM %(table)s AS kept"
    " WHERE kept.{key} <> NEW.{key} AND kept.{owner} = NEW.{owner}"
    " AND kept.{first} <= NEW.{last} AND kept.{last} >= NEW.{first}); END"
)


class NoOverlap(models.BaseConstraint):
    """Rows with the same `owner` (a foreign key) have no day in common; `first` and `last` are included."""

    def __init__(self, *, owner: str, first: str, last: str, name: str, **told: Any) -> None:
        super().__init__(name=name, **told)
        self.owner, self.first, self.last = owner, first, last

    # Django passes a model and an editor and takes a Statement or None; the stubs say otherwise.

    def constraint_sql(self, model: _Model, editor: Editor) -> str | None:  # type: ignore[override]  # see above
        """Inside CREATE TABLE. SQLite says nothing there: its triggers follow when the table is there."""
        if editor.connection.vendor == "postgresql":
            return f"CONSTRAINT {editor.quote_name(self.name)} {self._exclusion(model, editor)}"
        editor.deferred_sql.extend(self._triggers(model, editor))
        return None

    def create_sql(self, model: _Model, editor: Editor) -> Statement:  # type: ignore[override]  # see above
        """For a table that is there: on PostgreSQL alone, SQLite makes the table anew."""
        return self._alter(model, editor, f"ADD CONSTRAINT %(name)s {self._exclusion(model, editor)}")

    def remove_sql(self, model: _Model, editor: Editor) -> Statement:  # type: ignore[override]  # see above
        return self._alter(model, editor, "DROP CONSTRAINT %(name)s")

    def _alter(self, model: _Model, editor: Editor, change: str) -> Statement:
        return Statement(
            f"ALTER TABLE %(table)s {change}",
            table=Table(model._meta.db_table, editor.quote_name),
            name=editor.quote_name(self.name),
        )

    def validate(
        self,
        model: _Model,
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """A row of the very same span is left to the constraint that makes it unique."""
        if {self.owner, self.first, self.last} & set(exclude or ()):
            return
        first, last = getattr(instance, self.first), getattr(instance, self.last)
        shared = {f"{self.first}__lte": last, f"{self.last}__gte": first}
        others = model._default_manager.using(using).filter(
            **{self.owner: getattr(instance, self.owner)}, **shared
        )
        others = others.exclude(pk=instance.pk).exclude(**{self.first: first, self.last: last})
        if others.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> Any:
        path, args, options = super().deconstruct()
        return path, args, {**options, "owner": self.owner, "first": self.first, "last": self.last}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def _columns(self, model: _Model, editor: Editor) -> dict[str, str]:
        fields = {field.name: field.column for field in model._meta.fields if field.column}
        key = model._meta.pk.name
        names = {"owner": self.owner, "first": self.first, "last": self.last, "key": key}
        return {part: editor.quote_name(fields[name]) for part, name in names.items()}

    def _exclusion(self, model: _Model, editor: Editor) -> str:
        return _EXCLUDE.format(**self._columns(model, editor))

    def _triggers(self, model: _Model, editor: Editor) -> list[Statement]:
        columns = self._columns(model, editor)
        refuse = _REFUSE.format(name=self.name, **columns)
        return [
            Statement(
                f"CREATE TRIGGER %(name)s {moment.format(**columns)} ON %(table)s {refuse}",
                name=editor.quote_name(f"{self.name}_{event}"),
                table=Table(model._meta.db_table, editor.quote_name),
            )
            for event, moment in _TRIGGERS.items()
        ]
