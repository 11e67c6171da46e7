"""Imports of history: jobs, the files they read, the lines they refused."""

from alembic import op

from kilowatch.kit.audit import create_audit

revision = "balancer_0002"
down_revision = "balancer_0001"
branch_labels = None
depends_on = None

STATEMENTS = [
    # `line` is how far the file has been handed over: a job that starts again goes on behind it.
    """
    CREATE TABLE import_job (
        id uuid PRIMARY KEY,
        state text NOT NULL,
        file_name text NOT NULL,
        size bigint NOT NULL,
        options jsonb NOT NULL,
        format text,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        heartbeat_at timestamptz,
        finished_at timestamptz,
        starts integer NOT NULL DEFAULT 0,
        line bigint NOT NULL DEFAULT -1,
        progress float8 NOT NULL DEFAULT 0,
        accepted bigint NOT NULL DEFAULT 0,
        refused bigint NOT NULL DEFAULT 0,
        missing bigint NOT NULL DEFAULT 0,
        reasons jsonb NOT NULL DEFAULT '{}',
        problem text
    )
    """,
    "CREATE INDEX import_job_created ON import_job (created_at DESC)",
    # The file lies here and not on a disk, so that any replica can take a job over.
    """
    CREATE TABLE import_chunk (
        import_id uuid NOT NULL REFERENCES import_job ON DELETE CASCADE,
        number integer NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (import_id, number)
    )
    """,
    "ALTER TABLE import_chunk ALTER COLUMN content SET STORAGE EXTERNAL",
    """
    CREATE TABLE import_refusal (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        import_id uuid NOT NULL REFERENCES import_job ON DELETE CASCADE,
        line bigint NOT NULL,
        reason text NOT NULL,
        detail text NOT NULL,
        raw text NOT NULL
    )
    """,
    "CREATE INDEX import_refusal_import ON import_refusal (import_id, id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    create_audit()
