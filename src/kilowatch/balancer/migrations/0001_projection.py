"""The projection of devices and credentials, and the inbox of their events."""

from alembic import op

from kilowatch.kit.inbox import create_inbox

revision = "balancer_0001"
down_revision = None
branch_labels = ("balancer",)
depends_on = None


def upgrade() -> None:
    create_inbox()
    for table, key in (("device", "bigint"), ("credential", "uuid")):
        op.execute(
            f"CREATE TABLE {table} (id {key} PRIMARY KEY, version bigint NOT NULL,"
            " state text NOT NULL, sequence bigint NOT NULL)"
        )
        op.execute(f"CREATE INDEX ON {table} (sequence)")
    # One row. Whoever changes the projection takes the next sequence and holds the row until its transaction ends, so
    # that sequences become visible in order, and a reader who asks for all after n misses none.
    op.execute(
        "CREATE TABLE projection (single boolean PRIMARY KEY DEFAULT true CHECK (single),"
        " sequence bigint NOT NULL DEFAULT 0, built_at timestamptz)"
    )
    op.execute("INSERT INTO projection DEFAULT VALUES")
