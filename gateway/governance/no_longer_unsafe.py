"""Where nothing was to be sent, and by a new register something may be: a slip could put somebody in danger. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from models.identifier import PersonIdentifier
from models.person import Person
from routing.identity.held import lookup_key


def no_longer_unsafe(before: Iterable[Person], after: Iterable[Person]) -> Iterator[str]:
    """Of everybody whom both registers have, each address and number that is not marked unsafe any more, in words.

    Those of whoever speaks for them count, too. Which of them it is shows in the file; it is not repeated here.
    """
    now = {person.id: person for person in after}
    for person in before:
        if person.id not in now:
            continue
        marks = {_key(one): one.safe for one in _all(now[person.id])}
        # One that stands twice is unsafe where either says so.
        marks |= {_key(one): False for one in _all(now[person.id]) if not one.safe}
        for number, one in enumerate(_all(person), start=1):
            if one.safe or marks.get(_key(one)) is False:
                continue
            which = f"{person.id}: {one.kind.value} (number {number} of what the register had of theirs)"
            if _key(one) in marks:
                yield f"{which} is not marked `safe: false` any more: something may be sent there from now on"
            else:
                yield f"{which} was marked `safe: false`, and is gone: nothing says any more that it is not safe"


def _all(person: Person) -> Iterator[PersonIdentifier]:
    yield from chain(person.identifiers, *(one.identifiers for one in person.representatives))


def _key(one: PersonIdentifier) -> tuple[str, str]:
    """As it is compared, however it is written."""
    key = lookup_key(one)
    return (one.kind.value, one.value if key is None else key.value)
