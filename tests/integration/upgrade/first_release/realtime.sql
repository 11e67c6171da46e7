CREATE TABLE public.access (
    device_id bigint NOT NULL,
    user_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone
);
CREATE TABLE public.account (
    id uuid NOT NULL,
    version bigint NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL,
    deleted boolean NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.delivery (
    user_id uuid NOT NULL,
    sequence bigint NOT NULL,
    frame_id uuid NOT NULL,
    channels text NOT NULL
);
CREATE TABLE public.device (
    id bigint NOT NULL,
    version bigint NOT NULL,
    deleted boolean NOT NULL
);
CREATE TABLE public.frame (
    id uuid NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.inbox (
    event_id uuid NOT NULL,
    handled_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.stream (
    user_id uuid NOT NULL,
    epoch uuid NOT NULL,
    sequence bigint NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='70');
CREATE UNLOGGED TABLE public.ticket (
    digest bytea NOT NULL,
    holder text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
INSERT INTO public.access VALUES (7, '00000000-0000-4000-8000-000000000007', '2026-03-01 00:00:00+00', NULL);
INSERT INTO public.account VALUES ('00000000-0000-4000-8000-000000000007', 1, 'client', true, false);
INSERT INTO public.alembic_version VALUES ('realtime_0001');
INSERT INTO public.delivery VALUES ('00000000-0000-4000-8000-000000000007', 1, '00000000-0000-4000-8000-0000000000f1', 'alerts');
INSERT INTO public.device VALUES (7, 1, false);
INSERT INTO public.frame VALUES ('00000000-0000-4000-8000-0000000000f1', '{"type": "alert"}', '2026-03-01 10:00:00+00');
INSERT INTO public.stream VALUES ('00000000-0000-4000-8000-000000000007', '00000000-0000-4000-8000-0000000000e0', 1, '2026-03-01 10:00:00+00');
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_frame_id_user_id_key UNIQUE (frame_id, user_id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (user_id, sequence);
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.frame
    ADD CONSTRAINT frame_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.stream
    ADD CONSTRAINT stream_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (digest);
CREATE INDEX access_device ON public.access USING btree (device_id);
CREATE INDEX access_user ON public.access USING btree (user_id);
CREATE INDEX account_staff ON public.account USING btree (role) WHERE (active AND (role <> 'client'::text));
CREATE INDEX frame_created ON public.frame USING btree (created_at);
CREATE INDEX stream_moved ON public.stream USING btree (moved_at);
ALTER TABLE ONLY public.access
    ADD CONSTRAINT access_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_frame_id_fkey FOREIGN KEY (frame_id) REFERENCES public.frame(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.stream(user_id) ON DELETE CASCADE;
