"""What a change to a strategy comes to: more, less, nothing else, and whether it waits for a letter. Pure."""

from __future__ import annotations

from gateway.governance.steps import Changed
from gateway.governance.strategy_file import Standing, StrategyFile
from models.restriction import Restriction


def is_told_by_notice(file: StrategyFile) -> bool:
    """Whether what it says is decided, holds nobody, and is told by the notice that is still to go."""
    return file.standing is Standing.APPROVED


def holds_at_once(file: StrategyFile, change: Changed) -> bool:
    """Whether a change waits for no letter: nobody is held for longer to what it takes away.

    Nor is anybody held to a contact without restrictions, who has to answer from the day the last one does not.
    """
    return _only_takes_away(file, change) or (file.soft and not change.restrictions)


def alters_nothing(file: StrategyFile, change: Changed) -> bool:
    """Whether a change leaves what it says as it was, whatever its restrictions are called and in which order."""
    same_contact = change.spoc is None or change.spoc == file.spoc
    return same_contact and _whatever_order(file.restrictions) == _whatever_order(change.restrictions)


def only_adds(file: StrategyFile, change: Changed) -> bool:
    """Whether all that it says holds after a change as well, so that the person is held to no less."""
    same_contact = change.spoc is None or change.spoc == file.spoc
    held, will_hold = _whatever_order(file.restrictions), _whatever_order(change.restrictions)
    return same_contact and set(held) <= set(will_hold)


def adds_rules(file: StrategyFile, change: Changed) -> bool:
    """Whether a restriction holds after a change that did not hold before."""
    return not set(_whatever_order(change.restrictions)) <= set(_whatever_order(file.restrictions))


def _whatever_order(restrictions: tuple[Restriction, ...]) -> list[str]:
    dumped = (restriction.model_dump(mode="json", exclude={"id"}) for restriction in restrictions)
    return sorted(
        repr([(name, sorted(value, key=repr) if isinstance(value, list) else value) for name, value in one.items()])
        for one in dumped
    )


def _only_takes_away(file: StrategyFile, change: Changed) -> bool:
    """Whether it leaves everything as it was but for restrictions that are no more."""
    same_contact = change.spoc is None or change.spoc == file.spoc
    return same_contact and not adds_rules(file, change)
