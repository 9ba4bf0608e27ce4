"""How a command ends when something is wrong: one clear line on standard error, and the exit code of the contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

BAD_INPUT = 2
FAILED = 1


class BadInput(Exception):
    """Bad usage or unreadable input; the message is for the person at the terminal. Exit 2."""


class Failed(Exception):
    """It was understood and could not be done; the message says why. Exit 1."""


@contextmanager
def reporting_faults() -> Iterator[None]:
    """Turns the two exceptions into their exit codes."""
    try:
        yield
    except BadInput as error:
        sys.stderr.write(f"triage: {error}\n")
        sys.exit(BAD_INPUT)
    except Failed as error:
        sys.stderr.write(f"triage: {error}\n")
        sys.exit(FAILED)
    except BrokenPipeError:
        sys.exit(FAILED)
