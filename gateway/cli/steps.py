"""Steps from options of the command line, and what is wrong with one in the option's own name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from gateway.cli.exits import BadInput
from gateway.clock import utc_now
from gateway.plain_faults import describe

S = TypeVar("S")


def day_of(text: str | None) -> str | None:
    """A day as an option gives it; BadInput for what is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(f"{text}: expected a day such as 2026-03-31") from None


Day = Annotated[str, typer.Option(metavar="DAY", help="A day such as 2026-03-31.", callback=day_of)]
MaybeDay = Annotated[str | None, typer.Option(metavar="DAY", help="A day such as 2026-03-31.", callback=day_of)]
Text = Annotated[str, typer.Option(help="In your own words.")]


def step_of(steps: TypeAdapter[S], kind: str, by: str, given: Mapping[str, Any]) -> S:
    """The step with what was given; what is None was not. BadInput names the option at fault."""
    fields = {name: value for name, value in given.items() if value is not None}
    try:
        return steps.validate_python({"kind": kind, "at": utc_now(), "by": by, **fields})
    except ValidationError as error:
        fault = error.errors()[0]
        named = [str(part) for part in fault["loc"] if isinstance(part, str) and part != kind]
        option = (named[-1] if named else "by").replace("_", "-")
        raise BadInput(f"--{option}: {describe(fault)}") from None
