"""What becomes of contacts under a pack: showings that several policies share, on the real scan and the real decision."""

from __future__ import annotations

from functools import cache
from typing import Any

from deciding import (
    CHIEF,
    NEW,
    OTHER,
    QUEUES,
    SAME,
    SAME_WITH_NEWS,
    SPOC,
    UNCLEAR,
    alerted,
    breached,
    call,
    copied,
    decided,
    diverted_to,
    dossier,
    email,
    reviewed,
    rules,
    strategy,
)

from classifiers.lexicon import Lexicon, load_folder
from classifiers.scan import Scanner
from gateway.places import config_directory
from models.contact import Contact
from models.decision import Decision
from models.policy import PolicyPack
from models.register import Dossier

SPOC_ONLY = {"kind": "spoc_only"}
SILENCING: tuple[dict[str, Any], ...] = (
    SPOC_ONLY,
    {"kind": "channel_blocked", "channels": ["email", "telephone"]},
    {"kind": "identifier_blocked", "identifiers": [{"kind": "email", "value": "alex@home.example"}]},
    {"kind": "same_matter_filed"},
    {"kind": "same_matter_refused"},
)
"""Each measure that answers or accepts no more."""


@cache
def scanner() -> Scanner:
    """The first stage of the scan; the later ones only add to what it finds."""
    lexicons = config_directory() / "lexicons"
    return Scanner((Lexicon.load(lexicons),), load_folder(lexicons))


def decision(pack: PolicyPack, contact: Contact, known: Dossier, **fields: Any) -> Decision:
    """The decision on a contact that was read by the scan."""
    return decided(contact, known, policy=pack, **{"scan": scanner().scan(contact), **fields})


def cites_of(found: Decision, rule: str) -> tuple[str, ...]:
    """The paragraphs that the decision gives for a rule. Fails where the rule is not among its reasons."""
    given = [reason.cites for reason in found.reasons if reason.rule == rule]
    assert given, f"{rule} is not among {rules(found)}"
    return given[0]


def _quotes(found: Decision, rule: str, cites: tuple[str, ...] | None) -> None:
    """Fails unless the rule is among the reasons, with these paragraphs; None: with whichever the pack has."""
    assert cites_of(found, rule) == cites or cites is None


def everything_is_read_whatever_the_measure(pack: PolicyPack) -> None:
    """Whatever silences somebody, what they write is read, a concern alerts, and a person looks."""
    text = "I have a rope ready in the garage and I am going to kill myself tonight. Read my complaint again."
    for restriction in SILENCING:
        found = decision(pack, email(CHIEF, text=text), dossier(strategy(restriction)))
        assert "self_harm" in [finding.label for finding in found.findings], restriction
        assert ("concern", "immediate", (QUEUES["safeguarding"],)) in alerted(found), restriction
        assert reviewed(found)["safeguarding"] == "immediate", restriction
        assert "spoc" in reviewed(found), restriction
        assert "always_reviewed" in rules(found), restriction


def somebody_looks_at_all_of_it(pack: PolicyPack, cites: tuple[str, ...] | None = None) -> None:
    """An ordinary letter on the same matter is seen by a person, though no answer goes out."""
    found = decision(
        pack, email(SPOC, text="Once more about the wall."), dossier(strategy({"kind": "same_matter_filed"}))
    )
    assert found.reply.due is False
    assert reviewed(found) == {"spoc": "normal"}
    _quotes(found, "always_reviewed", cites)


def nothing_is_dropped(pack: PolicyPack, *kinds: str) -> None:
    """Each of these measures diverts at the most: every recipient's copy goes to somebody."""
    for restriction in SILENCING:
        if kinds and restriction["kind"] not in kinds:
            continue
        found = decision(pack, email(CHIEF), dossier(strategy(restriction)))
        assert [one.recipient for one in found.deliveries] == [CHIEF]
        assert all(one.to for one in found.deliveries)


def rights_are_not_withheld(pack: PolicyPack, cites: tuple[str, ...] | None = None) -> None:
    """A request for information through a blocked channel goes to those who answer it, and is no breach."""
    text = "Under the Freedom of Information Act please send me the number of reviews you held last year."
    known = dossier(strategy({"kind": "channel_blocked", "channels": ["email"]}))
    found = decision(pack, email(CHIEF, text=text), known, matter=NEW)
    assert "foi_request" in [finding.label for finding in found.findings]
    assert ("rights", QUEUES["rights"]) in copied(found)
    assert found.reply.due and found.reply.by is not None
    assert breached(found) == []
    _quotes(found, "rights_copied", cites)


def a_complaint_is_not_withheld(pack: PolicyPack) -> None:
    """A fresh complaint from somebody restricted reaches those who deal with complaints."""
    text = "I wish to make a formal complaint about how the front desk treated me on Tuesday."
    found = decision(pack, email(CHIEF, text=text), dossier(strategy(SPOC_ONLY)), matter=NEW)
    assert "complaint" in [finding.label for finding in found.findings]
    assert "rights" in reviewed(found) or "appeals" in reviewed(found) or copied(found)
    assert breached(found) == []


def other_matters_are_open(pack: PolicyPack, cites: tuple[str, ...]) -> None:
    """What is about another known matter goes where it was addressed, and is no breach."""
    found = decision(pack, email(CHIEF), dossier(strategy(SPOC_ONLY)), matter=OTHER)
    assert breached(found) == []
    assert diverted_to(found) == {}
    assert cites_of(found, "outside_scope") == cites


def new_matters_are_taken_on_their_merits(pack: PolicyPack, cites: tuple[str, ...]) -> None:
    """Something new is no breach; the single point of contact looks at it soon."""
    found = decision(pack, email(CHIEF), dossier(strategy(SPOC_ONLY)), matter=NEW)
    assert breached(found) == []
    assert reviewed(found)["spoc"] == "high"
    assert cites_of(found, "new_matter") == cites


def new_information_is_shown(pack: PolicyPack, cites: tuple[str, ...] | None = None) -> None:
    """Something new about the restricted matter is a reason to look at it again."""
    found = decision(pack, email(CHIEF), dossier(strategy(SPOC_ONLY)), matter=SAME_WITH_NEWS)
    _quotes(found, "new_information", cites)


def only_the_same_matter_is_restricted(pack: PolicyPack) -> None:
    """Of the same, a new and an uncertain matter, only the first and the last are held to the measure."""
    known = dossier(strategy(SPOC_ONLY))
    verdicts = {"same": SAME, "new": NEW, "other": OTHER, "unclear": UNCLEAR}
    held = {
        name: bool(breached(decision(pack, email(CHIEF), known, matter=verdict))) for name, verdict in verdicts.items()
    }
    assert held["same"] and not held["new"] and not held["other"]
    unclear = decision(pack, email(CHIEF), known, matter=UNCLEAR)
    assert "unclear_matter" in rules(unclear) and reviewed(unclear)["spoc"] == "high"


def an_adjustment_goes_first(pack: PolicyPack, cites: tuple[str, ...]) -> None:
    """A recorded adjustment keeps the channel open that a measure would close."""
    blocked = strategy({"kind": "channel_blocked", "channels": ["telephone"]})
    assert breached(decision(pack, call(), dossier(blocked)))
    adjusted = dossier(blocked, adjustments=[{"id": "A1", "need": "reads with difficulty", "exempts": ["telephone"]}])
    found = decision(pack, call(), adjusted)
    assert breached(found) == []
    assert cites_of(found, "adjustment_exempts") == cites


def tone_alone_is_nothing(pack: PolicyPack, cites: tuple[str, ...] | None = None) -> None:
    """An angry message is noted for people; it is no breach, and nobody becomes restricted by it."""
    text = "You are a disgrace, a useless bunch of liars, and I am furious. You make me sick, you pathetic idiots."
    found = decision(pack, email(CHIEF, text=text), dossier())
    _quotes(found, "conduct_noted", cites)
    assert breached(found) == [] and found.strategies == ()
    assert diverted_to(found) == {} and found.reply.due


def an_overdue_review_is_told_and_nothing_lapses(pack: PolicyPack, cites: tuple[str, ...]) -> None:
    """The day after the review was due the strategy is still in force, and the manager is told."""
    overdue = dossier(strategy(SPOC_ONLY, review_due="2026-03-01"))
    found = decision(pack, email(CHIEF), overdue)
    assert breached(found) == ["S1/R1 spoc_only"]
    assert ("strategy", "routine", (QUEUES["manager"],)) in alerted(found)
    assert cites_of(found, "review_overdue") == cites


def no_reply_is_due_on_a_breach(pack: PolicyPack, **cites: tuple[str, ...]) -> None:
    """More on the same matter is read and filed; nobody need answer. `cites`: paragraphs for each of the measures."""
    for kind in ("same_matter_filed", "same_matter_refused"):
        found = decision(pack, email(SPOC, text="The wall again."), dossier(strategy({"kind": kind})))
        assert found.reply.due is False
        assert "spoc" in reviewed(found)
        _quotes(found, kind, cites.get(kind))


def every_channel_is_taken_alike(pack: PolicyPack) -> None:
    """Mail, a call, a letter, a visit and a text message of somebody restricted are each decided and looked at."""
    from deciding import on, visit

    known = dossier(strategy(SPOC_ONLY))
    for contact in (email(), call(), on("letter"), on("sms"), on("voicemail"), visit()):
        found = decision(pack, contact, known)
        assert found.contact.channel == contact.channel
        assert found.reasons or found.review


def anybody_is_taken_in(pack: PolicyPack) -> None:
    """Somebody whom no register knows is read and delivered like anybody else."""
    text = "He has a knife and said he will kill his wife tonight."
    found = decision(pack, email(CHIEF, text=text), dossier(), matches=(), matter=None)
    assert diverted_to(found) == {}
    assert [kind for kind, _urgency, _to in alerted(found)] == ["concern"]


def an_unnotified_strategy_holds_nobody(pack: PolicyPack, cites: tuple[str, ...]) -> None:
    """Without a notice there is no breach, and the decision says why."""
    found = decision(pack, email(CHIEF), dossier(strategy(SPOC_ONLY, notified_on=None)))
    assert breached(found) == [] and diverted_to(found) == {}
    assert cites_of(found, "not_in_force") == cites


def a_measure_is_enforced(
    pack: PolicyPack, restriction: dict[str, Any], contact: Contact, cites: tuple[str, ...], **fields: Any
) -> None:
    """The contact breaches it, and the decision cites the policy."""
    found = decision(pack, contact, dossier(strategy({**restriction, "id": "R1"})), **fields)
    assert breached(found) == [f"S1/R1 {restriction['kind']}"]
    assert cites_of(found, restriction["kind"]) == cites


def a_complaint_about_the_handler_goes_to_another(pack: PolicyPack) -> None:
    """A complaint that names the single point of contact goes to somebody else as well, and stays open."""
    text = "I wish to make a formal complaint about Robin Marsh, who ignored my letters."
    found = decision(pack, email(SPOC, text=text), dossier(strategy(SPOC_ONLY)), matter=NEW)
    assert ("manager", QUEUES["manager"]) in copied(found)
    assert "complaint_conflict" in rules(found)


def a_complaint_says_who_deals_with_it(pack: PolicyPack, whom: str, who: str) -> None:
    """A complaint about somebody says, for people to decide, who deals with such."""
    text = f"I wish to make a formal complaint about {whom} that treated me badly on Tuesday."
    found = decision(pack, email(CHIEF, text=text), dossier(), matter=NEW)
    said = " ".join(reason.text for reason in found.reasons if reason.rule == "complaint_subject")
    assert who in said
