"""What nothing but an import has shown is known as such until it is judged."""

from alembic import op

revision = "monitoring_0010"
down_revision = "monitoring_0009"
branch_labels = None
depends_on = None

STATEMENTS = [
    "ALTER TABLE touched ADD COLUMN imported boolean NOT NULL DEFAULT false",
    "ALTER TABLE recomputation ADD COLUMN imported boolean NOT NULL DEFAULT false",
    # The readings of a device after `sent` (NULL: all), up to `until`, came by imports: they do not show that it sends.
    "CREATE TABLE imported_tail (device_id bigint PRIMARY KEY, sent timestamptz, until timestamptz NOT NULL)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
