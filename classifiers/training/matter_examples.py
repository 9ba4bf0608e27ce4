"""What the matter verdict is trained on: the authored pairs as written, and others made of them.

The made ones are not measured on: a message against a stranger's matter, or one of an earlier text or of a bare
summary, a message behind a letter's greeting and aside, and two messages joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from classifiers.authored import MatterPair, MatterText, draw
from classifiers.sentences import split

_STRANGE_SAME, _STRANGE, _BARE, _JOINED, _LETTER = 0.1, 0.2, 0.15, 0.3, 0.3
"""How much a made example counts beside one as written."""
_JOINS = ("", "Also, ", "Another thing. ", "On another matter, ", "While I am writing, ")
_MORE = ("", "Also, ", "And another thing. ", "I will add this. ")
_GREETINGS = ("Dear Sir or Madam,", "Good morning,", "Hello,", "To whom it may concern", "Dear Team,", "Hi there")
_ASIDES = (
    "",
    "I hope this finds you well. ",
    "Forgive the typing, my hands are not what they were. ",
    "It has been a trying week, with one thing and another. ",
    "Sorry to bother you, I know how busy you all are. ",
    "I did ring, but I was forty minutes in the queue. ",
)


@dataclass(frozen=True, slots=True)
class Example:
    """A pair, with what it counts. `families`: the message's and the matter's; `written`: as it was authored."""

    pair: MatterPair
    families: tuple[str, str]
    weight: float
    written: bool


def as_written(pairs: Sequence[MatterPair]) -> list[Example]:
    """The pairs as they are."""
    return [Example(pair, (pair.family, pair.family), 1.0, True) for pair in pairs]


def made(pairs: Sequence[MatterPair], seed: int) -> Iterable[Example]:
    """What is made of the pairs: the same for the same seed."""
    by_family = {name: [pair for pair in pairs if pair.family == name] for name in sorted({p.family for p in pairs})}
    # Letters bring matters of their own beside them; so strangers stay whom they were when letters are added.
    families = sorted({pair.family for pair in pairs if pair.background})
    for pair in pairs:
        own = (pair.family, pair.family)
        other = families[draw(f"stranger:{pair.family}:{pair.text}", seed) % len(families)]
        asked = draw(f"strange:{pair.family}:{pair.text}", seed) % 2 == 0
        if asked and other != pair.family and not pair.mixed:
            yield _stranger(pair, by_family[other][0].matter, other)
        for known_too in pair.others if not pair.mixed else ():
            yield _stranger(pair, known_too, pair.family)
        for text in pair.earlier:
            told_before = MatterText(title=pair.matter.title, summary=text)
            yield Example(pair.model_copy(update={"matter": told_before}), own, _BARE, False)
        if draw(f"bare:{pair.family}:{pair.text}", seed) % 10 < 3:
            bare = MatterText(title=pair.matter.title, summary="Concluded.")
            yield Example(pair.model_copy(update={"matter": bare}), own, _BARE, False)
        if draw(f"letter:{pair.family}:{pair.text}", seed) % 10 == 0:
            yield Example(pair.model_copy(update={"text": _as_letter(pair.text, seed)}), own, _LETTER, False)
    for name, own_pairs in by_family.items():
        yield from _joined(name, own_pairs, seed)


def _stranger(pair: MatterPair, matter: MatterText, family: str) -> Example:
    # One who speaks of an answer had, on nothing we know of, leaves doubt; one who asks anew does not.
    verdict, weight = ("unclear", _STRANGE_SAME) if pair.verdict == "same" else (pair.verdict, _STRANGE)
    changed = pair.model_copy(update={"matter": matter, "verdict": verdict, "new_information": False})
    return Example(changed, (pair.family, family), weight, False)


def _as_letter(text: str, seed: int) -> str:
    """The same message after a greeting and an aside, which say nothing of its matter."""
    greeting = _GREETINGS[draw(f"greeting:{text}", seed) % len(_GREETINGS)]
    aside = _ASIDES[draw(f"aside:{text}", seed) % len(_ASIDES)]
    return f"{greeting}\n\n{aside}{text}"


def _joined(family: str, pairs: Sequence[MatterPair], seed: int) -> Iterable[Example]:
    """Two messages in one: an old matter and a new one leave doubt; two on the old one, or two new ones, do not."""
    old = [pair for pair in pairs if pair.verdict == "same"]
    new = [pair for pair in pairs if pair.verdict == "new"]
    chosen = draw(f"more:{family}", seed) % 3 == 0
    for first_of, second_of, verdict, joins in (
        (old, new, "unclear", _JOINS),
        (old, old, "same", _MORE),
        (new, new, "new", _JOINS),
    ):
        if not chosen or not first_of or not second_of:
            continue
        first = first_of[draw(f"old:{family}:0", seed) % len(first_of)]
        second = second_of[draw(f"new:{family}:0", seed) % len(second_of)]
        if first is second:
            continue
        join = joins[draw(f"join:{family}:0", seed) % len(joins)]
        changed = {
            "text": f"{_most_of(first.text)} {join}{_most_of(second.text)}",
            "verdict": verdict,
            "mixed": verdict == "unclear",
            "new_information": first.new_information or second.new_information,
        }
        yield Example(first.model_copy(update=changed), (family, family), _JOINED, False)


def _most_of(text: str) -> str:
    spans = split(text)
    return text[: spans[max(1, len(spans) * 2 // 3) - 1].end]
