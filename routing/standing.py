"""Rule 4: which strategies are in force for a sender, and whether this contact is within their scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from models.register import Dossier
from models.scan import MatterVerdict, Verdict
from models.strategy import Strategy, StrategyScope, StrategyStatus
from routing.case import Case


class Coverage(Enum):
    """How a contact stands to a strategy in force."""

    WITHIN = "within"
    """About what the strategy covers, or the strategy covers everything."""
    UNCLEAR = "unclear"
    """Perhaps: treated as within, with the question put to the SPOC (CONTRACT §4.7)."""
    NEW = "new"
    """About nothing that the register knows, under a strategy for named matters: no breach (Cleveland 9.8, 10.4)."""
    OUTSIDE = "outside"
    """Plainly about another matter that the register knows: the strategy does not apply (Cleveland 9.8, Stoke 5.2.1).

    Where it is only the nearest, and the verdict unclear, it is treated as restricted (CONTRACT §4.7).
    """


@dataclass(frozen=True)
class InForce:
    """A strategy in force for an exactly matched person, and how this contact stands to it."""

    strategy: Strategy
    dossier: Dossier
    standing: Coverage

    @property
    def applies(self) -> bool:
        """Whether its restrictions have a say at all."""
        return self.standing is not Coverage.OUTSIDE


def exact_dossiers(case: Case) -> tuple[Dossier, ...]:
    """The people who are exactly matched as themselves; only they can be restricted (CONTRACT §4.3)."""
    people = dict.fromkeys(match.person for match in case.matches if match.is_surely_them)
    return tuple(dossier for person in people if (dossier := case.dossier(person)))


def strategies_in_force(case: Case, day: date) -> tuple[InForce, ...]:
    """The strategies in force on `day`, in the register's order. Nothing is enforced against the dead."""
    return tuple(
        InForce(strategy, dossier, standing(strategy, case.matter))
        for dossier in exact_dossiers(case)
        if dossier.person.deceased_on is None
        for strategy in dossier.strategies
        if why_not_in_force(strategy, day) is None
    )


def why_not_in_force(strategy: Strategy, day: date) -> str | None:
    """None where it is in force: active, notified, started, not past its end, all in days inclusive."""
    if strategy.status is not StrategyStatus.ACTIVE:
        return f"its status is {strategy.status}"
    if strategy.notified_on is None or strategy.notified_on > day:
        # A single point of contact that is offered has a letter and no notice: nobody need wait for one.
        return "its notice has not been received" if strategy.restrictions else "it sets no restrictions"
    if strategy.starts > day:
        return f"it starts on {strategy.starts}"
    if strategy.ends is not None and strategy.ends < day:
        return f"it ended on {strategy.ends}"
    return None


def is_review_overdue(strategy: Strategy, day: date) -> bool:
    """Whether the day by which it was to be reviewed has passed. It stays in force all the same."""
    return strategy.review_due is not None and strategy.review_due < day


def standing(strategy: Strategy, matter: MatterVerdict | None) -> Coverage:
    """How a contact with this verdict stands to `strategy`; a strategy for the whole organisation covers anything."""
    if strategy.scope is StrategyScope.ORGANISATION:
        return Coverage.WITHIN
    if matter is None:
        return Coverage.UNCLEAR
    if matter.verdict is Verdict.NEW:
        return Coverage.NEW
    if matter.verdict is not Verdict.SAME or matter.nearest is None:
        return Coverage.UNCLEAR
    return Coverage.WITHIN if matter.nearest in strategy.matters else Coverage.OUTSIDE
