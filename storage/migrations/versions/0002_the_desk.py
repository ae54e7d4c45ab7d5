"""What the desk asks for: a key for signed addresses, and what lists ask of findings kept beside them."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    made = op.create_table(
        "secrets",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    # Made here and not by whoever needs it first: of several processes that start at once, one migrates.
    op.bulk_insert(made, [{"name": "pictures", "value": secrets.token_urlsafe(32)}])

    op.add_column("findings", sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("findings", sa.Column("page", sa.Integer(), nullable=True))
    findings = sa.table(
        "findings",
        *(sa.column(name) for name in ("id", "state", "conflict", "confidence", "page", "doubtful")),
        sa.column("value", sa.JSON()),
        sa.column("spans", sa.JSON()),
    )
    for row in op.get_bind().execute(sa.select(findings)).all():
        unsure = row.confidence < 0.7 or bool((row.value or {}).get("ambiguous"))
        doubtful = bool(row.conflict) or (row.state == "found" and unsure)
        page = row.spans[0]["page"] if row.spans else None
        op.execute(findings.update().where(findings.c.id == row.id).values(doubtful=doubtful, page=page))
    op.create_index("findings_doubtful", "findings", ["doubtful", "document_id"])
    op.create_index("findings_on_pages", "findings", ["document_id", "page", "name", "state"])
    op.drop_index("findings_named", "findings")
    op.create_index("findings_named", "findings", ["name", "state", "document_id"])


def downgrade() -> None:
    op.drop_index("findings_named", "findings")
    op.create_index("findings_named", "findings", ["kind", "name"])
    op.drop_index("findings_on_pages", "findings")
    op.drop_index("findings_doubtful", "findings")
    op.drop_column("findings", "page")
    op.drop_column("findings", "doubtful")
    op.drop_table("secrets")
