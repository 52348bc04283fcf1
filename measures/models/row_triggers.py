"""What is the text of a trigger that runs statements after a row has changed, on each database?

On PostgreSQL a trigger runs a function of the same name; SQLite has the statements in the trigger itself.
"""

from collections.abc import Iterable, Iterator


def made(
    vendor: str, name: str, table: str, verb: str, condition: str, statements: Iterable[str]
) -> Iterator[str]:
    """`condition` is on OLD and NEW; it and the statements are said as `said_to` does."""
    body = said_to(vendor, "\n".join(statements))
    when = f" WHEN ({said_to(vendor, condition)})" if condition else ""
    head = f"CREATE TRIGGER {name} AFTER {verb.upper()} ON {table} FOR EACH ROW{when}"
    if vendor == "sqlite":
        yield f"{head}\nBEGIN\n{body}\nEND"
        return
    yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN\n{body}\nRETURN NULL;\nEND$$"
    yield f"{head} EXECUTE FUNCTION {name}()"


def dropped(vendor: str, name: str, table: str) -> Iterator[str]:
    """The statements that take it away, if it is there."""
    on_postgresql = vendor == "postgresql"
    yield f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on_postgresql else "")
    if on_postgresql:
        yield f"DROP FUNCTION IF EXISTS {name}()"


def said_to(vendor: str, text: str) -> str:
    """`{differs}` in the text is the operator that tells two values apart, also where one is NULL."""
    return text.format(differs="IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT")
