"""Rules 3 to 5 and 7: who is restricted, what is in force, what is never a breach."""

from __future__ import annotations

import pytest
from deciding import (
    CHIEF,
    EXACT,
    HER_EMAIL,
    HER_PHONE,
    MONDAY,
    NEW,
    OTHER,
    OURS,
    QUEUES,
    SAME,
    SPOC,
    UNCLEAR,
    alerted,
    breached,
    call,
    copied,
    decided,
    delivered,
    diverted_to,
    dossier,
    earlier,
    email,
    everything,
    finding,
    on,
    organisation,
    reviewed,
    rules,
    sent,
    strategy,
)

from models.decision import Reason
from models.identity import Match
from models.scan import MatterVerdict
from routing.earlier import uses_allowance

SPOC_ONLY = {"kind": "spoc_only"}
NO_EMAIL = {"kind": "channel_blocked", "channels": ["email"]}

IN_FORCE = [
    ({}, True),
    ({"status": "draft"}, False),
    ({"status": "submitted"}, False),
    ({"status": "approved"}, False),
    ({"status": "ended"}, False),
    ({"status": "dormant"}, False),
    ({"notified_on": None}, False),
    ({"notified_on": "2026-03-03"}, False),
    ({"notified_on": "2026-03-02"}, True),
    ({"starts": "2026-03-03", "notified_on": "2026-03-01"}, False),
    ({"starts": "2026-03-02", "notified_on": "2026-03-01"}, True),
    ({"ends": "2026-03-01"}, False),
    ({"ends": "2026-03-02"}, True),
    ({"review_due": "2026-03-01"}, True),
]


@pytest.mark.parametrize(("fields", "expected"), IN_FORCE)
def test_in_force(fields, expected):
    decision = decided(email(), dossier(strategy(SPOC_ONLY, **fields)))
    assert decision.strategies == (("S1",) if expected else ())
    assert bool(decision.breaches) is expected
    assert bool(decision.review) is expected
    assert ("not_in_force" in rules(decision)) is not expected


def test_days_are_days_in_the_organisations_zone():
    # 23:30 UTC on 30 June is already July in London.
    contact = email(received_at="2026-06-30T23:30:00Z")
    fields = {"review_due": "2026-12-01"}
    assert not decided(contact, dossier(strategy(SPOC_ONLY, ends="2026-06-30", **fields))).breaches
    assert decided(contact, dossier(strategy(SPOC_ONLY, starts="2026-07-01", **fields))).breaches


def test_why_a_strategy_is_not_in_force():
    strategies = (
        strategy(SPOC_ONLY, id="S1", status="draft"),
        strategy(SPOC_ONLY, id="S2", notified_on=None),
        strategy(SPOC_ONLY, id="S3", starts="2026-04-01"),
        strategy(SPOC_ONLY, id="S4", ends="2026-02-01"),
        strategy(id="S5", notified_on=None),
    )
    assert [reason.text for reason in decided(email(), dossier(*strategies)).reasons] == [
        "S1 is not enforced: its status is draft.",
        "S2 is not enforced: its notice has not been received.",
        "S3 is not enforced: it starts on 2026-04-01.",
        "S4 is not enforced: it ended on 2026-02-01.",
        "S5 is not enforced: it sets no restrictions.",
    ]


OVERDUE = [("2026-03-01", True), ("2026-03-02", False), (None, False)]


@pytest.mark.parametrize(("review_due", "expected"), OVERDUE)
def test_an_overdue_review_alerts_and_changes_nothing(review_due, expected):
    decision = decided(email(SPOC), dossier(strategy(SPOC_ONLY, review_due=review_due)))
    assert ("review_overdue" in rules(decision)) is expected
    assert alerted(decision) == ([("strategy", "routine", (QUEUES["manager"],))] if expected else [])
    assert decision.strategies == ("S1",)


UNSURE = [
    [Match(person="P1", as_="person", strength="probable", by="alias")],
    [Match(person="P1", as_="person", strength="possible", by="email")],
    [Match(person="P1", as_="representative", strength="possible", by="email")],
]


@pytest.mark.parametrize("matches", UNSURE)
def test_only_an_exact_match_restricts(matches):
    decision = decided(email(), dossier(everything(SPOC_ONLY, NO_EMAIL)), matches=tuple(matches))
    assert decision.breaches == ()
    assert decision.strategies == ()
    assert delivered(decision) == {CHIEF: ("deliver", CHIEF, ())}
    assert reviewed(decision) == {"identity": "normal"}


def test_a_weaker_tie_to_somebody_certain_is_no_question():
    also = Match(person="P1", as_="person", strength="possible", by="name")
    assert reviewed(decided(email(), dossier(everything(SPOC_ONLY)), matches=(*EXACT, also))) == {"spoc": "normal"}
    other = Match(person="P2", as_="person", strength="possible", by="name")
    decision = decided(email(), dossier(everything(SPOC_ONLY)), matches=(*EXACT, other))
    assert reviewed(decision) == {"spoc": "normal", "identity": "normal"}


def test_a_stranger_is_nobodys_business():
    decision = decided(email(), matches=(), matter=None)
    assert (decision.review, decision.alerts, decision.reasons, decision.copies) == ((), (), (), ())
    assert delivered(decision) == {CHIEF: ("deliver", CHIEF, ())}
    assert decision.reply.model_dump() == {"due": True, "by": None}
    assert decision.live is None
    assert decision.versions.policy == "test 1"
    assert decision.versions.model == "m1"


def test_identity_reasons_are_passed_on_with_the_packs_paragraphs():
    given = (Reason(rule="authentication_failed", text="a"), Reason(rule="spoc_only", text="b"))
    kept = Reason(rule="resent", cites=("X 1",), text="c")
    decision = decided(email(), matches=(), identity_reasons=(*given, kept))
    assert decision.reasons == (given[0], Reason(rule="spoc_only", cites=("Test 1",), text="b"), kept)


def test_a_representative_is_not_restricted_and_is_seen():
    matches = (Match(person="P1", as_="representative", strength="exact", by="email"),)
    decision = decided(email(), dossier(everything(SPOC_ONLY, NO_EMAIL)), matches=matches)
    assert decision.breaches == ()
    assert decision.strategies == ()
    assert delivered(decision) == {CHIEF: ("deliver", CHIEF, ())}
    assert reviewed(decision) == {"spoc": "normal"}
    nothing = decided(email(), dossier(everything(SPOC_ONLY, status="draft")), matches=matches)
    assert nothing.review == ()
    dead = decided(email(), dossier(everything(SPOC_ONLY), deceased_on="2026-01-01"), matches=matches)
    assert dead.review == ()


def test_somebody_known_who_speaks_here_for_another():
    own = dossier(everything(SPOC_ONLY))
    client = own.model_copy(
        update={
            "person": own.person.model_copy(update={"id": "P2"}),
            "matters": (own.matters[0].model_copy(update={"id": "M9", "person": "P2"}),),
            "strategies": (),
        }
    )
    matches = (*EXACT, Match(person="P2", as_="representative", strength="exact", by="email"))
    theirs = MatterVerdict(verdict="same", nearest="M9", similarity=0.8)
    decision = decided(email(), own, client, matches=matches, matter=theirs)
    assert decision.breaches == ()
    assert diverted_to(decision) == {}
    assert "representative" in rules(decision)
    assert breached(decided(email(), own, client, matches=matches, matter=SAME)) == ["S1/R1 spoc_only"]
    doubtful = theirs.model_copy(update={"verdict": "unclear"})
    assert decided(email(), own, client, matches=matches, matter=doubtful).breaches


def test_nothing_is_enforced_against_the_dead_and_somebody_looks():
    decision = decided(email(), dossier(everything(SPOC_ONLY), deceased_on="2026-02-01"))
    assert (decision.strategies, decision.breaches, diverted_to(decision)) == ((), (), {})
    assert reviewed(decision) == {"identity": "normal"}
    assert rules(decision) == ["deceased"]


def test_whoever_may_be_writing_for_the_dead_is_told_of_the_death():
    widow = (Match(person="P1", as_="person", strength="probable", by="email"),)
    alive, dead = (
        decided(email(), dossier(everything(SPOC_ONLY), deceased_on=day), matches=widow) for day in (None, "2026-02-01")
    )
    assert rules(alive) == ["identity_unsure"]
    assert rules(dead) == ["identity_unsure", "deceased"]
    assert reviewed(alive) == reviewed(dead) == {"identity": "normal"}


# verdict, scope -> breach, diverted, priority, reason
MATTERS = [
    (SAME, "matter", True, True, "normal", None),
    (OTHER, "matter", False, False, "normal", "outside_scope"),
    (MatterVerdict(verdict="unclear", nearest="M2"), "matter", True, True, "high", "unclear_matter"),
    (NEW, "matter", False, True, "high", "new_matter"),
    (UNCLEAR, "matter", True, True, "high", "unclear_matter"),
    (None, "matter", True, True, "high", "unclear_matter"),
    (MatterVerdict(verdict="same"), "matter", True, True, "high", "unclear_matter"),
    (SAME, "organisation", True, True, "normal", None),
    (OTHER, "organisation", True, True, "normal", None),
    (NEW, "organisation", True, True, "high", "new_matter"),
    (UNCLEAR, "organisation", True, True, "high", "unclear_matter"),
    (None, "organisation", True, True, "normal", None),
]


@pytest.mark.parametrize(("verdict", "scope", "is_breach", "is_diverted", "priority", "reason"), MATTERS)
def test_scope(verdict, scope, is_breach, is_diverted, priority, reason):
    one = strategy(SPOC_ONLY, scope=scope, matters=["M1"] if scope == "matter" else [])
    decision = decided(email(), dossier(one), matter=verdict)
    assert bool(decision.breaches) is is_breach
    assert diverted_to(decision) == ({CHIEF: SPOC} if is_diverted else {})
    assert reviewed(decision) == {"spoc": priority}
    asked = {"outside_scope", "new_matter", "unclear_matter"} & set(rules(decision))
    assert asked == ({reason} if reason else set())
    assert decision.strategies == ("S1",)
    assert decision.copies == ()
    assert rules(decision).count("new_matter") <= 1


def test_something_new_goes_to_the_spoc_even_where_nothing_diverts_it():
    filed = {"kind": "same_matter_filed"}
    assert copied(decided(email(), dossier(strategy(filed)), matter=NEW)) == [("spoc", SPOC)]
    assert copied(decided(email(SPOC.upper()), dossier(strategy(filed)), matter=NEW)) == []
    assert copied(decided(call(), dossier(strategy(filed)), matter=NEW)) == [("spoc", SPOC)]
    assert copied(decided(email(), dossier(strategy(filed)), matter=SAME)) == []
    exempt = {"adjustments": [{"id": "A1", "need": "x", "exempts": ["email"]}]}
    assert copied(decided(email(), dossier(strategy(filed), **exempt), matter=NEW)) == []


def test_the_question_to_the_spoc_cites_the_passages():
    passages = [{"part": "body", "start": 5, "end": 40, "matter": "M1", "similarity": 0.2}]
    verdict = MatterVerdict(verdict="unclear", nearest="M1", passages=passages)
    decision = decided(email(), dossier(strategy(SPOC_ONLY)), matter=verdict)
    text = next(reason.text for reason in decision.reasons if reason.rule == "unclear_matter")
    assert text.endswith("treated as restricted. Passages compared: body 5-40.")


def test_each_matter_has_its_own_strategy():
    both = (
        strategy(SPOC_ONLY, id="S1"),
        strategy(NO_EMAIL, id="S2", matters=["M2"], spoc={"name": "B", "address": f"b@{OURS}"}),
    )
    first = decided(email(), dossier(*both), matter=SAME)
    assert (breached(first), diverted_to(first)) == (["S1/R1 spoc_only"], {CHIEF: SPOC})
    second = decided(email(SPOC), dossier(*both), matter=OTHER)
    assert (breached(second), diverted_to(second)) == (["S2/R1 channel_blocked"], {SPOC: f"b@{OURS}"})
    assert first.strategies == second.strategies == ("S1", "S2")


def test_several_strategies_at_once():
    both = (
        everything(SPOC_ONLY, id="S1"),
        everything(NO_EMAIL, SPOC_ONLY, id="S2", spoc={"name": "B", "address": f"b@{OURS}"}),
    )
    decision = decided(email(CHIEF, SPOC, f"b@{OURS}"), dossier(*both))
    assert delivered(decision) == {
        CHIEF: ("divert", SPOC, ("S1/R1", "S2/R1", "S2/R2")),
        SPOC: ("deliver", SPOC, ()),
        f"b@{OURS}": ("deliver", f"b@{OURS}", ()),
    }
    assert breached(decision) == ["S1/R1 spoc_only", "S2/R1 channel_blocked", "S2/R2 spoc_only"]
    assert alerted(decision) == [("breach", "same_day", (QUEUES["manager"],))]


EXEMPT = {"adjustments": [{"id": "A1", "need": "cannot use a telephone", "exempts": ["email"]}]}


def test_an_exempted_channel_is_delivered_as_addressed():
    decision = decided(email(), dossier(everything(SPOC_ONLY, NO_EMAIL, {"kind": "same_matter_filed"}), **EXEMPT))
    assert decision.breaches == ()
    assert delivered(decision) == {CHIEF: ("deliver", CHIEF, ())}
    assert "adjustment_exempts" in rules(decision)
    assert decision.reply.due is True
    assert reviewed(decision) == {"spoc": "normal"}
    rung = decided(call(), dossier(everything({"kind": "channel_only", "channels": ["letter"]}), **EXEMPT))
    assert breached(rung) == ["S1/R1 channel_only"]


def test_no_measure_is_shown_on_an_exempted_channel():
    exempt = {"adjustments": [{"id": "A1", "need": "x", "exempts": ["telephone"]}]}
    one = everything({"kind": "call_duration", "minutes": 1}, {"kind": "call_recording"})
    decision = decided(call(call={"duration_seconds": 600}), dossier(one, **exempt))
    assert rules(decision) == ["adjustment_exempts", "always_reviewed"]


def test_a_tagged_address_of_the_spoc_is_the_spocs():
    name, _, domain = SPOC.partition("@")
    tagged, queue = f"{name}+case@{domain}", QUEUES["rights"].replace("@", "+x@")
    decision = decided(email(tagged, queue), dossier(everything(SPOC_ONLY)))
    assert decision.breaches == ()
    assert diverted_to(decision) == {}


def test_an_exempted_call_is_connected():
    exempt = {"adjustments": [{"id": "A1", "need": "x", "exempts": ["telephone"]}]}
    one = everything({"kind": "channel_blocked", "channels": ["telephone"]}, {"kind": "call_script"})
    assert decided(call(), dossier(one, **exempt)).live.answer == "connect"


def test_what_we_sent_ourselves():
    one = everything({"kind": "channel_blocked", "channels": ["telephone"]}, {"kind": "injunction"})
    decision = decided(call(direction="outbound"), dossier(one), findings=[finding("self_harm", "immediate")])
    assert decision.breaches == ()
    assert decision.live.answer == "connect"
    assert decision.reply.due is False
    assert rules(decision) == ["concern", "invited", "always_reviewed"]
    assert reviewed(decision) == {"safeguarding": "immediate", "spoc": "normal"}


ANSWERS = {"in_reply_to": ["<ours@council.example>"]}
ANSWERED = {
    "replies_to": "<ours@council.example>",
    "message_id": "<now@home.example>",
    "sender": HER_EMAIL,
    "received_at": "2026-03-01T09:00:00Z",
}
INVITED = [
    # outbound, earlier contacts, email facts, recipients, diverted
    ([sent()], [], ANSWERS, [CHIEF], []),
    ([sent()], [], {"references": ["<x@y>", "<ours@council.example>"]}, [CHIEF], []),
    ([sent(to=["x@y.example", "ALEX+news@home.example"])], [], ANSWERS, [CHIEF], []),
    ([sent(to=["x@y.example"])], [], ANSWERS, [CHIEF], [CHIEF]),
    ([sent(at=None)], [], ANSWERS, [CHIEF], []),
    ([sent(at="2026-01-31T10:15:00Z")], [], ANSWERS, [CHIEF], []),
    ([sent(at="2026-01-31T10:14:59Z")], [], ANSWERS, [CHIEF], [CHIEF]),
    ([sent(at="2026-03-02T10:16:00Z")], [], ANSWERS, [CHIEF], [CHIEF]),
    ([sent(kind="auto_ack")], [], ANSWERS, [CHIEF], [CHIEF]),
    ([sent(kind="notice")], [], ANSWERS, [CHIEF], [CHIEF]),
    ([sent(kind="bulk")], [], ANSWERS, [CHIEF], [CHIEF]),
    ([sent()], [], {}, [CHIEF], [CHIEF]),
    ([sent()], [], {"in_reply_to": ["<other@council.example>"]}, [CHIEF], [CHIEF]),
    ([], [], ANSWERS, [CHIEF], [CHIEF]),
    # Towards whoever sent it.
    ([sent()], [], ANSWERS, [f"bins@{OURS}"], [f"bins@{OURS}"]),
    ([sent()], [], ANSWERS, [CHIEF, f"bins@{OURS}"], [f"bins@{OURS}"]),
    ([sent()], [], ANSWERS, [CHIEF, SPOC, QUEUES["rights"]], []),
    ([sent(**{"from": None})], [], ANSWERS, [f"bins@{OURS}"], []),
    ([sent(**{"from": None}), sent()], [], ANSWERS, [f"bins@{OURS}"], []),
    # The first reply only.
    ([sent()], [{"replies_to": "<ours@council.example>"}], ANSWERS, [CHIEF], [CHIEF]),
    ([sent()], [{"replies_to": "<other@council.example>"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"replies_to": "<ours@council.example>", "direction": "outbound"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"replies_to": "<ours@council.example>", "message_id": "<now@home.example>"}], ANSWERS, [CHIEF], []),
    # A Message-ID is the sender's to choose: other words under it, or the same a week later, are another reply.
    ([sent()], [{**ANSWERED, "body_digest": "d-now"}], ANSWERS, [CHIEF], []),
    ([sent()], [{**ANSWERED, "body_digest": "d-other"}], ANSWERS, [CHIEF], [CHIEF]),
    (
        [sent()],
        [{**ANSWERED, "body_digest": "d-now", "received_at": "2026-02-24T09:00:00Z"}],
        ANSWERS,
        [CHIEF],
        [CHIEF],
    ),
    ([sent()], [{"replies_to": "<ours@council.example>", "id": "C-now"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"replies_to": "<ours@council.example>", "received_at": "2026-03-02T11:00:00Z"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"subject": "RE: re:  The wall"}], ANSWERS, [CHIEF], [CHIEF]),
    ([sent()], [{"subject": "The wall"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"subject": "Re: The tree"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"subject": "Re: The wall", "received_at": "2026-02-19T09:00:00Z"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"subject": "Re: The wall", "received_at": "2026-02-20T09:00:00Z"}], ANSWERS, [CHIEF], []),
    ([sent(at=None)], [{"subject": "Re: The wall"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"subject": "Re: The wall", "channel": "webform"}], ANSWERS, [CHIEF], []),
    ([sent()], [{"subject": "Re: The wall", "person": "P7"}], ANSWERS, [CHIEF], []),
]


@pytest.mark.parametrize(("outbound", "contacts", "facts", "recipients", "diverted"), INVITED)
def test_an_invited_reply(outbound, contacts, facts, recipients, diverted):
    history = {
        "outbound": outbound,
        "contacts": [
            earlier(
                **{"id_": one.pop("id", "E1"), "received_at": one.pop("received_at", "2026-02-22T09:00:00Z"), **one}
            )
            for one in map(dict, contacts)
        ],
        "outbound_known": True,
    }
    contact = email(*recipients, subject="Re: The wall", email=facts)
    decision = decided(contact, dossier(everything(NO_EMAIL, spoc={"name": "R", "address": SPOC})), history=history)
    assert list(diverted_to(decision)) == diverted
    assert bool(decision.breaches) is bool(diverted)
    assert ("invited" in rules(decision)) is (diverted != list(recipients))


def test_whom_the_reply_is_not_for_is_judged_as_usual():
    history = {"outbound": [sent()]}
    decision = decided(email(CHIEF, f"bins@{OURS}", email=ANSWERS), dossier(everything(SPOC_ONLY)), history=history)
    assert delivered(decision) == {
        CHIEF: ("deliver", CHIEF, ()),
        f"bins@{OURS}": ("divert", SPOC, ("S1/R1",)),
    }
    assert breached(decision) == ["S1/R1 spoc_only"]


INVITATIONS = [
    ({"until": "2026-03-02T10:15:00Z"}, True),
    ({"until": "2026-03-02T10:14:59Z"}, False),
    ({"until": None}, True),
    ({"at": None}, True),
    ({"at": "2026-03-02T10:16:00Z"}, False),
    ({"to": [HER_PHONE]}, True),
    ({"to": ["01632 960 001"]}, True),
    ({"to": ["x@y.example"]}, False),
    ({"to": [], "person": "P1"}, True),
    ({"person": "P2"}, False),
    ({"kind": "message"}, False),
]


@pytest.mark.parametrize(("fields", "expected"), INVITATIONS)
def test_a_live_invitation_covers_every_channel(fields, expected):
    history = {"outbound": [sent(**{"kind": "invitation", **fields})]}
    blocked = everything({"kind": "channel_only", "channels": ["letter"]})
    for contact in (call(), email(CHIEF)):
        decision = decided(contact, dossier(blocked), history=history)
        assert bool(decision.breaches) is not expected
        assert ("invited" in rules(decision)) is expected
        assert diverted_to(decision) == ({} if expected or contact.channel != "email" else {CHIEF: SPOC})


def automatic(**facts):
    return email(email={"auto_submitted": True, **facts})


def test_of_an_automatic_reply_nobody_is_asked_what_it_is_about():
    decision = decided(automatic(), dossier(strategy(SPOC_ONLY)), matter=UNCLEAR)
    assert reviewed(decision) == {"spoc": "normal"}
    assert "unclear_matter" not in rules(decision)


AUTOMATIC = [
    # contact, outbound, known, automatic, unsolicited
    (automatic(), [], False, True, False),
    (automatic(), [sent()], True, True, False),
    (automatic(), [sent(kind="notice")], True, True, False),
    (automatic(), [sent(to=[HER_PHONE])], True, True, False),
    (automatic(), [], True, False, True),
    (automatic(), [sent(to=["x@y.example"])], True, False, True),
    (automatic(in_reply_to=["<ours@council.example>"]), [sent(to=["list@y.example"])], True, True, False),
    (automatic(), [sent(at="2026-01-01T00:00:00Z")], True, False, True),
    (automatic(), [sent(at="2026-03-02T12:00:00Z")], True, False, True),
    (email(email={"is_report": True, "return_path": ""}), [], False, True, False),
    (email(email={"is_report": True, "return_path": HER_EMAIL}), [], False, False, False),
    (email(email={"is_report": True}), [], False, False, False),
    (email(email={"return_path": ""}), [], False, False, False),
    (email(), [], True, False, False),
]


@pytest.mark.parametrize(("contact", "outbound", "known", "is_automatic", "is_unsolicited"), AUTOMATIC)
def test_automatic_replies(contact, outbound, known, is_automatic, is_unsolicited):
    history = {"outbound": outbound, "outbound_known": known}
    decision = decided(contact, dossier(everything(NO_EMAIL)), history=history)
    assert bool(decision.breaches) is not is_automatic
    assert diverted_to(decision) == ({} if is_automatic else {CHIEF: SPOC})
    assert rules(decision).count("automatic_reply") == int(is_automatic)
    assert ("automatic_reply_unsolicited" in rules(decision)) is is_unsolicited
    assert decision.reply.due is not is_automatic
    assert reviewed(decision) == {"spoc": "normal"}


def test_a_withheld_sender_can_answer_nothing():
    contact = automatic().model_copy(update={"sender": email().sender.model_copy(update={"identifier": None})})
    decision = decided(contact, matches=(), history={"outbound": [sent()], "outbound_known": True})
    assert rules(decision) == ["automatic_reply_unsolicited"]


LEGAL = f"legal@{OURS}"
INVITES = {"history": {"outbound": [sent(kind="invitation")]}}
INJUNCTIONS = [
    (email(), {}, None),
    (email(), {"matter": NEW}, "new_matter"),
    (automatic(), {}, "automatic_reply"),
    (email(), {"findings": ["foi_request"]}, "rights_request"),
    (email(), INVITES, "invited"),
    (email(), {"person": EXEMPT}, "adjustment_exempts"),
]


@pytest.mark.parametrize(("contact", "fields", "exception"), INJUNCTIONS)
def test_an_injunction_is_for_legal_whatever_speaks_against_it(contact, fields, exception):
    fields = dict(fields)
    person = dossier(
        strategy({"kind": "injunction"}, {"kind": "channel_only", "channels": ["letter"]}), **fields.pop("person", {})
    )
    decision = decided(contact, person, organisation=organisation(addresses={"legal": LEGAL}), **fields)
    assert breached(decision) == ["S1/R1 injunction", *([] if exception else ["S1/R2 channel_only"])]
    assert diverted_to(decision) == {CHIEF: SPOC}
    assert ("breach", "same_day", (QUEUES["manager"], LEGAL)) in alerted(decision)
    assert ("injunction_exception" in rules(decision)) is bool(exception)
    assert exception is None or exception in rules(decision)


def test_an_injunction_outside_its_scope_or_on_an_allowed_channel():
    order = strategy({"kind": "injunction", "channels_allowed": ["email"]})
    assert decided(email(), dossier(order)).breaches == ()
    assert decided(call(), dossier(order), matter=OTHER).breaches == ()
    told = decided(call(), dossier(order))
    assert alerted(told) == [("breach", "same_day", (QUEUES["manager"],))]
    assert told.live.answer == "spoc"


def test_one_breach_a_restriction_however_many_recipients():
    recipients = [f"a{n}@{OURS}" for n in range(4)]
    decision = decided(email(*recipients), dossier(everything(SPOC_ONLY, NO_EMAIL)))
    assert breached(decision) == ["S1/R1 spoc_only", "S1/R2 channel_blocked"]
    assert [breach.status for breach in decision.breaches] == ["flagged", "flagged"]
    assert alerted(decision) == [("breach", "same_day", (QUEUES["manager"],))]


def test_what_a_copy_is_flagged_for_is_no_second_breach_and_diverts_all_the_same():
    person = dossier(everything(SPOC_ONLY, NO_EMAIL))
    decision = decided(email(), person, history={"flagged_on_copies": ["S1/R1"]})
    assert breached(decision) == ["S1/R2 channel_blocked"]
    both = decided(email(), person, history={"flagged_on_copies": ["S1/R1", "S1/R2"]})
    assert (both.breaches, alerted(both)) == ((), [])
    assert both.deliveries == decision.deliveries
    assert both.review == decision.review
    asked = decided(email(), person, history={"flagged_on_copies": ["S1/R1"]}, findings=["foi_request"])
    assert (uses_allowance(both), uses_allowance(asked)) == (True, False)


def test_reasons_carry_the_packs_paragraphs():
    decision = decided(email(), dossier(everything(SPOC_ONLY)))
    assert [(reason.rule, reason.cites) for reason in decision.reasons] == [
        ("spoc_only", ("Test 1",)),
        ("breach_flagged", ()),
        ("always_reviewed", ()),
    ]
    assert decision.reasons[0].text == "S1/R1: only the single point of contact may be addressed."
    cleared = decided(email(), dossier(everything(SPOC_ONLY)), findings=["foi_request"])
    assert cleared.reasons[0].text == (
        "S1/R1: only the single point of contact may be addressed; no breach, for the reason given."
    )


PROTECTED = [{"address": f"Cllr@{OURS}", "kind": "elected_member"}, {"address": f"union@{OURS}", "kind": "union"}]


def test_protected_recipients_are_never_diverted_nor_a_breach():
    org = organisation(protected_recipients=PROTECTED)
    alone = decided(email(f"cllr@{OURS}"), dossier(everything(NO_EMAIL, SPOC_ONLY)), organisation=org)
    assert (alone.breaches, diverted_to(alone)) == ((), {})
    assert rules(alone) == ["always_reviewed", "protected_recipient"]
    assert reviewed(alone) == {"spoc": "normal"}
    mixed = decided(email(f"cllr@{OURS}", CHIEF), dossier(everything(NO_EMAIL, SPOC_ONLY)), organisation=org)
    assert diverted_to(mixed) == {CHIEF: SPOC}
    assert breached(mixed) == ["S1/R1 channel_blocked", "S1/R2 spoc_only"]
    both = decided(email(f"cllr@{OURS}", f"union@{OURS}"), matches=(), organisation=org)
    assert both.reasons[0].text.startswith("Addressed to a protected recipient (elected member, union)")


def test_deliveries_are_for_our_addresses_once_each():
    contact = email(CHIEF.upper(), CHIEF, "mp@parliament.example", f"x@sub.{OURS}", "nobody", MONDAY)
    assert [d.recipient for d in decided(contact, matches=()).deliveries] == [CHIEF]
    two = organisation(domains=[OURS, f"sub.{OURS}"])
    assert len(decided(contact, matches=(), organisation=two).deliveries) == 2
    assert decided(on("letter", recipients=[CHIEF]), matches=()).deliveries == ()
