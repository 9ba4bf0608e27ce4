"""Which matters a message gives the reference of: as what it is about, and as what it is not about.

A sentence may do both: "I am writing about CR/2025/0999 and not about CR/2025/0123".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import re2

from classifiers.matter_phrases import BESIDES, DENIES, DENIES_REFERENCE, NOT_ALONE, SAYS_AFTER_ALL
from models.matter import Matter

_SEPARATORS = dict.fromkeys(map(ord, "\t\n\f\r /._-–—\\:"))
_NO_WORDS = re2.compile(r"['’`]")
_SPACE = re2.compile(r"\s+")
_SHORTEST = 5
_NEAR = 100
"""Letters behind a denial within which a reference stands that it denies; the whole would be read at every "not"."""
_MOST = 40
"""Denials of a sentence that are looked at: nobody who writes to be understood has as many."""


def _any_of(alternatives: Iterable[str]) -> str:
    return r"\b(?:" + "|".join(alternatives) + r")\b"


_DENIAL = re2.compile(_any_of((*DENIES_REFERENCE, *DENIES)))
_OUTRIGHT = re2.compile(_any_of(DENIES))
_AFTER_ALL = re2.compile(_any_of(SAYS_AFTER_ALL))
_AFTER_ALL_OR_AND = re2.compile(_any_of((*SAYS_AFTER_ALL, "and")))
_IS_SUBJECT = re2.compile(r"\b(?:is|was|isnt|wasnt|are|has|have|had|its|thats)\W*$")
_NOT_ALONE = re2.compile(_any_of(NOT_ALONE))
_BESIDES = re2.compile(_any_of(BESIDES))


@dataclass(frozen=True, slots=True)
class Named:
    """`matters`: those given, what is denied nowhere first; `denied`: the ids of those denied. `settled`: the numbers
    of the sentences that set one against another, and so do not say that the message is about something unknown.
    """

    matters: tuple[Matter, ...] = ()
    denied: frozenset[str] = frozenset()
    settled: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Split:
    """The stretches of a sentence: `before` a denial, what it denies, and what is said `after` all."""

    before: str
    denied: str
    after: str
    is_subject: bool
    """What stands before is what it is said of: "CR/2025/0123 has nothing to do with this"."""

    @property
    def is_either(self) -> bool:
        """Whether one is meant and not the other: not "not about that alone, but also about this"."""
        return _NOT_ALONE.search(self.denied) is None and _BESIDES.search(self.after) is None


def named(sentences: Sequence[str], away: Sequence[bool], matters: Sequence[Matter]) -> Named:
    """`away`: of each sentence, whether it says what the message is not about."""
    wanted = [(one, "".join(c for c in one.reference.lower() if c.isalnum())) for one in matters if one.reference]
    wanted = [(one, reference) for one, reference in wanted if len(reference) >= _SHORTEST]
    if not wanted:
        return Named()
    whole = _squeezed("|".join(sentences))
    wanted = [(one, reference) for one, reference in wanted if _stands_in(reference, whole)]
    if not wanted:
        return Named()
    given: set[str] = set()
    denied: set[str] = set()
    settled: set[int] = set()
    for number, (sentence, off) in enumerate(zip(sentences, away, strict=True)):
        here, not_here, either = _of(sentence, wanted, off=off)
        given |= here
        denied |= not_here
        if either and here and not_here - here:
            settled.add(number)
    found = [one for one, _reference in wanted if one.id in given]
    return Named(tuple(sorted(found, key=lambda one: one.id in denied)), frozenset(denied), frozenset(settled))


def _of(sentence: str, wanted: Sequence[tuple[Matter, str]], *, off: bool) -> tuple[set[str], set[str], bool]:
    """Of one sentence the matters given, those denied, and whether it is one or the other."""
    split = _split(sentence, wanted, off=off)
    if split is None:
        whole = _standing(sentence, wanted)
        return (set(), whole, False) if off else (whole, set(), False)
    before, denied, after = (_standing(text, wanted) for text in (split.before, split.denied, split.after))
    if off and (split.is_subject or not denied):
        return after, denied | before, split.is_either
    return before | after, denied, split.is_either


def _split(sentence: str, wanted: Sequence[tuple[Matter, str]], *, off: bool) -> _Split | None:
    """At the first denial; None where none stands before what it denies."""
    text = _SPACE.sub(" ", _NO_WORDS.sub("", sentence.lower()))
    for denial in islice(_DENIAL.finditer(text), _MOST):
        start, end = denial.span()
        of_it = any(_squeezed(text[end : end + _NEAR]).startswith(reference) for _one, reference in wanted)
        if not of_it and not (off and _OUTRIGHT.match(text[start : start + _NEAR])):
            continue
        before, denied, after = text[:start], "", ""
        at = end
        for _turn in range(_MOST):
            turn = (_AFTER_ALL if off else _AFTER_ALL_OR_AND).search(text, at)
            denied += "|" + text[at : turn.start() if turn else len(text)]
            if turn is None:
                break
            # "but" may deny once more.
            again = _DENIAL.search(text, turn.start())
            after += "|" + text[turn.start() : again.start() if again else len(text)]
            if again is None:
                break
            at = again.end()
        return _Split(before, denied, after, not denial[0].startswith("not") or _IS_SUBJECT.search(before) is not None)
    return None


def _standing(text: str, wanted: Sequence[tuple[Matter, str]]) -> set[str]:
    squeezed = _squeezed(text)
    return {one.id for one, reference in wanted if _stands_in(reference, squeezed)}


def _squeezed(text: str) -> str:
    return text.lower().translate(_SEPARATORS)


def _stands_in(reference: str, squeezed: str) -> bool:
    at = squeezed.find(reference)
    while at >= 0:
        after = squeezed[at + len(reference) : at + len(reference) + 1]
        if not after.isdigit():
            return True
        at = squeezed.find(reference, at + 1)
    return False
