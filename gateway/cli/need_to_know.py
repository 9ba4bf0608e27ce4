"""What the commands on registers and strategies share: a desk that asks who needs to know, and how need is said."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from gateway.cli.files import FileId, Reason, Role, at_desk_of
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import Take
from gateway.governance.register_desk import RegisterDesk

T = TypeVar("T")

CLOSED: Final = "(for those who need to know)"
"""What stands in a list in place of what is not for whoever reads it."""

Need = Annotated[
    str | None, typer.Option(help="What you need it for, where you are not named: written down, and told.")
]


def add_lists(app: typer.Typer, take: Take) -> None:
    """The commands that name somebody who needs to know, and take them off the list again."""

    @app.command()
    def allow(
        id_: FileId,
        name: Annotated[str, typer.Argument(help="Who needs to know.")],
        by: Named,
        reason: Reason,
        role: Role = None,
        config: Config = None,
    ) -> None:
        """Name somebody who needs to know, beside those who act in it and the roles that the policy names."""
        take(config, id_, "allowed", by, role=role, name=name, reason=reason)

    @app.command()
    def disallow(
        id_: FileId,
        name: Annotated[str, typer.Argument(help="Who does not need to know any more.")],
        by: Named,
        reason: Reason,
        role: Role = None,
        config: Config = None,
    ) -> None:
        """Take somebody off the list of those who need to know."""
        take(config, id_, "no_longer_allowed", by, role=role, name=name, reason=reason)


def at_register_desk(config: Path | None, work: Callable[[RegisterDesk], Coroutine[Any, Any, T]]) -> T:
    """The work's result; refusals as `at_desk` tells them."""
    return at_desk_of(RegisterDesk, config, work)
