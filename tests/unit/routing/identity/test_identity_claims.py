"""Claims found in fields and texts: what they are, where they are looked for, and never more than a bounded number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.contact import (
    Authentication,
    CallFacts,
    Channel,
    Contact,
    Direction,
    EmailFacts,
    Part,
    Sender,
    SenderAddress,
)
from models.identity import MatchedBy, Strength
from routing.identity import extract
from routing.identity.claim import Claim
from routing.identity.claims import claims_of


def keys(claims: list[Claim]) -> list[tuple[str, str]]:
    return [(claim.key.kind, claim.key.value) for claim in claims]


def many(number: int) -> str:
    return " ".join(f"a{n}@b.example" for n in range(number))


def phones(number: int) -> str:
    return "\n".join(f"01632 9601{n:02d}," for n in range(number))


def letter(body: str, subject: str | None = None, *, forwarded: bool = False, **texts: str) -> Contact:
    when = datetime(2026, 3, 2, tzinfo=UTC)
    parts = tuple(Part(name=name, text=text) for name, text in (("body", body), *texts.items()))
    return Contact(
        id="c",
        channel=Channel.EMAIL,
        received_at=when,
        subject=subject,
        parts=parts,
        email=EmailFacts(forwarded=forwarded),
    )


def references(contact: Contact) -> list[str]:
    return [claim.key.value for claim in extract.reference_claims(contact)]


def test_a_field_holds_addresses_and_the_numbers_beside_them() -> None:
    found = extract.typed_addresses("Olive <01632960124@b.example>, 01632 960123", Strength.PROBABLE)
    assert keys(found) == [("email", "01632960124@b.example"), ("phone", "+441632960123")]
    assert {(claim.by, claim.ceiling) for claim in found} == {
        (MatchedBy.EMAIL, Strength.PROBABLE),
        (MatchedBy.PHONE, Strength.PROBABLE),
    }
    assert keys(extract.typed_addresses("0163296012a@b.example3", Strength.PROBABLE)) == [
        ("email", "0163296012a@b.example3")
    ]


@pytest.mark.parametrize("number", [15, 16, 17])
def test_sixteen_of_each_are_read_from_a_field_and_a_foot(number: int) -> None:
    for text in (many(number), phones(number)):
        assert len(extract.typed_addresses(text, Strength.EXACT)) == min(number, 16)
        assert len(extract.signature_claims(text)) == min(number, 16)
    labelled = "\n".join(f"Email: a{n}@b.example" for n in range(number))
    assert len(extract.labelled_claims(labelled, Strength.EXACT)) == min(number, 16)
    named = ". ".join(f"Olive {chr(65 + n)}racken" for n in range(number)).replace(". ", "; ")
    assert len(extract.capitalised_names(named)) == min(number, 16)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Email: a@b.example", "email"),
        ("my e-mail address = a@b.example", "email"),
        ("Contact phone number: 01632 960123", "phone"),
        (" > Mobile no. - 01632 960123", "phone"),
        ("Home address: 7 Lime Street, AB1 2CD", "postal"),
        ("Colour: a@b.example", None),
        ("Email a@b.example", None),
    ],
)
def test_what_a_form_wrote_beside_its_own_labels(line: str, kind: str | None) -> None:
    found = extract.labelled_claims(f"Hello\n{line}\nGoodbye", Strength.PROBABLE)
    assert {claim.key.kind for claim in found} == ({kind} if kind else set())


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Jordan Example, 4 High Street, TS1 1AA", "Jordan Example"),
        ("Jordan Example\n4 High Street", "Jordan Example"),
        ('"Jordan Example" <a@b.example>', "Jordan Example"),
        ("<a@b.example>", ""),
        ("Jordan a@b.example", "Jordan"),
        ("Ana@b.example Jordan", "Jordan"),
        ("4 High Street", None),
    ],
)
def test_the_name_before_the_address_in_a_field(field: str, name: str | None) -> None:
    assert extract.without_addresses(field) == name


def test_only_the_beginning_of_a_field_holds_a_name() -> None:
    assert extract.without_addresses("J" * 400 + "7") == "J" * 400
    assert extract.without_addresses("J" * 399 + "7") is None


def test_what_stands_in_a_foot_is_a_strong_tie_and_never_the_senders_own() -> None:
    found = extract.signature_claims("Olive\na@b.example\n01632 960123")
    assert [(claim.key.kind, claim.ceiling, claim.by, claim.binds) for claim in found] == [
        ("email", Strength.PROBABLE, MatchedBy.SIGNATURE, False),
        ("phone", Strength.PROBABLE, MatchedBy.SIGNATURE, False),
    ]


@pytest.mark.parametrize("part", ["signature", "notes", "transcript"])
def test_references_are_looked_for_in_all_that_is_new(part: str) -> None:
    assert references(letter("Hello", **{part: "CR/2025/0123"})) == ["cr/2025/0123", "cr/2025"]
    assert references(letter("Hello", quoted="CR/2025/0123")) == []


def test_the_subject_of_what_was_forwarded_is_anothers() -> None:
    assert references(letter("Hello", "Re: CR/25-1")) == ["cr/25/1", "cr/25"]
    assert references(letter("Hello", "CR/25-1", forwarded=True)) == []
    assert references(letter("CR/25-1", "Fwd: CR/26-1", forwarded=True)) == ["cr/25/1", "cr/25"]


def test_of_a_long_letter_sixty_four_references_are_enough() -> None:
    for number in (63, 64, 65):
        assert len(references(letter(", ".join(str(100_000 + n) for n in range(number))))) == min(number, 64)


def test_what_stands_beyond_two_hundred_thousand_letters_is_not_searched() -> None:
    for before, found in ((200_000 - 6, ["123456"]), (200_000 - 5, ["12345"]), (200_000, [])):
        assert references(letter("." * before + "123456")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abcdefgh 123", ["abcdefgh/123"]),
        ("abcdefghi 123", []),
        ("abcdefgh 12345678", ["abcdefgh/12345678", "12345678"]),
        ("_ab 123", []),
        ("1ab 123", []),
        ("ab 12 34 56 78", ["ab/12/34/56", "ab/12/34", "ab/12"]),
        ("ab 12.34-56", ["12/34/56", "12/34", "ab/12/34/56", "ab/12/34", "ab/12"]),
        ("a 12", []),
        ("a 123", ["a/123"]),
        ("2025", []),
        ("12345", ["12345"]),
    ],
)
def test_references_that_are_parted_by_a_space(text: str, found: list[str]) -> None:
    assert set(references(letter(text))) == set(found)


def test_names_are_claimed_whole_by_initial_and_for_misspellings() -> None:
    found = list(extract.name_claims(("Olive Bracken", None, "", "Mrs Stubbs", "Prince")))
    assert keys(found) == [
        ("name", "olive bracken"),
        ("initial", "o bracken"),
        ("sketch", "o brckn"),
        ("surname", "stubbs"),
        ("name", "prince"),
    ]
    assert {(claim.by, claim.ceiling) for claim in found} == {(MatchedBy.NAME, Strength.POSSIBLE)}
    assert [claim.written for claim in found][2:4] == [("olive", "bracken"), ("stubbs",)]
    assert extract.given_names(("Olive Bracken", None, "", "x")) == (("olive", "bracken"),)


def test_names_heard_are_two_to_four_words_with_the_initial_of_those_that_have_one() -> None:
    found = keys(list(extract.heard_names("Caller. Mr Stubbs, about Ann Bea Cat Dot Eve; O. Bracken")))
    named = {value for kind, value in found if kind == "name"}
    assert {"ann bea", "bea cat dot", "ann bea cat dot", "o bracken"} <= named
    assert "ann bea cat dot eve" not in named
    assert ("surname", "stubbs") in found
    assert ("name", "stubbs") not in found
    assert ("initial", "o bracken") in found
    assert {value for kind, value in found if kind == "initial"} == {"o bracken"}


def test_words_at_the_start_of_notes_are_names_however_written() -> None:
    def heard(text: str) -> bool:
        return ("name", "olive bracken") in keys(list(extract.heard_names(text)))

    assert heard("olive bracken rang")
    assert heard("x " * 22 + "olive bracken")
    assert not heard("x " * 23 + "olive bracken")
    assert heard("." * 387 + "olive bracken")
    assert not heard("." * 388 + "olive bracken")


def test_whom_we_wrote_to_or_rang_is_the_other_party() -> None:
    def keys_of(**facts: object) -> list[tuple[str, str]]:
        sent = letter("From Karen Marsh").model_copy(update={"direction": Direction.OUTBOUND, **facts})
        return keys(list(claims_of(sent).claims))

    assert keys_of(recipients=("Olive <a@b.example>", "a@b.example", "c@b.example")) == [
        ("email", "a@b.example"),
        ("email", "c@b.example"),
    ]
    rang = CallFacts(caller="01632 960999", called="01632 960123")
    facts = {"channel": Channel.TELEPHONE, "email": None}
    assert keys_of(call=rang, recipients=("01632 960124",), **facts) == [
        ("phone", "+441632960123"),
        ("phone", "+441632960124"),
    ]
    assert keys_of(recipients=("a@b.example",), **facts) == []
    for number in (63, 64, 65):
        assert len(keys_of(recipients=tuple(f"a{n}@b.example" for n in range(number)))) == min(number, 64)


def test_a_senders_field_is_read_as_far_as_two_thousand_letters() -> None:
    for before, found in (
        (2000 - 11, [("email", "a@b.example")]),
        (2000 - 10, [("email", "a@b.exampl")]),
        (2000, []),
    ):
        written = " " * before + "a@b.example"
        said = letter("").model_copy(
            update={"channel": Channel.LETTER, "email": None, "sender": Sender(identifier=written)}
        )
        assert keys(list(claims_of(said).claims)) == found


EXACT, PROBABLE, POSSIBLE = Strength.EXACT, Strength.PROBABLE, Strength.POSSIBLE
PASS, FAIL, NONE = Authentication.PASS, Authentication.FAIL, Authentication.NONE
HERS, OTHER = SenderAddress(address="a@b.example"), SenderAddress(address="c@b.example")
WORTH = [
    ({"from_addresses": (HERS,)}, PASS, {"a@b.example": (EXACT, False)}),
    ({"from_addresses": (HERS,)}, NONE, {"a@b.example": (EXACT, False)}),
    ({"from_addresses": (HERS,)}, FAIL, {"a@b.example": (POSSIBLE, True)}),
    ({"from_addresses": (HERS, HERS)}, PASS, {"a@b.example": (EXACT, False)}),
    (
        {"from_addresses": (HERS, OTHER)},
        PASS,
        {"a@b.example": (POSSIBLE, True), "c@b.example": (POSSIBLE, True)},
    ),
    ({"from_addresses": (HERS,), "sender_header": OTHER}, PASS, {"a@b.example": (EXACT, False), "c@b.example": (PROBABLE, False)}),
    ({"from_addresses": (HERS,), "reply_to": (OTHER,)}, PASS, {"a@b.example": (EXACT, False), "c@b.example": (PROBABLE, False)}),
    (
        {"from_addresses": (HERS,), "resent_from": OTHER, "resent_authentication": PASS},
        PASS,
        {"c@b.example": (EXACT, False)},
    ),
    (
        {"from_addresses": (HERS,), "resent_from": OTHER, "resent_authentication": NONE},
        PASS,
        {"a@b.example": (PROBABLE, False), "c@b.example": (PROBABLE, False)},
    ),
    (
        {"from_addresses": (HERS,), "resent_from": OTHER, "resent_authentication": FAIL},
        PASS,
        {"a@b.example": (PROBABLE, False), "c@b.example": (POSSIBLE, False)},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "authentication", "worth"), WORTH)
def test_what_each_address_of_an_email_is_worth(
    facts: dict[str, object], authentication: Authentication, worth: dict[str, tuple[Strength, bool]]
) -> None:
    sender = Sender(identifier="a@b.example", authentication=authentication)
    sent = letter("Hello").model_copy(update={"email": EmailFacts(**facts), "sender": sender})
    claims = claims_of(sent).claims
    assert {claim.key.value: (claim.ceiling, claim.binds) for claim in claims} == worth


def test_sixteen_senders_and_addresses_to_answer_to_are_enough() -> None:
    for number in (15, 16, 17):
        several = tuple(SenderAddress(address=f"a{n}@b.example", name=f"Olive B{'abcdefghijklmnopq'[n]}cken")
                        for n in range(number))  # fmt: skip
        for facts in ({"from_addresses": several}, {"from_addresses": (OTHER,), "reply_to": several}):
            claims = claims_of(letter("Hello").model_copy(update={"email": EmailFacts(**facts)})).claims
            emails = [claim for claim in claims if claim.key.value.startswith("a")]
            assert len(emails) == min(number, 16)


def test_what_the_caller_said_and_what_staff_wrote_is_heard_and_not_what_staff_said() -> None:
    parts = (
        Part(name="notes", text="notes"),
        Part(name="transcript", text="staff said", speaker="staff"),
        Part(name="transcript", text="caller said", speaker="caller"),
        Part(name="transcript", text="somebody said"),
        Part(name="body", text="body"),
        Part(name="quoted", text="quoted"),
    )
    contact = letter("").model_copy(update={"parts": parts})
    assert extract.heard_in(contact).split() == ["notes", "body", "caller", "said", "somebody", "said"]
    assert len(extract.heard_in(letter("x" * 30_000))) == 20_000
