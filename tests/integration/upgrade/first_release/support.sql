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
CREATE FUNCTION public.conversation_is_with_the_bot() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN
            PERFORM 1 FROM conversations WHERE id = NEW.conversation_id AND state = 'bot' FOR UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the conversation is not with the bot';
            END IF;
            RETURN NEW;
        END $$;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.attachments (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    uploaded_by uuid NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    content bytea NOT NULL,
    message_id uuid
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
CREATE TABLE public.business_hours (
    only_row boolean DEFAULT true NOT NULL,
    hours jsonb NOT NULL,
    CONSTRAINT business_hours_only_row_check CHECK (only_row)
);
CREATE TABLE public.canned_replies (
    id uuid NOT NULL,
    version bigint NOT NULL,
    shortcut text NOT NULL,
    text text NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.cases (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    summary text NOT NULL,
    claimed_at timestamp with time zone,
    first_response_at timestamp with time zone,
    ended_at timestamp with time zone,
    ending text,
    administrator_id uuid
);
CREATE TABLE public.conversations (
    id uuid NOT NULL,
    version bigint NOT NULL,
    client_id uuid NOT NULL,
    subject text NOT NULL,
    language text NOT NULL,
    state text NOT NULL,
    period integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    active_at timestamp with time zone NOT NULL,
    assigned_to uuid,
    waiting_since timestamp with time zone,
    resolved_at timestamp with time zone,
    last_sequence bigint NOT NULL,
    last_message bigint NOT NULL,
    last_author text,
    client_delivered bigint NOT NULL,
    client_read bigint NOT NULL,
    staff_delivered bigint NOT NULL,
    staff_read bigint NOT NULL,
    labels text[] NOT NULL,
    rating_score smallint,
    rating_comment text,
    rated_at timestamp with time zone,
    CONSTRAINT conversations_check CHECK (((assigned_to IS NOT NULL) = (state = 'assigned'::text))),
    CONSTRAINT conversations_check1 CHECK (((waiting_since IS NOT NULL) = (state = 'waiting'::text))),
    CONSTRAINT conversations_check2 CHECK (((resolved_at IS NOT NULL) = (state = 'resolved'::text))),
    CONSTRAINT conversations_rating_score_check CHECK (((rating_score >= 1) AND (rating_score <= 5))),
    CONSTRAINT conversations_state_check CHECK ((state = ANY (ARRAY['bot'::text, 'waiting'::text, 'assigned'::text, 'resolved'::text])))
);
CREATE TABLE public.inbox (
    event_id uuid NOT NULL,
    handled_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.knowledge_versions (
    number bigint NOT NULL,
    fingerprint text NOT NULL,
    yaml text NOT NULL,
    note text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL
);
ALTER TABLE public.knowledge_versions ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.knowledge_versions_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.messages (
    conversation_id uuid NOT NULL,
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    author text NOT NULL,
    author_id uuid,
    client_message_id uuid,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    suggestions text[] NOT NULL,
    sources jsonb NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, text)) STORED NOT NULL,
    CONSTRAINT messages_author_check CHECK ((author = ANY (ARRAY['client'::text, 'bot'::text, 'administrator'::text, 'system'::text]))),
    CONSTRAINT messages_check CHECK (((author_id IS NOT NULL) = (author = ANY (ARRAY['client'::text, 'administrator'::text]))))
);
CREATE TABLE public.model_switch (
    only_row boolean DEFAULT true NOT NULL,
    is_on boolean NOT NULL,
    CONSTRAINT model_switch_only_row_check CHECK (only_row)
);
CREATE TABLE public.notes (
    conversation_id uuid NOT NULL,
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    author_id uuid NOT NULL,
    client_message_id uuid,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, text)) STORED NOT NULL
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
CREATE TABLE public.people (
    id uuid NOT NULL,
    version bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL,
    deleted boolean NOT NULL
);
CREATE TABLE public.spending (
    day date NOT NULL,
    user_id uuid NOT NULL,
    tokens bigint NOT NULL,
    microdollars bigint NOT NULL
);
CREATE TABLE public.turns (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    sequence bigint NOT NULL,
    period integer NOT NULL,
    client_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    taken_until timestamp with time zone,
    stop_asked boolean DEFAULT false NOT NULL,
    draft text DEFAULT ''::text NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    decision jsonb,
    generation jsonb,
    answer_sequence bigint,
    vote smallint,
    CONSTRAINT turns_vote_check CHECK ((vote = ANY (ARRAY['-1'::integer, 1])))
);
INSERT INTO public.alembic_version VALUES ('support_0001');
INSERT INTO public.canned_replies VALUES ('00000000-0000-4000-8000-0000000000d1', 1, 'hello', 'Hello {client}', '2026-03-01 10:00:00+00');
INSERT INTO public.conversations VALUES ('00000000-0000-4000-8000-0000000000c1', 2, '00000000-0000-4000-8000-000000000007', 'My bill', 'en', 'bot', 1, '2026-03-01 10:00:00+00', '2026-03-01 10:01:00+00', NULL, NULL, NULL, 2, 2, 'bot', 2, 2, 0, 0, '{billing}', NULL, NULL, NULL);
INSERT INTO public.messages VALUES ('00000000-0000-4000-8000-0000000000c1', 1, '00000000-0000-4000-8000-000000000a01', 'client', '00000000-0000-4000-8000-000000000007', NULL, 'Why is my bill so high?', '2026-03-01 10:00:00+00', '{}', '[]', DEFAULT);
INSERT INTO public.messages VALUES ('00000000-0000-4000-8000-0000000000c1', 2, '00000000-0000-4000-8000-000000000a02', 'bot', NULL, NULL, 'It was cold.', '2026-03-01 10:01:00+00', '{}', '[]', DEFAULT);
INSERT INTO public.people VALUES ('00000000-0000-4000-8000-000000000007', 1, 'ana@example.org', 'Ana', 'client', true, false);
SELECT pg_catalog.setval('public.audit_id_seq', 1, false);
SELECT pg_catalog.setval('public.knowledge_versions_number_seq', 1, false);
SELECT pg_catalog.setval('public.outbox_sequence_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.business_hours
    ADD CONSTRAINT business_hours_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.canned_replies
    ADD CONSTRAINT canned_replies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.canned_replies
    ADD CONSTRAINT canned_replies_shortcut_key UNIQUE (shortcut);
ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.knowledge_versions
    ADD CONSTRAINT knowledge_versions_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_id_key UNIQUE (id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (conversation_id, sequence);
ALTER TABLE ONLY public.model_switch
    ADD CONSTRAINT model_switch_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_id_key UNIQUE (id);
ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (conversation_id, sequence);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.spending
    ADD CONSTRAINT spending_pkey PRIMARY KEY (day, user_id);
ALTER TABLE ONLY public.turns
    ADD CONSTRAINT turns_conversation_id_sequence_key UNIQUE (conversation_id, sequence);
ALTER TABLE ONLY public.turns
    ADD CONSTRAINT turns_pkey PRIMARY KEY (id);
CREATE INDEX attachments_conversation ON public.attachments USING btree (conversation_id);
CREATE INDEX attachments_message ON public.attachments USING btree (message_id);
CREATE INDEX attachments_unused ON public.attachments USING btree (uploaded_at) WHERE (message_id IS NULL);
CREATE INDEX audit_actor ON public.audit USING btree (actor, at DESC);
CREATE INDEX audit_at ON public.audit USING btree (at DESC, id DESC);
CREATE INDEX audit_object ON public.audit USING btree (object, at DESC);
CREATE INDEX cases_asked ON public.cases USING btree (asked_at);
CREATE INDEX cases_conversation ON public.cases USING btree (conversation_id, asked_at);
CREATE UNIQUE INDEX cases_open ON public.cases USING btree (conversation_id) WHERE (ended_at IS NULL);
CREATE INDEX conversations_activity ON public.conversations USING btree (active_at DESC, id);
CREATE INDEX conversations_assigned ON public.conversations USING btree (assigned_to) WHERE (state = 'assigned'::text);
CREATE INDEX conversations_client ON public.conversations USING btree (client_id, active_at DESC, id);
CREATE INDEX conversations_idle ON public.conversations USING btree (active_at) WHERE (state = ANY (ARRAY['bot'::text, 'assigned'::text]));
CREATE INDEX conversations_labels ON public.conversations USING gin (labels);
CREATE INDEX conversations_queue ON public.conversations USING btree (waiting_since, id) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX messages_once ON public.messages USING btree (author_id, client_message_id) WHERE (client_message_id IS NOT NULL);
CREATE INDEX messages_words ON public.messages USING gin (words);
CREATE UNIQUE INDEX notes_once ON public.notes USING btree (author_id, client_message_id) WHERE (client_message_id IS NOT NULL);
CREATE INDEX notes_words ON public.notes USING gin (words);
CREATE INDEX turns_of_conversation ON public.turns USING btree (conversation_id, sequence) WHERE (ended_at IS NULL);
CREATE INDEX turns_open ON public.turns USING btree (asked_at, sequence) WHERE (ended_at IS NULL);
CREATE INDEX turns_unanswered ON public.turns USING btree (asked_at DESC) WHERE ((outcome = 'unanswered'::text) OR (vote = '-1'::integer));
CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_is_append_only();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_is_append_only();
CREATE TRIGGER conversation_is_with_the_bot BEFORE INSERT OR UPDATE ON public.messages FOR EACH ROW WHEN ((new.author = 'bot'::text)) EXECUTE FUNCTION public.conversation_is_with_the_bot();
ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.turns
    ADD CONSTRAINT turns_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;
