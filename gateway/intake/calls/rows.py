"""CSV as PBXs and spreadsheets write it: any common encoding, BOM, CRLF; read row by row so that one bad row is one."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

LONGEST_LINE_CHARACTERS = 65_536
MOST_LINES_A_ROW = 200
_BOMS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
_LAYOUTS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d/%m/%y %H:%M",
    "%d/%m/%Y %I:%M %p",
)
_LONGEST_CALL_SECONDS = 7 * 24 * 3600

Row = tuple[int, list[str] | str]
"""(number of its first line, fields), or (number, why it is no CSV)."""


def decode(raw: bytes) -> str:
    """The text of a call log: by its byte order mark, else UTF-8, else Windows-1252, which never fails.

    A second mark, which converting a file from one to the other leaves, would be part of the first column's name.
    """
    return _decoded(raw).removeprefix("\ufeff")


def _decoded(raw: bytes) -> str:
    for encoding, mark in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    for encoding, zeros in (("utf-16-le", raw[1:200:2]), ("utf-16-be", raw[0:200:2])):
        if zeros and not any(zeros):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def row_id(values: Iterable[str]) -> str:
    """What stands for a call's id where the log has none: the same of rows that agree in these values."""
    return "row-" + hashlib.sha256("\0".join(values).encode()).hexdigest()[:24]


def rows(text: str, delimiter: str = ",") -> Iterator[Row]:
    """Every row; blank lines are passed over.

    A quoted field may run over lines, but a quote that is not closed, or not where a quote may be, takes no line but
    its own with it.
    """
    # Not splitlines(): it also parts lines at characters that may stand inside a field.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        fields, used = _row(lines, at, delimiter)
        yield at + 1, fields
        at += used


def _row(lines: list[str], at: int, delimiter: str) -> tuple[list[str] | str, int]:
    if len(lines[at]) > LONGEST_LINE_CHARACTERS:
        return f"longer than {LONGEST_LINE_CHARACTERS} characters", 1
    reader = csv.reader(
        (f"{line}\n" for line in islice(lines, at, at + MOST_LINES_A_ROW)), delimiter=delimiter, strict=True
    )
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return "a quote is not closed, or text stands after a closing quote", 1


def moment(text: str, zone: ZoneInfo, *, not_before: datetime | None = None) -> datetime:
    """A time of a call log in UTC: ISO 8601, `YYYY-MM-DD HH:MM:SS` or `DD/MM/YYYY HH:MM[:SS]`, local to `zone`.

    An offset in the text wins. Where the clocks go back the first hour is taken, or the second where the first would
    be before `not_before`. ValueError names what was expected.
    """
    parsed = _parse(text.strip())
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=zone)
        if not_before is not None and parsed.astimezone(UTC) < not_before:
            parsed = parsed.replace(fold=1)
    return parsed.astimezone(UTC)


def _parse(text: str) -> datetime:
    if ":" in text:  # a day alone is no time of a call
        try:
            return _sane(datetime.fromisoformat(text))
        except ValueError:
            pass
        for layout in _LAYOUTS:
            try:
                return _sane(datetime.strptime(text, layout))
            except ValueError:
                continue
    raise ValueError("expected a time such as 2026-03-02 10:15:00")


def _sane(moment_: datetime) -> datetime:
    if not 1980 <= moment_.year <= 9000:  # the ends of the calendar cannot be turned into UTC
        raise ValueError("no call of ours")
    return moment_


def seconds(text: str) -> int:
    """Whole seconds, or H:MM:SS, or MM:SS. ValueError names what was expected."""
    cleaned = text.strip()
    if not cleaned:
        return 0
    parts = cleaned.split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise ValueError("expected seconds, MM:SS or H:MM:SS")
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    if total > _LONGEST_CALL_SECONDS:
        raise ValueError("expected a length of less than a week")
    return total
