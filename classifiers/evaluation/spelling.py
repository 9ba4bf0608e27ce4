"""Letters as people type them: each way turns a text into another, always the same one for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import re2

from classifiers.authored import draw

_MISTYPED = 0.2
"""Share of the words of four letters and more that get one mistake."""
_WORD = re2.compile(r"[A-Za-z]{4,}")
_SHORT = {
    "about": "abt",
    "and": "n",
    "anyone": "any1",
    "are": "r",
    "be": "b",
    "because": "cos",
    "before": "b4",
    "don't": "dnt",
    "for": "4",
    "going": "goin",
    "great": "gr8",
    "have": "av",
    "just": "jus",
    "know": "no",
    "love": "luv",
    "message": "msg",
    "people": "ppl",
    "please": "pls",
    "right": "rite",
    "said": "sed",
    "see": "c",
    "someone": "some1",
    "thanks": "thx",
    "that": "dat",
    "the": "da",
    "they": "dey",
    "though": "tho",
    "through": "thru",
    "to": "2",
    "tomorrow": "2moro",
    "tonight": "2nite",
    "too": "2",
    "very": "v",
    "want": "wan",
    "was": "woz",
    "what": "wot",
    "why": "y",
    "with": "wiv",
    "you": "u",
    "your": "ur",
    "you're": "ur",
}


def _mistyped(spoil: Callable[[str, int], str], seed: int, text: str) -> str:
    pieces: list[str] = []
    end = 0
    for number, match in enumerate(_WORD.finditer(text)):
        word = match.group()
        pieces.append(text[end : match.start()])
        if draw(f"mistake:{number}:{word}", seed) < _MISTYPED * 2**32:
            # Never the first letter: people seldom mistake it.
            word = spoil(word, 1 + draw(f"letter:{number}:{word}", seed) % (len(word) - 2))
        pieces.append(word)
        end = match.end()
    return "".join(pieces) + text[end:]


def _dropped(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _swapped(word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def text_speak(text: str) -> str:
    """All in small letters, with the short forms of a phone, and no apostrophes."""
    return " ".join(_shortened(word) for word in text.replace("’", "'").lower().split(" "))


def _shortened(word: str) -> str:
    core = word.strip(".,!?;:\n")
    return word.replace(core, _SHORT.get(core, core.replace("'", "")), 1) if core else word


def spellings(seed: int) -> dict[str, Callable[[str], str]]:
    """Every way by its name."""
    return {
        "as written": str,
        "letters dropped": partial(_mistyped, _dropped, seed),
        "letters swapped": partial(_mistyped, _swapped, seed),
        "text-speak": text_speak,
    }
