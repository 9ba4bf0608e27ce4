"""How two policy packs differ, in words: one difference a line, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from gateway.governance.pack_words import worded
from models.policy import PolicyPack
from models.policy_places import name_of

_NOTHING = object()


class Difference(NamedTuple):
    """Where the packs differ, and how. `path` is a place as the rules of a pack name it."""

    path: str
    says: str

    def __str__(self) -> str:
        return f"{self.path}: {self.says}"


def differences(one: PolicyPack, other: PolicyPack, names: tuple[str, str]) -> tuple[Difference, ...]:
    """All differences, in the order of the fields. `names`: what to call the packs."""
    return tuple(_differences(one, other, names))


def _differences(one: PolicyPack, other: PolicyPack, names: tuple[str, str]) -> Iterator[Difference]:
    yield from _fields(one.life, other.life, "", names)
    for field in PolicyPack.model_fields:
        if field not in ("id", "life"):
            yield from _compare(getattr(one, field), getattr(other, field), f"pack.{field}", names)


def _compare(one: object, other: object, path: str, names: tuple[str, str]) -> Iterator[Difference]:
    if one == other:
        return
    if one is _NOTHING or other is _NOTHING:
        there, value = (names[1], other) if one is _NOTHING else (names[0], one)
        yield Difference(path, f"only in {there}: {worded(value)}")
    elif isinstance(one, BaseModel) and type(one) is type(other):
        yield from _fields(one, other, path, names)
    elif isinstance(one, dict) and isinstance(other, dict):
        yield from _by_name(one, other, path, names)
    elif isinstance(one, tuple) and isinstance(other, tuple):
        yield from _lists(one, other, path, names)
    else:
        yield Difference(path, f"{names[0]}: {worded(one)}; {names[1]}: {worded(other)}")


def _fields(one: BaseModel, other: object, path: str, names: tuple[str, str]) -> Iterator[Difference]:
    for field in type(one).model_fields:
        at = f"{path}.{field}" if path else field
        yield from _compare(getattr(one, field), getattr(other, field), at, names)


def _lists(
    one: tuple[object, ...], other: tuple[object, ...], path: str, names: tuple[str, str]
) -> Iterator[Difference]:
    mine, theirs = _named(one), _named(other)
    if mine is not None and theirs is not None:
        yield from _by_name(mine, theirs, path, names)
        shared = [name for name in mine if name in theirs]
        if path == "approvals" and shared != [name for name in theirs if name in mine]:
            yield Difference(path, "in another order")
        return
    only = [
        f"only in {name}: {worded(rest)}"
        for name, rest in (
            (names[0], tuple(each for each in one if each not in other)),
            (names[1], tuple(each for each in other if each not in one)),
        )
        if rest
    ]
    yield Difference(path, "; ".join(only) or "in another order")


def _named(things: tuple[object, ...]) -> dict[str, object] | None:
    """Things by name; None where they have none. A name that comes again is numbered."""
    found: dict[str, object] = {}
    for thing in things:
        if not isinstance(thing, BaseModel) or (name := name_of(thing)) is None:
            return None
        times = sum(known.partition("#")[0] == name for known in found)
        found[f"{name}#{times + 1}" if times else name] = thing
    return found


def _by_name(
    one: Mapping[str, object], other: Mapping[str, object], path: str, names: tuple[str, str]
) -> Iterator[Difference]:
    for name in dict.fromkeys([*one, *other]):
        yield from _compare(one.get(name, _NOTHING), other.get(name, _NOTHING), f"{path}.{name}", names)
