"""Places in a pack by name: `review.ceiling`, `checklist.outcome_explained`, `pack.cites.new_matter`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from models.policy import PolicyPack

FEATURE = "feature:"
"""Before the name of what the product does for every pack."""

_AROUND = "pack."
_NAMED_BY = ("id", "kind", "action", "record", "number")


def look_up(pack: PolicyPack, place: str) -> object:
    """What stands at the place. LookupError says which part of it is not there.

    A place is of `life`, or of the pack around it where it begins with `pack.`; things in lists go by their id, kind,
    action, record or number.
    """
    thing: object = pack if place.startswith(_AROUND) else pack.life
    for name in place.removeprefix(_AROUND).split("."):
        thing = _inside(thing, name)
    return thing


def name_of(thing: BaseModel) -> str | None:
    """What a thing in a list goes by; None where it has no name of its own."""
    return next((str(getattr(thing, field)) for field in _NAMED_BY if hasattr(thing, field)), None)


def _inside(thing: object, name: str) -> object:
    if isinstance(thing, BaseModel) and name in type(thing).model_fields:
        return getattr(thing, name)
    if isinstance(thing, dict) and name in thing:
        return thing[name]
    if isinstance(thing, tuple):
        for each in thing:
            if (name_of(each) if isinstance(each, BaseModel) else each) == name:
                return each
    raise LookupError(f"there is no {name}")


def things(pack: PolicyPack) -> Iterator[tuple[str, BaseModel]]:
    """Every group of `life` with the place it stands at."""
    yield from _things(pack.life, "")


def _things(thing: object, at: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(thing, BaseModel):
        if at:
            yield at, thing
        for field in type(thing).model_fields:
            yield from _things(getattr(thing, field), f"{at}.{field}" if at else field)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from _things(value, f"{at}.{key}")
    elif isinstance(thing, tuple):
        for each in thing:
            if isinstance(each, BaseModel):
                yield from _things(each, f"{at}.{name_of(each)}")
