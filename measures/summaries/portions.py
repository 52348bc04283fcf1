"""Where is the text of a snapshot? It begins in its row, and goes on in portions (docs/decisions/0062).

So neither writing nor hashing it takes more memory than a portion, whatever the number of measures.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Exists, OuterRef

from measures.models import PeriodSnapshot, SnapshotPortion

# Characters: a short policy has its snapshot in one piece, one of 5,000 measures in some seventy.
LENGTH: Final = 1 << 18
# Asked of a snapshot as `goes_on`, it spares the query for the portions of one that has none.
GOES_ON: Final = Exists(SnapshotPortion.objects.filter(snapshot=OuterRef("uuid")))


def portions_of(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in longer pieces: each ends with the one that makes it long enough."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= LENGTH:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


def pieces_of(snapshot: PeriodSnapshot) -> Iterator[str]:
    """Its text, one piece held at a time. One query, none where GOES_ON said that there is no more."""
    yield snapshot.content
    if not vars(snapshot).get("goes_on", True):
        return
    yield from snapshot.portions.order_by("number").values_list("text", flat=True).iterator(chunk_size=1)


def text_of(snapshot: PeriodSnapshot) -> str:
    """All of it, for what reads all of it. Queries as for `pieces_of`."""
    return "".join(pieces_of(snapshot))
