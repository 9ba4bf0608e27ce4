"""RTF to text: control words dropped, destinations that hold no words skipped. One pass, no recursion."""

from __future__ import annotations

import re2

from gateway.reading.limits import IMAGE_ONLY_CHARACTERS

_TOKEN = re2.compile(rb"\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata colorschememapping latentstyles datastore generator "
    b"listtable listoverridetable rsidtbl xmlnstbl filetbl revtbl".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"page": "\n", b"sect": "\n", b"tab": "\t", b"cell": "\t"}
_CHARACTERS = {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"endash": "–", b"emdash": "—"}


def rtf_to_text(data: bytes) -> str:
    """The words of an RTF document, hidden runs included."""
    out: list[str] = []
    charset = "cp1252"
    silent_from: int | None = None
    depth = skip = 0
    for match in _TOKEN.finditer(data):
        word, number, octet, symbol, brace, text = match.groups()
        if brace == b"{":
            depth += 1
        elif brace == b"}":
            depth -= 1
            if silent_from is not None and depth < silent_from:
                silent_from = None
        elif silent_from is not None:
            continue
        elif word is not None:
            if word in _SILENT:
                silent_from = depth
            elif word == b"ansicpg" and number:
                charset = f"cp{int(number)}" if len(number) < 6 else charset
            elif word == b"u" and number and len(number) < 8:
                out.append(_character(int(number)))
                skip = 1
            else:
                out.append(_BREAKS.get(word) or _CHARACTERS.get(word, ""))
        elif octet is not None:
            if skip:
                skip = 0
            else:
                out.append(_decode(bytes((int(octet, 16),)), charset))
        elif symbol is not None:
            if symbol == b"*":
                silent_from = depth
            elif symbol in b"\\{}":
                out.append(symbol.decode("ascii"))
            elif symbol == b"~":
                out.append(" ")
        elif text is not None:
            out.append(_decode(text[skip:], charset))
            skip = 0
    return "".join(out).strip()


def _character(number: int) -> str:
    code = number & 0xFFFF
    return "" if 0xD800 <= code <= 0xDFFF else chr(code)


def _decode(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("cp1252", "replace")


def unread_in(data: bytes, text: str) -> str | None:
    """What of an RTF document people see and nobody here reads; `text`: its words."""
    if b"\\objdata" in data:
        return "document with another one in it"
    if b"\\pict" in data and len(text) < IMAGE_ONLY_CHARACTERS:
        return "document with a picture and no text"
    return None
