"""How far a setting of a measure may go: replies "fortnightly or monthly" (Wealden L123-L125)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator

from models.base import Model
from models.duration import in_words, longer, split_duration
from models.plain_names import plain
from models.restriction import Values


def _number_or_period(value: object) -> object:
    if isinstance(value, str):
        split_duration(value)
    elif isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("expected a number of at least 1, or a period such as P1M")
    return value


Bound = Annotated[int | str, BeforeValidator(_number_or_period)]


class Limit(Model):
    """`least`, `most`: of a number or a period (ISO 8601), both included. `among`: the only choices there are."""

    least: Bound | None = None
    most: Bound | None = None
    among: tuple[str, ...] = ()

    def faults(self, value: object) -> Iterator[str]:
        """What is wrong with the value of a setting, and what it may be. None, which is no value, has no faults."""
        if value is None:
            return
        if self.least is not None and _more(self.least, value):
            yield f"is {_told(value)}, less than the policy allows; set {_told(self.least)} or more"
        if self.most is not None and _more(value, self.most):
            yield f"is {_told(value)}, more than the policy allows; set {_told(self.most)} or less"
        chosen = value if isinstance(value, tuple) else (value,)
        beyond = [str(one) for one in chosen if one not in self.among] if self.among else []
        if beyond:
            yield f"has {', '.join(beyond)}, which the policy does not allow; choose from {', '.join(self.among)}"

    def misfits(self, setting: str, values: Values) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Where, and why, it is no limit on a setting that has such values."""
        bounds = {name: bound for name in ("least", "most") if (bound := getattr(self, name)) is not None}
        if not bounds and not self.among:
            yield (), "limits nothing; expected least, most or among"
        elif values.sort == "choice":
            yield from (((name,), f"{setting} is chosen from a list; expected among") for name in bounds)
            for place, one in enumerate(self.among):
                if one not in values.choices:
                    yield ("among", place), f"{setting} is never {one}; expected {', '.join(values.choices)}"
        else:
            if self.among:
                yield ("among",), f"{setting} is a {values.sort}; expected least or most"
            meant, example = (int, "10") if values.sort == "number" else (str, "P1M")
            wrong = {name: bound for name, bound in bounds.items() if not isinstance(bound, meant)}
            for name, bound in wrong.items():
                yield (name,), f"{setting} is a {values.sort}; expected one such as {example}, got {bound}"
            if len(bounds) == 2 and not wrong and _more(self.least, self.most):
                yield ("least",), f"more than most: {self.least} is more than {self.most}"

    def __str__(self) -> str:
        """For people: `1 month at most`."""
        said = [f"{_words(self.least)} at least"] if self.least is not None else []
        said += [f"{_words(self.most)} at most"] if self.most is not None else []
        said += [f"only {' or '.join(map(plain, self.among))}"] if self.among else []
        return ", ".join(said)


def _more(one: object, other: object) -> bool:
    """Whether the first number, or else period, is the greater."""
    if isinstance(one, int) and isinstance(other, int):
        return one > other
    return longer(str(one), str(other))


def _words(bound: object) -> str:
    return in_words(bound) if isinstance(bound, str) else str(bound)


def _told(bound: object) -> str:
    """In words, and as it is written in a file."""
    return f"{in_words(bound)} ({bound})" if isinstance(bound, str) else str(bound)
