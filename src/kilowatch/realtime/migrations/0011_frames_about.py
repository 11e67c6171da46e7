"""Of whom a frame tells, so that it goes when they do."""

from alembic import op

revision = "realtime_0011"
down_revision = "realtime_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of the frames that are there nobody knows it; they are forgotten within days.
    op.execute("ALTER TABLE frame ADD COLUMN about uuid[] NOT NULL DEFAULT '{}'")
    op.execute("CREATE INDEX frame_about ON frame USING gin (about) WHERE about <> '{}'")
