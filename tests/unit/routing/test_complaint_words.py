"""Which sentences of a complaint are looked at: those that speak of somebody, however long the letter is."""

from datetime import UTC, datetime

import pytest
import re2

from models.contact import Channel, Contact, Part
from models.finding import CATEGORY_OF, Evidence, Finding, Label, Urgency
from routing.complaint_words import callers_words, own_words, sentences_beside, spans
from routing.naming import Said, is_named

_POLICE = re2.compile(rb"(?i)\bpolice\b")
_COMPLAINT = Finding(
    category=CATEGORY_OF[Label.COMPLAINT],
    label=Label.COMPLAINT,
    score=0.9,
    threshold=0.5,
    urgency=Urgency.ROUTINE,
    evidence=(Evidence(part="body", start=0, end=9, quote="I object.", by="test"),),
)


def _beside(text: str) -> list[str]:
    contact = Contact(
        id="c", channel=Channel.EMAIL, received_at=datetime.now(UTC), parts=(Part(name="body", text=text),)
    )
    return list(sentences_beside(contact, (_COMPLAINT,), _POLICE))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I object. The police came! Nobody else did.", [" The police came"]),
        ("The police", ["The police"]),
        ("Police? Mr. Smith of the police. And me.", ["Police", " Mr. Smith of the police"]),
        ("Nobody. Nothing.\n\nAt all.", []),
        ("Dear all\n\nthe police\n\nyours", ["the police"]),
        ("The police\xa0came… to the police’s station. Then", ["The police\xa0came… to the police’s station"]),
        ("\n1. the police\n2. the council", ["\n1. the police\n2. the council"]),
        ("The police came; the police went.", ["The police came", " the police went."]),
    ],
)
def test_the_sentences_that_speak_of_somebody_are_found_and_no_others(text: str, sentences: list[str]) -> None:
    assert _beside(text) == sentences


def test_a_sentence_without_end_comes_in_pieces() -> None:
    pieces = _beside("The police " + "and so on " * 1000)
    assert max(map(len, pieces)) == 2000
    assert "".join(pieces).startswith("The police and so on")


def test_a_letter_made_to_be_slow_is_looked_at_as_far_as_any_other() -> None:
    assert len(_beside("The police came. " * 50_000)) == 1000
    long = Contact(
        id="c", channel=Channel.EMAIL, received_at=datetime.now(UTC), parts=(Part(name="body", text="a " * 900_000),)
    )
    assert len(own_words(long)) == len(callers_words(long)) == 1_000_000


def test_names_are_found_at_their_characters_whatever_stands_beside_them() -> None:
    text = "“Police” – ’police’ é POLICE ſ police"
    assert [text[start:end] for start, end in spans(_POLICE, text)] == ["Police", "police", "POLICE", "police"]


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("Pat Contact", "I blame Pat   Contact.", True),
        ("Pat Contact", "I blame Pat\n-- Contact.", True),
        ("Pat Contact", "I blame Pat" + " " * 500 + "Contact.", True),
        ("Pat Contact", "I blame Ms" + "\n" * 500 + "Contact.", True),
        ("Pat Contact", "I blame Ms Contact", True),
        ("Pat Contact", "P. Contact", True),
        ("Pat Contact", "contact me, Pat", False),
        ("Pat Contact", "Pat Contacts", False),
        ("Pat Contact", "Spat Contact", False),
        ("Pat Contact", "Contact", False),
        ("pat.contact@opcc.example", "ask pat contact", True),
        ("spoc@opcc.example", "write to spoc@opcc.example now", True),
        ("spoc@opcc.example", "the spoc of opcc", False),
    ],
)
def test_a_name_is_found_word_by_word_without_taking_the_text_apart(name: str, text: str, named: bool) -> None:
    assert is_named(name, Said(text)) is named
    assert is_named(name, Said("x " * 5000 + text + " y" * 5000)) is named


def test_of_a_word_said_without_end_the_first_places_are_looked_at() -> None:
    text = "contact " * 5000
    assert len(list(Said(text, most_places=1000).places("contact"))) == 1000
    assert len(list(Said(text).places("contact"))) == 5000


def test_a_name_is_found_behind_any_number_of_words_that_begin_like_it() -> None:
    assert is_named("Ann Salt", Said("annual planning, they cannot. ann again. " * 2000 + "Ann Salt wrote."))
