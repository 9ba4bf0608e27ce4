"""Every way in which a pack might say something else and still load, one value at a time.

What no pack can switch off holds in each of them. The pack is walked down to its flags, numbers and words: each is left
out, emptied, turned, made more or less, or becomes what stands elsewhere under its name.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from models.policy import PolicyPack

_FOR_PEOPLE: Final = frozenset({"says", "letter", "question", "name", "for", "reach"})
"""Words to read, which decide nothing."""
_LEFT_OUT, _EMPTY = object(), object()

_Place = tuple[str | int, ...]


def otherwise(pack: PolicyPack, *, one_in: int = 1) -> Iterator[tuple[str, PolicyPack]]:
    """What is altered, and the pack that says so. `one_in`: only so many of the alterations are tried."""
    whole = json.loads(pack.model_dump_json(by_alias=True))
    whole["life"]["rules"] = {}  # they name places, which may be gone
    values = list(_walked(whole, ()))
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for place, value in values:
        if isinstance(value, str):
            words[_field(place)][value] = None
    tried = [(place, other) for place, value in values for other in _others(value, words[_field(place)])]
    for place, other in tried[::one_in]:
        changed = _altered(whole, place, other)
        if changed is not None:
            yield f"{'.'.join(map(str, place))}: {_said(other)}", changed


def _walked(value: Any, at: _Place) -> Iterator[tuple[_Place, Any]]:
    """Everything in it, but words for people and the paragraphs in `life`."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in inside:
        if name not in _FOR_PEOPLE and (name != "cites" or not at):
            yield (*at, name), inner
            yield from _walked(inner, (*at, name))


def _others(value: Any, words: dict[str, None]) -> Iterator[Any]:
    yield _LEFT_OUT
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1, value * 100)
        case str():
            yield from [word for word in words if word != value][:3]
            yield "P9Y"
        case None:
            yield from (True, 1, "P9Y")
        case dict() | list() if value:
            yield _EMPTY


def _altered(whole: Any, place: _Place, other: Any) -> PolicyPack | None:
    """None where it does not load."""
    changed = inside = json.loads(json.dumps(whole))
    *path, name = place
    for step in path:
        inside = inside[step]
    if other is _LEFT_OUT:
        del inside[name]
    else:
        inside[name] = type(inside[name])() if other is _EMPTY else other
    try:
        return PolicyPack.model_validate(changed)
    except ValidationError:
        return None


def _field(place: _Place) -> str:
    """The innermost name."""
    return next(name for name in reversed(place) if isinstance(name, str))


def _said(other: Any) -> str:
    return {_LEFT_OUT: "left out", _EMPTY: "empty"}.get(other, repr(other))
