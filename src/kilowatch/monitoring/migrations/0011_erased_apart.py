"""Of who is erased the audit log gives up the address and the detail each by itself."""

from kilowatch.kit.audit import guard_audit

revision = "monitoring_0011"
down_revision = "monitoring_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guard_audit()
