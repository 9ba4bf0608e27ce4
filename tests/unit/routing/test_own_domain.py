"""Our own domain in letters of any language: the register and the mail may write it in either of its two forms."""

from __future__ import annotations

import pytest
from deciding import (
    CHIEF,
    HER_EMAIL,
    NEW,
    alerted,
    breached,
    copied,
    decided,
    delivered,
    diverted_to,
    dossier,
    email,
    everything,
    make_case,
    organisation,
    rules,
    sent,
    strategy,
)

from models.contact import Contact
from models.organisation import Organisation
from routing.identity.match import identify

SPOC_ONLY = {"kind": "spoc_only"}
FORMS = [
    ("bücher.example", "xn--bcher-kva.example"),
    ("xn--bcher-kva.example", "bücher.example"),
    ("XN--BCHER-KVA.example", "BÜCHER.Example."),
    ("bücher.example", "bu\u0308cher.example"),  # the same letter in two signs
    ("straße.example", "xn--strae-oqa.example"),
    ("☃.example", "☃.Example"),  # IDNA has no such domain
]
both = pytest.mark.parametrize(("registered", "written"), FORMS)


def office(domain: str) -> Organisation:
    return organisation(
        domains=[domain],
        addresses={"manager": f"manager@{domain}", "rights": f"foi@{domain}", "spoc": f"contact@{domain}"},
        protected_recipients=[{"address": f"HR@{domain}", "kind": "hr", "concerns_to": f"lead@{domain}"}],
    )


def held(domain: str) -> dict[str, object]:
    return {"spoc": {"name": "Robin Marsh", "address": f"spoc@{domain}", "deputy": f"deputy@{domain}"}}


@both
def test_mail_to_us_is_ours_and_may_be_a_breach(registered: str, written: str) -> None:
    restricted = dossier(everything(SPOC_ONLY, **held(registered)))
    decision = decided(email(f"Chief@{written}"), restricted, organisation=office(registered))
    assert breached(decision) == ["S1/R1 spoc_only"]
    assert diverted_to(decision) == {f"chief@{written}".lower(): f"spoc@{registered}"}


@both
def test_somebody_is_addressed_once_in_whichever_form(registered: str, written: str) -> None:
    contact = email(f"chief@{written}", f"chief@{registered}")
    assert list(delivered(decided(contact, matches=(), organisation=office(registered)))) == [
        f"chief@{written}".lower()
    ]


@both
def test_the_single_point_of_contact_and_the_queues_are_known(registered: str, written: str) -> None:
    restricted = dossier(everything(SPOC_ONLY, **held(registered)))
    to_us = {"organisation": office(registered), "findings": ["foi_request"]}
    for name in ("spoc", "deputy", "contact"):
        assert not breached(decided(email(f"{name}@{written}"), restricted, organisation=office(registered)))
    assert diverted_to(decided(email(f"foi@{written}"), restricted, **to_us)) == {}
    moved = dossier(strategy(SPOC_ONLY, **held(registered)))
    fresh = decided(email(f"spoc@{written}"), moved, matter=NEW, organisation=office(registered))
    assert ("spoc", f"spoc@{registered}") not in copied(fresh), "it is delivered there"


@both
def test_a_protected_recipient_is_known(registered: str, written: str) -> None:
    restricted = dossier(everything(SPOC_ONLY, **held(registered)))
    decision = decided(email(f"hr@{written}"), restricted, findings=["self_harm"], organisation=office(registered))
    assert (breached(decision), diverted_to(decision)) == ([], {})
    assert "protected_recipient" in rules(decision)
    assert alerted(decision) == [("concern", "routine", (f"lead@{registered}",))]


@both
def test_a_reply_beside_the_queues_is_wholly_invited(registered: str, written: str) -> None:
    answer = email(f"chief@{written}", f"foi@{written}", f"spoc@{written}", email={"in_reply_to": ["<a@b>"]})
    ours = {"outbound": [sent(message_id="<a@b>", **{"from": f"chief@{registered}"})], "outbound_known": True}
    restricted = dossier(everything({"kind": "channel_blocked", "channels": ["email"]}, **held(registered)))
    decision = decided(answer, restricted, history=ours, organisation=office(registered))
    assert (breached(decision), diverted_to(decision)) == ([], {})


@both
def test_our_own_address_ties_nobody(registered: str, written: str) -> None:
    contact = Contact.model_validate(
        {**email(CHIEF).model_dump(), "sender": {"identifier": f"desk@{written}", "authentication": "pass"}}
    )
    person = dossier(identifiers=[{"kind": "email", "value": f"desk@{registered}"}])
    assert identify(contact, (person,), organisation=office(registered)).matches == ()


def test_a_lookalike_of_our_domain_is_another() -> None:
    for domain in ("bucher.example", "xn--bcher-kvb.example", "ｂücher.example", "bücher.example.evil.example"):
        case = make_case(
            email(f"chief@{domain}", sender={"identifier": HER_EMAIL}), organisation=office("bücher.example")
        )
        assert case.our_recipients == ()
