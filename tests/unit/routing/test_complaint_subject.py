"""Whom a complaint seems to be about, and that nothing but a reason comes of it."""

from __future__ import annotations

import pytest
from deciding import CHIEF, NEW, decided, dossier, email, finding, organisation

from gateway.places import config_directory
from gateway.policies import load_pack
from models.decision import Decision
from models.policy import PolicyPack
from routing.complaint_subject import subjects

PACKS = {
    name: load_pack(config_directory() / "policies" / f"{name}.yaml") for name in ("cleveland", "stoke", "warwickshire")
}
KNOWN = PACKS["cleveland"].life.complaints_about

SAID = [
    ("I want to complain about the Chief Constable.", ("chief_constable",)),
    ("I wish to make a formal complaint against the Police and Crime Commissioner.", ("commissioner",)),
    ("My complaint is about the PCC's tweets", ("commissioner",)),
    ("I am writing to your office to complain about the police officer who came round.", ("police",)),
    ("I am complaining about PC 4471", ("police",)),
    ("To the OPCC: I complain about the Chief Constable's press officer", ("chief_constable",)),
    ("I complain about your staff", ("staff",)),
    ("A complaint about the Office of the Police and Crime Commissioner", ("staff",)),
    ("The Commissioner's office never rang back and I am unhappy with it", ("staff",)),
    ("I am unhappy with how the constabulary and the PCC behaved", ("police",)),
    ("The constabulary and the PCC are both at fault, I complain", ("police", "commissioner")),
    ("I complain about the bins", ()),
    ("I complain about my councillor", ()),  # no subject of this pack
    ("I complain about the pcclerk", ()),
    ("I wish to complain about the inspector who came to the parish meeting", ("police",)),
    ("Dear Commissioner, I wish to complain about the bins", ()),
    ("I am writing to the Police and Crime Commissioner to make a complaint", ()),
    ("A complaint relating to the Chief Constable", ("chief_constable",)),
]


@pytest.mark.parametrize(("quote", "expected"), SAID)
def test_the_words_of_the_complaint_say_whom_it_is_about(quote: str, expected: tuple[str, ...]) -> None:
    assert subjects(email(text=quote), [finding("complaint", quote=quote)], KNOWN) == expected


def test_beyond_the_complaint_itself_only_a_single_subject_counts() -> None:
    complaint = [finding("complaint", quote="I wish to complain.")]
    assert subjects(email(text="I wish to complain. The police officer shouted."), complaint, KNOWN) == ("police",)
    both = "I wish to complain. The police officer shouted and the PCC did nothing."
    assert subjects(email(text=both), complaint, KNOWN) == ()
    quoted = [{"name": "body", "text": "I wish to complain."}, {"name": "quoted", "text": "The police wrote"}]
    assert subjects(email(parts=quoted), complaint, KNOWN) == ()


@pytest.mark.parametrize(
    "greeting", ["Dear Commissioner", "FAO the PCC", "Good morning Madam Commissioner", "To: the Commissioner"]
)
def test_whoever_is_written_to_is_not_what_the_complaint_is_about(greeting: str) -> None:
    quote = "I wish to make a complaint about the man on the door."
    complaint = [finding("complaint", quote=quote)]
    assert subjects(email(text=f"{greeting}\n\n{quote}"), complaint, KNOWN) == ()
    assert subjects(email(text=f"{greeting}\n\n{quote} The police laughed."), complaint, KNOWN) == ("police",)


def test_a_council_names_councillors_and_sends_the_force_nowhere() -> None:
    council = PACKS["stoke"].life.complaints_about
    about = "I complain about Councillor Grey"
    assert subjects(email(text=about), [finding("complaint", quote=about)], council) == ("councillor",)
    force = "I complain about the police"
    assert subjects(email(text=force), [finding("complaint", quote=force)], council) == ()


def complained_to_warwickshire(quote: str) -> Decision:
    return decided(
        email(text=quote),
        dossier(),
        findings=[finding("complaint", quote=quote)],
        matter=NEW,
        policy=PACKS["warwickshire"],
    )


def test_the_reason_says_who_deals_with_it_and_cites_the_policy() -> None:
    quote = "I complain about the police officer who came."
    made = complained_to_warwickshire(quote)
    (reason,) = [reason for reason in made.reasons if reason.rule == "complaint_subject"]
    assert reason.text == (
        "The complaint seems to be about the police force; who deals with that: The chief constable."
    )
    assert reason.cites == ("Warwickshire 1",)


def test_a_complaint_about_the_commissioner_rests_on_the_law_and_is_passed_on_by_a_person() -> None:
    quote = "I complain about the Commissioner."
    made = complained_to_warwickshire(quote)
    about, elsewhere = [
        reason for reason in made.reasons if reason.rule in ("complaint_subject", "complaint_elsewhere")
    ]
    law = ("Elected Local Policing Bodies (Complaints and Misconduct) Regulations 2012",)
    assert (about.cites, elsewhere.cites) == (law, law)
    assert "The Police and Crime Panel" in elsewhere.text


def test_a_complaint_about_staff_is_passed_on_nowhere() -> None:
    quote = "I complain about your staff."
    made = decided(
        email(text=quote), dossier(), findings=[finding("complaint", quote=quote)], policy=PACKS["warwickshire"]
    )
    assert "complaint_elsewhere" not in {reason.rule for reason in made.reasons}


def test_nothing_but_the_reason_changes() -> None:
    quote = "I complain about the Chief Constable."
    complaint = [finding("complaint", quote=quote)]
    pack = PACKS["cleveland"]
    silent = pack.model_copy(update={"life": pack.life.model_copy(update={"complaints_about": {}})})
    made, without = (
        decided(email(CHIEF, text=quote), dossier(), findings=complaint, matter=NEW, policy=each)
        for each in (pack, silent)
    )
    assert [reason.rule for reason in made.reasons if reason not in without.reasons] == ["complaint_subject"]
    assert made.model_copy(update={"reasons": ()}) == without.model_copy(update={"reasons": ()})


def test_only_a_complaint_has_a_subject() -> None:
    quote = "How many police officers are there?"
    made = decided(
        email(text=quote), dossier(), findings=[finding("foi_request", quote=quote)], policy=PACKS["cleveland"]
    )
    assert "complaint_subject" not in {reason.rule for reason in made.reasons}


def test_whoever_reads_a_copy_is_told_and_told_that_they_decide() -> None:
    from gateway.dispatch.texts import Decided, copy_text

    quote = "I complain about the Chief Constable."
    contact = email(text=quote)
    made = decided(
        contact, dossier(), findings=[finding("complaint", quote=quote)], matter=NEW, policy=PACKS["cleveland"]
    )
    text = copy_text(Decided(contact, made, organisation(), (dossier(),)), ("rights",))
    assert "seems to be about the Chief Constable; who deals with that: The Commissioner." in text
    assert "you decide where it goes" in text


def test_every_subject_of_every_pack_is_known_by_some_words() -> None:
    for path in sorted((config_directory() / "policies").glob("*.yaml")):
        pack: PolicyPack = load_pack(path)
        for subject, who in pack.life.complaints_about.items():
            words = {
                "commissioner": "the commissioner",
                "chief_constable": "the chief constable",
                "police": "the police",
                "staff": "your staff",
                "councillor": "a councillor",
                "landlord": "my landlord",
                "decision": "your decision",
            }[subject]
            quote = f"I complain about {words}"
            found = subjects(email(text=quote), [finding("complaint", quote=quote)], pack.life.complaints_about)
            assert found == (subject,), f"{path.stem}: {subject}, {who}"
