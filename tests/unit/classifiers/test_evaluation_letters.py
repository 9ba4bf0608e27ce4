"""Letters made for the test: the sentence is in them, where it is said to be, and the same each time."""

from pathlib import Path

import pytest

from classifiers.authored import Corpus, Item, Kind, Side, read, sides
from classifiers.evaluation.letters import Material, alone, respelt
from classifiers.evaluation.spelling import spellings, text_speak
from models.finding import Label

SEED = 20261121
CORPUS = Path(__file__).parents[3] / "classifiers" / "corpus"
NEEDLE = Item(
    text="They took my purse at the cash machine.", kind=Kind.CONCERN, family="n", labels=(Label.CRIME_REPORT,)
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read(CORPUS)


@pytest.fixture(scope="module")
def material(corpus: Corpus) -> Material:
    return Material.of(corpus, Side.DEV, SEED)


def test_only_texts_of_the_side_are_used(corpus: Corpus, material: Material):
    own = {item for item, side in zip(corpus.items, sides(corpus.items, SEED), strict=True) if side is Side.DEV}
    used = {*material.hosts, *material.ordinary, *material.sentences, *material.contrasts}
    assert used == own


def test_a_sentence_is_where_it_is_said_to_be(material: Material):
    for item in material.sentences[:50]:
        for text in (material.letter(item), material.sized(item, 200), alone(item)):
            assert text.text[text.start : text.end] == item.text
            assert text.labels >= set(item.labels)


def test_a_harmless_letter_holds_a_letter_and_an_ordinary_sentence(material: Material):
    ordinary, hosts = set(material.ordinary), len(material.hosts)
    harmless = material.harmless()
    assert len(harmless) == 4 * hosts
    assert all(text.item in ordinary for text in harmless)


def test_a_side_without_ordinary_sentences_takes_those_of_its_harmless_letters():
    letters = (
        Item(text="The lamp is out. Please mend it.", kind=Kind.HOST, family="lk3-h1"),
        Item(text="I complain of the lamp.", kind=Kind.HOST, family="lk3-h2", labels=(Label.COMPLAINT,)),
    )
    items = (*letters, NEEDLE.model_copy(update={"family": "lk3-n"}))
    material = Material.of(Corpus(items, (), ""), Side.TEST, SEED)
    assert material.ordinary == ()
    assert {text.item.text for text in material.harmless()} <= {"The lamp is out.", "Please mend it."}
    assert len(material.harmless()) == len(material.harmless_sample(8)) == 8
    with pytest.raises(ValueError, match="0 ordinary sentences"):
        Material.of(Corpus(items[1:], (), ""), Side.TEST, SEED)


def test_a_right_is_not_put_where_there_is_one_already(material: Material):
    rights = [item for item in material.sentences if item.kind is Kind.RIGHTS]
    assert all(material.letter(item).labels == set(item.labels) for item in rights)


@pytest.mark.parametrize("words", [100, 200, 400, 800])
def test_letters_have_about_the_length_asked_for(material: Material, words: int):
    for item in material.sentences[:30]:
        length = len(material.sized(item, words).text.split()) - len(item.text.split())
        assert abs(length - words) <= 40


def test_the_same_seed_makes_the_same_letters(corpus: Corpus, material: Material):
    again, other = Material.of(corpus, Side.DEV, SEED), Material.of(corpus, Side.DEV, SEED)
    assert again.harmless() == other.harmless()
    assert [again.letter(item) for item in again.sentences] == [material.letter(item) for item in material.sentences]


def test_a_side_with_nothing_to_scan_is_refused():
    with pytest.raises(ValueError, match="0 letters, 0 ordinary sentences and 1"):
        Material.of(Corpus((NEEDLE,), (), ""), Side.TRAIN if _is_train() else Side.DEV, SEED)


def _is_train() -> bool:
    return sides((NEEDLE,), SEED) == [Side.TRAIN]


@pytest.mark.parametrize("name", list(spellings(SEED)))
def test_a_letter_respelt_still_says_where_the_sentence_is(material: Material, name: str):
    spell = spellings(SEED)[name]
    changed = 0
    for item in material.sentences[:40]:
        text = material.letter(item)
        other = respelt(text, spell)
        assert other.text == spell(text.text)
        inside = other.text[other.start : other.end]
        assert len(inside.split()) == len(item.text.split())
        changed += inside != item.text
    assert (changed == 0) == (name == "as written")


@pytest.mark.parametrize(("name", "lost"), [("letters dropped", True), ("letters swapped", False)])
def test_one_mistake_a_word_never_in_its_first_letter(name: str, lost: bool):
    spell = spellings(1)[name]
    text = " ".join(["wonderful", "neighbourhood", "meeting"] * 30)
    pairs = [(old, new) for old, new in zip(text.split(), spell(text).split(), strict=True) if old != new]
    assert 5 < len(pairs) < 45
    for old, new in pairs:
        assert new[0] == old[0]
        assert (len(new) == len(old) - 1) if lost else (sorted(new) == sorted(old))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("You said you’re coming tomorrow.", "u sed ur coming 2moro."),
        ("I don't know, Mr O'Neill!", "i dnt no, mr oneill!"),
        ("Dear Sir,\n\nThank you", "dear sir,\n\nthank u"),
        ("", ""),
    ],
)
def test_text_speak(text: str, typed: str):
    assert text_speak(text) == typed
