"""To which file a letter belongs that we noted as sent, and which import a version of the register has its people from.

Letters noted before this step belong to no file: they stay when the file is erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.add_column("outbound", sa.Column("file_id", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_outbound_file_id"), "outbound", ["file_id"], unique=False)
    op.add_column("register_version", sa.Column("people_of", sa.Integer(), nullable=True))
