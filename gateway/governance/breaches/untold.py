"""Breaches of what nobody had told the person: the letter by which they were to be told came back."""

from __future__ import annotations

from datetime import date, datetime

from gateway.governance.breaches.file import BreachFile, Key, fold
from gateway.governance.breaches.steps import Because, BreachConfirmed, BreachUndone
from gateway.governance.folding import as_of, as_of_day, live_steps
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterCameBack, LetterPurpose
from gateway.governance.steps import Changed, ChangeInForce, Reinstated, Urgent
from gateway.governance.strategy_changes import is_told_by_notice
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold as fold_strategy
from gateway.governance.strategy_fold import walked
from models.policy_course import NoticePart


def untold(file: BreachFile, strategy: StrategyFile | None) -> dict[Key, LetterCameBack]:
    """The breaches that stand confirmed although nobody had told the person, and the letter that came back, of each.

    Of a strategy that the register alone has, nothing is known: `strategy` None.
    """
    found = ((key, of_untold(breach, strategy)) for key, breach in file.breaches.items())
    return {key: back for key, back in found if back is not None}


def as_far_as_told(file: BreachFile, strategy: StrategyFile | None) -> BreachFile:
    """The file as it would be, were those of what nobody had told them undone: what is proposed and to be done still.

    The steps that it has more are none that anybody took.
    """
    if not (found := untold(file, strategy)):
        return file
    last = file.steps[-1]
    undone = (
        BreachUndone(
            by=last.by, at=last.at, contact=contact, restriction=restriction, because=Because.ERROR, note="Not told."
        )
        for contact, restriction in found
    )
    return fold(file.id, (*file.steps, *undone))


def of_untold(breach: BreachConfirmed, strategy: StrategyFile | None) -> LetterCameBack | None:
    """The letter that came back on which the breach rests, where none that counts had reached them by then.

    A contact whose day is not on file, as an older version left it, came on the day of its confirmation at the latest.
    """
    day = breach.received_on or breach.taken_on
    if strategy is None or _told_at_once(strategy, breach.restriction, day):
        return None
    since, purposes = _to_be_told_by(strategy, breach.restriction, day)
    letters = [
        letter
        for letter in strategy.letters.values()
        if letter.written.purpose in purposes and (since is None or letter.written.at >= since)
    ]
    named = _naming(strategy, breach.restriction, day, since) if LetterPurpose.CHANGE in purposes and since else []
    if any(sent.received_on <= day for letter in (*letters, *named) for sent in letter.sent_that_count):
        return None
    came = (
        back
        for letter in letters
        for number, back in letter.came_back.items()
        if letter.sent[number - 1].received_on <= day
    )
    return max(came, key=lambda back: back.at, default=None)


def _naming(strategy: StrategyFile, restriction: str, day: date, since: datetime) -> list[Letter]:
    """Letters from after a change was decided that name the restriction in full as it was that day.

    A review and a reminder say what holds, and so whoever reads one knows it as from the letter about the change.
    """
    then = as_of_day(strategy.id, strategy.steps, fold_strategy, day)
    held = [one for one in then.restrictions if one.id == restriction] if then is not None else []
    after = (one for one in strategy.letters.values() if one.written.at >= since)
    listing = (one for one in after if any(part.part is NoticePart.RESTRICTIONS for part in one.written.passages))
    then_told = ((one, as_of(strategy.id, strategy.steps, fold_strategy, one.written.at)) for one in listing)
    return [one for one, told in then_told if told is not None and any(rule in told.restrictions for rule in held)]


def _told_at_once(strategy: StrategyFile, restriction: str, day: date) -> bool:
    """Whether urgent measures held them to it, of which they are told by themselves and not by the notice."""
    urgent = (step for _number, step in live_steps(strategy.steps) if isinstance(step, Urgent))
    return any(one.told_on <= day <= one.until and restriction in {r.id for r in one.restrictions} for one in urgent)


def _to_be_told_by(
    strategy: StrategyFile, restriction: str, day: date
) -> tuple[datetime | None, frozenset[LetterPurpose]]:
    """From when, and with which purposes, letters told them of the restriction as it was that day.

    Taken up again, a strategy is told anew; and what a change brought or altered is told by the letter about it, or by
    another that names it (`_naming`).
    """
    since, purposes = None, frozenset({LetterPurpose.NOTICE})
    for before, step in walked(strategy):
        if step.taken_on > day:
            break
        if isinstance(step, Reinstated):
            since, purposes = step.at, frozenset({LetterPurpose.NOTICE})
        if isinstance(step, Changed) and is_told_by_notice(before):
            new = [one for one in step.restrictions if one not in before.restrictions]
            if restriction in {one.id for one in new}:
                since, purposes = step.at, frozenset({LetterPurpose.NOTICE})
        if isinstance(step, ChangeInForce):
            change = before.changing
            new = [one for one in change.restrictions if one not in before.restrictions] if change else []
            if change is not None and restriction in {one.id for one in new}:
                since, purposes = change.at, frozenset({LetterPurpose.NOTICE, LetterPurpose.CHANGE})
    return since, purposes
