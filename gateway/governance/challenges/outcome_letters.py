"""The letters that told a person what came of their challenge: undoing a step does not call back what went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.steps import Decided
from gateway.governance.common_steps import Undone
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.situation import Situation


def letters_gone(file: ChallengeFile, situation: Situation) -> tuple[str, ...]:
    """Ids of the letters that went on a decision of this challenge, whether that was undone since or not."""
    return tuple(written.letter for written, _until in _gone(file, situation))


def letters_untrue(file: ChallengeFile, situation: Situation) -> tuple[str, ...]:
    """Ids of those whose decision was undone, until the person is told anew."""
    if file.told is not None:
        return ()
    return tuple(written.letter for written, until in _gone(file, situation) if until is not None)


def _gone(file: ChallengeFile, situation: Situation) -> Iterator[tuple[LetterWritten, datetime | None]]:
    """Each with the moment at which its decision was undone, None while that stands.

    A letter does not name its challenge: it is of this one where it was written while this one stood decided, and no
    other challenge was told by it.
    """
    strategy = situation.strategy(file.received.about)
    letters = strategy.letters if strategy is not None else {}
    others = [one for one in situation.besides if isinstance(one, ChallengeFile) and one.id != file.id]
    # Every strategy has an L1 of its own.
    of_others = {
        other.told.letter for other in others if other.told is not None and other.received.about == file.received.about
    }
    for id_, letter in letters.items():
        written = letter.written
        if not letter.sent or written.purpose is not LetterPurpose.CHALLENGE_OUTCOME or id_ in of_others:
            continue
        for since, until in _decided(file):
            if since <= written.at and (until is None or written.at < until):
                yield written, until


def _decided(file: ChallengeFile) -> Iterator[tuple[datetime, datetime | None]]:
    """From when to when each decision stood; None: it still does."""
    undone = {step.number: step.at for step in file.steps if isinstance(step, Undone)}
    for number, step in enumerate(file.steps, start=1):
        if isinstance(step, Decided):
            yield step.at, undone.get(number)
