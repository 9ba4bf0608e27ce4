"""The language model against the library it was taken from."""

import pytest
from py3langid import langid

from classifiers.language_model import load

LANGUAGES = frozenset({"en", "cy", "pl", "sr", "ur", "zh"})


@pytest.fixture(scope="module")
def models():
    own = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    own.set_languages(sorted(LANGUAGES))
    return load(LANGUAGES), own


@pytest.mark.parametrize(
    "text",
    [
        "",
        "q",
        "the bins on our street have not been emptied since easter",
        "nid yw'r biniau ar ein stryd wedi cael eu gwagio ers y pasg",
        "śmieci na naszej ulicy nie były wywożone od świąt",
        "kante u našoj ulici nisu ispražnjene od uskrsa",
        "канте у нашој улици нису испражњене од ускрса",
        "ہماری گلی میں کوڑے دان خالی نہیں کیے گئے",
        "我们街上的垃圾桶自复活节以来就没有清空过",
        "\ud800 half a character",
    ],
)
def test_answers_as_its_library_does(models, text):
    ours, theirs = models
    language, share = ours.classify(text)
    expected, expected_share = theirs.classify(text)
    assert language == expected
    assert share == pytest.approx(expected_share, abs=1e-4)
