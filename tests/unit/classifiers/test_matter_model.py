"""The model that weighs same against new: its chances, its features, and files that are not its own."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import classifiers
from classifiers.encoder import Encoder, files
from classifiers.matter import judge
from classifiers.matter_features import NAMES, compared, features, message
from classifiers.matter_meaning import known
from classifiers.matter_model import HARDLY_NEW, MatterModel, joined
from classifiers.weights_file import WeightsError
from models.contact import Channel, Contact, Part
from models.matter import Matter
from models.scan import Verdict

WEIGHTS = Path(classifiers.__file__).parent / "weights" / "matter"


@pytest.fixture(scope="module")
def model():
    return MatterModel.load(WEIGHTS)


def chances(
    model, *sentences, title="Flooded cellar in Marl Street", summary="Sewer backed up in May. No fault found."
):
    told = message(sentences, model.lexis)
    values = features(told, compared(title, summary, model.lexis))
    return model.chances(values, model.told(told, sentences), known(title, summary))


def test_chances_of_the_verdicts_add_up(model):
    told = chances(model, "You still say that nobody was to blame for my cellar.")
    assert sum(told[:3]) == pytest.approx(1.0, abs=1e-5)
    assert 0.0 <= told.new_information <= 1.0


def test_words_in_common_speak_for_the_matter(model):
    without = chances(model, "I do not accept your decision on the thing.")
    with_them = chances(model, "I do not accept your decision on the flooded cellar in Marl Street.")
    assert with_them.same > without.same
    assert with_them.same / with_them.new > without.same / without.new


def test_every_feature_has_a_name(model):
    told = message(["One sentence."], model.lexis)
    assert len(features(told, compared("Title", "", model.lexis))) == len(NAMES) == len(model.manifest.features)


@pytest.mark.parametrize(("title", "summary"), [("", ""), ("the", "of"), ("Zzyzx", "Qwxyz")])
def test_a_matter_without_known_words(model, title, summary):
    told = chances(model, "Anything at all.", title=title, summary=summary)
    assert np.isfinite(told).all()


@pytest.mark.parametrize(
    ("sentence", "denies"),
    [
        ("Not the garage and not the handbag.", True),
        ("Not the garage.", True),
        ("Nowt to do with the van, this.", True),
        ("It's not my lad's school this time.", True),
        ("Not the first time.", False),
        ("This is not the answer.", False),
        ("Not the handbag that I lost but the one you lost.", False),
        ("I do not want the garage.", False),
    ],
)
def test_a_sentence_of_things_denies_them(model, sentence, denies):
    assert message([sentence], model.lexis).away == (denies,)


def test_a_sentence_that_denies_is_no_likeness(model):
    told = message(["This isnt about the flooded cellar.", "A lorry hit my gate."], model.lexis)
    assert told.away == (True, False)
    assert b"cellar" in told.whole.words
    assert b"cellar" not in told.likened.words


def _copy(folder: Path) -> Path:
    shutil.copytree(WEIGHTS, folder / "matter")
    return folder / "matter"


def test_changed_arrays_are_refused(tmp_path):
    folder = _copy(tmp_path)
    with np.load(folder / "weights.npz") as stored:
        held = dict(stored)
    held["by_words_linear"] = held["by_words_linear"] * 2
    np.savez(folder / "weights.npz", **held)
    with pytest.raises(WeightsError, match="not the file"):
        MatterModel.load(folder)


def test_other_features_are_refused(tmp_path):
    folder = _copy(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["features"] = manifest["features"][:-1]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="other features"):
        MatterModel.load(folder)


def test_weights_that_end_in_the_middle_are_refused(tmp_path):
    folder = _copy(tmp_path)
    whole = (folder / "weights.npz").read_bytes()
    (folder / "weights.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match="do not load"):
        MatterModel.load(folder)


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(WeightsError, match="do not load"):
        MatterModel.load(tmp_path)


@pytest.mark.parametrize("name", ["by_words", "by_meaning"])
def test_the_bound_on_the_costly_error_was_kept(model, name):
    assert getattr(model.manifest, name).figures.new_for_same <= 0.05


class Flat:
    """An encoder to which every text is the same."""

    checksum = "0" * 64

    def embed_lower(self, texts):
        return np.full((len(texts), 384), 384**-0.5, dtype=np.float32)


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load(*files(None, WEIGHTS.parent / "semantic"))


def test_only_an_encoder_with_the_lower_layers_that_the_weights_were_made_with_is_asked(model, encoder):
    sentences = ["You told me no."]
    told = message(sentences, model.lexis)
    assert model.told(told, sentences, Flat()).limits == model.manifest.by_words
    assert model.told(told, sentences, encoder).limits == model.manifest.by_meaning


def test_with_the_encoder_a_message_of_no_words_is_told_by_words(model, encoder):
    assert model.told(message([], model.lexis), [], encoder).limits == model.manifest.by_words


def test_the_encoder_reads_the_message_beside_the_matter(model, encoder):
    sentences = ["You told me in May that nobody was to blame for my cellar."]
    told = message(sentences, model.lexis)
    values = features(told, compared("Flooded cellar", "", model.lexis))
    alone = model.told(told, sentences, encoder)
    cellar, bus = (
        model.chances(values, alone, known(title, "")) for title in ("Flooded cellar in Marl Street", "Bus to Thorpe")
    )
    assert sum(cellar[:3]) == pytest.approx(1.0, abs=1e-5)
    assert cellar.same > bus.same


def test_what_is_hardly_new_by_words_is_left_in_doubt_whatever_the_encoder_says():
    by_words = np.array([[2.0, -1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]], dtype=np.float32)
    by_meaning = np.array([[-2.0, 4.0, 0.0, 3.0]] * 2, dtype=np.float32)
    first, second = joined(by_words, by_meaning)
    assert first[:3].sum() == pytest.approx(1.0) and second[:3].sum() == pytest.approx(1.0)
    assert first[1] == pytest.approx(HARDLY_NEW) and second[1] > 0.9
    assert first[3] == second[3] == pytest.approx(1 / (1 + np.exp(-3.0)))


def letter(text, subject=None):
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    parts = (Part(name="body", text=text),)
    return Contact(id="c", channel=Channel.EMAIL, received_at=moment, subject=subject, parts=parts)


@pytest.mark.parametrize(
    ("title", "summary", "subject", "says"),
    [
        ("Licence for a market pitch refused", "Appeal dismissed; closed.", None,
         "Mr Orme. Market pitch licence refusal. Says he'll keep ringing until it is changed."),
        ("Police response to thefts from sheds in Marlby", "Complaint closed.", None,
         "Nothing has changed since you closed my complaint about how the police deal with thieves in Marlby."),
        ("Closure of the Penning front counter", "Repeated demands to reopen it; decision final.", "Penning",
         "The counter at Penning is still shut. I walked past on Friday. How many times must I ask for it to be opened?"),
        ("Closure of Hadley library", "Repeated demands to reopen the decision; decision final.", "Your decision",
         "I do not accept your decision on the library and never shall. People in Hadley have nowhere to go."),
    ],
)  # fmt: skip
def test_who_goes_on_about_an_old_matter_is_not_told_to_write_of_a_new_one(title, summary, subject, says, encoder):
    verdict = judge(
        letter(says, subject), [Matter(id="M-1", person="P-1", title=title, summary=summary)], meaning=encoder
    )
    assert verdict is not None and verdict.verdict is not Verdict.NEW


def test_a_survey_that_names_the_whole_matter_is_brought_to_it(encoder):
    matter = Matter(id="M-1", person="P-1", title="Damp at 9 Kiln Row", summary="Works done and paid for; closed.")
    says = "I've had a surveyor round 9 Kiln Row. He found a broken damp course you never looked at. Report's attached."
    verdict = judge(letter(says), [matter], meaning=encoder)
    assert verdict is not None and verdict.new_information and verdict.verdict is not Verdict.NEW


def test_who_has_nothing_to_do_with_the_old_matter_is_believed_though_they_speak_of_several_times():
    matter = Matter(id="M-1", person="P-1", title="A stop on the A9", summary="Stopped without cause. Not upheld.")
    says = (
        "Nothing to do with my old business. The Co-op in Upley has been robbed of its meat three times this month by the "
        "same two lads. The girl on the till tells me nobody has been. What are you doing about shop theft in villages?"
    )
    verdict = judge(letter(says), [matter])
    assert verdict is not None and verdict.verdict is Verdict.NEW


def test_who_had_an_answer_and_says_nothing_but_what_the_matter_is_called_means_it():
    matter = Matter(id="M-1", person="P-1", title="Damp and mould at 9 Kiln Row", summary="Works done; closed.")
    says = "9 Kiln Row, the mould. I'm writing again about the damp. You closed the file and I say you were wrong to."
    verdict = judge(letter(says), [matter])
    assert verdict is not None and verdict.verdict is Verdict.SAME
