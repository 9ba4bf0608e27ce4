"""One row of a spreadsheet as what it says of a person and a strategy, or as faults that name row and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gateway.register_checks import is_address, of_days, of_identifier, of_restrictions
from gateway.spreadsheets.days import EXPECTED, day_of
from gateway.spreadsheets.mapping import Field
from gateway.spreadsheets.phrases import Phrases, UnknownWords
from gateway.spreadsheets.sheet import Cell, Row
from models.identifier import IdentifierKind, PersonIdentifier
from models.restriction import Restriction
from models.strategy import Spoc
from routing.identity.names import name as words_of

_SEVERAL = re.compile(r"[;,\n\r|]+|\s+(?:or|and)\s+|\s/\s")
_ADDRESS = re.compile(r"[^\s<>;,()]+@[^\s<>;,()]+")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,47}")
_CUT_SHORT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+|#{2,}")
_ALL_DIGITS_BELOW = 1e15  # a spreadsheet keeps fifteen digits of a number
_NO_NOUGHT = re.compile(r"[1237]\d{8,9}")
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_NOUGHT = "a telephone number without its first nought, which was put before it; see that it is one of this country"
_DAYS = (Field.STARTS, Field.REVIEW_DUE, Field.ENDS, Field.NOTIFIED_ON)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row. `column`: its heading, None where it is the row as a whole. Never what stands there."""

    row: int
    column: str | None
    text: str

    def __str__(self) -> str:
        where = f', column "{self.column}"' if self.column is not None else ""
        return f"row {self.row}{where}: {self.text}"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What a row says. `reference`: the strategy's id, from the sheet or made from the row. `notes`: what else it had.

    `has_strategy`: whether it says anything beside who somebody is. `told`: what was put right in it, to be looked at.
    """

    number: int
    name: str
    identifiers: tuple[PersonIdentifier, ...]
    reference: str
    has_strategy: bool
    matter: str = ""
    matter_reference: str = ""
    reasons: str = ""
    restrictions: tuple[Restriction, ...] = ()
    starts: date | None = None
    review_due: date | None = None
    ends: date | None = None
    notified_on: date | None = None
    spoc: Spoc | None = None
    notes: tuple[str, ...] = field(default=())
    told: tuple[Fault, ...] = field(default=())


def read_row(row: Row, columns: Mapping[int, tuple[str, Field]], phrases: Phrases) -> ReadRow | tuple[Fault, ...]:
    """What the row says, or everything that is wrong with it."""
    reading = _Reading(row, columns, phrases)
    made = reading.read()
    return tuple(reading.faults) or made


class _Reading:
    """Collects the faults of one row while it is read."""

    def __init__(self, row: Row, columns: Mapping[int, tuple[str, Field]], phrases: Phrases) -> None:
        self._row = row
        self._columns = columns
        self._phrases = phrases
        self._told: list[Fault] = []
        self.faults: list[Fault] = []

    def read(self) -> ReadRow:
        self._look_for_formulas()
        days = {one: self._day(one) for one in _DAYS}
        starts, ends = days[Field.STARTS], days[Field.ENDS]
        if starts is not None and ends is not None and ends < starts:
            self._fault(Field.ENDS, "it ends before it starts")
        for _place, text in of_days(starts, review_due=days[Field.REVIEW_DUE]):
            self._fault(Field.REVIEW_DUE, text)
        spoc, unnamed = self._spoc()
        restrictions = self._restrictions()
        for _place, text in of_restrictions(restrictions):
            self._fault(Field.RESTRICTIONS, text)
        said = {one: self._text(one) for one in (Field.REASONS, Field.MATTER, Field.MATTER_REFERENCE)}
        reference, identifiers = self._reference(), tuple(self._identifiers())
        has_strategy = any((reference, said[Field.REASONS], restrictions, *days.values()))
        return ReadRow(
            number=self._row.number,
            name=self._name(),
            identifiers=identifiers,
            reference=reference or _made_from(self._row),
            has_strategy=has_strategy,
            matter=said[Field.MATTER],
            matter_reference=said[Field.MATTER_REFERENCE],
            reasons=said[Field.REASONS],
            restrictions=restrictions,
            starts=starts,
            review_due=days[Field.REVIEW_DUE],
            ends=ends,
            notified_on=days[Field.NOTIFIED_ON],
            spoc=spoc,
            notes=(*unnamed, *(text for _heading, text in self._texts(Field.NOTE))),
            told=tuple(self._told),
        )

    def _look_for_formulas(self) -> None:
        """CSV keeps the formula where a spreadsheet shows its value; what it would come to nobody can tell.

        Nor what stood where only noughts, signs or the width of a column are left.
        """
        for column, (heading, which) in self._columns.items():
            cell = self._row.at(column)
            if column in self._row.unread:
                self._fault(which, f"expected a value, got {self._row.unread[column]}", heading)
            elif _is_cut_short(cell):
                text = "expected all of its digits, got a number cut short; make the column text, and write it again"
                self._fault(which, text, heading)
            elif isinstance(cell, str) and (cell.lstrip().startswith("=") or cell.strip() in _ERRORS):
                self._fault(which, "expected a value, got a formula or its error; save the sheet's values", heading)

    def _fault(self, which: Field, text: str, heading: str | None = None) -> None:
        named = heading or next((heading for heading, one in self._columns.values() if one is which), None)
        self.faults.append(Fault(self._row.number, named, text))

    def _cells(self, which: Field) -> Iterator[tuple[str, Cell]]:
        for column, (heading, one) in self._columns.items():
            if one is which:
                yield heading, self._row.at(column)

    def _texts(self, which: Field) -> Iterator[tuple[str, str]]:
        for heading, cell in self._cells(which):
            text = _as_text(cell)
            if text:
                yield heading, text

    def _text(self, which: Field) -> str:
        return next((text for _heading, text in self._texts(which)), "")

    def _name(self) -> str:
        name = " ".join(self._text(Field.NAME).split())
        if len(words_of(name)) < 2:
            self._fault(Field.NAME, "expected a person's name, first name and surname")
        return name

    def _day(self, which: Field) -> date | None:
        for heading, cell in self._cells(which):
            try:
                return day_of(cell)
            except ValueError as error:
                self._fault(which, str(error) or EXPECTED, heading)
        return None

    def _identifiers(self) -> Iterator[PersonIdentifier]:
        for heading, text in self._texts(Field.EMAILS):
            for each in _several(text):
                yield from self._identifier(IdentifierKind.EMAIL, each.strip("<>"), Field.EMAILS, heading)
        for heading, text in self._texts(Field.PHONES):
            for each in _several(text):
                number = each
                if _NO_NOUGHT.fullmatch(each) is not None:
                    number = f"0{each}"
                    self._told.append(Fault(self._row.number, heading, _NOUGHT))
                yield from self._identifier(IdentifierKind.PHONE, number, Field.PHONES, heading)
        address = " ".join(self._text(Field.ADDRESS).split())
        if address:
            yield from self._identifier(IdentifierKind.POSTAL, address, Field.ADDRESS)

    def _identifier(
        self, kind: IdentifierKind, value: str, which: Field, heading: str | None = None
    ) -> Iterator[PersonIdentifier]:
        """As a register file may have it: what a sheet brings in must pass where the register is exported and read."""
        made = PersonIdentifier(kind=kind, value=value)
        fault = of_identifier(made)
        if fault is None:
            yield made
        else:
            self._fault(which, fault, heading)

    def _reference(self) -> str:
        reference = re.sub(r"\s+", "-", self._text(Field.REFERENCE))
        if reference and not _REFERENCE.fullmatch(reference):
            self._fault(Field.REFERENCE, "expected a reference of letters, digits, dots, dashes and strokes, up to 48")
        return reference

    def _restrictions(self) -> tuple[Restriction, ...]:
        try:
            return self._phrases.restrictions(self._text(Field.RESTRICTIONS))
        except UnknownWords as unknown:
            like = f'; the nearest that are: "{unknown.like}"' if unknown.like else ""
            part = f"part {unknown.part} is not among the words for restrictions{like}; add it to the mapping's phrases"
            self._fault(Field.RESTRICTIONS, part)
            return ()

    def _spoc(self) -> tuple[Spoc | None, tuple[str, ...]]:
        """The single point of contact; and, where the row does not say how to reach them, a note of who it is."""
        named, address = self._text(Field.SPOC), self._text(Field.SPOC_ADDRESS)
        inside = _ADDRESS.search(named)
        if not address and inside is not None:
            address = inside.group()
            named = named.replace(address, "").strip(" <>()-,;:")
        if address and not is_address(address):
            self._fault(Field.SPOC_ADDRESS, "expected an email address such as spoc@council.example")
            return None, ()
        if address:
            return Spoc(name=named or address, address=address), ()
        return None, (f"Single point of contact, without an address: {named}",) if named else ()


def _is_cut_short(cell: Cell) -> bool:
    """Whether a spreadsheet kept or showed a number by its first digits alone."""
    if isinstance(cell, str):
        return _CUT_SHORT.fullmatch(cell.strip()) is not None
    return isinstance(cell, float) and abs(cell) >= _ALL_DIGITS_BELOW


def _as_text(cell: Cell) -> str:
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case date():
            return cell.isoformat()
    return str(cell).strip()


def _several(text: str) -> list[str]:
    return [part.strip() for part in _SEVERAL.split(text) if part.strip()]


def _made_from(row: Row) -> str:
    """An id for a row without one; the same row has the same wherever it comes again."""
    said: list[Any] = [_as_text(cell) for cell in row.cells]
    return f"CS-{hashlib.sha256(repr(said).encode()).hexdigest()[:8].upper()}"
