"""How many messages of 120 words a second one core scans: a figure of a machine, told with it and stored nowhere."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

from classifiers.authored import Corpus, Kind, is_locked
from classifiers.evaluation.scored import AT_ONCE
from classifiers.fast import FastModel
from classifiers.lexicon import Lexicon, load_folder
from classifiers.scan import Scanner
from classifiers.sentences import split
from models.base import Model

WORDS = 120
_MOST = 8 * AT_ONCE
_LONG_ENOUGH_SECONDS = 2.0


class Speed(Model):
    """`stages` together, warmed up, in batches of 64; every sentence is new to them."""

    stages: str
    messages_a_second: float


def speeds(scanner: Scanner, lexicons: Path, weights: Path, corpus: Corpus) -> list[Speed]:
    """Of each stage alone that is loaded from a folder, and of the whole scanner."""
    folder = load_folder(lexicons)
    fast = FastModel.load(weights / "fast")
    whole = "+".join(map(str, scanner.scan_text("Good morning.").status.stages))
    alone = {"lexicon": Scanner((Lexicon.load(lexicons),), folder), "fast": Scanner((fast,), folder, fast.thresholds)}
    earlier, messages = _messages(corpus, 0), _messages(corpus, _MOST)
    return [
        Speed(stages=name, messages_a_second=round(_measured(own, earlier, messages), 1))
        for name, own in {**alone, whole: scanner}.items()
    ]


def machine() -> str:
    """One line: what the figures were taken on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def _messages(corpus: Corpus, first: int) -> list[str]:
    """Of 120 words each, no sentence twice: every one ends with a number of its own, from `first` thousand on."""
    sentences = [
        item.text[span.start : span.end].rstrip(" .!?\n").split()
        for item in corpus.items
        if item.kind is Kind.HOST and not is_locked(item.family)
        for span in split(item.text)
    ]
    messages: list[str] = []
    number = 1000 * first
    while len(messages) < _MOST:
        words: list[str] = []
        while len(words) < WORDS:
            words += [*sentences[number % len(sentences)], f"{number}."]
            number += 1
        messages.append(" ".join(words[:WORDS]))
    return messages


def _measured(scanner: Scanner, earlier: Sequence[str], messages: Sequence[str]) -> float:
    # What a process keeps of words and patterns is learnt from earlier mail, and not counted.
    _timed(scanner, earlier)
    return _timed(scanner, messages)


def _timed(scanner: Scanner, messages: Sequence[str]) -> float:
    done = 0
    started = time.process_time()
    while done < len(messages) and time.process_time() - started < _LONG_ENOUGH_SECONDS:
        scanner.scan_texts(messages[done : done + AT_ONCE])
        done += AT_ONCE
    return done / max(1e-9, time.process_time() - started)
