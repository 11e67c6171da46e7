"""Corrections of readings, and how far back readings have been dropped."""

from alembic import op

revision = "monitoring_0002"
down_revision = "monitoring_0001"
branch_labels = None
depends_on = None

STATEMENTS = [
    # What was accepted stays as it came. A correction takes the place of the readings of [since, until).
    """
    CREATE TABLE correction (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        device_id bigint NOT NULL,
        kind text NOT NULL,
        method text,
        since timestamptz NOT NULL,
        until timestamptz NOT NULL,
        reason text NOT NULL,
        author text NOT NULL,
        created_at timestamptz NOT NULL,
        undone_at timestamptz,
        undone_by text
    )
    """,
    "CREATE INDEX correction_in_force ON correction (device_id, until) WHERE undone_at IS NULL",
    "CREATE INDEX correction_newest ON correction (until) WHERE undone_at IS NULL",
    # The readings that a correction puts there.
    """
    CREATE TABLE corrected_reading (
        device bigint NOT NULL,
        time timestamptz NOT NULL,
        correction_id bigint NOT NULL REFERENCES correction,
        value float8 NOT NULL,
        flags smallint NOT NULL,
        PRIMARY KEY (device, time, correction_id)
    )
    """,
    # The readings that usage is a function of: a later correction goes before an earlier one.
    """
    CREATE VIEW effective_reading AS
    SELECT r.device, r.time, r.value, r.flags FROM reading AS r
    WHERE NOT EXISTS (
        SELECT FROM correction AS c
        WHERE c.device_id = r.device AND c.undone_at IS NULL AND r.time >= c.since AND r.time < c.until
    )
    UNION ALL
    SELECT i.device, i.time, i.value, i.flags FROM corrected_reading AS i
    JOIN correction AS own ON own.id = i.correction_id AND own.undone_at IS NULL
    WHERE NOT EXISTS (
        SELECT FROM correction AS c
        WHERE c.device_id = i.device AND c.undone_at IS NULL AND c.id > i.correction_id
            AND i.time >= c.since AND i.time < c.until
    )
    """,
    # Where the recomputation may end; NULL: with the newest reading.
    "ALTER TABLE recomputation ADD COLUMN until timestamptz",
    # Readings before this are gone, and usage there stays as it is.
    """
    CREATE TABLE retention (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        dropped_before timestamptz NOT NULL
    )
    """,
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
