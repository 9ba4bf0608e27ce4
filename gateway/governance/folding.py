"""How the steps of a file of any kind become its state: each that counts in turn, the undone ones left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, TypeVar

from gateway.governance.common_steps import Allowed, NoLongerAllowed, Undone
from gateway.governance.step import Step

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound=Step)
D = TypeVar("D", bound="DataclassInstance")
F = TypeVar("F")
K = TypeVar("K", bound=Step)


def folded(
    id_: str,
    steps: Sequence[S],
    opened: Callable[[str, S], D],
    changed: Callable[[D, S], D],
    stays: Callable[[S], bool] = lambda _step: False,
) -> D:
    """The file: what its first step opens, changed by every other that counts. Its `steps` are all of them.

    `stays`: whether what a step did is so, though its record was undone.
    """
    file, live = opened(id_, steps[0]), {number for number, _step in live_steps(steps)}
    for number, step in enumerate(steps[1:], start=2):
        if number in live or stays(step):
            file = changed(file, step)
    return replace(file, steps=tuple(steps))


def as_of(id_: str, steps: Sequence[S], fold: Callable[[str, Sequence[S]], F], moment: datetime) -> F | None:
    """The file as it was then; None where it was not begun."""
    taken = tuple(takewhile(lambda step: step.at <= moment, steps))
    return fold(id_, taken) if taken else None


def as_of_day(id_: str, steps: Sequence[S], fold: Callable[[str, Sequence[S]], F], day: date) -> F | None:
    """The file as it was at the end of that day; None where it was not begun."""
    taken = tuple(takewhile(lambda step: step.taken_on <= day, steps))
    return fold(id_, taken) if taken else None


def who_may_see(seen_by: Mapping[str, str], step: Allowed | NoLongerAllowed) -> Mapping[str, str]:
    """Who may read a file beside those who acted in it, and why, after this step."""
    if isinstance(step, Allowed):
        return {**seen_by, step.name: step.reason}
    return {name: why for name, why in seen_by.items() if name != step.name}


def live_steps(steps: Iterable[S]) -> tuple[tuple[int, S], ...]:
    """The steps that count, with their numbers: neither undone nor an undoing."""
    numbered = list(enumerate(steps, start=1))
    undone = {step.number for _number, step in numbered if isinstance(step, Undone)}
    return tuple((n, step) for n, step in numbered if n not in undone and not isinstance(step, Undone))


def last_of(steps: Sequence[Step], kind: type[K]) -> K | None:
    """The last step of a kind that counts."""
    return next((step for _number, step in reversed(live_steps(steps)) if isinstance(step, kind)), None)
