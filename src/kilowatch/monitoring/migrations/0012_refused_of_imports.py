"""A reading that is put aside says which import has brought it, so that the import's report can name it."""

from alembic import op

revision = "monitoring_0012"
down_revision = "monitoring_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty: it came otherwise.
    op.execute("ALTER TABLE rejected_reading ADD COLUMN import_id text NOT NULL DEFAULT ''")
    op.execute("CREATE INDEX rejected_reading_import ON rejected_reading (import_id, id) WHERE import_id <> ''")
