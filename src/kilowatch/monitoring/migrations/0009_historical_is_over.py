"""Hours over their limit that were found in history are over: nobody was told of them, and nothing would clear them."""

from alembic import op

revision = "monitoring_0009"
down_revision = "monitoring_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE alert
        SET state = 'cleared', version = version + 1, cleared_at = raised_at, until = since + interval '1 hour',
            snoozed_until = NULL, escalate_at = NULL
        WHERE historical AND kind = 'hourly_limit' AND state <> 'cleared'
        """
    )
