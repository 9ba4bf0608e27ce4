"""What happened to one thing is found without reading the whole audit trail."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
