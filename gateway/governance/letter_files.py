"""The kinds of file that letters are kept on: a strategy's, and a challenge's where it is about a register's entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from gateway.governance.challenges import own_letters
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.course import Course
from gateway.governance.courses import CHALLENGE, STRATEGY
from gateway.governance.demands import telling
from gateway.governance.letters.in_part import told_of
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterWritten
from gateway.governance.letters_owed import WithLetters
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile

F = TypeVar("F", bound=WithLetters)


@dataclass(frozen=True, slots=True)
class LetterFiles(Generic[F]):
    """A kind of them. `not_to_go`: why a letter that waits is not to go any more; nothing where it is.

    `told_of`: the ids of the person's other strategies of which a letter tells.
    """

    course: Course[F]
    not_to_go: Callable[[F, Letter, Situation], str]
    told_of: Callable[[F, LetterWritten, Situation], tuple[str, ...]]


_OF_STRATEGIES: Final[LetterFiles[StrategyFile]] = LetterFiles(STRATEGY, telling.not_to_go, told_of)
_OF_CHALLENGES: Final[LetterFiles[ChallengeFile]] = LetterFiles(
    CHALLENGE, own_letters.not_to_go, lambda _file, _written, _situation: ()
)

LETTER_FILES: Final[Mapping[str, LetterFiles[Any]]] = {one.course.kind: one for one in (_OF_STRATEGIES, _OF_CHALLENGES)}
"""By the kind of file."""
