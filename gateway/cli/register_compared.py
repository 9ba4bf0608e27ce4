"""A register file held against the register in force: what an import of it does, or would do."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.cli.opened import opened_store
from gateway.clock import utc_now
from gateway.governance.desk import Desk
from gateway.governance.importing import looked_over
from gateway.governance.lacks import Refused
from gateway.policies import Policies
from gateway.settings import Settings
from gateway.store.errors import StoreError
from gateway.store.keyfile import KeyFileError
from gateway.store.managed import ManagedStrategy
from gateway.store.migrate import is_up_to_date
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.register import Register


@dataclass(frozen=True, slots=True)
class LookedOver:
    """`version`: the one in force. `managed`: the strategies that have a life here. `cautions`: what to look at.

    `damaged`: ids of strategies whose file cannot be read.
    """

    version: int
    managed: tuple[ManagedStrategy, ...]
    damaged: tuple[str, ...]
    cautions: tuple[str, ...]


class NotCompared(Exception):
    """It could not be told what an import would do, or there would be none; the message says why."""


async def look_over(store: Store, register: Register, policies: Policies, exported_as: int | None) -> LookedOver:
    """What an import would do. Refused where there would be none. `exported_as`: what the file says of itself."""
    managed = await store.register.managed()
    current = await store.register.current()
    desk = Desk(store, policies, now=utc_now)
    pack = policies.of(register.organisation)
    cautions = await looked_over(desk, register, pack, utc_now(), exported_as=exported_as)
    damaged = await store.register.damaged_files()
    return LookedOver(current.version if current is not None else 0, managed, damaged, cautions)


async def would_be(
    settings: Settings, register: Register, policies: Policies, exported_as: int | None
) -> LookedOver | None:
    """The same for whoever only asks; None without a register in force. A store that is not there is not made."""
    try:
        if not settings.store.path.exists():
            return None
        if not is_up_to_date(settings.store.path):
            raise NotCompared(f"{_NOT_HELD}: the store is an older program's; what uses it first brings it up to date")
        async with opened_store(settings) as store:
            if await store.register.current() is None:
                return None
            looked = await look_over(store, register, policies, exported_as)
            await _expect_taken(store, register)
            return looked
    except Refused as refused:
        raise NotCompared("\n        ".join([_REFUSED, *map(str, refused.lacks)])) from None
    except (KeyFileError, OSError, SealError, StoreError) as error:
        raise NotCompared(f"{_NOT_HELD}: {error}") from None


async def _expect_taken(store: Store, register: Register) -> None:
    try:
        await store.register_versions.expect_the_living(register)
    except StoreError as error:
        raise NotCompared(f"{_REFUSED} {error}") from None


_NOT_HELD = "not held against the register in force"
_REFUSED = "an import of this file would be refused:"
