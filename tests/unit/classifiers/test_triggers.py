"""Which rules a sentence can meet at all: by its words, never by another's, and none overlooked."""

import json
from pathlib import Path

import pytest
import re2

from classifiers.clauses import Reader
from classifiers.lexicon import Lexicon
from classifiers.normalise import Folder
from classifiers.sentences import split
from classifiers.triggers import Triggers

PROJECT = Path(__file__).parents[3]
LEXICON = Lexicon.load(PROJECT / "config" / "lexicons")
RULES = LEXICON.rules
CORPUS = sorted((PROJECT / "classifiers" / "corpus").glob("*.jsonl"))


def sentences_of(texts: list[str]) -> list[bytes]:
    folder = Folder(())
    return [folded.data for text in texts for folded in folder.fold_each(text, split(text))]


def possible(pattern: str, text: bytes) -> bool:
    return next(Triggers([pattern]).possible([text])) == [0]


@pytest.mark.parametrize(
    ("pattern", "clauses"),
    [
        ("kill(?:ed)?", {frozenset({" kill ", " killed "})}),
        ("(?:kill|end) +him", {frozenset({" kill him ", " end him "}), frozenset({" kill ", " end "})}),
        ("my *self", {frozenset({" my self ", " myself "})}),
        ("(?:watch +out|beware)[a-z ]*", {frozenset({" watch out", " beware"})}),
        ("(?:watch +[a-z]+|beware)", {frozenset({" watch ", " beware"})}),
        (r"kill\b[a-z ]*\bhim", {frozenset({" kill "}), frozenset({" him "})}),
        ("(?:a|b)?[a-z]+", set()),
        (r"\x6b", set()),
        ("(?i)kill", set()),
        ("kill)", set()),
    ],
)
def test_clauses(pattern, clauses):
    assert set(Reader().clauses(pattern)) == clauses


@pytest.mark.parametrize(
    ("pattern", "text", "could"),
    [
        ("don'?t", b"i don't know", True),
        ("don'?t", b"i dont know", True),
        ("he", b"he's here", True),
        ("s", b"he's here", True),
        ("o/d", b"an o/d", True),
        ("die", b"a soldier", False),
        ("die", b"she'd've said y'all'd'ie", True),
        ("kill +him", b"kill her", False),
        ("kill +him", b"him kill", False),
        ("kill +him", b"kill or spare him", False),
        ("kill[, ]+him", b"kill, him", True),
        ("he +s", b"he's", True),
        ("don'?t +kill'? +him", b"don't kill him", True),
        ("kill '?him", b"kill 'him", True),
        ("kill +'? +him", b"kill ' him", True),
        ("(?:a|b|c) +(?:d|e)", b"c e", True),
        ("my *self", b"my old self", False),
        ("kill", b"", False),
        ("kill", b"\x02kill\x02", True),
    ],
)
def test_a_sentence_is_told_by_its_words(pattern, text, could):
    assert possible(pattern, text) == could


def test_sentences_do_not_borrow_each_others_words():
    assert list(Triggers(["kill +him"]).possible([b"kill", b"him", b"kill him"])) == [[], [], [0]]
    assert list(Triggers(["kill"]).possible([])) == []


def test_words_are_read_anew_once_too_many_are_remembered(monkeypatch):
    monkeypatch.setattr("classifiers.triggers._MOST_WORDS", 2)
    triggers = Triggers(["kill +him"])
    sentences = [b"they may kill him", b"they may kill her"]
    assert [list(triggers.possible(sentences)) for _ in range(3)] == [[[0], []]] * 3
    triggers._met.forget()
    assert not triggers._met


def test_words_that_meet_the_same_share_what_is_remembered():
    triggers = Triggers(["kill +him", "die"])
    list(triggers.possible([b"an ordinary word kill"]))
    assert triggers._met[b"ordinary"] is triggers._met[b"word"]
    assert triggers._met[b"ordinary"] is not triggers._met[b"kill"]


@pytest.mark.parametrize("one_in", [pytest.param(1, marks=pytest.mark.long), 12])
def test_no_match_of_a_rule_is_overlooked(one_in):
    """Patterns times sentences grow with every rule; so the quick run asks each pattern of another twelfth of them."""
    texts = [text for rule in RULES for text in (*rule.examples.hits, *rule.examples.misses)]
    for path in CORPUS:
        lines = path.read_text(encoding="utf-8").splitlines()
        texts += [str(json.loads(line).get("text", "")) for line in lines[::120]]
    sentences = sentences_of(texts)
    tried = list(LEXICON.triggers.possible(sentences))
    matched = 0
    for number, (_, pattern) in enumerate(LEXICON.patterns):
        asked = slice(number % one_in, None, one_in)
        for sentence, numbers in zip(sentences[asked], tried[asked], strict=True):
            if pattern.span(sentence) is not None:
                matched += 1
                assert number in numbers, (pattern.text[:80], sentence)
    assert matched > len(RULES) // one_in


def test_every_pattern_of_the_rules_has_a_clause():
    idle = next(LEXICON.triggers.possible([b""]))
    assert idle == [], "a pattern without a clause is tried on every sentence: say a word in it"


def test_a_long_strange_word_is_read_in_time_linear_in_it():
    assert possible("kill", b"x'" * 50_000 + b"kill")
    assert re2.search(rb"\bkill\b", b"x'kill") is not None
