"""What the markup of a workbook says that its values do not: a cell that looks empty need not be."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from gateway.reading.documents import ARCHIVE_ERRORS

Place = tuple[int, int]
"""Row and column, from 0."""

NOT_WORKED_OUT: Final = "a formula that was never worked out; open the workbook, let it calculate and save it"
AN_ERROR: Final = "the error of a formula; put the value there"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_WORKBOOK: Final = "xl/workbook.xml"


class MarkupError(Exception):
    """A workbook's markup is not what a spreadsheet writes."""


def begins_in_1904(folder: zipfile.ZipFile) -> bool:
    """Whether the workbook counts its days from 1904, as old Macs did: the same number is a day four years later."""
    return any(one.get("date1904") in ("1", "true") for one in _elements(folder, _WORKBOOK, "workbookPr"))


def unread(folder: zipfile.ZipFile, sheet: str) -> Mapping[Place, str]:
    """The cells of a sheet whose values are not there, each with why. MarkupError where the sheet cannot be found."""
    found = {}
    for cell in _elements(folder, _part_of(folder, sheet), "c"):
        place, parts = _PLACE.fullmatch(cell.get("r", "")), {etree.QName(part).localname for part in cell}
        if place is None:
            continue
        if cell.get("t") == "e":
            found[_place(*place.groups())] = AN_ERROR
        elif "f" in parts and "v" not in parts:
            found[_place(*place.groups())] = NOT_WORKED_OUT
    return found


def _part_of(folder: zipfile.ZipFile, sheet: str) -> str:
    named = [one.get(_RELATION) for one in _elements(folder, _WORKBOOK, "sheet") if one.get("name") == sheet]
    for one in _elements(folder, "xl/_rels/workbook.xml.rels", "Relationship"):
        if one.get("Id") in named:
            return posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")
    raise MarkupError(sheet)


def _elements(folder: zipfile.ZipFile, part: str, name: str) -> Iterator[Any]:
    """Those of a name, each forgotten once it was looked at. No entities, no network, no huge trees."""
    try:
        events = etree.iterparse(
            io.BytesIO(folder.read(part)),
            events=("end",),
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
        )
        for _, element in events:
            local = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if local == name:
                yield element
                element.clear()
            elif local == "row":
                element.clear()
    except (*ARCHIVE_ERRORS, etree.XMLSyntaxError) as error:
        raise MarkupError(part) from error


def _place(letters: str, number: str) -> Place:
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(number) - 1, column - 1
