"""Time as tests want it: the product asks what time it is in one place, and is told another time there.

A gateway in a process of its own: `clock_moved.py serve …` with `MOVED_TO=2027-03-02T09:00:00+00:00`.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path

MOMENT = datetime(2026, 11, 30, 10, tzinfo=UTC)
"""When each test of the commands begins, so that no midnight and no New Year comes between what it does. A Monday."""
TODAY = f"{MOMENT:%Y-%m-%d}"


def moved(to: datetime) -> type[datetime]:
    """What `gateway.clock` is to ask instead of `datetime`: time runs on from `to`."""
    began = datetime.now(UTC)

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return (to + (datetime.now(UTC) - began)).astimezone(tz)

    return Moved


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import gateway.clock
    from gateway.cli import main

    gateway.clock.datetime = moved(datetime.fromisoformat(os.environ["MOVED_TO"]))  # type: ignore[attr-defined]
    main()
