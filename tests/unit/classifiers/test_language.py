"""Which texts are said to be in another language than English."""

import pytest

from classifiers.language import unsupported

FOREIGN = [
    "Proszę o pomoc, mój mąż mnie bije i boję się o dzieci",
    "Bore da, hoffwn i wneud cwyn am y ffordd y cefais fy nhrin gan y swyddog",
    "Ich brauche dringend Hilfe mit meiner Wohnung, bitte rufen Sie mich an",
    "Buna ziua, va rog sa ma ajutati, sotul meu ma bate in fiecare zi",
    "Помогите мне пожалуйста",
    "میری مدد کریں میرا شوہر مجھے مارتا ہے",
]
SUPPORTED = [
    "",
    "Bins.",
    "JOHN SMITH 14 ACACIA AVENUE BURNLEY BB11 4XX",
    "Llanfairpwllgwyngyll, Ynys Mon, Pontypridd, Rhondda Cynon Taf",
    "Mohammed Abdullah Al-Rashid, Mustafa Hussein, Fatima Begum",
    "T/C from m/p re ASB. NFA. Adv 101. C/B reqd ASAP. Clr irate.",
    "def main(args): return subprocess.run(args, check=True)",
    "https://example.org/nie/jest/tak?czy=tak kowalski@example.pl",
    "Th1s ls 0CR n0ise fr0m tbe scanncr wlth bad c0ntrasl",
    "CALLER STATES NO HEATING SINCE TUES. TWO KIDS. ADV EMERGENCY REPAIRS.",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_are_said_to_be_so(text):
    assert unsupported(text)


@pytest.mark.parametrize("text", SUPPORTED)
def test_english_names_and_shorthand_are_not(text):
    assert not unsupported(text)


def test_a_foreign_paragraph_inside_an_english_letter():
    english = "I am writing about the bins, which have not been emptied for the last two weeks in our street.\n" * 6
    assert unsupported(english + "\n" + FOREIGN[0] * 3 + "\n" + english)
    assert not unsupported(english)


@pytest.mark.parametrize("foreign", FOREIGN[:4])
@pytest.mark.parametrize(
    "letter",
    [
        "Hello, there is somebody here who wants to tell you this.\n\n{}",
        "Hello, there is somebody here who wants to tell you this. {}.",
        "{}\n\nThat is what she has written down for me to send to you today.",
        "It is about the flat that we have had since last year.\n{}.\nIs there anybody at the office who can read it?",
    ],
)
def test_one_foreign_sentence_beside_english_ones(letter, foreign):
    assert unsupported(letter.format(foreign))
