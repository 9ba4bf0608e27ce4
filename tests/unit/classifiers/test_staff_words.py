"""Staff's words in a note of a call: which they are, and that no right is found in them and every concern is."""

from datetime import UTC, datetime

import pytest

from classifiers import staff_words
from classifiers.scan import Scanner
from models.contact import Channel, Contact, Part
from models.finding import Category, Label
from tests.unit.classifiers.conftest import sentences_of

STAFFS = (
    "Told matter closed Aug and calls not accepted, pls write to SPOC.",
    "Told permission granted, complaint closed, we can't take it further.",
    "Explained request was refused, internal review upheld, closed.",
    "Adv'd of right to review.",
    "Advised he can ask for a review within 28 days.",
    "Told he can go to the Ombudsman if still unhappy.",
    "Advd write to the commissioner if she wants it reviewed.",
    "Informed her of complaints procedure.",
    "Gave complaints leaflet.",
    "Emailed him the subject access form & link.",
    "Reminded restriction stays and may be appealed to the chief exec.",
    "I explained complaints can't be reopened.",
    "Explained her complaint is closed.",
    "Confirmed to Mrs Gill the review is done.",
)
CALLERS = (
    "Told complaint closed; wants it reviewed by somebody else.",
    "Told by PC Lunn to jog on, put in a complaint.",
    "Told me he wants a copy of his file.",
    "Told 3 times to go away by receptionist, formal complaint.",
    "Advised that he has dyslexia and can't read letters, large print pls.",
    "Advised stage 2 requested.",
    "Explained his appeal was refused, and asks for it to go to stage 2.",
    "Explained EIR, she'd like it treated so.",
    "Explained his dyslexia, letters in large print.",
    "Explained why she is deaf to the phone, large print pls.",
    "Told final 2) reports his van window was put through.",
    "Adv'd clr complaint logged as CMP/3.",
    "Explained we'd log as info req.",
    "Says the PC was rude, told him to shut up and called him a liar.",
    "Was told nobody would come, so here is his complaint.",
    "Has told the officer he will appeal.",
    "Wants to complain.",
)
BEHIND_THE_CALLERS = (
    ("Rang re parking permit, ", "adv'd appeal refused, can't take it any further."),
    ("Wants the restriction lifted", " - explained it's in force till June."),
    ("Mr Hebb re FOI on helicopter; ", "told request refused and internal review upheld."),
)


def begins(text: str, part: str = "notes") -> list[int | None]:
    return [staff_words.begins(sentence._replace(part=part)) for sentence in sentences_of(text)]


@pytest.mark.parametrize("text", STAFFS)
def test_what_a_note_says_that_the_caller_was_told_or_sent_is_staffs(text: str) -> None:
    assert begins(text) == [0]


@pytest.mark.parametrize("text", CALLERS)
def test_what_turns_to_the_callers_wish_or_state_or_to_somebody_else_is_not(text: str) -> None:
    assert begins(text) == [None]


@pytest.mark.parametrize(("callers", "staffs"), BEHIND_THE_CALLERS)
def test_staff_may_take_over_within_a_sentence(callers: str, staffs: str) -> None:
    (start,) = begins(callers + staffs)
    assert start is not None
    assert 0 < start <= len(callers)
    assert (callers + staffs)[start:].strip(" ,;-") == staffs.strip(" -")


@pytest.mark.parametrize("text", STAFFS)
def test_only_notes_are_staffs(text: str) -> None:
    assert begins(text, "body") == [None]


def labels(scanner: Scanner, note: str) -> set[Label]:
    contact = Contact(
        id="c",
        channel=Channel.TELEPHONE,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        parts=(Part(name="notes", text=note),),
    )
    return {finding.label for finding in scanner.scan(contact).findings if finding.category is not Category.SYSTEM}


@pytest.mark.parametrize("text", STAFFS)
def test_no_right_is_found_in_them(scanner: Scanner, text: str) -> None:
    assert labels(scanner, f"Mr Hebb re next door's extension. {text}") == set()


def test_a_rule_finds_no_right_behind_the_callers_words(rules_only: Scanner) -> None:
    assert labels(rules_only, "Rang re parking, asked to make a formal complaint.") == {Label.COMPLAINT}
    assert labels(rules_only, "Rang re parking, told complaint closed, can't take it any further.") == set()


@pytest.mark.parametrize(
    ("note", "label"),
    [
        ("Wants the stage 2 review of her complaint. Told complaint closed.", Label.COMPLAINT_REVIEW),
        ("Gave complaints leaflet. Wants to make a formal complaint about the clerk.", Label.COMPLAINT),
        ("Told complaint closed; wants to make a formal complaint about the clerk.", Label.COMPLAINT),
    ],
)
def test_what_the_caller_asks_beside_them_is(scanner: Scanner, note: str, label: Label) -> None:
    assert label in labels(scanner, note)


def test_a_concern_in_them_counts_in_full(scanner: Scanner) -> None:
    assert Label.SELF_HARM in labels(scanner, "Told to ring 999 as he is going to kill himself tonight with a rope.")
