"""Kill the gateway at a named place under load, start it again, and account for every message.

The rule: a message that heard 250 has exactly one revision 0, and was relayed at least once, every byte of it, always
under one id. One that heard nothing is sent again, as a client does; then the rule holds for it too, save that its two
transmissions may both have been taken, each as a contact of its own.
"""

from __future__ import annotations

import contextlib
import smtplib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from acceptance.gateway_process import gateway
from acceptance.sink import Received, running_sink

CRASH_POINTS = (
    "before_spool_commit",
    "after_spool_commit",
    "before_250",
    "after_250",
    "before_record",
    "after_record",
    "before_relay_250",
    "after_relay_250",
    "before_mark_sent",
    "after_mark_sent",
    "mid_chunk",
)

_CHUNKED_BYTES = 700_000
_DEATH_SECONDS = 20.0


@dataclass
class Account:
    """What the client heard and what became of it. `faults`: every breach of the rule, in words."""

    heard_250: list[str] = field(default_factory=list)
    heard_later: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def message_id(number: int) -> str:
    """The Message-ID of the `number`th test message."""
    return f"<crash-{number}@sender.example>"


def message(number: int, *, size: int = 0) -> bytes:
    """The `number`th test message, longer by `size`."""
    filling = b"".join(b"line %06d of a long body, to be stored in chunks\r\n" % line for line in range(size // 48))
    head = (
        f"From: Somebody <somebody{number}@sender.example>\r\nTo: office@opcc.example\r\nSubject: number {number}\r\n"
        f"Message-ID: {message_id(number)}\r\nDate: Mon, 02 Mar 2026 10:15:00 +0000\r\n\r\nThe bins were not emptied.\r\n"
    )
    return head.encode() + filling


def submit(port: int, heard: list[str], contents: list[bytes]) -> None:
    """Send the messages over one connection until it breaks; note those that heard 250."""
    with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        for content in contents:
            client.sendmail("somebody@sender.example", ["office@opcc.example"], content)
            heard.append(_id_of(content))


def crash_and_recover(
    folder: Path, point: str, *, turn: int = 3, command: tuple[str, ...] | None = None, messages: int = 6
) -> Account:
    """One run: load, the crash at the `turn`th time `point` is reached, a second start, the account."""
    account = Account()
    contents = [message(number, size=_CHUNKED_BYTES if point == "mid_chunk" else 0) for number in range(messages)]
    with running_sink() as sink, gateway(folder, sink.port, command=command, few_rules=True) as process:
        process.start(TRIAGE_CRASH_AT=f"{point}:{turn}")
        submit(process.port, account.heard_250, contents)
        if not process.dies_within(_DEATH_SECONDS):
            account.faults.append(f"the gateway never reached {point}")
            process.kill()
        process.start()
        submit(process.port, account.heard_later, [c for c in contents if _id_of(c) not in account.heard_250])
        process.wait_until_idle()
        decisions = process.query("SELECT contact_id FROM decision WHERE revision = 0")
        unfinished = process.query(
            "SELECT 'accepted', state, error FROM spool WHERE state != 'done'"
            " UNION ALL SELECT 'to be sent', state, error FROM outbox WHERE state != 'done'"
        )
    account.faults += [f"a message {what} ended as {state}: {error}" for what, state, error in unfinished]
    _audit(account, contents, Counter(str(contact) for (contact,) in decisions), sink.received)
    return account


def _audit(account: Account, contents: list[bytes], decided: Counter[str], received: list[Received]) -> None:
    relayed: dict[str, Counter[str]] = {}
    whole = {_id_of(content): content for content in contents}
    for mail in received:
        if mail.rcpt_to != ("office@opcc.example",) or (id_ := mail.header("Message-ID")) not in whole:
            continue
        contact = mail.header("X-Triage-Id")
        if contact is None:
            account.faults.append(f"{id_} was relayed without an id")
            continue
        relayed.setdefault(id_, Counter())[contact] += 1
        if not mail.content.endswith(b"\r\n" + whole[id_]):
            account.faults.append(f"{id_} was relayed with other bytes")
        if mail.head.count(b"\r\nX-Triage-Id:") + mail.head.startswith(b"X-Triage-Id:") != 1:
            account.faults.append(f"{id_} was relayed with more than one id in it")
    for heard, most_ids in ((account.heard_250, 1), (account.heard_later, 2)):
        for id_ in heard:
            contacts = relayed.get(id_, Counter())
            if not 1 <= len(contacts) <= most_ids:
                account.faults.append(f"{id_} heard 250 and was relayed under {len(contacts)} ids")
            account.faults += [
                f"{id_} was relayed as {contact}, which has {decided[contact]} revisions 0"
                for contact in contacts
                if decided[contact] != 1
            ]
    if len(account.heard_250) + len(account.heard_later) != len(contents):
        account.faults.append("the gateway did not take everything after its second start")


def _id_of(content: bytes) -> str:
    return content.split(b"Message-ID: ", 1)[1].split(b"\r\n", 1)[0].decode()
