"""How are the events of a copy chained? As in the block, with hashes of its own keys, texts and snapshots.

The hash of an event covers its keys and the hash of the one before, that of a text all its columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from measures.models import Event
from measures.models.fingerprints import beginning, digest
from tests.benchmarks.block import Block, Link
from tests.benchmarks.copies import SUBJECT_OF_A_POLICY, Copies, Copy
from tests.benchmarks.forms import Form, Gap, quoted
from tests.benchmarks.identifiers import as_text, mask, with_dashes

LABELS: Final = {"update": "measures.progressupdate", "period": "measures.reportingperiod"}


@dataclass(frozen=True)
class EventForm:
    """An event of the block, to be filled in. `subject` and `chained` are keys there."""

    form: Form
    identifier: int
    subject: tuple[str, int]  # table and key
    chain: tuple[str, int]  # name of the chain and key
    before: int | None
    of_policy: bool
    revision: int | None  # whose text it seals
    sealed: str  # or the hash of a snapshot in the block


class Chained(NamedTuple):
    """What is written of an event of a copy: its identifier and hashes."""

    uuid: str
    previous: str
    content_sha256: str
    sha256: str


class Record:
    """Makes the hashes of the events of a copy, in the order of the block."""

    def __init__(self, block: Block, copies: Copies) -> None:
        self.copies = copies
        self.links = [_event_form(link) for link in block.links]
        self.texts = {key: _text_form(content) for key, content in block.texts.items()}
        keys = [row[0] for row in block.table(Event).rows]
        self.of_a_policy = {  # events of which only the first copy in a policy is written
            key for key, link in zip(keys, self.links, strict=True) if link.of_policy
        }

    def of(self, copy: Copy, snapshots: Mapping[tuple[int, str], str]) -> Iterator[Chained | None]:
        """None for an event of the policy, which stands in its first copy alone.

        `snapshots` are the new hashes of snapshots, by policy and hash in the block.
        """
        texts = self._text_hashes(copy)
        hashes, by = list[str](), mask(copy.number)
        for link in self.links:
            if link.of_policy and copy.block:
                hashes.append("")
                yield None
                continue
            identifier = link.identifier ^ by
            label, key = link.subject
            sealed = snapshots[copy.policy, link.sealed] if link.sealed else ""
            sealed = sealed if link.revision is None else texts[link.revision]
            previous = self._beginning(link, copy) if link.before is None else hashes[link.before]
            values = {
                "uuid": quoted(with_dashes(identifier)),
                "previous": quoted(previous),
                "subject": key + self.copies.offset(label, copy),
                "sealed": quoted(sealed),
            }
            hashes.append(digest(link.form.filled(values)))
            yield Chained(as_text(identifier), previous, sealed, hashes[-1])

    def _beginning(self, link: EventForm, copy: Copy) -> str:
        name, key = link.chain
        return beginning(name, key + self.copies.offset(_label(name), copy))

    def _text_hashes(self, copy: Copy) -> dict[int, str]:
        labels = ("revision", "progressupdate", "commitmentsubject")
        text, update, subject = (self.copies.offset(f"measures.{name}", copy) for name in labels)
        by = mask(copy.number)
        found = {}
        for key, (form, content) in self.texts.items():
            values = {
                "id": key + text,
                "update": content["update_id"] + update,
                "base": content.get("base_id", 0) + text,
                "uuid": quoted(with_dashes(UUID(content["uuid"]).int ^ by)),
            }
            values |= {
                f"subject{row['subject_id']}": row["subject_id"] + subject for row in content["values"]
            }
            found[key] = digest(form.filled(values))
        return found


def _label(subject: str) -> str:
    return LABELS.get(subject, f"measures.{subject}")


def _event_form(link: Link) -> EventForm:
    sealed = link.content.get("content_sha256", "")
    gaps = {"uuid": Gap("uuid"), "previous": Gap("previous"), link.subject: Gap("subject")}
    is_text = link.subject == "revision_id"
    if sealed or is_text:
        gaps["content_sha256"] = Gap("sealed")
    return EventForm(
        Form({**link.content, **gaps}),
        UUID(link.content["uuid"]).int,
        (_label(link.subject.removesuffix("_id")), link.content[link.subject]),
        link.chain,
        link.before,
        link.subject in SUBJECT_OF_A_POLICY,
        link.content[link.subject] if is_text else None,
        "" if is_text else sealed,
    )


def _text_form(content: dict[str, Any]) -> tuple[Form, dict[str, Any]]:
    gaps: dict[str, Any] = {"id": Gap("id"), "update_id": Gap("update"), "uuid": Gap("uuid")}
    if "base_id" in content:
        gaps["base_id"] = Gap("base")
    gaps["values"] = [{**row, "subject_id": Gap(f"subject{row['subject_id']}")} for row in content["values"]]
    return Form({**content, **gaps}), content
