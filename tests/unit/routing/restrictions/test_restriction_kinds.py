"""What each kind of restriction allows, and what it does otherwise (CONTRACT §3)."""

from __future__ import annotations

import typing

import pytest
from deciding import (
    CHIEF,
    DEPUTY,
    HER_EMAIL,
    HER_PHONE,
    LIFE,
    NEW,
    OURS,
    QUEUES,
    SAME,
    SAME_WITH_NEWS,
    SPOC,
    UNCLEAR,
    breached,
    call,
    decided,
    diverted_to,
    dossier,
    email,
    everything,
    finding,
    on,
    reviewed,
    rules,
    sent,
    strategy,
    visit,
)

from models.decision import Live, LiveAnswer
from models.finding import Evidence, Finding
from models.matter import Matter
from models.policy import PolicyPack
from models.restriction import Restriction
from models.scan import ComparedPassage
from routing.restrictions.table import RULES

EMERGENCY = PolicyPack(id="x", name="x", version="1", life=LIFE).emergency_route


def test_every_kind_of_the_register_has_a_rule():
    kinds = {
        typing.get_args(member.model_fields["kind"].annotation)[0]
        for member in typing.get_args(typing.get_args(Restriction)[0])
    }
    assert set(RULES) == kinds
    assert len(kinds) == 22


BARE = [
    # restriction, contact, breach expected
    ({"kind": "channel_blocked", "channels": ["telephone"]}, call(), True),
    ({"kind": "channel_blocked", "channels": ["telephone"]}, email(), False),
    ({"kind": "channel_blocked", "channels": ["telephone"]}, on("voicemail"), False),
    ({"kind": "channel_blocked", "channels": ["visit", "email"]}, email(), True),
    ({"kind": "channel_blocked", "channels": ["visit", "email"]}, email(SPOC), True),
    ({"kind": "channel_only", "channels": ["letter", "email"]}, email(), False),
    ({"kind": "channel_only", "channels": ["letter", "email"]}, call(), True),
    ({"kind": "channel_only", "channels": ["letter"]}, on("social_media"), True),
    ({"kind": "identifier_blocked", "identifiers": [{"kind": "email", "value": "ALEX+x@Home.Example"}]}, email(), True),
    ({"kind": "identifier_blocked", "identifiers": [{"kind": "email", "value": "b@home.example"}]}, email(), False),
    ({"kind": "identifier_blocked", "identifiers": [{"kind": "phone", "value": "01632 960 001"}]}, call(), True),
    ({"kind": "identifier_blocked", "identifiers": [{"kind": "phone", "value": "01632 960 001"}]}, email(), False),
    (
        {"kind": "identifier_blocked", "identifiers": [{"kind": "social", "value": "@alexf"}]},
        on("social_media", sender={"identifier": "https://x.com/AlexF"}),
        True,
    ),
    (
        {"kind": "identifier_blocked", "identifiers": [{"kind": "postal", "value": "1 High Street, Anytown AN1 1AA"}]},
        on("letter", sender={"identifier": "1, high street, anytown AN1 1AA"}),
        True,
    ),
    (
        {"kind": "identifier_blocked", "identifiers": [{"kind": "phone", "value": HER_PHONE}]},
        call(sender={"identifier": None}),
        True,
    ),
    (
        {"kind": "identifier_blocked", "identifiers": [{"kind": "phone", "value": HER_PHONE}]},
        on("sms", sender={"identifier": None}),
        False,
    ),
    ({"kind": "spoc_only"}, email(CHIEF), True),
    ({"kind": "spoc_only"}, email(SPOC.upper(), DEPUTY), False),
    ({"kind": "spoc_only"}, email(*QUEUES.values()), False),
    ({"kind": "spoc_only"}, email(SPOC, CHIEF), True),
    ({"kind": "spoc_only"}, email("mp@parliament.example"), False),
    ({"kind": "spoc_only"}, on("letter"), False),
    ({"kind": "spoc_only"}, visit(), False),
    ({"kind": "spoc_only"}, on("letter", recipients=["The Chief Executive"]), True),
    ({"kind": "spoc_only"}, on("letter", recipients=["robin marsh"]), False),
    ({"kind": "spoc_only"}, visit(recipients=("The Leader",)), True),
    ({"kind": "spoc_only"}, on("webform", recipients=["Contact form"]), False),
    ({"kind": "spoc_only"}, on("webform", recipients=[CHIEF]), True),
    ({"kind": "spoc_only"}, call(), False),
    ({"kind": "dedicated_address", "address": f"cases@{OURS}"}, email(f"Cases@{OURS}"), False),
    ({"kind": "dedicated_address", "address": f"cases@{OURS}"}, email(SPOC), True),
    ({"kind": "dedicated_address", "address": f"cases@{OURS}"}, email(QUEUES["spoc"]), True),
    ({"kind": "dedicated_address", "address": f"cases@{OURS}"}, email("mp@parliament.example"), False),
    ({"kind": "dedicated_address", "address": f"cases@{OURS}"}, call(), False),
    ({"kind": "advocate_only"}, email(), False),
    ({"kind": "call_duration", "minutes": 1}, call(call={"duration_seconds": 600}), False),
    ({"kind": "same_matter_filed"}, email(), False),
    ({"kind": "same_matter_refused"}, email(), False),
    ({"kind": "reply_cycle", "every": "P14D"}, email(), False),
    ({"kind": "call_script"}, call(), False),
    ({"kind": "call_recording"}, call(), False),
    ({"kind": "contact_agreement"}, email(), False),
    ({"kind": "supervised_meetings"}, visit(accompanied=False), False),
    ({"kind": "visits_by_appointment"}, visit(appointment=True), False),
    ({"kind": "visits_by_appointment"}, visit(appointment=False), True),
    ({"kind": "visits_by_appointment"}, visit(), True),
    ({"kind": "visits_by_appointment"}, on("visit"), True),
    ({"kind": "visits_by_appointment"}, call(), False),
    ({"kind": "designated_premises", "premises": "Town Hall"}, visit(premises="town  hall"), False),
    ({"kind": "designated_premises", "premises": ["Town Hall", "Library"]}, visit(premises="Library"), False),
    ({"kind": "designated_premises", "premises": "Town Hall"}, visit(premises="Depot"), True),
    ({"kind": "designated_premises", "premises": "Town Hall"}, visit(), False),
    ({"kind": "designated_premises", "premises": "Town Hall"}, call(), False),
    ({"kind": "designated_premises"}, visit(premises="Depot"), False),
    ({"kind": "premises_ban"}, visit(), True),
    ({"kind": "premises_ban"}, visit(premises="Depot"), True),
    ({"kind": "premises_ban", "premises": "Depot"}, visit(premises="DEPOT"), True),
    ({"kind": "premises_ban", "premises": "Depot"}, visit(premises="Library"), False),
    ({"kind": "premises_ban", "premises": "Depot"}, visit(), False),
    ({"kind": "premises_ban"}, email(), False),
    ({"kind": "cease_and_desist"}, email(), True),
    ({"kind": "cease_and_desist"}, call(), True),
    ({"kind": "injunction"}, email(), True),
    ({"kind": "injunction", "channels_allowed": ["email"]}, email(), False),
    ({"kind": "injunction", "channels_allowed": ["letter"]}, call(), True),
    ({"kind": "contact_limit", "channels": ["email"], "count": 0}, email(), True),
    ({"kind": "contact_limit", "channels": ["email"], "count": 1}, email(), False),
    ({"kind": "contact_limit", "channels": ["telephone"], "count": 0}, email(), False),
]


@pytest.mark.parametrize(("restriction", "contact", "is_breach"), BARE)
def test_what_is_a_breach(restriction, contact, is_breach):
    decision = decided(contact, dossier(strategy(restriction)))
    assert breached(decision) == ([f"S1/R1 {restriction['kind']}"] if is_breach else [])
    assert decision.strategies == ("S1",)
    assert [item.queue.value for item in decision.review] == ["spoc"]
    assert [alert.kind.value for alert in decision.alerts if alert.kind == "breach"] == ["breach"] * is_breach
    assert (restriction["kind"] in rules(decision)) >= is_breach


DIVERTS = [
    (
        {"kind": "channel_blocked", "channels": ["email"]},
        email(CHIEF, f"bins@{OURS}"),
        {CHIEF: SPOC, f"bins@{OURS}": SPOC},
    ),
    ({"kind": "channel_blocked", "channels": ["email"]}, email(SPOC), {}),
    ({"kind": "channel_only", "channels": ["letter"]}, email(CHIEF), {CHIEF: SPOC}),
    ({"kind": "identifier_blocked", "identifiers": [{"kind": "email", "value": HER_EMAIL}]}, email(), {CHIEF: SPOC}),
    ({"kind": "spoc_only"}, email(CHIEF, SPOC, DEPUTY, QUEUES["rights"]), {CHIEF: SPOC}),
    ({"kind": "dedicated_address", "address": f"cases@{OURS}"}, email(SPOC), {SPOC: f"cases@{OURS}"}),
    ({"kind": "contact_limit", "channels": ["email"], "count": 0}, email(), {CHIEF: SPOC}),
    ({"kind": "cease_and_desist"}, email(), {CHIEF: SPOC}),
    ({"kind": "injunction"}, email(), {CHIEF: SPOC}),
    ({"kind": "same_matter_filed"}, email(), {}),
    ({"kind": "reply_cycle", "every": "P1M"}, email(), {}),
]


@pytest.mark.parametrize(("restriction", "contact", "diverted"), DIVERTS)
def test_who_gets_it_instead(restriction, contact, diverted):
    decision = decided(contact, dossier(strategy(restriction)))
    assert diverted_to(decision) == diverted
    assert [d.recipient for d in decision.deliveries] == [r.lower() for r in contact.recipients]
    assert all(d.because == ("S1/R1",) for d in decision.deliveries if d.disposition == "divert")
    assert all(d.to == d.recipient and d.because == () for d in decision.deliveries if d.disposition == "deliver")


def test_the_spoc_queue_stands_in_for_a_strategy_without_spoc():
    decision = decided(email(), dossier(strategy({"kind": "spoc_only"}, spoc=None)))
    assert diverted_to(decision) == {CHIEF: QUEUES["spoc"]}


def test_a_dedicated_address_is_the_target_of_every_measure_beside_it_and_allowed_by_them():
    both = strategy({"kind": "spoc_only"}, {"kind": "dedicated_address", "address": f"Cases@{OURS}"})
    decision = decided(email(CHIEF, f"cases@{OURS}"), dossier(both))
    assert diverted_to(decision) == {CHIEF: f"Cases@{OURS}"}
    assert decision.deliveries[0].because == ("S1/R1", "S1/R2")
    assert breached(decision) == ["S1/R1 spoc_only", "S1/R2 dedicated_address"]
    assert breached(decided(email(f"cases@{OURS}"), dossier(both))) == []


CALLS_TO_SPOC = [
    ((), "01632 960777", "spoc", False),
    (("01632 960 777",), "+441632960777", "connect", False),
    (("01632 960 777",), "01632 960500", "spoc", True),
    (("01632 960 777",), None, "spoc", False),
]


LETTERS_ONLY = {"kind": "channel_only", "channels": ["letter"]}
OTHER_SPOC = {"name": "Lee Hart", "address": f"lee@{OURS}"}
TWO_DIVERT = [
    # one strategy, another, who gets the copy
    (everything(LETTERS_ONLY), everything({"kind": "dedicated_address", "address": f"cases@{OURS}"}), f"cases@{OURS}"),
    (
        strategy(LETTERS_ONLY, notified_on="2026-02-01"),
        everything({"kind": "dedicated_address", "address": f"cases@{OURS}"}),
        f"cases@{OURS}",
    ),
    (strategy(LETTERS_ONLY), everything(LETTERS_ONLY, spoc=OTHER_SPOC, notified_on="2026-02-01"), SPOC),
    (everything(LETTERS_ONLY), everything(LETTERS_ONLY, spoc=OTHER_SPOC, notified_on="2026-02-01"), f"lee@{OURS}"),
    (everything(LETTERS_ONLY), everything(LETTERS_ONLY, spoc=OTHER_SPOC), SPOC),
]


@pytest.mark.parametrize("one_first", [True, False])
@pytest.mark.parametrize(("one", "other", "target"), TWO_DIVERT)
def test_who_gets_what_two_strategies_divert_whatever_their_order(one, other, target, one_first):
    both = (one, other.model_copy(update={"id": "S2"}))
    decision = decided(email(), dossier(*(both if one_first else reversed(both))))
    assert diverted_to(decision) == {CHIEF: target}
    assert {reason for d in decision.deliveries for reason in d.because} == {"S1/R1", "S2/R1"}


@pytest.mark.parametrize(("phones", "called", "answer", "is_breach"), CALLS_TO_SPOC)
def test_spoc_only_for_calls(phones, called, answer, is_breach):
    spoc = {"name": "Robin Marsh", "address": SPOC, "phones": phones}
    decision = decided(call(call={"called": called}), dossier(strategy({"kind": "spoc_only"}, spoc=spoc)))
    assert decision.live == Live(answer=LiveAnswer(answer))
    assert bool(decision.breaches) is is_breach
    assert decision.deliveries == ()


def test_spoc_only_for_a_voicemail_has_no_live_answer():
    spoc = {"name": "Robin Marsh", "address": SPOC, "phones": ["01632960777"]}
    message = on("voicemail", call={"caller": HER_PHONE, "called": "01632960500", "outcome": "voicemail"})
    decision = decided(message, dossier(strategy({"kind": "spoc_only"}, spoc=spoc)))
    assert breached(decision) == ["S1/R1 spoc_only"]
    assert decision.live is None
    assert breached(decided(call(), dossier(strategy({"kind": "spoc_only"}, spoc=None)))) == []


LIVE = [
    (None, "connect", None),
    ({"kind": "channel_blocked", "channels": ["telephone"]}, "spoc", None),
    ({"kind": "contact_limit", "channels": ["telephone"], "count": 0}, "spoc", None),
    ({"kind": "call_script", "text": "Please write. Goodbye."}, "script", f"Please write. Goodbye. {EMERGENCY}"),
    ({"kind": "call_script"}, "script", EMERGENCY),
    ({"kind": "call_window", "slots": [{"days": ["tue"], "from": "09:00", "until": "10:00"}]}, "script", EMERGENCY),
    ({"kind": "call_window", "slots": [{"days": ["mon"], "from": "09:00", "until": "11:00"}]}, "connect", None),
    ({"kind": "call_recording"}, "connect", None),
]


@pytest.mark.parametrize(("restriction", "answer", "text"), LIVE)
def test_what_the_switchboard_should_have_done(restriction, answer, text):
    decision = decided(call(), dossier(strategy(*([restriction] if restriction else []))))
    assert decision.live == Live(answer=LiveAnswer(answer), text=text)


@pytest.mark.parametrize("one_first", [True, False])
def test_of_two_strategies_with_a_script_the_closest_speaks_whatever_their_order(one_first):
    both = (
        everything({"kind": "call_script", "text": "Of everything."}),
        strategy({"kind": "call_script", "text": "Of this."}).model_copy(update={"id": "S2"}),
    )
    live = decided(call(), dossier(*(both if one_first else reversed(both)))).live
    assert live is not None
    assert live.text.startswith("Of this.")


def test_a_script_comes_before_the_spoc():
    both = strategy({"kind": "spoc_only"}, {"kind": "call_script", "text": "Goodbye."})
    assert decided(call(), dossier(both)).live == Live(answer=LiveAnswer.SCRIPT, text=f"Goodbye. {EMERGENCY}")
    assert decided(email(SPOC), dossier(both)).live is None


ADVOCATE = {"name": "Sam", "identifiers": [{"kind": "email", "value": "sam@help.example"}]}
ADVOCACY = [
    # representatives, matter verdict, scope, whether enforced
    ([], SAME, "matter", False),
    ([ADVOCATE], SAME, "matter", True),
    ([{**ADVOCATE, "until": "2026-03-01"}], SAME, "matter", False),
    ([{**ADVOCATE, "until": "2026-03-02"}], SAME, "matter", True),
    ([{**ADVOCATE, "from": "2026-03-03"}], SAME, "matter", False),
    ([{**ADVOCATE, "matters": ["M1"]}], SAME, "matter", True),
    ([{**ADVOCATE, "matters": ["M2"]}], SAME, "matter", False),
    ([{**ADVOCATE, "matters": ["M2"]}], SAME, "organisation", False),
    ([{**ADVOCATE, "matters": ["M1"]}], SAME, "organisation", True),
    ([{**ADVOCATE, "matters": ["M1"]}], None, "matter", True),
    ([{**ADVOCATE, "matters": ["M2"]}], None, "matter", False),
]


@pytest.mark.parametrize(("representatives", "matter", "scope", "enforced"), ADVOCACY)
def test_advocate_only_needs_a_live_representative(representatives, matter, scope, enforced):
    matters = ["M1"] if scope == "matter" else []
    one = strategy({"kind": "advocate_only"}, scope=scope, matters=matters)
    decision = decided(email(), dossier(one, representatives=representatives), matter=matter)
    assert breached(decision) == (["S1/R1 advocate_only"] if enforced else [])
    assert diverted_to(decision) == ({CHIEF: SPOC} if enforced else {})
    assert ("advocate_missing" in rules(decision)) is not enforced
    kinds = [alert.kind.value for alert in decision.alerts]
    assert kinds == (["breach"] if enforced else ["strategy"])


def test_a_person_with_an_advocate_who_rings_is_put_to_the_spoc():
    decision = decided(call(), dossier(everything({"kind": "advocate_only"}), representatives=[ADVOCATE]))
    assert decision.live == Live(answer=LiveAnswer.SPOC)


REPLIES = [
    ([{"kind": "same_matter_filed"}], SAME, (False, None)),
    ([{"kind": "same_matter_refused"}], SAME, (False, None)),
    ([{"kind": "same_matter_filed"}], SAME_WITH_NEWS, (True, None)),
    ([{"kind": "same_matter_filed"}], UNCLEAR, (True, None)),
    ([{"kind": "same_matter_filed"}], NEW, (True, None)),
    ([{"kind": "same_matter_filed"}], None, (True, None)),
    ([{"kind": "spoc_only"}], SAME, (True, None)),
    ([{"kind": "reply_cycle", "every": "P14D"}], SAME, (True, "2026-03-16")),
    ([{"kind": "reply_cycle", "every": "P1M"}], SAME, (True, "2026-03-05")),
    ([{"kind": "reply_cycle", "every": "P14D"}, {"kind": "reply_cycle", "every": "P1M"}], SAME, (True, "2026-03-05")),
    ([{"kind": "reply_cycle", "every": "P14D"}, {"kind": "same_matter_filed"}], SAME, (False, None)),
    ([], SAME, (True, None)),
]


@pytest.mark.parametrize(("restrictions", "matter", "expected"), REPLIES)
def test_whether_a_reply_is_due(restrictions, matter, expected):
    reply = decided(email(), dossier(strategy(*restrictions)), matter=matter).reply
    assert (reply.due, str(reply.by) if reply.by else None) == expected


@pytest.mark.parametrize("kind", ["same_matter_filed", "same_matter_refused"])
@pytest.mark.parametrize(("status", "due"), [("open", True), ("concluded", False)])
def test_on_an_open_matter_contact_goes_on(kind, status, due):
    """Staffordshire 5.1: one that was taken up again, say."""
    theirs = dossier(strategy({"kind": kind}))
    matter = Matter(id=SAME.nearest, person=theirs.person.id, title="A hedge", status=status)
    decision = decided(email(), theirs.model_copy(update={"matters": (matter,)}), matter=SAME)
    assert decision.reply.due is due
    (why,) = [reason.text for reason in decision.reasons if reason.rule == kind]
    assert ("open" in why) is due


LIKE_IT = SAME.model_copy(
    update={"passages": (ComparedPassage(part="body", start=0, end=40, matter=SAME.nearest, similarity=0.7),)}
)


def seen(label: str, part: str, start: int, end: int) -> Finding:
    evidence = Evidence(part=part, start=start, end=end, quote="x" * (end - start), by="semantic")
    return finding(label).model_copy(update={"evidence": (evidence,)})


BESIDE = [
    (seen("crime_report", "body", 60, 90), True),
    (seen("self_harm", "subject", 0, 9), True),
    (seen("crime_report", "body", 30, 60), False),
    (seen("crime_report", "quoted", 60, 90), False),
    (seen("crime_report", "signature", 60, 90), False),
    (seen("abusive", "body", 60, 90), False),
    (finding("child_at_risk"), True),
]


@pytest.mark.parametrize("kind", ["same_matter_filed", "same_matter_refused"])
@pytest.mark.parametrize(("found", "is_beside"), BESIDE)
def test_a_repeat_with_a_concern_beside_the_matter_is_not_filed_as_nothing_new(kind, found, is_beside):
    decision = decided(email(), dossier(strategy({"kind": kind})), matter=LIKE_IT, findings=[found])
    assert decision.reply.due is is_beside
    assert reviewed(decision)["spoc"] == ("high" if is_beside else "normal")
    (why,) = [reason.text for reason in decision.reasons if reason.rule == kind]
    assert ("beside the matter" in why) is is_beside


def test_a_concern_beside_the_matter_clears_no_breach():
    decision = decided(
        email(), dossier(strategy({"kind": "spoc_only"}, {"kind": "same_matter_filed"})), findings=["crime_report"]
    )
    assert breached(decision) == ["S1/R1 spoc_only"]


def test_same_matter_measures_say_why():
    assert "same_matter_filed" in rules(decided(email(), dossier(strategy({"kind": "same_matter_filed"}))))
    refused = decided(email(), dossier(strategy({"kind": "same_matter_refused"})))
    assert [r.text for r in refused.reasons if r.rule == "same_matter_refused"] == [
        "The same matter and nothing new in it: not registered again, no reply due."
    ]
    told = decided(email(), dossier(strategy({"kind": "same_matter_filed"})), matter=SAME_WITH_NEWS)
    assert "new_information" in rules(told)
    assert "same_matter_filed" not in rules(told)


SHOWN = [
    ({"kind": "call_duration", "minutes": 10}, call(call={"duration_seconds": 601}), ["over_duration"]),
    ({"kind": "call_duration", "minutes": 10}, call(call={"duration_seconds": 600}), []),
    ({"kind": "call_duration", "minutes": 10}, call(call={"duration_seconds": None}), []),
    ({"kind": "call_duration", "minutes": 10}, email(), []),
    ({"kind": "call_script"}, email(SPOC), []),
    ({"kind": "call_script"}, call(), ["call_script"]),
    ({"kind": "call_recording"}, call(), ["call_recording"]),
    ({"kind": "call_recording"}, email(SPOC), []),
    ({"kind": "contact_agreement"}, email(SPOC), ["contact_agreement"]),
    ({"kind": "supervised_meetings"}, visit(accompanied=False), ["supervised_meetings", "third_party_needed"]),
    ({"kind": "supervised_meetings"}, visit(accompanied=True), ["supervised_meetings"]),
    ({"kind": "supervised_meetings"}, visit(), ["supervised_meetings"]),
    ({"kind": "supervised_meetings"}, email(SPOC), []),
    ({"kind": "reply_cycle", "every": "P7D"}, email(SPOC), ["reply_cycle"]),
]


@pytest.mark.parametrize(("restriction", "contact", "shown"), SHOWN)
def test_what_staff_are_shown(restriction, contact, shown):
    decision = decided(contact, dossier(strategy(restriction)))
    assert rules(decision) == [*shown, "always_reviewed"]
    assert decision.breaches == ()


def test_an_agreement_is_shown_in_its_own_words():
    decision = decided(email(SPOC), dossier(strategy({"kind": "contact_agreement", "text": " One letter a month. "})))
    assert decision.reasons[0].text == "One letter a month."


def copy_in(to, cc=(), **fields):
    return email(
        *(r for r in (*to, *cc) if r.endswith(OURS)), email={"to": to, "cc": cc, **fields.pop("email", {})}, **fields
    )


MP, PRESS = "mp@parliament.example", "news@press.example"
QUOTED = "On Monday\n> *From:* Press Desk <{}>\n> Cc: <{}>, x@y.example\n> text"
COPIES = [
    (copy_in([MP], [CHIEF]), True),
    (copy_in([MP, CHIEF], [SPOC]), False),
    (copy_in([], [CHIEF]), False),
    (email(CHIEF, email={"to": [MP]}), True),
    (email(MP, PRESS, email={"to": [MP], "cc": [PRESS]}), False),
    (copy_in([MP], [CHIEF], email={"in_reply_to": ["<a@press.example>"]}), True),
    (
        copy_in(
            [MP],
            [CHIEF],
            email={"in_reply_to": ["<a@press.example>"]},
            parts=[{"name": "quoted", "text": QUOTED.format(PRESS, CHIEF)}],
        ),
        False,
    ),
    (
        copy_in(
            [MP],
            [CHIEF],
            email={"in_reply_to": ["<a@home.example>"]},
            parts=[{"name": "quoted", "text": QUOTED.format(HER_EMAIL, CHIEF)}],
        ),
        True,
    ),
    (
        copy_in(
            [MP],
            [CHIEF],
            email={"in_reply_to": ["<a@press.example>"]},
            parts=[{"name": "quoted", "text": QUOTED.format(PRESS, MP)}],
        ),
        True,
    ),
    (copy_in([MP], [CHIEF], parts=[{"name": "quoted", "text": QUOTED.format(PRESS, CHIEF)}]), True),
    (call(), False),
]


@pytest.mark.parametrize(("contact", "is_breach"), COPIES)
def test_no_copy_in(contact, is_breach):
    decision = decided(contact, dossier(strategy({"kind": "no_copy_in"})))
    assert breached(decision) == (["S1/R1 no_copy_in"] if is_breach else [])
    assert bool(diverted_to(decision)) is is_breach


QUOTES = [
    (f"From: {PRESS}\nTo: {CHIEF}", False),
    (f"> From: {PRESS}\n> To: x@y.example; {CHIEF}", False),
    (f">\t**From:** <{PRESS}>\n>\t**To:** '{CHIEF}'", False),
    (f"FROM: {PRESS}\nCC: ({CHIEF})", False),
    (f"From: {PRESS}\nBcc: {CHIEF}", True),
    (f"From: Press Desk\nTo: {CHIEF}", True),
    (f"To: {CHIEF}\nFrom: {PRESS}", True),
    (f"From: {PRESS}\nTo: {MP}\nFrom: {HER_EMAIL}\nTo: {CHIEF}", True),
    (f"From: ALEX+x@home.example\nTo: {CHIEF}", True),
    (f"From: {PRESS}, {HER_EMAIL}\nTo: {CHIEF}", True),
    (f"From {PRESS}\nTo {CHIEF}", True),
    ("", True),
]


@pytest.mark.parametrize(("quoted", "is_breach"), QUOTES)
def test_no_copy_in_where_the_quoted_head_shows_that_another_wrote_to_us(quoted, is_breach):
    answer = {"in_reply_to": ["<a@press.example>"]}
    contact = copy_in([MP], [CHIEF], email=answer, parts=[{"name": "quoted", "text": quoted}])
    assert bool(decided(contact, dossier(strategy({"kind": "no_copy_in"}))).breaches) is is_breach


HISTORIES = [
    ({"outbound": (sent(message_id="<a@press.example>", to=[PRESS]),)}, False),
    ({"outbound": (sent(message_id="<b@press.example>", to=[PRESS]),)}, True),
    ({"contacts": ({"person": None, "sender": PRESS},)}, False),
    ({"contacts": ({"person": "P1", "sender": HER_EMAIL},)}, True),
    ({"contacts": ({"person": "P1", "sender": CHIEF, "direction": "outbound"},)}, False),
    ({"contacts": ({"person": None, "sender": PRESS, "channel": "webform"},)}, True),
]


@pytest.mark.parametrize(("history", "is_breach"), HISTORIES)
def test_no_copy_in_where_others_brought_us_into_the_thread(history, is_breach):
    from deciding import earlier

    contacts = tuple(
        earlier("E1", "2026-03-01T09:00:00Z", **{"message_id": "<a@press.example>", **one})
        for one in history.get("contacts", ())
    )
    contact = copy_in([MP], [CHIEF], email={"references": ["<a@press.example>"]})
    decision = decided(
        contact,
        dossier(strategy({"kind": "no_copy_in"})),
        history={"contacts": contacts, "outbound": history.get("outbound", ())},
    )
    assert bool(decision.breaches) is is_breach


EASED = [
    ({"kind": "call_duration", "minutes": 10}, {"minutes": 20}, call(call={"duration_seconds": 900}), []),
    ({"kind": "call_duration", "minutes": 10}, {"minutes": 5}, call(call={"duration_seconds": 500}), []),
    ({"kind": "call_duration", "minutes": 10}, {"count": 5}, call(call={"duration_seconds": 900}), ["over_duration"]),
    ({"kind": "contact_limit", "channels": ["email"], "count": 0}, {"count": 1}, email(SPOC), []),
    ({"kind": "contact_limit", "channels": ["email"], "count": 1}, {"count": 0}, email(SPOC), []),
    (
        {"kind": "contact_limit", "channels": ["email"], "count": 0},
        {"calls": 1},
        email(SPOC),
        ["contact_limit", "breach_flagged"],
    ),
    (
        {"kind": "call_window", "slots": [{"days": ["mon"], "from": "09:00", "until": "11:00"}], "calls": 0},
        {"calls": 1},
        call(),
        [],
    ),
    (
        {"kind": "call_window", "slots": [{"days": ["mon"], "from": "09:00", "until": "11:00"}]},
        {"calls": 0},
        call(),
        [],
    ),
]


@pytest.mark.parametrize("name", ["R1", "S1/R1"])
@pytest.mark.parametrize(("restriction", "variation", "contact", "reasons"), EASED)
def test_an_adjustment_eases_a_measure_and_never_tightens_it(name, restriction, variation, contact, reasons):
    adjustments = [{"id": "A1", "need": "hearing loss", "varies": [{"restriction": name, **variation}]}]
    decision = decided(contact, dossier(strategy(restriction), adjustments=adjustments))
    assert rules(decision) == [*reasons, "always_reviewed"]


def test_a_variation_is_for_its_own_restriction():
    adjustments = [{"id": "A1", "need": "x", "varies": [{"restriction": "R2", "count": 9}]}]
    limit = {"kind": "contact_limit", "channels": ["email"], "count": 0}
    assert breached(decided(email(), dossier(strategy(limit), adjustments=adjustments))) == ["S1/R1 contact_limit"]
