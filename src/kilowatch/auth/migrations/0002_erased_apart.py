"""Of who is erased the audit log gives up the address and the detail each by itself."""

from kilowatch.kit.audit import guard_audit

revision = "auth_0002"
down_revision = "auth_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guard_audit()
