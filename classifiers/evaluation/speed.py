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
_MOST = 9 * AT_ONCE
_LONG_ENOUGH_SECONDS = 2.0


class Speed(Model):
    """`stages` together; in batches of 64, every message of sentences not seen before."""

    stages: str
    messages_a_second: float


def speeds(scanner: Scanner, lexicons: Path, weights: Path, corpus: Corpus) -> list[Speed]:
    """Of each stage alone that is loaded from a folder, and of the whole scanner."""
    folder = load_folder(lexicons)
    fast = FastModel.load(weights / "fast")
    whole = "+".join(map(str, scanner.scan_text("Good morning.").status.stages))
    alone = {"lexicon": Scanner((Lexicon.load(lexicons),), folder), "fast": Scanner((fast,), folder, fast.thresholds)}
    messages = _messages(corpus)
    return [
        Speed(stages=name, messages_a_second=round(_measured(own, messages), 1))
        for name, own in {**alone, whole: scanner}.items()
    ]


def machine() -> str:
    """One line: what the figures were taken on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def _messages(corpus: Corpus) -> list[str]:
    """Of 120 words each, no sentence twice: every one ends with a number of its own."""
    sentences = [
        item.text[span.start : span.end].rstrip(" .!?\n").split()
        for item in corpus.items
        if item.kind is Kind.HOST and not is_locked(item.family)
        for span in split(item.text)
    ]
    messages: list[str] = []
    number = 0
    while len(messages) < _MOST:
        words: list[str] = []
        while len(words) < WORDS:
            words += [*sentences[number % len(sentences)], f"{number}."]
            number += 1
        messages.append(" ".join(words[:WORDS]))
    return messages


def _measured(scanner: Scanner, messages: Sequence[str]) -> float:
    # What a scanner keeps of words and languages is learnt from the first batch, and not counted.
    scanner.scan_texts(messages[:AT_ONCE])
    done = AT_ONCE
    started = time.process_time()
    while done < len(messages) and time.process_time() - started < _LONG_ENOUGH_SECONDS:
        scanner.scan_texts(messages[done : done + AT_ONCE])
        done += AT_ONCE
    return (done - AT_ONCE) / max(1e-9, time.process_time() - started)
