"""Who is complained of, and who decides a complaint in their place."""

from __future__ import annotations

import pytest
from deciding import CHIEF, DEPUTY, LIFE, OURS, QUEUES, SPOC, decided, dossier, email, finding, organisation, strategy

from models.contact import Part
from models.decision import Queue
from models.organisation import Organisation, QueueAddresses
from models.policy import PolicyPack
from models.strategy import Strategy
from routing.complaint_conflict import Complaint, is_for_another

PACK = PolicyPack(id="x", name="x", version="1", life=LIFE, spoc_term="named contact")
ONE = strategy({"kind": "spoc_only"}, decider="Dana Head", approvals=[{"role": "director", "name": "Kim Approver"}])


def complaint(text: str, *strategies: Strategy, quote: str = "x", parts: tuple[Part, ...] = ()) -> Complaint:
    """Of one line, with the sentence that the scan took for the complaint."""
    found = (finding("complaint", quote=quote),)
    return Complaint(email(text=text, **({"parts": parts} if parts else {})), found, strategies, organisation(), PACK)


@pytest.mark.parametrize(
    ("text", "name", "is_about"),
    [
        ("I complain about Robin Marsh", "Robin Marsh", True),
        ("I complain about Robin Marsh", "R Marsh", True),
        ("I complain about Robin Marsh", "Ms Marsh", True),
        ("I complain about Robin Marsh", "marsh, Robin", True),
        ("I complain about Robin Marsh", "Marsh, R.", True),
        ("I complain about Robin Marsh", "Prof Robin Marsh", True),
        ("I complain about Robin Marsh", "robin.marsh", True),
        ("I complain about Robin Marsh", f"robin.marsh@{OURS}", True),
        ("I complain about Robin Marsh", "Jo Marsh", False),
        ("I complain about Robin Marsh", "Dana Head", False),
        ("I complain about Ms Marsh", "Robin Marsh", True),
        ("I complain about Ms Head", "Dana Head", True),
        ("I complain about K. Approver", "Kim Approver", True),
        (f"I complain about {SPOC}", "Robin Marsh", True),
        (f"I complain about {SPOC}", "Dana Head", False),
        ("Robin Marsh and Sam Clerk hid it", "Sam Clerk", True),
        ("I complain about the bins", "Robin Marsh", False),
    ],
)
def test_whoever_is_named_in_any_form_is_complained_of(text: str, name: str, is_about: bool) -> None:
    assert complaint(text, ONE).is_about(name) is is_about


def test_whoever_holds_the_post_that_is_complained_of_is_complained_of() -> None:
    for quote in ("the SPOC is rude", "my single point of contact is rude", "that Named Contact of yours"):
        about = complaint("x", ONE, quote=quote)
        assert [about.is_about(name) for name in ("Robin Marsh", SPOC, DEPUTY, "Dana Head")] == [
            True,
            True,
            True,
            False,
        ]
    assert not complaint("x", ONE, quote="the bins").is_about("Robin Marsh")


def test_the_post_may_be_complained_of_in_another_sentence_than_the_one_that_says_it_is_a_complaint() -> None:
    text = "This is a complaint. My single point of contact has been rude to me."
    told = complaint(text, ONE, quote="This is a complaint.")
    assert told.is_about("Robin Marsh") and told.is_about(DEPUTY) and SPOC in told.named
    assert not complaint(text, strategy({"kind": "spoc_only"}, spoc=None), quote="This is a complaint.").named


def test_what_is_quoted_and_what_staff_say_in_a_call_speaks_of_nobody() -> None:
    parts = (
        Part(name="transcript", text="I complain", speaker="caller"),
        Part(name="transcript", text="You may write to your single point of contact", speaker="staff"),
        Part(name="quoted", text="Your single point of contact is"),
    )
    assert not complaint("", ONE, quote="I complain", parts=parts).is_about("Robin Marsh")


@pytest.mark.parametrize(
    ("text", "is_about"),
    [
        ("I want to make a complaint about you. You never answer my emails.", True),
        ("This is a formal complaint. You have been rude to me and you ignore me.", True),
        ("I complain that you lied to me.", True),
        ("This is a formal complaint about your conduct and your behaviour.", True),
        ("I complain about your constant rudeness on the telephone.", True),
        ("I complain. You've ignored me for weeks.", True),
        ("I complain. You’ve ignored me for weeks.", True),
        ("I complain. The way you spoke to me was disgraceful.", True),
        ("I want to complain about how I was treated by yourself.", True),
        ("I complain about yourselves.", True),
        ("I complain about ur conduct", True),
        ("I complain about your emails to me.", True),
        ("I complain about your lack of response.", True),
        ("I complain about your last two replies.", True),
        ("I want to complain. Your replies are insulting.", True),
        ("I complain about the noise and look forward to your reply.", False),
        ("I complain about the noise. Thank you for your reply.", False),
        ("I complain about your deputy.", False),
        ("I complain about the bins. You emptied them late.", False),
        ("I complain about the bins in your road.", False),
        ("I complain about the bins. I liked the way you spoke to me.", False),
        ("I complain about the noise. Could you look into it?", False),
    ],
)
def test_you_is_whoever_reads_the_address_that_it_was_written_to(text: str, is_about: bool) -> None:
    found = (finding("complaint", quote=text.partition(".")[0]),)
    for to, counts in ((SPOC, is_about), (CHIEF, False)):
        made = Complaint(email(to, text=text), found, (ONE,), organisation(), PACK)
        assert made.is_about("Robin Marsh") is counts


def test_you_at_the_deputys_address_is_the_deputy() -> None:
    found = (finding("complaint", quote="I complain about you"),)
    made = Complaint(email(DEPUTY, text="I complain about you. You lied to me."), found, (ONE,), organisation(), PACK)
    assert made.is_about(DEPUTY)
    assert not made.is_about("Robin Marsh")


@pytest.mark.parametrize(
    ("text", "deputy", "contact"),
    [
        ("I complain about your deputy.", True, False),
        ("I complain about the deputy, who lied.", True, False),
        ("I complain about yourself and your deputy.", True, True),
        ("I want to complain. Your deputy hung up on me.", True, False),
        ("I complain about the noise. Your deputy was kind.", False, False),
        ("I complain about the Deputy Commissioner.", False, False),
        ("I complain about your deputy chief executive.", False, False),
        ("I complain about my deputy head.", False, False),
    ],
)
def test_your_deputy_is_the_deputy_of_whoever_it_was_written_to(text: str, deputy: bool, contact: bool) -> None:
    found = (finding("complaint", quote=text.partition(".")[0]),)
    for to, counts in ((SPOC, True), (CHIEF, False)):
        made = Complaint(email(to, text=text), found, (ONE,), organisation(), PACK)
        assert made.is_about(DEPUTY) is (counts and deputy)
        assert made.is_about("Robin Marsh") is (counts and contact)


def test_a_deputy_is_not_complained_of_with_the_name_of_another() -> None:
    assert not complaint("I complain about Robin Marsh", ONE).is_about(DEPUTY)


def test_names_in_what_is_quoted_or_signed_are_nobody_complained_of() -> None:
    parts = (
        Part(name="body", text="I complain"),
        Part(name="quoted", text="Robin Marsh wrote"),
        Part(name="signature", text="cc Robin Marsh"),
    )
    assert not complaint("", ONE, parts=parts).is_about("Robin Marsh")


def test_only_the_complaints_own_item_is_for_another() -> None:
    made = decided(
        email(text="Robin Marsh"), dossier(ONE), findings=["complaint", "restriction_challenge"], matter=None
    )
    assert {queue for queue in Queue if is_for_another(made, queue)} == {"rights"}
    assert "who decides it" in next(one.text for one in made.reasons if one.rule == "complaint_conflict")
    other = decided(email(text="The bins"), dossier(ONE), findings=["complaint"], matter=None)
    assert not is_for_another(other, Queue.RIGHTS)


def test_the_decider_is_whoever_the_policy_names_or_the_next_who_is_not_named() -> None:
    assert complaint("Robin Marsh", ONE).decider.to == QUEUES["manager"]
    assert complaint(f"Robin Marsh and {QUEUES['manager']}", ONE).decider.queue == "appeals"


def test_a_small_office_has_somebody_not_named_as_long_as_one_address_is_anothers() -> None:
    def about(text: str, **addresses: str) -> Complaint:
        ours = Organisation(
            name="Office", domains=(OURS,), addresses=QueueAddresses(manager=QUEUES["manager"], **addresses)
        )
        return Complaint(email(text=text), (finding("complaint"),), (ONE,), ours, PACK)

    of_the_manager = f"I complain about {QUEUES['manager']}"
    small = about(of_the_manager, spoc=QUEUES["spoc"], rights=QUEUES["rights"])
    assert (small.decider.queue, small.decider.to) == ("rights", QUEUES["rights"])
    assert not small.names_everybody
    smaller = about(f"{of_the_manager} and {QUEUES['rights']}", spoc=QUEUES["spoc"], rights=QUEUES["rights"])
    assert smaller.decider.to == QUEUES["spoc"]
    alone = about(of_the_manager)
    assert alone.names_everybody
    assert alone.decider.to == QUEUES["manager"]


def test_where_everybody_is_named_the_reason_says_so() -> None:
    ours = organisation(addresses=dict.fromkeys(QUEUES, QUEUES["manager"]))
    made = decided(
        email(text=f"I complain about {QUEUES['manager']}"), dossier(), findings=["complaint"], organisation=ours
    )
    (said,) = [one.text for one in made.reasons if one.rule == "complaint_conflict"]
    assert said.startswith("The complaint names everybody who would handle it")


def test_a_complaint_by_somebody_without_a_strategy_is_about_whoever_is_listed_as_deciding() -> None:
    def about(name: str) -> Complaint:
        found, deciding = (finding("complaint"),), LIFE.approvals[-1].roles[0]
        ours = organisation(role_holders={deciding: ["Dana Head"], "nobody": ["Kim Clerk"]})
        return Complaint(email(text=f"I complain about {name}"), found, (), ours, PACK)

    assert set(about("Ms Head").named) == {"Dana Head"}
    assert not about("Kim Clerk").named


def test_whoever_reviews_or_hears_a_challenge_decides_too() -> None:
    review = LIFE.review.model_copy(update={"reviewers": ("reviewer",)})
    dispute = LIFE.dispute.model_copy(update={"to": ("panel",), "reviewed_by": ("director",)})
    pack = PACK.model_copy(update={"life": LIFE.model_copy(update={"review": review, "dispute": dispute})})
    ours = organisation(role_holders={"reviewer": ["Rae View"], "panel": ["Pam Nell"], "director": ["Dot Rector"]})
    for name in ("Rae View", "Pam Nell", "Dot Rector"):
        made = Complaint(email(text=f"I complain about {name}"), (finding("complaint"),), (), ours, pack)
        assert set(made.named) == {name}


HEAD = f"head@{OURS}"


def by_post(text: str, *, to: str = CHIEF, listed: bool = True, addresses: bool = True) -> Complaint:
    """A complaint to an office whose register says who the head is, and where they read."""
    deciding = LIFE.approvals[-1].roles[0]
    roles = {**LIFE.roles, deciding: "Head of Standards, Scrutiny and Accountability", "clerk": "Records Clerk"}
    pack = PACK.model_copy(update={"life": LIFE.model_copy(update={"roles": roles})})
    ours = organisation(
        role_holders={"clerk": ["Kim Clerk"], **({deciding: ["Dana Head"]} if listed else {})},
        role_addresses={deciding: HEAD} if addresses else {},
    )
    return Complaint(email(to, text=text), (finding("complaint", quote=text.partition(".")[0]),), (), ours, pack)


@pytest.mark.parametrize(
    ("text", "is_about"),
    [
        ("I complain about the Head of Standards.", True),
        ("I complain about the decision of your Head of Standards, Scrutiny and Accountability.", True),
        ("I want to complain. The head of standards ignored what I sent.", True),
        ("I complain about the Records Clerk.", False),  # who decides on no strategy
        ("Dear Head of Standards, I complain about the bins.", False),
        ("I complain about the bins. Will the Head of Standards look at it?", False),
        ("I complain about the standards of cleaning.", False),
    ],
)
def test_a_decider_may_be_complained_of_by_their_post(text: str, is_about: bool) -> None:
    made = by_post(text)
    assert made.named == ({"Dana Head": HEAD, HEAD: HEAD} if is_about else {})
    assert made.is_about("D. Head") is is_about
    assert by_post(text, listed=False).named == ({HEAD: HEAD} if is_about else {})
    assert by_post(text, addresses=False).named == ({"Dana Head": None} if is_about else {})
    assert not by_post(text, listed=False, addresses=False).named


@pytest.mark.parametrize(
    ("text", "is_about"),
    [
        ("I complain about your decision.", True),
        ("I wish to make a complaint about your final decision to restrict me.", True),
        ("I complain about you. You lied to me.", True),
        ("I complain about the bins. I look forward to your decision.", False),
        ("I complain about the bins.", False),
    ],
)
def test_your_decision_is_of_whoever_decides_and_was_written_to(text: str, is_about: bool) -> None:
    assert by_post(text, to=HEAD).is_about("Dana Head") is is_about
    assert not by_post(text, to=CHIEF).named


def test_your_decision_is_not_of_the_point_of_contact_who_has_the_letters() -> None:
    text = "I complain about your decision."
    made = Complaint(email(SPOC, text=text), (finding("complaint", quote=text),), (ONE,), organisation(), PACK)
    assert not made.is_about("Robin Marsh")
