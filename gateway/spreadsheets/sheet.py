"""A sheet of a spreadsheet: CSV as offices save it, or XLSX. Only read; formulas are not run."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import product
from pathlib import Path

import python_calamine

from gateway.spreadsheets.markup import MarkupError, Place, begins_in_1904, unread

Cell = str | int | float | bool | date | datetime | time | timedelta

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_MOST_CHARACTERS = 20_000
_MOST_MERGED = 100_000
# A workbook is a zip file: a small one can unfold to fill any memory.
_MOST_UNFOLDED_BYTES = 200 * 1024 * 1024
_VISIBLE = python_calamine.SheetVisibleEnum.Visible
_MERGED = "merged with the cell above or before it; part them, and write into each what holds for it"
_DELIMITERS = ",;\t|"
_SNIFFED_CHARACTERS = 20_000


class SheetError(Exception):
    """The file cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty. `number`: as the spreadsheet shows it, from 1.

    `unread`: by column from 0, why what a cell shows is not among its values.
    """

    number: int
    cells: tuple[Cell, ...]
    unread: Mapping[int, str] = field(default_factory=dict)

    def at(self, column: int) -> Cell:
        """The cell of a column from 0; empty text beyond the row's end."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows. `name`: of the file, and of the sheet in it."""

    name: str
    rows: tuple[Row, ...]


def read(path: Path, *, sheet: str | None = None) -> Sheet:
    """A CSV file, or a sheet of an XLSX workbook: the first that is not hidden, or the one named.

    SheetError where it cannot be used.
    """
    try:
        size = path.stat().st_size
        raw = b"" if size > MOST_BYTES else path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}: cannot be read: {error.strerror}") from None
    if size > MOST_BYTES:
        raise SheetError(f"{path}: larger than {MOST_BYTES // 1024 // 1024} MB; split it")
    if path.suffix.lower() == ".csv":
        return Sheet(path.name, _rows(path, _csv(path, raw), {}, {}))
    if path.suffix.lower() == ".xlsx":
        name, values, merged = _xlsx(path, raw, sheet)
        return Sheet(f"{path.name}, sheet {name}", _rows(path, values, _lost(path, raw, name), merged))
    raise SheetError(f"{path}: expected a file that ends in .csv or .xlsx")


def _rows(
    path: Path, lines: Iterable[Sequence[Cell]], lost: Mapping[Place, str], merged: Mapping[Place, str]
) -> tuple[Row, ...]:
    """`lost`: cells that hold something which is not to be had; `merged`: those that show what another cell holds."""
    found, of_row = [], _by_row({**merged, **lost})
    holding = {row for row, _column in lost}
    for number, cells in enumerate(lines, start=1):
        if len(cells) > _MOST_COLUMNS and any(str(cell).strip() for cell in cells[_MOST_COLUMNS:]):
            raise SheetError(f"{path}: row {number} has more than {_MOST_COLUMNS} columns")
        kept = tuple(cells[:_MOST_COLUMNS])
        if any(isinstance(cell, str) and len(cell) > _MOST_CHARACTERS for cell in kept):
            raise SheetError(f"{path}: row {number} has a cell of more than {_MOST_CHARACTERS} characters")
        if any(str(cell).strip() for cell in kept) or number - 1 in holding:
            found.append(Row(number, kept, of_row.get(number - 1, {})))
        if len(found) > MOST_ROWS:
            raise SheetError(f"{path}: more than {MOST_ROWS} rows; split it")
    if not found:
        raise SheetError(f"{path}: there is nothing in it")
    return tuple(found)


def _by_row(places: Mapping[Place, str]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for (row, column), why in places.items():
        found.setdefault(row, {})[column] = why
    return found


def _csv(path: Path, raw: bytes) -> Iterator[Sequence[Cell]]:
    text = _decoded(path, raw)
    if "\0" in text:
        raise SheetError(f"{path}: not text; save the spreadsheet as CSV UTF-8 or as XLSX")
    # Rows as the spreadsheet counts them: a cell with lines of its own is in one row.
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text), doublequote=True, skipinitialspace=True, strict=True
    )
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):  # noqa: B007 - for the row at fault
            yield cells
    except csv.Error as error:
        how = f"row {number + 1} is not CSV ({error}); save the spreadsheet anew as CSV UTF-8 or as XLSX"
        raise SheetError(f"{path}: {how}") from None


def _delimiter(text: str) -> str:
    """What parts the cells. Only that is guessed at: how cells are quoted is the same in every CSV (RFC 4180, 2)."""
    try:
        return csv.Sniffer().sniff(text[:_SNIFFED_CHARACTERS], _DELIMITERS).delimiter
    except csv.Error:  # one column, or a few rows with quotes that it cannot make sense of
        return max(_DELIMITERS, key=lambda delimiter: _headings(text, delimiter))


def _headings(text: str, delimiter: str) -> int:
    """Into how many the first row with anything in it is parted; the comma goes first where that says nothing."""
    lines = csv.reader(io.StringIO(text[:_SNIFFED_CHARACTERS], newline=""), delimiter=delimiter, strict=True)
    try:
        return len(next(filter(None, lines), ()))
    except csv.Error:
        return 0


def _decoded(path: Path, raw: bytes) -> str:
    """By its byte order mark, else UTF-8, else the code page of a British Windows."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(f"{path}: its characters cannot be read; save the spreadsheet as CSV UTF-8 or as XLSX")


def _lost(path: Path, raw: bytes, sheet: str) -> Mapping[Place, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as folder:
            if begins_in_1904(folder):
                text = "counts its days from 1904, so that one may be four years off; save the sheet as CSV"
                raise SheetError(f"{path}: {text}")
            return unread(folder, sheet)
    except MarkupError:
        raise SheetError(f"{path}: not a workbook that can be read; save it anew in a spreadsheet") from None


def _covered(path: Path, ranges: Sequence[tuple[Place, Place]]) -> Mapping[Place, str]:
    """The cells that merged ones cover, all but the first of each, which has the value."""
    if sum((bottom - top + 1) * (right - left + 1) for (top, left), (bottom, right) in ranges) > _MOST_MERGED:
        raise SheetError(f"{path}: more than {_MOST_MERGED} cells in it are merged; part them")
    found = {}
    for (top, left), (bottom, right) in ranges:
        for place in product(range(top, bottom + 1), range(left, right + 1)):
            if place != (top, left):
                found[place] = _MERGED
    return found


def _xlsx(path: Path, raw: bytes, wanted: str | None) -> tuple[str, Iterable[Sequence[Cell]], Mapping[Place, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as folder:
            unfolded = sum(member.file_size for member in folder.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise SheetError(f"{path}: not a workbook; if it has a password, save it without one") from None
    if unfolded > _MOST_UNFOLDED_BYTES:
        raise SheetError(f"{path}: unfolds to more than {_MOST_UNFOLDED_BYTES // 1024 // 1024} MB; save only the sheet")
    try:
        with python_calamine.load_workbook(io.BytesIO(raw)) as workbook:
            names = workbook.sheet_names
            if wanted is not None and wanted not in names:
                raise SheetError(f"{path}: no sheet {wanted!r}; there are {', '.join(names)}")
            shown = [one.name for one in workbook.sheets_metadata if one.visible == _VISIBLE]
            if wanted is None and not shown:
                raise SheetError(f"{path}: no sheet in it that is not hidden; name one with --sheet")
            name = wanted or shown[0]
            sheet = workbook.get_sheet_by_name(name)
            if sheet.total_height > 50 * MOST_ROWS or sheet.total_width > 50 * _MOST_COLUMNS:
                raise SheetError(f"{path}: sheet {name} claims {sheet.total_height} rows; save only what is used of it")
            merged = _covered(path, sheet.merged_cell_ranges or ())
            return name, sheet.to_python(skip_empty_area=False), merged
    except python_calamine.CalamineError as error:
        raise SheetError(f"{path}: not a workbook that can be read ({type(error).__name__})") from None
