"""Conversations, their messages, notes, files, cases and turns; what administrators set; accounts; outbox and so on."""

from alembic import op

from kilowatch.kit.audit import create_audit
from kilowatch.kit.inbox import create_inbox
from kilowatch.kit.outbox import create_outbox

revision = "support_0001"
down_revision = None
branch_labels = ("support",)
depends_on = None

_WORDS = "words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, text)) STORED"


def upgrade() -> None:
    create_outbox()
    create_inbox()
    create_audit()
    _conversations()
    _messages()
    _bot_speaks_only_while_it_is_with_the_bot()
    _turns()
    _settings()


def _conversations() -> None:
    op.execute(
        """
        CREATE TABLE people (
            id uuid PRIMARY KEY,
            version bigint NOT NULL,
            email text NOT NULL,
            name text NOT NULL,
            role text NOT NULL,
            active boolean NOT NULL,
            deleted boolean NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE conversations (
            id uuid PRIMARY KEY,
            version bigint NOT NULL,
            client_id uuid NOT NULL,
            subject text NOT NULL,
            language text NOT NULL,
            state text NOT NULL CHECK (state IN ('bot', 'waiting', 'assigned', 'resolved')),
            period integer NOT NULL,
            created_at timestamptz NOT NULL,
            active_at timestamptz NOT NULL,
            assigned_to uuid CHECK ((assigned_to IS NOT NULL) = (state = 'assigned')),
            waiting_since timestamptz CHECK ((waiting_since IS NOT NULL) = (state = 'waiting')),
            resolved_at timestamptz CHECK ((resolved_at IS NOT NULL) = (state = 'resolved')),
            last_sequence bigint NOT NULL,
            last_message bigint NOT NULL,
            last_author text,
            client_delivered bigint NOT NULL,
            client_read bigint NOT NULL,
            staff_delivered bigint NOT NULL,
            staff_read bigint NOT NULL,
            labels text[] NOT NULL,
            rating_score smallint CHECK (rating_score BETWEEN 1 AND 5),
            rating_comment text,
            rated_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX conversations_queue ON conversations (waiting_since, id) WHERE state = 'waiting'")
    op.execute("CREATE INDEX conversations_client ON conversations (client_id, active_at DESC, id)")
    op.execute("CREATE INDEX conversations_assigned ON conversations (assigned_to) WHERE state = 'assigned'")
    op.execute("CREATE INDEX conversations_idle ON conversations (active_at) WHERE state IN ('bot', 'assigned')")
    op.execute("CREATE INDEX conversations_activity ON conversations (active_at DESC, id)")
    op.execute("CREATE INDEX conversations_labels ON conversations USING gin (labels)")
    op.execute(
        """
        CREATE TABLE cases (
            id uuid PRIMARY KEY,
            conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
            asked_at timestamptz NOT NULL,
            reason text NOT NULL,
            summary text NOT NULL,
            claimed_at timestamptz,
            first_response_at timestamptz,
            ended_at timestamptz,
            ending text,
            administrator_id uuid
        )
        """
    )
    op.execute("CREATE INDEX cases_conversation ON cases (conversation_id, asked_at)")
    op.execute("CREATE UNIQUE INDEX cases_open ON cases (conversation_id) WHERE ended_at IS NULL")
    op.execute("CREATE INDEX cases_asked ON cases (asked_at)")


def _messages() -> None:
    op.execute(
        f"""
        CREATE TABLE messages (
            conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
            sequence bigint NOT NULL,
            id uuid NOT NULL UNIQUE,
            author text NOT NULL CHECK (author IN ('client', 'bot', 'administrator', 'system')),
            author_id uuid CHECK ((author_id IS NOT NULL) = (author IN ('client', 'administrator'))),
            client_message_id uuid,
            text text NOT NULL,
            at timestamptz NOT NULL,
            suggestions text[] NOT NULL,
            sources jsonb NOT NULL,
            {_WORDS},
            PRIMARY KEY (conversation_id, sequence)
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX messages_once ON messages (author_id, client_message_id)"
        " WHERE client_message_id IS NOT NULL"
    )
    op.execute("CREATE INDEX messages_words ON messages USING gin (words)")
    # Notes are kept apart: no question that is asked for a client ever touches this table.
    op.execute(
        f"""
        CREATE TABLE notes (
            conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
            sequence bigint NOT NULL,
            id uuid NOT NULL UNIQUE,
            author_id uuid NOT NULL,
            client_message_id uuid,
            text text NOT NULL,
            at timestamptz NOT NULL,
            {_WORDS},
            PRIMARY KEY (conversation_id, sequence)
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX notes_once ON notes (author_id, client_message_id) WHERE client_message_id IS NOT NULL"
    )
    op.execute("CREATE INDEX notes_words ON notes USING gin (words)")
    op.execute(
        """
        CREATE TABLE attachments (
            id uuid PRIMARY KEY,
            conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
            uploaded_by uuid NOT NULL,
            uploaded_at timestamptz NOT NULL,
            name text NOT NULL,
            media_type text NOT NULL,
            size integer NOT NULL,
            content bytea NOT NULL,
            message_id uuid REFERENCES messages (id) ON DELETE CASCADE
        )
        """
    )
    op.execute("CREATE INDEX attachments_message ON attachments (message_id)")
    op.execute("CREATE INDEX attachments_conversation ON attachments (conversation_id)")
    op.execute("CREATE INDEX attachments_unused ON attachments (uploaded_at) WHERE message_id IS NULL")


def _bot_speaks_only_while_it_is_with_the_bot() -> None:
    """The second lock: whatever the program does, no row of the bot comes into a conversation that is with people."""
    op.execute(
        """
        CREATE FUNCTION conversation_is_with_the_bot() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM conversations WHERE id = NEW.conversation_id AND state = 'bot' FOR UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the conversation is not with the bot';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER conversation_is_with_the_bot BEFORE INSERT OR UPDATE ON messages"
        " FOR EACH ROW WHEN (NEW.author = 'bot') EXECUTE FUNCTION conversation_is_with_the_bot()"
    )


def _turns() -> None:
    # One for each message that the bot is to answer; afterwards, what it decided and why.
    op.execute(
        """
        CREATE TABLE turns (
            id uuid PRIMARY KEY,
            conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
            sequence bigint NOT NULL,
            period integer NOT NULL,
            client_id uuid NOT NULL,
            asked_at timestamptz NOT NULL,
            attempts smallint NOT NULL DEFAULT 0,
            taken_until timestamptz,
            stop_asked boolean NOT NULL DEFAULT false,
            draft text NOT NULL DEFAULT '',
            ended_at timestamptz,
            outcome text,
            decision jsonb,
            generation jsonb,
            answer_sequence bigint,
            vote smallint CHECK (vote IN (-1, 1)),
            UNIQUE (conversation_id, sequence)
        )
        """
    )
    op.execute("CREATE INDEX turns_open ON turns (asked_at, sequence) WHERE ended_at IS NULL")
    op.execute("CREATE INDEX turns_of_conversation ON turns (conversation_id, sequence) WHERE ended_at IS NULL")
    op.execute("CREATE INDEX turns_unanswered ON turns (asked_at DESC) WHERE outcome = 'unanswered' OR vote = -1")


def _settings() -> None:
    op.execute(
        """
        CREATE TABLE canned_replies (
            id uuid PRIMARY KEY,
            version bigint NOT NULL,
            shortcut text NOT NULL UNIQUE,
            text text NOT NULL,
            updated_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE business_hours (
            only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
            hours jsonb NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE model_switch (
            only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
            is_on boolean NOT NULL
        )
        """
    )
    # What language models have cost, a row for each person and day, and one for everybody together (no person).
    op.execute(
        """
        CREATE TABLE spending (
            day date NOT NULL,
            user_id uuid NOT NULL,
            tokens bigint NOT NULL,
            microdollars bigint NOT NULL,
            PRIMARY KEY (day, user_id)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE knowledge_versions (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            fingerprint text NOT NULL,
            yaml text NOT NULL,
            note text NOT NULL,
            made_at timestamptz NOT NULL,
            made_by text NOT NULL
        )
        """
    )
