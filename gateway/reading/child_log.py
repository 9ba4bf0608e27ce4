"""What a reading child, and the nursery it comes from, say in the log: never a word of a message.

They write marked lines to their standard error; the serving process passes on what it knows of these, and drops all
else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_MARK = "reading-child "
_FIELDS = ("event", "stage", "part_kind", "contacts", "contact", "error", "at", "child")
"""The fields of a log entry that can hold no words of a message; no other is passed on."""
_MOST_CHARACTERS = 200


def log_to_parent() -> None:
    """Send the log of everything loaded here up the line, of each entry only what can hold no words of a message."""

    def render(_: object, __: str, entry: MutableMapping[str, Any]) -> str:
        return _MARK + json.dumps(_known(entry))

    # The stream is looked up anew with each entry: a child has one of its own.
    structlog.configure(processors=[render], logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def tell(**entry: object) -> None:
    """Write one entry."""
    sys.stderr.write(_MARK + json.dumps(_known(entry)) + "\n")
    sys.stderr.flush()


def tell_failure(error: Exception, *, contact_id: str | None = None) -> None:
    """Where it failed and how, never with what: a message of an exception may quote the text."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    kind = type(error).__name__
    if isinstance(error, ModuleNotFoundError):
        kind = f"{kind}({error.name})"
    told = {"event": "job_failed", "error": kind, "at": place}
    tell(**(told if contact_id is None else {**told, "contact": contact_id}))


async def forward(stderr: asyncio.StreamReader, pid: int) -> None:
    """Pass on the marked lines of process `pid`; of anything else only its size, for it may quote a message."""
    while True:
        try:
            line = await stderr.readline()
        except ValueError:  # longer than the limit
            continue
        if not line:
            return
        text = line.decode("utf-8", "replace")
        if not text.startswith(_MARK):
            log.debug("reading_child_stderr", pid=pid, size_bytes=len(line))
            continue
        with contextlib.suppress(ValueError, TypeError):
            known = _known(json.loads(text.removeprefix(_MARK)))
            log.warning("reading_child", pid=pid, what=known.pop("event", ""), **known)


def _known(entry: MutableMapping[str, Any]) -> dict[str, str]:
    return {key: str(entry[key])[:_MOST_CHARACTERS] for key in _FIELDS if key in entry}
