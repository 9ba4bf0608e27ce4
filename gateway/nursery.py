"""Where the reading children come from, by the settings.

It takes seconds to load, so a command enters it before all else; this module brings little with it.
"""

from __future__ import annotations

from gateway.reading.process import Nursery, NurserySpec
from gateway.settings import Settings


def nursery_of(settings: Settings) -> Nursery:
    """The one nursery of a process."""
    return Nursery(
        NurserySpec(
            lexicons=settings.scan.lexicons,
            weights=settings.scan.weights,
            memory_bytes=settings.triage.child_memory_mb * 1024 * 1024,
        )
    )
