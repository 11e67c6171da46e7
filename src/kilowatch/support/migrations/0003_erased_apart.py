"""Of who is erased the audit log gives up the address and the detail each by itself; and no text has their name."""

from alembic import op

from kilowatch.kit.audit import guard_audit

revision = "support_0003"
down_revision = "support_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guard_audit()
    for known, text in (
        (" has taken your conversation.", "A person has taken your conversation."),
        (" a preluat conversația.", "O persoană a preluat conversația."),
    ):
        op.execute(f"UPDATE messages SET text = '{text}' WHERE author = 'system' AND text LIKE '%{known}'")  # noqa: S608
