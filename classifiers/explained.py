"""Evidence as a person is shown it: the words, and why they were taken for what they were taken for."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.lexicon import Lexicon
from classifiers.semantic import Semantic
from classifiers.stages import Hit, Sentence, Stage
from models.finding import Evidence


class Explained:
    """Knows what each rule means, and asks the semantic stage, where there is one, which example is nearest."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._meanings = {
            f"lexicon:{rule.id}": rule.meaning for stage in stages if isinstance(stage, Lexicon) for rule in stage.rules
        }
        self._semantic = next((stage for stage in stages if isinstance(stage, Semantic)), None)

    def evidence(self, hit: Hit, sentence: Sentence, *, looked: bool) -> Evidence:
        """The hit as evidence: its sentence. `looked`: the semantic stage has the sentence's vector at hand."""
        nearest = self._semantic.nearest(sentence, hit.label, 1) if looked and self._semantic is not None else ()
        return Evidence(
            part=sentence.part,
            start=sentence.start,
            end=sentence.end,
            quote=sentence.text,
            by=hit.by,
            like=nearest[0].text if nearest else None,
            because=self._meanings.get(hit.by),
        )
