"""The comparison of two models: a worse one is caught, noise is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from classifiers.authored import Corpus, Kind
from classifiers.normalise import Folder
from classifiers.scan import Scanner
from classifiers.stages import LABEL_INDEX, Sentence, StageScores
from classifiers.training.comparison import Question, Row, chance, compare, judged, proved
from models.finding import SCORED_LABELS, Label
from models.scan import Stage as StageName
from tests.unit.classifiers.conftest import item


class Finding:
    """Finds self-harm in sentences that have one of the words."""

    name = StageName.FAST
    version = "by-word"

    def __init__(self, *words: str) -> None:
        self._words = words

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        scores = np.zeros((len(sentences), len(SCORED_LABELS)), dtype=np.float32)
        for row, sentence in enumerate(sentences):
            if any(f"{word}." in sentence.text for word in self._words):
                scores[row, LABEL_INDEX[Label.SELF_HARM]] = 0.9
        return StageScores(scores=scores)


SELF_HARM = (Label.SELF_HARM,)
CORPUS = Corpus(
    (
        *(item(f"The path is muddy by gate{n}. Please send a man.", Kind.HOST, f"h{n}") for n in range(20)),
        *(item("The gate is new.", Kind.ORDINARY, f"o{n}") for n in range(4)),
        *(item(f"I hold the rope{n}.", Kind.CONCERN, f"c{n}", labels=SELF_HARM) for n in range(30)),
        *(item(f"We sell the rug{n}.", Kind.CONTRAST, f"x{n}", near=SELF_HARM) for n in range(20)),
    ),
    (),
    "",
)


def named(word: str, numbers: range) -> list[str]:
    return [f"{word}{number}" for number in numbers]


def scanner(*words: str) -> Scanner:
    return Scanner((Finding(*words),), Folder())


def worse(old: Sequence[str], new: Sequence[str]) -> set[tuple[str, str]]:
    found = compare(scanner(*old), scanner(*new), CORPUS, seed=1)
    return {(row.question.name, row.about) for row in found.worse}


ROPES = named("rope", range(20))


def test_the_same_model_is_nowhere_worse_and_every_question_is_asked():
    found = compare(scanner(*ROPES), scanner(*ROPES), CORPUS, seed=1)
    assert found.worse == ()
    assert {row.question for row in found.rows} == set(Question)
    [label] = [row for row in found.rows if row.about == "self_harm"]
    assert (label.of, label.old, label.new, label.gained, label.lost) == (30, 20, 20, 0, 0)
    assert {row.about for row in found.rows if row.question is Question.LABEL_FOUND} == set(SCORED_LABELS)


def test_a_label_found_less_often_is_worse():
    assert worse(ROPES, ROPES[:10]) == {
        ("LABEL_FOUND", "self_harm"),
        ("GROUP_FOUND", "any concern"),
        ("GROUP_FOUND", "safeguarding"),
    }


def test_what_is_lost_here_and_gained_there_is_noise():
    assert worse(ROPES, [*ROPES[6:], *named("rope", range(20, 25))]) == set()
    assert worse(ROPES, ROPES[2:]) == set()
    assert worse(ROPES[:10], ROPES) == set()


def test_harmless_letters_and_contrasts_flagged_more_often_are_worse():
    assert worse(ROPES, [*ROPES, *named("gate", range(12))]) == {("LETTERS_CLEAR", "any concern")}
    assert worse(ROPES, [*ROPES, *named("rug", range(12))]) == {("CONTRASTS_CLEAR", "any concern")}


def test_a_letter_is_one_witness_however_often_it_is_told():
    [row] = [
        row
        for row in compare(scanner(), scanner("gate3"), CORPUS, seed=1).rows
        if row.question is Question.LETTERS_CLEAR and row.about == "any concern"
    ]
    assert (row.of, row.old, row.new, row.lost) == (20, 20, 19, 1)


@pytest.mark.parametrize(
    ("gained", "lost", "p"), [(0, 0, 1.0), (0, 5, 1 / 32), (5, 0, 1.0), (1, 4, 6 / 32), (3, 3, 42 / 64)]
)
def test_the_chance_of_so_many_losses(gained: int, lost: int, p: float):
    assert chance(gained, lost) == pytest.approx(p)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # One question alone: 5 of 5 lost is proof, 4 of 4 is not.
        ([(0, 5)], [True]),
        ([(0, 4)], [False]),
        # Two that could both prove something share the doubt; one that never could has no part of it.
        ([(0, 5), (3, 3)], [False, False]),
        ([(0, 5), (1, 1)], [True, False]),
        # Holm: the second is held against the whole doubt once the first is proved.
        ([(0, 9), (0, 5)], [True, True]),
        ([], []),
    ],
)
def test_many_questions_share_one_doubt(changes: list[tuple[int, int]], expected: list[bool]):
    assert proved([chance(*change) for change in changes], [sum(change) for change in changes]) == expected


def test_equal_models_are_called_worse_no_more_often_than_the_doubt():
    draws = np.random.default_rng(20261122)
    refused = 0
    for _ in range(400):
        right: Mapping[str, tuple[np.ndarray, np.ndarray]] = {
            str(label): (draws.random(40) < 0.6, draws.random(40) < 0.6) for label in range(25)
        }
        refused += any(row.worse for row in judged(Question.LABEL_FOUND, right))
    assert refused <= 400 * 0.07


def test_a_row_says_what_it_rests_on():
    old, new = np.array([True, True, False]), np.array([True, False, True])
    assert judged(Question.GROUP_FOUND, {"rights": (old, new)}) == [
        Row(
            question=Question.GROUP_FOUND,
            about="rights",
            of=3,
            old=2,
            new=2,
            gained=1,
            lost=1,
            p=0.75,
            worse=False,
        )
    ]


def test_a_side_without_texts_is_refused():
    with pytest.raises(ValueError, match="0 letters"):
        compare(scanner(), scanner(), Corpus((), (), ""), seed=1)
