"""An alert of unusual use says from when on it tells of what was used, so that it is shown to those who may know."""

from alembic import op

revision = "monitoring_0013"
down_revision = "monitoring_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE alert ADD COLUMN compared_from timestamptz")
    # Of those that there are, it is not known: no rule looks further back.
    op.execute("UPDATE alert SET compared_from = since - interval '26 weeks' WHERE kind = 'unusual_use'")
