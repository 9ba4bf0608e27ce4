"""What shows that a rule of a policy is met, and the machine that alters a pack to see that the showing notices.

A showing is a function of a pack, decorated with the ids of the rules that it shows. Whatever value of the pack it says
that it rests on is altered by `test_rules.py`, and then it must fail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from models.policy import PolicyPack
from models.policy_life import LifeRules
from models.policy_places import FEATURE
from models.policy_question import Answer

Show = Callable[[PolicyPack], None]
Values = dict[str, Any]

POLICY_OF: Final = {"S": "staffordshire", "C": "cleveland", "W": "warwickshire", "D": "wealden", "K": "stoke"}
"""The pack whose rules have ids beginning with this letter."""


@dataclass(frozen=True)
class Alteration:
    """One place of a pack that says something else. `to` gets what stands there and what it stands in, and its name."""

    place: str
    says: str
    to: Callable[[Any, str], None]


@dataclass(frozen=True)
class Showing:
    """`alterations`: after any of these the showing fails. `despite`: after any of these it holds all the same.

    `whatever`: it holds whatever a pack says.
    """

    rule: str
    show: Show
    alterations: tuple[Alteration, ...] = ()
    despite: tuple[Alteration, ...] = ()
    whatever: bool = False

    @property
    def policy(self) -> str:
        """The id of the pack."""
        return POLICY_OF[self.rule[0]]


SHOWINGS: list[Showing] = []


class Without:
    """Each of these names in turn is left out of the list at the place."""

    def __init__(self, *names: str) -> None:
        self.names = names


class Weakened:
    """Each of these questions in turn is left out, turned round, only advisory, answerable by `na`, or without note."""

    def __init__(self, *names: str) -> None:
        self.names = names


REMOVED = object()
"""For `to`: the place is not there any more."""


def shows(
    rule: str, *, alters: str | None = None, despite: str | None = None, to: object = REMOVED, whatever: bool = False
) -> Any:
    """Says that the function shows a rule. `alters`: the place on which that rests, `to`: what it is altered to.

    `despite`: the place may say what it likes; the product does not let a pack go below this. `whatever`: so may every
    place; the rule is an invariant.
    """

    def decorate(show: Show) -> Show:
        place = alters or despite
        found = tuple(_alterations(place, to)) if place else ()
        fails, holds = ((), found) if despite else (found, ())
        for number, showing in enumerate(SHOWINGS):
            if (showing.rule, showing.show) == (rule, show):
                both = (*showing.alterations, *fails), (*showing.despite, *holds)
                SHOWINGS[number] = Showing(rule, show, *both, whatever or showing.whatever)
                return show
        SHOWINGS.append(Showing(rule, show, fails, holds, whatever))
        return show

    return decorate


def _alterations(place: str, to: object) -> Iterator[Alteration]:
    if isinstance(to, Without):
        for name in to.names:
            yield Alteration(f"{place}.{name}", "left out", removed)
    elif isinstance(to, Weakened):
        for name in to.names:
            yield Alteration(f"{place}.{name}", "left out", removed)
            for field, says, value in _WEAKER:
                yield Alteration(f"{place}.{name}.{field}", says, value)
    elif to is REMOVED:
        yield Alteration(place, "left out", removed)
    else:
        yield Alteration(place, str(to), set_to(to))


_AROUND_LIFE: Final = ("cites", "emergency_text", "version", "review_due", "equality_impact_assessed_on")


def altered(pack: PolicyPack, alteration: Alteration) -> PolicyPack | None:
    """The pack with the alteration. None where it changes nothing, as where an advisory question is made advisory.

    It is not asked whether such a pack would load: a rule that names what is gone is a fault by itself, and what is
    wanted here is whether the product still does as the policy says.
    """
    whole = _values(pack)
    inside, name = _reach(whole, alteration.place)
    alteration.to(inside, name)
    life = LifeRules.model_validate(whole.pop("life"))
    fields = {field: whole[field] for field in _AROUND_LIFE if field in whole}
    fields["cites"] = {rule: tuple(cites) for rule, cites in fields["cites"].items()}
    if fields.get("review_due") is not None:
        fields["review_due"] = pack.review_due
    changed = pack.model_copy(update={**fields, "life": life})
    return None if changed == pack else changed


def _values(pack: PolicyPack) -> Values:
    values: Values = json.loads(pack.model_dump_json(by_alias=True))
    return values


def _reach(whole: Values, place: str) -> tuple[Any, str]:
    """What the place stands in, and its name there."""
    inside: Any = whole if place.startswith("pack.") else whole["life"]
    *path, name = place.removeprefix("pack.").split(".")
    for step in path:
        inside = _inside(inside, step)
    return inside, name


def standing(pack: PolicyPack, place: str) -> Any:
    """What stands at the place, as plain values."""
    return _inside(*_reach(_values(pack), place))


def places_of(pack: PolicyPack, rule: str) -> tuple[str, ...]:
    """The places in the pack on which a rule rests; features are no values that could be altered."""
    return tuple(by for by in pack.life.rules[rule].by if not by.startswith(FEATURE))


_NAMES = ("id", "kind", "action", "record", "number")


def name_in(thing: Any) -> str | None:
    """What it goes by in a list: a group by its id or the like, words or a number by itself, without dots."""
    if isinstance(thing, dict):
        return next((str(thing[key]) for key in _NAMES if key in thing), None)
    return str(thing).replace(".", " ")


def _index(things: list[Any], name: str) -> int:
    for number, thing in enumerate(things):
        if name_in(thing) == name:
            return number
    raise LookupError(f"there is no {name}")


def _inside(thing: Any, name: str) -> Any:
    return thing[_index(thing, name)] if isinstance(thing, list) else thing[name]


def removed(inside: Any, name: str) -> None:
    """The thing of this name is not there any more; a list by its own name is empty."""
    if isinstance(inside, list):
        del inside[_index(inside, name)]
    elif isinstance(inside[name], list):
        inside[name] = []
    else:
        del inside[name]


def joined_by(value: object) -> Callable[[Any, str], None]:
    """The list of this name has this in it as well."""

    def to(inside: Any, name: str) -> None:
        inside[name].append(value)

    return to


def set_to(value: object) -> Callable[[Any, str], None]:
    """The thing of this name is this instead."""

    def to(inside: Any, name: str) -> None:
        inside[name] = list(value) if isinstance(value, tuple) else value

    return to


def _turned(inside: Any, name: str) -> None:
    # What an advisory question wants is an answer with its reason, whichever.
    if inside["blocking"]:
        inside[name] = (Answer.NO if inside[name] == Answer.YES else Answer.YES).value


_WEAKER: tuple[tuple[str, str, Callable[[Any, str], None]], ...] = (
    ("required_answer", "turned round", _turned),
    ("blocking", "advisory", set_to(False)),
    ("na_allowed", "may be na", set_to(True)),
    ("note_needed", "needs no note", set_to(False)),
)
