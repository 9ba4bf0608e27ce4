"""What people do to a service that runs: imports, replays, switches, the audit trail, alerts, the report."""

from __future__ import annotations

import typer

from gateway.cli import alerts, audit, imports, replay, report, switching


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for module in (replay, switching, report):
        module.add_to(app)
    for name, group in (
        ("calls", imports.calls_app),
        ("contact", imports.contact_app),
        ("audit", audit.app),
        ("alerts", alerts.app),
    ):
        app.add_typer(group, name=name)
