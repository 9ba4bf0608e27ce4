"""What the matter model sees: how like a message and a matter are, how the message speaks, and both together.

The same code serves training and serving. Every feature has a name (`NAMES`) and a meaning that can be told; the words
of the message are counted beside them (`classifiers.matter_model`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import re2

from classifiers.matter_phrases import CUES, DENIES, NO_THINGS, NOT_THINGS
from classifiers.matter_text import Lexis, Reading, read, words_of
from classifiers.normalise import to_ascii
from classifiers.patterns import InALine, Pattern

LIKENESS = (
    *("summary_shared", "title_shared", "cosine", "shared", "prefixes", "summary_meant", "text_meant"),
    *("closest", "mean_cosine", "title_meant", "elsewhere"),
)
MANNER = (
    *("content", "little", "names", "figures", "questions", "ends_asking"),
    *CUES,
    *("opens_with_pronoun", "pronoun_early", "asks_last", "again_last", "recent_first", "second_later"),
)
BOTH = (
    *("goes_back_and_like", "second_and_like", "second_and_goes_back", "other_and_like", "recent_and_goes_back"),
    *("asks_and_like", "brings_and_like"),
)
NAMES = LIKENESS + MANNER + BOTH
SHARED = LIKENESS.index("shared")
TITLE_SHARED = LIKENESS.index("title_shared")
ELSEWHERE = LIKENESS.index("elsewhere")
"""The last of LIKENESS, and the only one that speaks of unlikeness."""

_CUES = tuple(CUES)
GOES_BACK = frozenset({"decided", "refuse", "again", "goes_on"})
"""Cues of one who has had an answer."""
SECOND = frozenset({"mixed", "other"})
"""Cues of something else, instead or besides."""
RECENT = "recent"
"""The cue of these days."""
_LITTLE = 8.0
_SATURATION = 6.0
TELLING = 2.5
"""Weight from which a word says what a text is about."""
_OPENS_WITH_PRONOUN = Pattern(
    rb"^(?:and |but |so |well |yes |no )?"
    rb"(?:it|its|he|hes|she|shes|they|theyre|that|those|them|him|her|we|were|weve)\b"
)
_PRONOUN = Pattern(rb"\b(?:it|its|he|she|they|him|them|that)\b")
_GREETS = InALine(rb"^(?:dear|hi|hiya|hello|good (?:morning|afternoon|evening|day)|to)(?: [a-z]+){0,4}$")
_NAME = re2.compile(rb"[a-z,] ([A-Z][a-z]+)")
_DENIES = InALine((r"\b(?:" + "|".join(DENIES) + r")\b").encode())
_NOT_THINGS = InALine(NOT_THINGS.encode())
_FIGURES = re2.compile(rb"[0-9]+")


def _cue_set() -> Any:
    made = re2.Set.SearchSet()
    for patterns in CUES.values():
        made.Add((r"\b(?:" + "|".join(patterns) + r")\b").encode())
    made.Compile()
    return made


_SET = _cue_set()


@dataclass(frozen=True)
class Message:
    """A message read: `whole`, `likened` without what says nothing of its matter: the sentences that say what it is not
    about, a greeting, and the writer's own name.

    `written`: its sentences; `sentences`: the words of each, `plain` the same as one text; `away`: which of them say
    what the message is not about; `apart`: which are not likened.
    """

    whole: Reading
    likened: Reading
    written: Sequence[str]
    sentences: tuple[tuple[bytes, ...], ...]
    plain: tuple[bytes, ...]
    away: tuple[bool, ...]
    apart: tuple[bool, ...]

    @cached_property
    def cues(self) -> frozenset[str]:
        """Which of CUES it gives."""
        return _cues(b" ".join(self.plain))

    @cached_property
    def manner(self) -> tuple[float, ...]:
        """Values of MANNER."""
        return _manner(self.written, self.plain, self.cues, self.whole)

    @property
    def questions(self) -> float:
        """How many question marks, two at most."""
        return _questions(map(to_ascii, self.written))


@dataclass(frozen=True, slots=True)
class Compared:
    """A matter as it is compared: title and summary together, and the title alone."""

    whole: Reading
    title: Reading


def compared(title: str, summary: str, lexis: Lexis) -> Compared:
    """The matter with `title` and `summary`."""
    of_title = words_of(title)
    return Compared(read(of_title + words_of(summary), lexis), read(of_title, lexis))


def message(sentences: Sequence[str], lexis: Lexis, writer: str = "") -> Message:
    """The message of `sentences` in order by `writer`, whose name stands in the matters as well, whatever is said."""
    words = tuple(tuple(words_of(sentence)) for sentence in sentences)
    plain = tuple(b" ".join(own) for own in words)
    denying, of_things, greeting = _DENIES.among(plain), _NOT_THINGS.among(plain), _GREETS.among(plain)
    away = tuple(
        number in denying or (number in of_things and NO_THINGS.isdisjoint(own)) for number, own in enumerate(words)
    )
    apart = tuple(off or number in greeting for number, off in enumerate(away))
    whole = read(list(chain.from_iterable(words)), lexis)
    likened = _likened(whole, words, apart, frozenset(words_of(writer)))
    return Message(whole, likened, sentences, words, plain, away, apart)


def passage_of(told: Message, first: int, last: int) -> Message:
    """The sentences `[first, last)` of a message, as a message by nobody in particular."""
    own = slice(first, last)
    words, apart = told.sentences[own], told.apart[own]
    whole = read(list(chain.from_iterable(words)), told.whole.lexis, told.whole)
    likened = _likened(whole, words, apart, frozenset())
    return Message(whole, likened, told.written[own], words, told.plain[own], told.away[own], apart)


def _likened(
    whole: Reading, words: Sequence[tuple[bytes, ...]], apart: Sequence[bool], name: frozenset[bytes]
) -> Reading:
    if not any(apart) and name.isdisjoint(whole.words):
        return whole
    kept = [word for own, off in zip(words, apart, strict=True) if not off for word in own if word not in name]
    return read(kept, whole.lexis, whole)


def features(told: Message, matter: Compared) -> list[float]:
    """Values of NAMES."""
    like = likeness(told.likened, matter)
    manner = told.manner
    by_cue = dict(zip(MANNER, manner, strict=True))
    goes_back = sum(by_cue[name] for name in GOES_BACK)
    shared = like[0]
    both = (
        goes_back * shared,
        by_cue["mixed"] * shared,
        by_cue["mixed"] * goes_back,
        by_cue["other"] * shared,
        by_cue["recent"] * goes_back,
        by_cue["asks"] * shared,
        by_cue["brings"] * shared,
    )
    return [*like, *manner, *both]


def share(weight: float) -> float:
    """In [0, 1): three telling words in common are much, six not twice as much."""
    return 1.0 - math.exp(-weight / _SATURATION)


def shared(told: Message, matter: Compared) -> float:
    """The feature of this name by itself: the words in common."""
    own = told.likened.weights
    return share(sum(weight for stem, weight in matter.whole.weights.items() if stem in own))


def likeness(text: Reading, matter: Compared) -> list[float]:
    """Values of LIKENESS, from 0; those named `shared` and the cosines at most 1."""
    whole, title = matter.whole, matter.title
    own = text.weights
    common = [(weight, own[stem]) for stem, weight in whole.weights.items() if stem in own]
    shared = sum(weight for weight, _ in common)
    in_title = sum(weight for stem, weight in title.weights.items() if stem in own)
    elsewhere = sum(weight for stem, weight in own.items() if weight > TELLING and stem not in whole.weights)
    meant = _meant(text, whole)
    return [
        shared / (sum(whole.weights.values()) + 1e-9),
        in_title / (sum(title.weights.values()) + 1e-9),
        sum(weight * other for weight, other in common) / (text.norm * whole.norm),
        share(shared),
        len(text.prefixes & whole.prefixes) / max(4, len(whole.prefixes)),
        *meant,
        _title_meant(text, title),
        math.log1p(elsewhere),
    ]


def _meant(text: Reading, matter: Reading) -> tuple[float, float, float, float]:
    """How near the matter's words come to the text's, the text's to the matter's, the three nearest, both means."""
    own, other = text.vectors, matter.vectors
    if not len(own.units) or not len(other.units):
        return 0.0, 0.0, 0.0, 0.0
    near = own.units @ other.units.T
    by_matter = float(other.weights @ near.max(axis=0)) / (float(other.weights.sum()) + 1e-6)
    by_text = float(own.weights @ near.max(axis=1)) / (float(own.weights.sum()) + 1e-6)
    weighty = (near * np.minimum(own.weights[:, None], other.weights[None, :])).max(axis=0)
    nearest = float(np.sort(weighty)[-3:].sum()) / 6.0
    lengths = float(np.linalg.norm(own.mean) * np.linalg.norm(other.mean))
    return by_matter, by_text, nearest, float(own.mean @ other.mean) / (lengths + 1e-9)


def _title_meant(text: Reading, title: Reading) -> float:
    own, other = text.vectors, title.vectors
    if not len(own.units) or not len(other.units):
        return 0.0
    near = (own.units @ other.units.T).max(axis=0)
    return float(other.weights @ near) / (float(other.weights.sum()) + 1e-6)


def _manner(
    sentences: Sequence[str], plain: Sequence[bytes], cues: frozenset[str], whole: Reading
) -> tuple[float, ...]:
    """Values of MANNER; `plain`: the words of each sentence."""
    first, last = (plain[0], plain[-1]) if plain else (b"", b"")
    raw = [to_ascii(sentence) for sentence in sentences]
    content = sum(weight for weight in whole.weights.values() if weight > 1.5)
    at_first, at_last, later = _cues(first), _cues(last), _cues(b" ".join(plain[1:]))
    joined = b"\n".join(raw)
    return (
        math.log1p(content),
        float(content < _LITTLE),
        math.log1p(len(set(_NAME.findall(joined)))),
        math.log1p(len(_FIGURES.findall(joined))),
        _questions(raw),
        float(bool(raw) and raw[-1].endswith(b"?")),
        *(float(name in cues) for name in _CUES),
        float(_OPENS_WITH_PRONOUN.matches(first)),
        float(_PRONOUN.matches(b" ".join(first.split()[:8]))),
        float("asks" in at_last),
        float("again" in at_last),
        float("recent" in at_first),
        float("mixed" in later),
    )


def _questions(raw: Iterable[bytes]) -> float:
    return float(min(sum(sentence.count(b"?") for sentence in raw), 2))


def _cues(text: bytes) -> frozenset[str]:
    return frozenset(_CUES[index] for index in _SET.Match(text) or ())
