"""A contact file (JSON, CONTRACT §7) for what is not an email: bytes to `Contact`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.reading.addresses import parse_addresses
from gateway.reading.charsets import decode_text, whole_characters
from gateway.reading.digest import text_digest
from gateway.reading.invisible import as_seen
from gateway.reading.loose_words import loose_words
from gateway.reading.outcomes import outcome_of
from gateway.reading.quotes import split_text
from gateway.reading.transcript import Transcript, read_transcript
from models.base import is_of_this_age
from models.contact import (
    CallFacts,
    CallOutcome,
    Channel,
    Contact,
    Direction,
    Part,
    PartProblem,
    PartProblemKind,
    Sender,
    VisitFacts,
)
from routing.identity.normalise import withheld

_CALLS = frozenset({Channel.TELEPHONE, Channel.VOICEMAIL})
_NUMBERED = _CALLS | {Channel.SMS}
_WRITTEN = frozenset({Channel.LETTER, Channel.WEBFORM})
_TYPED = frozenset({Channel.WEBFORM, Channel.SMS, Channel.SOCIAL_MEDIA, Channel.LETTER})
_RECORDINGS = ("recording", "recording_ref", "recording_url", "voicemail_ref", "audio")
_ORIGINS = ("sender", "caller", "from")
NAMES = ("sender_name", "caller_name", "name")
"""The fields that may hold who they said they are."""
_FACTS = ("channel", "direction", "received_at", "source_id", "recipients")
_OF_A_CALL = ("called", "duration_seconds", "outcome", "staff")
_WORDS = ("subject", "text", "body", "notes", "transcript", "attachments")
_OF_A_VISIT = ("appointment", "premises", "accompanied")
FIELDS = frozenset((*_FACTS, *_OF_A_CALL, *_ORIGINS, *NAMES, *_WORDS, *_RECORDINGS, *_OF_A_VISIT))
"""What a contact file may say; anything else in it is ignored, and `odd_facts` says so."""


class ContactFileError(ValueError):
    """The contact file cannot be read: the message names the field and what to do, never its content."""


def read_record(raw: bytes, *, contact_id: str, received_at: datetime | None = None) -> Contact:
    """Read one contact file.

    Needs `channel` and, in the file or as `received_at`, the time: the file's own wins, for a call is judged by when
    it came, not by when its record did. Keys that the contract does not know are ignored, and facts of the wrong kind
    are taken as not recorded: the files come from other people's systems. Raises `ContactFileError` otherwise.
    """
    record = _parse(raw)
    channel = _channel(record)
    when = _time(record, received_at)
    parts, problems = _parts(record, channel)
    new_text = "\n".join(part.text for part in parts if part.name in ("body", "notes", "transcript"))
    direction = _text(record, "direction").lower()
    return Contact(
        id=contact_id,
        channel=channel,
        direction=Direction.OUTBOUND if direction == Direction.OUTBOUND else Direction.INBOUND,
        received_at=when,
        sender=_sender(record, channel),
        recipients=_recipients(record),
        subject=_text(record, "subject") or None,
        parts=tuple(parts),
        problems=tuple(problems),
        source_id=_text(record, "source_id") or None,
        body_digest=text_digest(new_text),
        call=_call(record) if channel in _CALLS else None,
        visit=_visit(record) if channel is Channel.VISIT else None,
    )


def odd_facts(raw: bytes) -> tuple[str, ...]:
    """What in a readable contact file is no fact of its kind or no field: a sentence each, and what became of it."""
    record = _parse(raw)
    odd = []
    if _text(record, "direction").lower() not in ("", Direction.INBOUND, Direction.OUTBOUND):
        odd.append("`direction` is neither inbound nor outbound: taken as inbound")
    seconds = record.get("duration_seconds")
    if seconds is not None and _seconds(seconds) is None:
        odd.append("`duration_seconds` is no number of seconds: taken as not recorded")
    odd += [f"`{name}` is no field of a contact file: ignored" for name in record if name not in FIELDS]
    return tuple(odd)


def unread_record(raw: bytes, *, contact_id: str, received_at: datetime, detail: str) -> Contact:
    """The contact of a record that is none: kept, its raw text scanned, and said to be incomplete.

    Its channel is unknown; `webform` is the one that restricts least (no call, no visit, no address of ours).
    """
    text = decode_text(raw[:262_144]).text.replace("\x00", "")
    return Contact(
        id=contact_id,
        channel=Channel.WEBFORM,
        received_at=received_at,
        parts=(Part(name="body", text=text),) if text.strip() else (),
        problems=(PartProblem(part="body", kind=PartProblemKind.INCOMPLETE, detail=detail),),
    )


def _parse(raw: bytes) -> Mapping[str, Any]:
    try:
        text = decode_text(raw, "utf-8").text
        record = json.loads(text)
        if "\\ud" in text.lower():  # JSON can spell half a character
            record = json.loads(whole_characters(json.dumps(record, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ContactFileError(f"the contact file is not JSON{where}: give one JSON object") from None
    if not isinstance(record, dict):
        raise ContactFileError(f"the contact file holds a JSON {type(record).__name__}: give one JSON object")
    return record


def _channel(record: Mapping[str, Any]) -> Channel:
    known = ", ".join(channel for channel in Channel if channel is not Channel.EMAIL)
    if record.get("channel") is None:
        raise ContactFileError(f"`channel` is missing from the contact file: give one of {known}")
    try:
        channel = Channel(_text(record, "channel").lower().replace(" ", "_"))
    except ValueError:
        raise ContactFileError(f"`channel` of the contact file is not known: give one of {known}") from None
    return channel


def _time(record: Mapping[str, Any], fallback: datetime | None) -> datetime:
    value = record.get("received_at")
    if value is None:
        if fallback is None:
            raise ContactFileError("`received_at` is missing: give a time such as 2026-03-02T10:15:00+00:00")
        return fallback
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        raise ContactFileError("`received_at` is no time: give one such as 2026-03-02T10:15:00+00:00") from None
    if when.tzinfo is None:
        raise ContactFileError("`received_at` has no offset: give one such as 2026-03-02T10:15:00+00:00")
    if not is_of_this_age(when):
        raise ContactFileError("`received_at` is of no year near ours: give a time such as 2026-03-02T10:15:00+00:00")
    return when


def _text(record: Mapping[str, Any], name: str) -> str:
    """A field as text; numbers are written out, anything else counts as not given."""
    value = record.get(name)
    if isinstance(value, str):
        return value.replace("\x00", "").strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _flag(record: Mapping[str, Any], name: str) -> bool | None:
    value = record.get(name)
    return value if isinstance(value, bool) else None


def _sender(record: Mapping[str, Any], channel: Channel) -> Sender:
    order = ("caller", "sender", "from") if channel in _NUMBERED else _ORIGINS
    name = next((given for key in NAMES if (given := _text(record, key))), None)
    for key in order:
        value = record.get(key)
        if isinstance(value, Mapping):
            name = _text(value, "name") or name
            identifier = _text(value, "identifier") or _text(value, "address")
        else:
            identifier = _text(record, key)
        if not identifier:
            continue
        if "@" not in identifier and withheld(identifier):  # there is mail from private@… and anon@…
            return Sender(name=name)
        if "<" in identifier and "@" in identifier and (found := parse_addresses(identifier)):
            return Sender(identifier=found[0].address, name=name or found[0].name)
        return Sender(identifier=identifier, name=name)
    return Sender(name=name)


def _recipients(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("recipients")
    listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    addresses = (entry.strip() for entry in listed if isinstance(entry, str) and entry.strip())
    return tuple(dict.fromkeys(entry.lower() if "@" in entry else entry for entry in addresses))


def _call(record: Mapping[str, Any]) -> CallFacts:
    return CallFacts(
        caller=_text(record, "caller") or None,
        called=_text(record, "called") or None,
        duration_seconds=_seconds(record.get("duration_seconds")),
        outcome=outcome_of(_text(record, "outcome")),
        staff=_text(record, "staff") or None,
    )


def _seconds(value: Any) -> int | None:
    """A length of time; None where it is not given or is none."""
    try:
        seconds = None if value is None or isinstance(value, bool) else int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if seconds is not None and seconds >= 0 else None


def _visit(record: Mapping[str, Any]) -> VisitFacts:
    return VisitFacts(
        appointment=_flag(record, "appointment"),
        premises=_text(record, "premises") or None,
        accompanied=_flag(record, "accompanied"),
    )


def _parts(record: Mapping[str, Any], channel: Channel) -> tuple[list[Part], list[PartProblem]]:
    """The parts in the order of the contract's names."""
    parts: list[Part] = []
    problems: list[PartProblem] = []
    hidden: list[str] = []

    def add(name: str, text: str) -> None:
        seen = as_seen(text.replace("\r\n", "\n"))
        if seen.hidden:
            hidden.append(seen.hidden)
        if seen.text.strip():
            parts.append(Part(name=name, text=seen.text))

    def words(part: str, *names: str) -> str:
        """A field's words; those of what is no text are kept too, and said to be of no form we know."""
        if given := next(filter(None, (_text(record, name) for name in names)), ""):
            return given
        if loose := next(filter(None, (loose_words(record.get(name)) for name in names)), ""):
            problems.append(PartProblem(part=part, kind=PartProblemKind.UNREADABLE, detail="words of no form we know"))
        return loose

    add("subject", words("subject", "subject"))
    text = words("body", "text", "body")
    if channel in _WRITTEN:
        split = split_text(text, _sender(record, channel).name)
        for name, stretch in (("body", split.body), ("quoted", split.quoted), ("signature", split.signature)):
            add(name, stretch)
    else:
        add("body", text)
    add("notes", words("notes", "notes"))
    elsewhere = loose_words([value for name, value in record.items() if name not in FIELDS])
    if channel in _TYPED and not parts and elsewhere:
        add("body", elsewhere)
        detail = "no words but in fields we do not know"
        problems.append(PartProblem(part="body", kind=PartProblemKind.UNREADABLE, detail=detail))
    transcript = _transcript(record, hidden)
    if transcript.text.strip():
        parts.append(Part(name="transcript", text=transcript.text, heard=transcript.heard))
    if transcript.unread:
        unknown = "transcript of no form we know"
        problems.append(PartProblem(part="transcript", kind=PartProblemKind.UNREADABLE, detail=unknown))
    if transcript.doubt is not None:
        problems.append(PartProblem(part="transcript", kind=PartProblemKind.LOW_CONFIDENCE, detail=transcript.doubt))
    if hidden:
        add("hidden", "\n".join(hidden))
    if (unheard := _unheard(record, channel, bool(transcript.turns), bool(parts))) is not None:
        problems.append(PartProblem(part="transcript", kind=PartProblemKind.UNREADABLE, detail=unheard))
    if channel is Channel.LETTER and not parts:
        problems.append(PartProblem(part="body", kind=PartProblemKind.UNREADABLE, detail="letter without its text"))
    _files(record, parts, problems)
    return parts, problems


def _transcript(record: Mapping[str, Any], hidden: list[str]) -> Transcript:
    """All who spoke in one text, as it is shown; what no eye sees goes to `hidden`."""
    value, staff = record.get("transcript"), _text(record, "staff") or None
    read = read_transcript(value, staff)
    seen = as_seen(value if isinstance(value, str) else read.text)
    if seen.hidden:
        hidden.append(seen.hidden)
    shown = read_transcript(seen.text, staff) if seen.text != (value if isinstance(value, str) else read.text) else read
    return replace(shown, doubt=read.doubt, unread=read.unread)


def _unheard(record: Mapping[str, Any], channel: Channel, transcribed: bool, has_words: bool) -> str | None:
    """Whether there is sound that nobody has put into words (CONTRACT §4.2)."""
    if transcribed:
        return None
    if channel is Channel.VOICEMAIL or outcome_of(_text(record, "outcome")) is CallOutcome.VOICEMAIL:
        return "voicemail without a transcript"
    if any(record.get(name) for name in _RECORDINGS):
        return "recording without a transcript"
    if record.get("transcript") is not None and not has_words and _text(record, "outcome").lower() in ("", "answered"):
        return "empty transcript"
    return None


def _files(record: Mapping[str, Any], parts: list[Part], problems: list[PartProblem]) -> None:
    """Attachments listed in a contact file: their text where it is given, else said to be unread."""
    listed = record.get("attachments")
    for number, entry in enumerate(listed if isinstance(listed, list) else [], start=1):
        name = _text(entry, "name") if isinstance(entry, Mapping) else str(entry)[:100]
        part = f"attachment:{name or number}"
        if any(part == known.part for known in problems) or any(part == known.name for known in parts):
            part = f"{part} ({number})"
        text = _text(entry, "text") if isinstance(entry, Mapping) else ""
        if text:
            parts.append(Part(name=part, text=as_seen(text).text))
        else:
            detail = "file without its text"
            problems.append(PartProblem(part=part, kind=PartProblemKind.UNREADABLE, detail=detail))
