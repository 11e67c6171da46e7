"""When and how somebody is told, in which words, and where no webhook may lead."""

import hashlib
import hmac
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.events import AlertKind, Severity
from kilowatch.kit.errors import Invalid
from kilowatch.realtime.notifications import wording
from kilowatch.realtime.notifications.notice import AlertNotice, Kind
from kilowatch.realtime.notifications.preferences import (
    Channel,
    Mailing,
    Preferences,
    QuietHours,
    is_shown,
    plan,
)
from kilowatch.realtime.notifications.webhook import check_url, is_public, signature

BUCHAREST = ZoneInfo("Europe/Bucharest")
NIGHT = QuietHours(time(22), time(7))
LATE = datetime(2026, 6, 1, 20, 30, tzinfo=UTC)  # half past eleven in Bucharest
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


def planned(
    wanted: Preferences, severity: Severity = Severity.WARNING, now: datetime = LATE
) -> dict[Channel, datetime]:
    kind = Kind.HOURLY_LIMIT
    return {
        each.channel: each.due_at for each in plan(wanted, kind, severity, channels=Channel, now=now, zone=BUCHAREST)
    }


def test_what_comes_in_quiet_hours_waits_for_their_end():
    morning = datetime(2026, 6, 2, 4, tzinfo=UTC)
    assert planned(Preferences(quiet_hours=NIGHT)) == {Channel.EMAIL: morning, Channel.WEBHOOK: morning}
    assert planned(Preferences()) == {Channel.EMAIL: LATE, Channel.WEBHOOK: LATE}


def test_what_is_critical_does_not_wait_unless_it_is_to():
    assert set(planned(Preferences(quiet_hours=NIGHT), Severity.CRITICAL).values()) == {LATE}
    patient = Preferences(quiet_hours=NIGHT, quiet_for_critical=True)
    assert set(planned(patient, Severity.CRITICAL).values()) == {datetime(2026, 6, 2, 4, tzinfo=UTC)}


@given(
    clocks, clocks, st.integers(1_600_000_000, 1_770_000_000), st.sampled_from(["Europe/Bucharest", "Asia/Kathmandu"])
)
def test_nothing_is_due_in_quiet_hours_and_nothing_waits_for_more_than_a_day(since, until, second, zone):
    now, place = datetime.fromtimestamp(second, UTC), ZoneInfo(zone)
    quiet = QuietHours(since, until)
    wanted = Preferences(quiet_hours=quiet)
    kind = Kind.OFFLINE
    [first, *_] = plan(wanted, kind, Severity.WARNING, channels=Channel, now=now, zone=place)
    assert now <= first.due_at <= now + timedelta(hours=25)
    # A clock that is put forward over the end of quiet hours shows them a little longer.
    moved = place.utcoffset(now) != place.utcoffset(first.due_at.replace(tzinfo=None))
    if not moved and since != until:
        assert not quiet.hold(first.due_at.astimezone(place).time()) or first.due_at == now


def test_severities_and_kinds_are_chosen():
    picky = Preferences(email=Severity.CRITICAL, webhook=Severity.WARNING)
    assert set(planned(picky)) == {Channel.WEBHOOK}
    assert planned(picky, Severity.INFO) == {}
    assert planned(Preferences(muted_kinds=(Kind.HOURLY_LIMIT,))) == {}
    assert not is_shown(Preferences(muted_kinds=(Kind.OFFLINE,)), Kind.OFFLINE, Severity.CRITICAL)
    assert not is_shown(Preferences(in_app=Severity.WARNING), Kind.OFFLINE, Severity.INFO)


def test_a_kind_is_muted_by_channel():
    def told(**muted: tuple[Kind, ...]) -> set[str]:
        wanted = Preferences(**muted)
        shown = is_shown(wanted, Kind.HOURLY_LIMIT, Severity.WARNING)
        return ({"in_app"} if shown else set()) | {str(channel) for channel in planned(wanted)}

    everywhere = {"in_app", "email", "webhook"}
    assert told(muted_in_app=(Kind.OFFLINE,), muted_email=(Kind.OFFLINE,), muted_webhook=(Kind.OFFLINE,)) == everywhere
    for channel in everywhere:
        assert told(**{f"muted_{channel}": (Kind.HOURLY_LIMIT,)}) == everywhere - {channel}


def test_a_digest_is_due_at_its_hour_and_off_is_off():
    daily = Preferences(mailing=Mailing.DAILY, digest_at=time(8))
    assert planned(daily)[Channel.EMAIL] == datetime(2026, 6, 2, 5, tzinfo=UTC)
    assert Channel.EMAIL not in planned(Preferences(mailing=Mailing.OFF))


def test_a_signature_is_that_of_the_timestamp_and_the_body():
    expected = hmac.new(b"secret", b"17.{}", hashlib.sha256).hexdigest()
    assert signature("secret", 17, b"{}") == f"v1={expected}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::808:808",
        "::7f00:1",
        "2002:7f00:1::",
        "fe80::1%eth0",
        "fd00::1",
    ],
)
def test_an_address_of_an_inner_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_world_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org", "https://", "https://me:pw@example.org", "nonsense", "file:///etc"],
)
def test_a_webhook_is_a_plain_https_url(url):
    with pytest.raises(Invalid):
        check_url(url, plain_allowed=False)


def a_notice(**fields: object) -> AlertNotice:
    values: dict[str, object] = {
        "type": "alert.raised",
        "alert_id": UUID(int=1),
        "kind": AlertKind.HOURLY_LIMIT,
        "severity": Severity.WARNING,
        "device_id": 7,
        "device_name": "Pompa de\ncăldură",
        "since": datetime(2026, 6, 1, 17, tzinfo=UTC),
        "text": "Used 2.5 kWh in an hour.",
        "energy_kwh": 2.5,
        "limit_kwh": 2.0,
        "power_w": None,
        "limit_w": None,
    }
    return AlertNotice(**values | fields)  # type: ignore[arg-type]


def test_it_is_told_in_the_persons_language():
    assert wording.title(a_notice(), "en") == "Pompa de căldură: more used in an hour than the limit"
    assert wording.text(a_notice(), "en", BUCHAREST) == "Used 2.5 kWh in an hour."
    assert wording.title(a_notice(), "ro") == "Pompa de căldură: consum pe oră peste limită"
    assert wording.spoken("ro-RO") == "ro"
    assert wording.spoken("fr") == "en"
    assert all(set(words) == set(Kind) for words in wording.TITLES.values())


BACK = datetime(2026, 6, 1, 18, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            {"cost": 1234.5, "currency": "RON"},
            (
                "2,50 kWh luni, 1 iunie, între 20:00 și 21:00, cu 0,50 kWh peste limita de 2,00 kWh,"
                " circa 1.234,50 RON pentru ce este în plus."
            ),
        ),
        (
            {"kind": AlertKind.POWER_LIMIT, "limit_w": 3000, "power_w": 3600},
            "peste 3,0 kW de la 20:00, luni, 1 iunie, cu cel mult 600 W (3,6 kW).",
        ),
        (
            {"kind": AlertKind.POWER_LIMIT, "limit_w": 900, "power_w": 950, "until": BACK},
            "peste 900 W de la 20:00, luni, 1 iunie, timp de 1 h 20 min, cu cel mult 50 W (950 W).",
        ),
        (
            {"kind": AlertKind.DAILY_BUDGET, "limit_kwh": 3.0, "share_percent": 80, "cost": 2, "currency": "RON"},
            "2,50 kWh luni, 1 iunie, 83 % din bugetul de 3,00 kWh, circa 2,00 RON până acum.",
        ),
        (
            {"kind": AlertKind.MONTHLY_BUDGET, "energy_kwh": 1410, "limit_kwh": 1400, "share_percent": 100},
            "1.410 kWh în iunie 2026, cu 10,00 kWh peste bugetul de 1.400 kWh.",
        ),
        ({"kind": AlertKind.OFFLINE}, "nicio citire de la 20:00, luni, 1 iunie."),
        (
            {"kind": AlertKind.OFFLINE, "until": BACK},
            "nicio citire de la 20:00, luni, 1 iunie; a revenit la 21:20, luni, 1 iunie.",
        ),
        (
            {"kind": AlertKind.UNUSUAL_USE, "usual_kwh": 0.4},
            (
                "cu 2,10 kWh mai mult decât de obicei: 2,50 kWh într-o oră de la 20:00, luni, 1 iunie. La această oră,"
                " în zilele de luni, jumătate din ore au fost sub 0,40 kWh, iar peste 2,00 kWh este neobișnuit."
            ),
        ),
    ],
)
def test_in_romanian_it_says_as_much_as_in_english(facts, told):
    assert wording.text(a_notice(**facts), "ro", BUCHAREST) == f"Pompa de căldură: {told}"


def test_an_escalation_says_that_nobody_has_answered():
    assert wording.title(a_notice(type="alert.escalated"), "en").endswith("(nobody has answered yet)")


def test_a_digest_has_all_of_it_in_one_mail():
    subject, text = wording.mail(
        [a_notice(), a_notice(device_name="Fridge")], "en", "Ana", BUCHAREST, "https://x/alerts"
    )
    assert subject == "Kilowatch: 2 notifications"
    assert "Hello Ana," in text
    assert "Fridge: more used" in text
    assert "https://x/alerts" in text


def test_every_kind_of_alert_can_be_told_of_and_muted():
    assert set(AlertKind) < set(Kind)
