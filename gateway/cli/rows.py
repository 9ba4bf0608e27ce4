"""Lists at a terminal: whole ids, so that they can be copied into the next command."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway.governance.reports.as_csv import safe_cell
from gateway.harmless import one_line

AsLines = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
"""As a command has it whose rows `print_rows` prints."""


def counted(number: int, one: str, many: str) -> str:
    """`1 person`, `2 people`."""
    return f"{number} {one if number == 1 else many}"


def print_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """One line a row under the fields' names, or one JSON object a line. Nothing is cut to the terminal's width."""
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(row) + "\n")
        return
    if not rows:
        print("nothing there")
        return
    lines = [tuple(rows[0]), *(tuple(one_line(str(cell)) for cell in row.values()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_json(document: object) -> None:
    """One document, for another program."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def tell_faults(file: Path, faults: Sequence[object], *, most: int, more: str = "more") -> None:
    """What is wrong with a file, a line each on standard error; after the first `most` only how many `more`."""
    for fault in faults[:most]:
        sys.stderr.write(f"{file}: {fault}\n")
    if len(faults) > most:
        sys.stderr.write(f"{file}: and {len(faults) - most} {more}\n")


def print_csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """As CSV with a line of headings. No cell can be a formula to the spreadsheet that opens it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(str(row[column])) for column in columns])
