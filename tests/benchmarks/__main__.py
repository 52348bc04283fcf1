"""Is it fast enough? `python -m tests.benchmarks` prints one table and exits 1 when a goal is missed.

It needs what script/server installed and no more, and at most ten minutes on two cores: a world or part for
which no time is left is left out, and told with the arguments that measure it. Goals are ratios: everything
is measured beside a floor in the same run. `--help` names the parts that can be run alone.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks import databases
from tests.benchmarks.worlds import World, worlds
from tests.migrated import NoDatabaseError

PARTS: Final = ("pages", "acts", "memory", "report", "documents", "server")
ON_REQUEST: Final = ("profiles",)
# By kind of database: what fits into ten minutes. More by --sizes, with the --minutes that it takes.
SIZES: Final = {"postgresql": "20", "sqlite": "20,1000"}


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("--only", action="append", choices=[*PARTS, *ON_REQUEST], help="this part; may be repeated")
    add("--sizes", help="measures, as 20,1000, as one policy and as many; compared with the smallest")
    add("--worlds", help="instead: policies and measures of each, as 1x20,1000x20; compared with the first")
    add("--database", action="append", choices=SIZES, help="may be repeated; both by default")
    add("--postgresql-url", default="", help="a server to use, instead of one of its own")
    add("--budget", type=float, default=1.5, help="seconds for the rounds of one page")
    add("--minutes", type=float, default=10, help="for the whole run; no world is begun that takes longer")
    add("--limit", type=float, default=10, help="seconds that one round may take")
    add("--markdown", type=Path, help="write the table into this file as well")
    chosen = parser.parse_args(arguments)
    chosen.only = chosen.only or list(PARTS)
    chosen.database = chosen.database or list(SIZES)
    return chosen


def worlds_of(chosen: argparse.Namespace, kind: str) -> list[World]:
    if chosen.worlds:
        return [World.named(words) for words in chosen.worlds.split(",")]
    return worlds([int(size) for size in (chosen.sizes or SIZES[kind]).split(",")])


@contextmanager
def opened(kind: str, folder: Path, url: str) -> Iterator[databases.Databases]:
    """Ended afterwards, whatever happens."""
    is_file = kind == "sqlite"
    found = databases.SqliteFiles(folder) if is_file else databases.PostgresqlServer(folder, url)
    try:
        yield found
    finally:
        found.stop()


def main(arguments: list[str]) -> int:
    chosen, begun = options(arguments), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tracker-benchmarks-") as name:
        folder = Path(name)
        databases.prepare(folder)
        databases.connect()
        from tests.benchmarks import goals, run, table  # with the settings that were prepared

        block, figures, versions = databases.kept_block(folder), [], []
        for kind in chosen.database:
            clock = run.Clock(until=begun + 60 * chosen.minutes)
            plan = run.Plan(chosen.only, worlds_of(chosen, kind), chosen.budget, chosen.limit, clock)
            with opened(kind, folder, chosen.postgresql_url) as made:
                versions.append(made.version())
                figures += run.measure(plan, made, block)
    told = table.machine(versions)
    sys.stdout.write(f"{told}\n\n{table.as_text(figures)}\n\n{table.closing_line(figures)}\n")
    if chosen.markdown:
        chosen.markdown.write_text(table.as_page(told, arguments, figures), encoding="utf-8")
    return 1 if goals.missed(figures) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NoDatabaseError as error:
        sys.exit(f"{error} Or leave PostgreSQL out: --database sqlite")
