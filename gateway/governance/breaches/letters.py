"""The letters that went on a strategy's breaches: what is done is what reached the person, whatever is typed here."""

from __future__ import annotations

from gateway.governance.breaches.file import BreachFile, Decision, fold
from gateway.governance.breaches.steps import PutRight
from gateway.governance.demands.occasion import REMINDS
from gateway.governance.folding import as_of, last_of, live_steps
from gateway.governance.letters.steps import LetterPurpose, LetterSent, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.steps import Changed
from gateway.governance.strategy_file import StrategyFile
from models.policy_events import BreachAction


def to_do(file: BreachFile, situation: Situation) -> tuple[Decision, ...]:
    """What was accepted and is not done; also where it was done by a letter that came back."""
    strategy = situation.strategy(file.strategy)
    again = (one for one in file.decisions if one.carried_out is not None and one.answers and _came_back(one, strategy))
    return (*file.to_do, *again)


def to_put_right(file: BreachFile, situation: Situation) -> tuple[Decision, ...]:
    """What was done on breaches that were none; not a letter that came back, which nobody read.

    Whoever tightened a strategy did, also where nobody recorded here that it is done.
    """
    strategy = situation.strategy(file.strategy)
    told = (one for one in file.to_put_right if not _came_back(one, strategy))
    return (*told, *(one for one in file.fallen if strategy is not None and _was_tightened(one, strategy)))


def letters_to_put_right(file: BreachFile, situation: Situation) -> tuple[LetterSent, ...]:
    """The reminders that the person has, each as it went last, of whose breaches none counts any more.

    Not what went although it was untrue by then, nor what is recorded here as done: each is a task of its own.
    """
    strategy = situation.strategy(file.strategy)
    letters = strategy.letters.values() if strategy is not None else ()
    return tuple(
        letter.sent_that_count[-1]
        for letter in letters
        if letter.sent_that_count
        and letter.written.purpose is LetterPurpose.REMINDER
        and _tells_of_none(file, letter.written)
        and not _is_put_right(file, letter.sent_that_count[-1])
    )


def _tells_of_none(file: BreachFile, written: LetterWritten) -> bool:
    """Whether what it rested on, when it was written, has fallen: the decision that it goes, else every breach."""
    then = as_of(file.id, file.steps, fold, written.at)
    if then is None:
        return False
    decided = [one.step for one in then.decisions if one.accepted and one.answers and one.step.action in REMINDS]
    now = next((one for one in file.decisions if decided and one.step == decided[-1]), None)
    if now is None:
        return bool(then.breaches) and not file.before and not set(then.breaches) & set(file.breaches)
    is_recorded = now.carried_out is not None and now.carried_out.letter in (None, written.letter)
    return not now.answers and not is_recorded


def _is_put_right(file: BreachFile, sent: LetterSent) -> bool:
    steps = (step for _number, step in live_steps(file.steps))
    return any(isinstance(one, PutRight) and one.letter == sent.letter and one.at >= sent.at for one in steps)


def _came_back(decision: Decision, strategy: StrategyFile | None) -> bool:
    """Whether it was done by a letter that came back and that the person does not have."""
    named = decision.carried_out.letter if decision.carried_out is not None else None
    letter = strategy.letters.get(named or "") if strategy is not None else None
    return letter is not None and bool(letter.came_back) and not letter.reached


def _was_tightened(decision: Decision, strategy: StrategyFile) -> bool:
    """Whether it was, from when that was accepted until its breaches were undone, and not changed since."""
    change, undone = last_of(strategy.steps, Changed), decision.undone
    if decision.step.action is not BreachAction.TIGHTEN or change is None or undone is None:
        return False
    return not strategy.standing.is_over and decision.step.at <= change.at <= undone.at
