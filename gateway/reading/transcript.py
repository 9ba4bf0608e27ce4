"""Transcripts of calls: who said what, from WebVTT, SRT, speech-to-text JSON or plain text with speakers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from gateway.reading.loose_words import loose_words

CALLER, STAFF = "caller", "staff"
_STAFF_WORDS = (
    "staff|agent|officer|operator|reception|receptionist|call handler|handler|advisor|adviser|clerk|office|"
    "switchboard|duty officer|contact officer|caseworker|case worker|representative|employee|council|opcc|us|"
    "customer service|customer services|call taker|member of staff|spoc"
)
_CALLER_WORDS = (
    "caller|customer|member of (?:the )?public|mop|visitor|client|complainant|resident|them|enquirer|patient|"
    "tenant|unknown|speaker"
)
_IS_STAFF = re2.compile(rf"(?i)^(?:{_STAFF_WORDS})(?:\s*(?:\d+|[(\[].*[)\]]))?$")
_KNOWN_LABEL = re2.compile(
    rf"(?m)(?:^[ \t]*(?i:({_STAFF_WORDS}|{_CALLER_WORDS})(?:[ ]*\d+)?)|"
    r"(?:^|[\s\"'.!?])(Caller|CALLER|Staff|STAFF|Agent|AGENT|Officer|Operator|Customer|Receptionist|Reception|"
    r"Handler|Call handler|Call Handler|Adviser|Advisor|Visitor)(?:[ ]*\d+)?)[ \t]*:[ \t]*"
    rf"|^[ \t]*\[(?i:({_STAFF_WORDS}|{_CALLER_WORDS})(?:[ ]*\d+)?)\][ \t]*:?[ \t]*"
)
_NAMED_LABEL = re2.compile(
    r"(?m)^[ \t]*(\p{Lu}[\p{L}'’.-]*(?: \p{L}[\p{L}'’.-]*)?(?: \p{L}[\p{L}'’.-]*)?)[ \t]*:[ \t]+"
)
_SPEAKERS = ("speaker", "speakerName", "role", "participant")
_SAID = ("text", "spokenText", "content")
_SEGMENTS = ("segments", "transcription", "turns")
_WHOLE = ("text", "content")
_MOST_TURNS = 20_000
_TIME_LINE = re2.compile(r"^\s*-?[\d:.,]+\s*-->\s*-?[\d:.,]+.*$")
_STAMP = re2.compile(r"(?m)^[ \t]*[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?[ \t]*[-–]?[ \t]*")
_VOICE = re2.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re2.compile(r"<[^<>]*>")
_UNHEARD = re2.compile(
    r"(?i)[\[(*<]\s*(?:inaudible|unintelligible|indistinct|unclear|crosstalk|\?{2,})[^\])*>]*[\])*>]"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said without a break. `speaker`: `staff`, `caller`, or None where the transcript names none.

    `start`: where in `Transcript.text` it begins.
    """

    speaker: str | None
    text: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class Transcript:
    """`text`: all that was said, as people read it. `doubt` names why the words may be wrong (the recogniser said so,
    or marked what it could not hear). `unread`: some of it is of no form we know, so that words may be missing."""

    turns: tuple[Turn, ...]
    doubt: str | None = None
    text: str = ""
    unread: bool = False

    @property
    def heard(self) -> tuple[tuple[int, int], ...] | None:
        """From where to where in `text` the caller speaks; None where nobody is named as speaking."""
        if all(turn.speaker is None for turn in self.turns):
            return None
        return tuple((one.start, one.start + len(one.text)) for one in self.turns if one.speaker != STAFF)


def read_transcript(value: Any, staff_name: str | None = None) -> Transcript:
    """Read a transcript given as text (plain, WebVTT, SRT), as a list of turns, or as a recogniser's JSON."""
    doubt, text, unread = None, None, False
    if isinstance(value, str):
        turns, text = _text_turns(value, staff_name)
    elif isinstance(value, Mapping):
        turns, doubt, unread = _recogniser_turns(value, staff_name)
    elif isinstance(value, Sequence):
        (turns, unread), doubt = _listed_turns(value, staff_name), _over(value)
    else:
        return Transcript(())
    kept = tuple(turn for turn in turns if turn.text.strip())
    if doubt is None and any(_UNHEARD.search(turn.text) is not None for turn in kept):
        doubt = "words that were not heard"
    if text is None:
        kept, text = _written(kept)
    return Transcript(kept, doubt, text, unread)


def _written(turns: Sequence[Turn]) -> tuple[tuple[Turn, ...], str]:
    """Turns that came without a text as one, a line a turn behind its speaker."""
    placed, text = [], ""
    for turn in turns:
        text += ("\n" if text else "") + (f"{turn.speaker.title()}: " if turn.speaker else "")
        placed.append(Turn(turn.speaker, turn.text, len(text)))
        text += turn.text
    return tuple(placed), text


def _who(label: str, staff_name: str | None) -> str:
    """Whose turn a label marks. An unknown name is the caller's: better scored once too often than never."""
    name = " ".join(label.split()).strip("[]()")
    if _IS_STAFF.match(name) is not None:
        return STAFF
    if staff_name and name.lower() in (staff_name.lower(), staff_name.lower().split()[0]):
        return STAFF
    return CALLER


def _label(match: Any) -> str:
    label: str = next(filter(None, match.groups()))
    return label


def _text_turns(text: str, staff_name: str | None) -> tuple[list[Turn], str | None]:
    """The turns, and the text in which they stand; None where cues were taken out of it."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if clean.startswith("WEBVTT") or "-->" in clean:
        return _cue_turns(clean, staff_name), None
    clean = _STAMP.sub("", clean)
    known = [(match.start(), match.end(), _label(match)) for match in _KNOWN_LABEL.finditer(clean)]
    named = [(match.start(), match.end(), _label(match)) for match in _NAMED_LABEL.finditer(clean)]
    if not known and len({label for _, _, label in named}) < 2:
        return [_turn(None, clean, 0, len(clean))], clean
    taken = {end for _, end, _ in known}
    marks = sorted(known + [mark for mark in named if mark[1] not in taken])
    turns = [_turn(CALLER, clean, 0, marks[0][0])]
    for index, (_, end, label) in enumerate(marks):
        stop = marks[index + 1][0] if index + 1 < len(marks) else len(clean)
        turns.append(_turn(_who(label, staff_name), clean, end, stop))
    return turns, clean


def _turn(speaker: str | None, text: str, start: int, end: int) -> Turn:
    """The turn in `text[start:end]`, without the white space around it."""
    said = text[start:end]
    return Turn(speaker, said.strip(), start + len(said) - len(said.lstrip()))


def _cue_turns(text: str, staff_name: str | None) -> list[Turn]:
    """WebVTT and SRT, tolerant of times that the specification does not allow (negative, without leading zeros)."""
    turns: list[Turn] = []
    speaker: str | None = None
    in_note = False
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if not line.strip():
            in_note = False
            continue
        if index == 0 and line.startswith("WEBVTT"):
            continue
        if line.startswith(("NOTE", "STYLE", "REGION")):
            in_note = True
        if in_note or _TIME_LINE.match(line) is not None:
            speaker = None if not in_note else speaker
            continue
        if index + 1 < len(lines) and _TIME_LINE.match(lines[index + 1]) is not None and len(line) < 80:
            continue  # a cue's number or name
        if line.lstrip().startswith("{") and (told := _metadata_turn(line, staff_name)) is not None:
            turns.append(told)
            continue
        voice = _VOICE.search(line)
        if voice is not None:
            speaker = _who(voice.group(1), staff_name)
        words = _TAG.sub("", line).strip()
        label = _KNOWN_LABEL.match(words) or _NAMED_LABEL.match(words)
        if voice is None and label is not None:
            speaker = _who(_label(label), staff_name)
            words = words[label.end() :]
        if turns and turns[-1].speaker == speaker:
            turns[-1] = Turn(speaker, f"{turns[-1].text} {words}")
        else:
            turns.append(Turn(speaker, words))
    return turns


def _metadata_turn(line: str, staff_name: str | None) -> Turn | None:
    """A Graph `metadataContent` payload: one JSON object a cue."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("spokenText"), str):
        return None
    return Turn(_who(str(told.get("speakerName") or ""), staff_name), told["spokenText"])


def _listed_turns(items: Sequence[Any], staff_name: str | None) -> tuple[list[Turn], bool]:
    """The turns, and whether some are of no form we know; all that stands in those is the caller's."""
    turns: list[Turn] = []
    unread = False
    for item in items[:_MOST_TURNS]:
        if isinstance(item, str):
            turns.extend(_text_turns(item, staff_name)[0])
        elif isinstance(item, Mapping) and any(name in item for name in _SAID):
            label = next(filter(None, map(item.get, _SPEAKERS)), None)
            words = next(filter(None, map(item.get, _SAID)), "")
            turns.append(Turn(_who(str(label), staff_name) if label else None, str(words).strip()))
        elif words := loose_words(item):
            turns.append(Turn(None, words))
            unread = True
    return turns, unread


def _over(items: Sequence[Any]) -> str | None:
    return f"more than {_MOST_TURNS} turns, of which the rest was not read" if len(items) > _MOST_TURNS else None


def _recogniser_turns(value: Mapping[str, Any], staff_name: str | None) -> tuple[list[Turn], str | None, bool]:
    """Whisper-like JSON. Its own thresholds for silence and repetition give the doubt."""
    if not any(name in value for name in (*_SEGMENTS, *_WHOLE)):
        words = loose_words(value)
        return [Turn(None, words)], None, bool(words)
    segments = next(filter(None, map(value.get, _SEGMENTS)), None)
    text = next(filter(None, map(value.get, _WHOLE)), None)
    listed = segments if isinstance(segments, list) else []
    turns, unread = _listed_turns(listed, staff_name)
    if not any(turn.text for turn in turns):
        turns = _text_turns(text, staff_name)[0] if isinstance(text, str) else []
    doubt = _over(listed) or _doubt(value, [segment for segment in listed if isinstance(segment, Mapping)])
    return turns, doubt, unread


def _doubt(value: Mapping[str, Any], segments: list[Mapping[str, Any]]) -> str | None:
    def number(holder: Mapping[str, Any], name: str, default: float) -> float:
        found = holder.get(name)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else default

    if number(value, "confidence", 1.0) < 0.6:
        return "low confidence of the recogniser"
    for segment in segments:
        if number(segment, "compression_ratio", 1.0) > 2.4 or number(segment, "avg_logprob", 0.0) < -1.0:
            return "low confidence of the recogniser"
        if number(segment, "confidence", 1.0) < 0.6:
            return "low confidence of the recogniser"
    return None
