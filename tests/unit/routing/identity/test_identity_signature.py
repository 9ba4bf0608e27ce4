"""Where the foot of a message begins and ends, and whose name stands in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.contact import Channel, Contact, Part
from routing.identity import signature

PHONE = "01632 960123"


def contact(body: str = "", **texts: str) -> Contact:
    parts = [Part(name=name, text=text) for name, text in (("body", body), *texts.items()) if text]
    when = datetime(2026, 3, 2, tzinfo=UTC)
    return Contact(id="c", channel=Channel.EMAIL, received_at=when, parts=tuple(parts))


def signed(body: str, **texts: str) -> tuple[str | None, bool]:
    found = signature.read(contact(body, **texts))
    return found.signed, found.closed


def lines(*given: str) -> str:
    return "\n".join(given)


NAMES = [
    ("Olive Bracken", "Olive Bracken"),
    ("  - Olive Bracken -", "Olive Bracken"),
    ("Olive x", "Olive"),
    ("Olive XXX", "Olive"),
    ("Olive (Mrs)", "Olive"),
    ("Olive B.", "Olive B"),
    ("Mrs Bracken", "Mrs Bracken"),
    ("Olive & Karen Bracken", "Olive & Karen Bracken"),
    ("Olive and Karen Bracken", None),
    ("O" + "b" * 59, "O" + "b" * 59),
    ("O" + "b" * 60, None),
    ("Disgusted Resident", None),
    ("Anytown Parish Council", None),
    ("olive bracken", None),
    ("Olive 2", None),
    ("x", None),
    ("", None),
]


@pytest.mark.parametrize(("line", "name"), NAMES)
def test_a_line_that_holds_a_name_and_nothing_else(line: str, name: str | None) -> None:
    assert signature.name_line(line) == name


FEET = [
    # A closing, its name beside it or on one of the two lines beneath.
    (lines("No answer yet.", "Kind regards", "Olive Bracken"), "Olive Bracken", True),
    (lines("No answer yet.", "Kind regards", PHONE, "Olive Bracken"), "Olive Bracken", True),
    (lines("No answer yet.", "Kind regards", PHONE, PHONE, "Olive Bracken"), None, False),
    (lines("No answer yet.", "Kind regards, Olive Bracken"), "Olive Bracken", True),
    (lines("No answer yet.", "Thanks, Disgusted Resident"), None, False),
    (lines("Thanks", "Karen Marsh", "Kind regards", "Olive Bracken"), "Olive Bracken", True),
    # The foot is ten lines.
    (lines("Kind regards", "Olive Bracken", *[PHONE] * 8), "Olive Bracken", True),
    (lines("Kind regards", "Olive Bracken", *[PHONE] * 9), None, False),
    # Without a closing the name is one of the last five lines, with nothing but details beneath.
    (lines("No answer yet.", "Olive Bracken", *[PHONE] * 4), "Olive Bracken", False),
    (lines("No answer yet.", "Olive Bracken", *[PHONE] * 5), None, False),
    (lines("No answer yet.", "Olive Bracken", "7" * 60), "Olive Bracken", False),
    (lines("No answer yet.", "Olive Bracken", "7" * 61), None, False),
    (lines("Olive Bracken"), "Olive Bracken", False),
    # In lower case a name of up to three words that begins with a common one.
    (lines("again", "olive"), "Olive", False),
    (lines("again", "olive anne bracken"), "Olive Anne Bracken", False),
    (lines("again", "olive anne jane bracken"), None, False),
    (lines("again", "bracken olive"), None, False),
    ("", None, False),
]


@pytest.mark.parametrize(("body", "name", "closed"), FEET)
def test_whose_name_stands_at_the_foot(body: str, name: str | None, closed: bool) -> None:
    assert signed(body) == (name, closed)


def test_beneath_the_dashes_the_first_four_lines_may_hold_the_name() -> None:
    assert signed("No answer yet.", signature=lines("Regards", "Olive Bracken")) == ("Olive Bracken", True)
    assert signed("No answer yet.", signature=lines("7", "7", "7", "Olive Bracken")) == ("Olive Bracken", False)
    assert signed("No answer yet.", signature=lines("7", "7", "7", "7", "Olive Bracken")) == (None, False)
    assert signed("No answer yet.\nKaren Marsh", signature=lines("Regards", "Olive Bracken")) == ("Karen Marsh", False)


def test_the_name_that_signs_comes_before_those_that_are_introduced() -> None:
    found = signature.read(contact("My name is Karen Marsh.\n\nRegards\nOlive", signature="Chair\nLivvy Bracken"))
    assert found.names == ("Olive", "Livvy Bracken", "Karen Marsh")
    assert found.introduced == ("Karen Marsh",)
    seven = ", ".join(f"my name is {name}" for name in ("Ann", "Bea", "Cat", "Dot", "Eve", "Fay", "Gwen"))
    assert signature.read(contact(seven)).introduced == ("Ann", "Bea", "Cat", "Dot", "Eve", "Fay")


@pytest.mark.parametrize("name", ["body", "notes"])
def test_whoever_introduces_themselves_does_so_in_the_first_four_thousand_letters(name: str) -> None:
    words = "My name is Karen."
    for before, found in ((4000 - len(words), ("Karen",)), (4000, ())):
        text = "." * before + words
        read = signature.read(contact(text) if name == "body" else contact(notes=text))
        assert read.introduced == found


def test_staff_introduce_nobody() -> None:
    said = [Part(name="transcript", text=f"This is {who}", speaker=speaker)
            for who, speaker in (("Sam", "staff"), ("Olive", "caller"), ("Karen", None))]  # fmt: skip
    spoken = contact().model_copy(update={"parts": tuple(said)})
    assert signature.read(spoken).introduced == ("Olive", "Karen")


DETAILS = [
    (lines("No answer.", "Olive", PHONE), lines("Olive", PHONE)),
    (lines("No answer.", f"Tel {PHONE}", "Olive"), lines(f"Tel {PHONE}", "Olive")),
    (lines("No answer.", f"call me on {PHONE}", "a@b.example", "Olive"), lines(f"call me on {PHONE}", "a@b.example", "Olive")),
    (lines("No answer.", f"he rang from {PHONE}", "Olive"), "Olive"),
    (lines("No answer.", "7" * 60, "Olive"), lines("7" * 60, "Olive")),
    (lines("No answer.", "7" * 61, "Olive"), "Olive"),
    (lines("Nobody answers me here.", f"Tel: {PHONE}"), f"Tel: {PHONE}"),
    (lines(PHONE, "Regards", "Olive"), lines(PHONE, "Regards", "Olive")),
    (lines(PHONE, "regards", "Olive"), "Olive"),
    (PHONE, PHONE),
]  # fmt: skip


@pytest.mark.parametrize(("body", "text"), DETAILS)
def test_the_foot_holds_the_name_and_the_details_about_it(body: str, text: str) -> None:
    assert signature.read(contact(body)).text.strip() == text


def test_a_letters_head_is_its_first_twenty_eight_lines() -> None:
    assert signature.head(contact("  Rose Cottage \n\n Mill Lane")) == "Rose Cottage\nMill Lane"
    assert signature.head(contact(lines(*[str(n) for n in range(40)]))).splitlines()[-1] == "27"
    assert len(signature.head(contact("x" * 5000))) == 4000
