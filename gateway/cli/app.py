"""The command's parts, put together; each lives in a module of its own and loads what it needs when it runs."""

from __future__ import annotations

import sys

import typer

from gateway.cli import check, demo, evaluate, keys, queue, register, scan, schema, serve, service_commands
from gateway.cli.exits import reporting_faults

app = typer.Typer(
    name="triage",
    help="The communications triage gateway: takes mail and calls in, finds what matters, tells the right person.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for module in (serve, demo, check, scan, evaluate, schema, service_commands):
    module.add_to(app)
for name, group in (("register", register.app), ("queue", queue.app), ("keys", keys.app)):
    app.add_typer(group, name=name)


def main() -> None:
    """The console script's entry."""
    with reporting_faults():
        # Not standalone: what is wrong with the usage is said in our one line, too.
        sys.exit(app(standalone_mode=False) or 0)
