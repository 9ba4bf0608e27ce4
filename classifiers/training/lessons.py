"""What a model is taught of a text: a labelled one whole, any other sentence by sentence, as it will be met in mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from classifiers.authored import Item, Kind, MatterPair, is_locked
from classifiers.normalise import Folder
from classifiers.sentences import split
from models.finding import Label

_WEIGHTS = {Kind.CONTRAST: 0.2, Kind.HOST: 2.0, Kind.ORDINARY: 2.0, Kind.RIGHTS: 2.0, Kind.CONDUCT: 0.5}


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of training: folded text, the labels it carries, and how much it counts."""

    text: bytes
    labels: tuple[Label, ...]
    weight: float = 1.0
    near: tuple[Label, ...] = ()


def units_of(items: Sequence[Item], chosen: Sequence[int], folder: Folder) -> list[Unit]:
    """A labelled text whole; an unlabelled one sentence by sentence and pair by pair, as it will be met in mail."""
    units: list[Unit] = []
    for index in chosen:
        item = items[index]
        weight = _WEIGHTS.get(item.kind, 1.0)
        whole = [] if item.kind is Kind.HOST else [Unit(folder.fold(item.text).data, item.labels, weight, item.near)]
        units += whole if item.labels else [*pieces_of(item.text, weight, folder), *whole]
    return units


def harmless(pairs: Sequence[MatterPair]) -> list[MatterPair]:
    """Those whose texts teach what harmless mail is; none is of the locked test."""
    return [pair for pair in pairs if pair.background and not is_locked(pair.family)]


def background_of(pairs: Sequence[MatterPair], folder: Folder) -> list[Unit]:
    """The texts of matter pairs, as ordinary mail."""
    return [unit for pair in pairs for unit in pieces_of(pair.text, 1.0, folder)]


def pieces_of(text: str, weight: float, folder: Folder) -> list[Unit]:
    """Each sentence, and each two neighbours, as saying nothing."""
    spans = split(text)
    windows = [(span, span) for span in spans] + list(pairwise(spans))
    return [Unit(folder.fold(text[first.start : last.end]).data, (), weight) for first, last in windows]
