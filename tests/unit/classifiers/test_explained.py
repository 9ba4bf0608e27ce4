"""What a finding says of itself: the rule's meaning, and the nearest example of its own label."""

import re

import pytest

from classifiers.late_stage import LateStage
from classifiers.lexicon import Lexicon
from classifiers.scan import MOST_EVIDENCE, Scanner
from classifiers.semantic import Semantic
from models.finding import Label
from tests.unit.classifiers.conftest import LEXICONS, WEIGHTS, sentences_of

LETTER = (
    "Dear Sir, the lamp outside our house has been out since Easter. "
    "My brother says he is going to kill himself. The lamp is number 14."
)


@pytest.fixture(scope="module")
def late(scanner) -> Scanner:
    return scanner.with_late_stage(WEIGHTS, LateStage.NOW)


def self_harm(result):
    return next(finding for finding in result.findings if finding.label is Label.SELF_HARM)


def test_a_rule_is_cited_by_its_meaning(rules_only):
    meanings = {f"lexicon:{rule.id}": rule.meaning for rule in Lexicon.load(LEXICONS).rules}
    (evidence,) = self_harm(rules_only.scan_text(LETTER)).evidence
    assert evidence.because == meanings[evidence.by]
    assert evidence.like is None


def test_before_the_late_stage_nothing_is_likened(scanner):
    assert all(piece.like is None for finding in scanner.scan_text(LETTER).findings for piece in finding.evidence)


def test_the_late_stage_names_the_nearest_example(late):
    finding = self_harm(late.scan_text(LETTER))
    manifest = next(s for s in late._stages if isinstance(s, Semantic)).manifest
    examples = {own.text for own in manifest.prototypes if Label.SELF_HARM in own.labels}
    assert finding.evidence
    assert all(piece.like in examples for piece in finding.evidence)
    assert finding.at_risk == "My brother"


def test_nothing_is_likened_to_what_another_label_was_written_for(late):
    semantic = next(s for s in late._stages if isinstance(s, Semantic))
    (sentence,) = sentences_of("I have made myself a working gun and I am going to use it on myself.")
    for label in (Label.SELF_HARM, Label.WEAPON_OR_EXPLOSIVE):
        examples = {own.text for own in semantic.manifest.prototypes if label in own.labels}
        assert {near.text for near in semantic.nearest(sentence, label)} <= examples
    assert semantic.nearest(sentence, Label.WEAPON_OR_EXPLOSIVE)


def test_what_is_far_from_every_example_is_likened_to_none(late):
    """Two in a hundred ordinary sentences come near one by chance (`LIKE_FROM`)."""
    semantic = next(s for s in late._stages if isinstance(s, Semantic))
    ordinary = sentences_of(
        "The bins were not emptied on Tuesday. Please send the form for the garage again. The lamp outside number nine "
        "is out. I have attached the receipt for the skip. The meeting is at seven in the village hall. Our reference is "
        "at the top of the letter. The hedge was cut back in March. Thank you for the new timetable."
    )
    assert sum(bool(semantic.nearest(sentence, Label.SELF_HARM)) for sentence in ordinary) <= 1
    assert not semantic.nearest(ordinary[1], Label.SELF_HARM)


def test_it_is_asked_only_of_what_is_kept_and_it_looked_at(late, monkeypatch):
    asked = []
    nearest = Semantic.nearest
    monkeypatch.setattr(Semantic, "nearest", lambda *given: asked.append(given) or nearest(*given))
    result = late.scan_text("Thank you for mending the lamp. The bins were emptied on Tuesday.")
    assert not result.findings
    assert asked == []
    many = " ".join(f"I will kill myself on the {day}th of May." for day in range(11, 31))
    result = late.scan_text(many)
    assert 0 < len(asked) <= MOST_EVIDENCE * len(result.findings)
    assert all(len(finding.evidence) <= MOST_EVIDENCE for finding in result.findings)


def test_offsets_are_exact_with_disguises(rules_only):
    text = "Dear all,\u00a0it\u2019s me. I\u2019m going to k\u200bi\u200bll  myself.\nRegards"
    (evidence,) = self_harm(rules_only.scan_text(text)).evidence
    assert text[evidence.start : evidence.end] == evidence.quote
    assert re.search("k.*ll", evidence.quote)


def test_a_rules_words_are_shown_in_their_sentence(rules_only):
    (evidence,) = self_harm(
        rules_only.scan_text("Good morning. By Friday I will kill myself and be done. Regards")
    ).evidence
    assert evidence.quote == "By Friday I will kill myself and be done."
    assert evidence.by.startswith("lexicon:")
