"""What leaves the outbox, against a mail server that behaves and several that do not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from deciding import CHIEF, DEPUTY, HER_EMAIL, OURS, QUEUES, SPOC, at, finding
from dispatch_rig import MESSAGE, Clock, restricted, rig
from smtp_sink import sink
from store_builders import reviews_of
from structlog.testing import capture_logs

from gateway.dispatch.plan import Plan
from gateway.dispatch.trace import Trace
from gateway.store.clock import from_micros
from gateway.store.outbox import DispatchKind, NewDispatch
from models.decision import AlertKind, Queue
from models.finding import Urgency

CLERK = f"clerk@{OURS}"


async def test_a_message_nobody_restricts_goes_on_unchanged_but_for_its_trace(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        contact, _ = await here.recorded(CHIEF, "someone@elsewhere.example")
        await here.dispatcher.drain()
        (taken,) = server.taken
        assert taken.mail_from == HER_EMAIL
        assert taken.recipients == [CHIEF, "someone@elsewhere.example"]
        assert taken.content.endswith(MESSAGE)
        added = message_from_bytes(taken.content.removesuffix(MESSAGE))
        assert added.keys() == ["Received", "X-Triage-Id", "X-Triage-Trace"]
        assert added["X-Triage-Id"] == contact
        assert Trace(here.store.trace_key).is_ours(added["X-Triage-Trace"].encode())
        assert await here.store.outbox.waiting() == 0


async def test_a_restricted_message_goes_to_the_spoc_with_the_original_and_not_to_the_one_addressed(
    tmp_path: Path,
) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        contact, _ = await here.recorded(CHIEF, "someone@elsewhere.example", dossiers=(restricted(),))
        await here.dispatcher.drain()
        assert server.to(CHIEF) == []
        (relayed,) = server.to("someone@elsewhere.example")
        assert relayed.recipients == ["someone@elsewhere.example"]
        (diverted,) = server.to(SPOC)
        mail = message_from_bytes(diverted.content, policy=policy.default)
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Subject"] == f"Diverted message {contact}"
        words, original = mail.iter_parts()
        text = " ".join(words.get_content().split())
        for said in (
            "Alex Frost",
            "strategy S1, restriction R1: only the single point of contact may be addressed",
            CHIEF,
            "2 March 2026",
            contact,
        ):
            assert said in text
        assert original.get_content_type() == "message/rfc822"
        assert MESSAGE in diverted.content


async def test_observing_changes_nothing_for_anybody(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, dossiers=(restricted(),), findings=(finding("foi_request"),), enforcing=False)
        await here.dispatcher.drain()
        assert [taken.recipients for taken in server.taken] == [[CHIEF]]


@pytest.mark.parametrize("refusal", ["421 4.3.2 closing", "451 4.7.1 later", "drop"])
async def test_what_is_refused_for_now_is_sent_later_and_only_to_those_without_it(tmp_path: Path, refusal: str) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, CLERK)
        server.answers[CLERK] = [refusal]
        await here.dispatcher.drain()
        first = {address for taken in server.taken for address in taken.recipients}
        assert CLERK not in first
        here.clock.on(minutes=1)
        await here.dispatcher.drain()
        got = [address for taken in server.taken for address in taken.recipients]
        assert sorted(got) == [CHIEF, CLERK]
        assert await here.store.outbox.waiting() == 0


async def test_one_refused_for_good_does_not_keep_the_others_waiting_and_a_person_is_told(tmp_path: Path) -> None:
    async with sink(answers={CLERK: "550 5.1.1 no such user"}) as server, rig(tmp_path, server) as here:
        contact, _ = await here.recorded(CHIEF, CLERK)
        with capture_logs() as logs:
            await here.dispatcher.drain()
        assert [line["code"] for line in logs if line["event"] == "dispatch_dead"] == [550]
        assert len(server.to(CHIEF)) == 1
        assert Queue.INTAKE in {item.queue for item in await reviews_of(here.store, contact)}
        (dead,) = await here.store.outbox.dead_letters()
        assert dead.error == "550 5.1.1 no such user"
        assert len(await here.store.alerts.unacknowledged()) == 1
        # Retried by a person, it goes to the one without it only.
        del server.answers[CLERK]
        assert await here.store.outbox.retry(dead.id, actor="Pat", now=here.clock.now)
        await here.dispatcher.drain()
        assert [taken.recipients for taken in server.taken if MESSAGE in taken.content] == [[CHIEF], [CLERK]]


async def test_a_dead_letter_is_to_be_opened_in_the_office_hours_of_the_policy(tmp_path: Path) -> None:
    friday_evening = Clock(at("2026-03-06T16:30:00Z"))
    async with sink(answers={CHIEF: "550 no"}) as server, rig(tmp_path, server, clock=friday_evening) as here:
        contact, _ = await here.recorded(CHIEF)
        await here.dispatcher.drain()
        (item,) = await reviews_of(here.store, contact)
        assert from_micros(item.due_at) == at("2026-03-09T12:30:00Z")


async def test_mixed_answers_end_each_their_own_way(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        server.answers |= {CLERK: "550 5.1.1 no", f"slow@{OURS}": ["450 4.2.1 busy"]}
        await here.recorded(CHIEF, CLERK, f"slow@{OURS}")
        await here.dispatcher.drain()
        here.clock.on(minutes=1)
        await here.dispatcher.drain()
        assert len(server.to(CHIEF)) == 1
        assert len(server.to(f"slow@{OURS}")) == 1
        assert len(await here.store.outbox.dead_letters()) == 1


async def test_while_the_mail_server_is_down_nothing_is_lost_and_little_is_tried(tmp_path: Path) -> None:
    async with sink(answers={"greet": "drop"}) as server, rig(tmp_path, server, connections=2) as here:
        for _ in range(12):
            await here.recorded(CHIEF)
        await here.dispatcher.drain()
        assert server.connections <= 4
        assert await here.store.outbox.waiting() == 12
        here.clock.on(minutes=5)
        await here.dispatcher.drain()
        assert server.connections <= 5
        assert [alert.kind for alert in await here.store.alerts.unacknowledged()] == ["system"]
        del server.answers["greet"]
        here.clock.on(minutes=2)
        await here.dispatcher.drain()
        await here.dispatcher.drain()
        assert len(server.taken) == 12


async def test_a_service_whose_mail_server_is_down_tries_one_at_a_time_and_waits(tmp_path: Path) -> None:
    async with sink(answers={"greet": "drop"}) as server, rig(tmp_path, server, connections=2) as here:
        for _ in range(12):
            await here.recorded(CHIEF)
        stopping = asyncio.Event()
        running = asyncio.create_task(here.dispatcher.run(stopping))
        await asyncio.wait_for(server.refused.wait(), 5)
        for _ in range(50):
            here.dispatcher.notify()
            assert await here.store.outbox.waiting() == 12
        stopping.set()
        await asyncio.wait_for(running, 5)
        assert server.connections <= 4


async def test_connections_are_kept_and_bounded(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server, connections=3, messages_per_connection=1000) as here:
        for _ in range(30):
            await here.recorded(CHIEF)
        await here.dispatcher.drain()
        assert len(server.taken) == 30
        assert server.connections <= 3


async def test_a_kept_connection_that_died_costs_nothing(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server, connections=1) as here:
        await here.recorded(CHIEF)
        await here.dispatcher.drain()
        server.answers["mail"] = ["drop"]
        await here.recorded(CHIEF)
        await here.dispatcher.drain()
        here.clock.on(minutes=1)
        await here.dispatcher.drain()
        assert len(server.taken) == 2


async def test_diverted_mail_that_is_too_large_arrives_as_words_and_link(tmp_path: Path) -> None:
    big = MESSAGE + b"x" * 70 + b"\r\n" * 3000
    async with sink() as server, rig(tmp_path, server, attach_bytes=1000) as here:
        contact, _ = await here.recorded(CHIEF, dossiers=(restricted(),), content=big)
        await here.dispatcher.drain()
        (diverted,) = server.to(SPOC)
        mail = message_from_bytes(diverted.content, policy=policy.default)
        assert not mail.is_multipart()
        assert f"https://gw.example/contacts/{contact}" in mail.get_content()


async def test_diverted_mail_that_is_refused_is_sent_again_without_the_original(tmp_path: Path) -> None:
    async with sink(answers={"dot": ["554 5.7.1 looks like a virus"]}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, dossiers=(restricted(),))
        await here.dispatcher.drain()
        (diverted,) = server.to(SPOC)
        assert MESSAGE not in diverted.content


async def test_diverted_mail_that_its_reader_cannot_be_sent_goes_to_the_next_and_in_the_end_to_the_manager(
    tmp_path: Path,
) -> None:
    readers = [SPOC, DEPUTY, QUEUES["spoc"], QUEUES["manager"]]
    no = "552 5.2.2 mailbox full"
    for refusing, attached in ((1, True), (2, True), (3, False)):
        answers: dict[str, str | list[str]] = dict.fromkeys(readers[:refusing], no)
        (folder := tmp_path / str(refusing)).mkdir()
        async with sink(answers=answers) as server, rig(folder, server) as here:
            contact, _ = await here.recorded(CHIEF, dossiers=(restricted(),))
            await here.dispatcher.drain()
            (taken,) = server.taken
            assert taken.recipients == [readers[refusing]]
            assert (b"First line" in taken.content) is attached
            assert readers[refusing - 1].encode() in taken.content
            assert all(one.instead for one in await here.store.outbox.dead_letters())
            assert Queue.INTAKE in {item.queue for item in await reviews_of(here.store, contact)}


async def test_diverted_mail_that_nobody_could_be_sent_is_told_at_once_each_time(tmp_path: Path) -> None:
    no = "554 no"
    async with (
        sink(answers=dict.fromkeys([SPOC, DEPUTY, *QUEUES.values()], no)) as server,
        rig(tmp_path, server) as here,
    ):
        for _ in range(2):
            await here.recorded(CHIEF, dossiers=(restricted(),))
        await here.dispatcher.drain()
        told = [alert.urgency for alert in await here.store.alerts.unacknowledged() if alert.kind is AlertKind.SYSTEM]
        assert told.count(Urgency.IMMEDIATE) == 2


async def test_the_outbox_is_worked_until_stopping(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        stopping = asyncio.Event()
        running = asyncio.create_task(here.dispatcher.run(stopping))
        await here.recorded(CHIEF)
        here.dispatcher.notify()
        await asyncio.wait_for(server.arrived.wait(), 5)
        stopping.set()
        await asyncio.wait_for(running, 5)
        assert await here.store.outbox.waiting() == 0


async def test_a_long_send_keeps_its_claim_and_memory_is_bounded(tmp_path: Path) -> None:
    async with sink(gate=asyncio.Event()) as server, rig(tmp_path, server, connections=2) as here:
        for _ in range(10):
            await here.recorded(CHIEF)
        stopping = asyncio.Event()
        running = asyncio.create_task(here.dispatcher.run(stopping))
        await asyncio.wait_for(server.two_waiting.wait(), 5)
        assert server.gate is not None
        server.gate.set()
        await asyncio.wait_for(server.ten_taken.wait(), 5)
        stopping.set()
        await asyncio.wait_for(running, 5)
        assert server.most_open == 2


async def test_what_a_dead_process_held_is_sent_once_its_claim_has_run_out(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF)
        await here.store.outbox.claim(now=here.clock.now, lease=timedelta(seconds=30), limit=1)
        await here.dispatcher.drain()
        assert server.taken == []
        here.clock.on(seconds=31)
        await here.dispatcher.drain()
        assert len(server.taken) == 1


async def test_mail_of_ours_whose_end_was_not_answered_is_sent_again_under_the_same_id(tmp_path: Path) -> None:
    async with sink(answers={"dot": ["2drop"]}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, dossiers=(restricted(),))
        await here.dispatcher.drain()
        here.clock.on(minutes=1)
        await here.dispatcher.drain()
        first, second = server.to(SPOC)
        assert message_from_bytes(first.content)["Message-ID"] == message_from_bytes(second.content)["Message-ID"]
        assert await here.store.outbox.waiting() == 0


async def test_a_claim_that_passed_on_while_sending_is_nobodys_fault(tmp_path: Path) -> None:
    async with sink(gate=asyncio.Event()) as server, rig(tmp_path, server, connections=1) as here:
        await here.recorded(CHIEF)
        sending = asyncio.create_task(here.dispatcher.drain())
        while not server.waiting:  # noqa: ASYNC110 - the sink has no event for one
            await asyncio.sleep(0)
        here.clock.on(minutes=1)
        (taken_over,) = await here.store.outbox.claim(now=here.clock.now, lease=timedelta(minutes=1), limit=1)
        assert server.gate is not None
        server.gate.set()
        await asyncio.wait_for(sending, 5)
        await here.store.outbox.sent(taken_over, now=here.clock.now)
        assert await here.store.outbox.waiting() == 0


async def test_a_row_that_cannot_be_read_stops_no_other_and_is_buried_at_last(tmp_path: Path) -> None:
    broken = NewDispatch(DispatchKind.COPY, '{"type": "pigeon"}')

    def spoilt(made: Plan) -> Plan:
        return replace(made, dispatches=(broken, *made.dispatches))

    async with sink() as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, change=spoilt)
        await here.dispatcher.drain()
        assert len(server.to(CHIEF)) == 1
        here.clock.on(hours=121)
        with capture_logs() as logs:
            await here.dispatcher.drain()
        assert [line["error"] for line in logs if line["event"] == "dispatch_dead"] == ["ValidationError"]
        (dead,) = await here.store.outbox.dead_letters()
        assert dead.kind == "copy"


async def test_too_many_recipients_for_one_message_go_in_the_next_at_once(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        server.answers[CLERK] = ["452 4.5.3 too many recipients"]
        await here.recorded(CHIEF, CLERK)
        await here.dispatcher.drain()
        assert [taken.recipients for taken in server.taken] == [[CHIEF], [CLERK]]


async def test_an_address_that_no_command_can_hold_is_refused_and_the_next_message_goes_on(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        for recipient in ("a@b.example>\r\nRCPT TO:<evil@b.example", "a> b@b.example"):
            await here.recorded(CHIEF, envelope={"rcpt_to": (recipient, CHIEF)})
        await here.dispatcher.drain()
        assert [taken.recipients for taken in server.taken if taken.mail_from == HER_EMAIL] == [[CHIEF], [CHIEF]]
        assert not any("evil" in command for command in server.commands)


async def test_a_server_that_knows_only_helo_is_served(tmp_path: Path) -> None:
    async with sink(answers={"ehlo": "500 5.5.1 what?"}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF)
        await here.dispatcher.drain()
        assert len(server.taken) == 1


async def test_large_messages_are_in_memory_one_at_a_time(tmp_path: Path) -> None:
    large = MESSAGE + (b"x" * 70 + b"\r\n") * 60_000
    async with sink() as server, rig(tmp_path, server) as here:
        for _ in range(3):
            await here.recorded(CHIEF, content=large)
        await here.dispatcher.drain()
        assert [taken.content.endswith(large) for taken in server.taken] == [True] * 3
        assert server.most_open == 1


PLAIN = ("8BITMIME", "SIZE 50000000")
PIPELINING = ("PIPELINING", *PLAIN)


@pytest.mark.parametrize("offers", [PLAIN, PIPELINING])
async def test_with_pipelining_or_without_the_next_message_is_not_disturbed_by_one_refused(
    tmp_path: Path, offers: tuple[str, ...]
) -> None:
    refusals = {
        "sender": {"mail": ["550 5.7.1 not you"]},
        "everybody": {CHIEF: ["550 5.1.1 no"], CLERK: ["550 5.1.1 no"]},
        "everybody, too late": {CHIEF: ["550 5.1.1 no"], CLERK: ["550 5.1.1 no"], "data": ["354 go on"]},
        "before the text": {"data": ["550 5.6.0 no"]},
        "after the text": {"dot": ["550 5.6.0 no"]},
    }
    async with sink(offers=offers) as server, rig(tmp_path, server, connections=1) as here:
        for number, answers in enumerate(refusals.values()):
            server.answers |= answers
            # The null sender gets no report of a refusal, which would be a message more.
            await here.recorded(CHIEF, CLERK, envelope={"mail_from": ""})
            await here.dispatcher.drain()
            assert len(await here.store.outbox.dead_letters()) == number + 1
        await here.recorded(CHIEF, CLERK)
        await here.dispatcher.drain()
        assert [taken.recipients for taken in server.taken if taken.recipients] == [[CHIEF, CLERK]]
        assert server.connections == 1


async def test_where_the_server_pipelines_a_message_takes_two_round_trips(tmp_path: Path) -> None:
    """A server that answers an envelope only when it has the whole of it."""
    turns = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 slow ESMTP\r\n")
        await reader.readuntil(b"\r\n")
        writer.write(b"250-slow\r\n250 PIPELINING\r\n")
        for _ in range(2):
            turns.append(await reader.readuntil(b"DATA\r\n"))
            writer.write(b"250 ok\r\n" * 3 + b"354 go on\r\n")
            turns.append(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"250 2.0.0 taken\r\n")
        await reader.readuntil(b"QUIT\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with (
        server,
        sink() as unused,
        rig(tmp_path, unused, port=port, connections=1, messages_per_connection=2) as here,
    ):
        for _ in range(2):
            await here.recorded(CHIEF, CLERK)
            await asyncio.wait_for(here.dispatcher.drain(), 5)
        assert await here.store.outbox.waiting() == 0
    assert [turn.count(b"RCPT") for turn in turns[::2]] == [2, 2]
