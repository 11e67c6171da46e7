"""Rules of alerts, what an alert says, when it is told, and how far each partition has been consumed."""

from alembic import op

revision = "monitoring_0004"
down_revision = "monitoring_0003"
branch_labels = None
depends_on = None

STATEMENTS = [
    # The rule of a kind for one device, or (device 0) for all that have none of their own.
    """
    CREATE TABLE alert_rule (
        device_id bigint NOT NULL,
        kind text NOT NULL,
        enabled boolean NOT NULL,
        severity text NOT NULL,
        cooldown_s integer NOT NULL,
        quiet_start time,
        quiet_end time,
        escalate_after_s integer,
        condition jsonb NOT NULL,
        PRIMARY KEY (device_id, kind)
    )
    """,
    # Grows with every change, in its transaction: who has seen this version has seen the rules of it.
    "CREATE TABLE alert_rule_version (single boolean PRIMARY KEY DEFAULT true CHECK (single), version bigint NOT NULL)",
    "INSERT INTO alert_rule_version (version) VALUES (0)",
    # Devices whose usage has changed from `since` on and whose rules are to be judged, soon or at `due_at`.
    """
    CREATE TABLE touched (
        device_id bigint NOT NULL,
        since timestamptz NOT NULL,
        due_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    # What has come of a partition before `until` is written; since `steady_since` without a break.
    """
    CREATE TABLE consumption (
        partition integer PRIMARY KEY,
        until timestamptz NOT NULL,
        steady_since timestamptz NOT NULL
    )
    """,
    """
    ALTER TABLE alert
        ADD COLUMN severity text NOT NULL DEFAULT 'warning',
        ADD COLUMN until timestamptz,
        ADD COLUMN usual bigint,
        ADD COLUMN share_percent integer,
        ADD COLUMN power_w float8,
        ADD COLUMN limit_w float8,
        ADD COLUMN cost float8,
        ADD COLUMN currency text,
        ADD COLUMN snoozed_until timestamptz,
        ADD COLUMN told_at timestamptz,
        ADD COLUMN announce_at timestamptz,
        ADD COLUMN escalate_at timestamptz,
        ADD COLUMN escalated_at timestamptz
    """,
    "COMMENT ON COLUMN alert.announce_at IS 'there is news to tell, from then on; NULL: there is none'",
    "COMMENT ON COLUMN alert.told_at IS 'when it was first told; what was never told is not told to be over either'",
    "UPDATE alert SET told_at = raised_at WHERE NOT historical",
    # A share of the budget and all of it are two alerts about the same day.
    "ALTER TABLE alert DROP CONSTRAINT alert_device_id_kind_since_key",
    "CREATE UNIQUE INDEX alert_once ON alert (device_id, kind, since, coalesce(share_percent, 0))",
    # Of an hour over its limit the end is known; of what goes on there is one.
    """
    CREATE UNIQUE INDEX alert_one_open ON alert (device_id, kind)
    WHERE state <> 'cleared' AND until IS NULL AND NOT historical AND kind <> 'hourly_limit'
    """,
    "CREATE INDEX alert_news ON alert (announce_at) WHERE announce_at IS NOT NULL",
    "CREATE INDEX alert_unanswered ON alert (escalate_at) WHERE escalate_at IS NOT NULL",
    "CREATE INDEX alert_open ON alert (kind, device_id) WHERE state <> 'cleared' AND NOT historical",
    "CREATE INDEX alert_without_end ON alert (device_id) WHERE until IS NULL AND NOT historical",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
