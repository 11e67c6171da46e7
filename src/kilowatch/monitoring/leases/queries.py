"""The SQL of leases.

Every statement is a transaction of its own: a replica frozen between two of them holds no lock. The clock is always
the database's. A write transaction locks its lease FOR KEY SHARE, which lets the holder renew meanwhile (an update of
no key) and makes a takeover wait (FOR UPDATE).
"""

from typing import Final

#: Whoever changes a lease or a membership says so here.
CHANNEL: Final = "lease"

MAKE_LEASES: Final = """
    INSERT INTO lease (partition) SELECT generate_series(0, $1::integer - 1) ON CONFLICT DO NOTHING
"""
#: A member that comes back has let go of everything; what is still in its name is free.
JOIN: Final = """
    WITH released AS (
        UPDATE lease SET expires_at = NULL WHERE replica_id = $1 AND expires_at IS NOT NULL
    ), joined AS (
        INSERT INTO replica (id, name, standing, seen_at, backend_pid, backend_started_at)
        SELECT $1, $2, 'member', clock_timestamp(), own.pid, own.backend_start
        FROM pg_stat_get_activity(pg_backend_pid()) AS own
        ON CONFLICT (id) DO UPDATE SET standing = 'member', seen_at = clock_timestamp()
        WHERE replica.standing <> 'member'
        RETURNING id, name
    ), told AS (
        INSERT INTO membership_change (replica_id, replica_name, kind, members, expected)
        SELECT id, name, 'joined', others + 1, held / (others + 1)
        FROM joined,
            (SELECT count(*) AS others FROM replica WHERE standing = 'member') AS member,
            (SELECT count(*) AS held FROM lease WHERE expires_at IS NOT NULL) AS lease
        RETURNING id
    )
    SELECT pg_notify('lease', '') FROM told
"""
#: Only who is still as silent as when it was judged is struck off. Who was leaving has been told of before.
LEAVE: Final = """
    WITH before AS (
        SELECT id, standing FROM replica WHERE id = $1 AND seen_at = coalesce($4::timestamptz, seen_at)
        FOR NO KEY UPDATE
    ), changed AS (
        UPDATE replica SET standing = $3 FROM before WHERE replica.id = before.id AND before.standing <> $3
        RETURNING replica.id, name, before.standing = 'member' AS was_member
    ), told AS (
        INSERT INTO membership_change (replica_id, replica_name, kind, members, expected)
        SELECT id, name, $2, members - 1, held
        FROM changed,
            (SELECT count(*) AS members FROM replica WHERE standing = 'member') AS member,
            (SELECT count(*) AS held FROM lease WHERE expires_at IS NOT NULL AND replica_id = $1) AS lease
        WHERE was_member
    )
    SELECT pg_notify('lease', '') FROM changed
"""
BEAT: Final = """
    UPDATE replica SET seen_at = clock_timestamp(), backend_pid = own.pid, backend_started_at = own.backend_start
    FROM pg_stat_get_activity(pg_backend_pid()) AS own
    WHERE replica.id = $1
"""
#: Who has no proof learns whether it still holds the lease, and changes nothing.
RENEW: Final = """
    UPDATE lease
    SET expires_at = CASE proof.left_s
        WHEN 0 THEN expires_at
        ELSE greatest(expires_at, clock_timestamp() + make_interval(secs => proof.left_s))
    END
    FROM unnest($2::integer[], $3::bigint[], $4::float8[]) AS proof (partition, epoch, left_s)
    WHERE lease.partition = proof.partition AND lease.epoch = proof.epoch AND lease.replica_id = $1
        AND lease.expires_at IS NOT NULL AND EXISTS (SELECT FROM replica WHERE id = $1 AND standing <> 'out')
    RETURNING lease.partition
"""
RECORD_BACKENDS: Final = """
    INSERT INTO write_backend (pid, started_at, replica_id)
    SELECT pid, started_at, $1 FROM unnest($2::integer[], $3::timestamptz[]) AS backend (pid, started_at)
    ON CONFLICT DO NOTHING
"""
END_BACKENDS: Final = """
    SELECT pg_terminate_backend(pid)
    FROM pg_stat_activity JOIN unnest($1::integer[], $2::timestamptz[]) AS backend (pid, started_at) USING (pid)
    WHERE backend_start = started_at
"""
END_BACKENDS_OF: Final = """
    SELECT pg_terminate_backend(pid)
    FROM pg_stat_activity JOIN write_backend USING (pid)
    WHERE backend_start = started_at AND replica_id = $1
"""
REPLICAS: Final = """
    SELECT id, name, standing, seen_at, activity.pid IS NOT NULL AS connected
    FROM replica LEFT JOIN pg_stat_activity AS activity
        ON activity.pid = backend_pid AND activity.backend_start = backend_started_at
    WHERE standing <> 'out'
"""
LEASES: Final = """
    SELECT partition, epoch, replica_id, expires_at, clock_timestamp() AS now
    FROM lease WHERE partition < $1 ORDER BY partition
"""
#: Only what is still as it was judged is taken; a holder that has renewed meanwhile keeps it.
TAKE: Final = """
    WITH judged AS (
        SELECT partition, epoch, replica_id, expires_at IS NOT NULL AS forced FROM lease
        WHERE partition = $1 AND epoch = $2 AND expires_at IS NOT DISTINCT FROM $3
        FOR UPDATE
    ), taken AS (
        UPDATE lease
        SET epoch = lease.epoch + 1, replica_id = $4, expires_at = clock_timestamp() + make_interval(secs => $5)
        FROM judged WHERE lease.partition = judged.partition
        RETURNING lease.partition, lease.epoch, judged.replica_id AS previous, judged.forced
    ), moved AS (
        INSERT INTO lease_move (partition, epoch, from_replica, to_replica, forced, change_id)
        SELECT partition, epoch, previous, $4, forced, (SELECT max(id) FROM membership_change) FROM taken
    )
    SELECT epoch, pg_notify('lease', '') FROM taken
"""
RELEASE: Final = """
    WITH released AS (
        UPDATE lease SET expires_at = NULL WHERE partition = $1 AND epoch = $2 AND replica_id = $3
        RETURNING partition
    )
    SELECT pg_notify('lease', '') FROM released
"""
TIDY: Final = (
    "DELETE FROM lease_move WHERE at < now() - make_interval(days => $1)",
    "DELETE FROM membership_change WHERE at < now() - make_interval(days => $1)",
    """
    DELETE FROM replica
    WHERE standing = 'out' AND seen_at < now() - make_interval(days => $1)
        AND NOT EXISTS (SELECT FROM lease WHERE replica_id = replica.id)
    """,
)
#: A lease is locked only for a backend that is on the record of its holder.
FENCE: Final = """
    SELECT partition, epoch FROM lease
    WHERE partition = ANY($1::integer[]) AND EXISTS (
        SELECT FROM write_backend JOIN pg_stat_get_activity(pg_backend_pid()) AS own USING (pid)
        WHERE write_backend.replica_id = lease.replica_id AND started_at = own.backend_start
    )
    ORDER BY partition FOR KEY SHARE
"""
EPOCHS: Final = "SELECT partition, epoch FROM lease WHERE partition = ANY($1::integer[])"
