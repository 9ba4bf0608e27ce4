"""How rules and models are weighed together, by answers that are made up."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.normalise import Folder
from classifiers.stages import LABEL_INDEX, Excuse, Hit, Sentence, StageScores
from classifiers.weighing import RIGHT_SURELY_NOT, SURELY_NOT, THRESHOLD, UNCONFIRMED, UNLIKELY, Batch, weigh
from models.finding import SCORED_LABELS, Label, Urgency
from models.scan import Stage as StageName


class Said:
    """A stage that has answered."""

    version = "made-up"

    def __init__(self, name: StageName) -> None:
        self.name = name

    def score(self, sentences):
        raise AssertionError("not asked again")


def _batch(count: int) -> Batch:
    batch = Batch(passages=1)
    for number in range(count):
        text = f"Sentence {number}."
        batch.sentences.append(Sentence("body", 0, len(text), text, Folder().fold(text), 1))
        batch.owner.append(0)
        batch.concern_weight.append(1.0)
        batch.other_weight.append(1.0)
    return batch


def _scored(batch: Batch, hits: list[Hit], model: list[dict[Label, float]], *, looked: bool = True) -> np.ndarray:
    scores = np.zeros((len(batch.sentences), len(SCORED_LABELS)), dtype=np.float32)
    for row, own in enumerate(model):
        for label, score in own.items():
            scores[row, LABEL_INDEX[label]] = score
    both = np.full(len(batch.sentences), looked)
    answers = [
        (Said(StageName.LEXICON), StageScores(hits=tuple(hits))),
        (Said(StageName.FAST), StageScores(scores=np.zeros_like(scores))),
        (Said(StageName.SEMANTIC), StageScores(scores=scores, both=both)),
    ]
    best, _ = weigh(answers, batch, 1, np.full(len(SCORED_LABELS), THRESHOLD))
    return best[0]


def _hit(label: Label, *, yields: bool | None = True) -> Hit:
    return Hit(0, label, 0.9, 0, 5, "lexicon:some.rule", None, yields)


def test_the_word_of_a_rule_that_yields_stands_where_the_encoder_has_not_looked_or_hears_a_little():
    column = LABEL_INDEX[Label.CHILD_AT_RISK]
    assert _scored(_batch(1), [_hit(Label.CHILD_AT_RISK)], [{}], looked=False)[column] >= THRESHOLD
    little = {Label.CHILD_AT_RISK: UNLIKELY * 1.1}
    assert _scored(_batch(1), [_hit(Label.CHILD_AT_RISK)], [little])[column] >= THRESHOLD


def test_it_does_not_where_the_encoder_hears_nothing_of_the_kind():
    column = LABEL_INDEX[Label.CHILD_AT_RISK]
    assert _scored(_batch(1), [_hit(Label.CHILD_AT_RISK)], [{Label.CHILD_AT_RISK: 0.01}])[column] < THRESHOLD
    # Another concern is heard: the rule may well be right that there is one.
    heard = {Label.CHILD_AT_RISK: 0.01, Label.DOMESTIC_ABUSE: 0.4}
    assert _scored(_batch(1), [_hit(Label.CHILD_AT_RISK)], [heard])[column] >= THRESHOLD
    # What it hears in another sentence is no support.
    assert _scored(_batch(2), [_hit(Label.CHILD_AT_RISK)], [{}, {Label.SELF_HARM: 0.4}])[column] < THRESHOLD


def test_any_other_rule_gives_way_where_the_encoder_is_nearly_sure():
    for label, limit in ((Label.SELF_HARM, SURELY_NOT), (Label.FOI_REQUEST, RIGHT_SURELY_NOT)):
        for heard, stands in ((limit * 0.9, False), (limit * 1.1, True)):
            scores = _scored(_batch(1), [_hit(label, yields=None)], [{label: heard}])
            assert bool(scores[LABEL_INDEX[label]] >= THRESHOLD) is stands
    tone = _hit(Label.ABUSIVE, yields=None)
    assert _scored(_batch(1), [tone], [{}])[LABEL_INDEX[Label.ABUSIVE]] >= THRESHOLD


def test_a_rule_that_never_yields_stands_whatever_the_encoder_hears():
    column = LABEL_INDEX[Label.SELF_HARM]
    stern = _hit(Label.SELF_HARM, yields=False)
    assert _scored(_batch(1), [stern], [{}])[column] >= THRESHOLD
    assert _scored(_batch(1), [_hit(Label.SELF_HARM), stern], [{}])[column] >= THRESHOLD


def test_a_right_that_a_model_alone_sees_must_be_surer_whatever_rules_find_elsewhere():
    column = LABEL_INDEX[Label.RESTRICTION_CHALLENGE]
    seen = {Label.RESTRICTION_CHALLENGE: 0.8}
    beside = _scored(_batch(2), [_hit(Label.SUBJECT_ACCESS_REQUEST)], [{}, seen])
    assert beside[column] == pytest.approx(0.8 * UNCONFIRMED)
    # Of the sentence that asks by the rule, the model may know better which right it is.
    same = _scored(_batch(1), [_hit(Label.SUBJECT_ACCESS_REQUEST)], [seen])
    assert same[column] == pytest.approx(0.8)


def test_of_a_sentence_that_plainly_asks_for_one_right_a_rule_alone_finds_no_other():
    record, review = LABEL_INDEX[Label.DATA_RIGHTS_REQUEST], LABEL_INDEX[Label.COMPLAINT_REVIEW]
    hits = [_hit(Label.DATA_RIGHTS_REQUEST, yields=None), _hit(Label.COMPLAINT_REVIEW, yields=None)]
    plain = _scored(_batch(1), hits, [{Label.DATA_RIGHTS_REQUEST: 0.8, Label.COMPLAINT_REVIEW: 0.02}])
    assert plain[record] > THRESHOLD > plain[review]
    unsure = _scored(_batch(1), hits, [{Label.DATA_RIGHTS_REQUEST: 0.3, Label.COMPLAINT_REVIEW: 0.02}])
    assert min(unsure[record], unsure[review]) > THRESHOLD


def _together(
    own: list[dict[Label, float]], joined: list[dict[Label, float]], batch: Batch | None = None
) -> np.ndarray:
    """Best scores where the encoder gives each sentence `own` by itself and `joined` with its neighbours."""
    batch = batch or _batch(len(own))
    alone, scores = (np.zeros((len(own), len(SCORED_LABELS)), dtype=np.float32) for _ in range(2))
    for values, told in ((alone, own), (scores, joined)):
        for row, by_label in enumerate(told):
            for label, score in by_label.items():
                values[row, LABEL_INDEX[label]] = score
    looked = StageScores(scores=scores, alone=alone, both=np.ones(len(own), dtype=np.bool_))
    answers = [(Said(StageName.FAST), StageScores(scores=np.zeros_like(scores))), (Said(StageName.SEMANTIC), looked)]
    return weigh(answers, batch, 1, np.full(len(SCORED_LABELS), THRESHOLD))[0][0]


ABUSE, HARM = LABEL_INDEX[Label.DOMESTIC_ABUSE], LABEL_INDEX[Label.SELF_HARM]
ABUSED = {Label.DOMESTIC_ABUSE: 0.9}


def test_beside_a_concern_a_sentence_that_says_hardly_anything_itself_is_no_other_one():
    best = _together([ABUSED, {Label.SELF_HARM: 0.1}], [ABUSED, {Label.SELF_HARM: 0.6}])
    assert best[ABUSE] == pytest.approx(0.9)
    assert best[HARM] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("own", "joined"),
    [
        # It says something of it by itself.
        ([ABUSED, {Label.SELF_HARM: 0.35}], [ABUSED, {Label.SELF_HARM: 0.6}]),
        # The neighbour is a concern only together with it.
        ([{Label.DOMESTIC_ABUSE: 0.4}, {Label.SELF_HARM: 0.1}], [ABUSED, {Label.SELF_HARM: 0.6}]),
        # The neighbour is the same concern.
        ([{Label.SELF_HARM: 0.9}, {Label.SELF_HARM: 0.1}], [{}, {Label.SELF_HARM: 0.6}]),
        # The other concern is not beside it.
        ([ABUSED, {}, {Label.SELF_HARM: 0.1}], [ABUSED, {}, {Label.SELF_HARM: 0.6}]),
    ],
)
def test_what_two_sentences_say_together_stands_otherwise(own, joined):
    assert _together(own, joined)[HARM] == pytest.approx(0.6)


def test_a_concern_of_another_part_is_not_beside_it():
    batch = _batch(2)
    batch.sentences[1] = batch.sentences[1]._replace(passage=2)
    best = _together([ABUSED, {Label.SELF_HARM: 0.1}], [ABUSED, {Label.SELF_HARM: 0.6}], batch)
    assert best[HARM] == pytest.approx(0.6)


@pytest.mark.parametrize(("ruled", "urgency"), [(0.9, Urgency.ROUTINE), (0.04, None)])
def test_what_models_see_against_a_rule_in_doubt_is_as_urgent_as_they_say(ruled, urgency):
    batch = _batch(1)
    scores = np.zeros((1, len(SCORED_LABELS)), dtype=np.float32)
    scores[0, HARM] = 0.8
    hit = _hit(Label.SELF_HARM)._replace(score=ruled, urgency=Urgency.ROUTINE)
    answers = [(Said(StageName.LEXICON), StageScores(hits=(hit,))), (Said(StageName.FAST), StageScores(scores=scores))]
    _, hits = weigh(answers, batch, 1, np.full(len(SCORED_LABELS), THRESHOLD))
    assert [own.urgency for own in hits[0] if own.label is Label.SELF_HARM] == [urgency]


@pytest.mark.parametrize(
    ("looked", "around", "found"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_what_stands_around_the_words_excuses_nothing_that_the_encoder_hears(looked, around, found):
    """It has read those words as well; a denial it does not understand well enough."""
    batch = _batch(1)
    scores = np.zeros((1, len(SCORED_LABELS)), dtype=np.float32)
    scores[0, LABEL_INDEX[Label.SELF_HARM]] = 0.9
    excuse = Excuse(0, Label.SELF_HARM, 0.4, around=around)
    last = StageScores(scores=scores, both=np.array([True])) if looked else StageScores(scores=np.zeros_like(scores))
    answers = [
        (Said(StageName.LEXICON), StageScores(excuses=(excuse,))),
        (Said(StageName.FAST), StageScores(scores=scores)),
        (Said(StageName.SEMANTIC), last),
    ]
    best, _ = weigh(answers, batch, 1, np.full(len(SCORED_LABELS), THRESHOLD))
    assert (best[0, LABEL_INDEX[Label.SELF_HARM]] >= THRESHOLD) == found
