"""Every value on which an enforced rule rests, down to the last word of a list, altered one by one by machine.

What stands at a place that a rule names in `by` is walked to its leaves: flags are turned, numbers and periods made
longer and shorter, each member of a list left out, each role given to another or to one more, each word of a fixed
choice another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from gateway.governance.lacks import Refused
from models.duration import split_duration
from models.policy import PolicyPack
from models.policy_course import Act
from models.policy_life import Mode
from tests.policies.showing import (
    SHOWINGS,
    Alteration,
    Showing,
    altered,
    joined_by,
    name_in,
    places_of,
    removed,
    set_to,
    standing,
)

_WORDS: Final = frozenset({"says", "letter", "question", "name", "for", "reach", "cites"})
"""What people read, and the paragraphs: they say what a value is for, and decide nothing."""
_NAMES: Final = frozenset({"id", "kind", "action", "record", "number"})
"""What a group goes by; that it is gone is tried by leaving it out."""
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "act": tuple(Act),
    "before": ("submission", "approval"),
    "extension": ("notice", "silent"),
    "needed": ("required", "waivable", "optional"),
    "required_answer": ("yes", "no"),
    "trigger": ("closed", "dormant"),
}
_NOT_SAID: Final[dict[str, Any]] = {"prompts_strategy_from": 1, "window": 5, "outcome": 5}
"""What is put where a pack says nothing; a period of a year is put elsewhere."""
_OF_ROLES: Final = frozenset(
    {
        "roles",
        "approvers",
        "seen_by",
        "asked_by",
        "reviewers",
        "reviewed_by",
        "decided_by",
        "asked",
        "to",
        "adjustment_advice_from",
    }
)
"""Lists of roles: one more may do it, too."""
_KEYED: Final = frozenset({"waivers", "without_notice", "sender_when", "complaints_about"})
"""Groups by name of what counts; each may be left out."""

Leaf = tuple[str, Alteration]
"""A rule, and one alteration of what it rests on."""


def leaf_alterations(pack: PolicyPack, rule: str) -> Iterator[Alteration]:
    """Each leaf of each value that the rule names, altered. What is no pack any more is left out."""
    seen = set()
    for place in places_of(pack, rule):
        gone = Alteration(place, "left out", removed)
        inside = () if _is_member(pack, place) else _of(pack, place, standing(pack, place))
        for alteration in (gone, *inside):
            if (alteration.place, alteration.says) not in seen and _is_a_pack(pack, alteration):
                seen.add((alteration.place, alteration.says))
                yield alteration


def enforced_leaves(packs: dict[str, PolicyPack]) -> list[Leaf]:
    """Every alteration for every enforced rule."""
    return [
        (rule, alteration)
        for pack in packs.values()
        for rule, met in pack.life.rules.items()
        if Mode.ENFORCED in met.modes
        for alteration in leaf_alterations(pack, rule)
    ]


def goes_unnoticed(pack: PolicyPack, rule: str, alteration: Alteration) -> bool:
    """Whether every showing of the rule holds under the altered pack."""
    changed = altered(pack, alteration)
    assert changed is not None, f"{alteration.place} {alteration.says} changes nothing"
    return all(_holds(showing, changed) for showing in SHOWINGS if showing.rule == rule)


def is_floor(rule: str, alteration: Alteration) -> bool:
    """Whether the rule is shown to hold whatever the pack says there."""
    return any(
        alteration.place == floor.place or alteration.place.startswith(f"{floor.place}.")
        for showing in SHOWINGS
        if showing.rule == rule
        for floor in showing.despite
    )


def _holds(showing: Showing, pack: PolicyPack) -> bool:
    try:
        showing.show(pack)
    except (AssertionError, Refused, ValidationError):
        return False
    return True


def _is_a_pack(pack: PolicyPack, alteration: Alteration) -> bool:
    try:
        return altered(pack, alteration) is not None
    except ValidationError:
        return False


def _is_member(pack: PolicyPack, place: str) -> bool:
    """Whether it is words among others: there or not, and nothing else."""
    around = place.rpartition(".")[0]
    among = around.rpartition(".")[2] in _KEYED or (bool(around) and isinstance(standing(pack, around), list))
    return among and isinstance(standing(pack, place), str)


def _of(pack: PolicyPack, place: str, value: Any) -> Iterator[Alteration]:
    field = place.rpartition(".")[2]
    if field == "asked_by" and ".dangerous_" not in place:
        return  # of another register nobody asks before a visit, and a pack that says so is refused
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in _WORDS | _NAMES or (inner is None and ".limits." in place):
                continue  # a bound that a limit leaves out may be of one type only
            if field in _KEYED:
                yield Alteration(f"{place}.{name}", "left out", removed)
            else:
                yield from _of(pack, f"{place}.{name}", inner)
    elif isinstance(value, list):
        for each in value:
            name = name_in(each)
            yield Alteration(f"{place}.{name}", "left out", removed)
            if isinstance(each, dict):
                yield from _of(pack, f"{place}.{name}", each)
        for more in _more(pack, field, value):
            yield Alteration(place, f"and {more}", joined_by(more))
            if field in _OF_ROLES:
                yield Alteration(place, f"{more} instead", set_to((more,)))
    else:
        for other in _others(pack, field, value):
            yield Alteration(place, str(other), set_to(other))


def _more(pack: PolicyPack, field: str, value: list[Any]) -> Iterator[Any]:
    """What a list may have besides: another role; a stage or a setting where it has none."""
    if field in _OF_ROLES:
        yield from [role for role in pack.life.roles if role not in value][:1]
    elif field == "stages" and not value:
        yield from [stage.number for stage in pack.life.stages] or [2]
    elif field == "fields" and not value:
        yield "text"


def _others(pack: PolicyPack, field: str, value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from dict.fromkeys(other for other in (value + 1, value - 1, value * 2) if other > 0)
    elif field == "nominee_of":
        yield next(role for role in pack.life.roles if role != value)
    elif value is None:
        yield _NOT_SAID.get(field, "P1Y")
    elif field in _CHOICES:
        yield from (choice for choice in _CHOICES[field] if choice != value)
    elif value in pack.life.roles:
        yield next(role for role in pack.life.roles if role != value)
    else:
        months, days = split_duration(value)
        for longer in (1, -1):
            yield f"P{months + longer}M" if months else f"P{days + longer}D"
