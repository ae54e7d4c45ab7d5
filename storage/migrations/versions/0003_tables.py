"""The tables that were found on a page are part of its reading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Older readings looked for none; reading a document again does.
    op.add_column("readings", sa.Column("tables", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("readings", "tables")
