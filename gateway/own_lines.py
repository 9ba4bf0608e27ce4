"""Where an organisation's own lines for training come from: closed reviews in the store, and archives of mail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from classifiers.authored import Item
from classifiers.own import TAUGHT, of_mail, of_review
from gateway.archives import archived
from gateway.clock import utc_now
from gateway.ids import new_id
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import ReadingPool
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.decision import Judgement
from models.envelope import Envelope
from models.finding import Category, Label

MOST_MESSAGES = 5000
"""Of background mail: more would outweigh the corpus, and each is scanned."""
_AT_ONCE = 32


@dataclass(slots=True)
class Background:
    """Lines of background mail. `flagged`: the messages in which the scan finds something today, and what."""

    lines: list[Item] = field(default_factory=list)
    flagged: list[tuple[str, tuple[Label, ...]]] = field(default_factory=list)
    messages: int = 0
    without_text: int = 0
    complete: bool = True


async def reviewed(store: Store) -> list[Item]:
    """The lines that reviewers confirmed or dismissed. A contact whose content was erased gives none."""
    lines: list[Item] = []
    for judged in await store.review.judged():
        outcomes = {TAUGHT[queue]: outcome for queue, outcome in judged.outcomes.items() if queue in TAUGHT}
        if outcomes:
            lines += await _of_contact(store, judged.contact_id, outcomes)
    return lines


async def _of_contact(store: Store, id_: str, outcomes: dict[Category, Judgement]) -> Sequence[Item]:
    try:
        contact, decision = await store.recorder.contact(id_), await store.recorder.latest(id_)
    except SealError:
        return ()
    if contact is None or decision is None:
        return ()
    return of_review(contact, decision.findings, outcomes)


async def background(paths: Sequence[Path], pool: ReadingPool) -> Background:
    """The bodies of at most `MOST_MESSAGES` messages, each once. ArchiveError where a path is no archive."""
    found = Background()
    known: set[Item] = set()
    messages = chain.from_iterable(map(archived, paths))
    while found.messages < MOST_MESSAGES and (some := list(islice(messages, _AT_ONCE))):
        for message, reading in zip(some, await asyncio.gather(*(_read(own.raw, pool) for own in some)), strict=True):
            found.messages += 1
            line = of_mail(reading.contact)
            if line is None:
                found.without_text += 1
            elif line not in known:
                known.add(line)
                found.lines.append(line)
                labels = tuple(own.label for own in reading.scan.findings if own.category is not Category.SYSTEM)
                if labels:
                    found.flagged.append((message.name, labels))
    found.complete = next(messages, None) is None
    return found


async def _read(raw: bytes, pool: ReadingPool) -> Reading:
    return await pool.read(ReadingJob(new_id(), Envelope(source="train", received_at=utc_now()), raw))
