"""What each reason says to the people who read it: whole sentences, ids, and nothing about the person."""

from __future__ import annotations

import pytest
from deciding import (
    CHIEF,
    LIFE,
    NEW,
    OTHER,
    OURS,
    QUEUES,
    SAME_WITH_NEWS,
    SPOC,
    UNCLEAR,
    call,
    decided,
    dossier,
    email,
    everything,
    finding,
    on,
    organisation,
    sent,
    strategy,
    visit,
)

from models.decision import Reason
from models.identity import Match
from models.policy import PolicyPack
from routing.reasons import REASONS

SPOC_ONLY = {"kind": "spoc_only"}
EXEMPT = {"adjustments": [{"id": "A1", "need": "x", "exempts": ["email"]}]}
LIMIT = {"kind": "contact_limit", "channels": ["email"], "count": 0}
CALLS = {"kind": "call_window", "slots": [{"days": ["tue"], "from": "09:00", "until": "10:00"}]}
ADVOCATE = {"representatives": [{"name": "Sam"}]}


def flagged(kind, text):
    return kind, f"S1/R1: {text}."


# contact, person, fields, rule, text
TEXTS = [
    (email(), dossier(everything({"kind": "channel_blocked", "channels": ["email"]})), {}, *flagged("channel_blocked", "contact on this channel is not allowed")),
    (email(), dossier(everything({"kind": "channel_only", "channels": ["letter"]})), {}, *flagged("channel_only", "contact on this channel is not allowed")),
    (
        email(),
        dossier(everything({"kind": "identifier_blocked", "identifiers": [{"kind": "email", "value": "alex@home.example"}]})),
        {},
        *flagged("identifier_blocked", "contact from this address or number is not allowed"),
    ),
    (email(), dossier(everything({"kind": "dedicated_address", "address": f"c@{OURS}"})), {}, *flagged("dedicated_address", "email goes to one address only")),
    (call(), dossier(everything(CALLS)), {}, *flagged("call_window", "the call came outside the agreed times, or was one too many")),
    (email(), dossier(everything(LIMIT)), {}, *flagged("contact_limit", "the contact was one more than agreed")),
    (email(), dossier(everything({"kind": "advocate_only"}), **ADVOCATE), {}, *flagged("advocate_only", "contact goes through a representative")),
    (visit(), dossier(everything({"kind": "visits_by_appointment"})), {}, *flagged("visits_by_appointment", "visits are by appointment")),
    (
        visit(premises="A"),
        dossier(everything({"kind": "designated_premises", "premises": "B"})),
        {},
        *flagged("designated_premises", "visits are to named premises only"),
    ),
    (visit(), dossier(everything({"kind": "premises_ban"})), {}, *flagged("premises_ban", "visits to these premises are not allowed")),
    (
        email(CHIEF, email={"to": ["mp@x.example"]}),
        dossier(everything({"kind": "no_copy_in"})),
        {},
        *flagged("no_copy_in", "we are not to be copied into letters to others"),
    ),
    (email(), dossier(everything({"kind": "cease_and_desist"})), {}, *flagged("cease_and_desist", "the person was asked to cease contact on this")),
    (email(), dossier(everything({"kind": "injunction"})), {}, *flagged("injunction", "a court's order does not allow this contact")),
    (email(), dossier(everything(SPOC_ONLY)), {}, "breach_flagged", "Flagged by the gateway; a named person confirms or dismisses it."),
    (
        email(),
        dossier(everything(SPOC_ONLY)),
        {"history": {"flagged_on_copies": ["S1/R1"]}},
        "flagged_on_copy",
        "Another copy of this email is flagged for S1/R1; they are one contact, and one breach.",
    ),
    (email(), dossier(everything(SPOC_ONLY)), {}, "always_reviewed", "A person looks at every contact of somebody restricted."),
    (email(), dossier(everything({"kind": "advocate_only"})), {}, "advocate_missing", "S1 asks for a representative and none has live authority: not enforced."),
    (email(), dossier(strategy(SPOC_ONLY)), {"matter": OTHER}, "outside_scope", "About M2, which S1 does not cover: no breach, delivered as addressed."),
    (email(), dossier(strategy(SPOC_ONLY)), {"matter": NEW}, "new_matter", "Something new, which S1 does not cover: to the SPOC, to confirm and release."),
    (email(), dossier(everything(SPOC_ONLY)), {"matter": NEW}, "new_matter", "Something new: the strategy covers it, and the SPOC looks at it first."),
    (
        email(),
        dossier(strategy(SPOC_ONLY)),
        {"matter": UNCLEAR},
        "unclear_matter",
        "Whether this is about what the strategy covers is a question for the SPOC; treated as restricted.",
    ),
    (
        email(),
        dossier(strategy(SPOC_ONLY)),
        {"matter": SAME_WITH_NEWS},
        "new_information",
        "It tells something new about the matter: a reason to look at it again, not a clearance.",
    ),
    (
        email(),
        dossier(strategy(SPOC_ONLY)),
        {"findings": ["complaint_review"]},
        "review_right_unknown",
        "Whether the outcome can still be reviewed is not on record: a question for the SPOC.",
    ),
    (
        email(),
        dossier(strategy(SPOC_ONLY)),
        {"findings": ["complaint"]},
        "repeated_request",
        "About the same matter again (complaint): looked at as a right, but no clearance and no new clock.",
    ),
    (
        email(),
        dossier(strategy(SPOC_ONLY)),
        {"findings": ["foi_request", "subject_access_request"]},
        "rights_request",
        "A rights request (foi request, subject access request) is never a breach and never withheld.",
    ),
    (email(), dossier(), {"findings": ["foi_request"]}, "rights_copied", "A rights request is copied to those who answer it, with its statutory date."),
    (
        email(),
        dossier(strategy(SPOC_ONLY)),
        {"findings": ["complaint"]},
        "rights_copied",
        "What is asked again is copied to those who answer it: whether it is to be answered anew, they say.",
    ),
    (
        email(text="Robin Marsh"),
        dossier(strategy(SPOC_ONLY)),
        {"findings": ["complaint"]},
        "complaint_conflict",
        f"The complaint names somebody who would handle it: also to {QUEUES['manager']}, who decides it.",
    ),
    (email(), dossier(strategy(review_due="2026-03-01")), {}, "review_overdue", "S1 was to be reviewed by 2026-03-01; it is still in force."),
    (email(), dossier(strategy(SPOC_ONLY), **EXEMPT), {}, "adjustment_exempts", "Adjustment A1 exempts email: no restriction applies to it."),
    (call(direction="outbound"), dossier(strategy(CALLS)), {}, "invited", "We made this contact, so it breaks nothing of theirs."),
    (call(), dossier(strategy(CALLS)), {"history": {"outbound": [sent(kind="invitation")]}}, "invited", "We asked for this contact."),
    (email(email={"auto_submitted": True}), dossier(), {}, "automatic_reply", "An automatic reply: no breach, delivered as addressed."),
    (
        email(email={"auto_submitted": True}),
        dossier(),
        {"history": {"outbound_known": True}},
        "automatic_reply_unsolicited",
        "It says it is automatic, but nothing we sent could have caused it: an ordinary contact.",
    ),
    (
        email(),
        dossier(strategy({"kind": "injunction"})),
        {"findings": ["foi_request"]},
        "injunction_exception",
        "What speaks against a breach of the order is for Legal to weigh.",
    ),
    (email(), dossier(strategy(LIMIT)), {"findings": ["foi_request"]}, "uses_no_allowance", "It could not have been a breach, so it uses up no allowance."),
    (email(), dossier(), {"findings": ["self_harm"]}, "concern", "A concern (self harm) is reviewed and alerted at once."),
    (
        email(),
        dossier(strategy(SPOC_ONLY)),
        {"findings": ["self_harm", "child_at_risk"]},
        "concern_overrides_restriction",
        "A concern (self harm, child at risk) is reviewed and alerted at once, whatever restriction applies.",
    ),
    (
        email(),
        dossier(),
        {"findings": ["self_harm"], "identity_reasons": (Reason(rule="other_writer", text="x"),)},
        "check_reply_address",
        "Check where an answer goes before you send or say anything.",
    ),
    (
        email(),
        dossier(deceased_on="2026-01-01"),
        {},
        "deceased",
        "The register says this person has died: nothing is enforced, and somebody looks at every contact.",
    ),
    (
        email(),
        dossier(),
        {"matches": (Match(person="P1", as_="person", strength="probable", by="reply_to"),)},
        "identity_unsure",
        "It may be from P1 (probable, by reply to): a person says whether it is. Until then nothing of theirs applies.",
    ),
    (
        email(),
        dossier(),
        {
            "matches": (
                Match(person="P1", as_="person", strength="possible", by="postal"),
                Match(person="P1", as_="person", strength="probable", by="reply_to"),
                Match(person="P2", as_="person", strength="possible", by="name"),
                Match(person="P1", as_="person", strength="probable", by="alias"),
            )
        },
        "identity_unsure",
        "It may be from P1 (probable, by reply to and alias; possible, by postal), P2 (possible, by name): "
        "a person says whether it is. Until then nothing of theirs applies.",
    ),
    (email(), dossier(), {"findings": ["abusive"]}, "conduct_noted", "The tone is noted; it is never a breach by itself."),
    (email(), dossier(), {"findings": ["scan_incomplete"]}, "scan_incomplete", "The scan did not finish: a person reads it."),
    (email(), dossier(), {"findings": ["unreadable_part"]}, "unreadable_part", "A part could not be read: a person reads it."),
    (
        email(),
        dossier(),
        {"findings": ["unsupported_language"]},
        "unsupported_language",
        "Some of it is in a language that the scan was not evaluated on: a person reads it.",
    ),
    (email(), dossier(), {"findings": ["low_confidence_transcript"]}, "low_confidence_transcript", "The transcript is uncertain: a person reads it."),
    (
        email(f"hr@{OURS}"),
        dossier(),
        {"organisation": organisation(protected_recipients=[{"address": f"hr@{OURS}", "kind": "hr"}])},
        "protected_recipient",
        "Addressed to a protected recipient (hr): never diverted, never a breach.",
    ),
    (
        call(call={"duration_seconds": 601}),
        dossier(strategy({"kind": "call_duration", "minutes": 10})),
        {},
        "over_duration",
        "The call went on for longer than the 10 minutes agreed; this is for staff, not a breach.",
    ),
    (call(), dossier(strategy({"kind": "call_recording"})), {}, "call_recording", "This person's calls are recorded or monitored."),
    (
        call(),
        dossier(strategy({"kind": "call_script"})),
        {},
        "call_script",
        "Calls are ended with a script; staff may stay on the line where anyone is at risk.",
    ),
    (on("letter"), dossier(strategy({"kind": "contact_agreement"})), {}, "contact_agreement", "There is an agreement with this person on future contact."),
    (visit(accompanied=False), dossier(strategy({"kind": "supervised_meetings"})), {}, "supervised_meetings", "Meetings with this person take place with a third person."),
    (
        visit(accompanied=False),
        dossier(strategy({"kind": "supervised_meetings"})),
        {},
        "third_party_needed",
        "No third person was at this visit; one is needed. This is for staff, not a breach.",
    ),
    (
        email(SPOC),
        dossier(strategy({"kind": "same_matter_filed"})),
        {},
        "same_matter_filed",
        "The same matter and nothing new in it: read and filed, no reply due.",
    ),
    (email(SPOC), dossier(strategy({"kind": "reply_cycle", "every": "P14D"})), {}, "reply_cycle", "Replies go on a set cycle; the next date is 2026-03-16."),
    (email(SPOC), dossier(strategy({"kind": "reply_cycle", "every": "P14D"})), {"findings": ["complaint"]}, "reply_cycle", "Replies go on a set cycle; the next date is 2026-03-16."),
    (
        email(SPOC),
        dossier(strategy({"kind": "reply_cycle", "every": "P14D"})),
        {"findings": ["subject_access_request"]},
        "reply_cycle",
        "Replies go on a set cycle; the next date is 2026-03-16. "
        "The rights request is answered by its statutory date instead.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("contact", "person", "fields", "rule", "text"), TEXTS, ids=[case[3] for case in TEXTS])
def test_what_a_reason_says(contact, person, fields, rule, text):
    decision = decided(contact, person, **fields)
    assert [reason.text for reason in decision.reasons if reason.rule == rule] == [text]


CITED_AS = {
    "third_party_needed": "supervised_meetings",
    "over_duration": "call_duration",
    "unclear_matter": "new_matter",
    "review_right_unknown": "rights_request",
    "repeated_request": "rights_request",
    "rights_copied": "rights_request",
    "flagged_on_copy": "breach_flagged",
    "concern": "concern_overrides_restriction",
    "scan_incomplete": "always_reviewed",
    "unreadable_part": "always_reviewed",
    "unsupported_language": "always_reviewed",
    "low_confidence_transcript": "always_reviewed",
}
CITES = PolicyPack(id="test", name="Test", version="1", life=LIFE, cites={rule: (f"On {rule}",) for rule in REASONS})


@pytest.mark.parametrize(("contact", "person", "fields", "rule", "text"), TEXTS, ids=[case[3] for case in TEXTS])
def test_a_reason_cites_the_packs_paragraphs_for_its_rule_or_for_what_it_follows_from(
    contact, person, fields, rule, text
):
    decision = decided(contact, person, **{"policy": CITES, **fields})
    cited = [reason.cites for reason in decision.reasons if reason.rule == rule]
    assert cited == [(f"On {CITED_AS.get(rule, rule)}",)]


def test_no_reason_repeats_what_the_person_wrote_or_is_called():
    matches = (Match(person="P1", as_="person", strength="exact", by="email"),)
    said = finding("self_harm", "immediate", quote="very private words")
    decision = decided(email(text="very private words"), dossier(strategy(SPOC_ONLY)), matches=matches, findings=[said])
    told = " ".join(reason.text for reason in decision.reasons)
    assert "private" not in told
    assert "Frost" not in told
    assert "alex@" not in told
