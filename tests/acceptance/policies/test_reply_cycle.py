"""Replies on set dates (Wealden L123-L125): what came in is owed one reply by the next of them, until a person says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.cli.opened import opened_store
from gateway.clock_watch import ClockWatch
from models.decision import Decision
from tests.acceptance.policies.office import DRAFT, REGISTER, SPOC, Office, shipped_packs

CS, DUE, NEXT = "CS-9", "2026-03-16", "2026-03-30"
TASK = f"{CS}/reply.{DUE}"
ANN, PAT = ("--by", "Ann Author"), ("--by", "Pat Contact")
FORTNIGHTLY = {
    "id": CS, "person": "P-001", "scope": "organisation", "status": "active", "starts": "2026-02-16",
    "notified_on": "2026-02-16", "review_due": "2026-08-01", "spoc": DRAFT["spoc"],
    "restrictions": [{"id": "R1", "kind": "reply_cycle", "every": "P2W"}],
}  # fmt: skip


@pytest.fixture
def office(open_office: Callable[[str], Office]) -> Office:
    """Of Wealden, where she is answered every other Monday; the next is 16 March."""
    office = open_office("wealden")
    register = {**REGISTER, "organisation": {**REGISTER["organisation"], "policy": "wealden"}}
    office.do("register", "import", office.file("cycle.yaml", {**register, "strategies": [FORTNIGHTLY]}), *ANN)
    return office


def wrote(office: Office, text: str = "The lights in Hill Road flicker.") -> str:
    """Something from her; its id."""
    return wrote_and_decided(office, text).contact.id


def wrote_and_decided(office: Office, text: str) -> Decision:
    return office.message(text, to=SPOC)


def rows(office: Office) -> list[dict[str, Any]]:
    return [json.loads(line) for line in office.do("clock", "replies", "--json").splitlines()]


def owed(office: Office) -> list[tuple[str, str]]:
    """Contact and day of each reply that is owed."""
    return [(row["contact"], row["due"]) for row in rows(office)]


def told(office: Office) -> list[str]:
    """The urgency of each alert that looking at the dates raises now."""

    async def look() -> list[str]:
        async with opened_store(office.settings) as store:
            before = {alert.id for alert in await store.alerts.unacknowledged()}
            await ClockWatch(store, shipped_packs(), now=office.moment, on_raised=lambda: None).look()
            raised = [alert for alert in await store.alerts.unacknowledged() if alert.id not in before]
            return [alert.urgency.value for alert in raised]

    with capture_logs():
        return asyncio.run(look())


def acknowledged(office: Office) -> None:
    """Somebody has every alert there is."""

    async def acknowledge() -> None:
        async with opened_store(office.settings) as store:
            for alert in await store.alerts.unacknowledged():
                await store.alerts.acknowledge(alert.id, by="Pat Contact", now=office.moment())

    asyncio.run(acknowledge())


def test_one_reply_is_owed_for_all_that_came_in(office: Office) -> None:
    first, second = wrote(office), wrote(office, "And the bin in Hill Road is full.")
    assert owed(office) == [(first, DUE), (second, DUE)]
    task = office.tasks()[TASK]
    assert task["due"] == DUE
    assert task["cites"] == ["Wealden L123-L125"]
    assert "to 2 contacts" in task["says"]

    # On the day of a reply what comes is for the next.
    office.on(date(2026, 3, 16))
    third = wrote(office)
    said = office.do("clock", "replied", CS, DUE, "--how", "Letter of today, filed as REF-2203/9.", *PAT)
    assert said == f"{CS}: answered, which were due on {DUE}: {first}, {second}\n"
    assert owed(office) == [(third, NEXT)]
    assert TASK not in office.tasks()
    assert "answered on 16 March 2026 under CS-9, recorded by Pat Contact" in office.do("queue", "show", first, *ANN)


def test_what_came_on_the_day_of_an_early_reply_or_after_it_waits_on(office: Office) -> None:
    first = wrote(office)
    office.on(date(2026, 3, 11))
    that_day = wrote(office, "A second lamp, too.")
    office.on(date(2026, 3, 12))
    late = wrote(office, "And another lamp.")
    reply = ("clock", "replied", CS, DUE, "--how", "By email.", *PAT)
    assert "had come in before 2026-03-01" in office.refused(*reply, "--on", "2026-03-01")
    assert "still to come" in office.refused(*reply, "--on", "2026-03-13")
    said = office.do(*reply, "--on", "2026-03-11")
    assert f"due on {DUE}: {first}\n" in said
    assert f"still waiting: {that_day}, {late};" in said
    assert owed(office) == [(that_day, DUE), (late, DUE)]
    # Whoever knows that it was answered says so.
    office.do(*reply, "--on", "2026-03-11", "--contact", that_day)
    assert owed(office) == [(late, DUE)]

    # Taken back, it is owed again; only what was answered can be.
    undo = ("clock", "not-replied", CS, DUE, "--reason", "It bounced.", *PAT)
    assert f"contact {late} is not among" in office.refused(*undo, "--contact", late)
    office.do(*undo, "--contact", first)
    assert owed(office) == [(first, DUE), (late, DUE)]
    office.do(*undo)
    assert "is recorded as answered" in office.refused(*undo)
    assert f"owed are: {CS} {DUE}" in office.refused("clock", "replied", CS, NEXT, "--how", "By email.", *PAT)


def test_only_those_who_know_of_it_say_that_it_was_answered(office: Office) -> None:
    contact = wrote(office)
    office.on(date(2026, 3, 3))
    reply = ("clock", "replied", CS, DUE, "--how")
    for by in (ANN, ("--by", "Nobody Known")):
        refused = office.refused(*reply, "By email.", *by)
        assert "open what it is about in the review queue first" in refused and "Jordan" not in refused
    # Whoever opened it, though a colleague had closed it before.
    (item,) = [
        line.split()[0] for line in office.do("queue", "list", "--queue", "spoc").splitlines() if contact in line
    ]
    office.do("queue", "close", item, "--by", "Bea Colleague")
    office.do("queue", "show", contact, *ANN)
    office.do(*reply, "By email.", *ANN)
    assert owed(office) == []
    assert "in the review queue" in office.refused(
        "clock", "not-replied", CS, DUE, "--reason", "No.", "--by", "Zed Other"
    )


def test_a_late_reply_climbs_until_somebody_writes_it(office: Office) -> None:
    contact = wrote(office)
    office.on(date(2026, 3, 10))
    assert told(office) == []
    office.on(date(2026, 3, 11))
    assert told(office) == ["routine"]
    office.on(date(2026, 3, 16))
    assert told(office) == []
    office.on(date(2026, 3, 17))
    assert told(office) == ["same_day"]
    assert told(office) == []
    office.on(date(2026, 3, 18))
    assert told(office) == ["same_day"]
    assert [row["overdue_days"] for row in rows(office)] == [2]
    office.do("clock", "replied", CS, DUE, "--how", "Sent late.", *PAT, "--contact", contact)
    office.on(date(2026, 3, 19))
    assert told(office) == []


def test_what_is_owed_anew_is_told_anew_though_somebody_had_it(office: Office) -> None:
    first = wrote(office)
    office.on(date(2026, 3, 17))
    assert told(office) == ["same_day"]
    acknowledged(office)
    office.on(date(2026, 3, 18))
    assert told(office) == []
    office.do("clock", "replied", CS, DUE, "--how", "By post.", *PAT)
    office.do("clock", "not-replied", CS, DUE, "--reason", "It came back.", *PAT)
    assert told(office) == ["same_day"]
    acknowledged(office)
    # A call log of the week before comes late.
    office.on(date(2026, 3, 12))
    second = wrote(office)
    office.on(date(2026, 3, 19))
    assert told(office) == ["same_day"]
    assert owed(office) == [(first, DUE), (second, DUE)]
    # That a part of it was answered is nothing new.
    acknowledged(office)
    office.on(date(2026, 3, 20))
    office.do("clock", "replied", CS, DUE, "--how", "By post.", *PAT, "--contact", first)
    assert owed(office) == [(second, DUE)]
    assert told(office) == []


def test_a_right_has_its_own_clock_and_settles_nothing_else(office: Office) -> None:
    decided = wrote_and_decided(office, "Under the Freedom of Information Act, please send me the minutes of May.")
    assert [finding.label for finding in decided.findings] == ["foi_request"]
    assert decided.reply.by is not None and decided.reply.by > date(2026, 3, 16)
    # Whether it was one at all, and all that she wrote of, a person says.
    assert owed(office) == [(decided.contact.id, DUE)]


def test_what_was_promised_is_owed_though_the_strategy_is_gone(office: Office) -> None:
    contact = wrote(office)
    register = {**REGISTER, "organisation": {**REGISTER["organisation"], "policy": "wealden"}}
    ended = {**FORTNIGHTLY, "status": "ended"}
    office.do("register", "import", office.file("ended.yaml", {**register, "strategies": [ended]}), *ANN)
    assert owed(office) == [(contact, DUE)]
    assert TASK in office.tasks()


def test_a_strategy_that_stands_in_the_register_only_is_on_the_register_of_strategies(office: Office) -> None:
    listed = ("registers", "list", "contact_strategies", "--by")
    assert "active, in the register only" in (said := office.do(*listed, "Pat Contact"))
    assert f"{CS} " in said and "P-001" in said
    outside = office.do(*listed, "Zed Other")
    assert f"{CS} " in outside and "P-001" not in outside
