"""How often work was in hand when the serving process died, and the late records whose recount is still to come.

A store of before this step does not know of earlier deaths: all of its work begins at none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    for table in ("spool", "pending_scan", "outbox", "alert"):
        op.add_column(table, sa.Column("deaths", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "recount",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("deaths", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_recount")),
        sa.UniqueConstraint("id", name=op.f("uq_recount_id")),
    )
    op.create_index(
        "ix_recount_ready",
        "recount",
        ["ready_at"],
        unique=False,
        sqlite_where=sa.text("ready_at IS NOT NULL"),
        postgresql_where=sa.text("ready_at IS NOT NULL"),
    )
