"""Decisions as they are kept: which rows, and what opens them."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.schema import Row, decision
from gateway.store.sealing import RecordKey
from gateway.store.vault import open_text

KEPT_OF = (
    sa.select(decision.c.contact_id, decision.c.revision, decision.c.sealed)
    .where(decision.c.contact_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(decision.c.contact_id, decision.c.revision)
)
"""Every revision of each of the contacts `ids`, the first first."""


def decision_text(key: RecordKey, row: Row) -> str:
    """The text of such a row. SealError where it does not open."""
    return open_text(key, "decision", f"sealed/{row.revision}", row.contact_id, row.sealed)
