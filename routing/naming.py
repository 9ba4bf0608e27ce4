"""Whether a complaint names somebody who would otherwise handle it."""

from __future__ import annotations

from itertools import pairwise

from models.strategy import Strategy

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "cllr", "councillor", "sgt", "sergeant", "inspector", "pc"})


def words(text: str) -> tuple[str, ...]:
    """The words of a text, without case or punctuation."""
    return tuple("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def is_named(name: str, text: tuple[str, ...]) -> bool:
    """Whether a person's or a post's name, or an address of theirs, stands in `text`.

    Found in full (`Pat Contact`), by initial (`P Contact`), by title (`Ms Contact`), or as the words of an address
    (`pat.contact@…`); an address whose name is one common word (`spoc@…`) only in full.
    """
    local, at, _ = name.partition("@")
    wanted = words(local)
    if at and len(wanted) < 2:
        wanted = words(name)
    if not wanted or _stands_in(wanted, text):
        return bool(wanted)
    surname = wanted[-1]
    return (len(wanted) > 1 and not at) and any(
        second == surname and (first in _TITLES or first == wanted[0][0]) for first, second in pairwise(text)
    )


def _stands_in(wanted: tuple[str, ...], text: tuple[str, ...]) -> bool:
    return any(text[at : at + len(wanted)] == wanted for at in range(len(text) - len(wanted) + 1))


def handlers(strategy: Strategy) -> dict[str, str | None]:
    """Who decides on or answers under a strategy: name or address to the address they read, None where not known."""
    people: dict[str, str | None] = {approval.name: None for approval in strategy.approvals if approval.name}
    if strategy.decider:
        people[strategy.decider] = None
    if strategy.spoc:
        people[strategy.spoc.name] = strategy.spoc.address
        people[strategy.spoc.address] = strategy.spoc.address
        if strategy.spoc.deputy:
            people[strategy.spoc.deputy] = strategy.spoc.deputy
    return people
