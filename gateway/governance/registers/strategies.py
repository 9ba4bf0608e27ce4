"""The register of strategies: no records of its own, but what their files say of them (Wealden L148-L150)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.governance.folding import live_steps
from gateway.governance.steps import Extended
from gateway.governance.strategy_file import StrategyFile


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register. `considerations`: what the last review, or else the decision, rested on.

    `until`: its end, or the day to which it was `extended`. `needs_to_know`: whom its file names.
    """

    id: str
    person: str
    standing: str
    review_due: date | None
    considerations: str
    until: date | None
    extended: bool
    needs_to_know: tuple[str, ...]


def entry_of(file: StrategyFile) -> Entry:
    """The line of one strategy."""
    return Entry(
        id=file.id,
        person=file.person,
        standing=file.standing.value,
        review_due=file.review_due,
        considerations=file.last_review.reasons if file.last_review else file.reasons,
        until=file.ends,
        extended=any(isinstance(step, Extended) for _number, step in live_steps(file.steps)),
        needs_to_know=tuple(dict.fromkeys(_named(file))),
    )


def _named(file: StrategyFile) -> Iterable[str]:
    yield file.author
    if file.decider is not None:
        yield file.decider
    if file.spoc is not None:
        yield file.spoc.name
        if file.spoc.deputy:
            yield file.spoc.deputy
