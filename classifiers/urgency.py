"""How soon a person must know, where no rule said so."""

from __future__ import annotations

import re2

from classifiers.stages import Sentence
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, Label, Urgency

_LIFE = frozenset({Label.THREAT_TO_LIFE, Label.SELF_HARM, Label.MEDICAL_CRISIS})
_MAY_BE_LIFE = frozenset(
    {Label.WEAPON_OR_EXPLOSIVE, Label.CHILD_AT_RISK, Label.ADULT_AT_RISK, Label.DOMESTIC_ABUSE, Label.THREAT_OF_HARM}
)
_NOW = re2.compile(
    rb"\b(?:tonight|tonite|today|right now|just now|now|this (?:morning|afternoon|evening|minute)|already|tomorrow|"
    rb"as i (?:write|type|speak)|on (?:my|his|her|the) way|still (?:here|there|inside|outside)|next door|upstairs|"
    rb"unconscious|breathing|bleeding|help (?:me|us)|please hurry|999|at the moment|currently|overdose|knife|gun)\b"
)


def urgency_of(label: Label, sentence: Sentence) -> Urgency:
    """`immediate` where life may be at risk, `same_day` for any other concern, `routine` for the rest."""
    if CATEGORY_OF[label] not in CONCERN_CATEGORIES:
        return Urgency.ROUTINE
    if label in _LIFE or (label in _MAY_BE_LIFE and _NOW.search(sentence.folded.data) is not None):
        return Urgency.IMMEDIATE
    return Urgency.SAME_DAY
