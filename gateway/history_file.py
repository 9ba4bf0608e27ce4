"""Earlier contacts and what we sent, from JSON lines (CONTRACT §8): for checking a message offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.reading.addresses import message_id_of
from gateway.reading.outcomes import outcome_of
from gateway.reading.record import NAMES
from models.contact import Channel, Direction
from models.history import EarlierContact, Outbound
from models.plain_faults import first

_WORDS = ("text", "notes", "transcript")


class HistoryFileError(Exception):
    """The file cannot be used; the message names file, line and field."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An earlier contact. `words`: what it said, where that is told. `record`: its contact file where that holds words
    by which to judge what it used up. `recipients`: whom it was addressed to, none where that is not told. `name`: who
    they said they are, where it is told."""

    earlier: EarlierContact
    words: str | None = None
    record: bytes | None = None
    recipients: tuple[str, ...] = ()
    name: str | None = None


def load_history(path: Path) -> list[HistoryLine]:
    """One earlier contact a line: a contact file's object (§7) or a decision's `contact` (§6)."""
    return [
        HistoryLine(_earlier(path, number, line), _words(line), _record(line), _recipients(line), _name(line))
        for number, line in _lines(path)
    ]


def load_outbound(path: Path) -> list[Outbound]:
    """One thing we sent a line."""
    known = {field.alias or name for name, field in Outbound.model_fields.items()}
    sent = []
    for number, line in _lines(path):
        wanted = {key: value for key, value in line.items() if key in known and value is not None}
        if isinstance(wanted.get("to"), str):
            wanted["to"] = [wanted["to"]]
        wanted["message_id"] = _message_id(wanted.get("message_id"))
        try:
            sent.append(Outbound.model_validate(wanted))
        except ValidationError as error:
            raise _fault(path, number, error) from None
    return sent


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryFileError(f"{path}: cannot be read ({type(error).__name__})") from None
    # Not splitlines(): it also parts lines at characters that may stand inside a text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            raise HistoryFileError(f"{path}:{number}: not JSON; expected one object a line") from None
        if not isinstance(value, dict):
            raise HistoryFileError(f"{path}:{number}: expected an object")
        yield number, value.get("contact", value) if isinstance(value.get("contact", value), dict) else value


def _earlier(path: Path, number: int, line: dict[str, Any]) -> EarlierContact:
    sender = line.get("sender")
    given = sender.get("identifier") if isinstance(sender, dict) else sender
    values = {
        "id": str(line.get("id") or line.get("source_id") or f"line {number}"),
        "channel": _channel(line),
        "direction": _folded(line.get("direction", Direction.INBOUND)),
        "received_at": line.get("received_at"),
        "sender": _written(line.get("caller") or given),
        "authentication": sender.get("authentication", "none") if isinstance(sender, dict) else "none",
        "source_id": _written(line.get("source_id")),
        "message_id": _message_id(line.get("message_id")),
        "body_digest": line.get("body_digest"),
        "replies_to": _message_id(_first(line.get("in_reply_to") or line.get("replies_to"))),
        "subject": line.get("subject"),
        "outcome": outcome_of(str(line.get("outcome") or "")),
        "uses_allowance": line.get("uses_allowance", True),
    }
    try:
        return EarlierContact.model_validate(values)
    except ValidationError as error:
        raise _fault(path, number, error) from None


def _channel(line: dict[str, Any]) -> object:
    return _folded(line.get("channel", Channel.EMAIL))


def _folded(value: object) -> object:
    """A word of ours as a contact file may write it: `Telephone`, `social media`."""
    return value.strip().lower().replace(" ", "_") if isinstance(value, str) else value


def _written(value: object) -> object:
    """A number is written out, as in a contact file."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _words(line: dict[str, Any]) -> str | None:
    return "\n".join(line[key] for key in _WORDS if isinstance(line.get(key), str) and line[key].strip()) or None


def _record(line: dict[str, Any]) -> bytes | None:
    """The line as a contact file; None where it has no words or says itself what it used up."""
    if "uses_allowance" in line or _channel(line) == Channel.EMAIL:
        return None
    return json.dumps(line).encode() if any(line.get(key) for key in _WORDS) else None


def _recipients(line: dict[str, Any]) -> tuple[str, ...]:
    given = line.get("recipients")
    return tuple(one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str))


def _name(line: dict[str, Any]) -> str | None:
    sender = line.get("sender")
    told = (sender.get("name") if isinstance(sender, dict) else None, *(line.get(key) for key in NAMES))
    return next((one for one in told if isinstance(one, str) and one.strip()), None)


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value or None


def _message_id(value: object) -> object:
    """As it is read from a header, where brackets may be missing, too."""
    return message_id_of(value) if isinstance(value, str) else value


def _fault(path: Path, number: int, error: ValidationError) -> HistoryFileError:
    where, what = first(error, whole="the line")
    return HistoryFileError(f"{path}:{number}: {where}: {what}")
