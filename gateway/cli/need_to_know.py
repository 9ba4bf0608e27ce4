"""What the commands on registers and strategies share: a desk that asks who needs to know, and how need is said."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from gateway.cli.files import FileId, Reason, Role, at_desk, at_desk_of
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import Take
from gateway.clock import utc_now
from gateway.governance.course import Course, F
from gateway.governance.desk import Desk, Readable
from gateway.governance.register_desk import RegisterDesk
from gateway.governance.viewer import Viewer

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


def readable_named(
    config: Path | None, course: Course[F], *, by: str, role: str | None, everything: bool
) -> Readable[tuple[F, object]]:
    """The files of a kind, the oldest first, each with whom it is about where that is for whoever reads the list."""

    async def work(desk: Desk) -> Readable[tuple[F, object]]:
        files = await desk.readable(course, closed=None if everything else False)
        viewer = await Viewer.of(desk, by=by, role=role, now=utc_now)
        named = await viewer.named(files.found)
        shown: list[tuple[F, object]] = [
            (file, CLOSED if named[file.id] is None else file.person) for file in files.found
        ]
        return Readable(shown, files.damaged)

    return at_desk(config, work)


def at_register_desk(config: Path | None, work: Callable[[RegisterDesk], Coroutine[Any, Any, T]]) -> T:
    """The work's result; refusals as `at_desk` tells them."""
    return at_desk_of(RegisterDesk, config, work)
