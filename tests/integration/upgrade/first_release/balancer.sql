CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.credential (
    id uuid NOT NULL,
    version bigint NOT NULL,
    state text NOT NULL,
    sequence bigint NOT NULL
);
CREATE TABLE public.device (
    id bigint NOT NULL,
    version bigint NOT NULL,
    state text NOT NULL,
    sequence bigint NOT NULL
);
CREATE TABLE public.inbox (
    event_id uuid NOT NULL,
    handled_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.projection (
    single boolean DEFAULT true NOT NULL,
    sequence bigint DEFAULT 0 NOT NULL,
    built_at timestamp with time zone,
    CONSTRAINT projection_single_check CHECK (single)
);
INSERT INTO public.alembic_version VALUES ('balancer_0001');
INSERT INTO public.projection VALUES (true, 0, NULL);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.projection
    ADD CONSTRAINT projection_pkey PRIMARY KEY (single);
CREATE INDEX credential_sequence_idx ON public.credential USING btree (sequence);
CREATE INDEX device_sequence_idx ON public.device USING btree (sequence);
