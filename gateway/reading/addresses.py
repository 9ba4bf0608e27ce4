"""Address lists and message identifiers as written in headers (RFC 5322 3.4, 3.6.4), read tolerantly."""

from __future__ import annotations

import re

from gateway.reading.headers import decode_words, unescaped
from models.contact import SenderAddress

# Possessive, so that there is nothing to backtrack into: these are linear, and ten times as quick as re2's for many
# short matches.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|<[^<>]*+>?+|[(),;:]|[^"<>(),;:]++|>')
_MESSAGE_ID = re.compile(r"<[^<>\t\n\f\r ]++>")
_AROUND_IDS = "<>()\"',;:"


def _name(words: list[str]) -> str | None:
    text = " ".join(decode_words("".join(words)).split()).strip("'\" ")
    return text or None


def _address(text: str) -> str:
    return "".join(text.split()).strip("<>\"'").rpartition(":")[2].lower()


def parse_addresses(value: str) -> list[SenderAddress]:
    """Every address of a header value, lower-cased, with the name beside it. Groups give their members.

    Something that is no address (`MAILER-DAEMON`) is kept as it is, for a reader to judge.
    """
    found: list[SenderAddress] = []
    words: list[str] = []
    comment: list[str] = []
    angles: list[str] = []
    depth = 0

    def close() -> None:
        if angles:
            name = _name(words) or _name(comment)
            found.extend(SenderAddress(address=address, name=name) for address in angles)
        else:
            bare = decode_words("".join(words))
            if address := _address(bare):
                found.append(SenderAddress(address=address, name=_name(comment)))
        words.clear()
        comment.clear()
        angles.clear()

    for piece in _TOKEN.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth:
            comment.append(piece)
        elif piece in ",;":
            close()
        elif piece == ":":
            if not angles and "@" not in "".join(words):
                words.clear()  # the name of a group
        elif piece[0] == '"':
            quoted = unescaped(piece[1:-1] if len(piece) > 1 and piece[-1] == '"' else piece[1:])
            words.append(quoted)
        elif piece[0] == "<" and len(piece) > 1:
            if address := _address(piece):
                angles.append(address)
        elif piece not in "<>":
            words.append(piece)
    close()
    return found


def only_addresses(values: list[str]) -> tuple[str, ...]:
    """The distinct addresses with an `@` in these header values, in order."""
    seen: dict[str, None] = {}
    for value in values:
        for entry in parse_addresses(value):
            local, at, domain = entry.address.rpartition("@")
            if at and local and domain:
                seen.setdefault(entry.address)
    return tuple(seen)


def message_ids(value: str | None) -> tuple[str, ...]:
    """The Message-IDs in a header value, in angle brackets, which some programs leave out.

    Bare ones count only where none is in brackets: beside those the words are a comment (`Your mail of a@b <c@d>`).
    """
    written = (value or "")[:200_000]
    return tuple(_MESSAGE_ID.findall(written)) or tuple(
        f"<{word}>" for piece in written.split() if "@" in (word := piece.strip(_AROUND_IDS)).strip("@")
    )


def message_id_of(value: str) -> str:
    """The one Message-ID that is written there; what is none stays as it is."""
    return next(iter(message_ids(value)), value)
