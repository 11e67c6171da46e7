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
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
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
CREATE TABLE public.users (
    id uuid NOT NULL,
    version bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL,
    deleted boolean NOT NULL,
    time_zone text NOT NULL,
    language text NOT NULL,
    phone text NOT NULL,
    address text NOT NULL,
    notes text NOT NULL,
    preferences jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, ((name || ' '::text) || translate(email, '@.+-_'::text, '     '::text)))) STORED NOT NULL
);
INSERT INTO public.alembic_version VALUES ('users_0001');
SELECT pg_catalog.setval('public.audit_id_seq', 1, false);
SELECT pg_catalog.setval('public.outbox_sequence_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX audit_actor ON public.audit USING btree (actor, at DESC);
CREATE INDEX audit_at ON public.audit USING btree (at DESC, id DESC);
CREATE INDEX audit_object ON public.audit USING btree (object, at DESC);
CREATE INDEX users_administrators ON public.users USING btree (id) WHERE ((role = 'administrator'::text) AND active);
CREATE INDEX users_by_created ON public.users USING btree (created_at, id) INCLUDE (name, role, active) WHERE (NOT deleted);
CREATE INDEX users_by_email ON public.users USING btree (email, id) INCLUDE (name, role, active) WHERE (NOT deleted);
CREATE INDEX users_by_name ON public.users USING btree (lower(name), id) INCLUDE (name, role, active) WHERE (NOT deleted);
CREATE UNIQUE INDEX users_email ON public.users USING btree (email) WHERE (NOT deleted);
CREATE INDEX users_words ON public.users USING gin (words);
CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_is_append_only();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_is_append_only();
