"""Contact that we ask for, for a few days, by telephone, by letter or face to face (CONTRACT §4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from gateway.governance.common_steps import Undone
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.situation import Situation
from gateway.governance.steps import Invited
from gateway.governance.strategy_file import StrategyFile
from routing.invitation import REPLIES_WITHIN

LONGEST: Final = REPLIES_WITHIN
"""As long as a message of ours invites a reply. What is to hold for longer is a change of the strategy."""


def of_invitation(step: Invited, situation: Situation) -> Iterator[Lack]:
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
        yield Lack(f"they were told that they may contact us, to {undone.until}; say in a note what was wrong")


def invited_on(file: StrategyFile | None, day: date) -> Invited | None:
    """What they were told by which a contact of that day was invited; None where nothing was."""
    steps = live_steps(file.steps) if file is not None else ()
    asked = (step for _number, step in steps if isinstance(step, Invited) and step.on <= day <= step.until)
    return next(asked, None)
