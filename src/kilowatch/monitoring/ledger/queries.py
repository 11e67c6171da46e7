"""The SQL of the write path, by name. Times go in and come out as µs since 1970 (`columns.set_codecs`)."""

from typing import Final

#: What names this connection for as long as it lives: its process id and when it began.
OWN_BACKEND: Final = "SELECT pid, backend_start FROM pg_stat_get_activity(pg_backend_pid())"

#: Remember batches; gives the ids that have not been seen before.
NOTE_BATCHES: Final = """
INSERT INTO batch (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING id
"""

#: The newest readings of each device, the oldest of them first.
NEWEST_READINGS: Final = """
SELECT r.device, r.time, r.value, coalesce(r.flags, 0) AS flags
FROM unnest($1::bigint[]) AS wanted (device)
CROSS JOIN LATERAL (
    SELECT * FROM reading WHERE reading.device = wanted.device ORDER BY time DESC LIMIT $2
) AS r
ORDER BY r.device, r.time
"""

#: Of these devices, those with readings between two moments.
OCCUPIED: Final = """
SELECT wanted.device
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS wanted (device, first, last)
WHERE EXISTS (SELECT FROM reading WHERE device = wanted.device AND time BETWEEN wanted.first AND wanted.last)
ORDER BY wanted.device
"""

#: Which of these readings exist, with their values.
EXISTING_READINGS: Final = """
SELECT r.device, r.time, r.value, coalesce(r.flags, 0) AS flags
FROM unnest($1::bigint[], $2::timestamptz[]) AS wanted (device, time)
JOIN reading AS r ON r.device = wanted.device AND r.time = wanted.time
ORDER BY r.device, r.time
"""

#: How far around its changed readings a stretch reaches: the third reading before, the second after. `{reading}`: as
#: they were accepted, or with corrections (`effective_reading`).
STRETCH_BOUNDS: Final = """
SELECT wanted.device,
    least(wanted.first, (SELECT min(time) FROM (
        SELECT time FROM {reading} WHERE device = wanted.device AND time < wanted.first ORDER BY time DESC LIMIT 3
    ) AS before)) AS first,
    greatest(wanted.last, (SELECT max(time) FROM (
        SELECT time FROM {reading} WHERE device = wanted.device AND time > wanted.last ORDER BY time LIMIT 2
    ) AS after)) AS last
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS wanted (device, first, last)
"""

#: The readings of each stretch (start, finish], with those before and after that its segments depend on, and without
#: those from `first` to `last`. These may be the start itself: then all are given.
STRETCH_READINGS: Final = """
SELECT r.device, r.time, r.value, coalesce(r.flags, 0) AS flags
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
    AS stretch (device, start, finish, first, last)
CROSS JOIN LATERAL (
    (SELECT device, time, value, flags FROM {reading}
     WHERE device = stretch.device AND time <= stretch.start ORDER BY time DESC LIMIT $6)
    UNION ALL
    (SELECT device, time, value, flags FROM {reading}
     WHERE device = stretch.device AND time > stretch.start AND time < stretch.first)
    UNION ALL
    (SELECT device, time, value, flags FROM {reading}
     WHERE device = stretch.device AND time > stretch.last AND time <= stretch.finish)
    UNION ALL
    (SELECT device, time, value, flags FROM {reading}
     WHERE device = stretch.device AND time > stretch.finish ORDER BY time LIMIT $7)
) AS r
ORDER BY r.device, r.time
"""

#: Work tables of one connection, emptied at each commit: slots to add, slots to replace.
WORK_TABLES: Final = """
CREATE TEMPORARY TABLE slots_added (
    device bigint, slot timestamptz, energy bigint, peak float8, readings integer, covered integer, quality smallint
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE slots_replaced (LIKE slots_added) ON COMMIT DELETE ROWS
"""

#: For several steps in one transaction.
EMPTY_WORK_TABLES: Final = "TRUNCATE slots_added, slots_replaced"

#: Add what in-order readings brought. Nobody else writes these slots: the lease is held.
ADD_TO_SLOTS: Final = """
MERGE INTO usage AS u USING slots_added AS w ON u.device = w.device AND u.slot = w.slot
WHEN MATCHED THEN UPDATE SET
    energy = u.energy + w.energy, peak = greatest(u.peak, w.peak), readings = u.readings + w.readings,
    covered = u.covered + w.covered, quality = u.quality | w.quality
WHEN NOT MATCHED THEN INSERT (device, slot, energy, peak, readings, covered, quality)
    VALUES (w.device, w.slot, w.energy, w.peak, w.readings, w.covered, w.quality)
"""

#: Put recomputed slots in the place of what was stored; one that comes out otherwise is a revision.
REPLACE_SLOTS: Final = """
MERGE INTO usage AS u USING slots_replaced AS w ON u.device = w.device AND u.slot = w.slot
WHEN MATCHED AND (u.energy, u.peak, u.readings, u.covered, u.quality)
        IS DISTINCT FROM (w.energy, w.peak, w.readings, w.covered, w.quality) THEN UPDATE SET
    energy = w.energy, peak = w.peak, readings = w.readings, covered = w.covered, quality = w.quality,
    revision = u.revision + 1
WHEN NOT MATCHED THEN INSERT (device, slot, energy, peak, readings, covered, quality)
    VALUES (w.device, w.slot, w.energy, w.peak, w.readings, w.covered, w.quality)
"""

#: Slots that no reading accounts for any more, as far as one did; gives them.
EMPTY_SLOTS: Final = """
UPDATE usage AS u
SET energy = 0, peak = 0, readings = 0, covered = 0, quality = 0, revision = u.revision + 1
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS stretch (device, start, finish)
WHERE u.device = stretch.device AND u.slot >= stretch.start AND u.slot < stretch.finish
    AND (u.energy, u.readings, u.covered, u.quality) <> (0, 0, 0, 0)
RETURNING u.device, u.slot
"""

HOUR_ENERGY: Final = """
SELECT wanted.device, wanted.hour, coalesce(sum(u.energy), 0)::bigint AS energy
FROM unnest($1::bigint[], $2::timestamptz[]) AS wanted (device, hour)
LEFT JOIN usage AS u
    ON u.device = wanted.device AND u.slot >= wanted.hour AND u.slot < wanted.hour + interval '1 hour'
GROUP BY wanted.device, wanted.hour
ORDER BY wanted.device, wanted.hour
"""

#: Once per device and hour, whatever comes again, unless the rule is off: the device's own, else the default (device
#: 0). What is historical is over as soon as it is found. `monitoring.news` tells what is to be told.
RAISE_ALERTS: Final = """
WITH judged AS (
    SELECT over.*, coalesce(own.enabled, standard.enabled, true) AS enabled,
        coalesce(own.severity, standard.severity, 'warning') AS severity
    FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::boolean[], $6::text[])
        AS over (device, hour, energy, threshold, historical, correlation_id)
    LEFT JOIN alert_rule AS own ON own.device_id = over.device AND own.kind = 'hourly_limit'
    LEFT JOIN alert_rule AS standard ON standard.device_id = 0 AND standard.kind = 'hourly_limit'
)
INSERT INTO alert
    (id, version, kind, state, severity, device_id, since, until, raised_at, cleared_at, announce_at,
    energy, threshold, historical, correlation_id)
SELECT gen_random_uuid(), 1, 'hourly_limit', CASE WHEN historical THEN 'cleared' ELSE 'raised' END, severity, device,
    hour, CASE WHEN historical THEN hour + interval '1 hour' END, $7,
    CASE WHEN historical THEN $7::timestamptz END, CASE WHEN NOT historical THEN $7::timestamptz END,
    energy, threshold, historical, correlation_id
FROM judged WHERE enabled
ON CONFLICT DO NOTHING
"""

#: Late data has shown that the hour stayed within the limit after all.
CLEAR_ALERTS: Final = """
UPDATE alert
SET state = 'cleared', version = version + 1, cleared_at = $3, until = since + interval '1 hour', escalate_at = NULL,
    snoozed_until = NULL, announce_at = CASE WHEN told_at IS NOT NULL THEN $3::timestamptz END
FROM unnest($1::bigint[], $2::timestamptz[]) AS within (device, hour)
WHERE alert.device_id = within.device AND alert.since = within.hour AND alert.kind = 'hourly_limit'
    AND alert.state <> 'cleared'
"""

#: Devices with rules that are judged by what is stored (`monitoring.watching`) have changed from these moments on.
TOUCH: Final = """
INSERT INTO touched (device_id, since, correlation_id, imported, due_at)
SELECT device, since, correlation_id, imported, $5
FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::boolean[])
    AS changed (device, since, correlation_id, imported)
"""

#: The newest readings of these devices, up to $3, came by an import, behind others up to $2.
NOTE_IMPORTED_TAILS: Final = """
INSERT INTO imported_tail AS tail (device_id, sent, until)
SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[])
ON CONFLICT (device_id) DO UPDATE SET
    sent = CASE WHEN excluded.sent <= tail.until THEN tail.sent ELSE excluded.sent END, until = excluded.until
"""

#: How far partitions have been consumed, as far as they are held under these epochs. More than a minute at once is a
#: break: a restart, or a backlog that has been worked off.
NOTE_CONSUMED: Final = """
INSERT INTO consumption (partition, until, steady_since)
SELECT partition, until, until
FROM unnest($1::integer[], $2::bigint[], $3::timestamptz[]) AS held (partition, epoch, until)
JOIN lease USING (partition, epoch)
ON CONFLICT (partition) DO UPDATE SET
    until = greatest(consumption.until, excluded.until),
    steady_since = CASE WHEN excluded.until > consumption.until + interval '1 minute'
        THEN excluded.until ELSE consumption.steady_since END
"""

COUNT: Final = """
INSERT INTO tally (partition, accepted, duplicate, rejected)
SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bigint[])
ON CONFLICT (partition) DO UPDATE SET
    accepted = tally.accepted + excluded.accepted,
    duplicate = tally.duplicate + excluded.duplicate,
    rejected = tally.rejected + excluded.rejected
"""

KEEP_REJECTED: Final = """
INSERT INTO rejected_reading (device_id, reason, raw, received_at, import_id)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
"""

#: Recomputations asked for, of devices that this replica writes. `exact`: of these slots, which others have left; else
#: of those around readings that have changed, of which the last is the newest there is, where the end is open.
TAKE_RECOMPUTATIONS: Final = """
WITH taken AS (
    DELETE FROM recomputation WHERE device_id = ANY ($1::bigint[])
    RETURNING device_id, since, until, reason, due_at, imported
)
SELECT device_id, min(since) AS first,
    greatest(min(since), CASE
        WHEN bool_or(until IS NULL) THEN (SELECT max(time) FROM reading WHERE device = device_id) ELSE max(until)
    END) AS last,
    bool_and(reason = 'rest') AS exact,
    CASE WHEN bool_and(due_at IS NOT NULL) THEN max(due_at) END AS due_at,
    bool_and(imported) AS imported
FROM taken GROUP BY device_id ORDER BY device_id
"""

#: Devices for which a recomputation waits. One that was put off does until none has been put off for a while.
WAITING_RECOMPUTATIONS: Final = """
SELECT device_id FROM recomputation GROUP BY device_id HAVING bool_or(due_at IS NULL) OR max(due_at) <= $1
"""

#: Leave slots of these devices to the next recomputation.
LEAVE_REST: Final = """
INSERT INTO recomputation (device_id, since, until, reason, due_at, imported)
SELECT device, start, finish, 'rest', due_at, imported
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::boolean[])
    AS rest (device, start, finish, due_at, imported)
"""

#: Of stretches of slots that are being computed ($1-$3) leave the parts $4-$7 to a recomputation. What has been left of
#: them before is among these parts, or is being computed.
PUT_OFF: Final = """
WITH replaced AS (
    DELETE FROM recomputation USING unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[])
        AS stretch (device, start, finish)
    WHERE device_id = stretch.device AND due_at IS NOT NULL AND since >= stretch.start AND until <= stretch.finish
    RETURNING device_id, imported
)
INSERT INTO recomputation (device_id, since, until, reason, due_at, imported)
SELECT device, start, finish, 'rest', $8,
    far.imported AND NOT EXISTS (SELECT FROM replaced WHERE device_id = device AND NOT replaced.imported)
FROM unnest($4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::boolean[]) AS far (device, start, finish, imported)
"""

#: Devices with a correction that ends later than the given moment, and when the last one does.
CORRECTED_AFTER: Final = """
SELECT device_id AS device, max(until) AS until FROM correction
WHERE undone_at IS NULL AND until > $1 GROUP BY device_id ORDER BY device_id
"""

#: What corrections of these devices are in force over.
CORRECTED_RANGES: Final = """
SELECT device_id AS device, since, until FROM correction WHERE undone_at IS NULL AND device_id = ANY ($1::bigint[])
"""

#: Readings before this are refused: those that they count from may have been dropped.
FROZEN_BEFORE: Final = "SELECT dropped_before + interval '7 days' FROM retention"

#: Of these devices, those that readings have been dropped of, and from when on their slots can be computed again: the
#: second reading that is left may still count from one that is gone.
SOUND_FROM: Final = """
SELECT wanted.device, greatest(dropped_before + interval '7 days', coalesce(
    (SELECT time FROM reading WHERE reading.device = wanted.device AND time >= dropped_before
     ORDER BY time OFFSET 1 LIMIT 1) + interval '15 minutes', timestamptz '2200-01-01')) AS since
FROM retention, unnest($1::bigint[]) AS wanted (device)
WHERE EXISTS (SELECT FROM usage WHERE usage.device = wanted.device AND slot < dropped_before AND readings > 0)
ORDER BY wanted.device
"""
