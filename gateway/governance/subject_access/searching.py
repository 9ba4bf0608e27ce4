"""Where a person is named in what is kept about others: a group of its own, which a person has to look through."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from gateway.governance.courses import COURSES
from gateway.governance.subject_access.mentioning import SEARCHED, Sought
from gateway.governance.subject_access.record import Tree, words_in
from gateway.store.about import ContactRecord
from gateway.store.files import StoredFile
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.contact import Contact
from models.register import Dossier, Register

PLAIN: Final[dict[str, Any]] = {"mode": "json", "by_alias": True, "exclude_none": True, "exclude_defaults": True}
"""How a model is dumped into a record: what it says, and not what it leaves at its default."""

Tell = Callable[[str, int], None]
"""Told what is being read, and how much of it was."""


@dataclass(frozen=True, slots=True)
class Named:
    """Contacts, files and entries of the register that name the person, though they are about others.

    `closed`: how many contacts and files could not be opened, and so were not searched.
    """

    contacts: tuple[ContactRecord, ...]
    files: tuple[StoredFile, ...]
    in_register: tuple[dict[str, Tree], ...]
    sought: Sought
    closed: int

    def sections(self) -> list[dict[str, Any]]:
        """The group: of a contact what it says, and nothing that we made of its sender; of a file the steps."""
        return [
            {
                "title": title,
                "named": True,
                "entries": [entry | {"found_by": self.sought.found_in(_texts(entry))} for entry in entries],
            }
            for title, entries in (
                ("Contacts of others that name the person", [_contact(one) for one in self.contacts]),
                ("Files about others that name the person", [_file(one, self.sought) for one in self.files]),
                ("What the register says of others and names the person in", list(self.in_register)),
            )
        ]

    def senders(self) -> Iterator[str]:
        """Names that the senders of the contacts gave."""
        for one in self.contacts:
            if one.contact is not None and one.contact.sender.name:
                yield one.contact.sender.name

    def searched(self) -> str:
        """What was searched and what was not, for whoever reads the record."""
        unopened = (
            f" {self.closed} contacts and files could not be opened and were not searched." if self.closed else ""
        )
        return SEARCHED + unopened


async def named_elsewhere(
    store: Store, dossier: Dossier, register: Register, *, contacts: Collection[str], files: Collection[str], tell: Tell
) -> Named:
    """Search what is kept for the person. `contacts` and `files`: those that are theirs, and in the record as such."""
    sought = Sought(dossier.person)

    def names(contact: Contact) -> bool:
        return contact.id not in contacts and bool(sought.found_in(_texts(contact.model_dump(**PLAIN))))

    ids, closed = await store.about.contacts_that(names, lambda done: tell("contacts searched", done))
    found = []
    for done, cover in enumerate(await store.files.covers(), start=1):
        if cover.id not in files and cover.kind in _KINDS:
            try:
                file = await store.files.read(cover.id)
            except SealError:
                closed += 1
            else:
                if file is not None and _steps(file, sought):
                    found.append(file)
        tell("files searched", done)
    others = (other for other in register.dossiers() if other.person.id != dossier.person.id)
    return Named(
        contacts=tuple([await store.about.contact(id_) for id_ in ids]),
        files=tuple(found),
        in_register=tuple(entry for other in others if (entry := _said_of(other, sought))),
        sought=sought,
        closed=closed,
    )


def _contact(one: ContactRecord) -> dict[str, Tree]:
    return {"id": one.id, "contact": None if one.contact is None else one.contact.model_dump(**PLAIN)}


def _file(file: StoredFile, sought: Sought) -> dict[str, Tree]:
    return {"id": file.id, "opened_at": file.opened_at.isoformat(), "steps": _steps(file, sought)}


def _steps(file: StoredFile, sought: Sought) -> list[Tree]:
    """The steps that name the person, without the id of whom the file is about."""
    steps = [json.loads(step.text) for step in file.steps if step.text]
    return [
        {name: value for name, value in step.items() if name != "person"}
        for step in steps
        if sought.found_in(_texts(step))
    ]


def _said_of(other: Dossier, sought: Sought) -> dict[str, Tree] | None:
    """The texts of somebody else's entry in which the person is named, none of the rest."""
    texts = [text for text in _texts(other.model_dump(mode="json", by_alias=True)) if sought.found_in([text])]
    return {"id": other.person.id, "texts": texts} if texts else None


def _texts(tree: Tree) -> Iterator[str]:
    return (text for _at, text in words_in(tree))


_KINDS: Final = frozenset(course.kind for course in COURSES)
