"""Header fields: unfolding, RFC 2047 words, RFC 2045/2231 parameters. Linear on any bytes."""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from gateway.reading.charsets import decode_text, is_binary
from gateway.reading.limits import DEFAULT_LIMITS, ReadingLimits
from gateway.reading.transfer import decode_base64

# These patterns stop at a `?`, `;` or `"` and have nothing to backtrack into: they are linear here too, and many times
# as quick as re2's on values as short as these.
_WORD_HEAD = re.compile(r"=\?([^?=*\t\n\f\r]{0,60}+)(?:\*[^?=\t\n\f\r ]{0,40}+)?+\? ?([bBqQ]) ?\?")
_LOOKS_ENCODED = re.compile(r"=\?[^?=\t\n\f\r ]{2,60}+\?(?:[^?\t\n\f\r ]{0,20}+\?|[^?\t\n\f\r ]{12})")
"""An encoded word of which not even the encoding can be told."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=]*+")
_RUN = 16
"""Letters without a space that are more likely base64 than a word."""
_PARAMETER = re.compile(
    r';[ \t\r\n]*+([^\t\n\f\r =;"]++)[ \t\r\n]*+=[ \t\r\n]*+(?:"((?:[^"\\]++|\\.)*+)"?+|([^;\t\n\f\r ]*+))'
)
_BACKSLASHED = re.compile(r"\\(.)")
_FIELD_NAME_BYTES = bytes(byte for byte in range(33, 127) if byte != ord(":"))


@dataclass(frozen=True, slots=True)
class Words:
    """A field's text with its encoded words read. `sound`: nothing in it looks encoded and could not be read."""

    text: str
    sound: bool = True


@dataclass(slots=True)
class Headers:
    """The fields of one entity in order, top first. Names are lower-cased, values unfolded but not decoded."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    truncated: bool = False
    _values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        """Put a field beneath those that are there."""
        self.fields.append((name, value))
        self._values.setdefault(name, []).append(value)

    def first(self, name: str) -> str | None:
        """The topmost field of that name."""
        values = self._values.get(name)
        return values[0] if values else None

    def every(self, name: str) -> list[str]:
        """All fields of that name, top first."""
        return list(self._values.get(name, ()))


def unescaped(quoted: str) -> str:
    """The inside of a quoted string with its quoted pairs read (RFC 5322 3.2.1)."""
    return _BACKSLASHED.sub(r"\1", quoted)


def _lines(block: bytes) -> Iterator[bytes]:
    for line in block.split(b"\n"):
        yield line[:-1] if line.endswith(b"\r") else line


def split_entity(raw: bytes, limits: ReadingLimits = DEFAULT_LIMITS) -> tuple[Headers, bytes]:
    """Part one entity into its header fields and its body.

    A first line that is no field ends the header, so text without a header is all body; a mbox `From ` line is
    skipped. Bare CR line ends are taken as line ends where there is no LF at all.
    """
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    headers = Headers()
    position, end = 0, len(raw)
    name: str | None = None
    parts: list[bytes] = []
    first = True

    def close() -> None:
        if name is not None:
            headers.add(name, _unfold(parts, headers))

    while position < end:
        stop = raw.find(b"\n", position)
        following = end if stop < 0 else stop + 1
        line = raw[position:following].rstrip(b"\r\n")
        if not line:
            close()
            return headers, raw[following:]
        if first and line.startswith((b"From ", b">From ")):
            position, first = following, False
            continue
        first = False
        if line[:1] in b" \t":
            if name is not None:
                parts.append(line)
        else:
            label, colon, value = line.partition(b":")
            label = label.rstrip(b" \t")
            if not colon or not label or label.translate(None, _FIELD_NAME_BYTES):
                # No field and no blank line: the body begins here (RFC 5322 gives no meaning to it).
                close()
                return headers, raw[position:]
            close()
            name = label.decode("ascii").lower()
            parts = [value]
        if position > limits.header_bytes or len(headers.fields) >= limits.header_fields:
            headers.truncated = True
            close()
            blank = _blank_line(raw, position)
            return headers, raw[position:] if blank < 0 else raw[blank:]
        position = following
    close()
    return headers, b""


def _blank_line(raw: bytes, position: int) -> int:
    """Where the body begins after the next empty line, -1 where there is none."""
    found = [at + len(mark) for mark in (b"\n\n", b"\n\r\n") if (at := raw.find(mark, position)) >= 0]
    return min(found, default=-1)


def _unfold(parts: list[bytes], headers: Headers) -> str:
    data = parts[0] if len(parts) == 1 else b" ".join(part.strip() for part in parts)
    if data.isascii():
        return data.decode("ascii").replace("\x00", "").strip()
    decoded = decode_text(data)
    if decoded.guess is not None and decoded.guess != "utf-8":
        headers.guesses.append(decoded.guess)
    return decoded.text.replace("\x00", "").strip()


def decode_words(value: str) -> str:
    """The text of `read_words`."""
    return read_words(value).text


def read_words(value: str) -> Words:
    """Read RFC 2047 encoded words; what is no such word stays as it is. Never raises.

    A word may lack its end, its padding or its character set, and hold spaces: a mail program may show it all the same.
    """
    if "=?" not in value:
        return Words(value)
    out: list[str] = []
    pending: list[bytes] = []
    charset = ""
    sound = True

    def close() -> None:
        nonlocal sound
        if pending:
            decoded = decode_text(b"".join(pending), charset)
            out.append(decoded.text)
            sound = sound and not decoded.damaged and not is_binary(decoded.text.encode("utf-8", "replace"))
            pending.clear()

    def plain(text: str) -> None:
        nonlocal sound
        close()
        out.append(text)
        sound = sound and _LOOKS_ENCODED.search(text) is None

    heads = list(_WORD_HEAD.finditer(value))
    stops = [*(head.start() for head in heads), len(value)]
    plain(value[: stops[0]])
    for head, stop in zip(heads, stops[1:], strict=True):
        label = head.group(1).strip().lower()
        if label != charset:
            close()
        charset = label
        word = _word(head.group(2), value[head.end() : stop])
        sound = sound and word.sound
        # Adjacent words of one charset are joined before decoding: a character may be split between them.
        pending.append(word.data)
        if word.after.strip() or stop == len(value):
            plain(word.after)
    close()
    return Words("".join(out).replace("\x00", ""), sound)


@dataclass(frozen=True, slots=True)
class _Word:
    """`after`: what follows and is not encoded."""

    data: bytes
    after: str = ""
    sound: bool = True


def _word(encoding: str, written: str) -> _Word:
    """The word at the beginning of what is written behind a word's head."""
    payload, end, after = written.partition("?=")
    if encoding in "qQ":
        encoded = payload if end else payload.rstrip()  # the space before a word that follows is none of its text
        return _Word(binascii.a2b_qp(encoded.encode("utf-8"), header=True), after)
    pieces = payload.split() if end else payload.rstrip("? ").split()
    if len(pieces) != 1 and (data := _utf8_of(pieces)) is not None:
        return _Word(data, after)
    if not end:
        short = next((n for n, piece in enumerate(pieces) if n and len(piece) < _RUN), len(pieces))
        if (data := _utf8_of(pieces[:short])) is not None:
            return _Word(data, "".join(f" {piece}" for piece in pieces[short:]))
    data = decode_base64(" ".join(pieces).encode("utf-8")).data
    parted = len(pieces) > 1 and min(map(len, pieces)) < _RUN
    return _Word(data, after, sound=not pieces or bool(data and not parted and _BASE64.fullmatch("".join(pieces))))


def _utf8_of(pieces: list[str]) -> bytes | None:
    """The bytes of base64 that spaces part, where it is plainly that: it comes to printable UTF-8, cut or not."""
    encoded = "".join(pieces)
    if _BASE64.fullmatch(encoded) is None:
        return None
    data = decode_base64(encoded.encode("ascii")).data
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return None
    return data if text and text.isprintable() else None


def _extended(value: str) -> str:
    """An RFC 2231 value: charset'language'percent-encoded."""
    charset, _, rest = value.partition("'")
    _, quote, encoded = rest.partition("'")
    if not quote:
        return decode_text(unquote_to_bytes(value)).text
    return decode_text(unquote_to_bytes(encoded), charset).text


def parse_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """`text/plain; charset="utf-8"` gives ("text/plain", {"charset": "utf-8"}), names and main value lower-cased.

    Continuations and charsets of RFC 2231 are joined and read, encoded words in a value (not allowed, common) too.
    """
    main, semicolon, rest = value[:20_000].partition(";")
    main = "".join(main.split()).lower()
    if not semicolon:
        return main, {}
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(";" + rest):
        name = match.group(1).lower()
        quoted = match.group(2)
        text = match.group(3) or "" if quoted is None else unescaped(quoted)
        base, star, tail = name.partition("*")
        if not star:
            plain.setdefault(name, decode_words(text))
            continue
        index = tail.removesuffix("*")
        pieces.setdefault(base, {})[int(index) if index.isdecimal() and len(index) < 4 else 0] = (
            text,
            tail.endswith("*") or not tail,
        )
    for base, numbered in pieces.items():
        ordered = [numbered[key] for key in sorted(numbered)]
        joined = "".join(text for text, _ in ordered)
        plain[base] = _extended(joined) if any(encoded for _, encoded in ordered) else decode_words(joined)
    return main, plain
