"""Welsh and Polish: which rules of the lexicon there are, and what the scan makes of their own examples.

A rule's examples were written with it, so this says that the phrases work in the whole scan, and nothing of what is
missed. No Welsh or Polish mail was written for the corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from classifiers.evaluation.intervals import share
from classifiers.language_model import load
from classifiers.lexicon import Rule
from classifiers.scan import Scanner
from classifiers.shares import Share
from models.base import Model
from models.finding import Label

LANGUAGES = {"cy": "Welsh", "pl": "Polish"}
_MARK = "welsh_polish"
"""How the ids of these rules end."""


class LanguageReport(Model):
    """`labels`: what the rules look for. `found`: examples that should be and are; `false`: that should not and are."""

    language: str
    labels: tuple[Label, ...]
    found: Share
    false: Share


def language_reports(scanner: Scanner, rules: Sequence[Rule]) -> tuple[LanguageReport, ...]:
    """Each language's own; a rule has examples of both."""
    model = load(tuple(LANGUAGES))
    chosen = [rule for rule in rules if rule.id.endswith(_MARK)]
    reports = []
    for code, name in LANGUAGES.items():

        def examples(pick: Callable[[Rule], Sequence[str]], code: str = code) -> list[tuple[Rule, str]]:
            return [(rule, text) for rule in chosen for text in pick(rule) if model.classify(text.lower())[0] == code]

        hits, misses = examples(lambda rule: rule.examples.hits), examples(lambda rule: rule.examples.misses)
        reports.append(
            LanguageReport(
                language=name,
                labels=tuple(dict.fromkeys(rule.label for rule, _ in hits)),
                found=_found(scanner, hits),
                false=_found(scanner, misses),
            )
        )
    return tuple(reports)


def _found(scanner: Scanner, examples: Sequence[tuple[Rule, str]]) -> Share:
    results = scanner.scan_texts([text for _, text in examples])
    return share(
        np.array(
            [
                result.scores[rule.label] >= scanner.thresholds[rule.label]
                for (rule, _), result in zip(examples, results, strict=True)
            ],
            dtype=np.bool_,
        )
    )
