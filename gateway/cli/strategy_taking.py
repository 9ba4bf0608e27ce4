"""Taking one step of a strategy at the terminal, and the options that many steps have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.need_to_know import at_register_desk
from gateway.cli.stepping import step_of, taken_in_words
from gateway.governance.courses import STRATEGY
from gateway.governance.strategy_file import StrategyFile
from models.base import Model
from models.restriction import Restriction
from models.strategy import Spoc


class MeasuresFile(Model):
    """Restrictions as written by hand (YAML)."""

    restrictions: tuple[Restriction, ...] = ()
    spoc: Spoc | None = None
    reasons_for: dict[str, str] = {}


Document = Annotated[str | None, typer.Option(help="Where what it rests on is filed.")]
MaybeReason = Annotated[str, typer.Option(help="Why, where there is more to say than that it was due.")]

Measures = Annotated[
    Path, typer.Argument(metavar="FILE", help="YAML with `restrictions` and, if need be, `spoc` and `reasons_for`.")
]


def take(config: Path | None, id_: str, kind: str, by: str, **fields: Any) -> StrategyFile:
    """Take one step and say where the strategy stands after it."""
    step = step_of(STRATEGY, kind, by, **fields)
    taken = at_register_desk(config, lambda desk: desk.take(id_, step))
    print(f"{id_}: {taken_in_words(kind, taken.standing)}")
    return taken
