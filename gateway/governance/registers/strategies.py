"""The register of strategies: no records of its own, but what their files say of them (Wealden L148-L150)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.governance.folding import live_steps
from gateway.governance.steps import Acted, Extended, Reviewed
from gateway.governance.strategy_file import StrategyFile
from models.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register. `considerations`: what the last review, or else the decision, rested on.

    `until`: its end, or the day to which it was `extended`. `needs_to_know`: whom its file names; the pack names roles
    beside. `owner`: whom others ask. None in `person`, `considerations` and `until`: not for whoever reads the list.
    """

    id: str
    person: str | None
    standing: str
    review_due: date | None
    considerations: str | None
    until: date | None
    extended: bool
    needs_to_know: tuple[str, ...]
    owner: str


def entry_of(file: StrategyFile) -> Entry:
    """The line of one strategy, for somebody who needs to know."""
    return Entry(
        id=file.id,
        person=file.person,
        standing=file.standing.value,
        review_due=file.review_due,
        considerations=file.last_review.reasons if file.last_review else file.reasons,
        until=file.ends,
        extended=any(isinstance(step, Extended) for _number, step in live_steps(file.steps)),
        needs_to_know=those_who_need_to_know(file),
        owner=owner_of(file),
    )


def outside_of(file: StrategyFile) -> Entry:
    """The line of one strategy, for anybody else: that there is one, and whom to ask."""
    return Entry(
        id=file.id,
        person=None,
        standing=file.standing.value,
        review_due=file.review_due,
        considerations=None,
        until=None,
        extended=False,
        needs_to_know=(),
        owner=owner_of(file),
    )


def entry_in_register(strategy: Strategy, *, open_to: bool) -> Entry:
    """The line of one that only stands in the register; `open_to`: whether whoever reads the list needs to know."""
    return Entry(
        id=strategy.id,
        person=strategy.person if open_to else None,
        standing=f"{strategy.status.value}, in the register only",
        review_due=strategy.review_due,
        considerations=strategy.reasons if open_to else None,
        until=strategy.ends if open_to else None,
        extended=False,
        needs_to_know=those_named_in_register(strategy) if open_to else (),
        owner=strategy.decider or "",
    )


def owner_of(file: StrategyFile) -> str:
    """Who answers for it: whoever decided it, until then its author."""
    return file.decider or file.author


def those_who_need_to_know(file: StrategyFile) -> tuple[str, ...]:
    """Whom the file names: who wrote, agreed or reviewed it, its contact and deputy, and those who were allowed."""
    return tuple(dict.fromkeys(_named(file)))


def those_named_in_register(strategy: Strategy) -> tuple[str, ...]:
    """Whom the register names in one that has no file here: who decided and approved it, its contact and deputy."""
    spoc = (strategy.spoc.name, strategy.spoc.deputy) if strategy.spoc is not None else ()
    names = (strategy.decider, *(approval.name for approval in strategy.approvals), *spoc)
    return tuple(dict.fromkeys(name for name in names if name))


def _named(file: StrategyFile) -> Iterable[str]:
    yield file.author
    yield from (step.by for _number, step in live_steps(file.steps) if isinstance(step, Acted | Reviewed))
    if file.spoc is not None:
        yield file.spoc.name
        if file.spoc.deputy:
            yield file.spoc.deputy
    yield from file.seen_by
