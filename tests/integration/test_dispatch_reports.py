"""Who hears that a message could not be relayed (RFC 3464, RFC 3834): its sender, if it is certain who that is."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from deciding import CHIEF, DEPUTY, HER_EMAIL
from dispatch_rig import rig
from smtp_sink import sink

from gateway.store import schema
from models.contact import Contact, Sender


def with_facts(**facts: Any) -> Any:
    def change(contact: Contact) -> Contact:
        assert contact.email is not None
        return contact.model_copy(update={"email": contact.email.model_copy(update=facts)})

    return change


def unauthenticated(contact: Contact) -> Contact:
    return contact.model_copy(update={"sender": Sender(identifier=HER_EMAIL)})


async def test_the_sender_of_a_refused_message_is_told_with_a_null_return_path(tmp_path: Path) -> None:
    async with sink(answers={CHIEF: "550 5.1.1 no such user"}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, envelope={"dsn": {"envid": "abc", "orcpt": {CHIEF: f"rfc822;{CHIEF}"}}})
        await here.dispatcher.drain()
        (report,) = server.taken
        assert report.mail_from == ""
        assert report.recipients == [HER_EMAIL]
        mail = message_from_bytes(report.content, policy=policy.default)
        assert mail.get_content_type() == "multipart/report"
        assert mail["Auto-Submitted"] == "auto-replied"
        words, status, headers = mail.iter_parts()
        assert CHIEF in words.get_content()
        whole, one = status.get_payload()
        assert whole["Reporting-MTA"] == "dns; gw.example"
        assert whole["Original-Envelope-Id"] == "abc"
        assert one["Final-Recipient"] == f"rfc822; {CHIEF}"
        assert one["Status"] == "5.1.1"
        assert one["Action"] == "failed"
        assert "Subject: hello" in headers.get_payload()
        assert b"First line" not in report.content


@pytest.mark.parametrize(
    ("contact", "envelope"),
    [
        (with_facts(), {"mail_from": ""}),
        (unauthenticated, {}),
        (with_facts(), {"mail_from": "victim@other.example"}),
        (with_facts(auto_submitted=True), {}),
        (with_facts(is_bulk=True), {}),
        (with_facts(is_report=True), {}),
        (with_facts(), {"dsn": {"notify": {CHIEF: "NEVER"}}}),
        (with_facts(), {"dsn": {"notify": {CHIEF: "SUCCESS,DELAY"}}}),
    ],
)
async def test_nobody_is_mailed_about_what_they_may_not_have_sent_or_do_not_want(
    tmp_path: Path, contact: Any, envelope: dict[str, Any]
) -> None:
    async with sink(answers={CHIEF: "550 5.1.1 no such user"}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, contact=contact, envelope=envelope)
        await here.dispatcher.drain()
        assert server.taken == []
        assert len(await here.store.outbox.dead_letters()) == 1


async def test_one_who_logged_in_is_told_whatever_their_domain(tmp_path: Path) -> None:
    async with sink(answers={CHIEF: "550 5.1.1 no"}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, contact=unauthenticated, envelope={"authenticated": True})
        await here.dispatcher.drain()
        assert [taken.recipients for taken in server.taken] == [[HER_EMAIL]]


async def test_what_was_refused_for_now_too_long_is_given_up_on_and_told(tmp_path: Path) -> None:
    async with sink(answers={CHIEF: "450 4.2.1 busy"}) as server, rig(tmp_path, server, give_up_after_hours=2) as here:
        await here.recorded(CHIEF)
        await here.dispatcher.drain()
        assert await here.store.outbox.dead_letters() == []
        here.clock.on(hours=2)
        await here.dispatcher.drain()
        assert len(await here.store.outbox.dead_letters()) == 1
        assert [taken.recipients for taken in server.taken] == [[HER_EMAIL]]


async def test_what_the_sender_asked_of_the_mail_server_is_passed_on_where_it_is_offered(tmp_path: Path) -> None:
    international = "żółw@home.example"
    asked = {
        "mail_from": international,
        "smtputf8": True,
        "body_8bit": True,
        "dsn": {"ret": "HDRS", "envid": "x1", "notify": {CHIEF: "FAILURE"}},
    }
    async with sink() as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, envelope=asked)
        await here.dispatcher.drain()
        (taken,) = server.taken
        assert taken.mail_from == international
        assert {"BODY=8BITMIME", "SMTPUTF8", "RET=HDRS", "ENVID=x1"} <= set(taken.options)
        assert taken.rcpt_options[CHIEF] == ["NOTIFY=FAILURE"]


async def test_without_smtputf8_only_addresses_that_need_it_are_refused(tmp_path: Path) -> None:
    async with sink(offers=("PIPELINING",)) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, "żółw@council.example", envelope={"smtputf8": True, "body_8bit": True})
        await here.dispatcher.drain()
        (taken,) = [taken for taken in server.taken if taken.mail_from]
        assert taken.recipients == [CHIEF]
        assert taken.options == []


async def test_a_refused_message_that_no_longer_opens_is_buried_and_stops_no_other(tmp_path: Path) -> None:
    async with sink(answers={CHIEF: "550 5.1.1 no such user"}) as server, rig(tmp_path, server) as here:
        damaged, _ = await here.recorded(CHIEF)
        await here.recorded(DEPUTY)
        await here.store.writer.run(
            lambda connection: connection.execute(
                schema.contact.update().where(schema.contact.c.id == damaged).values(sealed=b"gone")
            )
        )
        await here.dispatcher.drain()
        assert [taken.recipients for taken in server.taken] == [[DEPUTY]]
        (dead,) = await here.store.outbox.dead_letters()
        assert dead.contact_id == damaged
        assert len(await here.store.alerts.unacknowledged()) == 1
