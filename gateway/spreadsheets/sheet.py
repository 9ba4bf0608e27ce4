"""A sheet of a spreadsheet: CSV as offices save it, or XLSX. Only read; formulas are not run."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

Cell = str | int | float | bool | date | datetime | time | timedelta

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_MOST_CHARACTERS = 20_000
# A workbook is a zip file: a small one can unfold to fill any memory.
_MOST_UNFOLDED_BYTES = 200 * 1024 * 1024
_VISIBLE = python_calamine.SheetVisibleEnum.Visible
_DELIMITERS = ",;\t|"
_SNIFFED_CHARACTERS = 20_000


class SheetError(Exception):
    """The file cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty. `number`: as the spreadsheet shows it, from 1."""

    number: int
    cells: tuple[Cell, ...]

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
        return Sheet(path.name, _rows(path, _csv(path, raw)))
    if path.suffix.lower() == ".xlsx":
        name, values = _xlsx(path, raw, sheet)
        return Sheet(f"{path.name}, sheet {name}", _rows(path, values))
    raise SheetError(f"{path}: expected a file that ends in .csv or .xlsx")


def _rows(path: Path, lines: Iterable[Sequence[Cell]]) -> tuple[Row, ...]:
    found = []
    for number, cells in enumerate(lines, start=1):
        if len(cells) > _MOST_COLUMNS and any(str(cell).strip() for cell in cells[_MOST_COLUMNS:]):
            raise SheetError(f"{path}: row {number} has more than {_MOST_COLUMNS} columns")
        kept = tuple(cells[:_MOST_COLUMNS])
        if any(isinstance(cell, str) and len(cell) > _MOST_CHARACTERS for cell in kept):
            raise SheetError(f"{path}: row {number} has a cell of more than {_MOST_CHARACTERS} characters")
        if any(str(cell).strip() for cell in kept):
            found.append(Row(number, kept))
        if len(found) > MOST_ROWS:
            raise SheetError(f"{path}: more than {MOST_ROWS} rows; split it")
    if not found:
        raise SheetError(f"{path}: there is nothing in it")
    return tuple(found)


def _csv(path: Path, raw: bytes) -> Iterable[Sequence[Cell]]:
    text = _decoded(path, raw)
    if "\0" in text:
        raise SheetError(f"{path}: not text; save the spreadsheet as CSV UTF-8 or as XLSX")
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:_SNIFFED_CHARACTERS], _DELIMITERS)
    except csv.Error:  # one column, or quotes it cannot make sense of
        dialect = csv.excel
    try:
        # Rows as the spreadsheet counts them: a cell with lines of its own is in one row.
        return list(csv.reader(io.StringIO(text, newline=""), dialect, strict=False))
    except csv.Error as error:
        raise SheetError(f"{path}: not CSV: {error}") from None


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


def _xlsx(path: Path, raw: bytes, wanted: str | None) -> tuple[str, Iterable[Sequence[Cell]]]:
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
            return name, sheet.to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise SheetError(f"{path}: not a workbook that can be read ({type(error).__name__})") from None
