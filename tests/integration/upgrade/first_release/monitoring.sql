CREATE FUNCTION public.audit_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.address IS NULL AND NEW.detail = '{}'
               AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.object)
                 = (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.object) THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'the audit log is append-only';
        END $$;
CREATE FUNCTION public.settle_usage(of_device bigint, of_partition integer, first timestamp with time zone, past timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    SET lock_timeout TO '1s'
    AS $$
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
    END $$;
CREATE TABLE public.access (
    user_id uuid NOT NULL,
    device_id bigint NOT NULL,
    level text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.alert (
    id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    device_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    energy bigint,
    threshold bigint,
    historical boolean NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by uuid,
    note text DEFAULT ''::text NOT NULL,
    cleared_at timestamp with time zone
);
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    address text,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.batch (
    id uuid NOT NULL,
    committed_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.departed_user (
    user_id uuid NOT NULL
);
CREATE SEQUENCE public.device_changed
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.device (
    id bigint NOT NULL,
    version bigint NOT NULL,
    deleted boolean NOT NULL,
    site_id bigint,
    parent_id bigint,
    state jsonb NOT NULL,
    changed bigint DEFAULT nextval('public.device_changed'::regclass) NOT NULL
);
CREATE TABLE public.inbox (
    event_id uuid NOT NULL,
    handled_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.lease (
    partition integer NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    replica_id uuid,
    expires_at timestamp with time zone
)
WITH (fillfactor='20');
COMMENT ON COLUMN public.lease.replica_id IS 'who holds it, or held it last';
COMMENT ON COLUMN public.lease.expires_at IS 'NULL: released';
CREATE TABLE public.lease_move (
    id bigint NOT NULL,
    partition integer NOT NULL,
    epoch bigint NOT NULL,
    from_replica uuid,
    to_replica uuid NOT NULL,
    forced boolean NOT NULL,
    change_id bigint,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE public.lease_move ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lease_move_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.membership_change (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    replica_id uuid NOT NULL,
    replica_name text NOT NULL,
    kind text NOT NULL,
    members integer NOT NULL,
    expected integer NOT NULL
);
ALTER TABLE public.membership_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.membership_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outbox (
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.outbox ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.projection (
    name text NOT NULL,
    built_at timestamp with time zone NOT NULL
);
CREATE TABLE public.reading (
    device bigint NOT NULL,
    "time" timestamp with time zone NOT NULL,
    value double precision NOT NULL,
    flags smallint NOT NULL
)
PARTITION BY RANGE ("time");
CREATE TABLE public.reading_2026_03 (
    device bigint CONSTRAINT reading_device_not_null NOT NULL,
    "time" timestamp with time zone CONSTRAINT reading_time_not_null NOT NULL,
    value double precision CONSTRAINT reading_value_not_null NOT NULL,
    flags smallint CONSTRAINT reading_flags_not_null NOT NULL
);
CREATE TABLE public.recomputation (
    device_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    reason text NOT NULL
);
CREATE TABLE public.rejected_reading (
    id bigint NOT NULL,
    device_id bigint,
    reason text NOT NULL,
    raw text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    replayed_at timestamp with time zone
);
ALTER TABLE public.rejected_reading ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rejected_reading_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.replica (
    id uuid NOT NULL,
    name text NOT NULL,
    standing text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    backend_pid integer NOT NULL,
    backend_started_at timestamp with time zone NOT NULL
);
CREATE TABLE public.settling (
    month date NOT NULL,
    device bigint DEFAULT 0 NOT NULL,
    done boolean DEFAULT false NOT NULL
);
CREATE TABLE public.tally (
    partition integer NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    duplicate bigint DEFAULT 0 NOT NULL,
    rejected bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.usage (
    device bigint NOT NULL,
    slot timestamp with time zone NOT NULL,
    energy bigint NOT NULL,
    peak double precision NOT NULL,
    readings integer NOT NULL,
    covered integer NOT NULL,
    quality smallint NOT NULL,
    revision smallint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');
COMMENT ON COLUMN public.usage.slot IS 'start of the 15 minutes';
COMMENT ON COLUMN public.usage.energy IS 'mWh';
COMMENT ON COLUMN public.usage.peak IS 'W';
COMMENT ON COLUMN public.usage.covered IS 'µs of the slot that readings account for';
COMMENT ON COLUMN public.usage.quality IS 'bits of monitoring.domain.usage.Quality';
CREATE TABLE public.write_backend (
    pid integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    replica_id uuid NOT NULL
);
ALTER TABLE ONLY public.reading ATTACH PARTITION public.reading_2026_03 FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00');
INSERT INTO public.alembic_version VALUES ('monitoring_0001');
INSERT INTO public.device VALUES (7, 1, false, NULL, NULL, '{"id": 7, "name": "Kitchen", "version": 1, "direction": "consumption", "time_zone": "Europe/Bucharest", "configurations": []}', 1);
INSERT INTO public.reading_2026_03 VALUES (7, '2026-03-01 10:00:00+00', 0.25, 0);
INSERT INTO public.reading_2026_03 VALUES (7, '2026-03-01 10:15:00+00', 0.5, 0);
INSERT INTO public.usage VALUES (7, '2026-03-01 09:45:00+00', 250000, 1000, 1, 900000000, 0, 0);
INSERT INTO public.usage VALUES (7, '2026-03-01 10:00:00+00', 500000, 2000, 1, 900000000, 0, 0);
SELECT pg_catalog.setval('public.audit_id_seq', 1, false);
SELECT pg_catalog.setval('public.device_changed', 1, true);
SELECT pg_catalog.setval('public.lease_move_id_seq', 1, false);
SELECT pg_catalog.setval('public.membership_change_id_seq', 1, false);
SELECT pg_catalog.setval('public.outbox_sequence_seq', 1, false);
SELECT pg_catalog.setval('public.rejected_reading_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_device_id_kind_since_key UNIQUE (device_id, kind, since);
ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.departed_user
    ADD CONSTRAINT departed_user_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.lease_move
    ADD CONSTRAINT lease_move_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (partition);
ALTER TABLE ONLY public.membership_change
    ADD CONSTRAINT membership_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.projection
    ADD CONSTRAINT projection_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_pkey PRIMARY KEY (device, "time");
ALTER TABLE ONLY public.reading_2026_03
    ADD CONSTRAINT reading_2026_03_pkey PRIMARY KEY (device, "time");
ALTER TABLE ONLY public.rejected_reading
    ADD CONSTRAINT rejected_reading_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.replica
    ADD CONSTRAINT replica_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.settling
    ADD CONSTRAINT settling_pkey PRIMARY KEY (month);
ALTER TABLE ONLY public.tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (partition);
ALTER TABLE ONLY public.usage
    ADD CONSTRAINT usage_pkey PRIMARY KEY (device, slot);
ALTER TABLE ONLY public.write_backend
    ADD CONSTRAINT write_backend_pkey PRIMARY KEY (pid, started_at);
CREATE INDEX access_device ON public.access USING btree (device_id);
CREATE INDEX access_user ON public.access USING btree (user_id);
CREATE INDEX alert_acknowledged_by ON public.alert USING btree (acknowledged_by) WHERE (acknowledged_by IS NOT NULL);
CREATE INDEX alert_recent ON public.alert USING btree (raised_at DESC, id DESC);
CREATE INDEX audit_actor ON public.audit USING btree (actor, at DESC);
CREATE INDEX audit_at ON public.audit USING btree (at DESC, id DESC);
CREATE INDEX audit_object ON public.audit USING btree (object, at DESC);
CREATE INDEX batch_age ON public.batch USING brin (committed_at);
CREATE INDEX device_change ON public.device USING btree (changed);
CREATE INDEX device_site ON public.device USING btree (site_id);
CREATE INDEX lease_move_change ON public.lease_move USING btree (change_id);
CREATE INDEX rejected_reading_age ON public.rejected_reading USING brin (received_at);
CREATE INDEX rejected_reading_device ON public.rejected_reading USING btree (device_id, id);
CREATE INDEX rejected_reading_reason ON public.rejected_reading USING btree (reason, id);
ALTER INDEX public.reading_pkey ATTACH PARTITION public.reading_2026_03_pkey;
CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_is_append_only();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_is_append_only();
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_replica_id_fkey FOREIGN KEY (replica_id) REFERENCES public.replica(id);
ALTER TABLE ONLY public.write_backend
    ADD CONSTRAINT write_backend_replica_id_fkey FOREIGN KEY (replica_id) REFERENCES public.replica(id) ON DELETE CASCADE;
