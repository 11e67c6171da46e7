"""The tables, as the queries name them; the migrations make them."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Double,
    Enum,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    literal,
)

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.metering import AccessLevel, Direction, MeterKind

_metadata: Final = MetaData()
_Moment: Final = DateTime(timezone=True)


def _one_of(kind: type[AccessLevel] | type[Direction] | type[MeterKind] | type[Role]) -> Enum:
    return Enum(kind, native_enum=False, values_callable=lambda members: [member.value for member in members])


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


sites = Table(
    "sites",
    _metadata,
    _id(),
    Column("version", Integer),
    Column("name", Text),
    Column("time_zone", Text),
    Column("address", Text),
    Column("description", Text),
    Column("created_at", _Moment),
    Column("updated_at", _Moment),
    Column("deleted_at", _Moment),
)

devices = Table(
    "devices",
    _metadata,
    _id(),
    Column("version", Integer),
    Column("name", Text),
    Column("description", Text),
    Column("location", Text),
    Column("serial_number", Text),
    Column("time_zone", Text),
    Column("direction", _one_of(Direction)),
    Column("hourly_limit_kwh", Double),
    Column("site_id", BigInteger),
    Column("site_since", _Moment),
    Column("parent_id", BigInteger),
    Column("active", Boolean),
    Column("created_at", _Moment),
    Column("updated_at", _Moment),
    Column("deleted_at", _Moment),
)

configurations = Table(
    "configurations",
    _metadata,
    Column("device_id", BigInteger, primary_key=True),
    Column("valid_from", _Moment, primary_key=True),
    Column("kind", _one_of(MeterKind)),
    Column("interval_s", Integer),
    Column("max_gap_s", Integer),
    Column("max_power_w", Double),
    Column("modulus_kwh", Double),
)

assignments = Table(
    "assignments",
    _metadata,
    _id(),
    Column("device_id", BigInteger),
    Column("site_id", BigInteger),
    Column("user_id", Uuid),
    Column("level", _one_of(AccessLevel)),
    Column("since", _Moment),
    Column("until", _Moment),
    Column("assigned_at", _Moment),
    Column("assigned_by", Text),
    Column("ended_at", _Moment),
    Column("ended_by", Text),
)

gateways = Table(
    "gateways",
    _metadata,
    _id(),
    Column("version", Integer),
    Column("name", Text),
    Column("description", Text),
    Column("created_at", _Moment),
    Column("updated_at", _Moment),
    Column("deleted_at", _Moment),
)

gateway_devices = Table(
    "gateway_devices",
    _metadata,
    Column("gateway_id", BigInteger, primary_key=True),
    Column("device_id", BigInteger, primary_key=True),
)

credentials = Table(
    "credentials",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer),
    Column("device_id", BigInteger),
    Column("gateway_id", BigInteger),
    Column("sha256", LargeBinary),
    Column("hint", Text),
    Column("created_at", _Moment),
    Column("created_by", Text),
    Column("valid_until", _Moment),
    Column("revoked_at", _Moment),
)

users = Table(
    "users",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer),
    Column("email", Text),
    Column("name", Text),
    Column("role", _one_of(Role)),
    Column("active", Boolean),
    Column("deleted", Boolean),
)


def among(column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """`column = ANY(values)`: one parameter, where IN would make one of each value and the protocol ends at 32,767."""
    return column == any_(literal(list(values), ARRAY(column.type)))
