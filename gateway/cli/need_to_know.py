"""What the commands on registers and strategies share: a desk that asks who needs to know, and how need is said."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from gateway.cli.files import at_desk
from gateway.clock import utc_now
from gateway.governance.desk import Desk
from gateway.governance.register_desk import RegisterDesk

T = TypeVar("T")

CLOSED: Final = "(for those who need to know)"
"""What stands in a list in place of what is not for whoever reads it."""

Need = Annotated[
    str | None, typer.Option(help="What you need it for, where you are not named: written down, and told.")
]


def at_register_desk(config: Path | None, work: Callable[[RegisterDesk], Coroutine[Any, Any, T]]) -> T:
    """The work's result; refusals as `at_desk` tells them."""

    async def at(desk: Desk) -> T:
        return await work(RegisterDesk(desk, now=utc_now))

    return at_desk(config, at)
