"""Whether decisions are only shown (`observe`), acted on (`enforce`), or bypassed (`pass-through`).

A new organisation observes. Enforcing is switched on, for all or for single strategies, by a named person, and only
where alerts are known to reach somebody (`gateway.dispatch.readiness`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from gateway.store.switches import Switch, Switches

Mode = Literal["observe", "enforce"]

_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Enforcement:
    """The switches as they stand. `strategies`: those enforced although the organisation observes."""

    mode: Mode = "observe"
    strategies: frozenset[str] = frozenset()
    pass_through: bool = False

    @property
    def enforcing(self) -> bool:
        """Whether every strategy is acted on."""
        return self.mode == "enforce"

    def applies(self, strategy: str) -> bool:
        """Whether this strategy's diversions and breach alerts are acted on."""
        return self.enforcing or strategy in self.strategies


async def read_enforcement(switches: Switches, default: Mode) -> Enforcement:
    """The switches now; `default` holds until somebody has turned the mode."""
    mode = await switches.get(Switch.MODE) or default
    strategies = json.loads(await switches.get(Switch.ENFORCED_STRATEGIES) or "[]")
    pass_through = await switches.get(Switch.PASS_THROUGH) == "on"
    return Enforcement("enforce" if mode == "enforce" else "observe", frozenset(strategies), pass_through)


def read_each_second(switches: Switches, default: Mode) -> Callable[[], Awaitable[Enforcement]]:
    """The switches, read at most once a second: they are asked for with every message."""
    held: tuple[float, Enforcement] | None = None
    reading = asyncio.Lock()  # dozens of messages ask in the same moment: one of them reads, for all

    async def enforcement() -> Enforcement:
        nonlocal held
        loop = asyncio.get_running_loop()
        if held is None or loop.time() - held[0] > _EVERY_SECONDS:
            async with reading:
                at = loop.time()
                if held is None or at - held[0] > _EVERY_SECONDS:
                    held = (at, await read_enforcement(switches, default))
        return held[1]

    return enforcement
