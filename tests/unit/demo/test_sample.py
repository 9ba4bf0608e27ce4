"""The sample: every kind of restriction that its policy has, times that do not age, and expectations that can fail."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from gateway.demo.expected import Expected, mismatches
from gateway.demo.sample import latest_weeks, load_sample
from gateway.places import config_directory
from gateway.policies import load_pack
from models.contact import Channel, ContactSummary
from models.decision import Decision, Delivery, Disposition, Reply, Versions
from models.scan import ScanStatus


def test_every_kind_of_restriction_that_its_policy_has_stands_in_some_strategy() -> None:
    register = load_sample().register
    pack = load_pack(config_directory() / "policies" / f"{register.organisation.policy}.yaml")
    every = {rule.kind for rule in pack.life.measures}
    assert {r.kind for strategy in register.strategies for r in strategy.restrictions} == every


def test_every_message_has_its_expectation() -> None:
    sample = load_sample()
    assert sample.messages.keys() == sample.expected.messages.keys()


def test_messages_go_out_with_fresh_ids_and_dates_to_our_recipients_only() -> None:
    sample, now = load_sample(), datetime(2027, 5, 4, 9, 30, tzinfo=UTC)
    for message in sample.outgoing(now, "a1"):
        read = message_from_bytes(message.raw)
        assert read["Message-ID"] == message.message_id
        assert read["Date"] == "Tue, 04 May 2027 09:30:00 +0000"
        assert read["Return-Path"] is None
        assert message.rcpt_to and all(address.endswith("@opcc.example") for address in message.rcpt_to)
    first, second = ({m.message_id for m in sample.outgoing(now, token)} for token in ("a1", "a2"))
    assert len(first) == len(sample.messages) and not first & second


@pytest.mark.parametrize(
    ("now", "first"),
    [
        pytest.param("2026-03-04T15:03:06", "2026-03-03 10:05:00", id="just over"),
        pytest.param("2026-03-04T15:00:00", "2026-02-24 10:05:00", id="not over yet: the week before"),
        pytest.param("2026-11-21T22:00:00", "2026-11-17 10:05:00", id="the latest week that is over"),
        pytest.param("2025-06-01T00:00:00", "2025-05-27 10:05:00", id="a clock before the sample's own date"),
    ],
)
def test_calls_move_by_whole_weeks(now: str, first: str) -> None:
    moved = latest_weeks(load_sample().calls, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert f'"{first}"' in moved.splitlines()[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"who": "P-001"}, "who: expected P-001 (exact), got nobody"),
        ({"found": ["self_harm"]}, "found: expected self_harm, got none"),
        ({"goes": {}}, "goes: expected none, got a@opcc.example → a@opcc.example"),
        ({"breaches": ["spoc_only"]}, "breaches: expected spoc_only, got none"),
        ({"review": ["spoc"]}, "review: expected spoc, got none"),
        ({"alerts": ["concern"]}, "alerts: expected concern, got none"),
    ],
)
def test_each_difference_is_a_line(change: dict[str, object], says: str) -> None:
    goes = {"a@opcc.example": "a@opcc.example"}
    assert list(mismatches(Expected.model_validate({"goes": goes}), _delivered())) == []
    assert list(mismatches(Expected.model_validate({"goes": goes, **change}), _delivered())) == [says]


def _delivered() -> Decision:
    contact = ContactSummary(
        id="c", channel=Channel.EMAIL, direction="inbound", received_at="2026-03-02T10:15:00Z", sender={}
    )
    to = "a@opcc.example"
    return Decision(
        contact=contact,
        deliveries=(Delivery(recipient=to, disposition=Disposition.DELIVER, to=to),),
        reply=Reply(due=True),
        scan=ScanStatus(complete=True),
        versions=Versions(policy="generic"),
    )
