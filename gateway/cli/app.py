"""The command's parts, put together; of the modules only that of the command asked for is imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import typer
from typer.main import get_command

from gateway.cli.exits import reporting_faults

_MODULES = {
    "serve": ("serve",),
    "demo": ("demo",),
    "check": ("check",),
    "scan": ("scan",),
    "evaluate": ("evaluate",),
    "train": ("train",),
    "schema": ("schema",),
    "replay": ("replay",),
    "switching": ("mode", "pass-through"),
    "report": ("report",),
    "imports": ("calls", "contact"),
    "policy": ("policy",),
    "audit": ("audit",),
    "alerts": ("alerts",),
    "register": ("register",),
    "strategy": ("strategy",),
    "incident": ("incident",),
    "breach": ("breach",),
    "challenge": ("challenge",),
    "disclosure": ("disclosure",),
    "tasks": ("tasks",),
    "letter": ("letter",),
    "registers": ("registers",),
    "case": ("case",),
    "training": ("training",),
    "retention": ("retention",),
    "subject_access": ("subject-access",),
    "queue": ("queue",),
    "clock": ("clock",),
    "keys": ("keys",),
}
"""The modules beside this one, in the order of the help, and the commands that each adds."""


def application(asked_for: str | None = None) -> typer.Typer:
    """The command line with one command, or with all of them where `asked_for` is none."""
    app = typer.Typer(
        name="triage",
        help="The communications triage gateway: takes mail and calls in, finds what matters, tells the right person.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        callback=_nothing,
    )
    known = any(asked_for in commands for commands in _MODULES.values())
    for name, commands in _MODULES.items():
        if not known or asked_for in commands:
            module: Any = importlib.import_module(f"gateway.cli.{name}")
            module.add_to(app)
    return app


def _nothing() -> None:
    """Keeps a command's name a part of the command line although it may be the only one."""


def main() -> None:
    """The console script's entry."""
    with reporting_faults():
        # Not standalone: what is wrong with the usage is said in our one line, too.
        sys.exit(_command_line(*sys.argv[1:2])(standalone_mode=False) or 0)


@cache
def _command_line(asked_for: str | None = None) -> Callable[..., Any]:
    """Made once for each command: whoever gives many in one process, as tests do, does not wait for it each time."""
    return get_command(application(asked_for))
