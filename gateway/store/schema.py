"""The tables. Only SQLite is opened; they are kept portable to PostgreSQL. Times are whole microseconds since 1970 UTC.

Where an index is partial, only the migrations say so for PostgreSQL: to name it here loads its dialect, 6 MB, into
every process.

`sealed` columns are encrypted. A contact's key in `record_key` seals everything kept of it: delete that row and all of
it is unreadable, backups included.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = sa.String(32)
Micros = sa.BigInteger
Serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Sealed = sa.LargeBinary

Row = sa.Row[*tuple[Any, ...]]
"""A row of any of these tables."""

keyring = sa.Table(
    "keyring",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("master_version", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

record_key = sa.Table(
    "record_key",
    metadata,
    sa.Column("record_id", sa.String(64), primary_key=True),
    sa.Column("master_version", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)


def _leased() -> tuple[sa.Column[Any], ...]:
    """The columns by which work is claimed (`leases`), new for each table.

    `ready_at`: when work may be taken; for claimed work when its lease ends; null when nothing is left to do.
    `deaths`: at how many deaths of the serving process in a row it was in hand (`deaths`).
    """
    return (
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("ready_at", Micros, nullable=True),
        sa.Column("lease_token", sa.String(32), nullable=True),
        sa.Column("error", sa.String(200), nullable=True),
        sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
    )


spool = sa.Table(
    "spool",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("received_at", Micros, nullable=False),
    sa.Column("source_hash", sa.LargeBinary, nullable=True, unique=True),
    sa.Column("envelope", Sealed, nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("relayed", sa.Boolean, nullable=False),
    *_leased(),
)
sa.Index(
    "ix_spool_ready",
    spool.c.ready_at,
    sqlite_where=spool.c.ready_at.is_not(None),
)

# Contacts whose last stage of the scan is still to come. `score` in thousandths: the higher goes first.
pending_scan = sa.Table(
    "pending_scan",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("queued_at", Micros, nullable=False),
    *_leased(),
)
sa.Index(
    "ix_pending_scan_ready",
    pending_scan.c.ready_at,
    sqlite_where=pending_scan.c.ready_at.is_not(None),
)

# Contacts recorded late: those received after them are still to be counted again.
recount = sa.Table(
    "recount",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    *_leased(),
)
sa.Index(
    "ix_recount_ready",
    recount.c.ready_at,
    sqlite_where=recount.c.ready_at.is_not(None),
)

body = sa.Table(
    "body",
    metadata,
    sa.Column("contact_id", Id, primary_key=True),
    sa.Column("chunk", sa.Integer, primary_key=True),
    sa.Column("written_at", Micros, nullable=False),
    sa.Column("data", Sealed, nullable=False),
)

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("received_at", Micros, nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("sealed", Sealed, nullable=False),
    sa.Column("erased_at", Micros, nullable=True),
)
# What retention has still to look at, however much it has erased before.
sa.Index(
    "ix_contact_kept",
    contact.c.received_at,
    contact.c.id,
    sqlite_where=contact.c.erased_at.is_(None),
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("contact_id", Id, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("decided_at", Micros, nullable=False),
    sa.Column("register_version", sa.Integer, nullable=True),
    sa.Column("policy", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=True),
    sa.Column("mode", sa.String(8), nullable=False),
    sa.Column("sealed", Sealed, nullable=False),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("received_at", Micros, primary_key=True),
    sa.Column("contact_id", Id, primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=True),
    sa.Column("uses_allowance", sa.Boolean, nullable=False),
    sa.Column("source_hash", sa.LargeBinary, nullable=True),
    sa.Column("message_hash", sa.LargeBinary, nullable=True),
    sa.Column("sender_hash", sa.LargeBinary, nullable=True),
    sa.Column("digest_hash", sa.LargeBinary, nullable=True),
    sa.Column("reply_hash", sa.LargeBinary, nullable=True),
)

outbound = sa.Table(
    "outbound",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("recipient", sa.Integer, primary_key=True),
    sa.Column("message_hash", sa.LargeBinary, nullable=True, index=True),
    sa.Column("recipient_hash", sa.LargeBinary, nullable=True, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("at", Micros, nullable=True),
    sa.Column("until", Micros, nullable=True),
    sa.Column("sealed", Sealed, nullable=False),
    sa.Column("file_id", sa.String(64), nullable=True, index=True),
)

breach = sa.Table(
    "breach",
    metadata,
    sa.Column("contact_id", Id, primary_key=True),
    sa.Column("strategy", sa.String(64), primary_key=True),
    sa.Column("restriction", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("decided_by", sa.String(200), nullable=True),
    sa.Column("decided_at", Micros, nullable=True),
    sa.Column("note", Sealed, nullable=True),
)
sa.Index("ix_breach_strategy_at", breach.c.strategy, breach.c.at)

review = sa.Table(
    "review",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", Id, nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("queue", sa.String(16), nullable=False),
    sa.Column("priority", sa.String(16), nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("opened_by", sa.String(200), nullable=True),
    sa.Column("opened_at", Micros, nullable=True),
    sa.Column("closed_by", sa.String(200), nullable=True),
    sa.Column("closed_at", Micros, nullable=True),
    sa.Column("escalation", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(32), nullable=True),
    sa.Column("note", Sealed, nullable=True),
)
sa.Index("ix_review_state_due_at", review.c.state, review.c.due_at)

# The replies that reply cycles promise. `due`, `answered_on`: days, YYYY-MM-DD.
promised_reply = sa.Table(
    "promised_reply",
    metadata,
    sa.Column("contact_id", Id, primary_key=True),
    sa.Column("strategy", sa.String(64), primary_key=True),
    sa.Column("due", sa.String(10), nullable=False),
    sa.Column("answered_on", sa.String(10), nullable=True),
    sa.Column("answered_by", sa.String(200), nullable=True),
    sa.Column("answered_at", Micros, nullable=True),
    sa.Column("taken_back_at", Micros, nullable=True),
    sa.Column("note", Sealed, nullable=True),
)
sa.Index(
    "ix_promised_reply_open",
    promised_reply.c.strategy,
    promised_reply.c.due,
    sqlite_where=promised_reply.c.answered_at.is_(None),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("contact_id", Id, nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("payload", Sealed, nullable=False),
    sa.Column("created_at", Micros, nullable=False),
    *_leased(),
)
sa.Index(
    "ix_outbox_ready",
    outbox.c.ready_at,
    sqlite_where=outbox.c.ready_at.is_not(None),
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_id", Id, nullable=True, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("urgency", sa.String(16), nullable=False),
    sa.Column("fold_hash", sa.LargeBinary, nullable=True, index=True),
    sa.Column("folded", sa.Integer, nullable=False, default=0),
    sa.Column("sealed", Sealed, nullable=False),
    sa.Column("raised_at", Micros, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("rung", sa.Integer, nullable=False, default=0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("ready_at", Micros, nullable=True),
    sa.Column("lease_token", sa.String(32), nullable=True),
    sa.Column("acknowledged_by", sa.String(200), nullable=True),
    sa.Column("acknowledged_at", Micros, nullable=True),
    sa.Column("error", sa.String(200), nullable=True),
    sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
)
sa.Index(
    "ix_alert_ready",
    alert.c.ready_at,
    sqlite_where=alert.c.ready_at.is_not(None),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("at", Micros, nullable=False),
    sa.Column("event", sa.String(48), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False, index=True),
    sa.Column("digest", sa.LargeBinary, nullable=True),
    sa.Column("chain", sa.LargeBinary, nullable=True),
)

# `people_of`: the version under which its people are kept, where that is not its own (an erasure makes such a one).
register_version = sa.Table(
    "register_version",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("organisation", Sealed, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("people_of", sa.Integer, nullable=True),
)

register_person = sa.Table(
    "register_person",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("dossier", Sealed, nullable=False),
)

register_key = sa.Table(
    "register_key",
    metadata,
    sa.Column("key_hash", sa.LargeBinary, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("person", sa.String(64), primary_key=True),
    sqlite_with_rowid=False,
)

# Case files. `steps`: the number of the last step; `last_seq`: its `seq`, the newest change of the file.
file = sa.Table(
    "file",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("person", sa.String(64), nullable=True),
    sa.Column("steps", sa.Integer, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("projection", Sealed, nullable=True),
    sa.Column("erased_at", Micros, nullable=True),
)
sa.Index("ix_file_person_kind", file.c.person, file.c.kind)
sa.Index("ix_file_kind_last_seq", file.c.kind, file.c.last_seq)

file_step = sa.Table(
    "file_step",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("file_id", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(48), nullable=False),
    sa.Column("sealed", Sealed, nullable=True),
    sa.UniqueConstraint("file_id", "number"),
)

# Contacts that retention looked at and left alone: `because` of what, and when to look again.
retained = sa.Table(
    "retained",
    metadata,
    sa.Column("contact_id", Id, primary_key=True),
    sa.Column("because", sa.String(32), nullable=False),
    sa.Column("again_at", Micros, nullable=False),
)

# What is left of each record that was erased. `digest`: SHA-256 of what it held, as the audit trail has it.
certificate = sa.Table(
    "certificate",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("record", sa.String(96), nullable=False, unique=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("rule", sa.String(300), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("at", Micros, nullable=False, index=True),
)

dismissed_tie = sa.Table(
    "dismissed_tie",
    metadata,
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("tie_hash", sa.LargeBinary, primary_key=True),
    sa.Column("sealed", Sealed, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
)

state = sa.Table(
    "state",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
)
