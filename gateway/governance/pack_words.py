"""Values of a policy pack in words, for people who read or compare packs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import BaseModel

from models.duration import in_words
from models.limit import Limit
from models.plain_names import plain
from models.policy_life import LifeRules, RuleMet
from models.policy_places import name_of

_PERIOD = re.compile(r"P\d+[YMWD]\S*")
_TELLING = ("says", "question", "name", "for_")


def worded(value: object) -> str:
    """Any value of a pack: a period as people say it, a list joined, a group by what it says."""
    match value:
        case None | "" | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str():
            return in_words(value) if _PERIOD.fullmatch(value) else str(value)
        case tuple():
            items = [(isinstance(each, BaseModel) and name_of(each)) or worded(each) for each in value]
            return ("; " if any("," in item for item in items) else ", ").join(items)
        case dict():
            return "; ".join(f"{key}: {worded(each)}" for key, each in value.items()) or "nothing"
        case Limit():
            return str(value)
        case BaseModel():
            return _group(value)
        case _:
            return str(value)


def _group(thing: BaseModel) -> str:
    for field in _TELLING:
        if text := getattr(thing, field, ""):
            return str(text)
    given = [
        f"{plain(field)} {worded(getattr(thing, field))}"
        for field in type(thing).model_fields
        if field not in ("id", "kind", "action", "record", "number", "cites") and field in thing.model_fields_set
    ]
    return "; ".join(given) or plain(name_of(thing) or "as it stands")


def how_met(rule: RuleMet) -> str:
    """How a rule is met: `enforced, tracked`, and that it is an invariant."""
    return ", ".join([*(mode.value for mode in rule.modes), *(["invariant"] if rule.invariant else [])])


def people(roles: Iterable[str], life: LifeRules) -> str:
    """Roles by what they are called, each once."""
    return " or ".join(life.roles.get(role, role) for role in dict.fromkeys(roles)) or "nobody named"


def the_people(roles: Iterable[str], life: LifeRules) -> str:
    """Roles as they stand in a sentence, each once: `the Line manager or the Head of Service`."""
    return " or ".join(f"the {life.roles.get(role, role)}" for role in dict.fromkeys(roles))
