"""Whether a passage of a message is about something else than its matter: one contact may carry an old and a new one.

A passage is a paragraph, or what stands behind a turn within one ("Separately, ...", "PS"). It is something else where
hardly a word of the matter comes back in it, it says enough of its own, and it asks or tells as one does for the first
time. Thanks, moods and a life told ask for nothing and say little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from classifiers.matter_features import SHARED, TELLING, Message
from classifiers.matter_model import Chances
from classifiers.matter_phrases import ADDS, LABELS, TURNS
from classifiers.matter_text import Reading
from classifiers.normalise import to_ascii
from classifiers.patterns import InALine, Pattern

_UNLIKE = 0.35
"""Likeness below which a passage may be about something else."""
_UNLIKE_AND_SAYS_SO = 0.5
"""The same where the writer says that something else follows."""
_OWN = 12.0
"""Weight of telling words that are not the matter's, some three of them, from which a passage has a subject."""
_OWN_AND_SAYS_SO = 10.0
_NOTHING_SHARED = 0.1
_PLAINLY_SAME = 0.6
_RATHER_NEW = 0.5
_NEW_IF_IT_ADDS = 0.6
_PLAINLY_NEW = 0.7
"""Of 220 open repeats with a line of thanks, mood or life put beside them 4 had a passage that reached it."""
_TELLS = frozenset({"recent", "tells_of", "worried"})


def _at_the_head(phrases: Sequence[str]) -> InALine:
    return InALine(
        (r"^(?:[0-9]{1,2} )?(?:(?:and|but|now|oh|so|then|well|right) )?(?:" + "|".join(phrases) + r")\b").encode()
    )


_TURNS, _ADDS = _at_the_head(TURNS), _at_the_head(ADDS)
_WANTS = InALine(rb"\b(?:wants|asks|asking|requests|requesting|needs) [a-z]+")
"""How a note tells that the caller asks for something."""
_LABEL = Pattern((r"(?i)^\W*" + LABELS + r" ?(?::|-|--) ").encode())


class Turn(Enum):
    """How a passage begins."""

    NONE = "none"
    ADDS = "adds"
    """With words that may bring in something else, or more of the same."""
    TURNS = "turns"
    """With words that bring in something else."""


@dataclass(frozen=True, slots=True)
class Run:
    """Sentences `[first, last)` that are one passage."""

    first: int
    last: int
    turn: Turn


def runs(plain: Sequence[bytes], begins: Sequence[bool], texts: Sequence[str]) -> list[Run]:
    """The passages of a message. `plain`: the words of each sentence of `texts`; `begins`: which begin a paragraph."""
    turns = _turns(plain, texts)
    starts = [at for at, turn in enumerate(turns) if begins[at] or turn is not Turn.NONE]
    return [Run(first, last, turns[first]) for first, last in pairwise([*starts, len(plain)])]


def _turns(plain: Sequence[bytes], texts: Sequence[str]) -> list[Turn]:
    turning, adding = _TURNS.among(plain), _ADDS.among(plain)
    turning |= {number for number, text in enumerate(texts) if _LABEL.matches(to_ascii(text))}
    return [
        Turn.TURNS if number in turning else Turn.ADDS if number in adding else Turn.NONE
        for number in range(len(plain))
    ]


def may_be_about_another(turn: Turn, told: Message, like: float, matter: Reading) -> bool:
    """Whether the passage `told` can be about something else, by its words alone.

    `like`: `matter_features.shared` of it and `matter`.
    """
    says_so = turn is Turn.TURNS
    unlike = like < (_UNLIKE_AND_SAYS_SO if says_so else _UNLIKE)
    if not unlike or _own_weight(told, matter) <= (_OWN if turn is Turn.NONE else _OWN_AND_SAYS_SO):
        return False
    return turn is not Turn.NONE or _asks(told) or bool(told.cues & _TELLS)


def is_about_another(turn: Turn, told: Message, values: Sequence[float], chances: Chances) -> bool:
    """Whether a passage that can be about something else is. `chances`: were it the whole message."""
    asks = _asks(told)
    if turn is Turn.TURNS:
        return (asks and (chances.same < _PLAINLY_SAME or values[SHARED] < _NOTHING_SHARED)) or (
            chances.new > _RATHER_NEW and chances.new > chances.same
        )
    if turn is Turn.ADDS:
        return (asks and chances.new > chances.same) or chances.new > _NEW_IF_IT_ADDS
    return chances.new > _PLAINLY_NEW


def _asks(told: Message) -> bool:
    return told.questions > 0 or "asks" in told.cues or bool(_WANTS.among(told.plain))


def _own_weight(told: Message, matter: Reading) -> float:
    """Weight of the words that say something and are not the matter's; a number says nothing of a subject."""
    return sum(
        weight
        for stem, weight in told.whole.weights.items()
        if weight > TELLING and stem not in matter.weights and not stem.isdigit()
    )
