"""Evidence as a person is shown it: the words, and why they were taken for what they were taken for."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.lexicon import Lexicon
from classifiers.semantic import Semantic
from classifiers.stages import Hit, Sentence, Stage
from models.finding import Evidence

_LONGEST_QUOTE = 300
"""Characters of a quote: a sentence of ordinary length whole, of a longer one what stands around a rule's words."""


class Explained:
    """Knows what each rule means, and asks the semantic stage, where there is one, which example is nearest."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._meanings = {
            f"lexicon:{rule.id}": rule.meaning for stage in stages if isinstance(stage, Lexicon) for rule in stage.rules
        }
        self._semantic = next((stage for stage in stages if isinstance(stage, Semantic)), None)

    def evidence(self, hit: Hit, sentence: Sentence, *, looked: bool) -> Evidence:
        """The hit as evidence: its sentence. `looked`: the semantic stage has the sentence's vector at hand."""
        start, end = _quoted(hit, sentence)
        nearest = self._semantic.nearest(sentence, hit.label, 1) if looked and self._semantic is not None else ()
        return Evidence(
            part=sentence.part,
            start=sentence.start + start,
            end=sentence.start + end,
            quote=sentence.text[start:end],
            by=hit.by,
            like=nearest[0].text if nearest else None,
            because=self._meanings.get(hit.by),
        )


def _quoted(hit: Hit, sentence: Sentence) -> tuple[int, int]:
    """Start and end, in the sentence, of what is quoted of it; cut between words."""
    text, start, end = sentence.text, hit.start - sentence.start, hit.end - sentence.start
    if len(text) <= _LONGEST_QUOTE:
        return 0, len(text)
    margin = max(0, (_LONGEST_QUOTE - (end - start)) // 2)
    first, last = max(0, start - margin), min(len(text), end + margin)
    if first:
        first = min(start, text.find(" ", first, start) + 1 or start)
    if last < len(text):
        last = max(end, text.rfind(" ", end, last))
    return first, last
