"""Lists at a terminal: whole ids, so that they can be copied into the next command."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence


def print_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """One line a row under the fields' names, or one JSON object a line. Nothing is cut to the terminal's width."""
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(row) + "\n")
        return
    if not rows:
        print("nothing there")
        return
    lines = [tuple(rows[0]), *(tuple(map(str, row.values())) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
