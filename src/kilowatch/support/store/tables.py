"""The tables, as the queries name them; the migrations make them."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

_metadata: Final = MetaData()
_Moment: Final = DateTime(timezone=True)

people = Table(
    "people",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger),
    Column("email", Text),
    Column("name", Text),
    Column("role", Text),
    Column("active", Boolean),
    Column("deleted", Boolean),
)

conversations = Table(
    "conversations",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger),
    Column("client_id", Uuid),
    Column("subject", Text),
    Column("language", Text),
    Column("state", Text),
    Column("period", Integer),
    Column("created_at", _Moment),
    Column("active_at", _Moment),
    Column("assigned_to", Uuid),
    Column("waiting_since", _Moment),
    Column("resolved_at", _Moment),
    Column("last_sequence", BigInteger),
    Column("last_message", BigInteger),
    Column("last_author", Text),
    Column("client_delivered", BigInteger),
    Column("client_read", BigInteger),
    Column("staff_delivered", BigInteger),
    Column("staff_read", BigInteger),
    Column("labels", ARRAY(Text)),
    Column("rating_score", SmallInteger),
    Column("rating_comment", Text),
    Column("rated_at", _Moment),
)

cases = Table(
    "cases",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid),
    Column("asked_at", _Moment),
    Column("reason", Text),
    Column("summary", Text),
    Column("claimed_at", _Moment),
    Column("first_response_at", _Moment),
    Column("ended_at", _Moment),
    Column("ending", Text),
    Column("administrator_id", Uuid),
)

messages = Table(
    "messages",
    _metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("id", Uuid),
    Column("author", Text),
    Column("author_id", Uuid),
    Column("client_message_id", Uuid),
    Column("text", Text),
    Column("at", _Moment),
    Column("suggestions", ARRAY(Text)),
    Column("sources", JSONB),
)

notes = Table(
    "notes",
    _metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("id", Uuid),
    Column("author_id", Uuid),
    Column("client_message_id", Uuid),
    Column("text", Text),
    Column("at", _Moment),
)

attachments = Table(
    "attachments",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid),
    Column("uploaded_by", Uuid),
    Column("uploaded_at", _Moment),
    Column("name", Text),
    Column("media_type", Text),
    Column("size", Integer),
    Column("content", LargeBinary),
    Column("message_id", Uuid),
)

turns = Table(
    "turns",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("conversation_id", Uuid),
    Column("sequence", BigInteger),
    Column("period", Integer),
    Column("client_id", Uuid),
    Column("asked_at", _Moment),
    Column("attempts", SmallInteger),
    Column("correlation_id", Text),
    Column("traceparent", Text),
    Column("taken_until", _Moment),
    Column("stop_asked", Boolean),
    Column("draft", Text),
    Column("ended_at", _Moment),
    Column("outcome", Text),
    Column("decision", JSONB),
    Column("generation", JSONB),
    Column("answer_sequence", BigInteger),
    Column("vote", SmallInteger),
)

canned_replies = Table(
    "canned_replies",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger),
    Column("shortcut", Text),
    Column("text", Text),
    Column("updated_at", _Moment),
)

business_hours = Table(
    "business_hours", _metadata, Column("only_row", Boolean, primary_key=True), Column("hours", JSONB)
)
model_switch = Table("model_switch", _metadata, Column("only_row", Boolean, primary_key=True), Column("is_on", Boolean))

spending = Table(
    "spending",
    _metadata,
    Column("day", Date, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("tokens", BigInteger),
    Column("microdollars", BigInteger),
)

knowledge_versions = Table(
    "knowledge_versions",
    _metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("fingerprint", Text),
    Column("yaml", Text),
    Column("note", Text),
    Column("made_at", _Moment),
    Column("made_by", Text),
)

_SIMPLE: Final = text("'simple'::regconfig")


def says(table: Table, query: str) -> ColumnElement[Any]:
    """Whether a row of `messages` or `notes` has all the words of a `tsquery`. The words are searched, never read."""
    return literal_column(f"{table.name}.words", TSVECTOR).op("@@")(func.to_tsquery(_SIMPLE, query))
