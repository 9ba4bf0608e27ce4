"""Welsh and Polish: what the scan makes of phrases written for the purpose, those that no rule was written by.

`corpus/languages` has sixty sentences of each over the labels where life may be at risk, and forty ordinary ones. Half
of the families are `open`: rules were extended by what was missed of them. The other half is `held`, and is measured.
None of them is in any training, nor in the figures of English. Rules and phrases are by the same writer, who knew both
halves: other people's Welsh and Polish will be found less often.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifiers.authored import Item, Kind, read
from classifiers.evaluation.groups import ANY_CONCERN, GROUPS
from classifiers.evaluation.intervals import share
from classifiers.scan import Scanner
from classifiers.shares import Share
from models.base import Model
from models.finding import Finding, Label
from models.scan import ScanResult, Stage

LANGUAGES = {"cy": "Welsh", "pl": "Polish"}
"""By how the families of their lines begin."""

_CONCERNS = frozenset(GROUPS[ANY_CONCERN])
_STAGES = frozenset(map(str, Stage))


class LanguageReport(Model):
    """Sentences with a concern: `found`, any concern is; `by_rule`, by a rule; `named`, the label itself.

    `unsupported`: those that would open a review for their language, by themselves. `labels`: any concern found, by
    the sentence's label. `false`: ordinary sentences in which any concern is found.
    """

    language: str
    found: Share
    by_rule: Share
    named: Share
    unsupported: Share
    labels: dict[Label, Share]
    false: Share


def held_out(corpus: Path) -> tuple[Item, ...]:
    """The lines of both languages that no rule was written by; none where the corpus has none. Raises CorpusError."""
    return read(corpus / "languages" / "held").items


def language_reports(scanner: Scanner, items: Sequence[Item]) -> tuple[LanguageReport, ...]:
    """Of each language that there are lines of."""
    reports = []
    for code, name in LANGUAGES.items():
        own = [item for item in items if item.family.startswith(f"{code}-")]
        if own:
            reports.append(_report(scanner, name, own))
    return tuple(reports)


def _report(scanner: Scanner, name: str, items: Sequence[Item]) -> LanguageReport:
    said = [item for item in items if item.kind is Kind.CONCERN]
    results = scanner.scan_texts([item.text for item in said])
    harmless = scanner.scan_texts([item.text for item in items if item.kind is Kind.ORDINARY])
    found = [bool(_concerns(result)) for result in results]
    return LanguageReport(
        language=name,
        found=_share(found),
        by_rule=_share([any(map(_by_rule, _concerns(result))) for result in results]),
        named=_share(
            [
                any(finding.label in item.labels for finding in result.findings)
                for item, result in zip(said, results, strict=True)
            ]
        ),
        unsupported=_share(
            [any(finding.label is Label.UNSUPPORTED_LANGUAGE for finding in result.findings) for result in results]
        ),
        labels={
            label: _share([own for item, own in zip(said, found, strict=True) if label in item.labels])
            for label in dict.fromkeys(label for item in said for label in item.labels)
        },
        false=_share([bool(_concerns(result)) for result in harmless]),
    )


def _concerns(result: ScanResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.label in _CONCERNS]


def _by_rule(finding: Finding) -> bool:
    """Evidence names the rule that saw it, or else the stage."""
    return any(shown.by not in _STAGES for shown in finding.evidence)


def _share(flags: Sequence[bool]) -> Share:
    return share(np.array(flags, dtype=np.bool_))
