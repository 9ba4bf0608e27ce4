"""Who speaks for a person on what a strategy is about, and so may read what we write of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gateway.governance.letters.plain import listed
from models.person import Representative
from models.strategy import StrategyScope


def matters_of(scope: StrategyScope, matters: tuple[str, ...]) -> tuple[str, ...]:
    """Those that a strategy is about; none in particular where it is about whatever somebody contacts us for."""
    return () if scope is StrategyScope.ORGANISATION else matters


def speaks_on(one: Representative, about: Iterable[tuple[str, ...]], day: date) -> bool:
    """Whether an authority runs on that day and is for all of it. `about`: the matters of each strategy."""
    return one.live_on(day) and all(one.is_for(matters) for matters in about)


def authority_of(one: Representative) -> str:
    """For whoever is told that it does not reach so far.

    >>> authority_of(Representative(name="Ali Advocate", matters=("M-001", "M-002"), until=date(2026, 12, 31)))
    'Ali Advocate may speak for them on M-001 and M-002 until 2026-12-31'
    """
    begins = f" from {one.from_}" if one.from_ else ""
    ends = f" until {one.until}" if one.until else ""
    return f"{one.name} may speak for them on {listed(one.matters) if one.matters else 'all matters'}{begins}{ends}"
