"""The encoder and the stage on it: vectors as in training, and files that do not load."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers.encoder import TOLERANCE, Encoder, EncoderError, files
from classifiers.fast import KINDS, FastModel, Margins
from classifiers.normalise import Folder
from classifiers.semantic import (
    BESIDE,
    GOLDEN,
    LIKE_FROM,
    MOST_IN_ALL,
    MOST_TELLING,
    Authored,
    Remembered,
    Semantic,
    beside_leading,
    telling,
    with_neighbours,
    worded,
)
from classifiers.stages import LABEL_INDEX
from classifiers.weights_file import WeightsError
from models.finding import SCORED_LABELS, Label
from tests.unit.classifiers.conftest import sentences_of

WEIGHTS = Path(__file__).parents[3] / "classifiers" / "weights"
FOLDER = WEIGHTS / "semantic"
LETTER = (
    "Dear Sir, the lamp outside our house has been out since Easter. I rang twice and was given a reference. "
    "She says she has stopped eating and wants to die. Please would somebody look at the lamp? Kind regards, Tom"
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(*files(None, FOLDER))


@pytest.fixture(scope="module")
def fast() -> FastModel:
    return FastModel.load(WEIGHTS / "fast")


@pytest.fixture(scope="module")
def stage(fast) -> Semantic:
    return Semantic.load(FOLDER, fast)


class Store:
    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}

    def get(self, keys):
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put(self, vectors) -> None:
        self.kept.update(vectors)


class Counting:
    """Answers as an encoder would, and counts what it was asked."""

    checksum = "0"
    width = 4

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts):
        self.asked += texts
        return np.array([[len(text), 1, 2, 3] for text in texts], dtype=np.float32)


def test_the_installed_encoder_answers_as_in_training(encoder):
    with np.load(FOLDER / "weights.npz", allow_pickle=False) as arrays:
        golden = arrays["golden"]
    distance = 1.0 - (encoder.embed(GOLDEN) * golden).sum(axis=1)
    assert distance.max() < TOLERANCE


@pytest.mark.parametrize("layers", ["embed", "embed_lower"])
def test_vectors_are_of_unit_length_and_do_not_depend_on_their_company(encoder, layers):
    embed = getattr(encoder, layers)
    texts = ["Hello.", "", LETTER, "i want to die"]
    together = embed(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert np.allclose(together, np.concatenate([embed([text]) for text in texts]), atol=1e-4)
    assert embed([]).shape == (0, encoder.width)


def test_the_lower_layers_are_others_than_the_whole(encoder):
    assert encoder.has_lower
    assert (encoder.embed(GOLDEN) * encoder.embed_lower(GOLDEN)).sum(axis=1).max() < 0.9


def test_two_texts_read_as_one_have_seen_each_other(encoder):
    lamp, alone = encoder.embed_beside(GOLDEN[0], ""), encoder.embed_lower([GOLDEN[0]])[0]
    assert np.allclose(np.linalg.norm(lamp, axis=1), 1.0, atol=1e-5)
    with_rent, with_data = (encoder.embed_beside(GOLDEN[0], text)[0] for text in ("The rent is due.", GOLDEN[2]))
    assert lamp[0] @ alone > with_rent @ with_data > 0.9
    assert not np.allclose(with_rent, with_data, atol=1e-3)
    assert np.isfinite(encoder.embed_beside(LETTER * 9, LETTER * 9)).all(), "longer than there are places for"


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
def test_an_encoder_that_does_not_load_is_refused_by_name(tmp_path, broken):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / broken).unlink()
    with pytest.raises(EncoderError, match=r"model\.onnx"):
        Encoder.load(*files(tmp_path, FOLDER))


def test_the_sentence_that_matters_scores_highest_in_a_letter(stage):
    found = stage.score(sentences_of(LETTER)).scores
    assert found[:, LABEL_INDEX[Label.SELF_HARM]].argmax() == 2
    assert found.max() <= 1.0


def test_a_batch_scores_as_its_letters_do_alone(stage, fast):
    one, other = sentences_of(LETTER), sentences_of("My bins were missed. I have a knife and I am outside.", passage=1)
    together = stage.score(one + other).scores
    alone = np.concatenate([stage.score(own).scores for own in (one, other)])
    assert np.allclose(together, alone, atol=1e-3)


def test_no_sentences_score_nothing(stage):
    assert stage.score([]).scores.shape == (0, len(SCORED_LABELS))


def test_what_was_not_looked_at_scores_nothing(stage):
    letter = sentences_of(" ".join(f"The bin at number {number} was missed again." for number in range(60)))
    found = stage.score(letter)
    assert MOST_TELLING <= found.both.sum() <= MOST_IN_ALL
    assert (found.scores[~found.both] == 0).all()
    assert (found.scores[found.both] > 0).any()


def test_of_each_passage_the_most_telling_sentences_are_chosen():
    passage = np.array([1] * 40 + [2] * 3)
    odds = np.r_[np.arange(40.0) - 50.0, [-9.0, -9.0, -9.0]].astype(np.float32)
    assert telling(passage, odds).tolist() == [*range(40 - MOST_TELLING, 43)]
    assert len(telling(np.zeros(100, dtype=np.int64), np.full(100, 5.0, dtype=np.float32))) == MOST_IN_ALL


def test_a_sentence_in_which_a_rule_found_something_is_looked_at_whatever_the_fast_model_thinks(stage):
    letter = sentences_of("The bins were not collected. " * 60)
    assert not stage.score(letter).both[-1]
    *others, last = letter
    assert stage.score([*others, last._replace(ruled=True)]).both[-1]
    assert stage.score([own._replace(ruled=True) for own in letter]).both.sum() <= 2 * MOST_IN_ALL


def test_of_each_passage_the_leading_sentence_is_read_with_the_one_before_and_the_one_after():
    passage = np.array([1, 1, 1, 2, 2, 3])
    chosen = np.array([1, 2, 4, 5])
    kind = np.array([[2.0, -9.0], [1.0, -9.0], [-1.0, 0.5], [3.0, 3.0]], dtype=np.float32)
    first, of = beside_leading(passage, chosen, kind)
    # The second passage's leading sentence is its last, the third's stands alone.
    assert sorted(zip(first.tolist(), of.tolist(), strict=True)) == [(0, 0), (1, 0), (3, 2)]


def test_a_pair_raises_the_sentence_it_is_read_for_and_lowers_nothing():
    alone, pairs = _margins(2), _margins(2)
    pairs.kind[:, 0] = [5.0, -5.0]
    alone.kind[1, 0] = 2.0
    read = with_neighbours(alone, pairs, np.array([0, 1]))
    assert read.kind[:, 0].tolist() == pytest.approx([5.0 - BESIDE, 2.0])
    assert not read.kind[:, 1:].any()


def test_which_label_it_is_is_told_by_the_reading_that_says_most_of_the_kind():
    alone, pairs = _margins(1), _margins(2)
    alone.label[0, :] = 3.0
    pairs.kind[:, 0] = [5.0, 7.0]
    pairs.label[:, :] = [[9.0], [-1.0]]
    read = with_neighbours(alone, pairs, np.array([0, 0]))
    concern, right = LABEL_INDEX[Label.SELF_HARM], LABEL_INDEX[Label.FOI_REQUEST]
    assert (read.label[0, concern], read.label[0, right]) == (-1.0, 3.0)


def _margins(count: int) -> Margins:
    kind, label = np.zeros((count, len(KINDS))), np.zeros((count, len(SCORED_LABELS)))
    return Margins(kind.astype(np.float32), label.astype(np.float32))


def test_what_two_short_sentences_say_together_is_heard(stage):
    told = "The bridge at Marsh Lane. Tonight, and I won't be home after. The bins were not collected on Monday."
    both, column = sentences_of(told), LABEL_INDEX[Label.SELF_HARM]
    apart = [stage.score([sentence._replace(passage=number)]) for number, sentence in enumerate(both)]
    heard = stage.score(both).scores[:, column].max()
    assert heard > max(answer.scores[0, column] for answer in apart)


def test_the_nearest_prototypes_carry_the_label_and_the_nearest_comes_first(stage):
    (sentence,) = sentences_of("She wants to die.")
    nearest = stage.nearest(sentence, Label.SELF_HARM)
    assert len(nearest) == 3
    similar = [own.similarity for own in nearest]
    assert similar == sorted(similar, reverse=True)
    assert similar[-1] >= LIKE_FROM
    carrying = {own.text for own in stage.manifest.prototypes if Label.SELF_HARM in own.labels}
    assert {own.text for own in nearest} <= carrying


def test_heads_that_do_not_say_which_labels_their_texts_carry_liken_nothing(stage, fast):
    older = stage.manifest.model_copy(
        update={"prototypes": tuple(Authored(own.text, own.family) for own in stage.manifest.prototypes)}
    )
    (sentence,) = sentences_of("She wants to die.")
    assert Semantic(stage._heads, fast, Remembered(stage.encoder), older).nearest(sentence, Label.SELF_HARM) == []


def test_a_sentence_met_again_is_not_embedded_again_and_the_oldest_is_forgotten():
    encoder = Counting()
    remembered = Remembered(encoder, most=2)
    remembered.embed(["a", "bb", "a"])
    assert encoder.asked == ["a", "bb"]
    remembered.embed(["a", "ccc"])
    remembered.embed(["bb"])
    assert encoder.asked == ["a", "bb", "ccc", "bb"]
    assert remembered.embed(["dddd", "a", "bb"])[:, 0].tolist() == [4, 1, 2]


def test_vectors_outlive_the_process_in_a_store():
    store, first, second = Store(), Counting(), Counting()
    before = Remembered(first, store=store).embed(["a", "bb"])
    after = Remembered(second, store=store).embed(["bb", "a"])
    assert second.asked == []
    assert np.array_equal(before, after[::-1])
    assert b"a" not in store.kept


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("I'm Done with it", "I'm Done with it"),
        ("I AM DONE", "i am done"),
        ("Dw i'n drist, ŵyr neb", "Dw i'n drist, ŵyr neb"),
        ("pay \u26bd192\u200b now", "pay  192 now"),
        ("i will k\u0456ll", "i will kill"),
    ],
)
def test_the_encoder_is_given_what_was_written_or_what_it_was_meant_to_read_as(written, given):
    assert worded(written, Folder(["kill"]).fold(written)) == given


def test_heads_of_another_encoder_another_version_and_damaged_ones_are_refused(tmp_path, fast):
    folder = tmp_path / "semantic"
    shutil.copytree(FOLDER, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    for change, reason in (
        ({"format": 0}, "another version"),
        ({"encoder_sha256": "0" * 64}, "another encoder"),
        ({"arrays_sha256": "0" * 64}, "not the file"),
    ):
        (folder / "manifest.json").write_text(json.dumps(manifest | change))
        with pytest.raises(WeightsError, match=reason):
            Semantic.load(folder, fast)
    (folder / "weights.npz").write_bytes(b"PK")
    with pytest.raises(WeightsError, match="train them again"):
        Semantic.load(folder, fast)


def test_onnxruntime_is_not_imported_before_it_is_needed():
    import subprocess

    program = "import sys, classifiers.semantic; print('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
