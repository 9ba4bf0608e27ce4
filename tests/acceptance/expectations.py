"""What a scenario expects of a decision: paths into its JSON, and what must be found there.

A path is keys parted by dots, each followed by `[*]`, `[-1]` or `[key=value,…]`: `breaches[kind=spoc_only].strategy`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_STEP = re.compile(r"\.?([A-Za-z_]\w*)|\[([^\]]*)\]")

_TESTS: Mapping[str, Callable[[list[Any], Any], bool]] = {
    "equals": lambda found, want: bool(found) and all(_plain(value) == _plain(want) for value in found),
    "in": lambda found, want: bool(found) and all(_plain(value) in map(_plain, want) for value in found),
    "contains": lambda found, want: _plain(want) in map(_plain, _flat(found)),
    "not_contains": lambda found, want: _plain(want) not in map(_plain, _flat(found)),
    "any_in": lambda found, want: any(_plain(value) in map(_plain, want) for value in _flat(found)),
    "none_in": lambda found, want: not any(_plain(value) in map(_plain, want) for value in _flat(found)),
    "matches": lambda found, want: any(isinstance(v, str) and re.search(want, v, re.I) for v in _flat(found)),
    "length": lambda found, want: _size(found) == want,
    "min_length": lambda found, want: _size(found) >= want,
}


def failures(decision: Mapping[str, Any], expected: list[dict[str, Any]]) -> list[str]:
    """A line for each expectation that `decision` does not meet."""
    return [line for each in expected if (line := _failure(decision, each)) is not None]


def _failure(decision: Mapping[str, Any], expected: Mapping[str, Any]) -> str | None:
    if "any_of" in expected:
        lines = [_failure(decision, each) for each in expected["any_of"]]
        return None if None in lines else "none of: " + " | ".join(line for line in lines if line)
    path, (name, want) = expected["path"], next((k, v) for k, v in expected.items() if k in _TESTS)
    found = list(_found(decision, path))
    if _TESTS[name](found, want):
        return None
    return f"{path} is {str(found)[:160]}, expected {name} {want}"


def _found(value: object, path: str) -> Iterator[Any]:
    """Every value at `path`. A last step without brackets gives a list as one value."""
    step = _STEP.match(path)
    if not path:
        yield value
    elif step is None:
        raise ValueError(f"cannot read the path at {path!r}")
    else:
        for inner in _taken(value, step[1], step[2]):
            yield from _found(inner, path[step.end() :])


def _taken(value: object, key: str | None, bracket: str | None) -> Iterator[Any]:
    if key is not None:
        if isinstance(value, dict) and key in value:
            yield value[key]
    elif not isinstance(value, list):
        return
    elif bracket == "*":
        yield from value
    else:
        wanted = dict(condition.split("=", 1) for condition in (bracket or "").split(","))
        yield from (each for each in value if all(str(each.get(k)).lower() == v.lower() for k, v in wanted.items()))


def _plain(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _flat(found: list[Any]) -> list[Any]:
    return [inner for value in found for inner in (value if isinstance(value, list) else [value])]


def _size(found: list[Any]) -> int:
    return len(found[0]) if len(found) == 1 and isinstance(found[0], list) else len(found)
