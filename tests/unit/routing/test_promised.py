"""What reply cycles promise: each strategy that applies its own day, whatever else is asked in the contact."""

from __future__ import annotations

from datetime import date

import pytest
from deciding import NEW, OTHER, SAME, SPOC, dossier, email, everything, make_case, strategy

from models.contact import Contact
from models.register import Dossier
from routing.promised import PromisedReply, promised_replies

FORTNIGHTLY, MONTHLY = {"kind": "reply_cycle", "every": "P14D"}, {"kind": "reply_cycle", "every": "P1M"}
NEXT = date(2026, 3, 16)


def promised(contact: Contact, one: Dossier, **fields: object) -> tuple[PromisedReply, ...]:
    return promised_replies(make_case(contact, one, **fields), now=contact.received_at)


def test_each_strategy_that_applies_promises_its_own_day():
    both = dossier(everything(FORTNIGHTLY, id="S1"), everything(MONTHLY, id="S2"))
    assert promised(email(SPOC), both) == (PromisedReply("S1", NEXT), PromisedReply("S2", date(2026, 3, 5)))


def test_a_strategy_about_another_matter_promises_nothing():
    both = dossier(strategy(FORTNIGHTLY, id="S1", matters=["M1"]), strategy(FORTNIGHTLY, id="S2", matters=["M2"]))
    assert promised(email(SPOC), both, matter=OTHER) == (PromisedReply("S2", NEXT),)


@pytest.mark.parametrize(
    ("one", "more"),
    [
        (dossier(everything({"kind": "spoc_only"})), {}),
        (dossier(everything(FORTNIGHTLY, {"kind": "same_matter_filed"})), {"matter": SAME}),
        (dossier(everything(FORTNIGHTLY, status="draft")), {}),
    ],
    ids=["no cycle", "filed without reply", "not in force"],
)
def test_nothing_is_promised(one, more):
    assert promised(email(SPOC), one, **more) == ()


def test_what_we_wrote_ourselves_is_promised_nothing():
    ours = email(SPOC, direction="outbound")
    assert promised(ours, dossier(everything(FORTNIGHTLY))) == ()


@pytest.mark.parametrize("findings", [["foi_request"], ["complaint"]])
def test_a_right_settles_nothing_else_that_is_said_beside_it(findings):
    # Whether it was a request at all, and was all that they wrote of, a person says.
    one = dossier(everything(FORTNIGHTLY))
    assert promised(email(SPOC), one, findings=findings, matter=NEW) == (PromisedReply("S1", NEXT),)
