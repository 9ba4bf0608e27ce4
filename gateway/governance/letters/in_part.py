"""A letter for somebody who does not need to know of the other strategies of which it tells: without what those ask."""

from __future__ import annotations

from typing import Final

from gateway.governance.demands.beside import ids_beside
from gateway.governance.letters.steps import LetterPurpose, LetterWritten, Passage
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from models.policy_course import NoticePart

OF_OTHERS: Final = "(here it says what another strategy asks, which is for those who need to know of that)"
"""What stands in the place of what the letter says."""
_TELLS_OF_OTHERS: Final = frozenset({LetterPurpose.WARNING, LetterPurpose.END})


def told_of(file: StrategyFile, written: LetterWritten, situation: Situation) -> tuple[str, ...]:
    """The ids of the other strategies of which a letter tells; one from before it named them, those of then."""
    if written.beside is not None:
        return written.beside
    return ids_beside(file, situation, written) if written.purpose in _TELLS_OF_OTHERS else ()


def in_part(written: LetterWritten) -> LetterWritten:
    """The letter as whoever reads it in part is shown it; it goes as it was written."""
    passages = tuple(_in_part(passage, written) for passage in written.passages)
    return written.model_copy(update={"passages": passages})


def _in_part(passage: Passage, written: LetterWritten) -> Passage:
    if passage.in_part is not None:
        return passage.model_copy(update={"text": passage.in_part, "in_part": None})
    untold = written.beside is None and written.purpose in _TELLS_OF_OTHERS and passage.part is NoticePart.PURPOSE
    return passage.model_copy(update={"text": OF_OTHERS}) if untold else passage
