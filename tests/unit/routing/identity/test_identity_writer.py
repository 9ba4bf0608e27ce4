"""Who says that somebody else writes: where it is looked for, and whose words they have to be (CONTRACT §4.3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.contact import Channel, Contact, Part
from routing.identity.writer import names_another

OWN = (("olive", "bracken"), ("livvy", "bracken"))
SAID = "This is her husband writing"
ANOTHER = f"{SAID}."


def contact(*parts: Part, channel: Channel = Channel.EMAIL, **texts: str) -> Contact:
    named = tuple(Part(name=name, text=text) for name, text in texts.items())
    return Contact(id="c", channel=channel, received_at=datetime(2026, 3, 2, tzinfo=UTC), parts=(*named, *parts))


def another(body: str) -> bool:
    return names_another(contact(body=body), OWN)


@pytest.mark.parametrize("name", ["body", "signature", "notes", "transcript"])
def test_it_is_looked_for_in_all_that_is_new(name: str) -> None:
    assert names_another(contact(**{name: ANOTHER}), OWN)


@pytest.mark.parametrize(
    "part",
    [Part(name="quoted", text=ANOTHER), Part(name="transcript", text=ANOTHER, speaker="staff")],
)
def test_what_others_wrote_or_staff_said_names_nobody(part: Part) -> None:
    assert not names_another(contact(part, body="no answer yet"), OWN)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (0, 12_000, True),
        (6000, 6000, False),
        (6000 - len(SAID), 30_000, True),
        (6001 - len(SAID), 30_000, False),
        (30_000, 6000 - len(SAID), True),
        (30_000, 6001 - len(SAID), False),
    ],
)
def test_of_a_long_text_its_two_ends_are_looked_at(before: int, after: int, found: bool) -> None:
    assert another("." * before + SAID + "." * after) is found


def test_a_text_of_twelve_thousand_letters_is_looked_at_whole() -> None:
    dots = "." * ((12_000 - len(SAID)) // 2)
    for more, found in ((12_000 - len(SAID) - 2 * len(dots), True), (12_001 - len(SAID) - 2 * len(dots), False)):
        assert another(f"{dots}{SAID}{dots}{'.' * more}") is found


@pytest.mark.parametrize("name", ["notes", "transcript"])
def test_of_notes_and_what_was_said_the_first_twelve_thousand_letters_are_looked_at(name: str) -> None:
    for before, found in ((12_000 - len(SAID), True), (12_001 - len(SAID), False)):
        assert names_another(contact(**{name: "." * before + SAID}), OWN) is found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("This is Dave's wife here.", False),
        ("This is Olive's husband here.", True),
        ("I'm Karen, Livvy's sister.", True),
        ("I am her son", True),
        ("Dear Sir, I am her son and write for her", True),
        ("They left my mother waiting. I am her son", False),
        ("They left my mother waiting. I am her son writing again", True),
        ("We spoke on Olive's new phone", True),
        ("We spoke on Karen's new phone", False),
        ("My husband Ted saw it", False),
        ("My wife Olive saw it", True),
        ("My late wife Olive's clock", True),
        ("The clock was my late wife Margaret Bracken's, left her by an aunt", False),
        ("My brother Edwin Bracken saw it", False),
        ("We spoke on Margaret Bracken's new phone", False),
        ("Ask Livvy's husband", True),
        ("PC Dean Bracken's sister said so", False),
        ("Livvy asked me to ring", True),
        ("Ted has asked me to ring", False),
        ("I write on behalf of Olive Bracken", True),
        ("I write on behalf of O Bracken", False),
        ("I write on behalf of Ted Marsh", False),
        ("i write on behalf of all who live here, and olive", False),
        ("Dictated by my daughter", True),
        ("The notice was dictated by my daughter", False),
        ("Typed by Karen on behalf of Olive", True),
        ("Sent by Karen", True),
        ("Sent by Olive", False),
        ("Sent by Anytown", False),
        ("I am ringing from my mother's house", False),
        ("I am ringing from my mother's phone", True),
    ],
)
def test_a_plain_statement_of_another_writer(body: str, found: bool) -> None:
    assert another(f"{body}\n\nolive") is found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Olive Bracken", False),
        ("Livvy", False),
        ("Mrs Bracken", False),
        ("Olive & Karen Bracken", False),
        ("Ted & Karen Bracken", True),
        ("Mr Marsh", True),
        ("Karen", True),
        ("Sunshine", False),
        ("Karen Bracken", True),
        ("K Bracken", True),
        ("Big Bracken", False),
        ("J O Bracken", False),
        ("J K Bracken", True),
        ("J Xavier Olive Bracken", False),
        ("Karen Marsh", True),
        ("Fed Up", True),
        ("F Up", False),
    ],
)
def test_whoever_signs_under_a_closing(name: str, found: bool) -> None:
    assert another(f"no answer yet\n\nKind regards\n{name}") is found


@pytest.mark.parametrize(("name", "found"), [("W. Marwood", False), ("B Marwood", False), ("K. Marwood", True)])
def test_an_initial_of_the_whole_name_that_a_pet_form_stands_for_is_the_person(name: str, found: bool) -> None:
    assert names_another(contact(body=f"no answer yet\n\nKind regards\n{name}"), (("billy", "marwood"),)) is found


def test_without_a_closing_a_name_that_nobody_is_given_signs_nothing() -> None:
    assert not another("no answer yet\n\nFed Up")
    assert another("no answer yet\n\nKaren Marsh")


@pytest.mark.parametrize(
    ("before", "said", "found"),
    [
        (0, "It's Karen.", True),
        (0, "It's Olive.", False),
        (0, "It's Karen who knows", False),
        (0, "It's Karen here", True),
        (0, "It's Thursday.", False),
        (55, "It's Karen.", False),
        (53, "It's Karen.", True),
        (54, "It's Karen.", False),
        (0, "It's Karen–", True),
        (0, "It's Karen!", True),
        (0, "It's Karen-", True),
        (0, "It's Karen", True),
        (100, "It's Karen.", False),
        (100, "It's Karen, writing for her", True),
        (100, "My name is Karen and so on", True),
        (100, "name: Karen and so on", True),
        (100, "the caller is Karen and so on", True),
        (100, "It's Karen that was there and is now writing", False),
    ],
)
def test_whoever_introduces_themselves(before: int, said: str, found: bool) -> None:
    assert another(f"{'.' * before} {said}\n\nolive") is found


@pytest.mark.parametrize("channel", [Channel.TELEPHONE, Channel.VOICEMAIL, Channel.VISIT, Channel.LETTER])
@pytest.mark.parametrize(
    ("notes", "found"),
    [
        ("Mr Marsh rang about it", True),
        ("Caller was Mr Marsh, about it", True),
        ("Mrs Bracken rang about it", False),
        ("Mrs Olive Bracken rang about it", False),
        ("Rang about Mr Marsh", False),
        ("Daughter rang", True),
        ("Karen's carer on the line", True),
        ("She rang about a carer", False),
    ],
)
def test_whom_notes_begin_with_is_the_caller(notes: str, found: bool, channel: Channel) -> None:
    expected = found and channel is not Channel.LETTER
    assert names_another(contact(notes=notes, channel=channel), OWN) is expected


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("hi im Karen im 13. he hits me", True),
        ("hi im karen im 13", True),
        ("my names karen, aged 9", True),
        ("Hello\nI'm Karen and I live with him", True),
        ("im livvy im 63", False),
        ("im fed up im sick", False),
        ("I am Christian and I object", False),
        ("It's June 13 and still no answer", False),
        ("my son told them im Jake im 13", False),
        ("hi im using dads ipad", True),
        ("im on mums phone", True),
        ("Sorry, on my husbands phone so this is short.", True),
        ("This is my husband's email so please ring instead.", True),
        ("Sent from dads iphone", True),
        ("They were found on my sons phone", False),
        ("Threats came from my husband's phone", False),
        ("This is my son's phone number", False),
        ("he hits me\nKaren Bracken, year 8", True),
        ("he hits me\n\nKaren, aged 13", True),
        ("he hits me\n\nlove\nkaren x", True),
        ("no answer yet\n\nOlive, aged 63", False),
        ("Karen, sort it out", False),
    ],
)
def test_a_child_or_a_wife_who_writes_plainly_names_herself(body: str, found: bool) -> None:
    assert another(body) is found
