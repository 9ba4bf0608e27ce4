"""`triage queue` on a real store: what a reviewer is asked to read can be read, and what is let go goes once."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from store_builders import LEASE, decision, email, outcome

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.dispatch.plan import relay_all
from gateway.store import schema
from models.contact import Part, PartProblem, PartProblemKind
from models.decision import Priority, Queue
from models.envelope import Envelope

Run = Callable[..., tuple[int, str, str]]

MESSAGE = b"Subject: the drain\r\n\r\nThe drain is blocked \x1b[2J again.\r\n"


def recorded(config: Path, *, hold: str | None = None, erased: bool = False) -> str:
    """A message in the store, with a body, an attachment and a part that nobody could read."""

    async def put() -> str:
        async with opened_store(settings_of(config)) as store:
            envelope = Envelope(source="smtp", received_at=utc_now(), rcpt_to=("office@opcc.example",), hold=hold)
            await store.spool.accept(envelope, MESSAGE)
            (claim,) = await store.spool.claim(now=utc_now(), lease=LEASE, limit=1)
            contact = email(claim.contact_id, at=utc_now()).model_copy(
                update={
                    "parts": (
                        Part(name="body", text="The drain is blocked \x1b[2J again."),
                        Part(name="attachment:plan.pdf", text="A plan of the drain."),
                    ),
                    "problems": (
                        PartProblem(part="attachment:x.bin", kind=PartProblemKind.UNREADABLE, detail="unknown format"),
                    ),
                }
            )
            made = outcome(contact, decision(contact))
            await store.recorder.record(claim, contact, (), lambda _history: made, register_version=1, now=utc_now)
            if erased:
                its_key = sa.delete(schema.record_key).where(schema.record_key.c.record_id == claim.contact_id)
                await store.writer.run(lambda connection: connection.execute(its_key))
            return claim.contact_id

    return asyncio.run(put())


def test_what_a_contact_says_is_printed_whole_and_the_view_is_on_the_trail(run: Run, tmp_path: Path) -> None:
    id_ = recorded(tmp_path / "gateway.toml")
    code, said, _ = run("queue", "read", id_, "--by", "Pat Officer")
    assert code == 0
    assert "[body]\nThe drain is blocked" in said and "[attachment:plan.pdf]\nA plan of the drain." in said
    assert "[attachment:x.bin]\n(not wholly read: unknown format)" in said
    assert "\x1b" not in said
    assert "contact_viewed" in run("audit", "list", "--subject", id_, "--by", "Ann")[1]


def test_the_original_is_written_byte_for_byte_for_nobody_else_to_read(run: Run, tmp_path: Path) -> None:
    id_, original = recorded(tmp_path / "gateway.toml"), tmp_path / "original.eml"
    assert run("queue", "read", id_, "--by", "Pat Officer", "--original", str(original))[0] == 0
    assert original.read_bytes() == MESSAGE
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    code, _, said = run("queue", "read", id_, "--by", "Pat Officer", "--original", str(original))
    assert code == 1 and "cannot be written" in said


def test_what_was_erased_or_is_unknown_is_said_to_be(run: Run, tmp_path: Path) -> None:
    id_ = recorded(tmp_path / "gateway.toml", erased=True)
    code, said, why = run("queue", "read", id_, "--by", "Pat Officer")
    assert (code, said) == (1, "") and "was erased" in why
    code, _, why = run("queue", "read", "f" * 32, "--by", "Pat Officer")
    assert code == 1 and "no contact" in why


def test_by_the_id_of_an_item_its_contact_is_shown_and_read_also_once_it_is_closed(run: Run, tmp_path: Path) -> None:
    id_ = recorded(tmp_path / "gateway.toml")

    async def put() -> str:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            await store.review.add(id_, Queue.SPOC, Priority.NORMAL, utc_now(), utc_now())
            (item,) = [one for one in await store.review.items() if one.queue is Queue.SPOC]
            return item.id

    item = asyncio.run(put())
    pat = ("--by", "Pat Officer")
    assert json.loads(run("queue", "show", item, *pat, "--json")[1])["contact"]["id"] == id_
    assert run("queue", "close", item, *pat)[0] == 0
    assert "The drain is blocked" in run("queue", "read", item, *pat)[1]
    code, _, why = run("queue", "show", "f" * 32, *pat)
    assert code == 1 and "no decision on" in why


def test_a_second_release_is_refused_and_says_who_made_the_first(run: Run, tmp_path: Path) -> None:
    id_ = recorded(tmp_path / "gateway.toml", hold="loop")
    assert run("queue", "release", id_, "--by", "Pat Officer")[0] == 0
    code, _, said = run("queue", "release", id_, "--by", "Kim Officer")
    assert code == 1 and "released already by Pat Officer at" in said and "--again" in said
    assert run("queue", "release", id_, "--by", "Kim Officer", "--again")[0] == 0


def test_what_the_mail_server_refused_does_not_look_delivered(run: Run, tmp_path: Path) -> None:
    id_ = recorded(tmp_path / "gateway.toml")

    async def refuse() -> None:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            relay = relay_all(Envelope(source="smtp", received_at=utc_now(), rcpt_to=("gone@opcc.example",)))
            await store.spool.release(id_, [relay], held=False, actor="Pat", now=utc_now())
            (sent,) = await store.outbox.claim(now=utc_now(), lease=LEASE, limit=1)
            await store.outbox.dead(sent, error="550 5.1.1 no such user", now=utc_now())

    asyncio.run(refuse())
    said = " ".join(run("queue", "show", id_, "--by", "Pat Officer")[1].split())
    assert "not sent and given up on: relay" in said
    assert "to gone@opcc.example (550 5.1.1 no such user)" in said


def test_a_held_message_is_shown_as_held_until_somebody_releases_it(run: Run, tmp_path: Path) -> None:
    id_ = recorded(tmp_path / "gateway.toml", hold="loop")
    said = run("queue", "show", id_, "--by", "Pat Officer")[1]
    assert "Held" in said and "through this gateway already" in " ".join(said.split())
    run("queue", "release", id_, "--by", "Pat Officer")
    said = run("queue", "show", id_, "--by", "Pat Officer")[1]
    assert "Held" not in said and "released by Pat Officer" in " ".join(said.split())


def test_whoever_looks_or_acts_has_a_name_of_one_line(run: Run, tmp_path: Path) -> None:
    id_ = recorded(tmp_path / "gateway.toml")
    for by in ("", " ", "gateway", "Pat\x1b[2J", "Pat\n44  2026-01-01T00:00:00Z  alert_acknowledged"):
        for command in (
            ("queue", "read", id_),
            ("queue", "show", id_),
            ("queue", "retry", id_),
            ("alerts", "ack", id_),
        ):
            code, said, why = run(*command, "--by", by)
            assert (code, said) == (2, "") and "--by" in why, (command, by)
            assert "\x1b" not in why
    assert "contact_viewed" not in run("audit", "list", "--subject", id_, "--by", "Ann")[1]
