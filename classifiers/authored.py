"""The authored corpus `corpus/*.jsonl`: how its lines are read and divided.

A family is one situation told in several ways. A family, and the contrast written as its twin, stays on one side of
the division, so that no figure is of a sentence the model has seen in other words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from models.base import Model
from models.finding import Label, Urgency
from models.plain_faults import first

LOCKED = "lk3-"
"""With what the families of the locked test begin."""


class Kind(StrEnum):
    """What a line is for. `host`: a whole ordinary message; `contrast`: looks like a concern or request, is none."""

    CONCERN = "concern"
    CONTRAST = "contrast"
    RIGHTS = "rights"
    ORDINARY = "ordinary"
    HOST = "host"
    CONDUCT = "conduct"


class Item(Model):
    """One line of the corpus. `near`: labels a contrast resembles. `twin`: the family it is the contrast of."""

    text: str
    labels: tuple[Label, ...] = ()
    kind: Kind
    family: str
    voice: Literal["sender", "third_party", "staff_note", "transcript"] = "sender"
    urgency: Urgency | None = None
    near: tuple[Label, ...] = ()
    twin: str | None = None


class MatterText(Model):
    """What a matter pair says of its matter."""

    title: str
    summary: str = ""


class MatterPair(Model):
    """A matter, a message, and whether the message is about it.

    `others`: what else its writer, `sender`, has with us; `earlier`: texts taken as being about it.
    `background`: whether the text may teach the scan what harmless mail is.
    """

    kind: Literal["matter_pair"]
    matter: MatterText
    others: tuple[MatterText, ...] = ()
    earlier: tuple[str, ...] = ()
    sender: str = ""
    subject: str = ""
    text: str
    verdict: Literal["same", "new", "unclear"]
    family: str
    new_information: bool = False
    mixed: bool = False
    background: bool = True


class CorpusError(ValueError):
    """A line of the corpus cannot be used: file, line number and what is wrong."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """All lines, and the SHA-256 hex of the files they came from and of the lines added to them."""

    items: tuple[Item, ...]
    pairs: tuple[MatterPair, ...]
    digest: str

    def with_lines(self, more: Sequence[Item]) -> Corpus:
        """These lines and others, whose order does not change the digest; the same corpus where there are none."""
        if not more:
            return self
        ordered = sorted(more, key=Item.model_dump_json)
        digest = hashlib.sha256(self.digest.encode())
        for item in ordered:
            digest.update(b"\0" + item.model_dump_json().encode())
        return Corpus((*self.items, *ordered), self.pairs, digest.hexdigest())


class Side(StrEnum):
    """`test` is locked: no rule, threshold or setting is chosen by looking at it."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


def read(folder: Path) -> Corpus:
    """Every line of `folder/*.jsonl`; raises CorpusError at the first that does not fit."""
    items: list[Item] = []
    pairs: list[MatterPair] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data)
        for number, line in enumerate(data.decode().splitlines(), start=1):
            if not line.strip():
                continue
            try:
                raw = json.loads(line)
                if raw.get("kind") == "matter_pair":
                    pairs.append(MatterPair.model_validate(raw))
                else:
                    items.append(Item.model_validate(raw))
            except json.JSONDecodeError as error:
                raise CorpusError(f"{path.name} line {number}: not JSON: {error.msg}") from error
            except ValidationError as error:
                where, what = first(error, whole="the line")
                raise CorpusError(f"{path.name} line {number}: {where}: {what}") from error
    return Corpus(tuple(items), tuple(pairs), digest.hexdigest())


def clusters(items: Sequence[Item]) -> list[str]:
    """The name of what each item must stay together with: its family, its twin's, theirs in turn."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.get(name, name) != name:
            name = root[name]
        return name

    for item in items:
        if item.twin is not None and find(item.family) != find(item.twin):
            root[find(item.family)] = find(item.twin)
    return [find(item.family) for item in items]


def sides(items: Sequence[Item], seed: int) -> list[Side]:
    """The side of each item: of the locked test, or else 85 % train and 15 % dev, clusters together."""
    return [side_of(name, seed) for name in clusters(items)]


def draw(name: str, seed: int) -> int:
    """A number in [0, 2^32) that depends on nothing else."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:4])


def side_of(cluster: str, seed: int) -> Side:
    """The side of all that stays together under one name."""
    if is_locked(cluster):
        return Side.TEST
    return Side.TRAIN if draw(cluster, seed) % 100 < 85 else Side.DEV


def is_locked(family: str) -> bool:
    """Whether a family is of the locked test (`locked.jsonl`): written by somebody who saw nothing of the rest."""
    return family.startswith(LOCKED)
