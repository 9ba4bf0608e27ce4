"""The linear model on sentences: what it scores, and that its arithmetic in bulk is that of one at a time."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from classifiers.authored import Item, Kind, clusters, sides
from classifiers.fast import KINDS, NOTHING, FastModel, Margins, rivalry, scores
from classifiers.stages import LABEL_INDEX
from classifiers.weights_file import WeightsError
from models.finding import SCORED_LABELS, Label
from tests.unit.classifiers.conftest import sentences_of

FOLDER = Path(__file__).parents[3] / "classifiers" / "weights" / "fast"
LETTER = (
    "Dear Sir, the lamp outside our house has been out since Easter. I rang twice and was given a reference. "
    "She says she has stopped eating and wants to die. Please would somebody look at the lamp? Kind regards, Tom"
)


@pytest.fixture(scope="module")
def model() -> FastModel:
    return FastModel.load(FOLDER)


def test_the_sentence_that_matters_is_found_in_a_letter_and_its_neighbours_score_less(model):
    found = model.score(sentences_of(LETTER)).scores
    concern = found[:, [LABEL_INDEX[label] for label in KINDS[0]]].max(axis=1)
    assert concern.argmax() == 2
    assert concern[2] >= 0.5
    assert concern[0] < 0.5


def test_scores_are_those_of_all_windows_although_few_are_told_apart(model):
    sentences = sentences_of(LETTER) + sentences_of("I will kill him on Friday. He knows it.", passage=1)
    margins, first = model.windows(sentences)
    everything = scores(margins, model._slope, model._threshold)
    best = everything[: len(sentences)].copy()
    np.maximum.at(best, first, everything[len(sentences) :])
    np.maximum.at(best, first + 1, everything[len(sentences) :])
    found = model.score(sentences).scores
    assert np.array_equal(found >= 0.5, best >= 0.5)
    assert np.abs(found - best).max() < 0.03


def test_a_batch_scores_as_its_letters_do_alone(model):
    one, other = sentences_of(LETTER), sentences_of("My bins were missed. I have a knife and I am outside.", passage=1)
    together = model.score(one + other).scores
    alone = np.concatenate([FastModel.load(FOLDER).score(own).scores for own in (one, other)])
    assert np.allclose(together, alone, atol=1e-5)


def test_words_met_one_by_one_weigh_what_they_weigh_met_together():
    sentences = sentences_of(LETTER)
    piecemeal, at_once = FastModel.load(FOLDER), FastModel.load(FOLDER)
    for sentence in sentences:
        piecemeal.score([sentence])
    assert np.array_equal(piecemeal.score(sentences).scores, at_once.score(sentences).scores)


def test_no_sentences_and_sentences_without_words_score_nothing(model):
    assert model.score([]).scores.shape == (0, len(SCORED_LABELS))
    assert model.score(sentences_of("?!")).scores.max() < 0.5


@pytest.mark.parametrize("fragment", ["Hello", "Worried", "Price list", "FOI", "Disgrace", "Kind regards", "My appeal"])
def test_a_fragment_proves_nothing(model, fragment):
    assert model.score(sentences_of(fragment)).scores.max() < 0.5


def test_one_label_is_named_unless_a_second_is_nearly_as_likely():
    kind = np.array([[9.0, NOTHING, NOTHING]], dtype=np.float32)
    label = np.full((1, len(SCORED_LABELS)), -4.0, dtype=np.float32)
    first, second, third = (LABEL_INDEX[name] for name in (Label.SELF_HARM, Label.CHILD_AT_RISK, Label.EXTREMISM))
    label[0, [first, second, third]] = (2.0, 1.9, 0.0)
    found = scores(Margins(kind, label), np.ones(3, np.float32), np.zeros(len(SCORED_LABELS), np.float32))[0]
    assert set(np.flatnonzero(found >= 0.5)) == {first, second}
    assert found[first] > found[second]
    assert (rivalry(label) <= 0).all()


def test_files_of_another_version_and_damaged_ones_are_refused_by_name(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "fast")
    manifest = json.loads((tmp_path / "fast" / "manifest.json").read_text())
    (tmp_path / "fast" / "manifest.json").write_text(json.dumps(manifest | {"format": 1}))
    with pytest.raises(WeightsError, match="another version"):
        FastModel.load(tmp_path / "fast")
    (tmp_path / "fast" / "manifest.json").write_text(json.dumps(manifest | {"arrays_sha256": "0" * 64}))
    with pytest.raises(WeightsError, match="not the file"):
        FastModel.load(tmp_path / "fast")
    whole = (tmp_path / "fast" / "weights.npz").read_bytes()
    (tmp_path / "fast" / "weights.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match="train them again"):
        FastModel.load(tmp_path / "fast")
    (tmp_path / "fast" / "weights.npz").write_bytes(b"PK")
    with pytest.raises(WeightsError, match="train them again"):
        FastModel.load(tmp_path / "fast")


def test_twins_of_twins_stay_on_one_side():
    def item(family: str, twin: str | None = None) -> Item:
        return Item(text="x", kind=Kind.CONTRAST if twin else Kind.CONCERN, family=family, twin=twin)

    items = [item("a"), item("b"), item("c", "a"), item("c", "b"), item("d")]
    names = clusters(items)
    assert len(set(names[:4])) == 1
    assert names[4] not in names[:4]
    for seed in range(20):
        assert len(set(sides(items, seed)[:4])) == 1
