"""CSV as PBXs and spreadsheets write it: any common encoding, BOM, CRLF; read row by row so that one bad row is one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

LONGEST_ROW_CHARACTERS = 65_536
_BOMS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


def decode(raw: bytes) -> str:
    """The text of a call log: by its byte order mark, else UTF-8, else Windows-1252, which never fails."""
    for encoding, mark in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def rows(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str] | str]]:
    """(line number, fields), or (line number, fault) for a row that is no CSV; blank lines are passed over.

    A quoted field may run over lines, but an unclosed quote takes at most its own line with it.
    """
    pending, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not pending and not line.strip():
            continue
        pending, first = (f"{pending}\n{line}", first) if pending else (line, number)
        if len(pending) > LONGEST_ROW_CHARACTERS:
            yield first, f"longer than {LONGEST_ROW_CHARACTERS} characters"
            pending = ""
        elif pending.count('"') % 2 == 0:
            yield first, _fields(pending, delimiter)
            pending = ""
    if pending:
        yield from _unclosed(pending, first, delimiter)


def _unclosed(pending: str, first: int, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    _, *rest = pending.split("\n")
    yield first, "a quote is opened and never closed"
    for number, line in enumerate(rest, first + 1):
        if line.count('"') % 2:
            yield number, "a quote is opened and never closed"
        elif line.strip():
            yield number, _fields(line, delimiter)


def _fields(line: str, delimiter: str) -> list[str]:
    return next(
        csv.reader(
            [line.replace("\0", "")] if "\n" not in line else line.replace("\0", "").splitlines(True),
            delimiter=delimiter,
        ),
        [],
    )


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A time of a call log: ISO 8601 or `YYYY-MM-DD HH:MM:SS` or `DD/MM/YYYY HH:MM[:SS]`; local to `zone`.

    An offset in the text wins. ValueError names what was expected. Where the clocks go back, the first hour is taken.
    """
    cleaned = text.strip()
    for layout in ("", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M:%S"):
        try:
            parsed = datetime.strptime(cleaned, layout) if layout else datetime.fromisoformat(cleaned)
        except ValueError:
            continue
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
    raise ValueError("expected a time such as 2026-03-02 10:15:00")


def seconds(text: str) -> int:
    """Whole seconds, or H:MM:SS, or MM:SS. ValueError names what was expected."""
    cleaned = text.strip()
    if not cleaned:
        return 0
    parts = cleaned.split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("expected seconds, MM:SS or H:MM:SS")
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return total
