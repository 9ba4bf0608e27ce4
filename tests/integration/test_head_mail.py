"""The audit trail's head to somebody outside, once a day, until it is taken."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from deciding import at
from dispatch_rig import Clock, Rig, rig
from smtp_sink import Sink, Taken, sink
from store_builders import audited

from gateway.head_mail import HeadMail
from gateway.settings import SettingsError, load_settings
from gateway.store import schema
from gateway.store.audit import AuditBroken, Head

AUDITOR = "internal.audit@elsewhere.example"


def mail(here: Rig) -> HeadMail:
    return HeadMail(here.store, here.dispatcher.mailer, AUDITOR, now=here.clock)


def head_in(taken: Taken) -> Head:
    text = message_from_bytes(taken.content, policy=policy.default).get_content()
    found = re.search(r"^triage audit verify --head (\d+):([0-9a-f]{64})$", text.replace("\r", ""), re.MULTILINE)
    assert found is not None
    return Head(int(found[1]), found[2])


def told(server: Sink) -> list[Head]:
    return [head_in(taken) for taken in server.to(AUDITOR)]


async def test_a_head_a_day_of_the_organisations_zone(tmp_path: Path) -> None:
    # 23:30 in London is 22:30 in UTC: an hour later it is the next day there, and not yet in UTC.
    clock = Clock(at("2026-07-01T22:30:00Z"))
    async with sink() as server, rig(tmp_path, server, clock=clock) as here:
        await mail(here).tell_auditor()
        await mail(here).tell_auditor()  # also after a restart
        assert len(told(server)) == 1
        clock.on(minutes=31)
        await mail(here).tell_auditor()
        first, second = told(server)
        assert second.seq > first.seq
        for head in (first, second):
            assert await here.store.audit.verify(head) >= head.seq
        names = await audited(here.store, "switch_audit_head_mailed")
        assert [name.partition("=")[2] for name in names] == [
            f"2026-07-0{day} {head.seq}:{head.chain}" for day, head in ((1, first), (2, second))
        ]


async def test_a_mailed_head_shows_a_trail_that_was_rewritten_whole(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        await mail(here).tell_auditor()
        (head,) = told(server)

        def rewrite(connection) -> int:  # type: ignore[no-untyped-def]
            return connection.execute(schema.audit.update().values(actor="nobody", chain=None)).rowcount

        await here.store.writer.run(rewrite)
        await here.store.audit.seal()
        assert await here.store.audit.verify() > 0
        with pytest.raises(AuditBroken, match="published head"):
            await here.store.audit.verify(head)


@pytest.mark.parametrize("answer", ["450 4.2.0 later", "550 5.1.1 no such user"])
async def test_one_that_is_not_taken_is_tried_again_and_after_an_hour_the_manager_is_told(
    tmp_path: Path, answer: str
) -> None:
    async with sink(answers={AUDITOR: answer}) as server, rig(tmp_path, server) as here:
        mailing = mail(here)
        alarms = []
        for minutes in (0, 30, 30, 30, 60 * 23):
            here.clock.on(minutes=minutes)
            await mailing.tell_auditor()
            alarms.append(len(await here.store.alerts.unacknowledged()))
        assert alarms == [0, 0, 1, 1, 1]
        here.clock.on(minutes=30)
        await mailing.tell_auditor()
        assert len(await here.store.alerts.unacknowledged()) == 1  # one that says the same still climbs
        del server.answers[AUDITOR]
        await mailing.tell_auditor()
        await mailing.tell_auditor()
        assert len(told(server)) == 1


async def test_without_a_mail_server_nothing_is_lost_but_time(tmp_path: Path) -> None:
    async with sink() as gone:
        pass
    async with rig(tmp_path, gone) as here:
        await mail(here).tell_auditor()
        assert await audited(here.store, "switch_audit_head_mailed") == []


@pytest.mark.parametrize("value", ["nobody", "a b@c.example", "a@b@c.example"])
def test_an_auditor_is_an_address(tmp_path: Path, value: str) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(f'[audit]\nauditor = "{value}"\n')
    with pytest.raises(SettingsError, match=r"audit\.auditor"):
        load_settings(path)
