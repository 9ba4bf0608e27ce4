"""Whom a complaint seems to be about, and that nothing but a reason comes of it."""

from __future__ import annotations

from collections import Counter
from time import process_time

import pytest
from deciding import CHIEF, NEW, decided, dossier, email, finding, organisation

from gateway.places import config_directory
from gateway.policies import load_pack
from models.decision import Decision
from models.policy import PolicyPack
from routing import grievance
from routing.complaint_subject import subjects

PACKS = {
    name: load_pack(config_directory() / "policies" / f"{name}.yaml") for name in ("cleveland", "stoke", "warwickshire")
}
MOST_NAMES = 1500
"""In the pieces of a letter that its first thousand names stand in."""
KNOWN = PACKS["cleveland"].life.complaints_about
SECONDS = 10
"""Far above what a hundred thousand characters take, and far below what they would if each name met each other."""

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
    ("I am unhappy with how the constabulary and the PCC behaved", ("police", "commissioner")),
    ("The constabulary and the PCC are both at fault, I complain", ("police", "commissioner")),
    ("I complain about the bins", ()),
    ("I complain about my councillor", ()),  # no subject of this pack
    ("I complain about the pcclerk", ()),
    ("I wish to complain about the inspector who came to the parish meeting", ("police",)),
    ("Dear Commissioner, I wish to complain about the bins", ()),
    ("I am writing to the Police and Crime Commissioner to make a complaint", ()),
    ("A complaint relating to the Chief Constable", ("chief_constable",)),
    # What a mail program made of a space or an apostrophe may be a letter elsewhere.
    ("I complain about the Commissionerâ€™s office.", ("staff",)),
    ("I complain about the Commissionerʼs office.", ("staff",)),
    ("I complain about the policeÂ officer who came", ("police",)),
    ("I complain about the police² officer who came", ("police",)),
]


@pytest.mark.parametrize(("quote", "expected"), SAID)
def test_the_words_of_the_complaint_say_whom_it_is_about(quote: str, expected: tuple[str, ...]) -> None:
    assert subjects(email(text=quote), [finding("complaint", quote=quote)], KNOWN) == expected


THE_COMMISSIONER = "I complain about the Commissioner."
THE_CHIEF = "I complain about the Chief Constable."

BOTH = [
    "I want to complain about the Commissioner and the Chief Constable, who both ignored me.",
    "I want to complain about the Chief Constable and the Commissioner, who both ignored me.",
    "I complain about the Commissioner and about the Chief Constable.",
    "I complain about the Commissioner as well as the Chief Constable.",
    "I want to complain about the Commissioner, Jane Smith, and the Chief Constable, Bob Jones.",
    "I complain about the PCC/Chief Constable",
    "My complaint is about:\n1. The Commissioner\n2. The Chief Constable",
    "I complain about the Chief Constable's handling of my case and the Commissioner's failure to act.",
    "I complain about the way the Commissioner treated me, and the way the Chief Constable did.",
    "I have no choice but to complain about the Commissioner, who lied, and about the Chief Constable.",
    "I complain about what the Chief Constable did in 2025. The Commissioner ignored me.",
    f"{THE_COMMISSIONER} I also want to make a complaint against the Chief Constable.",
    f"{THE_COMMISSIONER} The Chief Constable has never answered my letters.",
    f"{THE_COMMISSIONER} Chief Constable Bob Jones refused to see me.",
    f"{THE_COMMISSIONER} I wrote to the Chief Constable, who never replied.",
    f"{THE_COMMISSIONER} I was also ignored by the Chief Constable.",
    f"{THE_COMMISSIONER} The same goes for the Chief Constable.",
    f"{THE_COMMISSIONER}\n\nSo did the Chief Constable.",
    f"{THE_COMMISSIONER} And the Chief Constable too.",
    f"{THE_CHIEF} I also complain about the Commissioner.",
    f"{THE_CHIEF} He and the Commissioner ignored me.",
    f"{THE_CHIEF} The Commissioner is no better: she ignored all my letters.",
    "I wish to complain. The Chief Constable shouted and the PCC did nothing.",
]
ONLY_THE_CHIEF = [
    f"{THE_CHIEF} I copied this to the Commissioner.",
    f"{THE_CHIEF} He said the Commissioner was pleased with him.",
    f"{THE_CHIEF} Please ask the Commissioner to look into it and reply.",
    f"{THE_CHIEF} I told the Commissioner, who was very kind.",
    f"{THE_CHIEF} I do not complain about the Commissioner.",
    f"{THE_CHIEF} The Commissioner is not to blame.",
    f"{THE_CHIEF} The Commissioner does not know about this.",
    f"{THE_CHIEF} So has the Commissioner been to see your exhibition yet?",
    f"{THE_CHIEF} Last year I had to complain about the police.",
    f"{THE_CHIEF} He ignored my complaint about the police officer.",
    f"{THE_CHIEF} It happened when the police officer refused me a form.",
    "I complain about the Chief Constable, whom the Commissioner appointed.",
    "I complain about the Chief Constable's meeting with the Commissioner.",
    "I complain about the Chief Constable's letter to me and the Commissioner.",
    "I complain about the Chief Constable, who did nothing when the police refused to come.",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, {"commissioner", "chief_constable"}) for text in BOTH),
        *((text, {"chief_constable"}) for text in ONLY_THE_CHIEF),
    ],
)
def test_all_who_are_complained_of_are_subjects_and_nobody_who_is_only_mentioned(text: str, expected: set[str]) -> None:
    complains = [finding("complaint", quote=text.partition(". ")[0])]
    assert set(subjects(email(text=text), complains, KNOWN)) == expected


def test_below_a_subject_line_that_complains_the_body_goes_on_with_it() -> None:
    line = "A complaint about the Commissioner"
    (complains,) = [finding("complaint", quote=line)]
    complains = complains.model_copy(
        update={"evidence": tuple(one.model_copy(update={"part": "subject"}) for one in complains.evidence)}
    )
    parts = [
        {"name": "subject", "text": line},
        {"name": "body", "text": "The Chief Constable lied to me."},
        {"name": "quoted", "text": "The police officer lied to me."},
    ]
    assert subjects(email(parts=parts), [complains], KNOWN) == ("commissioner", "chief_constable")


def test_a_text_without_a_stop_is_read_in_its_time() -> None:
    text = "I complain about the police and so " * 3000
    began = process_time()
    subjects(email(text=text), [finding("complaint", quote="I complain")], KNOWN)
    assert process_time() - began < SECONDS


@pytest.mark.parametrize("parts", [1, 8])
@pytest.mark.parametrize(
    "said",
    [
        "I complain about the police and the commissioner ",
        "I complain about the police and the commissioner\n",
        "I complain about Mr. Mrs. Dr. police officer ",
        "I do not complain about the police. ",
        "I do not complain about " * 80 + "the police. ",
    ],
)
def test_the_work_on_a_letter_has_an_end_whatever_its_shape(
    monkeypatch: pytest.MonkeyPatch, said: str, parts: int
) -> None:
    looked_at = Counter[str]()

    def counted(name: str) -> None:
        does = getattr(grievance, name)

        def counting(*args: object, **more: object) -> object:
            looked_at[name] += 1
            return does(*args, **more)

        monkeypatch.setattr(grievance, name, counting)

    for name in ("_joins", "_plain"):
        counted(name)
    written = [
        {"name": "body" if not n else f"attachment{n}", "text": said * (1_000_000 // len(said))} for n in range(parts)
    ]
    found = finding("complaint", quote=said)
    evidence = tuple(found.evidence[0].model_copy(update={"part": part["name"]}) for part in written)
    subjects(email(parts=written), [found.model_copy(update={"evidence": evidence})], KNOWN)
    assert looked_at["_joins"] <= MOST_NAMES
    assert looked_at["_plain"] <= 15 * MOST_NAMES


def test_beyond_the_complaint_itself_only_a_single_subject_counts() -> None:
    complaint = [finding("complaint", quote="I wish to complain.")]
    assert subjects(email(text="I wish to complain. The police officer shouted."), complaint, KNOWN) == ("police",)
    both = "I wish to complain. The police officer came round and the PCC was told of it."
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


@pytest.mark.parametrize(
    ("whom", "part", "ours"),
    [
        ("the Commissioner and the Chief Constable", "the Commissioner, to: The Police and Crime Panel", "Chief"),
        ("your staff and about the police", "the police force, to: The chief constable", "staff of this office"),
    ],
)
def test_where_a_part_is_ours_the_reason_says_which_and_not_that_nothing_is_due(
    whom: str, part: str, ours: str
) -> None:
    made = complained_to_warwickshire(f"I complain about {whom}.")
    (said,) = [reason.text for reason in made.reasons if reason.rule == "complaint_elsewhere"]
    assert f"pass on only its part about {part}." in said
    assert ours in said.partition(". Its part about ")[2]
    assert "due from us all the same" in said and "nothing is due" not in said


@pytest.mark.parametrize(
    "text",
    [
        "I complain about the Commissioner. I also complain about Ola, who hung up on me.",
        "I complain about the Commissioner and about the way my letter was lost.",
        "I complain about the Commissioner. My second complaint is the way you lose letters.",
    ],
)
def test_where_it_complains_of_something_else_the_reason_does_not_say_that_nothing_is_due(text: str) -> None:
    made = complained_to_warwickshire(text)
    (said,) = [reason.text for reason in made.reasons if reason.rule == "complaint_elsewhere"]
    assert "pass on only its part about the Commissioner" in said
    assert "something else as well, which may be ours" in said and "nothing is due" not in said


@pytest.mark.parametrize(
    "text",
    [
        "I complain about the Commissioner. The woman on your switchboard swore at me.",
        "I complain about the Commissioner. It was the case officer at your office that lost my papers.",
        "I complain about the police officer, and the woman at your counter laughed.",
        "I complain about PC 1234 and the lady who answered your phone who hung up.",
        "I complain about the police; also your answerphone is useless",
        "I complain about the police. I am still waiting for your reply.",
        "I complain about the police. Thank you for your lack of help.",
    ],
)
def test_where_somebody_of_ours_is_spoken_of_nothing_is_passed_on_whole(text: str) -> None:
    (told,) = (one.text for one in complained_to_warwickshire(text).reasons if one.rule == "complaint_elsewhere")
    assert "nothing is due" not in told and "due from us all the same" in told


@pytest.mark.parametrize(
    "courtesy",
    [
        "",
        "I look forward to your early reply.",
        "Your police officers lied to me.",
        "I await your\nresponse. Yours sincerely",
        "Thank you very much for your time.",
        "I would be grateful for your help.",
        "I enclose a copy for your information and hope to hear at your earliest convenience.",
    ],
)
def test_where_all_of_it_is_others_the_reason_says_so(courtesy: str) -> None:
    made = complained_to_warwickshire(f"I complain about the Commissioner and the police. {courtesy}")
    (said,) = [reason.text for reason in made.reasons if reason.rule == "complaint_elsewhere"]
    assert "pass it on: The Police and Crime Panel; The chief constable." in said and "nothing is due from us" in said


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
