"""The letters that told a person what came of their challenge: undoing a step does not call back what went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.steps import Decided, OutcomeTold
from gateway.governance.common_steps import Undone
from gateway.governance.demands.occasion import challenge_told
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile


def letters_of(file: ChallengeFile, situation: Situation) -> Mapping[str, Letter] | None:
    """The letters among which its outcome is told: of the strategy's file, or of an entry its own.

    None of a strategy that only the register has.
    """
    if file.of_entry:
        return file.letters
    strategy = situation.strategy(file.received.about)
    return strategy.letters if strategy is not None else None


def kept_on(file: ChallengeFile) -> str:
    """The id of the file that those are on."""
    return file.id if file.of_entry else file.received.about


def how_written(file: ChallengeFile) -> str:
    """The command that writes one."""
    which = "" if file.of_entry else f" --challenge {file.id}"
    return f"`triage letter write {kept_on(file)} --purpose challenge_outcome{which}`"


def told(file: ChallengeFile, situation: Situation) -> OutcomeTold | None:
    """That the person was told the outcome; None also where the letter by which they were came back, or never went."""
    letters = letters_of(file, situation)
    if file.told is None or letters is None or file.told.letter is None:
        return file.told
    letter, way, on = letters.get(file.told.letter), file.told.way, file.told.on
    reached = letter.reached if letter is not None else ()
    return file.told if any(sent.way is way and sent.on == on for sent in reached) else None


def told_otherwise(file: ChallengeFile) -> OutcomeTold | None:
    """That they were told, without a letter on file, an outcome that was taken back since; until they are told anew."""
    undone = {step.number for step in file.steps if isinstance(step, Undone)}
    found, decided = None, 0
    for number, step in enumerate(file.steps, start=1):
        if isinstance(step, Decided):
            decided = number
        elif isinstance(step, OutcomeTold) and step.letter is None and {number, decided} <= undone:
            found = step
    return found if file.told is None else None


def letters_gone(file: ChallengeFile, situation: Situation) -> tuple[str, ...]:
    """Ids of the letters that went on a decision of this challenge, whether that was undone since or not."""
    return tuple(written.letter for written, _until in _gone(file, situation))


def letters_to_record(file: ChallengeFile, situation: Situation) -> tuple[str, ...]:
    """Ids of those that tell the person what was decided, where it is still to be recorded that they were told."""
    letters = letters_of(file, situation)
    if letters is None or file.decided is None or told(file, situation) is not None:
        return ()
    gone = (written for written, until in _gone(file, situation) if until is None and written.at >= file.decided.at)
    return tuple(written.letter for written in gone if letters[written.letter].sent_that_count)


def letters_untrue(file: ChallengeFile, situation: Situation) -> tuple[str, ...]:
    """Ids of those whose decision was undone, until the person is told anew."""
    if told(file, situation) is not None:
        return ()
    return tuple(written.letter for written, until in _gone(file, situation) if until is not None)


def of_another_challenge(
    file: ChallengeFile, strategy: StrategyFile, written: LetterWritten, situation: Situation
) -> str | None:
    """The other challenge whose outcome a letter tells, or that was told by it; None where it is of this one."""
    if written.challenge is None:
        for other in _others(file, situation):
            if other.told is not None and other.told.letter == written.letter:
                return other.id
    told = challenge_told(strategy, written, (file, *situation.besides))
    return None if told == file.id else told


def _gone(file: ChallengeFile, situation: Situation) -> Iterator[tuple[LetterWritten, datetime | None]]:
    """Each with the moment at which its decision was undone, None while that stands.

    One from before letters named their challenge is of this one where it was written while this one stood decided,
    and no other challenge was told by it.
    """
    letters = letters_of(file, situation) or {}
    of_others = {other.told.letter for other in _others(file, situation) if other.told is not None}
    for id_, letter in letters.items():
        written = letter.written
        if not letter.reached or written.purpose is not LetterPurpose.CHALLENGE_OUTCOME:
            continue
        if id_ in of_others if written.challenge is None else written.challenge != file.id:
            continue
        for since, until in _decided(file):
            if since <= written.at and (until is None or written.at < until):
                yield written, until


def _others(file: ChallengeFile, situation: Situation) -> list[ChallengeFile]:
    """The other challenges of the same strategy: every strategy has an L1 of its own."""
    others = (one for one in situation.besides if isinstance(one, ChallengeFile) and one.id != file.id)
    return [one for one in others if one.received.about == file.received.about]


def _decided(file: ChallengeFile) -> Iterator[tuple[datetime, datetime | None]]:
    """From when to when each decision stood; None: it still does."""
    undone = {step.number: step.at for step in file.steps if isinstance(step, Undone)}
    for number, step in enumerate(file.steps, start=1):
        if isinstance(step, Decided):
            yield step.at, undone.get(number)
