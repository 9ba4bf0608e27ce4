"""Where somebody is named in what is kept about others: by name, identifier or postal address, as whole words. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

from gateway.governance.subject_access.proposing import addresses_in, numbers_in
from models.identifier import IdentifierKind
from models.person import Person
from routing.identity import normalise
from routing.naming import Said, is_named, spellings, words

SEARCHED = (
    "What is kept about others was searched, too: the words of every contact, the notes on its reviews, "
    "breaches and replies, every step of every file with the letters in it, the list of what we sent and our mails "
    "about contacts, messages that still wait to be read or that the gateway could not take apart, and the register, "
    "for this person's names and aliases (in full, surname first, with an initial or a title), their email addresses,"
    " telephone numbers, handles, postal addresses and id in the register. Not found are a forename, surname or "
    "nickname alone, other spellings, descriptions (“the man at number 9”), pictures, sound, and attachments that "
    "could not be read, or are no plain text in a message that waits. Not searched are answers that our staff sent by"
    " their own mail, of which the gateway has nothing; its alerts to staff, which tell nothing of what was written "
    "but at most what somebody said they needed to read a strategy for; and what was deleted."
)


class FoundBy(StrEnum):
    """What of somebody stands in a text."""

    NAME = "name"
    EMAIL = "email address"
    PHONE = "telephone number"
    POSTAL = "postal address"
    SOCIAL = "handle"
    ID = "id in the register"


class Sought:
    """Everything a person is looked for by."""

    def __init__(self, person: Person) -> None:
        self._names = [_plain(name) for name in (person.name, *person.aliases)]
        self._turned = [one for name in self._names for one in spellings(name)]  # surname first
        self._own = {key: one.kind for one in person.identifiers if (key := normalise.own(one.kind, one.value))}
        self._words = {
            FoundBy.ID: [person.id],
            FoundBy.SOCIAL: [
                handle
                for one in person.identifiers
                if one.kind is IdentifierKind.SOCIAL and (handle := normalise.social(one.value))
            ],
            FoundBy.POSTAL: [
                _plain(line)
                for one in person.identifiers
                if one.kind is IdentifierKind.POSTAL
                for line in _lines(one.value)
            ],
        }

    def found_in(self, texts: Iterable[str]) -> list[str]:
        """What of the person stands in the texts."""
        found: set[FoundBy] = set()
        for text in texts:
            found.update(self._in(text))
        return [one.value for one in FoundBy if one in found]

    def _in(self, text: str) -> Iterator[FoundBy]:
        for said in map(Said, _readings(text)):
            if any(is_named(name, said) for name in self._names) or any(_stands(name, said) for name in self._turned):
                yield FoundBy.NAME
            for by, written in self._words.items():
                if any(_stands(words, said) for words in written):
                    yield by
        if "@" in text and not self._own.keys().isdisjoint(addresses_in(text)):
            yield FoundBy.EMAIL
        if not self._own.keys().isdisjoint(numbers_in(text)):
            yield FoundBy.PHONE


def _stands(written: str, said: Said) -> bool:
    wanted = words(written)
    # Told from nearly every text at once, for texts are long.
    if not wanted or not all(map(said.holds, wanted)):
        return False
    return any(said.says(wanted, place) for place in said.places(wanted[0]))


def _lines(address: str) -> Iterator[str]:
    """A postal address, and its line with the number of the house."""
    yield address
    for line in address.replace(",", "\n").splitlines():
        words = line.split()
        if len(words) > 1 and words[0][0].isdigit():
            yield line
            return


def _plain(text: str) -> str:
    """Without accents and apostrophes, which people leave out."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return text.replace("'", "").replace("’", "")


def _readings(text: str) -> Iterator[str]:
    """The text plainly; and without its genitives, for "Hart's" may be of Hart or of somebody called Harts."""
    yield _plain(text)
    bare = _GENITIVE.sub("", text)
    if bare != text:
        yield _plain(bare)


_GENITIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
