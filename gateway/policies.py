"""The policy packs of a folder, and the working calendar each goes by; read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
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
    try:
        known = path.stat()
    except OSError:
        return _load_pack(path, (0, 0))  # which says what is wrong
    return _load_pack(path, (known.st_mtime_ns, known.st_size))


@lru_cache(16)
def _load_pack(path: Path, _stamp: tuple[int, int]) -> PolicyPack:
    """Read once in a process until the file changes."""
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
    """Packs by id, each read from its file once."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._packs: dict[str, PolicyPack] = {}
        self._calendars: dict[str, WorkingCalendar] = {}

    @classmethod
    def load(cls, folder: Path) -> Policies:
        """Every `*.yaml` of the folder. YamlFileError names file, line and field of what is wrong."""
        policies = cls.as_asked_for(folder)
        for id_ in policies._files:
            policies._pack(id_)
        return policies

    @classmethod
    def as_asked_for(cls, folder: Path) -> Policies:
        """The same, where one pack is wanted of many, as by most commands: it is read when it is asked for."""
        files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        if not files:
            raise YamlFileError(f"{folder}: no policy packs (*.yaml) there")
        return cls(files)

    def of(self, organisation: Organisation) -> PolicyPack:
        """The organisation's pack. UnknownPack where there is none of that id; YamlFileError as `load`."""
        if organisation.policy not in self._files:
            known = ", ".join(self._files)
            raise UnknownPack(f"no policy pack {organisation.policy!r}; there are {known}")
        return self._pack(organisation.policy)

    def _pack(self, id_: str) -> PolicyPack:
        if id_ not in self._packs:
            self._packs[id_] = load_named_pack(self._files[id_])
        return self._packs[id_]

    def due_at(self, organisation: Organisation, start: datetime, priority: Priority) -> datetime:
        """When what came up at `start` is to be opened, by the organisation's pack (CONTRACT §6)."""
        pack = self.of(organisation)
        return due_at(start, priority, pack, self.calendar(pack), ZoneInfo(organisation.timezone))

    def calendar(self, pack: PolicyPack) -> WorkingCalendar:
        """The working calendar of a pack."""
        if pack.holidays not in self._calendars:
            self._calendars[pack.holidays] = working_calendar(pack.holidays)
        return self._calendars[pack.holidays]
