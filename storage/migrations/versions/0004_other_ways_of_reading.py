"""A reading keeps what it says of its page, so that it can be taken again; a batch, the languages of its documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Of older readings it is not known: their page keeps what it has when they are taken again.
    op.add_column("readings", sa.Column("rotation", sa.Integer(), nullable=True))
    op.add_column("readings", sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("batches", sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("batches", "languages")
    op.drop_column("readings", "flags")
    op.drop_column("readings", "rotation")
