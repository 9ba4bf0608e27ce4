"""The register as a file: organisation, people, matters, strategies, and what ties them together."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from models.base import Model
from models.matter import Matter
from models.organisation import Organisation
from models.person import Person
from models.strategy import Strategy

Location = tuple[str | int, ...]
Fault = tuple[Location, str]


class Dossier(Model):
    """Everything the register holds on one person: what a decision about their contact needs."""

    person: Person
    matters: tuple[Matter, ...] = ()
    strategies: tuple[Strategy, ...] = ()


class Register(Model):
    """A whole register. Ids are unique and every reference leads somewhere, or it does not load."""

    organisation: Organisation
    people: tuple[Person, ...] = ()
    matters: tuple[Matter, ...] = ()
    strategies: tuple[Strategy, ...] = ()

    def dossiers(self) -> tuple[Dossier, ...]:
        """One dossier a person, in register order."""
        matters: dict[str, list[Matter]] = {}
        strategies: dict[str, list[Strategy]] = {}
        for matter in self.matters:
            matters.setdefault(matter.person, []).append(matter)
        for strategy in self.strategies:
            strategies.setdefault(strategy.person, []).append(strategy)
        return tuple(
            Dossier(
                person=person,
                matters=tuple(matters.get(person.id, ())),
                strategies=tuple(strategies.get(person.id, ())),
            )
            for person in self.people
        )

    @model_validator(mode="after")
    def _whole(self) -> Register:
        faults = [*self._duplicate_ids(), *self._dangling_references()]
        if faults:
            text = "; ".join(f"{_path(location)}: {message}" for location, message in faults)
            # The context lets a reader of files say on which line each fault stands.
            raise PydanticCustomError("references", "{text}", {"text": text, "faults": faults})
        return self

    def _duplicate_ids(self) -> Iterator[Fault]:
        for kind in ("people", "matters", "strategies"):
            yield from _repeats((kind,), [item.id for item in getattr(self, kind)])
        for number, strategy in enumerate(self.strategies):
            where = ("strategies", number, "restrictions")
            yield from _repeats(where, [restriction.id for restriction in strategy.restrictions])

    def _dangling_references(self) -> Iterator[Fault]:
        people = {person.id for person in self.people}
        owner = {matter.id: matter.person for matter in self.matters}
        for number, matter in enumerate(self.matters):
            if matter.person not in people:
                yield ("matters", number, "person"), f"{matter.person} is not among the people"
        for number, strategy in enumerate(self.strategies):
            if strategy.person not in people:
                yield ("strategies", number, "person"), f"{strategy.person} is not among the people"
            for place, reference in enumerate(strategy.matters):
                if reference not in owner:
                    yield ("strategies", number, "matters", place), f"{reference} is not among the matters"
                elif owner[reference] != strategy.person:
                    yield ("strategies", number, "matters", place), f"{reference} is {owner[reference]}'s matter"


def _repeats(where: Location, ids: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, id_ in enumerate(ids):
        if id_ in seen:
            yield (*where, number, "id"), f"{id_} is used already"
        seen.add(id_)


def _path(location: Location) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
