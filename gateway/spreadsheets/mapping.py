"""Which column of a spreadsheet is which of our fields: proposed from its headings, confirmed by a person, kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pydantic import model_validator
from rapidfuzz import fuzz

from gateway.spreadsheets.sheet import Row, Sheet, SheetError
from models.base import Model


class Field(StrEnum):
    """What a column may hold."""

    NAME = "name"
    EMAILS = "emails"
    PHONES = "phones"
    ADDRESS = "address"
    REFERENCE = "reference"
    MATTER = "matter"
    MATTER_REFERENCE = "matter_reference"
    REASONS = "reasons"
    RESTRICTIONS = "restrictions"
    STARTS = "starts"
    REVIEW_DUE = "review_due"
    ENDS = "ends"
    SPOC = "spoc"
    SPOC_ADDRESS = "spoc_address"
    NOTIFIED_ON = "notified_on"
    NOTE = "note"


SEVERAL = frozenset({Field.EMAILS, Field.PHONES, Field.NOTE})
"""Fields that may have more than one column."""

_HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.NAME: ("name", "full name", "customer", "customer name", "complainant", "person", "resident", "individual"),
    Field.EMAILS: ("email", "e-mail", "email address", "emails", "alternative email"),
    Field.PHONES: (
        "phone",
        "telephone",
        "phone number",
        "telephone number",
        "mobile",
        "mobile number",
        "mobile telephone",
        "mobile telephone number",
        "mobile phone",
        "telephone mobile",
        "home telephone",
        "telephone home",
        "work telephone",
        "telephone work",
        "daytime telephone",
        "contact number",
        "contact telephone",
        "contact telephone number",
        "landline",
    ),
    Field.ADDRESS: ("address", "postal address", "home address"),
    Field.REFERENCE: ("reference", "ref", "ref no", "case reference", "strategy reference", "strategy id", "id"),
    Field.MATTER: ("matter", "issue", "subject", "subject matter", "complaint about"),
    Field.MATTER_REFERENCE: ("matter reference", "complaint reference", "complaint number"),
    Field.REASONS: ("reasons", "reason", "reason for restriction", "grounds", "behaviour", "rationale"),
    Field.RESTRICTIONS: ("restrictions", "restriction", "measures", "contact arrangements", "strategy", "arrangement"),
    Field.STARTS: ("start", "start date", "date from", "date started", "imposed", "date imposed", "date of decision"),
    Field.REVIEW_DUE: ("review", "review date", "next review", "date of review", "review due"),
    Field.ENDS: ("end", "end date", "expiry", "expiry date", "expires", "date to", "date ends"),
    Field.SPOC: ("spoc", "single point of contact", "named officer", "lead officer", "point of contact"),
    Field.SPOC_ADDRESS: ("spoc email", "spoc address", "officer email", "dedicated address", "dedicated mailbox"),
    Field.NOTIFIED_ON: ("notified", "notified on", "date notified", "letter sent", "date of letter", "letter date"),
    Field.NOTE: ("notes", "note", "comments", "comment", "other information"),
}
_SHORT: Final = {
    "no": "number", "nos": "number", "num": "number", "tel": "telephone", "tels": "telephone", "mob": "mobile",
    "telno": "telephone number", "mobno": "mobile number", "ph": "phone", "addr": "address",
}  # fmt: skip
"""As headings are shortened: of so few letters, likeness tells nothing."""
_LIKELY = 85.0
_HEADINGS_WITHIN_ROWS = 15


class ColumnMapping(Model):
    """A mapping as it is saved. `columns`: heading to field; what is left out is not taken.

    `phrases`: words for restrictions beside those that ship with the program, or in their place.
    """

    sheet: str | None = None
    columns: dict[str, Field]
    phrases: dict[str, tuple[dict[str, Any], ...]] = {}

    @model_validator(mode="after")
    def _whole(self) -> ColumnMapping:
        given = Counter(self.columns.values())
        if not given[Field.NAME]:
            raise ValueError("columns: no heading is the person's `name`")
        for field, count in given.items():
            if count > 1 and field not in SEVERAL:
                raise ValueError(f"columns: {count} headings are `{field}`, of which there can be one")
        if len({same(heading) for heading in self.columns}) < len(self.columns):
            raise ValueError("columns: a heading is there twice")
        return self


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to be looked at by a person, and the headings that are like no field."""

    columns: Mapping[str, Field]
    left_out: tuple[str, ...]


def propose(sheet: Sheet) -> Proposal:
    """The field that each heading is most like; each field once where there can be but one. Nothing is certain here."""
    headings = [str(cell).strip() for cell in _most_like_headings(sheet).cells if str(cell).strip()]
    scored = sorted(
        ((score, heading, field) for heading in headings for field, score in _scores(heading)),
        key=lambda one: (-one[0], headings.index(one[1])),
    )
    columns: dict[str, Field] = {}
    for score, heading, field in scored:
        free = field in SEVERAL or field not in columns.values()
        if score >= _LIKELY and heading not in columns and free:
            columns[heading] = field
    ordered = {heading: columns[heading] for heading in headings if heading in columns}
    return Proposal(ordered, tuple(heading for heading in headings if heading not in columns))


def columns_of(sheet: Sheet, mapping: ColumnMapping) -> tuple[int, dict[int, tuple[str, Field]]]:
    """The number of the row with the headings; of each column taken its heading and field. SheetError without them."""
    wanted = {same(heading): (heading, field) for heading, field in mapping.columns.items()}
    for row in sheet.rows[:_HEADINGS_WITHIN_ROWS]:
        found = {column: wanted[same(cell)] for column, cell in enumerate(row.cells) if same(cell) in wanted}
        if len(found) == len(wanted):
            return row.number, found
    nearest = _most_like_headings(sheet)
    there = Counter(same(cell) for cell in nearest.cells)
    said = [f"lacks {heading!r}" for key, (heading, _field) in wanted.items() if not there[key]]
    said += [f"has {heading!r} more than once" for key, (heading, _field) in wanted.items() if there[key] > 1]
    text = f"no row has all the headings of the mapping once; row {nearest.number} {', '.join(said)}"
    raise SheetError(f"{sheet.name}: {text}")


def same(cell: object) -> str:
    """A heading as it is compared: spaces and capitals do not count."""
    return " ".join(str(cell).casefold().split())


def _most_like_headings(sheet: Sheet) -> Row:
    def likeness(row: Row) -> float:
        return sum(
            max(score for _field, score in _scores(str(cell))) >= _LIKELY for cell in row.cells if str(cell).strip()
        )

    candidates: Sequence[Row] = sheet.rows[:_HEADINGS_WITHIN_ROWS]
    return max(candidates, key=likeness)


def _scores(heading: str) -> Iterator[tuple[Field, float]]:
    said = _spelled_out(heading)
    for field, words in _HEADINGS.items():
        yield field, max(fuzz.ratio(said, _spelled_out(word)) for word in words)


def _spelled_out(heading: str) -> str:
    """Without punctuation, and what is shortened in full: `Complaint no.` is the complaint number, `Tel.` telephone."""
    words = "".join(letter if letter.isalnum() else " " for letter in same(heading)).split()
    return " ".join(_SHORT.get(word, word) for word in words)
