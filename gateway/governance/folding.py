"""How the steps of a file of any kind become its state: each that counts in turn, the undone ones left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from gateway.governance.common_steps import Undone
from gateway.governance.step import Step

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound=Step)
D = TypeVar("D", bound="DataclassInstance")


def folded(id_: str, steps: Sequence[S], opened: Callable[[str, S], D], changed: Callable[[D, S], D]) -> D:
    """The file: what its first step opens, changed by every other that counts. Its `steps` are all of them."""
    file = opened(id_, steps[0])
    for _number, step in live_steps(steps)[1:]:
        file = changed(file, step)
    return replace(file, steps=tuple(steps))


def live_steps(steps: Iterable[S]) -> tuple[tuple[int, S], ...]:
    """The steps that count, with their numbers: neither undone nor an undoing."""
    numbered = list(enumerate(steps, start=1))
    undone = {step.number for _number, step in numbered if isinstance(step, Undone)}
    return tuple((n, step) for n, step in numbered if n not in undone and not isinstance(step, Undone))
