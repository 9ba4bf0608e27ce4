"""How a command ends when something is wrong: one clear line on standard error, and the exit code of the contract."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import ValidationError

from gateway.faults import NoRegister, YamlFileError
from gateway.store.errors import StoreError
from gateway.store.keyfile import KeyFileError
from gateway.store.sealing import SealError
from gateway.weights_shelf import ShelfError
from models.plain_faults import describe

BAD_INPUT = 2
FAILED = 1

# Typer brings a Click of its own and names of its exceptions only this one: the base is Click's UsageError.
_USAGE_ERROR: Any = typer.BadParameter.__base__


_NOT_ONE_OF = re.compile(r"(?P<given>.+) is not one of (?P<known>'.+')\.")


class BadInput(Exception):
    """Bad usage or unreadable input; the message is for the person at the terminal. Exit 2."""


class Failed(Exception):
    """It was understood and could not be done; the message says why. Exit 1."""


@contextmanager
def reporting_faults() -> Iterator[None]:
    """Turns these and others that any command may meet, and faults of the command line, into their exit codes."""
    try:
        yield
    except _USAGE_ERROR as error:
        # Without a command the help has been shown already, and the message is empty.
        message = _in_our_words(error)
        sys.stderr.write(f"triage: {message}\n" if message else "")
        sys.exit(BAD_INPUT)
    except typer.Abort:
        sys.exit(FAILED)
    except (BadInput, YamlFileError) as error:
        sys.stderr.write(f"triage: {error}\n")
        sys.exit(BAD_INPUT)
    except (Failed, KeyFileError, NoRegister, SealError, ShelfError, StoreError) as error:
        # A store without its keys or its register is no fault of what was typed: it is understood, and cannot be done.
        sys.stderr.write(f"triage: {error}\n")
        sys.exit(FAILED)
    except BrokenPipeError:
        sys.exit(FAILED)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stderr.write(f"triage: not all of it could be written: {error.strerror}\n")
        sys.exit(FAILED)


def _in_our_words(error: Any) -> str:
    """A fault of usage on one line. Where pydantic refused the value, in the words that files are told in."""
    if isinstance(error.__cause__, ValidationError):
        error.message = _choice(describe(error.__cause__.errors()[0]))
    return " ".join(error.format_message().split())


def _choice(fault: str) -> str:
    """Of a choice what may stand there, as of any other field."""
    if (found := _NOT_ONE_OF.fullmatch(fault)) is None:
        return fault
    *others, last = (word.strip("'") for word in found["known"].split(", "))
    known = f"{', '.join(others)} or {last}" if others else last
    return f"expected {known}, got {found['given']}"
