"""New text, quoted history and signature apart, in one pass over the lines.

Doubt keeps text in the body. Quoted lines lose their `> ` so that a sentence reads through; nothing else is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import re2

from gateway.reading.signatures import signature_start

# Nothing to backtrack into: on a line at a time the standard library is ten times as quick as re2.
_QUOTE_MARK = re.compile(r" {0,3}+(?:> ?+)++")
_SEPARATOR = re2.compile(
    r"(?i)^\W{0,2}[-_=*]{2,}\s*(?:original (?:message|e-?mail|appointment)|forwarded (?:message|e-?mail)(?: follows)?|"
    r"forwarded by\b.*|reply message|message d'origine|ursprüngliche nachricht|mensaje original|"
    r"weitergeleitete nachricht|message transféré)\s*[-_=*]{2,}\s*$"
)
_FORWARD_OPENING = re2.compile(
    r"(?i)^\W{0,2}(?:begin forwarded message\s*:|[-_=*]{2,}\s*forwarded (?:message|e-?mail|by)\b.*)\s*$"
)
_ATTRIBUTION_END = re2.compile(
    r"(?i)\b(?:wrote|writes|schrieb|escribió|a écrit|ha scritto|napisał\(?a?\)?)\s*:\s*$|schrieb .+:\s*$"
)
_ATTRIBUTION_START = re2.compile(
    r"(?i)^\W{0,3}(?:on\b.*\d|in (?:a|your|his|her) (?:message|letter|email)\b.*\d|am\b.*\d|le\b.*\d|"
    r"el\b.*\d|il\b.*\d|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|.*[<\[(]\S+@\S+[>\])])"
)
_BLOCK_FROM = re2.compile(r"(?i)^[\s*>_]{0,6}(?:from|von|de|da|van)\s*:\s*\*?\s*\S")
_BLOCK_FIELD = re2.compile(
    r"(?i)^[\s*>_]{0,6}(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|reply-to)"
    r"\s*:"
)
_RULE = re2.compile(r"^\s*(?:_{10,}|-{10,}|={10,})\s*$")
_ADDRESS_OR_TIME = re2.compile(r"\S@\S|\d{1,2}[:.]\d{2}")
_ADDRESS = re2.compile(r"[^\s<>\[\]():;,\"']+@[^\s<>\[\]():;,\"']+")
_LINE_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class SplitText:
    """The three stretches of a text, each joined in order. `forwarded`: a forwarded message begins in it."""

    body: str
    quoted: str = ""
    signature: str = ""
    forwarded: bool = False


@dataclass(slots=True)
class _Stretch:
    quoted: bool
    lines: list[str]


def split_text(text: str, sender_name: str | None = None) -> SplitText:
    """Split one message text. `sender_name` helps to know a bare name at the end as the signature."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    stretches, forwarded, marked = _stretches(lines)
    fresh = [stretch for stretch in stretches if not stretch.quoted and any(line.strip() for line in stretch.lines)]
    if not fresh and not marked:
        # Everything carries a quote mark and nothing says whom it quotes: these are the writer's own words.
        fresh = [_Stretch(False, [line for stretch in stretches for line in stretch.lines])]
        stretches = fresh
    signatures: list[str] = []
    for stretch in dict.fromkeys(map(id, fresh[:1] + fresh[-1:])):
        chosen = next(candidate for candidate in fresh if id(candidate) == stretch)
        at = signature_start(chosen.lines, sender_name)
        signatures.append(_joined(chosen.lines[at:]))
        chosen.lines = chosen.lines[:at]
    return SplitText(
        body="\n\n".join(filter(None, (_joined(stretch.lines) for stretch in fresh))),
        quoted="\n\n".join(filter(None, (_joined(stretch.lines) for stretch in stretches if stretch.quoted))),
        signature="\n".join(filter(None, signatures)),
        forwarded=forwarded,
    )


def quoted_authors(quoted: str) -> tuple[str, ...]:
    """Who wrote quoted history, by its attributions and header blocks: an address each, "" where one gives none.

    Empty where nothing says who wrote it.
    """
    lines = quoted.split("\n")
    telling = _telling(lines)
    authors: list[str] = []
    index = telling.find(1)
    while index >= 0:
        opening = _history_opens(lines, index)
        if opening and _SEPARATOR.match(lines[index][:_LINE_CHARACTERS]) is None and not _RULE.match(lines[index]):
            address = _ADDRESS.search(" ".join(lines[index : index + opening])[:_LINE_CHARACTERS])
            authors.append("" if address is None else address.group().lower())
        index = telling.find(1, index + 1)
    return tuple(authors)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def _telling(lines: list[str]) -> bytearray:
    """For each line 1 where a quote mark may stand or history may open, 0 where neither can.

    Most lines of most letters begin with a letter and hold no colon, and no pattern need look at those.
    """
    telling = bytearray(len(lines))
    for index, line in enumerate(lines):
        if ":" in line:
            telling[index] = 1
            if line[:_LINE_CHARACTERS].rstrip().endswith(":"):  # an attribution may run over three lines
                telling[max(0, index - 2) : index] = b"\1" * min(2, index)
        elif line and not line[0].isalnum():
            telling[index] = 1
    return telling


def _stretches(lines: list[str]) -> tuple[list[_Stretch], bool, bool]:
    """The text as runs of new and quoted lines; whether something is forwarded; whether an attribution was seen."""
    stretches: list[_Stretch] = []
    forwarded = marked = False

    def add(quoted: bool, taken: list[str]) -> None:
        if stretches and stretches[-1].quoted == quoted:
            stretches[-1].lines.extend(taken)
        else:
            stretches.append(_Stretch(quoted, list(taken)))

    telling = _telling(lines)
    index, count = 0, len(lines)
    while index < count:
        line = lines[index]
        if not line.strip():
            # A blank line belongs to what stands before it.
            add(bool(stretches) and stretches[-1].quoted, [line])
            index += 1
            continue
        if not telling[index]:
            following = telling.find(1, index)
            following = count if following < 0 else following
            add(False, lines[index:following])
            index = following
            continue
        quoted: list[str] = []
        while index < count and (mark := _QUOTE_MARK.match(lines[index])) is not None:
            quoted.append(lines[index][mark.end() :])
            index += 1
        if quoted:
            add(True, quoted)
            continue
        opening = _history_opens(lines, index)
        if opening == 0:
            add(False, [line])
            index += 1
            continue
        marked = True
        following = index + opening
        forwarded = forwarded or _FORWARD_OPENING.match(line[:_LINE_CHARACTERS]) is not None
        while following < count and not lines[following].strip():
            following += 1
        if following < count and _QUOTE_MARK.match(lines[following]) is not None:
            add(True, lines[index:following])
            index = following
            continue
        if following >= count:
            add(True, lines[index:])
        else:
            add(True, [_unmarked(rest) for rest in lines[index:]])
        break
    return stretches, forwarded, marked


def _unmarked(line: str) -> str:
    mark = _QUOTE_MARK.match(line)
    return line if mark is None else line[mark.end() :]


def _history_opens(lines: list[str], index: int) -> int:
    """How many lines open quoted history here (an attribution, a separator, a header block); 0 where none does."""
    line = lines[index][:_LINE_CHARACTERS]
    first = line.lstrip("*_ \t\xa0")[:1]
    if first in "-=_" or line.lstrip()[:1] in "-=_*":
        if _SEPARATOR.match(line) is not None or _FORWARD_OPENING.match(line) is not None:
            return 1
        if _RULE.match(line) is not None and index + 1 < len(lines) and _header_block(lines, index + 1):
            return 1
    if first in "Bb" and _FORWARD_OPENING.match(line) is not None:
        return 1
    if ":" in line and _header_block(lines, index):
        return 1
    if _ends_in_colon(lines[index : index + 3]) and _ATTRIBUTION_START.match(line) is not None:
        joined = line
        for extra in range(3):
            if _ATTRIBUTION_END.search(joined) is not None:
                return extra + 1 if _quotes_follow(lines, index + extra + 1) or _ADDRESS_OR_TIME.search(joined) else 0
            if index + extra + 1 >= len(lines) or not lines[index + extra + 1].strip() or len(joined) > 300:
                break
            joined = f"{joined} {lines[index + extra + 1][:_LINE_CHARACTERS]}"
    return 0


def _ends_in_colon(lines: list[str]) -> bool:
    """Whether one of these lines does, as an attribution must: told before any pattern is tried."""
    return any(":" in line and line[:_LINE_CHARACTERS].rstrip().endswith(":") for line in lines)


def _quotes_follow(lines: list[str], index: int) -> bool:
    """Whether the next line with words is quoted; "On 3 March he wrote:" may also begin the writer's own story."""
    following = next((line for line in lines[index : index + 5] if line.strip()), "")
    return _QUOTE_MARK.match(following) is not None


def _header_block(lines: list[str], index: int) -> bool:
    """A `From:` line with at least two more fields of a header right below it (Outlook, Apple Mail, Gmail)."""
    if _BLOCK_FROM.match(lines[index][:_LINE_CHARACTERS]) is None:
        return False
    fields = set()
    for line in lines[index + 1 : index + 9]:
        match = _BLOCK_FIELD.match(line[:_LINE_CHARACTERS])
        if match is not None:
            fields.add(match.group(1).lower())
    return len(fields) >= 2
