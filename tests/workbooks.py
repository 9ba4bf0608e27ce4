"""A real XLSX file, written by hand: the few parts of Office Open XML that a spreadsheet of values needs."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>
{sheets}</Types>"""
_SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>\n'
)
_RELS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
</Relationships>"""
_STYLES = """<?xml version="1.0" encoding="UTF-8"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>
</styleSheet>"""

Value = str | int | float | None


class Serial(int):
    """A day as Excel keeps it, in a cell that is formatted as a date."""


class Formula(str):
    """A formula that nothing has worked out, as a program writes it that is no spreadsheet."""


class Fault(str):
    """The error that a formula came to."""


def workbook(
    path: Path, sheets: dict[str, Sequence[Sequence[Value]]], *, merged: Sequence[str] = (), since_1904: bool = False
) -> Path:
    """The file, with these sheets. `merged`: ranges of the last one."""
    since = '<workbookPr date1904="1"/>' if since_1904 else ""
    names = list(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(
            "[Content_Types].xml", _TYPES.format(sheets="".join(_SHEET_TYPE.format(n=n + 1) for n in range(len(names))))
        )
        folder.writestr("_rels/.rels", _RELS)
        folder.writestr("xl/styles.xml", _STYLES)
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n + 1}" r:id="rId{n + 1}"/>' for n, name in enumerate(names)
        )
        folder.writestr(
            "xl/workbook.xml",
            '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f"{since}<sheets>{listed}</sheets></workbook>",
        )
        related = "".join(
            f'<Relationship Id="rId{n + 1}" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
            f'Target="worksheets/sheet{n + 1}.xml"/>'
            for n in range(len(names))
        )
        related += (
            '<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
            'Target="styles.xml"/>'
        )
        folder.writestr(
            "xl/_rels/workbook.xml.rels",
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{related}</Relationships>",
        )
        for n, name in enumerate(names):
            ranges = merged if name == names[-1] else ()
            folder.writestr(f"xl/worksheets/sheet{n + 1}.xml", _sheet(sheets[name], ranges))
    return path


def _sheet(rows: Sequence[Sequence[Value]], merged: Sequence[str]) -> str:
    written = "".join(
        f'<row r="{r}">' + "".join(_cell(r, c, value) for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    together = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{written}</sheetData>{together}</worksheet>"
    )


def _letters(column: int) -> str:
    """A column from 0 as a spreadsheet names it: A to Z, then AA."""
    before, letter = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + letter)


def _cell(row: int, column: int, value: Value) -> str:
    place = f"{_letters(column)}{row}"
    if value is None:
        return ""
    if isinstance(value, Formula):
        return f'<c r="{place}"><f>{escape(value)}</f></c>'
    if isinstance(value, Fault):
        return f'<c r="{place}" t="e"><f>A1</f><v>{escape(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    style = ' s="1"' if isinstance(value, Serial) else ""
    return f'<c r="{place}"{style}><v>{int(value) if isinstance(value, Serial) else value}</v></c>'
