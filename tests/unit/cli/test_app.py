"""The command line as a whole."""

from __future__ import annotations

from gateway.cli.app import application


def registered() -> dict[str | None, int]:
    """How many commands each group has."""
    return {group.name: len(group.typer_instance.registered_commands) for group in application().registered_groups}


def test_a_command_line_that_is_put_together_again_has_the_same_commands():
    first = registered()
    assert first["strategy"] > 20
    assert registered() == first
