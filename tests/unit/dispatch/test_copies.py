"""What the letter beside a copy says first to whoever is to act on it."""

from __future__ import annotations

from deciding import OTHER, QUEUES, call, decided, dossier, email, everything, organisation

from gateway.dispatch.texts import Decided, copy_text
from models.identity import Match
from models.person import Representative
from routing.authority import Authority

ONE = dossier(everything({"kind": "spoc_only"}))


def test_whoever_decides_a_complaint_in_anothers_place_is_told_so() -> None:
    contact = email(text="I complain about Robin Marsh")
    made = decided(contact, ONE, findings=["complaint"], matter=None)
    text = copy_text(Decided(contact, made, organisation(), (ONE,)), ("manager",))
    assert f"also to {QUEUES['manager']}, who decides it." in text


def test_the_single_point_of_contact_is_told_for_which_matter_a_representative_may_speak() -> None:
    contact = email(text="I act for Alex Frost")
    held = Authority("P1", Representative(name="Sam", matters=("M1",)), certain=True)
    made = decided(
        contact,
        ONE,
        matches=(Match(person="P1", as_="representative", strength="exact", by="email"),),
        matter=OTHER,
        authorities=(held,),
    )
    text = copy_text(Decided(contact, made, organisation(), (ONE,)), ("spoc",))
    assert "authority for M1; this seems to be about M2: check before you disclose anything." in text


def test_the_single_point_of_contact_is_told_what_a_call_is_flagged_for_and_nobody_else_is() -> None:
    person = dossier(everything({"kind": "channel_blocked", "channels": ["telephone"]}))
    made = Decided(call(), decided(call(), person), organisation(), (person,))
    flagged = "Flagged: strategy S1, restriction R1: contact on this channel is not allowed"
    assert flagged in copy_text(made, ("spoc",))
    assert "Flagged" not in copy_text(made, ("safeguarding",))
