"""The tables as SQLAlchemy knows them; `migrations` made them."""

from typing import Final, TypeVar

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Identity,
    Integer,
    MetaData,
    Sequence,
    SmallInteger,
    Table,
    Text,
    Time,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from kilowatch.contracts.metering import Device

ValueT = TypeVar("ValueT")

METADATA: Final = MetaData()
MOMENT: Final = DateTime(timezone=True)


class Whole(TypeDecorator[ValueT]):
    """A whole value of `kind`, a dataclass or a Struct, in one column."""

    impl = JSONB
    cache_ok = True  # by `kind`, which has to be an attribute of that name

    def __init__(self, kind: type[ValueT]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: ValueT | None, dialect: Dialect) -> object:
        return msgspec.to_builtins(value)

    def process_result_value(self, value: object, dialect: Dialect) -> ValueT | None:
        return None if value is None else msgspec.convert(value, self.kind)


device_changed = Sequence("device_changed", metadata=METADATA)

device = Table(
    "device",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("site_id", BigInteger),
    Column("parent_id", BigInteger),
    Column("state", Whole(Device), nullable=False),
    Column("changed", BigInteger, nullable=False),
)

access = Table(
    "access",
    METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("device_id", BigInteger, nullable=False),
    Column("level", Text, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("until", MOMENT),
)

departed_user = Table("departed_user", METADATA, Column("user_id", Uuid, primary_key=True))

projection = Table(
    "projection", METADATA, Column("name", Text, primary_key=True), Column("built_at", MOMENT, nullable=False)
)

recomputation = Table(
    "recomputation",
    METADATA,
    Column("device_id", BigInteger, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", MOMENT),
    Column("due_at", MOMENT),
    Column("imported", Boolean, nullable=False),
)

reading = Table(
    "reading",
    METADATA,
    Column("device", BigInteger, primary_key=True),
    Column("time", MOMENT, primary_key=True),
    Column("value", Float, nullable=False),
    Column("flags", SmallInteger),  # NULL: none
)

usage = Table(
    "usage",
    METADATA,
    Column("device", BigInteger, primary_key=True),
    Column("slot", MOMENT, primary_key=True),
    Column("energy", BigInteger, nullable=False),
    Column("peak", Float, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("covered", Integer, nullable=False),
    Column("quality", SmallInteger, nullable=False),
    Column("revision", SmallInteger, nullable=False),
)

settling = Table(
    "settling",
    METADATA,
    Column("month", Date, primary_key=True),
    Column("device", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
)

batch = Table("batch", METADATA, Column("id", Uuid, primary_key=True), Column("committed_at", MOMENT, nullable=False))

tally = Table(
    "tally",
    METADATA,
    Column("partition", Integer, primary_key=True),
    Column("accepted", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
)

rejected_reading = Table(
    "rejected_reading",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("device_id", BigInteger),
    Column("reason", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Column("replayed_at", MOMENT),
    Column("import_id", Text, nullable=False),
)

alert = Table(
    "alert",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("device_id", BigInteger, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("until", MOMENT),
    Column("raised_at", MOMENT, nullable=False),
    Column("energy", BigInteger),
    Column("threshold", BigInteger),
    Column("usual", BigInteger),
    Column("share_percent", Integer),
    Column("power_w", Float),
    Column("limit_w", Float),
    Column("compared_from", MOMENT),
    Column("cost", Float),
    Column("currency", Text),
    Column("historical", Boolean, nullable=False),
    Column("acknowledged_at", MOMENT),
    Column("acknowledged_by", Uuid),
    Column("note", Text, nullable=False),
    Column("snoozed_until", MOMENT),
    Column("told_at", MOMENT),
    Column("announce_at", MOMENT),
    Column("escalate_at", MOMENT),
    Column("escalated_at", MOMENT),
    Column("cleared_at", MOMENT),
    Column("correlation_id", Text, nullable=False),
)

alert_rule = Table(
    "alert_rule",
    METADATA,
    Column("device_id", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("severity", Text, nullable=False),
    Column("cooldown_s", Integer, nullable=False),
    Column("quiet_start", Time),
    Column("quiet_end", Time),
    Column("escalate_after_s", Integer),
    Column("condition", JSONB, nullable=False),
)

alert_rule_version = Table("alert_rule_version", METADATA, Column("version", BigInteger, nullable=False))

touched = Table(
    "touched",
    METADATA,
    Column("device_id", BigInteger, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("imported", Boolean, nullable=False),
)

imported_tail = Table(
    "imported_tail",
    METADATA,
    Column("device_id", BigInteger, primary_key=True),
    Column("sent", MOMENT),
    Column("until", MOMENT, nullable=False),
)

consumption = Table(
    "consumption",
    METADATA,
    Column("partition", Integer, primary_key=True),
    Column("until", MOMENT, nullable=False),
    Column("steady_since", MOMENT, nullable=False),
)
