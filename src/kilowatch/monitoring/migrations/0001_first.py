"""Readings, usage, alerts, leases."""

from alembic import op

from kilowatch.kit.audit import create_audit
from kilowatch.kit.inbox import create_inbox
from kilowatch.kit.outbox import create_outbox

revision = "monitoring_0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = [
    # Projection of the devices service. `state` is the whole published Device; the columns are what SQL asks for.
    # `changed` grows in the order of commits (writers take turns), so a reader finds what is new since it last looked.
    "CREATE SEQUENCE device_changed",
    """
    CREATE TABLE device (
        id bigint PRIMARY KEY,
        version bigint NOT NULL,
        deleted boolean NOT NULL,
        site_id bigint,
        parent_id bigint,
        state jsonb NOT NULL,
        changed bigint NOT NULL DEFAULT nextval('device_changed')
    )
    """,
    "CREATE INDEX device_change ON device (changed)",
    "CREATE INDEX device_site ON device (site_id)",
    # Who may see a device's usage, and from when.
    """
    CREATE TABLE access (
        user_id uuid NOT NULL,
        device_id bigint NOT NULL,
        level text NOT NULL,
        since timestamptz NOT NULL,
        until timestamptz
    )
    """,
    "CREATE INDEX access_user ON access (user_id)",
    "CREATE INDEX access_device ON access (device_id)",
    # Accounts that are gone: an event of a device that still names one gives it no access again.
    "CREATE TABLE departed_user (user_id uuid PRIMARY KEY)",
    # Which projections have been built from a snapshot, so that a first start knows that it is one.
    "CREATE TABLE projection (name text PRIMARY KEY, built_at timestamptz NOT NULL)",
    # One partition a month, made by the ledger before the first reading of that month.
    """
    CREATE TABLE reading (
        device bigint NOT NULL,
        time timestamptz NOT NULL,
        value float8 NOT NULL,
        flags smallint NOT NULL,
        PRIMARY KEY (device, time)
    ) PARTITION BY RANGE (time)
    """,
    # fillfactor 50: a slot is updated many times while it forms, and finds room on its own page (HOT).
    """
    CREATE TABLE usage (
        device bigint NOT NULL,
        slot timestamptz NOT NULL,
        energy bigint NOT NULL,
        peak float8 NOT NULL,
        readings integer NOT NULL,
        covered integer NOT NULL,
        quality smallint NOT NULL,
        revision smallint NOT NULL DEFAULT 0,
        PRIMARY KEY (device, slot)
    ) WITH (fillfactor = 50)
    """,
    "COMMENT ON COLUMN usage.slot IS 'start of the 15 minutes'",
    "COMMENT ON COLUMN usage.energy IS 'mWh'",
    "COMMENT ON COLUMN usage.peak IS 'W'",
    "COMMENT ON COLUMN usage.covered IS 'µs of the slot that readings account for'",
    "COMMENT ON COLUMN usage.quality IS 'bits of monitoring.domain.usage.Quality'",
    # How far the slots of a month that is over have been put beside each other (monitoring.settling).
    """
    CREATE TABLE settling (
        month date PRIMARY KEY,
        device bigint NOT NULL DEFAULT 0,
        done boolean NOT NULL DEFAULT false
    )
    """,
    # Moves a device's slots of a span beside each other, unless they lie there already; gives how many. Who writes
    # holds the lease FOR KEY SHARE, so nobody can meanwhile. NULL: somebody has been writing all the time, or it would
    # have taken too long. One call is one statement: a caller that freezes holds no lock.
    """
    CREATE FUNCTION settle_usage(of_device bigint, of_partition integer, first timestamptz, past timestamptz)
    RETURNS integer LANGUAGE plpgsql SET lock_timeout = '1s' AS $$
    DECLARE
        slots integer;
        pages integer;
    BEGIN
        SELECT count(*), count(DISTINCT (ctid::text::point)[0]) INTO slots, pages
        FROM usage WHERE device = of_device AND slot >= first AND slot < past;
        IF pages <= slots / 20 + 2 THEN
            RETURN 0;
        END IF;
        PERFORM FROM lease WHERE partition = of_partition FOR UPDATE;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        WITH moved AS (
            DELETE FROM usage WHERE device = of_device AND slot >= first AND slot < past RETURNING *
        )
        INSERT INTO usage SELECT * FROM moved ORDER BY slot;
        RETURN slots;
    EXCEPTION WHEN lock_not_available OR query_canceled THEN
        RETURN NULL;
    END $$
    """,
    # Batches seen in the last 7 days: one that comes again counts nothing.
    "CREATE TABLE batch (id uuid PRIMARY KEY, committed_at timestamptz NOT NULL DEFAULT now())",
    "CREATE INDEX batch_age ON batch USING brin (committed_at)",
    # received = accepted + duplicate + rejected, updated in the transaction of the readings themselves.
    """
    CREATE TABLE tally (
        partition integer PRIMARY KEY,
        accepted bigint NOT NULL DEFAULT 0,
        duplicate bigint NOT NULL DEFAULT 0,
        rejected bigint NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE rejected_reading (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        device_id bigint,
        reason text NOT NULL,
        raw text NOT NULL,
        received_at timestamptz NOT NULL,
        replayed_at timestamptz
    )
    """,
    "CREATE INDEX rejected_reading_device ON rejected_reading (device_id, id)",
    "CREATE INDEX rejected_reading_reason ON rejected_reading (reason, id)",
    "CREATE INDEX rejected_reading_age ON rejected_reading USING brin (received_at)",
    # Slots to compute again from `since` on, because what the usage function reads has changed.
    """
    CREATE TABLE recomputation (
        device_id bigint NOT NULL,
        since timestamptz NOT NULL,
        reason text NOT NULL
    )
    """,
    """
    CREATE TABLE alert (
        id uuid PRIMARY KEY,
        version bigint NOT NULL,
        kind text NOT NULL,
        state text NOT NULL,
        device_id bigint NOT NULL,
        since timestamptz NOT NULL,
        raised_at timestamptz NOT NULL,
        energy bigint,
        threshold bigint,
        historical boolean NOT NULL,
        acknowledged_at timestamptz,
        acknowledged_by uuid,
        note text NOT NULL DEFAULT '',
        cleared_at timestamptz,
        UNIQUE (device_id, kind, since)
    )
    """,
    "CREATE INDEX alert_recent ON alert (raised_at DESC, id DESC)",
    "CREATE INDEX alert_acknowledged_by ON alert (acknowledged_by) WHERE acknowledged_by IS NOT NULL",
    # Which replica consumes which partition. `standing`: member, leaving (gives what it holds), out.
    """
    CREATE TABLE replica (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        standing text NOT NULL,
        seen_at timestamptz NOT NULL,
        backend_pid integer NOT NULL,
        backend_started_at timestamptz NOT NULL
    )
    """,
    # A write passes the fence only in a backend that is on record here: a takeover knows them all and ends them.
    """
    CREATE TABLE write_backend (
        pid integer NOT NULL,
        started_at timestamptz NOT NULL,
        replica_id uuid NOT NULL REFERENCES replica ON DELETE CASCADE,
        PRIMARY KEY (pid, started_at)
    )
    """,
    # fillfactor 20: all rows are renewed every second, each on its own page.
    """
    CREATE TABLE lease (
        partition integer PRIMARY KEY,
        epoch bigint NOT NULL DEFAULT 0,
        replica_id uuid REFERENCES replica,
        expires_at timestamptz
    ) WITH (fillfactor = 20)
    """,
    "COMMENT ON COLUMN lease.replica_id IS 'who holds it, or held it last'",
    "COMMENT ON COLUMN lease.expires_at IS 'NULL: released'",
    # What should have moved at each change of membership (`expected`) is compared with what moved (`lease_move`).
    """
    CREATE TABLE membership_change (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        replica_id uuid NOT NULL,
        replica_name text NOT NULL,
        kind text NOT NULL,
        members integer NOT NULL,
        expected integer NOT NULL
    )
    """,
    """
    CREATE TABLE lease_move (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        partition integer NOT NULL,
        epoch bigint NOT NULL,
        from_replica uuid,
        to_replica uuid NOT NULL,
        forced boolean NOT NULL,
        change_id bigint,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE INDEX lease_move_change ON lease_move (change_id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    create_outbox()
    create_inbox()
    create_audit()
