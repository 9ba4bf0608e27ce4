"""Where the reading children come from, by the settings.

It takes seconds to load, so a command enters it before all else; this module brings little with it.
"""

from __future__ import annotations

from gateway.reading.process import Nursery, NurserySpec
from gateway.settings import Settings
from gateway.weights_shelf import weights_in_use


def nursery_of(settings: Settings) -> Nursery:
    """The one nursery of a process. ShelfError where the organisation's own weights are damaged."""
    return Nursery(
        NurserySpec(
            lexicons=settings.scan.lexicons,
            weights=weights_in_use(settings),
            memory_bytes=settings.triage.child_memory_mb * 1024 * 1024,
        )
    )
