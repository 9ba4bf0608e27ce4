"""Days as options of the command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from gateway.cli.exits import BadInput


def day_of(option: str, text: str | None) -> date | None:
    """The day, for a command that reads it itself. BadInput names the option."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option} {text}: expected a day such as 2026-03-31") from None


def _day(option: typer.CallbackParam, text: str | None) -> str | None:
    day = day_of(option.opts[0], text)
    return None if day is None else day.isoformat()


Day = Annotated[str, typer.Option(metavar="DAY", help="A day such as 2026-03-31.", callback=_day)]
MaybeDay = Annotated[str | None, typer.Option(metavar="DAY", help="A day such as 2026-03-31.", callback=_day)]


def late_by(due: date | None, today: date) -> int:
    """How many days it is overdue; 0 where it is in time, on the last day too, or has no day."""
    return 0 if due is None else max(0, (today - due).days)


def late_shown(days: int, *, as_json: bool) -> dict[str, object]:
    """As fields of a row; for people in a column without a name, `overdue by 3 days`, empty where it is in time."""
    if as_json:
        return {"overdue": days > 0, "overdue_days": days}
    return {"": f"overdue by {days} {'day' if days == 1 else 'days'}" if days else ""}
