"""Whether a text is in a language the scan was evaluated on: English now (CONTRACT §4.2).

Welsh and Polish have core phrases in the lexicon, which find a fifth to a quarter of the concerns of other situations
than they were written by: both are `unsupported_language` too.
A false alarm costs a reviewer's minute, a miss hides a concern; still names, addresses, shorthand and codes are met all
day, so a passage must have enough letters, few English words, and a confident other language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import re2

from classifiers.language_model import LanguageModel, load

SHORTEST_PASSAGE = 40
PASSAGE = 400
"""Characters that are judged together: a sentence or two, so that one in another language is seen among English ones.

Put beside English, of 97 open texts nearly all are found so; where lines of 80 characters and more were judged, half.
"""

_FEWEST_LETTERS = 18
_FEWEST_WORDS = 4
_FEWEST_FOREIGN_SCRIPT = 8
_ENGLISH_SHARE = 0.16
_FEW_WORDS = 6
_CONFIDENT = 0.85
_SURE = 0.995

ENGLISH = frozenset(
    [
        "the",
        "and",
        "of",
        "to",
        "is",
        "was",
        "for",
        "you",
        "that",
        "with",
        "have",
        "has",
        "had",
        "not",
        "are",
        "this",
        "my",
        "your",
        "it",
        "its",
        "be",
        "on",
        "in",
        "at",
        "by",
        "from",
        "they",
        "he",
        "she",
        "we",
        "his",
        "her",
        "our",
        "their",
        "them",
        "us",
        "me",
        "him",
        "what",
        "when",
        "who",
        "how",
        "why",
        "which",
        "there",
        "here",
        "been",
        "would",
        "could",
        "should",
        "will",
        "can",
        "did",
        "does",
        "do",
        "don't",
        "dont",
        "didn't",
        "if",
        "but",
        "so",
        "as",
        "an",
        "or",
        "no",
        "yes",
        "please",
        "thank",
        "thanks",
        "about",
        "after",
        "again",
        "all",
        "any",
        "back",
        "because",
        "before",
        "being",
        "down",
        "get",
        "got",
        "going",
        "gone",
        "just",
        "know",
        "like",
        "said",
        "say",
        "says",
        "see",
        "some",
        "than",
        "then",
        "these",
        "those",
        "think",
        "time",
        "told",
        "too",
        "two",
        "until",
        "up",
        "want",
        "wants",
        "wanted",
        "were",
        "where",
        "while",
        "you're",
        "i'm",
        "i've",
        "it's",
        "can't",
        "won't",
        "im",
        "ive",
        "cant",
        "wont",
        "re",
        "rang",
        "called",
        "call",
        "caller",
        "asked",
        "asking",
        "need",
        "needs",
        "help",
        "dear",
        "sincerely",
        "faithfully",
        "regards",
        "sir",
        "madam",
        "council",
        "police",
        "letter",
        "reply",
        "name",
        "number",
        "address",
        "phone",
        "road",
        "street",
        "house",
        "office",
        "officer",
        "today",
        "week",
        "year",
        "day",
        "month",
        "still",
        "never",
        "only",
        "over",
        "other",
        "into",
        "out",
        "one",
        "very",
        "more",
        "much",
        "now",
        "last",
        "next",
        "new",
        "old",
        "man",
        "woman",
        "people",
        "someone",
        "nothing",
        "something",
    ]
)
"""The words English is told by."""

# What is spoken in these islands and can be told apart; the rest of the model's labels only draw names and shorthand.
_LANGUAGES = frozenset(
    [
        "en",
        "cy",
        "ga",
        "gd",
        "pl",
        "ro",
        "ur",
        "bn",
        "pa",
        "gu",
        "hi",
        "ar",
        "fa",
        "ps",
        "ku",
        "so",
        "am",
        "fr",
        "de",
        "es",
        "pt",
        "it",
        "nl",
        "lt",
        "lv",
        "sk",
        "cs",
        "hu",
        "bg",
        "uk",
        "ru",
        "sr",
        "hr",
        "sq",
        "tr",
        "el",
        "zh",
        "ja",
        "ko",
        "vi",
        "th",
        "ta",
        "te",
        "ml",
        "si",
        "ne",
        "sw",
        "yo",
        "ig",
        "tl",
        "id",
        "sv",
        "da",
        "no",
        "fi",
        "et",
        "sl",
        "mk",
        "af",
        "ka",
        "hy",
        "he",
        "my",
    ]
)

# Words of prose: no links, addresses or codes. Linear, and several times faster than re2 handed over word by word.
_PROSE = re.compile(r"(?<!\S)(?!\S*(?:://|www\.|[@\\/_=&%#0-9]))\S++")
_PLAIN = re.compile(r"[\x00-\x7f‘’“”–—…£•\xa0]*+")
_ASCII_WORD = re.compile(r"[A-Za-z]++(?:'[A-Za-z]++)?+")
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n\s*")
_WORD = re2.compile(r"[\pL\pM]+(?:['’][\pL\pM]+)?")


def unsupported(text: str) -> bool:
    """True only where a passage of `text` is, with confidence, in another language than English."""
    whole = _small(text)
    for start, end in _passages(text):
        small = _small(text[start:end]) if whole is None else whole[start:end]
        if (small is None or not _plainly_english(small)) and _foreign(text[start:end]):
            return True
    return False


def _small(text: str) -> str | None:
    """In small letters, each at its place, with one sort of apostrophe; None of what is not plain."""
    if not text.isascii() and _PLAIN.fullmatch(text) is None:
        return None
    return text.lower().replace("’", "'")


def _plainly_english(small: str) -> bool:
    words = small.split()
    known = len(ENGLISH.intersection(words))
    # The share of distinct words counts; where that of all words is enough, they need not be told apart.
    return known > 0 and (known >= _ENGLISH_SHARE * len(words) or known >= _ENGLISH_SHARE * len(set(words)))


def _passages(text: str) -> Iterator[tuple[int, int]]:
    """Where sentences and lines begin and end, short ones joined, but to no long one; very long ones cut at spaces."""
    start = before = 0
    for end in (*(match.end() for match in _ENDS.finditer(text)), len(text)):
        if start < before and end - before >= SHORTEST_PASSAGE:
            yield start, before
            start = before
        while end - start > PASSAGE:
            space = text.rfind(" ", start + SHORTEST_PASSAGE, start + PASSAGE)
            cut = space if space > 0 else start + PASSAGE
            yield start, cut
            start = cut
        if end - start >= SHORTEST_PASSAGE:
            yield start, end
            start = end
        before = end
    if start < len(text):
        yield start, len(text)


def _foreign(passage: str) -> bool:
    prose = " ".join(_PROSE.findall(passage))
    if prose.isascii():
        words, other_script = _ASCII_WORD.findall(prose), 0
    else:
        words = _WORD.findall(prose)
        other_script = sum(not _latin(char) for word in words if not word.isascii() for char in word)
    letters = sum(map(len, words))
    if other_script >= _FEWEST_FOREIGN_SCRIPT and other_script * 2 > letters:
        return True
    if letters < _FEWEST_LETTERS or len(words) < _FEWEST_WORDS:
        return False
    small = " ".join(words).lower()
    english = sum(map(ENGLISH.__contains__, small.replace("’", "'").split(" ")))
    if english >= _ENGLISH_SHARE * len(words):
        return False
    capitals = sum([word[0].isupper() for word in words[1:]])
    if capitals * 2 > len(words) and not all(map(str.isupper, words)):
        return False  # names and addresses
    language, confidence = _model().classify(small)
    return language != "en" and confidence >= (_SURE if len(words) < _FEW_WORDS else _CONFIDENT)


def _latin(char: str) -> bool:
    return char < "\u0250" or "\u0300" <= char < "\u0370" or "\u1e00" <= char < "\u1f00"


@cache
def _model() -> LanguageModel:
    """Loaded when a passage first looks foreign: it takes over half a second."""
    return load(_LANGUAGES)
