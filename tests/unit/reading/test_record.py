"""Contact files (CONTRACT §7): every channel, withheld callers, transcripts with speakers, sound without words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.reading.record import FIELDS, ContactFileError, odd_facts, read_record
from gateway.reading.transcript import read_transcript
from models.contact import CallOutcome, Channel, Contact, Direction, PartProblemKind

AT = "2026-03-02T10:15:00+00:00"


def record(**fields: object) -> Contact:
    return read_record(json.dumps({"channel": "telephone", "received_at": AT, **fields}).encode(), contact_id="c1")


def test_a_call() -> None:
    contact = record(
        caller="+441632960123",
        called="01632 960 000",
        duration_seconds="340",
        outcome="answered",
        staff="reception",
        notes="Caller said the bins are full",
        transcript=None,
        source_id="s1",
        unheard_of=True,
    )
    assert contact.channel is Channel.TELEPHONE and contact.direction is Direction.INBOUND
    assert contact.sender.identifier == "+441632960123" and contact.source_id == "s1"
    assert contact.call is not None and contact.call.duration_seconds == 340
    assert contact.call.outcome is CallOutcome.ANSWERED and contact.call.staff == "reception"
    assert [(part.name, part.text) for part in contact.parts] == [("notes", "Caller said the bins are full")]
    assert contact.problems == () and not contact.in_transit


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, []),
        ({"direction": "Outbound", "duration_seconds": "340"}, []),
        ({"direction": "sideways"}, ["direction"]),
        ({"duration_seconds": -5}, ["duration_seconds"]),
        ({"duration_seconds": "four minutes", "direction": 3}, ["direction", "duration_seconds"]),
        ({"duration_seconds": True}, ["duration_seconds"]),
        ({"callers_mood": "calm"}, ["callers_mood"]),
    ],
)
def test_a_fact_of_the_wrong_kind_is_taken_as_not_recorded_and_told(fields: dict[str, object], said: list[str]) -> None:
    assert [odd.split("`")[1] for odd in odd_facts(json.dumps(fields).encode())] == said
    call = record(**fields).call
    assert call is not None
    if "duration_seconds" in said:
        assert call.duration_seconds is None


class Asked(dict[str, object]):
    """A record that remembers what it was asked for."""

    def __init__(self, fields: dict[str, object]) -> None:
        super().__init__(fields)
        self.names: set[str] = set()

    def get(self, name: str, default: object = None) -> object:
        self.names.add(name)
        return super().get(name, default)


def test_the_fields_that_count_as_known_are_those_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    for channel in Channel:
        asked = Asked({"channel": channel.value, "received_at": AT})
        monkeypatch.setattr("gateway.reading.record.json.loads", lambda _text, asked=asked: asked)
        read_record(b"{}", contact_id="c1")
        read |= asked.names
    assert read == FIELDS


def test_an_address_that_begins_with_such_a_word_is_somebodys() -> None:
    assert record(channel="webform", sender="private@mail.example").sender.identifier == "private@mail.example"


@pytest.mark.parametrize(
    "caller", [None, "", "anonymous", "Withheld", "UNAVAILABLE", " private ", "(Unknown)", "payphone"]
)
def test_a_withheld_caller_is_nobody(caller: str | None) -> None:
    assert record(caller=caller).sender.identifier is None


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"channel": "voicemail"}, [PartProblemKind.UNREADABLE]),
        ({"channel": "voicemail", "transcript": "  ", "notes": "left a message"}, [PartProblemKind.UNREADABLE]),
        ({"channel": "voicemail", "transcript": "ring me"}, []),
        ({"outcome": "voicemail"}, [PartProblemKind.UNREADABLE]),
        ({"recording": "r.wav", "notes": "x"}, [PartProblemKind.UNREADABLE]),
        ({"transcript": ""}, [PartProblemKind.UNREADABLE]),
        ({"transcript": "", "outcome": "no_answer"}, []),
        ({"outcome": "no_answer"}, []),
        ({"channel": "letter", "text": ""}, [PartProblemKind.UNREADABLE]),
        ({"channel": "letter", "text": "Dear Sir"}, []),
        ({"transcript": "he said [inaudible] gun"}, [PartProblemKind.LOW_CONFIDENCE]),
        (
            {"transcript": {"text": "hello", "segments": [{"text": "hello", "avg_logprob": -1.6}]}},
            [PartProblemKind.LOW_CONFIDENCE],
        ),
        ({"channel": "webform", "text": "x", "attachments": ["photo.jpg"]}, [PartProblemKind.UNREADABLE]),
        ({"notes": "x", "transcript": [{"who": "caller", "said": "gun"}]}, [PartProblemKind.UNREADABLE]),
        ({"transcript": [{"speaker": "caller", "text": ""}], "notes": "x"}, []),
        ({"notes": {"text": "x"}}, [PartProblemKind.UNREADABLE]),
        ({"channel": "webform", "message": "I have a gun"}, [PartProblemKind.UNREADABLE]),
        ({"channel": "webform", "message": "I have a gun", "text": "x"}, []),
        ({"channel": "webform", "form": 7}, []),
        ({"queue": "main"}, []),
        ({"notes": [], "channel": "webform", "text": "x", "body": ["y"]}, []),
    ],
)
def test_what_nobody_could_read_or_hear_is_said(fields: dict[str, object], kinds: list[PartProblemKind]) -> None:
    assert [problem.kind for problem in record(**fields).problems] == kinds


@pytest.mark.parametrize(
    "transcript",
    [
        "Caller: I want to die.\nStaff: Are you safe?\nCaller: No.",
        "Caller: I want to die. Staff: Are you safe? Caller: No.",
        "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Caller>I want to die.</v>\n\n2\n0:0:2.0 --> 0:0:3.0\n<v Reception>Are you safe?</v>\n\n00:03.000 --> 00:04.000\n<v Caller>No.</v>",
        "1\n00:00:00,000 --> 00:00:02,000\nCaller: I want to die.\n\n2\n00:00:02,000 --> 00:00:03,000\nAgent: Are you safe?\n\n3\n00:00:03,000 --> 00:00:04,000\nCaller: No.",
        [
            {"speaker": "caller", "text": "I want to die."},
            {"speaker": "staff", "text": "Are you safe?"},
            {"speaker": "caller", "text": "No."},
        ],
        "[Caller] I want to die.\n[Staff] Are you safe?\n[Caller] No.",
        "[caller 1]: I want to die.\n[Call handler]: Are you safe?\n[caller 1]: No.",
        "[10:01:02] Ann Other: I want to die.\n[10:01:05] Sam Desk: Are you safe?\n[10:01:07] Ann Other: No.",
        'WEBVTT\n\n00:00.000 --> 00:02.000\n{"speakerName": "Ann", "spokenText": "I want to die."}\n\n00:02.000 --> 00:03.000\n{"speakerName": "Sam Desk", "spokenText": "Are you safe?"}\n\n00:02.000 --> 00:03.000\n{"speakerName": "Ann", "spokenText": "No."}',
    ],
)
def test_staffs_words_stand_apart(transcript: object) -> None:
    contact = record(transcript=transcript, staff="Sam Desk")
    (part,) = (part for part in contact.parts if part.name == "transcript")
    assert part.own_text() == "I want to die.\nNo."
    assert "Are you safe?" in part.text
    if isinstance(transcript, str) and transcript.startswith("Caller"):
        assert part.text == transcript, "offsets count in the transcript as it was given"


def test_what_no_eye_sees_shifts_no_turn() -> None:
    contact = record(transcript="Caller: I want\u200b to die.\nStaff: Are you\u00ad safe?\nCaller: No.")
    (part,) = (part for part in contact.parts if part.name == "transcript")
    assert part.own_text() == "I want to die.\nNo."
    listed = record(transcript=[{"speaker": "staff", "text": "Sa\u200bfe?"}, {"speaker": "caller", "text": "No."}])
    (part,) = (part for part in listed.parts if part.name == "transcript")
    assert (part.text, part.own_text()) == ("Staff: Safe?\nCaller: No.", "No.")


@pytest.mark.parametrize(
    ("fields", "part", "words"),
    [
        ({"transcript": {"results": [{"alternatives": [{"said": "gun"}]}]}}, "transcript", "gun"),
        ({"transcript": [{"by": "caller", "said": "gun"}, {"speaker": "caller", "text": "No."}]}, "transcript", "gun"),
        ({"transcript": [["caller", "gun"]]}, "transcript", "gun"),
        ({"transcript": {"segments": [{"said": "gun"}]}}, "transcript", "gun"),
        ({"notes": [{"line": "gun"}, "more"]}, "notes", "gun\nmore"),
        ({"channel": "sms", "text": ["gun", 5, None, "more"]}, "body", "gun\nmore"),
        ({"channel": "webform", "subject": {"en": "gun"}}, "subject", "gun"),
    ],
)
def test_words_of_no_form_we_know_are_kept_and_said_to_be_unread(
    fields: dict[str, object], part: str, words: str
) -> None:
    contact = record(**fields)
    (read,) = (one for one in contact.parts if one.name == part)
    assert words in read.own_text()
    assert [(problem.part, problem.kind) for problem in contact.problems] == [(part, PartProblemKind.UNREADABLE)]


def test_a_transcript_without_speakers_is_one_part() -> None:
    contact = record(transcript="I told him: leave me. Then I rang.")
    assert [(part.name, part.speaker, part.text) for part in contact.parts] == [
        ("transcript", None, "I told him: leave me. Then I rang.")
    ]


@pytest.mark.parametrize(
    ("sender", "identifier", "name"),
    [
        ("ann@mail.example", "ann@mail.example", None),
        ("Ann Other <Ann@mail.example>", "ann@mail.example", "Ann Other"),
        ("@annother", "@annother", None),
        ("Mrs A Other, 1 High Street", "Mrs A Other, 1 High Street", None),
        ({"identifier": "ann@mail.example", "name": "Ann"}, "ann@mail.example", "Ann"),
        (5, "5", None),
    ],
)
def test_senders_of_written_contacts(sender: object, identifier: str, name: str | None) -> None:
    contact = record(
        channel="webform", sender=sender, text="Hello", recipients=["Desk@Council.example", "Cllr Smith", 3]
    )
    assert (contact.sender.identifier, contact.sender.name) == (identifier, name)
    assert contact.recipients == ("desk@council.example", "Cllr Smith")
    assert contact.text_of("body") == "Hello"


def test_a_visit() -> None:
    contact = record(channel="visit", appointment=False, premises="Town Hall", accompanied="yes", notes="Shouted")
    assert contact.visit is not None and contact.visit.appointment is False
    assert contact.visit.premises == "Town Hall" and contact.visit.accompanied is None


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON at line 1"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "JSON list"),
        (b"{}", "`channel` is missing"),
        (b'{"channel": "pigeon"}', "`channel`"),
        (b'{"channel": "sms"}', "`received_at` is missing"),
        (b'{"channel": "sms", "received_at": "Tuesday"}', "`received_at` is no time"),
        (b'{"channel": "sms", "received_at": "2026-03-02T10:15:00"}', "`received_at` has no offset"),
        (b'{"channel": "sms", "received_at": "0001-01-01T00:00:00+14:00"}', "`received_at` is of no year near ours"),
        (b'{"channel": "sms", "received_at": "9999-12-31T23:59:59Z"}', "`received_at` is of no year near ours"),
    ],
)
def test_errors_name_the_field(raw: bytes, named: str) -> None:
    with pytest.raises(ContactFileError, match=named):
        read_record(raw, contact_id="c1")


def test_the_files_own_time_wins() -> None:
    late = datetime(2026, 4, 1, tzinfo=UTC)
    raw = json.dumps({"channel": "sms", "received_at": AT}).encode()
    assert read_record(raw, contact_id="c", received_at=late).received_at == datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
    assert read_record(b'{"channel": "sms"}', contact_id="c", received_at=late).received_at == late


def test_half_a_character_in_json_costs_nothing_else() -> None:
    contact = record(caller="+441632960123", sender_name="A \ud800", notes="Help \udc00 me \ud83d\ude00")
    assert contact.sender.identifier == "+441632960123"
    assert [part.text for part in contact.parts] == ["Help \ufffd me \U0001f600"]
    assert Contact.model_validate_json(contact.model_dump_json()) == contact


@pytest.mark.parametrize("holder", [list, lambda turns: {"segments": turns}])
def test_of_more_turns_than_are_read_somebody_is_told(holder: Callable[[list[Any]], Any]) -> None:
    turns = [{"speaker": "caller", "text": "word"}] * 20_000
    assert read_transcript(holder(turns)).doubt is None
    assert read_transcript(holder([*turns, turns[0]])).doubt == "more than 20000 turns, of which the rest was not read"
