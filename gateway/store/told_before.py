"""What somebody wrote before that was taken as being about one of their matters: who writes it again is known by it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from gateway.store.clock import to_micros
from gateway.store.decisions import KEPT_OF, decision_text
from gateway.store.reader import Reader
from gateway.store.schema import contact as contact_table
from gateway.store.schema import history
from gateway.store.sealing import SealError
from gateway.store.vault import Vault, open_text
from models.contact import NOT_NEW_TEXT, Contact, Direction
from models.decision import Decision
from models.matter import EarlierText
from models.scan import Verdict

_LOOKED_THROUGH = 10
"""Contacts that are opened for one message: the newest of everybody asked for."""
_LONGEST = 20_000
"""Characters of an earlier text: more is not compared."""


class ToldBefore:
    """Reads earlier contacts back. What is erased, or does not open, is left out."""

    def __init__(self, reader: Reader, vault: Vault) -> None:
        self._reader = reader
        self._vault = vault

    async def of(self, contact: Contact, people: Collection[str]) -> tuple[EarlierText, ...]:
        """The new text of what `people` sent before `contact` whose verdict was `same`, the newest last."""
        if not people:
            return ()
        wanted = {"people": sorted(set(people)), "before": to_micros(contact.received_at), "id": contact.id}
        return await self._reader.run(lambda connection: self._texts(connection, wanted))

    def _texts(self, connection: sa.Connection, wanted: dict[str, object]) -> tuple[EarlierText, ...]:
        # One contact may be part of two people's history.
        sealed = {row.id: row.sealed for row in connection.execute(_BEFORE, wanted)}
        if not sealed:
            return ()
        ids = list(sealed)
        self._vault.look_up(connection, ids)
        latest = {made.contact_id: made for made in connection.execute(KEPT_OF, {"ids": ids})}
        texts = []
        for id_ in reversed(ids):
            try:
                key = self._vault.key(connection, id_)
                made = Decision.model_validate_json(decision_text(key, latest[id_]))
                matter = made.matter
                if matter is None or matter.verdict is not Verdict.SAME or matter.nearest is None:
                    continue
                read = Contact.model_validate_json(open_text(key, "contact", "sealed", id_, sealed[id_]))
            except (SealError, KeyError):
                continue
            said = (part.own_text() for part in read.parts if part.name not in NOT_NEW_TEXT)
            texts.append(EarlierText(matter=matter.nearest, text="\n".join(said)[:_LONGEST]))
        return tuple(texts)


_BEFORE = (
    sa.select(contact_table.c.id, contact_table.c.sealed)
    .join(history, history.c.contact_id == contact_table.c.id)
    .where(
        history.c.person.in_(sa.bindparam("people", expanding=True)),
        history.c.received_at <= sa.bindparam("before"),
        history.c.contact_id != sa.bindparam("id"),
        history.c.direction == Direction.INBOUND.value,
        contact_table.c.erased_at.is_(None),
    )
    .order_by(history.c.received_at.desc(), history.c.contact_id)
    .limit(_LOOKED_THROUGH)
)
