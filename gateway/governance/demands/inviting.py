"""Contact that we ask for, for a few days, by telephone, by letter or face to face (CONTRACT §4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from gateway.governance.breaches.steps import AskedToContact
from gateway.governance.common_steps import Undone
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.situation import Situation
from gateway.governance.steps import Invited
from gateway.governance.strategy_file import StrategyFile
from routing.invitation import REPLIES_WITHIN

LONGEST: Final = REPLIES_WITHIN
"""As long as a message of ours invites a reply. What is to hold for longer is a change of the strategy."""


def of_invitation(step: Invited | AskedToContact, situation: Situation) -> Iterator[Lack]:
    """It was said by now, and lasts for a few days only: else it would be a way round the policy's reviews."""
    if step.on > situation.day:
        yield Lack("nothing is recorded of a day to come", field="on")
    if step.until < situation.day:
        yield Lack("that day has passed; a breach that was flagged meanwhile is dismissed", field="until")
    last = situation.day + LONGEST
    if step.until > last:
        text = f"an invitation lasts {LONGEST.days} days at most, to {last}; for longer, change the strategy"
        yield Lack(text, field="until")


def of_undoing(file: StrategyFile, step: Undone) -> Iterator[Lack]:
    """They were told that they may: nobody is in breach of that because somebody thinks better of it."""
    undone = next((one for number, one in live_steps(file.steps) if number == step.number), None)
    if isinstance(undone, Invited):
        yield told_that_they_may(undone)


def told_that_they_may(asked: Invited | AskedToContact) -> Lack:
    """Why an invitation is not undone."""
    return Lack(f"they were told that they may contact us, to {asked.until}; say in a note what was wrong")


def invited_on(
    file: StrategyFile | None, day: date, besides: Iterable[AskedToContact] = ()
) -> Invited | AskedToContact | None:
    """What they were told by which a contact of that day was invited; None where nothing was.

    `besides`: what was recorded while the strategy stood in the register only.
    """
    steps = live_steps(file.steps) if file is not None else ()
    asked: list[Invited | AskedToContact] = [step for _number, step in steps if isinstance(step, Invited)]
    asked += besides
    return next((step for step in asked if step.on <= day <= step.until), None)
