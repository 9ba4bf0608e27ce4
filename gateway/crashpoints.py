"""Named places at which a test may have the process killed, to show that nothing is lost there.

Set `TRIAGE_CRASH_AT=NAME` (or `NAME:3` for the third time it is reached) in the environment of a test's gateway;
anywhere else each place is one comparison.
"""

from __future__ import annotations

import itertools
import os
import signal

_NAME, _, _TURN = os.environ.get("TRIAGE_CRASH_AT", "").partition(":")
_turns = itertools.count(1)


def crash_point(name: str) -> None:
    """Die here, at once and without clean-up, where the environment asks for it."""
    if name == _NAME and next(_turns) == int(_TURN or 1):
        os.kill(os.getpid(), signal.SIGKILL)
