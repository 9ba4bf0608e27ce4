"""How a text falls into passages, and how a sentence turns to something else."""

import pytest

from classifiers.matter_passages import Turn, runs
from classifiers.matter_text import words_of

TURNS = [
    ("Separately, the lamp is out.", Turn.TURNS),
    ("On another subject altogether, the lamp is out.", Turn.TURNS),
    ("And now for something else.", Turn.TURNS),
    ("While I'm writing, the lamp is out.", Turn.TURNS),
    ("But apart from all that, the lamp is out.", Turn.TURNS),
    ("2. Something fresh: the lamp is out.", Turn.TURNS),
    ("A different matter: the lamp is out.", Turn.TURNS),
    ("2) New one.", Turn.TURNS),
    ("A different one.", Turn.TURNS),
    ("Then: lamp out, wants it mended.", Turn.TURNS),
    ("Next - lamp out.", Turn.TURNS),
    ("Other: lamp out.", Turn.TURNS),
    ("2nd call: lamp out.", Turn.TURNS),
    ("New: lamp out.", Turn.TURNS),
    ("New ones were fitted.", Turn.NONE),
    ("A new one would be nice.", Turn.NONE),
    ("Then the lamp went out.", Turn.NONE),
    ("Next-door's lamp is out.", Turn.NONE),
    ("Other people have lamps: I have none.", Turn.NONE),
    ("The other thing.", Turn.ADDS),
    ("And another thing, I will not have it.", Turn.ADDS),
    ("PS. The lamp is out.", Turn.ADDS),
    ("P.S. The lamp is out.", Turn.ADDS),
    ("Secondly, the lamp is out.", Turn.ADDS),
    ("Also the lamp is out.", Turn.ADDS),
    ("There's this too: the lamp is out.", Turn.ADDS),
    ("The lamp is out, by the way.", Turn.NONE),
    ("It matters to me.", Turn.NONE),
    ("The separate entrance is locked.", Turn.NONE),
]


def _plain(sentence: str) -> bytes:
    return b" ".join(words_of(sentence))


@pytest.mark.parametrize(("sentence", "turn"), TURNS)
def test_how_a_sentence_turns(sentence, turn):
    assert [run.turn for run in runs([_plain(sentence)], [True], [sentence])] == [turn]


def test_a_passage_runs_to_the_next_turn_or_paragraph():
    sentences = ["One.", "Two.", "By the way, three.", "Four.", "Five.", "Six."]
    begins = [True, False, False, False, True, False]
    found = runs([_plain(sentence) for sentence in sentences], begins, sentences)
    assert [(run.first, run.last) for run in found] == [(0, 2), (2, 4), (4, 6)]


def test_nothing_has_no_passages():
    assert runs([], [], []) == []
