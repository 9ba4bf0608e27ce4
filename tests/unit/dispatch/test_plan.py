"""What a decision makes us send: who gets the message, who gets it in their place, and who is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from deciding import CHIEF, HER_EMAIL, OURS, QUEUES, SPOC, at, call, dossier, email, everything, finding, make_case
from deciding import organisation as office

from gateway.dispatch.payloads import Letter, Relay, read_payload
from gateway.dispatch.plan import Plan, plan, plan_revision, relay_all, release
from gateway.store.alerts import NewAlert
from gateway.store.outbox import DispatchKind
from models.contact import Contact
from models.decision import AlertKind, Decision, Queue
from models.envelope import Envelope
from models.finding import Evidence, Finding
from models.history import OutboundKind
from models.organisation import Organisation
from models.register import Dossier
from routing.decide import decide

CLERK, OUTSIDE = f"clerk@{OURS}", "someone@elsewhere.example"
ALEX = dossier(everything({"kind": "spoc_only"}))


def envelope(*recipients: str, **fields: Any) -> Envelope:
    facts = {"source": "smtp", "received_at": at("2026-03-02T10:15:00Z"), "mail_from": HER_EMAIL}
    return Envelope.model_validate({**facts, "rcpt_to": recipients or (CHIEF,), **fields})


def decided(contact: Contact, *dossiers: Dossier, findings: tuple[Any, ...] = ()) -> Decision:
    known: dict[str, Any] = {} if dossiers else {"matches": (), "matter": None}
    return decide(make_case(contact, *dossiers, findings=findings, **known), now=contact.received_at)


def planned(
    contact: Contact,
    *dossiers: Dossier,
    to: Envelope | None = None,
    findings: tuple[Any, ...] = (),
    enforcing: bool = True,
    applies: Callable[[str], bool] | None = None,
    relayed: bool = False,
    organisation: Organisation | None = None,
) -> Plan:
    return plan(
        envelope=to or envelope(*contact.recipients),
        contact=contact,
        decision=decided(contact, *dossiers, findings=findings),
        organisation=organisation or office(),
        dossiers=dossiers,
        applies=applies or (lambda _strategy: enforcing),
        enforcing=enforcing,
        relayed=relayed,
        intake_due=at("2026-03-02T14:15:00Z"),
    )


def relayed_to(made: Plan) -> list[tuple[str, ...]]:
    payloads = [read_payload(d.payload) for d in made.dispatches if d.kind is DispatchKind.RELAY]
    return [payload.recipients for payload in payloads if isinstance(payload, Relay)]


def letters(made: Plan, kind: DispatchKind) -> list[Letter]:
    payloads = [read_payload(d.payload) for d in made.dispatches if d.kind is kind]
    return [payload for payload in payloads if isinstance(payload, Letter)]


def kinds(alerts: tuple[NewAlert, ...]) -> list[str]:
    return [alert.kind.value for alert in alerts]


def test_everybody_on_the_envelope_gets_it_or_somebody_does_in_their_place() -> None:
    made = planned(email(CHIEF, CLERK, SPOC), ALEX, to=envelope(CHIEF, OUTSIDE, CLERK, SPOC))
    assert relayed_to(made) == [(OUTSIDE, SPOC)]
    (letter,) = letters(made, DispatchKind.DIVERT)
    assert letter.recipients == (SPOC,)
    assert letter.attach
    assert f"Withheld from: {CHIEF}, {CLERK}" in letter.text


def test_addresses_are_relayed_as_they_were_written() -> None:
    made = planned(email(CHIEF), to=envelope("Chief@Council.Example"))
    assert relayed_to(made) == [("Chief@Council.Example",)]
    made = planned(email(CHIEF), ALEX, to=envelope("Chief@Council.Example"))
    assert relayed_to(made) == []


def test_a_header_recipient_whose_copy_comes_by_itself_is_not_diverted_twice() -> None:
    made = planned(email(CHIEF, CLERK), ALEX, to=envelope(CLERK))
    (letter,) = letters(made, DispatchKind.DIVERT)
    assert f"Withheld from: {CLERK}\n" in letter.text


@pytest.mark.parametrize(
    ("applies", "diverted"), [(lambda s: s == "S1", True), (lambda s: s == "S2", False), (lambda s: False, False)]
)
def test_a_strategy_may_be_enforced_alone(applies: Callable[[str], bool], diverted: bool) -> None:
    made = planned(email(CHIEF), ALEX, findings=(finding("foi_request"),), enforcing=False, applies=applies)
    assert bool(letters(made, DispatchKind.DIVERT)) is diverted
    assert bool(letters(made, DispatchKind.COPY)) is diverted
    assert relayed_to(made) == ([] if diverted else [(CHIEF,)])


def test_observing_raises_concern_and_system_alerts_only() -> None:
    findings = (
        finding("crime_report", "same_day", "it was stolen"),
        finding("foi_request"),
        finding("scan_incomplete"),
    )
    watched = planned(email(CHIEF), ALEX, findings=findings, enforcing=False)
    assert sorted(kinds(watched.alerts)) == ["concern", "system"]
    enforced = planned(email(CHIEF), ALEX, findings=findings)
    assert {"concern", "system", "rights"} <= set(kinds(enforced.alerts))


def test_what_was_relayed_first_is_relayed_no_more() -> None:
    made = planned(email(CHIEF), ALEX, relayed=True)
    assert relayed_to(made) == []
    assert letters(made, DispatchKind.DIVERT) == []


def test_a_message_in_a_loop_goes_to_nobody_and_a_person_is_told() -> None:
    made = planned(email(CHIEF), ALEX, to=envelope(CHIEF, hold="loop"), findings=(finding("crime_report"),))
    assert made.dispatches == ()
    assert kinds(made.alerts).count("system") == 1
    assert "concern" in kinds(made.alerts)
    assert [(item.queue, item.due_at) for item in made.reviews] == [(Queue.INTAKE, at("2026-03-02T14:15:00Z"))]


@pytest.mark.parametrize(("hold", "cause"), [("loop", "through this gateway already"), ("hops", "`Received` lines")])
def test_the_alert_on_a_held_message_says_what_held_it(hold: str, cause: str) -> None:
    (alert,) = planned(email(CHIEF), to=envelope(CHIEF, hold=hold)).alerts
    assert [words for words in ("through this gateway already", "`Received` lines") if words in alert.payload] == [
        cause
    ]


def test_an_alert_of_ours_that_comes_round_raises_no_other() -> None:
    ours = email(CHIEF, email={"auto_submitted": True})
    made = planned(ours, to=envelope(CHIEF, hold="loop"), findings=(finding("crime_report"),))
    (alert,) = made.alerts
    assert alert.kind is AlertKind.SYSTEM
    assert alert.fold_key == "hold-loop"


def test_one_letter_an_address_for_all_its_queues() -> None:
    both = (finding("foi_request"), finding("subject_access_request"))
    (letter,) = letters(planned(email(CHIEF), findings=both), DispatchKind.COPY)
    assert letter.recipients == (QUEUES["rights"],)


def test_a_call_is_told_to_the_spoc_in_words() -> None:
    contact = call(parts=({"name": "notes", "text": "She asked about the wall.\nTwice."},))
    made = planned(contact, ALEX, to=envelope(source="calls:generic", rcpt_to=()))
    (letter,) = letters(made, DispatchKind.COPY)
    assert letter.recipients == (SPOC,)
    assert not letter.attach
    assert "> She asked about the wall.\n> Twice." in letter.text
    assert planned(contact, ALEX, to=envelope(source="calls:generic"), enforcing=False).dispatches == ()


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, OutboundKind.MESSAGE),
        ({"auto_submitted": True}, OutboundKind.AUTO_ACK),
        ({"is_bulk": True}, OutboundKind.BULK),
    ],
)
def test_what_we_send_to_outsiders_is_noted(facts: dict[str, Any], kind: OutboundKind) -> None:
    ours = email(HER_EMAIL, CLERK, direction="outbound", sender={"identifier": CHIEF}, email=facts)
    sent = planned(ours, to=envelope(HER_EMAIL, CLERK)).sent
    assert sent is not None
    assert (sent.kind, sent.from_, sent.to, sent.message_id) == (kind, CHIEF, (HER_EMAIL,), "<now@home.example>")
    among_us = email(CLERK, direction="outbound", sender={"identifier": CHIEF})
    assert planned(among_us, to=envelope(CLERK)).sent is None
    assert planned(email(CHIEF)).sent is None
    abroad = email("clerk@xn--bcher-kva.example", direction="outbound", sender={"identifier": CHIEF})
    assert planned(abroad, organisation=office(domains=["bücher.example"])).sent is None


def fold_keys(*quotes: str, sender: str = HER_EMAIL) -> list[str | None]:
    contact = email(CHIEF, sender={"identifier": sender})
    findings = [(finding("crime_report", "same_day", quote),) for quote in quotes]
    return [planned(contact, findings=each).alerts[0].fold_key for each in findings]


def test_concerns_fold_by_sender_and_decisive_sentence() -> None:
    first, again, other = fold_keys("He  stole it", "he stole IT", "He burnt it")
    assert first == again
    assert first != other
    assert first not in fold_keys("He stole it", sender="kim@home.example")
    assert fold_keys("") == [None]


def test_a_revision_sends_only_what_is_new() -> None:
    contact = email(CHIEF)
    first = decided(contact, findings=(finding("foi_request"),))
    later = decided(contact, findings=(finding("foi_request"), finding("crime_report", "same_day", "it was stolen")))
    made = plan_revision(first, later, contact=contact, organisation=office(), applies=lambda _s: True)
    assert [letter.recipients for letter in letters(made, DispatchKind.COPY)] == [(QUEUES["criminal"],)]
    assert kinds(made.alerts) == ["concern"]
    assert relayed_to(made) == []
    watched = plan_revision(first, later, contact=contact, organisation=office(), applies=lambda _s: False)
    assert watched.dispatches == ()
    assert kinds(watched.alerts) == ["concern"]


def test_release_and_pass_through_take_the_envelope_as_it_is() -> None:
    one = envelope(CHIEF, CLERK, smtputf8=True)
    everybody, some = read_payload(relay_all(one).payload), read_payload(release(one, (CLERK,)).payload)
    assert isinstance(everybody, Relay)
    assert (everybody.mail_from, everybody.recipients, everybody.smtputf8) == (HER_EMAIL, (CHIEF, CLERK), True)
    assert some.recipients == (CLERK,)


def test_an_alert_says_what_was_found_and_to_whom() -> None:
    (alert,) = planned(email(CHIEF), findings=(finding("self_harm", "immediate", "I cannot go on"),)).alerts
    said = json.loads(alert.payload)
    assert said["to"] == [QUEUES["safeguarding"]]
    assert "I cannot go on" in said["text"]
    assert "2 March 2026, 10:30 (Europe/London)" in said["text"]


def explained() -> Finding:
    seen = finding("self_harm", "immediate", "My brother wants to die.")
    (evidence,) = seen.evidence
    why = {"like": "My lad says he is\ndone with living.", "because": "Says that somebody means to die."}
    return seen.model_copy(update={"at_risk": "My brother", "evidence": (evidence.model_copy(update=why),)})


def test_who_reads_the_contact_is_told_why_in_plain_words() -> None:
    made = planned(email(CHIEF), ALEX, findings=(explained(),))
    for kind in (DispatchKind.DIVERT, DispatchKind.COPY):
        for letter in letters(made, kind):
            assert "self harm (immediate); at risk: My brother" in letter.text
            assert "      why: Says that somebody means to die.\n" in letter.text
            assert "      like: My lad says he is done with living." in letter.text
    assert letters(made, DispatchKind.DIVERT)
    assert letters(made, DispatchKind.COPY)


def test_the_reader_is_told_in_plain_words_what_was_restricted_by_which_paragraph_and_what_nobody_could_read() -> None:
    unread = finding("unreadable_part").model_copy(
        update={"evidence": (Evidence(part="attachment:x.bin", start=0, end=0, quote="", by="reading"),)}
    )
    (letter,) = letters(planned(email(CHIEF), ALEX, findings=(unread,)), DispatchKind.DIVERT)
    assert "restriction R1: only the single point of contact may be addressed (Test 1)" in letter.text
    assert "Known as: certainly Alex Frost (P1)" in letter.text
    assert "attachment:x.bin: read the whole of it yourself" in letter.text
    assert '""' not in letter.text


def test_no_alert_says_why() -> None:
    made = planned(email(CHIEF), ALEX, findings=(explained(),))
    assert "concern" in kinds(made.alerts)
    for alert in made.alerts:
        assert "done with living" not in alert.payload
        assert "means to die" not in alert.payload
