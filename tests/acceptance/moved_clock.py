"""The gateway at another time: `moved_clock.py serve …` with `MOVED_TO=2027-03-02T09:00:00+00:00`."""

from __future__ import annotations

import os
import sys
from datetime import datetime, tzinfo
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import gateway.clock
from gateway.cli import main

_STARTED = datetime.now().astimezone()
_MOVED_TO = datetime.fromisoformat(os.environ["MOVED_TO"])


class Moved(datetime):
    """Time runs on from where it was moved to."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return (_MOVED_TO + (datetime.now().astimezone() - _STARTED)).astimezone(tz)


gateway.clock.datetime = Moved  # type: ignore[attr-defined]

if __name__ == "__main__":
    main()
