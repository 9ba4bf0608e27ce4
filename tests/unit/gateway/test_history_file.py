"""Earlier contacts from JSON lines: read as a contact file is (CONTRACT §7, §8)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.history_file import HistoryLine, load_history, load_outbound
from models.contact import Channel, Direction

AT = "2026-03-02T10:15:00Z"


def lines(tmp_path: Path, *told: dict[str, Any]) -> list[HistoryLine]:
    file = tmp_path / "history.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told), encoding="utf-8")
    return load_history(file)


@pytest.mark.parametrize("between", ["\u2028", "\u2029", "\x85", "\r", "\x0b", "\x1c"])
def test_only_the_end_of_a_line_ends_it(tmp_path: Path, between: str) -> None:
    told = {"channel": "sms", "received_at": AT, "caller": "01632 960001", "text": f"The skip.{between}Again."}
    assert [line.words for line in lines(tmp_path, told, told)] == [told["text"]] * 2


def test_words_and_numbers_are_taken_as_in_a_contact_file(tmp_path: Path) -> None:
    told = {"channel": "Telephone", "direction": "Outbound", "received_at": AT, "caller": 441632960001, "source_id": 7}
    (line,) = lines(tmp_path, told)
    assert line.earlier.channel is Channel.TELEPHONE and line.earlier.direction is Direction.OUTBOUND
    assert (line.earlier.sender, line.earlier.source_id) == ("441632960001", "7")
    assert lines(tmp_path, {"channel": "social media", "received_at": AT})[0].earlier.channel is Channel.SOCIAL_MEDIA


@pytest.mark.parametrize(
    ("told", "name", "recipients"),
    [
        ({"sender": {"identifier": "a@b.example", "name": "Ann Bay"}, "recipients": ["c@d.example"]}, "Ann Bay", 1),
        ({"sender": "a@b.example", "caller_name": "Ann Bay", "recipients": "c@d.example"}, "Ann Bay", 1),
        ({"sender": "a@b.example", "recipients": [None, 5]}, None, 0),
    ],
)
def test_who_they_said_they_are_and_whom_they_addressed(
    tmp_path: Path, told: dict[str, Any], name: str | None, recipients: int
) -> None:
    (line,) = lines(tmp_path, {"received_at": AT, **told})
    assert line.name == name and len(line.recipients) == recipients


def test_a_message_id_counts_without_its_brackets(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, {"received_at": AT, "message_id": "theirs@b.example", "in_reply_to": ["ours@a.example"]})
    assert (line.earlier.message_id, line.earlier.replies_to) == ("<theirs@b.example>", "<ours@a.example>")
    file = tmp_path / "outbound.jsonl"
    file.write_text(json.dumps({"message_id": "ours@a.example", "to": "c@d.example", "at": AT}), encoding="utf-8")
    assert [sent.message_id for sent in load_outbound(file)] == ["<ours@a.example>"]
