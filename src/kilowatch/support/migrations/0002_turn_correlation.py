"""A turn remembers the request whose message it answers: the answer is made later, by another job."""

from alembic import op

revision = "support_0002"
down_revision = "support_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE turns ADD COLUMN correlation_id text NOT NULL DEFAULT '',"
        " ADD COLUMN traceparent text NOT NULL DEFAULT ''"
    )
