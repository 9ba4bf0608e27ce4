"""What a reply cycle promises: its strategy and day, and nothing where the day is another's (CONTRACT §4.6, §3)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from deciding import NEW, SAME, SPOC, decided, dossier, email, everything

from models.decision import Decision
from models.register import Dossier
from routing.promised import PromisedReply, promised_reply

LONDON = ZoneInfo("Europe/London")
FORTNIGHTLY, MONTHLY = {"kind": "reply_cycle", "every": "P14D"}, {"kind": "reply_cycle", "every": "P1M"}


def promised(made: Decision, *dossiers: Dossier) -> PromisedReply | None:
    return promised_reply(made, [strategy for one in dossiers for strategy in one.strategies], LONDON)


def test_the_cycle_that_sets_the_day_promises_the_reply():
    both = dossier(everything(FORTNIGHTLY, id="S1"), everything(MONTHLY, id="S2"))
    made = decided(email(SPOC), both)
    assert made.reply.by == date(2026, 3, 5)
    assert promised(made, both) == PromisedReply("S2", date(2026, 3, 5))


@pytest.mark.parametrize(
    ("one", "more"),
    [
        (dossier(everything({"kind": "spoc_only"})), {}),
        (dossier(everything(FORTNIGHTLY)), {"findings": ["foi_request"], "matter": NEW}),
        (dossier(everything(FORTNIGHTLY, {"kind": "same_matter_filed"})), {"matter": SAME}),
        (dossier(everything(FORTNIGHTLY, status="draft")), {}),
    ],
    ids=["no cycle", "a right has its own clock", "filed without reply", "not in force"],
)
def test_nothing_is_promised(one, more):
    assert promised(decided(email(SPOC), one, **more), one) is None


def test_what_is_no_request_of_its_own_waits_for_the_cycle():
    # A complaint made once more is no new one: nothing else sets its day.
    one = dossier(everything(FORTNIGHTLY))
    made = decided(email(SPOC), one, findings=["complaint"], matter=SAME)
    assert promised(made, one) == PromisedReply("S1", date(2026, 3, 16))


def test_a_strategy_that_the_decision_does_not_name_promises_nothing():
    one, other = dossier(everything(FORTNIGHTLY, id="S1")), dossier(everything(FORTNIGHTLY, id="S2"))
    assert promised(decided(email(SPOC), one), other) is None
