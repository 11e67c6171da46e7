"""A tariff as it is written and told: decimal money, clock times, names of days."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from kilowatch.kit.fields import Name
from kilowatch.monitoring.domain.tariff import EVERY_MONTH, MICRO, Rate, Tariff, Terms, Window

MAX_RATES: Final = 24
MAX_WINDOWS: Final = 48
MAX_VERSIONS: Final = 200

#: Millionths are exact as a JSON number: a float of them prints as that decimal number.
Price: TypeAlias = Annotated[
    Decimal, Field(gt=-100_000, lt=100_000, decimal_places=6), PlainSerializer(float, return_type=float)
]
Charge: TypeAlias = Annotated[
    Decimal, Field(ge=0, lt=1_000_000, decimal_places=6), PlainSerializer(float, return_type=float)
]


class Weekday(StrEnum):
    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


_WEEK: Final = tuple(Weekday)


def _quarterly(text: str) -> str:
    hours, minutes = map(int, text.split(":"))
    if not (minutes % 15 == 0 and minutes < 60 and hours * 60 + minutes <= 24 * 60):
        raise ValueError("not a quarter of an hour between 00:00 and 24:00")
    return text


QuarterHour: TypeAlias = Annotated[str, Field(pattern=r"^\d\d:\d\d$"), AfterValidator(_quarterly)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class WindowBody(_Part):
    """Over midnight where `to` is not later than `from`; `days` and `months` are those of the moment itself."""

    start: Annotated[QuarterHour, Field(alias="from")] = "00:00"
    end: Annotated[QuarterHour, Field(alias="to")] = "24:00"
    days: Annotated[Sequence[Weekday], Field(min_length=1, max_length=7)] = _WEEK
    months: Annotated[Sequence[Annotated[int, Field(ge=1, le=12)]], Field(min_length=1, max_length=12)] = EVERY_MONTH

    def window(self) -> Window:
        days = tuple(sorted({_WEEK.index(day) for day in self.days}))
        return Window(_quarter(self.start), _quarter(self.end), days, tuple(sorted(set(self.months))))

    @classmethod
    def of(cls, window: Window) -> "WindowBody":
        days = [_WEEK[day] for day in window.days]
        return cls(start=_clock(window.start), end=_clock(window.end), days=days, months=window.months)


class RateBody(_Part):
    """Applies in its windows; without any, whenever no rate before it does."""

    name: Name
    price: Annotated[Price, Field(description="A kWh")]
    windows: Annotated[Sequence[WindowBody], Field(max_length=MAX_WINDOWS)] = ()

    def rate(self) -> Rate:
        return Rate(self.name, _micro(self.price), tuple(each.window() for each in self.windows))

    @classmethod
    def of(cls, rate: Rate) -> "RateBody":
        return cls(name=rate.name, price=_decimal(rate.price), windows=[WindowBody.of(each) for each in rate.windows])


class TermsBody(_Part):
    """In force from a local day of the device on, until the next version."""

    valid_from: date
    rates: Annotated[Sequence[RateBody], Field(min_length=1, max_length=MAX_RATES)]
    standing_charge: Annotated[Charge, Field(description="A day, whatever is used")] = Decimal(0)
    feed_in: Annotated[
        Sequence[RateBody], Field(max_length=MAX_RATES, description="What is given to the grid earns; none: nothing")
    ] = ()

    def terms(self) -> Terms:
        return Terms(
            valid_from=self.valid_from,
            rates=tuple(each.rate() for each in self.rates),
            standing_charge=_micro(self.standing_charge),
            feed_in=tuple(each.rate() for each in self.feed_in),
        )

    @classmethod
    def of(cls, terms: Terms) -> "TermsBody":
        return cls(
            valid_from=terms.valid_from,
            rates=[RateBody.of(each) for each in terms.rates],
            standing_charge=_decimal(terms.standing_charge),
            feed_in=[RateBody.of(each) for each in terms.feed_in],
        )


class TariffBody(_Part):
    name: Name
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]
    versions: Annotated[Sequence[TermsBody], Field(min_length=1, max_length=MAX_VERSIONS)]

    def tariff(self) -> Tariff:
        versions = sorted((each.terms() for each in self.versions), key=lambda terms: terms.valid_from)
        return Tariff(name=self.name, currency=self.currency, versions=tuple(versions))

    @classmethod
    def of(cls, tariff: Tariff) -> "TariffBody":
        versions = [TermsBody.of(each) for each in tariff.versions]
        return cls(name=tariff.name, currency=tariff.currency, versions=versions)


def _micro(amount: Decimal) -> int:
    return int(amount * MICRO)


def _decimal(micro: int) -> Decimal:
    return Decimal(micro) / MICRO


def _quarter(clock: str) -> int:
    hours, minutes = map(int, clock.split(":"))
    return hours * 4 + minutes // 15


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"
