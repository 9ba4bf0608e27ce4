"""The policy packs of a folder, and the working calendar each goes by; loaded once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.calendars import working_calendar
from gateway.faults import YamlFileError
from gateway.governance.features import FEATURES
from gateway.yaml_file import load, place
from models.decision import Priority
from models.organisation import Organisation
from models.policy import PolicyPack
from routing.calendar import WorkingCalendar
from routing.due import due_at
from routing.reasons import REASONS


def load_pack(path: Path) -> PolicyPack:
    """The pack of a file, whatever the file is called. YamlFileError names file, line and field of what is wrong."""
    pack = load(path, PolicyPack, context={"features": FEATURES, "reasons": REASONS})
    try:
        working_calendar(pack.holidays)
    except KeyError as error:
        raise YamlFileError(f"{place(path, ('holidays',))}: {error.args[0]}") from None
    return pack


def load_named_pack(path: Path) -> PolicyPack:
    """As `load_pack`, for a pack in use: its file goes by its id."""
    pack = load_pack(path)
    if pack.id != path.stem:
        raise YamlFileError(f"{place(path, ('id',))}: expected {path.stem}, the file's name, got {pack.id}")
    return pack


class UnknownPack(YamlFileError):
    """An organisation goes by a pack that there is not; the message says which there are."""


class Policies:
    """Packs by id."""

    def __init__(self, packs: dict[str, PolicyPack]) -> None:
        self._packs = packs
        self._calendars: dict[str, WorkingCalendar] = {}

    @classmethod
    def load(cls, folder: Path) -> Policies:
        """Every `*.yaml` of the folder. YamlFileError names file, line and field of what is wrong."""
        packs: dict[str, PolicyPack] = {}
        for path in sorted(folder.glob("*.yaml")):
            packs[path.stem] = load_named_pack(path)
        if not packs:
            raise YamlFileError(f"{folder}: no policy packs (*.yaml) there")
        return cls(packs)

    def of(self, organisation: Organisation) -> PolicyPack:
        """The organisation's pack. UnknownPack where there is none of that id."""
        pack = self._packs.get(organisation.policy)
        if pack is None:
            known = ", ".join(sorted(self._packs))
            raise UnknownPack(f"no policy pack {organisation.policy!r}; there are {known}")
        return pack

    def due_at(self, organisation: Organisation, start: datetime, priority: Priority) -> datetime:
        """When what came up at `start` is to be opened, by the organisation's pack (CONTRACT §6)."""
        pack = self.of(organisation)
        return due_at(start, priority, pack, self.calendar(pack), ZoneInfo(organisation.timezone))

    def calendar(self, pack: PolicyPack) -> WorkingCalendar:
        """The working calendar of a pack."""
        if pack.holidays not in self._calendars:
            self._calendars[pack.holidays] = working_calendar(pack.holidays)
        return self._calendars[pack.holidays]
