"""Whether a contact is about a matter the register knows, is about something new, or cannot be told (CONTRACT §4.7).

Only new text counts: never quoted history or signatures. The verdict rests on the writer's own words where there are
any ("this isn't about the van"), a case reference, and how much of the matter's wording comes back. Doubt is `unclear`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from classifiers import matter_phrases as phrases
from classifiers import matter_vocabulary as vocabulary
from classifiers.normalise import to_ascii
from classifiers.sentences import split
from models.contact import Contact, Part
from models.matter import Matter
from models.scan import ComparedPassage, MatterVerdict, Verdict

SAME_FROM = 0.62
NEW_BELOW = 0.22
_ENOUGH_WORDS = 9
"""Content words below which a lack of likeness says nothing."""
_FEWEST_WORDS = 3
_PASSAGE_FROM = 0.3
_MOST_PASSAGES = 5
_OPENING = 3
"""Sentences, the subject among them, in which somebody who writes of something else says so."""
_NOT_NEW_TEXT = frozenset({"quoted", "signature"})


def _any_of(phrases: Sequence[str]) -> Any:
    return re2.compile(r"\b(?:" + "|".join(phrases) + r")(?:\b|$|[^a-z])")


_BREAKS_AWAY = _any_of(phrases.BREAKS_AWAY)
_NEW_INFORMATION = _any_of(phrases.NEW_INFORMATION)
_GOES_ON = _any_of(phrases.GOES_ON)
_FRESH = _any_of(phrases.FRESH)
_NOTHING_NEW = _any_of(phrases.NOTHING_NEW)


@dataclass(frozen=True, slots=True)
class _Passage:
    part: str
    start: int
    end: int
    text: str
    terms: frozenset[str]
    breaks_away: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """A matter as terms with weights; `reference` without its separators."""

    id: str
    terms: dict[str, float]
    title: frozenset[str]
    grams: frozenset[str]
    reference: str | None


def judge(contact: Contact, matters: Sequence[Matter], earlier: Sequence[str] = ()) -> MatterVerdict | None:
    """The verdict on `contact` against the sender's `matters`; None where there are none.

    `earlier`: texts of earlier contacts already taken as being about these matters; likeness to one counts as likeness
    to the matter it is itself most like.
    """
    if not matters:
        return None
    passages = [passage for part in _new_text(contact) for passage in _passages(part)]
    known = [_known(matter, earlier) for matter in matters]
    text = " ".join(passage.text for passage in passages)
    kept = [passage for passage in passages if not passage.breaks_away]
    said_new = any(passage.breaks_away for passage in passages)
    ranked = sorted(((_likeness(kept, matter), matter) for matter in known), key=lambda pair: -pair[0])
    similarity, nearest = ranked[0]
    named = [matter for matter in known if _names(kept, matter)]
    if named:
        nearest = named[0]
        similarity = max(0.9, _likeness(kept, nearest))
    words = set().union(*(passage.terms for passage in kept)) if kept else set()
    return MatterVerdict(
        verdict=_verdict(
            similarity,
            said_new=said_new,
            at_once=any(passage.breaks_away for passage in passages[:_OPENING]),
            named=bool(named),
            goes_on=_says(_GOES_ON, kept),
            fresh=_says(_FRESH, kept),
            words=len(words),
        ),
        nearest=nearest.id,
        similarity=round(min(1.0, similarity), 4),
        new_information=_tells_something_new(text),
        passages=tuple(_compared(kept, nearest)),
    )


def _verdict(
    similarity: float, *, said_new: bool, at_once: bool, named: bool, goes_on: bool, fresh: bool, words: int
) -> Verdict:
    """`at_once`: the break with the old matter is made at the start. `goes_on`: speaks as one who has asked before.
    `fresh`: speaks of these days, or asks for something.
    """
    if said_new:
        # Said to be something else, and yet the old matter may be in it: then a person decides.
        old_too = named or goes_on or similarity >= SAME_FROM or (not at_once and similarity >= NEW_BELOW)
        return Verdict.UNCLEAR if old_too or words < _FEWEST_WORDS else Verdict.NEW
    if named or (goes_on and similarity >= SAME_FROM and words >= _FEWEST_WORDS):
        return Verdict.SAME
    if fresh and not goes_on and similarity < NEW_BELOW and words >= _ENOUGH_WORDS:
        return Verdict.NEW
    return Verdict.UNCLEAR


def _new_text(contact: Contact) -> Iterable[Part]:
    if contact.subject and not any(part.name == "subject" for part in contact.parts):
        yield Part(name="subject", text=contact.subject)
    for part in contact.parts:
        if part.name not in _NOT_NEW_TEXT and part.speaker != "staff":
            yield part


def _passages(part: Part) -> Iterable[_Passage]:
    for span in split(part.text):
        text = part.text[span.start : span.end]
        folded = to_ascii(text).decode().lower()
        away = _BREAKS_AWAY.search(folded) is not None
        yield _Passage(part.name, span.start, span.end, text, frozenset(_terms(folded)), away)


def _terms(text: str) -> Iterable[str]:
    for raw in re2.findall(r"[a-z0-9]+", text.replace("'", "")):
        word: str = raw
        if word in vocabulary.STOP or (word.isdigit() and len(word) < 2) or len(word) < 2:
            continue
        yield _stem(word)


def _stem(word: str) -> str:
    for ending in vocabulary.ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _known(matter: Matter, earlier: Sequence[str]) -> _Known:
    title = to_ascii(matter.title).decode().lower()
    summary = to_ascii(matter.summary).decode().lower()
    terms = {term: _weight(term) for term in _terms(f"{title} {summary}")}
    for text in earlier:
        own = set(_terms(to_ascii(text).decode().lower()))
        if _saturated(sum(weight for term, weight in terms.items() if term in own)) >= SAME_FROM:
            terms.update({term: 0.5 * _weight(term) for term in own if term not in terms})
    reference = "".join(c for c in matter.reference.lower() if c.isalnum()) if matter.reference else None
    return _Known(matter.id, terms, frozenset(_terms(title)), _grams(f"{title} {summary}"), reference)


def _weight(term: str) -> float:
    if term in vocabulary.ORDINARY or any(term.startswith(word) for word in vocabulary.ORDINARY if len(word) >= 6):
        return 0.2
    if term.isdigit():
        return 0.5
    return 1.3 if any(c.isdigit() for c in term) else 1.0


def _grams(text: str) -> frozenset[str]:
    words = [
        word for word in re2.findall(r"[a-z0-9]+", text) if word not in vocabulary.STOP and _weight(_stem(word)) >= 1.0
    ]
    return frozenset(f"<{word}>"[at : at + 4] for word in words for at in range(max(1, len(word) - 1)))


def _saturated(weight: float) -> float:
    """Three distinctive words in common are much, six not twice as much."""
    return 1.0 - math.exp(-weight / 2.2)


def _likeness(passages: Sequence[_Passage], matter: _Known) -> float:
    """In [0, 1]: how much of the matter's distinctive wording the passages share, its title's above all."""
    words = frozenset().union(*(passage.terms for passage in passages)) if passages else frozenset()
    shared = sum(
        weight * (1.5 if term in matter.title else 1.0) for term, weight in matter.terms.items() if term in words
    )
    whole = _grams(" ".join(to_ascii(passage.text).decode().lower() for passage in passages))
    gram_share = len(whole & matter.grams) / max(12, len(matter.grams))
    return 0.75 * _saturated(shared) + 0.25 * min(1.0, 1.6 * gram_share)


def _names(passages: Sequence[_Passage], matter: _Known) -> bool:
    if matter.reference is None or len(matter.reference) < 5:
        return False
    text = "|".join(passage.text.lower() for passage in passages)
    squeezed = re2.sub(r"[\s/._\-–—\\:]+", "", text)
    at = squeezed.find(matter.reference)
    while at >= 0:
        after = squeezed[at + len(matter.reference) : at + len(matter.reference) + 1]
        if not after.isdigit():
            return True
        at = squeezed.find(matter.reference, at + 1)
    return False


def _says(pattern: Any, passages: Sequence[_Passage]) -> bool:
    return any(pattern.search(to_ascii(passage.text).decode().lower()) is not None for passage in passages)


def _compared(passages: Sequence[_Passage], matter: _Known) -> list[ComparedPassage]:
    scored = [
        (_saturated(sum(weight for term, weight in matter.terms.items() if term in passage.terms)), passage)
        for passage in passages
    ]
    best = sorted((pair for pair in scored if pair[0] >= _PASSAGE_FROM), key=lambda pair: -pair[0])[:_MOST_PASSAGES]
    return [
        ComparedPassage(part=p.part, start=p.start, end=p.end, matter=matter.id, similarity=round(score, 4))
        for score, p in best
    ]


def _tells_something_new(text: str) -> bool:
    folded = to_ascii(text).decode().lower()
    return _NEW_INFORMATION.search(folded) is not None and _NOTHING_NEW.search(folded) is None
