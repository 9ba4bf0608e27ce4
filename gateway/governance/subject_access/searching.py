"""Where a person is named in what is kept about others: a group of its own, which a person has to look through."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.governance.courses import COURSES
from gateway.governance.rights_steps import KIND as RIGHTS_CLOCK
from gateway.governance.subject_access.mentioning import SEARCHED, Sought
from gateway.governance.subject_access.record import Tree, words_in
from gateway.governance.subject_access.unread import read_for_words
from gateway.store.about import ContactRecord, SentRecord
from gateway.store.files import StoredFile
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.contact import Contact
from models.register import Dossier, Register
from routing.addresses import mailbox_key

PLAIN: Final[dict[str, Any]] = {"mode": "json", "by_alias": True, "exclude_none": True, "exclude_defaults": True}
"""How a model is dumped into a record: what it says, and not what it leaves at its default."""

Tell = Callable[[str, int], None]
"""Told what is being read, and how much of it was."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is about others and has words in a record: files by id, and strategies in the register, each with whose."""

    files: tuple[str, ...]
    strategies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Contacts, notes, files and entries of the register that name the person, though they are about others.

    `unread`: messages whose triage is not done, as far as they were read for it. `files`: each with what of it
    is shown. `sent`: what we sent to others or about their contacts. `strategies`: those in others' entries of the
    register that name the person, each with whose it is. `closed`: how many of all these could not be opened, and so
    were not searched.
    """

    contacts: tuple[ContactRecord, ...]
    notes: tuple[dict[str, Tree], ...]
    unread: tuple[Contact, ...]
    files: tuple[tuple[StoredFile, dict[str, Tree]], ...]
    sent: tuple[SentRecord, ...]
    in_register: tuple[dict[str, Tree], ...]
    strategies: tuple[tuple[str, str], ...]
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
                ("Contacts of others that name the person", [_contact(one.id, one.contact) for one in self.contacts]),
                ("Notes on contacts of others that name the person", list(self.notes)),
                ("Messages not yet read that name the person", [_contact(one.id, one) for one in self.unread]),
                ("Files about others that name the person", [shown for _file, shown in self.files]),
                ("What we sent to others that names the person", [_sent(one) for one in self.sent]),
                ("What the register says of others and names the person in", list(self.in_register)),
            )
        ]

    def quoted(self) -> Quoted:
        """What words are shown of that its own gate may keep from whoever reads; a letter is its file's."""
        files = (*(file.id for file, _shown in self.files), *(one.file for one in self.sent if one.file is not None))
        return Quoted(tuple(dict.fromkeys(files)), self.strategies)

    def of_others(self) -> set[str]:
        """The ids of what somebody else wrote, as far as is known."""
        return {*(one.id for one in self.contacts), *(one.id for one in self.unread)}

    def sent_to_others(self) -> set[str]:
        """The ids of what went to somebody else; what went about a contact went to us."""
        return {one.id for one in self.sent if one.contact is None}

    def senders(self) -> Iterator[str]:
        """Names that the senders of the contacts and messages gave."""
        for contact in (*(one.contact for one in self.contacts), *self.unread):
            if contact is not None and contact.sender.name:
                yield contact.sender.name

    def noted_by(self) -> Iterator[str]:
        """Who wrote the notes."""
        return (note["by"] for entry in self.notes for note in entry["notes"] if note["by"])

    def searched(self) -> str:
        """What was searched and what was not, for whoever reads the record."""
        if not self.closed:
            return SEARCHED
        kept = "contacts, messages, files and things sent"
        return f"{SEARCHED} {self.closed} {kept} could not be opened and were not searched."


async def named_elsewhere(
    store: Store,
    dossier: Dossier,
    register: Register,
    *,
    contacts: Collection[str],
    files: Collection[str],
    addresses: Collection[str],
    tell: Tell,
) -> Named:
    """Search what is kept for the person.

    `contacts` and `files`: those that are theirs, and in the record as such, as is what went to these `addresses`.
    """
    sought = Sought(dossier.person)

    def names(contact: Contact, notes: Sequence[str]) -> bool:
        return contact.id not in contacts and (_is_named(contact, sought) or bool(sought.found_in(notes)))

    # First, or what is recorded meanwhile would be found neither here nor there.
    unread, unopened = await _unread(store, sought, contacts, tell)
    found, closed = await store.about.contacts_that(names, lambda done: tell("contacts searched", done))
    told = {one.id for one in unread}  # what triage gave up on is a contact, too, of whose words little is known
    in_files, damaged = await _files(store, sought, files, tell)
    own = frozenset(map(mailbox_key, addresses))

    def tells_others(one: SentRecord) -> bool:
        says = json.loads(one.says)
        theirs = (
            one.file in files or one.contact in contacts or not own.isdisjoint(map(mailbox_key, says.get("to", ())))
        )
        return not theirs and bool(sought.found_in(_texts(says)))

    sent, sealed = await store.about.sent_that(tells_others, lambda done: tell("things sent searched", done))
    others = [other for other in register.dossiers() if other.person.id != dossier.person.id]
    return Named(
        contacts=tuple(one for one in found if one.id not in told and _is_named(one.contact, sought)),
        notes=tuple(entry for one in found if (entry := _notes(one, sought))),
        unread=tuple(unread),
        files=tuple(in_files),
        sent=tuple(sent),
        in_register=tuple(entry for other in others if (entry := _said_of(other, sought))),
        strategies=tuple(
            (one.id, other.person.id)
            for other in others
            for one in other.strategies
            if sought.found_in(_texts(one.model_dump(mode="json", by_alias=True)))
        ),
        sought=sought,
        closed=closed + unopened + damaged + sealed,
    )


async def _unread(store: Store, sought: Sought, theirs: Collection[str], tell: Tell) -> tuple[list[Contact], int]:
    """Messages that wait or that triage gave up on, and how many did not open."""
    found, closed = [], 0
    for done, id_ in enumerate(await store.spool.unread(), start=1):
        if id_ in theirs:
            continue
        try:
            message = await store.spool.message(id_)
        except (SealError, ValueError):
            closed += 1
        else:
            if message is not None:
                read = await asyncio.to_thread(read_for_words, id_, *message)
                if _is_named(read, sought):
                    found.append(read)
        tell("messages not yet read searched", done)
    return found, closed


async def _files(
    store: Store, sought: Sought, theirs: Collection[str], tell: Tell
) -> tuple[list[tuple[StoredFile, dict[str, Tree]]], int]:
    """Files with what of them is shown, and how many did not open."""
    found, closed = [], 0
    for done, cover in enumerate(await store.files.covers(), start=1):
        if cover.id not in theirs and cover.kind in _KINDS:
            try:
                file = await store.files.read(cover.id)
            except SealError:
                closed += 1
            else:
                if file is not None and (steps := _steps(file, sought)):
                    shown = {"id": file.id, "opened_at": file.opened_at.isoformat(), "steps": steps}
                    found.append((file, shown))
        tell("files searched", done)
    return found, closed


def _is_named(contact: Contact | None, sought: Sought) -> bool:
    return contact is not None and bool(sought.found_in(_texts(contact.model_dump(**PLAIN))))


def _contact(id_: str, contact: Contact | None) -> dict[str, Tree]:
    return {"id": id_, "contact": None if contact is None else contact.model_dump(**PLAIN)}


def _sent(one: SentRecord) -> dict[str, Tree]:
    """Whom it went to and what it says, not how it was to be carried."""
    says = {name: value for name, value in json.loads(one.says).items() if value and name not in _OF_CARRYING}
    at = {} if one.at is None else {"at": one.at.isoformat()}
    about = {} if one.contact is None else {"contact_id": one.contact}
    return says | {"id": one.id, "kind": one.kind} | at | about


def _notes(one: ContactRecord, sought: Sought) -> dict[str, Tree] | None:
    """The notes on a contact's reviews, breaches and replies that name the person, with who wrote each."""
    noted = [
        # An item that is open again has nobody who closed it, but somebody who looked.
        *({"by": review["closed_by"] or review["opened_by"], "note": review["note"]} for review in one.reviews),
        *({"by": breach["decided_by"], "note": breach["note"]} for breach in one.breaches),
        *({"by": reply["answered_by"], "note": reply["note"]} for reply in one.replies),
    ]
    naming = [note for note in noted if note["note"] is not None and sought.found_in([str(note["note"])])]
    return {"id": one.id, "notes": naming} if naming else None


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


_OF_CARRYING: Final = frozenset({"type", "attach", "instead"})
_KINDS: Final = frozenset((*(course.kind for course in COURSES), RIGHTS_CLOCK))
