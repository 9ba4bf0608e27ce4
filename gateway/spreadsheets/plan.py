"""What an import would do, before it does anything: whom each row is about, what is new, what is doubtful. Pure.

Somebody is known only by an identifier of their own that is the register's, too. Whatever else speaks for it, such as
a name, makes a doubt that a person has to settle; nothing is guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from gateway.spreadsheets.rows import Fault, ReadRow
from models.identifier import Identifier, IdentifierKind, PersonIdentifier
from models.matter import Matter
from models.person import Person
from models.register import Register
from routing.identity import normalise
from routing.identity.names import Name
from routing.identity.names import name as words_of

NEW: Final = "new"
"""What a person says of a row whose name is somebody else's: it is not them."""

_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that may be about somebody the register has. `like`: who, by id; `because`: what speaks for or against."""

    row: int
    like: tuple[str, ...]
    because: str

    def __str__(self) -> str:
        who = ", ".join(self.like)
        return f"row {self.row}: {self.because}: {who}; say who it is with --is {self.row}=ID or --is {self.row}={NEW}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A strategy to be drafted from a row."""

    id: str
    person: str
    matters: tuple[str, ...]
    row: ReadRow


@dataclass(frozen=True, slots=True)
class Plan:
    """The register with what the sheet adds, and the drafts; `again`: those that have a file already.

    `added`, `extended`: people by id. `matters`: how many are new.
    """

    register: Register
    drafts: tuple[Draft, ...]
    again: tuple[Draft, ...]
    matters: int
    added: tuple[str, ...]
    extended: tuple[str, ...]
    faults: tuple[Fault, ...]
    doubts: tuple[Doubt, ...]


@dataclass(slots=True)
class _Known:
    """Who can be told from what, growing as rows are taken."""

    people: dict[str, Person]
    by_key: dict[tuple[IdentifierKind, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[Name, set[str]] = field(default_factory=lambda: defaultdict(set))
    shared: set[tuple[IdentifierKind, str]] = field(default_factory=set)

    def add(self, person: Person) -> None:
        self.people[person.id] = person
        for name in (person.name, *person.aliases):
            self.by_name[words_of(name)].add(person.id)
        for identifier in person.identifiers:
            key = _key(identifier)
            if key is not None:
                self.by_key[key].add(person.id)
                if identifier.shared:
                    self.shared.add(key)


def plan(register: Register, rows: Sequence[ReadRow], decided: Mapping[int, str], *, taken: Collection[str]) -> Plan:
    """What the rows come to. `decided`: by row number, the person's id or `new`. `taken`: ids that strategies have."""
    known = _Known({})
    for person in register.people:
        known.add(person)
    matters = list(register.matters)
    new_person, new_matter = _ids([p.id for p in register.people], "P"), _ids([m.id for m in register.matters], "M")
    drafts: list[Draft] = []
    again: list[Draft] = []
    added: list[str] = []
    extended: list[str] = []
    faults: list[Fault] = []
    doubts: list[Doubt] = []
    seen: dict[str, int] = {}
    for row in rows:
        fault = _of_id(row, register, seen, decided, known)
        if fault is not None:
            faults.append(fault)
            continue
        found = _who(row, known, decided.get(row.number))
        if isinstance(found, Doubt):
            doubts.append(found)
            continue
        if found is None:
            found = Person(id=next(new_person), name=row.name, identifiers=_distinct(row.identifiers, ()))
            added.append(found.id)
        else:
            more = _distinct(row.identifiers, found.identifiers)
            if more and found.id not in (*added, *extended):
                extended.append(found.id)
            found = found.model_copy(update={"identifiers": (*found.identifiers, *more)})
        known.add(found)
        if row.has_strategy:
            seen[row.reference] = row.number
        of_row = _matter(row, found.id, matters)
        if of_row is None and (row.matter or row.matter_reference):
            title = row.matter or row.matter_reference
            of_row = Matter(id=next(new_matter), person=found.id, reference=row.matter_reference or None, title=title)
            matters.append(of_row)
        if row.has_strategy:
            draft = Draft(row.reference, found.id, (of_row.id,) if of_row else (), row)
            (again if row.reference in taken else drafts).append(draft)
    merged = register.model_copy(update={"people": tuple(known.people.values()), "matters": tuple(matters)})
    return Plan(
        register=merged,
        drafts=tuple(drafts),
        again=tuple(again),
        matters=len(matters) - len(register.matters),
        added=tuple(added),
        extended=tuple(extended),
        faults=tuple(faults),
        doubts=tuple(doubts),
    )


def _of_id(
    row: ReadRow, register: Register, seen: Mapping[str, int], decided: Mapping[int, str], known: _Known
) -> Fault | None:
    who = decided.get(row.number)
    if who is not None and who != NEW and who not in known.people:
        return Fault(row.number, None, f"the register has nobody {who}")
    if row.has_strategy and row.reference in seen:
        return Fault(row.number, None, f"the same strategy as row {seen[row.reference]}")
    if row.has_strategy and any(strategy.id == row.reference for strategy in register.strategies):
        text = f"{row.reference} is a strategy of the register already, which an import does not replace"
        return Fault(row.number, None, text)
    return None


def _who(row: ReadRow, known: _Known, decided: str | None) -> Person | Doubt | None:
    """The person a row is about, None for somebody new."""
    if decided is not None:
        return None if decided == NEW else known.people[decided]
    keys = [key for one in row.identifiers if (key := _key(one)) is not None]
    own = {id_ for key in keys if key not in known.shared for id_ in known.by_key.get(key, ())}
    name = words_of(row.name)
    if len(own) == 1:
        person = known.people[next(iter(own))]
        if any(words_of(one) == name for one in (person.name, *person.aliases)):
            return person
        return Doubt(row.number, (person.id,), "it has somebody's address or number under another name")
    if own:
        return Doubt(row.number, tuple(sorted(own)), "it has the addresses or numbers of several people")
    shared = {id_ for key in keys if key in known.shared for id_ in known.by_key.get(key, ())}
    alike = known.by_name.get(name, set()) | shared
    if alike:
        return Doubt(
            row.number,
            tuple(sorted(alike)),
            "it has somebody's name or shared address, and no address or number of their own",
        )
    return None


def _matter(row: ReadRow, person: str, matters: Iterable[Matter]) -> Matter | None:
    for matter in matters:
        if matter.person != person:
            continue
        if row.matter_reference and matter.reference == row.matter_reference:
            return matter
        if row.matter and not row.matter_reference and matter.title.casefold() == row.matter.casefold():
            return matter
    return None


def _distinct(
    identifiers: Iterable[PersonIdentifier], there: Iterable[PersonIdentifier]
) -> tuple[PersonIdentifier, ...]:
    """Those that are not there yet, each once."""
    seen = {_key(one) or (one.kind, one.value) for one in there}
    found = []
    for one in identifiers:
        key = _key(one) or (one.kind, one.value)
        if key not in seen:
            seen.add(key)
            found.append(one)
    return tuple(found)


def _key(identifier: Identifier) -> tuple[IdentifierKind, str] | None:
    """What makes an identifier somebody's own. A postal address is a household's: it tells nobody apart."""
    normal = normalise.own(identifier.kind, identifier.value)
    return None if normal is None else (identifier.kind, normal)


def _ids(there: Iterable[str], letter: str) -> Iterator[str]:
    """Ids that go on where those there are end: after P-001 and P-007 comes P-008."""
    numbered = [match.groups() for id_ in there if (match := _NUMBERED.fullmatch(id_)) is not None]
    prefix, last = max(numbered, key=lambda one: int(one[1]), default=(f"{letter}-", "000"))
    for number in count(int(last) + 1):
        yield f"{prefix}{number:0{len(last)}}"
