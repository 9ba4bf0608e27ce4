"""The sample that ships with the program: register, messages, a call log, and what must become of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime, getaddresses

from gateway.demo.expected import Expectations
from gateway.places import sample_directory
from gateway.yaml_file import load
from models.register import Register

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_LAYOUT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class SampleMessage:
    """One message as it goes over SMTP. `name` is its file's, `message_id` the fresh one it carries."""

    name: str
    message_id: str
    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True)
class Sample:
    """Everything the demo shows."""

    register: Register
    expected: Expectations
    messages: Mapping[str, bytes]
    calls: str

    def outgoing(self, now: datetime, token: str) -> Sequence[SampleMessage]:
        """The messages in order of their names, as if sent `now`; `token` makes their Message-IDs new."""
        domains = frozenset(self.register.organisation.domains)
        return [_outgoing(name, raw, domains, now, token) for name, raw in sorted(self.messages.items())]


def load_sample() -> Sample:
    """The sample as it ships. YamlFileError where it was edited into something that does not load."""
    folder = sample_directory()
    return Sample(
        register=load(folder / "register.yaml", Register),
        expected=load(folder / "expected.yaml", Expectations),
        messages={path.stem: path.read_bytes() for path in (folder / "messages").glob("*.eml")},
        calls=(folder / "calls.csv").read_text(encoding="utf-8"),
    )


def latest_weeks(calls: str, local_now: datetime) -> str:
    """The call log moved by whole weeks to the latest ones that are over: days of the week and hours stay.

    Times in the log are local and without an offset, and so is `local_now`.
    """
    times = [datetime.strptime(text, _LAYOUT) for text in _TIME.findall(calls)]
    if not times:
        return calls
    weeks = (local_now.replace(tzinfo=None) - max(times)) // timedelta(weeks=1)
    moved = timedelta(weeks=weeks)
    return _TIME.sub(lambda found: (datetime.strptime(found.group(), _LAYOUT) + moved).strftime(_LAYOUT), calls)


def _outgoing(name: str, raw: bytes, domains: frozenset[str], now: datetime, token: str) -> SampleMessage:
    message = message_from_bytes(raw)
    mail_from = message["Return-Path"].strip("<> ")
    named = getaddresses(message.get_all("To", []) + message.get_all("Cc", []))
    recipients = tuple(address for _, address in named if address.rpartition("@")[2].lower() in domains)
    message_id = f"<{name}.{token}@{mail_from.rpartition('@')[2]}>"
    head, _, body = raw.partition(b"\n\n")
    fresh = {b"message-id": message_id, b"date": format_datetime(now)}
    lines = []
    for line in head.split(b"\n"):
        field = line.partition(b":")[0].lower()
        if field in fresh:
            lines.append(line[: len(field)] + b": " + fresh[field].encode())
        elif field != b"return-path":  # the receiving server adds it, from the envelope
            lines.append(line)
    return SampleMessage(name, message_id, mail_from, recipients, b"\n".join(lines) + b"\n\n" + body)
