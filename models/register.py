"""The register as a file: organisation, people, matters, strategies, and what ties them together."""

from __future__ import annotations

from collections import Counter

from pydantic import model_validator

from models.base import Model
from models.matter import Matter
from models.organisation import Organisation
from models.person import Person
from models.strategy import Strategy


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
        problems = [*_duplicates("people", [p.id for p in self.people])]
        problems += _duplicates("matters", [m.id for m in self.matters])
        problems += _duplicates("strategies", [s.id for s in self.strategies])
        people = {person.id for person in self.people}
        owner = {matter.id: matter.person for matter in self.matters}
        for matter in self.matters:
            if matter.person not in people:
                problems.append(f"matter {matter.id}: person {matter.person} is not in the register")
        for strategy in self.strategies:
            if strategy.person not in people:
                problems.append(f"strategy {strategy.id}: person {strategy.person} is not in the register")
            for ref in strategy.matters:
                if ref not in owner:
                    problems.append(f"strategy {strategy.id}: matter {ref} is not in the register")
                elif owner[ref] != strategy.person:
                    problems.append(f"strategy {strategy.id}: matter {ref} belongs to {owner[ref]}")
            problems += _duplicates(f"strategy {strategy.id} restrictions", [r.id for r in strategy.restrictions])
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _duplicates(where: str, ids: list[str]) -> list[str]:
    return [f"{where}: id {id_} is used {count} times" for id_, count in Counter(ids).items() if count > 1]
