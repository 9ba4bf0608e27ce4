"""The register's rows: each version of it, and the people kept under a version, sealed by that version's key."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gateway.store.schema import Row, register_person, register_version
from gateway.store.sealing import RecordKey, SealError
from gateway.store.vault import Vault, open_text, seal_text
from models.organisation import Organisation
from models.register import Dossier

STAGED, CURRENT, OLD = "staged", "current", "old"
"""What a version is: being written, in force, or neither any more."""

_PEOPLE_A_QUERY = 500


class RegisterRows:
    """Seals and opens them, within an open transaction. A version without people of its own has the key of theirs."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._keys: dict[int, RecordKey] = {}

    def make_key(self, connection: sa.Connection, version: int) -> RecordKey:
        """The key of a new version."""
        return self._vault.make(connection, _record_id(version))

    def key(self, connection: sa.Connection, version: int) -> RecordKey:
        """The key of a version; looked up once."""
        key = self._keys.get(version)
        if key is None:
            self._keys[version] = key = self._vault.key(connection, _record_id(version))
        return key

    def erase_key(self, connection: sa.Connection, version: int) -> None:
        """Nothing that a version kept can be opened any more."""
        self._vault.erase_many(connection, [_record_id(version)])
        self._keys.pop(version, None)

    def kept(self, connection: sa.Connection, version: int, people: Sequence[str]) -> list[Dossier]:
        """What the register itself has of these people, in person order. SealError where a row cannot be read."""
        if not people:
            return []
        key = self.key(connection, version)
        rows: list[Row] = []
        for start in range(0, len(people), _PEOPLE_A_QUERY):
            some = list(people[start : start + _PEOPLE_A_QUERY])
            rows += connection.execute(_DOSSIERS, {"version": version, "people": some}).all()
        return [_opened(key, version, row) for row in sorted(rows, key=lambda row: str(row.person))]


def sealed_dossier(key: RecordKey, version: int, dossier: Dossier) -> bytes:
    """What the register has of a person, for their row."""
    text = dossier.model_dump_json(by_alias=True)
    return seal_text(key, "register_person", "dossier", f"{version}/{dossier.person.id}", text)


def _opened(key: RecordKey, version: int, row: Row) -> Dossier:
    """What the register has of a person. SealError, which says what to do, where that cannot be read."""
    try:
        text = open_text(key, "register_person", "dossier", f"{version}/{row.person}", row.dossier)
        return Dossier.model_validate_json(text)
    except (SealError, ValueError):  # ValueError: it opens and is no dossier, and its text is content
        raise SealError(
            f"the register's row of {row.person} cannot be read; import the register file again, or restore the store "
            "from a backup"
        ) from None


def sealed_organisation(key: RecordKey, version: int, organisation: Organisation) -> bytes:
    """The organisation, for a version's row."""
    text = organisation.model_dump_json(by_alias=True)
    return seal_text(key, "register_version", "organisation", str(version), text)


def opened_organisation(key: RecordKey, version: int, sealed: bytes) -> Organisation:
    """The organisation of a version. SealError where it cannot be read."""
    return Organisation.model_validate_json(open_text(key, "register_version", "organisation", str(version), sealed))


def _record_id(version: int) -> str:
    return f"register/{version}"


CURRENT_VERSION = sa.select(register_version.c.version).where(register_version.c.state == CURRENT)
KEPT_UNDER = sa.func.coalesce(register_version.c.people_of, register_version.c.version)
"""The version under which a version's people are kept: an erasure makes a version and moves nobody."""
PEOPLE_OF = sa.select(KEPT_UNDER).where(register_version.c.state == CURRENT)
"""The version under which the people of the register in force are kept."""
PEOPLE_COUNT = sa.select(register_version.c.people).where(register_version.c.version == sa.bindparam("version"))
"""How many people `version` has."""
_DOSSIERS = sa.select(register_person.c.person, register_person.c.dossier).where(
    register_person.c.version == sa.bindparam("version"),
    register_person.c.person.in_(sa.bindparam("people", expanding=True)),
)
