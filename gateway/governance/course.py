"""What every kind of file has in common: steps of its own, a fold, and rules for what may follow what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from gateway.governance.situation import Situation
from gateway.governance.step import Step


class File(Protocol):
    """The folded state of a file."""

    @property
    def id(self) -> str:
        """The file's id."""
        ...

    @property
    def person(self) -> str | None:
        """Whom it is about, where that is a person."""
        ...

    @property
    def steps(self) -> Sequence[Any]:
        """Every step taken, the first first."""
        ...


F = TypeVar("F", bound=File)


@dataclass(frozen=True, slots=True)
class Course(Generic[F]):
    """A kind of file. `begin` and `take` raise Refused; `fold` judges nothing.

    `prefix`: of its ids (`CS` for CS-2026-0001). `projection`: JSON for the rest of the gateway, or None. `policy_of`:
    the pack and version that a file is bound to, None where it goes by the pack in force.
    """

    kind: str
    prefix: str
    steps: TypeAdapter[Any]
    begin: Callable[[str, Any, Situation], F]
    take: Callable[[F, Any, Situation], F]
    fold: Callable[[str, Sequence[Any]], F]
    closed: Callable[[F], bool]
    projection: Callable[[F], str | None] = lambda _file: None
    policy_of: Callable[[F], tuple[str, str] | None] = lambda _file: None


def text_of(step: Step) -> str:
    """A step as it is stored."""
    return step.model_dump_json(by_alias=True)
