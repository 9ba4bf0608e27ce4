"""What every command begins with: its settings."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.exits import BadInput
from gateway.governance.person_name import a_person
from gateway.settings import Settings, SettingsError, load_settings


def check_name(by: str) -> str:
    """The name as given. BadInput where it is blank, or a machine's: what is decided here is a person's word.

    Nor may it hold what would make one line of the audit trail look like two.
    """
    if not by.strip() or not by.isprintable():
        raise BadInput("--by: expected your name")
    try:
        a_person(by)
    except ValueError as error:
        raise BadInput(f"--by {by}: {error}") from None
    return by


Config = Annotated[Path | None, typer.Option("--config", help="The settings file (TOML).", envvar="TRIAGE_CONFIG")]
By = Annotated[
    str,
    typer.Option(
        "--by",
        help="Who does this; written to the audit trail.",
        default_factory=getpass.getuser,
        callback=check_name,
    ),
]
Named = Annotated[str, typer.Option("--by", help="Your name; written to the audit trail.", callback=check_name)]
"""As `By`, where the name of the account is not enough."""
CorpusFolder = Annotated[Path, typer.Option("--corpus", help="The folder of the corpus.", show_default=False)]


def settings_of(config: Path | None) -> Settings:
    """The settings, or a clear line and exit 2."""
    try:
        return load_settings(config)
    except SettingsError as error:
        raise BadInput(str(error)) from None
