"""Every version of a pack that a strategy was made under, kept: a strategy goes by its own for all its life."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import ValidationError

from gateway.governance.lacks import Lack, Refused
from gateway.store.errors import FileMoved
from gateway.store.files import Files, NewStep, cannot_be_read
from gateway.store.sealing import SealError
from models.policy import PolicyPack

_KIND = "policy_pack"


class KeptPacks:
    """Packs by id and version: those in force from their files, earlier ones from the store."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._read: dict[str, PolicyPack] = {}

    async def keep(self, pack: PolicyPack, *, actor: str, now: datetime) -> None:
        """See that the pack can be read again when its file has moved on.

        Refused where another pack was kept under the same version: a pack that is changed gets a new one.
        """
        kept = await self._kept(pack.id, pack.version)
        if kept is None:
            step = NewStep("kept", pack.model_dump_json(by_alias=True), actor, now)
            try:
                await self._files.open(_id(pack.id, pack.version), _KIND, None, step, projection=None)
            except FileMoved:  # kept by somebody else meanwhile
                kept = await self._kept(pack.id, pack.version)
        if kept is not None and digest(kept) != digest(pack):
            text = f"the pack {pack.id} was changed and is still called version {pack.version}; raise its version"
            raise Refused([Lack(text)])

    async def of(self, id_: str, version: str) -> PolicyPack:
        """The pack in that version. Refused where nothing of it is left; SealError where it cannot be read."""
        kept = await self._kept(id_, version)
        if kept is None:
            raise Refused([Lack(f"version {version} of the policy pack {id_} is not to be found")])
        return kept

    async def _kept(self, id_: str, version: str) -> PolicyPack | None:
        name = _id(id_, version)
        if name not in self._read:  # one that is kept never changes
            stored = await self._files.read(name)
            if stored is None or stored.steps[0].text is None:
                return None
            try:
                self._read[name] = PolicyPack.model_validate_json(stored.steps[0].text, context={"kept": True})
            except ValidationError:
                raise SealError(cannot_be_read(name, "it opens, and is no policy pack")) from None
        return self._read[name]


def digest(pack: PolicyPack) -> str:
    """SHA-256 of what a pack says."""
    return hashlib.sha256(pack.model_dump_json(by_alias=True).encode()).hexdigest()


def _id(id_: str, version: str) -> str:
    return f"pack/{id_}/{version}"
